// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/JudgedLine.h"

#include "ui/widgets/Labels.h"

#include <QPainter>
#include <QVBoxLayout>

namespace relaywright {

namespace {

constexpr int kSymbolSide = 18;

} // namespace

JudgedLine::JudgedLine(QWidget *parent) : QWidget(parent), m_text(new TextLabel({}))
{
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *layout = new QVBoxLayout(this);
    const int above =
        std::max(0, (kSymbolSide - m_text->fontMetrics().height()) / 2); // one line stands amid the symbol
    layout->setContentsMargins(kSymbolSide + gap::kSmall, above, 0, above);
    setMinimumHeight(kSymbolSide);
    layout->addWidget(m_text);
}

JudgedLine::JudgedLine(const QString &symbol, Tone tone, const QString &sentence, QWidget *parent) : JudgedLine(parent)
{
    setContent(symbol, tone, sentence);
}

void JudgedLine::setContent(const QString &symbol, Tone tone, const QString &sentence)
{
    m_symbol = symbol;
    m_tone = tone;
    m_text->setText(sentence);
    m_text->setAccessibleName(symbol + u' ' + sentence);
    update();
}

QString JudgedLine::sentence() const
{
    return m_text->text();
}

void JudgedLine::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const int firstLine = m_text->fontMetrics().height();
    const double middle = m_text->y() + firstLine / 2.0;
    paintSymbol(painter, QRectF(0, std::max(0.0, middle - kSymbolSide / 2.0), kSymbolSide, kSymbolSide), m_symbol,
                m_tone, palette());
}

} // namespace relaywright
