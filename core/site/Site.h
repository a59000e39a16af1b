// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Domain.h"
#include "core/base/EmailAddress.h"
#include "core/base/Endpoint.h"
#include "core/base/IpAddress.h"

#include <QDate>
#include <QHash>
#include <QSet>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>
#include <vector>

namespace relaywright {

// Facts that a person answers. Every question can be answered with "I don't know": that is Unknown or nullopt, and it
// never counts as yes.

enum class YesNo { Unknown, Yes, No };

enum class Cloud { Worldwide, GccHigh, Dod, China }; ///< words: worldwide gcc-high dod china

struct Organisation {
    QString name;                                  ///< as people call it; may be empty
    std::vector<Domain> acceptedDomains;           ///< first one is the one that devices send as
    std::optional<Cloud> cloud = Cloud::Worldwide; ///< nullopt: unknown
    std::optional<Domain> tenant;                  ///< initial domain: contoso.onmicrosoft.com
    std::optional<Domain> applicationDomain;       ///< domain or sub-domain kept for application mail
    std::optional<Domain> internalDomain;          ///< DNS zone of the local network, for a smart-host name in it
    std::optional<Host> mxHost;                    ///< as published; never guessed from the domain
    QString existingSpf;                           ///< as published or typed in; empty: none or unknown
    YesNo securityDefaults = YesNo::Unknown;
    YesNo smtpAuthDisabled = YesNo::Unknown; ///< the organisation's switch
    YesNo rejectDirectSend = YesNo::Unknown;
    YesNo onPremisesExchange = YesNo::Unknown; ///< an Exchange server of its own, hybrid or not
    YesNo hybrid = YesNo::Unknown;             ///< that server is joined to Exchange Online by the hybrid wizard
    std::optional<Host> exchangeServer;        ///< its name or address as the senders reach it
    YesNo hveBilling = YesNo::Unknown;         ///< a billing policy for High Volume Email
    YesNo azureSubscription = YesNo::Unknown;
    std::optional<int> mailLicences; ///< purchased licences with a mailbox, for the tenant's daily limit
    bool operator==(const Organisation &) const = default;
};

struct Network {
    QString id;                    ///< unique in the site; a sender names it
    std::vector<IpNetwork> egress; ///< public addresses as the internet sees them
    YesNo staticEgress = YesNo::Unknown;
    YesNo sharedEgress = YesNo::Unknown; ///< with other organisations (carrier NAT, hoster)
    YesNo port25Open = YesNo::Unknown;   ///< outbound
    YesNo port587Open = YesNo::Unknown;
    YesNo port443Open = YesNo::Unknown;
    std::vector<IpNetwork> lan;    ///< from where devices reach a local relay
    std::optional<Host> relayHost; ///< name or address of the computer that runs it there
    bool operator==(const Network &) const = default;
};

enum class SenderKind {
    Printer,
    Scanner,
    Nas,
    Ups,
    Fax,
    Erp,
    Database,
    Backup,
    Monitoring,
    WebApp,
    Saas,
    Script,
    Other
};
enum class TlsAbility { Unknown, None, Ssl3, Tls10, Tls11, Tls12, Tls13 }; ///< highest it can do
enum class SignInAbility { Unknown, None, Basic, Ntlm, OAuth, ClientCertificate };
enum class Reach { Unknown, Internal, External, Both }; ///< whom it writes to
enum class Hosting { Unknown, OwnLan, ThirdParty, Azure };

/// What a sender does otherwise than a mail program of today, seen when it talked to the practice server. A test that
/// behaves like the sender does it too. Words: helo-only bare-lf no-date no-message-id address-in-name.
struct SenderHabits {
    bool heloOnly = false;      ///< says HELO, so it sees no extension: no STARTTLS, no sign-in
    bool bareLineFeeds = false; ///< LF alone ends lines of its messages
    bool noDate = false;        ///< its messages have no Date field
    bool noMessageId = false;   ///< no Message-ID field
    bool addressInName = false; ///< the display name of its From holds an address
    bool operator==(const SenderHabits &) const = default;
};

/// A device or application that must send.
struct Sender {
    QString id;   ///< unique in the site, made from the name, stable
    QString name; ///< as people call it; any text without control characters
    SenderKind kind = SenderKind::Other;
    QString vendor;  ///< free text, for the words of its settings sheet
    QString network; ///< id of a Network; empty: the first
    Hosting hosting = Hosting::Unknown;
    std::optional<EmailAddress> from;         ///< the address it sends as: From: header (P2), and P1 by default
    std::optional<EmailAddress> envelopeFrom; ///< MAIL FROM (P1) where it is another one than `from`
    std::vector<EmailAddress> alsoFrom;       ///< further addresses it sends as
    std::optional<IpAddress> lanAddress;      ///< its own address on the local network
    std::optional<std::uint16_t> onlyPort;    ///< the only port it can connect to; nullopt: can be set, or unknown
    std::optional<EmailAddress> signInAs;     ///< mailbox it signs in with, where it does
    std::optional<EmailAddress> repliesTo;    ///< mailbox that receives replies and bounces
    Reach reach = Reach::Unknown;
    TlsAbility tls = TlsAbility::Unknown;
    YesNo startTls = YesNo::Unknown; ///< can upgrade with STARTTLS (not only implicit TLS)
    SignInAbility signIn = SignInAbility::Unknown;
    std::optional<int> messagesPerMinute; ///< at peak
    std::optional<int> recipientsPerDay;
    std::optional<int> recipientsPerMessage;
    std::optional<std::uint64_t> largestMessageOctets;
    SenderHabits habits{};
    bool operator==(const Sender &) const = default;
};

/// An artifact that an administrator has applied and ticked off.
struct AppliedArtifact {
    QString artifact; ///< its file name
    QDate on;
    QString digest;                                ///< SHA-256 of its text then, hex: shows when it has changed since
    std::optional<TimePoint> permissionsChangedAt; ///< when it was run, where it changes permissions: they act late
    bool operator==(const AppliedArtifact &) const = default;
};

/// The Site document: what a person knows of the organisation, its networks and its senders.
struct Site {
    Organisation organisation;
    std::vector<Network> networks; ///< at least one, made when the site is
    std::vector<Sender> senders;
    std::vector<AppliedArtifact> applied;
    bool operator==(const Site &) const = default;
};

/// When permissions were changed last, as far as the site was told; nothing: not known.
[[nodiscard]] std::optional<TimePoint> lastPermissionChange(const Site &site);
/// The network that `sender` names, or the first, or nothing in a site without networks.
[[nodiscard]] const Network *networkOf(const Site &site, const Sender &sender);
/// MAIL FROM of `sender`: envelopeFrom, else from.
[[nodiscard]] const std::optional<EmailAddress> &reversePathOf(const Sender &sender);
/// Every address that `sender` sends as, MAIL FROM and From:, each once, `from` first.
[[nodiscard]] std::vector<EmailAddress> addressesOf(const Sender &sender);
/// True when `text` has the form of an id: lower-case letters, digits and single inner hyphens.
[[nodiscard]] bool isId(const QString &text);
/// `name` as an id: at most 48 letters, digits and hyphens ("Büro 2" is `buro-2`); `fallback` when nothing is left of it.
[[nodiscard]] QString idFrom(const QString &name, const QString &fallback);
/// An id for a new sender: the name in lower-case letters, digits and hyphens, made unique in `site`.
[[nodiscard]] QString makeSenderId(const Site &site, const QString &name);

/// Hands out ids that are not taken yet; fast for thousands of equal names.
class IdPool {
public:
    void add(const QString &id) { m_taken.insert(id); }
    [[nodiscard]] bool has(const QString &id) const { return m_taken.contains(id); }
    /// `wanted`, or `wanted-2`, `wanted-3`, ...: the first that is free; it is taken from then on.
    [[nodiscard]] QString take(const QString &wanted);

private:
    QSet<QString> m_taken;
    QHash<QString, int> m_last; ///< highest number given to a wanted id
};

} // namespace relaywright
