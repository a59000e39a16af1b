// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/SiteForms.h"

#include <QLineEdit>
#include <QVBoxLayout>

namespace relaywright {

NetworkForm::NetworkForm(FormExtent extent, QWidget *parent) : FactForm(parent)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    m_egress = askText(layout, "egress", tr("Which public addresses does the network send from?"),
                       QStringLiteral("192.0.2.10"),
                       tr("Microsoft 365 sees these addresses. SPF and a connector name them. Your provider or router "
                          "shows them; several are separated by commas. Empty means that you don’t know."));
    m_static = askYesNo(layout, "staticEgress", tr("Do these public addresses always stay the same?"),
                        tr("A connector by address stops working when the address changes."));
    m_shared = askYesNo(layout, "sharedEgress", tr("Do other organisations use the same public addresses?"),
                        tr("Behind a shared address, others could pass as you: a connector must not name it."));
    m_port25 = askYesNo(layout, "port25Open", tr("May computers here open connections to port 25 on the internet?"),
                        tr("Direct send and connectors use port 25. Many providers block it."));
    m_port587 = askYesNo(layout, "port587Open", tr("And to port 587?"),
                         tr("Devices that sign in to a mailbox use port 587."));
    if (extent == FormExtent::Whole)
        m_port443 = askYesNo(layout, "port443Open", tr("And to port 443?"), tr("Sign-in with tokens needs HTTPS."));
    m_lan = askText(layout, "lan", tr("Which addresses do the devices have on your network?"),
                    QStringLiteral("192.168.10.0/24"), tr("A local relay takes mail from these addresses only."));
    if (extent == FormExtent::Whole) {
        m_relayHost = askText(addMoreAnswers(layout), "relayHost", tr("Which computer would run a local relay here?"),
                              QStringLiteral("relay.contoso.local"),
                              tr("Its name or its address on this network. The settings sheets of the devices name it. Empty "
                                 "means that there is none yet."));
    }
}

void NetworkForm::setDraft(const NetworkDraft &draft)
{
    m_kept = draft;
    put(m_egress, draft.egress);
    put(m_lan, draft.lan);
    put(m_relayHost, draft.relayHost);
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
    if (m_port443) {
        draft.port443Open = m_port443->value();
        draft.relayHost = m_relayHost->text();
    }
    return draft;
}

} // namespace relaywright
