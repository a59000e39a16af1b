// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Control.h"

#include "core/base/JsonReader.h"

#include <QDir>
#include <QJsonArray>

#include <algorithm>
#include <limits>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace relaywright {

namespace {

constexpr qint64 kMaxCount = 1ll << 53;

QString timeText(TimePoint time)
{
    return toDateTime(time).toString(Qt::ISODateWithMs);
}

void insertTime(QJsonObject &json, const QString &key, const std::optional<TimePoint> &time)
{
    if (time)
        json.insert(key, timeText(*time));
}

std::optional<TimePoint> readTime(JsonReader &reader, QStringView key)
{
    const QString text = reader.string(key, QString());
    if (text.isEmpty())
        return std::nullopt;
    const QDateTime time = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (!time.isValid())
        reader.fail(key, QStringLiteral("must be a time such as 2026-11-22T10:00:00.000Z."));
    return fromDateTime(time);
}

quint64 readCount(JsonReader &reader, QStringView key)
{
    return static_cast<quint64>(reader.integer(key, 0, 0, kMaxCount));
}

QJsonValue number(quint64 count)
{
    return static_cast<qint64>(count);
}

} // namespace

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

QJsonObject toJson(const RelayStatus &status)
{
    QJsonObject json{{QStringLiteral("schema"), QStringLiteral("relaywright.relay-status/1")},
                     {QStringLiteral("version"), status.version},
                     {QStringLiteral("name"), status.name},
                     {QStringLiteral("startedAt"), timeText(status.startedAt)},
                     {QStringLiteral("condition"), toString(status.condition)},
                     {QStringLiteral("reason"), status.reason},
                     {QStringLiteral("listeners"), QJsonArray::fromStringList(status.listeners)},
                     {QStringLiteral("upstream"), status.upstream},
                     {QStringLiteral("accepted"), number(status.accepted)},
                     {QStringLiteral("delivered"), number(status.delivered)},
                     {QStringLiteral("bounced"), number(status.bounced)},
                     {QStringLiteral("refused"), number(status.refused)},
                     {QStringLiteral("queued"), number(status.queued)},
                     {QStringLiteral("held"), number(status.held)},
                     {QStringLiteral("damaged"), number(status.damaged)}};
    insertTime(json, QStringLiteral("nextAttempt"), status.nextAttempt);
    insertTime(json, QStringLiteral("emptyAt"), status.emptyAt);
    return json;
}

Result<RelayStatus> parseRelayStatus(const QJsonObject &json)
{
    std::optional<Error> error;
    JsonReader reader(json, error);
    RelayStatus status;
    (void)reader.string(u"schema");
    status.version = reader.string(u"version");
    status.name = reader.string(u"name");
    status.startedAt = readTime(reader, u"startedAt").value_or(TimePoint());
    status.condition = reader.word<RelayCondition>(u"condition", RelayCondition::Idle,
                                                   {{"idle", RelayCondition::Idle}, {"delivering", RelayCondition::Delivering},
                                                    {"waiting", RelayCondition::Waiting}, {"trouble", RelayCondition::Trouble},
                                                    {"paused", RelayCondition::Paused}});
    status.reason = reader.string(u"reason", QString());
    status.listeners = reader.strings(u"listeners");
    status.upstream = reader.string(u"upstream");
    status.accepted = readCount(reader, u"accepted");
    status.delivered = readCount(reader, u"delivered");
    status.bounced = readCount(reader, u"bounced");
    status.refused = readCount(reader, u"refused");
    status.queued = readCount(reader, u"queued");
    status.held = readCount(reader, u"held");
    status.damaged = readCount(reader, u"damaged");
    status.nextAttempt = readTime(reader, u"nextAttempt");
    status.emptyAt = readTime(reader, u"emptyAt");
    if (error) // unknown members are a newer relay's and do no harm
        return tl::unexpected(*error);
    return status;
}

