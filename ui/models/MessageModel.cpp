// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/MessageModel.h"

#include <QLocale>

#include <algorithm>
#include <limits>

namespace relaywright {

QString queueStateWord(const QString &state)
{
    if (state == QLatin1String("queued"))
        return MessageModel::tr("waits");
    if (state == QLatin1String("delivering"))
        return MessageModel::tr("being delivered");
    if (state == QLatin1String("deferred"))
        return MessageModel::tr("will be tried again");
    if (state == QLatin1String("held"))
        return MessageModel::tr("held");
    if (state == QLatin1String("delivered"))
        return MessageModel::tr("delivered");
    if (state == QLatin1String("bounced"))
        return MessageModel::tr("returned to the sender");
    if (state == QLatin1String("deleted"))
        return MessageModel::tr("deleted");
    if (state == QLatin1String("damaged"))
        return MessageModel::tr("damaged, set aside");
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

const MessageModel::Page &MessageModel::pageAt(int row) const
{
    const int number = row / kPageRows;
    Page &page = m_pages[number];
    page.lastUse = ++m_uses;
    if (page.stale && !page.asked) {
        page.asked = true;
        Q_EMIT pageWanted(qint64(number) * kPageRows, kPageRows);
    }
    return page;
}

const QueueEntry *MessageModel::entry(int row) const
{
    if (row < 0 || row >= m_rows)
        return nullptr;
    const Page &page = pageAt(row);
    const auto within = static_cast<std::size_t>(row % kPageRows);
    return within < page.entries.size() ? &page.entries[within] : nullptr;
}

int MessageModel::rowOf(const QString &id) const
{
    for (const auto &[number, page] : m_pages) {
        const auto found = std::ranges::find(page.entries, id, &QueueEntry::id);
        if (found != page.entries.end())
            return number * kPageRows + static_cast<int>(found - page.entries.begin());
    }
    return -1;
}

void MessageModel::setPage(qint64 offset, qint64 total, std::vector<QueueEntry> entries)
{
    const int number = static_cast<int>(offset / kPageRows);
    const auto found = m_pages.find(number);
    if (found == m_pages.end() || !found->second.asked)
        return; // cleared meanwhile
    setRowCount(static_cast<int>(std::clamp<qint64>(total, 0, std::numeric_limits<int>::max())));
    Page &page = m_pages[number];
    if (entries.size() > kPageRows)
        entries.resize(kPageRows);
    const bool moved = !std::ranges::equal(page.entries, entries, {}, &QueueEntry::id, &QueueEntry::id);
    page.entries = std::move(entries);
    page.asked = false;
    page.stale = false;
    const int first = number * kPageRows;
    const int last = std::min(m_rows, first + kPageRows) - 1;
    if (first <= last)
        Q_EMIT dataChanged(index(first, 0), index(last, ColumnCount - 1));
    if (moved)
        Q_EMIT rowsMoved();
    forgetOldPages();
}

void MessageModel::pageFailed(qint64 offset)
{
    const auto found = m_pages.find(static_cast<int>(offset / kPageRows));
    if (found == m_pages.end())
        return;
    found->second.asked = false;
    found->second.stale = false; // the next look at the relay asks again, not the next paint
}

void MessageModel::setRowCount(int rows)
{
    if (rows > m_rows) {
        beginInsertRows({}, m_rows, rows - 1);
        m_rows = rows;
        endInsertRows();
    } else if (rows < m_rows) {
        beginRemoveRows({}, rows, m_rows - 1);
        m_rows = rows;
        std::erase_if(m_pages, [rows](const auto &page) { return page.first > 0 && page.first * kPageRows >= rows; });
        endRemoveRows();
    }
}

void MessageModel::forgetOldPages()
{
    while (m_pages.size() > kMaxPages) {
        const auto oldest = std::ranges::min_element(m_pages, {}, [](const auto &page) { return page.second.lastUse; });
        m_pages.erase(oldest);
    }
}

void MessageModel::clear()
{
    beginResetModel();
    m_pages.clear();
    m_rows = 0;
    endResetModel();
}

void MessageModel::markStale()
{
    for (auto &[number, page] : m_pages)
        page.stale = true;
    (void)pageAt(0);
    if (m_rows > 0) // the views look again at what they show
        Q_EMIT dataChanged(index(0, 0), index(m_rows - 1, ColumnCount - 1));
}

int MessageModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

int MessageModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString MessageModel::text(const QueueEntry &entry, int column) const
{
    switch (column) {
    case Received: return shortTime(entry.receivedAt);
    case From: return entry.sender;
    case To: return entry.recipients.join(QLatin1String(", "));
    case Size:
        return QLocale().formattedDataSize(static_cast<qint64>(entry.octets), 0, QLocale::DataSizeTraditionalFormat);
    case State: return queueStateWord(entry.state);
    case NextAttempt: return entry.nextAttempt ? shortTime(*entry.nextAttempt) : QStringLiteral("\u2013");
    case LastReply: return entry.lastReply;
    default: return {};
    }
}

QVariant MessageModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != IdRole && role != KnownRole)
        return {};
    const QueueEntry *const known = entry(index.row());
    if (role == KnownRole)
        return known != nullptr;
    if (!known)
        return role == Qt::DisplayRole && index.column() == Received ? QVariant(QStringLiteral("\u2026")) : QVariant();
    return role == IdRole ? known->id : text(*known, index.column());
}

QVariant MessageModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Received: return tr("Received");
    case From: return tr("From");
    case To: return tr("To");
    case Size: return tr("Size");
    case State: return tr("State");
    case NextAttempt: return tr("Next attempt");
    case LastReply: return tr("Last reply");
    default: return {};
    }
}

} // namespace relaywright
