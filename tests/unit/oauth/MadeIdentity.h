// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/FreedBy.h"
#include "core/base/Secret.h"

#include <QByteArray>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace relaywright::test {

/// Keys and self-signed certificates in memory, as an application would have them.
class MadeIdentity {
public:
    explicit MadeIdentity(EVP_PKEY *key) : m_key(key) {}
    [[nodiscard]] static MadeIdentity rsa(unsigned bits = 2048) { return MadeIdentity(EVP_RSA_gen(bits)); }
    [[nodiscard]] static MadeIdentity elliptic() { return MadeIdentity(EVP_EC_gen("P-256")); }

    [[nodiscard]] EVP_PKEY *key() const { return m_key.get(); }

    /// PKCS#8; encrypted when there is a passphrase.
    [[nodiscard]] Secret keyPem(const QByteArray &passphrase = {}) const
    {
        const Memory memory(BIO_new(BIO_s_secmem()));
        PEM_write_bio_PKCS8PrivateKey(memory.get(), m_key.get(), passphrase.isEmpty() ? nullptr : EVP_aes_256_cbc(),
                                      passphrase.constData(), static_cast<int>(passphrase.size()), nullptr, nullptr);
        return Secret(contentOf(memory));
    }

    /// Good from and to these seconds since 1970.
    [[nodiscard]] QByteArray certificatePem(long from, long to) const
    {
        const std::unique_ptr<X509, FreedBy<X509_free>> certificate(X509_new());
        X509_set_version(certificate.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
        ASN1_TIME_set(X509_getm_notBefore(certificate.get()), from);
        ASN1_TIME_set(X509_getm_notAfter(certificate.get()), to);
        X509_NAME *name = X509_get_subject_name(certificate.get());
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char *>("relay"), -1, -1,
                                   0);
        X509_set_issuer_name(certificate.get(), name);
        X509_set_pubkey(certificate.get(), m_key.get());
        X509_sign(certificate.get(), m_key.get(), EVP_sha256());
        const Memory memory(BIO_new(BIO_s_mem()));
        PEM_write_bio_X509(memory.get(), certificate.get());
        return contentOf(memory);
    }

private:
    using Memory = std::unique_ptr<BIO, FreedBy<BIO_free_all>>;
    [[nodiscard]] static QByteArray contentOf(const Memory &memory)
    {
        char *data = nullptr;
        const long size = BIO_get_mem_data(memory.get(), &data);
        return QByteArray(data, static_cast<qsizetype>(size));
    }

    std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>> m_key;
};

} // namespace relaywright::test
