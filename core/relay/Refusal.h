// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/Reply.h"

#include <QString>

#include <map>
#include <utility>
#include <vector>

namespace relaywright {

/// Why a listener says no. Words, for metrics and the journal: as the enumerators, `sender-not-allowed`.
enum class RefusalReason {
    OutsideNetworks,     ///< 554 5.7.1 at the greeting
    TooManyConnections,  ///< 421 4.7.0 at the greeting
    TlsRequired,         ///< 530 5.7.0, 538 5.7.11
    SignInRequired,      ///< 530 5.7.0
    SignInNotOffered,    ///< 502, 504
    SignInFailed,        ///< 535 5.7.8
    SignInNotNow,        ///< 454 4.7.0
    Stranger,            ///< 550 5.7.1: no row names it, and strangers are refused
    SenderNotAllowed,    ///< 550 5.7.1
    RecipientRoutes,     ///< 550 5.7.1: asks to be routed further
    RecipientExternal,   ///< 550 5.7.1: internal recipients only
    RecipientDenied,     ///< 550 5.7.1
    RecipientNotAllowed, ///< 550 5.7.1
    TooManyRecipients,   ///< 452 4.5.3
    TooManyPerMinute,    ///< 450 4.7.1
    TooManyPerDay,       ///< 450 4.7.1
    MessageTooLarge,     ///< 552 5.3.4
    HeaderTooLarge,      ///< 552 5.3.4
    BareNewlines,        ///< 550 5.5.2
    Loop,                ///< 554 5.4.6
    NoStorage,           ///< 452 4.3.1
};
[[nodiscard]] QString toString(RefusalReason reason);
[[nodiscard]] const std::vector<RefusalReason> &allRefusalReasons();

/// The answer to whoever was refused, and what the journal says of it.
struct Refusal {
    RefusalReason reason{};
    Reply reply;
    QString row{}; ///< of the admission table; empty: none matched
    bool operator==(const Refusal &) const = default;
};

/// How often each reason was given since the start, by the name of the row. Bounded by the number of rows.
using RefusalCounts = std::map<std::pair<RefusalReason, QString>, quint64>;

} // namespace relaywright
