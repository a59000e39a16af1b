// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/ListenerIdentity.h"

#include "core/relay/PrivateFolder.h"
#include "core/session/Authority.h"
#include "core/session/PrivateFile.h"

#include <QDir>
#include <QSslCertificate>

#include <algorithm>

namespace relaywright {

namespace {

constexpr int kCertificateDays = 397;
constexpr int kAuthorityDays = 3653;

/// What a certificate in PEM says of itself; nothing when it is none.
std::optional<QSslCertificate> firstOf(const QByteArray &pem)
{
    const QList<QSslCertificate> chain = QSslCertificate::fromData(pem, QSsl::Pem);
    return chain.isEmpty() ? std::nullopt : std::optional(chain.first());
}

ListenerIdentity described(TlsIdentity tls)
{
    ListenerIdentity identity{.tls = std::move(tls)};
    if (const auto certificate = firstOf(identity.tls.certificateChainPem)) {
        identity.sha256 = certificate->digest(QCryptographicHash::Sha256).toHex();
        identity.endsAt = fromDateTime(certificate->expiryDate());
    }
    return identity;
}

QString colons(const QByteArray &hex)
{
    return QString::fromLatin1(QByteArray::fromHex(hex).toHex(':').toUpper());
}

bool isFor(const QByteArray &pem, const QStringList &names)
{
    const auto certificate = firstOf(pem);
    if (!certificate)
        return false;
    const QStringList known = certificate->subjectAlternativeNames().values();
    return std::ranges::all_of(names,
                               [&known](const QString &name) { return known.contains(name, Qt::CaseInsensitive); });
}

Result<Authority> makeAuthority(const QString &folder, TimePoint now)
{
    auto made = Authority::make(now, kAuthorityDays);
    if (!made)
        return made;
    // The key first: a certificate without its key would look like one that is there.
    if (const auto kept =
            writePrivateFile(folder + QLatin1String("/authority.key"), made->keyPem().reveal().toByteArray());
        !kept)
        return tl::unexpected(kept.error());
    if (const auto kept = writePrivateFile(ownAuthorityFile(folder), made->pem()); !kept)
        return tl::unexpected(kept.error());
    return made;
}

/// The authority that is kept, or a new one where there is none that can still sign.
Result<Authority> keptAuthority(const QString &folder, TimePoint now)
{
    auto read = Authority::read(ownAuthorityFile(folder), folder + QLatin1String("/authority.key"));
    const auto certificate = read ? firstOf(read->pem()) : std::nullopt;
    const bool lasts =
        certificate && fromDateTime(certificate->expiryDate()) > now + std::chrono::days(kCertificateDays);
    return lasts ? read : makeAuthority(folder, now);
}

} // namespace

QString ownAuthorityFile(const QString &folder)
{
    return folder + QLatin1String("/authority.pem");
}

Result<ListenerIdentity> loadListenerIdentity(const RelayListener &listener, const Secret &password)
{
    if (!listener.pkcs12File.isEmpty()) {
        const auto loaded = loadPkcs12(listener.pkcs12File, password);
        if (!loaded)
            return tl::unexpected(loaded.error());
        return described({loaded->certificateChainPem, loaded->privateKeyPem.reveal().toByteArray()});
    }
    auto loaded = loadTlsIdentity(listener.certificateFile, listener.keyFile);
    if (!loaded)
        return tl::unexpected(loaded.error());
    return described(std::move(*loaded));
}

Result<ListenerIdentity> keepOwnIdentity(const QString &folder, const QStringList &names, TimePoint now)
{
    if (auto made = ensurePrivateFolder(folder); !made)
        return tl::unexpected(made.error());
    const QString certificateFile = folder + QLatin1String("/listener.pem");
    const QString keyFile = folder + QLatin1String("/listener.key");
    if (auto kept = loadTlsIdentity(certificateFile, keyFile); kept && isFor(kept->certificateChainPem, names)) {
        ListenerIdentity identity = described(std::move(*kept));
        if (identity.endsAt > now + kRenewedBefore)
            return identity;
    }
    const auto authority = keptAuthority(folder, now);
    if (!authority)
        return tl::unexpected(authority.error());
    auto made = authority->sign(names, now, kCertificateDays);
    if (!made)
        return tl::unexpected(made.error());
    if (const auto kept = writePrivateFile(keyFile, made->privateKeyPem); !kept)
        return tl::unexpected(kept.error());
    if (const auto kept = writePrivateFile(certificateFile, made->certificateChainPem); !kept)
        return tl::unexpected(kept.error());
    ListenerIdentity identity = described(std::move(*made));
    identity.notices +=
        QStringLiteral("The relay has made itself a certificate for %1, SHA-256 %2. Devices that check certificates "
                       "must be told to trust %3.")
            .arg(names.join(QLatin1String(", ")), colons(identity.sha256),
                 QDir::toNativeSeparators(ownAuthorityFile(folder)));
    return identity;
}

} // namespace relaywright
