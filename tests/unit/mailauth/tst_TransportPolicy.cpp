// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/TransportPolicy.h"

#include "tests/unit/mailauth/RecordMarks.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

class tst_TransportPolicy : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTheIdOfAnMtaStsRecord_data();
    void readsTheIdOfAnMtaStsRecord();
    void pointsAtTheFaultOfAnMtaStsRecord_data();
    void pointsAtTheFaultOfAnMtaStsRecord();
    void readsThePolicyOfRfc8461();
    void takesWhatTheGrammarOfPoliciesTakes_data();
    void takesWhatTheGrammarOfPoliciesTakes();
    void pointsAtTheFaultOfAPolicy_data();
    void pointsAtTheFaultOfAPolicy();
    void boundsPolicies();
    void coversExchanges_data();
    void coversExchanges();
    void readsTlsReportRecords_data();
    void readsTlsReportRecords();
    void pointsAtTheFaultOfATlsReportRecord_data();
    void pointsAtTheFaultOfATlsReportRecord();
    void tellsRecordsApart();
};

void tst_TransportPolicy::readsTheIdOfAnMtaStsRecord_data()
{
    QTest::addColumn<QString>("id");
    const auto row = [](const char *text, const char *id) { QTest::newRow(text) << QString::fromLatin1(id); };
    row("v=STSv1; id=20160831085700Z;", "20160831085700Z"); // RFC 8461 §3.1
    row("v=STSv1;id=1", "1");
    row("v=STSv1 ; id=a ; other-1.x=y", "a");
    row("v=STSv1; x=y; id=abcdefghijklmnopqrstuvwxyz012345;", "abcdefghijklmnopqrstuvwxyz012345");
}

void tst_TransportPolicy::readsTheIdOfAnMtaStsRecord()
{
    QVERIFY(isMtaStsRecord(QTest::currentDataTag()));
    const auto id = parseMtaStsRecord(QString::fromLatin1(QTest::currentDataTag()));
    QVERIFY2(id, id ? "" : qPrintable(id.error().sentence));
    QTEST(*id, "id");
}

void tst_TransportPolicy::pointsAtTheFaultOfAnMtaStsRecord_data()
{
    QTest::addColumn<QString>("marked");
    const auto row = [](const char *text, const char *marked) { QTest::newRow(text) << QString::fromLatin1(marked); };
    row("v=STSv1;", "");
    row("v=STSv2; id=1", "v=STSv2");
    row("v=stsv1; id=1", "v=stsv1");
    row("id=1; v=STSv1", "id=1; v");
    row(" v=STSv1; id=1", " ");
    row("v = STSv1; id=1", "v = STSv1");
    row("v=STSv1; id= 1", "id= 1");
    row("v=STSv1; id=", "id=");
    row("v=STSv1; id=2016-08-31", "id=2016-08-31");
    row("v=STSv1; id=abcdefghijklmnopqrstuvwxyz0123456", "id=abcdefghijklmnopqrstuvwxyz0123456");
    row("v=STSv1; id=1; rubbish", "rubbish");
    row("v=STSv1;; id=1", ";");
}

void tst_TransportPolicy::pointsAtTheFaultOfAnMtaStsRecord()
{
    const QString text = QString::fromLatin1(QTest::currentDataTag());
    const auto id = parseMtaStsRecord(text);
    QVERIFY(!id);
    QVERIFY2(isSentence(id.error().sentence), qPrintable(id.error().sentence));
    QTEST(markedBy(id.error(), text), "marked");
}

void tst_TransportPolicy::readsThePolicyOfRfc8461()
{
    // §3.2 and appendix A.
    const auto policy = parseMtaStsPolicy("version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\n"
                                          "mx: backupmx.example.com\nmax_age: 604800\n");
    QVERIFY(policy);
    QCOMPARE(*policy, (MtaStsPolicy{.mode = MtaStsPolicy::Mode::Enforce,
                                    .exchanges = {QStringLiteral("mail.example.com"), QStringLiteral("*.example.net"),
                                                  QStringLiteral("backupmx.example.com")},
                                    .maxAge = 604800s}));
}

