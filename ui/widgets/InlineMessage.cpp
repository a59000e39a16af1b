// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/InlineMessage.h"

#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace relaywright {

namespace {

constexpr int kSymbolSize = 20;

} // namespace

InlineMessage::InlineMessage(QWidget *parent)
    : Card(parent), m_text(new TextLabel({}, FontRole::Body, TextLabel::Color::Normal, this)),
      m_action(new QPushButton(this)), m_close(new QToolButton(this))
{
    auto *row = new QHBoxLayout;
    row->setContentsMargins(kSymbolSize + gap::kSmall, 0, 0, 0);
    row->setSpacing(gap::kMedium);
    row->addWidget(m_text, 1);
    row->addWidget(m_action, 0, Qt::AlignVCenter);
    row->addWidget(m_close, 0, Qt::AlignTop);
    body()->setContentsMargins(gap::kMedium, gap::kSmall, gap::kSmall, gap::kSmall);
    body()->addLayout(row);
    m_close->setAutoRaise(true);
    m_close->setIcon(lineIcon(QStringLiteral("close"), palette()));
    m_close->setAccessibleName(tr("Close this message"));
    m_close->setToolTip(tr("Close this message"));
    m_action->hide();
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    setVisible(false);
    connect(m_close, &QToolButton::clicked, this, &InlineMessage::clear);
    connect(m_action, &QPushButton::clicked, this, &InlineMessage::actionRequested);
}

void InlineMessage::show(Tone tone, const QString &sentence)
{
    show(tone, sentence, {});
}

void InlineMessage::show(Tone tone, const QString &sentence, const QString &action)
{
    m_messageTone = tone;
    m_symbol = symbolOf(tone, QStringLiteral("i"));
    m_text->setText(sentence);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    setTone(tone);
    setAccessibleName(sentence);
    setVisible(true);
}

void InlineMessage::setClosable(bool closable)
{
    m_close->setVisible(closable);
}

void InlineMessage::clear()
{
    setVisible(false);
    m_text->setText({});
}

QString InlineMessage::sentence() const
{
    return m_text->text();
}

void InlineMessage::paintEvent(QPaintEvent *event)
{
    Card::paintEvent(event);
    QPainter painter(this);
    const QRectF circle(gap::kMedium, (height() - kSymbolSize) / 2.0, kSymbolSize, kSymbolSize);
    paintSymbol(painter, circle, m_symbol, m_messageTone, palette());
}

} // namespace relaywright
