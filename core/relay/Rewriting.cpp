// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Rewriting.h"

#include "core/base/Text.h"
#include "core/mail/Header.h"

namespace relaywright {

namespace {

constexpr qsizetype kMaxKeptValueOctets = 900; // RFC 5322 §2.1.1: a line has at most 998

/// Octets of the line end at `at`: CRLF, bare CR or bare LF; 0 when there is none.
qsizetype lineEndSize(QByteArrayView octets, qsizetype at)
{
    if (octets[at] == '\n')
        return 1;
    if (octets[at] != '\r')
        return 0;
    return at + 1 < octets.size() && octets[at + 1] == '\n' ? 2 : 1;
}

/// The header with CRLF line ends, up to the empty line; `end` receives where that line begins in `octets`.
QByteArray normalHeader(QByteArrayView octets, qsizetype &end)
{
    QByteArray header;
    qsizetype lineStart = 0;
    for (qsizetype at = 0; at < octets.size();) {
        const qsizetype size = lineEndSize(octets, at);
        if (size == 0) {
            ++at;
            continue;
        }
        if (at == lineStart) {
            end = lineStart;
            return header;
        }
        header.append(octets.sliced(lineStart, at - lineStart)).append("\r\n");
        lineStart = at += size;
    }
    // All of it is header. Its last line may have no end, where the message came in chunks, and is a field like the others.
    if (lineStart < octets.size())
        header.append(octets.sliced(lineStart)).append("\r\n");
    end = octets.size();
    return header;
}

bool isSafeValue(QByteArrayView value)
{
    return value.size() <= kMaxKeptValueOctets && !hasControlCharacters(QString::fromUtf8(value).replace(u'\t', u' '));
}

/// `"Scanner, 2nd floor" ` of `"Scanner, 2nd floor" <scan@example.com>`, as it stands; empty when there is none or it is not plain.
QByteArray displayName(const QByteArray &from)
{
    const qsizetype bracket = from.lastIndexOf('<');
    if (bracket <= 0)
        return {};
    const QByteArray name = from.left(bracket).trimmed();
    const bool listed = !name.startsWith('"') && name.contains(',');
    const bool quotesOpen = name.count('"') % 2 != 0;
    return isSafeValue(name) && !listed && !quotesOpen && !name.contains('@') ? name : QByteArray();
}

/// The first address in a From value; nothing when there is none that parses.
std::optional<EmailAddress> firstAddress(const QByteArray &from)
{
    QByteArray text = from;
    if (const qsizetype open = text.indexOf('<'); open >= 0)
        text = text.mid(open + 1, text.indexOf('>', open) - open - 1);
    const auto address = EmailAddress::parse(QString::fromUtf8(text.trimmed()));
    return address ? std::optional(*address) : std::nullopt;
}

/// The only place where a field is made: what could end it early makes none.
QByteArray headerField(const QByteArray &name, const QByteArray &value)
{
    const bool mayEndIt = hasControlCharacters(QString::fromUtf8(value).replace(u'\t', u' '));
    return mayEndIt ? QByteArray() : name + ": " + value + "\r\n";
}

QByteArray fromField(const QByteArray &original, const EmailAddress &sendAs)
{
    const QByteArray name = displayName(original);
    const QByteArray address = sendAs.toString().toUtf8();
    return headerField("From", name.isEmpty() ? address : name + " <" + address + '>');
}

/// Reply-To for the original author: his whole From value, or just the address when the value is not plain.
QByteArray replyToField(const QByteArray &original, const EmailAddress &sendAs)
{
    const auto address = firstAddress(original);
    if (!address || *address == sendAs)
        return {};
    return headerField("Reply-To", isSafeValue(original) ? original.trimmed() : address->toString().toUtf8());
}

} // namespace

SenderRewriting rewritingFor(const RelayDevice *device, const RelayUpstream &host)
{
    SenderRewriting rewriting{.sendAs = host.sendAs, .returnPath = {}};
    if (!device)
        return rewriting;
    if (device->sendAs)
        rewriting.sendAs = device->sendAs;
    rewriting.keepReplyTo = device->keepReplyTo;
    rewriting.returnPath = device->returnPath;
    return rewriting;
}

Envelope rewriteEnvelope(const Envelope &envelope, const SenderRewriting &rewriting)
{
    Envelope rewritten = envelope;
    if (!rewritten.sender)
        return rewritten;
    if (rewriting.returnPath)
        rewritten.sender = rewriting.returnPath;
    else if (rewriting.sendAs)
        rewritten.sender = rewriting.sendAs;
    return rewritten;
}

RewrittenHead rewriteSender(QByteArrayView head, const EmailAddress &sendAs, bool keepReplyTo)
{
    RewrittenHead rewritten;
    const QByteArray octets = normalHeader(head, rewritten.replaced);
    const MessageHeader header = MessageHeader::read(octets);
    const QByteArray original = header.value("From").value_or(QByteArray());
    const bool wantsReplyTo = keepReplyTo && header.count("Reply-To") == 0;
    const QByteArray replyTo = wantsReplyTo ? replyToField(original, sendAs) : QByteArray();
    bool written = false;
    for (const HeaderField &field : header.fields()) {
        if (field.name.compare("From", Qt::CaseInsensitive) == 0) {
            if (!written)
                rewritten.head += fromField(original, sendAs) + replyTo;
            written = true;
        } else if (field.name.compare("Sender", Qt::CaseInsensitive) != 0
                   && field.name.compare("Return-Path", Qt::CaseInsensitive) != 0) {
            rewritten.head += QByteArrayView(octets).sliced(field.offset, field.size);
        }
    }
    if (!written)
        rewritten.head += fromField(original, sendAs) + replyTo;
    // A line that is no field ended the header early: the rest stays as it is, below the new fields.
    const qsizetype read = header.fields().empty() ? 0 : header.fields().back().offset + header.fields().back().size;
    if (const QByteArrayView rest = QByteArrayView(octets).sliced(read); !rest.isEmpty())
        rewritten.head += "\r\n" + rest.toByteArray();
    return rewritten;
}

} // namespace relaywright
