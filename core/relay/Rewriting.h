// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EmailAddress.h"
#include "core/relay/RelayConfig.h"
#include "core/smtp/Envelope.h"

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace relaywright {

/// A new header for a stored message: `head` takes the place of its first `replaced` octets.
struct RewrittenHead {
    QByteArray head;
    qsizetype replaced = 0;
    bool operator==(const RewrittenHead &) const = default;
};

/// As whom a message leaves.
struct SenderRewriting {
    std::optional<EmailAddress> sendAs;     ///< in place of the reverse-path and the From: address
    bool keepReplyTo = true;                ///< the original From: goes to Reply-To: unless there is one
    std::optional<EmailAddress> returnPath; ///< in place of the reverse-path, whatever From: says
    bool operator==(const SenderRewriting &) const = default;
};

/// What the device's row and the smart host ask for: the row's `sendAs` comes before the host's. `device` null: no row.
[[nodiscard]] SenderRewriting rewritingFor(const RelayDevice *device, const RelayUpstream &host);

/// The envelope with which a message leaves. The null reverse-path stays: it says "never bounce this" (RFC 5321 §4.5.5).
[[nodiscard]] Envelope rewriteEnvelope(const Envelope &envelope, const SenderRewriting &rewriting);

/// Makes the From field say `sendAs` with the display name kept; the original From goes to Reply-To with `keepReplyTo`
/// unless the message has one, and Sender and Return-Path, which would name the device, go. `head` is the start of the message with at
/// least its whole header; bare CR and LF in the header become line ends first, so that what is parsed is what the
/// receiver will see. Nothing that stood in a field can end one: values with a control character are left out.
[[nodiscard]] RewrittenHead rewriteSender(QByteArrayView head, const EmailAddress &sendAs, bool keepReplyTo);

} // namespace relaywright
