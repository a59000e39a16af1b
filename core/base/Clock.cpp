// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Clock.h"

namespace relaywright {

QDate Clock::today() const
{
    return toDateTime(now()).date();
}

TimePoint SystemClock::now() const
{
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

QDateTime toDateTime(TimePoint time)
{
    return QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count(), Qt::UTC);
}

TimePoint fromDateTime(const QDateTime &time)
{
    return TimePoint(std::chrono::milliseconds(time.toMSecsSinceEpoch()));
}

} // namespace relaywright
