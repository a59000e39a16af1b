// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/PracticeTenantForm.h"

#include "ui/widgets/FileEntry.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QCheckBox>
#include <QFile>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace relaywright {

namespace {

constexpr qint64 kMaxAuthorityOctets = 1 << 20;

Choices<PracticeReputation> reputationChoices()
{
    return {{PracticeReputation::Good, PracticeTenantForm::tr("Good")},
            {PracticeReputation::Greylisted, PracticeTenantForm::tr("New: put off for five minutes")},
            {PracticeReputation::RateLimited, PracticeTenantForm::tr("Slowed down")},
            {PracticeReputation::Low, PracticeTenantForm::tr("Low: refused")},
            {PracticeReputation::Banned, PracticeTenantForm::tr("Banned")}};
}

QStringList partsOf(const QLineEdit &edit)
{
    QStringList parts;
    for (const QString &part : edit.text().split(u',', Qt::SkipEmptyParts)) {
        if (!part.trimmed().isEmpty())
            parts += part.trimmed();
    }
    return parts;
}

} // namespace

PracticeTenantForm::PracticeTenantForm(QWidget *parent) : QWidget(parent)
{
    auto *content = new QWidget;
    auto *columns = new QHBoxLayout(content);
    columns->setContentsMargins(0, 0, gap::kSmall, 0);
    columns->setSpacing(gap::kLarge);
    columns->addWidget(makeSwitches(), 1);
    columns->addWidget(makeConnector(), 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(inScrollArea(content));
}

QWidget *PracticeTenantForm::makeSwitches()
{
    auto *pane = new QWidget;
    auto *layout = new QVBoxLayout(pane);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kTiny);
    const auto add = [this, layout](const QString &text, bool PracticeTenant::*member) {
        auto *box = new QCheckBox(text);
        layout->addWidget(box);
        m_switches.emplace_back(box, member);
        connect(box, &QCheckBox::toggled, this, &PracticeTenantForm::changed);
    };
    add(tr("SMTP AUTH is switched off"), &PracticeTenant::smtpAuthDisabled);
    add(tr("Security Defaults are on"), &PracticeTenant::securityDefaults);
    add(tr("The authentication policy blocks Basic"), &PracticeTenant::basicBlocked);
    m_keepBasic = new QCheckBox(tr("Basic was switched on again after 2026"));
    layout->addWidget(m_keepBasic);
    connect(m_keepBasic, &QCheckBox::toggled, this, &PracticeTenantForm::changed);
    add(tr("Old TLS is allowed at the legacy endpoint"), &PracticeTenant::allowLegacyTls);
    add(tr("Direct send is rejected"), &PracticeTenant::rejectDirectSend);
    add(tr("Locked to a gateway by a partner connector"), &PracticeTenant::partnerConnectorOnly);
    add(tr("The MX host is in another region"), &PracticeTenant::wrongRegion);
    add(tr("From fails DMARC, and its policy is reject"), &PracticeTenant::dmarcReject);
    layout->addStretch(1);
    return pane;
}

QWidget *PracticeTenantForm::makeConnector()
{
    m_networks = new QLineEdit;
    m_networks->setPlaceholderText(QStringLiteral("192.0.2.10, 198.51.100.0/24"));
    m_names = new QLineEdit;
    m_names->setPlaceholderText(QStringLiteral("*.contoso.com"));
    m_authorityFile = new FileEntry(tr("Choose certificate authorities"), tr("Certificates (*.pem *.crt *.cer)"));
    m_networksField = new Field(
        tr("A connector knows these addresses"), m_networks,
        tr("An inbound connector lets them relay, and lifts the refusal of direct send. For connector relay it "
           "knows the site’s networks and this computer while nothing stands here."));
    m_authorityFile->setName(tr("Trust these authorities of client certificates"));
    m_authorityField = new Field(tr("Trust these authorities of client certificates"), m_authorityFile,
                                 tr("Exchange Online knows the public ones only; a test may come with a private one."));
    m_reputation = new EnumBox<PracticeReputation>(reputationChoices());
    auto *pane = new QWidget;
    auto *layout = new QVBoxLayout(pane);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addWidget(m_networksField);
    layout->addWidget(new Field(tr("A connector knows these names on certificates"), m_names));
    layout->addWidget(m_authorityField);
    layout->addWidget(new Field(tr("What does Microsoft think of the sending address?"), m_reputation));
    layout->addStretch(1);
    connect(m_networks, &QLineEdit::editingFinished, this, &PracticeTenantForm::readConnector);
    connect(m_names, &QLineEdit::editingFinished, this, &PracticeTenantForm::readConnector);
    connect(m_authorityFile, &FileEntry::edited, this, &PracticeTenantForm::readAuthorities);
    connect(m_reputation, &QComboBox::currentIndexChanged, this, &PracticeTenantForm::changed);
    return pane;
}

void PracticeTenantForm::readConnector()
{
    std::vector<IpNetwork> networks;
    m_networksField->setProblem({});
    for (const QString &part : partsOf(*m_networks)) {
        if (const auto network = IpNetwork::parse(part))
            networks.push_back(*network);
        else
            m_networksField->setProblem(tr("“%1” is no address. Write it as 192.0.2.10 or 198.51.100.0/24.").arg(part));
    }
    m_connectorNetworks = std::move(networks);
    Q_EMIT changed();
}

void PracticeTenantForm::readAuthorities()
{
    m_authorities.clear();
    m_authorityField->setProblem({});
    if (const QString path = m_authorityFile->path(); !path.isEmpty()) {
        QFile file(path);
        if (file.open(QIODevice::ReadOnly) && file.size() <= kMaxAuthorityOctets)
            m_authorities = file.readAll();
        if (!m_authorities.contains("-----BEGIN CERTIFICATE-----"))
            m_authorityField->setProblem(tr("No certificate can be read there. Choose a PEM file."));
    }
    Q_EMIT changed();
}

bool PracticeTenantForm::follow(const PracticeTenant &before, const PracticeTenant &now)
{
    bool isChanged = false;
    for (const auto &[box, member] : m_switches) {
        if (before.*member == now.*member)
            continue;
        const QSignalBlocker quiet(box);
        box->setChecked(now.*member);
        isChanged = true;
    }
    return isChanged;
}

void PracticeTenantForm::apply(PracticeTenant &tenant) const
{
    for (const auto &[box, member] : m_switches)
        tenant.*member = box->isChecked();
    if (m_keepBasic->isChecked())
        tenant.basicAuthOffFrom.reset();
    tenant.reputation = m_reputation->value();
    tenant.connectorNetworks = m_connectorNetworks;
    tenant.connectorCertificateNames = partsOf(*m_names);
}

} // namespace relaywright
