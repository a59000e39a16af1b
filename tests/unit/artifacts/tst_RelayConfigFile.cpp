// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RelayConfig.h"
#include "tests/unit/artifacts/SampleSite.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// The relay's own parser reads what the plan's renderer writes; the two rooms know nothing of each other.
class tst_RelayConfigFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isReadByTheRelay();
    void handsOnThroughAConnectorWithoutSigningIn();
    void keepsTheMailboxAddressWhereItIsTheSendersOwn();
    void opensNothingWithoutAKnownNetwork();
    void listensOnBothFamiliesWhereBothAreNamed();
    void usesPort25WhereOnlyThatIsOpen();
    void listensWhereThePlanSendsDevices();
    void isOneFileForEachMailboxAndNetwork();
    void sharesTheMailboxThatAnotherSenderNames();
    void isANoteWhileSomethingIsMissing_data();
    void isANoteWhileSomethingIsMissing();
    void takesTheNewMxNamesToo();
    void showsACertificateWhereThePlanDoes();
    void signsInWithTokensWhereThePlanDoes();
    void goesThroughGraphWhereThePlanDoes();
    void usesTheUpstreamOfThePlan();
    void listensOnEveryPortThatASenderNeeds();
    void keepsTheMailboxAddressWhereASenderUsesAnother();
    void neverHoldsASecret();

private:
    RelayConfig parsed(const Artifact &artifact)
    {
        const auto config = parseRelayConfig(fileContent(artifact));
        if (!config)
            QTest::qFail(qPrintable(config.error().detail + artifact.text), __FILE__, __LINE__);
        return config.value_or(
            RelayConfig{.listeners = {}, .upstream = {.server = *Endpoint::parse(QStringLiteral("none.invalid:1"))}});
    }
};

void tst_RelayConfigFile::isReadByTheRelay()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    const Artifact artifact = sample.only("relay-config");
    QCOMPARE(artifact.fileName, QStringLiteral("relay.json"));
    const RelayConfig config = parsed(artifact);
    QCOMPARE(config.name, QStringLiteral("default"));
    QCOMPARE(config.listeners.size(), 1u);
    QCOMPARE(config.listeners[0].listen.toString(), QStringLiteral("0.0.0.0:2525"));
    QCOMPARE(config.listeners[0].networks, std::vector<IpNetwork>{block("10.1.0.0/16")});
    QCOMPARE(config.upstream.server.toString(), QStringLiteral("smtp.office365.com:587"));
    QVERIFY(config.upstream.tls == TlsPolicy::Required);
    QCOMPARE(config.upstream.user, QStringLiteral("devices@contoso.com"));
    QCOMPARE(config.upstream.password->toString(), QStringLiteral("keychain:devices@contoso.com"));
    QCOMPARE(config.upstream.sendAs->toString(), QStringLiteral("devices@contoso.com"));
    QCOMPARE(config.upstream.maxConnections, 3);
    QCOMPARE(config.upstream.maxMessagesPerMinute, 30);
    QCOMPARE(config.upstream.maxRecipientsPerDay, 10000);
}

void tst_RelayConfigFile::handsOnThroughAConnectorWithoutSigningIn()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay);
    sample.chosen().upstream = Upstream{Method::ConnectorRelay, {}};
    const RelayConfig config = parsed(sample.only("relay-config"));
    QCOMPARE(config.upstream.server.toString(), QStringLiteral("contoso-com.mail.protection.outlook.com:25"));
    QVERIFY(config.upstream.tls == TlsPolicy::Opportunistic);
    QVERIFY(config.upstream.user.isEmpty() && !config.upstream.password && !config.upstream.sendAs);
}

void tst_RelayConfigFile::keepsTheMailboxAddressWhereItIsTheSendersOwn()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "devices@contoso.com", "devices@contoso.com");
    QVERIFY(!parsed(sample.only("relay-config")).upstream.sendAs);
}

