// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/IpAddress.h"

#include <vector>

namespace relaywright {

/// The IPv4 addresses at which this computer can be reached from its networks, the private ones first; loopback and
/// link-local ones not. Asked of the system at each call.
[[nodiscard]] std::vector<IpAddress> localAddresses();

} // namespace relaywright
