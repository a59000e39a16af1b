// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/BareNewlines.h"

#include <cstring>

namespace relaywright {

void BareNewlineWatch::read(QByteArrayView piece)
{
    if (piece.isEmpty())
        return;
    const char *at = piece.begin();
    const char *const end = piece.end();
    if (m_pendingCr) {
        (*at == '\n' ? m_crLf : m_cr) = true;
        at += *at == '\n' ? 1 : 0;
    }
    m_pendingCr = piece.back() == '\r';
    // From line feed to line feed: a CR may stand only right before one.
    while (at < end && !(m_cr && m_lf && m_crLf)) {
        const auto *found = static_cast<const char *>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
        const char *const lineEnd = found ? found : end - (m_pendingCr ? 1 : 0);
        const bool withCr = found && found > at && found[-1] == '\r';
        const auto textSize = static_cast<std::size_t>(lineEnd - at - (withCr ? 1 : 0));
        m_cr = m_cr || std::memchr(at, '\r', textSize) != nullptr;
        if (!found)
            return;
        (withCr ? m_crLf : m_lf) = true;
        at = found + 1;
    }
}

} // namespace relaywright
