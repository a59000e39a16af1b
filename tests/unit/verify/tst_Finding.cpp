// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/Finding.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace relaywright;
using namespace Qt::StringLiterals;

class tst_Finding : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsEverythingButTheTreeInJson();
    void knowsItsWords();
    void refusesWhatIsNoSavedRun_data();
    void refusesWhatIsNoSavedRun();
    void comparesTwoRuns_data();
    void comparesTwoRuns();
    void tellsLinesThatCameAndWent();
    void putsTheWorstChangeFirst();
};

namespace {

Finding mxFinding(Verdict verdict, const QString &answer)
{
    Finding finding;
    finding.id = u"mx.contoso.com"_s;
    finding.topic = Topic::Mx;
    finding.verdict = verdict;
    finding.title = u"MX record of contoso.com"_s;
    finding.seen = answer;
    finding.evidence = {{.question = u"MX contoso.com"_s,
                         .answer = answer,
                         .server = u"192.0.2.53"_s,
                         .ttl = std::chrono::seconds(300)}};
    return finding;
}

SavedRun runOf(const std::vector<Finding> &findings)
{
    return {QDateTime({2026, 11, 22}, {9, 0}, Qt::UTC), u"contoso.com"_s, findings};
}

} // namespace

void tst_Finding::keepsEverythingButTheTreeInJson()
{
    Finding finding = mxFinding(Verdict::Attention, u"10 mx.example"_s);
    finding.why = u"why"_s;
    finding.todo = u"todo"_s;
    finding.mends = u"spf-record"_s;
    finding.proposal = u"v=spf1 -all"_s;
    finding.evidence[0].authentic = true;
    SpfNode child{.term = u"include:a.example"_s, .lookups = 1};
    child.remarks = {{SpfRemark::Weight::Wrong, u"no-record"_s, {u"It has no record."_s, 7, 17}}};
    finding.spf = std::make_shared<SpfNode>(SpfNode{.domain = u"contoso.com"_s, .lookups = 1, .children = {child}});
    const QJsonObject json = toJson(finding);
    QCOMPARE(json[u"tree"]
                 .toObject()[u"children"]
                 .toArray()[0]
                 .toObject()[u"remarks"]
                 .toArray()[0]
                 .toObject()[u"offset"]
                 .toInt(),
             7);

    const auto read = readSavedRun(QJsonDocument(toJson(runOf({finding}))).toJson());
    QVERIFY(read);
    QCOMPARE(read->when, runOf({}).when);
    QCOMPARE(read->subject, u"contoso.com"_s);
    finding.spf.reset();
    QVERIFY(read->findings == std::vector{finding});
}

void tst_Finding::knowsItsWords()
{
    for (const auto verdict : {Verdict::Good, Verdict::Attention, Verdict::Wrong, Verdict::CouldNotTell})
        QVERIFY(parseVerdict(toString(verdict)) == verdict);
    for (const auto topic : {Topic::Mx, Topic::Spf, Topic::Dkim, Topic::Dmarc, Topic::Prediction, Topic::Transport,
                             Topic::Addresses, Topic::Reach})
        QVERIFY(parseTopic(toString(topic)) == topic);
    QVERIFY(!parseVerdict(u"fine"_s) && !parseTopic(QString()));
}

void tst_Finding::refusesWhatIsNoSavedRun_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("says");
    QTest::newRow("no JSON") << QByteArray("{") << u"not JSON"_s;
    QTest::newRow("another document") << QByteArray(R"({"schema":"relaywright.site/1"})") << u"schema"_s;
    QTest::newRow("no time") << QByteArray(R"({"schema":"relaywright.checks/1","when":"soon"})") << u"when"_s;
    QTest::newRow("an unknown verdict") << QByteArray(R"({"schema":"relaywright.checks/1","when":"2026-11-22T09:00:00Z",
                          "findings":[{"id":"mx.a","topic":"mx","verdict":"splendid"}]})")
                                        << u"verdict"_s;
}

void tst_Finding::refusesWhatIsNoSavedRun()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, says);
    const auto run = readSavedRun(json);
    QVERIFY(!run);
    QVERIFY2(run.error().detail.contains(says), qPrintable(run.error().detail));
}

void tst_Finding::comparesTwoRuns_data()
{
    QTest::addColumn<Verdict>("before");
    QTest::addColumn<QString>("answerBefore");
    QTest::addColumn<Verdict>("now");
    QTest::addColumn<QString>("answerNow");
    QTest::addColumn<QString>("kind"); // empty: no difference
    const QString a = u"10 a.example\n20 b.example"_s, turned = u"20 b.example\n10 a.example"_s, c = u"10 c.example"_s;
    using enum Verdict;
    QTest::newRow("the same") << Good << a << Good << a << QString();
    QTest::newRow("another order of the records") << Good << a << Good << turned << QString();
    QTest::newRow("another record") << Good << a << Good << c << u"changed"_s;
    QTest::newRow("worse") << Good << a << Wrong << c << u"worse"_s;
    QTest::newRow("a little worse") << Attention << a << Wrong << a << u"worse"_s;
    QTest::newRow("better") << Wrong << a << Attention << c << u"better"_s;
    QTest::newRow("could not tell now") << Good << a << CouldNotTell << QString() << u"unclear"_s;
    QTest::newRow("could not tell then") << CouldNotTell << QString() << Good << a << u"unclear"_s;
    QTest::newRow("never could tell") << CouldNotTell << a << CouldNotTell << c << QString();
}

void tst_Finding::comparesTwoRuns()
{
    QFETCH(Verdict, before);
    QFETCH(QString, answerBefore);
    QFETCH(Verdict, now);
    QFETCH(QString, answerNow);
    QFETCH(QString, kind);
    Finding later = mxFinding(now, answerNow);
    later.evidence[0].ttl = std::chrono::seconds(17); // what is left of it differs each time
    later.evidence[0].server = u"192.0.2.54"_s;
    const auto drifts = compare(runOf({mxFinding(before, answerBefore)}), runOf({later}));
    QCOMPARE(drifts.empty() ? QString() : toString(drifts.front().kind), kind);
    if (drifts.empty())
        return;
    QVERIFY(drifts.front().sentence.startsWith(u"MX record of contoso.com "_s));
    QVERIFY(drifts.front().now.startsWith(toString(now)));
}

void tst_Finding::tellsLinesThatCameAndWent()
{
    Finding other = mxFinding(Verdict::Good, u"10 a.example"_s);
    other.id = u"mx.fabrikam.com"_s;
    const auto drifts = compare(runOf({mxFinding(Verdict::Good, u"10 a.example"_s)}), runOf({other}));
    QCOMPARE(drifts.size(), 2u);
    QVERIFY(drifts[0].kind == Drift::Kind::Appeared && drifts[0].id == other.id && drifts[0].before.isEmpty());
    QVERIFY(drifts[1].kind == Drift::Kind::Gone && drifts[1].now.isEmpty());
}

void tst_Finding::putsTheWorstChangeFirst()
{
    const auto named = [](const QString &id, Verdict verdict) {
        Finding finding = mxFinding(verdict, u"x"_s);
        finding.id = id;
        return finding;
    };
    const auto drifts = compare(runOf({named(u"a"_s, Verdict::Wrong), named(u"b"_s, Verdict::Good)}),
                                runOf({named(u"a"_s, Verdict::Good), named(u"b"_s, Verdict::Wrong)}));
    QCOMPARE(drifts.size(), 2u);
    QCOMPARE(drifts[0].id, u"b"_s);
}

QTEST_GUILESS_MAIN(tst_Finding)
#include "tst_Finding.moc"
