// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/artifacts/SampleSite.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// Whether nft reads the files is tested with nft (integration.artifacts.Firewall); here is what stands in them.
class tst_LinuxFirewallFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void letsTheLocalNetworkReachTheRelayAndNobodyElse();
    void listsBothFamilies();
    void closesPort25AtTheEdgeButForTheRelay();
    void closesNothingThatASenderOfUnknownAddressNeeds();
    void isNotMadeWithoutARelayOrALan();
};

namespace {

QStringList rulesOf(const Artifact &artifact)
{
    QStringList rules;
    const QStringList lines = artifact.text.split(u'\n', Qt::SkipEmptyParts);
    for (const QString &line : lines) {
        if (line.startsWith(QLatin1String("        ")))
            rules += line.trimmed();
    }
    return rules;
}

Sample withFax()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    return sample;
}

} // namespace

void tst_LinuxFirewallFile::letsTheLocalNetworkReachTheRelayAndNobodyElse()
{
    const Artifact artifact = withFax().only("linux-firewall");
    QCOMPARE(artifact.fileName, QStringLiteral("firewall-relay.nft"));
    QCOMPARE(rulesOf(artifact), (QStringList{QStringLiteral("type filter hook input priority filter; policy accept;"),
                                             QStringLiteral("iif \"lo\" accept"),
                                             QStringLiteral("ip saddr { 10.1.0.0/16 } tcp dport { 2525 } accept"),
                                             QStringLiteral("tcp dport { 2525 } counter drop")}));
    for (const char *heading : {"What it changes, and for whom: ", "Apply: ", "Verify: ", "Roll back: "})
        QVERIFY2(artifact.text.contains(QLatin1String(heading)), heading);
}

void tst_LinuxFirewallFile::listsBothFamilies()
{
    Sample sample = withFax();
    sample.site.networks.front().lan.push_back(block("fd00:1::/64"));
    sample.add("ups", Method::LocalRelay, "ups@contoso.com", "devices@contoso.com");
    sample.chosen(1).settings.port = 25;
    const QStringList rules = rulesOf(sample.only("linux-firewall"));
    QVERIFY(rules.contains(QLatin1String("ip saddr { 10.1.0.0/16 } tcp dport { 25, 2525 } accept")));
    QVERIFY(rules.contains(QLatin1String("ip6 saddr { fd00:1::/64 } tcp dport { 25, 2525 } accept")));
}

void tst_LinuxFirewallFile::closesPort25AtTheEdgeButForTheRelay()
{
    Sample sample = withFax();
    sample.site.networks.front().relayHost = *Host::parse(QStringLiteral("10.1.0.5"));
    sample.add("alarm", Method::DirectSend).lanAddress = *IpAddress::parse(QStringLiteral("10.1.0.9"));
    const auto files = sample.of("linux-firewall");
    QCOMPARE(files.size(), 2u);
    QCOMPARE(files[1].fileName, QStringLiteral("firewall-gateway.nft"));
    QCOMPARE(rulesOf(files[1]),
             (QStringList{QStringLiteral("type filter hook forward priority filter; policy accept;"),
                          QStringLiteral("ip saddr { 10.1.0.5, 10.1.0.9 } tcp dport 25 accept"),
                          QStringLiteral("ip saddr { 10.1.0.0/16 } tcp dport 25 counter reject with tcp "
                                         "reset")}));
}

void tst_LinuxFirewallFile::closesNothingThatASenderOfUnknownAddressNeeds()
{
    Sample sample = withFax();
    sample.site.networks.front().relayHost = *Host::parse(QStringLiteral("10.1.0.5"));
    QCOMPARE(sample.of("linux-firewall").size(), 2u);
    sample.add("alarm", Method::DirectSend);
    QVERIFY(sample.only("linux-firewall").text.contains(QLatin1String("the address of alarm")));
    sample.site.senders.pop_back();
    sample.site.networks.front().relayHost = *Host::parse(QStringLiteral("relay.ad.contoso.com"));
    QCOMPARE(sample.of("linux-firewall").size(), 1u); // a name is no address to write into a rule
}

void tst_LinuxFirewallFile::isNotMadeWithoutARelayOrALan()
{
    Sample sample;
    sample.add("scanner", Method::ClientSubmission);
    QVERIFY(sample.of("linux-firewall").empty());
    sample = withFax();
    sample.site.networks.front().lan.clear();
    QVERIFY(sample.of("linux-firewall").empty());
}

QTEST_GUILESS_MAIN(tst_LinuxFirewallFile)
#include "tst_LinuxFirewallFile.moc"
