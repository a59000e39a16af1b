// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/DeviceDraft.h"
#include "ui/drafts/RelayDraft.h"
#include "ui/drafts/SeriesDraft.h"
#include "ui/drafts/TestDraft.h"

#include <QTest>

using namespace relaywright;

class tst_Drafts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aTestNeedsServerPortSenderAndRecipient();
    void aTestBecomesARequestWithItsTrust();
    void aTestWithoutAUserDoesNotSignIn();
    void envelopeSenderAndFromMayDiffer();
    void everyChoiceOfATestComesBackFromItsRequest();
    void aTestThroughGraphIsNotOneOfSmtp();
    void anAccountSignsInWithATokenBySmtp();
    void whatCannotBeIsSaidAtItsField_data();
    void whatCannotBeIsSaidAtItsField();
    void aCertificateMayHoldItsKey();
    void aPracticeServerMayHaveMore();
    void recipientsMayBeSeparatedAsPeopleDo();
    void thePlansSettingsFillTheTest();
    void aRowOfDevicesComesBackUnchanged();
    void whatCannotBeInARowIsSaidAtItsField();
    void otherListenersStayAsTheyAre();
    void whatTheRelayRefusesIsSaidAtItsField();
    void relayDefaultsAreLoopbackOnly();
    void aRelayComesBackUnchangedFromItsDraft();
    void anOpenRelayIsRefused_data();
    void anOpenRelayIsRefused();
    void thePasswordIsAReferenceToTheKeychain();

private:
    static TestDraft goodTest();
};

TestDraft tst_Drafts::goodTest()
{
    TestDraft draft;
    draft.server = QStringLiteral("smtp.office365.com");
    draft.user = QStringLiteral("scanner@contoso.com");
    draft.from = QStringLiteral("scanner@contoso.com");
    draft.to = QStringLiteral("a@contoso.com");
    return draft;
}

void tst_Drafts::aTestNeedsServerPortSenderAndRecipient()
{
    TestDraft draft;
    draft.port = QStringLiteral("0");
    const Problems problems = check(draft);
    for (const char *field : {"server", "port", "from", "to"})
        QVERIFY2(!problemOf(problems, QLatin1String(field)).isEmpty(), field);
    QVERIFY(check(goodTest()).empty());
    QCOMPARE_EQ(toRequest(draft, QStringLiteral("pc")).error().kind, ErrorKind::InvalidInput);
}

void tst_Drafts::aTestBecomesARequestWithItsTrust()
{
    TestDraft draft = goodTest();
    draft.authorityPem = "PEM";
    const auto request = toRequest(draft, QStringLiteral("pc.example.com"));
    QVERIFY(request);
    const ConnectionSettings &connection = request->connection;
    QCOMPARE_EQ(connection.server.toString(), QStringLiteral("smtp.office365.com:587"));
    QCOMPARE_EQ(connection.tls.caCertificatesPem, QByteArray("PEM"));
    QVERIFY(!connection.tls.insecure);
    QCOMPARE_EQ(connection.smtp.tls, TlsPolicy::Required);
    QCOMPARE_EQ(connection.smtp.ehloName, QByteArray("pc.example.com"));
    QVERIFY(connection.smtp.credentials);
    QVERIFY(connection.smtp.credentials->secret.isEmpty()); // it joins only for the run
    QCOMPARE_EQ(request->envelope.sender->toString(), draft.from);
}

void tst_Drafts::aTestWithoutAUserDoesNotSignIn()
{
    TestDraft draft = goodTest();
    draft.user = QStringLiteral("  ");
    QVERIFY(!toRequest(draft, QStringLiteral("pc"))->connection.smtp.credentials);
    draft.mechanism = AuthMechanism::External; // the certificate signs in
    QVERIFY(toRequest(draft, QStringLiteral("pc"))->connection.smtp.credentials);
}

