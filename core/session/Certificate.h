// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/base/Secret.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <optional>

namespace relaywright {

/// A certificate chain and its key, PEM.
struct TlsIdentity {
    QByteArray certificateChainPem;
    QByteArray privateKeyPem;
};

/// Reads PEM files. Error: NotFound, InvalidInput (no certificate, no key, they do not belong together), naming the file.
[[nodiscard]] Result<TlsIdentity> loadTlsIdentity(const QString &certificateFile, const QString &keyFile);

/// What a client shows when a server asks for a certificate: the chain, its own first, and the key without a passphrase.
struct ClientIdentity {
    QByteArray certificateChainPem;
    Secret privateKeyPem;
};

/// Reads a certificate (PEM, or one certificate as DER) and its key (PEM or DER; `passphrase` where it has one). Both may
/// be the same file. Error: NotFound, Denied (cannot be read, or the passphrase is missing or wrong), InvalidInput.
[[nodiscard]] Result<ClientIdentity> loadClientIdentity(const QString &certificateFile, const QString &keyFile,
                                                        const Secret &passphrase);

/// Reads a PKCS#12 file (.pfx, .p12; RFC 7292), also of the old kind with RC2 where OpenSSL still has it. Errors as above.
[[nodiscard]] Result<ClientIdentity> loadPkcs12(const QString &file, const Secret &passphrase);

/// Where a client certificate is kept. Either PEM (certificate, key) or one PKCS#12 file.
struct ClientCertificateFiles {
    QString certificateFile{};
    QString keyFile{}; ///< empty: the key stands in `certificateFile`, too
    QString pkcs12File{};
    std::optional<SecretRef> password{}; ///< of the key, or of the PKCS#12 file
    bool operator==(const ClientCertificateFiles &) const = default;
    [[nodiscard]] bool isEmpty() const { return certificateFile.isEmpty() && pkcs12File.isEmpty(); }
};
/// What the files hold, which are not empty; `passphrase` is what `password` refers to. Errors as above.
[[nodiscard]] Result<ClientIdentity> loadClientIdentity(const ClientCertificateFiles &files, const Secret &passphrase);

/// When the first certificate of `pem` ends; nothing when there is none.
[[nodiscard]] std::optional<TimePoint> endOfCertificate(const QByteArray &pem);

/// A self-made authority and a server certificate signed by it, EC P-256, valid from a day before `now` for `days`, the
/// authority for `authorityDays`.
/// `names` become subject alternative names (DNS or IP). Error: TlsFailed when OpenSSL refuses.
struct MadeIdentity {
    TlsIdentity server;
    QByteArray authorityPem; ///< give this to clients
};
[[nodiscard]] Result<MadeIdentity> makeIdentity(const QStringList &names, TimePoint now, int days = 397,
                                                int authorityDays = 397);
/// The same, signed by nobody but itself: no client trusts it.
[[nodiscard]] Result<TlsIdentity> makeSelfSigned(const QStringList &names, TimePoint now, int days = 397);

} // namespace relaywright
