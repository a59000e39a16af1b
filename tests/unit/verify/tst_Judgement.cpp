// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/MxCheck.h"
#include "core/verify/ReachFinding.h"
#include "core/verify/SpfCheck.h"

#include <QTest>

using namespace relaywright;
using namespace Qt::StringLiterals;

class tst_Judgement : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void judgesMx_data();
    void judgesMx();
    void judgesSpfRecords_data();
    void judgesSpfRecords();
    void judgesSendersByTheWorstAddress_data();
    void judgesSendersByTheWorstAddress();
    void judgesReachability_data();
    void judgesReachability();
    void knowsMicrosoftHostsBySuffixOnly();
};

namespace {

using Status = DnsAnswer::Status;
using Kind = ReachOutcome::Kind;

DomainExpectation contoso()
{
    DomainExpectation expected;
    expected.domain = u"contoso.com"_s;
    expected.microsoftSuffixes = {u"mail.protection.outlook.com"_s, u"mx.microsoft"_s};
    return expected;
}

void checkWords(const Finding &finding)
{
    QVERIFY(!finding.seen.isEmpty() && !finding.why.isEmpty());
    QCOMPARE(finding.todo.isEmpty(), finding.verdict == Verdict::Good);
    for (const QString &text : {finding.seen, finding.why, finding.todo})
        QVERIFY2(!text.contains(u'%') || text.contains(u"%{"), qPrintable(text)); // a forgotten .arg
}

} // namespace

void tst_Judgement::judgesMx_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QStringList>("hosts");
    QTest::addColumn<QString>("siteHost");
    QTest::addColumn<QString>("verdict");
    const auto row = [](const char *tag, Status status, const QStringList &hosts, const QString &siteHost,
                        const char *verdict) {
        QTest::newRow(tag) << static_cast<int>(status) << hosts << siteHost << QString::fromLatin1(verdict);
    };
    const QString own = u"contoso-com.mail.protection.outlook.com"_s;
    row("Microsoft's", Status::Found, {own}, {}, "good");
    row("Microsoft's new name", Status::Found, {u"contoso-com.s-v1.mx.microsoft"_s}, {}, "good");
    row("as the site says", Status::Found, {own}, own, "good");
    row("a gateway that the site knows but is not Microsoft's", Status::Found, {u"mx.gateway.example"_s},
        u"mx.gateway.example"_s, "attention");
    row("not what the site says", Status::Found, {own}, u"other.mail.protection.outlook.com"_s, "attention");
    row("a gateway", Status::Found, {u"mx.gateway.example"_s}, {}, "attention");
    row("null MX", Status::Found, {QString()}, {}, "wrong");
    row("no record", Status::NoData, {}, {}, "wrong");
    row("no domain", Status::NoName, {}, {}, "wrong");
    row("failed", Status::Failed, {}, {}, "could-not-tell");
    row("timed out", Status::TimedOut, {}, {}, "could-not-tell");
}

void tst_Judgement::judgesMx()
{
    QFETCH(int, status);
    QFETCH(QStringList, hosts);
    QFETCH(QString, siteHost);
    DnsAnswer answer{.status = static_cast<Status>(status), .detail = u"No answer."_s};
    for (const QString &host : hosts)
        answer.exchanges.push_back({10, host});
    DomainExpectation expected = contoso();
    if (!siteHost.isEmpty())
        expected.mxHost = *Host::parse(siteHost);
    const Finding finding = judgeMx(expected, answer);
    QTEST(toString(finding.verdict), "verdict");
    checkWords(finding);
}

void tst_Judgement::judgesSpfRecords_data()
{
    QTest::addColumn<QByteArrayList>("texts");
    QTest::addColumn<SpfResult>("result");
    QTest::addColumn<int>("lookups");
    QTest::addColumn<QString>("include");
    QTest::addColumn<QString>("verdict");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *tag, const QByteArrayList &texts, SpfResult result, int lookups,
                        const QString &include, const char *verdict, const char *says) {
        QTest::newRow(tag) << texts << result << lookups << include << QString::fromLatin1(verdict)
                           << QString::fromLatin1(says);
    };
    const QByteArray good = "v=spf1 include:spf.protection.outlook.com -all";
    const QString outlook = u"spf.protection.outlook.com"_s;
    using enum SpfResult;
    row("good", {good}, Fail, 1, outlook, "good", "");
    row("nothing needed", {"v=spf1 ip4:192.0.2.1 ~all"}, SoftFail, 0, {}, "good", "");
    row("include missing", {"v=spf1 ip4:192.0.2.1 ~all"}, SoftFail, 0, outlook, "attention",
        "Add \"include:spf.protection.outlook.com\"");
    row("near the limit", {good}, Fail, 9, outlook, "attention", "Only 1 more");
    row("over the limit", {good}, PermError, 11, outlook, "wrong", "permanent error");
    row("open to everyone", {"v=spf1 +all"}, Pass, 0, {}, "wrong", "every server in the world");
    row("none", {"hello"}, None, 0, {}, "wrong", "Publish");
    row("two", {good, "v=spf1 -all"}, PermError, 0, {}, "wrong", "2 SPF records");
    row("broken", {"v=spf1 moose -all"}, PermError, 0, {}, "wrong", "character 8");
    row("DNS trouble below", {good}, TempError, 1, outlook, "could-not-tell", "later");
}

