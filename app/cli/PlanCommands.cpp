// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Advice.h"
#include "app/cli/ArtifactFiles.h"

#include "core/artifacts/Artifact.h"
#include "core/knowledge/Knowledge.h"

#include <QDir>
#include <QJsonArray>

#include <CLI/CLI.hpp>

#include <memory>

namespace relaywright::cli {

namespace {

struct PlanOptions {
    std::string site;
    std::string today;
    std::string outFolder;
    std::vector<std::string> only;
    std::string factId;
};

Result<QDate> dayOf(const PlanOptions &options, const Clock &clock)
{
    if (options.today.empty())
        return clock.today();
    const QDate day = QDate::fromString(QString::fromStdString(options.today), Qt::ISODate);
    if (!day.isValid())
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("\"%1\" is not a date. Write it as 2027-01-05.").arg(QString::fromStdString(options.today)));
    return day;
}

Result<Advice> adviseFrom(const PlanOptions &options, const Context &context)
{
    const auto day = dayOf(options, context.clock);
    if (!day)
        return tl::unexpected(day.error());
    return adviseFrom(QString::fromStdString(options.site), *day, context);
}

QString mark(Reason::Weight weight)
{
    switch (weight) {
    case Reason::Weight::Blocks: return QStringLiteral("cannot:");
    case Reason::Weight::Change: return QStringLiteral("change:");
    case Reason::Weight::Unknown: return QStringLiteral("unknown:");
    case Reason::Weight::Against: return QStringLiteral("against:");
    case Reason::Weight::For: return QStringLiteral("for:");
    case Reason::Weight::Warning: return QStringLiteral("note:");
    }
    Q_UNREACHABLE();
}

void sayReasons(const std::vector<Reason> &reasons, const Context &context, const QString &indent)
{
    for (const Reason &reason : reasons)
        context.say(indent + mark(reason.weight).leftJustified(9) + reason.sentence);
}

QString settingsLine(const Option &option)
{
    const MethodSettings &settings = option.settings;
    const QString host = settings.host.isEmpty() ? QStringLiteral("(look up the MX record)") : settings.host;
    QString line = QStringLiteral("%1, port %2, TLS %3, sign-in %4")
                       .arg(host)
                       .arg(settings.port)
                       .arg(settings.tls, toString(settings.authentication));
    if (!settings.user.isEmpty())
        line += QStringLiteral(" as %1").arg(settings.user);
    if (option.upstream)
        line += QStringLiteral("; handed on by %1 (%2, port %3, sign-in %4)")
                    .arg(toString(*option.upstream), option.upstream->settings.host)
                    .arg(option.upstream->settings.port)
                    .arg(toString(option.upstream->settings.authentication));
    return line;
}

void saySender(const Sender &sender, const SenderPlan &senderPlan, const Context &context)
{
    const Option *chosen = senderPlan.chosen();
    context.say(QStringLiteral("%1: %2").arg(sender.name,
                                             chosen ? toString(chosen->method) : QStringLiteral("no method fits")));
    if (!chosen)
        context.say(QStringLiteral("  none, because: %1").arg(senderPlan.noneBecause));
    for (const Option &option : senderPlan.options) {
        context.say(QStringLiteral("  %1 (%2)").arg(toString(option.method), toString(option.fit)));
        if (&option == chosen)
            context.say(QStringLiteral("    ") + settingsLine(option));
        if (option.worksUntil)
            context.say(QStringLiteral("    works until %1").arg(option.worksUntil->toString(Qt::ISODate)));
        sayReasons(option.reasons, context, QStringLiteral("    "));
    }
    context.say();
}

std::optional<int> runPlan(const PlanOptions &options, Context &context)
{
    const auto advice = adviseFrom(options, context);
    if (!advice)
        return context.fail(advice.error());
    bool everySenderHasOne = true;
    for (size_t i = 0; i < advice->plan.senders.size(); ++i) {
        everySenderHasOne = everySenderHasOne && advice->plan.senders[i].chosen();
        saySender(advice->site.senders[i], advice->plan.senders[i], context);
    }
    sayReasons(advice->plan.siteNotes, context, QString());
    for (const OpenQuestion &question : advice->plan.questions) {
        context.say(QStringLiteral("open: %1 (%2)").arg(question.sentence, question.path));
        for (const QString &sentence : effectSentences(question, advice->site))
            context.say(QStringLiteral("      %1").arg(sentence));
    }
    context.print(toJson(advice->plan, advice->site));
    return everySenderHasOne ? Done : AnswerIsNo;
}

std::optional<int> runArtifacts(const PlanOptions &options, Context &context)
{
    const auto advice = adviseFrom(options, context);
    if (!advice)
        return context.fail(advice.error());
    std::vector<Artifact> artifacts = render(advice->site, advice->plan, context.knowledge);
    if (!options.only.empty()) {
        std::erase_if(artifacts, [&](const Artifact &artifact) {
            return std::ranges::find(options.only, artifact.kind.toStdString()) == options.only.end();
        });
        if (artifacts.empty())
            context.complain(
                QStringLiteral("This plan has no artifact of that kind. Leave --only out to see which it has."));
    }
    const QString folder = QString::fromStdString(options.outFolder);
    if (!folder.isEmpty()) {
        if (const auto saved = saveAll(artifacts, folder); !saved)
            return context.fail(saved.error());
    }
    QJsonArray list;
    for (const Artifact &artifact : artifacts) {
        list.append(toJson(artifact, folder.isEmpty()));
        context.say(folder.isEmpty()
                        ? QStringLiteral("=== %1 (%2)\n%3").arg(artifact.fileName, artifact.title, artifact.text)
                        : QStringLiteral("%1  %2").arg(QDir(folder).filePath(artifact.fileName), artifact.title));
    }
    context.print(
        {{QStringLiteral("schema"), QStringLiteral("relaywright.artifacts/1")}, {QStringLiteral("artifacts"), list}});
    return artifacts.empty() ? AnswerIsNo : Done;
}

QJsonObject toJson(const Fact &fact)
{
    return {{QStringLiteral("id"), fact.id},
            {QStringLiteral("overriddenBy"), fact.file.isEmpty() ? QJsonValue() : QJsonValue(fact.file)},
            {QStringLiteral("statement"), fact.statement},
            {QStringLiteral("value"), fact.value},
            {QStringLiteral("unit"), fact.unit},
            {QStringLiteral("confidence"), toString(fact.confidence)},
            {QStringLiteral("asOf"), fact.asOf.toString(Qt::ISODate)},
            {QStringLiteral("source"),
             QJsonObject{{QStringLiteral("title"), fact.source.title}, {QStringLiteral("url"), fact.source.url}}}};
}

void sayFact(const Fact &fact, const Context &context)
{
    const QString unit = fact.unit.isEmpty() ? QString() : QStringLiteral(" [%1]").arg(fact.unit);
    context.say(QStringLiteral("%1: %2").arg(fact.id, fact.statement));
    context.say(QStringLiteral("  %1%2").arg(fact.value.toVariant().toStringList().join(QLatin1String(", ")), unit));
    context.say(QStringLiteral("  %1, as of %2, %3 %4")
                    .arg(toString(fact.confidence), fact.asOf.toString(Qt::ISODate), fact.source.title, fact.source.url)
                    .trimmed());
    if (!fact.file.isEmpty())
        context.say(QStringLiteral("  from your own file %1").arg(fact.file));
}

std::optional<int> runKnowledge(const PlanOptions &options, Context &context)
{
    const Knowledge &knowledge = context.knowledge;
    const QString id = QString::fromStdString(options.factId);
    QJsonArray facts;
    for (const auto &[key, fact] : knowledge.facts()) {
        // An id names one fact, or all facts below it: "client-submission" has many.
        if (!id.isEmpty() && key != id && !key.startsWith(id + u'.'))
            continue;
        facts.append(toJson(fact));
        sayFact(fact, context);
    }
    if (facts.isEmpty()) {
        context.complain(QStringLiteral("There is no fact called \"%1\". Leave the name out to see all.").arg(id));
        return AnswerIsNo;
    }
    context.print(
        {{QStringLiteral("schema"), QStringLiteral("relaywright.knowledge/1")}, {QStringLiteral("facts"), facts}});
    return Done;
}

} // namespace

void addPlanCommands(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<PlanOptions>();

    CLI::App *plan = app.add_subcommand("plan", "Methods for each sender, ranked, with reasons");
    plan->add_option("SITE", options->site, "A *.relaywright file")->required();
    plan->add_option("--today", options->today, "Plan as if it were this day, YYYY-MM-DD");
    plan->callback([options, &chosen] { chosen = [options](Context &context) { return runPlan(*options, context); }; });

    CLI::App *artifacts = app.add_subcommand("artifacts", "Records, scripts and sheets to apply");
    artifacts->add_option("SITE", options->site, "A *.relaywright file")->required();
    artifacts->add_option("--out", options->outFolder, "Save one file each into this folder");
    artifacts->add_option("--only", options->only, "Only this kind, such as spf-record; may be repeated")
        ->expected(1)
        ->take_all();
    artifacts->add_option("--today", options->today, "Plan as if it were this day, YYYY-MM-DD");
    artifacts->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runArtifacts(*options, context); }; });

    CLI::App *knowledge = app.add_subcommand("knowledge", "Facts with source, date and confidence");
    knowledge->add_option("ID", options->factId, "One fact, or all that begin with it");
    knowledge->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runKnowledge(*options, context); }; });
}

} // namespace relaywright::cli
