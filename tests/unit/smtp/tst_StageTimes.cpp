// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/StageTimes.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

TranscriptLine at(Stage stage, std::chrono::milliseconds time)
{
    return {.stage = stage, .sinceStart = time};
}

} // namespace

class tst_StageTimes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void givesEachWaitToTheStageThatWasWaitedFor()
    {
        const auto times = stageTimes({at(Stage::Connect, 0ms), at(Stage::Connect, 100ms), at(Stage::Greeting, 600ms),
                                       at(Stage::Ehlo, 600ms), at(Stage::Ehlo, 700ms), at(Stage::Tls, 900ms),
                                       at(Stage::Ehlo, 1000ms)});
        QCOMPARE_EQ(times, (std::vector<StageTime>{{Stage::Connect, 100ms, 0.1},
                                                   {Stage::Greeting, 500ms, 0.5},
                                                   {Stage::Ehlo, 200ms, 0.2},
                                                   {Stage::Tls, 200ms, 0.2}}));
    }

    void hasNothingToSayOfNothing() { QVERIFY(stageTimes({}).empty()); }

    void sharesNothingWhereNothingTookTime()
    {
        QCOMPARE_EQ(stageTimes({at(Stage::Connect, 0ms)}), (std::vector<StageTime>{{Stage::Connect, 0ms, 0.0}}));
    }

    void survivesTimesThatGoBack()
    {
        const auto times = stageTimes({at(Stage::Connect, 500ms), at(Stage::Greeting, 100ms), at(Stage::Ehlo, 600ms)});
        QCOMPARE_EQ(times[1].spent, 0ms);
        QCOMPARE_EQ(times[2].spent, 100ms);
    }
};

QTEST_GUILESS_MAIN(tst_StageTimes)
#include "tst_StageTimes.moc"
