// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/ReachCheck.h"
#include "core/verify/Targets.h"

namespace relaywright {

/// What a connection, or none, says about the way from this computer. Pure.
[[nodiscard]] Finding judgeReach(const ReachTarget &target, const ReachOutcome &outcome);

/// For the MX host that no look-up of `domain` gave; `domain` is empty where the site names none.
[[nodiscard]] Finding mxHostUnknown(const QString &domain);

} // namespace relaywright