void tst_Drafts::envelopeSenderAndFromMayDiffer()
{
    TestDraft draft = goodTest();
    draft.envelopeFrom = QStringLiteral("bounces@contoso.com");
    const auto request = toRequest(draft, QStringLiteral("pc"));
    QCOMPARE_EQ(request->envelope.sender->toString(), draft.envelopeFrom);
    QCOMPARE_EQ(request->message.from.toString(), draft.from);
    draft.nullReversePath = true;
    QVERIFY(!toRequest(draft, QStringLiteral("pc"))->envelope.sender);
}

void tst_Drafts::everyChoiceOfATestComesBackFromItsRequest()
{
    TestDraft draft = goodTest();
    draft.envelopeFrom = QStringLiteral("bounces@contoso.com");
    draft.mechanism = AuthMechanism::ScramSha256;
    draft.actAs = QStringLiteral("shared@contoso.com");
    draft.signInWithoutTls = true;
    draft.attachments = {QStringLiteral("/tmp/scan.pdf")};
    draft.subject = QStringLiteral("Subject");
    draft.text = QStringLiteral("Text");
    draft.tlsDetails = {TlsVersion::Tls10,
                        TlsVersion::Tls12,
                        QStringLiteral("AES128-SHA"),
                        QStringLiteral("sni.example.com"),
                        QStringLiteral("name.example.com"),
                        QStringLiteral("/ca.pem"),
                        QStringLiteral("/client.p12"),
                        {},
                        true};
    draft.link.ehloName = QStringLiteral("printer");
    draft.link.heloOnly = true;
    draft.link.family = IpFamily::V4;
    draft.link.source = QStringLiteral("192.0.2.7");
    draft.link.proxyKind = ProxySettings::Kind::HttpConnect;
    draft.link.proxy = QStringLiteral("proxy.example.com:3128");
    draft.link.proxyUser = QStringLiteral("me");
    draft.link.connectSeconds = QStringLiteral("7");
    draft.link.answerSeconds = QStringLiteral("70");
    draft.link.pipelining = false;
    draft.link.chunking = true;
    draft.link.announceSize = false;
    draft.link.smtpUtf8 = true;
    draft.link.notifyFailure = true;
    draft.link.dsnReturn = DsnRequest::Return::Headers;
    draft.link.dsnEnvelopeId = QStringLiteral("scan 7");
    draft.link.claimedSize = QStringLiteral("25M");
    draft.link.stageSeconds = {{Stage::Auth, 20}, {Stage::Data, 900}};
    draft.extras.fill = QStringLiteral("10M");
    draft.extras.sender = QStringLiteral("clerk@contoso.com");
    draft.link.stopAfter = Stage::Rcpt;
    draft.extras.fromName = QStringLiteral("Scanner");
    draft.extras.replyTo = QStringLiteral("help@contoso.com");
    draft.extras.html = QStringLiteral("<p>Text</p>");
    draft.extras.headers = QStringLiteral("X-Priority: 1\nX-Device: scanner 7");
    draft.extras.charset = "iso-8859-1";
    draft.extras.quirks.noDate = true;
    draft.method = Method::ClientSubmission;
    draft.senderId = QStringLiteral("scanner");
    const auto request = toRequest(draft, QStringLiteral("pc"));
    QVERIFY2(request, request ? "" : qPrintable(request.error().detail));
    QCOMPARE_EQ(request->fillOctets, 10U << 20);
    QCOMPARE_EQ(*request->connection.smtp.claimedSize, 25U << 20);
    QCOMPARE_EQ(request->connection.stagePatience.at(Stage::Data), std::chrono::minutes(15));
    QCOMPARE_EQ(draftOf(*request), draft);
    QCOMPARE_EQ(toJson(*toRequest(draftOf(*request), QStringLiteral("pc"))), toJson(*request));
}

