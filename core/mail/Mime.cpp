// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/Mime.h"

#include <QByteArrayList>
#include <QStringList>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kEncodedWordFrame = 12; // =?UTF-8?B? and ?=
constexpr qsizetype kMaxEncodedWord = 75;   // RFC 2047 §2

bool isPlain(const QString &text)
{
    return std::ranges::all_of(text, [](QChar c) { return c.unicode() >= 0x20 && c.unicode() < 0x7f; });
}

bool isAtext(QChar c)
{
    return c.unicode() < 0x80 && (c.isLetterOrNumber() || QStringLiteral("!#$%&'*+-/=?^_`{|}~").contains(c));
}

/// As many octets of `utf8` from `start` as fit into `limit` without cutting a character.
qsizetype wholeCharacters(const QByteArray &utf8, qsizetype start, qsizetype limit)
{
    qsizetype end = std::min(start + limit, utf8.size());
    while (end < utf8.size() && end > start && (static_cast<uchar>(utf8[end]) & 0xc0) == 0x80)
        --end;
    return end - start;
}

/// Text that survives as it is: plain, not like an encoded word, no space that folding or trimming would lose, and no
/// word too long for a line.
bool goesUnencoded(const QString &text)
{
    if (!isPlain(text) || text.contains(QLatin1String("=?")) || text.contains(QLatin1String("  "))
        || text.startsWith(u' ') || text.endsWith(u' '))
        return false;
    const QStringList words = text.split(u' ');
    return std::ranges::all_of(words, [](const QString &word) { return word.size() < kMaxMimeLineOctets - 20; });
}

QByteArray percentEncoded(const QByteArray &octets)
{
    return octets.toPercentEncoding({}, "!'()*~"); // RFC 2231 attribute-char leaves these out
}

void appendHex(char octet, QByteArray &out)
{
    static constexpr char kDigits[] = "0123456789ABCDEF";
    out += '=';
    out += kDigits[static_cast<uchar>(octet) >> 4];
    out += kDigits[static_cast<uchar>(octet) & 0x0f];
}

} // namespace

QByteArray encodedWords(const QString &text, qsizetype column)
{
    const QByteArray utf8 = text.toUtf8();
    QByteArray out;
    for (qsizetype start = 0; start < utf8.size();) {
        const qsizetype room =
            std::min(kMaxEncodedWord, kMaxMimeLineOctets - (start == 0 ? column : 1)) - kEncodedWordFrame;
        const qsizetype size = wholeCharacters(utf8, start, std::max<qsizetype>(room / 4 * 3, 4));
        if (start > 0)
            out += "\r\n ";
        out += "=?UTF-8?B?" + utf8.mid(start, size).toBase64() + "?=";
        start += size;
    }
    return out;
}

QByteArray unstructuredField(const QByteArray &name, const QString &value)
{
    QByteArray line = name + ':';
    if (!goesUnencoded(value))
        return line + ' ' + encodedWords(value, line.size() + 1) + "\r\n";
    QByteArray out;
    const QStringList words = value.split(u' ');
    for (const QString &word : words) {
        if (line.size() + 1 + word.size() > kMaxMimeLineOctets && line.size() > name.size() + 1) {
            out += line + "\r\n";
            line.clear();
        }
        line += ' ' + word.toLatin1();
    }
    return out + line + "\r\n";
}

QByteArray displayName(const QString &name, qsizetype column)
{
    const bool looksEncoded = name.contains(QLatin1String("=?"));
    if (!isPlain(name) || looksEncoded || column + name.size() > kMaxMimeLineOctets - 4)
        return encodedWords(name, column);
    if (std::ranges::all_of(name, [](QChar c) { return isAtext(c); }))
        return name.toLatin1();
    QByteArray quoted(1, '"');
    for (const char c : name.toLatin1()) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

QByteArray fileNameParameter(const QString &fileName)
{
    const bool simple =
        isPlain(fileName) && !fileName.contains(u'"') && !fileName.contains(u'\\') && fileName.size() <= 60;
    if (simple)
        return ";\r\n filename=\"" + fileName.toLatin1() + '"';
    const QByteArray utf8 = fileName.toUtf8();
    QByteArrayList pieces;
    for (qsizetype start = 0; start < utf8.size();) {
        const qsizetype size = wholeCharacters(utf8, start, 16); // at most 48 octets once encoded
        pieces += percentEncoded(utf8.mid(start, size));
        start += size;
    }
    if (pieces.size() == 1)
        return ";\r\n filename*=UTF-8''" + pieces.first();
    QByteArray out;
    for (qsizetype i = 0; i < pieces.size(); ++i)
        out += ";\r\n filename*" + QByteArray::number(i) + "*=" + (i == 0 ? "UTF-8''" : "") + pieces[i];
    return out;
}

QByteArray base64Lines(const QByteArray &octets)
{
    const QByteArray encoded = octets.toBase64();
    QByteArray out;
    out.reserve(encoded.size() + encoded.size() / 38 + 2);
    for (qsizetype start = 0; start < encoded.size(); start += kMaxMimeLineOctets)
        out += encoded.mid(start, kMaxMimeLineOctets) + "\r\n";
    return out;
}

QByteArray quotedPrintable(const QByteArray &text)
{
    QByteArray out;
    QByteArray line;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
            out += line + "\r\n";
            line.clear();
            ++i;
            continue;
        }
        const bool endsLine =
            i + 1 == text.size() || (text[i + 1] == '\r' && i + 2 < text.size() && text[i + 2] == '\n');
        const bool blank = text[i] == ' ' || text[i] == '\t';
        QByteArray piece;
        if ((blank && !endsLine) || (text[i] > 0x20 && text[i] < 0x7f && text[i] != '='))
            piece += text[i];
        else
            appendHex(text[i], piece);
        if (line.size() + piece.size() > kMaxMimeLineOctets - 1) { // one for the soft line break's "="
            out += line + "=\r\n";
            line.clear();
        }
        line += piece;
    }
    return out + line;
}

} // namespace relaywright
