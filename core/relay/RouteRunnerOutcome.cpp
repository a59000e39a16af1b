// SPDX-License-Identifier: GPL-3.0-or-later
// What became of a message, of those that stand back, and of a host that is left.
#include "core/relay/RouteRunner.h"

#include "core/relay/Random.h"
#include "core/relay/TimeWords.h"

#include <utility>

namespace relaywright {

void RouteRunner::onMessageDone(SmartHost &host, UpstreamConnection &connection, const AttemptVerdict &verdict)
{
    const bool offersDsn = connection.offersDsn();
    const auto load = connection.takeLoad();
    if (!load)
        return;
    if (!verdict.wasTried)
        return postpone(host, load->message,
                        QStringLiteral("The message could not be read to its end, so it was not sent."), load->quota);
    host.tell(verdict, connection);
    SettlingContext settling = context(load->message, host.upstream());
    settling.dsnWasPassedOn = offersDsn;
    settling.remark = load->remark;
    if (!verdict.remark.isEmpty())
        settling.remark += (settling.remark.isEmpty() ? QString() : QStringLiteral("; ")) + verdict.remark;
    if (&host != m_hosts.front())
        settling.remark += (settling.remark.isEmpty() ? QString() : QStringLiteral("; ")) + detour(host);
    Settlement settlement = settlementOf(load->message, verdict, settling);
    settlement.quota = load->quota;
    const bool nextCures = verdict.route == RouteNews::Unreachable && !verdict.inDoubt;
    if (nextCures && !settlement.remaining.empty() && anyHostHelps(m_desk.clock.now()))
        settlement.nextAttempt = m_desk.clock.now();
    if (settlement.state == MessageState::Delivered)
        m_latency->add(settlement.at - load->message.receivedAt);
    settle(std::move(settlement));
    pump();
}

/// Why a message went by another host than the first.
QString RouteRunner::detour(const SmartHost &host) const
{
    const QString why = m_hosts.front()->route().reason(); // none when it has come back meanwhile
    const QString by = QStringLiteral("by %1").arg(host.upstream().server.toString());
    return why.isEmpty() ? by : QStringLiteral("%1, because of %2").arg(by, why);
}

void RouteRunner::onHostStateChanged(const SmartHost &host, const QString &sentence)
{
    const TimePoint now = m_desk.clock.now();
    QString text = sentence;
    if (host.route().state() == Route::State::Held && !host.route().isLeft(now)
        && host.route().changesAt(now) < host.route().notBefore()) {
        text += QStringLiteral(" If it goes on refusing for %1, mail goes another way meanwhile.")
                    .arg(spanText(host.route().changesAt(now) - now));
    } else if (host.route().isLeft(now) && m_hosts.size() > 1) {
        if (host.route().state() == Route::State::Held)
            m_toldLeft.insert(&host);
        text += u' ' + leftText(host, now);
    }
    Q_EMIT stateChanged(text);
}

/// For how long and until when, and which one has the mail.
QString RouteRunner::leftText(const SmartHost &host, TimePoint now)
{
    const TimePoint until = host.route().notBefore();
    QString text = QStringLiteral("It is left for %1, until %2.").arg(spanText(until - now), utcText(until));
    if (anyHostHelps(now))
        text += QStringLiteral(" Mail goes by %1.").arg(current().upstream().server.toString());
    return text;
}

/// A refused sign-in is told when it comes; that the host is left for it, only time brings.
void RouteRunner::tellOfLeftHosts(TimePoint now)
{
    for (const SmartHost *host : m_hosts) {
        const Route &route = host->route();
        const bool isLeft = route.state() == Route::State::Held && route.isLeft(now);
        if (!isLeft)
            m_toldLeft.erase(host);
        else if (m_hosts.size() > 1 && route.notBefore() > now && m_toldLeft.insert(host).second)
            Q_EMIT stateChanged(QStringLiteral("%1 is not used, because of %2 %3")
                                    .arg(host->upstream().server.toString(), route.reason(), leftText(*host, now)));
    }
}

void RouteRunner::postpone(const SmartHost &host, const SpoolMessage &message, const QString &reason,
                           const QuotaUse &quota)
{
    if (m_retired)
        return m_desk.spool.unclaim(message.id);
    m_desk.log(QStringLiteral("Message %1: %2").arg(message.id.toString(), reason));
    AttemptVerdict verdict{.recipients = {}, .summary = reason};
    for (const EmailAddress &recipient : message.recipients)
        verdict.recipients.push_back({recipient, Fate::Deferred, reason});
    Settlement settlement = settlementOf(message, verdict, context(message, host.upstream()));
    settlement.quota = quota;
    settle(std::move(settlement));
}

void RouteRunner::standBack()
{
    const QString why = reason();
    for (OutgoingMail &mail : std::exchange(m_ready, {})) {
        SpoolMessage &message = mail.message;
        // Its story should say what is in the way, once for each reason.
        if (m_retired) {
            m_desk.spool.unclaim(message.id);
            continue;
        }
        if (why.isEmpty() || why == message.lastReply) {
            park(message);
            continue;
        }
        Settlement settlement{.id = message.id,
                              .at = m_desk.clock.now(),
                              .remaining = message.recipients,
                              .countsAsAttempt = false,
                              .nextAttempt = message.nextAttempt,
                              .lastReply = why};
        settlement.events.push_back({settlement.at, JournalKind::Deferred, why});
        settle(std::move(settlement));
    }
}

void RouteRunner::settle(Settlement settlement)
{
    settlement.route = m_tag;
    m_desk.settle(std::move(settlement));
}

SettlingContext RouteRunner::context(const SpoolMessage &message, const RelayUpstream &host) const
{
    return {.now = m_desk.clock.now(),
            .random = anyFraction(),
            .postmaster = m_common.postmaster,
            .bounceFrom = m_common.bounceFrom,
            .reportingHost = m_common.hostName,
            .upstream = host.server.host.toString().toUtf8(),
            .expiry = m_common.expiry,
            .token = randomToken(),
            .remark = {},
            .nextId = [this] { return m_desk.spool.nextId(); },
            .originalHead = [this, &message] { return readHead(message, m_desk.spool.folder()); }};
}

} // namespace relaywright
