// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Histogram.h"

#include <QString>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>

namespace relaywright {

/// How long the messages of one route waited, in milliseconds: from when the relay took one to the smart host's yes for the
/// last of its recipients. Those that were given up or refused are not among them.
class DeliveryLatency : public Histogram<16> {
public:
    /// From a smart host in the house to the day of the usual expiry and beyond.
    DeliveryLatency()
        : Histogram<16>({10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10'000, 30'000, 60'000, 300'000, 3'600'000,
                         21'600'000, 86'400'000})
    {
    }
    using Histogram<16>::add;
    /// A clock that was set back meanwhile counts as no time at all.
    void add(std::chrono::milliseconds time)
    {
        Histogram<16>::add(static_cast<std::uint64_t>(std::max<std::chrono::milliseconds::rep>(0, time.count())));
    }
};

/// By name of the route; those of the configuration of now. A route that a reload keeps or changes goes on with its own.
using RouteLatencies = std::map<QString, std::shared_ptr<DeliveryLatency>>;

} // namespace relaywright
