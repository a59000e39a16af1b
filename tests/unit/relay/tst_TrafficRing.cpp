// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/TrafficRing.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart(std::chrono::minutes(29'900'000));

} // namespace

class tst_TrafficRing : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void countsByTheMinute();
    void keepsADayAndNoMore();
    void aClockThatJumpsDoesNoHarm();
    void reckonsBackWhatWasBeforeARestart();
};

void tst_TrafficRing::countsByTheMinute()
{
    TrafficRing ring;
    ++ring.at(kStart + 5s, 3).accepted;
    ++ring.at(kStart + 59s, 4).accepted;
    ++ring.at(kStart + 3min, 1).delivered;
    const TrafficHistory history = ring.history(kStart + 3min + 1s, 1);
    QVERIFY(history.from == kStart);
    QVERIFY(history.minutes
            == (std::vector<TrafficHistory::Minute>{
                {.accepted = 2, .queued = 4}, {.queued = 4}, {.queued = 4}, {.delivered = 1, .queued = 1}}));
}

void tst_TrafficRing::keepsADayAndNoMore()
{
    TrafficRing ring;
    for (int minute = 0; minute < 3000; ++minute)
        ring.at(kStart + std::chrono::minutes(minute), 0).accepted = static_cast<quint32>(minute);
    const TrafficHistory history = ring.history(kStart + 2999min, 0);
    QCOMPARE(std::ssize(history.minutes), TrafficHistory::kMinutes);
    QCOMPARE(history.minutes.back().accepted, 2999u);
    QCOMPARE(history.minutes.front().accepted, 2999u - 1439u);
    QVERIFY(history.from == kStart + 2999min - 1439min);
}

void tst_TrafficRing::aClockThatJumpsDoesNoHarm()
{
    TrafficRing ring;
    ring.at(kStart, 0).accepted = 5;
    ++ring.at(kStart - 24h, 0).accepted; // set back: counts into the last minute
    QCOMPARE(ring.history(kStart, 0).minutes.back().accepted, 6u);
    const TrafficHistory later = ring.history(kStart + std::chrono::days(4000), 2);
    QCOMPARE(std::ssize(later.minutes), TrafficHistory::kMinutes);
    QVERIFY(std::ranges::all_of(later.minutes, [](const auto &minute) { return minute.accepted == 0; }));
    QCOMPARE(later.minutes.back().queued, 2u);
}

void tst_TrafficRing::reckonsBackWhatWasBeforeARestart()
{
    TrafficRing ring;
    const std::int64_t minute = kStart.time_since_epoch() / 1min;
    ++ring.at(kStart + 1s, 4).accepted; // since the start
    const std::vector<TrafficRow> rows{{.minute = minute - 2000, .accepted = 9},
                                       {.minute = minute - 3, .accepted = 5, .delivered = 1, .finished = 2},
                                       {.minute = minute - 1, .accepted = 2, .bounced = 2, .finished = 2},
                                       {.minute = minute, .accepted = 1}};
    ring.restore(rows, kStart + 2s, 4);
    TrafficHistory history = ring.history(kStart + 3s, 4);
    QCOMPARE(std::ssize(history.minutes), TrafficHistory::kMinutes); // as far as it keeps
    history.minutes.erase(history.minutes.begin(), history.minutes.end() - 5);
    QVERIFY(history.minutes
            == (std::vector<TrafficHistory::Minute>{{.queued = 0},
                                                    {.accepted = 5, .delivered = 1, .queued = 3},
                                                    {.queued = 3},
                                                    {.accepted = 2, .bounced = 2, .queued = 3},
                                                    {.accepted = 1, .queued = 4}}));
}

QTEST_GUILESS_MAIN(tst_TrafficRing)
#include "tst_TrafficRing.moc"
