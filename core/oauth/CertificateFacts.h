// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <QByteArray>

struct x509_st; // X509 of OpenSSL

namespace relaywright {

/// What Entra names a certificate by, and how long it is good.
struct CertificateFacts {
    QByteArray sha256; ///< of its DER, 32 octets
    QByteArray sha1;   ///< of its DER, 20 octets
    TimePoint notBefore{};
    TimePoint expires{};
};
[[nodiscard]] CertificateFacts factsOf(const x509_st *certificate);

} // namespace relaywright
