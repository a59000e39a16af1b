// SPDX-License-Identifier: GPL-3.0-or-later
//
// Many days of a site with 200 devices, compressed by a clock that the test moves. At the smart host no quota is ever
// exceeded, the relay's memory stays as it is, and its history does not grow beyond its time. Two days in the suite; the long
// form is
//
//     RELAYWRIGHT_SOAK_DAYS=30 build/release/tests/tst_integration_relay_Soak
//
// Each midnight the relay ends and starts again: what it has used of its quotas must count after that, too.
#include "RelayFixture.h"
#include "SoakSite.h"

#include "core/relay/Database.h"
#include "tests/support/SmtpSink.h"

#include <QDeadlineTimer>
#include <QDirIterator>
#include <QTimer>

#include <functional>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

constexpr int kDevices = 200;
constexpr int kMessagesPerMinute = 30;
constexpr int kRecipientsPerDay = 1900; // so that a day with a mailing has more than it may send
constexpr int kHistoryDays = 3;

struct Sunk {
    TimePoint at{};
    int recipients = 0;
};

/// The most that any stretch of `length` holds.
template <class Count>
int mostWithin(const std::vector<Sunk> &sunk, std::chrono::milliseconds length, const Count &count)
{
    int most = 0;
    int sum = 0;
    std::size_t first = 0;
    for (const Sunk &one : sunk) {
        sum += count(one);
        while (sunk[first].at <= one.at - length)
            sum -= count(sunk[first++]);
        most = std::max(most, sum);
    }
    return most;
}

double residentMib()
{
    QFile status(QStringLiteral("/proc/self/statm"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    return status.readAll().split(' ').value(1).toDouble() * 4096 / (1 << 20);
}

qint64 octetsBelow(const QString &folder)
{
    qint64 octets = 0;
    for (QDirIterator file(folder, QDir::Files, QDirIterator::Subdirectories); file.hasNext();) {
        file.next();
        octets += file.fileInfo().size();
    }
    return octets;
}

} // namespace

class tst_Soak : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void staysInsideItsBounds();

private:
    void playDay(int day);
    void settle();
    void letTimePass(std::chrono::milliseconds step);
    /// As QTest::qWaitFor, but awake at once: there are tens of thousands of waits.
    static bool waitUntil(const std::function<bool()> &holds);
    bool ask(const QString &command);
    /// The oldest message in the history, counted from now.
    std::chrono::hours oldestInHistory();

    SoakClock m_clock{TimePoint(std::chrono::sys_days(std::chrono::year(2027) / 3 / 1))};
    RelayFixture m_relay;
    SmtpSink m_sink;
    std::vector<std::unique_ptr<SoakDevice>> m_devices;
    std::vector<Sunk> m_sunk;
    int m_acknowledged = 0;
};

bool tst_Soak::waitUntil(const std::function<bool()> &holds)
{
    const QDeadlineTimer deadline(60s);
    QTimer tick;
    tick.start(500ms);
    while (!holds() && !deadline.hasExpired())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    return holds();
}

bool tst_Soak::ask(const QString &command)
{
    ControlClient client(QStringLiteral("test"));
    std::optional<bool> well;
    client.request(command, {}, &client, [&](const Result<QJsonObject> &answer) { well = answer.has_value(); });
    return waitUntil([&] { return well.has_value(); }) && *well;
}

/// Until everybody has said what there is to say at this moment.
void tst_Soak::settle()
{
    const auto isQuiet = [this] {
        return std::ranges::all_of(m_devices, &SoakDevice::isIdle) && m_relay.condition() != RelayCondition::Delivering;
    };
    QVERIFY2(waitUntil(isQuiet), qPrintable(toString(m_relay.condition())));
    m_sink.forget();
}

/// The relay waits by real time; this wakes it to look at the clock.
void tst_Soak::letTimePass(std::chrono::milliseconds step)
{
    m_clock.set(m_clock.now() + step);
    QVERIFY(ask(QStringLiteral("pause")));
    QVERIFY(ask(QStringLiteral("resume")));
    settle();
}

void tst_Soak::playDay(int day)
{
    const TimePoint midnight = m_clock.now();
    for (const SoakEvent &event : dayOf(midnight, day, kDevices)) {
        while (m_relay.status().queued > 0 && event.at - m_clock.now() > 2min)
            letTimePass(std::min<std::chrono::milliseconds>(event.at - m_clock.now(),
                                                            m_relay.status().queued > 20 ? 61s : 10min));
        const bool sameMoment = event.at - m_clock.now() < 1s;
        m_clock.set(std::max(event.at, m_clock.now()));
        m_devices[static_cast<std::size_t>(event.device)]->send(m_relay.port(), event.recipients);
        if (!sameMoment)
            settle();
    }
    settle();
    while (m_clock.now() < midnight + 24h) {
        const auto left = midnight + 24h - m_clock.now();
        if (m_relay.status().queued == 0) {
            m_clock.set(midnight + 24h);
            break;
        }
        letTimePass(std::min<std::chrono::milliseconds>(left, 10min));
    }
}

