// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/OpensslFiles.h"

#include <QFile>

#include <openssl/err.h>
#include <openssl/pem.h>

namespace relaywright {

namespace {

QByteArray contentOf(BIO *bio)
{
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return QByteArray(data, size);
}

} // namespace

BioPtr memoryBio(QByteArrayView text)
{
    return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

QByteArray toPem(X509 *certificate)
{
    const BioPtr bio(BIO_new(BIO_s_mem()));
    return PEM_write_bio_X509(bio.get(), certificate) == 1 ? contentOf(bio.get()) : QByteArray();
}

QByteArray toPem(EVP_PKEY *key)
{
    const BioPtr bio(BIO_new(BIO_s_secmem()));
    return PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1 ? contentOf(bio.get())
                                                                                                : QByteArray();
}

int noPassphrase(char *, int, int, void *)
{
    return -1;
}

std::vector<CertificatePtr> readCertificatesPem(const QByteArray &pem)
{
    std::vector<CertificatePtr> chain;
    const BioPtr bio = memoryBio(pem);
    while (X509 *certificate = PEM_read_bio_X509(bio.get(), nullptr, &noPassphrase, nullptr))
        chain.emplace_back(certificate);
    ERR_clear_error(); // the end of the file is an error to OpenSSL
    return chain;
}

Result<QByteArray> readKeyFile(const QString &name, const QString &what)
{
    constexpr qint64 kMaxPemOctets = 1 << 20;
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) { // a buffer would keep the key after us
        const bool exists = file.exists();
        return failure(exists ? ErrorKind::Denied : ErrorKind::NotFound,
                       exists ? QStringLiteral("The %1 file %2 cannot be read: %3.").arg(what, name, file.errorString())
                              : QStringLiteral("There is no %1 file %2. Check the path.").arg(what, name));
    }
    return file.read(kMaxPemOctets);
}

} // namespace relaywright
