// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"

#include "core/site/Inventory.h"
#include "core/site/SiteDocument.h"

#include <QJsonArray>

#include <CLI/CLI.hpp>

#include <memory>

namespace relaywright::cli {

namespace {

struct ImportOptions {
    std::string csv;
    std::string into;
    std::string out;
    std::vector<std::string> map;
    bool leaveDuplicatesOut = false;
};

Result<Site> siteOf(const ImportOptions &options)
{
    if (options.into.empty())
        return Site();
    const QString path = QString::fromStdString(options.into);
    const auto content = readFile(path);
    if (!content)
        return tl::unexpected(content.error());
    auto site = parseSite(*content);
    if (!site)
        return failure(site.error().kind, QStringLiteral("%1: %2").arg(path, site.error().detail));
    return site;
}

Result<InventoryTable> tableOf(const ImportOptions &options)
{
    const QString path = QString::fromStdString(options.csv);
    const auto content = readFile(path);
    if (!content)
        return tl::unexpected(content.error());
    auto text = decodeInventory(*content);
    if (!text)
        return failure(text.error().kind, QStringLiteral("%1: %2").arg(path, text.error().detail));
    auto table = parseInventory(text->text);
    if (!table)
        return failure(table.error().kind, QStringLiteral("%1: %2").arg(path, table.error().detail));
    return table;
}

QString knownFacts()
{
    QStringList words;
    for (const SenderFact fact : senderFacts())
        words += toString(fact);
    return words.join(QLatin1String(", "));
}

/// `COLUMN=FACT`: the column by its heading or its number from 1; an empty fact leaves the column out.
Result<void> mapColumn(const InventoryTable &table, const QString &text, InventoryMapping &mapping)
{
    const auto equals = text.lastIndexOf(u'=');
    const QString heading = text.left(equals).trimmed();
    const QString word = text.mid(equals + 1).trimmed();
    const auto fact = parseSenderFact(word);
    if (equals < 1 || (!fact && !word.isEmpty()))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("--map \"%1\" is not understood. Write COLUMN=FACT; the facts are: %2.")
                           .arg(text, knownFacts()));
    bool isNumber = false;
    const int number = heading.toInt(&isNumber);
    auto column = table.headings.indexOf(heading, 0);
    if (column < 0 && isNumber && number >= 1 && number <= table.headings.size())
        column = number - 1;
    if (column < 0)
        return failure(ErrorKind::InvalidInput, QStringLiteral("There is no column \"%1\". The columns are: %2.")
                                                    .arg(heading, table.headings.join(QLatin1String(", "))));
    for (auto &other : mapping) {
        if (other == fact)
            other.reset(); // what was only guessed gives way
    }
    mapping[static_cast<std::size_t>(column)] = fact;
    return {};
}

QJsonArray toJson(const std::vector<InventoryRemark> &remarks)
{
    QJsonArray array;
    for (const InventoryRemark &remark : remarks)
        array.append(QJsonObject{{QStringLiteral("line"), remark.line}, {QStringLiteral("sentence"), remark.sentence}});
    return array;
}

QJsonObject toJson(const InventoryTable &table, const InventoryMapping &mapping, const Inventory &inventory)
{
    QJsonArray columns;
    for (std::size_t i = 0; i < mapping.size(); ++i)
        columns.append(QJsonObject{{QStringLiteral("heading"), table.headings[static_cast<qsizetype>(i)]},
                                   {QStringLiteral("fact"), mapping[i] ? QJsonValue(toString(*mapping[i])) : QJsonValue()}});
    QJsonArray ids;
    for (const Sender &sender : inventory.senders)
        ids.append(sender.id);
    QJsonArray networks;
    for (const Network &network : inventory.networks)
        networks.append(network.id);
    return {{QStringLiteral("schema"), QStringLiteral("relaywright.import/1")},
            {QStringLiteral("columns"), columns},
            {QStringLiteral("imported"), ids},
            {QStringLiteral("networksAdded"), networks},
            {QStringLiteral("badLines"), toJson(inventory.badLines)},
            {QStringLiteral("duplicates"), toJson(inventory.duplicates)},
            {QStringLiteral("notes"), toJson(inventory.notes)}};
}

void complainOf(const std::vector<InventoryRemark> &remarks, const QString &what, const Context &context)
{
    for (const InventoryRemark &remark : remarks)
        context.complain(QStringLiteral("line %1: %2%3").arg(remark.line).arg(what, remark.sentence));
}

std::optional<int> runImport(const ImportOptions &options, Context &context)
{
    auto site = siteOf(options);
    if (!site)
        return context.fail(site.error());
    const auto table = tableOf(options);
    if (!table)
        return context.fail(table.error());
    InventoryMapping mapping = guessMapping(*table);
    for (const std::string &text : options.map) {
        if (const auto mapped = mapColumn(*table, QString::fromStdString(text), mapping); !mapped)
            return context.fail(mapped.error());
    }
    const auto inventory = readInventory(*table, mapping, *site,
                                         options.leaveDuplicatesOut ? Duplicates::LeaveOut : Duplicates::Keep);
    if (!inventory)
        return context.fail(inventory.error());
    complainOf(inventory->badLines, QStringLiteral("left out: "), context);
    complainOf(inventory->duplicates, options.leaveDuplicatesOut ? QStringLiteral("left out: ") : QString(), context);
    complainOf(inventory->notes, QString(), context);
    context.print(toJson(*table, mapping, *inventory));
    const auto out = QString::fromStdString(options.out);
    if (inventory->senders.empty() && !inventory->badLines.empty()) {
        context.complain(QStringLiteral("No line could be taken, so %1 was not written.").arg(out));
        return InvalidInput;
    }
    if (const auto written = writeFile(out, toJson(withInventory(std::move(*site), *inventory))); !written)
        return context.fail(written.error());
    context.say(QStringLiteral("%1 of %2 lines imported, %3 left out; written to %4.")
                    .arg(inventory->senders.size())
                    .arg(table->rows.size())
                    .arg(table->rows.size() - inventory->senders.size())
                    .arg(out));
    return inventory->badLines.empty() ? Done : AnswerIsNo;
}

} // namespace

void addImportCommand(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<ImportOptions>();
    CLI::App *import = app.add_subcommand(
        "import", "Senders from a CSV file; lines that cannot be taken are named and left out, then the exit code is 1");
    import->add_option("CSV", options->csv, "An inventory: one line for each sender")->required();
    import->add_option("--into", options->into, "Add them to this *.relaywright file's site");
    import->add_option("--out", options->out, "Write the site to this *.relaywright file")->required();
    import->add_option("--map", options->map,
                       "COLUMN=FACT, such as \"Asset=name\"; the column by heading or number; an empty fact leaves it out; may "
                       "be repeated")
        ->expected(1)
        ->take_all();
    import->add_flag("--leave-duplicates-out", options->leaveDuplicatesOut,
                     "Leave out senders whose name and address are there already");
    import->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runImport(*options, context); }; });
}

} // namespace relaywright::cli
