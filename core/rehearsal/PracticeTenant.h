// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EmailAddress.h"
#include "core/base/IpAddress.h"
#include "core/base/Secret.h"
#include "core/knowledge/Knowledge.h"
#include "core/site/Site.h"

#include <QDate>
#include <QString>
#include <QStringList>

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace relaywright {

/// The ways into Microsoft 365 by SMTP; each is an endpoint with rules of its own. Contract words: client-submission
/// direct-send connector-relay high-volume-email azure-communication-services.
enum class PracticeMethod { ClientSubmission, DirectSend, ConnectorRelay, HighVolumeEmail, AzureCommunicationServices };

[[nodiscard]] QString toString(PracticeMethod method);
[[nodiscard]] std::optional<PracticeMethod> parsePracticeMethod(const QString &word);
/// All of them, in the order above.
[[nodiscard]] const std::vector<PracticeMethod> &practiceMethods();
/// True where one must sign in; the others are at the MX.
[[nodiscard]] bool signsIn(PracticeMethod method);

/// A mailbox that may sign in; at the High Volume Email endpoint an HVE account, at that of Azure Communication Services an
/// SMTP user name (`resource|application id|tenant id`) with its client secret.
struct PracticeAccount {
    QString user{}; ///< compared without case
    Secret password{};
    Secret accessToken{};                   ///< what XOAUTH2 must bring; empty: every token is refused
    std::optional<bool> smtpAuthDisabled{}; ///< the mailbox's own switch; nothing: as the organisation's
    std::vector<EmailAddress> sendAs{};     ///< addresses besides its own
    bool basicBlocked = false;              ///< its authentication policy does not allow Basic SMTP
    bool restricted = false;                ///< Microsoft took it for a source of spam
    bool mailboxFull = false;               ///< of Sent Items
};

/// What Microsoft thinks of the address from which mail comes to the MX. Words: good greylisted rate-limited low banned.
enum class PracticeReputation { Good, Greylisted, RateLimited, Low, Banned };

[[nodiscard]] QString toString(PracticeReputation reputation);
[[nodiscard]] std::optional<PracticeReputation> parsePracticeReputation(const QString &word);

/// What the practice server knows of the organisation.
struct PracticeTenant {
    std::vector<Domain> acceptedDomains{}; ///< empty: contoso.com
    std::vector<PracticeAccount> accounts{};
    bool smtpAuthDisabled = false; ///< the organisation's switch; a mailbox's own one overrides it
    bool securityDefaults = false;
    bool basicBlocked = false; ///< the organisation's default authentication policy does not allow Basic SMTP
    /// Basic sign-in is off from this day on (`535 5.7.139 ... basic authentication is disabled.`); the announced end
    /// of December 2026. Nothing: an administrator switched it back on.
    std::optional<QDate> basicAuthOffFrom = QDate(2026, 12, 31);
    /// Basic sign-in is gone from this day on (`550 5.7.30`); no date was announced.
    std::optional<QDate> basicAuthRemovedFrom;
    bool rejectDirectSend = false;
    bool partnerConnectorOnly = false; ///< a partner connector locks the tenant to its gateway
    std::vector<IpNetwork>
        connectorNetworks{}; ///< addresses that an inbound connector recognises (connector-relay only)
    /// Names on client certificates that an inbound connector recognises, `*.contoso.com` too (connector-relay only).
    QStringList connectorCertificateNames{};
    std::vector<EmailAddress> knownMailboxes{}; ///< empty: every address of the accepted domains exists
    PracticeReputation reputation = PracticeReputation::Good;
    std::chrono::minutes greylisting{5}; ///< how long a new address is put off
};

/// What an endpoint lets one account or one address do. Facts of resources/knowledge/limits.json.
struct PracticeLimits {
    std::optional<int> messagesPerMinute{};
    bool slowsDown = false; ///< beyond the minute's number answers wait; else they are refused
    std::optional<int> messagesPerHour{};
    std::optional<int> recipientsPerDay{}; ///< rolling 24 hours
    int recipientsPerMessage = 0;
    std::optional<int> recipientsPerDomain{};
    std::optional<int> connections{};                           ///< of one mailbox at a time
    std::uint64_t advertisedOctets = 0;                         ///< SIZE
    std::uint64_t acceptedOctets = 0;                           ///< what a message may really have
    std::chrono::milliseconds minute = std::chrono::minutes(1); ///< shorter in tests only
};
[[nodiscard]] PracticeLimits limitsOf(PracticeMethod method, const Knowledge &knowledge);

/// The tenant of a site: domains, switches, the addresses of its networks. What the site does not know counts as off, as
/// with Exchange Online's defaults; loopback counts as an address of the connector, so that it can be tried from here.
/// Accounts, certificate names and mailboxes are the caller's.
[[nodiscard]] PracticeTenant tenantOf(const Site &site, const Knowledge &knowledge);

} // namespace relaywright