void tst_Drafts::aTestThroughGraphIsNotOneOfSmtp()
{
    TestDraft draft;
    draft.graph = true;
    draft.account = QStringLiteral("by graph");
    draft.mailbox = QStringLiteral("scanner@contoso.com");
    draft.saveToSentItems = false;
    draft.from = QStringLiteral("office@contoso.com");
    draft.to = QStringLiteral("jane@contoso.com");
    draft.port = QStringLiteral("no port"); // nobody asks for it
    const auto request = toRequest(draft, QStringLiteral("pc"));
    QVERIFY2(request, request ? "" : qPrintable(request.error().detail));
    QCOMPARE_EQ(request->graph->mailbox.toString(), draft.mailbox);
    QVERIFY(!request->connection.smtp.credentials);
    draft.port = TestDraft().port;
    QCOMPARE_EQ(draftOf(*request), draft);
    draft.mailbox.clear();
    QCOMPARE_EQ(check(draft).front().field, QStringLiteral("mailbox"));
    draft.account = QStringLiteral("scanner@contoso.com"); // named after it
    QCOMPARE_EQ(toRequest(draft, {})->graph->mailbox.toString(), draft.account);
    draft.account.clear();
    QCOMPARE_EQ(check(draft).front().field, QStringLiteral("account"));
}

void tst_Drafts::anAccountSignsInWithATokenBySmtp()
{
    TestDraft draft;
    draft.server = QStringLiteral("smtp.office365.com");
    draft.from = draft.to = draft.account = QStringLiteral("scanner@contoso.com");
    const auto request = toRequest(draft, QStringLiteral("pc"));
    QVERIFY2(request, request ? "" : qPrintable(request.error().detail));
    const Credentials &signsIn = *request->connection.smtp.credentials;
    QCOMPARE_EQ(signsIn.user, draft.account);
    QCOMPARE_EQ(signsIn.mechanism, AuthMechanism::XOAuth2);
    draft.mechanism = AuthMechanism::OAuthBearer;
    draft.user = QStringLiteral("shared@contoso.com");
    const auto other = toRequest(draft, QStringLiteral("pc"));
    QCOMPARE_EQ(other->connection.smtp.credentials->mechanism, AuthMechanism::OAuthBearer);
    QCOMPARE_EQ(other->connection.smtp.credentials->user, draft.user);
    QCOMPARE_EQ(draftOf(*other).account, draft.account);
    draft.user.clear();
    draft.account = QStringLiteral("by token");
    QCOMPARE_EQ(check(draft).front().field, QStringLiteral("user"));
}

void tst_Drafts::whatCannotBeIsSaidAtItsField_data()
{
    QTest::addColumn<TestDraft>("draft");
    QTest::addColumn<QString>("field");
    const auto row = [](const char *tag, const char *field, auto change) {
        TestDraft draft = goodTest();
        change(draft);
        QTest::newRow(tag) << draft << QString::fromLatin1(field);
    };
    row("versions the wrong way round", "tls", [](TestDraft &draft) {
        draft.tlsDetails.minimum = TlsVersion::Tls13;
        draft.tlsDetails.maximum = TlsVersion::Tls12;
    });
    row("a key without its certificate", "certificate",
        [](TestDraft &draft) { draft.tlsDetails.keyFile = QStringLiteral("/client.key"); });
    row("a size that is none", "claimedSize",
        [](TestDraft &draft) { draft.link.claimedSize = QStringLiteral("much"); });
    row("a filler that is too large", "fill", [](TestDraft &draft) { draft.extras.fill = QStringLiteral("5G"); });
    row("a Sender field that is no address", "sender",
        [](TestDraft &draft) { draft.extras.sender = QStringLiteral("me"); });
    row("a source that is no address", "source", [](TestDraft &draft) { draft.link.source = QStringLiteral("eth0"); });
    row("a proxy without a name", "proxy",
        [](TestDraft &draft) { draft.link.proxyKind = ProxySettings::Kind::Socks5; });
    row("an endless wait", "answerSeconds",
        [](TestDraft &draft) { draft.link.answerSeconds = QStringLiteral("forever"); });
    row("a header field without a colon", "headers",
        [](TestDraft &draft) { draft.extras.headers = QStringLiteral("X-Priority 1"); });
    row("a header field of ours", "headers",
        [](TestDraft &draft) { draft.extras.headers = QStringLiteral("Date: tomorrow"); });
    row("reply to nobody", "replyTo", [](TestDraft &draft) { draft.extras.replyTo = QStringLiteral("nobody"); });
}

