// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/TranscriptView.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/Page.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QTextLayout>

#include <cmath>

namespace relaywright {

namespace {

constexpr int kBarWidth = 72;

/// At spaces where there are some, anywhere in a long word otherwise.
QTextOption wrapping()
{
    QTextOption option(Qt::AlignLeft | Qt::AlignTop);
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    return option;
}

int wrappedHeight(const QString &text, const QFont &font, int width)
{
    QTextLayout layout(text, font);
    layout.setTextOption(wrapping());
    layout.beginLayout();
    qreal height = 0;
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        height += line.height();
    }
    layout.endLayout();
    return static_cast<int>(std::ceil(height));
}

class TranscriptDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, toneFill(Tone::Accent, option.palette));
        switch (static_cast<TranscriptModel::RowKind>(index.data(TranscriptModel::KindRole).toInt())) {
        case TranscriptModel::RowKind::Heading:     paintHeading(painter, option, index); break;
        case TranscriptModel::RowKind::Line:        paintLine(painter, option, index); break;
        case TranscriptModel::RowKind::Explanation: paintExplanation(painter, option, index); break;
        }
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto kind = static_cast<TranscriptModel::RowKind>(index.data(TranscriptModel::KindRole).toInt());
        if (kind == TranscriptModel::RowKind::Heading)
            return {100, QFontMetrics(fontFor(FontRole::Strong)).height() + gap::kMedium};
        const bool line = kind == TranscriptModel::RowKind::Line;
        const QFontMetrics metrics(fontFor(line ? FontRole::Fixed : FontRole::Body));
        const int left = line ? textLeft() : explanationLeft();
        const int width = std::max(80, viewWidth(option) - left - gap::kSmall);
        const int height =
            wrappedHeight(index.data().toString(), fontFor(line ? FontRole::Fixed : FontRole::Body), width);
        return {100, std::max(height, metrics.height()) + (line ? gap::kTiny : gap::kMedium)};
    }

private:
    static int timeWidth()
    {
        return QFontMetrics(fontFor(FontRole::Fixed)).horizontalAdvance(QStringLiteral("000.000"));
    }
    static int textLeft() { return gap::kSmall + timeWidth() + 44; }
    static int explanationLeft() { return textLeft() + gap::kMedium; }
    /// Rows start at the viewport's left edge, whatever their depth: the view has no indentation.
    static int viewWidth(const QStyleOptionViewItem &option)
    {
        const auto *view = qobject_cast<const QTreeView *>(option.widget);
        return view ? view->viewport()->width() : option.rect.width();
    }

    static void paintHeading(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index)
    {
        painter->fillRect(option.rect, option.palette.color(QPalette::AlternateBase));
        const auto *view = qobject_cast<const QTreeView *>(option.widget);
        const bool open = !view || view->isExpanded(index);
        QRect rect = option.rect.adjusted(gap::kSmall, 0, -gap::kSmall, 0);
        painter->setFont(fontFor(FontRole::Strong));
        painter->setPen(option.palette.color(QPalette::Text));
        painter->drawText(rect, Qt::AlignLeft | Qt::AlignVCenter,
                          (open ? QStringLiteral("\u25BE  ") : QStringLiteral("\u25B8  ")) + index.data().toString());
        const double share = index.data(TranscriptModel::ShareRole).toDouble();
        const QRectF track(rect.right() - kBarWidth, rect.center().y() - 3, kBarWidth, 6);
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(hairline(option.palette));
        painter->drawRoundedRect(track, 3, 3);
        if (share > 0.01) {
            painter->setBrush(toneColor(Tone::Accent, option.palette));
            painter->drawRoundedRect(QRectF(track.left(), track.top(), std::max(6.0, track.width() * share), 6), 3, 3);
        }
        painter->setFont(fontFor(FontRole::Small));
        painter->setPen(mutedText(option.palette));
        rect.setRight(rect.right() - kBarWidth - gap::kSmall);
        painter->drawText(
            rect, Qt::AlignRight | Qt::AlignVCenter,
            TranscriptView::tr("%1 s").arg(index.data(TranscriptModel::DurationRole).toDouble(), 0, 'f', 3));
    }

    static void paintLine(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index)
    {
        const bool refusal = index.data(TranscriptModel::RefusalRole).toBool();
        const auto direction =
            static_cast<TranscriptLine::Direction>(index.data(TranscriptModel::DirectionRole).toInt());
        const QRect rect = option.rect;
        if (refusal) {
            painter->fillRect(rect, toneFill(Tone::Wrong, option.palette));
            painter->fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), toneColor(Tone::Wrong, option.palette));
        }
        painter->setFont(fontFor(FontRole::Fixed));
        const int top = static_cast<int>(Qt::AlignTop);
        const QRect timeBox(gap::kSmall, rect.top() + 2, timeWidth(), rect.height());
        painter->setPen(mutedText(option.palette));
        painter->drawText(timeBox, static_cast<int>(Qt::AlignRight) | top,
                          QString::number(index.data(TranscriptModel::TimeRole).toDouble(), 'f', 3));
        Tone tone = Tone::Neutral;
        QString mark = QStringLiteral("\u00B7");
        if (direction == TranscriptLine::Direction::Sent) {
            mark = QStringLiteral("\u25B6");
            tone = Tone::Accent;
        } else if (direction == TranscriptLine::Direction::Received) {
            mark = QStringLiteral("\u25C0");
            tone = refusal ? Tone::Wrong : Tone::Good;
        }
        painter->setPen(toneColor(tone, option.palette));
        painter->drawText(QRect(timeBox.right() + 6, rect.top() + 2, 16, rect.height()), top, mark);
        if (index.data(TranscriptModel::TlsRole).toBool()) {
            const qreal ratio = painter->device()->devicePixelRatioF();
            painter->drawPixmap(QPoint(timeBox.right() + 24, rect.top() + 3),
                                tintedPixmap(QStringLiteral("lock"), mutedText(option.palette), 13, ratio));
        }
        const bool note = direction == TranscriptLine::Direction::Note;
        painter->setPen(refusal ? toneColor(Tone::Wrong, option.palette)
                                : note ? mutedText(option.palette) : option.palette.color(QPalette::Text));
        painter->drawText(
            QRectF(textLeft(), rect.top() + 2, viewWidth(option) - textLeft() - gap::kSmall, rect.height()),
            index.data().toString(), wrapping());
    }

    static void paintExplanation(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index)
    {
        painter->fillRect(option.rect, toneFill(Tone::Wrong, option.palette));
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()),
                          toneColor(Tone::Wrong, option.palette));
        painter->setFont(fontFor(FontRole::Body));
        painter->setPen(option.palette.color(QPalette::Text));
        painter->drawText(QRectF(explanationLeft(), option.rect.top() + 4,
                                 viewWidth(option) - explanationLeft() - gap::kSmall, option.rect.height()),
                          index.data().toString(), wrapping());
    }
};

} // namespace

