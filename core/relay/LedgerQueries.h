// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Database.h"
#include "core/relay/QueueEntry.h"
#include "core/relay/SpoolQueries.h"

#include <cstdint>
#include <set>
#include <vector>

namespace relaywright {

// What clients ask of the ledger: pages of the queue and of the history. Run in the ledger's thread.

/// A page of what waits, the oldest first, with how many messages the query is about.
struct QueueRows {
    std::int64_t matching = 0;
    std::vector<MessageStory> stories; ///< without their events
};
/// `claimed` are being delivered. Error: Storage.
[[nodiscard]] Result<QueueRows> queryQueue(Database &database, std::uint32_t instance, const QueueQuery &query,
                                           const std::set<std::uint64_t> &claimed);

/// A page of all there is, the youngest first.
struct TraceRows {
    std::vector<MessageStory> stories; ///< without their events
    std::uint64_t next = 0;            ///< go on before this sequence; 0: that was all
};
/// Looks at no more than kMaxTraced messages from `before` (0: the youngest) on. Error: Storage; InvalidInput for an id that
/// is none.
constexpr int kMaxTraced = 50'000;
[[nodiscard]] Result<TraceRows> queryTrace(Database &database, std::uint32_t instance, const TraceQuery &query,
                                           std::uint64_t before);

/// What came and went in each minute since `since`, the oldest first, as far as the history knows it. Error: Storage.
struct TrafficRow {
    std::int64_t minute = 0; ///< since 1970
    std::int64_t accepted = 0;
    std::int64_t delivered = 0;
    std::int64_t bounced = 0;
    std::int64_t finished = 0; ///< in whatever way: they left the queue
    bool operator==(const TrafficRow &) const = default;
};
[[nodiscard]] Result<std::vector<TrafficRow>> queryTraffic(Database &database, TimePoint since);

/// A record with the time of its end, which stands in the last column. Error: Storage.
[[nodiscard]] Result<MessageStory> readStory(const Statement &row, std::uint32_t instance);

/// When the oldest message came that waits and is not held; nothing when none waits. Error: Storage.
[[nodiscard]] Result<std::optional<TimePoint>> queryOldest(Database &database);

} // namespace relaywright
