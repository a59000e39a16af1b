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

    /// `content` null: an empty message. It is read from its start.
    explicit MessagePump(QIODevice *content) : m_content(content), m_readable(!content || content->seek(0)) {}

    /// The next octets for the wire, the final dot with the last; nothing when the message cannot be read.
    [[nodiscard]] std::optional<QByteArray> next();
    [[nodiscard]] bool isDone() const { return m_done; }
    [[nodiscard]] qint64 octetsRead() const { return m_octetsRead; }

private:
    QIODevice *m_content;
    DotStuffer m_stuffer;
    qint64 m_octetsRead = 0;
    bool m_readable;
    bool m_done = false;
};

} // namespace relaywright
