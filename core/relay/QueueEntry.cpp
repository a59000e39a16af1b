// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/QueueEntry.h"

#include "core/relay/ControlJson.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <limits>

namespace relaywright {

namespace {

constexpr int kMaxQueueLimit = 10'000;
constexpr int kMaxTraceLimit = 1000;
constexpr qsizetype kMaxText = 320; // the longest address, and more

QString readText(JsonReader &reader, QStringView key)
{
    const QString text = reader.string(key, QString());
    if (text.size() > kMaxText)
        reader.fail(key, QStringLiteral("is too long: %1 characters at most.").arg(kMaxText));
    return text;
}

QString readWord(JsonReader &reader, QStringView key, const QStringList &words)
{
    const QString text = reader.string(key, QString());
    if (!text.isEmpty() && !words.contains(text))
        reader.fail(key, QStringLiteral("must be one of: %1.").arg(words.join(QLatin1String(", "))));
    return text;
}

int readInt(JsonReader &reader, QStringView key, int fallback, int min, int max)
{
    return static_cast<int>(reader.integer(key, fallback, min, max));
}

template <class T>
Result<T> result(T &&value, std::optional<Error> &error)
{
    if (error)
        return tl::unexpected(std::move(*error));
    return std::forward<T>(value);
}

/// The objects of the array `key`, read by `parse`.
template <class T, class Parse>
Result<std::vector<T>> listOf(const QJsonObject &json, const QString &key, Parse parse)
{
    std::vector<T> list;
    const QJsonArray array = json.value(key).toArray();
    for (const QJsonValue &item : array) {
        auto value = parse(item.toObject());
        if (!value)
            return tl::unexpected(value.error());
        list.push_back(std::move(*value));
    }
    return list;
}

template <class T>
QJsonArray arrayOf(const std::vector<T> &list)
{
    QJsonArray array;
    for (const T &value : list)
        array.append(toJson(value));
    return array;
}

} // namespace

QJsonObject toJson(const QueueEntry &entry)
{
    QJsonObject json{{QStringLiteral("id"), entry.id},
                     {QStringLiteral("receivedAt"), controlTime(entry.receivedAt)},
                     {QStringLiteral("sender"), entry.sender},
                     {QStringLiteral("recipients"), QJsonArray::fromStringList(entry.recipients)},
                     {QStringLiteral("octets"), countValue(entry.octets)},
                     {QStringLiteral("source"), entry.source},
                     {QStringLiteral("state"), entry.state},
                     {QStringLiteral("attempts"), entry.attempts},
                     {QStringLiteral("lastReply"), entry.lastReply}};
    insertTime(json, QStringLiteral("nextAttempt"), entry.nextAttempt);
    insertTime(json, QStringLiteral("finishedAt"), entry.finishedAt);
    insertText(json, QStringLiteral("remoteId"), entry.remoteId);
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
    entry.attempts = readInt(reader, u"attempts", 0, 0, std::numeric_limits<int>::max());
    entry.nextAttempt = readTime(reader, u"nextAttempt");
    entry.lastReply = reader.string(u"lastReply", QString());
    entry.finishedAt = readTime(reader, u"finishedAt");
    entry.remoteId = reader.string(u"remoteId", QString());
    return result(std::move(entry), error);
}

QJsonObject toJson(const QueueQuery &query)
{
    QJsonObject json{{QStringLiteral("offset"), query.offset}, {QStringLiteral("limit"), query.limit}};
    insertText(json, QStringLiteral("text"), query.text);
    insertText(json, QStringLiteral("state"), query.state);
    return json;
}

Result<QueueQuery> parseQueueQuery(const QJsonObject &json)
{
    std::optional<Error> error;
    JsonReader reader(json, error);
    QueueQuery query;
    query.offset = readInt(reader, u"offset", 0, 0, std::numeric_limits<int>::max());
    query.limit = readInt(reader, u"limit", query.limit, 1, kMaxQueueLimit);
    query.text = readText(reader, u"text");
    query.state = readWord(
        reader, u"state",
        {QStringLiteral("queued"), QStringLiteral("deferred"), QStringLiteral("delivering"), QStringLiteral("held")});
    return result(std::move(query), error);
}

QJsonObject toJson(const QueuePage &page)
{
    return {{QStringLiteral("schema"), QStringLiteral("relaywright.relay-queue/1")},
            {QStringLiteral("total"), countValue(page.total)},
            {QStringLiteral("matching"), countValue(page.matching)},
            {QStringLiteral("messages"), arrayOf(page.messages)}};
}

Result<QueuePage> parseQueuePage(const QJsonObject &json)
{
    std::optional<Error> error;
    JsonReader reader(json, error);
    QueuePage page;
    page.total = readCount(reader, u"total");
    page.matching = reader.has(u"matching") ? readCount(reader, u"matching") : page.total;
    auto messages = listOf<QueueEntry>(json, QStringLiteral("messages"), parseQueueEntry);
    if (!messages)
        return tl::unexpected(messages.error());
    page.messages = std::move(*messages);
    return result(std::move(page), error);
}

QJsonObject toJson(const TraceQuery &query)
{
    QJsonObject json{{QStringLiteral("limit"), query.limit}};
    insertText(json, QStringLiteral("sender"), query.sender);
    insertText(json, QStringLiteral("recipient"), query.recipient);
    insertText(json, QStringLiteral("id"), query.id);
    insertText(json, QStringLiteral("source"), query.source);
    insertText(json, QStringLiteral("remoteId"), query.remoteId);
    insertText(json, QStringLiteral("state"), query.state);
    insertText(json, QStringLiteral("next"), query.next);
    insertTime(json, QStringLiteral("since"), query.since);
    insertTime(json, QStringLiteral("until"), query.until);
    return json;
}

Result<TraceQuery> parseTraceQuery(const QJsonObject &json)
{
    std::optional<Error> error;
    JsonReader reader(json, error);
    TraceQuery query;
    query.sender = readText(reader, u"sender");
    query.recipient = readText(reader, u"recipient");
    query.id = readText(reader, u"id");
    query.source = readText(reader, u"source");
    query.remoteId = readText(reader, u"remoteId");
    query.state = readWord(reader, u"state",
                           {QStringLiteral("queued"), QStringLiteral("deferred"), QStringLiteral("held"),
                            QStringLiteral("delivered"), QStringLiteral("bounced"), QStringLiteral("deleted"),
                            QStringLiteral("damaged")});
    query.since = readTime(reader, u"since");
    query.until = readTime(reader, u"until");
    query.limit = readInt(reader, u"limit", query.limit, 1, kMaxTraceLimit);
    query.next = readText(reader, u"next");
    return result(std::move(query), error);
}

QJsonObject toJson(const TracePage &page)
{
    QJsonObject json{{QStringLiteral("schema"), QStringLiteral("relaywright.relay-trace/1")},
                     {QStringLiteral("messages"), arrayOf(page.messages)}};
    insertText(json, QStringLiteral("next"), page.next);
    return json;
}

Result<TracePage> parseTracePage(const QJsonObject &json)
{
    std::optional<Error> error;
    JsonReader reader(json, error);
    TracePage page;
    page.next = reader.string(u"next", QString());
    auto messages = listOf<QueueEntry>(json, QStringLiteral("messages"), parseQueueEntry);
    if (!messages)
        return tl::unexpected(messages.error());
    page.messages = std::move(*messages);
    return result(std::move(page), error);
}

namespace {

QJsonObject toJson(const MessageTimeline::Line &line)
{
    return {{QStringLiteral("at"), controlTime(line.at)},
            {QStringLiteral("leg"), line.leg},
            {QStringLiteral("event"), line.event},
            {QStringLiteral("text"), line.text}};
}

Result<MessageTimeline::Line> parseLine(const QJsonObject &json)
{
    std::optional<Error> error;
    JsonReader reader(json, error);
    MessageTimeline::Line line;
    line.at = readTime(reader, u"at").value_or(TimePoint());
    line.leg = reader.string(u"leg");
    line.event = reader.string(u"event");
    line.text = reader.string(u"text", QString());
    return result(std::move(line), error);
}

} // namespace

QJsonObject toJson(const MessageTimeline &timeline)
{
    QJsonArray lines;
    QJsonArray events; // of the queue alone, as the first version of the document had them
    for (const MessageTimeline::Line &line : timeline.lines) {
        lines.append(toJson(line));
        if (line.leg == QLatin1String("queue"))
            events.append(QJsonObject{{QStringLiteral("at"), controlTime(line.at)},
                                      {QStringLiteral("event"), line.event},
                                      {QStringLiteral("detail"), line.text}});
    }
    return {{QStringLiteral("schema"), QStringLiteral("relaywright.relay-message/1")},
            {QStringLiteral("message"), toJson(timeline.message)},
            {QStringLiteral("events"), events},
            {QStringLiteral("timeline"), lines},
            {QStringLiteral("hasContents"), timeline.hasContents}};
}

Result<MessageTimeline> parseMessageTimeline(const QJsonObject &json)
{
    auto message = parseQueueEntry(json.value(QLatin1String("message")).toObject());
    if (!message)
        return tl::unexpected(message.error());
    auto lines = listOf<MessageTimeline::Line>(json, QStringLiteral("timeline"), parseLine);
    if (!lines)
        return tl::unexpected(lines.error());
    const bool waits = !message->finishedAt;
    return MessageTimeline{std::move(*message), std::move(*lines),
                           json.value(QLatin1String("hasContents")).toBool(waits)};
}

QJsonObject toJson(const WaitExplanation &explanation)
{
    QJsonArray changes;
    for (const auto &[change, effect] : explanation.changes)
        changes.append(QJsonObject{{QStringLiteral("change"), change}, {QStringLiteral("effect"), effect}});
    QJsonObject json{{QStringLiteral("schema"), QStringLiteral("relaywright.relay-why/1")},
                     {QStringLiteral("id"), explanation.id},
                     {QStringLiteral("state"), explanation.state},
                     {QStringLiteral("reasons"), QJsonArray::fromStringList(explanation.reasons)},
                     {QStringLiteral("changes"), changes},
                     {QStringLiteral("ahead"), countValue(explanation.ahead)}};
    insertTime(json, QStringLiteral("expectedAt"), explanation.expectedAt);
    return json;
}

Result<WaitExplanation> parseWaitExplanation(const QJsonObject &json)
{
    std::optional<Error> error;
    JsonReader reader(json, error);
    WaitExplanation explanation;
    explanation.id = reader.string(u"id");
    explanation.state = reader.string(u"state");
    explanation.reasons = reader.strings(u"reasons");
    explanation.ahead = readCount(reader, u"ahead");
    explanation.expectedAt = readTime(reader, u"expectedAt");
    reader.array(u"changes", [&](JsonReader &item) {
        explanation.changes.push_back({item.string(u"change"), item.string(u"effect")});
    });
    return result(std::move(explanation), error);
}

QString remoteIdIn(const QString &reply)
{
    static const QRegularExpression queuedAs(QStringLiteral("\\bqueued as ([^\\s;,]{1,200})"),
                                             QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression idIs(QStringLiteral("\\bid=([^\\s;,>]{1,200})"),
                                         QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression messageId(QStringLiteral("<([^\\s<>]{1,300}@[^\\s<>]{1,300})>"));
    for (const QRegularExpression *pattern : {&queuedAs, &messageId, &idIs}) {
        if (const auto match = pattern->match(reply); match.hasMatch())
            return match.captured(1);
    }
    return {};
}

} // namespace relaywright
