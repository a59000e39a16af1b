// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/TransportCheck.h"

#include <QTest>

using namespace relaywright;
using namespace Qt::StringLiterals;

class tst_TransportCheck : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void judgesMtaSts_data();
    void judgesMtaSts();
    void judgesTlsReports_data();
    void judgesTlsReports();
    void judgesDane_data();
    void judgesDane();
};

namespace {

using Status = DnsAnswer::Status;

DnsAnswer texts(const QByteArrayList &records)
{
    if (records == QByteArrayList{"-"})
        return {.status = Status::TimedOut, .detail = u"No answer."_s};
    return {.status = records.isEmpty() ? Status::NoName : Status::Found, .texts = records};
}

DnsAnswer exchanges(const QString &host)
{
    return {.status = Status::Found, .exchanges = {{10, host}}};
}

} // namespace

void tst_TransportCheck::judgesMtaSts_data()
{
    QTest::addColumn<QByteArrayList>("record");
    QTest::addColumn<QByteArray>("policy"); // `!`: nobody can fetch it; `?`: could not be told; empty: not asked for
    QTest::addColumn<QString>("verdict");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *tag, const QByteArrayList &record, const QByteArray &policy, const char *verdict,
                        const char *says) {
        QTest::newRow(tag) << record << policy << QString::fromLatin1(verdict) << QString::fromLatin1(says);
    };
    const QByteArray one = "v=STSv1; id=20261122;";
    const QByteArray names = "version: STSv1\r\nmx: *.mail.protection.outlook.com\r\nmax_age: 604800\r\nmode: ";
    row("enforced", {one}, names + "enforce\r\n", "good", "");
    row("tested", {one}, names + "testing\r\n", "good", "enforce");
    row("as a web page", {one}, names + "enforce\r\n", "attention", "text/plain");
    row("switched off", {one}, names + "none\r\n", "attention", "testing");
    row("MX unknown", {one}, names + "enforce\r\n", "could-not-tell", "network connection");
    row("another host", {one}, "version: STSv1\nmode: enforce\nmax_age: 604800\nmx: mx.example.com\n", "wrong",
        "does not name the MX host contoso-com.mail.protection.outlook.com");
    row("a broken file", {one}, "mode: enforce\n", "wrong", "Mend the policy file");
    row("no file", {one}, "!", "wrong", "nobody can fetch");
    row("unclear", {one}, "?", "could-not-tell", "can be reached from here");
    row("none", {}, {}, "attention", "Publish");
    row("two", {one, one}, {}, "wrong", "2 records");
    row("a broken record", {"v=STSv1;"}, {}, "wrong", "Mend the record");
    row("no answer", {"-"}, {}, "could-not-tell", "network connection");
}

void tst_TransportCheck::judgesMtaSts()
{
    QFETCH(QByteArrayList, record);
    QFETCH(QByteArray, policy);
    QFETCH(QString, says);
    const QString type =
        QTest::currentDataTag() == "as a web page"_ba ? u"text/html"_s : u"text/plain; charset=utf-8"_s;
    std::optional<PolicyOutcome> file;
    if (!policy.isEmpty())
        file = policy == "!"
                   ? PolicyOutcome{.kind = PolicyOutcome::Kind::HttpStatus, .text = u"Not found."_s, .status = 404}
               : policy == "?"
                   ? PolicyOutcome{.kind = PolicyOutcome::Kind::TimedOut, .text = u"No answer."_s}
                   : PolicyOutcome{.kind = PolicyOutcome::Kind::Fetched, .body = policy, .contentType = type};
    const Finding finding = judgeMtaSts(u"contoso.com"_s, texts(record),
                                        QTest::currentDataTag() == "MX unknown"_ba
                                            ? texts({"-"})
                                            : exchanges(u"contoso-com.mail.protection.outlook.com"_s),
                                        file);
    QTEST(toString(finding.verdict), "verdict");
    QVERIFY2(finding.todo.contains(says), qPrintable(finding.todo));
    QVERIFY(!finding.seen.isEmpty());
}

void tst_TransportCheck::judgesTlsReports_data()
{
    QTest::addColumn<QByteArrayList>("record");
    QTest::addColumn<QString>("verdict");
    QTest::newRow("good") << QByteArrayList{"v=TLSRPTv1; rua=mailto:tls@contoso.com"} << u"good"_s;
    QTest::newRow("none") << QByteArrayList{} << u"attention"_s;
    QTest::newRow("two") << QByteArrayList{"v=TLSRPTv1; rua=mailto:a@contoso.com",
                                           "v=TLSRPTv1; rua=mailto:b@contoso.com"}
                         << u"wrong"_s;
    QTest::newRow("broken") << QByteArrayList{"v=TLSRPTv1;"} << u"wrong"_s;
    QTest::newRow("no answer") << QByteArrayList{"-"} << u"could-not-tell"_s;
}

void tst_TransportCheck::judgesTlsReports()
{
    QFETCH(QByteArrayList, record);
    const Finding finding = judgeTlsReports(u"contoso.com"_s, texts(record));
    QTEST(toString(finding.verdict), "verdict");
    QCOMPARE(finding.todo.isEmpty(), finding.verdict == Verdict::Good);
}

void tst_TransportCheck::judgesDane_data()
{
    QTest::addColumn<QString>("tlsa"); // `usage selector matching octets`; empty: none; `-`: no answer
    QTest::addColumn<bool>("mxSigned");
    QTest::addColumn<bool>("tlsaSigned");
    QTest::addColumn<QString>("verdict");
    QTest::newRow("not used") << QString() << false << false << u"good"_s;
    QTest::newRow("good") << u"3 1 1 32"_s << true << true << u"good"_s;
    QTest::newRow("SHA-512") << u"2 0 2 64"_s << true << true << u"good"_s;
    QTest::newRow("for the web only") << u"1 1 1 32"_s << true << true << u"wrong"_s;
    QTest::newRow("half a digest") << u"3 1 1 16"_s << true << true << u"wrong"_s;
    QTest::newRow("nobody validated") << u"3 1 1 32"_s << true << false << u"could-not-tell"_s;
    QTest::newRow("the domain is not signed") << u"3 1 1 32"_s << false << true << u"attention"_s;
    QTest::newRow("no answer") << u"-"_s << true << true << u"could-not-tell"_s;
}

void tst_TransportCheck::judgesDane()
{
    QFETCH(QString, tlsa);
    QFETCH(bool, mxSigned);
    QFETCH(bool, tlsaSigned);
    DnsAnswer association = tlsa == u"-" ? texts({"-"}) : texts({});
    if (const QStringList parts = tlsa.split(u' '); parts.size() == 4) {
        association.status = Status::Found;
        association.associations = {{static_cast<std::uint8_t>(parts[0].toInt()),
                                     static_cast<std::uint8_t>(parts[1].toInt()),
                                     static_cast<std::uint8_t>(parts[2].toInt()), QByteArray(parts[3].toInt(), 'x')}};
    }
    association.authentic = tlsaSigned;
    DnsAnswer mx = exchanges(u"mail.contoso.com"_s);
    mx.authentic = mxSigned;
    const Finding finding = judgeDane(u"contoso.com"_s, mx, {association});
    QTEST(toString(finding.verdict), "verdict");
    QCOMPARE(finding.todo.isEmpty(), finding.verdict == Verdict::Good);
    QCOMPARE(tlsaName(u"mail.contoso.com"_s), u"_25._tcp.mail.contoso.com"_s);
}

QTEST_GUILESS_MAIN(tst_TransportCheck)
#include "tst_TransportCheck.moc"
