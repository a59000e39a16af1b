// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/DotStuffing.h"

#include <cstring>

namespace relaywright {

namespace {

/// The first `octet` from `at` on, or `end`.
const char *find(const char *at, const char *end, char octet)
{
    const auto *found = static_cast<const char *>(std::memchr(at, octet, static_cast<std::size_t>(end - at)));
    return found ? found : end;
}

} // namespace

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
    const char *const end = message.end();
    const char *feed = nullptr; // the next line feed at or after `at`
    for (const char *at = message.begin(); at < end;) {
        if (m_pendingCr) {
            // CR LF is one line end; a CR alone becomes one, so that it cannot pair with what follows.
            m_pendingCr = false;
            out += "\r\n";
            m_atLineStart = true;
            if (*at == '\n') {
                ++at;
                continue;
            }
        }
        if (m_atLineStart && *at == '.' && stuffs())
            out += '.';
        if (!feed || feed < at)
            feed = find(at, end, '\n');
        const char *const stop = find(at, feed, '\r');
        const bool wholeLine = stop < feed && stop + 1 == feed && feed < end;
        const char *const next = wholeLine ? feed + 1 : stop;
        out.append(at, next - at);
        m_atLineStart = wholeLine || (m_atLineStart && next == at);
        at = next;
        if (wholeLine || at == end)
            continue;
        if (*at++ == '\r') {
            m_pendingCr = true;
        } else {
            out += "\r\n";
            m_atLineStart = true;
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