void tst_Drafts::whatCannotBeIsSaidAtItsField()
{
    QFETCH(TestDraft, draft);
    QFETCH(QString, field);
    const Problems problems = check(draft);
    QCOMPARE_EQ(problems.size(), 1u);
    QCOMPARE_EQ(problems.front().field, field);
    QVERIFY2(problems.front().sentence.endsWith(u'.'), qPrintable(problems.front().sentence));
    QVERIFY(!toRequest(draft, QStringLiteral("pc")));
}

void tst_Drafts::aCertificateMayHoldItsKey()
{
    TestDraft draft = goodTest();
    draft.tlsDetails.certificateFile = QStringLiteral("/both.pem");
    const auto request = toRequest(draft, QStringLiteral("pc"));
    QVERIFY2(request, request ? "" : qPrintable(request.error().detail));
    QCOMPARE_EQ(request->certificate.certificateFile, QStringLiteral("/both.pem"));
    QVERIFY(request->certificate.keyFile.isEmpty());
}

void tst_Drafts::aPracticeServerMayHaveMore()
{
    const Knowledge &knowledge = Knowledge::builtIn();
    const std::vector<Endpoint> servers{*Endpoint::parse(QStringLiteral("192.168.7.7:25"))};
    const SeriesDraft draft{.each = 300, .perMinute = 600};
    QVERIFY(!announceSeries(draft, servers, {}, knowledge));
    const auto sentence = announceSeries(draft, servers, servers, knowledge);
    QVERIFY2(sentence, sentence ? "" : qPrintable(sentence.error().detail));
    QVERIFY2(sentence->startsWith(QStringLiteral("300 messages")), qPrintable(*sentence));
    // The strictest of all rules.
    const std::vector<Endpoint> both{servers.front(), *Endpoint::parse(QStringLiteral("mx.example:25"))};
    QVERIFY(!announceSeries(draft, both, servers, knowledge));
}

void tst_Drafts::recipientsMayBeSeparatedAsPeopleDo()
{
    TestDraft draft = goodTest();
    draft.to = QStringLiteral("a@contoso.com; b@contoso.com,c@contoso.com\nd@contoso.com");
    const auto request = toRequest(draft, QStringLiteral("pc"));
    QVERIFY(request);
    QCOMPARE_EQ(request->envelope.recipients.size(), 4u);
    QCOMPARE_EQ(request->message.to.size(), 4u);
    draft.to += QStringLiteral(" nobody");
    QVERIFY(!problemOf(check(draft), QStringLiteral("to")).isEmpty());
}

void tst_Drafts::thePlansSettingsFillTheTest()
{
    Sender sender;
    sender.from = *EmailAddress::parse(QStringLiteral("ups@contoso.com"));
    Site site;
    site.organisation.mxHost = *Host::parse(QStringLiteral("contoso-com.mail.protection.outlook.com"));
    Option option;
    option.method = Method::DirectSend;
    option.settings = {.host = {}, .port = 25, .tls = QStringLiteral("opportunistic")};
    const TestDraft draft = fillIn(goodTest(), site, sender, option);
    QCOMPARE_EQ(draft.server, QStringLiteral("contoso-com.mail.protection.outlook.com"));
    QCOMPARE_EQ(draft.port, QStringLiteral("25"));
    QCOMPARE_EQ(draft.tls, TlsPolicy::Opportunistic);
    QVERIFY(draft.user.isEmpty());
    QCOMPARE_EQ(draft.from, QStringLiteral("ups@contoso.com"));
    QCOMPARE_EQ(draft.to, QStringLiteral("a@contoso.com"));
}

void tst_Drafts::relayDefaultsAreLoopbackOnly()
{
    const auto config = toConfig({});
    QVERIFY2(config, config ? "" : qPrintable(config.error().detail));
    QCOMPARE_EQ(config->listeners.size(), 1u);
    QVERIFY(config->listeners.front().listen.host.address()->isLoopback());
    for (const IpNetwork &network : config->listeners.front().networks)
        QVERIFY(network.address().isLoopback());
}

