// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/RateLimiter.h"
#include "core/relay/RelayConfig.h"
#include "core/relay/Route.h"
#include "core/relay/Settling.h"
#include "core/relay/Spool.h"
#include "core/relay/UpstreamConnection.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <vector>

namespace relaywright {

struct DeliverySettings {
    RelayUpstream upstream;
    QByteArray hostName;                        ///< EHLO, reports
    QByteArray caCertificatesPem;
    std::optional<EmailAddress> postmaster;
    EmailAddress bounceFrom;
    std::chrono::hours expiry{48};
    Route::Waits waits = Route::usualWaits();
    std::chrono::milliseconds patience = std::chrono::minutes(10); ///< the final dot's, RFC 5321 §4.5.3.2.6
};

/// Who gave the password. One that an operator gave is not looked up again elsewhere.
enum class PasswordOrigin { Configured, Operator };

/// Takes due messages out of the spool to the smart host, over a few connections that serve several messages each,
/// inside the quota, and settles each with the spool. It keeps no message that the spool does not have.
class Delivery : public QObject {
    Q_OBJECT
public:
    /// `spool` and `clock` outlive it.
    Delivery(DeliverySettings settings, Spool &spool, const Clock &clock, QObject *parent = nullptr);
    ~Delivery() override;

    /// Begins; `used` is the quota's log. Without a password where one is needed it waits for `setPassword`.
    void start(const std::vector<QuotaUse> &used);
    /// A configured one that was refused is wanted again before the next try: somebody may have mended it meanwhile.
    void setPassword(const Secret &password, PasswordOrigin origin);
    /// The password cannot be had; the queue is kept.
    void onPasswordMissing(const QString &reason);
    [[nodiscard]] bool hasPassword() const { return m_password.has_value() || m_settings.upstream.user.isEmpty(); }
    /// Something may be due: a message was accepted or released.
    void wake();
    void setPaused(bool paused);
    [[nodiscard]] bool isPaused() const { return m_paused; }
    /// An operator's wish: do not wait for the route's pause.
    void tryNow();
    /// Finishes what is under way and writes what became of it, at most ten seconds, then `stopped`.
    void shutDown();

    [[nodiscard]] const Route &route() const { return m_route; }
    [[nodiscard]] int busyConnections() const;
    /// When the next message is due or the route or quota allows one; nothing when nothing waits.
    [[nodiscard]] std::optional<TimePoint> nextTry() const { return m_nextTry; }
    /// True while only the quota is in the way.
    [[nodiscard]] bool waitsForQuota() const { return m_waitsForQuota; }
    /// True while the spool cannot write what became of messages: nothing more is sent, it could be sent twice.
    [[nodiscard]] bool spoolFails() const { return m_spoolFails; }
    [[nodiscard]] int messagesLeftThisMinute();
    [[nodiscard]] quint64 delivered() const { return m_delivered; }
    [[nodiscard]] quint64 bounced() const { return m_bounced; }

Q_SIGNALS:
    void logged(const QString &line);
    /// The way to the smart host works again or does not: `route()` has its state.
    void routeChanged(const QString &sentence);
    /// It is written what became of a message.
    void settled(const relaywright::Settlement &settlement);
    /// The route is tried again and there is no password, or one that was refused: whoever knows where it is may look again.
    void passwordWanted();
    void stopped();

private:
    using Connection = UpstreamConnection;
    void pump();
    void pumpOnce();
    void claimMore(int allowed);
    void onClaimed(Result<Claim> claim);
    void assign(TimePoint now, int allowed);
    void openConnections(TimePoint now, int allowed);
    /// True when the quota lets the first ready message go; else it sets when to look again.
    [[nodiscard]] bool quotaAllows(TimePoint now);
    void send(Connection &connection, SpoolMessage message, TimePoint now);
    void onTransactionDone(Connection &connection, const TransactionResult &result);
    void onFinished(Connection &connection, const Finish &finish);
    void tellRoute(RouteNews news, const QString &reason);
    void standBack();
    /// The message cannot be read now: an attempt, and a later one.
    void postpone(const SpoolMessage &message, const QString &reason, const QuotaUse &quota = {});
    void sweepExpired();
    void onExpiredClaimed(Result<Claim> claim);
    void settle(Settlement settlement);
    void onSettled(const std::shared_ptr<Settlement> &settlement, const Result<void> &result);
    void wakeAt(TimePoint time);
    void checkStopped();
    [[nodiscard]] SettlingContext context(const SpoolMessage &message) const;
    [[nodiscard]] ConnectionSettings connectionSettings() const;

    DeliverySettings m_settings;
    Spool &m_spool;
    const Clock &m_clock;
    Route m_route;
    RateLimiter m_limiter;
    std::optional<Secret> m_password;
    std::vector<Connection *> m_connections; // children of this
    std::deque<SpoolMessage> m_ready;        // claimed, waiting for a connection
    std::deque<Settlement> m_unsettled;      // the spool could not write them yet
    QTimer m_timer;
    QTimer m_settleTimer;
    std::optional<TimePoint> m_nextTry;
    std::optional<TimePoint> m_nextDue;
    TimePoint m_quotaPause{};                // nothing is claimed before it
    bool m_started = false;
    bool m_paused = false;
    bool m_stopping = false;
    bool m_claiming = false;
    bool m_mayBeDue = true;
    bool m_sweeping = false;
    bool m_waitsForQuota = false;
    bool m_passwordAsked = false;
    bool m_passwordDoubted = false;
    PasswordOrigin m_passwordOrigin = PasswordOrigin::Configured;
    bool m_spoolFails = false;
    bool m_outOfPatience = false;
    bool m_pumping = false;
    bool m_pumpAgain = false;
    int m_settling = 0;
    quint64 m_delivered = 0;
    quint64 m_bounced = 0;
};

} // namespace relaywright
