// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/ConsoleStyle.h"

#include "ui/theme/Theme.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QLineEdit>
#include <QPainter>
#include <QPainterPath>
#include <QStyleFactory>
#include <QStyleOption>

namespace relaywright {

namespace {

constexpr qreal kRadius = 5;
constexpr int kControlHeight = 32;

bool isPrimary(const QWidget *widget)
{
    return widget && widget->property("primary").toBool();
}

void drawPanel(QPainter *painter, const QRect &rect, const QColor &fill, const QColor &border, qreal width = 1)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(border, width));
    painter->setBrush(fill);
    const qreal inset = width / 2;
    painter->drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), kRadius, kRadius);
    painter->restore();
}

QColor shade(const QColor &color, bool dark, int percent)
{
    return dark ? color.lighter(100 + percent) : color.darker(100 + percent);
}

void drawButtonPanel(const QStyleOption *option, QPainter *painter, const QWidget *widget)
{
    const bool enabled = option->state & QStyle::State_Enabled;
    const bool dark = isDark(option->palette);
    const bool primary = isPrimary(widget) && enabled;
    const bool chosen = option->state & QStyle::State_On && enabled && !primary;
    QColor fill = option->palette.color(primary ? QPalette::Highlight : QPalette::Button);
    if (!enabled)
        fill = option->palette.color(QPalette::Window);
    else if (option->state & QStyle::State_Sunken)
        fill = shade(fill, dark, 12);
    else if (chosen)
        fill = toneFill(Tone::Accent, option->palette);
    else if (option->state & QStyle::State_MouseOver)
        fill = shade(fill, dark, 5);
    QColor border = primary ? fill : option->palette.color(QPalette::Mid);
    if (!enabled)
        border = hairline(option->palette);
    else if (chosen) // a shade alone is hard to tell, above all in the dark
        border = option->palette.color(QPalette::Highlight);
    qreal width = 1;
    if (option->state & QStyle::State_HasFocus && option->state & QStyle::State_KeyboardFocusChange) {
        border = primary ? option->palette.color(QPalette::WindowText) : option->palette.color(QPalette::Highlight);
        width = 2;
    }
    drawPanel(painter, option->rect, fill, border, width);
}

void drawEditPanel(const QStyleOption *option, QPainter *painter)
{
    const bool focus = option->state & QStyle::State_HasFocus;
    const bool enabled = option->state & QStyle::State_Enabled;
    drawPanel(painter, option->rect, option->palette.color(enabled ? QPalette::Base : QPalette::Window),
              option->palette.color(focus ? QPalette::Highlight : QPalette::Mid), focus ? 2 : 1);
}

void drawChevron(QPainter *painter, const QRectF &rect, const QColor &color)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(color, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QPointF center = rect.center();
    QPainterPath path(center + QPointF(-4, -2));
    path.lineTo(center + QPointF(0, 2));
    path.lineTo(center + QPointF(4, -2));
    painter->drawPath(path);
    painter->restore();
}

