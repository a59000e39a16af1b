// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Bounce.h"

#include "core/mail/Compose.h"
#include "core/mail/Header.h"
#include "core/smtp/DsnParameters.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMaxQuotedOctets = 32 * 1024;
constexpr qsizetype kMaxLineChars = 900;

QByteArray utf8(const EmailAddress &address)
{
    return address.toString().toUtf8();
}

/// Printable text on one line that is short enough for a message.
QByteArray oneLine(const QString &text)
{
    return text.left(kMaxLineChars).toUtf8();
}

QByteArray statusOf(const RecipientVerdict &verdict, bool expired)
{
    const auto space = verdict.reply.indexOf(u' ');
    const auto enhanced = EnhancedStatus::parse(verdict.reply.mid(space + 1).toUtf8());
    if (enhanced && enhanced->classDigit == 5)
        return enhanced->toString().toLatin1();
    return expired ? "4.4.7" : "5.0.0"; // RFC 3463 §3.5: delivery time expired
}

/// Of one that is still tried.
QByteArray statusOfDelay(const RecipientVerdict &verdict)
{
    const auto space = verdict.reply.indexOf(u' ');
    const auto enhanced = EnhancedStatus::parse(verdict.reply.mid(space + 1).toUtf8());
    return enhanced && enhanced->classDigit == 4 ? enhanced->toString().toLatin1() : QByteArray("4.0.0");
}

QByteArray explanation(const BounceInput &input)
{
    QByteArray text = "This is the mail relay " + input.reportingHost + ".\r\n\r\n";
    if (!input.failed.empty())
        text += input.expired ? "Your message could not be delivered in the time allowed and was given up:\r\n\r\n"
                              : "Your message could not be delivered to these recipients:\r\n\r\n";
    for (const RecipientVerdict &verdict : input.failed)
        text += "  " + utf8(verdict.recipient) + "\r\n    " + oneLine(verdict.reply) + "\r\n\r\n";
    if (!input.delayed.empty())
        text += "Your message waits. You need not send it again: it is tried until "
                + rfc5322Date(input.message.expiresAt)
                + ",\r\nand you hear of it if it cannot be delivered by then. It has not reached:\r\n\r\n";
    for (const RecipientVerdict &verdict : input.delayed)
        text += "  " + utf8(verdict.recipient) + "\r\n    " + oneLine(verdict.reply) + "\r\n\r\n";
    if (!input.relayed.empty())
        text += "Your message was handed on for these recipients, to a host that reports no success. You will hear of "
                "it\r\n"
                "again only if it cannot be delivered:\r\n\r\n";
    for (const RecipientVerdict &verdict : input.relayed)
        text += "  " + utf8(verdict.recipient) + "\r\n    " + oneLine(verdict.reply) + "\r\n\r\n";
    text += "The answers are those of " + input.upstream + ". The relay's number for the message is "
            + input.message.id.toAscii() + ".\r\n";
    return text;
}

/// The fields of one recipient (RFC 3464 §2.3).
QByteArray recipientFields(const BounceInput &input, const RecipientVerdict &verdict, const QByteArray &action,
                           const QByteArray &status)
{
    QByteArray text = "\r\n";
    const QByteArray original = input.message.dsn.of(verdict.recipient).originalRecipient;
    const qsizetype semicolon = original.indexOf(';');
    if (const auto address = fromXtext(QByteArrayView(original).sliced(semicolon + 1)); semicolon > 0 && address)
        text += "Original-Recipient: " + original.left(semicolon) + "; " + *address + "\r\n";
    text += "Final-Recipient: " + QByteArray(verdict.recipient.needsUtf8() ? "utf-8" : "rfc822") + "; "
            + utf8(verdict.recipient) + "\r\nAction: " + action + "\r\nStatus: " + status + "\r\n";
    if (!verdict.reply.isEmpty())
        text += "Remote-MTA: dns; " + input.upstream + "\r\nDiagnostic-Code: smtp; " + oneLine(verdict.reply) + "\r\n";
    return text;
}

