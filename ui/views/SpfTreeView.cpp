// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/SpfTreeView.h"

#include "ui/models/SpfTreeModel.h"
#include "ui/text/VerdictText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>

#include <cmath>

namespace relaywright {

namespace {

constexpr int kPadding = gap::kSmall;
constexpr int kBetween = gap::kTiny;
constexpr int kSymbol = 14;
constexpr int kMostLookups = 10;
constexpr int kSegment = 9;
constexpr int kNarrow = 360; ///< below, the bar gives way to the words

QFont strongFixed()
{
    QFont font = fontFor(FontRole::Fixed);
    font.setWeight(QFont::Bold);
    return font;
}

/// Text laid out in lines of that width; broken inside a word only where one alone is too long.
std::unique_ptr<QTextLayout> laidOut(const QString &text, const QFont &font, int width,
                                     const QList<QTextLayout::FormatRange> &formats = {})
{
    auto layout = std::make_unique<QTextLayout>(text, font);
    QTextOption wrap;
    wrap.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout->setTextOption(wrap);
    layout->setFormats(formats);
    layout->beginLayout();
    qreal height = 0;
    for (QTextLine line = layout->createLine(); line.isValid(); line = layout->createLine()) {
        line.setLineWidth(std::max(40, width));
        line.setPosition(QPointF(0, height));
        height += line.height();
    }
    layout->endLayout();
    return layout;
}

int heightOf(const QTextLayout &layout)
{
    return static_cast<int>(std::ceil(layout.boundingRect().height()));
}

Tone costTone(const SpfNode &node)
{
    if (node.lookups > kMostLookups)
        return Tone::Wrong;
    return node.lookups >= kMostLookups - 1 ? Tone::Attention : Tone::Accent;
}

/// What a box holds, from top to bottom, each part as tall as it needs for the width.
struct Box {
    std::unique_ptr<QTextLayout> name;
    std::unique_ptr<QTextLayout> cost;   ///< its own line where the box is narrow; null: beside the name
    std::unique_ptr<QTextLayout> record; ///< null: there is none
    std::vector<std::unique_ptr<QTextLayout>> remarks;
    std::unique_ptr<QTextLayout> passes;
    int height = 0;
};

class SpfDelegate final : public QStyledItemDelegate {
public:
    SpfDelegate(SpfTreeModel *model, QTreeView *view) : QStyledItemDelegate(view), m_model(model), m_view(view) {}

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        return {100, boxOf(*m_model->node(index), widthOf(index)).height + kBetween};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const SpfNode &node = *m_model->node(index);
        QRect rect = option.rect.adjusted(0, 0, 0, -kBetween);
        rect.setWidth(widthOf(index));
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        paintGround(*painter, rect, option, node);
        paintContent(*painter, rect.adjusted(kPadding, kPadding, -kPadding, -kPadding), option.palette, node);
        painter->restore();
    }

private:
    /// A row's width is known from its depth: the view asks for heights before it has placed anything.
    [[nodiscard]] int widthOf(const QModelIndex &index) const
    {
        int depth = 1;
        for (QModelIndex above = index.parent(); above.isValid(); above = above.parent())
            ++depth;
        return std::max(160, m_view->viewport()->width() - depth * m_view->indentation() - 1);
    }

    [[nodiscard]] int besideWidth(const SpfNode &node, int width) const
    {
        if (width < kNarrow)
            return 0;
        const QFontMetrics metrics(fontFor(FontRole::Small));
        const int mark = m_model->isCostliest(node) ? metrics.horizontalAdvance(mostText()) + gap::kLarge : 0;
        return kMostLookups * kSegment + gap::kSmall + metrics.horizontalAdvance(shortCost(node)) + mark + gap::kMedium;
    }

    static QString mostText() { return SpfTreeView::tr("costs most"); }
    static QString shortCost(const SpfNode &node)
    {
        //: Lookups of the ten that a receiver allows.
        return SpfTreeView::tr("%1 of 10").arg(node.lookups);
    }

