// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/Certificate.h"

#include "core/base/Domain.h"
#include "core/base/IpAddress.h"
#include "core/session/Authority.h"
#include "core/session/OpensslFiles.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>
#include <vector>

namespace relaywright {

namespace {

using ExtensionPtr = std::unique_ptr<X509_EXTENSION, FreedBy<X509_EXTENSION_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, FreedBy<GENERAL_NAMES_free>>;

constexpr std::size_t kSerialOctets = 16;
constexpr qsizetype kMaxCommonNameChars = 64; // X.520 ub-common-name

tl::unexpected<Error> opensslFailure(const QString &doing)
{
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    ERR_clear_error();
    return failure(ErrorKind::TlsFailed,
                   QStringLiteral("OpenSSL could not %1: %2.").arg(doing, QString::fromLatin1(text.data())));
}

bool addExtension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

/// Built name by name, never as text: a comma in a name cannot become another name.
Result<NamesPtr> alternativeNames(const QStringList &names)
{
    NamesPtr list(GENERAL_NAMES_new());
    for (const QString &name : names) {
        GENERAL_NAME *entry = GENERAL_NAME_new();
        sk_GENERAL_NAME_push(list.get(), entry);
        if (const auto ip = IpAddress::parse(name)) {
            ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
            ASN1_OCTET_STRING_set(octets, ip->octets().data(), ip->bits() / 8);
            GENERAL_NAME_set0_value(entry, GEN_IPADD, octets);
            continue;
        }
        const bool wildcard = name.startsWith(QLatin1String("*."));
        const auto dns = parseDnsName(wildcard ? name.mid(2) : name);
        if (!dns)
            return failure(ErrorKind::InvalidInput, dns.error().detail);
        const QByteArray ascii = (wildcard ? QStringLiteral("*.") + *dns : *dns).toLatin1();
        ASN1_IA5STRING *text = ASN1_IA5STRING_new();
        ASN1_STRING_set(text, ascii.constData(), static_cast<int>(ascii.size()));
        GENERAL_NAME_set0_value(entry, GEN_DNS, text);
    }
    return list;
}

bool setSerial(X509 *certificate)
{
    // RFC 5280 §4.1.2.2: positive, at most 20 octets; CA/B asks for 64 random bits at least.
    std::array<unsigned char, kSerialOctets> octets{};
    if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1)
        return false;
    octets[0] = static_cast<unsigned char>((octets[0] & 0x7f) | 0x40);
    const std::unique_ptr<BIGNUM, FreedBy<BN_free>> number(
        BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr));
    return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

struct Validity {
    std::time_t from;
    std::time_t to;
};

CertificatePtr newCertificate(const QString &commonName, EVP_PKEY *key, Validity validity)
{
    CertificatePtr certificate(X509_new());
    const QByteArray name = commonName.left(kMaxCommonNameChars).toUtf8();
    const bool made =
        certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1 && setSerial(certificate.get())
        && ASN1_TIME_set(X509_getm_notBefore(certificate.get()), validity.from)
        && ASN1_TIME_set(X509_getm_notAfter(certificate.get()), validity.to)
        && X509_set_pubkey(certificate.get(), key) == 1
        && X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char *>(name.constData()),
                                      static_cast<int>(name.size()), -1, 0)
               == 1;
    return made ? std::move(certificate) : nullptr;
}

CertificatePtr makeAuthority(EVP_PKEY *key, Validity validity)
{
    // A name of its own for each one: two trusted authorities of one name and different keys confuse path building.
    std::array<unsigned char, 4> tag{};
    if (RAND_bytes(tag.data(), static_cast<int>(tag.size())) != 1)
        return nullptr;
    const QByteArray hex =
        QByteArray(reinterpret_cast<const char *>(tag.data()), static_cast<qsizetype>(tag.size())).toHex();
    CertificatePtr authority =
        newCertificate(QStringLiteral("Relaywright local authority ") + QString::fromLatin1(hex), key, validity);
    const bool made =
        authority && X509_set_issuer_name(authority.get(), X509_get_subject_name(authority.get())) == 1
        && addExtension(authority.get(), authority.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
        && addExtension(authority.get(), authority.get(), NID_key_usage, "critical,keyCertSign,cRLSign")
        && addExtension(authority.get(), authority.get(), NID_subject_key_identifier, "hash")
        && X509_sign(authority.get(), key, EVP_sha256()) > 0;
    return made ? std::move(authority) : nullptr;
}

struct Issuer {
    X509 *certificate; ///< nullptr: the certificate itself
    EVP_PKEY *key;
};

CertificatePtr makeServer(const QString &commonName, const GENERAL_NAMES *names, EVP_PKEY *key, Issuer issuer,
                          Validity validity)
{
    CertificatePtr server = newCertificate(commonName, key, validity);
    X509 *const by = issuer.certificate ? issuer.certificate : server.get();
    const bool made = server && X509_set_issuer_name(server.get(), X509_get_subject_name(by)) == 1
                      && addExtension(server.get(), by, NID_basic_constraints, "critical,CA:FALSE")
                      && addExtension(server.get(), by, NID_key_usage, "critical,digitalSignature")
                      && addExtension(server.get(), by, NID_ext_key_usage, "serverAuth")
                      && addExtension(server.get(), by, NID_subject_key_identifier, "hash")
                      && addExtension(server.get(), by, NID_authority_key_identifier, "keyid:always")
                      && X509_add1_ext_i2d(server.get(), NID_subject_alt_name, const_cast<GENERAL_NAMES *>(names), 0,
                                           X509V3_ADD_DEFAULT)
                             == 1
                      && X509_sign(server.get(), issuer.key, EVP_sha256()) > 0;
    return made ? std::move(server) : nullptr;
}

Validity validityFrom(TimePoint now, int days)
{
    constexpr std::time_t kDay = 24 * 60 * 60;
    const auto seconds =
        static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
    return {seconds - kDay, seconds + days * kDay};
}

tl::unexpected<Error> noName()
{
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("A certificate needs at least one host name or IP address."));
}

} // namespace

