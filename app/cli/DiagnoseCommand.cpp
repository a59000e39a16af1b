// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Advice.h"
#include "app/cli/Context.h"
#include "app/cli/SayDiagnosis.h"

#include "core/base/Text.h"
#include "core/diagnosis/Diagnosis.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace relaywright::cli {

namespace {

struct DiagnoseOptions {
    std::string stage;
    std::string method;
    std::string site;
    std::string sender;
    std::string server;
    std::string user;
    std::string mailFrom;
    std::string to;
    std::string changed;
    std::vector<std::string> text;
};

/// What the site knows; the sender is named by its id or its name.
Result<DiagnosisContext> siteContext(const DiagnoseOptions &options, const Context &context)
{
    if (options.site.empty()) {
        if (!options.sender.empty())
            return failure(ErrorKind::InvalidInput,
                           QStringLiteral("--sender names a sender of a site. Give the site document with --site."));
        return DiagnosisContext{};
    }
    const auto advice = adviseFrom(QString::fromStdString(options.site), context.clock.today(), context);
    if (!advice)
        return tl::unexpected<Error>(advice.error());
    const QString wanted = QString::fromStdString(options.sender);
    if (wanted.isEmpty()) {
        DiagnosisContext known;
        known.organisation = advice->site.organisation;
        return known;
    }
    const auto sender = std::ranges::find_if(advice->site.senders, [&](const Sender &candidate) {
        return candidate.id == wanted || candidate.name == wanted;
    });
    if (sender == advice->site.senders.end())
        return failure(ErrorKind::InvalidInput, QStringLiteral("The site has no sender \"%1\".").arg(quotable(wanted)));
    DiagnosisContext known = contextOf(advice->site, *sender);
    const auto plan = std::ranges::find(advice->plan.senders, sender->id, &SenderPlan::senderId);
    if (plan != advice->plan.senders.end() && plan->chosen())
        known.method = plan->chosen()->method;
    return known;
}

/// What the options say goes before what the site knows.
void takeOver(QString &field, const std::string &option)
{
    if (!option.empty())
        field = QString::fromStdString(option);
}

Result<DiagnosisContext> contextOf(const DiagnoseOptions &options, const Context &context)
{
    auto known = siteContext(options, context);
    if (!known)
        return known;
    known->now = context.clock.now();
    takeOver(known->server, options.server);
    takeOver(known->user, options.user);
    takeOver(known->sender, options.mailFrom);
    takeOver(known->recipient, options.to);
    if (!options.stage.empty()) {
        known->stage = parseStage(QString::fromStdString(options.stage));
        if (!known->stage)
            return failure(
                ErrorKind::InvalidInput,
                QStringLiteral("The stage must be one of connect, greeting, ehlo, tls, auth, mail, rcpt, data, quit."));
    }
    if (!options.method.empty()) {
        known->method = parseMethod(QString::fromStdString(options.method));
        if (!known->method)
            return failure(ErrorKind::InvalidInput,
                           QStringLiteral("\"%1\" is not a method. Use one such as client-submission.")
                               .arg(QString::fromStdString(options.method)));
    }
    const auto changed = permissionsChange(options.changed);
    if (!changed)
        return tl::unexpected<Error>(changed.error());
    if (*changed)
        known->permissionsChangedAt = *changed;
    return known;
}

std::optional<int> runDiagnose(const DiagnoseOptions &options, Context &context)
{
    const auto known = contextOf(options, context);
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

void addDiagnoseCommand(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<DiagnoseOptions>();
    CLI::App *diagnose =
        app.add_subcommand("diagnose", "Cause and remedy of a reply, or of an answer of Entra or Graph");
    diagnose->add_option("--stage", options->stage,
                         "Where it came: connect greeting ehlo tls auth mail rcpt data quit");
    diagnose->add_option("--method", options->method, "The method in use, such as client-submission");
    diagnose->add_option("--site", options->site, "A site document: its switches help to tell the causes apart");
    diagnose->add_option("--sender", options->sender, "The sender of the site that met it, by id or name");
    diagnose->add_option("--server", options->server, "HOST:PORT that answered");
    diagnose->add_option("--user", options->user, "The account that signed in");
    diagnose->add_option("--from", options->mailFrom, "The envelope sender");
    diagnose->add_option("--to", options->to, "The recipient");
    diagnose->add_option("--permissions-changed", options->changed,
                         "When a permission was changed last, such as 2026-11-22T10:00:00Z");
    diagnose->add_option("TEXT", options->text, "The reply as the server or device showed it")->required();
    diagnose->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runDiagnose(*options, context); }; });
}

} // namespace relaywright::cli
