// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/IpAddress.h"

#include "core/base/Text.h"

#include <QStringList>

#include <algorithm>
#include <optional>
#include <vector>

namespace relaywright {

namespace {

using Octets = IpAddress::Octets;

tl::unexpected<Error> notAnAddress(const QString &text)
{
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("\"%1\" is not an IP address. Enter one such as 192.0.2.10 or 2001:db8::10.")
                       .arg(quotable(text)));
}

std::optional<std::uint32_t> parseQuad(const QString &text)
{
    const QStringList parts = text.split(u'.');
    if (parts.size() != 4)
        return std::nullopt;
    std::uint32_t value = 0;
    for (const QString &part : parts) {
        const bool digits = !part.isEmpty() && part.size() <= 3
            && std::ranges::all_of(part, [](QChar c) { return c >= u'0' && c <= u'9'; });
        // A leading zero means octal to some programs and decimal to others: refuse it.
        if (!digits || (part.size() > 1 && part.front() == u'0') || part.toInt() > 255)
            return std::nullopt;
        value = (value << 8) | static_cast<std::uint32_t>(part.toInt());
    }
    return value;
}

/// One to three digits, no leading zero.
std::optional<int> parsePrefixLength(const QString &text)
{
    const bool digits = !text.isEmpty() && text.size() <= 3 && (text == QLatin1String("0") || !text.startsWith(u'0'))
        && std::ranges::all_of(text, [](QChar c) { return c >= u'0' && c <= u'9'; });
    return digits ? std::optional(text.toInt()) : std::nullopt;
}

/// Groups of one side of the `::`; a dotted quad may end the last side.
std::optional<std::vector<std::uint16_t>> parseGroups(const QString &text, bool mayEndInQuad)
{
    std::vector<std::uint16_t> groups;
    if (text.isEmpty())
        return groups;
    const QStringList parts = text.split(u':');
    for (qsizetype i = 0; i < parts.size(); ++i) {
        if (mayEndInQuad && i == parts.size() - 1 && parts[i].contains(u'.')) {
            const auto quad = parseQuad(parts[i]);
            if (!quad)
                return std::nullopt;
            groups.push_back(static_cast<std::uint16_t>(*quad >> 16));
            groups.push_back(static_cast<std::uint16_t>(*quad & 0xffff));
            continue;
        }
        const bool hex = !parts[i].isEmpty() && parts[i].size() <= 4 && std::ranges::all_of(parts[i], [](QChar c) {
            return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f') || (c >= u'A' && c <= u'F');
        });
        if (!hex)
            return std::nullopt;
        groups.push_back(parts[i].toUShort(nullptr, 16));
    }
    return groups;
}

std::optional<Octets> parseV6(const QString &text)
{
    const qsizetype gap = text.indexOf(QLatin1String("::"));
    const auto head = parseGroups(gap < 0 ? text : text.left(gap), gap < 0);
    const auto tail = parseGroups(gap < 0 ? QString() : text.mid(gap + 2), true);
    if (!head || !tail)
        return std::nullopt;
    const size_t count = head->size() + tail->size();
    if (gap < 0 ? count != 8 : count > 7)
        return std::nullopt;
    std::array<std::uint16_t, 8> groups{};
    std::ranges::copy(*head, groups.begin());
    std::ranges::copy(*tail, groups.end() - static_cast<std::ptrdiff_t>(tail->size()));
    Octets octets{};
    for (size_t i = 0; i < 8; ++i) {
        octets[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8);
        octets[2 * i + 1] = static_cast<std::uint8_t>(groups[i] & 0xff);
    }
    return octets;
}

QString v6Text(const Octets &octets)
{
    std::array<std::uint16_t, 8> groups{};
    for (size_t i = 0; i < 8; ++i)
        groups[i] = static_cast<std::uint16_t>(octets[2 * i] << 8 | octets[2 * i + 1]);
    // RFC 5952 §4.2: the longest run of at least two zero groups becomes "::", the first one on a tie.
    size_t bestStart = 8, bestLength = 1;
    for (size_t i = 0; i < 8;) {
        size_t end = i;
        while (end < 8 && groups[end] == 0)
            ++end;
        if (end - i > bestLength) {
            bestStart = i;
            bestLength = end - i;
        }
        i = end == i ? i + 1 : end;
    }
    QString text;
    for (size_t i = 0; i < 8; ++i) {
        if (i == bestStart) {
            text += QLatin1String("::");
            i += bestLength - 1;
            continue;
        }
        if (!text.isEmpty() && !text.endsWith(u':'))
            text += u':';
        text += QString::number(groups[i], 16);
    }
    return text;
}

} // namespace

