// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/LogEntry.h"
#include "core/relay/SpoolQueries.h"

#include <map>
#include <memory>
#include <set>
#include <unordered_map>

namespace relaywright {

/// What is kept in memory of a message that waits: some hundred octets.
struct WaitingMessage {
    std::uint64_t sequence = 0;
    MessageState state = MessageState::Queued; ///< Queued or Held
    int attempts = 0;
    TimePoint nextAttempt{};
    TimePoint receivedAt{};
    TimePoint expiresAt{};
    LogPlace place;   ///< of the record with envelope and octets
    QString bodyFile; ///< empty: the octets are in the record
    QString lastReply;
    bool claimed = false;
    bool tellsDelay = false; ///< its sender wants to hear when it waits long, and did not yet
    RouteTag deferredBy = 0; ///< in this run; 0: before it
    RouteTag parkedFor = 0;  ///< due, but its route cannot take it yet; 0: not parked
    Parking parking = Parking::Expires;
    std::shared_ptr<const std::vector<EmailAddress>> remaining; ///< null: all recipients
    std::shared_ptr<const SpoolMessage> whole; ///< of a young message, so that it need not be read again
};

/// The messages that wait, in the order in which they are due. Pure; used by one thread. A change says what is to be, so
/// that one that is made twice changes nothing more.
class SpoolIndex {
public:
    void insert(WaitingMessage message);
    [[nodiscard]] const WaitingMessage *find(std::uint64_t sequence) const;
    void erase(std::uint64_t sequence);
    void setClaimed(std::uint64_t sequence, bool claimed);
    /// A claimed message goes out of the way of those of other routes, until `parked` gives it or an operator changes it.
    void park(std::uint64_t sequence, RouteTag route, Parking parking);
    /// All that are parked for `route` are due like others again.
    void unpark(RouteTag route);
    /// Every message's time is over so long after it was received.
    void setExpiry(std::chrono::milliseconds expiry);
    /// What was deferred by one of `routes`, or before this run, is due at `now`.
    void hurry(const std::set<RouteTag> &routes, TimePoint now);
    void setState(std::uint64_t sequence, MessageState state);
    void setNextAttempt(std::uint64_t sequence, TimePoint next);
    void setPlace(std::uint64_t sequence, const LogPlace &place);
    /// An attempt ended and somebody still waits.
    void defer(std::uint64_t sequence, const Settlement &settlement);
    void forgetWhole(std::uint64_t sequence);

    /// The first messages that are due at `now` and not claimed.
    [[nodiscard]] std::vector<std::uint64_t> due(int limit, TimePoint now) const;
    /// The first that are parked for `route`.
    [[nodiscard]] std::vector<std::uint64_t> parked(RouteTag route, int limit) const;
    /// The same for those whose time is over.
    [[nodiscard]] std::vector<std::uint64_t> expired(int limit, TimePoint now) const;
    /// The first that were received before `received` and whose senders want to hear that they wait, whatever they wait for.
    [[nodiscard]] std::vector<std::uint64_t> delayed(int limit, TimePoint received) const;
    /// When the next one is due that is neither claimed nor parked.
    [[nodiscard]] std::optional<TimePoint> nextDue() const;
    /// All that are in `state` and not claimed.
    [[nodiscard]] std::vector<std::uint64_t> allIn(MessageState state) const;
    [[nodiscard]] std::set<QString> bodyFiles() const;
    [[nodiscard]] std::set<std::uint64_t> claimed() const { return m_claimed; }

    [[nodiscard]] std::int64_t queued() const { return m_queued; }
    [[nodiscard]] std::int64_t held() const { return static_cast<std::int64_t>(m_messages.size()) - m_queued; }
    /// The segments of the log in which waiting messages stand, with how many octets.
    [[nodiscard]] const std::map<std::uint32_t, std::uint64_t> &segments() const { return m_segments; }
    /// The messages that stand in one of them.
    [[nodiscard]] std::vector<std::uint64_t> inSegment(std::uint32_t segment) const;

private:
    using Timed = std::set<std::pair<TimePoint, std::uint64_t>>;
    [[nodiscard]] static std::vector<std::uint64_t> until(const Timed &turn, int limit, TimePoint time);
    [[nodiscard]] WaitingMessage *at(std::uint64_t sequence);
    void link(const WaitingMessage &message);
    void unlink(const WaitingMessage &message);
    template <class Change>
    void change(std::uint64_t sequence, Change what);

    std::unordered_map<std::uint64_t, WaitingMessage> m_messages;
    Timed m_due;     // queued, neither claimed nor parked
    Timed m_expires; // queued, not claimed, and not parked as one to keep
    Timed m_untold;  // by when they were received: queued, not claimed, and somebody wants to hear of a delay
    std::map<RouteTag, Timed> m_parked;
    std::set<std::uint64_t> m_claimed;
    std::map<std::uint32_t, std::uint64_t> m_segments;
    std::int64_t m_queued = 0;
};

} // namespace relaywright
