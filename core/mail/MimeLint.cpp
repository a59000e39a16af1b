// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/MimeLint.h"

#include "core/mail/Mime.h"
#include "core/mail/MimeParameters.h"

#include <QRegularExpression>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMaxBoundary = 70; // RFC 2046 §5.1.1

bool isEightBit(QByteArrayView text)
{
    return std::ranges::any_of(text, [](char c) { return static_cast<uchar>(c) >= 0x80; });
}

bool isBase64(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

bool isHex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

bool isBoundary(const QByteArray &text)
{
    constexpr QByteArrayView kMore("'()+_,-./:=? ");
    return !text.isEmpty() && text.size() <= kMaxBoundary && !text.endsWith(' ')
           && std::ranges::all_of(text, [&](char c) {
                  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
                         || kMore.contains(c);
              });
}

QByteArrayView withoutTrailingBlanks(QByteArrayView text)
{
    while (text.endsWith(' ') || text.endsWith('\t'))
        text.chop(1);
    return text;
}

} // namespace

void MimeLint::wrong(const char *id, qint64 line, QByteArrayView seen, const QString &sentence, const char *remedy)
{
    m_remarks.add({LintRemark::Level::Wrong, QString::fromLatin1(id), line, seenText(seen), sentence,
                   QString::fromLatin1(remedy)});
}

void MimeLint::attention(const char *id, qint64 line, const QString &sentence, const char *remedy)
{
    m_remarks.addOnce(
        {LintRemark::Level::Attention, QString::fromLatin1(id), line, {}, sentence, QString::fromLatin1(remedy)});
}

void MimeLint::beginEntity(qint64 line)
{
    m_entity = Entity{};
    m_entity.line = line;
    m_place = Place::Header;
    if (++m_parts == kMaxParts + 1)
        wrong("mime.too-many-parts", line, {},
              QStringLiteral("The message has more than %1 parts; Exchange Online refuses that with 554 5.6.211.")
                  .arg(kMaxParts),
              "Send fewer parts in one message.");
}

void MimeLint::onField(const QByteArray &name, const QByteArray &value, qint64 line)
{
    const QByteArray lower = name.toLower();
    if (lower == "content-type") {
        const MimeValue type = readMimeValue(value);
        static const QRegularExpression form(QStringLiteral("\\A[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+\\z"));
        if (!form.match(QString::fromLatin1(type.value)).hasMatch())
            return wrong("mime.type", line, value, QStringLiteral("Content-Type names no media type."),
                         "It must be of the form text/plain.");
        m_entity.mediaType = type.value;
        const auto boundary = type.parameters.find("boundary");
        m_entity.hasBoundary = boundary != type.parameters.end();
        m_entity.boundary = m_entity.hasBoundary ? boundary->second : QByteArray();
        m_entity.line = line;
    } else if (lower == "content-transfer-encoding") {
        m_entity.encodingWord = readMimeValue(value).value;
        const QByteArray &word = m_entity.encodingWord;
        m_entity.encoding = word == "7bit"               ? Encoding::SevenBit
                            : word == "8bit"             ? Encoding::EightBit
                            : word == "binary"           ? Encoding::Binary
                            : word == "base64"           ? Encoding::Base64
                            : word == "quoted-printable" ? Encoding::QuotedPrintable
                                                         : Encoding::Unknown;
        if (m_entity.encoding == Encoding::Unknown)
            wrong("mime.encoding-unknown", line, value,
                  QStringLiteral("Content-Transfer-Encoding names an encoding that nobody knows."),
                  "Use 7bit, quoted-printable or base64.");
    }
}

void MimeLint::onHeaderEnd(qint64 line)
{
    m_base64 = {};
    m_place = Place::Leaf;
    const bool encoded = m_entity.encoding == Encoding::Base64 || m_entity.encoding == Encoding::QuotedPrintable;
    const bool composite = m_entity.mediaType.startsWith("multipart/") || m_entity.mediaType == "message/rfc822";
    if (composite && encoded)
        wrong(
            "mime.composite-encoded", m_entity.line, m_entity.encodingWord,
            QStringLiteral("A part of type %1 is encoded as %2, which is not allowed (RFC 2045, section 6.4); Exchange "
                           "Online may refuse it with 554 5.6.211.")
                .arg(seenText(m_entity.mediaType), seenText(m_entity.encodingWord)),
            "Encode it as 7bit or 8bit.");
    else if (composite && m_levels.size() >= kMaxDepth)
        wrong("mime.too-deep", line, {}, QStringLiteral("The parts are nested more than %1 deep.").arg(kMaxDepth),
              "Send the parts beside each other.");
    else if (m_entity.mediaType.startsWith("multipart/"))
        openMultipart(line);
    else if (composite)
        beginEntity(line);
    if (m_place == Place::Leaf && m_entity.encoding == Encoding::EightBit)
        attention("mime.needs-8bitmime", m_entity.line,
                  QStringLiteral("A part is sent as 8bit, which only a server with 8BITMIME takes."),
                  "Where the server does not offer it, let the program use quoted-printable.");
    if (m_place == Place::Leaf && m_entity.encoding == Encoding::Binary)
        attention("mime.needs-binarymime", m_entity.line,
                  QStringLiteral("A part is sent as binary, which only a server with BINARYMIME and CHUNKING takes."),
                  "Let the program use base64.");
}

void MimeLint::openMultipart(qint64 line)
{
    if (!m_entity.hasBoundary || !isBoundary(m_entity.boundary))
        return wrong(
            "mime.boundary", m_entity.line, m_entity.boundary,
            m_entity.hasBoundary
                ? QStringLiteral("The boundary is empty, longer than 70 characters or holds one that it may not.")
                : QStringLiteral("A multipart names no boundary, so that nobody can find its parts."),
            "Update the program that writes the message.");
    m_levels.push_back({m_entity.boundary, line});
    m_place = Place::Between;
}

