// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Text.h"
#include "core/relay/RelayConfigReading.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr qint64 kMaxMessageOctets = 1ll << 30;
constexpr qint64 kMany = 10'000'000;
constexpr qsizetype kMaxNameLength = 60;

template <class T>
std::optional<T> optionalNumber(JsonReader &reader, QStringView key, qint64 min, qint64 max)
{
    if (!reader.has(key))
        return std::nullopt;
    return static_cast<T>(reader.integer(key, min, min, max));
}

Repairs readRepairs(JsonReader &reader)
{
    Repairs repairs;
    const QStringList words = reader.strings(u"repairs");
    for (const QString &word : words) {
        if (word == QLatin1String("date"))
            repairs.date = true;
        else if (word == QLatin1String("messageId"))
            repairs.messageId = true;
        else if (word == QLatin1String("bareNewlines"))
            repairs.bareNewlines = true;
        else if (word == QLatin1String("longLines"))
            repairs.longLines = true;
        else if (word == QLatin1String("displayName"))
            repairs.displayName = true;
        else
            reader.fail(u"repairs",
                        QStringLiteral("must hold some of: date, messageId, bareNewlines, longLines, displayName."));
    }
    return repairs;
}

void checkName(JsonReader &reader, const RelayConfig &config, const QString &name)
{
    if (name.trimmed().isEmpty() || name.size() > kMaxNameLength || hasControlCharacters(name))
        reader.fail(u"name", QStringLiteral("must be 1 to %1 characters that can be read.").arg(kMaxNameLength));
    if (std::ranges::any_of(config.devices, [&](const RelayDevice &other) { return other.name == name; }))
        reader.fail(u"name", QStringLiteral("is there twice. Give each row a name of its own."));
}

} // namespace

void readDevice(JsonReader &reader, RelayConfig &config)
{
    RelayDevice device{
        .name = reader.string(u"name"),
        .networks = reader.parsedList<IpNetwork>(u"networks", &IpNetwork::parse),
        .user = reader.string(u"user", QString()),
        .senders = reader.parsedList<AddressPattern>(u"senders", &AddressPattern::parse),
        .internalOnly = reader.boolean(u"internalOnly", false),
        .allowedRecipients = reader.parsedList<AddressPattern>(u"allowedRecipients", &AddressPattern::parse),
        .deniedRecipients = reader.parsedList<AddressPattern>(u"deniedRecipients", &AddressPattern::parse),
        .maxMessageOctets = optionalNumber<std::uint64_t>(reader, u"maxMessageOctets", 1024, kMaxMessageOctets),
        .maxRecipientsPerMessage = optionalNumber<int>(reader, u"maxRecipientsPerMessage", 1, 100'000),
        .maxMessagesPerMinute = optionalNumber<int>(reader, u"maxMessagesPerMinute", 1, kMany),
        .maxMessagesPerDay = optionalNumber<int>(reader, u"maxMessagesPerDay", 1, kMany),
        .maxConnections = optionalNumber<int>(reader, u"maxConnections", 1, 1000),
        .repairs = readRepairs(reader),
        .sendAs = optionalParsed<EmailAddress>(reader, u"sendAs", &EmailAddress::parse),
        .keepReplyTo = reader.boolean(u"keepReplyTo", true),
        .returnPath = optionalParsed<EmailAddress>(reader, u"returnPath", &EmailAddress::parse),
        .route = reader.string(u"route", QString())};
    checkName(reader, config, device.name);
    const auto isUser = [&](const RelayAccount &account) { return account.user == device.user; };
    if (!device.user.isEmpty() && std::ranges::none_of(config.accounts, isUser))
        reader.fail(u"user", QStringLiteral("is no account of this relay. Nobody could sign in as it."));
    if (device.internalOnly && config.internalDomains.empty())
        reader.fail(u"internalOnly", QStringLiteral("needs your internal domains: which recipients are your own?"));
    const auto isRoute = [&](const RelayRoute &route) { return route.name == device.route; };
    if (!device.route.isEmpty() && device.route != defaultRouteName() && std::ranges::none_of(config.routes, isRoute))
        reader.fail(u"route", QStringLiteral("is no route of this relay."));
    config.devices.push_back(std::move(device));
}

} // namespace relaywright
