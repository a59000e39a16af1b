// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"

#include <QByteArray>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace relaywright {

/// One c-ares channel, its sockets and its timer in the Qt event loop of this thread. c-ares is seen in the .cpp only.
class AresChannel {
public:
    enum class ServerErrors {
        PassOn,  ///< a SERVFAIL or REFUSED is the reply
        TryNext, ///< another server is asked, and when all fail so, no packet comes
    };
    enum class End { Packet, TimedOut, NoServer, BadName, Failed };
    /// `packet` is valid during the call, and empty unless `end` is Packet.
    using Done = std::function<void(End end, QByteArrayView packet)>;

    /// Error: Unsupported when c-ares cannot start.
    [[nodiscard]] static Result<std::unique_ptr<AresChannel>> open(const std::vector<Endpoint> &nameservers,
                                                                   std::chrono::milliseconds limit,
                                                                   ServerErrors errors);
    /// Queries still open end without their `done`.
    ~AresChannel();
    AresChannel(const AresChannel &) = delete;
    AresChannel &operator=(const AresChannel &) = delete;

    [[nodiscard]] int serverCount() const;
    /// `name` in presentation form with `\` escaped; `done` may run before this returns, and must not destroy the
    /// channel.
    void query(const QByteArray &name, int type, Done done);

private:
    class Private;
    explicit AresChannel(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace relaywright
