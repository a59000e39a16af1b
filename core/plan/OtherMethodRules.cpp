// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Rules.h"

// High Volume Email, Azure Communication Services and an own Exchange server: judged, but not yet set up by Relaywright,
// so that any of the four other methods comes before them.

namespace relaywright {

namespace {

using S = const Subject &;

constexpr int kNotSetUpHere = -100;

QString notSetUpSentence(S)
{
    return QStringLiteral("Relaywright judges this method but does not write its scripts yet.");
}

bool writesOutside(S s)
{
    return s.sender.reach == Reach::External || s.sender.reach == Reach::Both;
}

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
    {"high-volume-email.internal-only", Effect::Blocks, writesOutside,
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
    {"high-volume-email.billing", Effect::Blocks, [](S s) { return s.organisation().hveBilling == YesNo::No; },
     [](S) {
         return QStringLiteral(
             "The organisation has no billing policy for High Volume Email; an account without one cannot send.");
     },
     "hve.billing"},
    {"high-volume-email.billing-unknown", Effect::UnknownDecides,
     [](S s) { return s.organisation().hveBilling == YesNo::Unknown; },
     [](S) {
         return QStringLiteral("It is not known whether the organisation has a billing policy for High Volume Email.");
     },
     "hve.billing", 0, "organisation.hveBilling"},
    {"high-volume-email.cloud", Effect::Blocks, [](S s) { return s.organisation().cloud == Cloud::China; },
     [](S) { return QStringLiteral("High Volume Email does not exist in the cloud of 21Vianet."); }, "hve.clouds"},
    {"high-volume-email.cloud-unknown", Effect::UnknownDecides,
     [](S s) { return s.organisation().cloud != Cloud::Worldwide && s.organisation().cloud != Cloud::China; },
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
    {"high-volume-email.needs-sign-in", Effect::Blocks, noUsableSignIn, noSignInSentence, "hve.tls"},
    {"high-volume-email.sign-in-unknown", Effect::UnknownDecides, signInUnknown, signInUnknownSentence, "hve.tls", 0,
     "sender.signIn"},
    {"high-volume-email.recipients-per-message", Effect::Blocks,
     [](S s) {
         return s.above(s.sender.recipientsPerMessage,
                        s.knowledge.number(QStringLiteral("hve.recipients-per-message")));
     },
     [](S s) {
         return QStringLiteral("%1 writes to %2 recipients in one message; High Volume Email takes 50.")
             .arg(s.name(), countWords(*s.sender.recipientsPerMessage));
     },
     "hve.recipients-per-message"},
    {"high-volume-email.size", Effect::Blocks,
     [](S s) { return s.messageAbove(s.knowledge.number(QStringLiteral("hve.size"))); },
     [](S s) { return QStringLiteral("%1 sends messages over the 10 MB that High Volume Email takes.").arg(s.name()); },
     "hve.size"},
    {"high-volume-email.security-defaults", Effect::Change,
     [](S s) { return s.basic() && s.organisation().securityDefaults == YesNo::Yes; },
     [](S) {
         return QStringLiteral(
             "Security defaults are on and block it with a password; replace them by Conditional Access.");
     },
     "hve.security-defaults"},
    {"high-volume-email.security-defaults-unknown", Effect::UnknownToCheck,
     [](S s) { return s.basic() && s.organisation().securityDefaults == YesNo::Unknown; },
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
    {"high-volume-email.basic-until", Effect::Warning, [](S s) { return s.basic(); },
     [](S s) {
         return QStringLiteral("It supports sign-in with a password until %1.")
             .arg(dateWords(s.knowledge.date(QStringLiteral("hve.basic.until"))));
     },
     "hve.basic.until"},
    {"high-volume-email.price", Effect::Against, [](S) { return true; },
     [](S) { return QStringLiteral("It is paid for by the recipient."); }, "hve.price-per-million", -5},
    {"high-volume-email.not-set-up-here", Effect::Against, [](S) { return true; }, notSetUpSentence, "", kNotSetUpHere},
};

const Rule kAzure[] = {
    {"azure-communication-services.subscription", Effect::Blocks,
     [](S s) { return s.organisation().azureSubscription == YesNo::No; },
     [](S) {
         return QStringLiteral("The organisation has no Azure subscription, which Azure Communication Services needs.");
     },
     "acs.subscription"},
    {"azure-communication-services.subscription-unknown", Effect::UnknownDecides,
     [](S s) { return s.organisation().azureSubscription == YesNo::Unknown; },
     [](S) { return QStringLiteral("It is not known whether the organisation has an Azure subscription."); },
     "acs.subscription", 0, "organisation.azureSubscription"},
    {"azure-communication-services.needs-tls12", Effect::Blocks, [](S s) { return s.tlsIsOld(); },
     [](S s) {
         return QStringLiteral("%1 %2; Azure Communication Services requires TLS 1.2.").arg(s.name(), s.tlsWords());
     },
     "acs.tls.minimum"},
    {"azure-communication-services.tls-unknown", Effect::UnknownDecides, [](S s) { return s.tlsUnknown(); },
     tlsUnknownSentence, "acs.tls.minimum", 0, "sender.tls"},
    {"azure-communication-services.needs-sign-in", Effect::Blocks, noUsableSignIn, noSignInSentence, "acs.tls.minimum"},
    {"azure-communication-services.sign-in-unknown", Effect::UnknownDecides, signInUnknown, signInUnknownSentence,
     "acs.tls.minimum", 0, "sender.signIn"},
    {"azure-communication-services.recipients-per-message", Effect::Blocks,
     [](S s) {
         return s.above(s.sender.recipientsPerMessage,
                        s.knowledge.number(QStringLiteral("acs.recipients-per-message")));
     },
     [](S s) {
         return QStringLiteral("%1 writes to %2 recipients in one message; Azure Communication Services takes 50.")
             .arg(s.name(), countWords(*s.sender.recipientsPerMessage));
     },
     "acs.recipients-per-message"},
    {"azure-communication-services.size", Effect::Change,
     [](S s) { return s.messageAbove(s.knowledge.number(QStringLiteral("acs.size"))); },
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
    {"azure-communication-services.not-set-up-here", Effect::Against, [](S) { return true; }, notSetUpSentence, "",
     kNotSetUpHere - 10},
};

const Rule kOnPremises[] = {
    {"onprem-exchange.server", Effect::Blocks, [](S s) { return s.organisation().onPremisesExchange == YesNo::No; },
     [](S) { return QStringLiteral("The organisation has no Exchange server of its own."); }, "onprem.server"},
    {"onprem-exchange.server-unknown", Effect::UnknownDecides,
     [](S s) { return s.organisation().onPremisesExchange == YesNo::Unknown; },
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
                        s.knowledge.number(QStringLiteral("onprem.recipients-per-message")));
     },
     [](S s) { return QStringLiteral("Raise MaxRecipientsPerMessage of the receive connector for %1.").arg(s.name()); },
     "onprem.recipients-per-message"},
    {"onprem-exchange.size", Effect::Change,
     [](S s) { return s.messageAbove(s.knowledge.number(QStringLiteral("onprem.size"))); },
     [](S s) { return QStringLiteral("Raise MaxMessageSize of the receive connector for %1.").arg(s.name()); },
     "onprem.size"},
    {"onprem-exchange.connector", Effect::Change, [](S) { return true; },
     [](S s) { return QStringLiteral("Make a receive connector on the server for the address of %1.").arg(s.name()); },
     "onprem.server"},
    {"onprem-exchange.not-set-up-here", Effect::Against, [](S) { return true; }, notSetUpSentence, "",
     kNotSetUpHere - 20},
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
