// SPDX-License-Identifier: GPL-3.0-or-later
// What was seen of a device, as facts of the site's inventory.
#include "core/rehearsal/DeviceInventory.h"

#include "core/site/SiteDocument.h"

#include <algorithm>
#include <iterator>

namespace relaywright {

namespace {

std::optional<TlsAbility> tlsAbility(const DeviceProfile &profile)
{
    if (!profile.tlsOffered || profile.tlsOffered->newest() == 0)
        return std::nullopt;
    const std::uint16_t newest = profile.tlsOffered->newest();
    if (newest >= 0x0304)
        return TlsAbility::Tls13;
    switch (newest) {
    case 0x0303: return TlsAbility::Tls12;
    case 0x0302: return TlsAbility::Tls11;
    case 0x0301: return TlsAbility::Tls10;
    default: return TlsAbility::Ssl3;
    }
}

std::optional<SignInAbility> signInAbility(const DeviceProfile &profile)
{
    const QStringList &tried = profile.signInTried;
    if (tried.contains(QLatin1String("XOAUTH2")) || tried.contains(QLatin1String("OAUTHBEARER")))
        return SignInAbility::OAuth;
    if (tried == QStringList{QStringLiteral("NTLM")})
        return SignInAbility::Ntlm;
    if (!tried.isEmpty())
        return SignInAbility::Basic;
    if (!profile.certificateNames.isEmpty())
        return SignInAbility::ClientCertificate;
    return profile.saidHelo ? std::optional(SignInAbility::None) : std::nullopt;
}

bool sendsAs(const Sender &sender, const DeviceProfile &profile)
{
    const auto own = addressesOf(sender);
    const auto isOwn = [&own](const EmailAddress &address) { return std::ranges::find(own, address) != own.end(); };
    return std::ranges::any_of(profile.headerFrom, isOwn) || std::ranges::any_of(profile.envelopeFrom, isOwn);
}

QString nameFor(const DeviceProfile &profile)
{
    const QString address = profile.address.toString();
    const bool isNamed =
        !profile.helo.isEmpty() && !profile.helo.startsWith(u'[') && profile.helo != QLatin1String("localhost");
    return isNamed ? profile.helo.left(100) : QStringLiteral("Device at %1").arg(address);
}

void addSenders(Sender &sender, const DeviceProfile &profile)
{
    if (!profile.headerFrom.empty() && !sender.from)
        sender.from = profile.headerFrom.front();
    for (const EmailAddress &address : profile.headerFrom) {
        const auto known = addressesOf(sender);
        if (std::ranges::find(known, address) == known.end())
            sender.alsoFrom.push_back(address);
    }
    if (!profile.envelopeFrom.empty() && !sender.envelopeFrom && sender.from != profile.envelopeFrom.front())
        sender.envelopeFrom = profile.envelopeFrom.front();
    if (const auto user = EmailAddress::parse(profile.signInUser); user && profile.signedIn)
        sender.signInAs = *user;
}

template <class T>
T larger(const std::optional<T> &known, T seen)
{
    return known ? std::max(*known, seen) : seen;
}

} // namespace

const Sender *knownSender(const Site &site, const DeviceProfile &profile)
{
    const auto byAddress = std::ranges::find_if(
        site.senders, [&profile](const Sender &sender) { return sender.lanAddress == profile.address; });
    if (byAddress != site.senders.end())
        return &*byAddress;
    const Sender *found = nullptr;
    for (const Sender &sender : site.senders) {
        if (!sendsAs(sender, profile))
            continue;
        if (found)
            return nullptr; // an address that several share tells nothing
        found = &sender;
    }
    return found;
}

Sender withProfile(Sender sender, const DeviceProfile &profile)
{
    sender.tls = tlsAbility(profile).value_or(sender.tls);
    sender.signIn = signInAbility(profile).value_or(sender.signIn);
    if (profile.startedTls || profile.saidHelo)
        sender.startTls = profile.startedTls ? YesNo::Yes : YesNo::No;
    if (!profile.address.isLoopback() && !sender.lanAddress)
        sender.lanAddress = profile.address;
    addSenders(sender, profile);
    if (profile.messages > 0) {
        sender.recipientsPerMessage = larger(sender.recipientsPerMessage, profile.mostRecipients);
        sender.largestMessageOctets = larger(sender.largestMessageOctets, profile.largestMessageOctets);
        sender.habits.bareLineFeeds = profile.bareLineFeedInMessages;
        sender.habits.noDate = profile.missingFields.contains(QLatin1String("Date"));
        sender.habits.noMessageId = profile.missingFields.contains(QLatin1String("Message-ID"));
        sender.habits.addressInName = profile.addressInName;
    }
    if (profile.saidHelo || profile.saidEhlo)
        sender.habits.heloOnly = profile.saidHelo;
    return sender;
}

Site withDevice(Site site, const DeviceProfile &profile)
{
    if (const Sender *known = knownSender(site, profile)) {
        Sender &sender = site.senders[static_cast<std::size_t>(known - site.senders.data())];
        sender = withProfile(sender, profile);
        return site;
    }
    Sender sender;
    sender.name = nameFor(profile);
    sender.id = makeSenderId(site, sender.name);
    site.senders.push_back(withProfile(std::move(sender), profile));
    return site;
}

std::vector<SenderFact> newsFor(const Sender &sender, const DeviceProfile &profile)
{
    const Sender after = withProfile(sender, profile);
    std::vector<SenderFact> news;
    std::ranges::copy_if(senderFacts(), std::back_inserter(news),
                         [&](SenderFact fact) { return factText(after, fact) != factText(sender, fact); });
    return news;
}

} // namespace relaywright
