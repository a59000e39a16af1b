// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/Dmarc.h"

#include "tests/unit/mailauth/RecordMarks.h"

#include <QTest>

using namespace relaywright;

class tst_DmarcRecord : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTheRecordsOfTheRfc_data();
    void readsTheRecordsOfTheRfc();
    void readsEveryTag();
    void readsReportAddresses_data();
    void readsReportAddresses();
    void remarksWhatReceiversPassOver_data();
    void remarksWhatReceiversPassOver();
    void ignoredValuesLeaveTheDefault();
    void aValidAddressSavesAnInvalidPolicy_data();
    void aValidAddressSavesAnInvalidPolicy();
    void pointsAtTheFault_data();
    void pointsAtTheFault();
    void writesWhatItReads_data();
    void writesWhatItReads();
    void standsHostileInput();
};

namespace {

DmarcRecord parsed(const QString &text)
{
    const auto record = parseDmarc(text);
    return record ? *record : DmarcRecord{.otherTags = {record.error().sentence}};
}

DmarcRecord parsed(const char *text)
{
    return parsed(QString::fromLatin1(text));
}

DmarcRecord withoutRemarks(DmarcRecord record)
{
    record.remarks.clear();
    return record;
}

} // namespace

void tst_DmarcRecord::readsTheRecordsOfTheRfc_data()
{
    QTest::addColumn<QString>("policy");
    QTest::addColumn<int>("percent");
    QTest::addColumn<QStringList>("aggregate");
    QTest::addColumn<QStringList>("failure");
    const QStringList example{QStringLiteral("dmarc-feedback@example.com")};
    // RFC 7489 appendix B.2
    QTest::newRow("v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com")
        << "none" << 100 << example << QStringList();
    QTest::newRow("v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com; ruf=mailto:auth-reports@example.com")
        << "none" << 100 << example << QStringList{QStringLiteral("auth-reports@example.com")};
    QTest::newRow("v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com; "
                  "ruf=mailto:auth-reports@thirdparty.example.net")
        << "none" << 100 << example << QStringList{QStringLiteral("auth-reports@thirdparty.example.net")};
    QTest::newRow("v=DMARC1; p=quarantine; rua=mailto:dmarc-feedback@example.com,"
                  "mailto:tld-test@thirdparty.example.net!10m; pct=25")
        << "quarantine" << 25
        << QStringList{QStringLiteral("dmarc-feedback@example.com"), QStringLiteral("tld-test@thirdparty.example.net")}
        << QStringList();
}

void tst_DmarcRecord::readsTheRecordsOfTheRfc()
{
    QVERIFY(isDmarcRecord(QTest::currentDataTag()));
    const DmarcRecord record = parsed(QTest::currentDataTag());
    QTEST(toString(record.policy), "policy");
    QTEST(record.percent, "percent");
    const auto addresses = [](const std::vector<DmarcReportAddress> &list) {
        QStringList texts;
        for (const DmarcReportAddress &address : list)
            texts += address.address;
        return texts;
    };
    QTEST(addresses(record.aggregate), "aggregate");
    QTEST(addresses(record.failure), "failure");
    QVERIFY(record.remarks.empty());
}

void tst_DmarcRecord::readsEveryTag()
{
    const DmarcRecord record = parsed("v=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; aspf=s; pct=7; "
                                      "rua=mailto:a@example.com!2g; ruf=mailto:b@example.com; fo=1:d:s; rf=afrf; "
                                      "ri=3600; t=y; psd=n");
    QCOMPARE(record,
             (DmarcRecord{.policy = DmarcPolicy::Reject,
                          .subdomains = DmarcPolicy::Quarantine,
                          .nonExistent = DmarcPolicy::None,
                          .strictDkim = true,
                          .strictSpf = true,
                          .percent = 7,
                          .testing = true,
                          .aggregate = {{QStringLiteral("mailto:a@example.com"), QStringLiteral("a@example.com"),
                                         QStringLiteral("example.com"), 2LL << 30}},
                          .failure = {{QStringLiteral("mailto:b@example.com"), QStringLiteral("b@example.com"),
                                       QStringLiteral("example.com"), 0}},
                          .failureOptions = {QStringLiteral("1"), QStringLiteral("d"), QStringLiteral("s")},
                          .intervalSeconds = 3600,
                          .publicSuffix = QStringLiteral("n")}));
}

