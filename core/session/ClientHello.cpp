// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/ClientHello.h"

#include "core/base/Text.h"

#include <algorithm>
#include <functional>

namespace relaywright {

namespace {

constexpr qsizetype kRecordHeader = 5;
constexpr qsizetype kMaxRecord = 16 * 1024;
constexpr qsizetype kRandomOctets = 32;
constexpr std::uint16_t kServerName = 0;         // RFC 6066 §3
constexpr std::uint16_t kSupportedVersions = 43; // RFC 8446 §4.2.1

/// Takes numbers and vectors off the front; once something is missing, everything is.
class Reader {
public:
    explicit Reader(QByteArrayView octets) : m_rest(octets) {}
    [[nodiscard]] bool failed() const { return m_failed; }
    [[nodiscard]] bool atEnd() const { return m_rest.isEmpty(); }
    std::uint32_t number(int octets)
    {
        std::uint32_t value = 0;
        for (const char octet : take(octets))
            value = value << 8 | static_cast<unsigned char>(octet);
        return value;
    }
    QByteArrayView take(qsizetype octets)
    {
        m_failed = m_failed || octets > m_rest.size();
        if (m_failed)
            return {};
        const QByteArrayView taken = m_rest.first(octets);
        m_rest = m_rest.sliced(octets);
        return taken;
    }
    /// A vector behind its length of `lengthOctets`.
    QByteArrayView vector(int lengthOctets) { return take(number(lengthOctets)); }

private:
    QByteArrayView m_rest;
    bool m_failed = false;
};

std::uint8_t octetAt(QByteArrayView octets, qsizetype index)
{
    return static_cast<std::uint8_t>(octets[index]);
}

bool isGrease(std::uint16_t value)
{
    return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

std::vector<std::uint16_t> pairs(QByteArrayView octets)
{
    std::vector<std::uint16_t> values;
    Reader reader(octets);
    while (!reader.atEnd() && !reader.failed()) {
        const auto value = static_cast<std::uint16_t>(reader.number(2));
        if (!reader.failed() && !isGrease(value))
            values.push_back(value);
    }
    return values;
}

void sortVersions(std::vector<std::uint16_t> &versions)
{
    std::ranges::sort(versions, std::greater<>());
    versions.erase(std::unique(versions.begin(), versions.end()), versions.end()); // clang 14 lacks the range form
}

QString firstServerName(QByteArrayView extension)
{
    Reader list(Reader(extension).vector(2));
    const bool isHostName = list.number(1) == 0;
    const QByteArrayView name = list.vector(2);
    return isHostName && !list.failed() ? printable(name.toByteArray(), 255) : QString();
}

void readExtensions(QByteArrayView octets, ClientHello &hello)
{
    Reader reader(octets);
    while (!reader.atEnd() && !reader.failed()) {
        const std::uint32_t type = reader.number(2);
        const QByteArrayView content = reader.vector(2);
        if (type == kServerName)
            hello.serverName = firstServerName(content);
        if (type != kSupportedVersions)
            continue;
        if (auto versions = pairs(Reader(content).vector(1)); !versions.empty())
            hello.versions = std::move(versions);
    }
}

/// RFC 5246 appendix E.2: two octets of length with the high bit set, type 1, version.
std::optional<ClientHello> parseSsl2Form(QByteArrayView octets)
{
    Reader reader(octets.sliced(3));
    ClientHello hello;
    hello.versions = {static_cast<std::uint16_t>(reader.number(2))};
    if (reader.failed())
        return std::nullopt;
    return hello;
}

bool isSsl2Form(QByteArrayView octets)
{
    return octets.size() >= 3 && (octetAt(octets, 0) & 0x80) != 0 && octetAt(octets, 2) == 1;
}

} // namespace

ClientHelloState clientHelloState(QByteArrayView octets)
{
    if (octets.isEmpty())
        return ClientHelloState::Incomplete;
    if ((octetAt(octets, 0) & 0x80) != 0) {
        if (octets.size() < kRecordHeader)
            return ClientHelloState::Incomplete;
        return isSsl2Form(octets) ? ClientHelloState::Complete : ClientHelloState::NotTls;
    }
    if (octetAt(octets, 0) != 22 || (octets.size() > 1 && octetAt(octets, 1) != 3))
        return ClientHelloState::NotTls;
    if (octets.size() < kRecordHeader)
        return ClientHelloState::Incomplete;
    const qsizetype length = octetAt(octets, 3) << 8 | octetAt(octets, 4);
    if (length == 0 || length > kMaxRecord)
        return ClientHelloState::NotTls;
    return octets.size() < kRecordHeader + length ? ClientHelloState::Incomplete : ClientHelloState::Complete;
}

std::optional<ClientHello> parseClientHello(QByteArrayView octets)
{
    if (clientHelloState(octets) != ClientHelloState::Complete)
        return std::nullopt;
    if (isSsl2Form(octets))
        return parseSsl2Form(octets);
    Reader record(octets.sliced(3));
    Reader handshake(record.vector(2));
    if (handshake.number(1) != 1)
        return std::nullopt;
    Reader body(handshake.vector(3));
    ClientHello hello;
    hello.versions = {static_cast<std::uint16_t>(body.number(2))};
    body.take(kRandomOctets);
    body.vector(1); // session id
    hello.ciphers = pairs(body.vector(2));
    body.vector(1); // compression
    if (handshake.failed() || body.failed())
        return std::nullopt;
    if (!body.atEnd())
        readExtensions(body.vector(2), hello);
    sortVersions(hello.versions);
    return hello;
}

QString tlsVersionName(std::uint16_t version)
{
    switch (version) {
    case 0x0002:
        return QStringLiteral("SSL 2");
    case 0x0300:
        return QStringLiteral("SSL 3");
    case 0x0301:
        return QStringLiteral("TLS 1.0");
    case 0x0302:
        return QStringLiteral("TLS 1.1");
    case 0x0303:
        return QStringLiteral("TLS 1.2");
    case 0x0304:
        return QStringLiteral("TLS 1.3");
    default:
        return QStringLiteral("0x%1").arg(version, 4, 16, QLatin1Char('0'));
    }
}

} // namespace relaywright
