// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/DnsRecords.h"
#include "tests/unit/artifacts/SampleSite.h"
#include "tests/unit/artifacts/ZoneReader.h"

#include <QRegularExpression>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

class tst_DnsRecords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void splitLongTextAtWholeOctets_data();
    void splitLongTextAtWholeOctets();
    void neverInventADkimTarget();
    void makeDmarcStricterInStages();
    void keepSubdomainsOutOfASubdomainsPolicy();
    void sendReportsToAMailboxOfTheSite();
    void askTheReportsDomainForLeave();
    void escapeTheReportAddress();
    void pointMtaStsAtThePublishedHost();
    void makeNoMtaStsPolicyWithoutAnMxHost();
    void nameTheSmartHost_data();
    void nameTheSmartHost();
    void giveEachRelayItsOwnName();
    void nameNoSmartHostWithoutAnInternalDomain();
    void coverEveryDomainThatSendersUse();
    void leaveOutDomainsOfOthers();
    void coverTheApplicationDomain();
    void areNothingForAnUnknownDomain();
    void stayTheSameInTableAndZone();
    void tellTheHostRelativeToTheZone();
};

namespace {

ZoneEntry only(const Artifact &artifact)
{
    const auto entries = ZoneReader::read(artifact.text);
    return entries && entries->size() == 1 ? entries->front() : ZoneEntry{};
}

/// The file's words in one line, as if its comments were not folded.
QString words(const Artifact &artifact)
{
    return QString(artifact.text).replace(QLatin1String("\n; "), QLatin1String(" ")).simplified();
}

/// The records that stand in comments, in order.
std::vector<ZoneEntry> commented(const Artifact &artifact)
{
    QStringList lines;
    const QStringList all = artifact.text.split(u'\n');
    for (const QString &line : all) {
        if (line.contains(QLatin1String(" 3600 IN TXT ")) && line.startsWith(QLatin1String("; ")))
            lines += line.mid(2);
    }
    return ZoneReader::read(lines.join(u'\n')).value_or(std::vector<ZoneEntry>{});
}

Sample withScanner()
{
    Sample sample;
    sample.add("scanner", Method::ClientSubmission);
    return sample;
}

Sample withRelay(const char *relayHost)
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    sample.site.organisation.internalDomain = domain("ad.contoso.com");
    sample.site.networks.front().relayHost = *Host::parse(QString::fromLatin1(relayHost));
    return sample;
}

} // namespace

void tst_DnsRecords::splitLongTextAtWholeOctets_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("strings");
    QTest::newRow("short") << QStringLiteral("v=spf1 -all") << 1;
    QTest::newRow("empty") << QString() << 1;
    QTest::newRow("exactly one string") << QString(255, u'a') << 1;
    QTest::newRow("one octet more") << QString(256, u'a') << 2;
    QTest::newRow("a letter of two octets over the edge") << QString(254, u'a') + QStringLiteral("ü and more") << 2;
    QTest::newRow("letters of three octets") << QString(200, QChar(0x20ac)) << 3;
    QTest::newRow("quotes and backslashes") << QString(300, u'"') + QString(300, u'\\') << 3;
}

void tst_DnsRecords::splitLongTextAtWholeOctets()
{
    QFETCH(QString, text);
    QFETCH(int, strings);
    const DnsRecord record{
        .name = QStringLiteral("contoso.com"), .type = QStringLiteral("TXT"), .value = text, .remark = {}};
    const auto entries = ZoneReader::read(zoneLine(record));
    QVERIFY(entries && entries->size() == 1);
    QCOMPARE(entries->front().name, QStringLiteral("contoso.com"));
    QCOMPARE(entries->front().strings.size(), strings);
    QCOMPARE(entries->front().text(), text); // joined without anything between
}

void tst_DnsRecords::neverInventADkimTarget()
{
    const Artifact artifact = withScanner().only("dkim-record");
    QCOMPARE(artifact.fileName, QStringLiteral("dkim-contoso.com.zone"));
    const auto live = ZoneReader::read(artifact.text);
    QVERIFY(live && live->empty());
    for (const char *host : {"; selector1._domainkey.contoso.com. 3600 IN CNAME <the name shown as Selector1CNAME>\n",
                             "; selector2._domainkey.contoso.com. 3600 IN CNAME <the name shown as Selector2CNAME>\n"})
        QVERIFY2(artifact.text.contains(QLatin1String(host)), qPrintable(artifact.text));
    QVERIFY(!artifact.text.contains(QLatin1String("dkim.mail.microsoft")));
    QVERIFY(!artifact.text.contains(QLatin1String("selector1-contoso-com")));
    QVERIFY(artifact.text.contains(QLatin1String("Get-DkimSigningConfig -Identity contoso.com")));
}

