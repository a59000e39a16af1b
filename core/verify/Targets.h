// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Plan.h"
#include "core/verify/Finding.h"
#include "core/verify/ReachCheck.h"

#include <optional>
#include <vector>

// From a plan to what must be looked at: pure, so that each verdict has a test.
namespace relaywright {

/// The facts of the plan that a look at a domain is judged by.
struct DomainExpectation {
    QString domain;
    std::optional<Host> mxHost;    ///< as the site has it; of the first domain only
    QStringList microsoftSuffixes; ///< `mail.protection.outlook.com`, `mx.microsoft`, ...
    QString spfInclude;            ///< must be in the record; empty when nothing leaves through Exchange Online
};

/// One sender that hands mail over from the site's own addresses.
struct SenderExpectation {
    QString id; ///< of the sender
    QString name;
    QString domain; ///< it sends as
    Method method = Method::DirectSend;
    std::vector<IpAddress> egress; ///< to be checked
    bool isSample = false;         ///< `egress` is not every address of its networks
    bool operator==(const SenderExpectation &) const = default;
};

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
