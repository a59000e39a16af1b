// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mail/Lint.h"

#include <QString>

#include <vector>

namespace relaywright {

/// One remark with every place where it holds.
struct LintGroup {
    LintRemark remark;           ///< the first of them
    std::vector<qint64> lines{}; ///< 1-based, as far as they were listed; empty: the whole message
    qint64 further = 0;          ///< how many more there are whose lines were not listed
    bool operator==(const LintGroup &) const = default;
};

/// Remarks that say the same, each once, in the order of the first of each. Those that differ in their numbers alone ("A
/// line is 1200 octets long") say the same.
[[nodiscard]] std::vector<LintGroup> grouped(const std::vector<LintRemark> &remarks);

/// "line 3", "lines 3, 7 and 9", "lines 3, 7 and 12 more"; empty for the whole message.
[[nodiscard]] QString placeOf(const LintGroup &group);

} // namespace relaywright
