// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenAnswer.h"

#include "core/base/Text.h"
#include "core/oauth/AccessToken.h"
#include "core/oauth/AnswerReading.h"

#include <QJsonObject>
#include <QJsonValue>

#include <algorithm>

namespace relaywright {

using namespace std::chrono_literals;

namespace {

using Kind = TokenTrouble::Kind;
using Actor = TokenTrouble::Actor;

constexpr qint64 kLongestLifeSeconds = 7 * 24 * 3600;
constexpr std::chrono::seconds kAssumedLife = 5min; // RFC 6749 §5.1 only recommends expires_in
constexpr qint64 kLongestIntervalSeconds = 300;
constexpr auto kSlowerBy = 5s; // RFC 8628 §3.5
constexpr qsizetype kMaxScopes = 64;
constexpr qsizetype kMaxScopeChars = 320;
constexpr qsizetype kMaxUserCodeChars = 32;
constexpr qsizetype kMaxUrlChars = 400;

/// A token, or nothing when it is none: empty, too long, or with what could end a header (RFC 6749 Appendix A.12).
Secret tokenOf(const QJsonObject &json, QStringView name)
{
    QByteArray octets = json.value(name).toString().toUtf8();
    const bool isVisible = std::all_of(octets.cbegin(), octets.cend(), [](char c) { return c > ' ' && c <= '~'; });
    if (!isVisible || octets.size() > kMaxTokenOctets) {
        wipe(octets);
        return {};
    }
    return Secret(std::move(octets));
}

/// A whole number of seconds, which older endpoints write as a text. Nothing when it is neither, or not from 1 to `most`.
std::optional<std::chrono::seconds> secondsOf(const QJsonValue &value, qint64 most)
{
    bool isNumber = value.isDouble();
    const qint64 seconds = value.isString() ? value.toString().left(12).toLongLong(&isNumber) : value.toInteger(0);
    if (!isNumber || seconds < 1 || seconds > most)
        return std::nullopt;
    return std::chrono::seconds(seconds);
}

QStringList scopesOf(const QJsonObject &json)
{
    QStringList scopes;
    const QStringList words =
        json.value(u"scope").toString().left(kMaxScopes * kMaxScopeChars).split(u' ', Qt::SkipEmptyParts);
    for (const QString &word : words.mid(0, kMaxScopes))
        scopes += quotable(word, kMaxScopeChars);
    return scopes;
}

TokenTrouble unusable(const AnswerRead &read, const char *what)
{
    TokenTrouble trouble;
    trouble.status = read.status;
    trouble.title = QStringLiteral("The answer of the sign-in service cannot be used.");
    trouble.cause = QString::fromLatin1(what);
    trouble.remedy = QStringLiteral("Check whether a proxy changes answers of the sign-in service, and test again.");
    return trouble;
}

/// Where a person shall enter the code: it is opened and shown, so it must be what a sign-in service would name.
QUrl verificationUrlOf(const QJsonObject &json)
{
    QString text = json.value(u"verification_uri").toString();
    if (text.isEmpty())
        text = json.value(u"verification_url").toString(); // before RFC 8628
    if (text.size() > kMaxUrlChars || hasControlCharacters(text))
        return {};
    const QUrl url(text, QUrl::StrictMode);
    const bool isHere = url.host() == QLatin1String("localhost") || url.host() == QLatin1String("127.0.0.1");
    const bool isSafe =
        url.scheme() == QLatin1String("https") || (isHere && url.scheme() == QLatin1String("http")); // practice
    return url.isValid() && isSafe && !url.host().isEmpty() && url.userInfo().isEmpty() ? url : QUrl();
}

} // namespace

TokenAnswer readTokenAnswer(const TokenHttpAnswer &answer, const TokenExchange &exchange, const Knowledge &knowledge)
{
    const auto read = readAnswer(answer, exchange, knowledge);
    if (!read)
        return read.error();
    const QJsonObject &json = read->json;
    GrantedToken granted{.accessToken = tokenOf(json, u"access_token"), .obtained = exchange.askedAt};
    if (granted.accessToken.isEmpty())
        return unusable(*read, "It holds no access token that could be sent.");
    if (json.value(u"token_type").toString().compare(QLatin1String("Bearer"), Qt::CaseInsensitive) != 0)
        return unusable(*read, "The token is not of the type Bearer, which mail servers and Microsoft Graph want.");
    const bool hasLife = json.contains(u"expires_in");
    const auto life = secondsOf(json.value(u"expires_in"), kLongestLifeSeconds);
    if (hasLife && !life)
        return unusable(*read, "It says no life of the token that makes sense (expires_in).");
    granted.expires = exchange.askedAt + life.value_or(kAssumedLife);
    if (const auto refresh = secondsOf(json.value(u"refresh_in"), kLongestLifeSeconds))
        granted.refreshAt = std::min(exchange.askedAt + *refresh, granted.expires);
    if (json.contains(u"refresh_token")) {
        granted.refreshToken = tokenOf(json, u"refresh_token");
        if (granted.refreshToken.isEmpty())
            return unusable(*read, "It holds a refresh token that cannot be kept.");
    }
    granted.scopes = scopesOf(json);
    granted.clockSkew = read->clockSkew;
    return granted;
}

DeviceCodeAnswer readDeviceCodeAnswer(const TokenHttpAnswer &answer, const TokenExchange &exchange,
                                      const Knowledge &knowledge)
{
    const auto read = readAnswer(answer, exchange, knowledge);
    if (!read)
        return read.error();
    const QJsonObject &json = read->json;
    DeviceCodeOffer offer{.deviceCode = tokenOf(json, u"device_code"),
                          .userCode = json.value(u"user_code").toString(),
                          .verificationUrl = verificationUrlOf(json)};
    const auto life = secondsOf(json.value(u"expires_in"), kLongestLifeSeconds);
    const bool isShort = !offer.userCode.isEmpty() && offer.userCode.size() <= kMaxUserCodeChars;
    if (offer.deviceCode.isEmpty() || !isShort || quotable(offer.userCode) != offer.userCode)
        return unusable(*read, "It holds no code that a person could enter.");
    if (offer.verificationUrl.isEmpty())
        return unusable(*read, "It names no safe page on which to enter the code.");
    if (!life)
        return unusable(*read, "It does not say how long the code is good for (expires_in).");
    offer.expires = exchange.askedAt + *life;
    if (json.contains(u"interval")) {
        const auto interval = secondsOf(json.value(u"interval"), kLongestIntervalSeconds);
        offer.interval = interval.value_or(std::chrono::seconds(kLongestIntervalSeconds));
    }
    return offer;
}

DevicePolling::DevicePolling(const DeviceCodeOffer &offer, TimePoint now)
    : m_interval(offer.interval), m_expires(offer.expires), m_next(now + offer.interval)
{
}

void DevicePolling::onTrouble(const TokenTrouble &trouble, TimePoint now)
{
    m_next.reset();
    if (trouble.kind == Kind::Act)
        return;
    const std::chrono::seconds longest(kLongestIntervalSeconds);
    if (trouble.error == QLatin1String("slow_down"))
        m_interval = std::min<std::chrono::seconds>(m_interval + kSlowerBy, longest);
    else if (trouble.status == 0)
        m_interval = std::min<std::chrono::seconds>(m_interval * 2, longest);
    const TimePoint next = now + std::max(m_interval, trouble.wait.value_or(0s));
    if (next < m_expires)
        m_next = next;
}

} // namespace relaywright
