// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/Judgement.h"

namespace relaywright {

/// What a plan gives to look at; pure.
struct Targets {
    std::vector<DomainExpectation> domains; ///< accepted domains, then other domains that senders send as
    std::vector<SenderExpectation> senders; ///< those whose mail leaves from the site's own addresses
    std::vector<ReachTarget> endpoints;     ///< distinct
    std::optional<std::uint16_t> mxPort;    ///< a method needs the MX host, and the site does not name it
};

[[nodiscard]] Targets targetsOf(const Site &site, const Plan &plan, const Knowledge &knowledge);

/// Addresses of `networks` to check, at most 16: small networks whole, of others the first and last address; `isSample`
/// tells that some were left out.
[[nodiscard]] std::vector<IpAddress> sampleOf(const std::vector<IpNetwork> &networks, bool &isSample);

} // namespace relaywright
