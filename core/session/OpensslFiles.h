// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/FreedBy.h"
#include "core/base/Result.h"

#include <QByteArray>
#include <QString>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <vector>

namespace relaywright {

// Keys and certificates as OpenSSL holds them, for Certificate and ClientIdentity only.

using BioPtr = std::unique_ptr<BIO, FreedBy<BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, FreedBy<X509_free>>;

/// Reads `text`, which must outlive it.
[[nodiscard]] BioPtr memoryBio(QByteArrayView text);
[[nodiscard]] QByteArray toPem(X509 *certificate);
/// PKCS#8 without a passphrase, made in memory that is wiped.
[[nodiscard]] QByteArray toPem(EVP_PKEY *key);

/// A service cannot be asked for a passphrase, and OpenSSL must not ask at a terminal.
int noPassphrase(char *, int, int, void *);

[[nodiscard]] std::vector<CertificatePtr> readCertificatesPem(const QByteArray &pem);

/// At most a megabyte of the file. `what` names it in the sentence: "certificate", "key". Error: NotFound, Denied.
[[nodiscard]] Result<QByteArray> readKeyFile(const QString &name, const QString &what);

} // namespace relaywright
