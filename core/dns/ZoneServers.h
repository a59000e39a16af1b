// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"

#include <QObject>

#include <functional>
#include <memory>
#include <vector>

namespace relaywright {

/// The servers of the zone that holds a name.
struct ZoneServers {
    struct Server {
        QString name;
        IpAddress address;
        bool operator==(const Server &) const = default;
    };
    QString zone;
    std::vector<Server> servers; ///< one for each address, at most 16; in the order of their names
    QString problem;             ///< a sentence, when `servers` is empty
};

/// Finds them: NS of the name, else of the next name above it, down to two labels; then the addresses of each server.
/// IPv6 addresses only where this computer has a way there. `done` runs through the event loop, once; not at all when
/// `context` dies before. `dns` must live as long.
void findZoneServers(const QString &name, DnsClient &dns, QObject *context,
                     std::function<void(const ZoneServers &)> done);

} // namespace relaywright
