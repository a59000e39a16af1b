// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/LedgerQueries.h"
#include "core/relay/RelayStatus.h"

#include <array>

namespace relaywright {

/// Traffic of the last 24 hours by the minute, in 30 KiB. Pure: time comes in. A clock that is set back counts into the
/// minute at hand; one that is set forward leaves empty minutes.
class TrafficRing {
public:
    using Minute = TrafficHistory::Minute;
    /// The minute in which `now` is, to be counted into. `queued` is how many messages wait.
    [[nodiscard]] Minute &at(TimePoint now, std::int64_t queued);
    [[nodiscard]] TrafficHistory history(TimePoint now, std::int64_t queued);
    /// What was before a restart, the oldest first; what was counted since stays. Refusals are not known any more, and how
    /// many waited is reckoned back from `queued`.
    void restore(const std::vector<TrafficRow> &rows, TimePoint now, std::int64_t queued);

private:
    std::array<Minute, TrafficHistory::kMinutes> m_minutes{};
    std::int64_t m_first = 0; ///< minutes since 1970; 0: nothing yet
    std::int64_t m_last = 0;
};

} // namespace relaywright
