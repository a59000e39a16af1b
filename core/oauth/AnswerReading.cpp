// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/AnswerReading.h"

#include "core/http/AnswerText.h"
#include "core/oauth/FormEncoding.h"
#include "core/oauth/TokenErrors.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace relaywright {

using namespace std::chrono_literals;

namespace {

using Kind = TokenTrouble::Kind;
using Actor = TokenTrouble::Actor;

constexpr int kMaxDepth = 8; // claims of an error are JSON in a text; the rest is flat
constexpr qsizetype kMaxCodes = 8;
constexpr qsizetype kMaxTextChars = 8192;
constexpr std::chrono::seconds kSkewToName = 5min; // what Kerberos and Entra bear
constexpr int kOk = 200;
constexpr int kRedirection = 300;
constexpr int kProxySignIn = 407;
constexpr int kTooManyRequests = 429;
constexpr int kServerError = 500;

/// A service, or what stands before it, may repeat what it was asked; then not to people.
QString withoutSecrets(QString text, const std::vector<Secret> &secrets)
{
    for (const Secret &secret : secrets) {
        if (secret.isEmpty())
            continue;
        QByteArray encoded = formEncoded(secret.reveal());
        text.replace(QString::fromUtf8(secret.reveal()), QStringLiteral("(hidden)"));
        text.replace(QString::fromLatin1(encoded), QStringLiteral("(hidden)"));
        wipe(encoded);
    }
    return text;
}

ServiceError errorOf(const QJsonObject &json, int status, const std::vector<Secret> &secrets)
{
    const auto text = [&](QStringView name) {
        return withoutSecrets(json.value(name).toString().left(kMaxTextChars), secrets);
    };
    ServiceError error;
    error.status = status;
    error.error = text(u"error");
    error.subError = text(u"suberror");
    error.description = text(u"error_description");
    error.traceId = text(u"trace_id");
    error.correlationId = text(u"correlation_id");
    error.claims = text(u"claims");
    const QJsonArray codes = json.value(u"error_codes").toArray();
    for (qsizetype i = 0; i < std::min(codes.size(), kMaxCodes); ++i) {
        if (const qint64 code = codes[i].toInteger(0); code > 0)
            error.codes += QString::number(code);
    }
    return error;
}

TokenTrouble noJson(const TokenHttpAnswer &answer, const char *cause)
{
    TokenTrouble trouble;
    trouble.status = answer.status;
    trouble.title = QStringLiteral("What answered was not the sign-in service (status %1).").arg(answer.status);
    trouble.cause = QString::fromLatin1(cause);
    trouble.remedy =
        QStringLiteral("Let whoever runs the network open HTTPS to the sign-in service without a sign-in of its own.");
    return trouble;
}

/// Without JSON: a proxy, a guest portal, a load balancer in trouble.
TokenTrouble troubleWithoutJson(const TokenHttpAnswer &answer, const Knowledge &knowledge)
{
    if (answer.status == kTooManyRequests || answer.status >= kServerError)
        return troubleOf(ServiceError{.status = answer.status}, knowledge);
    if (answer.status == kProxySignIn)
        return noJson(answer, "The proxy wants a user name and password.");
    if (answer.status >= kRedirection && answer.status < 400)
        return noJson(answer,
                      "Something between this computer and the service wanted to send the request elsewhere, and it "
                      "holds secrets.");
    const QByteArrayView body = answer.body.reveal().trimmed();
    if (body.startsWith('<') || answer.contentType.toLower().startsWith("text/html"))
        return noJson(answer, "It sent a web page, as proxies and guest portals do.");
    return noJson(answer, body.isEmpty() ? "The answer is empty." : "The answer is no JSON, or cut off.");
}

} // namespace

std::optional<std::chrono::seconds> clockSkewOf(const QByteArray &date, const TokenExchange &exchange)
{
    const auto theirs = httpDate(date);
    if (!theirs)
        return std::nullopt;
    std::chrono::milliseconds skew{0};
    if (*theirs < exchange.askedAt)
        skew = *theirs - exchange.askedAt;
    else if (*theirs > exchange.answeredAt)
        skew = *theirs - exchange.answeredAt;
    if (std::chrono::abs(skew) <= kSkewToName)
        return std::nullopt;
    return std::chrono::round<std::chrono::seconds>(skew);
}

QString clockSkewSentence(std::chrono::seconds skew)
{
    const auto minutes = std::chrono::round<std::chrono::minutes>(std::chrono::abs(skew)).count();
    const QString much =
        minutes < 120 ? QStringLiteral("%1 minutes").arg(minutes) : QStringLiteral("%1 hours").arg((minutes + 30) / 60);
    return QStringLiteral(
               "This computer's clock is %1 %2 that of the sign-in service; set it right, because signatures and "
               "tokens are judged by the time.")
        .arg(much, skew > 0s ? QStringLiteral("behind") : QStringLiteral("ahead of"));
}

tl::expected<AnswerRead, TokenTrouble> readAnswer(const TokenHttpAnswer &answer, const TokenExchange &exchange,
                                                  const Knowledge &knowledge)
{
    const auto skew = clockSkewOf(answer.date, exchange);
    const auto failed = [&](TokenTrouble trouble) {
        trouble.wait = retryAfterOf(answer.retryAfter, answer.date, exchange.answeredAt);
        if (skew)
            trouble.remark = clockSkewSentence(*skew);
        return tl::unexpected<TokenTrouble>(std::move(trouble));
    };
    const QByteArrayView body = answer.body.reveal();
    if (body.size() > kMaxTokenAnswerOctets)
        return failed(noJson(answer, "The answer is longer than any answer of a sign-in service."));
    if (isDeeperThan(body, kMaxDepth))
        return failed(noJson(answer, "The answer is nested deeper than any answer of a sign-in service."));
    // Qt's JSON keeps copies of its texts until it ends, which is here; only what is kept goes into a Secret.
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromRawData(body.data(), body.size()));
    if (!document.isObject())
        return failed(troubleWithoutJson(answer, knowledge));
    const QJsonObject json = document.object();
    // An error is an error whatever the status, and an answer that is not 200 is none to take tokens from (RFC 6749 §5.1).
    if (json.contains(u"error") || answer.status != kOk)
        return failed(troubleOf(errorOf(json, answer.status, exchange.request.secrets), knowledge));
    return AnswerRead{answer.status, json, skew};
}

} // namespace relaywright
