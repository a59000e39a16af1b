// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/QueueModel.h"

#include <QLocale>

namespace relaywright {

QString queueStateWord(const QString &state)
{
    if (state == QLatin1String("queued"))
        return QueueModel::tr("waits");
    if (state == QLatin1String("delivering"))
        return QueueModel::tr("being delivered");
    if (state == QLatin1String("deferred"))
        return QueueModel::tr("will be tried again");
    if (state == QLatin1String("held"))
        return QueueModel::tr("held");
    return state;
}

QString shortTime(TimePoint time)
{
    const QDateTime local = toDateTime(time).toLocalTime();
    const QLocale locale;
    if (local.date() == QDate::currentDate())
        return locale.toString(local.time(), QLocale::ShortFormat);
    return locale.toString(local, QLocale::ShortFormat);
}

void QueueModel::setEntries(std::vector<QueueEntry> entries)
{
    if (entries.size() > kMaxRows)
        entries.resize(kMaxRows);
    const bool sameRows = std::equal(entries.begin(), entries.end(), m_entries.begin(), m_entries.end(),
                                     [](const QueueEntry &a, const QueueEntry &b) { return a.id == b.id; });
    if (sameRows) { // keep selection and scroll position
        m_entries = std::move(entries);
        if (!m_entries.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_entries = std::move(entries);
    endResetModel();
}

int QueueModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int QueueModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString QueueModel::text(const QueueEntry &entry, int column) const
{
    switch (column) {
    case Received:    return shortTime(entry.receivedAt);
    case From:        return entry.sender;
    case To:          return entry.recipients.join(QLatin1String(", "));
    case Size:
        return QLocale().formattedDataSize(static_cast<qint64>(entry.octets), 0, QLocale::DataSizeTraditionalFormat);
    case State:       return queueStateWord(entry.state);
    case NextAttempt: return entry.nextAttempt ? shortTime(*entry.nextAttempt) : QStringLiteral("\u2013");
    case LastReply:   return entry.lastReply;
    default:          return {};
    }
}

QVariant QueueModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const QueueEntry &entry = m_entries[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole: return text(entry, index.column());
    case IdRole:          return entry.id;
    default:              return {};
    }
}

QVariant QueueModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Received:    return tr("Received");
    case From:        return tr("From");
    case To:          return tr("To");
    case Size:        return tr("Size");
    case State:       return tr("State");
    case NextAttempt: return tr("Next attempt");
    case LastReply:   return tr("Last reply");
    default:          return {};
    }
}

} // namespace relaywright
