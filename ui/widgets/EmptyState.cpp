// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/EmptyState.h"

#include "ui/widgets/Labels.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace relaywright {

namespace {
constexpr int kTextWidth = 440;
}

EmptyState::EmptyState(const QString &icon, const QString &heading, const QString &sentence, const QString &action,
                       QWidget *parent)
    : QWidget(parent), m_heading(new TextLabel({}, FontRole::Heading)),
      m_sentence(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)), m_action(new QPushButton),
      m_layout(new QVBoxLayout(this))
{
    auto *picture = new QLabel;
    picture->setPixmap(tintedPixmap(icon, mutedText(palette()), 48, devicePixelRatioF()));
    picture->setAlignment(Qt::AlignCenter);
    m_heading->setAlignment(Qt::AlignCenter);
    m_sentence->setAlignment(Qt::AlignCenter);
    m_sentence->setFixedWidth(kTextWidth);
    m_action->setProperty("primary", true);
    m_layout->setSpacing(gap::kMedium);
    m_layout->addStretch(2);
    m_layout->addWidget(picture);
    m_layout->addWidget(m_heading);
    m_layout->addWidget(m_sentence, 0, Qt::AlignHCenter);
    m_layout->addSpacing(gap::kSmall);
    m_layout->addWidget(m_action, 0, Qt::AlignHCenter);
    m_layout->addStretch(3);
    setWords(heading, sentence, action);
    connect(m_action, &QPushButton::clicked, this, &EmptyState::actionRequested);
}

QPushButton *EmptyState::addSecondAction(const QString &text)
{
    auto *button = new QPushButton(text);
    m_layout->insertWidget(m_layout->indexOf(m_action) + 1, button, 0, Qt::AlignHCenter);
    return button;
}

void EmptyState::setWords(const QString &heading, const QString &sentence, const QString &action)
{
    m_heading->setText(heading);
    m_sentence->setText(sentence);
    // Layouts forget the height of wrapped text in a centred cell.
    m_sentence->setMinimumHeight(std::max(0, m_sentence->heightForWidth(kTextWidth)));
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
}

} // namespace relaywright
