// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/base/Secret.h"
#include "core/oauth/Base64Url.h"
#include "core/oauth/CertificateFacts.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <memory>
#include <optional>

namespace relaywright {

/// A JWT with a signature (RFC 7515 §3.1, RFC 7519), taken apart; whether the signature is good is `RsaCheckKey`'s to say.
struct JsonWebToken {
    QJsonObject header;
    QJsonObject claims;
    QByteArray signedPart; ///< header and claims as they were signed
    QByteArray signature;

    /// Error: InvalidInput for what is no JWT, is longer than 64 KiB, or nested deeper than four levels.
    [[nodiscard]] static Result<JsonWebToken> parse(const Secret &token);
    /// A NumericDate (RFC 7519 §2); nothing where it is missing or makes no sense.
    [[nodiscard]] std::optional<TimePoint> time(QStringView claim) const;
};

/// Seconds since 1970, as NumericDate wants them.
[[nodiscard]] qint64 numericDate(TimePoint time);

/// The public half of an RSA key: tells who signed. Copies share the key.
class RsaCheckKey {
public:
    /// Of the first certificate in PEM. Error: InvalidInput when there is none, or its key is no RSA key of 2048 bits or more.
    [[nodiscard]] static Result<RsaCheckKey> ofCertificate(const QByteArray &pem);

    /// By the algorithm that its header names, RS256 or PS256 (RFC 7518 §3.3, §3.5; a salt of 32 octets); false for any other,
    /// `none` too.
    [[nodiscard]] bool verifies(const JsonWebToken &token) const;
    /// Of the certificate's DER: SHA-256 and SHA-1, by which an assertion names it (`x5t#S256`, `x5t`).
    [[nodiscard]] const QByteArray &sha256Thumbprint() const { return m_facts.sha256; }
    [[nodiscard]] const QByteArray &sha1Thumbprint() const { return m_facts.sha1; }
    [[nodiscard]] TimePoint notBefore() const { return m_facts.notBefore; }
    [[nodiscard]] TimePoint expires() const { return m_facts.expires; }

private:
    friend class RsaSigningKey;
    struct Key;
    RsaCheckKey() = default;
    std::shared_ptr<const Key> m_key;
    CertificateFacts m_facts;
};

/// An RSA key of 2048 bits that lives as long as the process, made to sign tokens.
class RsaSigningKey {
public:
    /// Error: Unsupported when OpenSSL makes none.
    [[nodiscard]] static Result<RsaSigningKey> make();

    /// Names the key in headers and in a JWKS: the start of the SHA-256 of its public half.
    [[nodiscard]] const QString &id() const { return m_id; }
    /// The public half (RFC 7517 §4, RFC 7518 §6.3.1): kty, use, kid, n, e.
    [[nodiscard]] const QJsonObject &publicJwk() const { return m_jwk; }
    [[nodiscard]] const RsaCheckKey &checkKey() const { return m_check; }
    /// Signs with RS256; the header holds typ, alg and kid. Empty when OpenSSL cannot.
    [[nodiscard]] Secret sign(const QJsonObject &claims) const;

private:
    RsaSigningKey() = default;
    QString m_id;
    QJsonObject m_jwk;
    RsaCheckKey m_check; ///< holds both halves here
};

} // namespace relaywright