void tst_RelayConfigFile::opensNothingWithoutAKnownNetwork()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    sample.site.networks.front().lan.clear();
    const Artifact artifact = sample.only("relay-config");
    const RelayConfig config = parsed(artifact);
    QCOMPARE(config.listeners[0].listen.toString(), QStringLiteral("127.0.0.1:2525"));
    QCOMPARE(config.listeners[0].networks, std::vector<IpNetwork>{block("127.0.0.0/8")});
    QVERIFY(artifact.purpose.contains(QLatin1String("only this computer may send")));
}

void tst_RelayConfigFile::listensOnBothFamiliesWhereBothAreNamed()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    sample.site.networks.front().lan.push_back(block("fd00:1::/64"));
    const RelayConfig config = parsed(sample.only("relay-config"));
    QCOMPARE(config.listeners.size(), 1u);
    QCOMPARE(config.listeners[0].listen.toString(), QStringLiteral("[::]:2525"));
    QCOMPARE(config.listeners[0].networks, (std::vector<IpNetwork>{block("10.1.0.0/16"), block("fd00:1::/64")}));
}

void tst_RelayConfigFile::usesPort25WhereOnlyThatIsOpen()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    sample.site.networks.front().port587Open = YesNo::No;
    QCOMPARE(parsed(sample.only("relay-config")).upstream.server.port, 587);
    sample.site.networks.front().port25Open = YesNo::Yes;
    QCOMPARE(parsed(sample.only("relay-config")).upstream.server.port, 25);
}

void tst_RelayConfigFile::listensWhereThePlanSendsDevices()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    QVERIFY(!sample.only("relay-config").purpose.contains(QLatin1String("special rights")));
    sample.chosen().settings.port = 25;
    QCOMPARE(parsed(sample.only("relay-config")).listeners[0].listen.toString(), QStringLiteral("0.0.0.0:25"));
    QVERIFY(sample.only("relay-config").purpose.contains(QLatin1String("special rights")));
}

void tst_RelayConfigFile::isOneFileForEachMailboxAndNetwork()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    sample.add("ups", Method::LocalRelay, "ups@contoso.com", "Devices@contoso.com");
    sample.add("erp", Method::LocalRelay, "erp@contoso.com", "erp@contoso.com");
    const auto files = sample.of("relay-config");
    QCOMPARE(files.size(), 2u);
    QVERIFY(!files[0].purpose.contains(QLatin1String("on the same port")));
    QVERIFY(files[1].purpose.contains(QLatin1String("on the same port")));
    QCOMPARE(files[0].senders, (QStringList{QStringLiteral("fax"), QStringLiteral("ups")}));
    QCOMPARE(files[1].fileName, QStringLiteral("relay-2.json"));
    QCOMPARE(parsed(files[1]).name, QStringLiteral("relay-2"));
    QCOMPARE(parsed(files[1]).upstream.user, QStringLiteral("erp@contoso.com"));
}

void tst_RelayConfigFile::sharesTheMailboxThatAnotherSenderNames()
{
    Sample sample;
    sample.add("ups", Method::LocalRelay, "ups@contoso.com");
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    const Artifact artifact = sample.only("relay-config");
    QCOMPARE(artifact.senders, (QStringList{QStringLiteral("ups"), QStringLiteral("fax")}));
    QCOMPARE(parsed(artifact).upstream.user, QStringLiteral("devices@contoso.com"));
    sample.site.senders.pop_back();
    QCOMPARE(parsed(sample.only("relay-config")).upstream.user, QStringLiteral("ups@contoso.com"));
}

