// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/GraphMessage.h"

#include "core/base/Text.h"
#include "core/mail/Header.h"
#include "core/mail/MimeParameters.h"

#include <QIODevice>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qint64 kChunkOctets = 64 * 1024;
constexpr qint64 kStepOctets = 1024 * 1024;
constexpr qsizetype kMaxLineKept = 1000; // more than a boundary (RFC 2046 §5.1.1) and most fields take
constexpr qsizetype kMaxPartHeader = 64 * 1024;
constexpr std::size_t kMaxAttachments = 100;
constexpr std::size_t kMaxLevels = 8;

bool isBase64Character(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

struct FieldsOfPart {
    MimeValue type;
    MimeValue disposition;
    QByteArray encoding;
    QString contentId;
};

FieldsOfPart fieldsOf(const MessageHeader &header)
{
    FieldsOfPart fields;
    fields.type = readMimeValue(header.value("Content-Type").value_or("text/plain"));
    fields.disposition = readMimeValue(header.value("Content-Disposition").value_or(QByteArray()));
    fields.encoding = header.value("Content-Transfer-Encoding").value_or("7bit").trimmed().toLower();
    QByteArray id = header.value("Content-ID").value_or(QByteArray()).trimmed();
    if (id.startsWith('<') && id.endsWith('>'))
        id = id.sliced(1, id.size() - 2);
    fields.contentId = printable(id, 200);
    return fields;
}

} // namespace

class GraphPartFinder::Private {
public:
    struct Container {
        QByteArray mark; ///< two hyphens and the boundary
        bool keepsItsParts = false;
        bool isRelated = false;
        int number = 0;
    };
    enum class Place { Between, PartHeader, Content };

    void begin(const MessageHeader &header, qint64 headerEnd)
    {
        at = headerEnd;
        open(fieldsOf(header), headerEnd, headerEnd);
    }

    Result<bool> step()
    {
        if (!message->seek(at))
            return unreadable();
        for (qint64 read = 0; read < kStepOctets;) {
            const QByteArray chunk = message->read(kChunkOctets);
            if (chunk.isEmpty()) {
                if (!message->atEnd())
                    return unreadable();
                if (lineOctets > 0)
                    takeLine();
                closePart(at, at);
                return true;
            }
            take(chunk);
            read += chunk.size();
        }
        return false;
    }

    QIODevice *message = nullptr;
    std::vector<GraphPart> parts;
    std::vector<int> partsOfContainer;

private:
    static tl::unexpected<Error> unreadable()
    {
        return failure(ErrorKind::Storage, QStringLiteral("The stored message cannot be read; check the disk."));
    }

    void take(QByteArrayView chunk)
    {
        for (const char c : chunk) {
            ++at;
            ++lineOctets;
            if (line.size() < kMaxLineKept)
                line += c;
            if (isBase64Character(c)) {
                ++lineCharacters;
                lineGoesOn = lineGoesOn || sawPadding || linePadding;
            } else if (c == '=') {
                linePadding = true;
            }
            if (c == '\n')
                takeLine();
        }
    }

    void takeLine()
    {
        const qint64 start = at - lineOctets;
        if (!takeBoundary(start)) {
            if (place == Place::PartHeader)
                takeHeaderLine();
            else if (place == Place::Content) {
                characters += lineCharacters;
                sawPadding = sawPadding || linePadding;
                isBroken = isBroken || lineGoesOn;
            }
        }
        lastLineEnd = line.endsWith("\r\n") ? 2 : line.endsWith('\n') ? 1 : 0;
        if (lineOctets > line.size())
            lastLineEnd = 2; // too long to keep; it ends as the lines of a stored message do
        line.clear();
        lineOctets = lineCharacters = 0;
        linePadding = lineGoesOn = false;
    }

    /// The outermost fitting boundary ends all within (RFC 2046 §5.1.2).
    bool takeBoundary(qint64 start)
    {
        if (!line.startsWith("--"))
            return false;
        const QByteArray text = line.trimmed();
        for (std::size_t level = 0; level < containers.size(); ++level) {
            const QByteArray &mark = containers[level].mark;
            const bool isLast = text == mark + "--";
            if (text != mark && !isLast)
                continue;
            closePart(start - lastLineEnd, start);
            containers.resize(isLast ? level : level + 1);
            place = isLast ? Place::Between : Place::PartHeader;
            partStart = start;
            partHeader.clear();
            if (!isLast)
                ++partsOfContainer[static_cast<std::size_t>(containers.back().number)];
            return true;
        }
        return false;
    }

    void takeHeaderLine()
    {
        if (!withoutLineEnd(line).isEmpty()) {
            if (partHeader.size() + line.size() <= kMaxPartHeader)
                partHeader += line;
            return;
        }
        open(fieldsOf(MessageHeader::read(partHeader)), partStart, at);
    }

