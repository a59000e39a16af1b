// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Upstreams.h"

// How a local relay hands mail on. Each way has a table of its own; the rules of the local network are in
// LocalRelayRules.cpp. Both together decide the verdict of the local relay.

namespace relaywright {

namespace {

using S = const Subject &;

// --- a mailbox of Exchange Online, whichever way it is reached ---

const Rule kMailbox[] = {
    {"local-relay.recipients-per-day", Effect::Blocks,
     [](S s) { return s.above(s.sender.recipientsPerDay, s.figure("client-submission.recipients-per-day")); },
     [](S s) {
         return QStringLiteral("%1 writes to %2 recipients a day; the relay's mailbox may write to %3.")
             .arg(s.name(), countWords(*s.sender.recipientsPerDay),
                  countWords(s.figure("client-submission.recipients-per-day")));
     },
     "client-submission.recipients-per-day"},
    {"local-relay.mailbox", Effect::Change, [](S s) { return !s.sender.signInAs; },
     [](S s) {
         return QStringLiteral(
                    "Choose or make a licensed mailbox for the relay to sign in with when it hands on the mail of %1.")
             .arg(s.name());
     },
     "client-submission.mailbox"},
    {"local-relay.send-as", Effect::Change, [](S s) { return s.sendsAsOthers(); },
     [](S s) {
         return QStringLiteral(
                    "Give %1 Send As on %2, because the relay signs in as the one and %3 sends as the other.")
             .arg(s.sender.signInAs->toString(), s.addressesOtherThanMailbox(), s.name());
     },
     "client-submission.sender-address"},
    {"local-relay.cloud-unknown", Effect::UnknownToCheck, [](S s) { return !s.organisation.cloud; },
     [](S) {
         return QStringLiteral(
             "It is not known in which Microsoft cloud the organisation is; the relay must know where to submit.");
     },
     "client-submission.host.worldwide", 0, "organisation.cloud"},
    {"local-relay.messages-per-minute", Effect::Warning,
     [](S s) { return s.above(s.sender.messagesPerMinute, s.figure("client-submission.messages-per-minute")); },
     [](S s) {
         return QStringLiteral(
                    "%1 sends up to %2 messages a minute; they wait in the relay's queue, which hands on %3.")
             .arg(s.name(), countWords(*s.sender.messagesPerMinute),
                  countWords(s.figure("client-submission.messages-per-minute")));
     },
     "client-submission.messages-per-minute"},
};

const Rule kSubmission[] = {
    {"local-relay.port587", Effect::Change, [](S s) { return s.port587() == YesNo::No && s.port25() != YesNo::Yes; },
     [](S s) {
         return QStringLiteral("Open outbound TCP port 587 to %1 for the relay's computer, by name and not by address.")
             .arg(s.submissionHostWords());
     },
     "client-submission.port"},
    {"local-relay.port587-closed", Effect::Against,
     [](S s) { return s.port587() == YesNo::No && s.port25() != YesNo::Yes; },
     [](S) { return QStringLiteral("The ports for mail are closed, and a way that needs only HTTPS asks for less."); },
     "client-submission.port", -12},
    {"local-relay.port587-unknown", Effect::UnknownToCheck,
     [](S s) { return s.port587() == YesNo::Unknown && s.sender.hosting != Hosting::Azure; },
     [](S) { return QStringLiteral("It is not known whether outbound port 587 is open for the relay's computer."); },
     "client-submission.port", 0, "network.port587Open"},
    {"local-relay.host-uncertain", Effect::Warning,
     [](S s) { return s.organisation.cloud == Cloud::GccHigh || s.organisation.cloud == Cloud::China; },
     [](S s) {
         return s.organisation.cloud == Cloud::GccHigh
                    ? QStringLiteral("Sources name two submission hosts for GCC High; check outlook.office365.us and "
                                     "smtp.office365.us.")
                    : QStringLiteral(
                        "Sources name two submission hosts for 21Vianet; check smtp.partner.outlook.cn and "
                        "partner.outlook.cn.");
     },
     "client-submission.host.gcc-high"},
    {"local-relay.smtp-auth-disabled", Effect::Change,
     [](S s) { return s.organisation.smtpAuthDisabled == YesNo::Yes; },
     [](S) {
         return QStringLiteral(
             "SMTP AUTH is switched off for the organisation; open it for the relay's mailbox alone with "
             "Set-CASMailbox -SmtpClientAuthenticationDisabled $false.");
     },
     "smtp-auth.mailbox-switch"},
    {"local-relay.smtp-auth-unknown", Effect::UnknownToCheck,
     [](S s) { return s.organisation.smtpAuthDisabled == YesNo::Unknown; },
     [](S) { return QStringLiteral("It is not known whether SMTP AUTH is switched off for the organisation."); },
     "smtp-auth.organisation-switch", 0, "organisation.smtpAuthDisabled"},
};

const Rule kPassword[] = {
    {"local-relay.security-defaults", Effect::Change, [](S s) { return s.organisation.securityDefaults == YesNo::Yes; },
     [](S) {
         return QStringLiteral(
             "Security defaults are on and switch SMTP AUTH with a password off for the relay's mailbox; replace "
             "them by Conditional Access.");
     },
     "smtp-auth.security-defaults"},
    {"local-relay.security-defaults-on", Effect::Against,
     [](S s) { return s.organisation.securityDefaults == YesNo::Yes; },
     [](S) { return QStringLiteral("Security defaults protect every account, and a password asks to give them up."); },
     "smtp-auth.security-defaults", -30},
    {"local-relay.security-defaults-unknown", Effect::UnknownToCheck,
     [](S s) { return s.organisation.securityDefaults == YesNo::Unknown; },
     [](S) {
         return QStringLiteral(
             "It is not known whether security defaults are on; they would stop the relay's sign-in with a password.");
     },
     "smtp-auth.security-defaults", 0, "organisation.securityDefaults"},
    {"local-relay.basic-over", Effect::Change, [](S s) { return s.basicIsOver(); },
     [](S s) {
         return QStringLiteral(
                    "The relay signs in with a password, which is off by default since %1; an administrator must "
                    "switch it on again. The name of that switch was not known when these facts were collected.")
             .arg(dateWords(s.basicEnds()));
     },
     "smtp-auth.basic.switch-name"},
    {"local-relay.basic-was-switched-off", Effect::Against, [](S s) { return s.basicIsOver(); },
     [](S) {
         return QStringLiteral("Sign-in with a password is on its way out; Microsoft will name the final day in the "
                               "second half of 2027.");
     },
     "smtp-auth.basic.removal", -20},
    {"local-relay.basic-off-by-default", Effect::Warning, [](S s) { return !s.basicIsOver(); },
     [](S s) {
         return QStringLiteral(
                    "The relay signs in with a password; that works until %1, when it is switched off by default. An "
                    "administrator can switch it on again; the name of that switch is not known yet.")
             .arg(dateWords(s.basicEnds()));
     },
     "smtp-auth.basic.off-by-default"},
};

const Rule kOAuthSubmission[] = {
    {"local-relay.oauth-application", Effect::Change, [](S) { return true; },
     [](S s) {
         return QStringLiteral("Register an application for the relay and let it send as %1 and nobody else (App RBAC, "
                               "SMTP.SendAsApp).")
             .arg(s.mailboxWords());
     },
     "smtp-auth.oauth"},
    {"local-relay.oauth-security-defaults", Effect::Change,
     [](S s) { return s.organisation.securityDefaults == YesNo::Yes; },
     [](S) {
         return QStringLiteral(
             "Security defaults are on; sources conflict on whether SMTP AUTH with OAuth works under them, so test "
             "it before you rely on it.");
     },
     "smtp-auth.security-defaults.oauth"},
    {"local-relay.oauth-security-defaults-on", Effect::Against,
     [](S s) { return s.organisation.securityDefaults == YesNo::Yes; },
     [](S) { return QStringLiteral("Whether it works while security defaults are on is not certain."); },
     "smtp-auth.security-defaults.oauth", -5},
    {"local-relay.oauth-security-defaults-unknown", Effect::UnknownToCheck,
     [](S s) { return s.organisation.securityDefaults == YesNo::Unknown; },
     [](S) {
         return QStringLiteral("It is not known whether security defaults are on; whether SMTP AUTH with OAuth works "
                               "under them is not certain.");
     },
     "smtp-auth.security-defaults.oauth", 0, "organisation.securityDefaults"},
    {"local-relay.oauth-stays", Effect::For, [](S) { return true; },
     [](S) { return QStringLiteral("The relay signs in with OAuth, without a password, and that stays supported."); },
     "smtp-auth.oauth", 6},
};

const Rule kGraph[] = {
    {"local-relay.graph-application", Effect::Change, [](S) { return true; },
     [](S s) {
         return QStringLiteral("Register an application for the relay and let it send as %1 and nobody else (App RBAC, "
                               "Mail.Send).")
             .arg(s.mailboxWords());
     },
     "graph.permission"},
    {"local-relay.graph-port443", Effect::Change, [](S s) { return s.port443() == YesNo::No; },
     [](S) { return QStringLiteral("Open outbound TCP port 443 to Microsoft Graph for the relay's computer."); },
     "graph.port"},
    {"local-relay.graph-port443-closed", Effect::Against, [](S s) { return s.port443() == YesNo::No; },
     [](S) { return QStringLiteral("Even HTTPS is closed for the relay's computer."); }, "graph.port", -12},
    {"local-relay.graph-port443-unknown", Effect::UnknownToCheck, [](S s) { return s.port443() == YesNo::Unknown; },
     [](S) { return QStringLiteral("It is not known whether outbound port 443 is open for the relay's computer."); },
     "graph.port", 0, "network.port443Open"},
    {"local-relay.graph-no-receipt", Effect::Against, [](S) { return true; },
     [](S) { return QStringLiteral("Microsoft Graph answers 202 without a message id, so delivery is not proved."); },
     "graph.receipt", -4},
    {"local-relay.graph-under-security-defaults", Effect::For,
     [](S s) { return s.organisation.securityDefaults == YesNo::Yes || s.organisation.smtpAuthDisabled == YesNo::Yes; },
     [](S) {
         return QStringLiteral("Microsoft Graph works with SMTP AUTH switched off and with security defaults on.");
     },
     "graph.under-security-defaults", 6},
};

// --- the MX host, by a connector that knows the site's address ---

const Rule kConnector[] = {
    {"local-relay.connector-port25", Effect::Blocks, [](S s) { return s.port25() == YesNo::No; },
     [](S) { return QStringLiteral("Outbound port 25 is closed, and the MX host takes mail on port 25 only."); },
     "port25.providers"},
    {"local-relay.connector-port25-unknown", Effect::UnknownDecides, [](S s) { return s.port25() == YesNo::Unknown; },
     [](S) { return QStringLiteral("It is not known whether outbound port 25 is open for the relay's computer."); },
     "port25.providers", 0, "network.port25Open"},
    {"local-relay.connector-static", Effect::Blocks, [](S s) { return s.staticEgress() == YesNo::No; },
     [](S) { return QStringLiteral("The public address changes; a connector knows the relay by a static one."); },
     "connector-relay.unshared-ip"},
    {"local-relay.connector-static-unknown", Effect::UnknownDecides,
     [](S s) { return s.staticEgress() == YesNo::Unknown; },
     [](S) { return QStringLiteral("It is not known whether the public address stays the same."); },
     "connector-relay.unshared-ip", 0, "network.staticEgress"},
    {"local-relay.connector-shared", Effect::Blocks, [](S s) { return s.sharedEgress() == YesNo::Yes; },
     [](S) { return QStringLiteral("Others share the public address; a connector needs one of its own."); },
     "connector-relay.unshared-ip"},
    {"local-relay.connector-shared-unknown", Effect::UnknownDecides,
     [](S s) { return s.sharedEgress() == YesNo::Unknown; },
     [](S) { return QStringLiteral("It is not known whether others share the public address."); },
     "connector-relay.unshared-ip", 0, "network.sharedEgress"},
    {"local-relay.connector-hosting", Effect::UnknownDecides, [](S s) { return s.sender.hosting != Hosting::OwnLan; },
     [](S s) {
         return QStringLiteral("It is not known that %1 leaves by an address of the organisation's own.").arg(s.name());
     },
     "connector-relay.unshared-ip", 0, "sender.hosting"},
    {"local-relay.connector-address", Effect::UnknownDecides, [](S s) { return !s.hasConnectorAddress(); },
     [](S) { return QStringLiteral("No public IPv4 address is known by which a connector could know the relay."); },
     "connector-relay.ipv4-prefix.shortest", 0, "network.egress"},
    {"local-relay.connector-mx-unknown", Effect::UnknownDecides, [](S s) { return !s.organisation.mxHost; },
     [](S) {
         return QStringLiteral("The MX host of the organisation is not known; it cannot be made from the domain.");
     },
     "mx.look-up", 0, "organisation.mxHost"},
    {"local-relay.connector-mx-gateway", Effect::Blocks, [](S s) { return s.mxIsGateway(); },
     [](S s) {
         return QStringLiteral("%1 is a gateway in front of the tenant; the tenant's own MX host is not known.")
             .arg(s.organisation.mxHost->toString());
     },
     "mx.suffixes"},
    {"local-relay.connector-from-unknown", Effect::UnknownDecides, [](S s) { return !reversePathOf(s.sender); },
     [](S s) {
         return QStringLiteral("It is not known as which address %1 sends; it must be in an accepted domain.")
             .arg(s.name());
     },
     "connector-relay.accepted-domain", 0, "sender.from"},
    {"local-relay.connector-domains-unknown", Effect::UnknownDecides,
     [](S s) { return s.organisation.acceptedDomains.empty(); },
     [](S) { return QStringLiteral("The accepted domains of the organisation are not known."); },
     "connector-relay.accepted-domain", 0, "organisation.acceptedDomains"},
    {"local-relay.connector-from", Effect::Blocks, [](S s) { return s.fromNotAccepted(); },
     [](S s) {
         return QStringLiteral("%1 is in none of the accepted domains, so Exchange Online would not relay it.")
             .arg(reversePathOf(s.sender)->toString());
     },
     "connector-relay.accepted-domain"},
    {"local-relay.connector-recipients", Effect::Blocks,
     [](S s) { return s.above(s.sender.recipientsPerMessage, s.figure("connector-relay.recipients-per-message")); },
     [](S s) {
         return QStringLiteral("%1 writes to more recipients in one message than the MX host takes of one domain.")
             .arg(s.name());
     },
     "connector-relay.recipients-per-message"},
    {"local-relay.connector", Effect::Change, [](S) { return true; },
     [](S s) {
         const QString addresses = s.connectorAddresses();
         return addresses.isEmpty()
                    ? QStringLiteral("Make an inbound connector for the public address, by which the relay is known.")
                    : QStringLiteral("Make an inbound connector for %1, by which the relay is known.").arg(addresses);
     },
     "connector-relay.unshared-ip"},
    {"local-relay.spf", Effect::Change, [](S s) { return s.hasEgress() && !s.spfLists; },
     [](S s) { return QStringLiteral("Add %1 to the SPF record of the sender domain.").arg(s.egressWords()); },
     "connector-relay.spf"},
    {"local-relay.connector-no-password", Effect::For, [](S) { return true; },
     [](S) { return QStringLiteral("A connector needs no mailbox and no password that could be switched off."); },
     "connector-relay.any-address", 15},
};

// --- High Volume Email ---

const Rule kHighVolume[] = {
    {"local-relay.hve-reach", Effect::Blocks,
     [](S s) { return s.sender.reach == Reach::External || s.sender.reach == Reach::Both; },
     [](S s) {
         return QStringLiteral("%1 writes to people outside, whom High Volume Email does not reach.").arg(s.name());
     },
     "hve.reach"},
    {"local-relay.hve-reach-unknown", Effect::UnknownDecides, [](S s) { return s.sender.reach == Reach::Unknown; },
     [](S s) { return QStringLiteral("It is not known whom %1 writes to.").arg(s.name()); }, "hve.reach", 0,
     "sender.reach"},
    {"local-relay.hve-billing", Effect::Blocks, [](S s) { return s.organisation.hveBilling == YesNo::No; },
     [](S) { return QStringLiteral("The organisation has no billing policy for High Volume Email."); }, "hve.billing"},
    {"local-relay.hve-billing-unknown", Effect::UnknownDecides,
     [](S s) { return s.organisation.hveBilling == YesNo::Unknown; },
     [](S) {
         return QStringLiteral("It is not known whether the organisation has a billing policy for High Volume Email.");
     },
     "hve.billing", 0, "organisation.hveBilling"},
    {"local-relay.hve-cloud", Effect::Blocks, [](S s) { return s.organisation.cloud == Cloud::China; },
     [](S) { return QStringLiteral("High Volume Email does not exist in the cloud of 21Vianet."); }, "hve.clouds"},
    {"local-relay.hve-cloud-unknown", Effect::UnknownDecides,
     [](S s) { return s.organisation.cloud != Cloud::Worldwide && s.organisation.cloud != Cloud::China; },
     [](S) { return QStringLiteral("It is not known whether High Volume Email exists in the organisation's cloud."); },
     "hve.clouds.government", 0, "organisation.cloud"},
    {"local-relay.hve-basic-over", Effect::Blocks, [](S s) { return s.hveBasicIsOver(); },
     [](S s) {
         return QStringLiteral("High Volume Email takes no password any more since %1.")
             .arg(dateWords(s.hveBasicEnds()));
     },
     "hve.basic.until"},
    {"local-relay.hve-recipients", Effect::Blocks,
     [](S s) { return s.above(s.sender.recipientsPerMessage, s.figure("hve.recipients-per-message")); },
     [](S s) { return QStringLiteral("%1 writes to more than 50 recipients in one message.").arg(s.name()); },
     "hve.recipients-per-message"},
    {"local-relay.hve-size", Effect::Blocks, [](S s) { return s.messageAbove(s.figure("hve.size")); },
     [](S s) { return QStringLiteral("%1 sends messages over the 10 MB that High Volume Email takes.").arg(s.name()); },
     "hve.size"},
    {"local-relay.hve-port587", Effect::Change, [](S s) { return s.port587() == YesNo::No; },
     [](S s) {
         return QStringLiteral("Open outbound TCP port 587 to %1 for the relay's computer.")
             .arg(s.knowledge().text(QStringLiteral("hve.host")));
     },
     "hve.port"},
    {"local-relay.hve-port587-unknown", Effect::UnknownToCheck, [](S s) { return s.port587() == YesNo::Unknown; },
     [](S) { return QStringLiteral("It is not known whether outbound port 587 is open for the relay's computer."); },
     "hve.port", 0, "network.port587Open"},
    {"local-relay.hve-security-defaults", Effect::Change,
     [](S s) { return s.organisation.securityDefaults == YesNo::Yes; },
     [](S) {
         return QStringLiteral(
             "Security defaults are on and block High Volume Email with a password; replace them by Conditional "
             "Access.");
     },
     "hve.security-defaults"},
    {"local-relay.hve-security-defaults-on", Effect::Against,
     [](S s) { return s.organisation.securityDefaults == YesNo::Yes; },
     [](S) { return QStringLiteral("Security defaults protect every account, and a password asks to give them up."); },
     "hve.security-defaults", -30},
    {"local-relay.hve-security-defaults-unknown", Effect::UnknownToCheck,
     [](S s) { return s.organisation.securityDefaults == YesNo::Unknown; },
     [](S) {
         return QStringLiteral("It is not known whether security defaults are on; they block it with a password.");
     },
     "hve.security-defaults", 0, "organisation.securityDefaults"},
    {"local-relay.hve-account", Effect::Change, [](S) { return true; },
     [](S s) {
         return QStringLiteral("Make a High Volume Email account for the relay; the mail of %1 leaves with that "
                               "account's address.")
             .arg(s.name());
     },
     "hve.sender-address"},
    {"local-relay.hve-made-for-it", Effect::For, [](S s) { return s.sender.reach == Reach::Internal; },
     [](S s) {
         return QStringLiteral("%1 writes only inside, for which High Volume Email is made, and it has no daily limit.")
             .arg(s.name());
     },
     "hve.reach", 8},
    {"local-relay.hve-price", Effect::Against, [](S) { return true; },
     [](S) { return QStringLiteral("High Volume Email is paid for by the recipient."); }, "hve.price-per-million", -4},
    {"local-relay.hve-basic-until", Effect::Warning, [](S s) { return !s.hveBasicIsOver(); },
     [](S s) {
         return QStringLiteral("High Volume Email supports sign-in with a password until %1.")
             .arg(dateWords(s.hveBasicEnds()));
     },
     "hve.basic.until"},
};

// --- Azure Communication Services ---

const Rule kAzure[] = {
    {"local-relay.acs-subscription", Effect::Blocks, [](S s) { return s.organisation.azureSubscription == YesNo::No; },
     [](S) { return QStringLiteral("The organisation has no Azure subscription."); }, "acs.subscription"},
    {"local-relay.acs-subscription-unknown", Effect::UnknownDecides,
     [](S s) { return s.organisation.azureSubscription == YesNo::Unknown; },
     [](S) { return QStringLiteral("It is not known whether the organisation has an Azure subscription."); },
     "acs.subscription", 0, "organisation.azureSubscription"},
    {"local-relay.acs-recipients", Effect::Blocks,
     [](S s) { return s.above(s.sender.recipientsPerMessage, s.figure("acs.recipients-per-message")); },
     [](S s) { return QStringLiteral("%1 writes to more than 50 recipients in one message.").arg(s.name()); },
     "acs.recipients-per-message"},
    {"local-relay.acs-size", Effect::Change, [](S s) { return s.messageAbove(s.figure("acs.size")); },
     [](S s) { return QStringLiteral("Ask for a larger message size: %1 sends messages over 10 MB.").arg(s.name()); },
     "acs.size"},
    {"local-relay.acs-port587", Effect::Change, [](S s) { return s.port587() == YesNo::No; },
     [](S s) {
         return QStringLiteral("Open outbound TCP port 587 to %1 for the relay's computer.")
             .arg(s.knowledge().text(QStringLiteral("acs.host")));
     },
     "acs.port"},
    {"local-relay.acs-port587-unknown", Effect::UnknownToCheck, [](S s) { return s.port587() == YesNo::Unknown; },
     [](S) { return QStringLiteral("It is not known whether outbound port 587 is open for the relay's computer."); },
     "acs.port", 0, "network.port587Open"},
    {"local-relay.acs-set-up", Effect::Change, [](S) { return true; },
     [](S) {
         return QStringLiteral(
             "Make the Azure resources, verify the domain there and register an application with a client secret.");
     },
     "acs.subscription"},
    {"local-relay.acs-one-more", Effect::Against, [](S) { return true; },
     [](S) { return QStringLiteral("It is one more service with its own bill, domain proof and quota."); },
     "acs.messages-per-hour", -15},
};

} // namespace

const RuleTables &rulesOf(UpstreamWay way)
{
    static const RuleTables connector{kConnector};
    static const RuleTables byPassword{kMailbox, kSubmission, kPassword};
    static const RuleTables byOAuth{kMailbox, kSubmission, kOAuthSubmission};
    static const RuleTables graph{kMailbox, kGraph};
    static const RuleTables highVolume{kHighVolume};
    static const RuleTables azure{kAzure};
    switch (way) {
    case UpstreamWay::Connector: return connector;
    case UpstreamWay::SubmissionByPassword: return byPassword;
    case UpstreamWay::SubmissionByOAuth: return byOAuth;
    case UpstreamWay::Graph: return graph;
    case UpstreamWay::HighVolumeEmail: return highVolume;
    case UpstreamWay::AzureCommunicationServices: return azure;
    }
    Q_UNREACHABLE();
}

} // namespace relaywright
