// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/relay/Control.h"
#include "core/relay/Listeners.h"
#include "core/relay/Refusal.h"
#include "core/relay/RelayConfig.h"
#include "core/relay/Route.h"
#include "core/secrets/SecretStore.h"

#include <QObject>

#include <functional>
#include <memory>
#include <vector>

namespace relaywright {

/// A whole relay: listeners, spool, delivery and control socket. Single use; lives in the thread it was made in.
class RelayEngine : public QObject {
    Q_OBJECT
public:
    /// What the relay takes from outside; both references outlive it.
    struct Surroundings {
        const Clock &clock;
        SecretStore &secrets;
        QString controlName;                  ///< empty: the configuration's name
        Route::Waits waits = Route::usualWaits();
        std::chrono::milliseconds stopPatience = std::chrono::seconds(15); ///< for devices that are in the middle of something
        std::chrono::milliseconds lookEvery = std::chrono::seconds(10); ///< at what alerts are about
        /// Where `reload` has the configuration from; without it there is none to read again.
        std::function<Result<RelayConfig>()> readConfig{};
        PeerPatience peerPatience{};
        QString accountBook{}; ///< of the user: it knows when a client secret ends; empty: nobody does
    };

    RelayEngine(RelayConfig config, Surroundings surroundings, QObject *parent = nullptr);
    ~RelayEngine() override;

    /// Opens everything or nothing. A password that cannot be read is no error: mail is taken and kept, and the status
    /// says what is missing. Error: InvalidInput or NotFound for certificates, Denied when another relay has the spool or
    /// the name, Storage, Unreachable when an address cannot be bound.
    [[nodiscard]] Result<void> start();
    /// From now on `config`, and nothing restarts: listeners and routes that did not change keep their connections, and what
    /// waits goes by the new routes, a message that was deferred by one that changed at once. What was accepted is never
    /// refused afterwards. Error: as `start`, and InvalidInput for a change of name, host name or spool; then nothing has
    /// changed.
    [[nodiscard]] Result<void> reconfigure(RelayConfig config);
    /// The same with what is read again; says in the log what became of it.
    [[nodiscard]] Result<void> reload();
    /// As bound, in the configuration's order.
    [[nodiscard]] std::vector<Endpoint> addresses() const;
    [[nodiscard]] RelayStatus status() const;
    /// What was refused since the start, by reason and row.
    [[nodiscard]] const RefusalCounts &refusals() const;
    [[nodiscard]] std::vector<Listeners::Certificate> certificates() const;
    /// Where metrics are shown, as bound; nothing when they are not.
    [[nodiscard]] std::optional<Endpoint> metricsAddress() const;
    /// Somebody moved the log file (logrotate): begins a new one.
    void reopenLog();
    /// No new mail; what is being taken or delivered is finished (at most ten seconds, a device's message
    /// `stopPatience`); then `stopped`.
    void shutDown();

Q_SIGNALS:
    /// One English sentence without secrets.
    void logged(const QString &line);
    void stopped();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
