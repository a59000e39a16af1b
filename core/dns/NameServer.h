// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/AresChannel.h"
#include "core/dns/Message.h"

#include <chrono>
#include <functional>
#include <memory>

namespace relaywright {

/// One name server: a question goes to it over UDP, over TCP when the answer does not fit or is damaged (RFC 7766), and
/// without EDNS when the server does not understand that (RFC 6891 §7).
class NameServer {
public:
    /// The answer has its `server`, when one came; else it is Failed or TimedOut with a sentence.
    using Done = std::function<void(const DnsReply &reply)>;

    /// `server` is an address; each packet's query ends after `limit`. Error: Unsupported when c-ares cannot start.
    [[nodiscard]] static Result<std::unique_ptr<NameServer>> open(const Endpoint &server,
                                                                  std::chrono::milliseconds limit, bool recursion);
    /// Questions still open end without their `done`.
    ~NameServer();
    NameServer(const NameServer &) = delete;
    NameServer &operator=(const NameServer &) = delete;

    /// `name` must have a form on the wire. `done` may run before this returns, and must not destroy this.
    void ask(const QString &name, DnsType type, Done done);
    /// `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`.
    [[nodiscard]] const QString &label() const;

private:
    class Private;
    explicit NameServer(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace relaywright
