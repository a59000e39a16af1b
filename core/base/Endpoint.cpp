// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Endpoint.h"

#include "core/base/Domain.h"
#include "core/base/Text.h"

#include <algorithm>

namespace relaywright {

Result<Host> Host::parse(const QString &text)
{
    const QString trimmed = text.trimmed();
    const bool bracketed = trimmed.startsWith(u'[') && trimmed.endsWith(u']');
    const auto address = IpAddress::parse(bracketed ? trimmed.sliced(1, trimmed.size() - 2) : trimmed);
    if (address)
        return Host(address->toString(), *address);
    if (bracketed)
        return tl::unexpected(address.error());
    auto name = parseDnsName(trimmed);
    if (!name)
        return tl::unexpected(name.error());
    return Host(*name, std::nullopt);
}

Result<Endpoint> Endpoint::parse(const QString &text, std::uint16_t defaultPort)
{
    const QString trimmed = text.trimmed();
    QString host = trimmed;
    std::optional<QString> written;
    const qsizetype colon = trimmed.lastIndexOf(u':');
    const bool bareV6 = !trimmed.startsWith(u'[') && trimmed.count(u':') > 1;
    if (colon >= 0 && !bareV6 && !trimmed.endsWith(u']')) {
        host = trimmed.left(colon);
        written = trimmed.mid(colon + 1);
    }
    // Host::parse forgives white space at its ends, which here would be the middle.
    if (hasControlCharacters(trimmed) || host != host.trimmed())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("\"%1\" is not a server. Write it as host:port, such as smtp.office365.com:587.")
                           .arg(quotable(trimmed)));
    auto parsedHost = Host::parse(host);
    if (!parsedHost)
        return tl::unexpected(parsedHost.error());
    if (!written) {
        if (defaultPort == 0)
            return failure(ErrorKind::InvalidInput,
                           QStringLiteral("\"%1\" has no port. Write it as host:port, such as smtp.office365.com:587.").arg(quotable(trimmed)));
        return Endpoint{*parsedHost, defaultPort};
    }
    const QString &port = *written;
    const bool digits = !port.isEmpty() && port.size() <= 5
        && std::ranges::all_of(port, [](QChar c) { return c >= u'0' && c <= u'9'; });
    const uint number = digits ? port.toUInt() : 65536;
    if (number > 65535)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("\"%1\" is not a port. Use a number from 1 to 65535.").arg(quotable(port, 20)));
    return Endpoint{*parsedHost, static_cast<std::uint16_t>(number)};
}

QString Endpoint::toString() const
{
    const QString name = host.toString().contains(u':') ? QStringLiteral("[%1]").arg(host.toString()) : host.toString();
    return QStringLiteral("%1:%2").arg(name).arg(port);
}

} // namespace relaywright
