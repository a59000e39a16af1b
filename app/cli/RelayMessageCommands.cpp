// SPDX-License-Identifier: GPL-3.0-or-later
// relay show | why | trace | export | resend | events: clients of a running relay's control socket.
#include "app/cli/RelayMessageCommands.h"

#include "app/cli/Terminal.h"

#include "core/plan/Subject.h"
#include "core/relay/Control.h"

#include <QFile>
#include <QJsonArray>
#include <QSaveFile>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace relaywright::cli {

namespace {

struct MessageOptions {
    std::shared_ptr<const std::string> control;
    std::string id;
    std::string out;
    std::string severity = "info";
    std::string since;
    std::string until;
    std::string server;
    std::string sender;
    std::string recipient;
    std::string source;
    std::string remoteId;
    std::string state;
    int perMinute = 0;
    int limit = 100;
    int count = 0;
};
using Options = std::shared_ptr<MessageOptions>;

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

/// A client whose answers end the program.
ControlClient *clientOf(const MessageOptions &options, Context &context)
{
    return new ControlClient(text(*options.control), &context);
}

QString timeText(TimePoint time)
{
    return toDateTime(time).toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"));
}

/// `2026-11-22`, `2026-11-22T10:00` or `2026-11-22T10:00:00Z`; local time unless it says otherwise.
Result<std::optional<TimePoint>> timeOf(const std::string &typed)
{
    if (typed.empty())
        return std::nullopt;
    const QDateTime time = QDateTime::fromString(text(typed), Qt::ISODate);
    if (!time.isValid())
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("\"%1\" is no time. Write it as 2026-11-22 or 2026-11-22T10:00.").arg(text(typed)));
    return fromDateTime(time.toUTC());
}

void sayEntry(const QueueEntry &entry, const Context &context)
{
    QString line = QStringLiteral("%1  %2  %3  %4 -> %5  %6 octets from %7")
                       .arg(entry.id, timeText(entry.receivedAt), entry.state, entry.sender,
                            entry.recipients.join(QLatin1String(", ")), countWords(static_cast<qint64>(entry.octets)),
                            entry.source);
    if (!entry.remoteId.isEmpty())
        line += QStringLiteral("  there as %1").arg(entry.remoteId);
    else if (!entry.lastReply.isEmpty())
        line += QStringLiteral("  %1").arg(entry.lastReply);
    context.say(line);
}

/// `14:02:07.123  device    S: MAIL FROM:<...>`: who speaks, as in a transcript; the queue's own decisions by name.
void sayLine(const MessageTimeline::Line &line, const Context &context)
{
    const bool isDevice = line.leg == QLatin1String("device");
    QString who = line.event;
    if (line.event == QLatin1String("sent"))
        who = QStringLiteral("relay:");
    else if (line.event == QLatin1String("received"))
        who = isDevice ? QStringLiteral("device:") : QStringLiteral("smart host:");
    else if (line.event == QLatin1String("note"))
        who = QStringLiteral("--");
    context.say(QStringLiteral("%1  %2  %3 %4").arg(timeText(line.at), line.leg.leftJustified(8), who, line.text));
}

std::optional<int> runShow(const MessageOptions &options, Context &context)
{
    clientOf(options, context)->show(text(options.id), &context, [&context](const Result<MessageTimeline> &timeline) {
        if (!timeline)
            return context.finish(context.fail(timeline.error()));
        sayEntry(timeline->message, context);
        for (const MessageTimeline::Line &line : timeline->lines)
            sayLine(line, context);
        context.print(toJson(*timeline));
        context.finish(Done);
    });
    return std::nullopt;
}

std::optional<int> runWhy(const MessageOptions &options, Context &context)
{
    QJsonObject arguments{{QStringLiteral("id"), text(options.id)}};
    if (options.perMinute != 0)
        arguments.insert(QStringLiteral("maxMessagesPerMinute"), options.perMinute);
    if (!options.server.empty())
        arguments.insert(QStringLiteral("server"), text(options.server));
    clientOf(options, context)
        ->request(QStringLiteral("why"), arguments, &context, [&context](const Result<QJsonObject> &answer) {
            const auto why =
                answer ? parseWaitExplanation(*answer) : Result<WaitExplanation>(tl::unexpected(answer.error()));
            if (!why)
                return context.finish(context.fail(why.error()));
            for (const QString &reason : why->reasons)
                context.say(reason);
            for (const auto &[change, effect] : why->changes)
                context.say(QStringLiteral("- %1: %2").arg(change, effect));
            context.print(toJson(*why));
            context.finish(Done);
        });
    return std::nullopt;
}