QJsonObject toJson(const QueueEntry &entry)
{
    QJsonObject json{{QStringLiteral("id"), entry.id},
                     {QStringLiteral("receivedAt"), timeText(entry.receivedAt)},
                     {QStringLiteral("sender"), entry.sender},
                     {QStringLiteral("recipients"), QJsonArray::fromStringList(entry.recipients)},
                     {QStringLiteral("octets"), number(entry.octets)},
                     {QStringLiteral("source"), entry.source},
                     {QStringLiteral("state"), entry.state},
                     {QStringLiteral("attempts"), entry.attempts},
                     {QStringLiteral("lastReply"), entry.lastReply}};
    insertTime(json, QStringLiteral("nextAttempt"), entry.nextAttempt);
    return json;
}

Result<QueueEntry> parseQueueEntry(const QJsonObject &json)
{
    std::optional<Error> error;
    JsonReader reader(json, error);
    QueueEntry entry;
    entry.id = reader.string(u"id");
    entry.receivedAt = readTime(reader, u"receivedAt").value_or(TimePoint());
    entry.sender = reader.string(u"sender");
    entry.recipients = reader.strings(u"recipients");
    entry.octets = readCount(reader, u"octets");
    entry.source = reader.string(u"source", QString());
    entry.state = reader.string(u"state");
    entry.attempts = static_cast<int>(reader.integer(u"attempts", 0, 0, std::numeric_limits<int>::max()));
    entry.nextAttempt = readTime(reader, u"nextAttempt");
    entry.lastReply = reader.string(u"lastReply", QString());
    if (error)
        return tl::unexpected(*error);
    return entry;
}

namespace {

struct KindWord { ErrorKind kind; QLatin1String word; };
constexpr KindWord kKindWords[] = {
    {ErrorKind::InvalidInput, QLatin1String("invalid-input")}, {ErrorKind::NotFound, QLatin1String("not-found")},
    {ErrorKind::Denied, QLatin1String("denied")},              {ErrorKind::Timeout, QLatin1String("timeout")},
    {ErrorKind::Unreachable, QLatin1String("unreachable")},    {ErrorKind::TlsFailed, QLatin1String("tls-failed")},
    {ErrorKind::Storage, QLatin1String("storage")},            {ErrorKind::Unsupported, QLatin1String("unsupported")},
    {ErrorKind::Cancelled, QLatin1String("cancelled")},
};

} // namespace

QString controlWord(ErrorKind kind)
{
    const auto found = std::ranges::find(kKindWords, kind, &KindWord::kind);
    return found == std::end(kKindWords) ? QStringLiteral("unsupported") : QString(found->word);
}

ErrorKind parseControlWord(const QString &word)
{
    const auto found = std::ranges::find_if(kKindWords, [&](const KindWord &one) { return one.word == word; });
    return found == std::end(kKindWords) ? ErrorKind::Unsupported : found->kind;
}

namespace {

/// Letters, digits, hyphens and underscores stay: a name is no path.
QString plainName(const QString &name)
{
    QString plain = name.left(32);
    for (QChar &c : plain) {
        const bool good = (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || c == u'-';
        c = good ? c : QChar(u'_');
    }
    return plain;
}

} // namespace

#ifdef Q_OS_UNIX
QString controlSocketFolder()
{
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    if (!runtime.isEmpty() && QDir(runtime).exists())
        return runtime + QLatin1String("/relaywright");
    return QStringLiteral("%1/relaywright-%2").arg(QDir::tempPath()).arg(::geteuid());
}

QString controlSocketName(const QString &name)
{
    return QStringLiteral("%1/%2.sock").arg(controlSocketFolder(), plainName(name));
}
#else
QString controlSocketFolder()
{
    return {};
}

QString controlSocketName(const QString &name)
{
    return QStringLiteral("relaywright-%1-%2").arg(qEnvironmentVariable("USERNAME"), plainName(name));
}
#endif

} // namespace relaywright
