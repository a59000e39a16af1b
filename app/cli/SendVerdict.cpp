// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SendVerdict.h"

#include "app/cli/SayDiagnosis.h"
#include "app/cli/SayRemarks.h"
#include "core/artifacts/PowerShell.h"
#include "core/oauth/TokenJudgement.h"
#include "core/session/RunFacts.h"
#include "core/session/SmtpJson.h"
#include "core/smtp/StageTimes.h"

#include <QJsonArray>

#include <algorithm>

namespace relaywright::cli {

namespace {

constexpr std::chrono::milliseconds kWorthTelling{2000}; // faster tests need no table of times

void sayRecipients(const TransactionResult &transaction, const Context &context)
{
    const bool several = transaction.recipients.size() > 1;
    for (const RecipientResult &one : transaction.recipients) {
        if (!one.reply)
            continue;
        if (!one.accepted)
            context.say(QStringLiteral("  refused for %1: %2").arg(one.recipient.toString(), one.reply->toString()));
        else if (several)
            context.say(QStringLiteral("  accepted for %1").arg(one.recipient.toString()));
    }
}

/// Only the other side knows; sending it again may deliver it twice (RFC 1047).
void sayDoubt(const TestRecord &record, const Context &context)
{
    context.say(QStringLiteral("In doubt: the test %1. The whole message was sent, and the server may have taken it.")
                    .arg(endInWords(record)));
    if (const QString trace = traceCommand(record); !trace.isEmpty())
        context.say(
            QStringLiteral("Before you send it again: whether Exchange Online has it, this tells: %1").arg(trace));
}

bool refusedAny(const TestRecord &record)
{
    return record.transaction && std::ranges::any_of(record.transaction->recipients, [](const RecipientResult &one) {
               return one.reply && !one.accepted;
           });
}

void sayTimes(const Transcript &transcript, const Context &context)
{
    if (transcript.empty() || transcript.back().sinceStart < kWorthTelling)
        return;
    QStringList parts;
    for (const StageTime &time : stageTimes(transcript)) {
        if (time.share >= 0.05)
            parts += QStringLiteral("%1 %2 s")
                         .arg(toString(time.stage))
                         .arg(static_cast<double>(time.spent.count()) / 1000, 0, 'f', 1);
    }
    context.say(QStringLiteral("Where the time went: %1.").arg(parts.join(QLatin1String(", "))));
}

QJsonArray stagesJson(const Transcript &transcript)
{
    QJsonArray stages;
    for (const StageTime &time : stageTimes(transcript))
        stages.append(QJsonObject{{QStringLiteral("stage"), toString(time.stage)},
                                  {QStringLiteral("ms"), static_cast<qint64>(time.spent.count())}});
    return stages;
}

} // namespace

std::optional<Diagnosis> explain(const TestRecord &record, const Known &known, const Context &context)
{
    const DiagnosisContext all = contextOf(record, known.site.value_or(Site()), known.besides, context.clock.now());
    return diagnose(record, all, context.knowledge);
}

void sayToken(const TokenClaims &token, const TestRequest &request, const Known &known, const Context &context)
{
    TokenNeed need;
    if (request.method == toString(Method::HighVolumeEmail))
        need.use = TokenUse::HighVolumeEmail;
    if (request.connection.smtp.credentials)
        need.mailbox = request.connection.smtp.credentials->user;
    if (known.site)
        takeOrganisation(need, known.site->organisation);
    for (const TokenRemark &remark : judgeToken(token, need, context.knowledge, context.clock.now())) {
        if (remark.level != TokenRemark::Level::Good)
            context.say(QStringLiteral("token      %1: %2").arg(toString(remark.level), remark.sentence));
    }
}

QString traceCommand(const TestRecord &record)
{
    if (record.messageId.isEmpty())
        return {};
    PsCommand command(QStringLiteral("Get-MessageTraceV2"));
    command.with(QStringLiteral("MessageId"), PsText{record.messageId});
    return command.toString();
}

void sayVerdict(const TestRecord &record, const std::optional<Diagnosis> &diagnosis, const Context &context)
{
    const Outcome outcome = record.outcome();
    context.say();
    if (outcome == Outcome::Accepted) {
        context.say(QStringLiteral("Accepted: %1 took the message. Message-ID %2")
                        .arg(record.request.connection.server.toString(),
                             record.messageId.isEmpty() ? QStringLiteral("(none)") : record.messageId));
        if (const QString trace = traceCommand(record); !trace.isEmpty())
            context.say(QStringLiteral("In Exchange Online it is found with: %1").arg(trace));
    } else if (outcome == Outcome::StoppedAsAsked) {
        context.say(refusedAny(record) ? QStringLiteral("Stopped as asked; not every recipient was accepted.")
                                       : QStringLiteral("Stopped as asked; everything up to there went well."));
    } else {
        if (record.transaction && record.transaction->inDoubt)
            sayDoubt(record, context);
        else
            context.say(QStringLiteral("Not sent: the test %1.").arg(endInWords(record)));
        // The explanation repeats what was seen.
        if (!record.finish.detail.isEmpty() && !(diagnosis && diagnosis->seen == record.finish.detail))
            context.say(record.finish.detail);
    }
    if (record.transaction)
        sayRecipients(*record.transaction, context);
    sayTimes(record.transcript, context);
    if (diagnosis)
        sayDiagnosis(*diagnosis, context);
}

QJsonObject verdictJson(const TestRecord &record, const std::optional<Diagnosis> &diagnosis,
                        const std::vector<LintRemark> &remarks)
{
    QJsonObject json{{QStringLiteral("schema"), QStringLiteral("relaywright.send/1")},
                     {QStringLiteral("server"), record.request.connection.server.toString()},
                     {QStringLiteral("outcome"), toString(record.outcome())},
                     {QStringLiteral("stage"), toString(record.stage())},
                     {QStringLiteral("messageId"), record.messageId},
                     {QStringLiteral("messageOctets"), static_cast<qint64>(record.messageOctets)},
                     {QStringLiteral("trace"), traceCommand(record)},
                     {QStringLiteral("stages"), stagesJson(record.transcript)},
                     {QStringLiteral("remarks"), toJson(remarks)},
                     {QStringLiteral("transcript"), toJson(record.transcript)}};
    if (const auto reply = record.reply())
        json.insert(QStringLiteral("reply"), reply->toString());
    if (record.transaction) {
        QJsonArray recipients;
        for (const RecipientResult &one : record.transaction->recipients)
            recipients.append(QJsonObject{{QStringLiteral("recipient"), one.recipient.toString()},
                                          {QStringLiteral("accepted"), one.accepted},
                                          {QStringLiteral("reply"), one.reply ? one.reply->toString() : QString()}});
        json.insert(QStringLiteral("recipients"), recipients);
        json.insert(QStringLiteral("inDoubt"), record.transaction->inDoubt);
    }
    if (record.tls)
        json.insert(QStringLiteral("tls"), toJson(*record.tls));
    if (diagnosis)
        json.insert(QStringLiteral("diagnosis"), toJson(*diagnosis));
    return json;
}

int exitCode(const TestRecord &record)
{
    switch (record.outcome()) {
    case Outcome::Accepted: return record.accepted() ? Done : AnswerIsNo;
    case Outcome::StoppedAsAsked: return refusedAny(record) ? AnswerIsNo : Done;
    case Outcome::ConnectionFailed:
    case Outcome::ConnectionLost:
    case Outcome::TimedOut:
    case Outcome::ProtocolViolation:
    case Outcome::Cancelled: return Environment;
    case Outcome::RefusedByServer:
    case Outcome::TlsNotOffered:
    case Outcome::TlsFailed:
    case Outcome::AuthNotOffered:
    case Outcome::AuthNeedsTls:
    case Outcome::MessageTooLarge:
    case Outcome::NeedsSmtpUtf8: return AnswerIsNo;
    }
    Q_UNREACHABLE();
}

} // namespace relaywright::cli
