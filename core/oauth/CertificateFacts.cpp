// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/CertificateFacts.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <QDateTime>

#include <algorithm>
#include <ctime>

namespace relaywright {

namespace {

QByteArray thumbprint(const X509 *certificate, const EVP_MD *digest)
{
    QByteArray octets(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    if (X509_digest(certificate, digest, reinterpret_cast<unsigned char *>(octets.data()), &size) != 1)
        return {};
    octets.resize(static_cast<qsizetype>(size));
    return octets;
}

TimePoint timeOf(const ASN1_TIME *time)
{
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1)
        return {};
    return fromDateTime(QDateTime(QDate(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday),
                                  QTime(parts.tm_hour, parts.tm_min, std::min(parts.tm_sec, 59)), Qt::UTC));
}

} // namespace

CertificateFacts factsOf(const x509_st *certificate)
{
    return {thumbprint(certificate, EVP_sha256()), thumbprint(certificate, EVP_sha1()),
            timeOf(X509_get0_notBefore(certificate)), timeOf(X509_get0_notAfter(certificate))};
}

} // namespace relaywright
