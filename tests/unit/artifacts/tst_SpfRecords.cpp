// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/SpfRecord.h"
#include "tests/unit/artifacts/SampleSite.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

class tst_SpfRecords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void addsTheSitesAddressesToTheExistingRecord();
    void addsNothingForClientSubmissionThatIsCovered();
    void makesARecordThatKeepsPeoplesMailRight();
    void includesTheCloudsServers_data();
    void includesTheCloudsServers();
    void makesOneFileForEachSenderDomain();
    void listsIpv6Too();
    void leavesPrivateAddressesOut();
    void explainsARecordThatCannotBeMerged();
    void holdsNothingButCommentsAndOneRecord_data();
    void holdsNothingButCommentsAndOneRecord();
};

namespace {

/// The joined strings of the only record line.
QString recordOf(const Artifact &artifact)
{
    QStringList records;
    const QStringList lines = artifact.text.split(u'\n', Qt::SkipEmptyParts);
    for (const QString &line : lines) {
        if (!line.startsWith(u';'))
            records += line;
    }
    if (records.size() != 1)
        return QStringLiteral("%1 record lines").arg(records.size());
    return records.front()
        .section(QLatin1String(" TXT ( \""), 1)
        .section(QLatin1String("\" )"), 0, 0)
        .replace(QLatin1String("\" \""), QString());
}

} // namespace

void tst_SpfRecords::addsTheSitesAddressesToTheExistingRecord()
{
    Sample sample;
    sample.add("erp", Method::ConnectorRelay);
    const Artifact artifact = sample.only("spf-record");
    QCOMPARE(artifact.fileName, QStringLiteral("spf-contoso.com.zone"));
    QCOMPARE(recordOf(artifact), QStringLiteral("v=spf1 include:spf.protection.outlook.com ip4:192.0.2.10 -all"));
    QVERIFY(artifact.text.contains(QLatin1String("; Added: ip4:192.0.2.10\n")));
    QVERIFY(artifact.text.contains(QLatin1String("; Before: v=spf1 include:spf.protection.outlook.com -all\n")));
    QVERIFY(artifact.text.contains(QLatin1String("\ncontoso.com. 3600 IN TXT ( \"")));
}

void tst_SpfRecords::addsNothingForClientSubmissionThatIsCovered()
{
    Sample sample;
    sample.add("scanner", Method::ClientSubmission);
    const Artifact artifact = sample.only("spf-record");
    QCOMPARE(recordOf(artifact), sample.site.organisation.existingSpf);
    QVERIFY(artifact.text.contains(QLatin1String("; Added: nothing")));
}

void tst_SpfRecords::makesARecordThatKeepsPeoplesMailRight()
{
    Sample sample;
    sample.site.organisation.existingSpf.clear();
    sample.add("alarm", Method::DirectSend);
    QCOMPARE(recordOf(sample.only("spf-record")),
             QStringLiteral("v=spf1 ip4:192.0.2.10 include:spf.protection.outlook.com ~all"));
}

void tst_SpfRecords::includesTheCloudsServers_data()
{
    QTest::addColumn<int>("cloud");
    QTest::addColumn<QString>("host");
    QTest::newRow("worldwide") << static_cast<int>(Cloud::Worldwide) << QStringLiteral("spf.protection.outlook.com");
    QTest::newRow("GCC High") << static_cast<int>(Cloud::GccHigh) << QStringLiteral("spf.protection.office365.us");
    QTest::newRow("China") << static_cast<int>(Cloud::China) << QStringLiteral("spf.protection.partner.outlook.cn");
    QTest::newRow("unknown") << -1 << QStringLiteral("spf.protection.outlook.com");
}

void tst_SpfRecords::includesTheCloudsServers()
{
    QFETCH(int, cloud);
    QFETCH(QString, host);
    Sample sample;
    sample.site.organisation.existingSpf.clear();
    sample.site.organisation.cloud = cloud < 0 ? std::nullopt : std::optional(static_cast<Cloud>(cloud));
    sample.add("scanner", Method::ClientSubmission);
    QCOMPARE(recordOf(sample.only("spf-record")), QStringLiteral("v=spf1 include:%1 ~all").arg(host));
}

void tst_SpfRecords::makesOneFileForEachSenderDomain()
{
    Sample sample;
    sample.add("erp", Method::ConnectorRelay, "erp@apps.contoso.com");
    sample.add("scanner", Method::ClientSubmission);
    const auto records = sample.of("spf-record");
    QCOMPARE(records.size(), 2u);
    QCOMPARE(records[0].fileName, QStringLiteral("spf-apps.contoso.com.zone"));
    QCOMPARE(recordOf(records[0]), QStringLiteral("v=spf1 ip4:192.0.2.10 include:spf.protection.outlook.com ~all"));
    QVERIFY(records[0].text.contains(QLatin1String("; Before: none is known.")));
    QCOMPARE(recordOf(records[1]), sample.site.organisation.existingSpf);
}

void tst_SpfRecords::listsIpv6Too()
{
    Sample sample;
    sample.site.networks.front().egress.push_back(block("2001:db8:1::/48"));
    sample.add("alarm", Method::DirectSend);
    QVERIFY(recordOf(sample.only("spf-record")).contains(QLatin1String(" ip4:192.0.2.10 ip6:2001:db8:1::/48 ")));
}

void tst_SpfRecords::leavesPrivateAddressesOut()
{
    Sample sample;
    sample.site.networks.front().egress = {block("10.0.0.0/8")};
    sample.add("alarm", Method::DirectSend);
    QVERIFY(sample.of("spf-record").empty());
}

void tst_SpfRecords::explainsARecordThatCannotBeMerged()
{
    Sample sample;
    sample.site.organisation.existingSpf = QStringLiteral("v=spf1 ip4:999.1.1.1 -all");
    sample.add("erp", Method::ConnectorRelay);
    const Artifact artifact = sample.only("spf-record");
    QCOMPARE(recordOf(artifact), QStringLiteral("0 record lines"));
    QVERIFY2(artifact.text.contains(QLatin1String("No new record could be made.")), qPrintable(artifact.text));
    QVERIFY(artifact.text.contains(QLatin1String("To be added: ip4:192.0.2.10")));
}

void tst_SpfRecords::holdsNothingButCommentsAndOneRecord_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("a record on a line of its own") << QStringLiteral("x\n@ IN A 192.0.2.66\r\n");
    QTest::newRow("a line separator") << QStringLiteral("x\u2028@ IN A 192.0.2.66");
    QTest::newRow("quotes and parentheses") << QStringLiteral("\") ( \"x");
}

void tst_SpfRecords::holdsNothingButCommentsAndOneRecord()
{
    QFETCH(QString, text);
    Sample sample;
    sample.add("erp", Method::ConnectorRelay).name = text;
    QCOMPARE(recordOf(sample.only("spf-record")),
             QStringLiteral("v=spf1 include:spf.protection.outlook.com ip4:192.0.2.10 -all"));
    sample.site.organisation.existingSpf = text; // whatever is made of it, it stays in comments or becomes no record
    const QString result = recordOf(sample.only("spf-record"));
    QVERIFY2(result == QLatin1String("0 record lines") || parseSpf(result), qPrintable(result));
}

QTEST_GUILESS_MAIN(tst_SpfRecords)
#include "tst_SpfRecords.moc"
