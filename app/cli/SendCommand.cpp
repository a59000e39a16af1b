// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Advice.h"
#include "app/cli/Context.h"
#include "app/cli/SayDiagnosis.h"
#include "app/cli/SendRequest.h"
#include "app/cli/SendRuns.h"
#include "app/cli/SendUsage.h"
#include "core/verify/SenderTest.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace relaywright::cli {

namespace {

tl::unexpected<Error> invalid(const QString &sentence)
{
    return failure(ErrorKind::InvalidInput, sentence);
}

/// The way that a sender is tested by: the one asked for, or the plan's choice.
Result<Option> optionFor(const Sender &sender, const Advice &advice, const SendOptions &options)
{
    const auto plan = std::ranges::find(advice.plan.senders, sender.id, &SenderPlan::senderId);
    if (plan == advice.plan.senders.end())
        return invalid(QStringLiteral("%1 is not in the plan.").arg(sender.name));
    if (options.method.empty()) {
        if (const Option *chosen = plan->chosen())
            return *chosen;
        return invalid(QStringLiteral("The plan has no method for %1: %2").arg(sender.name, plan->noneBecause));
    }
    const auto method = parseMethod(QString::fromStdString(options.method));
    const Option *option = method ? plan->find(*method) : nullptr;
    if (!option)
        return invalid(QStringLiteral("--method %1 is no method of %2. \"relaywright-cli plan\" lists them.")
                           .arg(QString::fromStdString(options.method), sender.name));
    return *option;
}

/// The one that was named, in place of the plan's.
Result<std::optional<Endpoint>> serverOf(const SendOptions &options)
{
    if (options.server.empty())
        return std::nullopt;
    auto server = Endpoint::parse(QString::fromStdString(options.server));
    if (!server)
        return invalid(QStringLiteral("--server: %1").arg(server.error().detail));
    return *server;
}

Result<TestRequest> requestFor(const Sender &sender, const Advice &advice, const SendOptions &options)
{
    const auto option = optionFor(sender, advice, options);
    if (!option)
        return tl::unexpected(option.error());
    if (options.to.empty())
        return invalid(QStringLiteral("Name a recipient with --to ADDRESS."));
    const auto to = EmailAddress::parse(QString::fromStdString(options.to.front()));
    if (!to)
        return invalid(QStringLiteral("--to: %1").arg(to.error().detail));
    const auto server = serverOf(options);
    if (!server)
        return tl::unexpected(server.error());
    auto request = testOf(advice.site, sender, *option, *to,
                          options.asThisComputer ? TestManner::AsThisComputer : TestManner::LikeTheSender, *server);
    if (!request)
        return tl::unexpected(request.error());
    return withOptions(std::move(*request), options);
}

SendJob jobFor(const Sender &sender, const Advice &advice, const SendOptions &options)
{
    auto request = requestFor(sender, advice, options);
    if (request)
        return {sender.name, std::move(*request)};
    TestRequest none{.connection = {.server = {Host::of(IpAddress::fromV4(0)), 0}}, .message = {.from = anybody()}};
    none.senderId = sender.id;
    return {sender.name, std::move(none), request.error()};
}

Result<std::vector<SendJob>> jobsOf(const Advice &advice, const SendOptions &options)
{
    std::vector<SendJob> jobs;
    if (options.all) {
        for (const Sender &sender : advice.site.senders)
            jobs.push_back(jobFor(sender, advice, options));
        return jobs;
    }
    if (options.sender.empty())
        return invalid(QStringLiteral("Name a sender of the site with --sender ID, or test them all with --all."));
    const QString id = QString::fromStdString(options.sender);
    const auto sender = std::ranges::find(advice.site.senders, id, &Sender::id);
    if (sender == advice.site.senders.end())
        return invalid(QStringLiteral("The site has no sender \"%1\". \"relaywright-cli plan\" lists them.").arg(id));
    jobs.push_back(jobFor(*sender, advice, options));
    return jobs;
}

Result<TestRequest> requestLike(const SendOptions &options)
{
    const QString path = QString::fromStdString(options.like);
    const auto json = readFile(path, 256 << 20);
    if (!json)
        return tl::unexpected(json.error());
    const auto record = testRecordFromJson(*json);
    if (!record)
        return invalid(QStringLiteral("%1: %2").arg(path, record.error().detail));
    return withOptions(record->request, options);
}

int wrongUsage(const QString &sentence, const Context &context)
{
    context.complain(sentence);
    return WrongUsage;
}

std::optional<int> run(std::vector<SendJob> jobs, std::optional<Site> site, const SendOptions &options,
                       Context &context)
{
    if (!options.all && !jobs.front().obstacle) {
        if (const QString fault = uselessOption(options, jobs.front().request); !fault.isEmpty())
            return wrongUsage(fault, context);
    }
    const auto changed = permissionsChange(options.permissionsChanged);
    if (!changed)
        return context.fail(changed.error());
    if (options.checkOnly) {
        runCheckOnly(std::move(jobs), options, context);
        return std::nullopt;
    }
    Known known{std::move(site), {.permissionsChangedAt = *changed}};
    if (options.repeat > 1 && jobs.size() == 1)
        jobs.resize(static_cast<std::size_t>(options.repeat), SendJob(jobs.front()));
    if (options.dns && (options.all || options.repeat > 1))
        return context.fail({ErrorKind::InvalidInput,
                             QStringLiteral("--dns looks at one test. For several, look first: --check-only --dns.")});
    if (jobs.size() == 1 && !options.all) {
        runOne(std::move(jobs.front()), std::move(known), options, context);
        return std::nullopt;
    }
    runSeveral(std::move(jobs), std::move(known), options, context);
    return std::nullopt;
}

std::optional<int> runSend(const SendOptions &options, Context &context)
{
    if (const QString fault = uselessOption(options); !fault.isEmpty())
        return wrongUsage(fault, context);
    if (!options.site.empty()) {
        auto advice = adviseFrom(QString::fromStdString(options.site), context.clock.today(), context);
        if (!advice)
            return context.fail(advice.error());
        auto jobs = jobsOf(*advice, options);
        if (!jobs)
            return context.fail(jobs.error());
        return run(std::move(*jobs), std::move(advice->site), options, context);
    }
    auto request = options.like.empty() ? plainRequest(options) : requestLike(options);
    if (!request)
        return context.fail(request.error());
    if (options.graph || request->graph) {
        SendOptions through = options;
        through.graph = true;
        if (const QString fault = uselessOption(through); !fault.isEmpty())
            return wrongUsage(fault, context);
        return runGraph(std::move(*request), options, context);
    }
    const QString name = request->connection.server.toString();
    return run({{name, std::move(*request)}}, std::nullopt, options, context);
}

} // namespace

void addSendCommand(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<SendOptions>();
    CLI::App *send = app.add_subcommand("send", "Send a message and watch the conversation");
    send->footer(
        "Several tests: count and rate are told before the first. On a terminal p pauses and goes on; for scripts "
        "SIGUSR1 pauses and SIGUSR2 goes on. Ctrl+C ends them, reports what was done, and the exit code is 4. "
        "More than 30 a minute or 200 messages go to this computer, and to a practice server (\"rehearse\") at a "
        "private address, only.");
    addSendOptions(*send, *options);
    send->callback([options, &chosen] { chosen = [options](Context &context) { return runSend(*options, context); }; });
}

} // namespace relaywright::cli
