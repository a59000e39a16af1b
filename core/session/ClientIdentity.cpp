// SPDX-License-Identifier: GPL-3.0-or-later
// What a client shows when a server asks for a certificate, out of the forms in which people have it.
#include "core/session/Certificate.h"
#include "core/session/OpensslFiles.h"

#include <QSslCertificate>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>

#include <cstring>

namespace relaywright {

namespace {

using ContextPtr = std::unique_ptr<OSSL_LIB_CTX, FreedBy<OSSL_LIB_CTX_free>>;
using ProviderPtr = std::unique_ptr<OSSL_PROVIDER, FreedBy<OSSL_PROVIDER_unload>>;
using Pkcs12Ptr = std::unique_ptr<PKCS12, FreedBy<PKCS12_free>>;

void freeStack(STACK_OF(X509) * stack)
{
    sk_X509_pop_free(stack, X509_free);
}
using StackPtr = std::unique_ptr<STACK_OF(X509), FreedBy<freeStack>>;

struct Passphrase {
    QByteArrayView octets;
    bool wasAsked = false;
};

int givePassphrase(char *buffer, int size, int, void *data)
{
    auto *passphrase = static_cast<Passphrase *>(data);
    passphrase->wasAsked = true;
    const qsizetype length = passphrase->octets.size();
    if (length == 0 || length > size)
        return -1;
    std::memcpy(buffer, passphrase->octets.data(), static_cast<std::size_t>(length));
    return static_cast<int>(length);
}

tl::unexpected<Error> noPassphraseGiven(const QString &file)
{
    return failure(ErrorKind::Denied, QStringLiteral("The key in %1 has a passphrase. Give it.").arg(file));
}

tl::unexpected<Error> wrongPassphrase(const QString &file)
{
    return failure(ErrorKind::Denied,
                   QStringLiteral("The passphrase does not open the key in %1. Enter it again.").arg(file));
}

std::vector<CertificatePtr> readCertificates(const QByteArray &octets)
{
    std::vector<CertificatePtr> chain = readCertificatesPem(octets);
    if (!chain.empty())
        return chain;
    const BioPtr bio = memoryBio(octets);
    if (X509 *certificate = d2i_X509_bio(bio.get(), nullptr))
        chain.emplace_back(certificate);
    ERR_clear_error();
    return chain;
}

Result<KeyPtr> readKey(const Secret &keyFile, const QString &file, const Secret &secret)
{
    const QByteArrayView octets = keyFile.reveal();
    Passphrase passphrase{secret.reveal()};
    using Reader = EVP_PKEY *(*)(BIO *, EVP_PKEY **, pem_password_cb *, void *);
    for (const Reader reader : {Reader(PEM_read_bio_PrivateKey), Reader(d2i_PKCS8PrivateKey_bio)}) {
        const BioPtr bio = memoryBio(octets);
        if (EVP_PKEY *key = reader(bio.get(), nullptr, &givePassphrase, &passphrase))
            return KeyPtr(key);
    }
    const BioPtr bio = memoryBio(octets);
    KeyPtr plain(d2i_PrivateKey_bio(bio.get(), nullptr));
    ERR_clear_error();
    if (plain)
        return plain;
    if (passphrase.wasAsked)
        return secret.isEmpty() ? noPassphraseGiven(file) : wrongPassphrase(file);
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("%1 holds no private key in PEM or DER form. Export the key again.").arg(file));
}

ClientIdentity identityOf(const std::vector<CertificatePtr> &chain, EVP_PKEY *key)
{
    ClientIdentity identity;
    for (const CertificatePtr &certificate : chain)
        identity.certificateChainPem += toPem(certificate.get());
    identity.privateKeyPem = Secret(toPem(key));
    return identity;
}

bool belongTogether(X509 *certificate, EVP_PKEY *key)
{
    const bool fit = X509_check_private_key(certificate, key) == 1;
    ERR_clear_error();
    return fit;
}

/// A library context of its own that knows RC2 as well: the old ciphers that such files use shall not be there for the
/// rest of the program. Its providers go before it: freeing it does not unload them.
struct OldCiphers {
    OldCiphers() : context(OSSL_LIB_CTX_new())
    {
        if (context) {
            standard.reset(OSSL_PROVIDER_load(context.get(), "default"));
            legacy.reset(OSSL_PROVIDER_load(context.get(), "legacy")); // not everywhere; then old files stay closed
        }
        ERR_clear_error();
    }
    ContextPtr context;
    ProviderPtr standard;
    ProviderPtr legacy;
};

} // namespace

