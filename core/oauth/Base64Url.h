// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace relaywright {

/// RFC 4648 §5, without padding (RFC 7515 §2).
[[nodiscard]] inline QByteArray base64Url(QByteArrayView octets)
{
    // A view would do, but only QByteArray knows base64; it does not own what it is given here.
    return QByteArray::fromRawData(octets.data(), octets.size())
        .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

} // namespace relaywright
