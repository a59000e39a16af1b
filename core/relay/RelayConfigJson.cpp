// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RelayConfig.h"

#include "core/base/JsonWriting.h"
#include "core/oauth/TokenAccountJson.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace relaywright {

namespace {

QJsonObject toObject(const RelayListener &listener);
QJsonObject toObject(const RelayAccount &account);
QJsonObject toObject(const RelayDevice &device);
QJsonObject toObject(const GraphWay &way);
QJsonObject toObject(const RelayUpstream &upstream);
QJsonObject toObject(const DkimSigning &signing);
QJsonObject toObject(const RelayRoute &route);

// Only what differs from a fresh one is written, besides the members that people look for: a short file is read.

void put(QJsonObject &json, const char *key, const QString &text)
{
    insertText(json, QLatin1String(key), text);
}

template <class T>
void put(QJsonObject &json, const char *key, const std::optional<T> &value)
{
    if (!value)
        return;
    if constexpr (std::is_same_v<T, int>)
        json.insert(QLatin1String(key), *value);
    else if constexpr (std::is_same_v<T, QTime>)
        json.insert(QLatin1String(key), value->toString(QStringLiteral("HH:mm")));
    else
        json.insert(QLatin1String(key), value->toString());
}

void putIf(QJsonObject &json, const char *key, bool value, bool usual = false)
{
    if (value != usual)
        json.insert(QLatin1String(key), value);
}

template <class T>
void putIf(QJsonObject &json, const char *key, T value, T usual)
{
    if (value != usual)
        json.insert(QLatin1String(key), static_cast<qint64>(value));
}

template <class T>
QJsonArray texts(const std::vector<T> &values)
{
    QJsonArray array;
    for (const T &value : values) {
        if constexpr (std::is_same_v<T, Domain>)
            array.append(value.toAscii());
        else
            array.append(value.toString());
    }
    return array;
}

template <class T>
void putTexts(QJsonObject &json, const char *key, const std::vector<T> &values)
{
    if (!values.empty())
        json.insert(QLatin1String(key), texts(values));
}

template <class T>
QJsonArray objects(const std::vector<T> &values)
{
    QJsonArray array;
    for (const T &value : values)
        array.append(toObject(value));
    return array;
}

template <class T>
void putObjects(QJsonObject &json, const char *key, const std::vector<T> &values)
{
    if (!values.empty())
        json.insert(QLatin1String(key), objects(values));
}

QString word(MinimumTls version)
{
    switch (version) {
    case MinimumTls::Tls10: return QStringLiteral("1.0");
    case MinimumTls::Tls11: return QStringLiteral("1.1");
    case MinimumTls::Tls12: return QStringLiteral("1.2");
    case MinimumTls::Tls13: return QStringLiteral("1.3");
    }
    Q_UNREACHABLE();
}

QString word(SignIn signIn)
{
    switch (signIn) {
    case SignIn::Off: return QStringLiteral("off");
    case SignIn::Optional: return QStringLiteral("optional");
    case SignIn::Required: return QStringLiteral("required");
    }
    Q_UNREACHABLE();
}

QString word(BareNewlines newlines)
{
    switch (newlines) {
    case BareNewlines::Content: return QStringLiteral("content");
    case BareNewlines::Refuse: return QStringLiteral("refuse");
    case BareNewlines::EndsData: return QStringLiteral("ends-data");
    }
    Q_UNREACHABLE();
}

QJsonObject toObject(const RelayListener &listener)
{
    const RelayListener usual{.listen = listener.listen, .networks = {}};
    QJsonObject json{{QStringLiteral("listen"), listener.listen.toString()},
                     {QStringLiteral("networks"), texts(listener.networks)},
                     {QStringLiteral("startTls"), listener.startTls}};
    putIf(json, "implicitTls", listener.implicitTls);
    putIf(json, "requireTls", listener.requireTls);
    if (listener.minimumTls != usual.minimumTls)
        put(json, "minimumTls", word(listener.minimumTls));
    put(json, "certificateFile", listener.certificateFile);
    put(json, "keyFile", listener.keyFile);
    put(json, "pkcs12File", listener.pkcs12File);
    put(json, "pkcs12Password", listener.pkcs12Password);
    if (listener.signIn != usual.signIn)
        put(json, "signIn", word(listener.signIn));
    putIf(json, "signInWithoutTls", listener.signInWithoutTls);
    if (listener.bareNewlines != usual.bareNewlines)
        put(json, "bareNewlines", word(listener.bareNewlines));
    return json;
}

QJsonObject toObject(const RelayAccount &account)
{
    QJsonObject json{{QStringLiteral("user"), account.user}};
    put(json, "passwordHash", account.passwordHash);
    put(json, "password", account.password);
    return json;
}

QJsonArray toArray(const Repairs &repairs)
{
    QJsonArray words;
    const auto add = [&words](bool allowed, const char *name) {
        if (allowed)
            words.append(QLatin1String(name));
    };
    add(repairs.date, "date");
    add(repairs.messageId, "messageId");
    add(repairs.bareNewlines, "bareNewlines");
    add(repairs.longLines, "longLines");
    add(repairs.displayName, "displayName");
    return words;
}

QJsonObject toObject(const RelayDevice &device)
{
    QJsonObject json{{QStringLiteral("name"), device.name}};
    putTexts(json, "networks", device.networks);
    put(json, "user", device.user);
    putTexts(json, "senders", device.senders);
    putIf(json, "internalOnly", device.internalOnly);
    putTexts(json, "allowedRecipients", device.allowedRecipients);
    putTexts(json, "deniedRecipients", device.deniedRecipients);
    if (device.maxMessageOctets)
        json.insert(QStringLiteral("maxMessageOctets"), static_cast<qint64>(*device.maxMessageOctets));
    put(json, "maxRecipientsPerMessage", device.maxRecipientsPerMessage);
    put(json, "maxMessagesPerMinute", device.maxMessagesPerMinute);
    put(json, "maxMessagesPerDay", device.maxMessagesPerDay);
    put(json, "maxConnections", device.maxConnections);
    if (device.repairs.any())
        json.insert(QStringLiteral("repairs"), toArray(device.repairs));
    put(json, "sendAs", device.sendAs);
    putIf(json, "keepReplyTo", device.keepReplyTo, true);
    put(json, "returnPath", device.returnPath);
    put(json, "route", device.route);
    return json;
}

QJsonObject toObject(const GraphWay &way)
{
    QJsonObject json;
    putIf(json, "saveToSentItems", way.saveToSentItems, true);
    if (way.service)
        put(json, "service", way.service->toString());
    return json;
}

QJsonObject toObject(const RelayUpstream &upstream)
{
    QJsonObject json{{QStringLiteral("maxConnections"), upstream.maxConnections},
                     {QStringLiteral("maxMessagesPerMinute"), upstream.maxMessagesPerMinute},
                     {QStringLiteral("maxRecipientsPerDay"), upstream.maxRecipientsPerDay}};
    if (upstream.graph) {
        json.insert(QStringLiteral("graph"), toObject(*upstream.graph));
    } else {
        json.insert(QStringLiteral("server"), upstream.server.toString());
        json.insert(QStringLiteral("tls"), toString(upstream.tls));
    }
    put(json, "caFile", upstream.caFile);
    put(json, "certificateFile", upstream.certificate.certificateFile);
    put(json, "keyFile", upstream.certificate.keyFile);
    put(json, "pkcs12File", upstream.certificate.pkcs12File);
    put(json, "pkcs12Password", upstream.certificate.password);
    put(json, "user", upstream.user);
    put(json, "password", upstream.password);
    if (upstream.oauth)
        json.insert(QStringLiteral("oauth"), toJson(*upstream.oauth));
    if (upstream.secretEnds)
        json.insert(QStringLiteral("secretEnds"), upstream.secretEnds->toString(Qt::ISODate));
    using std::chrono::minutes;
    const minutes::rep usualAfter =
        std::chrono::duration_cast<minutes>(RelayUpstream{upstream.server}.leaveAfter).count();
    putIf(json, "leaveAfterMinutes", std::chrono::duration_cast<minutes>(upstream.leaveAfter).count(), usualAfter);
    putIf(json, "leaveForMinutes", std::chrono::duration_cast<minutes>(upstream.leaveFor).count(), minutes::rep(0));
    put(json, "sendAs", upstream.sendAs);
    return json;
}

QJsonObject toObject(const DkimSigning &signing)
{
    return {{QStringLiteral("domain"), signing.domain.toAscii()},
            {QStringLiteral("selector"), signing.selector},
            {QStringLiteral("key"), signing.key.toString()}};
}

QJsonObject toObject(const RelayRoute &route)
{
    QJsonObject json{{QStringLiteral("name"), route.name}, {QStringLiteral("hosts"), objects(route.hosts)}};
    putObjects(json, "dkim", route.dkim);
    return json;
}

QJsonObject toObject(const RelayAlerts &alerts)
{
    const RelayAlerts usual;
    QJsonObject json;
    put(json, "mailTo", alerts.mailTo);
    put(json, "mailFrom", alerts.mailFrom);
    put(json, "quietFrom", alerts.quietFrom);
    put(json, "quietTo", alerts.quietTo);
    putIf(json, "repeatAfterMinutes", alerts.repeatAfter.count(), usual.repeatAfter.count());
    putIf(json, "queueAgeMinutes", alerts.queueAge.count(), usual.queueAge.count());
    putIf(json, "rateFactor", alerts.rateFactor, usual.rateFactor);
    putIf(json, "signInFailures", alerts.signInFailures, usual.signInFailures);
    putIf(json, "certificateDays", alerts.certificateDays.count(), usual.certificateDays.count());
    putIf(json, "unknownSource", alerts.unknownSource, usual.unknownSource);
    return json;
}

} // namespace