QByteArray deliveryStatus(const BounceInput &input)
{
    QByteArray text;
    if (const QByteArray &id = input.message.dsn.envelope.envelopeId; !id.isEmpty())
        text += "Original-Envelope-Id: " + id + "\r\n";
    text += "Reporting-MTA: dns; " + input.reportingHost + "\r\nX-Relaywright-Queue-Id: " + input.message.id.toAscii()
            + "\r\nArrival-Date: " + rfc5322Date(input.message.receivedAt) + "\r\n";
    for (const RecipientVerdict &verdict : input.failed)
        text += recipientFields(input, verdict, "failed", statusOf(verdict, input.expired));
    for (const RecipientVerdict &verdict : input.delayed) // RFC 3464 §2.3.9
        text += recipientFields(input, verdict, "delayed", statusOfDelay(verdict))
                + "Will-Retry-Until: " + rfc5322Date(input.message.expiresAt) + "\r\n";
    for (const RecipientVerdict &verdict : input.relayed)
        text += recipientFields(input, verdict, "relayed", "2.0.0");
    return text;
}

/// The original's header, whole fields only, with CRLF line ends.
QByteArray quotedHeader(const BounceInput &input)
{
    const MessageHeader header = MessageHeader::read(QByteArrayView(input.originalHead));
    QByteArray quoted;
    for (const HeaderField &field : header.fields()) {
        if (quoted.size() + field.size > kMaxQuotedOctets)
            break;
        quoted += QByteArrayView(input.originalHead).sliced(field.offset, field.size);
    }
    return quoted.endsWith('\n') || quoted.isEmpty() ? quoted : quoted + "\r\n";
}

QByteArray part(const QByteArray &boundary, const QByteArray &type, const QByteArray &content)
{
    return "--" + boundary + "\r\nContent-Type: " + type + "\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + content
           + "\r\n";
}

/// RET=FULL is for failures only (RFC 3461 §4.3); a message that would not fit into the head is told by its header.
bool returnsAll(const BounceInput &input)
{
    const auto size = static_cast<std::uint64_t>(input.originalHead.size());
    return input.message.dsn.envelope.returned == DsnRequest::Return::Full && !input.failed.empty()
           && size == input.message.body.size && input.originalHead.size() <= kMaxQuotedOctets;
}

QByteArray subject(const BounceInput &input)
{
    if (!input.delayed.empty())
        return "Mail is delayed";
    if (input.failed.empty())
        return "Mail was handed on";
    return QByteArray("Undelivered mail: ") + (input.expired ? "given up" : "refused");
}

} // namespace

std::optional<EmailAddress> bounceRecipient(const SpoolMessage &message, const std::optional<EmailAddress> &postmaster)
{
    if (message.sender)
        return message.sender;
    const bool ours = message.source == bounceSource();
    const bool wentThere = postmaster && std::ranges::find(message.recipients, *postmaster) != message.recipients.end();
    return ours && !wentThere ? postmaster : std::nullopt;
}

QByteArray makeBounce(const BounceInput &input)
{
    const QByteArray boundary = "=_" + input.token;
    QByteArray octets =
        "Received: by " + input.reportingHost + " (Relaywright) for " + utf8(input.to) + "; " + rfc5322Date(input.now)
        + "\r\nFrom: Mail Delivery System <" + utf8(input.from) + ">\r\nTo: " + utf8(input.to)
        + "\r\nSubject: " + subject(input) + "\r\nDate: " + rfc5322Date(input.now) + "\r\nMessage-ID: <" + input.token
        + '@' + input.reportingHost + ">\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"" + boundary + "\"\r\n\r\n";
    octets += part(boundary, "text/plain; charset=utf-8", explanation(input));
    octets += part(boundary, "message/delivery-status", deliveryStatus(input));
    if (returnsAll(input))
        octets += part(boundary, "message/rfc822", input.originalHead);
    else
        octets += part(boundary, "text/rfc822-headers", quotedHeader(input));
    return octets + "--" + boundary + "--\r\n";
}

} // namespace relaywright
