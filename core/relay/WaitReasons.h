// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/QueueEntry.h"
#include "core/relay/RelayStatus.h"

#include <optional>

namespace relaywright {

/// What is known when somebody asks why a message waits.
struct WaitFacts {
    QueueEntry entry;
    TimePoint now{};
    TimePoint expiresAt{};
    QString heldWhy{}; ///< the journal's words, of a message that is held
    std::optional<TimePoint> heldAt{};
    RouteStatus route; ///< its way out
    bool paused = false;
    bool spoolFails = false;
    int perMinute = 30;                  ///< messages that the smart host takes
    bool waitsForQuota = false;          ///< the quota is used up for now
    quint64 ahead = 0;                   ///< queued messages that are due before it
    std::optional<int> otherPerMinute{}; ///< to try out
    QString otherServer{};               ///< to try out
};

/// Whole sentences: what is in the way, when its turn comes, and what would change that. Pure.
[[nodiscard]] WaitExplanation explainWait(const WaitFacts &facts);

} // namespace relaywright
