// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Rules.h"

// A local relay takes the mail on the local network, so what counts here is whether the sender reaches it. How it hands
// mail on is in UpstreamRules.cpp.

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

    // What no upstream takes.
    {"local-relay.recipients-per-message", Effect::Blocks,
     [](S s) {
         return s.above(s.sender.recipientsPerMessage, s.figure("client-submission.recipients-per-message.most"));
     },
     [](S s) {
         return QStringLiteral("%1 writes to more recipients in one message than Exchange Online takes.").arg(s.name());
     },
     "client-submission.recipients-per-message.most"},
    {"local-relay.message-size", Effect::Blocks,
     [](S s) { return s.messageAbove(s.figure("client-submission.size-advertised")); },
     [](S s) { return QStringLiteral("%1 sends messages larger than Exchange Online takes.").arg(s.name()); },
     "client-submission.size-advertised"},
    {"local-relay.onmicrosoft", Effect::Blocks, [](S s) { return s.exceedsInitialDomain(); },
     [](S s) { return s.initialDomainSentence(); }, "tenant.onmicrosoft.external-recipients"},
    {"local-relay.from-unknown", Effect::UnknownToCheck, [](S s) { return !s.sender.from; },
     [](S s) {
         return QStringLiteral("It is not known as which address %1 sends; the relay's upstream must allow it.")
             .arg(s.name());
     },
     "client-submission.sender-address", 0, "sender.from"},
    {"local-relay.from-accepted", Effect::Change, [](S s) { return s.sendsFromOutside(); },
     [](S s) {
         return QStringLiteral("Send as an address of the organisation: %1 is in none of its accepted domains.")
             .arg(s.addressesNotAccepted());
     },
     "client-submission.sender-address"},

    // What speaks for and against it.
    {"local-relay.asks-little", Effect::For, [](S) { return true; },
     [](S s) {
         return QStringLiteral(
                    "%1 hands its mail to a computer on the local network, which does TLS and sign-in for it.")
             .arg(s.name());
     },
     "local-relay.no-open-relay", 10},
    {"local-relay.old-device", Effect::For, [](S s) { return s.tlsIsOld(); },
     [](S s) { return QStringLiteral("%1 %2; on the local network that is enough.").arg(s.name(), s.tlsWords()); },
     "client-submission.tls.minimum", 20},
    {"local-relay.no-sign-in", Effect::For, [](S s) { return s.sender.signIn == SignInAbility::None; },
     [](S s) { return QStringLiteral("%1 cannot sign in; the relay knows it by its address.").arg(s.name()); },
     "local-relay.no-open-relay", 5},
    {"local-relay.one-more-thing", Effect::Against, [](S) { return true; },
     [](S) { return QStringLiteral("It is one more thing to run: the computer must be on when mail is sent."); },
     "local-relay.unsupported-iis", -5},
};

} // namespace

std::span<const Rule> localRelayRules()
{
    return kRules;
}

} // namespace relaywright
