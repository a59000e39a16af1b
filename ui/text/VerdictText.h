// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Plan.h"
#include "core/verify/Verification.h"
#include "ui/theme/Theme.h"

#include <QString>

namespace relaywright {

/// How a judgement is shown: always symbol, word and colour together.
struct VerdictLook {
    QString symbol; ///< one character: ✓ ! ✕ ?
    QString word;   ///< translated
    Tone tone = Tone::Unknown;
};
[[nodiscard]] VerdictLook lookOf(Verdict verdict);
[[nodiscard]] VerdictLook lookOf(Fit fit);
[[nodiscard]] VerdictLook lookOf(Reason::Weight weight);

/// "Client submission" and its gloss, translated.
[[nodiscard]] QString methodName(Method method);
[[nodiscard]] QString methodGloss(Method method);
/// How a local relay hands mail on: the method's name, or "Microsoft Graph".
[[nodiscard]] QString upstreamName(const Upstream &upstream);
/// "documented by Microsoft", "found by others, not documented", ...
[[nodiscard]] QString confidenceWords(Confidence confidence);
/// "no sign-in", "mailbox and password", ...
[[nodiscard]] QString signInWords(Authentication authentication);
/// "STARTTLS required", ... for the contract's TLS words.
[[nodiscard]] QString tlsWords(const QString &contractWord);

} // namespace relaywright
