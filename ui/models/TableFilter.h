// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSortFilterProxyModel>
#include <QStringList>

#include <optional>

namespace relaywright {

/// Those rows of a table that hold all the words, in any column and without case, and have the kind that is wanted.
/// Sorted by a role of the table below.
class TableFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    /// `kindRole` gives an int for each row, `sortRole` what orders a column.
    TableFilter(int kindRole, int sortRole, QObject *parent = nullptr);
    void setWords(const QString &words);
    /// Nothing: all kinds.
    void setKind(std::optional<int> kind);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    int m_kindRole;
    QStringList m_words;
    std::optional<int> m_kind;
};

} // namespace relaywright
