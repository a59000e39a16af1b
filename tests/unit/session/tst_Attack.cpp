// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/Attack.h"

#include <QSet>
#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const Reply kGreeting{220, {"relay.example"}};
const Reply kYes{250, {"2.0.0 OK"}};
const Reply kNo{550, {"5.7.1 No"}};

Attack oneStep(AttackRule rule)
{
    return {.id = QStringLiteral("x"),
            .steps = {{.octets = "X\r\n"}},
            .rule = std::move(rule),
            .failed = QStringLiteral("Bad.")};
}

AttackSeen seenReplies(std::vector<Reply> replies, bool closed = false)
{
    return {.greeting = kGreeting, .replies = {std::move(replies)}, .closed = closed, .took = 2s};
}

} // namespace

Q_DECLARE_METATYPE(relaywright::Attack)
Q_DECLARE_METATYPE(relaywright::AttackSeen)

class tst_Attack : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void judges_data();
    void judges();
    void aBarredWayTellsNothing();
    void aRefusalOnTheWayMayBeTheRightAnswer();
    void theTableIsWhole();
    void noMessageCanBeTakenByARelayThatNoticesLoops();
    void longOctetsAreShortened();
};

void tst_Attack::judges_data()
{
    using Kind = AttackRule::Kind;
    using enum AttackVerdict;
    QTest::addColumn<Attack>("attack");
    QTest::addColumn<AttackSeen>("seen");
    QTest::addColumn<AttackVerdict>("verdict");
    const Attack refused = oneStep({.kind = Kind::Refused});
    QTest::newRow("refused") << refused << seenReplies({kNo}) << Withstood;
    QTest::newRow("taken") << refused << seenReplies({kYes}) << NotWithstood;
    QTest::newRow("refused by closing") << refused << seenReplies({}, true) << Withstood;
    QTest::newRow("refused by silence") << refused << seenReplies({}) << CouldNotTell;
    const Attack once = oneStep({.kind = Kind::Refused, .count = 1});
    QTest::newRow("refused twice") << once << seenReplies({kNo, kYes}, true) << NotWithstood;
    const Attack unread = oneStep({.kind = Kind::RefusedUnread});
    QTest::newRow("password looked at") << unread << seenReplies({{535, {"5.7.8 wrong"}}}) << NotWithstood;
    QTest::newRow("password not looked at") << unread << seenReplies({{538, {"5.7.11 TLS first"}}}) << Withstood;
    const Attack most = oneStep({.kind = Kind::MostReplies, .count = 2});
    QTest::newRow("as many as may come") << most << seenReplies({kYes, kYes}, true) << Withstood;
    QTest::newRow("one too many") << most << seenReplies({kYes, kYes, kYes}, true) << NotWithstood;
    QTest::newRow("more may come") << most << seenReplies({kYes}) << CouldNotTell;
    QTest::newRow("none came") << most << seenReplies({}) << CouldNotTell;
    const Attack cut = oneStep({.kind = Kind::CutOff, .count = 3});
    QTest::newRow("cut off") << cut << seenReplies({kNo, kNo}, true) << Withstood;
    QTest::newRow("not cut off") << cut << seenReplies({kNo, kNo, kNo}) << NotWithstood;
    const Attack guessing = oneStep({.kind = Kind::CutOff, .count = 2, .word = "535"});
    QTest::newRow("guesses not looked at") << guessing << seenReplies({kNo, kNo, kNo}) << Withstood;
    QTest::newRow("guesses looked at") << guessing << seenReplies({{535, {"no"}}, {535, {"no"}}}) << NotWithstood;
    const Attack offer = oneStep({.kind = Kind::NotOffered, .word = "AUTH"});
    QTest::newRow("not offered") << offer << seenReplies({{250, {"relay.example", "SIZE 1"}}}) << Withstood;
    QTest::newRow("offered") << offer << seenReplies({{250, {"relay.example", "auth LOGIN"}}}) << NotWithstood;
    QTest::newRow("no list") << offer << seenReplies({kNo}) << CouldNotTell;
    const Attack time = oneStep({.kind = Kind::ClosesInTime});
    QTest::newRow("closed in time") << time << seenReplies({}, true) << Withstood;
    QTest::newRow("still open") << time << seenReplies({}) << NotWithstood;
    const Attack greeting = oneStep({.kind = Kind::GreetsLate});
    AttackSeen late = seenReplies({kYes});
    late.greetedAfter = 300ms;
    QTest::newRow("greeted late") << greeting << late << NotWithstood;
    late.greetedAfter = 1ms;
    QTest::newRow("greeted at once") << greeting << late << CouldNotTell;
    late.greeting = Reply{554, {"5.5.0 no"}};
    QTest::newRow("cut off before the greeting") << greeting << late << Withstood;
    const Attack there = oneStep({.kind = Kind::Answers});
    QTest::newRow("there") << there << seenReplies({kYes}) << Withstood;
    QTest::newRow("gone") << there << AttackSeen{} << NotWithstood;
}

