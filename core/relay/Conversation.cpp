// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Conversation.h"

#include "core/base/Text.h"

#include <algorithm>
#include <charconv>

namespace relaywright {

// Packed, a conversation is `D1795000000000` or `U...` (leg, milliseconds since 1970) on a line of its own, then a line for
// each that was said: `>`, `<` or `-`, milliseconds since that beginning, a blank, and the text.

namespace {

bool isPlain(QByteArrayView text)
{
    return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

void appendText(QByteArray &out, QByteArrayView text)
{
    if (isPlain(text) && text.size() <= Conversation::kMaxLineOctets)
        out += text;
    else
        out += printable(text, Conversation::kMaxLineOctets).toUtf8();
}

char letterOf(Conversation::Voice voice)
{
    switch (voice) {
    case Conversation::Voice::Sent: return '>';
    case Conversation::Voice::Received: return '<';
    case Conversation::Voice::Note: return '-';
    }
    Q_UNREACHABLE();
}

} // namespace

void Conversation::add(Voice voice, QByteArrayView text)
{
    const TimePoint now = m_clock.now();
    if (m_head.isEmpty()) {
        m_begin = now;
        m_head.reserve(512);
        m_head += m_leg == Leg::Device ? 'D' : 'U';
        m_head += QByteArray::number(static_cast<qint64>(now.time_since_epoch().count())) + '\n';
        if (!m_first.isEmpty())
            m_head += "-0 the conversation goes on that began with message " + m_first + '\n';
    }
    char delta[24];
    const auto end =
        std::to_chars(std::begin(delta), std::end(delta), std::max<std::int64_t>(0, (now - m_begin).count()));
    if (m_head.size() < kMaxHeadOctets && m_tail.empty()) {
        m_head += letterOf(voice);
        m_head.append(delta, end.ptr - delta);
        m_head += ' ';
        appendText(m_head, text);
        m_head += '\n';
    } else {
        QByteArray line(1, letterOf(voice));
        line.append(delta, end.ptr - delta);
        line += ' ';
        appendText(line, text);
        m_tail.push_back(line + '\n');
        if (m_tail.size() > kLastLines) {
            m_tail.pop_front();
            ++m_skipped;
        }
    }
    if (m_ending && voice == Voice::Sent && --m_moreLines <= 0)
        m_keep(*m_ending, take(*std::exchange(m_ending, std::nullopt)));
}

void Conversation::endMessage(const QueueId &id, int moreLines)
{
    m_ending.reset();
    if (moreLines > 0) {
        m_ending = id;
        m_moreLines = moreLines;
    } else if (!m_head.isEmpty()) {
        m_keep(id, take(id));
    }
}

QByteArray Conversation::take(const QueueId &id)
{
    QByteArray packed = std::exchange(m_head, {});
    if (m_skipped > 0)
        packed += "-0 " + QByteArray::number(m_skipped) + " lines are left out here\n";
    for (const QByteArray &line : std::exchange(m_tail, {}))
        packed += line;
    m_skipped = 0;
    if (m_first.isEmpty())
        m_first = id.toAscii();
    return packed;
}

std::vector<MessageTimeline::Line> unpackConversation(QByteArrayView packed)
{
    std::vector<MessageTimeline::Line> lines;
    QString leg;
    std::int64_t begin = 0;
    std::int64_t last = 0;
    while (!packed.isEmpty()) {
        const qsizetype end = packed.indexOf('\n');
        const QByteArrayView line = end < 0 ? packed : packed.first(end);
        packed = end < 0 ? QByteArrayView() : packed.sliced(end + 1);
        std::int64_t number = 0;
        const auto [rest, fault] =
            std::from_chars(line.data() + std::min<qsizetype>(1, line.size()), line.data() + line.size(), number);
        if (fault != std::errc() || number < 0)
            continue;
        if (line.front() == 'D' || line.front() == 'U') {
            leg = line.front() == 'D' ? QStringLiteral("device") : QStringLiteral("upstream");
            begin = number;
            last = 0;
            continue;
        }
        const char *const event = line.front() == '>'   ? "sent"
                                  : line.front() == '<' ? "received"
                                  : line.front() == '-' ? "note"
                                                        : nullptr;
        if (!event || leg.isEmpty() || rest == line.data() + line.size())
            continue;
        last = std::max(last, number); // a note about lines that are left out has no time of its own
        const QByteArrayView text(rest + 1, line.data() + line.size());
        lines.push_back(
            {TimePoint(std::chrono::milliseconds(begin + last)), leg, QLatin1String(event), printable(text)});
    }
    return lines;
}

} // namespace relaywright
