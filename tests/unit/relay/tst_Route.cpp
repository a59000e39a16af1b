// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Route.h"
#include "core/relay/TimeWords.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const TimePoint kNow = TimePoint(1'795'000'000'000ms);

Route route()
{
    return Route(3, {.down = {2s, 10s, 60s}, .held = {5min, 30min}, .slowed = {10s, 30s}});
}

} // namespace

class tst_Route : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void waitsLongerEachTimeItIsUnreachableAndOpensAtOnce();
    void newsOfTheSameFailureCountsOnce();
    void refusedSignInHoldsUntilAProbeGoesWell();
    void aLostConnectionDoesNotHideARefusedSignIn();
    void slowsDownToOneConnectionAndRecovers();
    void anOperatorNeedNotWait();
    void isLeftOnlyForWhatAnotherHostCures();
    void aRefusedSignInIsLeftAfterAWhileForAnother();
    void isLeftForAsLongAsWasSaid();
    void saysSpansOfTime_data();
    void saysSpansOfTime();
};

void tst_Route::isLeftOnlyForWhatAnotherHostCures()
{
    Route::Waits waits = Route::usualWaits();
    waits.slowed = {10s, 60s};
    waits.slowedForLong = 30s;
    Route throttled(3, waits);
    QVERIFY(!throttled.isLeft(kNow));
    throttled.onThrottled(kNow, QStringLiteral("4.7.1"), 0.5);
    QVERIFY(!throttled.isLeft(kNow)); // not for a moment
    throttled.onThrottled(kNow + 10s, QStringLiteral("4.7.1"), 0.5);
    QVERIFY(throttled.isLeft(kNow + 10s));
    QVERIFY(throttled.isLeft(kNow + 69s));
    QVERIFY(!throttled.isLeft(kNow + 70s));

    Route down(3, waits);
    down.onUnreachable(kNow, QStringLiteral("no route"), 0.5);
    QVERIFY(down.isLeft(kNow + 1s));
    QVERIFY(down.isLeft(kNow + 10s)); // until it has proved that it works
    down.onReady();
    QVERIFY(!down.isLeft(kNow + 10s));

    Route held(3, waits);
    held.onSignInRefused(kNow, QStringLiteral("535"), 0.5);
    QVERIFY(!held.isLeft(kNow + 24h)); // with the same password the others would refuse as well
    QCOMPARE(held.changesAt(kNow), held.notBefore());
}

void tst_Route::aRefusedSignInIsLeftAfterAWhileForAnother()
{
    Route::Waits waits{.down = {2s}, .held = {5min, 30min}, .slowed = {10s}, .slowedForLong = 30s, .heldForLong = 2min};
    Route route(3, waits, Route::OtherSignIn::There);
    route.onSignInRefused(kNow, QStringLiteral("535"), 0.5);
    QVERIFY(!route.isLeft(kNow + 119s)); // it may have been a hiccup
    QCOMPARE(route.changesAt(kNow), kNow + 2min);
    QVERIFY(route.isLeft(kNow + 2min));
    QCOMPARE(route.changesAt(kNow + 2min), route.notBefore());
    route.onSignInRefused(kNow + 5min, QStringLiteral("535"), 0.5); // a try does not bring the mail back
    QVERIFY(route.isLeft(kNow + 5min));
    QCOMPARE(route.allowedConnections(kNow + 5min), 0);
    route.onReady();
    QVERIFY(!route.isLeft(kNow + 6min));
    route.onSignInRefused(kNow + 7min, QStringLiteral("535"), 0.5);
    QVERIFY(!route.isLeft(kNow + 8min));
}

void tst_Route::isLeftForAsLongAsWasSaid()
{
    Route::Waits waits = Route::usualWaits();
    waits.leftFor = 20min;
    Route down(3, waits);
    down.onUnreachable(kNow, QStringLiteral("no route"), 0.0);
    QCOMPARE(down.notBefore(), kNow + 20min);
    QCOMPARE(down.allowedConnections(kNow + 20min - 1s), 0);
    QCOMPARE(down.allowedConnections(kNow + 20min), 1);
    down.tryNow(kNow + 1min); // an operator need not wait
    QCOMPARE(down.allowedConnections(kNow + 1min), 1);

    Route held(3, waits, Route::OtherSignIn::There);
    held.onSignInRefused(kNow, QStringLiteral("535"), 0.5);
    QCOMPARE(held.notBefore(), kNow + 20min);
    held.onSignInRefused(kNow + 20min, QStringLiteral("535"), 0.5);
    held.onSignInRefused(kNow + 40min, QStringLiteral("535"), 0.5);
    QCOMPARE(held.notBefore(), kNow + 70min); // its own pause is longer

    Route throttled(3, waits);
    throttled.onThrottled(kNow, QStringLiteral("4.7.1"), 0.5); // it said itself how long
    QCOMPARE(throttled.notBefore(), kNow + 10s);
}