void tst_Attack::judges()
{
    QFETCH(Attack, attack);
    QFETCH(AttackSeen, seen);
    QFETCH(AttackVerdict, verdict);
    const AttackJudgement judgement = judge(attack, seen);
    QVERIFY2(judgement.verdict == verdict, qPrintable(toString(judgement.verdict) + u' ' + judgement.reason));
    QVERIFY(judgement.reason.endsWith(u'.'));
}

void tst_Attack::aBarredWayTellsNothing()
{
    Attack attack = oneStep({});
    attack.steps.push_back({.octets = "Y\r\n"});
    QVERIFY(judge(attack, {}).verdict == AttackVerdict::CouldNotTell); // no greeting
    QVERIFY(judge(attack, seenReplies({kNo})).verdict == AttackVerdict::CouldNotTell);
    QVERIFY(judge(attack, seenReplies({kNo})).reason.contains(QStringLiteral("550 5.7.1 No")));
    attack.steps[0].refusal = AttackStep::Refusal::GoOn;
    const AttackSeen wentOn{.greeting = kGreeting, .replies = {{kNo}, {kNo}}};
    QVERIFY(judge(attack, wentOn).verdict == AttackVerdict::Withstood);
}

void tst_Attack::aRefusalOnTheWayMayBeTheRightAnswer()
{
    Attack attack = oneStep({});
    attack.steps[0].refusal = AttackStep::Refusal::Withstood;
    attack.steps[0].whenRefused = QStringLiteral("so nothing follows");
    attack.steps.push_back({.wait = AttackStep::Wait::Handshake});
    attack.steps.push_back({.octets = "Y\r\n"});
    QVERIFY(judge(attack, seenReplies({kNo}))
            == (AttackJudgement{AttackVerdict::Withstood,
                                QStringLiteral("It answered \"550 5.7.1 No\", so nothing follows.")}));
    QVERIFY(judge(attack, seenReplies({}, true)).verdict == AttackVerdict::Withstood);
    const AttackSeen failed{.greeting = kGreeting, .replies = {{kYes}, {}}, .closed = true, .tlsFailed = true};
    QVERIFY(judge(attack, failed).verdict == AttackVerdict::CouldNotTell);
}

void tst_Attack::theTableIsWhole()
{
    for (const bool implicitTls : {false, true}) {
        const ListenerLook look{.implicitTls = implicitTls, .startTls = !implicitTls, .mailNeedsTls = !implicitTls};
        QSet<QString> ids;
        for (const Attack &attack : attacksOn(look, {})) {
            QVERIFY2(!ids.contains(attack.id), qPrintable(attack.id));
            ids.insert(attack.id);
            QVERIFY(!attack.title.isEmpty() && !attack.steps.empty());
            QVERIFY2(attack.failed.endsWith(u'.') && attack.remedy.endsWith(u'.'), qPrintable(attack.id));
            for (const AttackStep &step : attack.steps)
                QVERIFY2(step.wait == AttackStep::Wait::Handshake || !step.octets.isEmpty(), qPrintable(attack.id));
        }
        QCOMPARE(
            std::ranges::count_if(ids, [](const QString &id) { return id.startsWith(QStringLiteral("smuggling.")); }),
            9);
        QCOMPARE(ids.contains(QStringLiteral("cleartext.offered")), !implicitTls);
    }
}

void tst_Attack::noMessageCanBeTakenByARelayThatNoticesLoops()
{
    for (const Attack &attack : attacksOn({}, {})) {
        const bool sendsData = std::ranges::any_of(attack.steps, [](const AttackStep &step) {
            return step.octets.contains("\r\n.\r\n") && step.octets.contains("Subject");
        });
        QCOMPARE(sendsData, attack.endsData);
        if (sendsData)
            QVERIFY(attack.steps.back().octets.count("Received: ") > 100);
    }
}

void tst_Attack::longOctetsAreShortened()
{
    QCOMPARE(attackText("MAIL\n"), QStringLiteral("MAIL\\n"));
    const QString text = attackText(QByteArray(100'000, 'a'));
    QVERIFY(text.size() < 400 && text.contains(QStringLiteral("100000 octets")));
}

QTEST_GUILESS_MAIN(tst_Attack)
#include "tst_Attack.moc"
