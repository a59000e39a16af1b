// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/SpoolMessage.h"

#include <QStringList>

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

namespace relaywright {

/// How many messages there are; read from any thread.
struct SpoolCounts {
    std::atomic<std::int64_t> queued{0}; ///< all that wait: due, deferred, being delivered
    std::atomic<std::int64_t> held{0};
    std::atomic<std::int64_t> damaged{0};
};

/// Messages that may be tried now; `more` are due beyond them, and `nextDue` is when the next other one is.
struct Claim {
    std::vector<SpoolMessage> messages;
    bool more = false;
    std::optional<TimePoint> nextDue;
    QStringList damaged;   ///< sentences about records that were set aside just now
    QStringList postponed; ///< sentences about messages whose file cannot be opened now: due again in a minute
};

/// Which messages an operator's wish is for.
struct QueueSelection {
    std::optional<QueueId> id; ///< nothing: all
};

/// A message with its story, for `show`.
struct MessageStory {
    SpoolMessage message; ///< without its octets
    bool claimed = false;
    std::vector<JournalEvent> events;
};

} // namespace relaywright
