// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/DotStuffing.h"

namespace relaywright {

void DotStuffer::append(QByteArrayView message, QByteArray &out)
{
    out.reserve(out.size() + message.size() + message.size() / 32 + 8);
    for (const char c : message) {
        if (m_pendingCr) {
            // CR LF is one line end; a CR alone becomes one, so that it cannot pair with what follows.
            m_pendingCr = false;
            out += "\r\n";
            m_atLineStart = true;
            if (c == '\n')
                continue;
        }
        if (c == '\r') {
            m_pendingCr = true;
        } else if (c == '\n') {
            out += "\r\n";
            m_atLineStart = true;
        } else {
            if (m_atLineStart && c == '.')
                out += '.';
            out += c;
            m_atLineStart = false;
        }
    }
}

void DotStuffer::finish(QByteArray &out)
{
    if (m_pendingCr || !m_atLineStart)
        out += "\r\n";
    out += ".\r\n";
    *this = DotStuffer();
}

} // namespace relaywright
