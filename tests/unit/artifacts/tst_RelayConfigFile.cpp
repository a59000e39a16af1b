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
    void usesPort25WhereOnlyThatIsOpen();
    void listensWhereThePlanSendsDevices();
    void isOneFileForEachMailboxAndNetwork();
    void isLeftOutWhileTheSmartHostIsUnknown();
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
    sample.add("erp", Method::LocalRelay, "erp@contoso.com");
    const auto files = sample.of("relay-config");
    QCOMPARE(files.size(), 2u);
    QCOMPARE(files[0].senders, (QStringList{QStringLiteral("fax"), QStringLiteral("ups")}));
    QCOMPARE(files[1].fileName, QStringLiteral("relay-2.json"));
    QCOMPARE(parsed(files[1]).name, QStringLiteral("relay-2"));
    QCOMPARE(parsed(files[1]).upstream.user, QStringLiteral("erp@contoso.com"));
}

void tst_RelayConfigFile::isLeftOutWhileTheSmartHostIsUnknown()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay);
    sample.chosen().upstream = Upstream{Method::ConnectorRelay, {}};
    sample.site.organisation.mxHost.reset();
    QVERIFY(sample.of("relay-config").empty());
    QVERIFY(!sample.of("device-sheet").empty());
    sample.site.organisation.mxHost = *Host::parse(QStringLiteral("mx.gateway.example.net"));
    QVERIFY(sample.of("relay-config").empty());
    sample.site.organisation.mxHost = *Host::parse(QStringLiteral("contoso-com.s-v1.mx.microsoft"));
    QVERIFY(!sample.of("relay-config").empty());
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
