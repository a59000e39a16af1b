// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/Targets.h"

#include <utility>
#include <vector>

namespace relaywright {

/// `counted` is the evaluation with countAll; it is missing when there is not exactly one record. Pure.
[[nodiscard]] Finding judgeSpf(const DomainExpectation &expected, const DnsAnswer &answer,
                               const std::optional<SpfVerdict> &counted);

/// What receivers compute for a sender that hands mail over from the site's own addresses: the worst of them decides.
[[nodiscard]] Finding judgeSender(const SenderExpectation &expected,
                                  const std::vector<std::pair<IpAddress, SpfVerdict>> &verdicts);

} // namespace relaywright
