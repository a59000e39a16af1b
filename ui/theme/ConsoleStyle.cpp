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
    QColor fill = option->palette.color(primary ? QPalette::Highlight : QPalette::Button);
    if (!enabled)
        fill = option->palette.color(QPalette::Window);
    else if (option->state & (QStyle::State_Sunken | QStyle::State_On))
        fill = shade(fill, dark, 12);
    else if (option->state & QStyle::State_MouseOver)
        fill = shade(fill, dark, 5);
    QColor border = primary ? fill : option->palette.color(QPalette::Mid);
    if (!enabled)
        border = hairline(option->palette);
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
    case PE_PanelButtonCommand:
        drawButtonPanel(option, painter, widget);
        return;
    case PE_FrameLineEdit:
        return;
    case PE_PanelLineEdit: {
        const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
        if (frame && frame->lineWidth > 0)
            drawEditPanel(option, painter);
        return;
    }
    case PE_Frame:
        drawPanel(painter, option->rect, Qt::transparent,
                  option->state & State_HasFocus ? option->palette.color(QPalette::Highlight)
                                                 : hairline(option->palette));
        return;
    case PE_FrameFocusRect:
        if (option->state & State_KeyboardFocusChange)
            drawPanel(painter, option->rect, Qt::transparent, option->palette.color(QPalette::Highlight));
        return;
    case PE_FrameTabWidget:
    case PE_FrameStatusBarItem:
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void ConsoleStyle::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                               const QWidget *widget) const
{
    if (element == CE_PushButtonLabel && isPrimary(widget) && (option->state & State_Enabled)) {
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option)) {
            QStyleOptionButton copy(*button);
            copy.palette.setColor(QPalette::ButtonText, copy.palette.color(QPalette::HighlightedText));
            QProxyStyle::drawControl(element, &copy, painter, widget);
            return;
        }
    }
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
        result = QSize(std::max(result.width() + 12, 72), std::max(result.height(), kControlHeight));
        break;
    case CT_LineEdit:
    case CT_SpinBox:
        result.setHeight(std::max(result.height(), kControlHeight));
        break;
    case CT_ComboBox:
        result = QSize(result.width() + 8, std::max(result.height(), kControlHeight));
        break;
    case CT_TabBarTab:
        result = QSize(result.width() + 8, std::max(result.height(), 34));
        break;
    case CT_MenuItem:
        result.setHeight(std::max(result.height(), 28));
        break;
    default:
        break;
    }
    return result;
}

int ConsoleStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
        return gap::kSmall;
    case PM_SplitterWidth:
        return gap::kMedium;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
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
