// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/JsonReader.h"
#include "core/session/SmtpJson.h"
#include "core/session/TestRecord.h"

#include <QDateTime>
#include <QJsonArray>

namespace relaywright {

namespace {

const QString kSchema = QStringLiteral("relaywright.test-record/1");
constexpr qint64 kLargestMessage = 1LL << 50;

QJsonObject replyJson(const Reply &reply)
{
    QJsonArray lines;
    for (const QByteArray &line : reply.lines)
        lines.append(QString::fromUtf8(line));
    return {{QStringLiteral("code"), reply.code}, {QStringLiteral("lines"), lines}};
}

QJsonObject finishJson(const Finish &finish)
{
    QJsonObject json{{QStringLiteral("outcome"), toString(finish.outcome)},
                     {QStringLiteral("stage"), toString(finish.stage)}};
    if (finish.reply)
        json.insert(QStringLiteral("reply"), replyJson(*finish.reply));
    if (!finish.detail.isEmpty())
        json.insert(QStringLiteral("detail"), finish.detail);
    return json;
}

QJsonObject graphJson(const GraphWords &words)
{
    return {{QStringLiteral("status"), words.status},   {QStringLiteral("code"), words.code},
            {QStringLiteral("message"), words.message}, {QStringLiteral("requestId"), words.requestId},
            {QStringLiteral("title"), words.title},     {QStringLiteral("cause"), words.cause},
            {QStringLiteral("remedy"), words.remedy}};
}

QJsonObject transactionJson(const TransactionResult &result)
{
    QJsonArray recipients;
    for (const RecipientResult &one : result.recipients) {
        QJsonObject recipient{{QStringLiteral("recipient"), one.recipient.toString()},
                              {QStringLiteral("accepted"), one.accepted}};
        if (one.reply)
            recipient.insert(QStringLiteral("reply"), replyJson(*one.reply));
        recipients.append(recipient);
    }
    QJsonObject json{{QStringLiteral("outcome"), toString(result.outcome)},
                     {QStringLiteral("stage"), toString(result.stage)},
                     {QStringLiteral("recipients"), recipients},
                     {QStringLiteral("inDoubt"), result.inDoubt}};
    if (result.reply)
        json.insert(QStringLiteral("reply"), replyJson(*result.reply));
    return json;
}

// --- reading --------------------------------------------------------------------------------------------------------

std::optional<Reply> readReply(JsonReader &in)
{
    std::optional<Reply> reply;
    in.object(u"reply", [&](JsonReader &part) {
        Reply read;
        read.code = static_cast<int>(part.integer(u"code", 0, 200, 599));
        for (const QString &line : part.strings(u"lines"))
            read.lines += line.toUtf8();
        part.finish();
        reply = std::move(read);
    });
    return reply;
}

GraphWords readGraph(JsonReader &in)
{
    GraphWords words;
    words.status = static_cast<int>(in.integer(u"status", 0, 0, 999));
    words.code = in.string(u"code", {});
    words.message = in.string(u"message", {});
    words.requestId = in.string(u"requestId", {});
    words.title = in.string(u"title", {});
    words.cause = in.string(u"cause", {});
    words.remedy = in.string(u"remedy", {});
    in.finish();
    return words;
}

Stage readStage(JsonReader &in)
{
    const auto stage = parseStage(in.string(u"stage"));
    if (!stage)
        in.fail(u"stage", QStringLiteral("must be a stage of the conversation, such as ehlo or rcpt."));
    return stage.value_or(Stage::Connect);
}

Outcome readOutcome(JsonReader &in)
{
    const auto outcome = parseOutcome(in.string(u"outcome"));
    if (!outcome)
        in.fail(u"outcome", QStringLiteral("must be a word such as accepted or refused-by-server."));
    return outcome.value_or(Outcome::Cancelled);
}

Finish readFinish(JsonReader &in)
{
    Finish finish{readOutcome(in), readStage(in), readReply(in), in.string(u"detail", {})};
    in.finish();
    return finish;
}

TransactionResult readTransaction(JsonReader &in)
{
    TransactionResult result{readOutcome(in), readStage(in), readReply(in)};
    in.array(u"recipients", [&](JsonReader &item) {
        const auto address = item.parsed<EmailAddress>(u"recipient", &EmailAddress::parse);
        if (address)
            result.recipients.push_back({*address, readReply(item), item.boolean(u"accepted", false)});
        else
            item.fail(u"recipient", QStringLiteral("is missing."));
        item.finish();
    });
    result.inDoubt = in.boolean(u"inDoubt", false);
    in.finish();
    return result;
}

TestRecord readRecord(JsonReader &in)
{
    TestRecord record{
        .request = {.connection = {.server = {Host::of(IpAddress::fromV4(0)), 0}}, .message = {.from = anybody()}}};
    if (in.string(u"schema") != kSchema)
        in.fail(u"schema", QStringLiteral("must be %1: this is no record of a test.").arg(kSchema));
    in.object(u"request", [&](JsonReader &part) { record.request = testRequestFromJson(part); });
    const QDateTime started = QDateTime::fromString(in.string(u"startedAt"), Qt::ISODateWithMs);
    if (started.isValid())
        record.startedAt = fromDateTime(started);
    else
        in.fail(u"startedAt", QStringLiteral("must be a time such as 2026-11-22T12:05:00.000Z."));
    record.host = in.string(u"host", {});
    record.peerAddress = in.string(u"peerAddress", {});
    in.object(u"finish", [&](JsonReader &part) { record.finish = readFinish(part); });
    in.object(u"transaction", [&](JsonReader &part) { record.transaction = readTransaction(part); });
    in.object(u"tls", [&](JsonReader &part) { record.tls = tlsSummaryFromJson(part); });
    in.object(u"graph", [&](JsonReader &part) { record.graph = readGraph(part); });
    in.object(u"capabilities", [&](JsonReader &part) { record.capabilities = capabilitiesFromJson(part); });
    in.array(u"transcript", [&](JsonReader &item) { record.transcript.push_back(transcriptLineFromJson(item)); });
    record.messageId = in.string(u"messageId", {});
    record.messageOctets = static_cast<std::uint64_t>(in.integer(u"messageOctets", 0, 0, kLargestMessage));
    in.finish();
    return record;
}

} // namespace

QJsonObject toJson(const TestRecord &record)
{
    QJsonObject json{
        {QStringLiteral("schema"), kSchema},
        {QStringLiteral("request"), toJson(record.request)},
        {QStringLiteral("startedAt"), toDateTime(record.startedAt).toUTC().toString(Qt::ISODateWithMs)},
        {QStringLiteral("host"), record.host},
        {QStringLiteral("peerAddress"), record.peerAddress},
        {QStringLiteral("finish"), finishJson(record.finish)},
        {QStringLiteral("capabilities"), toJson(record.capabilities)},
        {QStringLiteral("transcript"), toJson(record.transcript)},
        {QStringLiteral("messageId"), record.messageId},
        {QStringLiteral("messageOctets"), static_cast<qint64>(record.messageOctets)},
    };
    if (record.transaction)
        json.insert(QStringLiteral("transaction"), transactionJson(*record.transaction));
    if (record.tls)
        json.insert(QStringLiteral("tls"), toJson(*record.tls));
    if (record.graph)
        json.insert(QStringLiteral("graph"), graphJson(*record.graph));
    return json;
}

Result<TestRecord> testRecordFromJson(const QByteArray &json)
{
    const auto object = parseJsonObject(json);
    if (!object)
        return tl::unexpected(object.error());
    std::optional<Error> error;
    JsonReader in(*object, error);
    TestRecord record = readRecord(in);
    if (error)
        return tl::unexpected(*error);
    return record;
}

} // namespace relaywright
