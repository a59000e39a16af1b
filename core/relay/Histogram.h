// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace relaywright {

/// Counts values by how large they are; written by one thread, read by any. Of fixed size, and counting allocates nothing.
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
    [[nodiscard]] std::uint64_t total() const
    {
        std::uint64_t all = 0;
        for (std::size_t bucket = 0; bucket <= kBounds; ++bucket)
            all += count(bucket);
        return all;
    }
    /// Below which `share` (0 to 1) of the values are, reckoned as Prometheus' histogram_quantile does: as if those of a
    /// bucket lay evenly between its bounds. The last bound when it is among what is larger; 0 without values.
    [[nodiscard]] std::uint64_t quantile(double share) const
    {
        const double rank = share * static_cast<double>(total());
        double below = 0;
        for (std::size_t bucket = 0; bucket < kBounds; ++bucket) {
            const auto inside = static_cast<double>(count(bucket));
            if (inside > 0 && below + inside >= rank) {
                const double lower = bucket == 0 ? 0 : static_cast<double>(m_bounds[bucket - 1]);
                const double width = static_cast<double>(m_bounds[bucket]) - lower;
                return static_cast<std::uint64_t>(std::llround(lower + width * (rank - below) / inside));
            }
            below += inside;
        }
        return below < rank ? m_bounds.back() : 0;
    }

private:
    std::array<std::uint64_t, kBounds> m_bounds;
    std::array<std::atomic<std::uint64_t>, kBounds + 1> m_counts{};
    std::atomic<std::uint64_t> m_sum{0};
};

} // namespace relaywright