void tst_DnsRecords::makeDmarcStricterInStages()
{
    const Artifact artifact = withScanner().only("dmarc-record");
    const QString rua = QStringLiteral("rua=mailto:postmaster@contoso.com");
    const ZoneEntry first = only(artifact);
    QCOMPARE(first.name, QStringLiteral("_dmarc.contoso.com"));
    QCOMPARE(first.text(), QStringLiteral("v=DMARC1; p=none; ") + rua);
    QStringList later;
    for (const ZoneEntry &entry : commented(artifact))
        later += entry.text();
    QCOMPARE(later, (QStringList{QStringLiteral("v=DMARC1; p=quarantine; sp=none; pct=10; ") + rua,
                                 QStringLiteral("v=DMARC1; p=quarantine; sp=none; pct=25; ") + rua,
                                 QStringLiteral("v=DMARC1; p=quarantine; sp=none; pct=50; ") + rua,
                                 QStringLiteral("v=DMARC1; p=quarantine; sp=none; ") + rua,
                                 QStringLiteral("v=DMARC1; p=reject; sp=reject; ") + rua}));
}

void tst_DnsRecords::keepSubdomainsOutOfASubdomainsPolicy()
{
    Sample sample;
    sample.add("erp", Method::ConnectorRelay, "erp@apps.contoso.com");
    const Artifact artifact = sample.only("dmarc-record");
    QCOMPARE(only(artifact).name, QStringLiteral("_dmarc.apps.contoso.com"));
    QVERIFY(!artifact.text.contains(QLatin1String("sp=")));
    QVERIFY(artifact.text.contains(QLatin1String("p=reject;")));
}

void tst_DnsRecords::sendReportsToAMailboxOfTheSite()
{
    Sample sample = withScanner();
    sample.site.senders.front().repliesTo = address("it@contoso.com");
    QVERIFY(only(sample.only("dmarc-record")).text().endsWith(QLatin1String("rua=mailto:it@contoso.com")));
    QCOMPARE(only(sample.only("tls-rpt-record")).text(), QStringLiteral("v=TLSRPTv1; rua=mailto:it@contoso.com"));
    sample.site.senders.front().repliesTo = address("someone@fabrikam.com"); // not ours to choose
    QVERIFY(only(sample.only("dmarc-record")).text().endsWith(QLatin1String("rua=mailto:postmaster@contoso.com")));
}

void tst_DnsRecords::askTheReportsDomainForLeave()
{
    Sample sample;
    sample.site.organisation.acceptedDomains = {domain("contoso.com"), domain("fabrikam.com")};
    sample.add("shop", Method::ClientSubmission, "shop@fabrikam.com");
    const auto entries = ZoneReader::read(sample.only("dmarc-record").text);
    QVERIFY(entries && entries->size() == 2);
    QCOMPARE(entries->at(1).name, QStringLiteral("fabrikam.com._report._dmarc.contoso.com"));
    QCOMPARE(entries->at(1).text(), QStringLiteral("v=DMARC1"));
    sample.site.senders.front().from = address("shop@apps.contoso.com"); // one organisational domain needs none
    QCOMPARE(ZoneReader::read(sample.only("dmarc-record").text)->size(), 1u);
    // Neither is above the other, yet one organisation has both.
    sample.site.organisation.acceptedDomains = {domain("mail.contoso.co.uk"), domain("print.contoso.co.uk")};
    sample.site.senders.front().from = address("shop@print.contoso.co.uk");
    QCOMPARE(ZoneReader::read(sample.only("dmarc-record").text)->size(), 1u);
}

void tst_DnsRecords::escapeTheReportAddress()
{
    QCOMPARE(mailtoUri(address("a!b@contoso.com")), QStringLiteral("mailto:a%21b@contoso.com"));
    QCOMPARE(mailtoUri(address("\"a;b, c\"@contoso.com")), QStringLiteral("mailto:%22a%3Bb%2C%20c%22@contoso.com"));
}

