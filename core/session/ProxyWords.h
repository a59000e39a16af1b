// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/ConnectionSettings.h"

#include <QAbstractSocket>

namespace relaywright {

/// `SOCKS5 proxy proxy.example.com:1080`.
[[nodiscard]] QString proxyName(const ProxySettings &proxy);

/// Why there is no connection to `server` through the proxy, with who is to be asked: a whole sentence or two. `reason` is
/// Qt's own text, used where we have no better one. The proxy's password is in none of them.
[[nodiscard]] QString proxyFailure(const ProxySettings &proxy, const Endpoint &server,
                                   QAbstractSocket::SocketError error, const QString &reason);

[[nodiscard]] QString proxyTimeout(const ProxySettings &proxy, const Endpoint &server,
                                   std::chrono::milliseconds waited);

/// The local address cannot be used.
[[nodiscard]] QString bindFailure(const IpAddress &source, const QString &reason);

} // namespace relaywright
