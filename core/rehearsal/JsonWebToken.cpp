// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/JsonWebToken.h"

#include "core/base/FreedBy.h"
#include "core/http/AnswerText.h"
#include "core/oauth/AccessToken.h"

#include <QCryptographicHash>
#include <QJsonDocument>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

namespace relaywright {

namespace {

constexpr unsigned kBits = 2048;
constexpr int kMaxDepth = 4;
constexpr qsizetype kIdChars = 27;

using CertificatePointer = std::unique_ptr<X509, FreedBy<X509_free>>;
using DigestPointer = std::unique_ptr<EVP_MD_CTX, FreedBy<EVP_MD_CTX_free>>;
using MemoryPointer = std::unique_ptr<BIO, FreedBy<BIO_free_all>>;
using NumberPointer = std::unique_ptr<BIGNUM, FreedBy<BN_free>>;

tl::unexpected<Error> noToken(const char *sentence)
{
    return failure(ErrorKind::InvalidInput, QString::fromLatin1(sentence));
}

std::optional<QJsonObject> objectOf(QByteArrayView text)
{
    const auto octets = fromBase64Url(text);
    if (!octets || isDeeperThan(*octets, kMaxDepth))
        return std::nullopt;
    const QJsonDocument document = QJsonDocument::fromJson(*octets);
    return document.isObject() ? std::optional(document.object()) : std::nullopt;
}

/// Base64urlUInt (RFC 7518 §2): big-endian, without leading zeros.
QByteArray numberOf(const EVP_PKEY *key, const char *name)
{
    BIGNUM *raw = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &raw) != 1)
        return {};
    const NumberPointer number(raw);
    QByteArray octets(BN_num_bytes(number.get()), '\0');
    BN_bn2bin(number.get(), reinterpret_cast<unsigned char *>(octets.data()));
    return base64Url(octets);
}

const unsigned char *octetsOf(const QByteArray &text)
{
    return reinterpret_cast<const unsigned char *>(text.constData());
}

} // namespace

qint64 numericDate(TimePoint time)
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

Result<JsonWebToken> JsonWebToken::parse(const Secret &token)
{
    const QByteArrayView text = token.reveal();
    if (text.size() > kMaxTokenOctets)
        return noToken("The token is longer than any token (64 KiB).");
    const qsizetype first = text.indexOf('.');
    const qsizetype second = first < 0 ? -1 : text.indexOf('.', first + 1);
    if (second < 0 || text.indexOf('.', second + 1) >= 0)
        return noToken("A signed token has three parts with a point between, and this has not.");
    const auto header = objectOf(text.first(first));
    const auto claims = objectOf(text.sliced(first + 1, second - first - 1));
    const auto signature = fromBase64Url(text.sliced(second + 1));
    if (!header || !claims || !signature)
        return noToken("A part of the token cannot be decoded.");
    return JsonWebToken{*header, *claims, text.first(second).toByteArray(), *signature};
}

std::optional<TimePoint> JsonWebToken::time(QStringView claim) const
{
    return timeOfNumericDate(claims.value(claim));
}

struct RsaCheckKey::Key {
    std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>> evp;
};

Result<RsaCheckKey> RsaCheckKey::ofCertificate(const QByteArray &pem)
{
    const MemoryPointer memory(BIO_new_mem_buf(pem.constData(), static_cast<int>(pem.size())));
    const CertificatePointer certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    if (!certificate)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("There is no certificate in PEM (\"-----BEGIN CERTIFICATE-----\"). Choose the "
                                      "certificate that the application signs with."));
    std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>> evp(X509_get_pubkey(certificate.get()));
    if (!evp || EVP_PKEY_get_base_id(evp.get()) != EVP_PKEY_RSA
        || EVP_PKEY_get_bits(evp.get()) < static_cast<int>(kBits))
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("The certificate's key is no RSA key of 2048 bits or more. Make another certificate."));
    RsaCheckKey made;
    made.m_facts = factsOf(certificate.get());
    made.m_key = std::make_shared<const Key>(Key{std::move(evp)});
    return made;
}

bool RsaCheckKey::verifies(const JsonWebToken &token) const
{
    const QString algorithm = token.header.value(u"alg").toString();
    const bool isPss = algorithm == QLatin1String("PS256");
    if (!isPss && algorithm != QLatin1String("RS256"))
        return false;
    const DigestPointer context(EVP_MD_CTX_new());
    EVP_PKEY_CTX *rsa = nullptr; // belongs to the context
    const bool isReady = EVP_DigestVerifyInit(context.get(), &rsa, EVP_sha256(), nullptr, m_key->evp.get()) == 1
                         && EVP_PKEY_CTX_set_rsa_padding(rsa, isPss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) == 1
                         && (!isPss || EVP_PKEY_CTX_set_rsa_mgf1_md(rsa, EVP_sha256()) == 1)
                         && (!isPss || EVP_PKEY_CTX_set_rsa_pss_saltlen(rsa, RSA_PSS_SALTLEN_DIGEST) == 1);
    const bool isGood =
        isReady
        && EVP_DigestVerify(context.get(), octetsOf(token.signature), static_cast<std::size_t>(token.signature.size()),
                            octetsOf(token.signedPart), static_cast<std::size_t>(token.signedPart.size()))
               == 1;
    ERR_clear_error(); // a bad signature is an error to OpenSSL
    return isGood;
}

Result<RsaSigningKey> RsaSigningKey::make()
{
    std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>> evp(EVP_RSA_gen(kBits));
    if (!evp) {
        ERR_clear_error();
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("OpenSSL could not make a key for tokens. Check how OpenSSL is set up."));
    }
    RsaSigningKey made;
    const QByteArray modulus = numberOf(evp.get(), OSSL_PKEY_PARAM_RSA_N);
    made.m_id =
        QString::fromLatin1(base64Url(QCryptographicHash::hash(modulus, QCryptographicHash::Sha256)).left(kIdChars));
    made.m_jwk = {{QStringLiteral("kty"), QStringLiteral("RSA")},
                  {QStringLiteral("use"), QStringLiteral("sig")},
                  {QStringLiteral("kid"), made.m_id},
                  {QStringLiteral("n"), QString::fromLatin1(modulus)},
                  {QStringLiteral("e"), QString::fromLatin1(numberOf(evp.get(), OSSL_PKEY_PARAM_RSA_E))}};
    made.m_check.m_key = std::make_shared<const RsaCheckKey::Key>(RsaCheckKey::Key{std::move(evp)});
    return made;
}

Secret RsaSigningKey::sign(const QJsonObject &claims) const
{
    const QJsonObject header{{QStringLiteral("typ"), QStringLiteral("JWT")},
                             {QStringLiteral("alg"), QStringLiteral("RS256")},
                             {QStringLiteral("kid"), m_id}};
    const auto part = [](const QJsonObject &json) {
        return base64Url(QJsonDocument(json).toJson(QJsonDocument::Compact));
    };
    const QByteArray data = part(header) + '.' + part(claims);
    const DigestPointer context(EVP_MD_CTX_new());
    std::size_t size = 0;
    const auto length = static_cast<std::size_t>(data.size());
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, m_check.m_key->evp.get()) != 1
        || EVP_DigestSign(context.get(), nullptr, &size, octetsOf(data), length) != 1)
        return {};
    QByteArray signature(static_cast<qsizetype>(size), '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char *>(signature.data()), &size, octetsOf(data),
                       length)
        != 1)
        return {};
    signature.resize(static_cast<qsizetype>(size));
    return Secret(QByteArray(data + '.' + base64Url(signature)));
}

} // namespace relaywright
