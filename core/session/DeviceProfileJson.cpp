// SPDX-License-Identifier: GPL-3.0-or-later
// A device's profile as JSON: for people and scripts, and for the relay's own memory of its sources.
#include "core/session/DeviceProfile.h"

#include "core/base/Text.h"

#include <QJsonArray>

#include <algorithm>

namespace relaywright {

namespace {

QStringList texts(const std::vector<EmailAddress> &addresses)
{
    QStringList list;
    for (const EmailAddress &address : addresses)
        list += address.toString();
    return list;
}

QStringList versionNames(const ClientHello &hello)
{
    QStringList names;
    for (const std::uint16_t version : hello.versions)
        names += tlsVersionName(version);
    return names;
}

constexpr qsizetype kMaxTextChars = 300;
constexpr std::size_t kMaxCiphers = 200;
constexpr std::uint16_t kVersions[] = {0x0304, 0x0303, 0x0302, 0x0301, 0x0300};

QString readText(const QJsonValue &value)
{
    return printable(value.toString().toUtf8(), kMaxTextChars);
}

QStringList readTexts(const QJsonValue &value)
{
    QStringList texts;
    for (const QJsonValue &one : value.toArray())
        addOnce(texts, readText(one));
    return texts;
}

std::vector<EmailAddress> readAddresses(const QJsonValue &value)
{
    std::vector<EmailAddress> addresses;
    for (const QString &text : readTexts(value)) {
        if (auto address = EmailAddress::parse(text))
            addresses.push_back(std::move(*address));
    }
    return addresses;
}

TimePoint readTime(const QJsonValue &value)
{
    const QDateTime time = QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
    return time.isValid() ? fromDateTime(time) : TimePoint();
}

std::optional<ClientHello> readHello(const QJsonValue &value)
{
    if (!value.isObject())
        return std::nullopt;
    ClientHello hello{.serverName = readText(value[u"serverName"])};
    const QStringList names = readTexts(value[u"versions"]);
    for (const std::uint16_t version : kVersions) {
        if (names.contains(tlsVersionName(version)))
            hello.versions.push_back(version);
    }
    for (const QJsonValue &cipher : value[u"ciphers"].toArray()) {
        if (hello.ciphers.size() < kMaxCiphers)
            hello.ciphers.push_back(cipher.toString().toUShort(nullptr, 16));
    }
    return hello;
}

} // namespace

QJsonObject toJson(const DeviceProfile &profile)
{
    QJsonObject json{{QStringLiteral("address"), profile.address.toString()},
                     {QStringLiteral("firstSeen"), toDateTime(profile.firstSeen).toString(Qt::ISODateWithMs)},
                     {QStringLiteral("lastSeen"), toDateTime(profile.lastSeen).toString(Qt::ISODateWithMs)},
                     {QStringLiteral("conversations"), profile.conversations},
                     {QStringLiteral("messages"), profile.messages},
                     {QStringLiteral("hello"), profile.saidEhlo   ? QStringLiteral("ehlo")
                                               : profile.saidHelo ? QStringLiteral("helo")
                                                                  : QString()},
                     {QStringLiteral("heloName"), profile.helo},
                     {QStringLiteral("startTls"), profile.startedTls},
                     {QStringLiteral("tlsUsed"), profile.tlsUsed},
                     {QStringLiteral("tlsFailure"), profile.tlsFailure},
                     {QStringLiteral("certificateNames"), QJsonArray::fromStringList(profile.certificateNames)},
                     {QStringLiteral("signInTried"), QJsonArray::fromStringList(profile.signInTried)},
                     {QStringLiteral("signInUser"), profile.signInUser},
                     {QStringLiteral("signedIn"), profile.signedIn},
                     {QStringLiteral("envelopeFrom"), QJsonArray::fromStringList(texts(profile.envelopeFrom))},
                     {QStringLiteral("headerFrom"), QJsonArray::fromStringList(texts(profile.headerFrom))},
                     {QStringLiteral("addressInName"), profile.addressInName},
                     {QStringLiteral("mostRecipients"), profile.mostRecipients},
                     {QStringLiteral("largestMessageOctets"), static_cast<qint64>(profile.largestMessageOctets)},
                     {QStringLiteral("missingFields"), QJsonArray::fromStringList(profile.missingFields)},
                     {QStringLiteral("crlfInMessages"), profile.crlfInMessages},
                     {QStringLiteral("bareLineFeedInMessages"), profile.bareLineFeedInMessages},
                     {QStringLiteral("bareCarriageReturnInMessages"), profile.bareCarriageReturnInMessages},
                     {QStringLiteral("longLinesInMessages"), profile.longLinesInMessages},
                     {QStringLiteral("undeclaredEightBit"), profile.undeclaredEightBit},
                     {QStringLiteral("bareLineFeedInCommands"), profile.bareLineFeedInCommands},
                     {QStringLiteral("extensionsUsed"), QJsonArray::fromStringList(profile.extensionsUsed)},
                     {QStringLiteral("lastRefusal"), profile.lastRefusal},
                     {QStringLiteral("seen"), QJsonArray::fromStringList(describe(profile))}};
    if (profile.tlsOffered) {
        QJsonArray ciphers;
        for (const std::uint16_t cipher : profile.tlsOffered->ciphers)
            ciphers += QStringLiteral("%1").arg(cipher, 4, 16, QLatin1Char('0'));
        json[u"tlsOffered"] =
            QJsonObject{{QStringLiteral("versions"), QJsonArray::fromStringList(versionNames(*profile.tlsOffered))},
                        {QStringLiteral("ciphers"), ciphers},
                        {QStringLiteral("serverName"), profile.tlsOffered->serverName}};
    }
    return json;
}

Result<DeviceProfile> parseDeviceProfile(const QJsonObject &json)
{
    const auto address = IpAddress::parse(json[u"address"].toString());
    if (!address)
        return tl::unexpected(address.error());
    const QString hello = json[u"hello"].toString();
    DeviceProfile profile;
    profile.address = *address;
    profile.firstSeen = readTime(json[u"firstSeen"]);
    profile.lastSeen = readTime(json[u"lastSeen"]);
    profile.conversations = std::max(0, json[u"conversations"].toInt());
    profile.messages = std::max(0, json[u"messages"].toInt());
    profile.helo = readText(json[u"heloName"]);
    profile.saidEhlo = hello == QLatin1String("ehlo");
    profile.saidHelo = hello == QLatin1String("helo");
    profile.startedTls = json[u"startTls"].toBool();
    profile.tlsOffered = readHello(json[u"tlsOffered"]);
    profile.tlsUsed = readText(json[u"tlsUsed"]);
    profile.tlsFailure = readText(json[u"tlsFailure"]);
    profile.certificateNames = readTexts(json[u"certificateNames"]);
    profile.signInTried = readTexts(json[u"signInTried"]);
    profile.signInUser = readText(json[u"signInUser"]);
    profile.signedIn = json[u"signedIn"].toBool();
    profile.envelopeFrom = readAddresses(json[u"envelopeFrom"]);
    profile.headerFrom = readAddresses(json[u"headerFrom"]);
    profile.addressInName = json[u"addressInName"].toBool();
    profile.mostRecipients = std::max(0, json[u"mostRecipients"].toInt());
    profile.largestMessageOctets =
        static_cast<std::uint64_t>(std::max<qint64>(0, json[u"largestMessageOctets"].toInteger()));
    profile.missingFields = readTexts(json[u"missingFields"]);
    profile.crlfInMessages = json[u"crlfInMessages"].toBool();
    profile.bareLineFeedInMessages = json[u"bareLineFeedInMessages"].toBool();
    profile.bareCarriageReturnInMessages = json[u"bareCarriageReturnInMessages"].toBool();
    profile.longLinesInMessages = json[u"longLinesInMessages"].toBool();
    profile.undeclaredEightBit = json[u"undeclaredEightBit"].toBool();
    profile.bareLineFeedInCommands = json[u"bareLineFeedInCommands"].toBool();
    profile.extensionsUsed = readTexts(json[u"extensionsUsed"]);
    profile.lastRefusal = readText(json[u"lastRefusal"]);
    return profile;
}

} // namespace relaywright
