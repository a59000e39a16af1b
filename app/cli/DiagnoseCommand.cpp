// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"
#include "app/cli/SayDiagnosis.h"

#include "core/diagnosis/Diagnosis.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace relaywright::cli {

namespace {

struct DiagnoseOptions {
    std::string stage;
    std::string method;
    std::vector<std::string> text;
};

Result<DiagnosisContext> contextOf(const DiagnoseOptions &options)
{
    DiagnosisContext known;
    if (!options.stage.empty()) {
        known.stage = parseStage(QString::fromStdString(options.stage));
        if (!known.stage)
            return failure(
                ErrorKind::InvalidInput,
                QStringLiteral("The stage must be one of connect, greeting, ehlo, tls, auth, mail, rcpt, data, quit."));
    }
    if (!options.method.empty()) {
        known.method = parseMethod(QString::fromStdString(options.method));
        if (!known.method)
            return failure(ErrorKind::InvalidInput,
                           QStringLiteral("\"%1\" is not a method. Use one such as client-submission.")
                               .arg(QString::fromStdString(options.method)));
    }
    return known;
}

std::optional<int> runDiagnose(const DiagnoseOptions &options, Context &context)
{
    const auto known = contextOf(options);
    if (!known)
        return context.fail(known.error());
    QStringList words;
    for (const std::string &word : options.text)
        words += QString::fromStdString(word);
    const auto diagnosis = diagnoseText(words.join(u' '), *known, context.knowledge);
    if (!diagnosis)
        return context.fail(diagnosis.error());
    sayDiagnosis(*diagnosis, context);
    context.print(toJson(*diagnosis));
    return diagnosis->entryId.isEmpty() ? AnswerIsNo : Done;
}

} // namespace

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

void addDiagnoseCommand(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<DiagnoseOptions>();
    CLI::App *diagnose = app.add_subcommand("diagnose", "Cause and remedy of a server's reply");
    diagnose->add_option("--stage", options->stage,
                         "Where it came: connect greeting ehlo tls auth mail rcpt data quit");
    diagnose->add_option("--method", options->method, "The method in use, such as client-submission");
    diagnose->add_option("TEXT", options->text, "The reply as the server or device showed it")->required();
    diagnose->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runDiagnose(*options, context); }; });
}

} // namespace relaywright::cli
