// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/PracticeSetup.h"

#include "core/session/LocalAddresses.h"
#include "ui/views/PracticeFaultList.h"
#include "ui/views/PracticeMailboxes.h"
#include "ui/views/PracticeTenantForm.h"
#include "ui/views/PracticeTokens.h"
#include "ui/widgets/Labels.h"

#include <QCheckBox>
#include <QDateEdit>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace relaywright {

namespace {

constexpr std::uint16_t kLanPort = 2525; // one that needs no rights and that a device can be given

Choices<PracticeMethod> methodChoices()
{
    Choices<PracticeMethod> choices;
    for (const PracticeMethod method : practiceMethods())
        choices.emplace_back(method, practiceMethodName(method));
    return choices;
}

/// Words of `addFault` and what they mean.
FaultChoices faultChoices()
{
    return {{QStringLiteral("slow-banner=20s"), PracticeSetup::tr("The greeting comes after 20 seconds")},
            {QStringLiteral("tarpit=5s"), PracticeSetup::tr("Each answer takes 5 seconds")},
            {QStringLiteral("drop-in-data"), PracticeSetup::tr("The connection is cut in the message")},
            {QStringLiteral("421-at=greeting"), PracticeSetup::tr("Closes with 421 at the greeting")},
            {QStringLiteral("421-at=ehlo"), PracticeSetup::tr("Closes with 421 at EHLO")},
            {QStringLiteral("421-at=starttls"), PracticeSetup::tr("Closes with 421 at STARTTLS")},
            {QStringLiteral("421-at=auth"), PracticeSetup::tr("Closes with 421 at the sign-in")},
            {QStringLiteral("421-at=mail"), PracticeSetup::tr("Closes with 421 at the sender")},
            {QStringLiteral("421-at=rcpt"), PracticeSetup::tr("Closes with 421 at the recipient")},
            {QStringLiteral("421-at=data"), PracticeSetup::tr("Closes with 421 before the message")},
            {QStringLiteral("421-at=message"), PracticeSetup::tr("Closes with 421 after the message")},
            {QStringLiteral("no-starttls"), PracticeSetup::tr("Offers no STARTTLS")},
            {QStringLiteral("tls1.0-only"), PracticeSetup::tr("Speaks TLS 1.0 only")},
            {QStringLiteral("cert=wrong-name"), PracticeSetup::tr("Its certificate is for another name")},
            {QStringLiteral("cert=expired"), PracticeSetup::tr("Its certificate has expired")},
            {QStringLiteral("cert=self-signed"), PracticeSetup::tr("Its certificate is signed by itself")},
            {QStringLiteral("multi-line"), PracticeSetup::tr("Each answer has several lines")},
            {QStringLiteral("garbage"), PracticeSetup::tr("Speaks another protocol")}};
}

} // namespace

QString practiceMethodName(PracticeMethod method)
{
    switch (method) {
    case PracticeMethod::ClientSubmission: return PracticeSetup::tr("Client submission");
    case PracticeMethod::LegacySubmission: return PracticeSetup::tr("Client submission, old TLS");
    case PracticeMethod::DirectSend: return PracticeSetup::tr("Direct send");
    case PracticeMethod::ConnectorRelay: return PracticeSetup::tr("Connector relay");
    case PracticeMethod::HighVolumeEmail: return PracticeSetup::tr("High Volume Email");
    case PracticeMethod::AzureCommunicationServices: return PracticeSetup::tr("Azure Communication Services");
    }
    Q_UNREACHABLE();
}

PracticeSetup::PracticeSetup(const Knowledge &knowledge, const QDate &today, QWidget *parent)
    : QWidget(parent), m_knowledge(knowledge), m_tenant(tenantOf(Site{}, knowledge)),
      m_method(new EnumBox<PracticeMethod>(methodChoices())), m_mailboxes(new PracticeMailboxes(this)),
      m_tenantForm(new PracticeTenantForm(this)), m_tokens(new PracticeTokens(this)),
      m_faults(new PracticeFaultList(faultChoices(), tr("What goes wrong on request"), this))
{
    auto *top = new QHBoxLayout;
    top->setSpacing(gap::kLarge);
    top->addWidget(new Field(tr("Which way in does it play?"), m_method), 3, Qt::AlignTop);
    top->addWidget(new Field(tr("On which day?"), makeDay(today)), 3, Qt::AlignTop);
    top->addWidget(makeNetwork(), 3, Qt::AlignTop);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addLayout(top);
    layout->addWidget(m_warning);
    connect(m_method, &QComboBox::currentIndexChanged, this, &PracticeSetup::changed);
    connect(m_mailboxes, &PracticeMailboxes::changed, this, &PracticeSetup::changed);
    connect(m_tenantForm, &PracticeTenantForm::changed, this, &PracticeSetup::changed);
    connect(m_tokens, &PracticeTokens::changed, this, &PracticeSetup::changed);
    connect(m_faults, &PracticeFaultList::changed, this, &PracticeSetup::changed);
    showNetworkWarning();
}

