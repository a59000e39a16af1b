// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/Probe.h"

#include "core/session/SmtpJson.h"

#include <QJsonArray>

#include <algorithm>

namespace relaywright {

namespace {

QJsonObject toObject(const ProbeRung &rung)
{
    return {{QStringLiteral("id"), rung.id},
            {QStringLiteral("state"), toString(rung.state)},
            {QStringLiteral("seen"), rung.seen},
            {QStringLiteral("detail"), rung.detail},
            {QStringLiteral("elapsedMs"), static_cast<qint64>(rung.elapsed.count())}};
}

QJsonObject toObject(const PortSight &port)
{
    return {{QStringLiteral("port"), port.port},
            {QStringLiteral("state"), toString(port.how)},
            {QStringLiteral("ms"), static_cast<qint64>(port.took.count())}};
}

QJsonArray toArray(const std::vector<PortSight> &ports)
{
    QJsonArray array;
    for (const PortSight &port : ports)
        array.append(toObject(port));
    return array;
}

QJsonArray toArray(const std::vector<VersionSight> &versions)
{
    QJsonArray array;
    for (const VersionSight &version : versions)
        array.append(QJsonObject{{QStringLiteral("version"), toString(version.version)},
                                 {QStringLiteral("accepted"), version.accepted},
                                 {QStringLiteral("words"), version.words}});
    return array;
}

QJsonValue toValue(const std::optional<Capabilities> &capabilities)
{
    return capabilities ? QJsonValue(toJson(*capabilities)) : QJsonValue::Null;
}

} // namespace

QString toString(ProbeRung::State state)
{
    switch (state) {
    case ProbeRung::State::Ok: return QStringLiteral("ok");
    case ProbeRung::State::Attention: return QStringLiteral("attention");
    case ProbeRung::State::Failed: return QStringLiteral("failed");
    case ProbeRung::State::Skipped: return QStringLiteral("skipped");
    }
    Q_UNREACHABLE();
}

QString displayName(const ProbeRung &rung)
{
    static const std::pair<QLatin1String, QLatin1String> kNames[] = {
        {QLatin1String("name"), QLatin1String("Name")},       {QLatin1String("address"), QLatin1String("Address")},
        {QLatin1String("tcp"), QLatin1String("TCP")},         {QLatin1String("banner"), QLatin1String("Banner")},
        {QLatin1String("ehlo"), QLatin1String("EHLO")},       {QLatin1String("tls"), QLatin1String("TLS")},
        {QLatin1String("sign-in"), QLatin1String("Sign-in")}, {QLatin1String("mail"), QLatin1String("MAIL")},
        {QLatin1String("rcpt"), QLatin1String("RCPT")},
    };
    const auto *found = std::ranges::find(kNames, rung.id, &std::pair<QLatin1String, QLatin1String>::first);
    return found == std::end(kNames) ? rung.id : QString(found->second);
}

ProbeRung::State ProbeReport::state() const
{
    const auto has = [this](ProbeRung::State state) {
        return std::ranges::any_of(rungs, [state](const ProbeRung &rung) { return rung.state == state; });
    };
    for (const ProbeRung::State state : {ProbeRung::State::Failed, ProbeRung::State::Attention, ProbeRung::State::Ok}) {
        if (has(state))
            return state;
    }
    return ProbeRung::State::Skipped;
}

QJsonObject toJson(const ProbeReport &report)
{
    QJsonArray rungs;
    for (const ProbeRung &rung : report.rungs)
        rungs.append(toObject(rung));
    return {{QStringLiteral("schema"), QStringLiteral("relaywright.probe/1")},
            {QStringLiteral("server"), report.server},
            {QStringLiteral("address"), report.address},
            {QStringLiteral("state"), toString(report.state())},
            {QStringLiteral("cancelled"), report.cancelled},
            {QStringLiteral("rungs"), rungs},
            {QStringLiteral("blame"), toString(report.judgement.blame)},
            {QStringLiteral("judgement"), report.judgement.sentence},
            {QStringLiteral("mailPorts"), toArray(report.mailPorts)},
            {QStringLiteral("webPort"), report.webPort ? QJsonValue(toObject(*report.webPort)) : QJsonValue::Null},
            {QStringLiteral("tlsVersions"), toArray(report.tlsVersions)},
            {QStringLiteral("tls"), report.tls ? QJsonValue(toJson(*report.tls)) : QJsonValue::Null},
            {QStringLiteral("capabilitiesBeforeTls"), toValue(report.beforeTls)},
            {QStringLiteral("capabilitiesAfterTls"), toValue(report.afterTls)},
            {QStringLiteral("transcript"), toJson(report.transcript)}};
}

} // namespace relaywright
