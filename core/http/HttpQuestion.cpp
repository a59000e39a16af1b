// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/HttpQuestion.h"

#include "core/base/IpAddress.h"
#include "core/base/Text.h"

#include <algorithm>
#include <initializer_list>

namespace relaywright {

namespace {

/// RFC 9110 §5.6.2.
bool isToken(QByteArrayView text)
{
    constexpr QByteArrayView kOthers = "!#$%&'*+-.^_`|~";
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || kOthers.contains(c);
    });
}

/// Nothing that ends a field early (RFC 9110 §5.5).
bool isFieldValue(QByteArrayView text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c == '\t' || (c >= ' ' && c != '\x7f'); });
}

/// Visible characters of ASCII, as a token is made of (RFC 6750 §2.1).
bool isVisible(QByteArrayView text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool isOneOf(const QByteArray &text, std::initializer_list<const char *> words)
{
    return std::any_of(words.begin(), words.end(), [&text](const char *word) { return text == word; });
}

} // namespace

QByteArray HttpAnswer::field(QByteArrayView name) const
{
    const auto found = std::find_if(fields.begin(), fields.end(), [name](const HttpField &field) {
        return field.name.compare(name, Qt::CaseInsensitive) == 0;
    });
    return found == fields.end() ? QByteArray() : found->value;
}

bool isThisComputer(const QUrl &url)
{
    if (url.host().compare(QLatin1String("localhost"), Qt::CaseInsensitive) == 0)
        return true;
    const auto address = IpAddress::parse(url.host());
    return address && address->isLoopback();
}

std::optional<QUrl> bareServiceUrl(const QUrl &base)
{
    const bool isBare = (base.path().isEmpty() || base.path() == QLatin1String("/")) && !base.hasQuery()
                        && !base.hasFragment() && base.userInfo().isEmpty();
    const bool isSafe =
        base.scheme() == QLatin1String("https") || (base.scheme() == QLatin1String("http") && isThisComputer(base));
    if (!base.isValid() || base.host().isEmpty() || !isBare || !isSafe)
        return std::nullopt;
    QUrl bare = base;
    bare.setPath(QString());
    return bare;
}

Result<void> checkQuestion(const HttpQuestion &question)
{
    const bool isHttps = question.url.scheme() == QLatin1String("https");
    if (!question.url.isValid() || question.url.host().isEmpty() || !question.url.userInfo().isEmpty()
        || (!isHttps && question.url.scheme() != QLatin1String("http")))
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("The address of a web service must be https://, with a host and without a user."));
    if (!isOneOf(question.method, {"GET", "POST", "PUT", "PATCH", "DELETE"}))
        return failure(ErrorKind::InvalidInput, QStringLiteral("\"%1\" is no method of HTTP that is used here; "
                                                               "use GET, POST, PUT, PATCH or DELETE.")
                                                    .arg(printable(question.method, 40)));
    for (const HttpField &field : question.fields) {
        if (!isToken(field.name) || !isFieldValue(field.value))
            return failure(ErrorKind::InvalidInput,
                           QStringLiteral("The field \"%1\" cannot stand in a header of HTTP; give it a plain name "
                                          "and a value in one line.")
                               .arg(printable(field.name, 40)));
    }
    if (question.bearer.isEmpty())
        return {};
    if (!isVisible(question.bearer.reveal()))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The token holds characters that no token has; fetch a new one."));
    if (!isHttps && !isThisComputer(question.url))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("A token is not sent to %1 over http, where others can read it; use https.")
                           .arg(quotable(question.url.host())));
    return {};
}

} // namespace relaywright
