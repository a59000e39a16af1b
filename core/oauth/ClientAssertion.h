// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/oauth/CertificateFacts.h"
#include "core/oauth/TokenRequest.h"

#include <QByteArray>

#include <memory>

namespace relaywright {

/// An RSA key with its certificate, by which an application proves to Entra who it is. Copies share the key; OpenSSL wipes
/// it when the last one goes.
class AssertionKey {
public:
    /// `keyPem` is PKCS#8, perhaps encrypted with `passphrase`, or PKCS#1; `certificatesPem` holds its certificate, perhaps
    /// among others of the chain. Error: InvalidInput when there is no key or no certificate in them, the passphrase is
    /// missing or wrong, the key is not RSA of 2048 to 8192 bits, or no certificate belongs to it. No sentence holds a
    /// piece of the texts.
    [[nodiscard]] static Result<AssertionKey> fromPem(const Secret &keyPem, const QByteArray &certificatesPem,
                                                      const Secret &passphrase = {});

    /// Of the certificate's DER: by these Entra finds the public key that was uploaded. 32 and 20 octets.
    [[nodiscard]] const QByteArray &sha256Thumbprint() const { return m_facts.sha256; }
    [[nodiscard]] const QByteArray &sha1Thumbprint() const { return m_facts.sha1; }
    [[nodiscard]] TimePoint notBefore() const { return m_facts.notBefore; }
    [[nodiscard]] TimePoint expires() const { return m_facts.expires; }

private:
    friend class AssertionSigner;
    struct Key;
    AssertionKey() = default;
    std::shared_ptr<const Key> m_key;
    CertificateFacts m_facts;
};

/// RFC 7518 §3.5 (RSASSA-PSS, SHA-256, a salt of 32 octets), which Microsoft asks for, and §3.3 (PKCS #1 v1.5), which it
/// asked for before and other services still do.
enum class AssertionAlgorithm { Ps256, Rs256 };

/// What an assertion is for.
struct AssertionSubject {
    QUrl audience; ///< IdentityService::tokenUrl
    ApplicationId application;
    AssertionAlgorithm algorithm = AssertionAlgorithm::Ps256;
    /// Also names the certificate by SHA-1 (`x5t`), as older services find it (AD FS; Entra's documentation until 2024).
    bool namesSha1 = false;
};

constexpr qsizetype kAssertionIdOctets = 16;
/// Microsoft: five to ten minutes. Each request gets an assertion of its own.
constexpr std::chrono::minutes kAssertionLife{10};

/// A JWT that the application signed (RFC 7521 §4.2, RFC 7523 §3; Microsoft identity platform, "Application authentication
/// certificate credentials"): header alg, typ, `x5t#S256`; claims aud, iss and sub (the application id), jti, nbf, iat, exp.
/// `randomness` is kAssertionIdOctets for its id, which no other assertion has.
/// Error: InvalidInput when the certificate is not good yet or no longer, or there is too little randomness; Unsupported
/// when OpenSSL cannot sign.
[[nodiscard]] Result<Secret> signAssertion(const AssertionKey &key, const AssertionSubject &subject, TimePoint now,
                                           const QByteArray &randomness);

} // namespace relaywright
