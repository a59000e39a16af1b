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
    void saysWhatFollowsTheWatchPeriod();
    void leavesDeadIncludesOutOfTheProposal();
    void proposesNothingThatReceiversDoNotTake();
    void wantsAnAddressForEachMxHost();
    void judgesSendersByTheWorstAddress_data();
    void judgesSendersByTheWorstAddress();
    void judgesReachability_data();
    void judgesReachability();
    void namesTheMakerOfAGateway();
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
    row("half a gateway", Status::Found, {u"mx.gateway.example"_s, own}, {}, "attention");
    row("null MX", Status::Found, {QString()}, {}, "attention");
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
    QTest::addColumn<int>("lookups");
    QTest::addColumn<QString>("remark"); // `wrong` or `attention`, empty for none
    QTest::addColumn<QString>("need");
    QTest::addColumn<QString>("verdict");
    QTest::addColumn<QString>("says");
    QTest::addColumn<QString>("proposal");
    const auto row = [](const char *tag, const QByteArrayList &texts, int lookups, const char *remark,
                        const QString &need, const char *verdict, const char *says, const char *proposal) {
        QTest::newRow(tag) << texts << lookups << QString::fromLatin1(remark) << need << QString::fromLatin1(verdict)
                           << QString::fromLatin1(says) << QString::fromLatin1(proposal);
    };
    const QByteArray good = "v=spf1 ip4:192.0.2.0/24 include:spf.protection.outlook.com -all";
    const QString outlook = u"include:spf.protection.outlook.com"_s;
    row("good", {good}, 1, "", outlook, "good", "", "");
    row("nothing needed", {"v=spf1 ip4:192.0.2.0/24 -all"}, 0, "", {}, "good", "", "");
    row("an address inside a network", {good}, 1, "", u"ip4:192.0.2.7"_s, "good", "", "");
    row("an address outside", {good}, 1, "", u"ip4:198.51.100.7"_s, "attention", "Add \"ip4:198.51.100.7\"",
        "v=spf1 ip4:192.0.2.0/24 include:spf.protection.outlook.com ip4:198.51.100.7 -all");
    row("include missing", {"v=spf1 ip4:192.0.2.0/24 ~all"}, 0, "", outlook, "attention",
        "Add \"include:spf.protection.outlook.com\"",
        "v=spf1 ip4:192.0.2.0/24 include:spf.protection.outlook.com ~all");
    row("one lookup left", {good}, 9, "", outlook, "attention", "Only 1 more", "");
    row("no lookup left", {good}, 10, "", outlook, "attention", "No further lookup", "");
    row("a fault", {good}, 1, "wrong", outlook, "wrong", "What the remark says.", "");
    row("a weakness", {good}, 1, "attention", outlook, "attention", "What the remark says.", "");
    row("none, and nothing is known of who sends", {"hello"}, 0, "", {}, "wrong", "Publish a TXT record at contoso.com",
        "");
    row("none", {"hello"}, 0, "", outlook, "wrong", "Publish the proposed record",
        "v=spf1 include:spf.protection.outlook.com ~all");
    row("two", {good, "v=spf1 -all"}, 0, "", outlook, "wrong", "2 SPF records", "");
    row("no answer below", {good}, 1, "failed", outlook, "could-not-tell", "later", "");
}

void tst_Judgement::judgesSpfRecords()
{
    QFETCH(QByteArrayList, texts);
    QFETCH(int, lookups);
    QFETCH(QString, remark);
    QFETCH(QString, need);
    QFETCH(QString, says);
    DomainExpectation expected = contoso();
    expected.spfNeeds = need.isEmpty() ? QStringList() : QStringList{need};
    SpfNode tree{.domain = expected.domain, .record = QString::fromLatin1(texts.front()), .lookups = lookups};
    tree.networks = {*IpNetwork::parse(u"192.0.2.0/24"_s)};
    if (texts.front().contains("include:"))
        tree.children = {{.term = u"include:spf.protection.outlook.com"_s,
                          .domain = u"SPF.protection.outlook.com"_s,
                          .record = u"v=spf1 -all"_s,
                          .failed = remark == u"failed"}};
    if (remark == u"wrong" || remark == u"attention")
        tree.remarks = {{remark == u"wrong" ? SpfRemark::Weight::Wrong : SpfRemark::Weight::Attention,
                         u"x"_s,
                         {u"What the remark says."_s, 0, 0}}};
    const DnsAnswer answer{.status = Status::Found, .texts = texts};
    const bool one = texts.size() == 1 && texts.front().startsWith("v=spf1");
    SpfLook look{.answer = answer, .tree = one ? std::optional(tree) : std::nullopt, .proposal = {}, .otherwise = {}};
    if (const auto draft = proposedSpf(expected, answer, look.tree))
        takeProposal(look, expected, {.domain = expected.domain, .record = *draft});
    const Finding finding = judgeSpf(expected, look);
    QTEST(toString(finding.verdict), "verdict");
    QVERIFY2(finding.todo.contains(says), qPrintable(finding.todo));
    QTEST(finding.proposal, "proposal");
    QCOMPARE(finding.spf != nullptr, one);
    QCOMPARE(finding.mends, finding.verdict == Verdict::Good ? QString() : u"spf-record"_s);
    checkWords(finding);

    const Finding silent = judgeSpf(expected, {{.status = Status::TimedOut, .detail = u"No answer."_s}, {}, {}, {}});
    QVERIFY(silent.verdict == Verdict::CouldNotTell);
    checkWords(silent);
}