void tst_Drafts::aRelayComesBackUnchangedFromItsDraft()
{
    RelayDraft draft;
    draft.listenAddress = QStringLiteral("192.0.2.20");
    draft.listenPort = QStringLiteral("25");
    draft.networks = QStringLiteral("192.0.2.0/24, 2001:db8::/64");
    draft.user = QStringLiteral("relay@contoso.com");
    draft.sendAs = QStringLiteral("relay@contoso.com");
    const auto config = toConfig(draft);
    QVERIFY2(config, config ? "" : qPrintable(config.error().detail));
    QCOMPARE_EQ(draftOf(*config), draft);
    QCOMPARE_EQ(*toConfig(draftOf(*config), *config), *config);
}

void tst_Drafts::anOpenRelayIsRefused_data()
{
    QTest::addColumn<QString>("networks");
    QTest::newRow("nobody listed") << QString();
    QTest::newRow("everybody, IPv4") << QStringLiteral("0.0.0.0/0");
    QTest::newRow("everybody, IPv6") << QStringLiteral("::/0");
    QTest::newRow("everybody in two halves") << QStringLiteral("0.0.0.0/1, 128.0.0.0/1");
}

void tst_Drafts::anOpenRelayIsRefused()
{
    QFETCH(QString, networks);
    RelayDraft draft;
    draft.networks = networks;
    const auto config = toConfig(draft);
    QVERIFY(!config);
    QCOMPARE_EQ(config.error().kind, ErrorKind::InvalidInput);
    QVERIFY2(config.error().detail.endsWith(u'.'), qPrintable(config.error().detail));
}

void tst_Drafts::thePasswordIsAReferenceToTheKeychain()
{
    RelayDraft draft;
    QVERIFY(!toConfig(draft)->upstream.password);
    draft.user = QStringLiteral("relay@contoso.com");
    QCOMPARE_EQ(toConfig(draft)->upstream.password->toString(), QStringLiteral("keychain:relay@contoso.com"));
}

namespace {

RelayConfig relayWithAccounts()
{
    return *parseRelayConfig(
        R"({"schema": "relaywright.relay/1", "accounts": [{"user": "erp", "password": "keychain:erp"}],
        "listeners": [{"networks": ["192.168.10.0/24"], "signIn": "optional", "minimumTls": "1.3"},
                      {"listen": "127.0.0.1:465", "networks": ["127.0.0.1"], "implicitTls": true}],
        "upstream": {"server": "smtp.office365.com"},
        "routes": [{"name": "cloud", "hosts": [{"server": "smtp.office365.com"}]}]})");
}

DeviceDraft fullRow()
{
    DeviceDraft draft{.name = QStringLiteral("ERP"),
                      .networks = QStringLiteral("192.168.10.7, 192.168.11.0/24"),
                      .user = QStringLiteral("erp"),
                      .senders = QStringLiteral("erp@contoso.com, .contoso.com"),
                      .internalOnly = true,
                      .internalDomains = QStringLiteral("contoso.com"),
                      .allowedRecipients = QStringLiteral("contoso.com"),
                      .deniedRecipients = QStringLiteral("all@contoso.com"),
                      .maxMegabytes = QStringLiteral("25"),
                      .maxRecipientsPerMessage = QStringLiteral("10"),
                      .maxMessagesPerMinute = QStringLiteral("30"),
                      .maxMessagesPerDay = QStringLiteral("500"),
                      .maxConnections = QStringLiteral("2")};
    draft.repairs = {.date = true, .displayName = true};
    draft.sendAs = QStringLiteral("erp@contoso.com");
    draft.keepReplyTo = false;
    draft.returnPath = QStringLiteral("bounces@contoso.com");
    draft.route = QStringLiteral("cloud");
    return draft;
}

} // namespace

void tst_Drafts::aRowOfDevicesComesBackUnchanged()
{
    const DeviceDraft draft = fullRow();
    QVERIFY(check(draft, relayWithAccounts(), {}).empty());
    QVERIFY(draftOf(toDevice(draft), internalDomainsOf(draft)) == draft);
    RelayConfig config = relayWithAccounts();
    config.devices = {toDevice(draft)};
    config.internalDomains = internalDomainsOf(draft);
    const auto read = parseRelayConfig(toJson(config)); // the row is one that a relay takes
    QVERIFY2(read, read ? "" : qPrintable(read.error().detail));
    QVERIFY(*read == config);
}

