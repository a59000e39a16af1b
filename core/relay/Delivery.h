// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Alerts.h"
#include "core/relay/RouteRunner.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <set>
#include <vector>

namespace relaywright {

struct DeliverySettings {
    std::vector<RouteSettings> routes; ///< at least one; the first is the default one
    std::vector<RelayDevice> devices;  ///< whose mail goes which way, and as whom
    DeliveryCommon common;
};

/// Takes due messages out of the spool, hands each to the route that the configuration of now names for it, and writes what
/// became of it. A route that cannot take any leaves the others alone: its messages are parked in the spool's index.
class Delivery : public QObject {
    Q_OBJECT
public:
    /// `spool` and `clock` outlive it.
    Delivery(DeliverySettings settings, Spool &spool, const Clock &clock, DeliveryDesk::FetchSecret fetchSecret,
             DeliveryDesk::KeeperOf keeperOf, QObject *parent = nullptr);
    ~Delivery() override;

    /// Begins; `used` is the quota's log.
    void start(const std::vector<QuotaUse> &used);
    /// From now on these. Routes that did not change go on as if nothing had been; what was deferred by one that did is
    /// tried at once, and all that was when rows of the devices changed.
    void reconfigure(DeliverySettings settings);
    /// An operator's, for the smart hosts that have none or were refused; else for the first one that signs in. False when
    /// none signs in with a password.
    [[nodiscard]] bool setPassword(const Secret &password);
    /// Something may be due: a message was accepted or released.
    void wake();
    void setPaused(bool paused);
    [[nodiscard]] bool isPaused() const { return m_paused; }
    /// An operator's wish: do not wait for the routes' pauses.
    void tryNow();
    /// Every few seconds: notices client certificates that were renewed, and passwords that do not sign in any more.
    void look();
    /// Finishes what is under way and writes what became of it, at most ten seconds, then `stopped`.
    void shutDown();

    /// The default one first.
    [[nodiscard]] std::vector<RouteStatus> routes() const;
    /// By which a message goes, or would go now.
    [[nodiscard]] const RouteRunner &routeOf(const SpoolMessage &message) const;
    [[nodiscard]] int busyConnections() const;
    /// When the next message is due or a route or quota allows one; nothing when nothing waits.
    [[nodiscard]] std::optional<TimePoint> nextTry() const;
    /// True while only the quota is in the way.
    [[nodiscard]] bool waitsForQuota() const;
    /// True while the spool cannot write what became of messages: nothing more is sent, it could be sent twice.
    [[nodiscard]] bool spoolFails() const { return m_spoolFails; }
    [[nodiscard]] int messagesLeftThisMinute() const;
    /// When the client certificates end that are shown to smart hosts, each once.
    [[nodiscard]] std::vector<AlertFacts::Certificate> certificates() const;
    [[nodiscard]] const RouteLatencies &latencies() const { return m_desk.latencies; }
    [[nodiscard]] quint64 delivered() const { return m_delivered; }
    [[nodiscard]] quint64 bounced() const { return m_bounced; }

Q_SIGNALS:
    void logged(const QString &line);
    /// A smart host of `route` works again, is left, or is held; `state` as in RouteStatus.
    void routeChanged(const QString &route, const QString &state, const QString &sentence);
    /// It is written what became of a message.
    void settled(const relaywright::Settlement &settlement);
    void stopped();

private:
    void addRoutes(const std::vector<RouteSettings> &routes);
    void adopt(RouteRunner &route);
    [[nodiscard]] OutgoingMail mailOf(SpoolMessage message) const;
    [[nodiscard]] RouteRunner &routeFor(const SpoolMessage &message, const RelayDevice *device) const;
    void claimMore();
    void claimParked(RouteRunner &route);
    void onClaimed(RouteRunner *route, Result<Claim> claim);
    void sweepExpired();
    void onExpiredClaimed(Result<Claim> claim);
    void lookForDelays();
    void sweepDelayed();
    void onDelayedClaimed(Result<Claim> claim);
    void settle(Settlement settlement);
    void onSettled(const std::shared_ptr<Settlement> &settlement, const Result<void> &result);
    void suspendRoutes();
    void checkStopped();

    DeliveryDesk m_desk;
    Spool &m_spool;
    const Clock &m_clock;
    std::shared_ptr<const std::vector<RelayDevice>> m_devices;
    DeliveryCommon m_common;
    std::vector<RouteRunner *> m_routes;  // children of this
    std::vector<RouteRunner *> m_retired; // the same; they finish what they began
    RouteTag m_lastTag = 0;
    std::deque<Settlement> m_unsettled; // the spool could not write them yet
    QTimer m_dueTimer;
    QTimer m_settleTimer;
    QTimer m_delayTimer;
    std::optional<TimePoint> m_nextDue;
    bool m_started = false;
    bool m_paused = false;
    bool m_stopping = false;
    bool m_claiming = false;
    bool m_mayBeDue = true;
    bool m_sweeping = false;
    bool m_sweepingDelayed = false;
    bool m_spoolFails = false;
    bool m_outOfPatience = false;
    int m_settling = 0;
    quint64 m_delivered = 0;
    quint64 m_bounced = 0;
};

} // namespace relaywright