QWidget *PracticeSetup::makeDay(const QDate &today)
{
    m_otherDay = new QCheckBox(tr("Another day:"));
    m_day = new QDateEdit(today);
    m_day->setEnabled(false);
    m_day->setDisplayFormat(QStringLiteral("yyyy-MM-dd")); // as everywhere, and as --today takes it
    m_day->setMinimumWidth(m_day->sizeHint().width());
    m_day->setAccessibleName(tr("The day that the practice server takes it for"));
    auto *day = new QWidget;
    auto *row = new QHBoxLayout(day);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_otherDay);
    row->addWidget(m_day, 1);
    connect(m_otherDay, &QCheckBox::toggled, m_day, &QWidget::setEnabled);
    connect(m_otherDay, &QCheckBox::toggled, this, &PracticeSetup::changed);
    connect(m_day, &QDateEdit::dateChanged, this, &PracticeSetup::changed);
    return day;
}

QWidget *PracticeSetup::makeNetwork()
{
    m_listen = new QComboBox;
    m_listen->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_listen->setMinimumContentsLength(12);
    m_listen->addItem(tr("Only this computer"), QString());
    for (const IpAddress &address : localAddresses()) {
        const Endpoint endpoint{Host::of(address), kLanPort};
        m_listen->addItem(tr("The network, at %1").arg(endpoint.toString()), endpoint.toString());
    }
    m_warning = new TextLabel({});
    m_warning->setTone(Tone::Attention);
    connect(m_listen, &QComboBox::currentIndexChanged, this, [this] {
        showNetworkWarning();
        Q_EMIT changed();
    });
    return new Field(tr("Who reaches it?"), m_listen);
}

void PracticeSetup::showNetworkWarning()
{
    const bool isOpen = m_listen->currentIndex() > 0;
    m_warning->setVisible(isOpen);
    m_warning->setText(isOpen
                           ? tr("Everybody on the network can now send to it. Give devices the practice account only, "
                                "never a real password, and switch it off when you are done.")
                           : QString());
}

void PracticeSetup::setSite(const Site &site)
{
    const PracticeTenant before = m_tenant;
    m_tenant = tenantOf(site, m_knowledge);
    const bool hasOtherPlaces = before.acceptedDomains != m_tenant.acceptedDomains
                                || before.ownNetworks != m_tenant.ownNetworks
                                || before.senderAddresses != m_tenant.senderAddresses;
    const bool hasOtherAccounts = m_mailboxes->setSiteAccounts(m_tenant.accounts);
    if (m_tenantForm->follow(before, m_tenant) || hasOtherPlaces || hasOtherAccounts)
        Q_EMIT changed();
}

void PracticeSetup::setMethod(PracticeMethod method)
{
    const QSignalBlocker quiet(m_method);
    m_method->setValue(method);
}

PracticeChoice PracticeSetup::choice() const
{
    PracticeChoice choice{.method = m_method->value(), .tenant = m_tenant};
    for (const QString &word : m_faults->words()) {
        const auto added = addFault(choice.faults, word);
        Q_ASSERT(added);
    }
    choice.signIn = m_tokens->isSignInOn();
    choice.graph = m_tokens->isGraphOn();
    choice.webFaults = m_tokens->faults();
    m_tenantForm->apply(choice.tenant);
    choice.tenant.accounts = m_mailboxes->accounts();
    choice.clientAuthoritiesPem = m_tenantForm->authoritiesPem();
    if (m_otherDay->isChecked())
        choice.day = m_day->date();
    if (const auto endpoint = Endpoint::parse(m_listen->currentData().toString()))
        choice.listen = *endpoint;
    return choice;
}

} // namespace relaywright
