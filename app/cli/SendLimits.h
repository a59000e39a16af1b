// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/SendRuns.h"
#include "core/verify/SeriesLimits.h"

#include <functional>

namespace relaywright::cli {

/// The limits for `jobs`, of which one at least has no obstacle. Servers are asked whether they are practice servers only
/// where `size` or `perMinute` (0: the usual) is more than another server may be sent. `done` runs at once or through the
/// event loop, once.
void findLimits(const std::vector<SendJob> &jobs, const SeriesSize &size, int perMinute, Context &context,
                std::function<void(const SeriesLimits &)> done);

} // namespace relaywright::cli
