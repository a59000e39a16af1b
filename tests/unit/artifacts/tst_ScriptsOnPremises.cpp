// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/artifacts/ScriptSamples.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// The scripts for the site's own servers.
class tst_ScriptsOnPremises : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void receiveConnectorGivesTheRelayRightOnlyToThoseWhoWriteOutside();
    void receiveConnectorTakesTheNetworkWhereAnAddressIsMissing();
    void receiveConnectorForEverybodyIsNeverMade();
    void receiveConnectorRaisesLimitsOnlyWhereNeeded();
    void iisIsOfferedOnlyForWhatItCanDo();
    void iisSaysThatItIsGone();
    void firewallOpensTheRelaysPortToTheLocalNetworkOnly();
    void firewallWithoutALocalNetworkIsNotMade();
    void firewallIsOneForEachRelayHost();
    void dnsNameLeadsToTheRelay();
    void dnsNameOfAnAddressIsAnAddressRecord();
    void dnsNameNeedsAZone();
};

void tst_ScriptsOnPremises::receiveConnectorGivesTheRelayRightOnlyToThoseWhoWriteOutside()
{
    const QString text = exchangeServerSample({}).sample.only("receive-connector-script").text;
    QVERIFY(text.contains(
        QLatin1String("Name = 'Relaywright relay to everybody'; Ranges = @('10.1.2.3'); Outward = $true")));
    QVERIFY(
        text.contains(QLatin1String("Name = 'Relaywright inside only'; Ranges = @('10.1.0.0/16'); Outward = $false")));
    QVERIFY(text.contains(QLatin1String("-PermissionGroups 'AnonymousUsers'")));
    // Never both: the alternative is told, and not made.
    QVERIFY(!text.contains(QLatin1String("-AuthMechanism")));
    QVERIFY(text.contains(QLatin1String("it is never both")));
    QVERIFY(!text.contains(QLatin1String("Connect-ExchangeOnline")));
}

void tst_ScriptsOnPremises::receiveConnectorTakesTheNetworkWhereAnAddressIsMissing()
{
    QVERIFY(exchangeServerSample({})
                .sample.only("receive-connector-script")
                .text.contains(QLatin1String("The address of alarm on the local network is not known")));
}

void tst_ScriptsOnPremises::receiveConnectorForEverybodyIsNeverMade()
{
    ScriptSample sample = exchangeServerSample({});
    sample.sample.site.networks.front().lan.clear();
    const QString some = sample.sample.only("receive-connector-script").text;
    QVERIFY(!some.contains(QLatin1String("'Relaywright inside only'; Ranges")));
    QVERIFY(some.contains(QLatin1String("Not included: alarm: neither their own addresses")));
    sample.sample.site.senders.front().lanAddress.reset();
    const QString none = sample.sample.only("receive-connector-script").text;
    QVERIFY(none.contains(QLatin1String("\nthrow 'This site names neither an address nor a local network")));
    QVERIFY(!none.contains(QLatin1String("New-ReceiveConnector")));
}

void tst_ScriptsOnPremises::receiveConnectorRaisesLimitsOnlyWhereNeeded()
{
    ScriptSample sample = exchangeServerSample({});
    QVERIFY(sample.sample.only("receive-connector-script")
                .text.contains(QLatin1String("Recipients = 400; Octets = 50000000 }")));
    sample.sample.site.senders.front().recipientsPerMessage = 200;
    sample.sample.site.senders.front().largestMessageOctets = 37'748'736;
    QVERIFY(!sample.sample.only("receive-connector-script").text.contains(QLatin1String("Recipients = 200")));
    QVERIFY(sample.sample.only("receive-connector-script")
                .text.contains(QLatin1String("Outward = $true; Recipients = 0; Octets = 0 }")));
}

void tst_ScriptsOnPremises::iisIsOfferedOnlyForWhatItCanDo()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    QVERIFY(!sample.of("iis-smtp-script").empty());
    sample.chosen() = relayedBy(Method::ClientSubmission, Authentication::OAuth, 587);
    QVERIFY(sample.of("iis-smtp-script").empty());
    sample.chosen() = relayedBy(std::nullopt, Authentication::OAuth, 443);
    QVERIFY(sample.of("iis-smtp-script").empty());
    sample.chosen() = relayedBy(Method::ConnectorRelay, Authentication::CertificateOrIp, 25);
    QVERIFY(!sample.of("iis-smtp-script").empty());
    sample.chosen().upstream->settings.byCertificate = true;
    QVERIFY(sample.of("iis-smtp-script").empty());
}

