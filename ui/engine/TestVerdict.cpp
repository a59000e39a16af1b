// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/TestVerdict.h"

#include "core/artifacts/PowerShell.h"
#include "ui/text/SiteText.h"

#include <QCoreApplication>

#include <algorithm>

namespace relaywright {

namespace {

struct VerdictText {
    Q_DECLARE_TR_FUNCTIONS(TestVerdict)
};

/// The catalogue's title where it knows the reply; otherwise what was refused, to whom, in the server's words.
QString refusalSentence(const std::optional<Diagnosis> &diagnosis, const TestRecord &record,
                        const DiagnosisContext &known)
{
    if (!diagnosis)
        return record.finish.detail;
    const bool reply = !diagnosis->seen.isEmpty() && record.outcome() == Outcome::RefusedByServer;
    if (!diagnosis->entryId.isEmpty() || !reply || record.request.graph)
        return diagnosis->title;
    switch (record.stage()) {
    case Stage::Connect:
    case Stage::Greeting:
    case Stage::Ehlo:
    case Stage::Quit: return VerdictText::tr("%1 refused the connection (%2).").arg(known.server, diagnosis->seen);
    case Stage::Tls: return VerdictText::tr("%1 refused encryption (%2).").arg(known.server, diagnosis->seen);
    case Stage::Auth:
        return VerdictText::tr("%1 refused the sign-in of %2 (%3).").arg(known.server, known.user, diagnosis->seen);
    case Stage::Mail:
        return VerdictText::tr("%1 refused the sender %2 (%3).").arg(known.server, known.sender, diagnosis->seen);
    case Stage::Rcpt:
        return VerdictText::tr("%1 refused the recipient %2 (%3).").arg(known.server, known.recipient, diagnosis->seen);
    case Stage::Data: return VerdictText::tr("%1 refused the message (%2).").arg(known.server, diagnosis->seen);
    }
    Q_UNREACHABLE();
}

int takenBy(const TestRecord &record)
{
    if (!record.transaction)
        return 0;
    return static_cast<int>(std::ranges::count(record.transaction->recipients, true, &RecipientResult::accepted));
}

bool isInDoubt(const TestRecord &record)
{
    return record.transaction && record.transaction->inDoubt;
}

TestVerdict stoppedAsAsked(const TestRecord &record, const QString &server)
{
    const Stage stage = record.request.connection.smtp.stopAfter;
    return {Verdict::Good, VerdictText::tr("All went well at %1 up to the stage “%2”. Nothing was sent, as you asked.")
                               .arg(server, stageName(stage))};
}

} // namespace

TestVerdict judge(const TestRecord &record, const DiagnosisContext &known, const Knowledge &knowledge)
{
    const QString server = record.request.graph ? VerdictText::tr("Microsoft Graph") : known.server;
    const int taken = takenBy(record);
    if (record.accepted())
        return {Verdict::Good,
                VerdictText::tr("%1 accepted the message for %n recipient(s).", nullptr, taken).arg(server)};
    if (record.outcome() == Outcome::StoppedAsAsked)
        return stoppedAsAsked(record, server);
    TestVerdict verdict;
    verdict.diagnosis = diagnose(record, known, knowledge);
    if (record.outcome() == Outcome::Accepted) {
        verdict.verdict = Verdict::Attention;
        verdict.sentence =
            VerdictText::tr("%1 accepted the message for %n recipient(s) and refused the others.", nullptr, taken)
                .arg(server);
    } else if (isInDoubt(record)) {
        verdict.sentence =
            VerdictText::tr("The message was sent to %1 but no answer came back. It may have been taken: before you "
                            "send it again, look in the recipient’s mailbox, or let the message trace command tell.")
                .arg(server);
    } else if (record.outcome() == Outcome::Cancelled) {
        verdict.diagnosis.reset();
        verdict.sentence = VerdictText::tr("You stopped the test. The message was not handed over.");
    } else {
        verdict.verdict = Verdict::Wrong;
        verdict.signInRefused = record.outcome() == Outcome::RefusedByServer && record.stage() == Stage::Auth;
        verdict.sentence = refusalSentence(verdict.diagnosis, record, known);
    }
    return verdict;
}

QString messageTraceCommand(const TestRecord &record)
{
    const bool mayBeThere = record.outcome() == Outcome::Accepted || isInDoubt(record);
    if (!mayBeThere || record.messageId.isEmpty())
        return {};
    const QDateTime at = toDateTime(record.startedAt).toUTC();
    const QString form = QStringLiteral("yyyy-MM-dd'T'HH:mm:ss'Z'");
    return PsCommand(QStringLiteral("Get-MessageTraceV2"))
        .with(QStringLiteral("MessageId"), PsText{record.messageId})
        .with(QStringLiteral("StartDate"), PsText{at.addSecs(-3600).toString(form)})
        .with(QStringLiteral("EndDate"), PsText{at.addDays(2).toString(form)})
        .toString();
}

} // namespace relaywright
