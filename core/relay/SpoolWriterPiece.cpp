// SPDX-License-Identifier: GPL-3.0-or-later
// What a client reads of a message that waits, or whose contents are kept.
#include "core/relay/SpoolWriter.h"

namespace relaywright {

namespace {

Result<SpoolPiece> pieceOf(QFile &file, std::uint64_t offset, qsizetype limit)
{
    SpoolPiece piece{.size = static_cast<std::uint64_t>(file.size()), .octets = {}};
    if (offset > piece.size)
        return failure(ErrorKind::InvalidInput, QStringLiteral("The message ends after %1 octets.").arg(piece.size));
    if (!file.seek(static_cast<qint64>(offset)))
        return failure(ErrorKind::Storage, QStringLiteral("The message's file cannot be read."));
    piece.octets = file.read(limit);
    return piece;
}

} // namespace

Result<SpoolPiece> SpoolWriter::readPiece(const QueueId &id, std::uint64_t offset, qsizetype limit)
{
    const WaitingMessage *const waiting = id.instance() == m_instance ? m_index.find(id.sequence()) : nullptr;
    if (!waiting) {
        auto file =
            id.instance() == m_instance
                ? m_folder.openKept(id.sequence())
                : failure(ErrorKind::NotFound, QStringLiteral("No message %1 waits in the queue.").arg(id.toString()));
        return file ? pieceOf(**file, offset, limit) : tl::unexpected(file.error());
    }
    const auto whole = message(*waiting);
    if (!whole)
        return tl::unexpected(whole.error());
    if (!whole->body.fileName.isEmpty()) {
        auto file = m_folder.openBody(whole->body.fileName, whole->body.size);
        return file ? pieceOf(**file, offset, limit) : tl::unexpected(file.error());
    }
    if (offset > whole->body.size)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The message ends after %1 octets.").arg(whole->body.size));
    return SpoolPiece{.size = whole->body.size,
                      .octets = whole->body.octets.mid(static_cast<qsizetype>(offset), limit)};
}

} // namespace relaywright