void tst_DmarcRecord::readsReportAddresses_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("domain");
    QTest::addColumn<qint64>("octets");
    const auto row = [](const char *uri, const char *address, const char *domain, qint64 octets) {
        QTest::newRow(uri) << QString::fromLatin1(address) << QString::fromLatin1(domain) << octets;
    };
    row("mailto:a@example.com", "a@example.com", "example.com", 0);
    row("MAILTO:A@Example.COM", "A@example.com", "example.com", 0);
    row("mailto:a%21b@example.com", "a!b@example.com", "example.com", 0);
    row("mailto:%22a%2Cb%22@example.com", "\"a,b\"@example.com", "example.com", 0);
    row("mailto:a@example.com?subject=x", "a@example.com", "example.com", 0);
    row("mailto:a@example.com!1", "a@example.com", "example.com", 1);
    row("mailto:a@example.com!50K", "a@example.com", "example.com", 50 * 1024);
    row("mailto:a@example.com!10m", "a@example.com", "example.com", 10 * 1024 * 1024);
    row("mailto:a@example.com!1t", "a@example.com", "example.com", qint64(1) << 40);
    row("https://reports.example.com/dmarc", "", "", 0);
}

void tst_DmarcRecord::readsReportAddresses()
{
    const DmarcRecord record = parsed(QLatin1String("v=DMARC1; p=none; rua=") + QLatin1String(QTest::currentDataTag()));
    QCOMPARE(record.aggregate.size(), size_t(1));
    QTEST(record.aggregate.front().address, "address");
    QTEST(record.aggregate.front().domain, "domain");
    QTEST(record.aggregate.front().maxOctets, "octets");
}

void tst_DmarcRecord::remarksWhatReceiversPassOver_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("marked");
    const auto row = [](const char *name, const char *rest, const char *marked) {
        QTest::newRow(name) << QLatin1String("v=DMARC1; p=none; rua=mailto:a@example.com; ") + QString::fromLatin1(rest)
                            << QString::fromLatin1(marked);
    };
    const auto whole = [](const char *name, const char *text, const char *marked) {
        QTest::newRow(name) << QString::fromLatin1(text) << QString::fromLatin1(marked);
    };
    row("unknown tag", "x=y", "x=y");
    row("mistyped tag", "adkm=s", "adkm=s");
    row("tag twice", "pct=10; pct=20", "pct=20");
    row("tag twice in another case", "P=reject", "P=reject");
    row("tag in upper case", "PCT=10", "PCT");
    row("value in upper case", "sp=Reject", "Reject");
    row("per cent over 100", "pct=101", "pct=101");
    row("per cent sign", "pct=50%", "pct=50%");
    row("empty per cent", "pct=", "pct=");
    row("interval", "ri=daily", "ri=daily");
    row("interval too long", "ri=4294967296", "ri=4294967296");
    row("alignment", "adkim=strict", "adkim=strict");
    row("format", "rf=iodef", "rf=iodef");
    row("failure options", "ruf=mailto:b@example.com; fo=0:x", "fo=0:x");
    row("failure options alone", "fo=1", "fo=1");
    row("testing", "t=1", "t=1");
    row("public suffix", "psd=maybe", "psd=maybe");
    row("no tag", "rubbish", "rubbish");
    row("two semicolons", "; pct=10", ";");
    row("failure address without scheme", "ruf=b@example.com", "b@example.com");
    row("failure address of another scheme", "ruf=https://example.com/", "https://example.com/");
    row("failure address with a bad size", "ruf=mailto:b@example.com!10x", "mailto:b@example.com!10x");
    row("failure address of size nought", "ruf=mailto:b@example.com!0", "mailto:b@example.com!0");
    row("failure address past all sizes", "ruf=mailto:b@example.com!99999999t", "mailto:b@example.com!99999999t");
    row("failure address with blanks", "ruf=mailto:b@example.com mailto:c@example.com",
        "mailto:b@example.com mailto:c@example.com");
    row("second address of two", "ruf=mailto:b@example.com, c@example.com", "c@example.com");
    row("semicolon between addresses", "mailto:b@example.com", "mailto:b@example.com");
    whole("white space first", " v=DMARC1; p=none; rua=mailto:a@example.com", " ");
    whole("policy not second", "v=DMARC1; rua=mailto:a@example.com; p=none", "p=none");
    whole("policy in upper case", "v=DMARC1; p=NONE; rua=mailto:a@example.com", "NONE");
    whole("no reports", "v=DMARC1; p=reject", "");
}

