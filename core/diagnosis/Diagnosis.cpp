// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diagnosis/Diagnosis.h"

#include "core/base/Text.h"
#include "core/diagnosis/Conditions.h"
#include "core/diagnosis/DiagnosisText.h"
#include "core/diagnosis/Match.h"
#include "core/diagnosis/Ranking.h"

#include <QRegularExpression>

#include <algorithm>

namespace relaywright {

namespace {

QStringList filled(const QStringList &texts, const DiagnosisContext &context)
{
    QStringList sentences;
    for (const QString &text : texts)
        sentences += fill(text, context);
    return sentences;
}

/// The artifact of the likeliest cause that something speaks for; else the entry's own; else that of any cause.
QString artifactOf(const std::vector<Cause> &causes, const QString &ofEntry)
{
    const auto find = [&causes](bool spokenFor) {
        const auto cause = std::ranges::find_if(causes, [spokenFor](const Cause &candidate) {
            return !candidate.ruledOut && !candidate.artifactKind.isEmpty() && (!spokenFor || !candidate.why.isEmpty());
        });
        return cause == causes.end() ? QString() : cause->artifactKind;
    };
    const QString likeliest = find(true);
    if (!likeliest.isEmpty())
        return likeliest;
    return ofEntry.isEmpty() ? find(false) : ofEntry;
}

Diagnosis fromEntry(const ErrorEntry &entry, const DiagnosisContext &context, const Knowledge &knowledge)
{
    Diagnosis diagnosis;
    diagnosis.entryId = entry.id;
    diagnosis.title = fill(entry.title, context);
    diagnosis.causes = rankedCauses(entry, context, knowledge);
    diagnosis.remedies = filled(entry.remedies, context);
    diagnosis.check = fill(entry.check, context);
    diagnosis.artifactKind = artifactOf(diagnosis.causes, entry.artifactKind);
    diagnosis.retryHelps = entry.retry;
    diagnosis.onlySignInLogDecides = entry.onlySignInLogDecides && !diagnosis.causes.front().proven;
    diagnosis.testAgainFrom = entry.testAgainFrom.isEmpty() ? context.stage : parseStage(entry.testAgainFrom);
    if (entry.permissions)
        diagnosis.notBefore = permissionsActAt(context, knowledge);
    diagnosis.source = entry.source;
    diagnosis.confidence = entry.confidence;
    return diagnosis;
}

bool wentWell(Outcome outcome)
{
    return outcome == Outcome::Accepted || outcome == Outcome::StoppedAsAsked || outcome == Outcome::Cancelled;
}

/// What happened instead of a reply.
QString seenWithoutReply(Outcome outcome, Stage stage, const QString &detail)
{
    if (!detail.isEmpty())
        return printable(detail.toUtf8());
    if (outcome == Outcome::TimedOut)
        return QStringLiteral("No answer came at the stage \"%1\".").arg(toString(stage));
    return QStringLiteral("The conversation ended at the stage \"%1\": %2.").arg(toString(stage), toString(outcome));
}

Diagnosis diagnoseOutcome(Outcome outcome, Stage stage, const QString &detail, const DiagnosisContext &context,
                          const Knowledge &knowledge)
{
    Clues clues;
    clues.text = detail;
    clues.outcome = toString(outcome);
    clues.stage = stage;
    clues.method = context.method;
    clues.port = portOf(context.server);
    const ErrorEntry *entry = bestMatch(clues, knowledge);
    Diagnosis diagnosis;
    if (entry) {
        diagnosis = fromEntry(*entry, context, knowledge);
    } else {
        diagnosis.title =
            fill(QStringLiteral("The conversation with {server} ended before the message was taken."), context);
        diagnosis.causes = {Cause{QStringLiteral("What the server or the network did is not in the catalogue.")}};
        diagnosis.testAgainFrom = stage;
        diagnosis.remedies = {QStringLiteral("Look at the last lines of the transcript, and try again.")};
    }
    diagnosis.seen = seenWithoutReply(outcome, stage, detail);
    return diagnosis;
}

/// A message can go to some and be refused for others: the first refusal is explained.
std::optional<Diagnosis> diagnoseRecipients(const std::vector<RecipientResult> &recipients, DiagnosisContext context,
                                            const Knowledge &knowledge)
{
    const auto refused = std::ranges::find_if(recipients, [](const RecipientResult &recipient) {
        return !recipient.accepted && recipient.reply && !recipient.reply->isPositive();
    });
    if (refused == recipients.end())
        return std::nullopt;
    context.stage = Stage::Rcpt;
    context.recipient = refused->recipient.toString();
    return diagnose(*refused->reply, context, knowledge);
}

std::optional<Diagnosis> diagnoseEnd(Outcome outcome, Stage stage, const std::optional<Reply> &reply,
                                     const QString &detail, DiagnosisContext context, const Knowledge &knowledge)
{
    context.stage = stage;
    // A reply decided only where the server refused: elsewhere it is the last one that went well.
    if (reply && !reply->isPositive() && outcome == Outcome::RefusedByServer)
        return diagnose(*reply, context, knowledge);
    return diagnoseOutcome(outcome, stage, detail, context, knowledge);
}

} // namespace

Diagnosis diagnose(const Reply &reply, const DiagnosisContext &context, const Knowledge &knowledge)
{
    Clues clues;
    clues.code = reply.code;
    clues.enhanced = reply.enhanced();
    clues.text = reply.text();
    clues.stage = context.stage;
    clues.method = context.method;
    clues.port = portOf(context.server);
    const ErrorEntry *entry = reply.isPositive() ? nullptr : bestMatch(clues, knowledge);
    Diagnosis diagnosis = entry ? fromEntry(*entry, context, knowledge) : meaningOfClass(reply, context);
    // Some come as 4xx while a server still tries and as 5xx when it has given up.
    if (entry && reply.isPermanent() && std::ranges::any_of(entry->codes, [](int code) { return code < 500; }))
        diagnosis.retryHelps = false;
    diagnosis.seen = reply.toString();
    return diagnosis;
}

Diagnosis diagnose(const ServiceAnswer &answer, const DiagnosisContext &context, const Knowledge &knowledge)
{
    Clues clues;
    clues.code = answer.status;
    clues.text = answer.text;
    clues.ofService = true;
    const ErrorEntry *entry = bestMatch(clues, knowledge);
    Diagnosis diagnosis = entry ? fromEntry(*entry, context, knowledge) : meaningOfStatus(answer);
    diagnosis.testAgainFrom.reset(); // no conversation was begun
    diagnosis.seen = printable(answer.text.toUtf8());
    return diagnosis;
}

Result<Diagnosis> diagnoseText(const QString &text, const DiagnosisContext &context, const Knowledge &knowledge)
{
    // An HTTP status line, a status that is called so, or one before the words that HTTP has for it.
    static const QRegularExpression status(
        QStringLiteral("(?:HTTP/[0-9.]+ |status(?: code)?:? ?)([2-5]\\d\\d)\\b(?! +[245]\\.\\d)|^\\s*([45]\\d\\d) "
                       "(?:Bad Request|Unauthorized|"
                       "Forbidden|Not Found|(?:Request Entity|Payload|Content) Too Large|Too Many Requests|"
                       "Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)"
                       // SMTP has no codes from 400 to 431 but 421, so a number that stands there is a status.
                       "|^\\s*(4(?!21)(?:[0-2]\\d|3[01]))\\b(?!-|\\s+[245]\\.\\d)"),
        QRegularExpression::CaseInsensitiveOption);
    const auto match = status.match(text);
    Clues clues;
    clues.code = match.captured(match.lastCapturedIndex()).toInt();
    clues.text = text;
    clues.ofService = true;
    if (match.hasMatch() || bestMatch(clues, knowledge))
        return diagnose(ServiceAnswer{clues.code, text}, context, knowledge);
    const auto reply = parseReplyText(text);
    if (!reply)
        return tl::unexpected<Error>(reply.error());
    return diagnose(*reply, context, knowledge);
}

DiagnosisContext contextOf(const Site &site, const Sender &sender)
{
    DiagnosisContext context;
    context.organisation = site.organisation;
    if (const Network *network = networkOf(site, sender))
        context.network = *network;
    context.siteSender = sender;
    if (const auto &reversePath = reversePathOf(sender))
        context.sender = reversePath->toString();
    if (sender.from)
        context.headerFrom = sender.from->toString();
    if (sender.signInAs)
        context.user = sender.signInAs->toString();
    context.permissionsChangedAt = lastPermissionChange(site);
    return context;
}

QStringList Diagnosis::allRemedies() const
{
    QStringList all;
    const auto add = [&all](const QString &remedy) {
        if (!remedy.isEmpty() && !all.contains(remedy))
            all += remedy;
    };
    for (const Cause &cause : causes) {
        if (!cause.ruledOut)
            add(cause.remedy);
    }
    for (const QString &remedy : remedies)
        add(remedy);
    return all;
}

std::optional<Diagnosis> diagnose(const Finish &finish, const std::optional<TransactionResult> &transaction,
                                  const DiagnosisContext &context, const Knowledge &knowledge)
{
    if (transaction && transaction->outcome != Outcome::Accepted && !wentWell(transaction->outcome)) {
        // The connection's own end says more than the transaction's, as far as it names the same thing.
        const QString detail = finish.outcome == transaction->outcome ? finish.detail : QString();
        if (!transaction->reply && transaction->outcome == Outcome::RefusedByServer) {
            if (auto diagnosis = diagnoseRecipients(transaction->recipients, context, knowledge))
                return diagnosis;
        }
        if (transaction->inDoubt) // however it ended: the message may have been taken (RFC 1047)
            return diagnoseOutcome(Outcome::TimedOut, Stage::Data, detail, context, knowledge);
        return diagnoseEnd(transaction->outcome, transaction->stage, transaction->reply, detail, context, knowledge);
    }
    if (transaction && transaction->outcome == Outcome::Accepted)
        return diagnoseRecipients(transaction->recipients, context, knowledge);
    if (wentWell(finish.outcome))
        return std::nullopt;
    return diagnoseEnd(finish.outcome, finish.stage, finish.reply, finish.detail, context, knowledge);
}

} // namespace relaywright
