// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/Dmarc.h"
#include "core/verify/DmarcCheck.h"
#include "core/verify/Targets.h"

#include <optional>
#include <utility>
#include <vector>

namespace relaywright {

/// SPF as a receiver computes it, for each address that may connect.
using AddressVerdicts = std::vector<std::pair<IpAddress, SpfVerdict>>;

/// All that decides about mail of one path.
struct PathLook {
    AddressVerdicts spf;                     ///< with the record that is published
    std::optional<AddressVerdicts> spfAfter; ///< with the one that is proposed; nothing when none is
    QString proposal;
    QString unanswered;        ///< why SPF could not be computed at all; empty otherwise
    std::optional<bool> signs; ///< Exchange Online can sign for the From domain; nothing: could not be told
    DmarcLook dmarc;           ///< of the From domain
};

/// What a receiver will decide: SPF, DKIM, alignment, DMARC, why; and what the proposed record changes. Pure.
[[nodiscard]] Finding judgePath(const PathExpectation &path, const PathLook &look);

} // namespace relaywright
