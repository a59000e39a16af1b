// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/DataReader.h"

#include <algorithm>
#include <cstring>

namespace relaywright {

namespace {

enum class Ahead { No, Yes, Unknown };

/// Whether `text` begins with `pattern`; Unknown when it is too short to tell.
Ahead beginsWith(const char *text, const char *end, QByteArrayView pattern)
{
    const auto available = std::min<std::ptrdiff_t>(end - text, pattern.size());
    if (std::memcmp(text, pattern.data(), static_cast<std::size_t>(available)) != 0)
        return Ahead::No;
    return available == pattern.size() ? Ahead::Yes : Ahead::Unknown;
}

} // namespace

DataReader::Step DataReader::read(QByteArrayView in, QByteArray &out, qsizetype limit)
{
    const char *const begin = in.begin();
    const char *const end = in.end();
    const char *at = begin;
    while (at < end && out.size() < limit) {
        if (m_atLineStart && *at == '.') {
            const Ahead ahead = beginsWith(at, end, ".\r\n");
            if (ahead == Ahead::Yes)
                return {at + 3 - begin, State::Ended};
            if (ahead == Ahead::Unknown)
                return {at - begin, State::NeedsMore};
            // RFC 5321 §4.5.2: the dot goes. What follows it is judged without it, so CRLF.LF is a bare LF.
            ++at;
            m_previous = '\0';
            m_atLineStart = false;
            continue;
        }
        // One span of content: whole lines up to a dot that needs a look, found line feed by line feed.
        const char *const span = at;
        const auto flush = [&](const char *to) {
            out.append(span, to - span);
            if (to > span)
                m_previous = to[-1];
        };
        m_atLineStart = false;
        while (at < end) {
            const auto room = std::min<std::ptrdiff_t>(end - at, limit - out.size() - (at - span));
            if (room <= 0)
                break;
            const auto *lf = static_cast<const char *>(std::memchr(at, '\n', static_cast<std::size_t>(room)));
            if (!lf) {
                at += room;
                continue;
            }
            const char before = lf > span ? lf[-1] : m_previous;
            at = lf + 1;
            if (before == '\r') {
                m_atLineStart = at == end || *at == '.' || at - span + out.size() >= limit;
                if (m_atLineStart)
                    break;
            } else if (m_bareLf == BareLf::EndsData) {
                const Ahead ahead = beginsWith(lf, end, "\n.\n");
                if (ahead == Ahead::No)
                    continue;
                flush(ahead == Ahead::Yes ? at : lf);
                return ahead == Ahead::Yes ? Step{at + 2 - begin, State::EndedBare} : Step{lf - begin, State::NeedsMore};
            }
        }
        flush(at);
    }
    return {at - begin, at < end ? State::Full : State::NeedsMore};
}

} // namespace relaywright
