// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/RelaySettings.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>

namespace relaywright {

namespace {

struct SettingsTexts {
    Q_DECLARE_TR_FUNCTIONS(RelaySettings)
};

QString member(const char *name)
{
    return QLatin1String(name);
}

const QString kListeners = QStringLiteral("listeners");
const QString kAccounts = QStringLiteral("accounts");
const QString kUpstream = QStringLiteral("upstream");
const QString kFallbacks = QStringLiteral("fallbacks");
const QString kRoutes = QStringLiteral("routes");
const QString kHosts = QStringLiteral("hosts");
const QString kDkim = QStringLiteral("dkim");
const QString kName = QStringLiteral("name");
const QString kAlerts = QStringLiteral("alerts");
const QString kDevices = QStringLiteral("devices");
const QString kRoute = QStringLiteral("route");

void addRows(SettingsRows &rows, const QString &route, const QJsonValue &array)
{
    for (const QJsonValue &value : array.toArray())
        rows.push_back({route, value.toObject()});
}

QJsonArray membersOf(const SettingsRows &rows, const QString &route)
{
    QJsonArray array;
    for (const SettingsRow &row : rows) {
        if (row.route == route)
            array.append(row.members);
    }
    return array;
}

void put(QJsonObject &object, const QString &key, const QJsonArray &array)
{
    if (array.isEmpty())
        object.remove(key);
    else
        object.insert(key, array);
}

void putWays(QJsonObject &settings, const SettingsRows &hosts, const SettingsRows &signings)
{
    QJsonArray usual = membersOf(hosts, {});
    if (usual.isEmpty())
        settings.remove(kUpstream);
    else
        settings.insert(kUpstream, usual.takeAt(0));
    put(settings, kFallbacks, usual);
    put(settings, kDkim, membersOf(signings, {}));
    QStringList names;
    for (const SettingsRows &rows : {hosts, signings}) {
        for (const SettingsRow &row : rows) {
            if (!row.route.isEmpty() && !names.contains(row.route))
                names += row.route;
        }
    }
    QJsonArray routes;
    for (const QString &name : std::as_const(names)) {
        QJsonObject route{{kName, name}, {kHosts, membersOf(hosts, name)}};
        put(route, kDkim, membersOf(signings, name));
        routes.append(route);
    }
    put(settings, kRoutes, routes);
}

void renameIn(SettingsRows &rows, const QString &from, const QString &to)
{
    for (SettingsRow &row : rows) {
        if (row.route == from)
            row.route = to;
    }
}

/// The number of the row that is the `index`-th of its way.
int rowIn(const SettingsRows &rows, const QString &route, int index)
{
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (rows[row].route == route && index-- == 0)
            return static_cast<int>(row);
    }
    return 0;
}

/// `$.routes[1].hosts[0].server: is missing.`
struct Fault {
    QString top;
    int index = 0; ///< of `top`, where it is a list
    QString inner; ///< a member of `top`; empty: `top` itself
    int innerIndex = 0;
    QString last; ///< a member of `inner`
    QString sentence;
};

Fault faultOf(const Error &error)
{
    static const QRegularExpression path(QStringLiteral("\\A\\$(?:\\.(\\w+)(?:\\[(\\d+)\\])?)(?:\\.(\\w+)(?:\\[(\\d+)"
                                                        "\\])?)?(?:\\.(\\w+)(?:\\[\\d+\\])?)?(?:\\.\\w+)*:? "
                                                        "(.*)\\z"),
                                         QRegularExpression::DotMatchesEverythingOption);
    const QRegularExpressionMatch match = path.match(error.detail);
    if (!match.hasMatch())
        return {.sentence = error.detail};
    const QString sentence = match.captured(6);
    return {.top = match.captured(1),
            .index = match.captured(2).toInt(),
            .inner = match.captured(3),
            .innerIndex = match.captured(4).toInt(),
            .last = match.captured(5),
            .sentence = sentence.left(1).toUpper() + sentence.mid(1)};
}

bool isAskedInBasics(const Fault &fault)
{
    static const QStringList ofHost{member("server"),   member("tls"),   member("user"),
                                    member("password"), member("oauth"), member("sendAs")};
    if (fault.top == kUpstream)
        return ofHost.contains(fault.inner);
    return fault.top == kListeners && fault.index == 0 && !fault.inner.startsWith(QLatin1String("pkcs12"));
}

SettingsProblem problemOfRoute(const Fault &fault, const QJsonObject &settings)
{
    const QString route = settings.value(kRoutes).toArray().at(fault.index).toObject().value(kName).toString();
    if (fault.inner == kDkim)
        return {RelaySection::Signing, rowIn(signingsIn(settings), route, fault.innerIndex), fault.last,
                fault.sentence};
    if (fault.inner == kHosts && fault.last.isEmpty())
        return {RelaySection::Signing, rowIn(signingsIn(settings), route, 0), kRoute,
                SettingsTexts::tr("No smart host belongs to this way out.")};
    const SettingsRows hosts = hostsIn(settings);
    if (fault.inner == kHosts)
        return {RelaySection::WaysOut, rowIn(hosts, route, fault.innerIndex), fault.last, fault.sentence};
    return {RelaySection::WaysOut, rowIn(hosts, route, 0), kRoute, fault.sentence};
}

bool isMemberOf(RelaySection section, const QString &name)
{
    static const QStringList telling{member("metrics"), member("logFile"), member("systemLog")};
    static const QStringList keeping{member("name"),
                                     member("hostName"),
                                     member("spoolFolder"),
                                     member("minFreeOctets"),
                                     member("maxMessageOctets"),
                                     member("maxRecipientsPerMessage"),
                                     member("expiryHours"),
                                     member("delayReportMinutes"),
                                     member("historyDays"),
                                     member("maxHistoryOctets"),
                                     member("keepContentsDays"),
                                     member("maxContentsOctets"),
                                     member("postmaster")};
    if (section == RelaySection::Alerts)
        return name == kAlerts;
    return (section == RelaySection::Telling ? telling : keeping).contains(name);
}

SettingsProblem problemOf(const Error &error, const QJsonObject &settings)
{
    static const QStringList devices{kDevices, member("refuseStrangers"), member("internalDomains")};
    const Fault fault = faultOf(error);
    if (fault.top == kListeners)
        return {isAskedInBasics(fault) ? RelaySection::Basics : RelaySection::Listeners, fault.index, fault.inner,
                fault.sentence};
    if (fault.top == kAccounts)
        return {RelaySection::Basics, 0, kAccounts, fault.sentence};
    if (fault.top == kUpstream)
        return {isAskedInBasics(fault) ? RelaySection::Basics : RelaySection::WaysOut, 0, fault.inner, fault.sentence};
    if (fault.top == kFallbacks)
        return {RelaySection::WaysOut, rowIn(hostsIn(settings), {}, fault.index + 1), fault.inner, fault.sentence};
    if (fault.top == kDkim)
        return {RelaySection::Signing, rowIn(signingsIn(settings), {}, fault.index), fault.inner, fault.sentence};
    if (fault.top == kRoutes)
        return problemOfRoute(fault, settings);
    if (fault.top == kAlerts)
        return {RelaySection::Alerts, 0, fault.inner, fault.sentence};
    if (devices.contains(fault.top))
        return {RelaySection::Devices, fault.index, fault.inner.isEmpty() ? fault.top : fault.inner, fault.sentence};
    return {isMemberOf(RelaySection::Telling, fault.top) ? RelaySection::Telling : RelaySection::Keeping, 0, fault.top,
            fault.sentence};
}

std::optional<SettingsProblem> alone(const QJsonObject &settings)
{
    const auto config = toConfig(settings);
    return config ? std::nullopt : std::optional(problemOf(config.error(), settings));
}

std::optional<SettingsProblem> atRow(std::optional<SettingsProblem> problem, RelaySection section, int row)
{
    if (!problem)
        return problem;
    problem->section = section; // what is asked in two places is said in this one
    problem->row = row;
    return problem;
}

std::optional<SettingsProblem> problemOfListener(const QJsonObject &settings, int row)
{
    const SettingsRows rows = listenersIn(settings);
    if (row < 0 || row >= static_cast<int>(rows.size()))
        return std::nullopt;
    QJsonObject one = freshSettings();
    putListeners(one, {rows[static_cast<std::size_t>(row)]});
    one.insert(kAccounts, settings.value(kAccounts).toArray());
    auto problem = atRow(alone(one), RelaySection::Listeners, row);
    if (problem && problem->field == kAccounts)
        problem->field = QStringLiteral("signIn");
    return problem;
}

std::optional<SettingsProblem> problemOfHost(const QJsonObject &settings, int row)
{
    const SettingsRows rows = hostsIn(settings);
    if (row < 0 || row >= static_cast<int>(rows.size()))
        return std::nullopt;
    QJsonObject one = freshSettings();
    const SettingsRow &wanted = rows[static_cast<std::size_t>(row)];
    putHosts(one, wanted.route.isEmpty() ? SettingsRows{wanted} : SettingsRows{hostsIn(one).front(), wanted});
    return atRow(alone(one), RelaySection::WaysOut, row);
}

std::optional<SettingsProblem> problemOfSigning(const QJsonObject &settings, int row)
{
    const SettingsRows rows = signingsIn(settings);
    if (row < 0 || row >= static_cast<int>(rows.size()))
        return std::nullopt;
    const SettingsRow &wanted = rows[static_cast<std::size_t>(row)];
    const SettingsRows hosts = hostsIn(settings);
    const bool isRoute =
        std::ranges::any_of(hosts, [&](const SettingsRow &host) { return host.route == wanted.route; });
    QJsonObject one = freshSettings();
    if (isRoute && !wanted.route.isEmpty())
        putHosts(one, {hostsIn(one).front(), {wanted.route, hostsIn(one).front().members}});
    putSignings(one, {wanted});
    return atRow(alone(one), RelaySection::Signing, row);
}

/// The section's own members beside what each file must have.
std::optional<SettingsProblem> problemOfMembers(const QJsonObject &settings, RelaySection section)
{
    QJsonObject some = freshSettings();
    for (auto it = settings.begin(); it != settings.end(); ++it) {
        if (isMemberOf(section, it.key()))
            some.insert(it.key(), it.value());
    }
    return alone(some);
}

} // namespace

