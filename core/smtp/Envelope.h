// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EmailAddress.h"

#include <vector>

namespace relaywright {

/// Reverse-path plus forward-paths; never the header fields (RFC 5321 §2.3.1).
struct Envelope {
    ReversePath sender;                   ///< P1 in Exchange Online's words
    std::vector<EmailAddress> recipients; ///< at least one to be sent
    bool operator==(const Envelope &) const = default;
};

} // namespace relaywright
