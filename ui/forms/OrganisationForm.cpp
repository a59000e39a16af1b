// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Text.h"
#include "ui/engine/DomainLookup.h"
#include "ui/forms/SiteForms.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace relaywright {

OrganisationForm::OrganisationForm(FormExtent extent, QWidget *parent)
    : FactForm(parent), m_cloud(new EnumBox<std::optional<Cloud>>(cloudChoices())),
      m_findOut(new QPushButton(tr("Find out"))), m_found(new InlineMessage)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    m_domains = askText(layout, "acceptedDomains", tr("Which domain do your devices send as?"),
                        QStringLiteral("contoso.com"),
                        tr("Microsoft 365 takes mail only from domains that were verified in your tenant. Several "
                           "are separated by commas; the first is the one that devices send as."));
    m_name = askText(layout, "name", tr("What do people call the organisation?"), QStringLiteral("Contoso"));
    ask(layout, "cloud", tr("In which Microsoft cloud is the tenant?"), m_cloud,
        tr("Each cloud has servers of its own; a device needs the names of yours."));
    askDns(layout);
    if (extent == FormExtent::Whole) {
        askTenant(layout);
        askMore(addMoreAnswers(layout));
    }
    connect(m_findOut, &QPushButton::clicked, this, [this] {
        const QStringList domains = splitList(m_domains->text());
        Q_EMIT findOutRequested(domains.isEmpty() ? QString() : domains.front());
    });
}

void OrganisationForm::askDns(QVBoxLayout *layout)
{
    auto *findRow = new QHBoxLayout;
    findRow->addWidget(new TextLabel(tr("The DNS can answer the next two questions."), FontRole::Small,
                                     TextLabel::Color::Muted), 1);
    findRow->addWidget(m_findOut);
    m_findOut->setIcon(lineIcon(QStringLiteral("search"), palette()));
    m_findOut->setAccessibleDescription(tr("Looks up the mail host and the SPF record of the domain."));
    layout->addLayout(findRow);
    layout->addWidget(m_found);
    m_mxHost = askText(layout, "mxHost", tr("Which mail host does the DNS name for the domain (MX)?"),
                       QStringLiteral("contoso-com.mail.protection.outlook.com"),
                       tr("Direct send and a connector hand mail to this host. It is looked up, never guessed."));
    m_spf = askText(layout, "existingSpf", tr("Which SPF record is published?"),
                    QStringLiteral("v=spf1 include:spf.protection.outlook.com -all"),
                    tr("SPF lists the servers that may send as your domain. What you publish is kept, and only what "
                       "is missing is added."));
}

void OrganisationForm::askTenant(QVBoxLayout *layout)
{
    m_securityDefaults = askYesNo(layout, "securityDefaults", tr("Are Security Defaults switched on?"),
                                  tr("They refuse every sign-in with user name and password over SMTP."));
    m_smtpAuthDisabled =
        askYesNo(layout, "smtpAuthDisabled", tr("Is SMTP sign-in switched off for the whole organisation?"),
                 tr("It is off in tenants made after January 2020; one mailbox can be allowed all the same."));
    m_rejectDirectSend =
        askYesNo(layout, "rejectDirectSend", tr("Does the tenant refuse direct send?"),
                 tr("The switch RejectDirectSend refuses mail from your own domain that nobody vouches for."));
    m_onPremises = askYesNo(layout, "onPremisesExchange", tr("Do you still run an Exchange server of your own?"),
                            tr("It can take mail from devices and hand it on."));
    m_exchangeServer = new QLineEdit;
    m_exchangeServer->setPlaceholderText(QStringLiteral("exchange.contoso.local"));
    m_exchangeField = ask(layout, "exchangeServer", tr("By which name or address do devices reach that server?"),
                          m_exchangeServer);
    m_hybrid = new YesNoRow;
    m_hybridField = ask(layout, "hybrid", tr("Is it joined to Exchange Online (hybrid)?"), m_hybrid,
                        tr("The hybrid wizard of Exchange makes the connectors over which that server hands mail on."));
    connect(m_onPremises, &ChoiceRow::chosen, this, &OrganisationForm::showExchangeQuestions);
    showExchangeQuestions();
}

