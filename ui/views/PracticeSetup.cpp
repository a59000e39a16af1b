// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/PracticeSetup.h"

#include "core/session/LocalAddresses.h"
#include "ui/widgets/Disclosure.h"
#include "ui/widgets/Labels.h"

#include <QCheckBox>
#include <QDateEdit>
#include <QHBoxLayout>
#include <QListWidget>
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

Choices<PracticeReputation> reputationChoices()
{
    return {{PracticeReputation::Good, PracticeSetup::tr("Good")},
            {PracticeReputation::Greylisted, PracticeSetup::tr("New: put off for five minutes")},
            {PracticeReputation::RateLimited, PracticeSetup::tr("Slowed down")},
            {PracticeReputation::Low, PracticeSetup::tr("Low: refused")},
            {PracticeReputation::Banned, PracticeSetup::tr("Banned")}};
}

/// Words of `addFault` and what they mean.
std::vector<std::pair<QString, QString>> faultChoices()
{
    return {{QStringLiteral("slow-banner=20s"), PracticeSetup::tr("The greeting comes after 20 seconds")},
            {QStringLiteral("tarpit=5s"), PracticeSetup::tr("Each answer takes 5 seconds")},
            {QStringLiteral("drop-in-data"), PracticeSetup::tr("The connection is cut in the message")},
            {QStringLiteral("421-at=greeting"), PracticeSetup::tr("Closes with 421 at the greeting")},
            {QStringLiteral("421-at=auth"), PracticeSetup::tr("Closes with 421 at the sign-in")},
            {QStringLiteral("421-at=rcpt"), PracticeSetup::tr("Closes with 421 at the recipient")},
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
    case PracticeMethod::DirectSend: return PracticeSetup::tr("Direct send");
    case PracticeMethod::ConnectorRelay: return PracticeSetup::tr("Connector relay");
    case PracticeMethod::HighVolumeEmail: return PracticeSetup::tr("High Volume Email");
    case PracticeMethod::AzureCommunicationServices: return PracticeSetup::tr("Azure Communication Services");
    }
    Q_UNREACHABLE();
}

PracticeSetup::PracticeSetup(const Knowledge &knowledge, const QDate &today, QWidget *parent)
    : QWidget(parent), m_knowledge(knowledge), m_tenant(tenantOf(Site{}, knowledge)),
      m_method(new EnumBox<PracticeMethod>(methodChoices())), m_otherDay(new QCheckBox(tr("Another day:"))),
      m_day(new QDateEdit(today))
{
    m_day->setCalendarPopup(true);
    m_day->setEnabled(false);
    m_day->setAccessibleName(tr("The day that the practice server takes it for"));
    auto *day = new QWidget;
    auto *dayRow = new QHBoxLayout(day);
    dayRow->setContentsMargins(0, 0, 0, 0);
    dayRow->addWidget(m_otherDay);
    dayRow->addWidget(m_day, 1);
    auto *top = new QHBoxLayout;
    top->setSpacing(gap::kLarge);
    top->addWidget(new Field(tr("Which way in does it play?"), m_method), 3);
    top->addWidget(new Field(tr("On which day?"), day), 2);
    top->addWidget(makeNetwork(), 3);
    auto *more = new QWidget;
    auto *columns = new QHBoxLayout(more);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(gap::kLarge);
    columns->addWidget(makeTenant(), 1);
    columns->addWidget(makeFaults(), 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addLayout(top);
    layout->addWidget(m_warning);
    layout->addWidget(new Disclosure(tr("The tenant, and what goes wrong"), more));
    connect(m_method, &QComboBox::currentIndexChanged, this, &PracticeSetup::changed);
    connect(m_otherDay, &QCheckBox::toggled, m_day, &QWidget::setEnabled);
    connect(m_otherDay, &QCheckBox::toggled, this, &PracticeSetup::changed);
    connect(m_day, &QDateEdit::dateChanged, this, &PracticeSetup::changed);
    showNetworkWarning();
}

QWidget *PracticeSetup::makeTenant()
{
    auto *tenant = new QWidget;
    auto *layout = new QVBoxLayout(tenant);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kTiny);
    const auto add = [this, layout](const QString &text, bool PracticeTenant::*member) {
        auto *box = new QCheckBox(text);
        layout->addWidget(box);
        m_switches.emplace_back(box, member);
        connect(box, &QCheckBox::toggled, this, &PracticeSetup::changed);
    };
    add(tr("SMTP AUTH is switched off"), &PracticeTenant::smtpAuthDisabled);
    add(tr("Security Defaults are on"), &PracticeTenant::securityDefaults);
    add(tr("The authentication policy blocks Basic"), &PracticeTenant::basicBlocked);
    add(tr("Direct send is rejected"), &PracticeTenant::rejectDirectSend);
    add(tr("Locked to a gateway by a partner connector"), &PracticeTenant::partnerConnectorOnly);
    m_keepBasic = new QCheckBox(tr("Basic was switched on again after 2026"));
    layout->addWidget(m_keepBasic);
    connect(m_keepBasic, &QCheckBox::toggled, this, &PracticeSetup::changed);
    m_reputation = new EnumBox<PracticeReputation>(reputationChoices());
    layout->addWidget(new Field(tr("What does Microsoft think of the sending address?"), m_reputation));
    connect(m_reputation, &QComboBox::currentIndexChanged, this, &PracticeSetup::changed);
    layout->addStretch(1);
    return tenant;
}

QWidget *PracticeSetup::makeFaults()
{
    m_faults = new QListWidget;
    m_faults->setAccessibleName(tr("What goes wrong on request"));
    for (const auto &[word, text] : faultChoices()) {
        auto *item = new QListWidgetItem(text, m_faults);
        item->setData(Qt::UserRole, word);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(Qt::Unchecked);
    }
    m_faults->setMinimumHeight(120);
    connect(m_faults, &QListWidget::itemChanged, this, &PracticeSetup::changed);
    return new Field(tr("What goes wrong?"), m_faults);
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
    m_warning->setText(isOpen ? tr("Everybody on the network can now send to it. Give devices the practice account only, "
                                   "never a real password, and switch it off when you are done.")
                              : QString());
}

void PracticeSetup::setSite(const Site &site)
{
    const PracticeTenant before = m_tenant;
    m_tenant = tenantOf(site, m_knowledge);
    bool isChanged = before.acceptedDomains != m_tenant.acceptedDomains
                     || before.connectorNetworks != m_tenant.connectorNetworks;
    for (const auto &[box, member] : m_switches) {
        // What the person changed here stays until the site says something new.
        if (before.*member == m_tenant.*member)
            continue;
        const QSignalBlocker quiet(box);
        box->setChecked(m_tenant.*member);
        isChanged = true;
    }
    if (isChanged)
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
    for (const auto &[box, member] : m_switches)
        choice.tenant.*member = box->isChecked();
    if (m_keepBasic->isChecked())
        choice.tenant.basicAuthOffFrom.reset();
    choice.tenant.reputation = m_reputation->value();
    if (m_otherDay->isChecked())
        choice.day = m_day->date();
    for (int row = 0; row < m_faults->count(); ++row) {
        const QListWidgetItem *item = m_faults->item(row);
        if (item->checkState() != Qt::Checked)
            continue;
        const auto added = addFault(choice.faults, item->data(Qt::UserRole).toString());
        Q_ASSERT(added);
    }
    if (const auto endpoint = Endpoint::parse(m_listen->currentData().toString()))
        choice.listen = *endpoint;
    return choice;
}

} // namespace relaywright
