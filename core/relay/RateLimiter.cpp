// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RateLimiter.h"

#include <algorithm>

namespace relaywright {

namespace {

using namespace std::chrono;
constexpr milliseconds kMinute = minutes(1);
constexpr milliseconds kDay = hours(24);

} // namespace

void RateLimiter::Window::add(TimePoint until, int count)
{
    if (!uses.empty() && uses.back().until == until)
        uses.back().count += count;
    else
        uses.push_back({until, count});
    sum += count;
}

void RateLimiter::Window::forget(TimePoint now, milliseconds length)
{
    while (!uses.empty() && uses.front().until <= now) {
        sum -= uses.front().count;
        uses.pop_front();
    }
    // A clock that was ahead and is right again must not block the route: nothing can leave later than a window from now.
    while (!uses.empty() && uses.back().until > now + length + kMinute) {
        sum -= uses.back().count;
        uses.pop_back();
    }
}

TimePoint RateLimiter::Window::freeAt(TimePoint now, std::int64_t limit, int wanted) const
{
    std::int64_t left = sum;
    TimePoint at = now;
    for (auto use = uses.begin(); use != uses.end() && left + std::min<std::int64_t>(wanted, limit) > limit; ++use) {
        left -= use->count;
        at = use->until;
    }
    return at;
}

void RateLimiter::restore(const std::vector<QuotaUse> &uses)
{
    for (const QuotaUse &use : uses)
        add(use.at, use.messages, use.recipients);
}

void RateLimiter::add(TimePoint at, int messages, int recipients)
{
    m_minute.add(ceil<seconds>(at + milliseconds(1)) + kMinute, messages);
    m_day.add(ceil<minutes>(at + milliseconds(1)) + kDay, recipients);
}

TimePoint RateLimiter::earliest(TimePoint now, int recipients)
{
    m_minute.forget(now, kMinute);
    m_day.forget(now, kDay);
    return std::max(m_minute.freeAt(now, m_limits.messagesPerMinute, 1), m_day.freeAt(now, m_limits.recipientsPerDay, recipients));
}

QuotaUse RateLimiter::record(TimePoint now, int recipients)
{
    add(now, 1, recipients);
    return {floor<seconds>(now), 1, recipients};
}

int RateLimiter::messagesLeft(TimePoint now)
{
    m_minute.forget(now, kMinute);
    return static_cast<int>(std::max<std::int64_t>(0, m_limits.messagesPerMinute - m_minute.sum));
}

} // namespace relaywright