Result<TlsIdentity> loadTlsIdentity(const QString &certificateFile, const QString &keyFile)
{
    const auto certificateText = readKeyFile(certificateFile, QStringLiteral("certificate"));
    if (!certificateText)
        return tl::unexpected(certificateText.error());
    auto keyText = readKeyFile(keyFile, QStringLiteral("key"));
    if (!keyText)
        return tl::unexpected(keyText.error());
    const Secret keyFileOctets(std::move(*keyText));
    const auto chain = readCertificatesPem(*certificateText);
    if (chain.empty())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("%1 holds no certificate in PEM form. Save the certificate as "
                                      "\"Base64-encoded X.509\".")
                           .arg(certificateFile));
    const BioPtr keyBio = memoryBio(keyFileOctets.reveal());
    const KeyPtr key(PEM_read_bio_PrivateKey(keyBio.get(), nullptr, &noPassphrase, nullptr));
    ERR_clear_error();
    if (!key)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("%1 holds no private key in PEM form without a passphrase. Export "
                                      "the key without one.")
                           .arg(keyFile));
    if (X509_check_private_key(chain.front().get(), key.get()) != 1) {
        ERR_clear_error();
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The key in %1 does not belong to the first certificate in %2. The "
                                      "server's own certificate must come first.")
                           .arg(keyFile, certificateFile));
    }
    TlsIdentity identity;
    for (const CertificatePtr &certificate : chain)
        identity.certificateChainPem += toPem(certificate.get());
    identity.privateKeyPem = toPem(key.get());
    return identity;
}

Result<Authority> Authority::make(TimePoint now, int days)
{
    const KeyPtr key(EVP_EC_gen("P-256"));
    if (!key)
        return opensslFailure(QStringLiteral("make a key"));
    const CertificatePtr authority = makeAuthority(key.get(), validityFrom(now, days));
    if (!authority)
        return opensslFailure(QStringLiteral("make a certificate authority"));
    return Authority(toPem(authority.get()), Secret(toPem(key.get())));
}

Result<Authority> Authority::read(const QString &certificateFile, const QString &keyFile)
{
    auto identity = loadTlsIdentity(certificateFile, keyFile);
    if (!identity)
        return tl::unexpected(identity.error());
    return Authority(identity->certificateChainPem, Secret(std::move(identity->privateKeyPem)));
}

Result<TlsIdentity> Authority::sign(const QStringList &names, TimePoint now, int days) const
{
    if (names.isEmpty())
        return noName();
    const auto sans = alternativeNames(names);
    if (!sans)
        return tl::unexpected(sans.error());
    const auto own = readCertificatesPem(m_pem);
    const BioPtr keyBio = memoryBio(m_keyPem.reveal());
    const KeyPtr ownKey(PEM_read_bio_PrivateKey(keyBio.get(), nullptr, &noPassphrase, nullptr));
    const KeyPtr serverKey(EVP_EC_gen("P-256"));
    if (own.empty() || !ownKey || !serverKey)
        return opensslFailure(QStringLiteral("make a key"));
    const CertificatePtr server = makeServer(names.first(), sans->get(), serverKey.get(),
                                             {own.front().get(), ownKey.get()}, validityFrom(now, days));
    if (!server)
        return opensslFailure(QStringLiteral("make a certificate"));
    return TlsIdentity{toPem(server.get()) + m_pem, toPem(serverKey.get())};
}

Result<MadeIdentity> makeIdentity(const QStringList &names, TimePoint now, int days, int authorityDays)
{
    const auto authority = Authority::make(now, authorityDays);
    if (!authority)
        return tl::unexpected(authority.error());
    auto server = authority->sign(names, now, days);
    if (!server)
        return tl::unexpected(server.error());
    return MadeIdentity{std::move(*server), authority->pem()};
}

Result<TlsIdentity> makeSelfSigned(const QStringList &names, TimePoint now, int days)
{
    if (names.isEmpty())
        return noName();
    const auto sans = alternativeNames(names);
    if (!sans)
        return tl::unexpected(sans.error());
    const KeyPtr key(EVP_EC_gen("P-256"));
    if (!key)
        return opensslFailure(QStringLiteral("make a key"));
    const CertificatePtr alone =
        makeServer(names.first(), sans->get(), key.get(), {nullptr, key.get()}, validityFrom(now, days));
    if (!alone)
        return opensslFailure(QStringLiteral("make a certificate"));
    return TlsIdentity{toPem(alone.get()), toPem(key.get())};
}

} // namespace relaywright
