// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/NetworkPicker.h"

#include "ui/drafts/Networks.h"
#include "ui/widgets/Field.h"
#include "ui/widgets/InlineMessage.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

namespace relaywright {

namespace {

QToolButton *makeButton(const QString &icon, const QString &name)
{
    auto *button = new QToolButton;
    button->setIcon(lineIcon(icon, button->palette()));
    button->setAccessibleName(name);
    button->setToolTip(name);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

} // namespace

NetworkPicker::NetworkPicker(QWidget *parent)
    : QWidget(parent), m_box(new QComboBox), m_name(new QLineEdit), m_remove(makeButton(QStringLiteral("trash"), tr("Remove this network"))),
      m_message(new InlineMessage)
{
    auto *add = makeButton(QStringLiteral("plus"), tr("Add a network"));
    m_box->setAccessibleName(tr("Network that is shown"));
    auto *row = new QHBoxLayout;
    row->setSpacing(gap::kTiny);
    row->addWidget(m_box, 1);
    row->addWidget(add);
    row->addWidget(m_remove);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    layout->addLayout(row);
    layout->addWidget(m_message);
    layout->addWidget(new Field(tr("What do people call this network?"), m_name,
                                tr("Senders name the network in which they stand. Small letters, digits and hyphens are "
                                   "kept, such as head-office.")));
    connect(m_box, &QComboBox::activated, this, [this] {
        m_message->clear();
        m_name->setText(current());
        Q_EMIT chosen();
    });
    connect(add, &QToolButton::clicked, this, &NetworkPicker::add);
    connect(m_remove, &QToolButton::clicked, this, &NetworkPicker::remove);
    connect(m_name, &QLineEdit::editingFinished, this, &NetworkPicker::rename);
}

void NetworkPicker::setSite(const Site &site)
{
    const QString shown = current();
    m_site = site;
    m_box->clear();
    for (const Network &network : site.networks)
        m_box->addItem(tr("%1 (%n sender(s))", nullptr, sendersIn(site, network.id)).arg(network.id), network.id);
    m_remove->setEnabled(site.networks.size() > 1);
    m_name->setEnabled(!site.networks.empty());
    choose(shown);
}

QString NetworkPicker::current() const
{
    return m_box->currentData().toString();
}

void NetworkPicker::choose(const QString &id)
{
    const int found = m_box->findData(id);
    m_box->setCurrentIndex(found >= 0 ? found : m_box->count() > 0 ? 0 : -1);
    m_name->setText(current());
}

void NetworkPicker::add()
{
    QString id;
    const Site site = withNetwork(m_site, tr("network"), &id);
    Q_EMIT changeRequested(tr("new network"), site);
    choose(id);
    Q_EMIT chosen();
    m_name->setFocus();
    m_name->selectAll();
}

void NetworkPicker::rename()
{
    if (m_name->text() == current() || current().isEmpty())
        return;
    const auto site = withRenamedNetwork(m_site, current(), m_name->text());
    if (!site) {
        m_message->show(Tone::Wrong, site.error().detail);
        return;
    }
    m_message->clear();
    const int row = m_box->currentIndex();
    const QString id = site->networks[static_cast<std::size_t>(row)].id;
    Q_EMIT changeRequested(tr("name of a network"), *site);
    choose(id);
    Q_EMIT chosen();
}

void NetworkPicker::remove()
{
    const int senders = sendersIn(m_site, current());
    const QString id = current();
    Q_EMIT changeRequested(tr("removal of a network"), withoutNetwork(m_site, id));
    Q_EMIT chosen();
    if (senders > 0)
        m_message->show(Tone::Attention, tr("%n sender(s) of “%1” stand in “%2” now. Ctrl+Z brings the network back.", nullptr, senders)
                                             .arg(id, current()));
}

} // namespace relaywright