QByteArray toJson(const RelayConfig &config)
{
    QJsonObject json{{QStringLiteral("schema"), QStringLiteral("relaywright.relay/1")},
                     {QStringLiteral("name"), config.name},
                     {QStringLiteral("listeners"), objects(config.listeners)},
                     {QStringLiteral("upstream"), toObject(config.upstream)},
                     {QStringLiteral("maxMessageOctets"), static_cast<qint64>(config.maxMessageOctets)},
                     {QStringLiteral("maxRecipientsPerMessage"), config.maxRecipientsPerMessage},
                     {QStringLiteral("minFreeOctets"), static_cast<qint64>(config.minFreeOctets)},
                     {QStringLiteral("expiryHours"), static_cast<qint64>(config.expiry.count())},
                     {QStringLiteral("historyDays"), static_cast<qint64>(config.historyKept.count())}};
    put(json, "spoolFolder", config.spoolFolder);
    put(json, "hostName", config.hostName);
    putObjects(json, "accounts", config.accounts);
    putObjects(json, "devices", config.devices);
    putIf(json, "refuseStrangers", config.refuseStrangers);
    putTexts(json, "internalDomains", config.internalDomains);
    putObjects(json, "fallbacks", config.fallbacks);
    putObjects(json, "dkim", config.dkim);
    putObjects(json, "routes", config.routes);
    putIf(json, "keepContentsDays", config.contentsKept.count(), std::chrono::days::rep(0));
    putIf(json, "maxContentsOctets", static_cast<qint64>(config.maxContentsOctets), qint64(1) << 30);
    putIf(json, "delayReportMinutes", config.delayReport.count(), std::chrono::minutes::rep(4 * 60));
    putIf(json, "maxHistoryOctets", config.maxHistoryOctets, std::uint64_t(1) << 30);
    put(json, "postmaster", config.postmaster);
    put(json, "metrics", config.metrics);
    put(json, "logFile", config.logFile);
    putIf(json, "systemLog", config.systemLog);
    const QJsonObject alerts = toObject(config.alerts);
    if (!alerts.isEmpty())
        json.insert(QStringLiteral("alerts"), alerts);
    return QJsonDocument(json).toJson();
}

} // namespace relaywright