/// A radio button's ring with a dot, or a check box with a tick.
void drawIndicator(const QStyleOption &option, QPainter *painter, bool round)
{
    const bool on = option.state & QStyle::State_On;
    const bool enabled = option.state & QStyle::State_Enabled;
    const bool focus = option.state & QStyle::State_HasFocus && option.state & QStyle::State_KeyboardFocusChange;
    const QColor accent = option.palette.color(enabled ? QPalette::Active : QPalette::Disabled, QPalette::Highlight);
    const QColor border = on || focus || option.state & QStyle::State_MouseOver ? accent : mutedText(option.palette);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const qreal side = std::min(option.rect.width(), option.rect.height()) - 2.0;
    const QRectF rect(option.rect.center().x() - side / 2 + 0.5, option.rect.center().y() - side / 2 + 0.5, side, side);
    painter->setPen(QPen(enabled ? border : hairline(option.palette), focus ? 2 : 1.3));
    painter->setBrush(on && !round ? accent : option.palette.color(QPalette::Base));
    if (round)
        painter->drawEllipse(rect);
    else
        painter->drawRoundedRect(rect, 3, 3);
    if (on && round) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(accent);
        painter->drawEllipse(rect.adjusted(side * 0.25, side * 0.25, -side * 0.25, -side * 0.25));
    } else if (on) {
        painter->setPen(
            QPen(option.palette.color(QPalette::HighlightedText), 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        QPainterPath tick(rect.topLeft() + QPointF(side * 0.22, side * 0.52));
        tick.lineTo(rect.topLeft() + QPointF(side * 0.43, side * 0.73));
        tick.lineTo(rect.topLeft() + QPointF(side * 0.79, side * 0.28));
        painter->setBrush(Qt::NoBrush);
        painter->drawPath(tick);
    }
    painter->restore();
}

/// Icon and text in the middle of the button with room between them.
void drawButtonLabel(const QStyleOptionButton &button, QPainter *painter, const QColor &color)
{
    constexpr int kGap = 6;
    QRect rect = button.rect;
    if (button.features & QStyleOptionButton::HasMenu)
        rect.adjust(0, 0, -18, 0);
    const int textWidth = button.fontMetrics.size(Qt::TextShowMnemonic, button.text).width();
    const int iconWidth = button.icon.isNull() ? 0 : button.iconSize.width() + (button.text.isEmpty() ? 0 : kGap);
    int x = rect.left() + std::max(0, (rect.width() - textWidth - iconWidth) / 2);
    if (!button.icon.isNull()) {
        const bool enabled = button.state & QStyle::State_Enabled;
        const QRect icon(QPoint(x, rect.center().y() - button.iconSize.height() / 2 + 1), button.iconSize);
        button.icon.paint(painter, icon, Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
        x += iconWidth;
    }
    painter->setPen(color);
    painter->drawText(QRect(x, rect.top(), rect.right() - x + 1, rect.height()),
                      static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter | Qt::TextShowMnemonic | Qt::TextSingleLine),
                      button.text);
}

void drawScrollBar(const QStyleOptionSlider &bar, const QRect &handle, QPainter *painter)
{
    if (bar.minimum == bar.maximum)
        return;
    const bool lit = bar.state & QStyle::State_MouseOver || bar.activeSubControls & QStyle::SC_ScrollBarSlider;
    const bool vertical = bar.orientation == Qt::Vertical;
    const QRectF rect = vertical ? QRectF(handle).adjusted(3, 2, -2, -2) : QRectF(handle).adjusted(2, 3, -2, -2);
    QColor color = mutedText(bar.palette);
    color.setAlphaF(lit ? 0.85F : 0.5F);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(color);
    const qreal radius = (vertical ? rect.width() : rect.height()) / 2;
    painter->drawRoundedRect(rect, radius, radius);
    painter->restore();
}

/// A short line in the room between two panels: they can be dragged apart.
void drawSplitterGrip(const QStyleOption &option, QPainter *painter)
{
    QRectF grip(0, 0, 3, 28);
    if (!(option.state & QStyle::State_Horizontal))
        grip = QRectF(0, 0, 28, 3);
    grip.moveCenter(QRectF(option.rect).center());
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(option.state & QStyle::State_MouseOver ? option.palette.color(QPalette::Highlight)
                                                             : hairline(option.palette));
    painter->drawRoundedRect(grip, 1.5, 1.5);
    painter->restore();
}

} // namespace

ConsoleStyle::ConsoleStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

void ConsoleStyle::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton *>(widget) || qobject_cast<QComboBox *>(widget))
        widget->setAttribute(Qt::WA_Hover);
}

void ConsoleStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                                 const QWidget *widget) const
{
    switch (element) {
    case PE_PanelButtonCommand: drawButtonPanel(option, painter, widget); return;
    case PE_FrameLineEdit: return;
    case PE_PanelLineEdit: {
        const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
        if (frame && frame->lineWidth > 0)
            drawEditPanel(option, painter);
        return;
    }
    case PE_Frame:
        drawPanel(painter, option->rect, option->palette.color(QPalette::Base),
                  option->state & State_HasFocus ? option->palette.color(QPalette::Highlight)
                                                 : hairline(option->palette));
        return;
    case PE_IndicatorRadioButton:
    case PE_IndicatorCheckBox: drawIndicator(*option, painter, element == PE_IndicatorRadioButton); return;
    case PE_IndicatorArrowDown: drawChevron(painter, option->rect, option->palette.color(QPalette::ButtonText)); return;
    case PE_FrameFocusRect:
        if (option->state & State_KeyboardFocusChange)
            drawPanel(painter, option->rect, Qt::transparent, option->palette.color(QPalette::Highlight));
        return;
    case PE_FrameTabWidget:
    case PE_FrameStatusBarItem: return;
    default: QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void ConsoleStyle::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                               const QWidget *widget) const
{
    if (element == CE_PushButtonLabel) {
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option)) {
            const bool filled = isPrimary(widget) && (option->state & State_Enabled);
            drawButtonLabel(*button, painter,
                            button->palette.color(filled ? QPalette::HighlightedText : QPalette::ButtonText));
            return;
        }
    }
    if (element == CE_HeaderSection || element == CE_HeaderEmptyArea) {
        painter->fillRect(option->rect, option->palette.color(QPalette::Base));
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
                          hairline(option->palette));
        return;
    }
    if (element == CE_Splitter)
        return drawSplitterGrip(*option, painter);
    if (element == CE_TabBarTabShape) {
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option)) {
            const bool selected = tab->state & State_Selected;
            const QRect bar(tab->rect.left(), tab->rect.bottom() - 1, tab->rect.width(), 2);
            painter->fillRect(bar, selected ? tab->palette.color(QPalette::Highlight) : hairline(tab->palette));
            return;
        }
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void ConsoleStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                                      const QWidget *widget) const
{
    if (control == CC_ScrollBar) {
        if (const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option)) {
            drawScrollBar(*bar, subControlRect(CC_ScrollBar, bar, SC_ScrollBarSlider, widget), painter);
            return;
        }
    }
    if (control == CC_ComboBox) {
        const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option);
        if (combo && !combo->editable) {
            const bool enabled = combo->state & State_Enabled;
            const bool focus = combo->state & State_HasFocus;
            drawPanel(painter, combo->rect, combo->palette.color(enabled ? QPalette::Button : QPalette::Window),
                      combo->palette.color(focus ? QPalette::Highlight : QPalette::Mid), focus ? 2 : 1);
            const QRect arrow = subControlRect(CC_ComboBox, combo, SC_ComboBoxArrow, widget);
            drawChevron(painter, arrow, combo->palette.color(QPalette::ButtonText));
            return;
        }
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QSize ConsoleStyle::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                                     const QWidget *widget) const
{
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    switch (type) {
    case CT_PushButton:
        result = QSize(std::max(result.width() + gap::kLarge, 76), std::max(result.height(), kControlHeight));
        break;
    case CT_LineEdit:
    case CT_SpinBox: result.setHeight(std::max(result.height(), kControlHeight)); break;
    case CT_ComboBox: result = QSize(result.width() + 8, std::max(result.height(), kControlHeight)); break;
    case CT_TabBarTab: result = QSize(result.width() + 8, std::max(result.height(), 34)); break;
    case CT_MenuItem: result.setHeight(std::max(result.height(), 28)); break;
    default: break;
    }
    return result;
}

QRect ConsoleStyle::subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl part,
                                   const QWidget *widget) const
{
    if (control == CC_ComboBox && part == SC_ComboBoxEditField)
        return QProxyStyle::subControlRect(control, option, part, widget).adjusted(gap::kTiny, 0, 0, 0);
    const auto *bar = control == CC_ScrollBar ? qstyleoption_cast<const QStyleOptionSlider *>(option) : nullptr;
    if (!bar)
        return QProxyStyle::subControlRect(control, option, part, widget);
    // No buttons at the ends: the whole length is groove.
    const bool vertical = bar->orientation == Qt::Vertical;
    const int length = vertical ? bar->rect.height() : bar->rect.width();
    const int range = bar->maximum - bar->minimum;
    int handle = length;
    if (range > 0) {
        handle = static_cast<int>(qint64(bar->pageStep) * length / (qint64(range) + bar->pageStep));
        handle = std::clamp(handle, std::min(28, length), length);
    }
    const int start =
        sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition, length - handle, bar->upsideDown);
    QRect rect;
    switch (part) {
    case SC_ScrollBarGroove: rect = bar->rect; break;
    case SC_ScrollBarSlider:
        rect = vertical ? QRect(0, start, bar->rect.width(), handle) : QRect(start, 0, handle, bar->rect.height());
        break;
    case SC_ScrollBarSubPage:
        rect = vertical ? QRect(0, 0, bar->rect.width(), start) : QRect(0, 0, start, bar->rect.height());
        break;
    case SC_ScrollBarAddPage:
        rect = vertical ? QRect(0, start + handle, bar->rect.width(), length - start - handle)
                        : QRect(start + handle, 0, length - start - handle, bar->rect.height());
        break;
    default: return {};
    }
    return visualRect(bar->direction, bar->rect, rect);
}

QRect ConsoleStyle::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    if (element == SE_LineEditContents)
        return rect.adjusted(gap::kTiny + 1, 0, -gap::kTiny, 0);
    return rect;
}

int ConsoleStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical: return 0;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing: return gap::kSmall;
    case PM_SplitterWidth: return gap::kMedium;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight: return gap::kLarge + 1;
    case PM_ScrollBarExtent: return gap::kMedium;
    case PM_ScrollView_ScrollBarSpacing: return 0;
    case PM_DefaultFrameWidth: return 2;
    case PM_FocusFrameHMargin: // also the room at both ends of an item's text
    case PM_HeaderMargin: return gap::kSmall - 1;
    default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int ConsoleStyle::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                            QStyleHintReturn *returnData) const
{
    if (hint == SH_EtchDisabledText)
        return 0;
    return QProxyStyle::styleHint(hint, option, widget, returnData);
}

} // namespace relaywright
