// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/SiteForms.h"

#include <QLineEdit>
#include <QVBoxLayout>

namespace relaywright {

NetworkForm::NetworkForm(FormExtent extent, QWidget *parent)
    : QWidget(parent), m_egress(new QLineEdit), m_lan(new QLineEdit), m_static(new YesNoRow), m_shared(new YesNoRow),
      m_port25(new YesNoRow), m_port587(new YesNoRow)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    m_egress->setPlaceholderText(QStringLiteral("192.0.2.10"));
    m_lan->setPlaceholderText(QStringLiteral("192.168.10.0/24"));
    m_egressField =
        new Field(tr("Which public addresses does the network send from?"), m_egress,
                  tr("Microsoft 365 sees these addresses. SPF and a connector name them. Your provider or router "
                     "shows them; several are separated by commas. Empty means that you don’t know."));
    m_lanField = new Field(tr("Which addresses do the devices have on your network?"), m_lan,
                           tr("A local relay takes mail from these addresses only."));
    layout->addWidget(m_egressField);
    layout->addWidget(new Field(tr("Do these public addresses always stay the same?"), m_static,
                                tr("A connector by address stops working when the address changes.")));
    layout->addWidget(
        new Field(tr("Do other organisations use the same public addresses?"), m_shared,
                  tr("Behind a shared address, others could pass as you: a connector must not name it.")));
    layout->addWidget(new Field(tr("May computers here open connections to port 25 on the internet?"), m_port25,
                                tr("Direct send and connectors use port 25. Many providers block it.")));
    layout->addWidget(new Field(tr("And to port 587?"), m_port587,
                                tr("Devices that sign in to a mailbox use port 587.")));
    if (extent == FormExtent::Whole) {
        m_port443 = new YesNoRow;
        layout->addWidget(new Field(tr("And to port 443?"), m_port443, tr("Sign-in with tokens needs HTTPS.")));
        connect(m_port443, &ChoiceRow::chosen, this, [this] { Q_EMIT edited(); Q_EMIT committed(); });
    }
    layout->addWidget(m_lanField);
    for (YesNoRow *row : {m_static, m_shared, m_port25, m_port587})
        connect(row, &ChoiceRow::chosen, this, [this] { Q_EMIT edited(); Q_EMIT committed(); });
    for (QLineEdit *edit : {m_egress, m_lan}) {
        connect(edit, &QLineEdit::textEdited, this, &NetworkForm::edited);
        connect(edit, &QLineEdit::editingFinished, this, &NetworkForm::committed);
    }
}

void NetworkForm::setDraft(const NetworkDraft &draft)
{
    m_kept = draft;
    if (m_egress->text() != draft.egress)
        m_egress->setText(draft.egress);
    if (m_lan->text() != draft.lan)
        m_lan->setText(draft.lan);
    m_static->setValue(draft.staticEgress);
    m_shared->setValue(draft.sharedEgress);
    m_port25->setValue(draft.port25Open);
    m_port587->setValue(draft.port587Open);
    if (m_port443)
        m_port443->setValue(draft.port443Open);
}

NetworkDraft NetworkForm::draft() const
{
    NetworkDraft draft = m_kept;
    draft.egress = m_egress->text();
    draft.lan = m_lan->text();
    draft.staticEgress = m_static->value();
    draft.sharedEgress = m_shared->value();
    draft.port25Open = m_port25->value();
    draft.port587Open = m_port587->value();
    if (m_port443)
        draft.port443Open = m_port443->value();
    return draft;
}

void NetworkForm::showProblems(const Problems &problems)
{
    m_egressField->setProblem(problemOf(problems, QStringLiteral("egress")));
    m_lanField->setProblem(problemOf(problems, QStringLiteral("lan")));
}

} // namespace relaywright
