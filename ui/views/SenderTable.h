// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>
#include <QTableView>

class QMenu;

namespace relaywright {

class SenderFilter;
class SenderModel;

/// Edits a sender's answer in its cell: a box of choices where there are a few words, a line otherwise.
class SenderCellDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit SenderCellDelegate(const SenderModel &model, QObject *parent = nullptr);
    [[nodiscard]] QWidget *createEditor(QWidget *parent, const QStyleOptionViewItem &option,
                                        const QModelIndex &index) const override;
    void setEditorData(QWidget *editor, const QModelIndex &index) const override;
    void setModelData(QWidget *editor, QAbstractItemModel *model, const QModelIndex &index) const override;

private:
    const SenderModel &m_model;
};

/// The senders, a column for each fact. The person chooses which columns are shown; cells are edited in place; rows are
/// copied as an inventory, pasted from a spreadsheet and removed.
class SenderTable : public QTableView {
    Q_OBJECT
public:
    /// Both outlive the table.
    SenderTable(SenderModel &model, SenderFilter &filter, QWidget *parent = nullptr);

    /// Ids of the selected senders in the order in which they are shown.
    [[nodiscard]] QStringList selectedIds() const;
    void select(const QString &id);
    /// Makes the cell of that sender the current one and opens its editor; false when it is not in the table.
    bool editAnswer(const QString &id, int column);
    void selectionAsInventory() const;
    /// The selected rows with what is shown in the columns that are shown, headings first, tab-separated.
    [[nodiscard]] QString selectionAsText() const;
    [[nodiscard]] QMenu *columnsMenu() const { return m_columns; }
    /// Names of the facts whose columns are shown, and back (`saveColumns` of another run).
    [[nodiscard]] QStringList shownColumns() const;
    void showColumns(const QStringList &names);

Q_SIGNALS:
    void pasteRequested(const QString &text);
    void removeRequested();
    void shownColumnsChanged();

private:
    void addKeys();
    void buildColumnsMenu();
    void showMenu(const QPoint &at);
    SenderModel &m_model;
    SenderFilter &m_filter;
    QMenu *m_columns;
};

} // namespace relaywright
