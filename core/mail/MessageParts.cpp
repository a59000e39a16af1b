// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/MessageParts.h"

#include "core/base/Text.h"
#include "core/mail/Header.h"
#include "core/mail/MimeParameters.h"

#include <QStringDecoder>
#include <QStringList>

#include <algorithm>

namespace relaywright {

namespace {

QByteArrayView bodyOf(QByteArrayView part, const MessageHeader &header)
{
    QByteArrayView body = part.sliced(std::min(header.size(), part.size()));
    for (const char end : {'\r', '\n'}) {
        if (!body.isEmpty() && body.front() == end)
            body = body.sliced(1);
    }
    return body;
}

QByteArray decodeQuoted(QByteArrayView text)
{
    QByteArray decoded;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] != '=') {
            decoded += text[i];
            continue;
        }
        const QByteArrayView rest = text.sliced(i + 1);
        if (rest.startsWith("\r\n") || rest.startsWith('\n')) {
            i += rest.front() == '\r' ? 2 : 1; // a soft line break
            continue;
        }
        const QByteArray octet = rest.size() >= 2 ? QByteArray::fromHex(rest.first(2).toByteArray()) : QByteArray();
        decoded += octet.size() == 1 ? octet : QByteArray("=");
        i += octet.size() == 1 ? 2 : 0;
    }
    return decoded;
}

QByteArray decoded(QByteArrayView body, const QByteArray &encoding)
{
    if (encoding == "base64")
        return QByteArray::fromBase64(body.toByteArray());
    if (encoding == "quoted-printable")
        return decodeQuoted(body);
    return body.toByteArray();
}

/// Line by line, so that lines stay and everything else that is odd is shown.
QString readableText(const QByteArray &octets, const QByteArray &charset)
{
    QStringDecoder decoder(charset.isEmpty() ? "UTF-8" : charset.constData());
    if (!decoder.isValid())
        decoder = QStringDecoder(QStringConverter::Latin1);
    const QString text = decoder.decode(octets.left(4 * kMaxTextChars));
    QStringList lines;
    for (QString line : text.left(kMaxTextChars).split(u'\n')) {
        if (line.endsWith(u'\r'))
            line.chop(1);
        lines += printable(line.toUtf8(), kMaxTextChars);
    }
    return lines.join(u'\n');
}

class PartReader {
public:
    void read(QByteArrayView part, int depth)
    {
        if (parts.size() >= kMaxParts)
            return;
        const MessageHeader header = MessageHeader::read(part);
        const MimeValue type = readMimeValue(header.value("Content-Type").value_or("text/plain"));
        const QByteArray boundary = type.parameter("boundary");
        if (type.value.startsWith("multipart/") && !boundary.isEmpty() && depth < kMaxDepth)
            return split(bodyOf(part, header), boundary, depth);
        keep(bodyOf(part, header), header, type);
    }
    std::vector<MessagePart> parts;

private:
    /// What stands before the first and behind the last boundary is for nobody (RFC 2046 §5.1.1).
    void split(QByteArrayView body, const QByteArray &boundary, int depth)
    {
        const QByteArray mark = "--" + boundary;
        qsizetype begin = -1;
        for (qsizetype at = 0; at < body.size();) {
            const qsizetype found = body.indexOf('\n', at);
            const qsizetype next = found < 0 ? body.size() : found + 1;
            if (body.sliced(at).startsWith(mark)) {
                if (begin >= 0)
                    read(withoutLastLineEnd(body.sliced(begin, at - begin)), depth + 1);
                if (body.sliced(at + mark.size()).startsWith("--"))
                    return;
                begin = next;
            }
            at = next;
        }
        if (begin >= 0 && begin < body.size())
            read(body.sliced(begin), depth + 1); // never closed
    }

    static QByteArrayView withoutLastLineEnd(QByteArrayView text)
    {
        if (text.endsWith('\n'))
            text.chop(1);
        if (text.endsWith('\r'))
            text.chop(1);
        return text;
    }

    void keep(QByteArrayView body, const MessageHeader &header, const MimeValue &type)
    {
        const QByteArray encoding =
            header.value("Content-Transfer-Encoding").value_or(QByteArray()).trimmed().toLower();
        const QByteArray octets = decoded(body, encoding);
        MessagePart part;
        part.mediaType = type.value.isEmpty() ? QStringLiteral("text/plain") : printable(type.value, 100);
        part.fileName = fileNameOf(readMimeValue(header.value("Content-Disposition").value_or(QByteArray())), type);
        part.octets = static_cast<std::uint64_t>(octets.size());
        if (part.mediaType.startsWith(QLatin1String("text/")))
            part.text = readableText(octets, type.parameter("charset"));
        parts.push_back(std::move(part));
    }
};

} // namespace

std::vector<MessagePart> readParts(QByteArrayView message)
{
    PartReader reader;
    reader.read(message, 0);
    return std::move(reader.parts);
}

} // namespace relaywright
