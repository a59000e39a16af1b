// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RelayWatch.h"

#include <algorithm>

namespace relaywright {

namespace {

using Kind = RelayEvent::Kind;
using Severity = RelayEvent::Severity;

/// The event of a settlement's journal that says most.
struct Telling {
    JournalKind journal;
    Kind kind;
    Severity severity;
};
constexpr Telling kTellings[] = {
    // what is more important first
    {JournalKind::InDoubt, Kind::InDoubt, Severity::Warning}, {JournalKind::Expired, Kind::Bounced, Severity::Warning},
    {JournalKind::Refused, Kind::Bounced, Severity::Warning}, {JournalKind::Delivered, Kind::Delivered, Severity::Info},
    {JournalKind::Deferred, Kind::Deferred, Severity::Info},
};

} // namespace

TrafficRing::Minute &RelayWatch::minute()
{
    const SpoolCounts &counts = m_spool.counts();
    return m_traffic.at(m_clock.now(), counts.queued + counts.held);
}

TrafficHistory RelayWatch::history()
{
    const SpoolCounts &counts = m_spool.counts();
    return m_traffic.history(m_clock.now(), counts.queued + counts.held);
}

void RelayWatch::restoreTraffic()
{
    m_spool.traffic(m_clock.now() - std::chrono::minutes(TrafficHistory::kMinutes),
                    [this](const Result<std::vector<TrafficRow>> &rows) {
                        const SpoolCounts &counts = m_spool.counts();
                        if (rows) // charts are no reason to fail
                            m_traffic.restore(*rows, m_clock.now(), counts.queued + counts.held);
                    });
}

std::shared_ptr<Conversation> RelayWatch::onConnected(SmtpServerConnection &connection)
{
    ++m_counters.connections;
    const auto keep = [this](const QueueId &id, const QByteArray &packed) { m_spool.note(id, packed); };
    auto conversation = std::make_shared<Conversation>(Conversation::Leg::Device, m_clock, keep);
    const PeerInfo &peer = connection.peer();
    conversation->add(Conversation::Voice::Note, "connected from " + peer.address.toString().toLatin1() + " port "
                                                     + QByteArray::number(peer.port));
    connection.setObserver([conversation](Side side, const QByteArray &line) {
        // The list of our extensions says nothing about the device.
        if (side == Side::Us && line.size() > 3 && line[3] == '-')
            return;
        conversation->add(side == Side::Us ? Conversation::Voice::Sent : Conversation::Voice::Received, line);
    });
    return conversation;
}

void RelayWatch::onConnectionRefused(const PeerInfo &peer, const QString &reason)
{
    ++m_counters.connectionsRefused;
    countRefusal();
    if (!m_events.isRead(Severity::Notice))
        return;
    const QString source = peer.address.toString();
    m_events.publish({.at = m_clock.now(),
                      .kind = Kind::ConnectionRefused,
                      .severity = Severity::Notice,
                      .source = source,
                      .detail = QStringLiteral("%1 was not let in: %2").arg(source, reason)});
}

void RelayWatch::countRefusal()
{
    ++m_counters.refused;
    ++minute().refused;
}

void RelayWatch::onRefused(const PeerInfo &peer, const Refusal &refusal)
{
    const Reply &reply = refusal.reply;
    countRefusal();
    ++m_counters.refusals[{refusal.reason, refusal.row}];
    const bool signIn = refusal.reason == RefusalReason::SignInFailed;
    m_counters.signInsFailed += signIn ? 1 : 0;
    if (signIn && m_hooks.onSignInFailed)
        m_hooks.onSignInFailed(peer.address.toString());
    if (!m_events.isRead(Severity::Notice))
        return;
    const QString source = peer.address.toString();
    const QString who = refusal.row.isEmpty() ? source : QStringLiteral("%1 (%2)").arg(source, refusal.row);
    m_events.publish(
        {.at = m_clock.now(),
         .kind = signIn ? Kind::SignInFailed : Kind::Refused,
         .severity = Severity::Notice,
         .source = source,
         .detail = QStringLiteral("%1 was refused (%2): %3").arg(who, toString(refusal.reason), reply.toString()),
         .numbers = {{QStringLiteral("code"), reply.code}}});
}

void RelayWatch::onAccepted(const AcceptedMessage &message)
{
    ++m_counters.accepted;
    m_counters.acceptedOctets += message.octets;
    ++minute().accepted;
    if (m_hooks.onAccepted)
        m_hooks.onAccepted(message.source, message.known);
    if (!m_events.isRead(Severity::Info))
        return;
    m_events.publish({.at = m_clock.now(),
                      .kind = Kind::Accepted,
                      .severity = Severity::Info,
                      .source = message.source,
                      .id = message.id.toString(),
                      .detail = QStringLiteral("accepted from %1").arg(message.source),
                      .numbers = {{QStringLiteral("octets"), static_cast<qint64>(message.octets)},
                                  {QStringLiteral("recipients"), message.recipients}}});
}

void RelayWatch::onSettled(const Settlement &settlement)
{
    const bool isDelivered = settlement.state == MessageState::Delivered;
    const bool isBounced = settlement.state == MessageState::Bounced;
    m_counters.delivered += isDelivered ? 1 : 0;
    m_counters.bounced += isBounced ? 1 : 0;
    m_counters.deferred += !isFinished(settlement.state) && settlement.countsAsAttempt ? 1 : 0;
    if (isDelivered || isBounced) {
        TrafficRing::Minute &now = minute();
        now.delivered += isDelivered ? 1 : 0;
        now.bounced += isBounced ? 1 : 0;
    }
    if (!m_events.isRead(Severity::Info) && isDelivered)
        return;
    for (const auto &[journal, kind, severity] : kTellings) {
        const auto found = std::ranges::find(settlement.events, journal, &JournalEvent::kind);
        if (found == settlement.events.end())
            continue;
        m_counters.inDoubt += kind == Kind::InDoubt ? 1 : 0;
        if (!m_events.isRead(severity))
            return;
        return m_events.publish(
            {.at = settlement.at,
             .kind = kind,
             .severity = severity,
             .id = settlement.id.toString(),
             .detail = found->detail,
             .numbers = {{QStringLiteral("waiting"), static_cast<qint64>(settlement.remaining.size())}}});
    }
}

void RelayWatch::onRoute(const QString &route, const QString &state, const QString &sentence)
{
    const bool works = state == QLatin1String("open");
    say(Kind::Route, works ? Severity::Notice : Severity::Warning, sentence, route);
}

void RelayWatch::say(Kind kind, Severity severity, const QString &sentence, const QString &source)
{
    if (m_events.isRead(severity))
        m_events.publish(
            {.at = m_clock.now(), .kind = kind, .severity = severity, .source = source, .detail = sentence});
}

} // namespace relaywright