void tst_RelayConfigFile::isANoteWhileSomethingIsMissing_data()
{
    QTest::addColumn<int>("method");
    QTest::addColumn<QByteArray>("mxHost");
    QTest::addColumn<QString>("words");
    const int connector = static_cast<int>(Method::ConnectorRelay);
    QTest::newRow("no MX host") << connector << QByteArray()
                                << QStringLiteral("MX host of the organisation is not known.");
    QTest::newRow("a gateway") << connector << QByteArray("mx.gateway.example.net")
                               << QStringLiteral("mx.gateway.example.net is no host of Exchange Online");
    QTest::newRow("no mailbox") << static_cast<int>(Method::ClientSubmission) << QByteArray()
                                << QStringLiteral("The mailbox that signs in is not known.");
    QTest::newRow("no Exchange server") << static_cast<int>(Method::OnPremExchange) << QByteArray()
                                        << QStringLiteral("The name of the Exchange server is not known.");
    QTest::newRow("Azure") << static_cast<int>(Method::AzureCommunicationServices) << QByteArray()
                           << QStringLiteral("Follow acs-setup.txt");
}

void tst_RelayConfigFile::isANoteWhileSomethingIsMissing()
{
    QFETCH(int, method);
    QFETCH(QByteArray, mxHost);
    QFETCH(QString, words);
    Sample sample;
    sample.add("fax", Method::LocalRelay, nullptr);
    sample.chosen().upstream = Upstream{static_cast<Method>(method), {}};
    sample.site.organisation.mxHost.reset();
    if (!mxHost.isEmpty())
        sample.site.organisation.mxHost = *Host::parse(QString::fromLatin1(mxHost));
    QVERIFY(sample.of("relay-config").empty());
    const Artifact note = sample.only("relay-note");
    QCOMPARE(note.fileName, QStringLiteral("relay-note.txt"));
    QCOMPARE(note.senders, QStringList{QStringLiteral("fax")});
    QVERIFY2(note.text.simplified().contains(words), qPrintable(note.text));
    for (const char *heading : {"What it changes, and for whom: ", "Apply: ", "Verify: ", "Roll back: "})
        QVERIFY2(note.text.contains(QLatin1String(heading)), heading);
}

void tst_RelayConfigFile::takesTheNewMxNamesToo()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay);
    sample.chosen().upstream = Upstream{Method::ConnectorRelay, {}};
    sample.site.organisation.mxHost = *Host::parse(QStringLiteral("contoso-com.s-v1.mx.microsoft"));
    QCOMPARE(parsed(sample.only("relay-config")).upstream.server.toString(),
             QStringLiteral("contoso-com.s-v1.mx.microsoft:25"));
    QVERIFY(sample.of("relay-note").empty());
}

void tst_RelayConfigFile::showsACertificateWhereThePlanDoes()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    sample.chosen().upstream = Upstream{Method::ConnectorRelay,
                                        {QStringLiteral("contoso-com.mail.protection.outlook.com"),
                                         25,
                                         QStringLiteral("starttls"),
                                         Authentication::CertificateOrIp,
                                         {},
                                         true}};
    const Artifact artifact = sample.only("relay-config");
    const RelayConfig config = parsed(artifact);
    QVERIFY(config.upstream.tls == TlsPolicy::Required);
    QCOMPARE(config.upstream.server.toString(), QStringLiteral("contoso-com.mail.protection.outlook.com:25"));
    QCOMPARE(config.upstream.certificate.certificateFile, QStringLiteral("client-chain.pem"));
    QCOMPARE(config.upstream.certificate.keyFile, QStringLiteral("client-key.pem"));
    QVERIFY(config.upstream.user.isEmpty());
    QVERIFY2(artifact.purpose.contains(QStringLiteral("in place of client-chain.pem and client-key.pem.")),
             qPrintable(artifact.purpose));
    QVERIFY(sample.of("relay-note").empty());
}

