// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SayDiagnosis.h"

namespace relaywright::cli {

namespace {

void sayCause(const Cause &cause, const Context &context)
{
    const QString label = cause.ruledOut ? QStringLiteral("Not:")
                          : cause.proven ? QStringLiteral("It is:")
                                         : QStringLiteral("Cause:");
    context.say(QStringLiteral("  %1 %2").arg(label, -6).arg(cause.text));
    const auto more = [&context](const char *word, const QString &text) {
        if (!text.isEmpty())
            context.say(QStringLiteral("           %1 %2").arg(QString::fromLatin1(word), text));
    };
    more("because:", cause.why);
    if (cause.ruledOut)
        return;
    more("check:", cause.check);
    more("do:", cause.remedy);
    more("made for you:", cause.artifactKind);
}

} // namespace

Result<std::optional<TimePoint>> permissionsChange(const std::string &option)
{
    if (option.empty())
        return std::nullopt;
    const QDateTime changed = QDateTime::fromString(QString::fromStdString(option), Qt::ISODate);
    if (!changed.isValid())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("--permissions-changed must be a moment such as 2026-11-22T10:00:00Z."));
    return fromDateTime(changed);
}

void sayDiagnosis(const Diagnosis &diagnosis, const Context &context)
{
    context.say(diagnosis.title);
    if (!diagnosis.seen.isEmpty())
        context.say(QStringLiteral("  Seen:  %1").arg(diagnosis.seen));
    for (const Cause &cause : diagnosis.causes)
        sayCause(cause, context);
    if (!diagnosis.check.isEmpty())
        context.say(QStringLiteral("  Check: %1").arg(diagnosis.check));
    for (const QString &remedy : diagnosis.remedies)
        context.say(QStringLiteral("  Do:    %1").arg(remedy));
    if (diagnosis.onlySignInLogDecides)
        context.say(QStringLiteral("  Only the sign-in log in the Entra admin centre tells these causes apart."));
    if (diagnosis.notBefore)
        context.say(
            QStringLiteral("  Trying again before %1 UTC proves nothing: a change of permissions may not act yet.")
                .arg(toDateTime(*diagnosis.notBefore).toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm"))));
    if (diagnosis.retryHelps)
        context.say(QStringLiteral("  The same message may go through later by itself."));
    if (diagnosis.testAgainFrom)
        context.say(QStringLiteral("  Test again from the stage \"%1\".").arg(toString(*diagnosis.testAgainFrom)));
    if (!diagnosis.source.title.isEmpty())
        context.say(QStringLiteral("  (%1; %2 %3)")
                        .arg(toString(diagnosis.confidence), diagnosis.source.title, diagnosis.source.url));
}

} // namespace relaywright::cli