/// Asks page by page, for a page may be empty though there is more.
struct Trace : std::enable_shared_from_this<Trace> {
    Context &context;
    ControlClient *client;
    TraceQuery query;
    std::vector<QueueEntry> found;

    Trace(Context &own, ControlClient *ownClient, TraceQuery ownQuery)
        : context(own), client(ownClient), query(std::move(ownQuery))
    {
    }
    void ask()
    {
        client->trace(query, &context,
                      [self = shared_from_this()](const Result<TracePage> &page) { self->onPage(page); });
    }
    void onPage(const Result<TracePage> &page)
    {
        if (!page)
            return context.finish(context.fail(page.error()));
        for (const QueueEntry &entry : page->messages)
            sayEntry(entry, context);
        found.insert(found.end(), page->messages.begin(), page->messages.end());
        query.limit -= static_cast<int>(page->messages.size());
        query.next = page->next;
        if (query.limit > 0 && !query.next.isEmpty())
            return ask();
        if (found.empty())
            context.say(QStringLiteral("No message fits."));
        else if (!query.next.isEmpty())
            context.say(QStringLiteral("There may be more; ask with a higher --limit or for a shorter time."));
        context.print(toJson(TracePage{found, query.next}));
        context.finish(found.empty() && query.next.isEmpty() ? AnswerIsNo : Done);
    }
};

std::optional<int> runTrace(const MessageOptions &options, Context &context)
{
    const auto since = timeOf(options.since);
    const auto until = timeOf(options.until);
    if (!since || !until)
        return context.fail(since ? until.error() : since.error());
    TraceQuery query{.sender = text(options.sender),
                     .recipient = text(options.recipient),
                     .id = text(options.id),
                     .source = text(options.source),
                     .remoteId = text(options.remoteId),
                     .state = text(options.state),
                     .since = *since,
                     .until = *until,
                     .limit = options.limit};
    std::make_shared<Trace>(context, clientOf(options, context), std::move(query))->ask();
    return std::nullopt;
}

/// Into a private file that is there when it is whole, or on standard output as it comes.
std::optional<int> runExport(const MessageOptions &options, Context &context)
{
    if (options.out.empty() && context.json) {
        context.complain(QStringLiteral("With --json the message goes into a file: say which with --out FILE."));
        return WrongUsage;
    }
    std::shared_ptr<QFileDevice> file;
    if (options.out.empty()) {
        auto standard = std::make_shared<QFile>();
        if (!standard->open(stdout, QIODevice::WriteOnly))
            return context.fail({ErrorKind::Storage, QStringLiteral("Standard output cannot be written.")});
        file = standard;
    } else {
        file = std::make_shared<QSaveFile>(text(options.out));
        if (!file->open(QIODevice::WriteOnly) || !file->setPermissions(QFile::ReadOwner | QFile::WriteOwner))
            return context.fail(
                {ErrorKind::Storage,
                 QStringLiteral("%1 cannot be written: %2.").arg(text(options.out), file->errorString())});
    }
    clientOf(options, context)
        ->exportMessage(
            text(options.id), &context,
            [file](const QByteArray &octets) { return file->write(octets) == octets.size(); },
            [file, options, &context](const Result<quint64> &size) {
                auto *const saved = dynamic_cast<QSaveFile *>(file.get());
                if (!size && size.error().kind != ErrorKind::Cancelled)
                    return context.finish(context.fail(size.error()));
                if (!size || (saved && !saved->commit()) || (!saved && !file->flush()))
                    return context.finish(context.fail(
                        {ErrorKind::Storage, QStringLiteral("%1 cannot be written: %2.")
                                                 .arg(saved ? text(options.out) : QStringLiteral("Standard output"),
                                                      file->errorString())}));
                if (saved)
                    context.say(QStringLiteral("%1 octets are in %2, for your eyes only.")
                                    .arg(countWords(static_cast<qint64>(*size)), text(options.out)));
                context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.relay-export/1")},
                               {QStringLiteral("id"), text(options.id)},
                               {QStringLiteral("file"), text(options.out)},
                               {QStringLiteral("size"), static_cast<qint64>(*size)}});
                context.finish(Done);
            });
    return std::nullopt;
}

std::optional<int> runResend(const MessageOptions &options, Context &context)
{
    clientOf(options, context)
        ->request(QStringLiteral("resend"), {{QStringLiteral("id"), text(options.id)}}, &context,
                  [&context, id = text(options.id)](const Result<QJsonObject> &answer) {
                      if (!answer)
                          return context.finish(answer.error().kind == ErrorKind::Denied
                                                    ? (context.complain(answer.error().detail), AnswerIsNo)
                                                    : context.fail(answer.error()));
                      const QString now = answer->value(QLatin1String("id")).toString();
                      context.say(now == id ? QStringLiteral("Message %1 is tried again.").arg(id)
                                            : QStringLiteral("Message %1 waits again, as message %2.").arg(id, now));
                      context.print(*answer);
                      context.finish(Done);
                  });
    return std::nullopt;
}

