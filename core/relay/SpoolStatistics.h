// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace relaywright {

/// Counts values by how large they are; written by one thread, read by any.
template <std::size_t kBounds>
class Histogram {
public:
    /// Each bound belongs to its own bucket; what is larger than the last one goes into one more.
    explicit constexpr Histogram(const std::array<std::uint64_t, kBounds> &bounds) : m_bounds(bounds) {}

    void add(std::uint64_t value)
    {
        std::size_t bucket = 0;
        while (bucket < kBounds && value > m_bounds[bucket])
            ++bucket;
        m_counts[bucket].fetch_add(1, std::memory_order_relaxed);
        m_sum.fetch_add(value, std::memory_order_relaxed);
    }
    [[nodiscard]] const std::array<std::uint64_t, kBounds> &bounds() const { return m_bounds; }
    [[nodiscard]] std::uint64_t count(std::size_t bucket) const
    {
        return m_counts[bucket].load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t sum() const { return m_sum.load(std::memory_order_relaxed); }

private:
    std::array<std::uint64_t, kBounds> m_bounds;
    std::array<std::atomic<std::uint64_t>, kBounds + 1> m_counts{};
    std::atomic<std::uint64_t> m_sum{0};
};

/// In microseconds: from the last octet of a message to the flush that covers its 250.
class LatencyHistogram : public Histogram<12> {
public:
    LatencyHistogram()
        : Histogram<12>({250, 500, 1000, 2500, 5000, 10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000, 10'000'000})
    {
    }
    using Histogram<12>::add;
    void add(std::chrono::steady_clock::duration time)
    {
        Histogram<12>::add(static_cast<std::uint64_t>(
            std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::microseconds>(time).count())));
    }
};

/// How many writes share one flush.
class BatchHistogram : public Histogram<8> {
public:
    BatchHistogram() : Histogram<8>({1, 2, 5, 10, 20, 50, 100, 500}) {}
};

struct SpoolStatistics {
    LatencyHistogram latency;
    BatchHistogram batches;
    std::atomic<std::uint64_t> flushes{0};
};

} // namespace relaywright
