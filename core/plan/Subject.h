// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Plan.h"

#include <QDate>
#include <QString>

namespace relaywright {

/// One sender in its surroundings, as the rules see it. Internal to core/plan.
struct Subject {
    const Site &site;
    const Sender &sender;
    const Knowledge &knowledge;
    QDate today;
    /// The network that the sender's mail leaves from. Nothing for one hosted elsewhere that names no network of its own:
    /// what is known of the office says nothing about a data centre.
    const Network *network = nullptr;

    Subject(const Site &site, const Sender &sender, const Knowledge &knowledge, QDate today);

    [[nodiscard]] const Organisation &organisation() const { return site.organisation; }
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

    [[nodiscard]] YesNo port25() const { return network ? network->port25Open : YesNo::Unknown; }
    [[nodiscard]] YesNo port587() const { return network ? network->port587Open : YesNo::Unknown; }
    [[nodiscard]] YesNo staticEgress() const { return network ? network->staticEgress : YesNo::Unknown; }
    [[nodiscard]] YesNo sharedEgress() const { return network ? network->sharedEgress : YesNo::Unknown; }
    [[nodiscard]] bool azureWithoutOwnNetwork() const { return sender.hosting == Hosting::Azure && !network; }
    /// Printers, scanners, UPS, fax and NAS stand on somebody's local network.
    [[nodiscard]] bool isBox() const;

    [[nodiscard]] bool fromAccepted() const;
    /// Both are known and the address is in none of the accepted domains.
    [[nodiscard]] bool fromNotAccepted() const;
    /// The MX host is known and is not a name of Exchange Online: it is a gateway.
    [[nodiscard]] bool mxIsGateway() const;
    /// Public IPv4 blocks that a connector takes, as text.
    [[nodiscard]] QStringList connectorAddresses() const;
    [[nodiscard]] QString egressWords() const;
    [[nodiscard]] bool spfLists() const;

    /// Above `limit`; unknown is not above.
    [[nodiscard]] static bool above(const std::optional<int> &count, qint64 limit) { return count && *count > limit; }
    [[nodiscard]] bool messageAbove(qint64 limitOctets) const;

    /// Submission host of the cloud; empty when the cloud is not known.
    [[nodiscard]] QString submissionHost() const;
    [[nodiscard]] QString submissionHostWords() const;
    [[nodiscard]] QString submissionHostFact() const;
    /// 587, or 25 where only that is open.
    [[nodiscard]] std::uint16_t submissionPort() const;
    [[nodiscard]] bool basicIsOver() const;
    [[nodiscard]] QDate basicEnds() const;
    /// How a local relay hands this sender's mail on.
    Method relayUpstream = Method::ClientSubmission;
    [[nodiscard]] bool relaySubmits() const { return relayUpstream == Method::ClientSubmission; }
};

/// "2026-12-31" as people read it: 31 December 2026.
[[nodiscard]] QString dateWords(QDate date);
/// "10,000".
[[nodiscard]] QString countWords(qint64 count);

} // namespace relaywright