void tst_Route::saysSpansOfTime_data()
{
    QTest::addColumn<qint64>("milliseconds");
    QTest::addColumn<QString>("words");
    const auto row = [](std::chrono::milliseconds span, const char *words) {
        QTest::newRow(words) << qint64(span.count()) << QString::fromLatin1(words);
    };
    row(1ms, "1 second");
    row(1001ms, "2 seconds");
    row(60s, "1 minute");
    row(90s, "90 seconds");
    row(2min, "2 minutes");
    row(60min, "1 hour");
    row(90min, "90 minutes");
    row(24h, "24 hours");
}

void tst_Route::saysSpansOfTime()
{
    QFETCH(qint64, milliseconds);
    QFETCH(QString, words);
    QCOMPARE(spanText(std::chrono::milliseconds(milliseconds)), words);
}

void tst_Route::waitsLongerEachTimeItIsUnreachableAndOpensAtOnce()
{
    Route r = route();
    QCOMPARE(r.allowedConnections(kNow), 3);
    r.onUnreachable(kNow, QStringLiteral("no route"), 0.5);
    QCOMPARE(r.state(), Route::State::Down);
    QCOMPARE(r.allowedConnections(kNow + 1s), 0);
    QCOMPARE(r.allowedConnections(kNow + 2s), 1);
    r.onUnreachable(kNow + 2s, QStringLiteral("no route"), 0.5);
    QCOMPARE(r.notBefore(), kNow + 12s);
    r.onUnreachable(kNow + 12s, QStringLiteral("no route"), 0.5);
    r.onUnreachable(kNow + 72s, QStringLiteral("no route"), 0.5);
    QCOMPARE(r.notBefore(), kNow + 132s);
    r.onReady();
    QCOMPARE(r.state(), Route::State::Open);
    QCOMPARE(r.reason(), QString());
    QCOMPARE(r.allowedConnections(kNow + 133s), 3);
    r.onUnreachable(kNow + 200s, QStringLiteral("again"), 0.5);
    QCOMPARE(r.notBefore(), kNow + 202s);
}

void tst_Route::newsOfTheSameFailureCountsOnce()
{
    Route r = route();
    for (int connection = 0; connection < 3; ++connection)
        r.onUnreachable(kNow, QStringLiteral("no route"), 0.5);
    QCOMPARE(r.notBefore(), kNow + 2s);
}

void tst_Route::refusedSignInHoldsUntilAProbeGoesWell()
{
    Route r = route();
    r.onSignInRefused(kNow, QStringLiteral("535 5.7.139"), 0.5);
    QCOMPARE(r.state(), Route::State::Held);
    QCOMPARE(r.allowedConnections(kNow + 4min), 0);
    QCOMPARE(r.allowedConnections(kNow + 5min), 1);
    r.onSignInRefused(kNow + 5min, QStringLiteral("535 5.7.139"), 0.5);
    QCOMPARE(r.notBefore(), kNow + 35min);
    r.onReady();
    QCOMPARE(r.state(), Route::State::Open);
}

void tst_Route::aLostConnectionDoesNotHideARefusedSignIn()
{
    Route r = route();
    r.onSignInRefused(kNow, QStringLiteral("535 5.7.139"), 0.5);
    r.onUnreachable(kNow + 5min, QStringLiteral("no route"), 0.5);
    QCOMPARE(r.state(), Route::State::Held);
    QCOMPARE(r.reason(), QStringLiteral("535 5.7.139"));
}

void tst_Route::slowsDownToOneConnectionAndRecovers()
{
    Route r = route();
    r.onThrottled(kNow, QStringLiteral("432 4.3.2"), 0.5);
    QCOMPARE(r.state(), Route::State::Slowed);
    QCOMPARE(r.allowedConnections(kNow + 9s), 0);
    QCOMPARE(r.allowedConnections(kNow + 10s), 1);
    r.onSuccess();
    QCOMPARE(r.allowedConnections(kNow + 11s), 2);
    for (int i = 0; i < 5; ++i)
        r.onSuccess();
    QCOMPARE(r.state(), Route::State::Open);
    QCOMPARE(r.allowedConnections(kNow + 12s), 3);
}

void tst_Route::anOperatorNeedNotWait()
{
    Route r = route();
    r.onSignInRefused(kNow, QStringLiteral("535"), 0.5);
    r.tryNow(kNow + 1s);
    QCOMPARE(r.allowedConnections(kNow + 1s), 1);
    QCOMPARE(r.state(), Route::State::Held);
}

QTEST_GUILESS_MAIN(tst_Route)
#include "tst_Route.moc"
