// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolIndex.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace relaywright {

namespace {

bool tells(const Settlement &settlement, JournalKind kind)
{
    return std::ranges::find(settlement.events, kind, &JournalEvent::kind) != settlement.events.end();
}

} // namespace

WaitingMessage *SpoolIndex::at(std::uint64_t sequence)
{
    const auto found = m_messages.find(sequence);
    return found == m_messages.end() ? nullptr : &found->second;
}

void SpoolIndex::link(const WaitingMessage &message)
{
    m_segments[message.place.segment] += message.place.length;
    if (message.claimed)
        m_claimed.insert(message.sequence);
    if (message.state != MessageState::Queued)
        return;
    ++m_queued;
    if (message.claimed)
        return;
    Timed &turn = message.parkedFor == 0 ? m_due : m_parked[message.parkedFor];
    turn.emplace(message.nextAttempt, message.sequence);
    if (message.parkedFor == 0 || message.parking == Parking::Expires)
        m_expires.emplace(message.expiresAt, message.sequence);
    if (message.tellsDelay)
        m_untold.emplace(message.receivedAt, message.sequence);
}

void SpoolIndex::unlink(const WaitingMessage &message)
{
    if (const auto segment = m_segments.find(message.place.segment);
        segment != m_segments.end() && (segment->second -= message.place.length) == 0)
        m_segments.erase(segment);
    m_claimed.erase(message.sequence);
    if (message.state != MessageState::Queued)
        return;
    --m_queued;
    m_due.erase({message.nextAttempt, message.sequence});
    if (const auto parked = m_parked.find(message.parkedFor); parked != m_parked.end()) {
        parked->second.erase({message.nextAttempt, message.sequence});
        if (parked->second.empty())
            m_parked.erase(parked);
    }
    m_expires.erase({message.expiresAt, message.sequence});
    m_untold.erase({message.receivedAt, message.sequence});
}

template <class Change>
void SpoolIndex::change(std::uint64_t sequence, Change what)
{
    WaitingMessage *const message = at(sequence);
    if (!message)
        return;
    unlink(*message);
    what(*message);
    link(*message);
}

void SpoolIndex::insert(WaitingMessage message)
{
    if (m_messages.contains(message.sequence))
        return;
    link(message);
    const std::uint64_t sequence = message.sequence;
    m_messages.emplace(sequence, std::move(message));
}

const WaitingMessage *SpoolIndex::find(std::uint64_t sequence) const
{
    const auto found = m_messages.find(sequence);
    return found == m_messages.end() ? nullptr : &found->second;
}

void SpoolIndex::erase(std::uint64_t sequence)
{
    const auto found = m_messages.find(sequence);
    if (found == m_messages.end())
        return;
    unlink(found->second);
    m_messages.erase(found);
}

void SpoolIndex::setClaimed(std::uint64_t sequence, bool claimed)
{
    change(sequence, [claimed](WaitingMessage &message) {
        message.claimed = claimed;
        message.parkedFor = 0;
    });
}

void SpoolIndex::park(std::uint64_t sequence, RouteTag route, Parking parking)
{
    change(sequence, [route, parking](WaitingMessage &message) {
        message.claimed = false;
        message.parkedFor = route;
        message.parking = parking;
    });
}

void SpoolIndex::unpark(RouteTag route)
{
    for (const std::uint64_t sequence : parked(route, std::numeric_limits<int>::max()))
        change(sequence, [](WaitingMessage &message) { message.parkedFor = 0; });
}

void SpoolIndex::setExpiry(std::chrono::milliseconds expiry)
{
    for (auto &[sequence, message] : m_messages) {
        unlink(message);
        message.expiresAt = message.receivedAt + expiry;
        link(message);
    }
}

