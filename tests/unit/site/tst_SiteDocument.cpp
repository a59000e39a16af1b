// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/SiteDocument.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace relaywright;

namespace {

template <class T>
T parsed(const char *text)
{
    return *T::parse(QString::fromUtf8(text));
}

Site fullSite()
{
    Site site;
    Organisation &organisation = site.organisation;
    organisation.name = QStringLiteral("Contoso O'Brien & Söhne \"Süd\"");
    organisation.acceptedDomains = {parsed<Domain>("contoso.com"), parsed<Domain>("apps.contoso.com")};
    organisation.cloud = Cloud::GccHigh;
    organisation.mxHost = parsed<Host>("contoso-com.mail.protection.office365.us");
    organisation.existingSpf = QStringLiteral("v=spf1 include:spf.protection.office365.us -all");
    organisation.securityDefaults = YesNo::No;
    organisation.smtpAuthDisabled = YesNo::Yes;
    organisation.rejectDirectSend = YesNo::No;
    organisation.onPremisesExchange = YesNo::Yes;
    organisation.hveBilling = YesNo::No;
    organisation.azureSubscription = YesNo::Yes;
    Network network;
    network.id = QStringLiteral("office");
    network.egress = {parsed<IpNetwork>("192.0.2.10"), parsed<IpNetwork>("2001:db8::/32")};
    network.staticEgress = YesNo::Yes;
    network.sharedEgress = YesNo::No;
    network.port25Open = YesNo::No;
    network.port587Open = YesNo::Yes;
    network.port443Open = YesNo::Yes;
    network.lan = {parsed<IpNetwork>("10.1.0.0/16")};
    site.networks = {network};
    Sender sender;
    sender.id = QStringLiteral("scanner-ground-floor");
    sender.name = QStringLiteral("Scanner, ground floor");
    sender.kind = SenderKind::Scanner;
    sender.vendor = QStringLiteral("Acme");
    sender.network = QStringLiteral("office");
    sender.hosting = Hosting::OwnLan;
    sender.from = parsed<EmailAddress>("scanner@contoso.com");
    sender.signInAs = parsed<EmailAddress>("devices@contoso.com");
    sender.repliesTo = parsed<EmailAddress>("it@contoso.com");
    sender.reach = Reach::Both;
    sender.tls = TlsAbility::Tls12;
    sender.startTls = YesNo::Yes;
    sender.signIn = SignInAbility::Basic;
    sender.messagesPerMinute = 12;
    sender.recipientsPerDay = 400;
    sender.recipientsPerMessage = 3;
    sender.largestMessageOctets = 20'000'000;
    sender.habits = {.heloOnly = true, .bareLineFeeds = true, .noDate = true, .noMessageId = true, .addressInName = true};
    site.senders = {sender};
    return site;
}

QByteArray wrapped(const QByteArray &members)
{
    return R"({"schema": "relaywright.site/1", )" + members + "}";
}

} // namespace

class tst_SiteDocument : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatIsSavedIsReadAgain();
    void anEmptySiteIsReadAgain();
    void everyWordIsReadAgain();
    void whatIsLeftOutIsUnknown();
    void namesThePathOfAFault_data();
    void namesThePathOfAFault();
    void refusesANewerFileAndSaysSo();
    void aSenderIdIsMadeFromItsName_data();
    void aSenderIdIsMadeFromItsName();
    void aSenderIdIsUniqueInTheSite();
    void aSenderWithoutNetworkIsInTheFirst();
    void tenThousandSendersAreReadQuickly();
    void noSecretHasAPlaceInTheDocument();
};

void tst_SiteDocument::whatIsSavedIsReadAgain()
{
    const Site site = fullSite();
    const auto read = parseSite(toJson(site));
    QVERIFY2(read, qPrintable(read ? QString() : read.error().detail));
    QVERIFY(*read == site);
    QCOMPARE_EQ(toJson(*read), toJson(site));
}

void tst_SiteDocument::anEmptySiteIsReadAgain()
{
    Site site;
    site.organisation.cloud = std::nullopt;
    const auto read = parseSite(toJson(site));
    QVERIFY(read && *read == site);
}

