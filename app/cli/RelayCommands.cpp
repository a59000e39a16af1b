// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/UserFolders.h"
#include "app/cli/Context.h"
#include "app/cli/RelayDeviceCommands.h"
#include "app/cli/RelayMessageCommands.h"

#include "core/relay/Control.h"
#include "core/relay/RelayProcess.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <CLI/CLI.hpp>

#include <memory>

namespace relaywright::cli {

namespace {

struct RelayOptions {
    std::string config;
    std::string control = "default";
    std::string id;
};

std::optional<int> runRelayInForeground(const RelayOptions &options, Context &context)
{
    if (context.json) {
        context.complain(QStringLiteral(
            "A relay that runs here has no one JSON document to give; ask it with relay status --json."));
        return WrongUsage;
    }
    return runRelay({.configFile = QString::fromStdString(options.config),
                     .program = QStringLiteral("relaywright-cli"),
                     .accountBook = userAccountBook()});
}

/// A client whose answers end the program.
ControlClient *clientOf(const RelayOptions &options, Context &context)
{
    return new ControlClient(QString::fromStdString(options.control), &context);
}

QString timeText(const std::optional<TimePoint> &time)
{
    return time ? toDateTime(*time).toLocalTime().toString(Qt::ISODate) : QStringLiteral("-");
}

/// `0.13 s`, `95 s`, `3.5 h`.
QString waitText(std::chrono::milliseconds time)
{
    const double seconds = static_cast<double>(time.count()) / 1000;
    return seconds < 7200 ? QStringLiteral("%1 s").arg(seconds, 0, 'f', seconds < 10 ? 2 : 0)
                          : QStringLiteral("%1 h").arg(seconds / 3600, 0, 'f', 1);
}

void sayRoute(const RouteStatus &route, const Context &context)
{
    context.say(QStringLiteral("route %1 over %2: %3%4")
                    .arg(route.name, route.host, route.state,
                         route.reason.isEmpty() ? QString() : QStringLiteral(", ") + route.reason));
    if (route.leftUntil)
        context.say(QStringLiteral("    %1 is left until %2").arg(route.hosts.front(), timeText(route.leftUntil)));
    if (route.latency)
        context.say(QStringLiteral("    half of its %1 delivered messages waited less than %2, 95 of 100 less than %3")
                        .arg(route.latency->messages)
                        .arg(waitText(route.latency->median), waitText(route.latency->percentile95)));
}

void sayStatus(const RelayStatus &status, const Context &context)
{
    context.say(QStringLiteral("%1%2").arg(toString(status.condition),
                                           status.reason.isEmpty() ? QString() : QStringLiteral(": ") + status.reason));
    context.say(QStringLiteral("listening  %1").arg(status.listeners.join(QLatin1String(", "))));
    context.say(QStringLiteral("smart host %1").arg(status.upstream));
    context.say(QStringLiteral("running since %1").arg(timeText(status.startedAt)));
    context.say(QStringLiteral("accepted %1, delivered %2, bounced %3, refused %4, queued %5, held %6")
                    .arg(status.accepted)
                    .arg(status.delivered)
                    .arg(status.bounced)
                    .arg(status.refused)
                    .arg(status.queued)
                    .arg(status.held));
    if (status.nextAttempt)
        context.say(QStringLiteral("next attempt %1").arg(timeText(status.nextAttempt)));
    if (status.emptyAt)
        context.say(QStringLiteral("empty at %1").arg(timeText(status.emptyAt)));
    for (const RouteStatus &route : status.routes)
        sayRoute(route, context);
    for (const AlertStatus &alert : status.alerts)
        context.say(QStringLiteral("alert since %1: %2").arg(timeText(alert.since), alert.sentence));
}

std::optional<int> runStatus(const RelayOptions &options, Context &context)
{
    clientOf(options, context)->status(&context, [&context](Result<RelayStatus> status) {
        if (!status)
            return context.finish(context.fail(status.error()));
        sayStatus(*status, context);
        context.print(toJson(*status));
        context.finish(status->condition == RelayCondition::Trouble ? AnswerIsNo : Done);
    });
    return std::nullopt;
}

std::optional<int> runQueue(const RelayOptions &options, Context &context)
{
    clientOf(options, context)->queue(&context, [&context](Result<std::vector<QueueEntry>> queue) {
        if (!queue)
            return context.finish(context.fail(queue.error()));
        QJsonArray entries;
        for (const QueueEntry &entry : *queue) {
            entries.append(toJson(entry));
            context.say(QStringLiteral("%1  %2  %3  %4 -> %5  attempts %6  next %7  %8")
                            .arg(entry.id, timeText(entry.receivedAt), entry.state, entry.sender,
                                 entry.recipients.join(QLatin1String(", ")))
                            .arg(entry.attempts)
                            .arg(timeText(entry.nextAttempt), entry.lastReply)
                            .trimmed());
        }
        if (queue->empty())
            context.say(QStringLiteral("The queue is empty."));
        context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.relay-queue/1")},
                       {QStringLiteral("messages"), entries}});
        context.finish(Done);
    });
    return std::nullopt;
}

