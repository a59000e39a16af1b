// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/Capabilities.h"

#include <algorithm>
#include <limits>

namespace relaywright {

namespace {

constexpr qsizetype kMaxMechanismOctets = 20; // RFC 4422 §3.1

/// Words split at spaces and tabs, empty ones left out.
QByteArrayList words(const QByteArray &line)
{
    QByteArrayList found = line.simplified().split(' ');
    found.removeAll(QByteArray());
    return found;
}

void addMechanisms(const QByteArrayList &mechanisms, Capabilities &capabilities)
{
    for (const QByteArray &mechanism : mechanisms) {
        const QByteArray upper = mechanism.toUpper();
        if (capabilities.authMechanisms.size() >= Capabilities::kMaxKeywords)
            return;
        if (upper.size() <= kMaxMechanismOctets && !capabilities.authMechanisms.contains(upper))
            capabilities.authMechanisms += upper;
    }
}

std::uint64_t sizeLimit(const QByteArrayList &parameters)
{
    bool ok = false;
    const qulonglong limit = parameters.isEmpty() ? 0 : parameters.first().toULongLong(&ok);
    // No message is that large, and JSON has no larger numbers.
    constexpr auto kMost = static_cast<qulonglong>(std::numeric_limits<std::int64_t>::max());
    return ok ? std::min(limit, kMost) : 0; // a number nobody can read is no limit: the server still decides (RFC 1870 §4)
}

void addKeyword(const QByteArray &keyword, const QByteArrayList &parameters, Capabilities &capabilities)
{
    if (keyword == "STARTTLS")
        capabilities.startTls = true;
    else if (keyword == "PIPELINING")
        capabilities.pipelining = true;
    else if (keyword == "8BITMIME")
        capabilities.eightBitMime = true;
    else if (keyword == "SMTPUTF8")
        capabilities.smtpUtf8 = true;
    else if (keyword == "DSN")
        capabilities.dsn = true;
    else if (keyword == "CHUNKING")
        capabilities.chunking = true;
    else if (keyword == "BINARYMIME")
        capabilities.binaryMime = true;
    else if (keyword == "ENHANCEDSTATUSCODES")
        capabilities.enhancedStatusCodes = true;
    else if (keyword == "SIZE")
        capabilities.sizeLimitOctets = sizeLimit(parameters);
    else if (keyword == "AUTH")
        addMechanisms(parameters, capabilities);
}

} // namespace

Capabilities parseCapabilities(const Reply &ehloReply)
{
    Capabilities capabilities;
    for (qsizetype i = 0; i < ehloReply.lines.size(); ++i) {
        QByteArrayList line = words(ehloReply.lines[i]);
        if (line.isEmpty())
            continue;
        if (i == 0) {
            capabilities.serverName = line.first();
            continue;
        }
        if (capabilities.keywords.size() < Capabilities::kMaxKeywords)
            capabilities.keywords += line.join(' ');
        QByteArray keyword = line.takeFirst().toUpper();
        if (keyword.startsWith("AUTH=")) { // servers older than RFC 2554
            line.prepend(keyword.mid(5));
            keyword = "AUTH";
        }
        addKeyword(keyword, line, capabilities);
    }
    capabilities.authMechanisms.removeAll(QByteArray());
    return capabilities;
}

} // namespace relaywright
