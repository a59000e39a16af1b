// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"

#include "core/dns/Resolver.h"
#include "core/mailauth/SpfEvaluation.h"
#include "core/mailauth/SpfMerge.h"
#include "core/verify/Verification.h"

#include <QJsonArray>

#include <CLI/CLI.hpp>

#include <memory>

namespace relaywright::cli {

namespace {

struct SpfOptions {
    std::string ip;
    std::string helo;
    std::string mailFrom;
    std::string domain;
    std::string record;
    std::vector<std::string> add;
};

QJsonObject toJson(const SpfVerdict &verdict)
{
    QJsonArray steps;
    for (const SpfTraceStep &step : verdict.trace)
        steps.append(QJsonObject{{QStringLiteral("depth"), step.depth},
                                 {QStringLiteral("domain"), step.domain},
                                 {QStringLiteral("term"), step.term},
                                 {QStringLiteral("matched"), step.matched},
                                 {QStringLiteral("lookups"), step.lookups},
                                 {QStringLiteral("voidLookups"), step.voidLookups},
                                 {QStringLiteral("note"), step.note}});
    return {{QStringLiteral("result"), toString(verdict.result)},
            {QStringLiteral("reason"), verdict.reason},
            {QStringLiteral("matched"), verdict.matchedTerm},
            {QStringLiteral("explanation"), verdict.explanation},
            {QStringLiteral("lookups"), verdict.lookups},
            {QStringLiteral("voidLookups"), verdict.voidLookups},
            {QStringLiteral("trace"), steps}};
}

void sayTree(const SpfVerdict &verdict, const Context &context)
{
    for (const SpfTraceStep &step : verdict.trace) {
        QString line = QString(2 + 2 * step.depth, u' ') + step.term;
        if (step.lookups > 0)
            line += QStringLiteral("  [%1]").arg(step.lookups);
        if (step.matched)
            line += QStringLiteral("  <- matched");
        if (!step.note.isEmpty())
            line += QStringLiteral("  (%1)").arg(step.note);
        context.say(line);
    }
}

using OnVerdict = std::function<void(const SpfVerdict &)>;

/// Starts a resolver that lives until the program ends, and asks.
std::optional<int> evaluate(const SpfRequest &request, Context &context, OnVerdict onVerdict)
{
    auto resolver = Resolver::create({.nameservers = context.nameservers});
    if (!resolver)
        return context.fail(resolver.error());
    const std::shared_ptr<Resolver> dns = std::move(*resolver);
    checkSpf(request, *dns, &context,
             [dns, onVerdict = std::move(onVerdict)](const SpfVerdict &verdict) { onVerdict(verdict); });
    return std::nullopt;
}

std::optional<int> runCheck(const SpfOptions &options, Context &context)
{
    const auto ip = IpAddress::parse(QString::fromStdString(options.ip));
    if (!ip)
        return context.fail(ip.error());
    const SpfRequest request{
        .ip = *ip, .helo = QString::fromStdString(options.helo), .mailFrom = QString::fromStdString(options.mailFrom)};
    return evaluate(request, context, [&context](const SpfVerdict &verdict) {
        context.say(QStringLiteral("%1  %2").arg(toString(verdict.result), verdict.reason));
        if (!verdict.explanation.isEmpty())
            context.say(QStringLiteral("explanation: %1").arg(verdict.explanation));
        sayTree(verdict, context);
        QJsonObject json = toJson(verdict);
        json.insert(QStringLiteral("schema"), QStringLiteral("relaywright.spf-check/1"));
        context.print(json);
        if (verdict.result == SpfResult::Pass)
            context.finish(Done);
        else
            context.finish(verdict.result == SpfResult::TempError ? Environment : AnswerIsNo);
    });
}

std::optional<int> runCount(const SpfOptions &options, Context &context)
{
    const auto domain = Domain::parse(QString::fromStdString(options.domain));
    if (!domain)
        return context.fail(domain.error());
    const SpfRequest request{.ip = IpAddress::fromV4(0),
                             .helo = domain->toAscii(),
                             .mailFrom = QStringLiteral("postmaster@") + domain->toAscii(),
                             .countAll = true};
    return evaluate(request, context, [&context, domain = *domain](const SpfVerdict &verdict) {
        const bool counted = verdict.result != SpfResult::None && verdict.result != SpfResult::PermError
                             && verdict.result != SpfResult::TempError;
        context.say(
            QStringLiteral("%1 lookups of 10, %2 void lookups of 2").arg(verdict.lookups).arg(verdict.voidLookups));
        if (!counted)
            context.say(verdict.reason);
        sayTree(verdict, context);
        QJsonObject json = toJson(verdict);
        json.insert(QStringLiteral("schema"), QStringLiteral("relaywright.spf-count/1"));
        json.insert(QStringLiteral("domain"), domain.toAscii());
        context.print(json);
        if (verdict.result == SpfResult::TempError)
            context.finish(Environment);
        else
            context.finish(counted ? Done : AnswerIsNo);
    });
}

int sayMerged(const std::optional<QString> &existing, const SpfOptions &options, const Context &context)
{
    QStringList mechanisms;
    for (const std::string &mechanism : options.add)
        mechanisms += QString::fromStdString(mechanism);
    const auto merged = mergeSpf(existing, mechanisms);
    if (!merged)
        return context.fail(merged.error());
    context.say(merged->record);
    for (const QString &note : merged->notes)
        context.say(QStringLiteral("  ") + note);
    context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.spf-merge/1")},
                   {QStringLiteral("record"), merged->record},
                   {QStringLiteral("changed"), merged->changed},
                   {QStringLiteral("added"), QJsonArray::fromStringList(merged->added)},
                   {QStringLiteral("notes"), QJsonArray::fromStringList(merged->notes)},
                   {QStringLiteral("zone"), toZoneStrings(merged->record)}});
    return Done;
}

