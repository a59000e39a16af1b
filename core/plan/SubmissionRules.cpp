// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Rules.h"

namespace relaywright {

namespace {

using S = const Subject &;

constexpr qint64 kManyRecipientsPerDay = 1000; // our own measure: a year of it may fill a mailbox

const Rule kRules[] = {
    // What must be so.
    {"client-submission.needs-tls12", Effect::Blocks, [](S s) { return s.tlsIsOld(); },
     [](S s) {
         return QStringLiteral("%1 %2; %3 accepts TLS 1.2 or newer.")
             .arg(s.name(), s.tlsWords(), s.submissionHostWords());
     },
     "client-submission.tls.minimum"},
    {"client-submission.tls-unknown", Effect::UnknownDecides, [](S s) { return s.tlsUnknown(); },
     [](S s) {
         return QStringLiteral("It is not known which TLS %1 can do; %2 accepts TLS 1.2 or newer.")
             .arg(s.name(), s.submissionHostWords());
     },
     "client-submission.tls.minimum", 0, "sender.tls"},
    {"client-submission.needs-starttls", Effect::Blocks, [](S s) { return s.sender.startTls == YesNo::No; },
     [](S s) {
         return QStringLiteral(
                    "%1 cannot upgrade with STARTTLS; Exchange Online does not support TLS from the first octet "
                    "(port 465).")
             .arg(s.name());
     },
     "client-submission.port.implicit-tls"},
    {"client-submission.starttls-unknown", Effect::UnknownToCheck,
     [](S s) { return s.sender.startTls == YesNo::Unknown && s.tlsAtLeast(TlsAbility::Tls12); },
     [](S s) {
         return QStringLiteral(
                    "It is not known whether %1 can upgrade with STARTTLS on port 587; port 465 is not supported.")
             .arg(s.name());
     },
     "client-submission.port.implicit-tls", 0, "sender.startTls"},
    {"client-submission.needs-ehlo", Effect::Blocks, [](S s) { return s.sender.habits.heloOnly; },
     [](S s) {
         return QStringLiteral("%1 says HELO only, so it is offered neither STARTTLS nor a sign-in; client submission needs both.")
             .arg(s.name());
     },
     "client-submission.mechanisms"},
    {"client-submission.needs-sign-in", Effect::Blocks,
     [](S s) {
         return s.sender.signIn == SignInAbility::None || s.sender.signIn == SignInAbility::Ntlm
                || s.sender.signIn == SignInAbility::ClientCertificate;
     },
     [](S s) {
         if (s.sender.signIn == SignInAbility::None)
             return QStringLiteral("%1 cannot sign in; client submission signs in to a mailbox.").arg(s.name());
         return QStringLiteral("%1 can sign in with %2 only; Exchange Online offers LOGIN and XOAUTH2.")
             .arg(s.name(), s.sender.signIn == SignInAbility::Ntlm ? QStringLiteral("NTLM")
                                                                   : QStringLiteral("a client certificate"));
     },
     "client-submission.mechanisms"},
    {"client-submission.sign-in-unknown", Effect::UnknownDecides,
     [](S s) { return s.sender.signIn == SignInAbility::Unknown; },
     [](S s) {
         return QStringLiteral("It is not known how %1 can sign in; client submission signs in to a mailbox.")
             .arg(s.name());
     },
     "client-submission.mailbox", 0, "sender.signIn"},
    {"client-submission.only-port", Effect::Blocks, [](S s) { return s.onlyOtherPortThan({587, 25}); },
     [](S s) {
         return QStringLiteral("%1 can use port %2 only; client submission needs port 587, or 25.")
             .arg(s.name())
             .arg(*s.sender.onlyPort);
     },
     "client-submission.port"},
    {"client-submission.only-port-25", Effect::Change,
     [](S s) { return s.sender.onlyPort == 25 && s.port25() != YesNo::Yes; },
     [](S s) {
         return QStringLiteral("Open outbound TCP port 25 to %1, because %2 can use no other port.")
             .arg(s.submissionHostWords(), s.name());
     },
     "client-submission.port.alternative"},
    {"client-submission.onmicrosoft", Effect::Blocks, [](S s) { return s.exceedsInitialDomain(); },
     [](S s) { return s.initialDomainSentence(); }, "tenant.onmicrosoft.external-recipients"},
    {"client-submission.recipients-per-day", Effect::Blocks,
     [](S s) {
         return s.above(s.sender.recipientsPerDay,
                        s.figure("client-submission.recipients-per-day"));
     },
     [](S s) {
         return QStringLiteral("%1 writes to %2 recipients a day; a mailbox may write to %3.")
             .arg(s.name(), countWords(*s.sender.recipientsPerDay),
                  countWords(s.figure("client-submission.recipients-per-day")));
     },
     "client-submission.recipients-per-day"},
    {"client-submission.recipients-per-message", Effect::Blocks,
     [](S s) {
         return s.above(s.sender.recipientsPerMessage,
                        s.figure("client-submission.recipients-per-message.most"));
     },
     [](S s) {
         return QStringLiteral("%1 writes to %2 recipients in one message; Exchange Online takes %3 at the most.")
             .arg(s.name(), countWords(*s.sender.recipientsPerMessage),
                  countWords(s.figure("client-submission.recipients-per-message.most")));
     },
     "client-submission.recipients-per-message.most"},
    {"client-submission.message-size", Effect::Blocks,
     [](S s) { return s.messageAbove(s.figure("client-submission.size-advertised")); },
     [](S s) {
         return QStringLiteral("%1 sends messages larger than the 150 MB that %2 announces.")
             .arg(s.name(), s.submissionHostWords());
     },
     "client-submission.size-advertised"},

    // What must be done first.
    {"client-submission.port587", Effect::Change,
     [](S s) { return s.port587() == YesNo::No && s.port25() != YesNo::Yes; },
     [](S s) {
         return QStringLiteral("Open outbound TCP port 587 to %1 in the firewall, by name and not by address.")
             .arg(s.submissionHostWords());
     },
     "client-submission.port"},
    {"client-submission.port25-instead", Effect::Warning,
     [](S s) { return s.port587() == YesNo::No && s.port25() == YesNo::Yes; },
     [](S s) {
         return QStringLiteral("Port 587 is closed where %1 is, so port 25 is used; 587 is recommended.").arg(s.name());
     },
     "client-submission.port.alternative"},
    {"client-submission.port587-unknown", Effect::UnknownToCheck,
     [](S s) { return s.port587() == YesNo::Unknown && s.sender.hosting != Hosting::Azure; },
     [](S s) { return QStringLiteral("It is not known whether outbound port 587 is open where %1 is.").arg(s.name()); },
     "client-submission.port", 0, "network.port587Open"},
    {"client-submission.cloud-unknown", Effect::UnknownToCheck, [](S s) { return !s.organisation.cloud; },
     [](S) {
         return QStringLiteral(
             "It is not known in which Microsoft cloud the organisation is; each has a submission host of its own.");
     },
     "client-submission.host.worldwide", 0, "organisation.cloud"},
    {"client-submission.mailbox", Effect::Change, [](S s) { return !s.sender.signInAs; },
     [](S s) { return QStringLiteral("Choose or make a licensed mailbox for %1 to sign in with.").arg(s.name()); },
     "client-submission.mailbox"},
    {"client-submission.from-unknown", Effect::UnknownToCheck, [](S s) { return !s.sender.from; },
     [](S s) {
         return QStringLiteral("It is not known as which address %1 sends; it must be the mailbox, or one that the "
                               "mailbox may send as.")
             .arg(s.name());
     },
     "client-submission.sender-address", 0, "sender.from"},
    {"client-submission.send-as", Effect::Change,
     [](S s) { return s.sendsAsOthers(); },
     [](S s) {
         return QStringLiteral("Give %1 Send As on %2, because %3 signs in as the one and sends as the other.")
             .arg(s.sender.signInAs->toString(), s.addressesOtherThanMailbox(), s.name());
     },
     "client-submission.sender-address"},
    {"client-submission.from-accepted", Effect::Change, [](S s) { return s.sendsFromOutside(); },
     [](S s) {
         return QStringLiteral("Send as an address of the organisation: %1 is in none of its accepted domains.")
             .arg(s.addressesNotAccepted());
     },
     "client-submission.sender-address"},
    {"client-submission.smtp-auth-disabled", Effect::Change,
     [](S s) { return s.organisation.smtpAuthDisabled == YesNo::Yes; },
     [](S) {
         return QStringLiteral(
             "SMTP AUTH is switched off for the organisation; open it for this mailbox alone with Set-CASMailbox "
             "-SmtpClientAuthenticationDisabled $false.");
     },
     "smtp-auth.mailbox-switch"},
    {"client-submission.smtp-auth-unknown", Effect::UnknownToCheck,
     [](S s) { return s.organisation.smtpAuthDisabled == YesNo::Unknown; },
     [](S) { return QStringLiteral("It is not known whether SMTP AUTH is switched off for the organisation."); },
     "smtp-auth.organisation-switch", 0, "organisation.smtpAuthDisabled"},
    {"client-submission.security-defaults", Effect::Change,
     [](S s) { return s.basic() && s.organisation.securityDefaults == YesNo::Yes; },
     [](S) {
         return QStringLiteral(
             "Security defaults are on and switch SMTP AUTH with a password off; replace them by Conditional "
             "Access, or use another method.");
     },
     "smtp-auth.security-defaults"},
    {"client-submission.security-defaults-oauth", Effect::Change,
     [](S s) { return s.oauth() && s.organisation.securityDefaults == YesNo::Yes; },
     [](S) {
         return QStringLiteral(
             "Security defaults are on; sources conflict on whether SMTP AUTH with OAuth works under them, so test "
             "it before you rely on it, or replace them by Conditional Access.");
     },
     "smtp-auth.security-defaults.oauth"},
    {"client-submission.security-defaults-unknown", Effect::UnknownToCheck,
     [](S s) { return s.organisation.securityDefaults == YesNo::Unknown; },
     [](S) {
         return QStringLiteral(
             "It is not known whether security defaults are on; they switch SMTP AUTH with a password off.");
     },
     "smtp-auth.security-defaults", 0, "organisation.securityDefaults"},
    {"client-submission.basic-over", Effect::Change, [](S s) { return s.basic() && s.basicIsOver(); },
     [](S s) {
         return QStringLiteral(
                    "%1 signs in with a password, which is off by default since %2; an administrator must switch it on "
                    "again. The name of that switch was not known when these facts were collected.")
             .arg(s.name(), dateWords(s.basicEnds()));
     },
     "smtp-auth.basic.switch-name"},
    {"client-submission.recipient-limit", Effect::Change,
     [](S s) {
         return s.above(s.sender.recipientsPerMessage,
                        s.figure("client-submission.recipients-per-message"))
                && !s.above(s.sender.recipientsPerMessage,
                            s.figure("client-submission.recipients-per-message.most"));
     },
     [](S s) {
         return QStringLiteral("Raise the mailbox's RecipientLimits: %1 writes to %2 recipients in one message, and %3 "
                               "is the default.")
             .arg(s.name(), countWords(*s.sender.recipientsPerMessage),
                  countWords(s.figure("client-submission.recipients-per-message")));
     },
     "client-submission.recipients-per-message"},
    {"client-submission.size-limit", Effect::Change,
     [](S s) {
         return s.messageAbove(s.figure("client-submission.size-default"))
                && !s.messageAbove(s.figure("client-submission.size-advertised"));
     },
     [](S s) {
         return QStringLiteral("Raise the mailbox's MaxSendSize: %1 sends messages over the default of 35 MB.")
             .arg(s.name());
     },
     "client-submission.size-default"},

    // What speaks for and against it.
    {"client-submission.oauth", Effect::For, [](S s) { return s.oauth(); },
     [](S s) {
         return QStringLiteral("%1 can sign in with OAuth, which needs no password in the device and stays supported.")
             .arg(s.name());
     },
     "smtp-auth.oauth", 60},
    {"client-submission.password-in-device", Effect::Against, [](S s) { return s.basic(); },
     [](S s) {
         return QStringLiteral("%1 would keep the mailbox's password, which can be used from anywhere and without a "
                               "second factor.")
             .arg(s.name());
     },
     "smtp-auth.basic.risk", -20},
    {"client-submission.basic-was-switched-off", Effect::Against, [](S s) { return s.basic() && s.basicIsOver(); },
     [](S) {
         return QStringLiteral("Sign-in with a password is on its way out; Microsoft will name the final day in the "
                               "second half of 2027.");
     },
     "smtp-auth.basic.removal", -20},
    {"client-submission.messages-per-minute", Effect::Against,
     [](S s) {
         return s.above(s.sender.messagesPerMinute,
                        s.figure("client-submission.messages-per-minute"));
     },
     [](S s) {
         return QStringLiteral(
                    "%1 sends up to %2 messages a minute; a mailbox may submit %3, and more are slowed down.")
             .arg(s.name(), countWords(*s.sender.messagesPerMinute),
                  countWords(s.figure("client-submission.messages-per-minute")));
     },
     "client-submission.messages-per-minute", -10},

    // What must be known.
    {"client-submission.onmicrosoft-limit", Effect::Warning,
     [](S s) { return s.fromInitialDomain() && s.sender.reach != Reach::Internal; },
     [](S s) {
         return QStringLiteral("%1 sends from the tenant's own onmicrosoft domain, which reaches only %2 outside people "
                               "a day in the whole organisation.")
             .arg(s.name(), countWords(s.figure("tenant.onmicrosoft.external-recipients")));
     },
     "tenant.onmicrosoft.external-recipients"},
    {"client-submission.sent-items", Effect::Warning,
     [](S s) { return s.above(s.sender.recipientsPerDay, kManyRecipientsPerDay); },
     [](S s) {
         return QStringLiteral("What %1 sends fills the mailbox's Sent Items, and a full mailbox stops sending: set a "
                               "retention policy.")
             .arg(s.name());
     },
     "client-submission.sent-items"},
    {"client-submission.basic-off-by-default", Effect::Warning, [](S s) { return s.basic() && !s.basicIsOver(); },
     [](S s) {
         return QStringLiteral(
                    "%1 signs in with a password; that works until %2, when it is switched off by default. An "
                    "administrator can switch it on again; the name of that switch is not known yet.")
             .arg(s.name(), dateWords(s.basicEnds()));
     },
     "smtp-auth.basic.off-by-default"},
    {"client-submission.legacy-endpoint", Effect::Warning,
     [](S s) {
         return s.basic() && s.organisation.cloud == Cloud::Worldwide
                && (s.sender.tls == TlsAbility::Tls10 || s.sender.tls == TlsAbility::Tls11);
     },
     [](S s) {
         return QStringLiteral(
                    "As a last resort %1 still accepts TLS 1.0 and 1.1 when an administrator opts in; it goes with "
                    "sign-in by password.")
             .arg(s.knowledge().text(QStringLiteral("client-submission.legacy-tls.host.worldwide")));
     },
     "client-submission.legacy-tls.host.worldwide"},
    {"client-submission.host-uncertain", Effect::Warning, [](S s) { return s.organisation.cloud == Cloud::GccHigh; },
     [](S) {
         return QStringLiteral(
             "Sources name two submission hosts for GCC High; check outlook.office365.us and smtp.office365.us.");
     },
     "client-submission.host.gcc-high"},
    {"client-submission.host-uncertain", Effect::Warning, [](S s) { return s.organisation.cloud == Cloud::China; },
     [](S) {
         return QStringLiteral(
             "Sources name two submission hosts for 21Vianet; check smtp.partner.outlook.cn and partner.outlook.cn.");
     },
     "client-submission.host.china"},
};

} // namespace

std::span<const Rule> submissionRules()
{
    return kRules;
}

} // namespace relaywright
