// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EmailAddress.h"
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

/// The envelope with which a message leaves: `sendAs` in place of the sender where there is one. The null reverse-path
/// stays: it says "never bounce this" (RFC 5321 §4.5.5).
[[nodiscard]] Envelope rewriteEnvelope(const Envelope &envelope, const std::optional<EmailAddress> &sendAs);

/// Makes the From field say `sendAs` with the display name kept; the original From goes to Reply-To unless the message
/// has one, and Sender and Return-Path, which would name the device, go. `head` is the start of the message with at
/// least its whole header; bare CR and LF in the header become line ends first, so that what is parsed is what the
/// receiver will see. Nothing that stood in a field can end one: values with a control character are left out.
[[nodiscard]] RewrittenHead rewriteSender(QByteArrayView head, const EmailAddress &sendAs);

} // namespace relaywright