/// The one SPF record among a domain's TXT records, nothing when it has none.
Result<std::optional<QString>> publishedSpf(const DnsAnswer &answer, const Domain &domain)
{
    using Status = DnsAnswer::Status;
    if (answer.status == Status::Failed || answer.status == Status::TimedOut)
        return failure(ErrorKind::Unreachable, answer.detail);
    QByteArrayList records;
    std::ranges::copy_if(answer.texts, std::back_inserter(records),
                         [](const QByteArray &text) { return isSpfRecord(text); });
    if (records.size() > 1)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("%1 publishes %2 SPF records, which makes every check fail. Join them to one first.")
                .arg(domain.toAscii())
                .arg(records.size()));
    if (records.isEmpty())
        return std::optional<QString>();
    return std::optional<QString>(QString::fromLatin1(records.first()));
}

std::optional<int> runMerge(const SpfOptions &options, Context &context)
{
    if (!options.record.empty())
        return sayMerged(QString::fromStdString(options.record), options, context);
    const auto domain = Domain::parse(QString::fromStdString(options.domain));
    if (!domain)
        return context.fail(domain.error());
    auto resolver = Resolver::create({.nameservers = context.nameservers});
    if (!resolver)
        return context.fail(resolver.error());
    const std::shared_ptr<Resolver> dns = std::move(*resolver);
    dns->ask(domain->toAscii(), DnsType::Txt, &context,
             [dns, options, &context, domain = *domain](const DnsAnswer &answer) {
                 const auto existing = publishedSpf(answer, domain);
                 context.finish(existing ? sayMerged(*existing, options, context) : context.fail(existing.error()));
             });
    return std::nullopt;
}

} // namespace

void addSpfCommands(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<SpfOptions>();
    CLI::App *spf = app.add_subcommand("spf", "Check, count and merge SPF records");
    spf->require_subcommand(1);
    spf->fallthrough();

    CLI::App *check =
        spf->add_subcommand("check", "What a receiver computes: pass fail softfail neutral none temperror permerror");
    check->add_option("--ip", options->ip, "The address that connects")->required();
    check->add_option("--helo", options->helo, "The name it says in HELO or EHLO")->required();
    check->add_option("--mail-from", options->mailFrom, "The envelope sender; empty for the null reverse-path")
        ->required();
    check->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runCheck(*options, context); }; });

    CLI::App *count = spf->add_subcommand("count", "Lookups used, void lookups, and the tree");
    count->add_option("DOMAIN", options->domain)->required();
    count->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runCount(*options, context); }; });

    CLI::App *merge = spf->add_subcommand("merge", "The record with new mechanisms, and why it is safe");
    auto *domain = merge->add_option("DOMAIN", options->domain, "Look its record up");
    merge->add_option("--record", options->record, "Or merge into this record")->excludes(domain);
    merge->add_option("--add", options->add, "Such as ip4:192.0.2.10; may be repeated")->required()->expected(1, -1);
    merge->callback([options, &chosen] {
        if (options->domain.empty() && options->record.empty())
            throw CLI::RequiredError("spf merge: DOMAIN or --record");
        chosen = [options](Context &context) { return runMerge(*options, context); };
    });
}

} // namespace relaywright::cli
