// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/base/Secret.h"
#include "core/relay/DeliveryLatency.h"
#include "core/relay/RateLimiter.h"
#include "core/relay/RelayConfig.h"
#include "core/relay/Route.h"
#include "core/relay/Spool.h"

#include <functional>
#include <map>
#include <memory>

namespace relaywright {

class TokenKeeper;

/// What the parts of a delivery share; it outlives them. All references outlive it.
struct DeliveryDesk {
    /// Fetches a password or key from where the configuration says it is; `done` runs in `context`'s thread, later.
    using FetchSecret =
        std::function<void(const SecretRef &ref, QObject *context, std::function<void(Result<Secret>)> done)>;

    /// Whoever keeps the tokens of that account.
    using KeeperOf = std::function<std::shared_ptr<TokenKeeper>(const TokenAccount &account)>;

    Spool &spool;
    const Clock &clock;
    FetchSecret fetchSecret;
    KeeperOf keeperOf;
    /// Writes what became of a message; tried again until it is written.
    std::function<void(Settlement)> settle;
    std::function<void(const QString &)> log;
    /// By account (quotaAccount): two routes with one mailbox have one quota, and a reload forgets none.
    std::map<std::uint64_t, std::shared_ptr<RateLimiter>> limiters;
    std::map<std::uint64_t, std::vector<QuotaUse>> used; ///< before this run, for limiters that are still to come
    RouteLatencies latencies;                            ///< a reload forgets none of a route that stays
};

/// What holds for all routes.
struct DeliveryCommon {
    QByteArray hostName; ///< EHLO, reports
    std::optional<EmailAddress> postmaster;
    EmailAddress bounceFrom;
    std::chrono::hours expiry{48};
    /// Who asked for it hears when a message waits longer (RFC 3461 DELAY); 0: nobody does.
    std::chrono::milliseconds delayReport = std::chrono::hours(4);
    Route::Waits waits = Route::usualWaits();
    std::chrono::milliseconds patience = std::chrono::minutes(10); ///< the final dot's, RFC 5321 §4.5.3.2.6
    bool operator==(const DeliveryCommon &) const = default;
};

/// A route with the authorities that its hosts trust besides the system's, by `caFile`.
struct RouteSettings {
    RelayRoute route;
    std::map<QString, QByteArray> authorities;
    bool operator==(const RouteSettings &) const = default;
};

/// Whose quota a message to this smart host uses: the mailbox's, or without sign-in the host's. Never 0.
[[nodiscard]] std::uint64_t quotaAccount(const RelayUpstream &host);

} // namespace relaywright
