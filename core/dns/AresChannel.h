// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"

#include <QByteArray>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace relaywright {

/// One c-ares channel to one name server, its sockets and its timer in the Qt event loop of this thread. It sends,
/// sends again what got lost, and takes only answers from that server with the id and the question of a query. c-ares
/// is seen in the .cpp only.
class AresChannel {
public:
    enum class Transport {
        Udp, ///< several tries within the limit; a late answer to an early try counts
        Tcp,
    };
    enum class End { Packet, TimedOut, NoServer, Failed };
    /// `packet` is valid during the call, and empty unless `end` is Packet.
    using Done = std::function<void(End end, QByteArrayView packet)>;

    /// `server` is an address; a query ends after `limit`. Error: Unsupported when c-ares cannot start.
    [[nodiscard]] static Result<std::unique_ptr<AresChannel>> open(const Endpoint &server, Transport transport,
                                                                   std::chrono::milliseconds limit);
    /// The name servers that this computer is set to use; 127.0.0.1 where none is set. Error: Unsupported when c-ares
    /// cannot start.
    [[nodiscard]] static Result<std::vector<Endpoint>> systemServers();
    /// Queries still open end without their `done`.
    ~AresChannel();
    AresChannel(const AresChannel &) = delete;
    AresChannel &operator=(const AresChannel &) = delete;

    /// `query` is a whole packet. `done` may run before this returns, and must not destroy the channel.
    void send(const QByteArray &query, Done done);

private:
    class Private;
    explicit AresChannel(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace relaywright
