// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/Targets.h"

namespace relaywright {

/// Where mail for the domain goes: Exchange Online, a gateway in front of it, or nowhere. Pure.
[[nodiscard]] Finding judgeMx(const DomainExpectation &expected, const DnsAnswer &answer);

} // namespace relaywright
