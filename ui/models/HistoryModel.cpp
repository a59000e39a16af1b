// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/HistoryModel.h"

#include "ui/models/MessageModel.h"

namespace relaywright {

void HistoryModel::clear()
{
    beginResetModel();
    m_entries.clear();
    m_next.clear();
    m_asked = false;
    endResetModel();
}

void HistoryModel::append(const TracePage &page)
{
    m_asked = false;
    m_next = page.next;
    if (!page.messages.empty()) {
        const int first = rowCount();
        beginInsertRows({}, first, first + static_cast<int>(page.messages.size()) - 1);
        m_entries.insert(m_entries.end(), page.messages.begin(), page.messages.end());
        endInsertRows();
    } else if (canFetchMore({})) {
        fetchMore({}); // a part of the history without a match: the view has no reason to ask again
    }
}

bool HistoryModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && !m_next.isEmpty() && !m_asked && rowCount() < kMaxRows;
}

void HistoryModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    m_asked = true;
    Q_EMIT pageWanted(m_next);
}

int HistoryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int HistoryModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant HistoryModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const QueueEntry &message = entry(index.row());
    switch (index.column()) {
    case Received: return shortTime(message.receivedAt);
    case From: return message.sender;
    case To: return message.recipients.join(QLatin1String(", "));
    case Device: return message.source;
    case State: return queueStateWord(message.state);
    case Reply: return message.lastReply;
    default: return {};
    }
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Received: return tr("Received");
    case From: return tr("From");
    case To: return tr("To");
    case Device: return tr("Device");
    case State: return tr("State");
    case Reply: return tr("Last reply");
    default: return {};
    }
}

} // namespace relaywright
