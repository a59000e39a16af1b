// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/ImportDraft.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>

namespace relaywright {

namespace {

struct ImportText { Q_DECLARE_TR_FUNCTIONS(ImportDraft) };

QString delimiterWords(const InventoryTable &table)
{
    if (table.headings.size() == 1)
        return ImportText::tr("one column");
    if (table.delimiter == u'\t')
        return ImportText::tr("tabs between the cells");
    if (table.delimiter == u';')
        return ImportText::tr("semicolons between the cells");
    if (table.delimiter == u',')
        return ImportText::tr("commas between the cells");
    return ImportText::tr("“%1” between the cells").arg(table.delimiter);
}

Result<ImportDraft> parsed(ImportDraft draft)
{
    auto table = parseInventory(draft.text);
    if (!table)
        return tl::unexpected(table.error());
    draft.table = std::move(*table);
    draft.mapping = guessMapping(draft.table);
    return draft;
}

} // namespace

Result<ImportDraft> importDraftOf(const QByteArray &octets, const QString &source)
{
    const auto text = decodeInventory(octets);
    if (!text)
        return tl::unexpected(text.error());
    return parsed({.source = source, .text = text->text, .encoding = text->encoding});
}

Result<ImportDraft> importDraftOf(const QString &pasted)
{
    return parsed({.text = pasted});
}

ImportDraft withHeadings(const ImportDraft &draft, bool present)
{
    ImportDraft changed = draft;
    if (auto table = parseInventory(draft.text, present ? Headings::Present : Headings::Absent)) {
        changed.table = std::move(*table);
        changed.mapping = guessMapping(changed.table);
    }
    return changed;
}

ImportDraft withColumn(ImportDraft draft, std::size_t column, std::optional<SenderFact> fact)
{
    if (fact)
        std::ranges::replace(draft.mapping, fact, std::optional<SenderFact>());
    draft.mapping.at(column) = fact;
    return draft;
}

QString describe(const ImportDraft &draft)
{
    const auto lines = static_cast<int>(draft.table.rows.size());
    const QString name = draft.source.isEmpty() ? ImportText::tr("Pasted") : draft.source;
    const QString words = ImportText::tr("%1: %n line(s), %2", nullptr, lines).arg(name, delimiterWords(draft.table));
    return draft.encoding.isEmpty() ? ImportText::tr("%1.").arg(words)
                                    : ImportText::tr("%1, %2.").arg(words, draft.encoding);
}

QString remarksText(const Inventory &inventory, Duplicates duplicates)
{
    std::multimap<int, QString> lines;
    const auto add = [&lines](const std::vector<InventoryRemark> &remarks, const QString &form) {
        for (const InventoryRemark &remark : remarks)
            lines.emplace(remark.line, form.arg(QString::number(remark.line), remark.sentence));
    };
    add(inventory.badLines, ImportText::tr("Line %1 is left out. %2"));
    add(inventory.duplicates, duplicates == Duplicates::LeaveOut ? ImportText::tr("Line %1 is left out. %2")
                                                                 : ImportText::tr("Line %1 is a duplicate. %2"));
    add(inventory.notes, ImportText::tr("Line %1: %2"));
    QStringList text;
    for (const auto &[line, sentence] : lines)
        text += sentence;
    return text.join(u'\n');
}

} // namespace relaywright
