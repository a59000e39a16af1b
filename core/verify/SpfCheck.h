// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/verify/Targets.h"

#include <utility>
#include <vector>

namespace relaywright {

/// The SPF record of a domain, and the one that the plan needs.
struct SpfLook {
    DnsAnswer answer;            ///< TXT of the domain
    std::optional<SpfNode> tree; ///< missing when there is not exactly one record
    QString proposal;            ///< to publish in its place, surveyed and within the limits; empty when there is none
    QString otherwise;           ///< why there is none although the plan needs more, and what can be done instead
};
/// Pure.
[[nodiscard]] Finding judgeSpf(const DomainExpectation &expected, const SpfLook &look);

/// The record that the plan needs where that is another one than what is published: what is there is kept but for
/// includes that lead nowhere, what is missing is added. Nothing when it is there already, when part of the record
/// could not be looked up, or when what is there must be mended by hand first. Its cost is not known yet. Pure.
[[nodiscard]] std::optional<QString> proposedSpf(const DomainExpectation &expected, const DnsAnswer &answer,
                                                 const std::optional<SpfNode> &tree);

/// What to publish where the proposed record was surveyed: itself, or a way back within the limits. Pure.
void takeProposal(SpfLook &look, const DomainExpectation &expected, const SpfNode &surveyed);

/// What receivers compute for a sender that hands mail over from the site's own addresses: the worst of them decides.
[[nodiscard]] Finding judgeSender(const SenderExpectation &expected,
                                  const std::vector<std::pair<IpAddress, SpfVerdict>> &verdicts);

/// From bad to worse: pass 0 ... permerror 6; temperror counts as little as it says.
[[nodiscard]] int badness(SpfResult result);

} // namespace relaywright
