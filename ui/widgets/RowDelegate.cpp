// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/RowDelegate.h"

#include "ui/widgets/Labels.h"

#include <QPainter>

namespace relaywright {

namespace {
constexpr int kSymbolSide = 20;
}

namespace {

void paintHeading(QPainter &painter, const QStyleOptionViewItem &option, const QString &text)
{
    const QFont font = fontFor(FontRole::Small);
    painter.save();
    painter.setFont(font);
    painter.setPen(mutedText(option.palette));
    const QRect area = option.rect.adjusted(gap::kMedium, 0, -gap::kSmall, -gap::kTiny);
    painter.drawText(area, Qt::AlignLeft | Qt::AlignBottom,
                     QFontMetrics(font).elidedText(text, Qt::ElideRight, area.width()));
    painter.restore();
}

} // namespace

void RowDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (index.data(HeadingRole).toBool())
        return paintHeading(*painter, option, index.data().toString());
    const bool selected = option.state & QStyle::State_Selected;
    const QRect row = option.rect.adjusted(gap::kTiny, 2, -gap::kTiny, -2);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (selected || (option.state & QStyle::State_MouseOver)) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(selected ? option.palette.color(QPalette::Highlight)
                                   : toneFill(Tone::Accent, option.palette));
        painter->drawRoundedRect(row, 5, 5);
    }
    if (option.state & QStyle::State_HasFocus && option.state & QStyle::State_KeyboardFocusChange) {
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(option.palette.color(QPalette::WindowText), 1.5));
        painter->drawRoundedRect(row.adjusted(1, 1, -1, -1), 5, 5);
    }
    int left = row.left() + gap::kSmall;
    const QString symbol = index.data(SymbolRole).toString();
    const auto tone = static_cast<Tone>(index.data(ToneRole).toInt());
    if (!symbol.isEmpty()) {
        const QRectF circle(left, row.center().y() - kSymbolSide / 2.0, kSymbolSide, kSymbolSide);
        if (selected) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(option.palette.color(QPalette::Base));
            painter->drawEllipse(circle.adjusted(-2, -2, 2, 2));
        }
        paintSymbol(*painter, circle, symbol, tone, option.palette);
        left += kSymbolSide + gap::kMedium;
    }
    const QColor text = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
    const QString subtitle = index.data(SubtitleRole).toString();
    const QFontMetrics titleMetrics(fontFor(FontRole::Strong));
    const QRect area(left, row.top() + gap::kSmall - 2, row.right() - left - gap::kSmall, row.height() - gap::kMedium);
    painter->setPen(text);
    painter->setFont(fontFor(FontRole::Strong));
    painter->drawText(area, static_cast<int>(Qt::AlignLeft | (subtitle.isEmpty() ? Qt::AlignVCenter : Qt::AlignTop)),
                      titleMetrics.elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight, area.width()));
    if (!subtitle.isEmpty()) {
        const QFont small = fontFor(FontRole::Small);
        painter->setFont(small);
        painter->setPen(selected ? text : mutedText(option.palette));
        painter->drawText(area, Qt::AlignLeft | Qt::AlignBottom,
                          QFontMetrics(small).elidedText(subtitle, Qt::ElideRight, area.width()));
    }
    painter->restore();
}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    if (index.data(HeadingRole).toBool())
        return {120, QFontMetrics(fontFor(FontRole::Small)).height() + gap::kLarge};
    int height = QFontMetrics(fontFor(FontRole::Strong)).height();
    if (!index.data(SubtitleRole).toString().isEmpty())
        height += QFontMetrics(fontFor(FontRole::Small)).height() + 2;
    return {120, height + gap::kLarge + 2};
}

} // namespace relaywright
