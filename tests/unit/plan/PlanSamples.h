// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Plan.h"

namespace relaywright::samples {

template <class T>
T parsed(const char *text)
{
    return *T::parse(QString::fromUtf8(text));
}

/// An organisation of which everything is known and good, at one office with one static address of its own.
inline Site office()
{
    Site site;
    Organisation &organisation = site.organisation;
    organisation.name = QStringLiteral("Contoso");
    organisation.acceptedDomains = {parsed<Domain>("contoso.com")};
    organisation.mxHost = parsed<Host>("contoso-com.mail.protection.outlook.com");
    organisation.existingSpf = QStringLiteral("v=spf1 ip4:192.0.2.10 include:spf.protection.outlook.com -all");
    organisation.securityDefaults = YesNo::No;
    organisation.smtpAuthDisabled = YesNo::No;
    organisation.rejectDirectSend = YesNo::No;
    organisation.onPremisesExchange = YesNo::No;
    organisation.hveBilling = YesNo::No;
    organisation.azureSubscription = YesNo::No;
    Network network;
    network.id = QStringLiteral("office");
    network.egress = {parsed<IpNetwork>("192.0.2.10")};
    network.staticEgress = YesNo::Yes;
    network.sharedEgress = YesNo::No;
    network.port25Open = YesNo::Yes;
    network.port587Open = YesNo::Yes;
    network.port443Open = YesNo::Yes;
    network.lan = {parsed<IpNetwork>("10.1.0.0/16")};
    site.networks = {network};
    return site;
}

/// A scanner on the LAN with TLS 1.2 and a password, writing to everybody.
inline Sender scanner()
{
    Sender sender;
    sender.id = QStringLiteral("scanner");
    sender.name = QStringLiteral("The scanner");
    sender.kind = SenderKind::Scanner;
    sender.hosting = Hosting::OwnLan;
    sender.from = parsed<EmailAddress>("scanner@contoso.com");
    sender.signInAs = parsed<EmailAddress>("scanner@contoso.com");
    sender.reach = Reach::Both;
    sender.tls = TlsAbility::Tls12;
    sender.startTls = YesNo::Yes;
    sender.signIn = SignInAbility::Basic;
    return sender;
}

inline const QDate kBeforeSwitchOff(2026, 11, 22);
inline const QDate kAfterSwitchOff(2027, 1, 15);

inline SenderPlan planOf(Site site, const Sender &sender, QDate today = kBeforeSwitchOff)
{
    site.senders = {sender};
    return advise(site, Knowledge::builtIn(), today).senders.at(0);
}

inline const Option &optionOf(const SenderPlan &plan, Method method)
{
    return *plan.find(method);
}

inline const Reason *reasonOf(const Option &option, const char *rule)
{
    const auto it = std::ranges::find(option.reasons, QLatin1String(rule), &Reason::rule);
    return it == option.reasons.end() ? nullptr : &*it;
}

} // namespace relaywright::samples
