// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <optional>

namespace relaywright {

/// The time of day as it is, on a day that was asked for: next month's failure today.
class PracticeClock final : public Clock {
public:
    /// `real` outlives the clock. No day: today.
    explicit PracticeClock(const Clock &real, std::optional<QDate> day = std::nullopt) : m_real(real), m_day(day) {}
    void setDay(std::optional<QDate> day) { m_day = day; }
    [[nodiscard]] TimePoint now() const override
    {
        const TimePoint now = m_real.now();
        return m_day ? fromDateTime(QDateTime(*m_day, toDateTime(now).time(), Qt::UTC)) : now;
    }

private:
    const Clock &m_real;
    std::optional<QDate> m_day;
};

} // namespace relaywright
