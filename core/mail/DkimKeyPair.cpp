// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/DkimKeyPair.h"

#include "core/base/FreedBy.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <utility>

namespace relaywright {

namespace {

constexpr int kRsaBits = 2048;
constexpr int kMinRsaBits = 1024;
constexpr int kMaxRsaBits = 8192; // a check of a larger one would take a receiver too long

using KeyPointer = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;
using DigestPointer = std::unique_ptr<EVP_MD_CTX, FreedBy<EVP_MD_CTX_free>>;
using MemoryPointer = std::unique_ptr<BIO, FreedBy<BIO_free_all>>;

const unsigned char *octetsOf(QByteArrayView view)
{
    return reinterpret_cast<const unsigned char *>(view.data());
}

/// No key of ours has a passphrase; without this OpenSSL would ask for one on the terminal.
int noPassphrase(char *, int, int, void *)
{
    return -1;
}

} // namespace

struct DkimKeyPair::Key {
    KeyPointer evp;
};

struct Sha256::State {
    DigestPointer context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : m_state(std::make_shared<State>())
{
    EVP_DigestInit_ex(m_state->context.get(), EVP_sha256(), nullptr);
}

void Sha256::add(QByteArrayView octets)
{
    EVP_DigestUpdate(m_state->context.get(), octets.data(), static_cast<std::size_t>(octets.size()));
}

QByteArray Sha256::finish()
{
    QByteArray hash(32, '\0');
    EVP_DigestFinal_ex(m_state->context.get(), reinterpret_cast<unsigned char *>(hash.data()), nullptr);
    return hash;
}

DkimKeyPair::DkimKeyPair(std::shared_ptr<const Key> key, DkimAlgorithm algorithm)
    : m_key(std::move(key)), m_algorithm(algorithm)
{
}

Result<DkimKeyPair> DkimKeyPair::generate(DkimAlgorithm algorithm)
{
    KeyPointer made(algorithm == DkimAlgorithm::Rsa ? EVP_RSA_gen(static_cast<unsigned>(kRsaBits))
                                                    : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    if (!made)
        return failure(ErrorKind::Unsupported, QStringLiteral("OpenSSL on this computer cannot make such a key."));
    return DkimKeyPair(std::make_shared<const Key>(Key{std::move(made)}), algorithm);
}

Result<DkimKeyPair> DkimKeyPair::fromPem(const Secret &pem)
{
    const QByteArrayView text = pem.reveal();
    const MemoryPointer memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    KeyPointer key(PEM_read_bio_PrivateKey(memory.get(), nullptr, noPassphrase, nullptr));
    if (!key)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("This is not a private key in PEM without a passphrase. Make one with "
                                      "relaywright-cli dkim keygen."));
    const int bits = EVP_PKEY_get_bits(key.get());
    if (EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_ED25519)
        return DkimKeyPair(std::make_shared<const Key>(Key{std::move(key)}), DkimAlgorithm::Ed25519);
    if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("DKIM knows RSA and Ed25519 keys; this is another kind of key."));
    if (bits < kMinRsaBits || bits > kMaxRsaBits)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("An RSA key for DKIM has 1024 to 8192 bits, best 2048; this one has %1.").arg(bits));
    return DkimKeyPair(std::make_shared<const Key>(Key{std::move(key)}), DkimAlgorithm::Rsa);
}

int DkimKeyPair::bits() const
{
    return EVP_PKEY_get_bits(m_key->evp.get());
}

Secret DkimKeyPair::toPem() const
{
    const MemoryPointer memory(BIO_new(BIO_s_secmem()));
    if (PEM_write_bio_PKCS8PrivateKey(memory.get(), m_key->evp.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return {};
    char *octets = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &octets);
    return Secret(QByteArray(octets, static_cast<qsizetype>(size)));
}

QByteArray DkimKeyPair::publicKey() const
{
    if (m_algorithm == DkimAlgorithm::Ed25519) {
        QByteArray raw(32, '\0');
        std::size_t size = 32;
        EVP_PKEY_get_raw_public_key(m_key->evp.get(), reinterpret_cast<unsigned char *>(raw.data()), &size);
        return raw;
    }
    unsigned char *der = nullptr;
    const int size = i2d_PUBKEY(m_key->evp.get(), &der);
    const QByteArray octets(reinterpret_cast<const char *>(der), std::max(size, 0));
    OPENSSL_free(der);
    return octets;
}

QByteArray DkimKeyPair::record() const
{
    return "v=DKIM1; k=" + QByteArray(m_algorithm == DkimAlgorithm::Rsa ? "rsa" : "ed25519")
           + "; p=" + publicKey().toBase64();
}

QByteArray DkimKeyPair::sign(QByteArrayView data) const
{
    QByteArray hash;
    const EVP_MD *digest = EVP_sha256();
    if (m_algorithm == DkimAlgorithm::Ed25519) {
        Sha256 sha;
        sha.add(data);
        hash = sha.finish();
        data = hash;
        digest = nullptr;
    }
    const DigestPointer context(EVP_MD_CTX_new());
    std::size_t size = 0;
    const auto length = static_cast<std::size_t>(data.size());
    if (EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, m_key->evp.get()) != 1
        || EVP_DigestSign(context.get(), nullptr, &size, octetsOf(data), length) != 1)
        return {};
    QByteArray signature(static_cast<qsizetype>(size), '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char *>(signature.data()), &size, octetsOf(data),
                       length)
        != 1)
        return {};
    signature.resize(static_cast<qsizetype>(size));
    return signature;
}

QByteArray DkimKeyPair::algorithmTag() const
{
    return m_algorithm == DkimAlgorithm::Rsa ? "rsa-sha256" : "ed25519-sha256";
}

} // namespace relaywright
