// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/artifacts/Renderers.h"

// Internal to core/artifacts: DNS records as values. Each set becomes a zone file, and all of them one page for a
// provider's web form, so that the two never differ.
namespace relaywright {

/// One resource record. Names are absolute, in lower-case A-labels, without the last dot.
struct DnsRecord {
    enum class When {
        Now,          ///< publish it as it is
        Later,        ///< takes the place of an earlier one; a comment in the zone file
        AfterReading, ///< its value must be read elsewhere first; a comment in the zone file
    };
    QString name;
    QString type;   ///< TXT CNAME A AAAA
    QString value;  ///< of TXT: the whole text, however long; of When::AfterReading: words that say what belongs there
    QString remark; ///< what it is for, or when its turn comes: a whole sentence
    When when = When::Now;
    bool operator==(const DnsRecord &) const = default;
};

/// Records that are applied together: one zone file.
struct RecordSet {
    QString kind;     ///< the artifact's
    QString fileStem; ///< `spf-contoso.com`
    QString zone;     ///< the zone in which the records are published
    QString title;
    QString purpose;   ///< what it changes and for whom, whole sentences
    QStringList notes; ///< what must be known before, each a paragraph
    QString apply;
    QString verify;
    QString rollBack;
    std::vector<DnsRecord> records;
    QStringList senders; ///< ids; empty: the whole site
};

constexpr int kRecordTtl = 3600; ///< seconds

/// One line `name. 3600 IN TXT ( "..." "..." )` (RFC 1035 §5.1); a text longer than 255 octets in several strings.
[[nodiscard]] QString zoneLine(const DnsRecord &record);
[[nodiscard]] Artifact zoneFile(const RecordSet &set, RenderContext &context);
/// All sets on one page: host, type, value and TTL as a provider's form asks for them. Nothing without sets.
[[nodiscard]] std::vector<Artifact> dnsTable(const std::vector<RecordSet> &sets, RenderContext &context);

/// A domain of the organisation that senders use in MAIL FROM or From:.
struct SenderDomain {
    Domain domain;
    PlannedSenders senders; ///< none for an application domain that nobody sends as yet
};

/// Domains that planned senders use and whose DNS is the organisation's, in the order of use, then the application
/// domain. A sender whose address is not known sends as the first accepted domain.
[[nodiscard]] std::vector<SenderDomain> senderDomains(const RenderContext &context);
/// True unless `domain` is known to be another organisation's, or its DNS is Microsoft's (contoso.onmicrosoft.com).
[[nodiscard]] bool publishesIn(const Domain &domain, const RenderContext &context);

/// The zone that most likely holds the records of `domain`: a sub-domain's are in the zone of the accepted domain above.
[[nodiscard]] QString zoneOf(const Domain &domain, const RenderContext &context);

[[nodiscard]] std::vector<RecordSet> spfRecords(const RenderContext &context);
[[nodiscard]] std::vector<RecordSet> dkimRecords(const RenderContext &context);
[[nodiscard]] std::vector<RecordSet> dmarcRecords(const RenderContext &context);
/// TLS reports and MTA-STS, both about mail that comes in: of the first accepted domain when senders use it.
[[nodiscard]] std::vector<RecordSet> transportSecurityRecords(const RenderContext &context);
/// The name by which senders reach a local relay or the organisation's Exchange server.
[[nodiscard]] std::vector<RecordSet> smartHostNameRecords(const RenderContext &context);

/// The file that mta-sts.<domain> serves; nothing while the MX host is unknown.
[[nodiscard]] std::vector<Artifact> mtaStsPolicies(RenderContext &context);

/// Where reports about the domain go: a mailbox that the site names for replies, else postmaster, which every domain
/// that receives mail must have (RFC 5321 §4.5.1). Nothing without an accepted domain.
[[nodiscard]] std::optional<EmailAddress> reportMailbox(const RenderContext &context);
/// `mailto:` with what a tag list or URI may not hold percent-encoded (RFC 7489 §6.2).
[[nodiscard]] QString mailtoUri(const EmailAddress &address);

} // namespace relaywright
