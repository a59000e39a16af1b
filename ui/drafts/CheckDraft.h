// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/Verification.h"

#include <QString>
#include <QStringList>

namespace relaywright {

/// What a person chooses about the checks.
struct CheckDraft {
    bool blocklists = true;
    QString selectors; ///< of DKIM, as typed: `scan2024, mail._x`
    bool operator==(const CheckDraft &) const = default;
};

/// One sentence about the first selector that cannot be one; empty when all are good.
[[nodiscard]] QString selectorsProblem(const CheckDraft &draft);
/// The draft is good.
[[nodiscard]] VerificationSettings settingsOf(const CheckDraft &draft);

} // namespace relaywright
