// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/base/Secret.h"

#include <QByteArray>
#include <QByteArrayView>

#include <memory>

namespace relaywright {

/// Words: rsa ed25519.
enum class DkimAlgorithm { Rsa, Ed25519 };

/// A private key for DKIM with its public half (RFC 6376 §3.3, RFC 8463). Copies share the key; OpenSSL wipes it when the
/// last one goes.
class DkimKeyPair {
public:
    /// RSA of 2048 bits or Ed25519, from the system's randomness. Error: Unsupported when OpenSSL cannot.
    [[nodiscard]] static Result<DkimKeyPair> generate(DkimAlgorithm algorithm);
    /// A PEM private key without a passphrase (PKCS#8, or PKCS#1 as older tools write it). Error: InvalidInput when it is
    /// none, is encrypted, or is neither Ed25519 nor RSA of 1024 to 8192 bits (RFC 8301 §3.2: shorter ones prove nothing).
    /// The sentence never repeats the text.
    [[nodiscard]] static Result<DkimKeyPair> fromPem(const Secret &pem);

    [[nodiscard]] DkimAlgorithm algorithm() const { return m_algorithm; }
    [[nodiscard]] int bits() const;
    /// PKCS#8.
    [[nodiscard]] Secret toPem() const;
    /// What `p=` of the DNS record is the base64 of: SubjectPublicKeyInfo, or the 32 octets of an Ed25519 key.
    [[nodiscard]] QByteArray publicKey() const;
    /// `v=DKIM1; k=rsa; p=...`, the text of the TXT record.
    [[nodiscard]] QByteArray record() const;
    /// Signs `data` as `a=` says: PKCS #1 v1.5 over its SHA-256, or Ed25519 over that hash (RFC 8463 §3). Empty when
    /// OpenSSL fails.
    [[nodiscard]] QByteArray sign(QByteArrayView data) const;
    /// `rsa-sha256` or `ed25519-sha256`.
    [[nodiscard]] QByteArray algorithmTag() const;

private:
    struct Key;
    DkimKeyPair(std::shared_ptr<const Key> key, DkimAlgorithm algorithm);
    std::shared_ptr<const Key> m_key;
    DkimAlgorithm m_algorithm;
};

/// The octets of SHA-256 over what is added.
class Sha256 {
public:
    Sha256();
    void add(QByteArrayView octets);
    /// Once.
    [[nodiscard]] QByteArray finish();

private:
    struct State;
    std::shared_ptr<State> m_state;
};

} // namespace relaywright
