// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/TableBar.h"

#include "ui/models/TableFilter.h"
#include "ui/theme/Theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

namespace relaywright {

TableBar::TableBar(TableFilter &filter, const QString &wordsName, const QString &kindName, QWidget *parent)
    : QWidget(parent), m_kind(new QComboBox)
{
    auto *words = new QLineEdit;
    words->setPlaceholderText(tr("Find in the table"));
    words->setAccessibleName(wordsName);
    words->setClearButtonEnabled(true);
    m_kind->setAccessibleName(kindName);
    auto *copy = new QPushButton(tr("Copy the table"));
    copy->setIcon(lineIcon(QStringLiteral("copy"), palette()));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gap::kSmall);
    row->addWidget(words, 1);
    row->addWidget(m_kind);
    row->addWidget(copy);
    connect(words, &QLineEdit::textChanged, &filter, &TableFilter::setWords);
    connect(m_kind, &QComboBox::activated, &filter, [this, &filter] {
        const QVariant wanted = m_kind->currentData();
        filter.setKind(wanted.isValid() ? std::optional(wanted.toInt()) : std::nullopt);
    });
    connect(copy, &QPushButton::clicked, this, &TableBar::copyRequested);
}

void TableBar::addKind(const QString &text, std::optional<int> kind)
{
    m_kind->addItem(text, kind ? QVariant(*kind) : QVariant());
}

} // namespace relaywright
