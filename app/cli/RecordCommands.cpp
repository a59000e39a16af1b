// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"
#include "core/session/CommandExport.h"
#include "core/session/CompareRuns.h"
#include "core/session/PrivateFile.h"
#include "core/session/RunExport.h"

#include <QJsonDocument>

#include <CLI/CLI.hpp>

#include <memory>

namespace relaywright::cli {

namespace {

constexpr qint64 kMaxRecordOctets = 256 << 20;

Result<TestRecord> readRecord(const std::string &file)
{
    const QString path = QString::fromStdString(file);
    const auto json = readFile(path, kMaxRecordOctets);
    if (!json)
        return tl::unexpected(json.error());
    auto record = testRecordFromJson(*json);
    if (!record)
        return failure(record.error().kind, QStringLiteral("%1: %2").arg(path, record.error().detail));
    return record;
}

// --- compare --------------------------------------------------------------------------------------------------------

struct CompareOptions {
    std::string left, right;
    bool all = false;
};

QString mark(CompareRow::Kind kind)
{
    switch (kind) {
    case CompareRow::Kind::Same: return QStringLiteral(" ");
    case CompareRow::Kind::Differs: return QStringLiteral("!");
    case CompareRow::Kind::OnlyLeft: return QStringLiteral("<");
    case CompareRow::Kind::OnlyRight: return QStringLiteral(">");
    }
    Q_UNREACHABLE();
}

void saySide(const QString &side, const QString &said, const QString &got, bool note, const Context &context)
{
    if (!said.isEmpty())
        context.say(QStringLiteral("    %1 C: %2").arg(side, said));
    for (const QString &line : got.split(u'\n', Qt::SkipEmptyParts))
        context.say(QStringLiteral("    %1 %2 %3").arg(side, note ? QStringLiteral("--") : QStringLiteral("S:"), line));
}

void sayRow(const CompareRow &row, const Context &context)
{
    context.say(QStringLiteral("%1 %2 %3").arg(mark(row.kind), toString(row.stage).leftJustified(9), row.why));
    if (row.kind == CompareRow::Kind::Same)
        return saySide(QStringLiteral("both "), row.leftSaid, row.leftGot, row.note, context);
    saySide(QStringLiteral("left "), row.leftSaid, row.leftGot, row.note, context);
    saySide(QStringLiteral("right"), row.rightSaid, row.rightGot, row.note, context);
}

std::optional<int> runCompare(const CompareOptions &options, Context &context)
{
    const auto left = readRecord(options.left);
    if (!left)
        return context.fail(left.error());
    const auto right = readRecord(options.right);
    if (!right)
        return context.fail(right.error());
    const RunComparison comparison = compareRuns(*left, *right);
    context.say(comparison.verdict);
    for (const CompareFact &fact : comparison.facts)
        context.say(QStringLiteral("  %1 left: %2   right: %3")
                        .arg(fact.what.leftJustified(20), fact.left.isEmpty() ? QStringLiteral("-") : fact.left,
                             fact.right.isEmpty() ? QStringLiteral("-") : fact.right));
    context.say();
    for (const CompareRow &row : comparison.rows) {
        if (options.all || row.kind != CompareRow::Kind::Same)
            sayRow(row, context);
    }
    context.print(toJson(comparison));
    return comparison.isSame() ? Done : AnswerIsNo;
}

// --- transcript -----------------------------------------------------------------------------------------------------

struct TranscriptOptions {
    std::string record;
    std::string as = "text";
    std::string out;
};

/// A record in another form, for a file or people and for programs.
struct Form {
    QByteArray text;
    QJsonObject json;
};

Result<Form> formOf(const Result<CommandExport> &command, const QString &program)
{
    if (!command)
        return tl::unexpected<Error>(command.error());
    return Form{command->toText().toUtf8(), toJson(*command, program)};
}

Result<Form> formOf(const TestRecord &record, const std::string &form)
{
    const QJsonObject json = toJson(record);
    if (form == "text")
        return Form{toText(record).toUtf8(), json};
    if (form == "html")
        return Form{toHtml(record).toUtf8(), json};
    if (form == "json")
        return Form{QJsonDocument(json).toJson(), json};
    if (form == "swaks")
        return formOf(asSwaks(record.request), QStringLiteral("swaks"));
    return formOf(asOpensslSClient(record.request), QStringLiteral("openssl"));
}

std::optional<int> runTranscript(const TranscriptOptions &options, Context &context)
{
    const auto record = readRecord(options.record);
    if (!record)
        return context.fail(record.error());
    const auto form = formOf(*record, options.as);
    if (!form)
        return context.fail(form.error());
    if (options.out.empty()) {
        context.say(QString::fromUtf8(form->text).trimmed());
    } else if (const auto saved = writePrivateFile(QString::fromStdString(options.out), form->text); !saved) {
        return context.fail(saved.error());
    }
    context.print(form->json);
    return Done;
}

} // namespace

void addRecordCommands(CLI::App &app, Command &chosen)
{
    const auto compareOptions = std::make_shared<CompareOptions>();
    CLI::App *compare =
        app.add_subcommand("compare", "Two records of \"send --record\" step by step; exit code 1: they differ");
    compare->add_option("LEFT", compareOptions->left, "Record, such as the one that worked")->required();
    compare->add_option("RIGHT", compareOptions->right, "Record, such as the one that failed")->required();
    compare->add_flag("--all", compareOptions->all, "Show the steps that are the same too");
    compare->callback([compareOptions, &chosen] {
        chosen = [compareOptions](Context &context) { return runCompare(*compareOptions, context); };
    });

    const auto options = std::make_shared<TranscriptOptions>();
    CLI::App *transcript =
        app.add_subcommand("transcript", "A record of \"send --record\" for a ticket, or as a command");
    transcript->add_option("RECORD", options->record, "File that \"send --record\" wrote")->required();
    transcript->add_option("--as", options->as, "text, html, json, swaks or openssl")
        ->capture_default_str()
        ->check(CLI::IsMember({"text", "html", "json", "swaks", "openssl"}));
    transcript->add_option("--out", options->out, "Write to this file");
    transcript->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runTranscript(*options, context); }; });
}

} // namespace relaywright::cli