void sayMembers(const QJsonObject &json, const Context &context)
{
    for (auto it = json.begin(); it != json.end(); ++it) {
        if (it->isArray() || it->isObject())
            context.say(QStringLiteral("%1: %2").arg(
                it.key(),
                QString::fromUtf8(QJsonDocument::fromVariant(it->toVariant()).toJson(QJsonDocument::Compact))));
        else
            context.say(QStringLiteral("%1: %2").arg(it.key(), it->toVariant().toString()));
    }
}

/// retry, hold, release and delete: one message, or with retry and release also all that wait.
std::optional<int> runOperation(const char *command, const RelayOptions &options, Context &context)
{
    QJsonObject arguments;
    if (!options.id.empty())
        arguments.insert(QStringLiteral("id"), QString::fromStdString(options.id));
    clientOf(options, context)
        ->request(QLatin1String(command), arguments, &context, [&context](Result<QJsonObject> answer) {
            if (!answer)
                return context.finish(context.fail(answer.error()));
            sayMembers(*answer, context);
            context.print(*answer);
            context.finish(Done);
        });
    return std::nullopt;
}

std::optional<int> runReload(const RelayOptions &options, Context &context)
{
    clientOf(options, context)
        ->request(QStringLiteral("reload"), {}, &context, [&context](const Result<QJsonObject> &answer) {
            if (!answer)
                return context.finish(context.fail(answer.error()));
            context.say(QStringLiteral("The configuration was read again and holds from now on."));
            context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.relay-reload/1")}});
            context.finish(Done);
        });
    return std::nullopt;
}

} // namespace

void addRelayCommands(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<RelayOptions>();
    CLI::App *relay = app.add_subcommand("relay", "Run, check and look after the local relay");
    relay->require_subcommand(1);
    relay->fallthrough();
    relay->add_option("--control", options->control, "Which relay, by the name in its configuration")
        ->capture_default_str();

    CLI::App *run = relay->add_subcommand("run", "Run the relay here until it is interrupted");
    run->add_option("CONFIG", options->config)->required();
    run->callback([options, &chosen] {
        chosen = [options](Context &context) { return runRelayInForeground(*options, context); };
    });

    addRelayDeviceCommands(*relay, std::shared_ptr<const std::string>(options, &options->control), chosen);

    CLI::App *status = relay->add_subcommand("status", "A running relay at a glance");
    status->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runStatus(*options, context); }; });

    CLI::App *queue = relay->add_subcommand("queue", "The messages that wait");
    queue->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runQueue(*options, context); }; });

    addRelayMessageCommands(*relay, std::shared_ptr<const std::string>(options, &options->control), chosen);
    addSelfTestCommand(*relay, std::shared_ptr<const std::string>(options, &options->control), chosen);

    struct Operation {
        const char *word;
        const char *help;
        bool idRequired;
    };
    static constexpr Operation kOperations[] = {
        {"retry", "Try one message now, or all that wait", false},
        {"hold", "Keep one message until it is released", true},
        {"release", "Let one held message go, or all of them", false},
        {"delete", "Remove one message for good", true},
    };
    CLI::App *reload = relay->add_subcommand("reload", "Read the configuration again; nothing restarts");
    reload->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runReload(*options, context); }; });
    for (const Operation &operation : kOperations) {
        CLI::App *command = relay->add_subcommand(operation.word, operation.help);
        command->add_option("ID", options->id, "As `relay queue` shows it")->required(operation.idRequired);
        command->callback([options, &chosen, word = operation.word] {
            chosen = [options, word](Context &context) { return runOperation(word, *options, context); };
        });
    }
}

} // namespace relaywright::cli