void tst_ScriptsOnPremises::iisSaysThatItIsGone()
{
    const QString text = localRelaySample({}).sample.only("iis-smtp-script").text;
    for (const char *said : {"gone from Windows Server 2025", "unsupported for years", "knows neither OAuth",
                             "open relay", "devices@contoso.com and its password", "smart host smtp.office365.com"}) {
        QString unfolded = text;
        unfolded.replace(QLatin1String("\n# "), QLatin1String(" "));
        QVERIFY2(unfolded.contains(QLatin1String(said)), said);
    }
    QVERIFY(text.startsWith(QLatin1String("#Requires -RunAsAdministrator\n")));
}

void tst_ScriptsOnPremises::firewallOpensTheRelaysPortToTheLocalNetworkOnly()
{
    const Artifact script = localRelaySample({}).sample.only("windows-firewall-script");
    QVERIFY(script.text.contains(QLatin1String("$localNetworks = @('10.1.0.0/16')\n$inboundPorts = @('2525')\n"
                                               "$outboundPorts = @('587', '25', '443')\n")));
    QVERIFY(script.purpose.contains(QLatin1String("relay.corp.contoso.com")));
    static const QString kRule = QStringLiteral("-LocalPort $inboundPorts -RemoteAddress $localNetworks\n");
    QCOMPARE(script.text.count(kRule), 2);
}

void tst_ScriptsOnPremises::firewallWithoutALocalNetworkIsNotMade()
{
    ScriptSample sample = localRelaySample({});
    sample.sample.site.networks.front().lan.clear();
    QVERIFY(sample.sample.of("windows-firewall-script").empty());
}

void tst_ScriptsOnPremises::firewallIsOneForEachRelayHost()
{
    ScriptSample sample = localRelaySample({});
    Network plant;
    plant.id = QStringLiteral("plant");
    plant.lan = {block("10.2.0.0/16")};
    sample.sample.site.networks.push_back(plant);
    sample.sample.add("scale2", Method::LocalRelay, "scale2@contoso.com").network = QStringLiteral("plant");
    const std::vector<Artifact> scripts = sample.sample.of("windows-firewall-script");
    QCOMPARE(scripts.size(), 2u);
    QVERIFY(scripts[1].text.contains(QLatin1String("$localNetworks = @('10.2.0.0/16')\n")));
    QVERIFY(scripts[0].fileName != scripts[1].fileName);
}

void tst_ScriptsOnPremises::dnsNameLeadsToTheRelay()
{
    const QString text = localRelaySample({}).sample.only("windows-dns-script").text;
    QVERIFY(text.contains(QLatin1String("$zone = 'corp.contoso.com'\n")));
    QVERIFY(text.contains(QLatin1String("Name = 'smtp'; Type = 'CNAME'; Value = 'relay.corp.contoso.com'")));
    QVERIFY(text.contains(QLatin1String(
        "#     Remove-DnsServerResourceRecord -ZoneName 'corp.contoso.com' -Name 'smtp' -RRType 'CNAME'\n")));
}

void tst_ScriptsOnPremises::dnsNameOfAnAddressIsAnAddressRecord()
{
    ScriptSample sample = localRelaySample({});
    sample.sample.site.networks.front().relayHost = *Host::parse(QStringLiteral("10.1.2.3"));
    QVERIFY(sample.sample.only("windows-dns-script").text.contains(QLatin1String("Type = 'A'; Value = '10.1.2.3'")));
}

void tst_ScriptsOnPremises::dnsNameNeedsAZone()
{
    ScriptSample sample = localRelaySample({});
    sample.sample.site.organisation.internalDomain.reset();
    QVERIFY(sample.sample.of("windows-dns-script").empty());
}

QTEST_GUILESS_MAIN(tst_ScriptsOnPremises)
#include "tst_ScriptsOnPremises.moc"
