// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDate>
#include <QDateTime>

#include <chrono>

namespace relaywright {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

/// The wall clock, passed in so that tests and the practice server can move it.
class Clock {
public:
    virtual ~Clock() = default;
    /// Time of day in UTC, milliseconds.
    [[nodiscard]] virtual TimePoint now() const = 0;
    [[nodiscard]] QDate today() const;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] TimePoint now() const override;
};

/// Stands still until it is told otherwise.
class FakeClock final : public Clock {
public:
    explicit FakeClock(TimePoint start) : m_now(start) {}
    [[nodiscard]] TimePoint now() const override { return m_now; }
    void advance(std::chrono::milliseconds by) { m_now += by; }
    void set(TimePoint to) { m_now = to; }

private:
    TimePoint m_now;
};

[[nodiscard]] QDateTime toDateTime(TimePoint time);
[[nodiscard]] TimePoint fromDateTime(const QDateTime &time);

} // namespace relaywright
