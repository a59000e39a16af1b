// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/TableFilter.h"

#include <algorithm>

namespace relaywright {

TableFilter::TableFilter(int kindRole, int sortRole, QObject *parent)
    : QSortFilterProxyModel(parent), m_kindRole(kindRole)
{
    setSortRole(sortRole);
    setDynamicSortFilter(true);
}

void TableFilter::setWords(const QString &words)
{
    m_words = words.toLower().split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

void TableFilter::setKind(std::optional<int> kind)
{
    m_kind = kind;
    invalidateFilter();
}

bool TableFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    const QModelIndex first = sourceModel()->index(row, 0, parent);
    if (m_kind && first.data(m_kindRole).toInt() != *m_kind)
        return false;
    if (m_words.isEmpty())
        return true;
    QString all;
    for (int column = 0; column < sourceModel()->columnCount(parent); ++column)
        all += first.siblingAtColumn(column).data().toString().toLower() + u'\t';
    return std::ranges::all_of(m_words, [&all](const QString &word) { return all.contains(word); });
}

} // namespace relaywright
