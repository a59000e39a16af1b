// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/site/Site.h"

#include <QString>

#include <array>
#include <cstdint>
#include <optional>

namespace relaywright {

/// Every fact of a sender: a column of an inventory, of the senders' table, or one answer for many senders.
enum class SenderFact {
    Id, Name, Kind, Vendor, Network, Hosting, From, EnvelopeFrom, AlsoFrom, SignInAs, RepliesTo, Reach, Tls, StartTls,
    SignIn, LanAddress, OnlyPort, MessagesPerMinute, RecipientsPerDay, RecipientsPerMessage, LargestMessage, Habits,
};
inline constexpr int kSenderFacts = static_cast<int>(SenderFact::Habits) + 1;

/// All of them in the order of an exported inventory.
[[nodiscard]] std::array<SenderFact, kSenderFacts> senderFacts();
/// The name in a site document, and of `--map`: `messagesPerMinute`.
[[nodiscard]] QString toString(SenderFact fact);
[[nodiscard]] std::optional<SenderFact> parseSenderFact(const QString &word);
/// The column's heading in an exported inventory, English: "Messages per minute".
[[nodiscard]] QString columnTitle(SenderFact fact);
/// What a heading of somebody's inventory means: our words and titles, and what people call these columns in English,
/// German, French and Spanish ("Gerät", "Absender", "Adresse e-mail"). A unit in brackets does not matter.
[[nodiscard]] std::optional<SenderFact> recogniseColumn(const QString &heading);
/// True when the fact is one of a few words (kind, TLS, yes or no, ...).
[[nodiscard]] bool isChoice(SenderFact fact);

/// A megabyte as Exchange Online counts it.
inline constexpr std::uint64_t kOctetsPerMegabyte = 1024 * 1024;

/// The sender's answer as text that `setFact` reads back; empty: unknown. Enumerations are the contract's words, a size
/// is `25 MB` (1 MB is 1,048,576 octets), several addresses or habits are separated by "; ".
[[nodiscard]] QString factText(const Sender &sender, SenderFact fact);

/// Takes an answer as people write it: "TLS 1.2", "yes", "ja", "oui", "x", "25 MB", "1,5 GB", "Scanner <a@example.com>".
/// Empty, "?" and "unknown" are unknown. A bare size counts in `bareSizeOctets`; bare numbers from 100,000 are octets.
/// A kind that is none of ours becomes SenderKind::Other. Error: InvalidInput with one sentence; `sender` is unchanged.
[[nodiscard]] Result<void> setFact(Sender &sender, SenderFact fact, const QString &text,
                                   std::uint64_t bareSizeOctets = kOctetsPerMegabyte);

} // namespace relaywright
