// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Disclosure.h"

#include "ui/theme/Theme.h"

#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>

namespace relaywright {

Disclosure::Disclosure(const QString &title, QWidget *content, QWidget *parent)
    : QWidget(parent), m_button(new QToolButton), m_heading(new QHBoxLayout), m_content(content)
{
    m_button->setText(title);
    m_button->setAutoRaise(true);
    m_button->setArrowType(Qt::RightArrow);
    m_button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_button->setFont(fontFor(FontRole::Strong));
    m_button->setFocusPolicy(Qt::StrongFocus);
    m_button->setAccessibleName(title);
    m_heading->addWidget(m_button);
    m_heading->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addLayout(m_heading);
    layout->addWidget(content);
    connect(m_button, &QToolButton::clicked, this, [this] { setOpen(!m_isOpen); });
    setOpen(false);
}

void Disclosure::setOpen(bool open)
{
    m_isOpen = open;
    m_content->setVisible(open);
    m_button->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
    m_button->setAccessibleDescription(open ? tr("Open: what belongs to it stands below.") : tr("Closed."));
}

void Disclosure::addToHeading(QWidget *widget)
{
    m_heading->addWidget(widget);
}

} // namespace relaywright
