// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EmailAddress.h"
#include "core/mail/Header.h"

#include <vector>

namespace relaywright {

/// Whom a message's From field names (RFC 5322 §3.6.2).
struct FromField {
    std::vector<EmailAddress> addresses; ///< P2, in order
    /// Addresses that stand in display names, in order: Exchange Online may take one for the sender.
    std::vector<EmailAddress> inNames;
};
[[nodiscard]] FromField readFrom(const MessageHeader &header);

} // namespace relaywright
