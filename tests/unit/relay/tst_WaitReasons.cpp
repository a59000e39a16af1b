// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/WaitReasons.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const TimePoint kNow(1'795'000'000'000ms);

WaitFacts waiting()
{
    return {.entry = {.id = QStringLiteral("K3F90000001"), .state = QStringLiteral("queued"), .nextAttempt = kNow},
            .now = kNow,
            .expiresAt = kNow + 48h,
            .route = {.name = QStringLiteral("default"),
                      .state = QStringLiteral("open"),
                      .host = QStringLiteral("smtp.example.com:587"),
                      .hosts = {QStringLiteral("smtp.example.com:587")}}};
}

QString reasons(const WaitExplanation &why)
{
    return why.reasons.join(u' ');
}

QString effectOf(const WaitExplanation &why, const QString &change)
{
    for (const auto &[what, effect] : why.changes) {
        if (what.contains(change))
            return effect;
    }
    return {};
}

} // namespace

class tst_WaitReasons : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingInTheWay();
    void behindTheLimitOfTheSmartHost();
    void theRouteRefusesTheSignIn();
    void theRelayLacksSomethingOfItsOwn();
    void theRouteIsDown();
    void deferredUntilItsTime();
    void heldByAnOperator();
    void pausedAndFull();
    void beingDelivered();
    void survivesTheWire();
};

void tst_WaitReasons::nothingInTheWay()
{
    const WaitExplanation why = explainWait(waiting());
    QVERIFY2(reasons(why).contains(QStringLiteral("tried at once")), qPrintable(reasons(why)));
    QVERIFY(why.expectedAt == kNow);
}

void tst_WaitReasons::behindTheLimitOfTheSmartHost()
{
    WaitFacts facts = waiting();
    facts.ahead = 420;
    facts.waitsForQuota = true;
    facts.otherPerMinute = 60;
    const WaitExplanation why = explainWait(facts);
    QVERIFY2(reasons(why).contains(QStringLiteral("30 messages a minute"))
                 && reasons(why).contains(QStringLiteral("420 go before"))
                 && reasons(why).contains(QStringLiteral("about 14 minutes")),
             qPrintable(reasons(why)));
    QVERIFY(why.expectedAt == kNow + 14min);
    QCOMPARE(effectOf(why, QStringLiteral("60 messages")),
             QStringLiteral("Its turn comes in about 7 minutes instead of about 14 minutes."));
    facts.ahead = 0;
    facts.waitsForQuota = false;
    QVERIFY(effectOf(explainWait(facts), QStringLiteral("60 messages")).startsWith(QStringLiteral("Nothing changes")));
}

void tst_WaitReasons::theRouteRefusesTheSignIn()
{
    WaitFacts facts = waiting();
    facts.route.state = QStringLiteral("held");
    facts.route.reason = QStringLiteral("535 5.7.139 Authentication unsuccessful.");
    facts.route.nextAttempt = kNow + 1h;
    const WaitExplanation why = explainWait(facts);
    QVERIFY2(reasons(why).contains(QStringLiteral("535 5.7.139")) && reasons(why).contains(QStringLiteral("kept")),
             qPrintable(reasons(why)));
    QVERIFY(!reasons(why).contains(QStringLiteral("given up at"))); // it does not expire meanwhile
    QVERIFY(effectOf(why, QStringLiteral("Mend the sign-in")).contains(QStringLiteral("at once")));
    QVERIFY(!effectOf(why, QStringLiteral("second smart host")).isEmpty());
    QVERIFY(why.expectedAt == kNow + 1h);
}

void tst_WaitReasons::theRelayLacksSomethingOfItsOwn()
{
    WaitFacts facts = waiting();
    facts.route.state = QStringLiteral("held");
    facts.route.reason = QStringLiteral("There is no certificate.");
    facts.route.isOwnFault = true;
    const WaitExplanation why = explainWait(facts);
    QVERIFY2(
        reasons(why).startsWith(QStringLiteral("Nothing is sent to smtp.example.com:587: There is no certificate.")),
        qPrintable(reasons(why)));
    QVERIFY2(!reasons(why).contains(QStringLiteral("sign in")), qPrintable(reasons(why)));
    QVERIFY(!effectOf(why, QStringLiteral("Mend what the relay lacks")).isEmpty());
}

void tst_WaitReasons::theRouteIsDown()
{
    WaitFacts facts = waiting();
    facts.route.state = QStringLiteral("down");
    facts.route.reason = QStringLiteral("Connection refused.");
    facts.otherServer = QStringLiteral("other.example.com:25");
    const WaitExplanation why = explainWait(facts);
    QVERIFY(reasons(why).contains(QStringLiteral("Connection refused.")));
    QVERIFY(reasons(why).contains(QStringLiteral("given up at")));
    QVERIFY(effectOf(why, QStringLiteral("other.example.com:25")).contains(QStringLiteral("tried at once")));
}

void tst_WaitReasons::deferredUntilItsTime()
{
    WaitFacts facts = waiting();
    facts.entry.state = QStringLiteral("deferred");
    facts.entry.attempts = 2;
    facts.entry.lastReply = QStringLiteral("451 4.7.500 Server busy");
    facts.entry.nextAttempt = kNow + 15min;
    const WaitExplanation why = explainWait(facts);
    QVERIFY2(reasons(why).contains(QStringLiteral("451 4.7.500")) && reasons(why).contains(QStringLiteral("Attempt 3")),
             qPrintable(reasons(why)));
    QVERIFY(why.expectedAt == kNow + 15min);
    QVERIFY(!effectOf(why, QStringLiteral("Retry this message now")).isEmpty());
}

void tst_WaitReasons::heldByAnOperator()
{
    WaitFacts facts = waiting();
    facts.entry.state = QStringLiteral("held");
    facts.heldWhy = QStringLiteral("by an operator");
    facts.heldAt = kNow - 1h;
    const WaitExplanation why = explainWait(facts);
    QVERIFY(reasons(why).contains(QStringLiteral("by an operator")));
    QVERIFY(effectOf(why, QStringLiteral("Release")).contains(QStringLiteral("at once")));
    QVERIFY(!why.expectedAt);
}

void tst_WaitReasons::pausedAndFull()
{
    WaitFacts facts = waiting();
    facts.paused = true;
    facts.spoolFails = true;
    facts.otherServer = QStringLiteral("other.example.com:25");
    const WaitExplanation why = explainWait(facts);
    QVERIFY(reasons(why).contains(QStringLiteral("paused")) && reasons(why).contains(QStringLiteral("spool")));
    QVERIFY(effectOf(why, QStringLiteral("other.example.com")).contains(QStringLiteral("still wait")));
}

void tst_WaitReasons::beingDelivered()
{
    WaitFacts facts = waiting();
    facts.entry.state = QStringLiteral("delivering");
    QVERIFY(reasons(explainWait(facts)).contains(QStringLiteral("smtp.example.com:587")));
}

void tst_WaitReasons::survivesTheWire()
{
    WaitFacts facts = waiting();
    facts.ahead = 90;
    facts.otherPerMinute = 3;
    const WaitExplanation why = explainWait(facts);
    const auto read = parseWaitExplanation(toJson(why));
    QVERIFY(read);
    QCOMPARE(toJson(*read), toJson(why));
    QCOMPARE(read->ahead, 90u);
}

QTEST_GUILESS_MAIN(tst_WaitReasons)
#include "tst_WaitReasons.moc"
