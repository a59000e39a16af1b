// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/SenderTable.h"

#include "core/site/Inventory.h"
#include "ui/models/SenderFilter.h"
#include "ui/models/SenderModel.h"
#include "ui/theme/Theme.h"
#include "ui/views/Tables.h"
#include "ui/widgets/Page.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>

namespace relaywright {

namespace {

constexpr SenderModel::Column kShownAtFirst[] = {SenderModel::Name, SenderModel::MethodColumn, SenderModel::From,
                                                 SenderModel::Kind, SenderModel::TlsColumn,    SenderModel::SignInColumn};

int widthOf(int column)
{
    switch (column) {
    case SenderModel::Name:         return 176;
    case SenderModel::MethodColumn: return 150;
    case SenderModel::TlsColumn:
    case SenderModel::StartTlsColumn:
    case SenderModel::OnlyPort:     return 112;
    default:                        return 150;
    }
}

QString columnName(int column)
{
    const auto fact = SenderModel::factOf(column);
    return fact ? toString(*fact) : QStringLiteral("method");
}

} // namespace

SenderCellDelegate::SenderCellDelegate(const SenderModel &model, QObject *parent)
    : QStyledItemDelegate(parent), m_model(model)
{
}

QWidget *SenderCellDelegate::createEditor(QWidget *parent, const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const auto fact = SenderModel::factOf(index.column());
    if (!fact)
        return nullptr;
    QWidget *editor = nullptr;
    if (isChoice(*fact)) {
        auto *box = new QComboBox(parent);
        for (const auto &[word, shown] : m_model.words().choices(*fact))
            box->addItem(shown, word);
        // One choice is the whole answer: no second key to end the editing.
        connect(box, &QComboBox::activated, this, [this, box] {
            auto *self = const_cast<SenderCellDelegate *>(this);
            Q_EMIT self->commitData(box);
            Q_EMIT self->closeEditor(box);
        });
        editor = box;
    } else {
        auto *line = new QLineEdit(parent);
        line->setFrame(false);
        editor = line;
    }
    editor->setAccessibleName(m_model.words().title(*fact));
    const QString wrong = index.data(SenderModel::WrongRole).toString();
    editor->setAccessibleDescription(wrong);
    editor->setToolTip(wrong);
    return editor;
}

void SenderCellDelegate::setEditorData(QWidget *editor, const QModelIndex &index) const
{
    const QString text = index.data(Qt::EditRole).toString();
    if (auto *box = qobject_cast<QComboBox *>(editor)) {
        const int found = box->findData(text.isEmpty() ? QStringLiteral("unknown") : text);
        box->setCurrentIndex(found);
    } else if (auto *line = qobject_cast<QLineEdit *>(editor)) {
        line->setText(text);
    }
}

void SenderCellDelegate::setModelData(QWidget *editor, QAbstractItemModel *model, const QModelIndex &index) const
{
    if (const auto *box = qobject_cast<const QComboBox *>(editor))
        model->setData(index, box->currentData(), Qt::EditRole);
    else if (const auto *line = qobject_cast<const QLineEdit *>(editor))
        model->setData(index, line->text(), Qt::EditRole);
}

SenderTable::SenderTable(SenderModel &model, SenderFilter &filter, QWidget *parent)
    : QTableView(parent), m_model(model), m_filter(filter), m_columns(new QMenu(tr("Columns"), this))
{
    setUpTable(*this, tr("Senders"));
    setModel(&filter);
    setItemDelegate(new SenderCellDelegate(model, this));
    setItemDelegateForColumn(SenderModel::MethodColumn, new SymbolCellDelegate(this));
    setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed
                    | QAbstractItemView::AnyKeyPressed);
    setSortingEnabled(true);
    sortByColumn(-1, Qt::AscendingOrder);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    horizontalHeader()->setSectionsMovable(true);
    horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(horizontalHeader(), &QWidget::customContextMenuRequested, this,
            [this](const QPoint &at) { m_columns->popup(horizontalHeader()->mapToGlobal(at)); });
    for (int column = 0; column < SenderModel::ColumnCount; ++column)
        setColumnWidth(column, widthOf(column));
    buildColumnsMenu();
    QStringList first;
    for (const SenderModel::Column column : kShownAtFirst)
        first += columnName(column);
    showColumns(first);
    addKeys();
    setContextMenuPolicy(Qt::CustomContextMenu);
    connect(this, &QWidget::customContextMenuRequested, this, &SenderTable::showMenu);
}