void tst_TransportPolicy::takesWhatTheGrammarOfPoliciesTakes_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("mode");
    QTest::addColumn<int>("exchanges");
    const auto row = [](const char *name, const char *file, const char *mode, int exchanges) {
        QTest::newRow(name) << QByteArray(file) << QString::fromLatin1(mode) << exchanges;
    };
    row("CRLF", "version: STSv1\r\nmode: testing\r\nmx: a.example.com\r\nmax_age: 0\r\n", "testing", 1);
    row("no line end at the end", "version: STSv1\nmode: testing\nmx: a.example.com\nmax_age: 86400", "testing", 1);
    row("empty lines at the end", "version: STSv1\nmode: testing\nmx: a.example.com\nmax_age: 86400\r\n\r\n\n",
        "testing", 1);
    row("none needs no mx", "version: STSv1\nmode: none\nmax_age: 86400\n", "none", 0);
    row("blanks", "version:STSv1 \nmode:\t enforce\t\nmx:a.example.com\nmax_age:  1 \n", "enforce", 1);
    row("any order", "max_age: 1\nmx: a.example.com\nmode: enforce\nversion: STSv1\n", "enforce", 1);
    row("unknown keys", "version: STSv1\nmode: enforce\nnew_key: \xc3\xbc\nmx: a.example.com\nmax_age: 1\n", "enforce",
        1);
    row("the first of a repeated key",
        "version: STSv1\nmode: enforce\nmode: wrong\nmx: a.example.com\nmax_age: 1\n"
        "max_age: x\nversion: y\n",
        "enforce", 1);
    row("longest age", "version: STSv1\nmode: enforce\nmx: A.Example.COM\nmax_age: 31557600\n", "enforce", 1);
}

void tst_TransportPolicy::takesWhatTheGrammarOfPoliciesTakes()
{
    QFETCH(QByteArray, file);
    const auto policy = parseMtaStsPolicy(file);
    QVERIFY2(policy, policy ? "" : qPrintable(policy.error().sentence));
    QTEST(toString(policy->mode), "mode");
    QTEST(int(policy->exchanges.size()), "exchanges");
    QVERIFY(policy->exchanges.isEmpty() || policy->exchanges.front() == QLatin1String("a.example.com"));
}

void tst_TransportPolicy::pointsAtTheFaultOfAPolicy_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("marked");
    const auto row = [](const char *name, const char *file, const char *marked) {
        QTest::newRow(name) << QByteArray(file) << QString::fromLatin1(marked);
    };
    row("nothing", "", "");
    row("no version", "mode: none\nmax_age: 1\n", "");
    row("no mode", "version: STSv1\nmx: a.example.com\nmax_age: 1\n", "");
    row("no age", "version: STSv1\nmode: none\n", "");
    row("no mx", "version: STSv1\nmode: enforce\nmax_age: 1\n", "");
    row("another version", "version: STSv2\nmode: none\nmax_age: 1\n", "version: STSv2");
    row("mode in upper case", "version: STSv1\r\nmode: Enforce\r\nmax_age: 1\r\n", "mode: Enforce");
    row("no such mode", "version: STSv1\nmode: strict\nmax_age: 1\n", "mode: strict");
    row("age with a unit", "version: STSv1\nmode: none\nmax_age: 7d\n", "max_age: 7d");
    row("age below nought", "version: STSv1\nmode: none\nmax_age: -1\n", "max_age: -1");
    row("age over a year", "version: STSv1\nmode: none\nmax_age: 31557601\n", "max_age: 31557601");
    row("age past all numbers", "version: STSv1\nmode: none\nmax_age: 99999999999999999999\n",
        "max_age: 99999999999999999999");
    row("age with a place mark", "version: STSv1\nmode: none\nmax_age: %2\n", "max_age: %2");
    row("mx with a dot at the end", "version: STSv1\nmode: enforce\nmx: a.example.com.\nmax_age: 1\n",
        "mx: a.example.com.");
    row("mx with a star within", "version: STSv1\nmode: enforce\nmx: a.*.example.com\nmax_age: 1\n",
        "mx: a.*.example.com");
    row("mx with a star alone", "version: STSv1\nmode: enforce\nmx: *\nmax_age: 1\n", "mx: *");
    row("mx of one label", "version: STSv1\nmode: enforce\nmx: mail\nmax_age: 1\n", "mx: mail");
    row("mx with an address", "version: STSv1\nmode: enforce\nmx: 192.0.2.1\nmax_age: 1\n", "mx: 192.0.2.1");
    row("two mx in a line", "version: STSv1\nmode: enforce\nmx: a.example.com, b.example.com\nmax_age: 1\n",
        "mx: a.example.com, b.example.com");
    row("empty mx", "version: STSv1\nmode: enforce\nmx:\nmax_age: 1\n", "mx:");
    row("mx in U-labels", "version: STSv1\nmode: enforce\nmx: b\xfc.example.com\nmax_age: 1\n", "\xfc");
    row("a web page", "<!DOCTYPE html>\n<html>\n", "<!DOCTYPE html>");
    row("an empty line within", "version: STSv1\n\nmode: none\nmax_age: 1\n", "");
    row("equals signs", "version=STSv1\n", "version=STSv1");
    row("carriage returns alone", "version: STSv1\rmode: none\rmax_age: 1", "\r");
}

void tst_TransportPolicy::pointsAtTheFaultOfAPolicy()
{
    QFETCH(QByteArray, file);
    const auto policy = parseMtaStsPolicy(file);
    QVERIFY(!policy);
    QVERIFY2(isSentence(policy.error().sentence), qPrintable(policy.error().sentence));
    QTEST(markedBy(policy.error(), QString::fromLatin1(file)), "marked");
}

