// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/verify/Targets.h"

#include <utility>
#include <vector>

namespace relaywright {

/// The SPF record of a domain, alone and as its tree. `tree` is missing when there is not exactly one record. Pure.
[[nodiscard]] Finding judgeSpf(const DomainExpectation &expected, const DnsAnswer &answer,
                               const std::optional<SpfNode> &tree);

/// The record that the plan needs where that is another one than what is published: what is there is kept but for
/// includes that lead nowhere, what is missing is added. Nothing when it is there already, or when what is there must be
/// mended by hand first. Pure.
[[nodiscard]] std::optional<QString> proposedSpf(const DomainExpectation &expected, const DnsAnswer &answer,
                                                 const std::optional<SpfNode> &tree);

/// What receivers compute for a sender that hands mail over from the site's own addresses: the worst of them decides.
[[nodiscard]] Finding judgeSender(const SenderExpectation &expected,
                                  const std::vector<std::pair<IpAddress, SpfVerdict>> &verdicts);

/// From bad to worse: pass 0 ... permerror 6; temperror counts as little as it says.
[[nodiscard]] int badness(SpfResult result);

} // namespace relaywright
