// SPDX-License-Identifier: GPL-3.0-or-later
// What the relay tells of itself.
#include "core/relay/RelayEnginePrivate.h"

#include <algorithm>
#include <iterator>

namespace relaywright {

/// What is looked at now and then, for status and alerts.
void RelayEngine::Private::look()
{
    delivery->look();
    if (spool->counts().queued == 0)
        oldest.reset();
    else
        spool->oldest([this](const Result<std::optional<TimePoint>> &found) { oldest = found.value_or(std::nullopt); });
    const RelayStatus now = status();
    readers->look({.routes = now.routes,
                   .oldest = now.oldest,
                   .queued = now.queued - std::min(now.queued, now.held),
                   .paused = delivery->isPaused(),
                   .spoolFails = delivery->spoolFails(),
                   .freeOctets = now.freeOctets,
                   .minFreeOctets = config.minFreeOctets,
                   .certificates = foreignCertificates(),
                   .credentials = credentials->look()});
}

/// Those that do not renew themselves.
std::vector<AlertFacts::Certificate> RelayEngine::Private::foreignCertificates() const
{
    std::vector<AlertFacts::Certificate> foreign;
    for (const Listeners::Certificate &certificate :
         listeners ? listeners->certificates() : std::vector<Listeners::Certificate>()) {
        if (!certificate.isOwn)
            foreign.push_back({certificate.listener.toString(), certificate.endsAt});
    }
    std::ranges::move(delivery->certificates(), std::back_inserter(foreign));
    return foreign;
}

void RelayEngine::Private::describeCondition(RelayStatus &status) const
{
    const std::vector<RouteStatus> routes = delivery->routes();
    const auto isIn = [&](Route::State state) {
        return std::ranges::find(routes, stateWord(state), &RouteStatus::state);
    };
    const auto held = isIn(Route::State::Held);
    const auto troubled = held == routes.end() ? isIn(Route::State::Down) : held;
    const auto slowed = isIn(Route::State::Slowed);
    if (delivery->isPaused()) {
        status.condition = RelayCondition::Paused;
        status.reason = QStringLiteral("Delivery is paused; mail is still taken. Resume it to send what waits.");
    } else if (delivery->spoolFails()) {
        status.condition = RelayCondition::Trouble;
        status.reason = QStringLiteral("The spool cannot be written, so nothing is sent. Is its disk full?");
    } else if (troubled != routes.end()) {
        status.condition = RelayCondition::Trouble;
        status.reason = troubled->reason;
    } else if (delivery->busyConnections() > 0) {
        status.condition = RelayCondition::Delivering;
    } else if (status.queued > 0) {
        status.condition = RelayCondition::Waiting;
        status.reason = delivery->waitsForQuota()
                            ? QStringLiteral("The smart host's limit for messages and recipients is used up for now.")
                        : slowed != routes.end()
                            ? QStringLiteral("The smart host asked to slow down: %1").arg(slowed->reason)
                            : QStringLiteral("What waits was deferred and will be tried again.");
    }
}

WaitFacts RelayEngine::Private::waitFacts(const SpoolMessage &message) const
{
    const RouteRunner &route = delivery->routeOf(message);
    return {.now = around.clock.now(),
            .route = route.status(),
            .paused = delivery->isPaused(),
            .spoolFails = delivery->spoolFails(),
            .perMinute = route.current().upstream().maxMessagesPerMinute,
            .waitsForQuota = route.waitsForQuota()};
}

RelayStatus RelayEngine::Private::status() const
{
    RelayStatus status{.version = QStringLiteral(RELAYWRIGHT_VERSION), .name = config.name, .startedAt = startedAt};
    for (const Endpoint &address : q->addresses())
        status.listeners += address.toString();
    status.upstream = config.upstream.server.toString();
    if (!delivery || !readers)
        return status;
    const RelayCounters &counters = watch->counters();
    status.accepted = counters.accepted;
    status.acceptedOctets = counters.acceptedOctets;
    status.refused = counters.refused;
    status.delivered = counters.delivered;
    status.deferred = counters.deferred;
    status.bounced = counters.bounced;
    status.connections = static_cast<quint64>(listeners ? listeners->connectionCount() : 0);
    status.freeOctets = spool->freeOctets();
    const SpoolCounts &counts = spool->counts();
    status.queued = static_cast<quint64>(counts.queued + counts.held);
    status.held = static_cast<quint64>(counts.held);
    status.damaged = static_cast<quint64>(counts.damaged);
    status.nextAttempt = delivery->nextTry();
    if (!status.nextAttempt && status.queued > status.held && !delivery->isPaused())
        status.nextAttempt = around.clock.now(); // it is being tried
    describeCondition(status);
    const bool moves = status.condition == RelayCondition::Delivering || delivery->waitsForQuota();
    if (moves && counts.queued > 0) {
        const qint64 later = std::max<qint64>(0, counts.queued - delivery->messagesLeftThisMinute());
        const qint64 perMinute = config.upstream.maxMessagesPerMinute;
        status.emptyAt = around.clock.now() + std::chrono::minutes((later + perMinute - 1) / perMinute);
    }
    status.oldest = status.queued > status.held ? oldest : std::nullopt;
    status.routes = delivery->routes();
    status.routes.front().emptyAt = status.emptyAt;
    status.alerts = readers->alerts();
    return status;
}

} // namespace relaywright
