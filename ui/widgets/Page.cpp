// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Page.h"

#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Labels.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace relaywright {

Page::Page(const QString &title, const QString &sentence, QWidget *parent)
    : QWidget(parent), m_actions(new QHBoxLayout), m_message(new InlineMessage), m_help(new InlineMessage),
      m_stack(new QStackedLayout), m_body(nullptr)
{
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(new TextLabel(title, FontRole::Title));
    words->addWidget(new TextLabel(sentence, FontRole::Body, TextLabel::Color::Muted));
    auto *top = new QHBoxLayout;
    top->setSpacing(gap::kMedium);
    top->addLayout(words, 1);
    m_actions->setSpacing(gap::kSmall);
    top->addLayout(m_actions);
    top->setAlignment(m_actions, Qt::AlignTop);

    auto *content = new QWidget;
    m_body = new QVBoxLayout(content);
    m_body->setContentsMargins(0, 0, 0, 0);
    m_body->setSpacing(gap::kMedium);
    m_stack->addWidget(content);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(gap::kPage, gap::kLarge, gap::kPage, gap::kLarge);
    layout->setSpacing(gap::kMedium);
    layout->addLayout(top);
    layout->addWidget(m_help);
    layout->addWidget(m_message);
    layout->addLayout(m_stack, 1);
    setAccessibleName(title);
}

QPushButton *Page::addPrimaryAction(const QString &text)
{
    auto *button = new QPushButton(text, this);
    button->setProperty("primary", true);
    m_actions->addWidget(button);
    return button;
}

QPushButton *Page::addAction(const QString &text, const QString &icon)
{
    auto *button = new QPushButton(text, this);
    if (!icon.isEmpty())
        button->setIcon(lineIcon(icon, button->palette()));
    m_actions->insertWidget(0, button);
    return button;
}

void Page::setEmptyState(EmptyState *state)
{
    m_stack->addWidget(state);
}

void Page::showEmpty(bool empty)
{
    m_stack->setCurrentIndex(empty && m_stack->count() > 1 ? 1 : 0);
    showActions(!empty);
}

void Page::showActions(bool shown)
{
    for (int i = 0; i < m_actions->count(); ++i) {
        if (QWidget *button = m_actions->itemAt(i)->widget())
            button->setVisible(shown);
    }
}

void Page::setHelp(const QString &help)
{
    m_helpText = help;
}

void Page::toggleHelp()
{
    if (m_help->isVisible())
        m_help->clear();
    else if (!m_helpText.isEmpty())
        m_help->show(Tone::Accent, m_helpText);
}

QWidget *inScrollArea(QWidget *widget)
{
    auto *area = new QScrollArea;
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setWidget(widget);
    area->viewport()->setAutoFillBackground(false);
    widget->setAutoFillBackground(false);
    return area;
}

void copyToClipboard(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
}

} // namespace relaywright
