// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Endpoint.h"

#include "core/base/Domain.h"

namespace relaywright {

Result<Host> Host::parse(const QString &text)
{
    QString trimmed = text.trimmed();
    if (trimmed.startsWith(u'[') && trimmed.endsWith(u']'))
        trimmed = trimmed.sliced(1, trimmed.size() - 2);
    if (const auto address = IpAddress::parse(trimmed))
        return Host(address->toString(), *address);
    auto name = parseDnsName(trimmed);
    if (!name)
        return tl::unexpected(name.error());
    return Host(*name, std::nullopt);
}

Result<Endpoint> Endpoint::parse(const QString &text, std::uint16_t defaultPort)
{
    const QString trimmed = text.trimmed();
    QString host = trimmed;
    QString port;
    const qsizetype colon = trimmed.lastIndexOf(u':');
    const bool bareV6 = !trimmed.startsWith(u'[') && trimmed.count(u':') > 1;
    if (colon >= 0 && !bareV6 && !trimmed.endsWith(u']')) {
        host = trimmed.left(colon);
        port = trimmed.mid(colon + 1);
    }
    auto parsedHost = Host::parse(host);
    if (!parsedHost)
        return tl::unexpected(parsedHost.error());
    if (port.isNull()) {
        if (defaultPort == 0)
            return failure(ErrorKind::InvalidInput,
                           QStringLiteral("\"%1\" has no port. Write it as host:port, such as smtp.office365.com:587.").arg(trimmed.left(80)));
        return Endpoint{*parsedHost, defaultPort};
    }
    bool ok = false;
    const uint number = port.toUInt(&ok);
    if (!ok || number > 65535)
        return failure(ErrorKind::InvalidInput, QStringLiteral("\"%1\" is not a port. Use a number from 1 to 65535.").arg(port.left(20)));
    return Endpoint{*parsedHost, static_cast<std::uint16_t>(number)};
}

QString Endpoint::toString() const
{
    const QString name = host.toString().contains(u':') ? QStringLiteral("[%1]").arg(host.toString()) : host.toString();
    return QStringLiteral("%1:%2").arg(name).arg(port);
}

} // namespace relaywright
