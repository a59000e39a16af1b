// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/FindingView.h"

#include "ui/models/FindingModel.h"
#include "ui/text/FindingText.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/RowDelegate.h"

#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>

namespace relaywright {

namespace {

constexpr int kArrow = 18;

/// Lines as everywhere; headings with an arrow and, at the right, how many lines have which verdict.
class FindingDelegate final : public RowDelegate {
public:
    explicit FindingDelegate(QTreeView *view) : RowDelegate(view), m_view(view) {}

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        if (!index.data(HeadingRole).toBool())
            return RowDelegate::paint(painter, option, index);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRect row = option.rect.adjusted(gap::kTiny, gap::kSmall - 2, -gap::kTiny, -2);
        if (option.state & QStyle::State_Selected) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(toneFill(Tone::Accent, option.palette));
            painter->drawRoundedRect(row, 5, 5);
        }
        const int left = paintCounts(*painter, row, option.palette, index.data(FindingModel::CountsRole).toList());
        painter->setPen(mutedText(option.palette));
        painter->setFont(fontFor(FontRole::Body));
        painter->drawText(QRect(row.left() + gap::kTiny, row.top(), kArrow, row.height()), Qt::AlignCenter,
                          m_view->isExpanded(index) ? QStringLiteral("\u25BE") : QStringLiteral("\u25B8"));
        painter->setPen(option.palette.color(QPalette::Text));
        painter->setFont(fontFor(FontRole::Strong));
        const QRect words(row.left() + gap::kTiny + kArrow, row.top(), left - row.left() - kArrow - gap::kMedium,
                          row.height());
        painter->drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, words.width()));
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        if (!index.data(HeadingRole).toBool())
            return RowDelegate::sizeHint(option, index);
        return {120, QFontMetrics(fontFor(FontRole::Strong)).height() + gap::kLarge + gap::kTiny};
    }

private:
    /// From the right edge leftwards, the worst first when read; gives the left edge of what it painted.
    static int paintCounts(QPainter &painter, const QRect &row, const QPalette &palette, const QVariantList &counts)
    {
        constexpr int kSide = 13;
        const QFont font = fontFor(FontRole::Small);
        painter.setFont(font);
        int right = row.right() - gap::kTiny;
        for (qsizetype state = counts.size() - 1; state >= 0; --state) {
            const int count = counts[state].toInt();
            if (count == 0)
                continue;
            const VerdictLook look = lookOf(FindingModel::kStates[static_cast<std::size_t>(state)]);
            const QString number = QLocale().toString(count);
            right -= QFontMetrics(font).horizontalAdvance(number);
            painter.setPen(toneColor(look.tone, palette));
            painter.drawText(QRect(right, row.top(), row.right() - right, row.height()), Qt::AlignLeft | Qt::AlignVCenter,
                             number);
            right -= kSide + 3;
            paintSymbol(painter, QRectF(right, row.center().y() - kSide / 2.0 + 0.5, kSide, kSide), look.symbol, look.tone,
                        palette);
            right -= gap::kSmall;
        }
        return right;
    }

    QTreeView *m_view;
};

} // namespace

FindingView::FindingView(FindingModel &model, QWidget *parent) : QTreeView(parent), m_model(model)
{
    setModel(&model);
    setItemDelegate(new FindingDelegate(this));
    setHeaderHidden(true);
    setRootIsDecorated(false);
    setIndentation(0);
    setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setExpandsOnDoubleClick(false);
    setAccessibleName(tr("Lines of the checks"));
    connect(&model, &QAbstractItemModel::modelAboutToBeReset, this, &FindingView::keepPlace);
    connect(&model, &QAbstractItemModel::modelReset, this, &FindingView::findPlace);
    connect(&model, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex &first, const QModelIndex &last) {
        const QModelIndex current = currentIndex();
        if (current.parent() == first.parent() && current.row() >= first.row() && current.row() <= last.row())
            Q_EMIT lineChosen(currentId());
    });
    connect(this, &QTreeView::collapsed, this, [this](const QModelIndex &index) { m_folded.insert(m_model.headingOf(index)); });
    connect(this, &QTreeView::expanded, this, [this](const QModelIndex &index) { m_folded.remove(m_model.headingOf(index)); });
    connect(this, &QTreeView::clicked, this, [this](const QModelIndex &index) {
        if (!index.parent().isValid())
            setExpanded(index, !isExpanded(index));
    });
}

QString FindingView::currentId() const
{
    return currentIndex().data(FindingModel::IdRole).toString();
}

bool FindingView::select(const QString &id)
{
    const QModelIndex index = m_model.indexOf(id);
    if (!index.isValid())
        return false;
    setExpanded(index.parent(), true);
    setCurrentIndex(index);
    scrollTo(index);
    return true;
}

void FindingView::keepPlace()
{
    m_keptId = currentId();
    m_keptScroll = verticalScrollBar()->value();
    m_isResetting = true;
}

void FindingView::findPlace()
{
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const QModelIndex heading = m_model.index(row, 0);
        if (!m_folded.contains(m_model.headingOf(heading)))
            expand(heading);
    }
    const QModelIndex kept = m_model.indexOf(m_keptId);
    const QModelIndex current = kept.isValid() ? kept : m_model.firstLine();
    if (current.isValid() && isExpanded(current.parent()))
        setCurrentIndex(current);
    executeDelayedItemsLayout();
    verticalScrollBar()->setValue(kept.isValid() ? m_keptScroll : 0);
    m_isResetting = false;
    Q_EMIT lineChosen(currentId());
}

void FindingView::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTreeView::currentChanged(current, previous);
    if (!m_isResetting)
        Q_EMIT lineChosen(currentId());
}

void FindingView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        Q_EMIT copyRequested();
        return;
    }
    QTreeView::keyPressEvent(event);
}

void FindingView::paintEvent(QPaintEvent *event)
{
    QTreeView::paintEvent(event);
    if (m_model.rowCount() > 0)
        return;
    QPainter painter(viewport());
    painter.setPen(mutedText(palette()));
    painter.drawText(viewport()->rect().adjusted(gap::kLarge, 0, -gap::kLarge, 0),
                     static_cast<int>(Qt::AlignCenter | Qt::TextWordWrap),
                     m_model.lineCount() == 0 ? tr("There is nothing to look at.")
                                              : tr("No line is like that. Change the filter, or show all."));
}

} // namespace relaywright
