// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RelayConfig.h"

#include "core/base/Domain.h"
#include "core/base/JsonReader.h"
#include "core/base/Text.h"
#include "core/relay/OpenRelay.h"

#include <QJsonDocument>
#include <QRegularExpression>

namespace relaywright {

namespace {

constexpr QLatin1String kSchemaPrefix("relaywright.relay/");
constexpr QLatin1String kSchema("relaywright.relay/1");
constexpr qint64 kMaxMessageOctets = 1ll << 30;
constexpr qint64 kMaxOctets = 1ll << 50;

Result<void> checkSchema(const QJsonObject &root)
{
    const QString schema = root.value(QLatin1String("schema")).toString();
    if (schema == kSchema)
        return {};
    if (schema.startsWith(kSchemaPrefix))
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("$.schema: this file was made for a newer Relaywright (%1). Update Relaywright, or make "
                                      "the file again from the plan.").arg(printable(schema.toUtf8(), 60)));
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("$.schema: must be \"%1\". Is this a relay configuration?").arg(kSchema));
}

/// A path or a name that goes to the file system as it is.
QString plainText(JsonReader &reader, QStringView key)
{
    const QString text = reader.string(key, QString());
    if (hasControlCharacters(text))
        reader.fail(key, QStringLiteral("must not hold control characters."));
    return text;
}

/// An optional text: missing and empty are the same.
template <class T, class Parse>
std::optional<T> optionalParsed(JsonReader &reader, QStringView key, Parse parse)
{
    if (reader.string(key, QString()).isEmpty())
        return std::nullopt;
    return reader.parsed<T>(key, parse);
}

Result<Endpoint> parseUpstreamServer(const QString &text)
{
    auto endpoint = Endpoint::parse(text, 587);
    if (endpoint && endpoint->port == 0)
        return failure(ErrorKind::InvalidInput, QStringLiteral("port 0 cannot be connected to. Use 587, 465 or 25."));
    return endpoint;
}

Result<Endpoint> parseListen(const QString &text)
{
    auto endpoint = Endpoint::parse(text, 2525);
    if (endpoint && !endpoint->host.address() && endpoint->host.toString() != QLatin1String("localhost"))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("\"%1\" is a name. Give an address of this computer, such as 192.168.10.2:25.")
                           .arg(endpoint->host.toString()));
    return endpoint;
}

void readListener(JsonReader &reader, RelayConfig &config)
{
    RelayListener listener{.listen = reader.parsed<Endpoint>(u"listen", &parseListen)
                                         .value_or(*Endpoint::parse(QStringLiteral("127.0.0.1:2525"))),
                           .networks = reader.parsedList<IpNetwork>(u"networks", &IpNetwork::parse),
                           .startTls = reader.boolean(u"startTls", true),
                           .certificateFile = plainText(reader, u"certificateFile"),
                           .keyFile = plainText(reader, u"keyFile")};
    if (listener.networks.empty())
        reader.fail(u"networks", QStringLiteral("must list at least one network that may send, such as 192.168.10.0/24 "
                                                "or 127.0.0.1; without it nobody may."));
    if (const auto reason = openRelayReason(listener.networks))
        reader.fail(u"networks", *reason);
    if (listener.certificateFile.isEmpty() != listener.keyFile.isEmpty())
        reader.fail(u"certificateFile", QStringLiteral("needs \"keyFile\" beside it; give both, or neither for a self-made one."));
    config.listeners.push_back(std::move(listener));
}

void checkSignIn(JsonReader &reader, const RelayUpstream &upstream)
{
    if (hasControlCharacters(upstream.user))
        reader.fail(u"user", QStringLiteral("must not hold control characters."));
    if (upstream.user.isEmpty() && upstream.password)
        reader.fail(u"user", QStringLiteral("is missing: \"password\" is of no use without it."));
    if (!upstream.user.isEmpty() && !upstream.password)
        reader.fail(u"password", QStringLiteral("is missing. Say where it is kept, such as keychain:%1.").arg(upstream.user));
    const bool inClear = upstream.tls == TlsPolicy::None || upstream.tls == TlsPolicy::Opportunistic;
    if (!upstream.user.isEmpty() && inClear)
        reader.fail(u"tls", QStringLiteral("must be starttls or implicit where the relay signs in, so that the password "
                                           "never travels in the clear."));
}

