// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/Inventory.h"

#include "core/base/Text.h"
#include "core/site/InventoryWords.h"

#include <QHash>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace relaywright {

namespace {

constexpr std::size_t kSampleRows = 20;

/// What a spreadsheet would take for a formula (OWASP "CSV injection"), and what would be mistaken for our mark.
bool looksLikeFormula(const QString &cell)
{
    return !cell.isEmpty() && QStringLiteral("=+-@'").contains(cell.front());
}

QString armoured(const QString &cell)
{
    return looksLikeFormula(cell) ? u'\'' + cell : cell;
}

QString unarmoured(const QString &cell)
{
    return cell.startsWith(u'\'') && looksLikeFormula(cell.mid(1)) ? cell.mid(1) : cell;
}

/// The unit in brackets behind a heading: "Size (KB)"; megabytes where there is none.
std::uint64_t unitOf(const QString &heading)
{
    static const QRegularExpression brackets(QStringLiteral("[(\\[]([^)\\]]*)[)\\]]"));
    const auto match = brackets.match(heading);
    const auto unit = match.hasMatch() ? readOctets(QStringLiteral("1 ") + match.captured(1), 1) : std::nullopt;
    return unit.value_or(kOctetsPerMegabyte);
}

/// True when there are cells in the column and each of the first ones is good.
template <class Good>
bool columnIs(const InventoryTable &table, qsizetype column, Good good)
{
    bool any = false;
    for (std::size_t row = 0; row < std::min(table.rows.size(), kSampleRows); ++row) {
        const QString cell = table.rows[row].cells.value(column).trimmed();
        if (cell.isEmpty())
            continue;
        any = true;
        if (!good(cell))
            return false;
    }
    return any;
}

bool isAddress(const QString &cell)
{
    Sender sender;
    return cell.contains(u'@') && setFact(sender, SenderFact::From, cell);
}

bool isIpAddress(const QString &cell)
{
    return IpAddress::parse(cell).has_value();
}

void guessByContent(const InventoryTable &table, InventoryMapping &mapping)
{
    QSet<SenderFact> given;
    for (const auto &fact : mapping) {
        if (fact)
            given.insert(*fact);
    }
    const auto give = [&](qsizetype column, SenderFact fact) {
        if (given.contains(fact))
            return;
        mapping[static_cast<std::size_t>(column)] = fact;
        given.insert(fact);
    };
    for (qsizetype column = 0; column < table.headings.size(); ++column) {
        if (mapping[static_cast<std::size_t>(column)])
            continue;
        if (columnIs(table, column, isAddress))
            give(column, SenderFact::From);
        else if (columnIs(table, column, isIpAddress))
            give(column, SenderFact::LanAddress);
        else if (!table.hasHeadings && columnIs(table, column, [](const QString &cell) { return cell.size() > 1; }))
            give(column, SenderFact::Name);
    }
}

std::optional<Error> wrongMapping(const InventoryTable &table, const InventoryMapping &mapping)
{
    QHash<SenderFact, QString> headings;
    for (std::size_t i = 0; i < mapping.size(); ++i) {
        if (!mapping[i])
            continue;
        const QString heading = table.headings.value(static_cast<qsizetype>(i));
        if (headings.contains(*mapping[i]))
            return Error{ErrorKind::InvalidInput,
                         QStringLiteral("The columns \"%1\" and \"%2\" are both taken for \"%3\". Leave one of them out.")
                             .arg(quotable(headings.value(*mapping[i])), quotable(heading), columnTitle(*mapping[i]))};
        headings.insert(*mapping[i], heading);
    }
    if (!headings.contains(SenderFact::Name))
        return Error{ErrorKind::InvalidInput,
                     QStringLiteral("No column is taken for the name. Say which one names the senders.")};
    return std::nullopt;
}

/// Reads line after line and remembers what is taken.
class Importer {
public:
    Importer(const InventoryTable &table, const InventoryMapping &mapping, const Site &site, Duplicates duplicates)
        : m_table(table), m_mapping(mapping), m_leaveOut(duplicates == Duplicates::LeaveOut)
    {
        for (const QString &heading : table.headings)
            m_units.push_back(unitOf(heading));
        for (const Sender &sender : site.senders) {
            m_ids.add(sender.id);
            m_known.insert(identity(sender), 0);
        }
        for (const Network &network : site.networks)
            m_networks.insert(network.id);
    }

    Inventory run()
    {
        m_inventory.senders.reserve(m_table.rows.size());
        for (const InventoryRow &row : m_table.rows) {
            Sender sender;
            const QString fault = read(row, sender);
            if (fault.isEmpty())
                take(row.line, std::move(sender));
            else
                m_inventory.badLines.push_back({row.line, fault});
        }
        return std::move(m_inventory);
    }

private:
    static QString identity(const Sender &sender)
    {
        return sender.name.toCaseFolded() + u'\n' + (sender.from ? sender.from->toString().toCaseFolded() : QString());
    }