void tst_DmarcRecord::remarksWhatReceiversPassOver()
{
    QFETCH(QString, text);
    const auto record = parseDmarc(text);
    QVERIFY2(record, record ? "" : qPrintable(record.error().sentence));
    QStringList sentences;
    for (const RecordFault &remark : record->remarks)
        sentences += remark.sentence;
    QVERIFY2(record->remarks.size() == 1, qPrintable(sentences.join(u'\n')));
    QVERIFY2(isSentence(sentences.front()), qPrintable(sentences.front()));
    QTEST(markedBy(record->remarks.front(), text), "marked");
}

void tst_DmarcRecord::ignoredValuesLeaveTheDefault()
{
    const DmarcRecord record = parsed("v=DMARC1; p=reject; adkim=x; aspf=; pct=200; ri=x; t=maybe; fo=9; rf=x; psd=7");
    QCOMPARE(withoutRemarks(record), (DmarcRecord{.policy = DmarcPolicy::Reject}));
    QCOMPARE(record.remarks.size(), size_t(10)); // those eight, no reports, and fo without ruf
}

void tst_DmarcRecord::aValidAddressSavesAnInvalidPolicy_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("marked");
    const auto row = [](const char *name, const char *text, const char *marked) {
        QTest::newRow(name) << QString::fromLatin1(text) << QString::fromLatin1(marked);
    };
    // RFC 7489 §6.6.3
    row("no policy", "v=DMARC1; rua=mailto:a@example.com", "");
    row("no such policy", "v=DMARC1; p=monitor; rua=mailto:a@example.com", "p=monitor");
    row("no such policy for sub-domains", "v=DMARC1; p=reject; sp=all; rua=mailto:a@example.com", "sp=all");
    row("no such policy for what does not exist", "v=DMARC1; p=reject; np=all; rua=mailto:a@example.com", "np=all");
}

void tst_DmarcRecord::aValidAddressSavesAnInvalidPolicy()
{
    QFETCH(QString, text);
    QFETCH(QString, marked);
    const DmarcRecord record = parsed(text);
    QCOMPARE(record.aggregate.size(), size_t(1));
    QCOMPARE(toString(record.policy), QStringLiteral("none"));
    QVERIFY(!record.subdomains && !record.nonExistent);
    QVERIFY(!record.remarks.empty());
    QCOMPARE(markedBy(record.remarks.front(), text), marked);
}

