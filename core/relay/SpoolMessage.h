// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/relay/QueueId.h"
#include "core/smtp/Envelope.h"
#include "core/smtp/SubmitOptions.h"

#include <QByteArray>
#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

namespace relaywright {

/// Where a message stands. The numbers are in the spool: never change one.
enum class MessageState { Queued = 0, Held = 1, Delivered = 2, Bounced = 3, Deleted = 4, Damaged = 5 };
[[nodiscard]] QString toString(MessageState state); ///< queued held delivered bounced deleted damaged
[[nodiscard]] constexpr bool isFinished(MessageState state)
{
    return state >= MessageState::Delivered;
}

/// One line of a message's story. The numbers are in the spool: never change one.
enum class JournalKind {
    Accepted = 0,  ///< our 250 was earned
    Deferred = 1,  ///< an attempt ended without a final answer for somebody
    Delivered = 2, ///< the smart host took it for these recipients
    Refused = 3,   ///< the smart host refused these recipients for good
    InDoubt = 4,   ///< the line broke after the final dot: it may arrive twice
    Bounced = 5,   ///< a non-delivery report was queued
    NoBounce = 6,  ///< none could be: nobody to send it to
    Held = 7,
    Released = 8,
    Retried = 9, ///< an operator asked for an attempt now
    Deleted = 10,
    Damaged = 11, ///< set aside: what is stored is not what was accepted
    Expired = 12,
    Delayed = 13, ///< a report went to the sender that it waits long (RFC 3461 DELAY); once for each message
};
constexpr JournalKind kLastJournalKind = JournalKind::Delayed;
[[nodiscard]] QString toString(JournalKind kind);

struct JournalEvent {
    TimePoint at{};
    JournalKind kind = JournalKind::Accepted;
    QString detail; ///< printable, one line
    bool operator==(const JournalEvent &) const = default;
};

/// The octets of a stored message: small ones here, large ones in a file of the spool's body folder.
struct SpoolBody {
    QByteArray octets;          ///< empty when `fileName` is not
    QString fileName;           ///< random, relative to the body folder
    std::uint64_t size = 0;     ///< octets
    std::uint64_t checksum = 0; ///< bodyChecksum of all octets
    bool has8Bit = false;       ///< some octet is over 127
    bool operator==(const SpoolBody &) const = default;
};

/// What a device asked of delivery reports (RFC 3461): passed on to the smart host, and heeded in our own.
struct MessageDsn {
    struct Recipient {
        EmailAddress recipient;
        DsnRecipient asked;
        bool operator==(const Recipient &) const = default;
    };
    DsnEnvelope envelope{};
    std::vector<Recipient> recipients{}; ///< those of whom something was asked, in the order of the envelope
    bool operator==(const MessageDsn &) const = default;
    /// Nothing was asked for at all.
    [[nodiscard]] bool isEmpty() const;
    [[nodiscard]] DsnRecipient of(const EmailAddress &recipient) const;
    /// A report was asked for when the message waits long for somebody. Who says nothing of NOTIFY gets none: RFC 3461 §4.1
    /// leaves it to the server, and whoever looks after a device that never heard of NOTIFY gains nothing by mail about
    /// mail that will arrive; the relay's own alerts say that it waits.
    [[nodiscard]] bool wantsDelay() const;
};

/// A message and its envelope as the spool keeps it.
struct SpoolMessage {
    QueueId id;
    TimePoint receivedAt{};
    TimePoint expiresAt{};
    QString source; ///< peer address, or `bounce` for our own
    QString helo;   ///< what the peer said that it is; printable, at most kMaxHeloCharacters
    QString user;   ///< signed in as; empty: nobody was
    ReversePath sender;
    std::vector<EmailAddress> recipients; ///< those still undelivered; of a finished message all it was accepted for
    bool utf8 = false;                    ///< SMTPUTF8 was asked for (RFC 6531)
    MessageDsn dsn;
    SpoolBody body;
    MessageState state = MessageState::Queued;
    int attempts = 0;
    TimePoint nextAttempt{};
    QString lastReply;
    bool operator==(const SpoolMessage &) const = default;
};

constexpr qsizetype kMaxHeloCharacters = 255; ///< RFC 1035 §2.3.4: no name is longer
constexpr qsizetype kMaxUserCharacters = 320;

/// Names a route in one run of the relay; 0: none.
using RouteTag = std::uint32_t;

/// Our own non-delivery reports have this as their source.
[[nodiscard]] QString bounceSource();

/// Seconds of use of a smart host's quota; the log of them survives a restart.
struct QuotaUse {
    TimePoint at{}; ///< whole seconds
    int messages = 0;
    int recipients = 0;
    std::uint64_t account = 0; ///< whose quota (quotaAccount); 0: logged before there were several
    bool operator==(const QuotaUse &) const = default;
};

/// What an attempt did to a message: committed as one.
struct Settlement {
    QueueId id;
    TimePoint at{};
    MessageState state = MessageState::Queued; ///< a finished one removes the body
    std::vector<EmailAddress> remaining;       ///< recipients that still wait
    bool countsAsAttempt = true;
    TimePoint nextAttempt{};
    QString lastReply;
    std::vector<JournalEvent> events;
    std::optional<SpoolMessage> bounce; ///< a report, put into the queue in the same commit
    QuotaUse quota;                     ///< nothing used: not logged
    RouteTag route = 0;                 ///< that deferred it; not logged
};

} // namespace relaywright