void tst_SiteDocument::everyWordIsReadAgain()
{
    Site site = fullSite();
    Sender &sender = site.senders[0];
    for (int kind = 0; kind <= static_cast<int>(SenderKind::Other); ++kind) {
        sender.kind = static_cast<SenderKind>(kind);
        sender.tls = static_cast<TlsAbility>(kind % 7);
        sender.signIn = static_cast<SignInAbility>(kind % 6);
        sender.reach = static_cast<Reach>(kind % 4);
        sender.hosting = static_cast<Hosting>(kind % 4);
        sender.startTls = static_cast<YesNo>(kind % 3);
        site.organisation.cloud = static_cast<Cloud>(kind % 4);
        const auto read = parseSite(toJson(site));
        QVERIFY2(read && *read == site, qPrintable(toString(sender.kind)));
    }
    QCOMPARE_EQ(toString(TlsAbility::Tls12), QStringLiteral("tls1.2"));
    QCOMPARE_EQ(toString(Hosting::OwnLan), QStringLiteral("own-lan"));
    QCOMPARE_EQ(toString(SignInAbility::ClientCertificate), QStringLiteral("client-certificate"));
}

void tst_SiteDocument::whatIsLeftOutIsUnknown()
{
    const auto site = parseSite(wrapped(R"("organisation": {}, "senders": [{"id": "a", "name": "A"}])"));
    QVERIFY2(site, qPrintable(site ? QString() : site.error().detail));
    QCOMPARE_EQ(site->organisation.rejectDirectSend, YesNo::Unknown);
    const Sender &sender = site->senders.at(0);
    QCOMPARE_EQ(sender.tls, TlsAbility::Unknown);
    QCOMPARE_EQ(sender.signIn, SignInAbility::Unknown);
    QVERIFY(!sender.from && !sender.messagesPerMinute);
    QVERIFY(!networkOf(*site, sender));
}

void tst_SiteDocument::namesThePathOfAFault_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("path");
    const auto sender = [](const char *members) {
        return wrapped(QByteArray(R"("senders": [{"id": "a", "name": "A", )") + members + "}]");
    };
    QTest::newRow("not JSON") << QByteArray("{\n\"schema\": ") << QStringLiteral("line 2");
    QTest::newRow("a list") << QByteArray("[]") << QStringLiteral("one JSON object");
    QTest::newRow("no schema") << QByteArray("{}") << QStringLiteral("$.schema");
    QTest::newRow("schema of a relay") << QByteArray(R"({"schema": "relaywright.relay/1"})")
                                       << QStringLiteral("$.schema");
    QTest::newRow("unknown habit") << sender(R"("habits": ["no-date", "shouts"])") << QStringLiteral("$.senders[0].habits");
    QTest::newRow("unknown member") << wrapped(R"("colour": "blue")") << QStringLiteral("$.colour");
    QTest::newRow("unknown member within") << sender(R"("tlss": "none")") << QStringLiteral("$.senders[0].tlss");
    QTest::newRow("wrong word") << sender(R"("tls": "1.2")") << QStringLiteral("$.senders[0].tls");
    QTest::newRow("wrong type") << sender(R"("tls": 12)") << QStringLiteral("$.senders[0].tls");
    QTest::newRow("null") << sender(R"("from": null)") << QStringLiteral("$.senders[0].from");
    QTest::newRow("impossible address") << sender(R"("from": "a b@contoso")") << QStringLiteral("$.senders[0].from");
    QTest::newRow("half a message") << sender(R"("messagesPerMinute": 1.5)")
                                    << QStringLiteral("$.senders[0].messagesPerMinute");
    QTest::newRow("fewer than none") << sender(R"("recipientsPerDay": -1)")
                                     << QStringLiteral("$.senders[0].recipientsPerDay");
    QTest::newRow("unknown network") << sender(R"("network": "moon")") << QStringLiteral("$.senders[0].network");
    QTest::newRow("two lines in a name") << wrapped(R"("senders": [{"id": "a", "name": "A\nB"}])")
                                         << QStringLiteral("$.senders[0].name");
    QTest::newRow("id with a slash") << wrapped(R"("senders": [{"id": "../a", "name": "A"}])")
                                     << QStringLiteral("$.senders[0].id");
    QTest::newRow("two senders of one id")
        << wrapped(R"("senders": [{"id": "a", "name": "A"}, {"id": "a", "name": "B"}])")
        << QStringLiteral("$.senders[1].id");
    QTest::newRow("two networks of one id")
        << wrapped(R"("networks": [{"id": "a"}, {"id": "a"}])") << QStringLiteral("$.networks[1].id");
    QTest::newRow("a block that is none") << wrapped(R"("networks": [{"id": "a", "egress": ["192.0.2.300"]}])")
                                          << QStringLiteral("$.networks[0].egress[0]");
    QTest::newRow("a domain that is none") << wrapped(R"("organisation": {"acceptedDomains": ["ok.example", "x"]})")
                                           << QStringLiteral("$.organisation.acceptedDomains[1]");
    QTest::newRow("a line break in SPF") << wrapped(R"("organisation": {"existingSpf": "v=spf1\r\n-all"})")
                                         << QStringLiteral("$.organisation.existingSpf");
}