void tst_DmarcRecord::pointsAtTheFault_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("marked");
    const auto row = [](const char *name, const char *text, const char *marked) {
        QTest::newRow(name) << QString::fromLatin1(text) << QString::fromLatin1(marked);
    };
    row("nothing", "", "");
    row("version not first", "p=none; v=DMARC1", "p=none; ");
    row("version in lower case", "v=dmarc1; p=none", "v=dmarc1");
    row("another version", "v=DMARC2; p=none", "v=DMARC2");
    row("no semicolon", "v=DMARC1 p=none", "v=DMARC1 p=none");
    row("a comma", "v=DMARC1, p=none", "v=DMARC1, p=none");
    row("a tag name in upper case", "V=DMARC1; p=none", "V=DMARC1");
    row("a semicolon first", ";v=DMARC1; p=none", ";");
    row("no policy", "v=DMARC1", "");
    row("no policy and no mailbox", "v=DMARC1; rua=a@example.com", "");
    row("no such policy", "v=DMARC1; p=block", "p=block");
    row("empty policy", "v=DMARC1; p=; rua=", "p=");
    row("no such policy for sub-domains", "v=DMARC1; p=reject; sp=block", "sp=block");
    row("quotes left in", "\"v=DMARC1; p=none\"", "\"v=DMARC");
}

void tst_DmarcRecord::pointsAtTheFault()
{
    QFETCH(QString, text);
    const auto record = parseDmarc(text);
    QVERIFY(!record);
    QVERIFY2(isSentence(record.error().sentence), qPrintable(record.error().sentence));
    QFETCH(QString, marked);
    QCOMPARE(markedBy(record.error(), text).left(marked.size()), marked);
    QCOMPARE(record.error().length == 0, marked.isEmpty());
}

void tst_DmarcRecord::writesWhatItReads_data()
{
    QTest::addColumn<QString>("canonical");
    const auto row = [](const char *text, const char *canonical) {
        QTest::newRow(text) << QString::fromLatin1(canonical);
    };
    const auto same = [](const char *text) { QTest::newRow(text) << QString::fromLatin1(text); };
    same("v=DMARC1; p=none");
    same("v=DMARC1; p=reject; sp=none; np=reject; rua=mailto:a@example.com!10m,mailto:b@example.com; "
         "ruf=mailto:c@example.com; adkim=s; aspf=s; ri=3600; fo=1:d; pct=10; t=y; psd=y; x=y z");
    row("v=DMARC1;p=NONE;pct=100;adkim=r;ri=86400;sp=Reject", "v=DMARC1; p=none; sp=reject");
    row("v=DMARC1;rua=mailto:a@example.com!1024k , mailto:b@example.com!1000;p=none",
        "v=DMARC1; p=none; rua=mailto:a@example.com!1m,mailto:b@example.com!1000");
    row("v=DMARC1; p=what; rua=mailto:a@example.com", "v=DMARC1; p=none; rua=mailto:a@example.com");
}

void tst_DmarcRecord::writesWhatItReads()
{
    const DmarcRecord record = parsed(QTest::currentDataTag());
    QTEST(toText(record), "canonical");
    QCOMPARE(withoutRemarks(parsed(toText(record))), withoutRemarks(record));
}

void tst_DmarcRecord::standsHostileInput()
{
    const QString head = QStringLiteral("v=DMARC1; p=none; ");
    QVERIFY(parsed(head + QStringLiteral("x=y;").repeated(16'000)).remarks.size() <= 50);
    const DmarcRecord many =
        parsed(head + QStringLiteral("rua=") + QStringLiteral("mailto:a@b.example,").repeated(3000));
    QCOMPARE(many.aggregate.size(), size_t(100));
    QVERIFY(parsed(head + QStringLiteral("rua=") + QString(60'000, u',')).remarks.size() <= 50);
    QVERIFY(parsed(head + QStringLiteral("pct=") + QString(60'000, u'9')).percent == 100);
    QVERIFY(parsed(head + QStringLiteral("rua=mailto:a@b.example!") + QString(60'000, u'9')).aggregate.empty());
    QVERIFY(parsed(head + QStringLiteral("fo=") + QStringLiteral("1:").repeated(30'000)).failureOptions.size() == 1);
    QVERIFY(!parseDmarc(head + QString(100'000, u' ')));
}

QTEST_GUILESS_MAIN(tst_DmarcRecord)
#include "tst_DmarcRecord.moc"
