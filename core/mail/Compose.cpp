// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/Compose.h"

#include "core/mail/DisplayName.h"
#include "core/mail/DraftCheck.h"
#include "core/mail/Mime.h"

#include <QBuffer>
#include <QIODevice>

#include <algorithm>
#include <cstdio>

namespace relaywright {

namespace {

constexpr qsizetype kMaxLineOctets = 998;         // RFC 5322 §2.1.1
constexpr qsizetype kAttachmentPiece = 57 * 1024; // whole base64 lines: 57 octets are a line of 76

struct EncodedText {
    QByteArray mediaType; ///< with charset
    QByteArray transferEncoding;
    QByteArray content; ///< CRLF line ends, the last line ended
};

/// Counts what goes out, and remembers the first failure.
class Sink {
public:
    explicit Sink(QIODevice &out) : m_out(out) {}
    void put(const QByteArray &octets)
    {
        m_failed = m_failed || m_out.write(octets) != octets.size();
        m_octets += static_cast<std::uint64_t>(octets.size());
    }
    [[nodiscard]] bool failed() const { return m_failed; }
    [[nodiscard]] std::uint64_t octets() const { return m_octets; }

private:
    QIODevice &m_out;
    std::uint64_t m_octets = 0;
    bool m_failed = false;
};

/// "=_" begins our boundaries; a line "From " is mangled by mbox stores.
bool mayStandAsItIs(const QByteArray &text)
{
    return !text.contains("=_") && !text.startsWith("From ") && !text.contains("\nFrom ");
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
    return mayStandAsItIs(text);
}

/// True for text that a server with 8BITMIME carries as it is (RFC 6152 §3: lines as long as ever, no NUL).
bool isEightBit(const QByteArray &text)
{
    qsizetype column = 0;
    for (const char c : text) {
        column = c == '\n' ? 0 : column + 1;
        if (column > kMaxLineOctets || c == '\0')
            return false;
    }
    return mayStandAsItIs(text);
}

EncodedText encodeText(const QByteArray &octets, const QByteArray &mediaType, TextEncoding encoding)
{
    if (isSevenBit(octets))
        return {mediaType, "7bit", octets};
    if (encoding == TextEncoding::EightBit && isEightBit(octets))
        return {mediaType, "8bit", octets};
    const auto foreign = std::ranges::count_if(octets, [](char c) { return static_cast<uchar>(c) >= 0x80; });
    if (foreign * 2 > octets.size()) // not a Latin script: quoted-printable would be three times as long
        return {mediaType, "base64", base64Lines(octets)};
    QByteArray quoted = quotedPrintable(octets);
    if (quoted.startsWith("From "))
        quoted.replace(0, 4, "=46rom");
    quoted.replace("\nFrom ", "\n=46rom ");
    return {mediaType, "quoted-printable", quoted};
}

QByteArray textPart(const EncodedText &text)
{
    return "Content-Type: " + text.mediaType + "\r\nContent-Transfer-Encoding: " + text.transferEncoding + "\r\n\r\n"
           + text.content;
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

QByteArray headerOf(const MessageDraft &draft, TimePoint now, const QByteArray &messageId)
{
    QByteArray header;
    if (draft.withDate)
        header += "Date: " + rfc5322Date(now) + "\r\n";
    header += addressField(QByteArrayLiteral("From"), displayNameOf(draft), {draft.from});
    if (draft.sender)
        header += addressField(QByteArrayLiteral("Sender"), {}, {*draft.sender});
    header += addressField(QByteArrayLiteral("To"), {}, draft.to);
    if (draft.replyTo)
        header += addressField(QByteArrayLiteral("Reply-To"), {}, {*draft.replyTo});
    header += unstructuredField(QByteArrayLiteral("Subject"), draft.subject);
    if (draft.withMessageId)
        header += "Message-ID: " + messageId + "\r\n";
    for (const auto &[name, value] : draft.headers)
        header += unstructuredField(name, value);
    return header + "MIME-Version: 1.0\r\n";
}

/// Text, HTML or both, as they are sent.
Result<std::vector<EncodedText>> textsOf(const MessageDraft &draft)
{
    std::vector<EncodedText> texts;
    const auto add = [&](const QString &text, const QByteArray &type) -> Result<void> {
        const auto octets = inCharset(text, draft.charset);
        if (!octets)
            return tl::unexpected<Error>(octets.error());
        texts.push_back(encodeText(*octets, type + "; charset=" + draft.charset.toLower(), draft.encoding));
        return {};
    };
    if (!draft.text.isEmpty() || draft.html.isEmpty()) {
        if (auto fine = add(draft.text, "text/plain"); !fine)
            return tl::unexpected<Error>(fine.error());
    }
    if (!draft.html.isEmpty()) {
        if (auto fine = add(draft.html, "text/html"); !fine)
            return tl::unexpected<Error>(fine.error());
    }
    return texts;
}

QByteArray multipartHead(const char *kind, const QByteArray &boundary)
{
    return QByteArrayLiteral("Content-Type: multipart/") + kind + ";\r\n boundary=\"" + boundary + "\"\r\n\r\n";
}

/// The plain one first: a reader shows the last that it can (RFC 2046 §5.1.4).
void writeTexts(const std::vector<EncodedText> &texts, const QByteArray &token, Sink &sink)
{
    if (texts.size() == 1)
        return sink.put(textPart(texts.front()));
    const QByteArray boundary = "=_relaywright_alt_" + token;
    sink.put(multipartHead("alternative", boundary));
    for (const EncodedText &text : texts)
        sink.put("--" + boundary + "\r\n" + textPart(text) + "\r\n");
    sink.put("--" + boundary + "--\r\n");
}

QByteArray attachmentHead(const Attachment &attachment)
{
    QByteArray type = attachment.mediaType.toLower();
    if (type.startsWith("message/") || type.startsWith("multipart/"))
        type = "application/octet-stream"; // those may not be base64 (RFC 2045 §6.4)
    return "Content-Type: " + type + "\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment"
           + fileNameParameter(attachment.fileName) + "\r\n\r\n";
}

/// As many octets as there are up to `size`; a pipe may give them in smaller pieces. Nothing on a failure.
std::optional<QByteArray> readPiece(QIODevice &source, qsizetype size)
{
    QByteArray piece;
    while (piece.size() < size) {
        const QByteArray more = source.read(size - piece.size());
        if (more.isEmpty())
            break;
        piece += more;
    }
    if (piece.size() < size && !source.atEnd())
        return std::nullopt;
    return piece;
}

Result<void> writeAttachment(const Attachment &attachment, Sink &sink)
{
    sink.put(attachmentHead(attachment));
    if (!attachment.source) {
        for (qsizetype at = 0; at < attachment.content.size() && !sink.failed(); at += kAttachmentPiece)
            sink.put(base64Lines(attachment.content.mid(at, kAttachmentPiece)));
        return {};
    }
    while (!sink.failed()) {
        const auto piece = readPiece(*attachment.source, kAttachmentPiece);
        if (!piece)
            return failure(ErrorKind::Storage, QStringLiteral("The attachment %1 cannot be read to its end: %2.")
                                                   .arg(attachment.fileName, attachment.source->errorString()));
        sink.put(base64Lines(*piece));
        if (piece->size() < kAttachmentPiece)
            return {};
    }
    return {};
}

Result<void> writeBody(const MessageDraft &draft, const std::vector<EncodedText> &texts, const QByteArray &token,
                       Sink &sink)
{
    if (draft.attachments.empty()) {
        writeTexts(texts, token, sink);
        return {};
    }
    const QByteArray boundary = "=_relaywright_" + token;
    sink.put(multipartHead("mixed", boundary) + "--" + boundary + "\r\n");
    writeTexts(texts, token, sink);
    for (const Attachment &attachment : draft.attachments) {
        sink.put("\r\n--" + boundary + "\r\n");
        if (auto fine = writeAttachment(attachment, sink); !fine)
            return fine;
    }
    sink.put("\r\n--" + boundary + "--\r\n");
    return {};
}

} // namespace

QString displayNameOf(const MessageDraft &draft)
{
    if (!draft.addressInDisplayName)
        return draft.fromName;
    const QString address = draft.from.toString();
    return draft.fromName.isEmpty() ? address : draft.fromName + u' ' + address;
}

QByteArray rfc5322Date(TimePoint time)
{
    static constexpr const char *kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char *kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    // Not by QLocale, which takes a hundredth of a relayed message's time.
    char text[48];
    const int size = std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d +0000",
                                   kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                                   kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                                   static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                                   static_cast<int>(clock.seconds().count()));
    return {text, size};
}

Result<ComposedHead> composeTo(const MessageDraft &draft, TimePoint now, const QByteArray &uniqueToken, QIODevice &out)
{
    if (const auto fine = checkDraft(draft, uniqueToken); !fine)
        return tl::unexpected<Error>(fine.error());
    const auto texts = textsOf(draft);
    if (!texts)
        return tl::unexpected<Error>(texts.error());
    ComposedHead head;
    head.messageId = '<' + uniqueToken + '@' + draft.from.domain().toAscii().toLatin1() + '>';
    head.has8Bit = std::ranges::any_of(*texts, [](const EncodedText &text) { return text.transferEncoding == "8bit"; });
    Sink sink(out);
    sink.put(headerOf(draft, now, head.messageId));
    if (const auto fine = writeBody(draft, *texts, uniqueToken.left(40), sink); !fine)
        return tl::unexpected<Error>(fine.error());
    if (sink.failed())
        return failure(
            ErrorKind::Storage,
            QStringLiteral("The message cannot be written: %1. Make room on the disk.").arg(out.errorString()));
    head.octets = sink.octets();
    return head;
}

Result<ComposedMessage> compose(const MessageDraft &draft, TimePoint now, const QByteArray &uniqueToken)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    const auto head = composeTo(draft, now, uniqueToken, buffer);
    if (!head)
        return tl::unexpected<Error>(head.error());
    return ComposedMessage{buffer.data(), head->messageId};
}

} // namespace relaywright
