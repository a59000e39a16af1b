// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/SiteDocument.h"

#include "core/base/JsonReader.h"
#include "core/base/JsonWriting.h"
#include "core/base/Text.h"
#include "core/site/SiteWords.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <set>

namespace relaywright {

namespace {

const QString kSchema = QStringLiteral("relaywright.site/1");
const QString kSchemaFamily = QStringLiteral("relaywright.site/");
constexpr qint64 kMostMessages = 1'000'000'000;
constexpr qint64 kMostOctets = Q_INT64_C(1) << 53; // JSON numbers are exact up to here

// --- writing ---

template <class T, class Text>
QJsonArray textArray(const std::vector<T> &values, Text text)
{
    QJsonArray array;
    for (const T &value : values)
        array += text(value);
    return array;
}

void insertDomain(QJsonObject &object, const QString &key, const std::optional<Domain> &domain)
{
    if (domain)
        object[key] = domain->toAscii();
}

template <class T>
void insertParsed(QJsonObject &object, const QString &key, const std::optional<T> &value)
{
    if (value)
        object[key] = value->toString();
}

void insertCount(QJsonObject &object, const QString &key, const std::optional<int> &count)
{
    if (count)
        object[key] = *count;
}

QJsonObject organisationJson(const Organisation &organisation)
{
    QJsonObject object;
    insertText(object, QStringLiteral("name"), organisation.name);
    object[u"acceptedDomains"] = textArray(organisation.acceptedDomains, [](const Domain &d) { return d.toAscii(); });
    object[u"cloud"] = organisation.cloud ? toString(*organisation.cloud) : toString(YesNo::Unknown);
    insertParsed(object, QStringLiteral("mxHost"), organisation.mxHost);
    insertText(object, QStringLiteral("existingSpf"), organisation.existingSpf);
    object[u"securityDefaults"] = toString(organisation.securityDefaults);
    object[u"smtpAuthDisabled"] = toString(organisation.smtpAuthDisabled);
    object[u"rejectDirectSend"] = toString(organisation.rejectDirectSend);
    insertDomain(object, QStringLiteral("tenant"), organisation.tenant);
    insertDomain(object, QStringLiteral("applicationDomain"), organisation.applicationDomain);
    insertDomain(object, QStringLiteral("internalDomain"), organisation.internalDomain);
    object[u"onPremisesExchange"] = toString(organisation.onPremisesExchange);
    object[u"hybrid"] = toString(organisation.hybrid);
    insertParsed(object, QStringLiteral("exchangeServer"), organisation.exchangeServer);
    insertCount(object, QStringLiteral("mailLicences"), organisation.mailLicences);
    object[u"hveBilling"] = toString(organisation.hveBilling);
    object[u"azureSubscription"] = toString(organisation.azureSubscription);
    return object;
}

QJsonObject networkJson(const Network &network)
{
    const auto cidr = [](const IpNetwork &block) { return block.toString(); };
    QJsonObject object{
        {QStringLiteral("id"), network.id},
        {QStringLiteral("egress"), textArray(network.egress, cidr)},
        {QStringLiteral("staticEgress"), toString(network.staticEgress)},
        {QStringLiteral("sharedEgress"), toString(network.sharedEgress)},
        {QStringLiteral("port25Open"), toString(network.port25Open)},
        {QStringLiteral("port587Open"), toString(network.port587Open)},
        {QStringLiteral("port443Open"), toString(network.port443Open)},
        {QStringLiteral("lan"), textArray(network.lan, cidr)},
    };
    insertParsed(object, QStringLiteral("relayHost"), network.relayHost);
    return object;
}

QJsonObject senderJson(const Sender &sender)
{
    QJsonObject object{
        {QStringLiteral("id"), sender.id},
        {QStringLiteral("name"), sender.name},
        {QStringLiteral("kind"), toString(sender.kind)},
        {QStringLiteral("hosting"), toString(sender.hosting)},
        {QStringLiteral("reach"), toString(sender.reach)},
        {QStringLiteral("tls"), toString(sender.tls)},
        {QStringLiteral("startTls"), toString(sender.startTls)},
        {QStringLiteral("signIn"), toString(sender.signIn)},
    };
    insertText(object, QStringLiteral("vendor"), sender.vendor);
    insertText(object, QStringLiteral("network"), sender.network);
    insertParsed(object, QStringLiteral("from"), sender.from);
    insertParsed(object, QStringLiteral("envelopeFrom"), sender.envelopeFrom);
    if (!sender.alsoFrom.empty())
        object[u"alsoFrom"] =
            textArray(sender.alsoFrom, [](const EmailAddress &address) { return address.toString(); });
    insertParsed(object, QStringLiteral("lanAddress"), sender.lanAddress);
    if (sender.onlyPort)
        object[u"onlyPort"] = *sender.onlyPort;
    insertParsed(object, QStringLiteral("signInAs"), sender.signInAs);
    insertParsed(object, QStringLiteral("repliesTo"), sender.repliesTo);
    insertCount(object, QStringLiteral("messagesPerMinute"), sender.messagesPerMinute);
    insertCount(object, QStringLiteral("recipientsPerDay"), sender.recipientsPerDay);
    insertCount(object, QStringLiteral("recipientsPerMessage"), sender.recipientsPerMessage);
    if (sender.largestMessageOctets)
        object[u"largestMessageOctets"] = static_cast<qint64>(*sender.largestMessageOctets);
    if (sender.habits != SenderHabits{})
        object[u"habits"] = QJsonArray::fromStringList(habitWords(sender.habits));
    return object;
}

QJsonObject appliedJson(const AppliedArtifact &applied)
{
    QJsonObject object{
        {QStringLiteral("artifact"), applied.artifact},
        {QStringLiteral("on"), applied.on.toString(Qt::ISODate)},
        {QStringLiteral("digest"), applied.digest},
    };
    if (applied.permissionsChangedAt)
        object[u"permissionsChangedAt"] = toDateTime(*applied.permissionsChangedAt).toUTC().toString(Qt::ISODateWithMs);
    return object;
}

// --- reading ---

template <class E, std::size_t N>
E readWord(JsonReader &reader, QStringView key, E fallback, const WordTable<E, N> &table)
{
    if (!reader.has(key))
        return fallback;
    const QString text = reader.string(key);
    QStringList known;
    for (const auto &[word, value] : table) {
        if (text == QLatin1String(word))
            return value;
        known += QLatin1String(word);
    }
    reader.fail(key, QStringLiteral("must be one of: %1.").arg(known.join(QStringLiteral(", "))));
    return fallback;
}

YesNo readYesNo(JsonReader &reader, QStringView key)
{
    return readWord(reader, key, YesNo::Unknown, kYesNoWords);
}

/// Free text for people: it must not be able to break a line, a header or a script.
QString readText(JsonReader &reader, QStringView key)
{
    const QString text = reader.string(key, QString());
    if (hasControlCharacters(text))
        reader.fail(key, QStringLiteral("must be one line of text without control characters."));
    return text;
}

std::optional<int> readCount(JsonReader &reader, QStringView key)
{
    if (!reader.has(key))
        return std::nullopt;
    return static_cast<int>(reader.integer(key, 0, 0, kMostMessages));
}

QString readId(JsonReader &reader, std::set<QString> &taken)
{
    const QString id = reader.string(u"id");
    if (!isId(id))
        reader.fail(u"id", QStringLiteral("must be lower-case letters, digits and single inner hyphens."));
    if (!taken.insert(id).second)
        reader.fail(u"id", QStringLiteral("\"%1\" is used twice. Give each its own id.").arg(id));
    return id;
}

std::optional<Cloud> readCloud(JsonReader &reader)
{
    if (!reader.has(u"cloud"))
        return Cloud::Worldwide;
    const QString word = reader.string(u"cloud");
    if (word == toString(YesNo::Unknown))
        return std::nullopt;
    return readWord(reader, u"cloud", Cloud::Worldwide, kCloudWords);
}

Organisation readOrganisation(JsonReader &reader)
{
    Organisation organisation;
    organisation.name = readText(reader, u"name");
    organisation.acceptedDomains = reader.parsedList<Domain>(u"acceptedDomains", &Domain::parse);
    organisation.cloud = readCloud(reader);
    organisation.mxHost = reader.parsed<Host>(u"mxHost", &Host::parse);
    organisation.existingSpf = readText(reader, u"existingSpf");
    organisation.securityDefaults = readYesNo(reader, u"securityDefaults");
    organisation.smtpAuthDisabled = readYesNo(reader, u"smtpAuthDisabled");
    organisation.rejectDirectSend = readYesNo(reader, u"rejectDirectSend");
    organisation.tenant = reader.parsed<Domain>(u"tenant", &Domain::parse);
    organisation.applicationDomain = reader.parsed<Domain>(u"applicationDomain", &Domain::parse);
    organisation.internalDomain = reader.parsed<Domain>(u"internalDomain", &Domain::parse);
    organisation.onPremisesExchange = readYesNo(reader, u"onPremisesExchange");
    organisation.hybrid = readYesNo(reader, u"hybrid");
    organisation.exchangeServer = reader.parsed<Host>(u"exchangeServer", &Host::parse);
    organisation.mailLicences = readCount(reader, u"mailLicences");
    organisation.hveBilling = readYesNo(reader, u"hveBilling");
    organisation.azureSubscription = readYesNo(reader, u"azureSubscription");
    return organisation;
}

Network readNetwork(JsonReader &reader, std::set<QString> &taken)
{
    Network network;
    network.id = readId(reader, taken);
    network.egress = reader.parsedList<IpNetwork>(u"egress", &IpNetwork::parse);
    network.staticEgress = readYesNo(reader, u"staticEgress");
    network.sharedEgress = readYesNo(reader, u"sharedEgress");
    network.port25Open = readYesNo(reader, u"port25Open");
    network.port587Open = readYesNo(reader, u"port587Open");
    network.port443Open = readYesNo(reader, u"port443Open");
    network.lan = reader.parsedList<IpNetwork>(u"lan", &IpNetwork::parse);
    network.relayHost = reader.parsed<Host>(u"relayHost", &Host::parse);
    return network;
}

SenderHabits readHabits(JsonReader &reader)
{
    SenderHabits habits;
    const QStringList words = reader.has(u"habits") ? reader.strings(u"habits") : QStringList();
    for (const QString &given : words) {
        if (!setHabit(habits, given))
            reader.fail(u"habits", QStringLiteral("\"%1\" is no habit. The words are: helo-only, bare-lf, no-date, "
                                                  "no-message-id, address-in-name.")
                                       .arg(given));
    }
    return habits;
}

Sender readSender(JsonReader &reader, std::set<QString> &taken, const std::set<QString> &networks)
{
    Sender sender;
    sender.id = readId(reader, taken);
    sender.name = readText(reader, u"name");
    sender.kind = readWord(reader, u"kind", SenderKind::Other, kSenderKindWords);
    sender.vendor = readText(reader, u"vendor");
    sender.network = reader.string(u"network", QString());
    if (!sender.network.isEmpty() && !networks.contains(sender.network))
        reader.fail(u"network", QStringLiteral("\"%1\" is not the id of a network of this site.").arg(sender.network));
    sender.hosting = readWord(reader, u"hosting", Hosting::Unknown, kHostingWords);
    sender.from = reader.parsed<EmailAddress>(u"from", &EmailAddress::parse);
    sender.envelopeFrom = reader.parsed<EmailAddress>(u"envelopeFrom", &EmailAddress::parse);
    sender.alsoFrom = reader.parsedList<EmailAddress>(u"alsoFrom", &EmailAddress::parse);
    sender.lanAddress = reader.parsed<IpAddress>(u"lanAddress", &IpAddress::parse);
    if (reader.has(u"onlyPort"))
        sender.onlyPort = static_cast<std::uint16_t>(reader.integer(u"onlyPort", 25, 1, 65535));
    sender.signInAs = reader.parsed<EmailAddress>(u"signInAs", &EmailAddress::parse);
    sender.repliesTo = reader.parsed<EmailAddress>(u"repliesTo", &EmailAddress::parse);
    sender.reach = readWord(reader, u"reach", Reach::Unknown, kReachWords);
    sender.tls = readWord(reader, u"tls", TlsAbility::Unknown, kTlsWords);
    sender.startTls = readYesNo(reader, u"startTls");
    sender.signIn = readWord(reader, u"signIn", SignInAbility::Unknown, kSignInWords);
    sender.messagesPerMinute = readCount(reader, u"messagesPerMinute");
    sender.recipientsPerDay = readCount(reader, u"recipientsPerDay");
    sender.recipientsPerMessage = readCount(reader, u"recipientsPerMessage");
    if (reader.has(u"largestMessageOctets"))
        sender.largestMessageOctets =
            static_cast<std::uint64_t>(reader.integer(u"largestMessageOctets", 0, 0, kMostOctets));
    sender.habits = readHabits(reader);
    return sender;
}

AppliedArtifact readApplied(JsonReader &reader)
{
    AppliedArtifact applied;
    applied.artifact = readText(reader, u"artifact");
    const QString on = reader.string(u"on");
    applied.on = QDate::fromString(on, Qt::ISODate);
    if (!applied.on.isValid())
        reader.fail(u"on", QStringLiteral("must be a day such as 2026-11-22."));
    applied.digest = readText(reader, u"digest");
    if (reader.has(u"permissionsChangedAt")) {
        const QDateTime at = QDateTime::fromString(reader.string(u"permissionsChangedAt"), Qt::ISODateWithMs);
        if (at.isValid())
            applied.permissionsChangedAt = fromDateTime(at);
        else
            reader.fail(u"permissionsChangedAt", QStringLiteral("must be a time such as 2026-11-22T10:00:00Z."));
    }
    return applied;
}

std::optional<Error> wrongSchema(const QString &schema)
{
    if (schema == kSchema)
        return std::nullopt;
    bool isNumber = false;
    const int version = schema.startsWith(kSchemaFamily) ? schema.mid(kSchemaFamily.size()).toInt(&isNumber) : 0;
    if (isNumber && version > 1)
        return Error{
            ErrorKind::Unsupported,
            QStringLiteral("This site was saved by a newer version of Relaywright (\"%1\"; this one reads \"%2\"). "
                           "Nothing was changed. Open it with that version, or update this one.")
                .arg(schema, kSchema)};
    return Error{ErrorKind::InvalidInput, QStringLiteral("$.schema: must be \"%1\"; this is not a site of Relaywright. "
                                                         "Choose a file that Relaywright saved.")
                                              .arg(kSchema)};
}

} // namespace

QByteArray toJson(const Site &site)
{
    QJsonObject root{
        {QStringLiteral("schema"), kSchema},
        {QStringLiteral("organisation"), organisationJson(site.organisation)},
        {QStringLiteral("networks"), textArray(site.networks, &networkJson)},
        {QStringLiteral("senders"), textArray(site.senders, &senderJson)},
    };
    if (!site.applied.empty())
        root[u"applied"] = textArray(site.applied, &appliedJson);
    return QJsonDocument(root).toJson(QJsonDocument::Indented);
}

Result<Site> parseSite(const QByteArray &json)
{
    auto object = parseJsonObject(json);
    if (!object)
        return tl::unexpected(object.error());
    std::optional<Error> error;
    JsonReader root(*object, error);
    const QString schema = root.string(u"schema");
    if (!error)
        error = wrongSchema(schema);
    if (error)
        return tl::unexpected(*error); // another version's members are not ours to judge
    Site site;
    root.object(u"organisation", [&](JsonReader &item) { site.organisation = readOrganisation(item); });
    std::set<QString> networks;
    std::set<QString> senders;
    root.array(u"networks", [&](JsonReader &item) { site.networks.push_back(readNetwork(item, networks)); });
    root.array(u"senders", [&](JsonReader &item) { site.senders.push_back(readSender(item, senders, networks)); });
    root.array(u"applied", [&](JsonReader &item) { site.applied.push_back(readApplied(item)); });
    root.finish();
    if (error)
        return tl::unexpected(*error);
    return site;
}

} // namespace relaywright
