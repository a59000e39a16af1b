// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeQuotas.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr std::chrono::hours kDay{24};
constexpr std::size_t kMaxPeers = 1000;

} // namespace

const PracticeQuotas::Use *PracticeQuotas::useOf(const QString &mailbox) const
{
    const auto found = m_use.find(mailbox.toCaseFolded());
    return found == m_use.end() ? nullptr : &*found;
}

std::chrono::milliseconds PracticeQuotas::takeTurn(const QString &mailbox, TimePoint now)
{
    if (!m_limits.slowsDown || !m_limits.messagesPerMinute)
        return {};
    std::deque<TimePoint> &turns = m_use[mailbox.toCaseFolded()].turns;
    TimePoint turn = now;
    if (turns.size() >= static_cast<std::size_t>(*m_limits.messagesPerMinute)) {
        turn = std::max(now, turns.front() + m_limits.minute);
        turns.pop_front();
    }
    turns.push_back(turn);
    return turn - now;
}

bool PracticeQuotas::isOverRate(const QString &mailbox, TimePoint now) const
{
    const Use *use = useOf(mailbox);
    if (!use || m_limits.slowsDown)
        return false;
    const auto since = [&](TimePoint begin) {
        int messages = 0;
        for (const Minute &minute : use->minutes)
            messages += minute.begin > begin ? minute.messages : 0;
        return messages;
    };
    return (m_limits.messagesPerMinute && since(now - m_limits.minute) >= *m_limits.messagesPerMinute)
           || (m_limits.messagesPerHour && since(now - 60 * m_limits.minute) >= *m_limits.messagesPerHour);
}

bool PracticeQuotas::isOverDay(const QString &mailbox, int recipients, TimePoint now) const
{
    if (!m_limits.recipientsPerDay)
        return false;
    int sent = recipients;
    if (const Use *use = useOf(mailbox)) {
        for (const Minute &minute : use->minutes)
            sent += minute.begin > now - kDay ? minute.recipients : 0;
    }
    return sent > *m_limits.recipientsPerDay;
}

void PracticeQuotas::count(const QString &mailbox, int recipients, TimePoint now)
{
    std::deque<Minute> &minutes = m_use[mailbox.toCaseFolded()].minutes;
    while (!minutes.empty() && minutes.front().begin <= now - kDay)
        minutes.pop_front();
    // A second is fine enough for the minute's number, and a day of them is bounded by merging what is older.
    if (minutes.empty() || now - minutes.back().begin >= m_limits.minute / 60)
        minutes.push_back({now, 0, 0});
    minutes.back().messages += 1;
    minutes.back().recipients += recipients;
    constexpr std::size_t kMost = 4000;
    if (minutes.size() > kMost) {
        minutes[1].messages += minutes[0].messages;
        minutes[1].recipients += minutes[0].recipients;
        minutes.pop_front();
    }
}

void PracticeQuotas::connected(const QString &mailbox, quint64 connection)
{
    m_connections.emplace_back(mailbox.toCaseFolded(), connection);
}

void PracticeQuotas::disconnected(quint64 connection)
{
    std::erase_if(m_connections, [connection](const auto &one) { return one.second == connection; });
}

bool PracticeQuotas::isOneTooMany(const QString &mailbox, quint64 connection) const
{
    if (!m_limits.connections)
        return false;
    int before = 0;
    for (const auto &[name, id] : m_connections) {
        if (id == connection)
            break;
        before += name == mailbox.toCaseFolded() ? 1 : 0;
    }
    return before >= *m_limits.connections;
}

bool PracticeQuotas::isPutOff(const IpAddress &peer, std::chrono::milliseconds wait, TimePoint now)
{
    const auto [found, isNew] = m_putOff.emplace(peer, now);
    const bool putOff = now - found->second < wait;
    if (isNew && m_putOff.size() > kMaxPeers)
        m_putOff.erase(std::ranges::min_element(m_putOff, {}, [](const auto &one) { return one.second; }));
    return putOff;
}

} // namespace relaywright
