// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/base/Secret.h"

#include <QJsonValue>
#include <QString>
#include <QStringList>

#include <optional>

namespace relaywright {

/// The claims of an Entra access token that decide over mail (a JWT, RFC 7519 §4; Microsoft's access token claims
/// reference). Whoever issued it, the signature is not checked: only the server can. Texts are printable and bounded.
struct TokenClaims {
    QString audience;      ///< aud: the resource that it is for, an address or an application id
    QString tenantId;      ///< tid
    QString user;          ///< upn, preferred_username or unique_name; empty for an application
    QString applicationId; ///< appid or azp
    QStringList scopes;    ///< scp: what a user let the application do
    QStringList roles;     ///< roles: what an administrator let the application do by itself
    std::optional<TimePoint> issuedAt{}, notBefore{}, expires{};
    bool isApplication = false; ///< idtyp=app, or an application id and neither user nor scopes
    QString objectId{};         ///< oid: of the user, or of the application's service principal ("enterprise application")
    bool operator==(const TokenClaims &) const = default;
};

/// A NumericDate (RFC 7519 §2): seconds since 1970, perhaps with a fraction. Nothing for what makes no sense.
[[nodiscard]] std::optional<TimePoint> timeOfNumericDate(const QJsonValue &value);

constexpr qsizetype kMaxTokenOctets = 64 * 1024;

/// Reads an access token; it never leaves the process. A leading "Bearer " and blanks around it are left out.
/// Error: InvalidInput, saying what it is instead (an answer of a token endpoint, a JWE, an ID token, a refresh token,
/// an opaque or cut off one). The sentence never holds a piece of the token.
[[nodiscard]] Result<TokenClaims> readAccessToken(const Secret &token);

/// The number of the first AADSTS code in an error text ("AADSTS700016: Application …" gives `700016`); empty without.
[[nodiscard]] QString entraErrorCode(const QString &text);

} // namespace relaywright
