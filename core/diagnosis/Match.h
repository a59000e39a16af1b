// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/diagnosis/Diagnosis.h"

namespace relaywright {

/// What there is to compare with the catalogue. Internal to core/diagnosis.
struct Clues {
    int code = 0; ///< 0: no reply
    std::optional<EnhancedStatus> enhanced;
    QString text;    ///< of the reply, or what was noted instead of one
    QString outcome; ///< word; empty when a reply decided
    std::optional<Stage> stage;
    std::optional<Method> method;
    int port = 0;           ///< of the server; 0: not known
    bool ofService = false; ///< an answer over HTTP, not a reply of SMTP; `code` is its status
};

/// True when `code` is `pattern` or lies in its range (`5.7.606-649`).
[[nodiscard]] bool matchesEnhanced(const EnhancedStatus &code, const QString &pattern);

/// The most specific entry that fits, the first of equals; nothing when none fits.
[[nodiscard]] const ErrorEntry *bestMatch(const Clues &clues, const Knowledge &knowledge);

/// The port of `host:port`, `[::1]:25`; 0 when there is none.
[[nodiscard]] int portOf(const QString &server);

} // namespace relaywright