void OrganisationForm::askMore(QVBoxLayout *layout)
{
    m_hve = askYesNo(layout, "hveBilling", tr("Is there a billing policy for High Volume Email?"),
                     tr("Without one, High Volume Email accounts cannot send."));
    m_azure = askYesNo(layout, "azureSubscription", tr("Is there an Azure subscription?"),
                       tr("Azure Communication Services sends large amounts of mail to people outside."));
    m_tenant = askText(layout, "tenant", tr("Which initial domain does the tenant have?"),
                       QStringLiteral("contoso.onmicrosoft.com"),
                       tr("It tells tenants apart; scripts name it so that they do not run in the wrong organisation."));
    m_applicationDomain =
        askText(layout, "applicationDomain", tr("Which domain or sub-domain is kept for mail of applications?"),
                QStringLiteral("notify.contoso.com"),
                tr("What applications send then has a reputation of its own, apart from people’s mail."));
    m_internalDomain = askText(layout, "internalDomain", tr("Which DNS zone does the local network have?"),
                               QStringLiteral("contoso.local"),
                               tr("Devices can be given a name in it instead of an address, so that a relay can move."));
    m_mailLicences = askText(layout, "mailLicences", tr("How many licences with a mailbox have been bought?"),
                             tr("I don’t know"),
                             tr("The daily limit of mail to people outside grows with them."));
}

void OrganisationForm::showExchangeQuestions()
{
    const bool own = m_onPremises->value() == YesNo::Yes;
    m_exchangeField->setVisible(own);
    m_hybridField->setVisible(own);
}

void OrganisationForm::setDraft(const OrganisationDraft &draft)
{
    m_kept = draft;
    put(m_name, draft.name);
    put(m_domains, draft.acceptedDomains);
    put(m_mxHost, draft.mxHost);
    put(m_spf, draft.existingSpf);
    m_cloud->setValue(draft.cloud);
    if (!m_securityDefaults)
        return;
    m_securityDefaults->setValue(draft.securityDefaults);
    m_smtpAuthDisabled->setValue(draft.smtpAuthDisabled);
    m_rejectDirectSend->setValue(draft.rejectDirectSend);
    m_onPremises->setValue(draft.onPremisesExchange);
    m_hybrid->setValue(draft.hybrid);
    put(m_exchangeServer, draft.exchangeServer);
    m_hve->setValue(draft.hveBilling);
    m_azure->setValue(draft.azureSubscription);
    put(m_tenant, draft.tenant);
    put(m_applicationDomain, draft.applicationDomain);
    put(m_internalDomain, draft.internalDomain);
    put(m_mailLicences, draft.mailLicences);
    showExchangeQuestions();
}

OrganisationDraft OrganisationForm::draft() const
{
    OrganisationDraft draft = m_kept;
    draft.name = m_name->text();
    draft.acceptedDomains = m_domains->text();
    draft.cloud = m_cloud->value();
    draft.mxHost = m_mxHost->text();
    draft.existingSpf = m_spf->text();
    if (m_securityDefaults) {
        draft.securityDefaults = m_securityDefaults->value();
        draft.smtpAuthDisabled = m_smtpAuthDisabled->value();
        draft.rejectDirectSend = m_rejectDirectSend->value();
        draft.onPremisesExchange = m_onPremises->value();
        draft.hybrid = m_hybrid->value();
        draft.exchangeServer = m_exchangeServer->text();
        draft.hveBilling = m_hve->value();
        draft.azureSubscription = m_azure->value();
        draft.tenant = m_tenant->text();
        draft.applicationDomain = m_applicationDomain->text();
        draft.internalDomain = m_internalDomain->text();
        draft.mailLicences = m_mailLicences->text();
    }
    return draft;
}

void OrganisationForm::showFound(const DomainFacts &facts)
{
    put(m_mxHost, facts.mxHost.isEmpty() ? m_mxHost->text() : facts.mxHost);
    put(m_spf, facts.spf.isEmpty() ? m_spf->text() : facts.spf);
    m_found->show(facts.failed ? Tone::Unknown : Tone::Good, facts.sentence);
    Q_EMIT edited();
    Q_EMIT committed();
}

} // namespace relaywright
