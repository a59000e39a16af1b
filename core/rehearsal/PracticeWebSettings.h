// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"
#include "core/rehearsal/HttpServer.h"
#include "core/rehearsal/PracticeIdentity.h"
#include "core/rehearsal/PracticeWebFaults.h"

#include <memory>

namespace relaywright {

/// Where a practice service listens, and how.
struct PracticeWebSettings {
    Endpoint listen{Host::of(IpAddress::fromV4(0x7f000001)), 0}; ///< port 0: any free one
    bool tls = true;                                             ///< false: http, for programs on this computer
    std::shared_ptr<PracticeIdentity> identity{};                ///< nothing: one of its own, made at start
    PracticeWebFaults faults{};
};

/// Where its server listens, and with which certificate. Error: as PracticeIdentity::certificate.
[[nodiscard]] Result<HttpServerSettings> httpServerSettings(const PracticeWebSettings &settings);

} // namespace relaywright
