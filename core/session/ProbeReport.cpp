// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/Probe.h"

#include <QJsonArray>

#include <algorithm>

namespace relaywright {

namespace {

QJsonArray toArray(const QByteArrayList &words)
{
    QJsonArray array;
    for (const QByteArray &word : words)
        array.append(QString::fromLatin1(word));
    return array;
}

QJsonObject toObject(const ProbeRung &rung)
{
    return {{QStringLiteral("id"), rung.id},
            {QStringLiteral("state"), toString(rung.state)},
            {QStringLiteral("seen"), rung.seen},
            {QStringLiteral("detail"), rung.detail},
            {QStringLiteral("elapsedMs"), static_cast<qint64>(rung.elapsed.count())}};
}

QJsonObject toObject(const TlsSummary &tls)
{
    return {{QStringLiteral("protocol"), tls.protocol},
            {QStringLiteral("cipher"), tls.cipher},
            {QStringLiteral("certificateNames"), QJsonArray::fromStringList(tls.certificateNames)},
            {QStringLiteral("issuer"), tls.issuer},
            {QStringLiteral("expires"), tls.expires.toUTC().toString(Qt::ISODate)},
            {QStringLiteral("faults"), QJsonArray::fromStringList(tls.faults)}};
}

QJsonValue toValue(const std::optional<Capabilities> &capabilities)
{
    if (!capabilities)
        return QJsonValue::Null;
    QJsonObject json{{QStringLiteral("serverName"), QString::fromLatin1(capabilities->serverName)},
                     {QStringLiteral("startTls"), capabilities->startTls},
                     {QStringLiteral("pipelining"), capabilities->pipelining},
                     {QStringLiteral("eightBitMime"), capabilities->eightBitMime},
                     {QStringLiteral("smtpUtf8"), capabilities->smtpUtf8},
                     {QStringLiteral("dsn"), capabilities->dsn},
                     {QStringLiteral("chunking"), capabilities->chunking},
                     {QStringLiteral("enhancedStatusCodes"), capabilities->enhancedStatusCodes},
                     {QStringLiteral("auth"), toArray(capabilities->authMechanisms)}};
    if (capabilities->sizeLimitOctets)
        json.insert(QStringLiteral("sizeLimitOctets"), static_cast<qint64>(*capabilities->sizeLimitOctets));
    return json;
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
            {QStringLiteral("tls"), report.tls ? QJsonValue(toObject(*report.tls)) : QJsonValue::Null},
            {QStringLiteral("capabilitiesBeforeTls"), toValue(report.beforeTls)},
            {QStringLiteral("capabilitiesAfterTls"), toValue(report.afterTls)},
            {QStringLiteral("transcript"), toJson(report.transcript)}};
}

} // namespace relaywright
