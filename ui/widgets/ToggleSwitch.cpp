// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ToggleSwitch.h"

#include "ui/theme/Theme.h"

#include <QKeyEvent>
#include <QPainter>

namespace relaywright {

ToggleSwitch::ToggleSwitch(QWidget *parent) : QAbstractButton(parent)
{
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
}

void ToggleSwitch::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF track = QRectF(rect()).adjusted(2, 2, -2, -2);
    const QColor off = palette().color(QPalette::Window);
    const QColor border = isChecked() ? toneColor(Tone::Good, palette()) : mutedText(palette());
    painter.setPen(QPen(isEnabled() ? border : hairline(palette()), 1.5));
    painter.setBrush(isChecked() && isEnabled() ? toneColor(Tone::Good, palette()) : off);
    painter.drawRoundedRect(track, track.height() / 2, track.height() / 2);
    const qreal side = track.height() - 6;
    const qreal x = isChecked() ? track.right() - side - 3 : track.left() + 3;
    painter.setPen(Qt::NoPen);
    painter.setBrush(isChecked() ? palette().color(QPalette::Base) : border);
    painter.drawEllipse(QRectF(x, track.top() + 3, side, side));
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.setBrush(Qt::NoBrush);
        const QRectF ring = QRectF(rect()).adjusted(1, 1, -1, -1);
        painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2);
    }
}

void ToggleSwitch::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

} // namespace relaywright
