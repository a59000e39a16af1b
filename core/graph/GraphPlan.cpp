// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/GraphMessage.h"

#include "core/base/Size.h"
#include "core/base/Text.h"
#include "core/mail/Header.h"

#include <QIODevice>

#include <algorithm>
#include <map>

namespace relaywright {

namespace {

/// What stands where nothing is left.
constexpr auto kEmptyText = "Content-Type: text/plain; charset=us-ascii\r\n";

/// The header of a message that was one attachment and nothing else: the draft has an empty text.
QByteArray asText(const QByteArray &header)
{
    QByteArray out;
    const MessageHeader read = MessageHeader::read(header);
    for (const HeaderField &field : read.fields()) {
        if (!field.name.toLower().startsWith("content-"))
            out += header.mid(field.offset, field.size);
    }
    return out + kEmptyText + "\r\n";
}

/// The largest first, until what is left is small enough; then in the order of the message.
std::vector<GraphPart> chosen(std::vector<GraphPart> parts, qint64 left, qint64 limit)
{
    std::stable_sort(parts.begin(), parts.end(),
                     [](const GraphPart &a, const GraphPart &b) { return a.end - a.start > b.end - b.start; });
    std::vector<GraphPart> taken;
    for (const GraphPart &part : parts) {
        if (left <= limit)
            break;
        left -= part.end - part.start;
        taken.push_back(part);
    }
    std::sort(taken.begin(), taken.end(), [](const GraphPart &a, const GraphPart &b) { return a.start < b.start; });
    return taken;
}

tl::unexpected<Error> unreadable()
{
    return failure(ErrorKind::Storage, QStringLiteral("The stored message cannot be read; check the disk."));
}

/// The boundary's line as it stands, so that an empty part can stand behind it.
QByteArray lineAt(QIODevice *message, qint64 at)
{
    return message->seek(at) ? message->readLine(1000) : QByteArray();
}

} // namespace

Result<GraphDraftPlan> planDraft(QIODevice *message, const QByteArray &header, qint64 headerSize,
                                 const GraphPartFinder &finder, qint64 mimeLimit, qint64 attachmentLimit)
{
    const qint64 size = message->size();
    GraphDraftPlan plan;
    plan.mime = header;
    plan.brought = chosen(finder.parts(), header.size() + size - headerSize, mimeLimit);
    std::map<int, int> taken;
    qint64 left = header.size() + size - headerSize;
    for (const GraphPart &part : plan.brought) {
        left -= part.end - part.start;
        if (part.attachment.sizeBytes > attachmentLimit)
            return failure(
                ErrorKind::InvalidInput,
                QStringLiteral("The attachment %1 is larger than Microsoft Graph takes (%2); send it another way.")
                    .arg(quotable(part.attachment.name), sizeText(static_cast<std::uint64_t>(attachmentLimit))));
    }
    if (left > mimeLimit)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("Without its attachments the message is still larger than Microsoft Graph takes "
                                      "(%1), or it is signed as a whole; send a shorter one.")
                           .arg(sizeText(static_cast<std::uint64_t>(mimeLimit))));
    qint64 at = headerSize;
    for (const GraphPart &part : plan.brought) {
        if (part.container < 0) {
            plan.mime = asText(header);
            return plan;
        }
        if (!message->seek(at))
            return unreadable();
        const QByteArray before = message->read(part.start - at);
        if (before.size() != part.start - at)
            return unreadable();
        plan.mime += before;
        // A multipart has one part at least (RFC 2046 §5.1.1).
        if (++taken[part.container] == finder.partsIn(part.container))
            plan.mime += lineAt(message, part.start) + kEmptyText + "\r\n\r\n";
        at = part.end;
    }
    if (!message->seek(at))
        return unreadable();
    const QByteArray rest = message->read(size - at);
    if (rest.size() != size - at)
        return unreadable();
    plan.mime += rest;
    return plan;
}

} // namespace relaywright