void tst_Judgement::judgesSpfRecords()
{
    QFETCH(QByteArrayList, texts);
    QFETCH(SpfResult, result);
    QFETCH(int, lookups);
    QFETCH(QString, include);
    QFETCH(QString, says);
    DomainExpectation expected = contoso();
    expected.spfInclude = include;
    SpfVerdict counted{.result = result, .reason = u"Try again later."_s, .lookups = lookups};
    if (texts.front().contains("include:"))
        counted.trace.push_back({.term = u"include:SPF.protection.outlook.com"_s});
    const DnsAnswer answer{.status = Status::Found, .texts = texts};
    const Finding finding = judgeSpf(expected, answer, texts.size() == 1 ? std::optional(counted) : std::nullopt);
    QTEST(toString(finding.verdict), "verdict");
    QVERIFY2(finding.todo.contains(says), qPrintable(finding.todo));
    checkWords(finding);

    const Finding failed = judgeSpf(expected, {.status = Status::TimedOut, .detail = u"No answer."_s}, std::nullopt);
    QVERIFY(failed.verdict == Verdict::CouldNotTell);
    checkWords(failed);
}

void tst_Judgement::judgesSendersByTheWorstAddress_data()
{
    QTest::addColumn<QList<SpfResult>>("results");
    QTest::addColumn<bool>("direct");
    QTest::addColumn<QString>("verdict");
    using enum SpfResult;
    const auto row = [](const char *tag, const QList<SpfResult> &results, bool direct, const char *verdict) {
        QTest::newRow(tag) << results << direct << QString::fromLatin1(verdict);
    };
    row("all pass", {Pass, Pass}, true, "good");
    row("one fails", {Pass, Fail, Pass}, true, "wrong");
    row("one fails through a connector", {Pass, Fail}, false, "attention");
    row("softfail", {SoftFail}, true, "attention");
    row("neutral", {Neutral, Pass}, true, "attention");
    row("no record", {None}, true, "wrong");
    row("broken record", {PermError, Fail}, false, "wrong");
    row("DNS trouble", {TempError, Pass}, true, "could-not-tell");
    row("no addresses", {}, true, "could-not-tell");
}

void tst_Judgement::judgesSendersByTheWorstAddress()
{
    QFETCH(QList<SpfResult>, results);
    QFETCH(bool, direct);
    SenderExpectation expected{.id = u"scanner"_s,
                               .name = u"Scanner"_s,
                               .domain = u"contoso.com"_s,
                               .method = direct ? Method::DirectSend : Method::ConnectorRelay,
                               .egress = {}};
    std::vector<std::pair<IpAddress, SpfVerdict>> verdicts;
    for (const SpfResult result : results)
        verdicts.emplace_back(IpAddress::fromV4(0xc0000201 + static_cast<std::uint32_t>(verdicts.size())),
                              SpfVerdict{.result = result, .reason = u"Why."_s});
    const Finding finding = judgeSender(expected, verdicts);
    QTEST(toString(finding.verdict), "verdict");
    checkWords(finding);
    if (results == QList{SpfResult::Pass, SpfResult::Fail, SpfResult::Pass})
        QCOMPARE(finding.todo, u"Add \"ip4:192.0.2.2\" to the SPF record of contoso.com."_s);
    expected.isSample = true;
    QVERIFY(judgeSender(expected, verdicts).verdict != Verdict::Good);
}

void tst_Judgement::judgesReachability_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("port");
    QTest::addColumn<QString>("verdict");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *tag, Kind kind, int port, const char *verdict, const char *says) {
        QTest::newRow(tag) << static_cast<int>(kind) << port << QString::fromLatin1(verdict)
                           << QString::fromLatin1(says);
    };
    row("connected", Kind::Connected, 587, "good", "");
    row("another greeting", Kind::OtherGreeting, 25, "attention", "does not greet with 220");
    row("silent", Kind::Silent, 25, "attention", "greeting back");
    row("refused", Kind::Refused, 587, "attention", "port 587");
    row("port 25 dropped", Kind::TimedOut, 25, "attention", "Port 25 is probably blocked");
    row("port 587 dropped", Kind::TimedOut, 587, "attention", "drops port 587");
    row("no such name", Kind::NameUnknown, 587, "wrong", "spelling");
    row("anything else", Kind::Failed, 587, "could-not-tell", "network connection");
}

void tst_Judgement::judgesReachability()
{
    QFETCH(int, kind);
    QFETCH(int, port);
    QFETCH(QString, says);
    const ReachTarget target{{*Host::parse(u"smtp.example.com"_s), static_cast<std::uint16_t>(port)}, true};
    const Finding finding = judgeReach(target, {.kind = static_cast<Kind>(kind),
                                                .text = u"text"_s,
                                                .address = u"192.0.2.1"_s,
                                                .took = std::chrono::seconds(10)});
    QTEST(toString(finding.verdict), "verdict");
    QVERIFY2(finding.todo.contains(says), qPrintable(finding.todo));
    checkWords(finding);
}

void tst_Judgement::knowsMicrosoftHostsBySuffixOnly()
{
    const QStringList suffixes = contoso().microsoftSuffixes;
    QVERIFY(isMicrosoftHost(u"Contoso-com.Mail.Protection.Outlook.com"_s, suffixes));
    QVERIFY(!isMicrosoftHost(u"mail.protection.outlook.com.evil.example"_s, suffixes));
    QVERIFY(!isMicrosoftHost(u"evilmx.microsoft"_s, suffixes));
    QVERIFY(!isMicrosoftHost(QString(), suffixes));
}

QTEST_GUILESS_MAIN(tst_Judgement)
#include "tst_Judgement.moc"
