// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/SpfMacro.h"

#include "core/base/Text.h"

#include <QStringList>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMaxNameOctets = 253;
constexpr qsizetype kMaxLabelOctets = 63;
constexpr qsizetype kMaxExpansionChars = 65'536;
constexpr QLatin1String kDelimiters(".-+,/_=");

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

tl::unexpected<SpfSyntaxError> fault(const QString &sentence, qsizetype offset, qsizetype length)
{
    return tl::unexpected(SpfSyntaxError{sentence, offset, length});
}

bool isLetterFor(QChar lower, SpfMacroUse use)
{
    if (QLatin1String("slodiphv").contains(lower))
        return true;
    return use != SpfMacroUse::DomainSpec && QLatin1String("crt").contains(lower);
}

bool isLiteralFor(QChar c, SpfMacroUse use)
{
    if (c == u' ')
        return use == SpfMacroUse::Explanation;
    return c.unicode() > 0x20 && c.unicode() < 0x7f;
}

/// The inside of `%{...}`: letter, digits, `r`, delimiters (§7.1).
tl::expected<SpfMacroPiece, SpfSyntaxError> parseMacro(const QString &inside, SpfMacroUse use, qsizetype offset)
{
    SpfMacroPiece piece;
    const QString whole = QStringLiteral("%{") + inside + u'}';
    if (inside.isEmpty() || !isLetterFor(inside.front().toLower(), use))
        return fault(QStringLiteral("\"%1\" is not a macro that can stand here; the letters are s l o d i p h v.")
                         .arg(quotable(whole, 40)),
                     offset, whole.size());
    piece.letter = inside.front().toLower();
    piece.urlEscaped = inside.front().isUpper();
    qsizetype i = 1;
    const qsizetype digits = i;
    while (i < inside.size() && isDigit(inside[i]))
        ++i;
    if (i > digits) {
        // More than 127 labels cannot be, so every larger number means "all"; the cut keeps toInt in range.
        piece.keepRight = inside.sliced(digits, std::min<qsizetype>(i - digits, 9)).toInt();
        if (piece.keepRight == 0)
            return fault(QStringLiteral("\"%1\" keeps zero parts; the number in a macro must be at least 1.")
                             .arg(quotable(whole, 40)),
                         offset, whole.size());
    }
    if (i < inside.size() && inside[i].toLower() == u'r') {
        piece.reversed = true;
        ++i;
    }
    piece.delimiters = inside.sliced(i);
    if (!std::ranges::all_of(piece.delimiters, [](QChar c) { return kDelimiters.contains(c); }))
        return fault(
            QStringLiteral("\"%1\" is not a macro: after the letter come digits, \"r\" and the delimiters %2 only.")
                .arg(quotable(whole, 40), kDelimiters),
            offset, whole.size());
    return piece;
}

/// The three escapes `%%`, `%_`, `%-`; null when it is none.
QString escapeOf(QChar c)
{
    if (c == u'%')
        return QStringLiteral("%");
    if (c == u'_')
        return QStringLiteral(" ");
    return c == u'-' ? QStringLiteral("%20") : QString();
}

QString dottedAddress(const IpAddress &ip)
{
    if (ip.family() == IpAddress::Family::V4)
        return ip.toString();
    QStringList nibbles;
    for (const std::uint8_t octet : ip.octets())
        nibbles << QString::number(octet >> 4, 16) << QString::number(octet & 0xf, 16);
    return nibbles.join(u'.');
}

QString valueOf(QChar letter, const SpfMacroValues &values)
{
    switch (letter.toLatin1()) {
    case 's': return values.localPart + u'@' + values.senderDomain;
    case 'l': return values.localPart;
    case 'o': return values.senderDomain;
    case 'd': return values.domain;
    case 'i': return dottedAddress(values.ip).toUpper(); // the nibbles as most implementations write them (§7.3)
    case 'p': return values.validatedName ? values.validatedName() : QStringLiteral("unknown");
    case 'v': return values.ip.family() == IpAddress::Family::V4 ? QStringLiteral("in-addr") : QStringLiteral("ip6");
    case 'h': return values.helo;
    case 'c': return values.ip.toString();
    case 'r': return values.receiver;
    case 't': return QString::number(values.time.time_since_epoch().count());
    default: return {};
    }
}