    /// The reason why the line cannot be taken, empty when it can.
    QString read(const InventoryRow &row, Sender &sender)
    {
        m_kindCell.clear();
        if (!row.fault.isEmpty())
            return row.fault;
        const auto columns = static_cast<qsizetype>(m_mapping.size());
        for (qsizetype column = columns; column < row.cells.size(); ++column) {
            if (!row.cells[column].trimmed().isEmpty())
                return QStringLiteral("It has %1 cells, but there are %2 columns. A cell that holds the delimiter must "
                                      "stand in quotation marks.")
                    .arg(row.cells.size())
                    .arg(columns);
        }
        for (qsizetype column = 0; column < std::min(columns, row.cells.size()); ++column) {
            const auto at = static_cast<std::size_t>(column);
            if (!m_mapping[at])
                continue;
            if (const auto set = setFact(sender, *m_mapping[at], unarmoured(row.cells[column]), m_units[at]); !set)
                return set.error().detail;
            if (*m_mapping[at] == SenderFact::Kind)
                m_kindCell = row.cells[column].trimmed();
        }
        return sender.name.isEmpty() ? QStringLiteral("It has no name. Give it one that people recognise.") : QString();
    }

    void take(int line, Sender sender)
    {
        const QString key = identity(sender);
        if (const auto other = m_known.constFind(key); other != m_known.constEnd()) {
            const QString name = quotable(sender.name);
            m_inventory.duplicates.push_back(
                {line, *other == 0 ? QStringLiteral("The site already has \"%1\" with the same address.").arg(name)
                                   : QStringLiteral("It has the same name and address as line %1, \"%2\".").arg(*other).arg(name)});
            if (m_leaveOut)
                return;
        } else {
            m_known.insert(key, line);
        }
        if (sender.kind == SenderKind::Other && !m_kindCell.isEmpty() && !readKind(m_kindCell) && !meansUnknown(m_kindCell))
            m_inventory.notes.push_back({line, QStringLiteral("\"%1\" is not a kind that is known here; \"%2\" is taken as "
                                                              "something else.")
                                                   .arg(quotable(m_kindCell), quotable(sender.name))});
        sender.id = m_ids.take(sender.id.isEmpty() ? idFrom(sender.name, QStringLiteral("sender")) : sender.id);
        if (!sender.network.isEmpty() && !m_networks.contains(sender.network)) {
            m_networks.insert(sender.network);
            m_inventory.networks.push_back({.id = sender.network});
        }
        m_inventory.senders.push_back(std::move(sender));
    }

    const InventoryTable &m_table;
    const InventoryMapping &m_mapping;
    bool m_leaveOut;
    std::vector<std::uint64_t> m_units;
    IdPool m_ids;
    QHash<QString, int> m_known; ///< name and address, and the line that had them first; 0: the site
    QSet<QString> m_networks;
    QString m_kindCell;
    Inventory m_inventory;
};

} // namespace

InventoryMapping guessMapping(const InventoryTable &table)
{
    InventoryMapping mapping(static_cast<std::size_t>(table.headings.size()));
    QSet<SenderFact> given;
    const auto give = [&](std::size_t column, std::optional<SenderFact> fact) {
        if (!fact || mapping[column] || given.contains(*fact))
            return;
        mapping[column] = fact;
        given.insert(*fact);
    };
    if (table.hasHeadings) {
        for (std::size_t i = 0; i < mapping.size(); ++i) {
            for (const SenderFact fact : senderFacts()) {
                const QString &heading = table.headings[static_cast<qsizetype>(i)];
                if (heading == toString(fact) || heading == columnTitle(fact))
                    give(i, fact);
            }
        }
        for (std::size_t i = 0; i < mapping.size(); ++i) {
            auto fact = recogniseColumn(table.headings[static_cast<qsizetype>(i)]);
            // "Address" may be either; the cells tell.
            if (fact == SenderFact::From && columnIs(table, static_cast<qsizetype>(i), isIpAddress))
                fact = SenderFact::LanAddress;
            give(i, fact);
        }
    }
    guessByContent(table, mapping);
    return mapping;
}

Result<Inventory> readInventory(const InventoryTable &table, const InventoryMapping &mapping, const Site &site,
                                Duplicates duplicates)
{
    if (const auto error = wrongMapping(table, mapping))
        return tl::unexpected(*error);
    return Importer(table, mapping, site, duplicates).run();
}

Site withInventory(Site site, const Inventory &inventory)
{
    if (site.networks.empty() && inventory.networks.empty())
        site.networks.push_back({.id = QStringLiteral("main")});
    site.networks.insert(site.networks.end(), inventory.networks.begin(), inventory.networks.end());
    site.senders.insert(site.senders.end(), inventory.senders.begin(), inventory.senders.end());
    return site;
}

QString writeInventory(const std::vector<Sender> &senders, QChar delimiter)
{
    QStringList headings;
    for (const SenderFact fact : senderFacts())
        headings += columnTitle(fact);
    QString text = inventoryLine(headings, delimiter);
    for (const Sender &sender : senders) {
        QStringList cells;
        for (const SenderFact fact : senderFacts())
            cells += armoured(factText(sender, fact));
        text += inventoryLine(cells, delimiter);
    }
    return text;
}

} // namespace relaywright
