// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/Tables.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"
#include "ui/widgets/RowDelegate.h"

#include <QAction>
#include <QHeaderView>
#include <QPainter>
#include <QTableView>
#include <QTextLayout>

#include <cmath>
#include <utility>

namespace relaywright {

void setUpTable(QTableView &table, const QString &accessibleName)
{
    table.setAccessibleName(accessibleName);
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setSelectionMode(QAbstractItemView::ExtendedSelection);
    table.setShowGrid(false);
    table.setWordWrap(false);
    table.setTabKeyNavigation(false);
    table.setAlternatingRowColors(false);
    table.setTextElideMode(Qt::ElideRight);
    table.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table.verticalHeader()->hide();
    table.verticalHeader()->setDefaultSectionSize(table.fontMetrics().height() + gap::kLarge);
    table.horizontalHeader()->setHighlightSections(false);
    table.horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
}

QString selectedRowsAsText(const QTableView &table)
{
    QModelIndexList rows = table.selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    QStringList lines;
    for (const QModelIndex &row : rows) {
        QStringList cells;
        for (int column = 0; column < table.model()->columnCount(); ++column) {
            QString cell = row.siblingAtColumn(column).data().toString();
            cells += cell.replace(u'\t', u' ').replace(u'\n', u' ');
        }
        lines += cells.join(u'\t');
    }
    return lines.join(u'\n');
}

void addTableKeys(QTableView &table, std::function<void()> remove)
{
    auto *copy = new QAction(&table);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    table.addAction(copy);
    QObject::connect(copy, &QAction::triggered, &table, [&table] { copyToClipboard(selectedRowsAsText(table)); });
    if (!remove)
        return;
    auto *removeAction = new QAction(&table);
    removeAction->setShortcut(QKeySequence::Delete);
    removeAction->setShortcutContext(Qt::WidgetShortcut);
    table.addAction(removeAction);
    QObject::connect(removeAction, &QAction::triggered, &table, std::move(remove));
}

namespace {

constexpr QMargins kRoom(gap::kSmall, gap::kSmall, gap::kSmall, gap::kSmall);

/// Lays the text out in lines of that width, words broken only where one alone is too long (host names); gives its height.
qreal layOut(QTextLayout &layout, qreal width)
{
    QTextOption wrap;
    wrap.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(wrap);
    qreal height = 0;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        line.setPosition(QPointF(0, height));
        height += line.height();
    }
    layout.endLayout();
    return height;
}

QString lineSeparated(QString text)
{
    return text.replace(u'\n', QChar::LineSeparator);
}

} // namespace

void SentenceDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem cell(option);
    initStyleOption(&cell, index);
    const QString text = std::exchange(cell.text, QString());
    option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &cell, painter, option.widget);
    const bool selected = option.state & QStyle::State_Selected;
    painter->save();
    painter->setPen(cell.palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
    const QRect room = option.rect.marginsRemoved(kRoom);
    QTextLayout layout(lineSeparated(text), cell.font);
    layOut(layout, room.width());
    layout.draw(painter, room.topLeft());
    painter->restore();
}

QSize SentenceDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem cell(option);
    initStyleOption(&cell, index);
    QTextLayout layout(lineSeparated(cell.text), cell.font);
    const int width = std::max(1, option.rect.width() - kRoom.left() - kRoom.right());
    return {width, static_cast<int>(std::ceil(layOut(layout, width))) + kRoom.top() + kRoom.bottom()};
}

void SymbolCellDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    constexpr int kSide = 16;
    if (index.data(SymbolRole).toString().isEmpty())
        return QStyledItemDelegate::paint(painter, option, index);
    QStyleOptionViewItem cell(option);
    initStyleOption(&cell, index);
    cell.text.clear();
    const QStyle *style = option.widget->style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, option.widget);
    const bool selected = option.state & QStyle::State_Selected;
    // In a tall row it stands beside the first line, where its neighbours begin.
    const bool top = index.data(Qt::TextAlignmentRole).toInt() & Qt::AlignTop;
    const int height = top ? option.fontMetrics.height() + 2 * gap::kSmall : option.rect.height();
    const QRect line(option.rect.topLeft(), QSize(option.rect.width(), height));
    const QRectF circle(line.left() + gap::kTiny, line.center().y() - kSide / 2.0 + 0.5, kSide, kSide);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (selected) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(option.palette.color(QPalette::Base));
        painter->drawEllipse(circle.adjusted(-1.5, -1.5, 1.5, 1.5));
    }
    paintSymbol(*painter, circle, index.data(SymbolRole).toString(), static_cast<Tone>(index.data(ToneRole).toInt()),
                option.palette);
    painter->setFont(option.font);
    painter->setPen(option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
    const QRect text = line.adjusted(kSide + gap::kMedium, 0, -gap::kTiny, 0);
    painter->drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
                      option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight, text.width()));
    painter->restore();
}

} // namespace relaywright
