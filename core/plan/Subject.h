// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Plan.h"

#include <QDate>
#include <QString>
#include <QStringList>

#include <functional>
#include <map>
#include <string>
#include <unordered_map>

namespace relaywright {

/// The facts that the rules look at for every sender, found once for a whole plan. Internal to core/plan.
class Figures {
public:
    explicit Figures(const Knowledge &knowledge);

    const Knowledge &knowledge;            ///< outlives the figures
    QDate basicEnds;                       ///< SMTP AUTH with a password is off by default after this day
    QDate highVolumeBasicEnds;
    QStringList exchangeSuffixes;          ///< what MX hosts of Exchange Online are below
    QStringList initialSuffixes;           ///< what initial domains of tenants are below

    /// The number of a fact, 0 when it has none. `factId` is a literal.
    [[nodiscard]] qint64 number(const char *factId) const;

private:
    std::map<std::string, qint64, std::less<>> m_numbers;
    /// The rules ask with the same literals again and again, for ten thousand senders.
    mutable std::unordered_map<const char *, qint64> m_byLiteral;
};

/// One sender in its surroundings, as the rules see it. Internal to core/plan.
struct Subject {
    const Organisation &organisation;
    const Sender &sender;
    /// The network that the sender's mail leaves from. Nothing for one hosted elsewhere that names no network of its own:
    /// what is known of the office says nothing about a data centre.
    const Network *network = nullptr;
    const Figures &figures;
    QDate today;
    bool spfLists = false;                 ///< the SPF record names every address of the network

    [[nodiscard]] const Knowledge &knowledge() const { return figures.knowledge; }
    [[nodiscard]] qint64 figure(const char *factId) const { return figures.number(factId); }
    /// As people call it; never empty.
    [[nodiscard]] QString name() const;

    [[nodiscard]] bool tlsUnknown() const { return sender.tls == TlsAbility::Unknown; }
    [[nodiscard]] bool tlsAtLeast(TlsAbility least) const;
    /// Known to be older than TLS 1.2.
    [[nodiscard]] bool tlsIsOld() const { return !tlsUnknown() && !tlsAtLeast(TlsAbility::Tls12); }
    /// "can do TLS 1.0 at most", "cannot use TLS".
    [[nodiscard]] QString tlsWords() const;

    [[nodiscard]] bool basic() const { return sender.signIn == SignInAbility::Basic; }
    [[nodiscard]] bool oauth() const { return sender.signIn == SignInAbility::OAuth; }
    /// Has a client certificate and TLS to show it with.
    [[nodiscard]] bool certificate() const;
    /// The sender can connect to no port but another one than `ports`.
    [[nodiscard]] bool onlyOtherPortThan(std::initializer_list<std::uint16_t> ports) const;

    [[nodiscard]] YesNo port25() const { return network ? network->port25Open : YesNo::Unknown; }
    [[nodiscard]] YesNo port587() const { return network ? network->port587Open : YesNo::Unknown; }
    [[nodiscard]] YesNo port443() const { return network ? network->port443Open : YesNo::Unknown; }
    [[nodiscard]] YesNo staticEgress() const { return network ? network->staticEgress : YesNo::Unknown; }
    [[nodiscard]] YesNo sharedEgress() const { return network ? network->sharedEgress : YesNo::Unknown; }
    [[nodiscard]] bool azureWithoutOwnNetwork() const { return sender.hosting == Hosting::Azure && !network; }
    /// Printers, scanners, UPS, fax and NAS stand on somebody's local network.
    [[nodiscard]] bool isBox() const;
    /// Writes to somebody outside, as far as is known.
    [[nodiscard]] bool writesOutside() const;

    /// MAIL FROM and the accepted domains are known, and it is in none of them.
    [[nodiscard]] bool fromNotAccepted() const;
    /// The accepted domains are known, and it sends as an address in none of them; those addresses, joined.
    [[nodiscard]] bool sendsFromOutside() const;
    [[nodiscard]] QString addressesNotAccepted() const;
    /// The mailbox it signs in with is known, and it sends as others too; those addresses, joined.
    [[nodiscard]] bool sendsAsOthers() const;
    [[nodiscard]] QString addressesOtherThanMailbox() const;
    /// The mailbox that signs in, or words for it.
    [[nodiscard]] QString mailboxWords() const;
    /// MAIL FROM is in the tenant's own onmicrosoft domain.
    [[nodiscard]] bool fromInitialDomain() const;
    /// It writes to more people outside than such a domain reaches in a day.
    [[nodiscard]] bool exceedsInitialDomain() const;
    [[nodiscard]] QString initialDomainSentence() const;
    /// The MX host is known and is not a name of Exchange Online: it is a gateway.
    [[nodiscard]] bool mxIsGateway() const;
    [[nodiscard]] bool hasEgress() const { return network && !network->egress.empty(); }
    /// A public IPv4 block of a size by which a connector knows a peer.
    [[nodiscard]] bool connectorTakes(const IpNetwork &block) const;
    [[nodiscard]] bool hasConnectorAddress() const;
    /// Those blocks, and all blocks, joined.
    [[nodiscard]] QString connectorAddresses() const;
    [[nodiscard]] QString egressWords() const;

    /// Above `limit`; unknown is not above.
    [[nodiscard]] static bool above(const std::optional<int> &count, qint64 limit) { return count && *count > limit; }
    [[nodiscard]] bool messageAbove(qint64 limitOctets) const;

    /// Submission host of the cloud; empty when the cloud is not known.
    [[nodiscard]] QString submissionHost() const;
    [[nodiscard]] QString submissionHostWords() const;
    /// Host of Microsoft Graph in the cloud; empty when it is not known.
    [[nodiscard]] QString graphHost() const;
    /// 587, or 25 where only that is open for it.
    [[nodiscard]] std::uint16_t submissionPort() const;
    [[nodiscard]] bool basicIsOver() const { return today > figures.basicEnds; }
    [[nodiscard]] QDate basicEnds() const { return figures.basicEnds; }
    [[nodiscard]] bool hveBasicIsOver() const { return today > figures.highVolumeBasicEnds; }
    [[nodiscard]] QDate hveBasicEnds() const { return figures.highVolumeBasicEnds; }
};

/// `sender` of `site`, as the rules see it; all of them outlive the subject.
[[nodiscard]] Subject subjectOf(const Site &site, const Sender &sender, const Figures &figures, QDate today);

/// "2026-12-31" as people read it: 31 December 2026.
[[nodiscard]] QString dateWords(QDate date);
/// "10,000".
[[nodiscard]] QString countWords(qint64 count);

} // namespace relaywright
