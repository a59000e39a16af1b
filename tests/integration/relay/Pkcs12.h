// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/TestCertificates.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>

namespace relaywright::test {

/// A PKCS#12 file with certificate and key of `identity`.
inline QByteArray pkcs12Of(const TestIdentity &identity, const char *phrase)
{
    BIO *const certificateText =
        BIO_new_mem_buf(identity.certificatePem.constData(), static_cast<int>(identity.certificatePem.size()));
    BIO *const keyText = BIO_new_mem_buf(identity.keyPem.constData(), static_cast<int>(identity.keyPem.size()));
    X509 *const certificate = PEM_read_bio_X509(certificateText, nullptr, nullptr, nullptr);
    EVP_PKEY *const key = PEM_read_bio_PrivateKey(keyText, nullptr, nullptr, nullptr);
    PKCS12 *const made = PKCS12_create(phrase, "relay", key, certificate, nullptr, 0, 0, 0, 0, 0);
    unsigned char *der = nullptr;
    const int size = i2d_PKCS12(made, &der);
    const QByteArray octets(reinterpret_cast<const char *>(der), size);
    OPENSSL_free(der);
    PKCS12_free(made);
    EVP_PKEY_free(key);
    X509_free(certificate);
    BIO_free(keyText);
    BIO_free(certificateText);
    return octets;
}

} // namespace relaywright::test
