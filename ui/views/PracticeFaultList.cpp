// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/PracticeFaultList.h"

#include <QListWidget>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace relaywright {

PracticeFaultList::PracticeFaultList(const FaultChoices &choices, const QString &name, QWidget *parent)
    : QWidget(parent), m_list(new QListWidget)
{
    m_list->setAccessibleName(name);
    m_list->setSpacing(1);
    for (const auto &[word, text] : choices) {
        auto *item = new QListWidgetItem(text, m_list);
        item->setData(Qt::UserRole, word);
        item->setToolTip(text); // where the list is narrow
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(Qt::Unchecked);
    }
    connect(m_list, &QListWidget::itemChanged, this, &PracticeFaultList::onTicked);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_list);
}

void PracticeFaultList::onTicked(const QListWidgetItem *ticked)
{
    // A 421 comes once, and there is one certificate: the last that was ticked holds.
    const QString word = ticked->data(Qt::UserRole).toString();
    const QString family = word.left(word.indexOf(u'=') + 1);
    if (ticked->checkState() == Qt::Checked && !family.isEmpty()) {
        const QSignalBlocker quiet(m_list);
        for (int row = 0; row < m_list->count(); ++row) {
            QListWidgetItem *item = m_list->item(row);
            if (item != ticked && item->data(Qt::UserRole).toString().startsWith(family))
                item->setCheckState(Qt::Unchecked);
        }
        m_list->viewport()->update();
    }
    Q_EMIT changed();
}

void PracticeFaultList::showAllRows()
{
    m_list->ensurePolished();
    int height = 2 * m_list->frameWidth();
    for (int row = 0; row < m_list->count(); ++row)
        height += m_list->sizeHintForRow(row) + 2 * m_list->spacing();
    m_list->setFixedHeight(height);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // it would hide the last row
}

QStringList PracticeFaultList::words() const
{
    QStringList words;
    for (int row = 0; row < m_list->count(); ++row) {
        const QListWidgetItem *item = m_list->item(row);
        if (item->checkState() == Qt::Checked)
            words += item->data(Qt::UserRole).toString();
    }
    return words;
}

} // namespace relaywright
