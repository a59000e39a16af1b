// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/knowledge/Knowledge.h"
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
    std::optional<Host> mxHost;       ///< as the site has it; of the first domain only
    QStringList microsoftSuffixes;    ///< `mail.protection.outlook.com`, `mx.microsoft`, ...
    QStringList gateways;             ///< `pphosted.com=Proofpoint`: mail gateways that are known by name
    QString spfInclude;               ///< must be in the record; empty when nothing leaves through Exchange Online
    QStringList spfNeeds;             ///< mechanisms that the plan needs in the record, `spfInclude` among them
    QStringList dkimSelectors;        ///< of Exchange Online
    QStringList dkimTargets;          ///< suffixes of the names that those selectors lead to
    std::vector<int> quarantineSteps; ///< per cent, of a DMARC policy on its way
    bool operator==(const DomainExpectation &) const = default;
};

/// One sender that hands mail over from the site's own addresses.
struct SenderExpectation {
    QString id; ///< of the sender
    QString name;
    QString domain; ///< of its MAIL FROM
    Method method = Method::DirectSend;
    std::vector<IpAddress> egress; ///< to be checked
    bool isSample = false;         ///< `egress` is not every address of its networks
    bool operator==(const SenderExpectation &) const = default;
};

/// How mail of one sender reaches a receiver outside; of direct send, the tenant itself.
struct PathExpectation {
    enum class Leaves {
        FromSite,              ///< the receiver sees an address of the site
        ThroughExchangeOnline, ///< an address of Exchange Online, which may sign
        Elsewhere,             ///< Azure Communication Services, an Exchange server of its own
    };
    QString senderId;
    QString senderName;
    Leaves leaves = Leaves::FromSite;
    QString fromDomain;            ///< of From:; empty: not known
    QString envelopeDomain;        ///< of MAIL FROM; empty: not known
    std::vector<IpAddress> egress; ///< of FromSite
    bool isSample = false;         ///< `egress` is not every address of its networks
    QString spfInclude; ///< of ThroughExchangeOnline: whose addresses will connect; empty where the cloud is unknown
    QString wayName;    ///< "direct send", for sentences
    bool operator==(const PathExpectation &) const = default;
};

struct Targets {
    std::vector<DomainExpectation> domains; ///< accepted domains, then other domains that senders send as
    std::vector<SenderExpectation> senders; ///< those whose mail leaves from the site's own addresses
    std::vector<PathExpectation> paths;     ///< of every sender that has a method
    std::vector<IpAddress> egress;          ///< distinct addresses that mail leaves from, at most 32
    QStringList blocklists;                 ///< zones to ask about them
    QStringList weightyBlocklists;          ///< those among them that Exchange Online refuses by
    std::vector<ReachTarget> endpoints;     ///< distinct
    std::optional<std::uint16_t> mxPort;    ///< a method needs the MX host, and the site does not name it
};

[[nodiscard]] Targets targetsOf(const Site &site, const Plan &plan, const Knowledge &knowledge);

/// Addresses of `networks` to check, at most 16: small networks whole, of others the first and last address; `isSample`
/// tells that some were left out.
[[nodiscard]] std::vector<IpAddress> sampleOf(const std::vector<IpNetwork> &networks, bool &isSample);

} // namespace relaywright