void tst_DnsRecords::pointMtaStsAtThePublishedHost()
{
    const Sample sample = withScanner();
    const Artifact policy = sample.only("mta-sts-policy");
    QCOMPARE(policy.fileName, QStringLiteral("mta-sts.txt"));
    QCOMPARE(policy.text, QStringLiteral("version: STSv1\nmode: testing\nmx: contoso-com.mail.protection.outlook.com\n"
                                         "max_age: 604800\n"));
    const ZoneEntry record = only(sample.only("mta-sts-record"));
    QCOMPARE(record.name, QStringLiteral("_mta-sts.contoso.com"));
    QCOMPARE(record.text(), QStringLiteral("v=STSv1; id=20261122T000000;"));
}

void tst_DnsRecords::makeNoMtaStsPolicyWithoutAnMxHost()
{
    Sample sample = withScanner();
    sample.site.organisation.mxHost.reset();
    QVERIFY(sample.of("mta-sts-policy").empty());
    QVERIFY(sample.of("mta-sts-record").empty());
    QVERIFY(!sample.of("tls-rpt-record").empty());
    QVERIFY(sample.only("dns-records").text.contains(QLatin1String("MTA-STS: its policy names the MX host")));
    sample.site.organisation.mxHost = *Host::parse(QStringLiteral("192.0.2.25")); // no MX record names an address
    QVERIFY(sample.of("mta-sts-policy").empty());
}

void tst_DnsRecords::nameTheSmartHost_data()
{
    QTest::addColumn<QByteArray>("relayHost");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("target");
    QTest::newRow("a name") << QByteArray("relay.ad.contoso.com") << QStringLiteral("CNAME")
                            << QStringLiteral("relay.ad.contoso.com.");
    QTest::newRow("a name of one label") << QByteArray("relay01") << QStringLiteral("CNAME")
                                         << QStringLiteral("relay01.ad.contoso.com.");
    QTest::newRow("an IPv4 address") << QByteArray("10.1.0.5") << QStringLiteral("A") << QStringLiteral("10.1.0.5");
    QTest::newRow("an IPv6 address") << QByteArray("fd00::5") << QStringLiteral("AAAA") << QStringLiteral("fd00::5");
}

void tst_DnsRecords::nameTheSmartHost()
{
    QFETCH(QByteArray, relayHost);
    QFETCH(QString, type);
    QFETCH(QString, target);
    const Artifact artifact = withRelay(relayHost.constData()).only("smart-host-name");
    const ZoneEntry record = only(artifact);
    QCOMPARE(record.name, QStringLiteral("smtp.ad.contoso.com"));
    QCOMPARE(record.type, type);
    QCOMPARE(record.target, target);
    QVERIFY(words(artifact).contains(QLatin1String("not to the public DNS")));
}

void tst_DnsRecords::giveEachRelayItsOwnName()
{
    Sample sample = withRelay("10.1.0.5");
    Network branch = sample.site.networks.front();
    branch.id = QStringLiteral("Büro Süd");
    branch.relayHost = *Host::parse(QStringLiteral("10.2.0.5"));
    sample.site.networks.push_back(branch);
    sample.add("scale", Method::LocalRelay, "scale@contoso.com", "devices@contoso.com").network = branch.id;
    sample.site.organisation.exchangeServer = *Host::parse(QStringLiteral("mail.ad.contoso.com"));
    sample.add("erp", Method::OnPremExchange);
    const auto records = ZoneReader::read(sample.only("smart-host-name").text);
    QVERIFY(records && records->size() == 3);
    QCOMPARE(records->at(0).name, QStringLiteral("smtp.ad.contoso.com"));
    QCOMPARE(records->at(1).name, QStringLiteral("smtp-b-ro-s-d.ad.contoso.com"));
    QCOMPARE(records->at(1).target, QStringLiteral("10.2.0.5"));
    QCOMPARE(records->at(2).name, QStringLiteral("smtp-exchange.ad.contoso.com"));
}

void tst_DnsRecords::nameNoSmartHostWithoutAnInternalDomain()
{
    Sample sample = withRelay("10.1.0.5");
    sample.site.organisation.internalDomain.reset();
    QVERIFY(sample.of("smart-host-name").empty());
    sample.site.organisation.internalDomain = domain("ad.contoso.com");
    sample.site.networks.front().relayHost.reset();
    QVERIFY(sample.of("smart-host-name").empty());
}

