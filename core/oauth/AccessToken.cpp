// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/AccessToken.h"

#include "core/base/Text.h"
#include "core/oauth/Base64Url.h"

#include <QByteArrayList>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <cmath>

namespace relaywright {

namespace {

constexpr qsizetype kMaxClaimChars = 320; // of an address; ids and resources are shorter
constexpr qsizetype kMaxListed = 64;
constexpr double kLatestSecond = 253402300799.0; // 9999-12-31

tl::unexpected<Error> noToken(const char *sentence)
{
    return failure(ErrorKind::InvalidInput, QString::fromLatin1(sentence));
}

QByteArrayView withoutBearer(QByteArrayView text)
{
    text = text.trimmed();
    constexpr QByteArrayView kScheme("Bearer ");
    if (text.size() > kScheme.size() && text.first(kScheme.size()).compare(kScheme, Qt::CaseInsensitive) == 0)
        text = text.sliced(kScheme.size()).trimmed();
    return text;
}

/// What a text is that has not the three parts of a JWT. The beginnings are those that Entra and the personal accounts'
/// service give their tokens.
tl::unexpected<Error> otherThanJwt(QByteArrayView text, qsizetype parts)
{
    if (parts == 5)
        return noToken(
            "This token is encrypted (a JWE), so that only the service it is for can read it. Its claims cannot "
            "be shown here; a token for Exchange Online is not encrypted.");
    if (text.startsWith("0.A") || text.startsWith("1.A") || text.startsWith("M."))
        return noToken(
            "This is a refresh token, not an access token. Give the value of \"access_token\" instead; a refresh "
            "token is never sent to a mail server.");
    if (text.startsWith("Ew"))
        return noToken(
            "This is the opaque token of a personal Microsoft account. Sign in with the organisation's account.");
    if (text.startsWith("ey"))
        return noToken("This token is cut off: an access token has three parts with dots between. Copy it whole.");
    return noToken(
        "This is no access token of Entra: it has not three parts with dots between. It may be a client secret, "
        "a password or an opaque token.");
}

QString textOf(const QJsonObject &claims, QStringView name)
{
    return printable(claims.value(name).toString().left(kMaxClaimChars + 1).toUtf8(), kMaxClaimChars);
}

QString firstTextOf(const QJsonObject &claims, std::initializer_list<QStringView> names)
{
    for (const QStringView name : names) {
        if (const QString text = textOf(claims, name); !text.isEmpty())
            return text;
    }
    return {};
}

QStringList listOf(const QJsonValue &value)
{
    QStringList texts;
    const QStringList words = value.toString().left(kMaxClaimChars * kMaxListed).split(u' ', Qt::SkipEmptyParts);
    for (const QString &word : words.mid(0, kMaxListed))
        texts += quotable(word, kMaxClaimChars);
    const QJsonArray items = value.toArray();
    for (const auto &item : items) {
        if (texts.size() < kMaxListed && item.isString())
            texts += quotable(item.toString(), kMaxClaimChars);
    }
    return texts;
}

/// Audiences may be a list (RFC 7519 §4.1.3); Entra gives one.
QString audienceOf(const QJsonObject &claims)
{
    const QJsonValue value = claims.value(u"aud");
    return value.isArray() ? quotable(value.toArray().first().toString(), kMaxClaimChars) : textOf(claims, u"aud");
}

TokenClaims claimsOf(const QJsonObject &json)
{
    TokenClaims claims;
    claims.audience = audienceOf(json);
    claims.tenantId = textOf(json, u"tid");
    claims.user = firstTextOf(json, {u"upn", u"preferred_username", u"unique_name"});
    claims.applicationId = firstTextOf(json, {u"appid", u"azp"});
    claims.objectId = textOf(json, u"oid");
    claims.scopes = listOf(json.value(u"scp"));
    claims.roles = listOf(json.value(u"roles"));
    claims.issuedAt = timeOfNumericDate(json.value(u"iat"));
    claims.notBefore = timeOfNumericDate(json.value(u"nbf"));
    claims.expires = timeOfNumericDate(json.value(u"exp"));
    const QString kind = textOf(json, u"idtyp");
    claims.isApplication =
        kind == QLatin1String("app")
        || (kind.isEmpty() && claims.scopes.isEmpty() && claims.user.isEmpty() && !claims.applicationId.isEmpty());
    return claims;
}

} // namespace

std::optional<TimePoint> timeOfNumericDate(const QJsonValue &value)
{
    const double seconds = value.toDouble(-1);
    if (!value.isDouble() || !std::isfinite(seconds) || seconds < 0 || seconds > kLatestSecond)
        return std::nullopt;
    return TimePoint(std::chrono::milliseconds(static_cast<qint64>(seconds * 1000.0)));
}

Result<TokenClaims> readAccessToken(const Secret &token)
{
    const QByteArrayView text = withoutBearer(token.reveal());
    if (text.isEmpty())
        return noToken("There is no token: the text is empty.");
    if (text.size() > kMaxTokenOctets)
        return noToken("This is longer than any access token (64 KiB).");
    if (text.startsWith('{'))
        return noToken("This is the whole answer of a token endpoint. Give only the value of \"access_token\" in it.");
    const qsizetype parts = std::count(text.begin(), text.end(), '.') + 1;
    const qsizetype first = text.indexOf('.');
    if (parts != 3 || first <= 0 || text.endsWith('.'))
        return otherThanJwt(text, parts);
    const qsizetype second = text.indexOf('.', first + 1);
    const auto payload = fromBase64Url(text.sliced(first + 1, second - first - 1));
    if (!payload)
        return otherThanJwt(text, text.startsWith("ey") ? 2 : 3);
    const QJsonDocument document = QJsonDocument::fromJson(*payload);
    if (!document.isObject())
        return otherThanJwt(text, text.startsWith("ey") ? 2 : 3);
    const QJsonObject json = document.object();
    if (!json.contains(u"aud") && !json.contains(u"exp"))
        return noToken("This token names neither an audience nor an end, so Entra did not issue it for mail.");
    // Roles stand in ID tokens too; an access token of an application names the application.
    if (!json.contains(u"appid") && !json.contains(u"azp") && !json.contains(u"scp"))
        return noToken(
            "This is an ID token: it tells an application who signed in and opens nothing. Give the value of "
            "\"access_token\" instead.");
    return claimsOf(json);
}

QString entraErrorCode(const QString &text)
{
    static const QRegularExpression form(QStringLiteral("AADSTS(\\d{4,8})(?!\\d)"));
    return form.match(text).captured(1);
}

} // namespace relaywright
