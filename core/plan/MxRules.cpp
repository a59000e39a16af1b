// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Rules.h"

// Direct send and connector relay: both talk to the tenant's MX host on port 25, from an address that SPF must list.

namespace relaywright {

namespace {

using S = const Subject &;

bool azureBlocks25(S s)
{
    return s.azureWithoutOwnNetwork() || (s.sender.hosting == Hosting::Azure && s.port25() == YesNo::No);
}

QString azureSentence(S s)
{
    return QStringLiteral("%1 runs in Azure, which blocks outbound port 25 for most subscriptions.").arg(s.name());
}

bool port25Closed(S s)
{
    return s.port25() == YesNo::No && s.sender.hosting != Hosting::Azure;
}

QString port25Sentence(S s)
{
    return QStringLiteral(
               "Outbound port 25 is closed where %1 is; the MX host takes mail on port 25 only, and internet "
               "providers seldom open it.")
        .arg(s.name());
}

bool port25Unknown(S s)
{
    return s.port25() == YesNo::Unknown && !s.azureWithoutOwnNetwork();
}

QString port25Question(S s)
{
    return QStringLiteral("It is not known whether outbound port 25 is open where %1 is; many providers block it.")
        .arg(s.name());
}

bool mxUnknown(S s)
{
    return !s.organisation.mxHost;
}

QString mxUnknownSentence(S)
{
    return QStringLiteral(
        "The MX host of the organisation is not known; look it up, it cannot be made from the domain.");
}

QString mxGatewaySentence(S s)
{
    return QStringLiteral("Ask for the tenant's own MX host: %1 is not a name of Exchange Online, so mail goes through "
                          "a gateway first.")
        .arg(s.organisation.mxHost->toString());
}

bool fromUnknown(S s)
{
    return !reversePathOf(s.sender);
}

QString fromUnknownSentence(S s)
{
    return QStringLiteral("It is not known as which address %1 sends; it must be in an accepted domain.").arg(s.name());
}

bool domainsUnknown(S s)
{
    return s.organisation.acceptedDomains.empty();
}

QString domainsUnknownSentence(S)
{
    return QStringLiteral(
        "The accepted domains of the organisation are not known; the sender address must be in one of them.");
}

QString fromNotAcceptedSentence(S s)
{
    return QStringLiteral("Send as an address in an accepted domain: %1 is in none of them.")
        .arg(reversePathOf(s.sender)->toString());
}

bool egressUnknown(S s)
{
    return !s.network || s.network->egress.empty();
}

QString egressUnknownSentence(S s)
{
    return QStringLiteral("The public address that %1 sends from is not known; the SPF record must list it.")
        .arg(s.name());
}

bool spfMissing(S s)
{
    return !egressUnknown(s) && !s.spfLists;
}

QString spfSentence(S s)
{
    return QStringLiteral("Add %1 to the SPF record of the sender domain.").arg(s.egressWords());
}

bool tooManyRecipients(S s)
{
    return s.above(s.sender.recipientsPerMessage,
                   s.figure("connector-relay.recipients-per-message"));
}

QString tooManyRecipientsSentence(S s)
{
    return QStringLiteral("%1 writes to %2 recipients in one message; the MX host takes %3 of one domain at once.")
        .arg(s.name(), countWords(*s.sender.recipientsPerMessage),
             countWords(s.figure("connector-relay.recipients-per-message")));
}

QString clearTextSentence(S s)
{
    return QStringLiteral("%1 %2, so its mail would cross the internet without safe encryption.")
        .arg(s.name(), s.tlsWords());
}

bool onlyOtherPort(S s)
{
    return s.onlyOtherPortThan({25});
}

QString onlyOtherPortSentence(S s)
{
    return QStringLiteral("%1 can use port %2 only; the MX host takes mail on port 25 only.")
        .arg(s.name())
        .arg(*s.sender.onlyPort);
}

const Rule kDirectSend[] = {
    {"direct-send.only-port", Effect::Blocks, onlyOtherPort, onlyOtherPortSentence, "mx.port"},
    {"direct-send.internal-only", Effect::Blocks,
     [](S s) { return s.sender.reach == Reach::External || s.sender.reach == Reach::Both; },
     [](S s) {
         return QStringLiteral(
                    "%1 writes to people outside; direct send reaches only the organisation's own mailboxes.")
             .arg(s.name());
     },
     "direct-send.reach"},
    {"direct-send.reach-unknown", Effect::UnknownDecides, [](S s) { return s.sender.reach == Reach::Unknown; },
     [](S s) {
         return QStringLiteral(
                    "It is not known whom %1 writes to; direct send reaches only the organisation's own mailboxes.")
             .arg(s.name());
     },
     "direct-send.reach", 0, "sender.reach"},
    {"direct-send.rejected", Effect::Blocks, [](S s) { return s.organisation.rejectDirectSend == YesNo::Yes; },
     [](S) {
         return QStringLiteral("The organisation rejects direct send (RejectDirectSend); only a connector for the "
                               "source would let it in.");
     },
     "direct-send.reject"},
    {"direct-send.reject-unknown", Effect::UnknownDecides,
     [](S s) { return s.organisation.rejectDirectSend == YesNo::Unknown; },
     [](S) {
         return QStringLiteral("It is not known whether the organisation rejects direct send (RejectDirectSend).");
     },
     "direct-send.default.new-tenants", 0, "organisation.rejectDirectSend"},
    {"direct-send.azure", Effect::Blocks, azureBlocks25, azureSentence, "port25.azure"},
    {"direct-send.port25", Effect::Blocks, port25Closed, port25Sentence, "port25.providers"},
    {"direct-send.port25-unknown", Effect::UnknownDecides, port25Unknown, port25Question, "port25.providers", 0,
     "network.port25Open"},
    {"direct-send.recipients-per-message", Effect::Blocks, tooManyRecipients, tooManyRecipientsSentence,
     "direct-send.recipients-per-message"},
    {"direct-send.mx-unknown", Effect::UnknownToCheck, mxUnknown, mxUnknownSentence, "mx.look-up", 0,
     "organisation.mxHost"},
    {"direct-send.mx-gateway", Effect::Change, [](S s) { return s.mxIsGateway(); }, mxGatewaySentence, "mx.suffixes"},
    {"direct-send.from-unknown", Effect::UnknownToCheck, fromUnknown, fromUnknownSentence,
     "direct-send.accepted-domain", 0, "sender.from"},
    {"direct-send.domains-unknown", Effect::UnknownToCheck, domainsUnknown, domainsUnknownSentence,
     "direct-send.accepted-domain", 0, "organisation.acceptedDomains"},
    {"direct-send.from-accepted", Effect::Change, [](S s) { return s.fromNotAccepted(); }, fromNotAcceptedSentence,
     "direct-send.accepted-domain"},
    {"direct-send.egress-unknown", Effect::UnknownToCheck, egressUnknown, egressUnknownSentence, "direct-send.spf", 0,
     "network.egress"},
    {"direct-send.spf", Effect::Change, spfMissing, spfSentence, "direct-send.spf"},
    {"direct-send.static-unknown", Effect::UnknownToCheck, [](S s) { return s.staticEgress() == YesNo::Unknown; },
     [](S s) {
         return QStringLiteral("It is not known whether the public address of %1 stays the same; SPF must list it.")
             .arg(s.name());
     },
     "direct-send.spf", 0, "network.staticEgress"},
    {"direct-send.nothing-to-sign-in", Effect::For, [](S s) { return s.sender.reach == Reach::Internal; },
     [](S s) {
         return QStringLiteral(
                    "%1 writes only inside the organisation, and direct send needs no mailbox and no password.")
             .arg(s.name());
     },
     "direct-send.accepted-domain", 45},
    {"direct-send.filtering", Effect::Against, [](S) { return true; },
     [](S) { return QStringLiteral("Its mail is filtered as mail from the internet and may end in junk."); },
     "direct-send.filtering", -10},
    {"direct-send.changing-address", Effect::Against, [](S s) { return s.staticEgress() == YesNo::No; },
     [](S) { return QStringLiteral("The public address changes, so SPF cannot list it for long."); }, "direct-send.spf",
     -30},
    {"direct-send.shared-address", Effect::Against, [](S s) { return s.sharedEgress() == YesNo::Yes; },
     [](S) { return QStringLiteral("Others share the public address, so SPF would let them send as the domain too."); },
     "direct-send.spf", -10},
    {"direct-send.clear-text", Effect::Against, [](S s) { return s.tlsIsOld(); }, clearTextSentence, "direct-send.tls",
     -30},
    {"direct-send.authenticated-recipients", Effect::Warning, [](S) { return true; },
     [](S) {
         return QStringLiteral("Groups that accept only authenticated senders refuse it; new groups are made so.");
     },
     "direct-send.authenticated-recipients"},
};

bool byAddress(S s)
{
    return !s.certificate();
}

const Rule kConnector[] = {
    {"connector-relay.only-port", Effect::Blocks, onlyOtherPort, onlyOtherPortSentence, "mx.port"},
    {"connector-relay.onmicrosoft", Effect::Blocks, [](S s) { return s.exceedsInitialDomain(); },
     [](S s) { return s.initialDomainSentence(); }, "tenant.onmicrosoft.external-recipients"},
    {"connector-relay.azure", Effect::Blocks, azureBlocks25, azureSentence, "port25.azure"},
    {"connector-relay.port25", Effect::Blocks, port25Closed, port25Sentence, "port25.providers"},
    {"connector-relay.port25-unknown", Effect::UnknownDecides, port25Unknown, port25Question, "port25.providers", 0,
     "network.port25Open"},
    {"connector-relay.third-party-hosting", Effect::Blocks,
     [](S s) { return byAddress(s) && s.sender.hosting == Hosting::ThirdParty; },
     [](S s) {
         return QStringLiteral(
                    "%1 is hosted by a third party, whose addresses are shared; a connector cannot know it by address.")
             .arg(s.name());
     },
     "connector-relay.third-party-hosting"},
    {"connector-relay.hosting-unknown", Effect::UnknownDecides,
     [](S s) { return byAddress(s) && s.sender.hosting == Hosting::Unknown && !s.isBox(); },
     [](S s) {
         return QStringLiteral(
                    "It is not known where %1 runs; a connector cannot know one at a third party by address.")
             .arg(s.name());
     },
     "connector-relay.third-party-hosting", 0, "sender.hosting"},
    {"connector-relay.static-ip", Effect::Blocks, [](S s) { return byAddress(s) && s.staticEgress() == YesNo::No; },
     [](S s) {
         return QStringLiteral("The public address of %1 changes; a connector knows it by a static address.")
             .arg(s.name());
     },
     "connector-relay.unshared-ip"},
    {"connector-relay.static-ip-unknown", Effect::UnknownDecides,
     [](S s) { return byAddress(s) && s.staticEgress() == YesNo::Unknown; },
     [](S s) {
         return QStringLiteral(
                    "It is not known whether the public address of %1 stays the same; a connector needs a static one.")
             .arg(s.name());
     },
     "connector-relay.unshared-ip", 0, "network.staticEgress"},
    {"connector-relay.shared-ip", Effect::Blocks, [](S s) { return byAddress(s) && s.sharedEgress() == YesNo::Yes; },
     [](S s) {
         return QStringLiteral(
                    "Others share the public address of %1; a connector needs one that is the organisation's own.")
             .arg(s.name());
     },
     "connector-relay.unshared-ip"},
    {"connector-relay.shared-ip-unknown", Effect::UnknownDecides,
     [](S s) { return byAddress(s) && s.sharedEgress() == YesNo::Unknown; },
     [](S s) { return QStringLiteral("It is not known whether others share the public address of %1.").arg(s.name()); },
     "connector-relay.unshared-ip", 0, "network.sharedEgress"},
    {"connector-relay.ipv4", Effect::Blocks,
     [](S s) {
         return byAddress(s) && !egressUnknown(s) && std::ranges::none_of(s.network->egress, [](const IpNetwork &n) {
                    return n.address().family() == IpAddress::Family::V4;
                });
     },
     [](S s) { return QStringLiteral("%1 is known by IPv6 addresses only; a connector takes IPv4.").arg(s.name()); },
     "connector-relay.ipv4-prefix.shortest"},
    {"connector-relay.block-size", Effect::Change,
     [](S s) {
         const auto tooWide = [&](const IpNetwork &n) {
             return n.address().family() == IpAddress::Family::V4
                    && n.prefixLength() < s.figure("connector-relay.ipv4-prefix.shortest");
         };
         return byAddress(s) && !egressUnknown(s) && std::ranges::any_of(s.network->egress, tooWide);
     },
     [](S s) {
         return QStringLiteral("Name the exact public addresses: %1 holds a block wider than /24, which a connector "
                               "does not take.")
             .arg(s.egressWords());
     },
     "connector-relay.ipv4-prefix.shortest"},
    {"connector-relay.recipients-per-message", Effect::Blocks, tooManyRecipients, tooManyRecipientsSentence,
     "connector-relay.recipients-per-message"},
    {"connector-relay.egress-unknown", Effect::UnknownToCheck, [](S s) { return byAddress(s) && egressUnknown(s); },
     egressUnknownSentence,
     "connector-relay.spf", 0, "network.egress"},
    {"connector-relay.mx-unknown", Effect::UnknownToCheck, mxUnknown, mxUnknownSentence, "mx.look-up", 0,
     "organisation.mxHost"},
    {"connector-relay.mx-gateway", Effect::Change, [](S s) { return s.mxIsGateway(); }, mxGatewaySentence,
     "mx.suffixes"},
    {"connector-relay.from-unknown", Effect::UnknownToCheck, fromUnknown, fromUnknownSentence,
     "connector-relay.accepted-domain", 0, "sender.from"},
    {"connector-relay.domains-unknown", Effect::UnknownToCheck, domainsUnknown, domainsUnknownSentence,
     "connector-relay.accepted-domain", 0, "organisation.acceptedDomains"},
    {"connector-relay.from-accepted", Effect::Change, [](S s) { return s.fromNotAccepted(); }, fromNotAcceptedSentence,
     "connector-relay.accepted-domain"},
    {"connector-relay.tls-unknown", Effect::UnknownToCheck, [](S s) { return s.tlsUnknown(); },
     [](S s) {
         return QStringLiteral(
                    "It is not known which TLS %1 can do; sources conflict on whether a connector by address needs it.")
             .arg(s.name());
     },
     "connector-relay.tls", 0, "sender.tls"},
    {"connector-relay.connector", Effect::Change, [](S s) { return byAddress(s); },
     [](S s) {
         const QString addresses = s.connectorAddresses();
         return addresses.isEmpty() ? QStringLiteral("Make an inbound connector for the site's public address.")
                                    : QStringLiteral("Make an inbound connector for %1.").arg(addresses);
     },
     "connector-relay.unshared-ip"},
    {"connector-relay.certificate", Effect::Change, [](S s) { return s.certificate(); },
     [](S s) {
         return QStringLiteral(
                    "Make an inbound connector for the certificate of %1; a public authority must have issued it for a "
                    "name in an accepted domain.")
             .arg(s.name());
     },
     "connector-relay.certificate"},
    // One that is known by its certificate may stand anywhere; its host's addresses are not the organisation's to list.
    {"connector-relay.spf", Effect::Change, [](S s) { return byAddress(s) && spfMissing(s); }, spfSentence,
     "connector-relay.spf"},
    {"connector-relay.any-address", Effect::For, [](S) { return true; },
     [](S s) {
         return QStringLiteral(
                    "%1 reaches everybody as any address of the domain, without a mailbox and without a password.")
             .arg(s.name());
     },
     "connector-relay.any-address", 35},
    {"connector-relay.tenant-limit", Effect::Warning,
     [](S s) {
         return s.writesOutside() && s.above(s.sender.recipientsPerDay, s.figure("client-submission.recipients-per-day"));
     },
     [](S s) {
         return QStringLiteral("%1 writes to %2 recipients a day; no daily limit is published for a connector, but "
                               "people outside are expected to count in the tenant's own limit.")
             .arg(s.name(), countWords(*s.sender.recipientsPerDay));
     },
     "tenant.external-recipients.connector"},
    {"connector-relay.by-certificate", Effect::For, [](S s) { return s.certificate(); },
     [](S s) {
         return QStringLiteral("%1 is known by its certificate, which is surer than an address.").arg(s.name());
     },
     "connector-relay.certificate", 10},
    {"connector-relay.ip-is-not-authentication", Effect::Against, [](S s) { return byAddress(s); },
     [](S) { return QStringLiteral("Everything behind the public address may send as anybody in the domain."); },
     "connector-relay.ip-is-not-authentication", -5},
    {"connector-relay.clear-text", Effect::Against, [](S s) { return s.tlsIsOld(); }, clearTextSentence,
     "connector-relay.tls", -25},
};

} // namespace

std::span<const Rule> directSendRules()
{
    return kDirectSend;
}

std::span<const Rule> connectorRules()
{
    return kConnector;
}

} // namespace relaywright
