// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

#include <functional>

class QTableView;

namespace relaywright {

/// The look and habits of every table: whole rows, no grid, elided cells.
void setUpTable(QTableView &table, const QString &accessibleName);
/// Ctrl+C copies the selected rows as tab-separated text; Delete calls `remove` where there is one.
void addTableKeys(QTableView &table, std::function<void()> remove);
[[nodiscard]] QString selectedRowsAsText(const QTableView &table);

/// A cell of sentences, which wrap, with room around them.
class SentenceDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

/// A cell with the row's symbol in front of its text, where the row has one.
class SymbolCellDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace relaywright
