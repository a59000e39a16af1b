// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/TrafficRing.h"

#include <algorithm>
#include <limits>
#include <map>

namespace relaywright {

namespace {

constexpr std::int64_t kMinutes = TrafficHistory::kMinutes;

std::size_t placeOf(std::int64_t minute)
{
    return static_cast<std::size_t>(((minute % kMinutes) + kMinutes) % kMinutes);
}

quint32 small(std::int64_t count)
{
    return static_cast<quint32>(std::clamp<std::int64_t>(count, 0, std::numeric_limits<quint32>::max()));
}

} // namespace

TrafficRing::Minute &TrafficRing::at(TimePoint now, std::int64_t queued)
{
    const std::int64_t minute = std::chrono::duration_cast<std::chrono::minutes>(now.time_since_epoch()).count();
    if (m_first == 0) {
        m_first = m_last = minute;
        m_minutes[placeOf(minute)] = {};
    }
    const quint32 before = m_minutes[placeOf(m_last)].queued;
    // More than a day forward empties all of it; what was before keeps its number of waiting messages until then.
    for (std::int64_t next = std::max(m_last + 1, minute - kMinutes + 1); next <= minute; ++next)
        m_minutes[placeOf(next)] = {.queued = before};
    m_last = std::max(m_last, minute);
    m_first = std::max(m_first, m_last - kMinutes + 1);
    Minute &last = m_minutes[placeOf(m_last)];
    last.queued = small(queued);
    return last;
}

TrafficHistory TrafficRing::history(TimePoint now, std::int64_t queued)
{
    (void)at(now, queued);
    TrafficHistory history;
    history.from = TimePoint(std::chrono::minutes(m_first));
    for (std::int64_t minute = m_first; minute <= m_last; ++minute)
        history.minutes.push_back(m_minutes[placeOf(minute)]);
    return history;
}

void TrafficRing::restore(const std::vector<TrafficRow> &rows, TimePoint now, std::int64_t queued)
{
    (void)at(now, queued);
    const std::int64_t begin = m_first; // what is from there on was counted since the start
    const std::int64_t earliest = m_last - kMinutes + 1;
    std::map<std::int64_t, const TrafficRow *> known;
    for (const TrafficRow &row : rows)
        known.emplace(row.minute, &row);
    std::int64_t waiting = queued;
    for (std::int64_t minute = m_last; minute >= earliest; --minute) {
        const auto found = known.find(minute);
        const TrafficRow row = found == known.end() ? TrafficRow{} : *found->second;
        Minute &kept = m_minutes[placeOf(minute)];
        if (minute < begin)
            kept = {.queued = small(waiting)};
        if (minute <= begin) { // the spool knows both parts of the minute of the start
            kept.accepted = std::max(kept.accepted, small(row.accepted));
            kept.delivered = std::max(kept.delivered, small(row.delivered));
            kept.bounced = std::max(kept.bounced, small(row.bounced));
        }
        waiting += row.finished - row.accepted; // at the end of the minute before
    }
    if (!rows.empty())
        m_first = std::clamp(rows.front().minute, earliest, begin);
}

} // namespace relaywright
