// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/EncodedWord.h"

#include "core/base/Text.h"

#include <QByteArrayList>
#include <QStringDecoder>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMaxWord = 75; // RFC 2047 §2

bool isToken(QByteArrayView text)
{
    constexpr QByteArrayView kEspecials("()<>@,;:\"/[]?.=");
    return !text.isEmpty()
           && std::ranges::all_of(text, [&](char c) { return c > 0x20 && c < 0x7f && !kEspecials.contains(c); });
}

bool isHex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

/// The octets of a Q text (§4.2); nothing when it is none.
std::optional<QByteArray> decodedQ(QByteArrayView text)
{
    QByteArray out;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] != '=') {
            out += text[i] == '_' ? ' ' : text[i];
            continue;
        }
        if (i + 2 >= text.size() || !isHex(text[i + 1]) || !isHex(text[i + 2]))
            return std::nullopt;
        out += QByteArray::fromHex(text.sliced(i + 1, 2).toByteArray());
        i += 2;
    }
    return out;
}

std::optional<QByteArray> decodedB(QByteArrayView text)
{
    const auto decoded = QByteArray::fromBase64Encoding(
        text.toByteArray(), QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || text.size() % 4 != 0)
        return std::nullopt;
    return *decoded;
}

/// One word between `=?` and `?=`, in its three parts.
QString faultOfWord(QByteArrayView word, const QByteArrayList &parts)
{
    const QString shown = printable(word, 100);
    if (word.size() > kMaxWord)
        return QStringLiteral("The encoded word %1 is longer than 75 characters.").arg(shown);
    if (!isToken(QByteArrayView(parts[0]).first(std::max<qsizetype>(parts[0].indexOf('*'), 0))) && !isToken(parts[0]))
        return QStringLiteral("The encoded word %1 names no charset.").arg(shown);
    const QByteArray encoding = parts[1].toUpper();
    if (encoding != "B" && encoding != "Q")
        return QStringLiteral("The encoded word %1 is encoded by neither B nor Q.").arg(shown);
    if (parts[2].contains(' ') || parts[2].contains('\t'))
        return QStringLiteral("The encoded word %1 holds a blank, so that readers show it undecoded.").arg(shown);
    const auto octets = encoding == "B" ? decodedB(parts[2]) : decodedQ(parts[2]);
    if (!octets)
        return QStringLiteral("The encoded word %1 cannot be decoded.").arg(shown);
    QStringDecoder utf8(QStringConverter::Utf8);
    if (parts[0].toLower() == "utf-8") {
        (void)QString(utf8(*octets));
        // A word must hold whole characters (§5); a cut one shows as a question mark.
        const bool whole = !utf8.hasError() && QString::fromUtf8(*octets).toUtf8() == *octets;
        if (!whole)
            return QStringLiteral("The encoded word %1 does not hold whole UTF-8 characters.").arg(shown);
    }
    return {};
}

bool isGlued(QByteArrayView value, qsizetype begin, qsizetype end)
{
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '(' || c == ')' || c == '<' || c == ','; };
    return (begin > 0 && !blank(value[begin - 1]) && value[begin - 1] != '"')
           || (end < value.size() && !blank(value[end]) && value[end] != '"');
}

} // namespace

QString encodedWordFault(QByteArrayView fieldValue)
{
    for (qsizetype at = fieldValue.indexOf("=?"); at >= 0; at = fieldValue.indexOf("=?", at)) {
        const qsizetype charsetEnd = fieldValue.indexOf('?', at + 2);
        const qsizetype encodingEnd = charsetEnd < 0 ? -1 : fieldValue.indexOf('?', charsetEnd + 1);
        const qsizetype textEnd = encodingEnd < 0 ? -1 : fieldValue.indexOf("?=", encodingEnd + 1);
        if (textEnd < 0)
            return QStringLiteral("The encoded word %1 has no end.").arg(printable(fieldValue.sliced(at), 100));
        const qsizetype end = textEnd + 2;
        const QByteArrayView word = fieldValue.sliced(at, end - at);
        const QByteArrayList parts{fieldValue.sliced(at + 2, charsetEnd - at - 2).toByteArray(),
                                   fieldValue.sliced(charsetEnd + 1, encodingEnd - charsetEnd - 1).toByteArray(),
                                   fieldValue.sliced(encodingEnd + 1, textEnd - encodingEnd - 1).toByteArray()};
        if (const QString fault = faultOfWord(word, parts); !fault.isEmpty())
            return fault;
        if (isGlued(fieldValue, at, end))
            return QStringLiteral("The encoded word %1 is not set apart by blanks, so that readers show it undecoded.")
                .arg(printable(word, 100));
        at = end;
    }
    return {};
}

} // namespace relaywright
