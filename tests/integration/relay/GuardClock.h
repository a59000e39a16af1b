// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <atomic>

namespace relaywright::test {

/// Moves when it is told to, is read by several threads, and counts how often.
class GuardClock final : public Clock {
public:
    [[nodiscard]] TimePoint now() const override
    {
        ++m_readings;
        return m_start + m_passed.load();
    }
    void advance(std::chrono::milliseconds by) { m_passed = m_passed.load() + by; }
    [[nodiscard]] int readings() const { return m_readings; }

private:
    TimePoint m_start = SystemClock().now();
    std::atomic<std::chrono::milliseconds> m_passed{};
    mutable std::atomic<int> m_readings = 0;
};

} // namespace relaywright::test
