// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/PracticeFaultList.h"

#include "ui/widgets/Field.h"

#include <QListWidget>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <utility>
#include <vector>

namespace relaywright {

namespace {

/// Words of `addFault` and what they mean.
std::vector<std::pair<QString, QString>> faultChoices()
{
    return {{QStringLiteral("slow-banner=20s"), PracticeFaultList::tr("The greeting comes after 20 seconds")},
            {QStringLiteral("tarpit=5s"), PracticeFaultList::tr("Each answer takes 5 seconds")},
            {QStringLiteral("drop-in-data"), PracticeFaultList::tr("The connection is cut in the message")},
            {QStringLiteral("421-at=greeting"), PracticeFaultList::tr("Closes with 421 at the greeting")},
            {QStringLiteral("421-at=ehlo"), PracticeFaultList::tr("Closes with 421 at EHLO")},
            {QStringLiteral("421-at=starttls"), PracticeFaultList::tr("Closes with 421 at STARTTLS")},
            {QStringLiteral("421-at=auth"), PracticeFaultList::tr("Closes with 421 at the sign-in")},
            {QStringLiteral("421-at=mail"), PracticeFaultList::tr("Closes with 421 at the sender")},
            {QStringLiteral("421-at=rcpt"), PracticeFaultList::tr("Closes with 421 at the recipient")},
            {QStringLiteral("421-at=data"), PracticeFaultList::tr("Closes with 421 before the message")},
            {QStringLiteral("421-at=message"), PracticeFaultList::tr("Closes with 421 after the message")},
            {QStringLiteral("no-starttls"), PracticeFaultList::tr("Offers no STARTTLS")},
            {QStringLiteral("tls1.0-only"), PracticeFaultList::tr("Speaks TLS 1.0 only")},
            {QStringLiteral("cert=wrong-name"), PracticeFaultList::tr("Its certificate is for another name")},
            {QStringLiteral("cert=expired"), PracticeFaultList::tr("Its certificate has expired")},
            {QStringLiteral("cert=self-signed"), PracticeFaultList::tr("Its certificate is signed by itself")},
            {QStringLiteral("multi-line"), PracticeFaultList::tr("Each answer has several lines")},
            {QStringLiteral("garbage"), PracticeFaultList::tr("Speaks another protocol")}};
}

} // namespace

PracticeFaultList::PracticeFaultList(QWidget *parent) : QWidget(parent), m_list(new QListWidget)
{
    m_list->setAccessibleName(tr("What goes wrong on request"));
    m_list->setSpacing(1);
    for (const auto &[word, text] : faultChoices()) {
        auto *item = new QListWidgetItem(text, m_list);
        item->setData(Qt::UserRole, word);
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

PracticeFaults PracticeFaultList::faults() const
{
    PracticeFaults faults;
    for (int row = 0; row < m_list->count(); ++row) {
        const QListWidgetItem *item = m_list->item(row);
        if (item->checkState() != Qt::Checked)
            continue;
        const auto added = addFault(faults, item->data(Qt::UserRole).toString());
        Q_ASSERT(added);
    }
    return faults;
}

} // namespace relaywright