/// All but the registration, which the site does not know; the relay asks for it.
void tst_RelayConfigFile::signsInWithTokensWhereThePlanDoes()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    sample.site.organisation.tenant = *Domain::parse(QStringLiteral("contoso.onmicrosoft.com"));
    sample.site.organisation.cloud = Cloud::GccHigh;
    sample.chosen().upstream = Upstream{Method::ClientSubmission,
                                        {QStringLiteral("smtp.office365.us"), 587, QStringLiteral("starttls"),
                                         Authentication::OAuth, QStringLiteral("devices@contoso.com")}};
    const Artifact made = sample.only("relay-config");
    const auto gap = parseRelayConfig(fileContent(made));
    QVERIFY(!gap);
    QVERIFY2(gap.error().detail.contains(QStringLiteral("$.upstream.oauth.application")),
             qPrintable(gap.error().detail));
    QVERIFY2(made.purpose.contains(QStringLiteral("credentials set relaywright-application")),
             qPrintable(made.purpose));
    const auto config = parseRelayConfig(
        fileContent(made).replace("the application (client) ID", "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"));
    QVERIFY2(config, config ? "" : qPrintable(config.error().detail));
    QVERIFY(!config->upstream.password);
    QCOMPARE(config->upstream.user, QStringLiteral("devices@contoso.com"));
    QCOMPARE(config->upstream.oauth->tenant.toString(), QStringLiteral("contoso.onmicrosoft.com"));
    QCOMPARE(config->upstream.oauth->cloud, Cloud::GccHigh);
    QVERIFY(std::get<KeptClientSecret>(config->upstream.oauth->proof).secret
            == SecretRef::keychain(QStringLiteral("relaywright-application")));
}

void tst_RelayConfigFile::goesThroughGraphWhereThePlanDoes()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    Upstream upstream;
    upstream.settings.user = QStringLiteral("devices@contoso.com");
    sample.chosen().upstream = upstream;
    const auto config =
        parseRelayConfig(fileContent(sample.only("relay-config"))
                             .replace("the application (client) ID", "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"));
    QVERIFY2(config, config ? "" : qPrintable(config.error().detail));
    QVERIFY(config->upstream.graph);
    QCOMPARE(config->upstream.user, QStringLiteral("devices@contoso.com"));
    QCOMPARE(toString(config->upstream.oauth->use), QStringLiteral("graph"));
    QCOMPARE(config->upstream.sendAs->toString(), QStringLiteral("devices@contoso.com"));
}

void tst_RelayConfigFile::usesTheUpstreamOfThePlan()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com");
    sample.chosen().upstream = Upstream{Method::HighVolumeEmail,
                                        {QStringLiteral("smtp.hve.mx.microsoft"), 587, QStringLiteral("starttls"),
                                         Authentication::Basic, QStringLiteral("alerts@contoso.com")}};
    const RelayConfig config = parsed(sample.only("relay-config"));
    QCOMPARE(config.upstream.server.toString(), QStringLiteral("smtp.hve.mx.microsoft:587"));
    QCOMPARE(config.upstream.user, QStringLiteral("alerts@contoso.com"));
    QCOMPARE(config.upstream.sendAs->toString(), QStringLiteral("alerts@contoso.com"));
}

void tst_RelayConfigFile::listensOnEveryPortThatASenderNeeds()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    sample.add("ups", Method::LocalRelay, "ups@contoso.com", "devices@contoso.com");
    sample.chosen(1).settings.port = 25;
    const RelayConfig config = parsed(sample.only("relay-config"));
    QCOMPARE(config.listeners.size(), 2u);
    QCOMPARE(config.listeners[0].listen.toString(), QStringLiteral("0.0.0.0:25"));
    QCOMPARE(config.listeners[1].listen.toString(), QStringLiteral("0.0.0.0:2525"));
    QCOMPARE(config.listeners[1].networks, config.listeners[0].networks);
}

void tst_RelayConfigFile::keepsTheMailboxAddressWhereASenderUsesAnother()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "devices@contoso.com", "devices@contoso.com").alsoFrom = {
        address("reports@contoso.com")};
    QCOMPARE(parsed(sample.only("relay-config")).upstream.sendAs->toString(), QStringLiteral("devices@contoso.com"));
}

void tst_RelayConfigFile::neverHoldsASecret()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    QCOMPARE(sample.only("relay-config").text.count(QLatin1String("password")), 1);
    QVERIFY(sample.only("relay-config").text.contains(QLatin1String("\"password\": \"keychain:devices@contoso.com\"")));
}

QTEST_GUILESS_MAIN(tst_RelayConfigFile)
#include "tst_RelayConfigFile.moc"