QJsonObject settingsOf(const RelayConfig &config)
{
    return QJsonDocument::fromJson(toJson(config)).object();
}

QJsonObject freshSettings()
{
    return {
        {QStringLiteral("schema"), QStringLiteral("relaywright.relay/1")},
        {kListeners, QJsonArray{QJsonObject{{QStringLiteral("listen"), QStringLiteral("127.0.0.1:2525")},
                                            {QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")}}}}},
        {kUpstream, QJsonObject{{QStringLiteral("server"), QStringLiteral("smtp.office365.com:587")}}}};
}

Result<RelayConfig> toConfig(const QJsonObject &settings)
{
    return parseRelayConfig(QJsonDocument(settings).toJson(QJsonDocument::Compact));
}

SettingsRows listenersIn(const QJsonObject &settings)
{
    SettingsRows rows;
    addRows(rows, {}, settings.value(kListeners));
    return rows;
}

void putListeners(QJsonObject &settings, const SettingsRows &rows)
{
    settings.insert(kListeners, membersOf(rows, {}));
}

SettingsRows hostsIn(const QJsonObject &settings)
{
    SettingsRows rows;
    if (settings.contains(kUpstream))
        rows.push_back({{}, settings.value(kUpstream).toObject()});
    addRows(rows, {}, settings.value(kFallbacks));
    for (const QJsonValue &route : settings.value(kRoutes).toArray())
        addRows(rows, route.toObject().value(kName).toString(), route.toObject().value(kHosts));
    return rows;
}

void putHosts(QJsonObject &settings, const SettingsRows &rows)
{
    putWays(settings, rows, signingsIn(settings));
}

SettingsRows signingsIn(const QJsonObject &settings)
{
    SettingsRows rows;
    addRows(rows, {}, settings.value(kDkim));
    for (const QJsonValue &route : settings.value(kRoutes).toArray())
        addRows(rows, route.toObject().value(kName).toString(), route.toObject().value(kDkim));
    return rows;
}

void putSignings(QJsonObject &settings, const SettingsRows &rows)
{
    putWays(settings, hostsIn(settings), rows);
}

void renameWay(QJsonObject &settings, const QString &from, const QString &to)
{
    SettingsRows hosts = hostsIn(settings);
    SettingsRows signings = signingsIn(settings);
    renameIn(hosts, from, to);
    renameIn(signings, from, to);
    putWays(settings, hosts, signings);
    QJsonArray devices = settings.value(kDevices).toArray();
    for (auto &&value : devices) {
        QJsonObject device = value.toObject();
        if (device.value(kRoute).toString() != from)
            continue;
        if (to.isEmpty())
            device.remove(kRoute);
        else
            device.insert(kRoute, to);
        value = device;
    }
    put(settings, kDevices, devices);
}

QStringList routesIn(const QJsonObject &settings)
{
    QStringList names;
    for (const QJsonValue &route : settings.value(kRoutes).toArray())
        names += route.toObject().value(kName).toString();
    return names;
}

std::optional<SettingsProblem> problemIn(const QJsonObject &settings)
{
    return alone(settings);
}

std::optional<SettingsProblem> problemIn(const QJsonObject &settings, RelaySection section, int row)
{
    switch (section) {
    case RelaySection::Listeners: return problemOfListener(settings, row);
    case RelaySection::WaysOut: return problemOfHost(settings, row);
    case RelaySection::Signing: return problemOfSigning(settings, row);
    case RelaySection::Keeping:
    case RelaySection::Telling:
    case RelaySection::Alerts: return problemOfMembers(settings, section);
    case RelaySection::Basics:
    case RelaySection::Devices: break; // their forms have drafts of their own
    }
    return std::nullopt;
}

bool needsRestart(const RelayConfig &running, const RelayConfig &wanted)
{
    return running.name != wanted.name || running.hostName != wanted.hostName
           || running.spoolFolder != wanted.spoolFolder;
}

} // namespace relaywright
