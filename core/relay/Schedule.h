// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <chrono>

namespace relaywright {

/// When a deferred message is tried again: 1, 5, 15, 30, 60 minutes after the first attempts, then hourly, each up to a
/// tenth earlier or later so that a queue does not come back as one wave. `attempts` made so far, at least 1; `random`
/// from 0 to 1.
[[nodiscard]] TimePoint nextAttempt(int attempts, TimePoint now, double random);

/// A message whose fate is unknown (its connection broke after the final dot, RFC 1047) waits this long, so that the
/// smart host's own duplicate detection and a person reading the journal have a chance.
constexpr std::chrono::minutes kInDoubtDelay{30};

} // namespace relaywright
