// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"

#include <functional>
#include <memory>
#include <vector>

namespace relaywright {

/// How checks reach the DNS. Each run asks with a client of its own, because an older one would answer from its cache
/// what was changed since. Tests put their own servers in.
struct DnsAccess {
    std::function<std::unique_ptr<DnsClient>()> makeClient;
    std::uint16_t zonePort = 53; ///< of a zone's own servers
};

} // namespace relaywright
