// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Text.h"

#include <QStringDecoder>

#include <algorithm>

namespace relaywright {

namespace {

bool reordersText(QChar c) // bidirectional controls can make a line read as another
{
    return (c.unicode() >= 0x202a && c.unicode() <= 0x202e) || (c.unicode() >= 0x2066 && c.unicode() <= 0x2069)
        || c.unicode() == 0x200e || c.unicode() == 0x200f || c.unicode() == 0x2028 || c.unicode() == 0x2029;
}

QString escaped(ushort code)
{
    return code < 0x100 ? QStringLiteral("\\x%1").arg(code, 2, 16, QLatin1Char('0'))
                        : QStringLiteral("\\u%1").arg(code, 4, 16, QLatin1Char('0'));
}

} // namespace

bool hasControlCharacters(const QString &text)
{
    return std::ranges::any_of(text, [](QChar c) {
        return c.unicode() < 0x20 || (c.unicode() >= 0x7f && c.unicode() < 0xa0) || c.unicode() == 0x2028
            || c.unicode() == 0x2029;
    });
}

QString printable(QByteArrayView octets, qsizetype maxChars)
{
    const QByteArrayView head = octets.first(std::min(octets.size(), maxChars * 4));
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    QString decoded = decoder(head);
    if (decoder.hasError())
        decoded = QString::fromLatin1(head);
    QString text;
    for (const QChar c : std::as_const(decoded)) {
        if (text.size() >= maxChars)
            return text + u'…';
        switch (c.unicode()) {
        case '\r': text += QLatin1String("\\r"); break;
        case '\n': text += QLatin1String("\\n"); break;
        case '\t': text += QLatin1String("\\t"); break;
        default:
            if (c.unicode() < 0x20 || (c.unicode() >= 0x7f && c.unicode() < 0xa0) || reordersText(c))
                text += escaped(c.unicode());
            else
                text += c;
        }
    }
    return head.size() < octets.size() ? text + u'…' : text;
}

} // namespace relaywright
