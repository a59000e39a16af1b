// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Text.h"

#include <QRegularExpression>

#include <algorithm>

namespace relaywright {

namespace {

bool isControl(char32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029;
}

bool reordersText(char32_t code)
{
    return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0x200e || code == 0x200f
        || code == 0x061c;
}

/// Nothing to see: the byte order mark, annotation marks and tag characters.
bool hidesText(char32_t code)
{
    return code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb) || (code >= 0xe0000 && code <= 0xe007f);
}

struct Decoded {
    char32_t code = 0;
    qsizetype length = 0; ///< octets; 0 when they are not well-formed UTF-8
};

/// The character at the front of `octets` (RFC 3629 §3: no overlong forms, no surrogates).
Decoded decodeFront(QByteArrayView octets)
{
    const auto octet = [&](qsizetype i) { return static_cast<unsigned char>(octets[i]); };
    const unsigned char first = octet(0);
    if (first < 0x80)
        return {first, 1};
    const qsizetype length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    if (length == 0 || first > 0xf4 || octets.size() < length)
        return {};
    char32_t code = first & (0xff >> (length + 1));
    for (qsizetype i = 1; i < length; ++i) {
        if ((octet(i) & 0xc0) != 0x80)
            return {};
        code = (code << 6) | (octet(i) & 0x3f);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    if (overlong || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff)
        return {};
    return {code, length};
}

QString escaped(char32_t code)
{
    if (code < 0x100)
        return QStringLiteral("\\x%1").arg(static_cast<uint>(code), 2, 16, QLatin1Char('0'));
    return QStringLiteral("\\u%1").arg(static_cast<uint>(code), 4, 16, QLatin1Char('0'));
}

QString shown(char32_t code)
{
    switch (code) {
    case '\r': return QStringLiteral("\\r");
    case '\n': return QStringLiteral("\\n");
    case '\t': return QStringLiteral("\\t");
    default: break;
    }
    if (isControl(code) || reordersText(code) || hidesText(code))
        return escaped(code);
    return QString::fromUcs4(&code, 1);
}

} // namespace

bool hasControlCharacters(const QString &text)
{
    return std::ranges::any_of(text, [](QChar c) { return isControl(c.unicode()); });
}

bool hasBidirectionalControls(const QString &text)
{
    return std::ranges::any_of(text, [](QChar c) { return reordersText(c.unicode()); });
}

QString printable(QByteArrayView octets, qsizetype maxChars)
{
    // Most of what is shown is plain ASCII, and there is much of it.
    const auto *plain = std::ranges::find_if(octets, [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        return octet < 0x20 || octet >= 0x7f;
    });
    const qsizetype start = std::min<qsizetype>(plain - octets.begin(), maxChars);
    QString text = QString::fromLatin1(octets.first(start));
    octets = octets.sliced(start);
    while (!octets.isEmpty()) {
        const Decoded front = decodeFront(octets);
        const QString next = front.length > 0 ? shown(front.code) : escaped(static_cast<unsigned char>(octets[0]));
        if (text.size() + next.size() > maxChars)
            return text + u'…';
        text += next;
        octets = octets.sliced(std::max<qsizetype>(front.length, 1));
    }
    return text;
}

QStringList splitList(const QString &text)
{
    static const QRegularExpression item(QStringLiteral(R"((?:[^,;\s"]|"(?:[^"\\]|\\.)*"?)+)"));
    QStringList items;
    for (auto match = item.globalMatch(text); match.hasNext();)
        items += match.next().captured();
    return items;
}

} // namespace relaywright