void SenderTable::addKeys()
{
    const auto add = [this](const QString &text, const QKeySequence &keys, auto method) {
        auto *action = new QAction(text, this);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        addAction(action);
        connect(action, &QAction::triggered, this, method);
    };
    add(tr("Copy the rows as they are shown"), QKeySequence::Copy, [this] { copyToClipboard(selectionAsText()); });
    add(tr("Copy the rows with every answer"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C),
        [this] { selectionAsInventory(); });
    add(tr("Paste rows of a spreadsheet…"), QKeySequence::Paste,
        [this] { Q_EMIT pasteRequested(QGuiApplication::clipboard()->text()); });
    add(tr("Remove"), QKeySequence::Delete, [this] { Q_EMIT removeRequested(); });
}

void SenderTable::buildColumnsMenu()
{
    for (int column = 0; column < SenderModel::ColumnCount; ++column) {
        QAction *action = m_columns->addAction(m_model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        action->setCheckable(true);
        action->setEnabled(column != SenderModel::Name); // a row without its name says nothing
        connect(action, &QAction::toggled, this, [this, column](bool shown) {
            setColumnHidden(column, !shown);
            Q_EMIT shownColumnsChanged();
        });
    }
}

void SenderTable::showMenu(const QPoint &at)
{
    QMenu menu(this);
    menu.addActions(actions());
    menu.exec(viewport()->mapToGlobal(at));
}

QStringList SenderTable::shownColumns() const
{
    QStringList names;
    for (int column = 0; column < SenderModel::ColumnCount; ++column) {
        if (!isColumnHidden(column))
            names += columnName(column);
    }
    return names;
}

void SenderTable::showColumns(const QStringList &names)
{
    const QList<QAction *> actions = m_columns->actions();
    for (int column = 0; column < SenderModel::ColumnCount; ++column) {
        const bool shown = column == SenderModel::Name || names.contains(columnName(column));
        actions[column]->setChecked(shown);
        setColumnHidden(column, !shown);
    }
}

QStringList SenderTable::selectedIds() const
{
    QModelIndexList rows = selectionModel()->selectedRows();
    std::ranges::sort(rows, {}, &QModelIndex::row);
    QStringList ids;
    for (const QModelIndex &row : rows)
        ids += row.data(SenderModel::IdRole).toString();
    return ids;
}

void SenderTable::select(const QString &id)
{
    const QModelIndex row = m_filter.mapFromSource(m_model.indexOf(id));
    if (row.isValid()) {
        selectRow(row.row());
        scrollTo(row);
    }
}

bool SenderTable::editAnswer(const QString &id, int column)
{
    const QModelIndex row = m_filter.mapFromSource(m_model.indexOf(id));
    if (!row.isValid())
        return false;
    m_columns->actions().at(column)->setChecked(true);
    const QModelIndex cell = row.siblingAtColumn(column);
    setCurrentIndex(cell);
    scrollTo(cell);
    edit(cell);
    return true;
}

QString SenderTable::selectionAsText() const
{
    std::vector<int> columns;
    QStringList headings;
    for (int visual = 0; visual < SenderModel::ColumnCount; ++visual) {
        const int column = horizontalHeader()->logicalIndex(visual);
        if (isColumnHidden(column))
            continue;
        columns.push_back(column);
        headings += m_model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    }
    QString text = inventoryLine(headings, u'\t');
    for (const QString &id : selectedIds()) {
        const QModelIndex row = m_model.indexOf(id);
        QStringList cells;
        for (const int column : columns)
            cells += row.siblingAtColumn(column).data().toString();
        text += inventoryLine(cells, u'\t');
    }
    return text;
}

void SenderTable::selectionAsInventory() const
{
    std::vector<Sender> senders;
    for (const QString &id : selectedIds())
        senders.push_back(m_model.senders()[static_cast<std::size_t>(m_model.indexOf(id).row())]);
    copyToClipboard(writeInventory(senders, u'\t'));
}

} // namespace relaywright
