// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/ReportUri.h"

#include <QByteArray>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMaxChars = 2000; // nobody's report address is as long

bool isLetter(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
}

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

bool isHexDigit(QChar c)
{
    return isDigit(c) || (c >= u'a' && c <= u'f') || (c >= u'A' && c <= u'F');
}

/// RFC 3986 §2: unreserved and reserved characters, less those that separate report addresses.
bool isUriCharacter(QChar c)
{
    return isLetter(c) || isDigit(c) || QStringLiteral("-._~:/?#[]@$&'()*+=").contains(c);
}

bool isUriText(QStringView text)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == u'%') {
            if (i + 2 >= text.size() || !isHexDigit(text[i + 1]) || !isHexDigit(text[i + 2]))
                return false;
        } else if (!isUriCharacter(text[i])) {
            return false;
        }
    }
    return true;
}

} // namespace

QString uriScheme(QStringView uri)
{
    const qsizetype colon = uri.indexOf(u':');
    if (colon < 1 || colon + 1 == uri.size() || uri.size() > kMaxChars || !isLetter(uri.front()))
        return {};
    const QStringView scheme = uri.first(colon);
    const bool plain = std::ranges::all_of(
        scheme, [](QChar c) { return isLetter(c) || isDigit(c) || c == u'+' || c == u'-' || c == u'.'; });
    return plain && isUriText(uri.sliced(colon + 1)) ? scheme.toString().toLower() : QString();
}

std::optional<EmailAddress> mailtoMailbox(QStringView uri)
{
    if (uriScheme(uri) != QLatin1String("mailto"))
        return std::nullopt;
    QStringView target = uri.sliced(uri.indexOf(u':') + 1);
    if (const qsizetype fields = target.indexOf(u'?'); fields >= 0)
        target = target.first(fields);
    const auto mailbox = EmailAddress::parse(QString::fromUtf8(QByteArray::fromPercentEncoding(target.toLatin1())));
    return mailbox ? std::optional(*mailbox) : std::nullopt;
}

} // namespace relaywright
