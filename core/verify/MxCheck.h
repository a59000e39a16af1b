// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/verify/Targets.h"

#include <vector>

namespace relaywright {

/// Where mail for the domain goes: Exchange Online, a gateway in front of it, or nowhere. Pure.
[[nodiscard]] Finding judgeMx(const DomainExpectation &expected, const DnsAnswer &answer);

/// Adds the addresses of the `hosts`: `answers` to A and AAAA of each, in turn. A host without one takes no mail. Pure.
void judgeMxAddresses(Finding &finding, const QStringList &hosts, const std::vector<DnsAnswer> &answers);

} // namespace relaywright
