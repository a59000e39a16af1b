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

/// Whether a message that waits for its route may become too old meanwhile.
enum class Parking { Expires, Keeps };

/// Which messages an operator's wish is for.
struct QueueSelection {
    std::optional<QueueId> id; ///< nothing: all
};

/// A message with its story, for `show`.
struct MessageStory {
    SpoolMessage message; ///< without its octets
    bool claimed = false;
    std::vector<JournalEvent> events;
    std::optional<TimePoint> finishedAt;
    /// What both sides said, in the form of Conversation.h; what was not kept is not there.
    std::vector<QByteArray> conversations{};
};

/// What was said about a message, in the form of Conversation.h; history and nothing more, so it is not in the log.
struct ConversationNote {
    std::uint64_t sequence = 0;
    QByteArray packed;
};

/// Some octets of a stored message.
struct SpoolPiece {
    std::uint64_t size = 0; ///< of the whole message
    QByteArray octets;
};

/// What a purge did.
struct Purged {
    bool more = false; ///< it is to go on
    int messages = 0;
    int early = 0;        ///< of them, before their time, because the history is full
    TimePoint youngest{}; ///< when the youngest of them had been finished
};

} // namespace relaywright