    [[nodiscard]] Box boxOf(const SpfNode &node, int boxWidth) const
    {
        const int width = boxWidth - 2 * kPadding;
        const int beside = besideWidth(node, width);
        Box box;
        box.name = laidOut(node.term.isEmpty() ? node.domain : node.term, strongFixed(), width - beside);
        box.height = 2 * kPadding + heightOf(*box.name);
        const auto put = [&box](std::unique_ptr<QTextLayout> &part, std::unique_ptr<QTextLayout> layout) {
            part = std::move(layout);
            box.height += heightOf(*part) + kBetween;
        };
        if (beside == 0) {
            const QString words = m_model->isCostliest(node) ? SpfTreeView::tr("%1, costs most").arg(costText(node))
                                                             : costText(node);
            put(box.cost, laidOut(words, fontFor(FontRole::Small), width));
        }
        if (!node.record.isEmpty())
            put(box.record, laidOut(node.record, fontFor(FontRole::Fixed), width,
                                    recordFormats(node, m_view->palette())));
        for (const SpfRemark &remark : node.remarks) {
            box.remarks.emplace_back();
            put(box.remarks.back(), laidOut(remark.place.sentence, fontFor(FontRole::Body), width - kSymbol - gap::kSmall));
        }
        if (const QString passes = passText(node); node.children.empty() && !passes.isEmpty())
            put(box.passes, laidOut(passes, fontFor(FontRole::Small), width));
        return box;
    }

    void paintGround(QPainter &painter, const QRect &rect, const QStyleOptionViewItem &option, const SpfNode &node) const
    {
        const bool most = m_model->isCostliest(node);
        const bool current = option.state & QStyle::State_HasFocus;
        painter.setBrush(most ? toneFill(Tone::Accent, option.palette) : option.palette.color(QPalette::Base));
        painter.setPen(current ? QPen(option.palette.color(QPalette::Highlight), 2)
                               : QPen(most ? toneColor(Tone::Accent, option.palette) : hairline(option.palette), 1));
        painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), 6, 6);
    }

    void paintContent(QPainter &painter, const QRect &rect, const QPalette &palette, const SpfNode &node) const
    {
        const Box box = boxOf(node, rect.width() + 2 * kPadding);
        int y = rect.top();
        const auto draw = [&](const QTextLayout &layout, int left, const QColor &color) {
            painter.setPen(color);
            layout.draw(&painter, QPointF(rect.left() + left, y));
        };
        draw(*box.name, 0, palette.color(QPalette::Text));
        if (!box.cost)
            paintCost(painter, QRect(rect.left(), y, rect.width(), QFontMetrics(strongFixed()).height()), palette, node);
        y += heightOf(*box.name) + kBetween;
        if (box.cost) {
            draw(*box.cost, 0, toneColor(costTone(node), palette));
            y += heightOf(*box.cost) + kBetween;
        }
        if (box.record) {
            draw(*box.record, 0, palette.color(QPalette::Text));
            y += heightOf(*box.record) + kBetween;
        }
        for (std::size_t i = 0; i < box.remarks.size(); ++i) {
            const VerdictLook look = lookOf(node.remarks[i].weight);
            const int line = QFontMetrics(fontFor(FontRole::Body)).height();
            paintSymbol(painter, QRectF(rect.left(), y + (line - kSymbol) / 2.0, kSymbol, kSymbol), look.symbol, look.tone,
                        palette);
            draw(*box.remarks[i], kSymbol + gap::kSmall, palette.color(QPalette::Text));
            y += heightOf(*box.remarks[i]) + kBetween;
        }
        if (box.passes)
            draw(*box.passes, 0, mutedText(palette));
    }

    static VerdictLook lookOf(SpfRemark::Weight weight)
    {
        return relaywright::lookOf(weight == SpfRemark::Weight::Wrong ? Verdict::Wrong : Verdict::Attention);
    }

    /// Ten segments, as many filled as the node asks questions, the number behind them, and the mark of the costliest.
    void paintCost(QPainter &painter, const QRect &row, const QPalette &palette, const SpfNode &node) const
    {
        const QFont small = fontFor(FontRole::Small);
        const QFontMetrics metrics(small);
        const QColor color = toneColor(costTone(node), palette);
        int right = row.right();
        const auto word = [&](const QString &text) {
            right -= metrics.horizontalAdvance(text);
            painter.setFont(small);
            painter.drawText(QRect(right, row.top(), row.right() - right + 1, row.height()),
                             Qt::AlignLeft | Qt::AlignVCenter, text);
        };
        painter.setPen(color);
        word(shortCost(node));
        right -= gap::kSmall + kMostLookups * kSegment;
        painter.setPen(Qt::NoPen);
        for (int i = 0; i < kMostLookups; ++i) {
            painter.setBrush(i < node.lookups ? color : hairline(palette));
            painter.drawRoundedRect(QRectF(right + i * kSegment, row.center().y() - 3.5, kSegment - 2, 8), 2, 2);
        }
        if (!m_model->isCostliest(node))
            return;
        right -= gap::kMedium;
        painter.setPen(color);
        word(mostText());
    }

    SpfTreeModel *m_model;
    QTreeView *m_view;
};

} // namespace