/// As they come, until it is interrupted or `--count` of them came.
std::optional<int> runEvents(const MessageOptions &options, Context &context)
{
    const auto severity = parseSeverity(text(options.severity));
    if (!severity)
        return context.fail(severity.error());
    if (context.json && options.count == 0) {
        context.complain(QStringLiteral(
            "Events have no end, and --json gives one document: say with --count N how many to wait for."));
        return WrongUsage;
    }
    const auto events = std::make_shared<QJsonArray>();
    const auto end = [events, &context] {
        context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.relay-events/1")},
                       {QStringLiteral("events"), *events}});
        context.finish(Done);
    };
    auto *const subscription = new ControlSubscription(text(*options.control), *severity, &context);
    QObject::connect(subscription, &ControlSubscription::happened, &context,
                     [events, end, count = options.count, &context](const RelayEvent &event) {
                         if (context.finishedWith())
                             return;
                         context.say(
                             QStringLiteral("%1  %2  %3").arg(timeText(event.at), toString(event.kind), toText(event)));
                         if (count == 0)
                             return;
                         events->append(toJson(event));
                         if (events->size() >= count)
                             end();
                     });
    QObject::connect(subscription, &ControlSubscription::ended, &context, [&context](const Error &error) {
        if (!context.finishedWith())
            context.finish(context.fail(error));
    });
    onInterrupt(&context, end);
    subscription->start();
    return std::nullopt;
}

CLI::App *add(CLI::App &relay, const Options &options, Command &chosen, const char *word, const char *help,
              std::optional<int> (*run)(const MessageOptions &, Context &))
{
    CLI::App *command = relay.add_subcommand(word, help);
    command->callback(
        [options, &chosen, run] { chosen = [options, run](Context &context) { return run(*options, context); }; });
    return command;
}

} // namespace

void addRelayMessageCommands(CLI::App &relay, std::shared_ptr<const std::string> control, Command &chosen)
{
    const auto options = std::make_shared<MessageOptions>();
    options->control = std::move(control);
    const char *const kId = "As `relay queue` and `relay trace` show it";

    add(relay, options, chosen, "show", "One message with all that happened to it, on both sides of the relay", runShow)
        ->add_option("ID", options->id, kId)
        ->required();

    CLI::App *why = add(relay, options, chosen, "why", "Why a message waits, and what would change that", runWhy);
    why->add_option("ID", options->id, kId)->required();
    why->add_option("--per-minute", options->perMinute, "What if the smart host took so many messages a minute?")
        ->check(CLI::Range(1, 1'000'000));
    why->add_option("--server", options->server, "What if this was the smart host? (HOST:PORT)");

    CLI::App *trace =
        add(relay, options, chosen, "trace", "Search the queue and the history, the youngest first", runTrace);
    trace->add_option("--from", options->sender, "Part of the reverse-path; <> for reports");
    trace->add_option("--to", options->recipient, "Part of a recipient");
    trace->add_option("--id", options->id, "A queue id, or its beginning");
    trace->add_option("--source", options->source, "Part of the device's address");
    trace->add_option("--remote-id", options->remoteId, "Part of the smart host's last reply, such as its own id");
    trace->add_option("--state", options->state)
        ->check(CLI::IsMember({"queued", "deferred", "held", "delivered", "bounced", "deleted", "damaged"}));
    trace->add_option("--since", options->since, "Received then or later: 2026-11-22 or 2026-11-22T10:00");
    trace->add_option("--until", options->until, "Received before then");
    trace->add_option("--limit", options->limit, "At most so many")->check(CLI::Range(1, 1000))->capture_default_str();

    CLI::App *exported =
        add(relay, options, chosen, "export",
            "Write a message that waits or whose contents are kept, as it was accepted, to a file or standard output",
            runExport);
    exported->add_option("ID", options->id, kId)->required();
    exported->add_option("--out", options->out, "FILE.eml; readable by you only");

    add(relay, options, chosen, "resend",
        "Try a held or deferred message now, or send one again that has ended and whose contents are kept", runResend)
        ->add_option("ID", options->id, kId)
        ->required();

    CLI::App *events =
        add(relay, options, chosen, "events", "What happens, as it happens, until it is interrupted", runEvents);
    events->add_option("--severity", options->severity, "At least: debug, info, notice, warning or error")
        ->capture_default_str();
    events->add_option("--count", options->count, "End after so many")->check(CLI::Range(1, 100'000));
}

} // namespace relaywright::cli
