// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RelayConfig.h"

#include "core/base/Domain.h"
#include "core/base/Text.h"
#include "core/relay/RelayConfigReading.h"

#include <QRegularExpression>

#include <algorithm>

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
        return failure(
            ErrorKind::Unsupported,
            QStringLiteral("$.schema: this file was made for a newer Relaywright (%1). Update Relaywright, or make "
                           "the file again from the plan.")
                .arg(printable(schema.toUtf8(), 60)));
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("$.schema: must be \"%1\". Is this a relay configuration?").arg(kSchema));
}

void readName(JsonReader &reader, RelayConfig &config)
{
    // It becomes a file name and a socket name, and a socket's path is short (108 octets on Linux).
    static const QRegularExpression good(QStringLiteral("\\A[A-Za-z0-9][A-Za-z0-9_-]{0,31}\\z"));
    config.name = reader.string(u"name", config.name);
    if (!good.match(config.name).hasMatch())
        reader.fail(u"name",
                    QStringLiteral(
                        "must be 1 to 32 letters, digits, hyphens or underscores and begin with a letter or digit."));
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
    config.delayReport =
        std::chrono::minutes(reader.integer(u"delayReportMinutes", config.delayReport.count(), 0, 60 * 24 * 30));
    config.historyKept = std::chrono::days(reader.integer(u"historyDays", config.historyKept.count(), 1, 3660));
    config.maxHistoryOctets = static_cast<std::uint64_t>(
        reader.integer(u"maxHistoryOctets", static_cast<qint64>(config.maxHistoryOctets), 1 << 20, kMaxOctets));
    config.contentsKept = std::chrono::days(reader.integer(u"keepContentsDays", config.contentsKept.count(), 0, 3660));
    if (config.contentsKept > config.historyKept)
        reader.fail(u"keepContentsDays",
                    QStringLiteral("must not be more than the %1 days of the history: what it has forgotten cannot be "
                                   "sent again.")
                        .arg(config.historyKept.count()));
    config.maxContentsOctets = static_cast<std::uint64_t>(
        reader.integer(u"maxContentsOctets", static_cast<qint64>(config.maxContentsOctets), 1 << 20, kMaxOctets));
}

Result<Endpoint> parseMetrics(const QString &text)
{
    auto endpoint = Endpoint::parse(text, 9125);
    const bool loopback = endpoint
                          && (endpoint->host.toString() == QLatin1String("localhost")
                              || (endpoint->host.address() && endpoint->host.address()->isLoopback()));
    if (endpoint && !loopback)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("must be an address of this computer alone, such as 127.0.0.1:9125."));
    return endpoint;
}

void readWaysOut(JsonReader &reader, RelayConfig &config)
{
    if (!reader.has(u"upstream"))
        reader.fail(u"upstream", QStringLiteral("is missing. Give the smart host, such as smtp.office365.com:587."));
    reader.object(u"upstream", [&](JsonReader &item) {
        if (auto upstream = readUpstream(item))
            config.upstream = std::move(*upstream);
    });
    reader.array(u"fallbacks", [&](JsonReader &item) {
        if (auto upstream = readUpstream(item))
            config.fallbacks.push_back(std::move(*upstream));
    });
    reader.array(u"dkim", [&](JsonReader &item) { readDkim(item, config.dkim); });
    reader.array(u"routes", [&](JsonReader &item) { readRoute(item, config); });
}

void checkAccounts(JsonReader &reader, const RelayConfig &config)
{
    const bool asked =
        std::ranges::any_of(config.listeners, [](const RelayListener &one) { return one.signIn != SignIn::Off; });
    if (asked && config.accounts.empty())
        reader.fail(u"accounts", QStringLiteral("must hold at least one account: a listener asks devices to sign in."));
}

void readRoot(JsonReader &reader, RelayConfig &config)
{
    (void)reader.string(u"schema");
    readName(reader, config);
    config.spoolFolder = plainText(reader, u"spoolFolder");
    config.hostName = optionalParsed<QString>(reader, u"hostName", &parseDnsName).value_or(QString());
    config.internalDomains = reader.parsedList<Domain>(u"internalDomains", &Domain::parse);
    reader.array(u"accounts", [&](JsonReader &item) { readAccount(item, config); });
    reader.array(u"listeners", [&](JsonReader &item) { readListener(item, config); });
    if (config.listeners.empty())
        reader.fail(u"listeners", QStringLiteral("must hold at least one listener, such as "
                                                 "127.0.0.1:2525 for the network 127.0.0.1."));
    readWaysOut(reader, config);
    reader.array(u"devices", [&](JsonReader &item) { readDevice(item, config); }); // after accounts, domains and routes
    config.refuseStrangers = reader.boolean(u"refuseStrangers", false);
    if (config.refuseStrangers && config.devices.empty())
        reader.fail(u"refuseStrangers", QStringLiteral("would refuse everybody: no device has a row."));
    checkAccounts(reader, config);
    readLimits(reader, config);
    config.postmaster = optionalParsed<EmailAddress>(reader, u"postmaster", &EmailAddress::parse);
    config.metrics = optionalParsed<Endpoint>(reader, u"metrics", &parseMetrics);
    config.logFile = plainText(reader, u"logFile");
    config.systemLog = reader.boolean(u"systemLog", false);
    reader.object(u"alerts", [&](JsonReader &item) { readAlerts(item, config.alerts); });
    reader.finish();
}

} // namespace

QString plainText(JsonReader &reader, QStringView key)
{
    const QString text = reader.string(key, QString());
    if (hasControlCharacters(text))
        reader.fail(key, QStringLiteral("must not hold control characters."));
    return text;
}

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

QString defaultRouteName()
{
    return QStringLiteral("default");
}

std::vector<RelayRoute> RelayConfig::allRoutes() const
{
    std::vector<RelayRoute> all{{.name = defaultRouteName(), .hosts = {upstream}, .dkim = dkim}};
    all.front().hosts.insert(all.front().hosts.end(), fallbacks.begin(), fallbacks.end());
    all.insert(all.end(), routes.begin(), routes.end());
    return all;
}

} // namespace relaywright
