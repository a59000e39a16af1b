// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/RelaySupervisor.h"

#include "app/console/ProcessAlive.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonObject>
#include <QPointer>
#include <QProcess>
#include <QSaveFile>

#include <utility>

namespace relaywright {

namespace {

using namespace std::chrono_literals;

constexpr auto kWatch = 1000ms;
constexpr auto kWatchStarting = 150ms;
constexpr qint64 kStartLimitMs = 15'000;
constexpr qint64 kStopLimitMs = 30'000;
// A relay that dies again and again has a cause that restarting does not mend.
constexpr std::size_t kMaxRestarts = 5;
constexpr qint64 kRestartWindowMs = 600'000;

} // namespace

RelaySupervisor::RelaySupervisor(Options options, QObject *parent)
    : RelayHost(parent), m_options(std::move(options)), m_control(m_options.name)
{
    m_clock.start();
    connect(&m_timer, &QTimer::timeout, this, &RelaySupervisor::poll);
}

RelaySupervisor::~RelaySupervisor() = default;

void RelaySupervisor::begin()
{
    readConfig();
    m_timer.start(kWatch);
    poll();
}

void RelaySupervisor::readConfig()
{
    m_fileTime = QFileInfo(m_options.configFile).lastModified();
    QFile file(m_options.configFile);
    if (!file.open(QIODevice::ReadOnly))
        return;
    auto config = parseRelayConfig(file.readAll());
    m_unreadable = !config;
    if (config)
        m_config = std::move(*config);
    else
        tellUnreadable(config.error());
}

void RelaySupervisor::lookAtConfig()
{
    const QDateTime time = QFileInfo(m_options.configFile).lastModified();
    if (!time.isValid() || time == m_fileTime)
        return;
    const std::optional<RelayConfig> before = m_config;
    readConfig();
    if (m_config != before)
        Q_EMIT configChanged();
}

void RelaySupervisor::start(const RelayConfig &config, const std::optional<Secret> &password)
{
    m_config = supervised(config);
    m_password = password;
    m_wanted = true;
    m_restarts.clear();
    if (const auto kept = keepConfig(*m_config); !kept) {
        setState(State::Failed, kept.error().detail);
        return;
    }
    if (m_state == State::Running || m_state == State::Starting) {
        m_launchWhenGone = true;
        m_startedAtMs = m_clock.elapsed();
        m_control.request(QStringLiteral("shutdown"), {}, this, [](const Result<QJsonObject> &) {});
        setState(State::Stopping);
        return;
    }
    launch();
}

RelayConfig RelaySupervisor::supervised(RelayConfig config) const
{
    config.name = m_options.name;
    if (!m_options.spoolFolder.isEmpty())
        config.spoolFolder = m_options.spoolFolder;
    return config;
}

void RelaySupervisor::reload(const RelayConfig &config, const std::optional<Secret> &password, QObject *context,
                             std::function<void(Result<void>)> done)
{
    const RelayConfig wanted = supervised(config);
    if (const auto kept = keepConfig(wanted); !kept)
        return done(kept);
    const QPointer<QObject> receiver(context);
    m_control.request(QStringLiteral("reload"), {}, this,
                      [this, wanted, password, receiver, done = std::move(done)](const Result<QJsonObject> &answer) {
                          if (answer) {
                              m_config = wanted;
                              m_password = password;
                              sendPassword();
                          } else if (m_config) {
                              (void)keepConfig(*m_config); // what the relay works by is what is kept
                          }
                          if (receiver)
                              done(answer ? Result<void>() : tl::unexpected(answer.error()));
                      });
}

void RelaySupervisor::stop()
{
    m_wanted = false;
    m_launchWhenGone = false;
    if (m_state == State::Off || m_state == State::Failed) {
        setState(State::Off);
        return;
    }
    m_startedAtMs = m_clock.elapsed();
    m_control.request(QStringLiteral("shutdown"), {}, this, [](const Result<QJsonObject> &) {});
    setState(State::Stopping);
}

void RelaySupervisor::launch()
{
    m_launchWhenGone = false;
    QDir().mkpath(QFileInfo(m_options.logFile).absolutePath());
    QFile::remove(m_options.logFile);
    QProcess process;
    process.setProgram(m_options.program);
    process.setArguments({m_options.configFile});
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(m_options.logFile);
    m_startedAtMs = m_clock.elapsed();
    if (!process.startDetached(&m_pid)) {
        setState(State::Failed, tr("The program %1 could not be started. Install Relaywright again.")
                                    .arg(QDir::toNativeSeparators(m_options.program)));
        return;
    }
    setState(State::Starting);
}

void RelaySupervisor::poll()
{
    lookAtConfig();
    if (std::exchange(m_asking, true))
        return;
    m_control.status(this, [this](const Result<RelayStatus> &status) {
        m_asking = false;
        if (status)
            onAnswer(*status);
        else
            onSilence(status.error());
    });
}

void RelaySupervisor::onAnswer(const RelayStatus &status)
{
    m_status = status;
    if (m_state == State::Stopping) {
        if (m_clock.elapsed() - m_startedAtMs > kStopLimitMs)
            setState(State::Running,
                     tr("The relay was asked to stop and still runs. It may be finishing a delivery; try again."));
        return;
    }
    m_wanted = true; // also for one that ran before us
    if (m_state != State::Running) {
        setState(State::Running);
        sendPassword();
    }
    Q_EMIT statusChanged();
}

void RelaySupervisor::onSilence(const Error &error)
{
    // A relay that is busy for a moment is not dead; only a missing socket says that.
    if (error.kind == ErrorKind::Timeout)
        return;
    switch (m_state) {
    case State::Off:
    case State::Failed: return;
    case State::Stopping:
        m_status.reset();
        if (m_launchWhenGone)
            launch();
        else
            setState(State::Off);
        return;
    case State::Starting:
        if (!isProcessAlive(m_pid)) {
            const QString line = lastLogLine();
            m_wanted = false;
            setState(State::Failed, line.isEmpty() ? tr("The relay ended at once and did not say why.") : line);
        } else if (m_clock.elapsed() - m_startedAtMs > kStartLimitMs) {
            setState(State::Failed, tr("The relay was started and does not answer. Stop it and start it again."));
        }
        return;
    case State::Running:
        m_status.reset();
        onDied();
        return;
    }
}

void RelaySupervisor::onDied()
{
    if (!m_wanted || !m_config) {
        setState(State::Off);
        return;
    }
    const qint64 now = m_clock.elapsed();
    while (!m_restarts.empty() && now - m_restarts.front() > kRestartWindowMs)
        m_restarts.pop_front();
    if (m_restarts.size() >= kMaxRestarts) {
        const QString line = lastLogLine();
        setState(State::Failed,
                 line.isEmpty()
                     ? tr("The relay ended several times in ten minutes. What it accepted is safe on the disk.")
                     : line);
        return;
    }
    m_restarts.push_back(now);
    launch();
}

void RelaySupervisor::sendPassword()
{
    if (!m_password)
        return;
    const QJsonObject arguments{{QStringLiteral("password"), QString::fromUtf8(m_password->reveal())}};
    m_control.request(QStringLiteral("secret"), arguments, this, [this](const Result<QJsonObject> &done) {
        if (!done) {
            m_problem = done.error().detail;
            Q_EMIT stateChanged();
        }
    });
}

void RelaySupervisor::setState(State state, const QString &problem)
{
    const bool passing = state == State::Starting || state == State::Stopping;
    if (m_timer.isActive())
        m_timer.start(passing ? kWatchStarting : kWatch);
    if (m_state == state && m_problem == problem)
        return;
    m_state = state;
    m_problem = problem;
    Q_EMIT stateChanged();
}

void RelaySupervisor::tellUnreadable(const Error &error)
{
    setState(m_state,
             tr("The settings in %1 cannot be read: %2 Mend the file and start this program again. What is started "
                "from here begins anew, and a copy of the file is kept beside it.")
                 .arg(QDir::toNativeSeparators(m_options.configFile), error.detail));
}

Result<void> RelaySupervisor::keepConfig(const RelayConfig &config)
{
    QDir().mkpath(QFileInfo(m_options.configFile).absolutePath());
    if (std::exchange(m_unreadable, false)) {
        const QString copy = m_options.configFile + QStringLiteral(".unread");
        QFile::remove(copy);
        QFile::copy(m_options.configFile, copy);
    }
    QSaveFile file(m_options.configFile);
    const QByteArray json = toJson(config);
    if (file.open(QIODevice::WriteOnly) && file.write(json) == json.size() && file.commit()) {
        m_fileTime = QFileInfo(m_options.configFile).lastModified();
        return {};
    }
    return failure(ErrorKind::Storage,
                   QStringLiteral("The relay's configuration could not be written to %1: %2. Make room on the "
                                  "disk or check the folder's permissions.")
                       .arg(QDir::toNativeSeparators(m_options.configFile), file.errorString()));
}

QString RelaySupervisor::lastLogLine() const
{
    constexpr qint64 kTail = 4096;
    QFile file(m_options.logFile);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    file.seek(std::max<qint64>(0, file.size() - kTail));
    const QStringList lines = QString::fromUtf8(file.readAll()).split(u'\n', Qt::SkipEmptyParts);
    if (lines.isEmpty())
        return {};
    QString line = lines.back().trimmed();
    const QString prefix = QStringLiteral("relaywrightd: ");
    return line.startsWith(prefix) ? line.mid(prefix.size()) : line;
}

} // namespace relaywright
