// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/TestSeries.h"

#include "core/session/PracticeGreeting.h"

#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>
#include <limits>

namespace relaywright {

namespace {

using namespace std::chrono_literals;

constexpr int kMostPerMinuteLocally = 6000;
constexpr int kMostLocally = 10000;
constexpr int kMostElsewhere = 200;

bool isLoopback(const Host &host)
{
    return host.address() ? host.address()->isLoopback() : host.toString() == QLatin1String("localhost");
}

QString timeFor(int count, int perMinute)
{
    const int seconds = static_cast<int>((static_cast<qint64>(count) - 1) * 60 / perMinute);
    if (seconds < 90)
        return seconds <= 1 ? QStringLiteral("about a second") : QStringLiteral("about %1 seconds").arg(seconds);
    const int minutes = (seconds + 59) / 60;
    if (minutes < 120)
        return QStringLiteral("about %1 minutes").arg(minutes);
    return QStringLiteral("about %1 hours").arg((minutes + 30) / 60);
}

} // namespace

SeriesBounds boundsFor(const Endpoint &server, bool practice, const Knowledge &knowledge)
{
    if (practice || isLoopback(server.host))
        return {.perMinute = kMostPerMinuteLocally, .most = kMostLocally, .isLocal = true};
    const auto rate = static_cast<int>(knowledge.number(QStringLiteral("client-submission.messages-per-minute")));
    return {.perMinute = std::clamp(rate, 1, 30), .most = kMostElsewhere};
}

Result<QString> announce(const SeriesSize &size, int perMinute, const Endpoint &server, const SeriesBounds &bounds)
{
    const qint64 all = static_cast<qint64>(size.senders) * size.each;
    const int count = static_cast<int>(std::min<qint64>(all, std::numeric_limits<int>::max()));
    if (size.senders < 1 || size.each < 1 || (size.each > 1 && all > bounds.most))
        return failure(ErrorKind::InvalidInput, QStringLiteral("%1 messages are not a test of %2: it may have 1 to %3.")
                                                    .arg(count)
                                                    .arg(server.toString())
                                                    .arg(bounds.most));
    if (perMinute < 1 || perMinute > bounds.perMinute)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("%1 messages a minute are not a test of %2: it may have 1 to %3. Try a burst on the "
                           "practice server, which may have more.")
                .arg(perMinute)
                .arg(server.toString())
                .arg(bounds.perMinute));
    const QString messages = count == 1 ? QStringLiteral("1 message") : QStringLiteral("%1 messages").arg(count);
    return QStringLiteral("%1 to %2, at most %3 a minute: %4.")
        .arg(messages, server.toString(), QString::number(perMinute), timeFor(count, perMinute));
}

