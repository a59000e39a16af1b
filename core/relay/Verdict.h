// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/ClientSession.h"

#include <QString>

#include <chrono>
#include <optional>
#include <vector>

namespace relaywright {

/// What became of one recipient in one attempt.
enum class Fate { Delivered, Deferred, Refused };

struct RecipientVerdict {
    EmailAddress recipient;
    Fate fate = Fate::Deferred;
    QString reply; ///< the server's words or ours, printable, one line
    bool operator==(const RecipientVerdict &) const = default;
};

/// What an attempt says about the way to the smart host.
enum class RouteNews { None, Success, Throttled, Unreachable, SignInRefused };

struct AttemptVerdict {
    std::vector<RecipientVerdict> recipients;
    RouteNews route = RouteNews::None;
    QString summary;        ///< the deciding reply or reason, printable, one line
    bool inDoubt = false;   ///< RFC 1047: it may have been delivered
    bool wasTried = true;   ///< false: our own content could not be read, or we are stopping; nobody was told anything
    std::optional<std::chrono::milliseconds> wait{}; ///< for how long the host asked to be left alone
    QString remark{};                                ///< for the journal: what was changed on the way out
    /// Nobody was refused for good and somebody is only waiting for another transaction ("too many recipients").
    bool retryAtOnce = false;
    bool operator==(const AttemptVerdict &) const = default;
};

/// Reads the end of one transaction. 2xx delivers, 4xx defers, 5xx refuses, recipient by recipient; what only says that we
/// are not signed in (530, 534, 535, 538) refuses nobody and holds the route; 421, 432 and 4.7.x slow it.
[[nodiscard]] AttemptVerdict judge(const Envelope &envelope, const TransactionResult &result);

/// Reads the end of a conversation that never became ready, or broke between messages.
struct ConnectionVerdict {
    RouteNews route = RouteNews::None;
    QString summary;
    bool refusedCredentials = false; ///< the host refused what it was shown, and did not just offer no way to show it
    bool operator==(const ConnectionVerdict &) const = default;
};
[[nodiscard]] ConnectionVerdict judge(const Finish &finish);

} // namespace relaywright