std::chrono::hours tst_Soak::oldestInHistory()
{
    auto spool = Database::open(m_relay.folder() + QStringLiteral("/spool/spool.sqlite"));
    if (!spool)
        return std::chrono::hours::max();
    auto oldest = spool->prepare("SELECT COALESCE(MIN(finished_at), ?) FROM message WHERE finished_at IS NOT NULL");
    const std::int64_t now = m_clock.now().time_since_epoch().count();
    if (!oldest || oldest->bind(1, now).step() != Statement::Step::Row)
        return std::chrono::hours::max();
    return std::chrono::duration_cast<std::chrono::hours>(std::chrono::milliseconds(now - oldest->integer(0)));
}

void tst_Soak::staysInsideItsBounds()
{
    const int asked = qEnvironmentVariableIntValue("RELAYWRIGHT_SOAK_DAYS");
    const int days = asked > 0 ? asked : 2;
    QVERIFY(m_sink.listen());
    connect(&m_sink, &SmtpSink::messageStored, this, [this] {
        m_sunk.push_back({m_clock.now(), static_cast<int>(m_sink.messages().back().forwardPaths.size())});
    });
    m_relay.clock = &m_clock;
    m_relay.setListener({{QStringLiteral("listen"), QStringLiteral("127.0.0.1:0")},
                         {QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.0/8")}},
                         {QStringLiteral("startTls"), false}});
    m_relay.setUpstream(m_sink.port(), QStringLiteral("none"),
                        {{QStringLiteral("maxMessagesPerMinute"), kMessagesPerMinute},
                         {QStringLiteral("maxRecipientsPerDay"), kRecipientsPerDay}});
    m_relay.config.insert(QStringLiteral("historyDays"), kHistoryDays);
    for (int i = 0; i < kDevices; ++i)
        m_devices.push_back(std::make_unique<SoakDevice>(i, m_acknowledged));

    double early = 0;
    qint64 spoolEarly = 0;
    for (int day = 0; day < days; ++day) {
        QVERIFY2(m_relay.start(), qPrintable(m_relay.problem));
        playDay(day);
        if (QTest::currentTestFailed())
            return;
        for (const auto &device : m_devices)
            device->close();
        QVERIFY(m_relay.stop());
        if (day == days / 2 || day == 0) { // everything was in use once
            early = residentMib();
            spoolEarly = octetsBelow(m_relay.folder() + QStringLiteral("/spool"));
        }
    }
    // What the last mailing left over goes on the days after.
    QVERIFY(m_relay.start());
    for (int i = 0; i < 300 && m_relay.status().queued > 0; ++i)
        letTimePass(10min);
    QCOMPARE(m_relay.status().queued, 0u);
    QCOMPARE(m_relay.status().bounced, 0u);
    QVERIFY(m_relay.stop());

    const int perMinute = mostWithin(m_sunk, 60s, [](const Sunk &) { return 1; });
    const int perDay = mostWithin(m_sunk, 24h, [](const Sunk &one) { return one.recipients; });
    const double grown = residentMib() - early;
    const qint64 spoolNow = octetsBelow(m_relay.folder() + QStringLiteral("/spool"));
    qInfo("%d days: %d taken, %zu delivered, at most %d in a minute and %d recipients in a day, memory grew by %.1f "
          "MiB, the "
          "spool from %.1f to %.1f MiB, its history goes %lld hours back",
          days, m_acknowledged, m_sunk.size(), perMinute, perDay, grown, static_cast<double>(spoolEarly) / (1 << 20),
          static_cast<double>(spoolNow) / (1 << 20), static_cast<long long>(oldestInHistory().count()));
    QCOMPARE(m_sunk.size(), static_cast<std::size_t>(m_acknowledged)); // each once
    QVERIFY2(perMinute <= kMessagesPerMinute, "more messages in a minute than allowed");
    QVERIFY2(perDay <= kRecipientsPerDay, "more recipients in a day than allowed");
    QCOMPARE(perMinute, kMessagesPerMinute); // or the load was too small to tell
    QVERIFY(perDay > kRecipientsPerDay * 9 / 10);
    QVERIFY2(grown < 16, "the relay's memory grows");
    QVERIFY2(oldestInHistory() <= std::chrono::hours(24 * (kHistoryDays + 1)), "the history is kept too long");
    QVERIFY2(days < 8 || spoolNow < spoolEarly * 3 / 2, "the spool grows");
}

QTEST_GUILESS_MAIN(tst_Soak)
#include "tst_Soak.moc"
