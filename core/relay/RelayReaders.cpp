// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RelayReaders.h"

#include "core/relay/IncomingBody.h"
#include "core/relay/Metrics.h"
#include "core/relay/Random.h"

#include <utility>

namespace relaywright {

RelayReaders::RelayReaders(Parts parts) : m_parts(std::move(parts)), m_alerts({})
{
    m_parts.watch.setAlertHooks(
        {.onAccepted = [this](const QString &source,
                              bool known) { m_alerts.onAccepted(source, known, m_parts.clock.now()); },
         .onSignInFailed = [this](const QString &source) { m_alerts.onSignInFailed(source, m_parts.clock.now()); }});
}

RelayReaders::~RelayReaders()
{
    m_parts.watch.setAlertHooks({});
}

Result<std::unique_ptr<EventLogFile>> RelayReaders::openLogFile(const QString &path)
{
    if (path.isEmpty())
        return nullptr;
    auto file = std::make_unique<EventLogFile>(path);
    if (auto opened = file->open(); !opened)
        return tl::unexpected(opened.error());
    QObject::connect(
        file.get(), &EventLogFile::troubled, file.get(),
        [this](const QString &sentence) {
            m_parts.watch.say(RelayEvent::Kind::Notice, RelayEvent::Severity::Warning, sentence);
        },
        Qt::QueuedConnection); // never inside the writing of an event
    return file;
}

Result<std::unique_ptr<MetricsServer>> RelayReaders::openMetrics(const std::optional<Endpoint> &address)
{
    if (!address)
        return nullptr;
    auto server = std::make_unique<MetricsServer>([this] {
        return metricsText(m_parts.status(), m_parts.watch.counters(), m_parts.spool.statistics(), m_parts.latencies(),
                           m_parts.clock.now());
    });
    if (auto listening = server->listen(*address); !listening)
        return tl::unexpected(listening.error());
    return server;
}

Result<void> RelayReaders::apply(const RelayConfig &config)
{
    const bool otherFile = config.logFile != m_logFileWanted;
    const bool otherMetrics = config.metrics != m_metricsWanted;
    auto logFile = openLogFile(otherFile ? config.logFile : QString());
    if (!logFile)
        return tl::unexpected(logFile.error());
    auto metrics = openMetrics(otherMetrics ? config.metrics : std::nullopt);
    if (!metrics)
        return tl::unexpected(metrics.error());
    if (otherFile)
        m_logFile = std::move(*logFile);
    if (otherMetrics)
        m_metrics = std::move(*metrics);
    m_logFileWanted = config.logFile;
    m_metricsWanted = config.metrics;
    if (!config.systemLog)
        m_systemLog.reset();
    else if (!m_systemLog)
        m_systemLog = std::make_unique<SystemLog>(QStringLiteral("relaywrightd"));
    m_name = config.name;
    m_settings = config.alerts;
    m_expiry = config.expiry;
    m_alerts.setSettings(config.alerts);
    // Nobody pays for events that nobody keeps.
    m_toLogs = m_logFile || m_systemLog ? m_parts.watch.events().subscribe(
                   RelayEvent::Severity::Info, [this](const RelayEvent &event) { onEvent(event); })
                                        : RelayEvents::Subscription();
    if (m_systemLog && m_systemLog->kind() == SystemLog::Kind::None)
        m_parts.watch.say(RelayEvent::Kind::Notice, RelayEvent::Severity::Warning,
                          QStringLiteral("There is no system log here: neither journald nor syslog takes entries."));
    return {};
}

void RelayReaders::reopenLog()
{
    if (m_logFile)
        m_logFile->reopen();
}

std::optional<Endpoint> RelayReaders::metricsAddress() const
{
    return m_metrics ? std::optional(m_metrics->address()) : std::nullopt;
}

void RelayReaders::onEvent(const RelayEvent &event)
{
    if (m_logFile)
        m_logFile->write(event);
    if (m_systemLog)
        m_systemLog->write(event);
}

void RelayReaders::look(const AlertFacts &facts)
{
    const TimePoint now = m_parts.clock.now();
    tell(m_alerts.look(facts, now));
    if (!m_settings.mailTo)
        return;
    auto due = m_mail.due(m_settings, now, toDateTime(now).toLocalTime().time());
    if (!due.empty())
        sendMail(std::move(due));
}

void RelayReaders::tell(const std::vector<Alerts::Change> &changes)
{
    for (const auto &[alert, raised, repeated] : changes)
        m_parts.watch.say(raised ? RelayEvent::Kind::Alert : RelayEvent::Kind::AlertCleared,
                          raised ? RelayEvent::Severity::Warning : RelayEvent::Severity::Notice,
                          raised ? alert.sentence : QStringLiteral("This is over: %1").arg(alert.sentence),
                          alert.subject);
    if (m_settings.mailTo)
        m_mail.add(changes);
}

/// It goes into the queue like every other message and waits there when the way is what the alert is about. Nothing about
/// it can raise an alert that it does not tell already, so there is no loop.
void RelayReaders::sendMail(std::vector<Alerts::Change> changes)
{
    const EmailAddress from = m_settings.mailFrom.value_or(m_parts.alertsFrom);
    const TimePoint now = m_parts.clock.now();
    const auto mail = makeAlertMail({.changes = std::move(changes),
                                     .current = m_alerts.current(),
                                     .from = from,
                                     .to = *m_settings.mailTo,
                                     .relay = m_name,
                                     .hostName = m_parts.hostName,
                                     .now = now,
                                     .token = randomToken()});
    if (!mail)
        return m_parts.watch.say(RelayEvent::Kind::Notice, RelayEvent::Severity::Warning,
                                 QStringLiteral("The mail about alerts cannot be made: %1").arg(mail.error().detail));
    SpoolMessage message;
    message.id = m_parts.spool.nextId();
    message.receivedAt = message.nextAttempt = now;
    message.expiresAt = now + m_expiry;
    message.source = alertSource();
    message.sender = from;
    message.recipients = {*m_settings.mailTo};
    auto body = std::make_unique<IncomingBody>(m_parts.spool.folder());
    body->append(*mail);
    m_parts.spool.accept(std::move(message), std::move(body), [this](const Result<void> &stored) {
        if (stored)
            return m_parts.onQueued();
        m_parts.watch.say(RelayEvent::Kind::Notice, RelayEvent::Severity::Warning,
                          QStringLiteral("The mail about alerts cannot be queued: %1").arg(stored.error().detail));
    });
}

} // namespace relaywright
