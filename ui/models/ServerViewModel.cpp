// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/ServerViewModel.h"

#include "core/dns/AnswerText.h"
#include "ui/text/FindingText.h"
#include "ui/widgets/RowDelegate.h"

#include <algorithm>

namespace relaywright {

namespace {

bool isFailure(const DnsAnswer &answer)
{
    return answer.status == DnsAnswer::Status::Failed || answer.status == DnsAnswer::Status::TimedOut;
}

VerdictLook lookOf(const ServerViewModel::Row &row)
{
    if (!row.view.asked)
        return {relaywright::lookOf(std::optional<Verdict>()).symbol, ServerViewModel::tr("Not asked yet"), Tone::Neutral};
    if (row.sees)
        return {relaywright::lookOf(Verdict::Good).symbol, ServerViewModel::tr("Sees it"), Tone::Good};
    if (isFailure(row.view.answer))
        return {relaywright::lookOf(Verdict::CouldNotTell).symbol, ServerViewModel::tr("Did not answer"), Tone::Unknown};
    return {relaywright::lookOf(Verdict::Attention).symbol, ServerViewModel::tr("Not yet"), Tone::Attention};
}

} // namespace

void ServerViewModel::setRows(std::vector<Row> rows, DnsType type)
{
    m_type = type;
    const bool same = std::ranges::equal(rows, m_rows, {}, [](const Row &row) { return row.view.server; },
                                         [](const Row &row) { return row.view.server; });
    if (same) {
        m_rows = std::move(rows);
        if (!m_rows.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

int ServerViewModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ServerViewModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ServerViewModel::says(const DnsAnswer &answer) const
{
    switch (answer.status) {
    case DnsAnswer::Status::Found:  return recordTexts(m_type, answer).join(u'\n');
    case DnsAnswer::Status::NoData:
    case DnsAnswer::Status::NoName: return tr("There is no such record.");
    case DnsAnswer::Status::Failed:
    case DnsAnswer::Status::TimedOut: break;
    }
    return answer.detail;
}

QVariant ServerViewModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    const VerdictLook look = lookOf(row);
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case Server: return row.view.ofTheZone ? tr("%1\nof the zone").arg(row.view.name) : row.view.name;
        case Sees:   return look.word;
        case Says:   return row.view.asked ? says(row.view.answer) : QString();
        case Ttl:    return row.view.asked ? ttlText(row.view.answer.ttl) : QString();
        default:     return {};
        }
    case Qt::ToolTipRole: return row.view.server.toString();
    case Qt::FontRole:    return fontFor(index.column() == Says ? FontRole::Fixed : FontRole::Small);
    case Qt::AccessibleTextRole:
        return tr("%1: %2").arg(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(),
                                data(index, Qt::DisplayRole).toString());
    case SymbolRole: return look.symbol;
    case ToneRole:   return static_cast<int>(look.tone);
    default:         return {};
    }
}

QVariant ServerViewModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Server: return tr("Server");
    case Sees:   return tr("Sees it");
    case Says:   return tr("What it says");
    case Ttl:    return tr("Stays for");
    default:     return {};
    }
}

} // namespace relaywright
