// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/SetUpPanel.h"

#include "ui/engine/Workspace.h"
#include "ui/views/SetUpProofCard.h"
#include "ui/views/SetUpScripts.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace relaywright {

SetUpPanel::SetUpPanel(Services &services, SetUpDesk &desk, QWidget *parent)
    : QWidget(parent), m_heading(new TextLabel({}, FontRole::Heading)),
      m_scripts(new SetUpScripts(services.workspace.knowledge(), services.clock)),
      m_proof(new SetUpProofCard(services, desk)), m_next(new Card)
{
    auto *back = new QPushButton(tr("Back"));
    auto *top = new QHBoxLayout;
    top->addWidget(m_heading, 1);
    top->addWidget(back, 0, Qt::AlignTop);
    auto *add = new QPushButton(tr("Add the account…"));
    add->setProperty("primary", true);
    m_next->body()->addWidget(new TextLabel(tr("2. The account"), FontRole::Strong));
    m_next->body()->addWidget(
        new TextLabel(tr("Add the account with the ids that the first script shows. Then prove here that it can send."),
                      FontRole::Body, TextLabel::Color::Muted));
    m_next->body()->addWidget(add, 0, Qt::AlignLeft);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, gap::kSmall, 0);
    layout->setSpacing(gap::kMedium);
    layout->addLayout(top);
    layout->addWidget(m_scripts);
    layout->addWidget(m_next);
    layout->addWidget(m_proof);
    layout->addStretch();
    connect(back, &QPushButton::clicked, this, &SetUpPanel::backRequested);
    connect(add, &QPushButton::clicked, this, &SetUpPanel::addRequested);
    connect(m_scripts, &SetUpScripts::said, this, &SetUpPanel::said);
    connect(m_proof, &SetUpProofCard::mendRequested, this, [this](const QString &kind) {
        Q_EMIT said(Tone::Neutral,
                    m_scripts->reveal(kind)
                        ? tr("This script mends it. Run it, and prove the account again.")
                        : tr("The scripts above give the rights. Run the one for it, and prove it again."));
    });
}

void SetUpPanel::show(const BookedAccount &account, const QString &objectId)
{
    m_heading->setText(tr("Set up %1").arg(account.name));
    const bool isMailbox = EmailAddress::parse(account.name).has_value();
    m_scripts->setSubject({.mailbox = isMailbox ? account.name : QString(),
                           .use = account.account.use,
                           .signsInAsPerson = account.account.holder() == TokenHolder::User,
                           .cloud = account.account.cloud,
                           .tenant = account.account.tenant.toString(),
                           .applicationId = account.account.application.toString(),
                           .objectId = objectId},
                          true);
    m_next->hide();
    m_proof->setAccount(account);
    m_proof->QWidget::show();
}

void SetUpPanel::showNew(const QString &tenant, Cloud cloud)
{
    m_heading->setText(tr("Set up an application"));
    m_scripts->setSubject({.cloud = cloud, .tenant = tenant}, false);
    m_proof->hide();
    m_next->show();
}

} // namespace relaywright
