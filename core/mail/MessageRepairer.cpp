// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/MessageRepairer.h"

#include "core/mail/AddressList.h"
#include "core/mail/Header.h"

#include <algorithm>

namespace relaywright {

namespace {

bool isBlank(char c)
{
    return c == ' ' || c == '\t';
}

bool isContinuationOctet(char c) // of UTF-8
{
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

bool startsWithWord(QByteArrayView text, QByteArrayView word)
{
    return text.size() >= word.size() && text.first(word.size()).compare(word, Qt::CaseInsensitive) == 0;
}

/// Where the header ends, from `from` on: behind the line before the empty one; negative when that is not there yet.
qsizetype headerEnd(QByteArrayView octets, qsizetype from)
{
    if (octets.startsWith("\r\n") || octets.startsWith('\n'))
        return 0;
    for (qsizetype at = octets.indexOf('\n', from); at >= 0; at = octets.indexOf('\n', at + 1)) {
        const QByteArrayView next = octets.sliced(at + 1);
        if (next.startsWith('\n') || next.startsWith("\r\n"))
            return at + 1;
    }
    return -1;
}

/// The last octet of `line` behind which it may be cut so that at most `most` remain before: never inside a character.
qsizetype hardCut(QByteArrayView line, qsizetype most)
{
    qsizetype cut = std::min(most, line.size());
    while (cut > most - 4 && cut < line.size() && isContinuationOctet(line[cut]))
        --cut;
    return cut;
}

/// The last blank of the first `most` octets with something but blanks before it; negative: none.
qsizetype lastBlank(QByteArrayView line, qsizetype most)
{
    const auto text = std::ranges::find_if_not(line, isBlank);
    const qsizetype begin = text - line.begin();
    for (qsizetype at = std::min(most, line.size()) - 1; at > begin; --at) {
        if (isBlank(line[at]))
            return at;
    }
    return -1;
}

/// A display name as a phrase may hold it (RFC 5322 §3.2.5); encoded words lose their meaning in quotes (RFC 2047 §5).
QByteArray phrase(const QString &name)
{
    if (name.contains(QLatin1String("=?")))
        return name.toUtf8();
    QString quoted = name;
    quoted.replace(u'\\', QLatin1String("\\\\")).replace(u'"', QLatin1String("\\\""));
    return '"' + quoted.toUtf8() + '"';
}

QByteArray mendedMailbox(const HeaderMailbox &mailbox)
{
    const QByteArray address = '<' + mailbox.address->toString().toUtf8() + '>';
    const QString name = mailbox.displayName.trimmed();
    if (name.isEmpty() || EmailAddress::parse(name) || EmailAddress::parse(QString(name).remove(u'"').remove(u'\'')))
        return address;
    return phrase(QString(name).replace(u'@', QLatin1String(" at "))) + ' ' + address;
}

} // namespace

void MessageRepairer::note(Repair repair)
{
    if (std::ranges::find(m_made, repair) == m_made.end())
        m_made.push_back(repair);
}

void MessageRepairer::append(QByteArrayView octets, QByteArray &out)
{
    if (m_inBody)
        return appendBody(octets, out);
    const qsizetype before = m_head.size();
    m_head.append(octets);
    if (headerEnd(m_head, std::max<qsizetype>(0, before - 3)) >= 0 || m_head.size() > MessageHeader::kMaxHeaderOctets)
        repairHeader(out);
}

void MessageRepairer::finish(QByteArray &out)
{
    if (!m_inBody)
        repairHeader(out);
    if (!m_line.isEmpty())
        endLine(std::exchange(m_line, {}), out);
}

void MessageRepairer::repairHeader(QByteArray &out)
{
    m_inBody = true;
    const QByteArray octets = std::exchange(m_head, {});
    const MessageHeader header = MessageHeader::read(octets);
    m_isMultipart = startsWithWord(header.value("Content-Type").value_or(QByteArray()), "multipart/");
    m_quotedPrintable =
        startsWithWord(header.value("Content-Transfer-Encoding").value_or(QByteArray()), "quoted-printable");
    const QByteArrayView rest = QByteArrayView(octets).sliced(header.size());
    const bool isWhole = octets.size() <= MessageHeader::kMaxHeaderOctets || headerEnd(octets, 0) >= 0;
    if (!isWhole)
        return appendBody(octets, out);
    for (const HeaderField &field : header.fields()) {
        const QByteArrayView raw = QByteArrayView(octets).sliced(field.offset, field.size);
        const bool isFrom = m_repairs.displayName && field.name.compare("From", Qt::CaseInsensitive) == 0;
        const QByteArray mended = isFrom ? mendedFrom(field.value) : QByteArray();
        if (!mended.isEmpty())
            note(Repair::DisplayName);
        appendFolded(mended.isEmpty() ? raw : QByteArrayView(mended), out);
    }
    if (!header.fields().empty() && !out.endsWith('\n'))
        out += "\r\n"; // a header that the message ended in
    const qsizetype before = out.size();
    if (m_repairs.date && header.count("Date") == 0) {
        out += "Date: " + m_fields.date + "\r\n";
        note(Repair::Date);
    }
    if (m_repairs.messageId && header.count("Message-ID") == 0) {
        out += "Message-ID: " + m_fields.messageId + "\r\n";
        note(Repair::MessageId);
    }
    // A line that is no field ended the header: what was added must not run into it.
    const bool endsInText = !rest.isEmpty() && !rest.startsWith('\n') && !rest.startsWith("\r\n");
    if (out.size() > before && endsInText)
        out += "\r\n";
    appendBody(rest, out);
}

QByteArray MessageRepairer::mendedFrom(QByteArrayView value) const
{
    const AddressList list = readAddressList(value);
    const bool known =
        std::ranges::all_of(list.mailboxes, [](const HeaderMailbox &mailbox) { return mailbox.address.has_value(); });
    if (!known || list.addressesInNames().empty())
        return {};
    QByteArray field = "From: ";
    for (const HeaderMailbox &mailbox : list.mailboxes)
        field += (field.endsWith(": ") ? QByteArray() : QByteArray(",\r\n ")) + mendedMailbox(mailbox);
    return field + "\r\n";
}

void MessageRepairer::appendFolded(QByteArrayView field, QByteArray &out)
{
    if (!m_repairs.longLines || field.size() <= kMaxLineOctets) {
        out += field;
        return;
    }
    while (!field.isEmpty()) {
        const qsizetype end = field.indexOf('\n');
        const QByteArrayView line = end < 0 ? field : field.first(end + 1);
        field = field.sliced(line.size());
        QByteArrayView text = withoutLineEnd(line);
        const QByteArrayView lineEnd = line.sliced(text.size());
        QByteArray cutHead; // a fold where no blank was adds one
        while (text.size() + cutHead.size() > kMaxLineOctets) {
            note(Repair::LongLines);
            const qsizetype blank = lastBlank(text, kMaxLineOctets);
            const qsizetype cut = blank > 0 ? blank : hardCut(text, kMaxLineOctets - 1);
            out.append(cutHead).append(text.first(cut)).append("\r\n");
            cutHead = blank > 0 ? QByteArray() : QByteArray(" ");
            text = text.sliced(cut);
        }
        out.append(cutHead).append(text).append(lineEnd);
    }
}

void MessageRepairer::appendBody(QByteArrayView octets, QByteArray &out)
{
    if (!m_repairs.longLines) {
        out += octets;
        return;
    }
    while (!octets.isEmpty()) {
        const qsizetype end = octets.indexOf('\n');
        const QByteArrayView piece = end < 0 ? octets : octets.first(end + 1);
        octets = octets.sliced(piece.size());
        if (end >= 0 && m_line.isEmpty()) {
            endLine(piece, out);
            continue;
        }
        m_line.append(piece);
        if (end >= 0)
            endLine(std::exchange(m_line, {}), out);
        qsizetype done = 0; // a line may go on for ever
        while (m_line.size() - done > kMaxLineOctets + 2)
            done += cutLine(QByteArrayView(m_line).sliced(done), out);
        m_line.remove(0, done);
    }
}

void MessageRepairer::endLine(QByteArrayView line, QByteArray &out)
{
    if (!std::exchange(m_lineIsCut, false))
        watchParts(line);
    while (withoutLineEnd(line).size() > kMaxLineOctets)
        line = line.sliced(cutLine(line, out));
    m_lineIsCut = false;
    out += line;
}

qsizetype MessageRepairer::cutLine(QByteArrayView line, QByteArray &out)
{
    note(Repair::LongLines);
    if (!std::exchange(m_lineIsCut, true))
        watchParts(line.first(kMaxLineOctets));
    if (m_quotedPrintable) {
        qsizetype cut = kMaxLineOctets - 1; // the `=` stands behind it
        if (line[cut - 1] == '=')
            cut -= 1;
        else if (line[cut - 2] == '=')
            cut -= 2;
        out.append(line.first(cut)).append("=\r\n");
        return cut;
    }
    const qsizetype blank = lastBlank(line, kMaxLineOctets);
    const qsizetype cut = blank > 0 ? blank + 1 : hardCut(line, kMaxLineOctets);
    out.append(line.first(cut)).append("\r\n");
    return cut;
}

/// Which encoding the lines have: each part of a multipart message says so in its own header.
void MessageRepairer::watchParts(QByteArrayView line)
{
    if (!m_isMultipart)
        return;
    const QByteArrayView text = withoutLineEnd(line);
    if (text.startsWith("--") && text != QByteArrayView("-- ")) {
        m_inPartHeader = true;
        m_quotedPrintable = false;
    } else if (m_inPartHeader && text.isEmpty()) {
        m_inPartHeader = false;
    } else if (constexpr QByteArrayView kName("Content-Transfer-Encoding:");
               m_inPartHeader && startsWithWord(text, kName)) {
        m_quotedPrintable = startsWithWord(text.sliced(kName.size()).trimmed(), "quoted-printable");
    }
}

} // namespace relaywright
