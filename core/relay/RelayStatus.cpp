// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RelayStatus.h"

#include "core/relay/ControlJson.h"

#include <QJsonArray>

#include <algorithm>
#include <limits>

namespace relaywright {

QString toString(RelayCondition condition)
{
    switch (condition) {
    case RelayCondition::Idle: return QStringLiteral("idle");
    case RelayCondition::Delivering: return QStringLiteral("delivering");
    case RelayCondition::Waiting: return QStringLiteral("waiting");
    case RelayCondition::Trouble: return QStringLiteral("trouble");
    case RelayCondition::Paused: return QStringLiteral("paused");
    }
    Q_UNREACHABLE();
}

namespace {

QJsonObject toJson(const LatencySummary &latency)
{
    return {{QStringLiteral("messages"), countValue(latency.messages)},
            {QStringLiteral("p50Ms"), static_cast<qint64>(latency.median.count())},
            {QStringLiteral("p95Ms"), static_cast<qint64>(latency.percentile95.count())}};
}

LatencySummary readLatency(JsonReader &reader)
{
    return {.messages = readCount(reader, u"messages"),
            .median = std::chrono::milliseconds(readCount(reader, u"p50Ms")),
            .percentile95 = std::chrono::milliseconds(readCount(reader, u"p95Ms"))};
}

} // namespace

QJsonObject toJson(const RouteStatus &route)
{
    QJsonObject json{{QStringLiteral("name"), route.name},
                     {QStringLiteral("state"), route.state},
                     {QStringLiteral("reason"), route.reason},
                     {QStringLiteral("host"), route.host},
                     {QStringLiteral("hosts"), QJsonArray::fromStringList(route.hosts)},
                     {QStringLiteral("busyConnections"), route.busyConnections}};
    insertText(json, QStringLiteral("refusedBy"), route.refusedBy);
    if (route.isOwnFault)
        json.insert(QStringLiteral("ownFault"), true);
    insertTime(json, QStringLiteral("nextAttempt"), route.nextAttempt);
    insertTime(json, QStringLiteral("leftUntil"), route.leftUntil);
    insertTime(json, QStringLiteral("emptyAt"), route.emptyAt);
    if (route.leftThisMinute)
        json.insert(QStringLiteral("leftThisMinute"), countValue(*route.leftThisMinute));
    if (route.latency)
        json.insert(QStringLiteral("latency"), toJson(*route.latency));
    return json;
}

QJsonObject toJson(const AlertStatus &alert)
{
    return {{QStringLiteral("kind"), alert.kind},
            {QStringLiteral("subject"), alert.subject},
            {QStringLiteral("sentence"), alert.sentence},
            {QStringLiteral("since"), controlTime(alert.since)}};
}

QJsonObject toJson(const RelayStatus &status)
{
    QJsonObject json{{QStringLiteral("schema"), QStringLiteral("relaywright.relay-status/1")},
                     {QStringLiteral("protocol"), status.protocol},
                     {QStringLiteral("version"), status.version},
                     {QStringLiteral("name"), status.name},
                     {QStringLiteral("startedAt"), controlTime(status.startedAt)},
                     {QStringLiteral("condition"), toString(status.condition)},
                     {QStringLiteral("reason"), status.reason},
                     {QStringLiteral("listeners"), QJsonArray::fromStringList(status.listeners)},
                     {QStringLiteral("upstream"), status.upstream},
                     {QStringLiteral("accepted"), countValue(status.accepted)},
                     {QStringLiteral("acceptedOctets"), countValue(status.acceptedOctets)},
                     {QStringLiteral("delivered"), countValue(status.delivered)},
                     {QStringLiteral("deferred"), countValue(status.deferred)},
                     {QStringLiteral("bounced"), countValue(status.bounced)},
                     {QStringLiteral("refused"), countValue(status.refused)},
                     {QStringLiteral("connections"), countValue(status.connections)},
                     {QStringLiteral("queued"), countValue(status.queued)},
                     {QStringLiteral("held"), countValue(status.held)},
                     {QStringLiteral("damaged"), countValue(status.damaged)},
                     {QStringLiteral("freeOctets"), countValue(status.freeOctets)}};
    insertTime(json, QStringLiteral("oldest"), status.oldest);
    insertTime(json, QStringLiteral("nextAttempt"), status.nextAttempt);
    insertTime(json, QStringLiteral("emptyAt"), status.emptyAt);
    QJsonArray routes;
    for (const RouteStatus &route : status.routes)
        routes.append(toJson(route));
    json.insert(QStringLiteral("routes"), routes);
    QJsonArray alerts;
    for (const AlertStatus &alert : status.alerts)
        alerts.append(toJson(alert));
    json.insert(QStringLiteral("alerts"), alerts);
    return json;
}

namespace {

RouteStatus readRoute(JsonReader &reader)
{
    RouteStatus route;
    route.name = reader.string(u"name");
    route.state = reader.string(u"state");
    route.reason = reader.string(u"reason", QString());
    route.host = reader.string(u"host", QString());
    route.hosts = reader.strings(u"hosts");
    route.refusedBy = reader.string(u"refusedBy", QString());
    route.isOwnFault = reader.boolean(u"ownFault", false);
    route.busyConnections = static_cast<int>(reader.integer(u"busyConnections", 0, 0, std::numeric_limits<int>::max()));
    route.nextAttempt = readTime(reader, u"nextAttempt");
    route.leftUntil = readTime(reader, u"leftUntil");
    route.emptyAt = readTime(reader, u"emptyAt");
    if (reader.has(u"leftThisMinute"))
        route.leftThisMinute = readCount(reader, u"leftThisMinute");
    reader.object(u"latency", [&](JsonReader &item) { route.latency = readLatency(item); });
    return route;
}

AlertStatus readAlert(JsonReader &reader)
{
    AlertStatus alert;
    alert.kind = reader.string(u"kind");
    alert.subject = reader.string(u"subject", QString());
    alert.sentence = reader.string(u"sentence");
    alert.since = readTime(reader, u"since").value_or(TimePoint());
    return alert;
}

void readCounts(JsonReader &reader, RelayStatus &status)
{
    status.accepted = readCount(reader, u"accepted");
    status.acceptedOctets = readCount(reader, u"acceptedOctets");
    status.delivered = readCount(reader, u"delivered");
    status.deferred = readCount(reader, u"deferred");
    status.bounced = readCount(reader, u"bounced");
    status.refused = readCount(reader, u"refused");
    status.connections = readCount(reader, u"connections");
    status.queued = readCount(reader, u"queued");
    status.held = readCount(reader, u"held");
    status.damaged = readCount(reader, u"damaged");
    status.freeOctets = readCount(reader, u"freeOctets");
}

} // namespace

Result<RelayStatus> parseRelayStatus(const QJsonObject &json)
{
    std::optional<Error> error;
    JsonReader reader(json, error);
    RelayStatus status;
    (void)reader.string(u"schema");
    status.protocol = static_cast<int>(reader.integer(u"protocol", 0, 0, std::numeric_limits<int>::max()));
    status.version = reader.string(u"version");
    status.name = reader.string(u"name");
    status.startedAt = readTime(reader, u"startedAt").value_or(TimePoint());
    status.condition = reader.word<RelayCondition>(u"condition", RelayCondition::Idle,
                                                   {{"idle", RelayCondition::Idle},
                                                    {"delivering", RelayCondition::Delivering},
                                                    {"waiting", RelayCondition::Waiting},
                                                    {"trouble", RelayCondition::Trouble},
                                                    {"paused", RelayCondition::Paused}});
    status.reason = reader.string(u"reason", QString());
    status.listeners = reader.strings(u"listeners");
    status.upstream = reader.string(u"upstream");
    readCounts(reader, status);
    status.oldest = readTime(reader, u"oldest");
    status.nextAttempt = readTime(reader, u"nextAttempt");
    status.emptyAt = readTime(reader, u"emptyAt");
    reader.array(u"routes", [&](JsonReader &item) { status.routes.push_back(readRoute(item)); });
    reader.array(u"alerts", [&](JsonReader &item) { status.alerts.push_back(readAlert(item)); });
    if (error) // unknown members are a newer relay's and do no harm
        return tl::unexpected(*error);
    return status;
}

namespace {

struct HistoryRow {
    QLatin1String name;
    quint32 TrafficHistory::Minute::*member;
};
constexpr HistoryRow kHistoryRows[] = {
    {QLatin1String("accepted"), &TrafficHistory::Minute::accepted},
    {QLatin1String("delivered"), &TrafficHistory::Minute::delivered},
    {QLatin1String("bounced"), &TrafficHistory::Minute::bounced},
    {QLatin1String("refused"), &TrafficHistory::Minute::refused},
    {QLatin1String("queued"), &TrafficHistory::Minute::queued},
};

} // namespace

QJsonObject toJson(const TrafficHistory &history)
{
    QJsonObject json{{QStringLiteral("schema"), QStringLiteral("relaywright.relay-history/1")},
                     {QStringLiteral("from"), controlTime(history.from)}};
    for (const auto &[name, member] : kHistoryRows) {
        QJsonArray row;
        for (const TrafficHistory::Minute &minute : history.minutes)
            row.append(static_cast<qint64>(minute.*member));
        json.insert(name, row);
    }
    return json;
}

Result<TrafficHistory> parseTrafficHistory(const QJsonObject &json)
{
    std::optional<Error> error;
    JsonReader reader(json, error);
    TrafficHistory history;
    history.from = readTime(reader, u"from").value_or(TimePoint());
    if (error)
        return tl::unexpected(*error);
    history.minutes.resize(static_cast<std::size_t>(
        std::min<qsizetype>(json.value(QLatin1String("accepted")).toArray().size(), TrafficHistory::kMinutes)));
    for (const auto &[name, member] : kHistoryRows) {
        const QJsonArray row = json.value(name).toArray();
        for (std::size_t i = 0; i < history.minutes.size(); ++i) {
            const qint64 count = row.at(static_cast<qsizetype>(i)).toInteger(-1);
            if (count < 0 || count > std::numeric_limits<quint32>::max())
                return failure(ErrorKind::InvalidInput, QStringLiteral("$.%1[%2] must be a count.").arg(name).arg(i));
            history.minutes[i].*member = static_cast<quint32>(count);
        }
    }
    return history;
}

} // namespace relaywright
