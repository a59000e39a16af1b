// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"
#include "core/base/Secret.h"
#include "core/session/Certificate.h"
#include "core/smtp/ClientSession.h"

#include <QByteArray>
#include <QString>

#include <chrono>
#include <map>
#include <optional>

namespace relaywright {

enum class TlsVersion { Tls10, Tls11, Tls12, Tls13 };

[[nodiscard]] QString toString(TlsVersion version); ///< contract words: tls1.0 tls1.1 tls1.2 tls1.3
[[nodiscard]] std::optional<TlsVersion> parseTlsVersion(const QString &word);

/// How TLS is spoken and what of the server's certificate is believed.
struct TlsSettings {
    /// Nothing: TLS 1.2, and the newest. A version below 1.2 lowers OpenSSL's security level to 0, without which it
    /// would refuse to speak one.
    std::optional<TlsVersion> minimum{};
    std::optional<TlsVersion> maximum{};
    QString ciphers{};              ///< OpenSSL's list; suites of TLS 1.3 (TLS_...) may stand in it; empty: its default
    QString serverName{};           ///< SNI; empty: the host name of the server (an address sends none, RFC 6066 §3)
    QString expectedName{};         ///< name that the certificate must be for; empty: as `serverName`
    QByteArray caCertificatesPem{}; ///< trusted besides the system's
    /// Accept any certificate; each fault is still noted in the transcript.
    bool insecure = false;
    std::optional<ClientIdentity> identity{}; ///< shown when the server asks for a client certificate
};

/// What is wrong with the settings before anything is tried: an impossible range of versions, ciphers that OpenSSL does
/// not know, a key it cannot use. A whole sentence; empty: nothing.
[[nodiscard]] QString tlsSettingsFault(const TlsSettings &settings);

/// A proxy between us and the server. It is given the server's name and looks it up itself.
struct ProxySettings {
    enum class Kind { Socks5, HttpConnect }; ///< RFC 1928 with RFC 1929; RFC 9110 §9.3.6
    Kind kind = Kind::Socks5;
    Endpoint proxy;
    QString user{}; ///< empty: no sign-in at the proxy
    Secret password{};
};

enum class IpFamily { Any, V4, V6 };

/// How the connection is made.
struct ConnectionSettings {
    Endpoint server;
    ClientSettings smtp{};
    TlsSettings tls{};
    IpFamily family = IpFamily::Any;
    std::optional<IpAddress> source{}; ///< local address to connect from; not together with a proxy
    std::optional<ProxySettings> proxy{};
    /// Upper bound for every wait of the conversation and for connecting (RFC 5321's own limits where shorter).
    std::chrono::milliseconds patience = std::chrono::minutes(10);
    std::chrono::milliseconds connectPatience = std::chrono::seconds(30);
    /// Shorter limits for single stages; Stage::Connect is the connection, Stage::Tls the handshake too.
    std::map<Stage, std::chrono::milliseconds> stagePatience{};
};

} // namespace relaywright