TranscriptView::TranscriptView(TranscriptModel &model, QWidget *parent) : QTreeView(parent), m_model(model)
{
    setModel(&model);
    setItemDelegate(new TranscriptDelegate(this));
    setHeaderHidden(true);
    setRootIsDecorated(false);
    setIndentation(0);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setExpandsOnDoubleClick(false);
    setAccessibleName(tr("Conversation with the server"));
    // After the view has laid out its new rows, and once for many of them.
    m_scrolling.setSingleShot(true);
    m_scrolling.setInterval(0);
    connect(&m_scrolling, &QTimer::timeout, this, [this] {
        executeDelayedItemsLayout();
        scrollToBottom();
    });
    connect(verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] {
        m_following = verticalScrollBar()->sliderPosition() >= verticalScrollBar()->maximum() - 4;
    });
    connect(&model, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex &heading) {
        if (!heading.isValid())
            return;
        if (m_model.rowCount(heading) == 1)
            expand(heading);
        followSoon();
    });
    connect(&model, &QAbstractItemModel::modelReset, this, [this] { m_following = true; });
    connect(this, &QTreeView::clicked, this, [this](const QModelIndex &index) {
        if (!index.parent().isValid())
            setExpanded(index, !isExpanded(index));
    });
}

void TranscriptView::followSoon()
{
    if (m_following && !m_scrolling.isActive())
        m_scrolling.start();
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
    std::sort(rows.begin(), rows.end(), [](const QModelIndex &a, const QModelIndex &b) {
        return std::pair(a.parent().isValid() ? a.parent().row() : a.row(), a.parent().isValid() ? a.row() : -1)
            < std::pair(b.parent().isValid() ? b.parent().row() : b.row(), b.parent().isValid() ? b.row() : -1);
    });
    QStringList lines;
    for (const QModelIndex &row : rows)
        lines += row.data(Qt::AccessibleTextRole).toString();
    copyToClipboard(lines.join(u'\n'));
}

void TranscriptView::paintEvent(QPaintEvent *event)
{
    QTreeView::paintEvent(event);
    if (m_model.rowCount() > 0)
        return;
    QPainter painter(viewport());
    painter.setPen(mutedText(palette()));
    painter.drawText(viewport()->rect().adjusted(gap::kPage, 0, -gap::kPage, 0),
                     static_cast<int>(Qt::AlignCenter | Qt::TextWordWrap),
                     tr("What both sides say shows up here, line by line, when you send."));
}

void TranscriptView::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    scheduleDelayedItemsLayout(); // wrapped rows change their height with the width
    followSoon();
}

void TranscriptView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        copySelected();
        return;
    }
    QTreeView::keyPressEvent(event);
    m_following = verticalScrollBar()->value() >= verticalScrollBar()->maximum() - 4;
}

} // namespace relaywright
