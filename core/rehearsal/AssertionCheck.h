// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rehearsal/EntraRefusal.h"

#include <QByteArray>
#include <QStringList>

#include <map>
#include <optional>

namespace relaywright {

/// Judges the assertions by which applications prove who they are (RFC 7521 §4.2, RFC 7523 §3; Microsoft identity platform,
/// "Application authentication certificate credentials"), and remembers their ids so that none is good twice.
class AssertionCheck {
public:
    static constexpr std::size_t kRemembered = 10'000;
    static constexpr std::chrono::minutes kTolerance{5};  ///< between the clocks
    static constexpr std::chrono::hours kLongestLife{24}; ///< from nbf to exp

    /// Nothing: it proves that `application` asks. Else 700027 with the reason: signature of a certificate that is registered
    /// and good now, by PS256 or RS256 and named by `x5t#S256` or `x5t`; `aud` one of `audiences`; `iss` and `sub` the
    /// application; `exp` and `nbf` around now, within the tolerance; a `jti` that is new.
    [[nodiscard]] std::optional<EntraRefusal> refuse(const Secret &assertion, const PracticeApplication &application,
                                                     const QStringList &audiences, TimePoint now);

private:
    std::map<QString, TimePoint> m_used; ///< until when, by application and jti
};

} // namespace relaywright
