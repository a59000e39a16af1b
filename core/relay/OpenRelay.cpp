// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/OpenRelay.h"

#include <algorithm>
#include <cmath>

namespace relaywright {

namespace {

/// The part of its family's address space that a set of networks covers, 0 to 1. Two CIDR blocks are either nested or
/// apart, so it is enough to drop what lies inside another block.
double share(std::vector<IpNetwork> networks)
{
    std::ranges::sort(networks, {}, &IpNetwork::prefixLength);
    std::vector<IpNetwork> outermost;
    double covered = 0;
    for (const IpNetwork &network : networks) {
        const auto holdsIt = [&](const IpNetwork &outer) { return outer.contains(network.address()); };
        if (std::ranges::any_of(outermost, holdsIt))
            continue;
        outermost.push_back(network);
        covered += std::ldexp(1.0, -network.prefixLength());
    }
    return covered;
}

std::vector<IpNetwork> ofFamily(const std::vector<IpNetwork> &networks, IpAddress::Family family)
{
    std::vector<IpNetwork> found;
    std::ranges::copy_if(networks, std::back_inserter(found),
                         [family](const IpNetwork &network) { return network.address().family() == family; });
    return found;
}

/// The blocks inside 2000::/3, the public unicast addresses.
std::vector<IpNetwork> publicV6(const std::vector<IpNetwork> &networks)
{
    const IpNetwork global = *IpNetwork::parse(QStringLiteral("2000::/3"));
    std::vector<IpNetwork> found;
    std::ranges::copy_if(networks, std::back_inserter(found),
                         [&](const IpNetwork &network) { return global.contains(network.address()); });
    return found;
}

} // namespace

std::optional<QString> openRelayReason(const std::vector<IpNetwork> &networks)
{
    const auto tooMany = [](const char *what) {
        return QStringLiteral("these networks together let %1 send through the relay, which would make it an open relay. "
                              "List only the networks of your devices, such as 192.168.10.0/24.").arg(QLatin1String(what));
    };
    if (share(ofFamily(networks, IpAddress::Family::V4)) >= 0.5)
        return tooMany("half of all IPv4 addresses or more");
    const auto v6 = ofFamily(networks, IpAddress::Family::V6);
    if (share(v6) >= 0.5)
        return tooMany("half of all IPv6 addresses or more");
    if (share(publicV6(v6)) >= 0.125)
        return tooMany("every public IPv6 address");
    return std::nullopt;
}

} // namespace relaywright
