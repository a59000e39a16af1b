// SPDX-License-Identifier: GPL-3.0-or-later
// What a client reads of a message that waits.
#include "core/relay/SpoolWriter.h"

namespace relaywright {

Result<SpoolPiece> SpoolWriter::readPiece(const QueueId &id, std::uint64_t offset, qsizetype limit)
{
    const WaitingMessage *const waiting = id.instance() == m_instance ? m_index.find(id.sequence()) : nullptr;
    if (!waiting)
        return failure(ErrorKind::NotFound, QStringLiteral("No message %1 waits in the queue.").arg(id.toString()));
    const auto whole = message(*waiting);
    if (!whole)
        return tl::unexpected(whole.error());
    SpoolPiece piece{.size = whole->body.size, .octets = {}};
    if (offset > piece.size)
        return failure(ErrorKind::InvalidInput, QStringLiteral("The message ends after %1 octets.").arg(piece.size));
    if (whole->body.fileName.isEmpty()) {
        piece.octets = whole->body.octets.mid(static_cast<qsizetype>(offset), limit);
        return piece;
    }
    auto file = m_folder.openBody(whole->body.fileName, whole->body.size);
    if (!file)
        return tl::unexpected(file.error());
    if (!(*file)->seek(static_cast<qint64>(offset)))
        return failure(ErrorKind::Storage, QStringLiteral("The message's file cannot be read."));
    piece.octets = (*file)->read(limit);
    return piece;
}

} // namespace relaywright
