// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/artifacts/Artifact.h"

#include <QDate>

namespace relaywright {

/// Whether an administrator has ticked a file off as applied, and whether it is still the file that was applied.
struct Applied {
    enum class State { No, Yes, ChangedSince };
    State state = State::No;
    QDate on; ///< when it was ticked; invalid for No
    bool operator==(const Applied &) const = default;
};

/// SHA-256 of the artifact's text as UTF-8, in hexadecimal digits.
[[nodiscard]] QString digestOf(const Artifact &artifact);

[[nodiscard]] Applied appliedState(const Site &site, const Artifact &artifact);
/// Ticked on that day, at that moment, as it is now; an older tick gives way. The moment is kept of what changes
/// permissions, because they act late and a test may come too early.
[[nodiscard]] Site withTick(Site site, const Artifact &artifact, QDate on, TimePoint now);
[[nodiscard]] Site withoutTick(Site site, const Artifact &artifact);

} // namespace relaywright
