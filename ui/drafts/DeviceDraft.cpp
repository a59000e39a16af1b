// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/DeviceDraft.h"

#include "ui/drafts/DraftValues.h"

#include <QCoreApplication>

#include <algorithm>

namespace relaywright {

namespace {

struct DeviceTexts {
    Q_DECLARE_TR_FUNCTIONS(DeviceDraft)
};

constexpr int kMaxMegabytes = 1024;
constexpr int kMaxRecipients = 100'000;
constexpr int kMaxConnections = 1000;
constexpr int kMany = 10'000'000;
constexpr std::uint64_t kMegabyte = 1 << 20;

std::optional<int> countOf(const QString &text, int most)
{
    std::optional<int> count;
    keepCount(count, text, most);
    return count;
}

template <class T, class Parse>
std::optional<T> valueOf(const QString &text, Parse parse)
{
    std::optional<T> value;
    keepOne(value, text, parse);
    return value;
}

void checkNames(Problems &problems, const DeviceDraft &draft, const RelayConfig &config, const QStringList &others)
{
    const QString name = draft.name.trimmed();
    if (name.isEmpty())
        addProblem(problems, "name", DeviceTexts::tr("Give the row a name, such as that of the device."));
    else if (others.contains(name))
        addProblem(problems, "name", DeviceTexts::tr("Another row has this name. Give each a name of its own."));
    const QString user = draft.user.trimmed();
    const auto isUser = [&user](const RelayAccount &account) { return account.user == user; };
    if (!user.isEmpty() && std::ranges::none_of(config.accounts, isUser))
        addProblem(problems, "user",
                   DeviceTexts::tr("The relay has no account %1, so nobody could sign in as it.").arg(user));
    const QString route = draft.route.trimmed();
    const auto isRoute = [&route](const RelayRoute &one) { return one.name == route; };
    if (!route.isEmpty() && route != defaultRouteName() && std::ranges::none_of(config.routes, isRoute))
        addProblem(problems, "route", DeviceTexts::tr("The relay has no route %1.").arg(route));
}

} // namespace

Problems check(const DeviceDraft &draft, const RelayConfig &config, const QStringList &others)
{
    Problems problems;
    checkNames(problems, draft, config, others);
    checkList(problems, "networks", draft.networks, &IpNetwork::parse);
    checkList(problems, "senders", draft.senders, &AddressPattern::parse);
    checkList(problems, "internalDomains", draft.internalDomains, &Domain::parse);
    if (draft.internalOnly && internalDomainsOf(draft).empty()
        && problemOf(problems, QStringLiteral("internalDomains")).isEmpty())
        addProblem(problems, "internalDomains",
                   DeviceTexts::tr("List your own domains: which recipients are internal?"));
    checkList(problems, "allowedRecipients", draft.allowedRecipients, &AddressPattern::parse);
    checkList(problems, "deniedRecipients", draft.deniedRecipients, &AddressPattern::parse);
    checkCount(problems, "maxMegabytes", draft.maxMegabytes, kMaxMegabytes);
    checkCount(problems, "maxRecipientsPerMessage", draft.maxRecipientsPerMessage, kMaxRecipients);
    checkCount(problems, "maxMessagesPerMinute", draft.maxMessagesPerMinute, kMany);
    checkCount(problems, "maxMessagesPerDay", draft.maxMessagesPerDay, kMany);
    checkCount(problems, "maxConnections", draft.maxConnections, kMaxConnections);
    checkOne(problems, "sendAs", draft.sendAs, &EmailAddress::parse);
    checkOne(problems, "returnPath", draft.returnPath, &EmailAddress::parse);
    return problems;
}

RelayDevice toDevice(const DeviceDraft &draft)
{
    RelayDevice device{.name = draft.name.trimmed(),
                       .networks = parseList<IpNetwork>(draft.networks, &IpNetwork::parse),
                       .user = draft.user.trimmed(),
                       .senders = parseList<AddressPattern>(draft.senders, &AddressPattern::parse),
                       .internalOnly = draft.internalOnly,
                       .allowedRecipients = parseList<AddressPattern>(draft.allowedRecipients, &AddressPattern::parse),
                       .deniedRecipients = parseList<AddressPattern>(draft.deniedRecipients, &AddressPattern::parse),
                       .maxRecipientsPerMessage = countOf(draft.maxRecipientsPerMessage, kMaxRecipients),
                       .maxMessagesPerMinute = countOf(draft.maxMessagesPerMinute, kMany),
                       .maxMessagesPerDay = countOf(draft.maxMessagesPerDay, kMany),
                       .maxConnections = countOf(draft.maxConnections, kMaxConnections),
                       .repairs = draft.repairs,
                       .sendAs = valueOf<EmailAddress>(draft.sendAs, &EmailAddress::parse),
                       .keepReplyTo = draft.keepReplyTo,
                       .returnPath = valueOf<EmailAddress>(draft.returnPath, &EmailAddress::parse),
                       .route = draft.route.trimmed()};
    if (const auto megabytes = countOf(draft.maxMegabytes, kMaxMegabytes))
        device.maxMessageOctets = static_cast<std::uint64_t>(*megabytes) * kMegabyte;
    return device;
}

std::vector<Domain> internalDomainsOf(const DeviceDraft &draft)
{
    return parseList<Domain>(draft.internalDomains, &Domain::parse);
}

DeviceDraft draftOf(const RelayDevice &device, const std::vector<Domain> &internalDomains)
{
    QStringList domains;
    for (const Domain &domain : internalDomains)
        domains += domain.toDisplay();
    DeviceDraft draft{.name = device.name,
                      .networks = joined(device.networks),
                      .user = device.user,
                      .senders = joined(device.senders),
                      .internalOnly = device.internalOnly,
                      .internalDomains = domains.join(QLatin1String(", ")),
                      .allowedRecipients = joined(device.allowedRecipients),
                      .deniedRecipients = joined(device.deniedRecipients),
                      .maxMegabytes = {},
                      .maxRecipientsPerMessage = countText(device.maxRecipientsPerMessage),
                      .maxMessagesPerMinute = countText(device.maxMessagesPerMinute),
                      .maxMessagesPerDay = countText(device.maxMessagesPerDay),
                      .maxConnections = countText(device.maxConnections),
                      .repairs = device.repairs,
                      .sendAs = textOf(device.sendAs),
                      .keepReplyTo = device.keepReplyTo,
                      .returnPath = textOf(device.returnPath),
                      .route = device.route};
    if (device.maxMessageOctets) // rounded up: a limit that was typed as octets is not to become nothing
        draft.maxMegabytes = QString::number((*device.maxMessageOctets + kMegabyte - 1) / kMegabyte);
    return draft;
}

} // namespace relaywright
