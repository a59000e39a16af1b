// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/SpoolMessage.h"

#include <deque>

namespace relaywright {

/// Keeps what goes to the smart host inside its quota: messages in any 60 seconds, recipients in any 24 hours. Every try
/// counts, whatever became of it. Pure: time comes in. Uses are kept per second for the minute and per minute for the
/// day, each counted until the whole of it has left the window, so the quota is never exceeded.
class RateLimiter {
public:
    struct Limits {
        int messagesPerMinute = 30;
        int recipientsPerDay = 10'000;
        bool operator==(const Limits &) const = default;
    };
    explicit RateLimiter(Limits limits) : m_limits(limits) {}

    /// From now on; what was used stays used.
    void setLimits(Limits limits) { m_limits = limits; }
    [[nodiscard]] const Limits &limits() const { return m_limits; }
    /// What was used before a restart, the oldest first.
    void restore(const std::vector<QuotaUse> &uses);
    /// The first moment at which a message to `recipients` may go; `now` when it may go at once. A message to more
    /// recipients than a day allows goes when nothing else was sent for a day.
    [[nodiscard]] TimePoint earliest(TimePoint now, int recipients);
    /// Counts one message; what is answered belongs into the settlement.
    QuotaUse record(TimePoint now, int recipients);
    /// Messages that may still go at `now`.
    [[nodiscard]] int messagesLeft(TimePoint now);

private:
    struct Use { TimePoint until{}; int count = 0; };
    struct Window {
        std::deque<Use> uses;
        std::int64_t sum = 0;
        void add(TimePoint until, int count);
        void forget(TimePoint now, std::chrono::milliseconds length);
        [[nodiscard]] TimePoint freeAt(TimePoint now, std::int64_t limit, int wanted) const;
    };
    void add(TimePoint at, int messages, int recipients);

    Limits m_limits;
    Window m_minute;
    Window m_day;
};

} // namespace relaywright