void tst_TransportPolicy::boundsPolicies()
{
    const QByteArray head = "version: STSv1\nmode: enforce\nmax_age: 1\n";
    QVERIFY(parseMtaStsPolicy(head + QByteArray("mx: a.example.com\n").repeated(3000)));
    QVERIFY(!parseMtaStsPolicy(head + QByteArray("mx: a.example.com\n").repeated(4000)));
    QVERIFY(!parseMtaStsPolicy(head + QByteArray(1'000'000, '\n')));
    QVERIFY(!parseMtaStsPolicy(head + QByteArray(60'000, '\n') + "mx: a.example.com"));
}

void tst_TransportPolicy::coversExchanges_data()
{
    QTest::addColumn<bool>("expected");
    QTest::newRow("mail.example.com") << true;
    QTest::newRow("MAIL.example.com.") << true;
    QTest::newRow("mx1.example.net") << true;
    QTest::newRow("example.net") << false;
    QTest::newRow("a.mx1.example.net") << false; // §4.1: one label
    QTest::newRow("example.com") << false;
    QTest::newRow("mail.example.com.evil.example") << false;
    QTest::newRow("192.0.2.1") << false;
    QTest::newRow("net") << false;
}

void tst_TransportPolicy::coversExchanges()
{
    const MtaStsPolicy policy{.mode = MtaStsPolicy::Mode::Enforce,
                              .exchanges = {QStringLiteral("mail.example.com"), QStringLiteral("*.example.net")},
                              .maxAge = 1s};
    QTEST(covers(policy, QString::fromLatin1(QTest::currentDataTag())), "expected");
}

void tst_TransportPolicy::readsTlsReportRecords_data()
{
    QTest::addColumn<QStringList>("addresses");
    // RFC 8460 §3.1.1 and §3.1.2
    QTest::newRow("v=TLSRPTv1;rua=mailto:reports@example.com")
        << QStringList{QStringLiteral("mailto:reports@example.com")};
    QTest::newRow("v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt")
        << QStringList{QStringLiteral("https://reporting.example.com/v1/tlsrpt")};
    QTest::newRow("v=TLSRPTv1; rua=mailto:a@example.com , https://b.example.com/?x=1;")
        << QStringList{QStringLiteral("mailto:a@example.com"), QStringLiteral("https://b.example.com/?x=1")};
}

void tst_TransportPolicy::readsTlsReportRecords()
{
    QVERIFY(isTlsReportRecord(QTest::currentDataTag()));
    const auto addresses = parseTlsReportRecord(QString::fromLatin1(QTest::currentDataTag()));
    QVERIFY2(addresses, addresses ? "" : qPrintable(addresses.error().sentence));
    QTEST(*addresses, "addresses");
}

void tst_TransportPolicy::pointsAtTheFaultOfATlsReportRecord_data()
{
    QTest::addColumn<QString>("marked");
    const auto row = [](const char *text, const char *marked) { QTest::newRow(text) << QString::fromLatin1(marked); };
    row("v=TLSRPTv1", "");
    row("v=TLSRPTv1; rua=", "");
    row("v=TLSRPTv1; rua=reports@example.com", "reports@example.com");
    row("v=TLSRPTv1; rua=mailto:reports", "mailto:reports");
    row("v=TLSRPTv1; rua=mailto:a@example.com,ftp://example.com", "ftp://example.com");
    row("v=TLSRPTv1; rua=mailto:a@example.com!10m", "mailto:a@example.com!10m");
    row("v=TLSRPTv1; rua=mailto:a@example.com,", "");
    row("v=tlsrptv1; rua=mailto:a@example.com", "v=tlsrptv1");
    row("v=TLSRPTv1 rua=mailto:a@example.com", "v=TLSRPTv1 rua=mailto:a@example.com");
}

void tst_TransportPolicy::pointsAtTheFaultOfATlsReportRecord()
{
    const QString text = QString::fromLatin1(QTest::currentDataTag());
    const auto addresses = parseTlsReportRecord(text);
    QVERIFY(!addresses);
    QVERIFY2(isSentence(addresses.error().sentence), qPrintable(addresses.error().sentence));
    QTEST(markedBy(addresses.error(), text), "marked");
}

void tst_TransportPolicy::tellsRecordsApart()
{
    QVERIFY(isMtaStsRecord("v=STSv1;"));
    QVERIFY(!isMtaStsRecord("v=STSv10;"));
    QVERIFY(!isMtaStsRecord("v=TLSRPTv1;"));
    QVERIFY(isTlsReportRecord("v=TLSRPTv1"));
    QVERIFY(!isTlsReportRecord("v=spf1 -all"));
}

QTEST_GUILESS_MAIN(tst_TransportPolicy)
#include "tst_TransportPolicy.moc"