void SpoolIndex::hurry(const std::set<RouteTag> &routes, TimePoint now)
{
    for (auto &[sequence, message] : m_messages) {
        const bool waits = message.state == MessageState::Queued && !message.claimed && message.nextAttempt > now;
        if (!waits || (message.deferredBy != 0 && !routes.contains(message.deferredBy)))
            continue;
        unlink(message);
        message.nextAttempt = now;
        link(message);
    }
}

void SpoolIndex::setState(std::uint64_t sequence, MessageState state)
{
    change(sequence, [state](WaitingMessage &message) {
        message.state = state;
        message.parkedFor = 0;
    });
}

void SpoolIndex::setNextAttempt(std::uint64_t sequence, TimePoint next)
{
    change(sequence, [next](WaitingMessage &message) {
        message.nextAttempt = next;
        message.parkedFor = 0;
    });
}

void SpoolIndex::setPlace(std::uint64_t sequence, const LogPlace &place)
{
    change(sequence, [place](WaitingMessage &message) { message.place = place; });
}

void SpoolIndex::defer(std::uint64_t sequence, const Settlement &settlement)
{
    change(sequence, [&settlement](WaitingMessage &message) {
        message.claimed = false;
        message.whole.reset();
        message.attempts += settlement.countsAsAttempt ? 1 : 0;
        message.nextAttempt = settlement.nextAttempt;
        message.lastReply = settlement.lastReply;
        message.deferredBy = settlement.route;
        message.tellsDelay = message.tellsDelay && !tells(settlement, JournalKind::Delayed);
        message.remaining = std::make_shared<const std::vector<EmailAddress>>(settlement.remaining);
    });
}

void SpoolIndex::forgetWhole(std::uint64_t sequence)
{
    if (WaitingMessage *const message = at(sequence))
        message->whole.reset();
}

std::vector<std::uint64_t> SpoolIndex::until(const Timed &turn, int limit, TimePoint time)
{
    std::vector<std::uint64_t> sequences;
    for (auto next = turn.begin(); next != turn.end() && next->first <= time && std::ssize(sequences) < limit; ++next)
        sequences.push_back(next->second);
    return sequences;
}

std::vector<std::uint64_t> SpoolIndex::due(int limit, TimePoint now) const
{
    return until(m_due, limit, now);
}

std::vector<std::uint64_t> SpoolIndex::delayed(int limit, TimePoint received) const
{
    return until(m_untold, limit, received);
}

std::vector<std::uint64_t> SpoolIndex::parked(RouteTag route, int limit) const
{
    std::vector<std::uint64_t> sequences;
    const auto found = m_parked.find(route);
    if (found == m_parked.end())
        return sequences;
    for (auto next = found->second.begin(); next != found->second.end() && std::ssize(sequences) < limit; ++next)
        sequences.push_back(next->second);
    return sequences;
}

std::vector<std::uint64_t> SpoolIndex::expired(int limit, TimePoint now) const
{
    return until(m_expires, limit, now);
}

std::optional<TimePoint> SpoolIndex::nextDue() const
{
    return m_due.empty() ? std::nullopt : std::optional(m_due.begin()->first);
}

std::vector<std::uint64_t> SpoolIndex::allIn(MessageState state) const
{
    std::vector<std::uint64_t> sequences;
    for (const auto &[sequence, message] : m_messages) {
        if (message.state == state && !message.claimed)
            sequences.push_back(sequence);
    }
    std::ranges::sort(sequences);
    return sequences;
}

std::set<QString> SpoolIndex::bodyFiles() const
{
    std::set<QString> names;
    for (const auto &[sequence, message] : m_messages) {
        if (!message.bodyFile.isEmpty())
            names.insert(message.bodyFile);
    }
    return names;
}

std::vector<std::uint64_t> SpoolIndex::inSegment(std::uint32_t segment) const
{
    std::vector<std::uint64_t> sequences;
    for (const auto &[sequence, message] : m_messages) {
        if (message.place.segment == segment)
            sequences.push_back(sequence);
    }
    return sequences;
}

} // namespace relaywright