Result<ClientIdentity> loadClientIdentity(const QString &certificateFile, const QString &keyFile,
                                          const Secret &passphrase)
{
    const auto certificateOctets = readKeyFile(certificateFile, QStringLiteral("certificate"));
    if (!certificateOctets)
        return tl::unexpected(certificateOctets.error());
    auto keyOctets = readKeyFile(keyFile, QStringLiteral("key"));
    if (!keyOctets)
        return tl::unexpected(keyOctets.error());
    const Secret keyFileOctets(std::move(*keyOctets));
    const auto chain = readCertificates(*certificateOctets);
    if (chain.empty())
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("%1 holds no certificate in PEM or DER form. A .pfx or .p12 file is given in place of "
                           "certificate and key.")
                .arg(certificateFile));
    const auto key = readKey(keyFileOctets, keyFile, passphrase);
    if (!key)
        return tl::unexpected(key.error());
    if (!belongTogether(chain.front().get(), key->get()))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The key in %1 does not belong to the first certificate in %2. The client's own "
                                      "certificate must come first.")
                           .arg(keyFile, certificateFile));
    return identityOf(chain, key->get());
}

Result<ClientIdentity> loadPkcs12(const QString &file, const Secret &passphrase)
{
    auto read = readKeyFile(file, QStringLiteral("PKCS#12"));
    if (!read)
        return tl::unexpected(read.error());
    const Secret octets(std::move(*read)); // it may have no passphrase
    const OldCiphers old;
    const BioPtr bio = memoryBio(octets.reveal());
    PKCS12 *reading = old.context ? PKCS12_init_ex(NID_pkcs7_data, old.context.get(), nullptr) : nullptr;
    if (reading && !d2i_PKCS12_bio(bio.get(), &reading)) {
        PKCS12_free(reading); // null where the reader has freed it; it does not when it could not begin
        reading = nullptr;
    }
    const Pkcs12Ptr pkcs12(reading);
    ERR_clear_error();
    if (!pkcs12)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("%1 is no PKCS#12 file (.pfx, .p12). Export the certificate again with its private "
                           "key.")
                .arg(file));
    QByteArray phrase = passphrase.reveal().toByteArray();
    const bool opens = PKCS12_verify_mac(pkcs12.get(), phrase.constData(), -1) == 1
                       || PKCS12_mac_present(pkcs12.get()) == 0
                       || (phrase.isEmpty() && PKCS12_verify_mac(pkcs12.get(), nullptr, 0) == 1);
    EVP_PKEY *keyFound = nullptr;
    X509 *certificateFound = nullptr;
    STACK_OF(X509) *othersFound = nullptr;
    const bool parsed =
        opens && PKCS12_parse(pkcs12.get(), phrase.constData(), &keyFound, &certificateFound, &othersFound) == 1;
    wipe(phrase);
    ERR_clear_error();
    const KeyPtr key(keyFound);
    const StackPtr others(othersFound);
    std::vector<CertificatePtr> chain;
    chain.emplace_back(certificateFound);
    if (!opens)
        return passphrase.isEmpty() ? noPassphraseGiven(file) : wrongPassphrase(file);
    if (!parsed)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("%1 cannot be read: it uses a cipher that OpenSSL on this computer does not have. "
                           "Export it again with AES.")
                .arg(file));
    if (!key || !chain.front())
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("%1 holds no private key with its certificate. Export the certificate again, with the "
                           "private key.")
                .arg(file));
    for (int i = 0; others && i < sk_X509_num(others.get()); ++i)
        chain.emplace_back(X509_dup(sk_X509_value(others.get(), i)));
    return identityOf(chain, key.get());
}

Result<ClientIdentity> loadClientIdentity(const ClientCertificateFiles &files, const Secret &passphrase)
{
    if (!files.pkcs12File.isEmpty())
        return loadPkcs12(files.pkcs12File, passphrase);
    // Both often stand in one file.
    const QString &key = files.keyFile.isEmpty() ? files.certificateFile : files.keyFile;
    return loadClientIdentity(files.certificateFile, key, passphrase);
}

std::optional<TimePoint> endOfCertificate(const QByteArray &pem)
{
    const QList<QSslCertificate> chain = QSslCertificate::fromData(pem, QSsl::Pem);
    return chain.isEmpty() ? std::nullopt : std::optional(fromDateTime(chain.first().expiryDate()));
}

} // namespace relaywright
