// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RateLimiter.h"
#include "core/relay/Schedule.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart = TimePoint(milliseconds(1'795'000'000'123));

} // namespace

class tst_RateLimiter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void letsAMinutesWorthThroughAndThenWaits();
    void neverExceedsTheQuotaInAnyWindow();
    void countsRecipientsOverADay();
    void letsAnOversizedMessageGoWhenTheDayIsEmpty();
    void remembersWhatWasUsedBeforeARestart();
    void aClockThatWasAheadDoesNotBlockForEver();
    void retriesFollowTheSchedule_data();
    void retriesFollowTheSchedule();
};

void tst_RateLimiter::letsAMinutesWorthThroughAndThenWaits()
{
    RateLimiter limiter({.messagesPerMinute = 30, .recipientsPerDay = 10000});
    for (int i = 0; i < 30; ++i) {
        QCOMPARE(limiter.earliest(kStart, 1), kStart);
        limiter.record(kStart, 1);
    }
    QCOMPARE(limiter.messagesLeft(kStart), 0);
    const TimePoint next = limiter.earliest(kStart, 1);
    QVERIFY(next >= kStart + 60s);
    QVERIFY(next <= kStart + 61s);
    QCOMPARE(limiter.earliest(next, 1), next);
    QCOMPARE(limiter.messagesLeft(next), 30);
}

void tst_RateLimiter::neverExceedsTheQuotaInAnyWindow()
{
    RateLimiter limiter({.messagesPerMinute = 7, .recipientsPerDay = 1'000'000});
    std::vector<TimePoint> sent;
    TimePoint now = kStart;
    for (int i = 0; i < 500; ++i) {
        now = std::max(now + milliseconds(137 * (i % 11)), limiter.earliest(now, 1));
        limiter.record(now, 1);
        sent.push_back(now);
    }
    for (std::size_t i = 0; i + 7 < sent.size(); ++i)
        QVERIFY2(sent[i + 7] - sent[i] >= 60s, "eight messages within a minute");
    QVERIFY2(sent.back() - sent.front() < 80min, "slower than it has to be");
}

void tst_RateLimiter::countsRecipientsOverADay()
{
    RateLimiter limiter({.messagesPerMinute = 1000, .recipientsPerDay = 10});
    limiter.record(kStart, 6);
    limiter.record(kStart + 1h, 4);
    QVERIFY(limiter.earliest(kStart + 2h, 1) >= kStart + 24h);
    QVERIFY(limiter.earliest(kStart + 2h, 7) >= kStart + 25h);
    QVERIFY(limiter.earliest(kStart + 2h, 1) <= kStart + 24h + 1min);
}

void tst_RateLimiter::letsAnOversizedMessageGoWhenTheDayIsEmpty()
{
    RateLimiter limiter({.messagesPerMinute = 30, .recipientsPerDay = 10});
    QCOMPARE(limiter.earliest(kStart, 50), kStart);
    limiter.record(kStart, 1);
    QVERIFY(limiter.earliest(kStart + 1s, 50) >= kStart + 24h);
}

void tst_RateLimiter::remembersWhatWasUsedBeforeARestart()
{
    RateLimiter before({.messagesPerMinute = 2, .recipientsPerDay = 100});
    std::vector<QuotaUse> log{before.record(kStart, 1), before.record(kStart + 2s, 3)};
    QCOMPARE(log[1], (QuotaUse{floor<seconds>(kStart + 2s), 1, 3}));
    RateLimiter after({.messagesPerMinute = 2, .recipientsPerDay = 100});
    after.restore(log);
    QVERIFY(after.earliest(kStart + 5s, 1) >= kStart + 59s);
    QCOMPARE(after.messagesLeft(kStart + 5s), 0);
}

void tst_RateLimiter::aClockThatWasAheadDoesNotBlockForEver()
{
    RateLimiter limiter({.messagesPerMinute = 1, .recipientsPerDay = 1});
    limiter.record(kStart + 24h * 365, 1);
    QCOMPARE(limiter.earliest(kStart, 1), kStart);
}

void tst_RateLimiter::retriesFollowTheSchedule_data()
{
    QTest::addColumn<int>("attempts");
    QTest::addColumn<int>("minutes");
    QTest::newRow("first") << 1 << 1;
    QTest::newRow("second") << 2 << 5;
    QTest::newRow("third") << 3 << 15;
    QTest::newRow("fourth") << 4 << 30;
    QTest::newRow("fifth") << 5 << 60;
    QTest::newRow("then hourly") << 40 << 60;
}

void tst_RateLimiter::retriesFollowTheSchedule()
{
    QFETCH(int, attempts);
    QFETCH(int, minutes);
    const auto wait = milliseconds(std::chrono::minutes(minutes));
    QCOMPARE(nextAttempt(attempts, kStart, 0.5), kStart + wait);
    QCOMPARE(nextAttempt(attempts, kStart, 0.0), kStart + wait * 9 / 10);
    QCOMPARE(nextAttempt(attempts, kStart, 1.0), kStart + wait * 11 / 10);
}

QTEST_GUILESS_MAIN(tst_RateLimiter)
#include "tst_RateLimiter.moc"