    /// Behind a header: a multipart, or content.
    void open(const FieldsOfPart &fields, qint64 start, qint64 contentStart)
    {
        const QByteArray boundary = fields.type.parameter("boundary");
        const bool isMultipart = fields.type.value.startsWith("multipart/");
        if (isMultipart && !boundary.isEmpty() && containers.size() < kMaxLevels) {
            const bool isLoose = fields.type.value == "multipart/mixed" || fields.type.value == "multipart/related";
            const bool isHeld = !containers.empty() && containers.back().keepsItsParts;
            containers.push_back({"--" + boundary, isHeld || !isLoose, fields.type.value == "multipart/related",
                                  static_cast<int>(partsOfContainer.size())});
            partsOfContainer.push_back(0);
            place = Place::Between;
            return;
        }
        place = Place::Content;
        characters = 0;
        sawPadding = isBroken = false;
        current = GraphPart{};
        current.start = start;
        current.contentStart = contentStart;
        current.isBase64 = fields.encoding == "base64";
        current.container = containers.empty() ? -1 : containers.back().number;
        current.attachment = {.name = fileNameOf(fields.disposition, fields.type),
                              .contentType = printable(fields.type.value, 100),
                              .contentId = fields.contentId};
        current.attachment.isInline =
            !containers.empty() && containers.back().isRelated && !current.attachment.contentId.isEmpty();
        const bool isEncoded =
            current.isBase64 || fields.encoding == "7bit" || fields.encoding == "8bit" || fields.encoding == "binary";
        const bool isText = fields.type.value.startsWith("text/") || !fields.type.value.contains('/');
        const bool isNamed = !current.attachment.name.isEmpty() || fields.disposition.value == "attachment";
        const bool isSealed = fields.type.value.contains("pkcs7") || isMultipart;
        const bool isHeld = !containers.empty() && containers.back().keepsItsParts;
        isTakeable = isEncoded && (!isText || isNamed) && !isSealed && !isHeld;
        if (current.attachment.name.isEmpty())
            current.attachment.name =
                fields.type.value == "message/rfc822" ? QStringLiteral("message.eml") : QStringLiteral("attachment");
    }

    void closePart(qint64 contentEnd, qint64 end)
    {
        if (place == Place::Content && isTakeable && parts.size() < kMaxAttachments) {
            current.contentEnd = std::max(contentEnd, current.contentStart);
            current.end = end;
            current.attachment.sizeBytes =
                current.isBase64 ? characters * 3 / 4 : current.contentEnd - current.contentStart;
            // Base64 that goes on behind its padding, or ends within an octet, is read differently by everybody.
            const bool isWhole = !current.isBase64 || (!isBroken && characters % 4 != 1);
            if (isWhole && current.attachment.sizeBytes > 0)
                parts.push_back(current);
        }
        place = Place::Between;
    }

    qint64 at = 0;
    Place place = Place::Between;
    std::vector<Container> containers;
    QByteArray line;
    qint64 lineOctets = 0;
    qint64 lineCharacters = 0;
    bool linePadding = false;
    bool lineGoesOn = false;
    qint64 lastLineEnd = 0;
    qint64 partStart = 0;
    QByteArray partHeader;
    GraphPart current;
    bool isTakeable = false;
    qint64 characters = 0;
    bool sawPadding = false;
    bool isBroken = false;
};

GraphPartFinder::GraphPartFinder(QIODevice *message, qint64 header) : d(std::make_unique<Private>())
{
    d->message = message;
    QByteArray octets;
    if (message->seek(0))
        octets = message->read(std::min<qint64>(header, MessageHeader::kMaxHeaderOctets));
    d->begin(MessageHeader::read(octets), header);
}

GraphPartFinder::~GraphPartFinder() = default;

Result<bool> GraphPartFinder::step()
{
    return d->step();
}

const std::vector<GraphPart> &GraphPartFinder::parts() const
{
    return d->parts;
}

int GraphPartFinder::partsIn(int container) const
{
    return container < 0 ? 1 : d->partsOfContainer[static_cast<std::size_t>(container)];
}

Result<QByteArray> GraphPartReader::read(qint64 octets)
{
    while (m_decoded.size() < octets && m_at < m_part.contentEnd) {
        if (!m_message->seek(m_at))
            return failure(ErrorKind::Storage, QStringLiteral("The stored message cannot be read; check the disk."));
        const QByteArray chunk = m_message->read(std::min(kChunkOctets, m_part.contentEnd - m_at));
        if (chunk.isEmpty())
            return failure(ErrorKind::Storage, QStringLiteral("The stored message cannot be read; check the disk."));
        m_at += chunk.size();
        if (!m_part.isBase64) {
            m_decoded += chunk;
            continue;
        }
        for (const char c : chunk) {
            if (isBase64Character(c))
                m_undecoded += c;
        }
        const qsizetype whole = m_at < m_part.contentEnd ? m_undecoded.size() / 4 * 4 : m_undecoded.size();
        m_decoded += QByteArray::fromBase64(m_undecoded.first(whole));
        m_undecoded.remove(0, whole);
    }
    const QByteArray piece = m_decoded.left(octets);
    m_decoded.remove(0, piece.size());
    return piece;
}

} // namespace relaywright
