// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QString>

#include <array>
#include <compare>
#include <cstdint>

namespace relaywright {

/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) is the IPv4
/// address, so that a rule for IPv4 also holds on a dual-stack socket.
class IpAddress {
public:
    enum class Family { V4, V6 };
    using Octets = std::array<std::uint8_t, 16>;

    /// Takes dotted quads without leading zeros and RFC 4291 §2.2 text. No scope id. Error: InvalidInput.
    [[nodiscard]] static Result<IpAddress> parse(const QString &text);
    [[nodiscard]] static IpAddress fromV4(std::uint32_t hostOrder);
    [[nodiscard]] static IpAddress fromV6(const Octets &networkOrder);

    [[nodiscard]] Family family() const { return m_family; }
    [[nodiscard]] int bits() const { return m_family == Family::V4 ? 32 : 128; }
    /// The 4 or 16 octets in network order (the first `bits() / 8` count).
    [[nodiscard]] const Octets &octets() const { return m_octets; }
    [[nodiscard]] QString toString() const;
    [[nodiscard]] bool isLoopback() const;
    /// Loopback, RFC 1918, link-local and unique local addresses: never seen from the internet.
    [[nodiscard]] bool isPrivate() const;
    [[nodiscard]] bool isAny() const;
    auto operator<=>(const IpAddress &) const = default;

private:
    IpAddress(Family family, const Octets &octets) : m_family(family), m_octets(octets) {}
    Family m_family;
    Octets m_octets;
};

/// A block of addresses in CIDR form; the host bits are zero.
class IpNetwork {
public:
    /// `192.0.2.0/24`, `2001:db8::/32`, or a bare address. Error: InvalidInput, also when host bits are set
    /// (the sentence offers the block that was probably meant).
    [[nodiscard]] static Result<IpNetwork> parse(const QString &text);
    [[nodiscard]] static IpNetwork of(const IpAddress &address, int prefixLength);

    [[nodiscard]] const IpAddress &address() const { return m_address; }
    [[nodiscard]] int prefixLength() const { return m_prefixLength; }
    [[nodiscard]] bool contains(const IpAddress &address) const;
    /// CIDR text; a single address without its prefix length.
    [[nodiscard]] QString toString() const;
    auto operator<=>(const IpNetwork &) const = default;

private:
    IpNetwork(const IpAddress &address, int prefixLength) : m_address(address), m_prefixLength(prefixLength) {}
    IpAddress m_address;
    int m_prefixLength;
};

} // namespace relaywright
