// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/ReachCheck.h"
#include "core/verify/Verification.h"

#include <optional>
#include <utility>
#include <vector>

namespace relaywright {

// From what was seen to a finding: pure, so that each verdict has a test. "Could not tell" is what a failed look gives.

/// The facts of the plan that a look at the domain is judged by.
struct DomainExpectation {
    QString id; ///< of the finding
    QString domain;
    std::optional<Host> mxHost;    ///< as the site has it
    QStringList microsoftSuffixes; ///< `mail.protection.outlook.com`, `mx.microsoft`, ...
    QString spfInclude;            ///< must be in the record; empty when nothing leaves through Exchange Online
};

/// True for `contoso-com.mail.protection.outlook.com` and its like.
[[nodiscard]] bool isMicrosoftHost(const QString &host, const QStringList &suffixes);

[[nodiscard]] Finding judgeMx(const DomainExpectation &expected, const DnsAnswer &answer);

/// `counted` is the evaluation with countAll; it is missing when there is not exactly one record.
[[nodiscard]] Finding judgeSpf(const DomainExpectation &expected, const DnsAnswer &answer,
                               const std::optional<SpfVerdict> &counted);

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
[[nodiscard]] Finding judgeSender(const SenderExpectation &expected,
                                  const std::vector<std::pair<IpAddress, SpfVerdict>> &verdicts);

[[nodiscard]] Finding judgeReach(const ReachTarget &target, const ReachOutcome &outcome);

/// For the MX host that no look-up gave.
[[nodiscard]] Finding mxHostUnknown(std::uint16_t port, const QString &domain);

} // namespace relaywright