Result<IpAddress> IpAddress::parse(const QString &text)
{
    const QString trimmed = text.trimmed();
    if (const auto quad = parseQuad(trimmed))
        return fromV4(*quad);
    if (trimmed.contains(u':')) {
        if (const auto octets = parseV6(trimmed))
            return fromV6(*octets);
    }
    return notAnAddress(trimmed);
}

IpAddress IpAddress::fromV4(std::uint32_t hostOrder)
{
    Octets octets{};
    for (size_t i = 0; i < 4; ++i)
        octets[i] = static_cast<std::uint8_t>(hostOrder >> (24 - 8 * i));
    return IpAddress(Family::V4, octets);
}

IpAddress IpAddress::fromV6(const Octets &o)
{
    const bool mapped = std::all_of(o.begin(), o.begin() + 10, [](std::uint8_t b) { return b == 0; }) && o[10] == 0xff
        && o[11] == 0xff;
    if (mapped)
        return fromV4(static_cast<std::uint32_t>(o[12]) << 24 | static_cast<std::uint32_t>(o[13]) << 16
                      | static_cast<std::uint32_t>(o[14]) << 8 | o[15]);
    return IpAddress(Family::V6, o);
}

QString IpAddress::toString() const
{
    if (m_family == Family::V6)
        return v6Text(m_octets);
    return QStringLiteral("%1.%2.%3.%4").arg(m_octets[0]).arg(m_octets[1]).arg(m_octets[2]).arg(m_octets[3]);
}

bool IpAddress::isLoopback() const
{
    if (m_family == Family::V4)
        return m_octets[0] == 127;
    return std::all_of(m_octets.begin(), m_octets.end() - 1, [](std::uint8_t b) { return b == 0; }) && m_octets[15] == 1;
}

bool IpAddress::isPrivate() const
{
    if (isLoopback())
        return true;
    if (m_family == Family::V6)
        return (m_octets[0] & 0xfe) == 0xfc || (m_octets[0] == 0xfe && (m_octets[1] & 0xc0) == 0x80);
    return m_octets[0] == 10 || (m_octets[0] == 172 && (m_octets[1] & 0xf0) == 16)
        || (m_octets[0] == 192 && m_octets[1] == 168) || (m_octets[0] == 169 && m_octets[1] == 254);
}

bool IpAddress::isAny() const
{
    return std::ranges::all_of(m_octets, [](std::uint8_t b) { return b == 0; });
}

Result<IpNetwork> IpNetwork::parse(const QString &text)
{
    const QString trimmed = text.trimmed();
    const qsizetype slash = trimmed.indexOf(u'/');
    const auto address = IpAddress::parse(slash < 0 ? trimmed : trimmed.left(slash));
    if (!address)
        return tl::unexpected(address.error());
    if (slash < 0)
        return of(*address, address->bits());
    const int length = parsePrefixLength(trimmed.mid(slash + 1)).value_or(address->bits() + 1);
    if (length > address->bits())
        return failure(ErrorKind::InvalidInput, QStringLiteral("The prefix length of \"%1\" must be a number from 0 to %2.")
                                                    .arg(quotable(trimmed), QString::number(address->bits())));
    const IpNetwork network = of(*address, length);
    if (network.address() != *address)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("\"%1\" is an address inside a network. Enter %2 for the network, or %3 for the one "
                                      "address.")
                           .arg(quotable(trimmed), network.toString(), address->toString()));
    return network;
}

IpNetwork IpNetwork::of(const IpAddress &address, int prefixLength)
{
    Octets octets = address.octets();
    for (int bit = prefixLength; bit < address.bits(); ++bit)
        octets[static_cast<size_t>(bit / 8)] &= static_cast<std::uint8_t>(~(0x80 >> (bit % 8)));
    if (address.family() == IpAddress::Family::V6)
        return IpNetwork(IpAddress::fromV6(octets), prefixLength);
    return IpNetwork(IpAddress::fromV4(static_cast<std::uint32_t>(octets[0]) << 24 | static_cast<std::uint32_t>(octets[1]) << 16
                                       | static_cast<std::uint32_t>(octets[2]) << 8 | octets[3]),
                     prefixLength);
}

bool IpNetwork::contains(const IpAddress &address) const
{
    return address.family() == m_address.family() && of(address, m_prefixLength).address() == m_address;
}

QString IpNetwork::toString() const
{
    if (m_prefixLength == m_address.bits())
        return m_address.toString();
    return QStringLiteral("%1/%2").arg(m_address.toString()).arg(m_prefixLength);
}

} // namespace relaywright
