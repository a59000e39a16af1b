// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/DeliveryLatency.h"
#include "core/relay/RelayStatus.h"
#include "core/relay/RelayWatch.h"
#include "core/relay/SpoolStatistics.h"

#include <QByteArray>

namespace relaywright {

/// The numbers of a relay in Prometheus' text format, version 0.0.4. Times in seconds, sizes in bytes, as is the custom there;
/// every name begins with `relaywright_`. Label values come from configuration and counters only, and are escaped. Pure.
[[nodiscard]] QByteArray metricsText(const RelayStatus &status, const RelayCounters &counters,
                                     const SpoolStatistics &statistics, const RouteLatencies &latencies,
                                     TimePoint now);

} // namespace relaywright
