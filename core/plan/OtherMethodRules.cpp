// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Rules.h"

// High Volume Email, Azure Communication Services and an own Exchange server.

namespace relaywright {

namespace {

using S = const Subject &;

bool canUseName(S s)
{
    return s.basic() || s.oauth();
}

bool signInUnknown(S s)
{
    return s.sender.signIn == SignInAbility::Unknown;
}

bool noUsableSignIn(S s)
{
    return !canUseName(s) && !signInUnknown(s);
}

QString noSignInSentence(S s)
{
    return QStringLiteral("%1 cannot sign in with a name, and this method requires it.").arg(s.name());
}

QString signInUnknownSentence(S s)
{
    return QStringLiteral("It is not known how %1 can sign in, and this method requires it.").arg(s.name());
}

QString tlsUnknownSentence(S s)
{
    return QStringLiteral("It is not known which TLS %1 can do, and this method requires it.").arg(s.name());
}

const Rule kHighVolume[] = {
    {"high-volume-email.internal-only", Effect::Blocks, [](S s) { return s.writesOutside(); },
     [](S s) {
         return QStringLiteral(
                    "%1 writes to people outside; High Volume Email reaches only the organisation's own recipients.")
             .arg(s.name());
     },
     "hve.reach"},
    {"high-volume-email.reach-unknown", Effect::UnknownDecides, [](S s) { return s.sender.reach == Reach::Unknown; },
     [](S s) {
         return QStringLiteral("It is not known whom %1 writes to; High Volume Email reaches only the organisation's "
                               "own recipients.")
             .arg(s.name());
     },
     "hve.reach", 0, "sender.reach"},
    {"high-volume-email.billing", Effect::Blocks, [](S s) { return s.organisation.hveBilling == YesNo::No; },
     [](S) {
         return QStringLiteral(
             "The organisation has no billing policy for High Volume Email; an account without one cannot send.");
     },
     "hve.billing"},
    {"high-volume-email.billing-unknown", Effect::UnknownDecides,
     [](S s) { return s.organisation.hveBilling == YesNo::Unknown; },
     [](S) {
         return QStringLiteral("It is not known whether the organisation has a billing policy for High Volume Email.");
     },
     "hve.billing", 0, "organisation.hveBilling"},
    {"high-volume-email.cloud", Effect::Blocks, [](S s) { return s.organisation.cloud == Cloud::China; },
     [](S) { return QStringLiteral("High Volume Email does not exist in the cloud of 21Vianet."); }, "hve.clouds"},
    {"high-volume-email.cloud-unknown", Effect::UnknownDecides,
     [](S s) { return s.organisation.cloud != Cloud::Worldwide && s.organisation.cloud != Cloud::China; },
     [](S) { return QStringLiteral("It is not known whether High Volume Email exists in the organisation's cloud."); },
     "hve.clouds.government", 0, "organisation.cloud"},
    {"high-volume-email.needs-tls", Effect::Blocks,
     [](S s) { return s.sender.tls == TlsAbility::None || s.sender.tls == TlsAbility::Ssl3; },
     [](S s) { return QStringLiteral("%1 %2; High Volume Email requires TLS.").arg(s.name(), s.tlsWords()); },
     "hve.tls"},
    {"high-volume-email.tls-unknown", Effect::UnknownDecides,
     [](S s) { return s.tlsUnknown() || s.sender.tls == TlsAbility::Tls10 || s.sender.tls == TlsAbility::Tls11; },
     [](S s) {
         return QStringLiteral("It is not known whether the TLS of %1 is new enough for High Volume Email.")
             .arg(s.name());
     },
     "hve.tls", 0, "sender.tls"},
    {"high-volume-email.needs-starttls", Effect::Blocks, [](S s) { return s.sender.startTls == YesNo::No; },
     [](S s) { return QStringLiteral("%1 cannot upgrade with STARTTLS, which port 587 needs.").arg(s.name()); },
     "hve.port"},
    {"high-volume-email.needs-ehlo", Effect::Blocks, [](S s) { return s.sender.habits.heloOnly; },
     [](S s) {
         return QStringLiteral("%1 says HELO only, so it is offered neither STARTTLS nor a sign-in; High Volume Email needs both.")
             .arg(s.name());
     },
     "hve.tls"},
    {"high-volume-email.needs-sign-in", Effect::Blocks, noUsableSignIn, noSignInSentence, "hve.tls"},
    {"high-volume-email.sign-in-unknown", Effect::UnknownDecides, signInUnknown, signInUnknownSentence, "hve.tls", 0,
     "sender.signIn"},
    {"high-volume-email.only-port", Effect::Blocks, [](S s) { return s.onlyOtherPortThan({587}); },
     [](S s) {
         return QStringLiteral("%1 can use port %2 only; High Volume Email takes mail on port 587.")
             .arg(s.name())
             .arg(*s.sender.onlyPort);
     },
     "hve.port"},
    {"high-volume-email.port587", Effect::Change, [](S s) { return s.port587() == YesNo::No; },
     [](S s) {
         return QStringLiteral("Open outbound TCP port 587 to %1 in the firewall.")
             .arg(s.knowledge().text(QStringLiteral("hve.host")));
     },
     "hve.port"},
    {"high-volume-email.port587-unknown", Effect::UnknownToCheck,
     [](S s) { return s.port587() == YesNo::Unknown && s.sender.hosting != Hosting::Azure; },
     [](S s) { return QStringLiteral("It is not known whether outbound port 587 is open where %1 is.").arg(s.name()); },
     "hve.port", 0, "network.port587Open"},
    {"high-volume-email.several-addresses", Effect::Blocks, [](S s) { return addressesOf(s.sender).size() > 1; },
     [](S s) {
         return QStringLiteral("%1 sends as several addresses; a High Volume Email account may send as its own only, in "
                               "MAIL FROM and in From.")
             .arg(s.name());
     },
     "hve.sender-address"},
    {"high-volume-email.basic-over", Effect::Blocks, [](S s) { return s.basic() && s.hveBasicIsOver(); },
     [](S s) {
         return QStringLiteral("%1 signs in with a password, which High Volume Email takes no more since %2.")
             .arg(s.name(), dateWords(s.hveBasicEnds()));
     },
     "hve.basic.until"},
    {"high-volume-email.from-unknown", Effect::UnknownToCheck, [](S s) { return !s.sender.from; },
     [](S s) {
         return QStringLiteral("It is not known as which address %1 sends; it must be the account's own.").arg(s.name());
     },
     "hve.sender-address", 0, "sender.from"},
    {"high-volume-email.from-accepted", Effect::Change, [](S s) { return s.sendsFromOutside(); },
     [](S s) {
         return QStringLiteral("Send as an address of the organisation: %1 is in none of its accepted domains.")
             .arg(s.addressesNotAccepted());
     },
     "hve.sender-address"},
    {"high-volume-email.recipients-per-message", Effect::Blocks,
     [](S s) {
         return s.above(s.sender.recipientsPerMessage,
                        s.figure("hve.recipients-per-message"));
     },
     [](S s) {
         return QStringLiteral("%1 writes to %2 recipients in one message; High Volume Email takes 50.")
             .arg(s.name(), countWords(*s.sender.recipientsPerMessage));
     },
     "hve.recipients-per-message"},
    {"high-volume-email.size", Effect::Blocks,
     [](S s) { return s.messageAbove(s.figure("hve.size")); },
     [](S s) { return QStringLiteral("%1 sends messages over the 10 MB that High Volume Email takes.").arg(s.name()); },
     "hve.size"},
    {"high-volume-email.security-defaults", Effect::Change,
     [](S s) { return s.basic() && s.organisation.securityDefaults == YesNo::Yes; },
     [](S) {
         return QStringLiteral(
             "Security defaults are on and block it with a password; replace them by Conditional Access.");
     },
     "hve.security-defaults"},
    {"high-volume-email.security-defaults-unknown", Effect::UnknownToCheck,
     [](S s) { return s.basic() && s.organisation.securityDefaults == YesNo::Unknown; },
     [](S) {
         return QStringLiteral("It is not known whether security defaults are on; they block it with a password.");
     },
     "hve.security-defaults", 0, "organisation.securityDefaults"},
    {"high-volume-email.account", Effect::Change, [](S) { return true; },
     [](S s) {
         return QStringLiteral("Make a High Volume Email account, and let %1 send as that account's own address.")
             .arg(s.name());
     },
     "hve.sender-address"},
    {"high-volume-email.basic-until", Effect::Warning, [](S s) { return s.basic() && !s.hveBasicIsOver(); },
     [](S s) {
         return QStringLiteral("It supports sign-in with a password until %1.")
             .arg(dateWords(s.hveBasicEnds()));
     },
     "hve.basic.until"},
    {"high-volume-email.price", Effect::Against, [](S) { return true; },
     [](S) { return QStringLiteral("It is paid for by the recipient."); }, "hve.price-per-million", -5},
    {"high-volume-email.security-defaults-on", Effect::Against,
     [](S s) { return s.basic() && s.organisation.securityDefaults == YesNo::Yes; },
     [](S) { return QStringLiteral("Security defaults protect every account, and a password asks to give them up."); },
     "hve.security-defaults", -30},
    {"high-volume-email.made-for-it", Effect::For, [](S s) { return s.sender.reach == Reach::Internal; },
     [](S s) {
         return QStringLiteral("%1 writes only inside the organisation, for which High Volume Email is made: no mailbox "
                               "licence, no daily limit and no junk filter.")
             .arg(s.name());
     },
     "hve.reach", 45},
};

const Rule kAzure[] = {
    {"azure-communication-services.subscription", Effect::Blocks,
     [](S s) { return s.organisation.azureSubscription == YesNo::No; },
     [](S) {
         return QStringLiteral("The organisation has no Azure subscription, which Azure Communication Services needs.");
     },
     "acs.subscription"},
    {"azure-communication-services.subscription-unknown", Effect::UnknownDecides,
     [](S s) { return s.organisation.azureSubscription == YesNo::Unknown; },
     [](S) { return QStringLiteral("It is not known whether the organisation has an Azure subscription."); },
     "acs.subscription", 0, "organisation.azureSubscription"},
    {"azure-communication-services.needs-tls12", Effect::Blocks, [](S s) { return s.tlsIsOld(); },
     [](S s) {
         return QStringLiteral("%1 %2; Azure Communication Services requires TLS 1.2.").arg(s.name(), s.tlsWords());
     },
     "acs.tls.minimum"},
    {"azure-communication-services.tls-unknown", Effect::UnknownDecides, [](S s) { return s.tlsUnknown(); },
     tlsUnknownSentence, "acs.tls.minimum", 0, "sender.tls"},
    {"azure-communication-services.needs-starttls", Effect::Blocks,
     [](S s) { return s.sender.startTls == YesNo::No; },
     [](S s) { return QStringLiteral("%1 cannot upgrade with STARTTLS, which port 587 needs.").arg(s.name()); },
     "acs.port"},
    {"azure-communication-services.needs-ehlo", Effect::Blocks, [](S s) { return s.sender.habits.heloOnly; },
     [](S s) {
         return QStringLiteral("%1 says HELO only, so it is offered neither STARTTLS nor a sign-in; Azure Communication Services needs both.")
             .arg(s.name());
     },
     "acs.tls.minimum"},
    {"azure-communication-services.only-port", Effect::Blocks, [](S s) { return s.onlyOtherPortThan({587, 25}); },
     [](S s) {
         return QStringLiteral("%1 can use port %2 only; Azure Communication Services takes mail on port 587, or 25.")
             .arg(s.name())
             .arg(*s.sender.onlyPort);
     },
     "acs.port"},
    {"azure-communication-services.port587", Effect::Change,
     [](S s) { return s.port587() == YesNo::No && s.sender.onlyPort != 25; },
     [](S s) {
         return QStringLiteral("Open outbound TCP port 587 to %1 in the firewall.")
             .arg(s.knowledge().text(QStringLiteral("acs.host")));
     },
     "acs.port"},
    {"azure-communication-services.port587-unknown", Effect::UnknownToCheck,
     [](S s) { return s.port587() == YesNo::Unknown && s.sender.hosting != Hosting::Azure; },
     [](S s) { return QStringLiteral("It is not known whether outbound port 587 is open where %1 is.").arg(s.name()); },
     "acs.port", 0, "network.port587Open"},
    {"azure-communication-services.needs-sign-in", Effect::Blocks, noUsableSignIn, noSignInSentence, "acs.tls.minimum"},
    {"azure-communication-services.sign-in-unknown", Effect::UnknownDecides, signInUnknown, signInUnknownSentence,
     "acs.tls.minimum", 0, "sender.signIn"},
    {"azure-communication-services.recipients-per-message", Effect::Blocks,
     [](S s) {
         return s.above(s.sender.recipientsPerMessage,
                        s.figure("acs.recipients-per-message"));
     },
     [](S s) {
         return QStringLiteral("%1 writes to %2 recipients in one message; Azure Communication Services takes 50.")
             .arg(s.name(), countWords(*s.sender.recipientsPerMessage));
     },
     "acs.recipients-per-message"},
    {"azure-communication-services.size", Effect::Change,
     [](S s) { return s.messageAbove(s.figure("acs.size")); },
     [](S s) { return QStringLiteral("Ask for a larger message size: %1 sends messages over 10 MB.").arg(s.name()); },
     "acs.size"},
    {"azure-communication-services.set-up", Effect::Change, [](S) { return true; },
     [](S) {
         return QStringLiteral(
             "Make the Azure resources, verify the domain there and register an application with a client secret.");
     },
     "acs.subscription"},
    {"azure-communication-services.quota", Effect::Warning, [](S) { return true; },
     [](S) { return QStringLiteral("It starts at 30 messages a minute and 100 an hour; more is granted on request."); },
     "acs.messages-per-hour"},
    {"azure-communication-services.large-volume", Effect::For,
     [](S s) {
         return s.writesOutside() && s.above(s.sender.recipientsPerDay, s.figure("client-submission.recipients-per-day"));
     },
     [](S s) {
         return QStringLiteral("%1 writes to %2 recipients a day, outside too: more than a mailbox may, and what this "
                               "service is made for.")
             .arg(s.name(), countWords(*s.sender.recipientsPerDay));
     },
     "acs.large-volume", 70},
    {"azure-communication-services.one-more", Effect::Against, [](S) { return true; },
     [](S) { return QStringLiteral("It is one more service with its own bill, domain proof and quota."); },
     "acs.messages-per-hour", -25},
};

const Rule kOnPremises[] = {
    {"onprem-exchange.server", Effect::Blocks, [](S s) { return s.organisation.onPremisesExchange == YesNo::No; },
     [](S) { return QStringLiteral("The organisation has no Exchange server of its own."); }, "onprem.server"},
    {"onprem-exchange.server-unknown", Effect::UnknownDecides,
     [](S s) { return s.organisation.onPremisesExchange == YesNo::Unknown; },
     [](S) { return QStringLiteral("It is not known whether the organisation has an Exchange server of its own."); },
     "onprem.server", 0, "organisation.onPremisesExchange"},
    {"onprem-exchange.hosting", Effect::Blocks, [](S s) { return s.sender.hosting == Hosting::ThirdParty; },
     [](S s) {
         return QStringLiteral("%1 is hosted by a third party and cannot reach a server on the local network.")
             .arg(s.name());
     },
     "onprem.server"},
    {"onprem-exchange.hosting-unknown", Effect::UnknownDecides,
     [](S s) { return s.sender.hosting == Hosting::Unknown || s.sender.hosting == Hosting::Azure; },
     [](S s) {
         return QStringLiteral("It is not known whether %1 reaches the organisation's own server.").arg(s.name());
     },
     "onprem.server", 0, "sender.hosting"},
    {"onprem-exchange.recipients-per-message", Effect::Change,
     [](S s) {
         return s.above(s.sender.recipientsPerMessage,
                        s.figure("onprem.recipients-per-message"));
     },
     [](S s) { return QStringLiteral("Raise MaxRecipientsPerMessage of the receive connector for %1.").arg(s.name()); },
     "onprem.recipients-per-message"},
    {"onprem-exchange.size", Effect::Change,
     [](S s) { return s.messageAbove(s.figure("onprem.size")); },
     [](S s) { return QStringLiteral("Raise MaxMessageSize of the receive connector for %1.").arg(s.name()); },
     "onprem.size"},
    {"onprem-exchange.connector", Effect::Change, [](S) { return true; },
     [](S s) { return QStringLiteral("Make a receive connector on the server for the address of %1.").arg(s.name()); },
     "onprem.server"},
    {"onprem-exchange.hybrid-unknown", Effect::UnknownToCheck,
     [](S s) { return s.organisation.onPremisesExchange == YesNo::Yes && s.organisation.hybrid == YesNo::Unknown; },
     [](S) {
         return QStringLiteral("It is not known whether the server is joined to Exchange Online as a hybrid; else it "
                               "sends to cloud mailboxes as a stranger.");
     },
     "onprem.hybrid", 0, "organisation.hybrid"},
    {"onprem-exchange.not-hybrid", Effect::Change,
     [](S s) { return s.organisation.onPremisesExchange == YesNo::Yes && s.organisation.hybrid == YesNo::No; },
     [](S) {
         return QStringLiteral("Make a connector by which Exchange Online knows the server, or run the hybrid wizard: "
                               "until then its mail arrives in the cloud as mail from the internet.");
     },
     "onprem.hybrid"},
    {"onprem-exchange.needs-server-name", Effect::UnknownToCheck,
     [](S s) { return s.organisation.onPremisesExchange == YesNo::Yes && !s.organisation.exchangeServer; },
     [](S) { return QStringLiteral("The name of the Exchange server is not known; the senders must be told it."); },
     "onprem.server", 0, "organisation.exchangeServer"},
    {"onprem-exchange.runs-already", Effect::For, [](S) { return true; },
     [](S s) {
         return QStringLiteral("An Exchange server of its own takes the mail of %1 by its address, without a password.")
             .arg(s.name());
     },
     "onprem.server", 38},
    {"onprem-exchange.old-device", Effect::For, [](S s) { return s.tlsIsOld(); },
     [](S s) { return QStringLiteral("%1 %2; on the local network that is enough.").arg(s.name(), s.tlsWords()); },
     "client-submission.tls.minimum", 10},
    {"onprem-exchange.out-of-date", Effect::Warning,
     [](S s) { return s.organisation.onPremisesExchange == YesNo::Yes; },
     [](S) {
         return QStringLiteral("Keep the server up to date: Exchange Online slows the mail of out-of-date servers down "
                               "and then refuses it.");
     },
     "onprem.out-of-date"},
};

} // namespace

std::span<const Rule> highVolumeRules()
{
    return kHighVolume;
}

std::span<const Rule> azureRules()
{
    return kAzure;
}

std::span<const Rule> onPremisesRules()
{
    return kOnPremises;
}

} // namespace relaywright
