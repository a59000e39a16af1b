// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/rehearsal/HttpServer.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace relaywright {

/// What a practice service on the web does wrong on request.
struct PracticeWebFaults {
    std::chrono::milliseconds late{};                 ///< before each answer
    std::optional<int> status{};                      ///< 429, 500 or 503 in place of every answer
    std::optional<std::chrono::seconds> retryAfter{}; ///< with that status, and with a refusal that passes by itself
    bool malformedJson = false;       ///< the answer ends in the middle of its JSON, and says it is whole
    bool hugeJson = false;            ///< valid JSON of two megabytes
    bool dropInAnswer = false;        ///< the connection is cut in the middle of the answer
    std::chrono::seconds clockSkew{}; ///< of the Date field: ahead, negative is behind
    // of the sign-in service only
    std::optional<std::chrono::seconds> tokenLife{}; ///< of access tokens
    std::optional<int>
        refuseSignIn{}; ///< Entra's code for every token request: 7000222 of AADSTS7000222 (`entraCodes`)
    std::optional<int> rotateKeyAfter{}; ///< so many tokens have one key; the next one is signed with a new key
    bool newKeyEachToken = false;        ///< a new key signs each token
    bool refreshOnce = false;            ///< a refresh token ends when it is used
    bool operator==(const PracticeWebFaults &) const = default;
};

/// One fault: `late=5s` `status=429|500|503` `retry-after=30s` `malformed-json` `huge-json` `drop-in-answer` `clock-skew=10m`
/// `clock-skew=-10m` `token-life=30s` `refuse-sign-in=AADSTS7000222` `rotate-key-after=10` `new-key-each-token` `refresh-once`.
/// A time is `500ms`, `20s` or `2m`, at most 30 minutes (`clock-skew`: 24 hours, `1440m`). It is added to `faults`. Error: InvalidInput, saying what is possible.
[[nodiscard]] Result<void> addWebFault(PracticeWebFaults &faults, const QString &word);
inline constexpr int kMaxTokensOfAKey = 100'000;
/// The words, as `addWebFault` reads them.
[[nodiscard]] QStringList webFaultWords(const PracticeWebFaults &faults);
/// The words that only a sign-in service knows and that are set here; a practice Graph has no use for them.
[[nodiscard]] QStringList signInFaultWords(const PracticeWebFaults &faults);

/// IMF-fixdate (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
[[nodiscard]] QByteArray httpDateOf(TimePoint time);

/// Dates the answer, and spoils it as the faults say; the status is the service's own business. Pages for people are only
/// late.
[[nodiscard]] HttpTurn turnOf(HttpReply reply, const PracticeWebFaults &faults, TimePoint now);

} // namespace relaywright
