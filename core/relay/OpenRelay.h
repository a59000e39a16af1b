// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/IpAddress.h"

#include <QString>

#include <optional>
#include <vector>

namespace relaywright {

/// Why these networks together would make an open relay, as one sentence; nothing when they do not. Judged by what
/// they cover, not by how they are written: half of all IPv4 addresses or more (0.0.0.0/0, or 0.0.0.0/1 with
/// 128.0.0.0/1, or the same cut finer), half of all IPv6 addresses, or the whole of 2000::/3, which is every public
/// IPv6 address (RFC 4291 §2.4). Overlaps count once.
[[nodiscard]] std::optional<QString> openRelayReason(const std::vector<IpNetwork> &networks);

} // namespace relaywright
