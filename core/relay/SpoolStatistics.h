// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Histogram.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace relaywright {

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
