// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/DotStuffing.h"

namespace relaywright {

void DotStuffer::append(QByteArrayView message, QByteArray &out)
{
    switch (m_form) {
    case WireForm::Data:
    case WireForm::Chunk: return appendLines(message, out);
    case WireForm::DataAsIs: return appendAsIs(message, out);
    case WireForm::ChunkAsIs: out += message; return;
    }
}

void DotStuffer::appendLines(QByteArrayView message, QByteArray &out)
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
            if (m_atLineStart && c == '.' && stuffs())
                out += '.';
            out += c;
            m_atLineStart = false;
        }
    }
    m_lineEnded = m_atLineStart && !m_pendingCr;
}

/// A lone dot behind a bare LF or CR would end the message at a server that is tolerant: its dot is doubled as well.
void DotStuffer::appendAsIs(QByteArrayView message, QByteArray &out)
{
    for (const char c : message) {
        if (m_atLineStart && c == '.')
            out += '.';
        out += c;
        m_lineEnded = c == '\n' && m_pendingCr;
        m_atLineStart = c == '\n' || c == '\r';
        m_pendingCr = c == '\r';
    }
}

void DotStuffer::finish(QByteArray &out)
{
    if (m_form != WireForm::ChunkAsIs && !m_lineEnded)
        out += "\r\n";
    if (stuffs())
        out += ".\r\n";
    *this = DotStuffer(m_form);
}

} // namespace relaywright
