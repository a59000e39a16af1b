// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/TranscriptView.h"

#include "ui/theme/Theme.h"
#include "ui/views/TranscriptPainter.h"
#include "ui/widgets/Page.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace relaywright {

TranscriptView::TranscriptView(TranscriptModel &model, QWidget *parent)
    : QListView(parent), m_model(model), m_painter(std::make_unique<TranscriptPainter>(model))
{
    // After the view has taken its new rows, and once for many of them.
    m_settling.setSingleShot(true);
    m_settling.setInterval(0);
    connect(&m_settling, &QTimer::timeout, this, &TranscriptView::settle);
    setModel(&model);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn); // or the width, and with it every height, would jump
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setAccessibleName(tr("Conversation with the server"));
    setAccessibleDescription(tr("Enter opens and closes a stage and shows the message. Ctrl+F finds."));
    connect(verticalScrollBar(), &QScrollBar::actionTriggered, this,
            [this] { m_following = verticalScrollBar()->sliderPosition() >= verticalScrollBar()->maximum() - 4; });
    connect(&model, &QAbstractItemModel::modelReset, this, [this] {
        if (m_model.lines().empty())
            m_following = true;
    });
}

TranscriptView::~TranscriptView() = default;

void TranscriptView::setMarked(const QString &words)
{
    m_painter->setMarked(words);
    viewport()->update();
}

void TranscriptView::setTestAgainOffered(bool offered)
{
    m_painter->setTestAgainOffered(offered);
    doItemsLayout();
}

void TranscriptView::showLine(std::size_t line)
{
    const int row = m_model.reveal(line);
    if (row < 0)
        return;
    m_following = false;
    settle();
    setCurrentIndex(m_model.index(row));
    scrollTo(m_model.index(row), PositionAtCenter);
}

void TranscriptView::showExplanation()
{
    int row = m_model.rowCount() - 1;
    while (row >= 0 && m_model.kindOf(row) != TranscriptModel::RowKind::Explanation)
        --row;
    if (row < 1)
        return;
    m_following = false;
    settle();
    setCurrentIndex(m_model.index(row));
    scrollTo(m_model.index(row), PositionAtBottom);
    scrollTo(m_model.index(row - 1), EnsureVisible); // the server's own words stand right above
}

// Geometry

void TranscriptView::doItemsLayout()
{
    m_painter->setWidth(viewport()->width());
    measureFrom(0);
    QAbstractItemView::doItemsLayout();
}

void TranscriptView::measureFrom(int row)
{
    const int rows = m_model.rowCount();
    m_tops.resize(static_cast<std::size_t>(rows) + 1);
    m_tops[0] = 0;
    for (int at = row; at < rows; ++at)
        m_tops[static_cast<std::size_t>(at) + 1] = m_tops[static_cast<std::size_t>(at)] + m_painter->heightOf(at);
}

void TranscriptView::rowsInserted(const QModelIndex &, int start, int end)
{
    const auto at = m_tops.begin() + start;
    const int top = *at;
    std::vector<int> fresh;
    int bottom = top;
    for (int row = start; row <= end; ++row)
        fresh.push_back(bottom += m_painter->heightOf(row));
    const auto later = m_tops.insert(at + 1, fresh.begin(), fresh.end()) + static_cast<std::ptrdiff_t>(fresh.size());
    std::for_each(later, m_tops.end(), [grown = bottom - top](int &each) { each += grown; });
    settleSoon();
}

void TranscriptView::rowsAboutToBeRemoved(const QModelIndex &parent, int start, int end)
{
    QAbstractItemView::rowsAboutToBeRemoved(parent, start, end);
    const int gone = m_tops[static_cast<std::size_t>(end) + 1] - m_tops[static_cast<std::size_t>(start)];
    const auto later = m_tops.erase(m_tops.begin() + start + 1, m_tops.begin() + end + 2);
    std::for_each(later, m_tops.end(), [gone](int &each) { each -= gone; });
    settleSoon();
}

void TranscriptView::dataChanged(const QModelIndex &, const QModelIndex &, const QList<int> &)
{
    viewport()->update(); // shares and folding marks; heights stay
}

void TranscriptView::settleSoon()
{
    if (!m_settling.isActive())
        m_settling.start();
}

void TranscriptView::settle()
{
    m_settling.stop();
    updateGeometries();
    if (m_following)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    viewport()->update();
}

