// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/SenderFilter.h"

#include "ui/models/SenderModel.h"

#include <algorithm>

namespace relaywright {

SenderFilter::SenderFilter(QObject *parent) : QSortFilterProxyModel(parent)
{
    setSortRole(SenderModel::SortRole);
    setSortLocaleAware(true);
    // A row that is being edited stays where it is: it must not jump away under the cursor.
    setDynamicSortFilter(false);
}

void SenderFilter::setWanted(const Wanted &wanted)
{
    m_wanted = wanted;
    m_words = wanted.words.toCaseFolded().split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

bool SenderFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    const auto is = [&index](SenderModel::Role role, auto wanted) {
        return !wanted || index.data(role).toInt() == static_cast<int>(*wanted);
    };
    if (!is(SenderModel::FitRole, m_wanted.fit) || !is(SenderModel::MethodRole, m_wanted.method)
        || !is(SenderModel::KindRole, m_wanted.kind))
        return false;
    if (m_words.isEmpty())
        return true;
    const QString text = index.data(SenderModel::SearchRole).toString();
    return std::ranges::all_of(m_words, [&text](const QString &word) { return text.contains(word); });
}

} // namespace relaywright
