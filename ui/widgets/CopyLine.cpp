// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/CopyLine.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/Page.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

namespace relaywright {

CopyLine::CopyLine(const QString &what, QWidget *parent)
    : QWidget(parent), m_text(new QLineEdit), m_copy(new QPushButton(tr("Copy"))), m_what(what)
{
    m_text->setReadOnly(true);
    m_text->setFont(fontFor(FontRole::Fixed));
    m_text->setAccessibleName(what);
    m_copy->setAccessibleName(tr("Copy: %1").arg(what));
    setFocusProxy(m_text);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gap::kSmall);
    row->addWidget(m_text, 1);
    row->addWidget(m_copy);
    connect(m_copy, &QPushButton::clicked, this,
            [this] { copyToClipboard(m_secret.isEmpty() ? m_text->text() : QString::fromUtf8(m_secret.reveal())); });
}

void CopyLine::setText(const QString &text)
{
    if (text == m_text->text())
        return; // what is selected stays
    m_text->setText(text);
    m_text->setCursorPosition(0);
}

QString CopyLine::text() const
{
    return m_text->text();
}

void CopyLine::setSecret(const Secret &secret)
{
    if (!m_show) {
        m_show = new QPushButton(tr("Show"));
        m_show->setCheckable(true);
        m_show->setAccessibleName(tr("Show: %1").arg(m_what));
        static_cast<QHBoxLayout *>(layout())->insertWidget(1, m_show);
        connect(m_show, &QPushButton::toggled, this, &CopyLine::showSecret);
    }
    if (secret == m_secret)
        return;
    m_secret = secret;
    m_show->setChecked(false);
    showSecret(false);
}

void CopyLine::showSecret(bool shown)
{
    m_show->setText(shown ? tr("Hide") : tr("Show"));
    setText(m_secret.isEmpty() ? QString()
            : shown            ? QString::fromUtf8(m_secret.reveal())
                               : QString(12, QChar(0x2022))); // as many as there are always: its length is not told
}

} // namespace relaywright
