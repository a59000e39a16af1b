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
/// client-submission-legacy direct-send connector-relay high-volume-email azure-communication-services. The legacy one is
/// smtp-legacy.office365.com, which takes TLS 1.0 and 1.1 of a tenant that has opted in.
enum class PracticeMethod {
    ClientSubmission,
    LegacySubmission,
    DirectSend,
    ConnectorRelay,
    HighVolumeEmail,
    AzureCommunicationServices
};

[[nodiscard]] QString toString(PracticeMethod method);
[[nodiscard]] std::optional<PracticeMethod> parsePracticeMethod(const QString &word);
/// All of them, in the order above.
[[nodiscard]] const std::vector<PracticeMethod> &practiceMethods();
/// True where one must sign in; the others are at the MX.
[[nodiscard]] bool signsIn(PracticeMethod method);
/// One of the two endpoints of client submission.
[[nodiscard]] bool isSubmission(PracticeMethod method);

/// A mailbox that may sign in; at the High Volume Email endpoint an HVE account, at that of Azure Communication Services an
/// SMTP user name (`resource|application id|tenant id`) with its client secret.
struct PracticeAccount {
    QString user{};       ///< compared without case
    Secret password{};    ///< empty: none is right, unless any is
    Secret accessToken{}; ///< what XOAUTH2 must bring; empty: every token is refused, unless any is
    /// Where none is set, any password will do, and any Entra token that is fit for the endpoint: a site knows who signs
    /// in, and never with which secret.
    bool anySecret = false;
    std::optional<bool> smtpAuthDisabled{}; ///< the mailbox's own switch; nothing: as the organisation's
    std::vector<EmailAddress> sendAs{};     ///< addresses besides its own
    bool basicBlocked = false;              ///< its authentication policy does not allow Basic SMTP
    bool restricted = false;                ///< Microsoft took it for a source of spam
    bool mailboxFull = false;               ///< of Sent Items
    bool ordinaryMailbox = false;           ///< no High Volume Email account; matters at that endpoint only
    bool applicationRefused = false;        ///< the application is not among those that the HVE account allows
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
    std::optional<QDate> basicAuthRemovedFrom{};
    std::optional<QDate> hveBasicOffFrom = QDate(2028, 10, 1); ///< the same for High Volume Email, as announced
    bool allowLegacyTls = false; ///< the opt-in of the legacy endpoint (AllowLegacyTLSClients)
    bool rejectDirectSend = false;
    bool partnerConnectorOnly = false; ///< a partner connector locks the tenant to its gateway
    bool wrongRegion = false;          ///< the MX host that is played is in another region than the tenant
    /// The domain in From publishes a DMARC policy of reject, and neither SPF nor DKIM passes for it. Not looked up.
    bool dmarcReject = false;
    std::vector<IpNetwork> connectorNetworks{}; ///< addresses that an inbound connector recognises
    /// Names on client certificates that an inbound connector recognises, `*.contoso.com` too.
    QStringList connectorCertificateNames{};
    /// From where the organisation itself sends. With `connector-relay`, where no connector is named, one by address is
    /// taken to be there for these.
    std::vector<IpNetwork> ownNetworks{};
    std::vector<EmailAddress> knownMailboxes{};  ///< empty: every address of the accepted domains exists
    std::vector<EmailAddress> senderAddresses{}; ///< exist besides, as the accounts do
    Cloud cloud = Cloud::Worldwide;              ///< decides for which resource a token must be
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
    QString tokenPermission{};                                  ///< that an access token must hold; empty: not asked
    std::chrono::minutes tokenMargin{};                         ///< a token that ends sooner is refused
};
[[nodiscard]] PracticeLimits limitsOf(PracticeMethod method, const Knowledge &knowledge);

/// The tenant of a site: domains, switches, networks; the mailboxes that its senders sign in with are accounts that take any
/// secret, and the addresses they send as exist. What the site does not know counts as off, as with Exchange Online's
/// defaults, and no address is granted by Send As. Loopback counts among the networks, so that it can be tried from here.
/// Connectors, their certificates and further accounts and mailboxes are the caller's.
[[nodiscard]] PracticeTenant tenantOf(const Site &site, const Knowledge &knowledge);

} // namespace relaywright
