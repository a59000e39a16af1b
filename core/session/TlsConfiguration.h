// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/ConnectionSettings.h"

#include <QSslConfiguration>
#include <QSslKey>

namespace relaywright {

/// What a QSslSocket needs to speak TLS as `settings` say. `authorities`: all that may vouch for the server; empty: the
/// system's, which Qt loads as it needs them.
[[nodiscard]] QSslConfiguration tlsConfiguration(const TlsSettings &settings,
                                                 const QList<QSslCertificate> &authorities);

/// The lowest version that these settings speak.
[[nodiscard]] TlsVersion lowestVersion(const TlsSettings &settings);

/// True when OpenSSL makes at least one cipher out of the list.
[[nodiscard]] bool isCipherList(const QString &ciphers);

/// Null when the key is of a kind that Qt does not take.
[[nodiscard]] QSslKey clientKey(const ClientIdentity &identity);

/// True when the certificate is for `name`, a host name or an IP address (RFC 6125 §6.4: wildcards in the first label).
[[nodiscard]] bool isCertificateFor(const QSslCertificate &certificate, const QString &name);

/// OpenSSL has one list of ciphers for TLS 1.3 and one for what came before.
struct CipherLists {
    QStringList suites; ///< TLS_AES_256_GCM_SHA384
    QStringList older;  ///< ECDHE-RSA-AES128-SHA, HIGH, @SECLEVEL=0
};
[[nodiscard]] CipherLists cipherLists(const QString &ciphers);

} // namespace relaywright
