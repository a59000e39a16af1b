// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace relaywright::test {

/// A JWT (RFC 7519) with these claims; its signature is none.
inline QByteArray madeToken(const QJsonObject &claims)
{
    const auto part = [](const QJsonObject &json) {
        return QJsonDocument(json)
            .toJson(QJsonDocument::Compact)
            .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    return part({{QStringLiteral("typ"), QStringLiteral("JWT")}, {QStringLiteral("alg"), QStringLiteral("RS256")}})
           + '.' + part(claims) + ".c2lnbmF0dXJl";
}

} // namespace relaywright::test