void TranscriptView::updateGeometries()
{
    const int page = viewport()->height();
    verticalScrollBar()->setPageStep(page);
    verticalScrollBar()->setSingleStep(fontMetrics().height() + gap::kTiny);
    verticalScrollBar()->setRange(0, std::max(0, m_tops.back() - page));
    QAbstractItemView::updateGeometries();
}

int TranscriptView::verticalOffset() const
{
    return verticalScrollBar()->value();
}

int TranscriptView::rowAt(int y) const
{
    if (y < 0 || y >= m_tops.back())
        return -1;
    return static_cast<int>(std::upper_bound(m_tops.begin(), m_tops.end(), y) - m_tops.begin()) - 1;
}

QRect TranscriptView::visualRect(const QModelIndex &index) const
{
    const auto row = static_cast<std::size_t>(index.row());
    if (!index.isValid() || row + 1 >= m_tops.size())
        return {};
    return {0, m_tops[row] - verticalOffset(), viewport()->width(), m_tops[row + 1] - m_tops[row]};
}

QModelIndex TranscriptView::indexAt(const QPoint &point) const
{
    return m_model.index(rowAt(point.y() + verticalOffset()));
}

void TranscriptView::scrollTo(const QModelIndex &index, ScrollHint hint)
{
    const QRect rect = visualRect(index);
    if (rect.isNull())
        return;
    const int room = viewport()->height();
    int by = 0;
    if (hint == PositionAtCenter)
        by = rect.center().y() - room / 2;
    else if (hint == PositionAtTop || (hint == EnsureVisible && rect.top() < 0))
        by = rect.top();
    else if (hint == PositionAtBottom || rect.bottom() >= room)
        by = std::min(rect.bottom() - room + 1, hint == EnsureVisible ? rect.top() : rect.bottom());
    verticalScrollBar()->setValue(verticalOffset() + by);
}

QModelIndex TranscriptView::moveCursor(CursorAction action, Qt::KeyboardModifiers)
{
    const int last = m_model.rowCount() - 1;
    if (last < 0)
        return {};
    const QModelIndex current = currentIndex();
    if (!current.isValid())
        return m_model.index(action == MoveEnd ? last : 0);
    const auto paged = [this, &current, last](int by) {
        const int row = rowAt(std::clamp(m_tops[static_cast<std::size_t>(current.row())] + by, 0, m_tops.back() - 1));
        return m_model.index(std::clamp(row, 0, last));
    };
    switch (action) {
    case MoveHome: return m_model.index(0);
    case MoveEnd: return m_model.index(last);
    case MovePageUp: return paged(-viewport()->height());
    case MovePageDown: return paged(viewport()->height());
    case MoveUp:
    case MovePrevious: return m_model.index(std::max(0, current.row() - 1));
    case MoveDown:
    case MoveNext: return m_model.index(std::min(last, current.row() + 1));
    case MoveLeft:
    case MoveRight: return current;
    }
    Q_UNREACHABLE();
}

void TranscriptView::setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags flags)
{
    const QRect area = rect.normalized();
    const int first = rowAt(std::max(0, area.top() + verticalOffset()));
    const int last = rowAt(std::clamp(area.bottom() + verticalOffset(), 0, std::max(0, m_tops.back() - 1)));
    QItemSelection selection;
    if (first >= 0 && last >= first)
        selection.select(m_model.index(first), m_model.index(last));
    selectionModel()->select(selection, flags);
}

QRegion TranscriptView::visualRegionForSelection(const QItemSelection &selection) const
{
    QRegion region;
    for (const QItemSelectionRange &range : selection)
        region += visualRect(range.topLeft()).united(visualRect(range.bottomRight()));
    return region;
}

void TranscriptView::scrollContentsBy(int, int dy)
{
    viewport()->scroll(0, dy);
}

void TranscriptView::resizeEvent(QResizeEvent *event)
{
    const QRect current = visualRect(currentIndex());
    const bool wasSeen = current.isValid() && current.bottom() >= 0 && current.top() < event->oldSize().height();
    doItemsLayout(); // wrapped rows change their height with the width
    QAbstractItemView::resizeEvent(event);
    settle();
    if (wasSeen && !m_following)
        scrollTo(currentIndex());
}

void TranscriptView::changeEvent(QEvent *event)
{
    QListView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::ApplicationFontChange)
        doItemsLayout();
}

// Painting