QStringList splitAtAny(const QString &text, const QString &delimiters)
{
    QStringList parts{QString()};
    for (const QChar c : text) {
        if (delimiters.contains(c))
            parts.append(QString());
        else
            parts.back().append(c);
    }
    return parts;
}

QString urlEscape(const QString &text)
{
    return QString::fromLatin1(text.toUtf8().toPercentEncoding()); // keeps RFC 3986 unreserved, as §7.3 asks
}

QString expand(const SpfMacroPiece &piece, const SpfMacroValues &values)
{
    if (piece.letter.isNull())
        return piece.literal;
    QString value = valueOf(piece.letter, values);
    if (piece.reversed || piece.keepRight > 0 || !piece.delimiters.isEmpty()) {
        QStringList parts = splitAtAny(value, piece.delimiters.isEmpty() ? QStringLiteral(".") : piece.delimiters);
        if (piece.reversed)
            std::ranges::reverse(parts);
        if (piece.keepRight > 0 && parts.size() > piece.keepRight)
            parts = parts.sliced(parts.size() - piece.keepRight);
        value = parts.join(u'.');
    }
    return piece.urlEscaped ? urlEscape(value) : value;
}

} // namespace

tl::expected<std::vector<SpfMacroPiece>, SpfSyntaxError> parseMacroString(const QString &text, SpfMacroUse use,
                                                                          qsizetype offset)
{
    std::vector<SpfMacroPiece> pieces;
    QString literal;
    const auto flush = [&] {
        if (!literal.isEmpty())
            pieces.push_back({.literal = std::exchange(literal, {})});
    };
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        if (!isLiteralFor(c, use))
            return fault(QStringLiteral("A character that cannot stand in a macro-string: only printable ASCII can."),
                         offset + i, 1);
        if (c != u'%') {
            literal += c;
            continue;
        }
        const QChar next = i + 1 < text.size() ? text[i + 1] : QChar();
        if (next == u'{') {
            const qsizetype end = text.indexOf(u'}', i);
            if (end < 0)
                return fault(QStringLiteral("A macro that begins with \"%{\" has no closing \"}\"."), offset + i,
                             text.size() - i);
            auto piece = parseMacro(text.sliced(i + 2, end - i - 2), use, offset + i);
            if (!piece)
                return tl::unexpected(piece.error());
            flush();
            pieces.push_back(*piece);
            i = end;
            continue;
        }
        const QString escape = escapeOf(next);
        if (escape.isNull())
            return fault(QStringLiteral("A single \"%\" means nothing; write \"%%\" for a percent sign."), offset + i,
                         1);
        literal += escape;
        ++i;
    }
    flush();
    return pieces;
}

QString expandMacros(const std::vector<SpfMacroPiece> &pieces, const SpfMacroValues &values)
{
    QString text;
    for (const SpfMacroPiece &piece : pieces) {
        text += expand(piece, values);
        if (text.size() > kMaxExpansionChars) // only the right end of a name counts
            text = text.last(kMaxExpansionChars / 2);
    }
    return text;
}

QString toQueryName(const QString &expanded)
{
    QByteArray name = expanded.toUtf8();
    if (name.endsWith('.'))
        name.chop(1);
    if (name.size() > kMaxNameOctets) {
        const qsizetype dot = name.indexOf('.', name.size() - kMaxNameOctets - 1);
        if (dot < 0)
            return {};
        name = name.sliced(dot + 1);
    }
    qsizetype label = 0; // octets of it so far
    for (const char c : name) {
        if (c == '\0' || (c == '.' && label == 0) || (c != '.' && label == kMaxLabelOctets))
            return {};
        label = c == '.' ? 0 : label + 1;
    }
    return label > 0 ? QString::fromUtf8(name) : QString();
}

QString toReverseName(const IpAddress &address)
{
    QStringList parts = dottedAddress(address).split(u'.');
    std::ranges::reverse(parts);
    const bool v4 = address.family() == IpAddress::Family::V4;
    return parts.join(u'.') + (v4 ? QLatin1String(".in-addr.arpa") : QLatin1String(".ip6.arpa"));
}

} // namespace relaywright
