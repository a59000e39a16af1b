// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Schedule.h"

#include <algorithm>
#include <array>

namespace relaywright {

TimePoint nextAttempt(int attempts, TimePoint now, double random)
{
    using namespace std::chrono;
    constexpr std::array<minutes, 5> kWaits{minutes(1), minutes(5), minutes(15), minutes(30), minutes(60)};
    const auto wait = milliseconds(kWaits[static_cast<std::size_t>(std::clamp(attempts, 1, 5) - 1)]);
    const double factor = 0.9 + 0.2 * std::clamp(random, 0.0, 1.0);
    return now + milliseconds(static_cast<std::int64_t>(static_cast<double>(wait.count()) * factor));
}

} // namespace relaywright
