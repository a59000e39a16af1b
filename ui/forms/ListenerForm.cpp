// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/ListenerForm.h"

#include "ui/drafts/RelayDraft.h"
#include "ui/theme/Theme.h"

#include <QCheckBox>
#include <QVBoxLayout>

namespace relaywright {

ListenerForm::ListenerForm(Vault &vault, QWidget *parent) : MemberForm(parent), m_vault(vault)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    askLine(layout, "listen", tr("On which address and port?"), QStringLiteral("192.168.10.2:25"),
            tr("An address of this computer; 0.0.0.0 and [::] are all of them. Devices expect port 25, or 465 with TLS "
               "from the start."));
    askList(layout, "networks", tr("Who may send through it?"), QStringLiteral("192.168.10.0/24"),
            tr("Addresses and networks of your devices. Needed unless devices must sign in."));
    askTls(layout);
    askSignIn(layout);
    askIdentity(addMoreAnswers(layout, tr("Certificate and line ends")));
}

void ListenerForm::askTls(QVBoxLayout *layout)
{
    auto *box = new EnumBox<DeviceTls>({{DeviceTls::Offered, tr("STARTTLS offered")},
                                        {DeviceTls::Required, tr("STARTTLS required")},
                                        {DeviceTls::Implicit, tr("TLS from the start")},
                                        {DeviceTls::None, tr("No encryption")}});
    ask(layout, "startTls", tr("Encryption for devices"), box);
    bind([box](const QJsonObject &members) { box->setValue(deviceTlsIn(members)); },
         [box](QJsonObject &members) { putDeviceTls(members, box->value()); });
    askWord(layout, "minimumTls", tr("Oldest version that is taken"),
            {{QStringLiteral("1.2"), tr("TLS 1.2")},
             {QStringLiteral("1.3"), tr("TLS 1.3")},
             {QStringLiteral("1.1"), tr("TLS 1.1, which is broken")},
             {QStringLiteral("1.0"), tr("TLS 1.0, which is broken")}},
            tr("Old devices know nothing newer than TLS 1.0 or 1.1. Both are broken, so they are allowed only where "
               "every network of the devices is private and small."));
}

void ListenerForm::askSignIn(QVBoxLayout *layout)
{
    askWord(layout, "signIn", tr("Do devices sign in?"),
            {{QStringLiteral("off"), tr("They do not")},
             {QStringLiteral("optional"), tr("They may")},
             {QStringLiteral("required"), tr("They must")}},
            tr("With the accounts of the basics."));
    askTick(layout, "signInWithoutTls", tr("Devices without encryption"), tr("May sign in too"), false,
            tr("Their passwords can be read on the way, so it is for small private networks only."));
}

void ListenerForm::askIdentity(QVBoxLayout *layout)
{
    askCertificate(
        layout, m_vault, tr("Certificate"),
        tr("PEM files of your own. Without any the relay makes a certificate at its first start and keeps it."),
        QStringLiteral("relay-certificate"));
    askWord(layout, "bareNewlines", tr("Single line ends inside messages"),
            {{QStringLiteral("content"), tr("Are taken as they are")},
             {QStringLiteral("refuse"), tr("Are refused")},
             {QStringLiteral("ends-data"), tr("May end a message, then the device is cut off")}},
            tr("Mail ends its lines with CR and LF together. Some devices send one of them alone; taken for the end of "
               "a message, it would let a sender smuggle a second one."));
}

} // namespace relaywright
