// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Propagation.h"
#include "core/knowledge/Knowledge.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace relaywright {

/// How checks reach the DNS. Each run asks with a client of its own, because an older one would answer from its cache
/// what was changed since. Tests put their own servers in.
struct DnsAccess {
    std::function<std::unique_ptr<DnsClient>()> makeClient;
    std::uint16_t zonePort = 53; ///< of a zone's own servers
    /// Asked besides the zone's own who already sees a change; nothing: those of the knowledge.
    std::optional<std::vector<Propagation::NamedServer>> resolvers;
    std::chrono::milliseconds watchInterval = std::chrono::seconds(15); ///< between two rounds of such questions
};

/// The resolvers that the knowledge names; one that cannot be read is left out.
[[nodiscard]] std::vector<Propagation::NamedServer> publicResolvers(const Knowledge &knowledge);

} // namespace relaywright