void tst_DnsRecords::coverEveryDomainThatSendersUse()
{
    Sample sample;
    Sender &erp = sample.add("erp", Method::ConnectorRelay, "erp@contoso.com");
    erp.envelopeFrom = address("bounces@mail.contoso.com");
    erp.alsoFrom = {address("shop@shop.contoso.com")};
    QStringList files;
    for (const char *kind : {"spf-record", "dkim-record", "dmarc-record"}) {
        for (const Artifact &artifact : sample.of(kind))
            files += artifact.fileName;
    }
    for (const char *stem : {"spf-", "dkim-", "dmarc-"}) {
        for (const char *name : {"contoso.com", "mail.contoso.com", "shop.contoso.com"})
            QVERIFY2(files.contains(QLatin1String(stem) + QLatin1String(name) + QLatin1String(".zone")), name);
    }
    QCOMPARE(files.size(), 9);
}

void tst_DnsRecords::leaveOutDomainsOfOthers()
{
    Sample sample;
    sample.add("app", Method::ClientSubmission, "app@fabrikam.com");
    sample.add("alarm", Method::ClientSubmission, "alarm@contoso.onmicrosoft.com");
    QVERIFY(sample.of("dmarc-record").empty());
    QVERIFY(sample.of("spf-record").empty());
    sample.add("scanner", Method::ClientSubmission);
    QCOMPARE(sample.of("dmarc-record").size(), 1u);
    QVERIFY(sample.only("dns-records")
                .text.contains(QLatin1String("fabrikam.com, contoso.onmicrosoft.com: the DNS of these")));
}

void tst_DnsRecords::coverTheApplicationDomain()
{
    Sample sample = withScanner();
    sample.site.organisation.applicationDomain = domain("apps.contoso.net");
    QCOMPARE(sample.of("dmarc-record").size(), 2u);
    QCOMPARE(sample.of("dkim-record").size(), 2u);
    QVERIFY(words(sample.of("dkim-record")[1]).contains(QLatin1String("is not among the accepted domains")));
    QCOMPARE(sample.of("spf-record").size(), 1u); // nobody sends as it yet
}

void tst_DnsRecords::areNothingForAnUnknownDomain()
{
    Sample sample;
    sample.site.organisation.acceptedDomains.clear();
    sample.add("alarm", Method::DirectSend, nullptr);
    for (const Artifact &artifact : sample.all())
        QVERIFY2(artifact.mediaType != QLatin1String("text/dns") && artifact.kind != QLatin1String("dns-records"),
                 qPrintable(artifact.kind));
}

void tst_DnsRecords::stayTheSameInTableAndZone()
{
    Sample sample = withRelay("10.1.0.5");
    sample.add("erp", Method::ConnectorRelay, "erp@apps.contoso.com");
    const std::vector<Artifact> all = sample.all();
    const QString table = sample.only("dns-records").text;
    int compared = 0;
    for (const Artifact &artifact : all) {
        if (artifact.mediaType != QLatin1String("text/dns"))
            continue;
        const auto entries = ZoneReader::read(artifact.text);
        QVERIFY2(entries, qPrintable(artifact.text));
        for (const ZoneEntry &entry : *entries) {
            QString value = entry.type == QLatin1String("TXT") ? entry.text() : entry.target;
            if (value.endsWith(u'.'))
                value.chop(1);
            QVERIFY2(table.contains(QLatin1String("<code>") + value.toHtmlEscaped() + QLatin1String("</code>")),
                     qPrintable(value));
            ++compared;
        }
    }
    QCOMPARE(compared, 2 + 2 + 2 + 1); // SPF and DMARC of two domains, TLS-RPT, MTA-STS, the smart-host name
}

void tst_DnsRecords::tellTheHostRelativeToTheZone()
{
    Sample sample;
    sample.add("erp", Method::ConnectorRelay, "erp@apps.contoso.com");
    const QString table = sample.only("dns-records").text;
    QVERIFY(table.contains(QLatin1String("<h2>Zone contoso.com</h2>")));
    QVERIFY(table.contains(QLatin1String("<td><code>_dmarc.apps</code></td>")));
    QVERIFY(withScanner().only("dns-records").text.contains(QLatin1String("<td><code>@</code></td><td>TXT</td>")));
}

QTEST_GUILESS_MAIN(tst_DnsRecords)
#include "tst_DnsRecords.moc"
