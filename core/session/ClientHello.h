// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>
#include <vector>

namespace relaywright {

/// What a client offered when it began TLS, whether the handshake succeeded or not (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2).
struct ClientHello {
    std::vector<std::uint16_t> versions; ///< newest first, none twice: 0x0304 is TLS 1.3, 0x0300 SSL 3
    std::vector<std::uint16_t> ciphers;  ///< suites in the client's order
    QString serverName;                  ///< SNI, printable; empty: none
    [[nodiscard]] std::uint16_t newest() const { return versions.empty() ? 0 : versions.front(); }
    bool operator==(const ClientHello &) const = default;
};

enum class ClientHelloState {
    Incomplete, ///< more octets are needed
    NotTls,     ///< these octets begin no handshake
    Complete,
};

/// How far `octets`, the first that a client sent, are a ClientHello in one record (at most 16 KiB).
[[nodiscard]] ClientHelloState clientHelloState(QByteArrayView octets);

/// Reads it. Values that only test the server's tolerance (GREASE, RFC 8701) are left out. A client that knows no
/// `supported_versions` offers all from SSL 3 up to the version it names; what lies below cannot be known, so only that one
/// stands in `versions`. The old form of SSL 2 that names a newer version is read too. Nothing when it is cut off or no
/// ClientHello.
[[nodiscard]] std::optional<ClientHello> parseClientHello(QByteArrayView octets);

/// `TLS 1.2`, `SSL 3`; others as `0x0305`.
[[nodiscard]] QString tlsVersionName(std::uint16_t version);

} // namespace relaywright