void readUpstream(JsonReader &reader, RelayUpstream &upstream)
{
    const auto server = reader.parsed<Endpoint>(u"server", &parseUpstreamServer);
    if (!server)
        return reader.fail(u"server", QStringLiteral("is missing. Give the smart host, such as smtp.office365.com:587."));
    upstream.server = *server;
    upstream.tls = reader.word<TlsPolicy>(u"tls", TlsPolicy::Required,
                                          {{"none", TlsPolicy::None}, {"opportunistic", TlsPolicy::Opportunistic},
                                           {"starttls", TlsPolicy::Required}, {"implicit", TlsPolicy::Implicit}});
    upstream.caFile = plainText(reader, u"caFile");
    upstream.user = reader.string(u"user", QString());
    upstream.password = optionalParsed<SecretRef>(reader, u"password", &SecretRef::parse);
    upstream.maxConnections = static_cast<int>(reader.integer(u"maxConnections", upstream.maxConnections, 1, 100));
    upstream.maxMessagesPerMinute
        = static_cast<int>(reader.integer(u"maxMessagesPerMinute", upstream.maxMessagesPerMinute, 1, 10'000'000));
    upstream.maxRecipientsPerDay
        = static_cast<int>(reader.integer(u"maxRecipientsPerDay", upstream.maxRecipientsPerDay, 1, 1'000'000'000));
    upstream.sendAs = optionalParsed<EmailAddress>(reader, u"sendAs", &EmailAddress::parse);
    checkSignIn(reader, upstream);
}

void readName(JsonReader &reader, RelayConfig &config)
{
    // It becomes a file name and a socket name, and a socket's path is short (108 octets on Linux).
    static const QRegularExpression good(QStringLiteral("\\A[A-Za-z0-9][A-Za-z0-9_-]{0,31}\\z"));
    config.name = reader.string(u"name", config.name);
    if (!good.match(config.name).hasMatch())
        reader.fail(u"name", QStringLiteral("must be 1 to 32 letters, digits, hyphens or underscores and begin with a letter or digit."));
}

void readLimits(JsonReader &reader, RelayConfig &config)
{
    config.maxMessageOctets = static_cast<std::uint64_t>(
        reader.integer(u"maxMessageOctets", static_cast<qint64>(config.maxMessageOctets), 1024, kMaxMessageOctets));
    config.maxRecipientsPerMessage // RFC 5321 §4.5.3.1.8: a server takes at least 100
        = static_cast<int>(reader.integer(u"maxRecipientsPerMessage", config.maxRecipientsPerMessage, 100, 100'000));
    config.minFreeOctets = static_cast<std::uint64_t>(
        reader.integer(u"minFreeOctets", static_cast<qint64>(config.minFreeOctets), 0, kMaxOctets));
    config.expiry = std::chrono::hours(reader.integer(u"expiryHours", config.expiry.count(), 1, 24 * 30));
    config.historyKept = std::chrono::days(reader.integer(u"historyDays", config.historyKept.count(), 1, 3660));
}

void readRoot(JsonReader &reader, RelayConfig &config)
{
    (void)reader.string(u"schema");
    readName(reader, config);
    config.spoolFolder = plainText(reader, u"spoolFolder");
    config.hostName = optionalParsed<QString>(reader, u"hostName", &parseDnsName).value_or(QString());
    reader.array(u"listeners", [&](JsonReader &item) { readListener(item, config); });
    if (config.listeners.empty())
        reader.fail(u"listeners", QStringLiteral("must hold at least one listener, such as "
                                                 "{\"listen\": \"127.0.0.1:2525\", \"networks\": [\"127.0.0.1\"]}."));
    if (!reader.has(u"upstream"))
        reader.fail(u"upstream", QStringLiteral("is missing. Give the smart host: {\"server\": \"smtp.office365.com:587\"}."));
    reader.object(u"upstream", [&](JsonReader &item) { readUpstream(item, config.upstream); });
    readLimits(reader, config);
    config.postmaster = optionalParsed<EmailAddress>(reader, u"postmaster", &EmailAddress::parse);
    reader.finish();
}

QJsonObject toObject(const RelayListener &listener)
{
    QJsonArray networks;
    for (const IpNetwork &network : listener.networks)
        networks.append(network.toString());
    QJsonObject json{{QStringLiteral("listen"), listener.listen.toString()},
                     {QStringLiteral("networks"), networks},
                     {QStringLiteral("startTls"), listener.startTls}};
    if (!listener.certificateFile.isEmpty()) {
        json.insert(QStringLiteral("certificateFile"), listener.certificateFile);
        json.insert(QStringLiteral("keyFile"), listener.keyFile);
    }
    return json;
}

QJsonObject toObject(const RelayUpstream &upstream)
{
    QJsonObject json{{QStringLiteral("server"), upstream.server.toString()},
                     {QStringLiteral("tls"), toString(upstream.tls)},
                     {QStringLiteral("maxConnections"), upstream.maxConnections},
                     {QStringLiteral("maxMessagesPerMinute"), upstream.maxMessagesPerMinute},
                     {QStringLiteral("maxRecipientsPerDay"), upstream.maxRecipientsPerDay}};
    if (!upstream.caFile.isEmpty())
        json.insert(QStringLiteral("caFile"), upstream.caFile);
    if (!upstream.user.isEmpty())
        json.insert(QStringLiteral("user"), upstream.user);
    if (upstream.password)
        json.insert(QStringLiteral("password"), upstream.password->toString());
    if (upstream.sendAs)
        json.insert(QStringLiteral("sendAs"), upstream.sendAs->toString());
    return json;
}

} // namespace

Result<RelayConfig> parseRelayConfig(const QByteArray &json)
{
    const auto root = parseJsonObject(json);
    if (!root)
        return tl::unexpected(root.error());
    if (const auto schema = checkSchema(*root); !schema)
        return tl::unexpected(schema.error());
    std::optional<Error> error;
    JsonReader reader(*root, error);
    RelayConfig config{.listeners = {}, .upstream = {.server = {.host = Host::of(IpAddress::fromV4(0))}}};
    readRoot(reader, config);
    if (error)
        return tl::unexpected(*error);
    return config;
}

QByteArray toJson(const RelayConfig &config)
{
    QJsonArray listeners;
    for (const RelayListener &listener : config.listeners)
        listeners.append(toObject(listener));
    QJsonObject json{{QStringLiteral("schema"), QString(kSchema)},
                     {QStringLiteral("name"), config.name},
                     {QStringLiteral("listeners"), listeners},
                     {QStringLiteral("upstream"), toObject(config.upstream)},
                     {QStringLiteral("maxMessageOctets"), static_cast<qint64>(config.maxMessageOctets)},
                     {QStringLiteral("maxRecipientsPerMessage"), config.maxRecipientsPerMessage},
                     {QStringLiteral("minFreeOctets"), static_cast<qint64>(config.minFreeOctets)},
                     {QStringLiteral("expiryHours"), static_cast<qint64>(config.expiry.count())},
                     {QStringLiteral("historyDays"), static_cast<qint64>(config.historyKept.count())}};
    if (!config.spoolFolder.isEmpty())
        json.insert(QStringLiteral("spoolFolder"), config.spoolFolder);
    if (!config.hostName.isEmpty())
        json.insert(QStringLiteral("hostName"), config.hostName);
    if (config.postmaster)
        json.insert(QStringLiteral("postmaster"), config.postmaster->toString());
    return QJsonDocument(json).toJson();
}

} // namespace relaywright