void TranscriptView::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    if (m_model.rowCount() == 0) {
        painter.setPen(mutedText(palette()));
        painter.drawText(viewport()->rect().adjusted(gap::kPage, 0, -gap::kPage, 0),
                         static_cast<int>(Qt::AlignCenter | Qt::TextWordWrap),
                         m_model.lines().empty() ? tr("What both sides say shows up here, line by line, when you send.")
                                                 : tr("The stage that you chose was not reached."));
        return;
    }
    const int until = event->rect().bottom() + verticalOffset();
    for (int row = rowAt(event->rect().top() + verticalOffset());
         row >= 0 && row < m_model.rowCount() && m_tops[static_cast<std::size_t>(row)] <= until; ++row) {
        const QModelIndex index = m_model.index(row);
        m_painter->paint(painter, visualRect(index), row, selectionModel()->isSelected(index),
                         hasFocus() && index == currentIndex(), palette());
    }
}

// Hands

void TranscriptView::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space;
    if (event->matches(QKeySequence::Copy))
        return copySelected();
    if (event->matches(QKeySequence::Find))
        return Q_EMIT findRequested();
    if (enter && event->modifiers() == Qt::NoModifier && currentIndex().isValid())
        return open(currentIndex());
    if ((event->key() == Qt::Key_Left || event->key() == Qt::Key_Right) && currentIndex().isValid()) {
        m_model.setFolded(currentIndex().row(), event->key() == Qt::Key_Left);
        return;
    }
    QListView::keyPressEvent(event);
    if (event->key() == Qt::Key_Home || event->key() == Qt::Key_End)
        scrollTo(currentIndex()); // also where it stands on that line already
    m_following = verticalScrollBar()->value() >= verticalScrollBar()->maximum() - 4;
}

void TranscriptView::mousePressEvent(QMouseEvent *event)
{
    m_pressed = event->pos();
    QListView::mousePressEvent(event);
}

void TranscriptView::mouseReleaseEvent(QMouseEvent *event)
{
    QListView::mouseReleaseEvent(event);
    const QModelIndex index = indexAt(event->pos());
    // A drag selects lines; only a click opens.
    if (event->button() != Qt::LeftButton || !index.isValid() || index != indexAt(m_pressed)
        || event->modifiers() != Qt::NoModifier)
        return;
    const bool button = m_painter->testAgainButton(visualRect(index), index.row()).contains(event->pos());
    if (button || m_model.kindOf(index.row()) != TranscriptModel::RowKind::Explanation)
        open(index);
}

void TranscriptView::open(const QModelIndex &index)
{
    switch (m_model.kindOf(index.row())) {
    case TranscriptModel::RowKind::Heading:
        m_model.setFolded(index.row(), !index.data(TranscriptModel::FoldedRole).toBool());
        break;
    case TranscriptModel::RowKind::Line:
        if (index.data(TranscriptModel::MessageRole).toBool())
            Q_EMIT messageRequested();
        break;
    case TranscriptModel::RowKind::Explanation:
        Q_EMIT testAgainRequested(static_cast<Stage>(index.data(TranscriptModel::StageRole).toInt()));
        break;
    }
}

void TranscriptView::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy the selected lines"), QKeySequence::Copy, this, &TranscriptView::copySelected)
        ->setEnabled(selectionModel()->hasSelection());
    menu->addAction(tr("Copy all lines"), this, &TranscriptView::copyAll)->setEnabled(!m_model.lines().empty());
    menu->addAction(tr("Find…"), QKeySequence::Find, this, &TranscriptView::findRequested);
    menu->addSeparator();
    menu->addAction(tr("Close all stages"), this, [this] { m_model.setAllFolded(true); });
    menu->addAction(tr("Open all stages"), this, [this] { m_model.setAllFolded(false); });
    menu->popup(event->globalPos());
}

void TranscriptView::copyAll() const
{
    copyToClipboard(toText(m_model.lines()));
}

void TranscriptView::copySelected() const
{
    QModelIndexList rows = selectionModel()->selectedRows();
    if (rows.isEmpty())
        return copyAll();
    std::sort(rows.begin(), rows.end());
    QString text;
    for (const QModelIndex &row : rows) {
        const auto line = m_model.lineOf(row.row());
        const bool own = m_model.kindOf(row.row()) == TranscriptModel::RowKind::Line;
        text += (line && own ? toText(m_model.lines()[*line]) : row.data().toString()) + u'\n';
    }
    copyToClipboard(text);
}

} // namespace relaywright
