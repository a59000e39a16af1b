// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/MessagePump.h"

namespace relaywright {

std::optional<QByteArray> MessagePump::next()
{
    if (!m_readable)
        return std::nullopt;
    QByteArray wire;
    if (m_content && !m_content->atEnd()) {
        const QByteArray piece = m_content->read(m_pieceOctets);
        // An unreadable message must not look like one that ends here.
        m_readable = !piece.isEmpty();
        if (!m_readable)
            return std::nullopt;
        m_octetsRead += piece.size();
        m_stuffer.append(piece, wire);
    }
    if (!m_content || m_content->atEnd()) {
        m_stuffer.finish(wire);
        m_done = true;
    }
    return wire;
}

} // namespace relaywright
