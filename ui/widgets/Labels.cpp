// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Labels.h"

#include <QEvent>
#include <QPainter>

namespace relaywright {

TextLabel::TextLabel(const QString &text, FontRole role, Color color, QWidget *parent)
    : QLabel(text, parent), m_color(color)
{
    setTextFormat(Qt::PlainText);
    setFont(fontFor(role));
    setWordWrap(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    recolor();
}

void TextLabel::setTone(Tone tone)
{
    m_tone = tone;
    recolor();
}

void TextLabel::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange)
        recolor();
}

void TextLabel::recolor()
{
    if (m_tone == Tone::Neutral && m_color == Color::Normal) {
        setPalette({});
        return;
    }
    QPalette own = palette();
    const QPalette base = QGuiApplication::palette();
    const QColor color = m_tone != Tone::Neutral ? toneColor(m_tone, base) : mutedText(base);
    own.setColor(QPalette::WindowText, color);
    own.setColor(QPalette::Text, color); // the role in use depends on the ground that the parent paints
    setPalette(own);
}

ElidedLabel::ElidedLabel(const QString &text, FontRole role, QWidget *parent) : QWidget(parent)
{
    setFont(fontFor(role));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setText(text);
}

void ElidedLabel::setText(const QString &text)
{
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    setToolTip(fontMetrics().horizontalAdvance(m_text) > width() ? m_text : QString());
    update();
}

QSize ElidedLabel::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(m_text) + 2, fontMetrics().height() + 2};
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {std::min(fontMetrics().horizontalAdvance(m_text) + 2, 48), fontMetrics().height() + 2};
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter, fontMetrics().elidedText(m_text, m_mode, width()));
}

void ElidedLabel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    setToolTip(fontMetrics().horizontalAdvance(m_text) > width() ? m_text : QString());
}

Badge::Badge(QWidget *parent) : QWidget(parent)
{
    setFont(fontFor(FontRole::Strong));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Badge::setContent(const QString &symbol, const QString &word, Tone tone)
{
    m_symbol = symbol;
    m_word = word;
    m_tone = tone;
    setAccessibleName(word);
    updateGeometry();
    update();
}

QSize Badge::sizeHint() const
{
    const int height = fontMetrics().height() + gap::kSmall;
    return {height + fontMetrics().horizontalAdvance(m_word) + gap::kLarge, height};
}

void Badge::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF pill = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(Qt::NoPen);
    painter.setBrush(toneFill(m_tone, palette()));
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2);
    const QRectF circle = QRectF(4, 4, height() - 8, height() - 8);
    paintSymbol(painter, circle, m_symbol, m_tone, palette());
    painter.setPen(toneColor(m_tone, palette()));
    painter.drawText(rect().adjusted(height() + 2, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, m_word);
}

void paintSymbol(QPainter &painter, const QRectF &rect, const QString &symbol, Tone tone, const QPalette &palette)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (symbol == QStringLiteral("\u25CB")) { // open: nothing is judged yet
        painter.setPen(QPen(mutedText(palette), 1.5));
        painter.drawEllipse(rect.adjusted(1, 1, -1, -1));
        painter.restore();
        return;
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(toneColor(tone, palette));
    painter.drawEllipse(rect);
    QFont font = painter.font();
    font.setWeight(QFont::Bold);
    font.setPixelSize(std::max(8, static_cast<int>(rect.height() * 0.68)));
    painter.setFont(font);
    painter.setPen(isDark(palette) ? QColor(0x10, 0x15, 0x1b) : QColor(Qt::white));
    painter.drawText(rect, Qt::AlignCenter, symbol);
    painter.restore();
}

} // namespace relaywright
