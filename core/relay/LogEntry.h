// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/SpoolMessage.h"

#include <compare>
#include <variant>
#include <vector>

namespace relaywright {

/// Where octets stand in the spool's log: segment, offset and length, all in octets from the segment's start.
struct LogPlace {
    std::uint32_t segment = 0;
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    auto operator<=>(const LogPlace &) const = default;
};

/// A message was accepted; small octets come with it.
struct Acceptance {
    SpoolMessage message;
};

/// The same message written again, so that the segment in which it stood can be used anew.
struct Relocation {
    SpoolMessage message;
};

/// An operator's wish, or damage found: several waiting messages change in the same way.
struct StateChange {
    std::vector<std::uint64_t> sequences;
    MessageState to = MessageState::Queued;
    TimePoint at{};
    std::optional<TimePoint> nextAttempt; ///< nothing: as it was
    JournalKind kind = JournalKind::Held;
    QString detail;
};

/// Stands first in every segment: where the one before it ended. What stands there beyond was never promised to anybody.
struct SegmentStart {
    std::uint32_t previousSegment = 0; ///< 0: there was none
    std::uint32_t previousEnd = 0;
};

using LogEntry = std::variant<Acceptance, Relocation, Settlement, StateChange, SegmentStart>;

/// The octets of an entry in the log:
///
///     "RWL1" (4) | kind (4) | length of the payload (4) | 0 (4) | checksum (8) | payload
///
/// numbers little-endian; the checksum covers kind, length, payload and the place, so that a record is only one where it
/// was written, and a segment's former contents are none. Appends to `out` what will stand at `segment`, `offset`; answers
/// the record's length.
constexpr std::uint32_t kRecordHeaderOctets = 24;
std::uint32_t appendRecord(QByteArray &out, const LogEntry &entry, std::uint32_t segment, std::uint32_t offset);

/// The payload's length when a whole record begins `octets`; nothing when it does not: its header or checksum is wrong or
/// it goes on beyond them.
[[nodiscard]] std::optional<std::uint32_t> recordLength(QByteArrayView octets, std::uint32_t segment,
                                                        std::uint32_t offset);

/// Puts the checksum into the record that ends `out` and is `length` octets long; `appendRecord` has done it.
void sealRecord(QByteArray &out, std::uint32_t length, std::uint32_t segment, std::uint32_t offset);

/// How long the record that begins `octets` says it is, whether or not it is whole; 0 when nothing like one begins there.
[[nodiscard]] std::uint32_t claimedLength(QByteArrayView octets);

/// Reads the record that begins `octets`, for which `recordLength` has an answer; every field is parsed again, as if it
/// came from a stranger. `instance` makes the ids. Error: Storage, saying what in it cannot be.
[[nodiscard]] Result<LogEntry> parseRecord(QByteArrayView octets, std::uint32_t instance);

} // namespace relaywright
