// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QString>
#include <QUrl>

#include <chrono>
#include <optional>

namespace relaywright {

/// Why there is no token, and who can change that. Every text is printable and bounded, and none holds a secret.
struct TokenTrouble {
    enum class Kind {
        Wait, ///< it may pass by itself: ask again, not before `wait`
        Act,  ///< asking again changes nothing until somebody has acted
    };
    enum class Actor {
        Nobody,        ///< with Wait
        User,          ///< whoever signs in: again, with a second factor, or with a new password
        Administrator, ///< of the tenant, the app registration or the network
    };
    Kind kind = Kind::Act;
    Actor actor = Actor::Administrator;
    std::optional<std::chrono::seconds> wait{}; ///< what the service asked for (Retry-After); at most a day

    QString title{};   ///< whole sentence: what happened
    QString cause{};   ///< whole sentence: the likeliest cause; may be empty
    QString remedy{};  ///< whole sentence: what to do
    QString remark{};  ///< whole sentence on the clock, where it is the likely reason; else empty
    QString entryId{}; ///< of the error catalogue: `token.secret-expired`; empty: not one of it

    int status = 0;        ///< of HTTP; 0: there was no answer
    QString error{};       ///< word of RFC 6749 §5.2 or RFC 8628 §3.5: `invalid_client`
    QString subError{};    ///< Entra's `suberror`: `consent_required`
    QString entraCode{};   ///< `7000222` of AADSTS7000222
    QString description{}; ///< Entra's own words
    QString traceId{};     ///< by which Microsoft finds the try
    QString correlationId{};
    QString claims{}; ///< claims challenge: JSON that the next sign-in in a browser must carry; empty: none
    bool operator==(const TokenTrouble &) const = default;

    /// Title, cause, remedy and remark as a text of whole sentences, with Entra's code where there is one.
    [[nodiscard]] QString sentence() const;
};
[[nodiscard]] QString toString(TokenTrouble::Kind kind);   ///< wait act
[[nodiscard]] QString toString(TokenTrouble::Actor actor); ///< nobody user administrator

/// What it means that a request to `service` brought no answer at all: a dead network passes, a wrong certificate does not.
/// A service on this computer is a practice service, which is another one at each start.
[[nodiscard]] TokenTrouble troubleWithoutAnswer(const Error &error, const QUrl &service = {});

} // namespace relaywright
