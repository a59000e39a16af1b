// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/SenderModel.h"

#include "ui/text/SiteText.h"
#include "ui/text/VerdictText.h"
#include "ui/widgets/RowDelegate.h"

namespace relaywright {

SenderModel::Row SenderModel::rowOf(const Sender &sender, const Plan &plan)
{
    Row row{.id = sender.id,
            .name = sender.name,
            .kind = wordFor(senderKindChoices(), sender.kind),
            .from = sender.from ? sender.from->toString() : tr("not known yet"),
            .reach = wordFor(reachChoices(), sender.reach)};
    const auto found = std::find_if(plan.senders.begin(), plan.senders.end(),
                                    [&sender](const SenderPlan &other) { return other.senderId == sender.id; });
    const Option *chosen = found == plan.senders.end() ? nullptr : found->chosen();
    const Fit fit = chosen ? chosen->fit
        : found != plan.senders.end() && !found->options.empty() ? found->options.front().fit : Fit::CannotTell;
    const VerdictLook look = lookOf(fit);
    row.symbol = look.symbol;
    row.tone = static_cast<int>(look.tone);
    row.word = look.word;
    if (chosen)
        row.method = methodName(chosen->method);
    else
        row.method = fit == Fit::CannotTell ? tr("More answers needed") : tr("No method works yet");
    return row;
}

void SenderModel::setSite(const Site &site, const Plan &plan)
{
    std::vector<Row> rows;
    rows.reserve(site.senders.size());
    for (const Sender &sender : site.senders)
        rows.push_back(rowOf(sender, plan));
    if (rows.size() == m_rows.size()) { // keep the selection while somebody types
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (rows[i] == m_rows[i])
                continue;
            m_rows[i] = rows[i];
            Q_EMIT dataChanged(index(static_cast<int>(i), 0), index(static_cast<int>(i), ColumnCount - 1));
        }
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

QModelIndex SenderModel::indexOf(const QString &senderId) const
{
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].id == senderId)
            return index(static_cast<int>(i), 0);
    }
    return {};
}

int SenderModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int SenderModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString SenderModel::text(const Row &row, int column) const
{
    switch (column) {
    case Name:         return row.name;
    case Kind:         return row.kind;
    case From:         return row.from;
    case ReachColumn:  return row.reach;
    case MethodColumn: return row.method;
    default:           return {};
    }
}

QVariant SenderModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:           return text(row, index.column());
    case Qt::AccessibleTextRole:    return index.column() == MethodColumn ? tr("%1, %2").arg(row.method, row.word)
                                                                          : text(row, index.column());
    case IdRole:                    return row.id;
    case SymbolRole:                return row.symbol;
    case ToneRole:                  return row.tone;
    case SubtitleRole:              return row.method;
    default:                        return {};
    }
}

QVariant SenderModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Name:         return tr("Name");
    case Kind:         return tr("What it is");
    case From:         return tr("Sends as");
    case ReachColumn:  return tr("Writes to");
    case MethodColumn: return tr("Method");
    default:           return {};
    }
}

} // namespace relaywright
