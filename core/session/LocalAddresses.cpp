// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/LocalAddresses.h"

#include <QHostAddress>
#include <QNetworkInterface>

#include <algorithm>

namespace relaywright {

std::vector<IpAddress> localAddresses()
{
    std::vector<IpAddress> addresses;
    for (const QHostAddress &host : QNetworkInterface::allAddresses()) {
        if (host.protocol() != QAbstractSocket::IPv4Protocol || host.isLoopback() || host.isLinkLocal())
            continue;
        addresses.push_back(IpAddress::fromV4(host.toIPv4Address()));
    }
    std::stable_partition(addresses.begin(), addresses.end(), // clang 14 lacks the range form
                          [](const IpAddress &address) { return address.isPrivate(); });
    return addresses;
}

} // namespace relaywright
