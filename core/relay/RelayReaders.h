// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/AlertMail.h"
#include "core/relay/DeliveryLatency.h"
#include "core/relay/EventLogFile.h"
#include "core/relay/MetricsServer.h"
#include "core/relay/RelayWatch.h"
#include "core/relay/SystemLog.h"

#include <functional>
#include <memory>

namespace relaywright {

/// Who reads the events of a relay besides its clients: log file, system log, metrics, alerts with their mail; as the
/// configuration says.
class RelayReaders {
public:
    struct Parts { ///< all outlive it
        RelayWatch &watch;
        Spool &spool;
        const Clock &clock;
        QByteArray hostName;
        std::function<RelayStatus()> status;
        std::function<const RouteLatencies &()> latencies;
        EmailAddress alertsFrom;        ///< where the configuration names nobody
        std::function<void()> onQueued; ///< a mail of ours waits
    };
    explicit RelayReaders(Parts parts);
    ~RelayReaders();

    /// Takes over what the configuration says; once at the start and after each change of it. Error: what cannot be opened
    /// (the metrics' address, the log file); what was open before stays then.
    [[nodiscard]] Result<void> apply(const RelayConfig &config);
    /// Somebody moved the log file.
    void reopenLog();
    /// Every few seconds: alerts.
    void look(const AlertFacts &facts);
    [[nodiscard]] std::vector<AlertStatus> alerts() const { return m_alerts.current(); }
    [[nodiscard]] std::optional<Endpoint> metricsAddress() const;

private:
    [[nodiscard]] Result<std::unique_ptr<EventLogFile>> openLogFile(const QString &path);
    [[nodiscard]] Result<std::unique_ptr<MetricsServer>> openMetrics(const std::optional<Endpoint> &address);
    void onEvent(const RelayEvent &event);
    void tell(const std::vector<Alerts::Change> &changes);
    void sendMail(std::vector<Alerts::Change> changes);

    Parts m_parts;
    QString m_name;
    RelayAlerts m_settings;
    std::chrono::hours m_expiry{48};
    std::optional<Endpoint> m_metricsWanted;
    QString m_logFileWanted;
    std::unique_ptr<EventLogFile> m_logFile;
    std::unique_ptr<SystemLog> m_systemLog;
    std::unique_ptr<MetricsServer> m_metrics;
    Alerts m_alerts;
    AlertMail m_mail;
    RelayEvents::Subscription m_toLogs;
};

} // namespace relaywright
