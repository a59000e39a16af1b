// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <optional>
#include <utility>

namespace relaywright {

/// RFC 4648 §5, without padding (RFC 7515 §2).
[[nodiscard]] inline QByteArray base64Url(QByteArrayView octets)
{
    // A view would do, but only QByteArray knows base64; it does not own what it is given here.
    return QByteArray::fromRawData(octets.data(), octets.size())
        .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

/// Nothing for what is none.
[[nodiscard]] inline std::optional<QByteArray> fromBase64Url(QByteArrayView text)
{
    auto read = QByteArray::fromBase64Encoding(text.toByteArray(), QByteArray::Base64UrlEncoding
                                                                       | QByteArray::OmitTrailingEquals
                                                                       | QByteArray::AbortOnBase64DecodingErrors);
    return read ? std::optional(std::move(read.decoded)) : std::nullopt;
}

} // namespace relaywright
