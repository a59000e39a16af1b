// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Conversation.h"
#include "core/relay/Refusal.h"
#include "core/relay/RelayEvents.h"
#include "core/relay/Spool.h"
#include "core/relay/TrafficRing.h"
#include "core/session/SmtpServer.h"

#include <memory>

namespace relaywright {

/// A message that was made durable a moment ago.
struct AcceptedMessage {
    QueueId id;
    QString source;
    quint64 octets = 0;
    int recipients = 0;
    bool known = true; ///< a row of the admission table names its source, or there is no table
};

/// What has happened since the start.
struct RelayCounters {
    quint64 accepted = 0;
    quint64 acceptedOctets = 0;
    quint64 delivered = 0;
    quint64 deferred = 0;
    quint64 bounced = 0;
    quint64 inDoubt = 0;
    quint64 refused = 0;
    quint64 signInsFailed = 0;
    quint64 connections = 0; ///< of devices, those that were let in
    quint64 connectionsRefused = 0;
    RefusalCounts refusals; ///< by reason and row of the admission table
};

/// Counts what happens in one relay, makes events of it, and keeps what was said for the history. The parts of the relay
/// tell it facts; who wants to know reads its events.
class RelayWatch {
public:
    /// Both outlive it.
    RelayWatch(Spool &spool, const Clock &clock) : m_spool(spool), m_clock(clock) {}

    [[nodiscard]] RelayEvents &events() { return m_events; }
    [[nodiscard]] const RelayCounters &counters() const { return m_counters; }
    [[nodiscard]] TrafficHistory history();
    /// Once, at the start: what the spool knows of the day before.
    void restoreTraffic();

    /// Called for every message and failed sign-in, whether or not anybody reads events.
    struct AlertHooks {
        std::function<void(const QString &source, bool known)> onAccepted;
        std::function<void(const QString &source)> onSignInFailed;
    };
    void setAlertHooks(AlertHooks hooks) { m_hooks = std::move(hooks); }

    /// Begins to note what a device and the relay say to each other; with the connection it ends. The answer goes to the
    /// connection's handler.
    [[nodiscard]] std::shared_ptr<Conversation> onConnected(SmtpServerConnection &connection);
    void onConnectionRefused(const PeerInfo &peer, const QString &reason);
    void onRefused(const PeerInfo &peer, const Refusal &refusal);
    void onAccepted(const AcceptedMessage &message);
    void onSettled(const Settlement &settlement);
    /// `state` as in RouteStatus; not called when nothing changed.
    void onRoute(const QString &route, const QString &state, const QString &sentence);
    void say(RelayEvent::Kind kind, RelayEvent::Severity severity, const QString &sentence, const QString &source = {});

private:
    [[nodiscard]] TrafficRing::Minute &minute();
    void countRefusal();

    Spool &m_spool;
    const Clock &m_clock;
    RelayEvents m_events;
    RelayCounters m_counters;
    TrafficRing m_traffic;
    AlertHooks m_hooks;
};

} // namespace relaywright
