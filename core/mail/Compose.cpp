// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/Compose.h"

#include "core/base/Text.h"
#include "core/mail/Mime.h"

#include <QLocale>
#include <QRegularExpression>

#include <algorithm>

namespace relaywright {

namespace {

struct EncodedText {
    QByteArray transferEncoding;
    QByteArray content; ///< CRLF line ends, the last line ended
};

tl::unexpected<Error> controlCharacter(const QString &field)
{
    return failure(ErrorKind::InvalidInput, QStringLiteral("The %1 holds a line break or another control character. "
                                                           "Type it again on one line.")
                                                .arg(field));
}

Result<void> check(const MessageDraft &draft, const QByteArray &uniqueToken)
{
    static const QRegularExpression mediaType(
        QStringLiteral(R"(^[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}$)"));
    static const QRegularExpression token(QStringLiteral("^[A-Za-z0-9]{1,64}$"));
    if (hasControlCharacters(draft.fromName))
        return controlCharacter(QStringLiteral("sender's display name"));
    if (hasControlCharacters(draft.subject))
        return controlCharacter(QStringLiteral("subject"));
    if (draft.to.empty())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The message has no recipient. Enter at least one address."));
    for (const Attachment &attachment : draft.attachments) {
        if (hasControlCharacters(attachment.fileName))
            return controlCharacter(QStringLiteral("name of an attachment"));
        if (attachment.fileName.isEmpty())
            return failure(ErrorKind::InvalidInput, QStringLiteral("An attachment has no file name. Give it one."));
        const QString type = QString::fromLatin1(attachment.mediaType);
        if (!mediaType.match(type).hasMatch() || type.contains(u'\n'))
            return failure(
                ErrorKind::InvalidInput,
                QStringLiteral("The media type \"%1\" of the attachment %2 is none. Use one such as application/pdf.")
                    .arg(printable(attachment.mediaType, 80), attachment.fileName));
    }
    const QString tokenText = QString::fromLatin1(uniqueToken);
    if (!token.match(tokenText).hasMatch() || tokenText.contains(u'\n'))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The token for the Message-ID must be 1 to 64 letters and digits."));
    return {};
}

QByteArray crlfText(const QString &text)
{
    QString lines = text;
    lines.replace(QLatin1String("\r\n"), QLatin1String("\n"));
    lines.replace(u'\r', u'\n');
    if (!lines.endsWith(u'\n'))
        lines += u'\n';
    lines.replace(u'\n', QLatin1String("\r\n"));
    return lines.toUtf8();
}

/// True for text that any server carries as it is: ASCII, short lines, no blank before a line end that one may strip.
bool isSevenBit(const QByteArray &text)
{
    qsizetype column = 0;
    char last = 0;
    for (const char c : text) {
        if (c == '\n') {
            column = 0;
        } else if (c == '\r') {
            if (last == ' ' || last == '\t')
                return false;
        } else if (++column > kMaxMimeLineOctets || c >= 0x7f || (c < 0x20 && c != '\t')) {
            return false;
        }
        last = c;
    }
    // "=_" begins our boundaries; a line "From " is mangled by mbox stores.
    return !text.contains("=_") && !text.startsWith("From ") && !text.contains("\nFrom ");
}

EncodedText encodeText(const QString &text)
{
    const QByteArray octets = crlfText(text);
    if (isSevenBit(octets))
        return {"7bit", octets};
    const auto foreign = std::ranges::count_if(octets, [](char c) { return static_cast<uchar>(c) >= 0x80; });
    if (foreign * 2 > octets.size()) // not a Latin script: quoted-printable would be three times as long
        return {"base64", base64Lines(octets)};
    QByteArray quoted = quotedPrintable(octets);
    if (quoted.startsWith("From "))
        quoted.replace(0, 4, "=46rom");
    quoted.replace("\nFrom ", "\n=46rom ");
    return {"quoted-printable", quoted};
}

QByteArray textHeader(const EncodedText &text)
{
    return "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: " + text.transferEncoding + "\r\n";
}

/// `Name: display <a@b>` or a list of addresses, one a line.
QByteArray addressField(const QByteArray &name, const QString &display, const std::vector<EmailAddress> &addresses)
{
    QByteArray out = name + ": ";
    if (!display.isEmpty()) {
        const QByteArray words = displayName(display, out.size());
        const QByteArray address = '<' + addresses.front().toString().toUtf8() + '>';
        const qsizetype column = words.size() - words.lastIndexOf('\n') - 1 + (words.contains('\n') ? 0 : out.size());
        out += words + (column + 1 + address.size() > kMaxMimeLineOctets ? "\r\n " : " ") + address;
        return out + "\r\n";
    }
    for (std::size_t i = 0; i < addresses.size(); ++i)
        out += (i == 0 ? "" : ",\r\n ") + addresses[i].toString().toUtf8();
    return out + "\r\n";
}

QByteArray attachmentPart(const Attachment &attachment)
{
    QByteArray type = attachment.mediaType.toLower();
    if (type.startsWith("message/") || type.startsWith("multipart/"))
        type = "application/octet-stream"; // those may not be base64 (RFC 2045 §6.4)
    return "Content-Type: " + type + "\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment"
           + fileNameParameter(attachment.fileName) + "\r\n\r\n" + base64Lines(attachment.content);
}

QByteArray multipart(const EncodedText &text, const std::vector<Attachment> &attachments, const QByteArray &boundary)
{
    QByteArray out = "Content-Type: multipart/mixed;\r\n boundary=\"" + boundary + "\"\r\n\r\n--" + boundary + "\r\n"
                     + textHeader(text) + "\r\n" + text.content;
    for (const Attachment &attachment : attachments)
        out += "\r\n--" + boundary + "\r\n" + attachmentPart(attachment);
    return out + "\r\n--" + boundary + "--\r\n";
}

} // namespace

QByteArray rfc5322Date(TimePoint time)
{
    // The C locale: month names are English whatever the user speaks.
    return QLocale::c().toString(toDateTime(time).toUTC(), QStringLiteral("ddd, dd MMM yyyy HH:mm:ss")).toLatin1()
           + " +0000";
}

Result<ComposedMessage> compose(const MessageDraft &draft, TimePoint now, const QByteArray &uniqueToken)
{
    if (const auto fine = check(draft, uniqueToken); !fine)
        return tl::unexpected<Error>(fine.error());
    const QByteArray messageId = '<' + uniqueToken + '@' + draft.from.domain().toAscii().toLatin1() + '>';
    const EncodedText text = encodeText(draft.text);
    QByteArray octets = "Date: " + rfc5322Date(now) + "\r\n"
                        + addressField(QByteArrayLiteral("From"), draft.fromName, {draft.from})
                        + addressField(QByteArrayLiteral("To"), {}, draft.to);
    if (draft.replyTo)
        octets += addressField(QByteArrayLiteral("Reply-To"), {}, {*draft.replyTo});
    octets += unstructuredField(QByteArrayLiteral("Subject"), draft.subject);
    octets += "Message-ID: " + messageId + "\r\nMIME-Version: 1.0\r\n";
    if (draft.attachments.empty())
        octets += textHeader(text) + "\r\n" + text.content;
    else
        octets += multipart(text, draft.attachments, "=_relaywright_" + uniqueToken.left(40));
    return ComposedMessage{octets, messageId};
}

} // namespace relaywright