bool MimeLint::takeDelimiter(QByteArrayView text, qint64 line)
{
    if (!text.startsWith("--"))
        return false;
    const QByteArrayView rest = withoutTrailingBlanks(text).sliced(2);
    for (std::size_t i = m_levels.size(); i-- > 0;) {
        const QByteArray &boundary = m_levels[i].boundary;
        const bool closes = rest.size() == boundary.size() + 2 && rest.startsWith(boundary) && rest.endsWith("--");
        if (!closes && rest != boundary)
            continue;
        endLeaf();
        closeLevels(i + 1, line);
        m_levels[i].seen = true;
        if (closes) {
            m_levels.pop_back();
            m_place = Place::Between;
        } else {
            beginEntity(line);
        }
        return true;
    }
    return false;
}

/// The levels above `keep` are over without their closing delimiter.
void MimeLint::closeLevels(std::size_t keep, qint64 line)
{
    while (m_levels.size() > keep) {
        const Level &level = m_levels.back();
        if (!level.seen)
            wrong("mime.boundary-unseen", level.line, level.boundary,
                  QStringLiteral("The boundary that a multipart names stands nowhere in it, so that it has no parts."),
                  "Update the program that writes the message.");
        else
            wrong(
                "mime.not-closed", line, level.boundary,
                QStringLiteral("A multipart is not closed by its boundary with two hyphens behind it; the message may "
                               "have been cut off."),
                "Send it again; update the program where it happens again.");
        m_levels.pop_back();
    }
}

void MimeLint::onBodyLine(QByteArrayView text, qint64 line, bool isWhole)
{
    if (m_place != Place::Leaf)
        return; // before the first and behind the last part nobody reads
    switch (m_entity.encoding) {
    case Encoding::Base64: return checkBase64(text, line, isWhole);
    case Encoding::QuotedPrintable: return checkQuoted(text, line);
    case Encoding::SevenBit: return checkPlain(text, line);
    case Encoding::EightBit:
    case Encoding::Binary:
    case Encoding::Unknown: return;
    }
}

void MimeLint::checkBase64(QByteArrayView text, qint64 line, bool isWhole)
{
    m_base64.reliable = m_base64.reliable && isWhole;
    if (!isWhole || text.size() > kMaxMimeLineOctets)
        m_remarks.add({LintRemark::Level::Attention,
                       QStringLiteral("base64.long-line"),
                       line,
                       {},
                       QStringLiteral("A line of base64 is longer than 76 characters."),
                       QStringLiteral("Update the program that writes the message.")});
    for (const char c : text) {
        if (c == ' ' || c == '\t')
            continue;
        if (c == '=') {
            ++m_base64.padding;
        } else if (!isBase64(c)) {
            m_base64.reliable = false;
            return wrong("base64.character", line, text,
                         QStringLiteral("A part that should be base64 holds a character that is none of it; the "
                                        "attachment will be damaged."),
                         "Send it again; update the program where it happens again.");
        } else if (m_base64.padding > 0) {
            m_base64.reliable = false;
            return wrong("base64.after-end", line, text,
                         QStringLiteral("A base64 part goes on behind its end (\"=\"); what follows will be lost."),
                         "Encode the whole attachment in one piece.");
        } else {
            ++m_base64.characters;
        }
    }
}

void MimeLint::checkQuoted(QByteArrayView text, qint64 line)
{
    const QByteArrayView body = withoutTrailingBlanks(text);
    if (isEightBit(text))
        return wrong("quoted.8-bit", line, text,
                     QStringLiteral("A quoted-printable part holds octets outside ASCII; they must be encoded."),
                     "Update the program that writes the message.");
    if (text.size() > kMaxMimeLineOctets)
        m_remarks.add({LintRemark::Level::Attention,
                       QStringLiteral("quoted.long-line"),
                       line,
                       {},
                       QStringLiteral("A line of quoted-printable is longer than 76 characters."),
                       QStringLiteral("Update the program that writes the message.")});
    for (qsizetype at = body.indexOf('='); at >= 0; at = body.indexOf('=', at + 1)) {
        if (at + 1 == body.size())
            return; // a soft line break
        if (at + 2 >= body.size() || !isHex(body[at + 1]) || !isHex(body[at + 2]))
            return wrong(
                "quoted.escape", line, text,
                QStringLiteral("A quoted-printable part holds \"=\" without two hexadecimal digits behind it."),
                "Update the program that writes the message.");
    }
}

void MimeLint::checkPlain(QByteArrayView text, qint64 line)
{
    if (isEightBit(text))
        wrong(
            "body.8-bit", line, text,
            QStringLiteral("The text holds octets outside ASCII, and its header says 7bit or nothing; a server without "
                           "8BITMIME may damage or refuse it."),
            "Let the program declare 8bit, or encode as quoted-printable.");
}

void MimeLint::endLeaf()
{
    if (m_place == Place::Leaf && m_entity.encoding == Encoding::Base64 && m_base64.reliable
        && (m_base64.characters + m_base64.padding) % 4 != 0)
        wrong("base64.cut-off", m_entity.line, {},
              QStringLiteral("A base64 part is cut off: its characters are not a multiple of four."),
              "Send it again; update the program where it happens again.");
    m_base64 = {};
}

void MimeLint::onEnd()
{
    endLeaf();
    closeLevels(0, 0);
}

} // namespace relaywright
