// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"
#include "ui/widgets/RowDelegate.h"

#include <QAbstractListModel>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <utility>

namespace relaywright {

/// How a row of a list looks (RowDelegate).
struct ListRow {
    QString title;
    QString subtitle;
    Tone tone = Tone::Good; ///< Neutral: it waits
};

/// A list of what a bounded deque holds, newest first. A row that stays is the same row, however many come and go around it:
/// a view goes on showing what is chosen.
template <class Row>
class NewestFirstModel : public QAbstractListModel {
public:
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }

    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override
    {
        if (!checkIndex(index, CheckIndexOption::IndexIsValid))
            return {};
        switch (role) {
        case Qt::DisplayRole: return listRow(row(index)).title;
        case SubtitleRole: return listRow(row(index)).subtitle;
        case SymbolRole: return symbolOf(listRow(row(index)).tone, QStringLiteral("\u2026"));
        case ToneRole: return static_cast<int>(listRow(row(index)).tone);
        default: return {};
        }
    }

protected:
    [[nodiscard]] const Row &row(const QModelIndex &index) const
    {
        return m_rows[static_cast<std::size_t>(index.row())];
    }

    void setRows(const std::deque<Row> &oldestFirst)
    {
        std::deque<Row> next(oldestFirst.rbegin(), oldestFirst.rend());
        for (int at = rowCount() - 1; at >= 0; --at) {
            if (find(next, 0, m_rows[static_cast<std::size_t>(at)]) < 0)
                remove(at);
        }
        for (int at = 0; at < static_cast<int>(next.size()); ++at)
            place(next[static_cast<std::size_t>(at)], at);
        while (rowCount() > static_cast<int>(next.size()))
            remove(rowCount() - 1);
        m_rows = std::move(next); // a row may tell more than before
        if (!m_rows.empty())
            Q_EMIT this->dataChanged(index(0), index(rowCount() - 1));
    }

    [[nodiscard]] virtual bool isSame(const Row &one, const Row &other) const = 0;
    [[nodiscard]] virtual ListRow listRow(const Row &row) const = 0;

private:
    /// At or behind `from`; -1: nowhere.
    [[nodiscard]] int find(const std::deque<Row> &rows, int from, const Row &wanted) const
    {
        const auto found = std::find_if(rows.begin() + from, rows.end(),
                                        [this, &wanted](const Row &one) { return isSame(one, wanted); });
        return found == rows.end() ? -1 : static_cast<int>(found - rows.begin());
    }

    void remove(int at)
    {
        beginRemoveRows({}, at, at);
        m_rows.erase(m_rows.begin() + at);
        endRemoveRows();
    }

    /// Those before `at` are in their places.
    void place(const Row &wanted, int at)
    {
        const int now = find(m_rows, at, wanted);
        if (now < 0) {
            beginInsertRows({}, at, at);
            m_rows.insert(m_rows.begin() + at, wanted);
            endInsertRows();
        } else if (now > at) {
            beginMoveRows({}, now, now, {}, at);
            std::rotate(m_rows.begin() + at, m_rows.begin() + now, m_rows.begin() + now + 1);
            endMoveRows();
        }
    }

    std::deque<Row> m_rows;
};

} // namespace relaywright
