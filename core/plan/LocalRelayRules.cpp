// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Rules.h"

// A local relay takes the mail on the LAN, so what counts is whether the sender reaches it and how it hands mail on.

namespace relaywright {

namespace {

using S = const Subject &;

const Rule kRules[] = {
    // The side of the sender.
    {"local-relay.third-party-hosting", Effect::Blocks, [](S s) { return s.sender.hosting == Hosting::ThirdParty; },
     [](S s) {
         return QStringLiteral("%1 is hosted by a third party and cannot reach a relay on the local network.")
             .arg(s.name());
     },
     "local-relay.no-open-relay"},
    {"local-relay.hosting-unknown", Effect::UnknownDecides,
     [](S s) { return s.sender.hosting == Hosting::Unknown && !s.isBox(); },
     [](S s) {
         return QStringLiteral("It is not known where %1 runs; only senders on the local network reach a relay there.")
             .arg(s.name());
     },
     "local-relay.no-open-relay", 0, "sender.hosting"},
    {"local-relay.box-hosting-unknown", Effect::UnknownToCheck,
     [](S s) { return s.sender.hosting == Hosting::Unknown && s.isBox(); },
     [](S s) {
         return QStringLiteral("Check that %1 stands on the local network; only from there does it reach the relay.")
             .arg(s.name());
     },
     "local-relay.no-open-relay", 0, "sender.hosting"},
    {"local-relay.azure", Effect::Change, [](S s) { return s.sender.hosting == Hosting::Azure; },
     [](S s) { return QStringLiteral("Run the relay on a computer in the same Azure network as %1.").arg(s.name()); },
     "local-relay.no-open-relay"},
    {"local-relay.lan", Effect::UnknownToCheck, [](S s) { return !s.network || s.network->lan.empty(); },
     [](S s) {
         return QStringLiteral(
                    "The relay takes mail only from listed networks, and the one that %1 is in is not known.")
             .arg(s.name());
     },
     "local-relay.no-open-relay", 0, "network.lan"},

    // The side of Exchange Online, by mailbox.
    {"local-relay.recipients-per-day", Effect::Blocks,
     [](S s) {
         return s.relaySubmits()
                && s.above(s.sender.recipientsPerDay,
                           s.knowledge.number(QStringLiteral("client-submission.recipients-per-day")));
     },
     [](S s) {
         return QStringLiteral("%1 writes to %2 recipients a day; the relay's mailbox may write to %3.")
             .arg(s.name(), countWords(*s.sender.recipientsPerDay),
                  countWords(s.knowledge.number(QStringLiteral("client-submission.recipients-per-day"))));
     },
     "client-submission.recipients-per-day"},
    {"local-relay.recipients-per-message", Effect::Blocks,
     [](S s) {
         return s.above(s.sender.recipientsPerMessage,
                        s.knowledge.number(QStringLiteral("client-submission.recipients-per-message.most")));
     },
     [](S s) {
         return QStringLiteral("%1 writes to more recipients in one message than Exchange Online takes.").arg(s.name());
     },
     "client-submission.recipients-per-message.most"},
    {"local-relay.message-size", Effect::Blocks,
     [](S s) { return s.messageAbove(s.knowledge.number(QStringLiteral("client-submission.size-advertised"))); },
     [](S s) { return QStringLiteral("%1 sends messages larger than Exchange Online takes.").arg(s.name()); },
     "client-submission.size-advertised"},
    {"local-relay.port587", Effect::Change,
     [](S s) { return s.relaySubmits() && s.port587() == YesNo::No && s.port25() != YesNo::Yes; },
     [](S s) {
         return QStringLiteral("Open outbound TCP port 587 to %1 for the relay's computer, by name and not by address.")
             .arg(s.submissionHostWords());
     },
     "client-submission.port"},
    {"local-relay.port587-unknown", Effect::UnknownToCheck,
     [](S s) { return s.relaySubmits() && s.port587() == YesNo::Unknown && s.sender.hosting != Hosting::Azure; },
     [](S) { return QStringLiteral("It is not known whether outbound port 587 is open for the relay's computer."); },
     "client-submission.port", 0, "network.port587Open"},
    {"local-relay.cloud-unknown", Effect::UnknownToCheck,
     [](S s) { return s.relaySubmits() && !s.organisation().cloud; },
     [](S) {
         return QStringLiteral(
             "It is not known in which Microsoft cloud the organisation is; the relay must know where to submit.");
     },
     "client-submission.host.worldwide", 0, "organisation.cloud"},
    {"local-relay.mailbox", Effect::Change, [](S s) { return s.relaySubmits() && !s.sender.signInAs; },
     [](S s) {
         return QStringLiteral(
                    "Choose or make a licensed mailbox for the relay to sign in with when it hands on the mail of %1.")
             .arg(s.name());
     },
     "client-submission.mailbox"},
    {"local-relay.from-unknown", Effect::UnknownToCheck, [](S s) { return !s.sender.from; },
     [](S s) {
         return QStringLiteral(
                    "It is not known as which address %1 sends; the relay's mailbox must be allowed to send as it.")
             .arg(s.name());
     },
     "client-submission.sender-address", 0, "sender.from"},
    {"local-relay.send-as", Effect::Change,
     [](S s) {
         return s.relaySubmits() && s.sender.from && s.sender.signInAs && !(*s.sender.from == *s.sender.signInAs);
     },
     [](S s) {
         return QStringLiteral(
                    "Give %1 Send As on %2, because the relay signs in as the one and %3 sends as the other.")
             .arg(s.sender.signInAs->toString(), s.sender.from->toString(), s.name());
     },
     "client-submission.sender-address"},
    {"local-relay.from-accepted", Effect::Change, [](S s) { return s.fromNotAccepted(); },
     [](S s) {
         return QStringLiteral("Send as an address of the organisation: %1 is in none of its accepted domains.")
             .arg(s.sender.from->toString());
     },
     "client-submission.sender-address"},
    {"local-relay.smtp-auth-disabled", Effect::Change,
     [](S s) { return s.relaySubmits() && s.organisation().smtpAuthDisabled == YesNo::Yes; },
     [](S) {
         return QStringLiteral(
             "SMTP AUTH is switched off for the organisation; open it for the relay's mailbox alone with "
             "Set-CASMailbox -SmtpClientAuthenticationDisabled $false.");
     },
     "smtp-auth.mailbox-switch"},
    {"local-relay.smtp-auth-unknown", Effect::UnknownToCheck,
     [](S s) { return s.relaySubmits() && s.organisation().smtpAuthDisabled == YesNo::Unknown; },
     [](S) { return QStringLiteral("It is not known whether SMTP AUTH is switched off for the organisation."); },
     "smtp-auth.organisation-switch", 0, "organisation.smtpAuthDisabled"},
    {"local-relay.security-defaults", Effect::Change,
     [](S s) { return s.relaySubmits() && s.organisation().securityDefaults == YesNo::Yes; },
     [](S) {
         return QStringLiteral(
             "Security defaults are on and switch SMTP AUTH with a password off for the relay's mailbox; replace "
             "them by Conditional Access.");
     },
     "smtp-auth.security-defaults"},
    {"local-relay.security-defaults-unknown", Effect::UnknownToCheck,
     [](S s) { return s.relaySubmits() && s.organisation().securityDefaults == YesNo::Unknown; },
     [](S) {
         return QStringLiteral(
             "It is not known whether security defaults are on; they would stop the relay's sign-in with a password.");
     },
     "smtp-auth.security-defaults", 0, "organisation.securityDefaults"},
    {"local-relay.basic-over", Effect::Change, [](S s) { return s.relaySubmits() && s.basicIsOver(); },
     [](S s) {
         return QStringLiteral("The relay signs in with a password, which is off by default since %1; an administrator "
                               "must switch "
                               "it on again. The name of that switch was not known when these facts were collected.")
             .arg(dateWords(s.basicEnds()));
     },
     "smtp-auth.basic.switch-name"},

    // The side of Exchange Online, by connector.
    {"local-relay.connector", Effect::Change, [](S s) { return !s.relaySubmits(); },
     [](S s) {
         return QStringLiteral("Make an inbound connector for %1, by which the relay is known.")
             .arg(s.connectorAddresses().join(QStringLiteral(", ")));
     },
     "connector-relay.unshared-ip"},
    {"local-relay.spf", Effect::Change, [](S s) { return !s.relaySubmits() && !s.spfLists(); },
     [](S s) { return QStringLiteral("Add %1 to the SPF record of the sender domain.").arg(s.egressWords()); },
     "connector-relay.spf"},

    // What speaks for and against it.
    {"local-relay.asks-little", Effect::For, [](S) { return true; },
     [](S s) {
         return QStringLiteral(
                    "%1 hands its mail to a computer on the local network, which does TLS and sign-in for it.")
             .arg(s.name());
     },
     "local-relay.no-open-relay", 15},
    {"local-relay.old-device", Effect::For, [](S s) { return s.tlsIsOld(); },
     [](S s) { return QStringLiteral("%1 %2; on the local network that is enough.").arg(s.name(), s.tlsWords()); },
     "client-submission.tls.minimum", 20},
    {"local-relay.no-sign-in", Effect::For, [](S s) { return s.sender.signIn == SignInAbility::None; },
     [](S s) { return QStringLiteral("%1 cannot sign in; the relay knows it by its address.").arg(s.name()); },
     "local-relay.no-open-relay", 5},
    {"local-relay.one-more-thing", Effect::Against, [](S) { return true; },
     [](S) { return QStringLiteral("It is one more thing to run: the computer must be on when mail is sent."); },
     "local-relay.unsupported-iis", -5},
    {"local-relay.basic-off-by-default", Effect::Warning, [](S s) { return s.relaySubmits() && !s.basicIsOver(); },
     [](S s) {
         return QStringLiteral(
                    "The relay signs in with a password; that works until %1, when it is switched off by default. An "
                    "administrator can switch it on again; the name of that switch is not known yet.")
             .arg(dateWords(s.basicEnds()));
     },
     "smtp-auth.basic.off-by-default"},
    {"local-relay.messages-per-minute", Effect::Warning,
     [](S s) {
         return s.relaySubmits()
                && s.above(s.sender.messagesPerMinute,
                           s.knowledge.number(QStringLiteral("client-submission.messages-per-minute")));
     },
     [](S s) {
         return QStringLiteral(
                    "%1 sends up to %2 messages a minute; they wait in the relay's queue, which hands on %3.")
             .arg(s.name(), countWords(*s.sender.messagesPerMinute),
                  countWords(s.knowledge.number(QStringLiteral("client-submission.messages-per-minute"))));
     },
     "client-submission.messages-per-minute"},
};

} // namespace

std::span<const Rule> localRelayRules()
{
    return kRules;
}

} // namespace relaywright