QList<QTextLayout::FormatRange> recordFormats(const SpfNode &node, const QPalette &palette)
{
    QList<QTextLayout::FormatRange> formats;
    const auto add = [&](const RecordFault &place, const QTextCharFormat &format) {
        const qsizetype start = std::max<qsizetype>(0, place.offset);
        const qsizetype end = std::min(node.record.size(), place.offset + place.length);
        if (end > start)
            formats.append({static_cast<int>(start), static_cast<int>(end - start), format});
    };
    for (const SpfNode &child : node.children) {
        QTextCharFormat asks;
        asks.setForeground(toneColor(Tone::Accent, palette));
        add(child.at, asks);
    }
    for (const SpfRemark &remark : node.remarks) {
        const QColor color =
            toneColor(remark.weight == SpfRemark::Weight::Wrong ? Tone::Wrong : Tone::Attention, palette);
        QTextCharFormat wrong;
        wrong.setForeground(color);
        wrong.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        wrong.setUnderlineColor(color);
        add(remark.place, wrong);
    }
    return formats;
}

SpfTreeView::SpfTreeView(QWidget *parent) : QTreeView(parent), m_model(new SpfTreeModel(this))
{
    setModel(m_model);
    setItemDelegate(new SpfDelegate(m_model, this));
    setHeaderHidden(true);
    setFrameShape(QFrame::NoFrame);
    setRootIsDecorated(true);
    setIndentation(20);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("The SPF record as a tree"));
    setAccessibleDescription(tr("Each record with what it costs of the ten lookups that a receiver allows."));
    viewport()->setAutoFillBackground(false);
    connect(this, &QTreeView::expanded, this, &SpfTreeView::fitHeight);
    connect(this, &QTreeView::collapsed, this, &SpfTreeView::fitHeight);
}

void SpfTreeView::setTree(std::shared_ptr<const SpfNode> root)
{
    m_model->setTree(std::move(root));
    expandAll();
    fitHeight();
}

void SpfTreeView::fitHeight()
{
    executeDelayedItemsLayout();
    int height = 2;
    for (QModelIndex row = m_model->index(0, 0); row.isValid(); row = indexBelow(row))
        height += rowHeight(row);
    setFixedHeight(std::max(height, 10));
}

void SpfTreeView::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    if (event->oldSize().width() == event->size().width())
        return;
    scheduleDelayedItemsLayout(); // wrapped records change their height with the width
    fitHeight();
}

void SpfTreeView::changeEvent(QEvent *event)
{
    QTreeView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        scheduleDelayedItemsLayout();
        fitHeight();
    }
}

void SpfTreeView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        copyToClipboard(m_model->toText());
        return;
    }
    QTreeView::keyPressEvent(event);
}

} // namespace relaywright
