// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EmailAddress.h"

#include <QString>
#include <QStringView>

#include <optional>

namespace relaywright {

/// The scheme of a URI in lower case (`mailto`); empty when `uri` is no URI (RFC 3986 §3.1, §2) or has nothing behind
/// the colon. Commas, semicolons and exclamation marks must be percent-encoded where reports are asked for (RFC 7489
/// §6.3, RFC 8460 §3): they make it no URI.
[[nodiscard]] QString uriScheme(QStringView uri);

/// The mailbox of a `mailto:` URI, percent-decoded (RFC 6068 §2); its header fields are left out. Nothing when it is no
/// such URI or names no mailbox.
[[nodiscard]] std::optional<EmailAddress> mailtoMailbox(QStringView uri);

} // namespace relaywright
