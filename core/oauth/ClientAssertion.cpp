// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/ClientAssertion.h"

#include "core/base/FreedBy.h"
#include "core/oauth/Base64Url.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QUuid>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace relaywright {

namespace {

constexpr int kMinBits = 2048;
constexpr int kMaxBits = 8192;
constexpr qsizetype kMaxPemOctets = 1 << 20;

using KeyPointer = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;
using CertificatePointer = std::unique_ptr<X509, FreedBy<X509_free>>;
using DigestPointer = std::unique_ptr<EVP_MD_CTX, FreedBy<EVP_MD_CTX_free>>;
using MemoryPointer = std::unique_ptr<BIO, FreedBy<BIO_free_all>>;

tl::unexpected<Error> unusable(const char *sentence)
{
    ERR_clear_error(); // what OpenSSL noted would otherwise be told of the next thing that goes wrong
    return failure(ErrorKind::InvalidInput, QString::fromLatin1(sentence));
}

/// Reads `text`, which must outlive it.
MemoryPointer memoryOf(QByteArrayView text)
{
    return MemoryPointer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// Gives OpenSSL the passphrase; without this it would ask for one on the terminal.
int passphraseFor(char *buffer, int size, int, void *passphrase)
{
    const QByteArrayView octets = static_cast<const Secret *>(passphrase)->reveal();
    if (octets.isEmpty() || octets.size() > size)
        return -1;
    std::copy(octets.begin(), octets.end(), buffer);
    return static_cast<int>(octets.size());
}

std::vector<CertificatePointer> certificatesOf(const QByteArray &pem)
{
    std::vector<CertificatePointer> certificates;
    const MemoryPointer memory = memoryOf(pem);
    Secret none;
    while (X509 *certificate = PEM_read_bio_X509(memory.get(), nullptr, passphraseFor, &none))
        certificates.emplace_back(certificate);
    ERR_clear_error(); // the end of the text is an error to OpenSSL
    return certificates;
}

QByteArray part(const QJsonObject &json)
{
    return base64Url(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

qint64 numericDate(TimePoint time) // RFC 7519 §2
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

QString dayOf(TimePoint time)
{
    return toDateTime(time).toString(QStringLiteral("yyyy-MM-dd HH:mm")) + QStringLiteral(" UTC");
}

/// A GUID of version 4 (RFC 9562 §5.4).
QString idOf(QByteArray octets)
{
    octets[6] = static_cast<char>((octets[6] & 0x0F) | 0x40);
    octets[8] = static_cast<char>((octets[8] & 0x3F) | 0x80);
    return QUuid::fromRfc4122(octets).toString(QUuid::WithoutBraces);
}

} // namespace

struct AssertionKey::Key {
    KeyPointer evp;
};

/// The only one that sees the key.
class AssertionSigner {
public:
    static QByteArray sign(const AssertionKey &key, AssertionAlgorithm algorithm, const QByteArray &data)
    {
        const DigestPointer context(EVP_MD_CTX_new());
        EVP_PKEY_CTX *rsa = nullptr; // belongs to the context
        if (EVP_DigestSignInit(context.get(), &rsa, EVP_sha256(), nullptr, key.m_key->evp.get()) != 1)
            return {};
        const bool isPss = algorithm == AssertionAlgorithm::Ps256;
        if (EVP_PKEY_CTX_set_rsa_padding(rsa, isPss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) != 1
            || (isPss && EVP_PKEY_CTX_set_rsa_mgf1_md(rsa, EVP_sha256()) != 1)
            || (isPss && EVP_PKEY_CTX_set_rsa_pss_saltlen(rsa, RSA_PSS_SALTLEN_DIGEST) != 1))
            return {};
        const auto *octets = reinterpret_cast<const unsigned char *>(data.constData());
        const auto length = static_cast<std::size_t>(data.size());
        std::size_t size = 0;
        if (EVP_DigestSign(context.get(), nullptr, &size, octets, length) != 1)
            return {};
        QByteArray signature(static_cast<qsizetype>(size), '\0');
        auto *out = reinterpret_cast<unsigned char *>(signature.data());
        if (EVP_DigestSign(context.get(), out, &size, octets, length) != 1)
            return {};
        signature.resize(static_cast<qsizetype>(size));
        return signature;
    }
};

Result<AssertionKey> AssertionKey::fromPem(const Secret &keyPem, const QByteArray &certificatesPem,
                                           const Secret &passphrase)
{
    const QByteArrayView text = keyPem.reveal();
    if (text.size() > kMaxPemOctets || certificatesPem.size() > kMaxPemOctets)
        return unusable("The key or certificate is larger than a megabyte. Choose the PEM files of this application.");
    const MemoryPointer memory = memoryOf(text);
    Secret given = passphrase;
    KeyPointer key(PEM_read_bio_PrivateKey(memory.get(), nullptr, passphraseFor, &given));
    if (!key && text.contains("ENCRYPTED"))
        return passphrase.isEmpty()
                   ? unusable("The private key is encrypted. Enter its passphrase.")
                   : unusable(
                       "The passphrase does not open the private key. Enter the one that was chosen when it was made.");
    if (!key)
        return unusable(
            "This is no private key in PEM (\"-----BEGIN PRIVATE KEY-----\"). Choose the key file that was made "
            "with the certificate.");
    const int bits = EVP_PKEY_get_bits(key.get());
    if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
        return unusable(
            "Entra takes assertions that are signed with an RSA key, and this is another kind of key. Make an RSA "
            "key and a certificate for it.");
    if (bits < kMinBits || bits > kMaxBits)
        return unusable(
            "An RSA key for Entra has 2048 to 8192 bits, and this one has not. Make a new key and certificate.");
    const auto certificates = certificatesOf(certificatesPem);
    if (certificates.empty())
        return unusable(
            "There is no certificate in PEM (\"-----BEGIN CERTIFICATE-----\"). Choose the certificate file that "
            "was uploaded to the app registration.");
    const auto found = std::find_if(certificates.begin(), certificates.end(), [&key](const CertificatePointer &one) {
        return X509_check_private_key(one.get(), key.get()) == 1;
    });
    if (found == certificates.end())
        return unusable(
            "The private key does not belong to the certificate. Choose the two files that were made together.");
    ERR_clear_error(); // certificates of the chain that are not the key's
    AssertionKey made;
    made.m_facts = factsOf(found->get());
    made.m_key = std::make_shared<const Key>(Key{std::move(key)});
    return made;
}

Result<Secret> signAssertion(const AssertionKey &key, const AssertionSubject &subject, TimePoint now,
                             const QByteArray &randomness)
{
    if (now >= key.expires())
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("The certificate ended on %1. Make a new one, upload it to the app registration, and "
                           "choose it here.")
                .arg(dayOf(key.expires())));
    if (now < key.notBefore())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The certificate is good from %1 on only. Check this computer's clock, or wait.")
                           .arg(dayOf(key.notBefore())));
    if (randomness.size() != kAssertionIdOctets)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("This computer gave too little randomness for a signed assertion. Try again."));
    QJsonObject header{{QStringLiteral("alg"), subject.algorithm == AssertionAlgorithm::Ps256
                                                   ? QStringLiteral("PS256")
                                                   : QStringLiteral("RS256")},
                       {QStringLiteral("typ"), QStringLiteral("JWT")},
                       {QStringLiteral("x5t#S256"), QString::fromLatin1(base64Url(key.sha256Thumbprint()))}};
    if (subject.namesSha1)
        header.insert(QStringLiteral("x5t"), QString::fromLatin1(base64Url(key.sha1Thumbprint())));
    const qint64 issued = numericDate(now);
    const QJsonObject claims{{QStringLiteral("aud"), subject.audience.toString(QUrl::FullyEncoded)},
                             {QStringLiteral("iss"), subject.application.toString()},
                             {QStringLiteral("sub"), subject.application.toString()},
                             {QStringLiteral("jti"), idOf(randomness)},
                             {QStringLiteral("nbf"), issued},
                             {QStringLiteral("iat"), issued},
                             {QStringLiteral("exp"), issued + std::chrono::seconds(kAssertionLife).count()}};
    const QByteArray data = part(header) + '.' + part(claims);
    const QByteArray signature = AssertionSigner::sign(key, subject.algorithm, data);
    if (signature.isEmpty()) {
        ERR_clear_error();
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("OpenSSL on this computer cannot sign with this key. Make a "
                                      "new RSA key of 2048 bits and a certificate for it."));
    }
    QByteArray assertion = data + '.' + base64Url(signature);
    return Secret(std::move(assertion));
}

} // namespace relaywright
