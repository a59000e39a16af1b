// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/IpAddress.h"
#include "core/base/Result.h"

#include <QString>

#include <cstdint>
#include <optional>

namespace relaywright {

/// A host name or an IP address, as a user types a server. `localhost` and other single labels are taken.
class Host {
public:
    /// Error: InvalidInput.
    [[nodiscard]] static Result<Host> parse(const QString &text);
    [[nodiscard]] static Host of(const IpAddress &address) { return Host(address.toString(), address); }

    /// Lower-case A-labels, or the address's text without brackets.
    [[nodiscard]] const QString &toString() const { return m_text; }
    [[nodiscard]] const std::optional<IpAddress> &address() const { return m_address; }
    bool operator==(const Host &) const = default;

private:
    Host(QString text, std::optional<IpAddress> address) : m_text(std::move(text)), m_address(address) {}
    QString m_text;
    std::optional<IpAddress> m_address;
};

/// `smtp.office365.com:587`, `192.0.2.1:25`, `[2001:db8::1]:25`.
struct Endpoint {
    Host host;
    std::uint16_t port = 0;
    /// Error: InvalidInput; without a port `defaultPort` is taken, and when that is 0 a port is demanded.
    /// Port 0 is taken only when written ("any free port", for listeners).
    [[nodiscard]] static Result<Endpoint> parse(const QString &text, std::uint16_t defaultPort = 0);
    [[nodiscard]] QString toString() const;
    bool operator==(const Endpoint &) const = default;
};

} // namespace relaywright