void tst_Judgement::saysWhatFollowsTheWatchPeriod()
{
    const QByteArray record = "v=spf1 ip4:192.0.2.0/24 ~all";
    const SpfNode tree{.domain = u"contoso.com"_s, .record = QString::fromLatin1(record)};
    const Finding finding = judgeSpf(contoso(), {{.status = Status::Found, .texts = {record}}, tree, {}, {}});
    QVERIFY(finding.verdict == Verdict::Good);
    QVERIFY2(finding.todo.contains(u"write \"-all\""), qPrintable(finding.todo));
}

void tst_Judgement::leavesDeadIncludesOutOfTheProposal()
{
    DomainExpectation expected = contoso();
    const QByteArray record = "v=spf1 include:old.example ip4:192.0.2.0/24 -all";
    const SpfRemark dead{SpfRemark::Weight::Wrong, u"no-record"_s, {u"It leads nowhere."_s, 7, 19}};
    const SpfNode tree{.domain = expected.domain,
                       .record = QString::fromLatin1(record),
                       .networks = {*IpNetwork::parse(u"192.0.2.0/24"_s)},
                       .remarks = {dead}};
    const DnsAnswer answer{.status = Status::Found, .texts = {record}};
    QCOMPARE(proposedSpf(expected, answer, tree), u"v=spf1 ip4:192.0.2.0/24 -all"_s);
    expected.spfNeeds = {u"ip4:198.51.100.1"_s};
    QCOMPARE(proposedSpf(expected, answer, tree), u"v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.1 -all"_s);
}

void tst_Judgement::proposesNothingThatReceiversDoNotTake()
{
    DomainExpectation expected = contoso();
    expected.spfNeeds = {u"include:spf.protection.outlook.com"_s};
    expected.spfInclude = u"spf.protection.outlook.com"_s;
    const QByteArray record = "v=spf1 a:one.example exists:%{i}.example -all";
    SpfLook look{.answer = {.status = Status::Found, .texts = {record}},
                 .tree = SpfNode{.domain = expected.domain, .record = QString::fromLatin1(record), .lookups = 10},
                 .proposal = {},
                 .otherwise = {}};
    const auto draft = proposedSpf(expected, look.answer, look.tree);
    QVERIFY(draft.has_value());
    takeProposal(look, expected, {.domain = expected.domain, .record = *draft, .lookups = 11});
    const Finding finding = judgeSpf(expected, look);
    QVERIFY2(finding.proposal.isEmpty(), qPrintable(finding.proposal));
    QVERIFY2(finding.todo.contains(u"would cost 11 of 10 lookups"), qPrintable(finding.todo));
    QVERIFY(finding.verdict == Verdict::Attention);

    look.tree->children = {{.term = u"include:down.example"_s, .failed = true}};
    QVERIFY2(!proposedSpf(expected, look.answer, look.tree), "part of the record is not known");
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

void tst_Judgement::wantsAnAddressForEachMxHost()
{
    const DnsAnswer there{.status = Status::Found, .addresses = {IpAddress::fromV4(0xc0000219)}};
    const DnsAnswer none{.status = Status::NoData};
    const DnsAnswer silent{.status = Status::TimedOut, .detail = u"No answer."_s};
    const auto verdictFor = [](const DnsAnswer &v4, const DnsAnswer &v6) {
        Finding finding{.verdict = Verdict::Good};
        judgeMxAddresses(finding, {u"mx.example"_s}, {v4, v6});
        return toString(finding.verdict);
    };
    QCOMPARE(verdictFor(there, none), u"good"_s);
    QCOMPARE(verdictFor(silent, there), u"good"_s);
    QCOMPARE(verdictFor(none, none), u"wrong"_s);
    QCOMPARE(verdictFor(none, silent), u"could-not-tell"_s);
}

void tst_Judgement::namesTheMakerOfAGateway()
{
    DomainExpectation expected = contoso();
    expected.gateways = {u"mimecast.com=Mimecast"_s, u"pphosted.com=Proofpoint"_s};
    const auto todoFor = [&](const QString &host) {
        return judgeMx(expected, {.status = Status::Found, .exchanges = {{10, host}}}).todo;
    };
    QVERIFY(todoFor(u"mx1-eu.PPHosted.com"_s).contains(u"a gateway of Proofpoint in front"));
    QVERIFY(todoFor(u"notpphosted.com"_s).contains(u"notpphosted.com, which is a gateway or another provider"));
}

QTEST_GUILESS_MAIN(tst_Judgement)
#include "tst_Judgement.moc"
