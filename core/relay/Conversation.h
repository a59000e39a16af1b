// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/relay/QueueEntry.h"
#include "core/relay/QueueId.h"

#include <QByteArray>

#include <deque>
#include <functional>
#include <optional>
#include <vector>

namespace relaywright {

/// What both sides of one connection said, kept for the history of the messages that went over it: compact, bounded, lines
/// that come in with their secrets hidden already, and never the content of a message.
class Conversation {
public:
    enum class Leg { Device, Upstream };
    /// As the relay sees it.
    enum class Voice { Sent, Received, Note };
    /// Gets what belongs to one message, packed.
    using Keep = std::function<void(const QueueId &id, const QByteArray &packed)>;

    static constexpr qsizetype kMaxLineOctets = 500;
    static constexpr qsizetype kMaxHeadOctets = 6 * 1024; ///< of one message; beyond it only the last lines are kept
    static constexpr std::size_t kLastLines = 12;

    /// `clock` outlives it.
    Conversation(Leg leg, const Clock &clock, Keep keep) : m_leg(leg), m_clock(clock), m_keep(std::move(keep)) {}

    void add(Voice voice, QByteArrayView text);
    /// What was said until now belongs to this message, and so does what is said until `last` more lines of ours.
    void endMessage(const QueueId &id, int moreLines = 0);

private:
    [[nodiscard]] QByteArray take(const QueueId &id);

    Leg m_leg;
    const Clock &m_clock;
    Keep m_keep;
    QByteArray m_head;
    std::deque<QByteArray> m_tail;
    int m_skipped = 0;
    std::optional<QueueId> m_ending;
    int m_moreLines = 0;
    QByteArray m_first; ///< id of the first message, behind which others are only a continuation
    TimePoint m_begin{};
};

/// Reads packed conversations, several behind one another too. Every octet may be anything: what is no line is left out.
[[nodiscard]] std::vector<MessageTimeline::Line> unpackConversation(QByteArrayView packed);

} // namespace relaywright
