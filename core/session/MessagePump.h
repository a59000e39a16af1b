// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/DotStuffing.h"

#include <QByteArray>
#include <QIODevice>

#include <optional>

namespace relaywright {

/// Reads a message piece by piece and makes it ready for the wire; what it holds at a time is one piece.
class MessagePump {
public:
    static constexpr qint64 kPieceOctets = 64 * 1024;
    static constexpr qint64 kChunkOctets = 512 * 1024; ///< of BDAT, where every piece waits for an answer

    /// `content` null: an empty message. It is read from its start.
    explicit MessagePump(QIODevice *content, WireForm form = WireForm::Data)
        : m_content(content), m_stuffer(form), m_pieceOctets(pieceFor(form)), m_readable(!content || content->seek(0))
    {
    }

    /// The next octets for the wire, with the last what ends the message; nothing when the message cannot be read.
    [[nodiscard]] std::optional<QByteArray> next();
    [[nodiscard]] bool isDone() const { return m_done; }
    [[nodiscard]] qint64 octetsRead() const { return m_octetsRead; }

private:
    [[nodiscard]] static qint64 pieceFor(WireForm form)
    {
        return form == WireForm::Chunk || form == WireForm::ChunkAsIs ? kChunkOctets : kPieceOctets;
    }
    QIODevice *m_content;
    DotStuffer m_stuffer;
    qint64 m_pieceOctets;
    qint64 m_octetsRead = 0;
    bool m_readable;
    bool m_done = false;
};

} // namespace relaywright
