// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/ProxyWords.h"

#include "core/session/ConnectionWords.h"

namespace relaywright {

QString proxyName(const ProxySettings &proxy)
{
    const QLatin1String kind(proxy.kind == ProxySettings::Kind::Socks5 ? "SOCKS5" : "HTTP");
    return QStringLiteral("%1 proxy %2").arg(kind, proxy.proxy.toString());
}

QString proxyFailure(const ProxySettings &proxy, const Endpoint &server, QAbstractSocket::SocketError error,
                     const QString &reason)
{
    const QString name = proxyName(proxy);
    const QString target = server.toString();
    switch (error) {
    case QAbstractSocket::ProxyConnectionRefusedError:
        return QStringLiteral(
                   "The %1 refused the connection: nothing listens there, or a firewall rejects it. Check the "
                   "proxy's name and port.")
            .arg(name);
    case QAbstractSocket::ProxyNotFoundError:
        return QStringLiteral("The %1 was not found: DNS does not know its name. Check its spelling.").arg(name);
    case QAbstractSocket::ProxyConnectionTimeoutError:
        return QStringLiteral("The %1 did not answer in time. Check the proxy's name and port.").arg(name);
    case QAbstractSocket::ProxyConnectionClosedError:
        return QStringLiteral(
                   "The %1 closed the connection before it had answered. Is it of this kind (SOCKS5 or HTTP), "
                   "and does it know this computer?")
            .arg(name);
    case QAbstractSocket::ProxyAuthenticationRequiredError:
        return proxy.user.isEmpty()
                   ? QStringLiteral("The %1 wants a sign-in. Enter its user name and password.").arg(name)
                   : QStringLiteral("The %1 did not take the user name %2 with this password. Check both.")
                         .arg(name, proxy.user);
    case QAbstractSocket::ProxyProtocolError:
        return QStringLiteral("The %1 did not answer as such a proxy does (%2). Is it of this kind (SOCKS5 or HTTP)?")
            .arg(name, reason);
    case QAbstractSocket::SocketAccessError:
        return QStringLiteral("The %1 does not allow a connection to %2. Ask its keeper to allow this server and port.")
            .arg(name, target);
    case QAbstractSocket::HostNotFoundError:
        if (proxy.kind == ProxySettings::Kind::Socks5) // Qt tells its answers 1, 2 and 4 not apart
            return QStringLiteral(
                       "The %1 does not find the name %2, or does not allow a connection to it. Check the spelling, "
                       "and ask the proxy's keeper.")
                .arg(name, server.host.toString());
        return QStringLiteral("The %1 does not find the name %2. Check its spelling.")
            .arg(name, server.host.toString());
    case QAbstractSocket::ConnectionRefusedError:
        return QStringLiteral(
                   "The %1 could not connect to %2: the server, or a firewall behind the proxy, refused it. Check "
                   "the name and the port (25, 587 or 465).")
            .arg(name, target);
    case QAbstractSocket::NetworkError:
        return QStringLiteral("The %1 has no way through its network to %2. Ask its keeper.").arg(name, target);
    default:
        return QStringLiteral(
                   "The connection to %1 through the %2 failed: %3. Ask the proxy's keeper what its log says.")
            .arg(target, name, reason);
    }
}

QString proxyTimeout(const ProxySettings &proxy, const Endpoint &server, std::chrono::milliseconds waited)
{
    return QStringLiteral(
               "The %1 did not answer within %2, or could not reach %3 in that time. Check the proxy's name and "
               "port, and ask its keeper whether it may connect there.")
        .arg(proxyName(proxy), seconds(waited), server.toString());
}

QString bindFailure(const IpAddress &source, const QString &reason)
{
    return QStringLiteral("The connection cannot be made from %1 (%2). Choose an address that this computer has.")
        .arg(source.toString(), reason);
}

} // namespace relaywright