void tst_SiteDocument::namesThePathOfAFault()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, path);
    const auto site = parseSite(json);
    QVERIFY(!site);
    QCOMPARE_EQ(site.error().kind, ErrorKind::InvalidInput);
    QVERIFY2(site.error().detail.contains(path), qPrintable(site.error().detail));
    QVERIFY2(site.error().detail.endsWith(u'.'), qPrintable(site.error().detail));
}

void tst_SiteDocument::refusesANewerFileAndSaysSo()
{
    const auto site = parseSite(R"({"schema": "relaywright.site/2", "tenants": []})");
    QVERIFY(!site);
    QCOMPARE_EQ(site.error().kind, ErrorKind::Unsupported);
    QVERIFY2(site.error().detail.contains(QStringLiteral("newer version")), qPrintable(site.error().detail));
    QVERIFY2(site.error().detail.contains(QStringLiteral("Nothing was changed")), qPrintable(site.error().detail));
}

void tst_SiteDocument::aSenderIdIsMadeFromItsName_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("id");
    QTest::newRow("plain") << QStringLiteral("Scanner 2") << QStringLiteral("scanner-2");
    QTest::newRow("marks") << QStringLiteral("Büro, Erdgeschoß") << QStringLiteral("buro-erdgescho");
    QTest::newRow("only signs") << QStringLiteral("--!--") << QStringLiteral("sender");
    QTest::newRow("another script") << QStringLiteral("スキャナ") << QStringLiteral("sender");
    QTest::newRow("a path") << QStringLiteral("../../etc/passwd") << QStringLiteral("etc-passwd");
    QTest::newRow("long") << QString(200, u'x') << QString(48, u'x');
}

void tst_SiteDocument::aSenderIdIsMadeFromItsName()
{
    QFETCH(QString, name);
    QTEST(makeSenderId(Site(), name), "id");
}

void tst_SiteDocument::aSenderIdIsUniqueInTheSite()
{
    Site site;
    for (const char *expected : {"printer", "printer-2", "printer-3"}) {
        Sender sender;
        sender.id = makeSenderId(site, QStringLiteral("Printer"));
        sender.name = QStringLiteral("Printer");
        QCOMPARE_EQ(sender.id, QLatin1String(expected));
        site.senders.push_back(sender);
    }
    QVERIFY(parseSite(toJson(site)));
}

void tst_SiteDocument::aSenderWithoutNetworkIsInTheFirst()
{
    Site site = fullSite();
    site.networks.push_back(Network{.id = QStringLiteral("branch")});
    site.senders[0].network.clear();
    QCOMPARE_EQ(networkOf(site, site.senders[0])->id, QStringLiteral("office"));
    site.senders[0].network = QStringLiteral("branch");
    QCOMPARE_EQ(networkOf(site, site.senders[0])->id, QStringLiteral("branch"));
}

void tst_SiteDocument::tenThousandSendersAreReadQuickly()
{
    Site site = fullSite();
    Sender sender = site.senders[0];
    site.senders.clear();
    for (int i = 0; i < 10'000; ++i) {
        sender.id = QStringLiteral("scanner-%1").arg(i);
        site.senders.push_back(sender);
    }
    const QByteArray json = toJson(site);
    QElapsedTimer timer;
    timer.start();
    const auto read = parseSite(json);
    QVERIFY(read && read->senders.size() == 10'000u);
    QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed()))); // quadratic would take minutes
}

void tst_SiteDocument::noSecretHasAPlaceInTheDocument()
{
    const QJsonObject sender =
        QJsonDocument::fromJson(toJson(fullSite())).object().value(u"senders").toArray().at(0).toObject();
    for (const QString &key : sender.keys())
        QVERIFY2(!key.contains(QStringLiteral("password"), Qt::CaseInsensitive), qPrintable(key));
    const auto site = parseSite(wrapped(R"("senders": [{"id": "a", "name": "A", "password": "x"}])"));
    QVERIFY(!site && site.error().detail.contains(QStringLiteral("$.senders[0].password")));
    QVERIFY(!site.error().detail.contains(QStringLiteral("\"x\"")));
}

QTEST_GUILESS_MAIN(tst_SiteDocument)
#include "tst_SiteDocument.moc"
