// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Card.h"

#include <QPainter>
#include <QVBoxLayout>

namespace relaywright {

Card::Card(QWidget *parent) : QFrame(parent), m_body(new QVBoxLayout(this))
{
    m_body->setContentsMargins(gap::kLarge, gap::kLarge, gap::kLarge, gap::kLarge);
    m_body->setSpacing(gap::kMedium);
}

void Card::setTone(Tone tone)
{
    m_tone = tone;
    update();
}

void Card::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool plain = m_tone == Tone::Neutral;
    painter.setPen(QPen(plain ? hairline(palette()) : toneColor(m_tone, palette()), 1));
    painter.setBrush(plain ? palette().color(QPalette::Base) : toneFill(m_tone, palette()));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
}

} // namespace relaywright
