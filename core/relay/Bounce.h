// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/SpoolMessage.h"
#include "core/relay/Verdict.h"

#include <QByteArray>

namespace relaywright {

/// Who gets the non-delivery report of a message: its sender; for a report of ours that could not be delivered, the
/// postmaster, once; nobody for other messages with the null reverse-path (RFC 5321 §6.1).
[[nodiscard]] std::optional<EmailAddress> bounceRecipient(const SpoolMessage &message,
                                                          const std::optional<EmailAddress> &postmaster);

struct BounceInput {
    SpoolMessage message;                  ///< of which some recipients failed
    std::vector<RecipientVerdict> failed;  ///< at least one, or at least one of the next
    std::vector<RecipientVerdict> delayed; ///< still tried, until the message expires
    std::vector<RecipientVerdict> relayed; ///< handed on to a host that makes no reports, for whom one was asked
    bool expired = false;                  ///< given up after `expiry`, not refused
    QByteArray originalHead; ///< the start of the message; its header is quoted, at most 32 KiB of it; all
                             ///< of a small message where RET=FULL was asked for and it failed
    EmailAddress to;
    EmailAddress from;        ///< header only; the envelope has the null reverse-path
    QByteArray reportingHost; ///< our name
    QByteArray upstream;      ///< the smart host, as the host that refused
    TimePoint now{};
    QByteArray token; ///< random letters and digits: boundary and Message-ID
};

/// A delivery status notification (RFC 3464, multipart/report of RFC 6522): an explanation for people, the status of each
/// failed recipient for machines, and the header of the original. CRLF line ends. The server's words are printed
/// escaped, so nothing in them can become a field.
[[nodiscard]] QByteArray makeBounce(const BounceInput &input);

} // namespace relaywright
