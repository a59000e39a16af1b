// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mail/Compose.h"

namespace relaywright {

/// Whether a draft can be composed. Internal to core/mail.
/// Error: InvalidInput, naming the field and what to do.
[[nodiscard]] Result<void> checkDraft(const MessageDraft &draft, const QByteArray &uniqueToken);

/// `text` in `charset`, with CRLF line ends, the last line ended.
/// Error: InvalidInput for a charset that is not one of ours, and for a character that it does not hold.
[[nodiscard]] Result<QByteArray> inCharset(const QString &text, const QByteArray &charset);

} // namespace relaywright