void tst_Drafts::whatCannotBeInARowIsSaidAtItsField()
{
    const RelayConfig config = relayWithAccounts();
    const auto problem = [&config](const char *field, QString DeviceDraft::*member, const QString &text) {
        DeviceDraft draft = fullRow();
        draft.*member = text;
        const Problems problems = check(draft, config, {QStringLiteral("Scanner")});
        return problems.size() == 1 && problems[0].field == QLatin1String(field);
    };
    QVERIFY(problem("name", &DeviceDraft::name, QStringLiteral(" ")));
    QVERIFY(problem("name", &DeviceDraft::name, QStringLiteral("Scanner")));
    QVERIFY(problem("networks", &DeviceDraft::networks, QStringLiteral("printers")));
    QVERIFY(problem("user", &DeviceDraft::user, QStringLiteral("nobody")));
    QVERIFY(problem("senders", &DeviceDraft::senders, QStringLiteral("a b@x")));
    QVERIFY(problem("internalDomains", &DeviceDraft::internalDomains, QString()));
    QVERIFY(problem("deniedRecipients", &DeviceDraft::deniedRecipients, QStringLiteral("x\ny@contoso.com")));
    QVERIFY(problem("maxMegabytes", &DeviceDraft::maxMegabytes, QStringLiteral("0")));
    QVERIFY(problem("maxMessagesPerMinute", &DeviceDraft::maxMessagesPerMinute, QStringLiteral("many")));
    QVERIFY(problem("sendAs", &DeviceDraft::sendAs, QStringLiteral("scanner")));
    QVERIFY(problem("route", &DeviceDraft::route, QStringLiteral("fax")));
}

/// The page asks about the first listener only.
void tst_Drafts::otherListenersStayAsTheyAre()
{
    const RelayConfig base = relayWithAccounts();
    RelayDraft draft = draftOf(base);
    draft.listenPort = QStringLiteral("2626");
    const auto config = toConfig(draft, base);
    QVERIFY(config);
    QCOMPARE_EQ(config->listeners.size(), 2u);
    QCOMPARE_EQ(config->listeners[0].listen.port, 2626);
    QVERIFY(config->listeners[0].minimumTls == MinimumTls::Tls13 && config->listeners[0].signIn == SignIn::Optional);
    QVERIFY(config->listeners[1] == base.listeners[1]);
    QVERIFY(config->accounts == base.accounts);
}

void tst_Drafts::whatTheRelayRefusesIsSaidAtItsField()
{
    RelayDraft draft;
    draft.networks = QStringLiteral("192.0.2.0/24");
    draft.minimumTls = MinimumTls::Tls10;
    const auto config = toConfig(draft);
    QVERIFY(!config);
    const Problems problems = problemsOf(config.error());
    QCOMPARE_EQ(problems.size(), std::size_t(1));
    QCOMPARE_EQ(problems[0].field, QStringLiteral("minimumTls"));
    QVERIFY2(problems[0].sentence.startsWith(QStringLiteral("Needs devices in private networks")),
             qPrintable(problems[0].sentence));
    draft.networks = QStringLiteral("192.168.0.0/24");
    QVERIFY(toConfig(draft));
    draft.signIn = SignIn::Required;
    QVERIFY(problemsOf(toConfig(draft).error()).empty()); // accounts: about the whole file
    draft.accounts = relayWithAccounts().accounts;
    draft.networks.clear(); // whoever signs in may send
    draft.minimumTls = MinimumTls::Tls12;
    QVERIFY(toConfig(draft));
    draft.deviceTls = DeviceTls::None;
    QCOMPARE_EQ(problemsOf(toConfig(draft).error())[0].field, QStringLiteral("signIn"));
}

QTEST_GUILESS_MAIN(tst_Drafts)
#include "tst_Drafts.moc"