class TestSeries::Private {
public:
    Private(std::vector<TestJob> given, int rate, const Clock &theClock, TestSeries *series)
        : jobs(std::move(given)), clock(theClock), q(series), m_interval(60'000ms / std::max(rate, 1))
    {
        m_timer.setSingleShot(true);
        m_timer.setTimerType(Qt::PreciseTimer);
        QObject::connect(&m_timer, &QTimer::timeout, q, [this] { next(); });
    }

    void start();
    void resume();
    void cancel();

    std::vector<TestJob> jobs;
    std::vector<TestJobResult> results;
    bool paused = false;
    bool forgets = false;

private:
    void next();
    void prepare(std::size_t index);
    void run(int index);
    void done(const TestJobResult &result);
    void distrustServerOf(std::size_t index, const TestJobResult &result);
    void finish();

    const Clock &clock;
    TestSeries *q;
    const std::chrono::milliseconds m_interval; ///< between two beginnings
    QTimer m_timer;
    QElapsedTimer m_sinceBegin; ///< since the last test that went on the wire
    std::unique_ptr<QObject> m_asking; ///< for a fresh password
    std::unique_ptr<SendRun> m_run;
    std::size_t m_ended = 0; ///< tests
    bool m_started = false;
    bool m_finished = false;
};

void TestSeries::Private::start()
{
    if (std::exchange(m_started, true))
        return;
    m_timer.start(0);
}

/// Begins the next test when it is time, or waits for the time.
void TestSeries::Private::next()
{
    if (m_finished || paused || m_run || m_asking)
        return;
    const std::size_t index = m_ended;
    if (index == jobs.size())
        return finish();
    if (jobs[index].obstacle) {
        Q_EMIT q->jobStarted(static_cast<int>(index));
        return done({.problem = jobs[index].obstacle->detail});
    }
    // Not by the clock: somebody may set it meanwhile.
    const auto wait = m_sinceBegin.isValid() ? m_interval - std::chrono::milliseconds(m_sinceBegin.elapsed()) : 0ms;
    if (wait > 0ms) {
        m_timer.start(wait);
        Q_EMIT q->waiting(toDateTime(clock.now() + wait));
        return;
    }
    prepare(index);
}

void TestSeries::Private::prepare(std::size_t index)
{
    if (!jobs[index].freshPassword)
        return run(static_cast<int>(index));
    m_asking = std::make_unique<QObject>();
    jobs[index].freshPassword(m_asking.get(), [this, index](Result<Secret> password) {
        m_asking.release()->deleteLater(); // it may be in use by who calls
        if (!password) {
            Q_EMIT q->jobStarted(static_cast<int>(index));
            return done({.problem = password.error().detail});
        }
        jobs[index].secrets.password = std::move(*password);
        run(static_cast<int>(index));
    });
}

void TestSeries::Private::run(int index)
{
    const TestJob &job = jobs[static_cast<std::size_t>(index)];
    m_sinceBegin.start();
    m_run = std::make_unique<SendRun>(job.request, job.secrets, clock);
    QObject::connect(m_run.get(), &SendRun::lineAdded, q,
                     [this, index](const TranscriptLine &line) { Q_EMIT q->lineAdded(index, line); });
    QObject::connect(m_run.get(), &SendRun::finished, q,
                     [this](const TestRecord &record) { done({.record = record, .remarks = m_run->remarks()}); });
    QObject::connect(m_run.get(), &SendRun::failedToStart, q,
                     [this](const Error &error) { done({.problem = error.detail}); });
    Q_EMIT q->jobStarted(index);
    if (m_run) // a handler may have cancelled
        m_run->start();
}

void TestSeries::Private::done(const TestJobResult &result)
{
    if (m_run) {
        m_run->disconnect(q);
        m_run.release()->deleteLater(); // we are inside its signal
    }
    const std::size_t index = m_ended++;
    if (jobs[index].onlyPractice)
        distrustServerOf(index, result);
    if (!forgets)
        results.push_back(result);
    Q_EMIT q->jobDone(static_cast<int>(index), result);
    if (!m_finished)
        m_timer.start(0); // through the loop: a long row of obstacles must not be a deep stack
}

/// A burst is for the practice server alone: another one that answers in its place gets no more of it.
void TestSeries::Private::distrustServerOf(std::size_t index, const TestJobResult &result)
{
    const auto &record = result.record;
    if (!record || !hasGreeting(record->transcript) || greetedByPracticeServer(record->transcript))
        return;
    const Endpoint server = jobs[index].request.connection.server;
    for (std::size_t i = index + 1; i < jobs.size(); ++i) {
        if (jobs[i].onlyPractice && jobs[i].request.connection.server == server)
            jobs[i].obstacle = Error{
                ErrorKind::Denied,
                QStringLiteral("%1 does not greet as the practice server any more, so nothing more is sent so fast.")
                    .arg(server.toString())};
    }
}

void TestSeries::Private::resume()
{
    if (!std::exchange(paused, false) || !m_started)
        return;
    m_timer.start(0);
}

void TestSeries::Private::cancel()
{
    if (m_finished)
        return;
    m_timer.stop();
    paused = true; // nothing begins any more
    m_asking.reset();
    if (m_run)
        m_run->cancel();
    finish();
}

void TestSeries::Private::finish()
{
    m_timer.stop();
    if (!std::exchange(m_finished, true))
        Q_EMIT q->finished();
}

TestSeries::TestSeries(std::vector<TestJob> jobs, int perMinute, const Clock &clock, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(jobs), perMinute, clock, this))
{
}

TestSeries::~TestSeries() = default;

void TestSeries::forgetResults()
{
    d->forgets = true;
}

void TestSeries::start()
{
    d->start();
}

void TestSeries::pause()
{
    d->paused = true;
}

void TestSeries::resume()
{
    d->resume();
}

void TestSeries::cancel()
{
    d->cancel();
}

int TestSeries::count() const
{
    return static_cast<int>(d->jobs.size());
}

const TestJob &TestSeries::job(int index) const
{
    return d->jobs.at(static_cast<std::size_t>(index));
}

bool TestSeries::isPaused() const
{
    return d->paused;
}

const std::vector<TestJobResult> &TestSeries::results() const
{
    return d->results;
}

} // namespace relaywright
