// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Text.h"
#include "ui/engine/DomainLookup.h"
#include "ui/forms/SiteForms.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace relaywright {

OrganisationForm::OrganisationForm(FormExtent extent, QWidget *parent)
    : QWidget(parent), m_name(new QLineEdit), m_domains(new QLineEdit),
      m_cloud(new EnumBox<std::optional<Cloud>>(cloudChoices())), m_mxHost(new QLineEdit), m_spf(new QLineEdit),
      m_findOut(new QPushButton(tr("Find out"))), m_found(new InlineMessage)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    m_domains->setPlaceholderText(QStringLiteral("contoso.com"));
    m_name->setPlaceholderText(QStringLiteral("Contoso"));
    m_mxHost->setPlaceholderText(QStringLiteral("contoso-com.mail.protection.outlook.com"));
    m_spf->setPlaceholderText(QStringLiteral("v=spf1 include:spf.protection.outlook.com -all"));

    m_domainsField =
        new Field(tr("Which domain do your devices send as?"), m_domains,
                  tr("Microsoft 365 takes mail only from domains that were verified in your tenant. Several "
                     "are separated by commas; the first is the one that devices send as."));
    layout->addWidget(m_domainsField);
    layout->addWidget(new Field(tr("What do people call the organisation?"), m_name));
    layout->addWidget(new Field(tr("In which Microsoft cloud is the tenant?"), m_cloud,
                                tr("Each cloud has servers of its own; a device needs the names of yours.")));
    m_mxField = new Field(tr("Which mail host does the DNS name for the domain (MX)?"), m_mxHost,
                          tr("Direct send and a connector hand mail to this host. It is looked up, never guessed."));
    m_spfField =
        new Field(tr("Which SPF record is published?"), m_spf,
                  tr("SPF lists the servers that may send as your domain. What you publish is kept, and only what "
                     "is missing is added."));
    auto *findRow = new QHBoxLayout;
    findRow->addWidget(new TextLabel(tr("The DNS can answer the next two questions."), FontRole::Small,
                                     TextLabel::Color::Muted), 1);
    findRow->addWidget(m_findOut);
    m_findOut->setIcon(lineIcon(QStringLiteral("search"), palette()));
    m_findOut->setAccessibleDescription(tr("Looks up the mail host and the SPF record of the domain."));
    layout->addLayout(findRow);
    layout->addWidget(m_found);
    layout->addWidget(m_mxField);
    layout->addWidget(m_spfField);
    if (extent == FormExtent::Whole)
        addTenantQuestions(layout);

    for (QLineEdit *edit : {m_name, m_domains, m_mxHost, m_spf}) {
        connect(edit, &QLineEdit::textEdited, this, &OrganisationForm::edited);
        connect(edit, &QLineEdit::editingFinished, this, &OrganisationForm::committed);
    }
    connect(m_cloud, &QComboBox::activated, this, [this] { Q_EMIT edited(); Q_EMIT committed(); });
    connect(m_findOut, &QPushButton::clicked, this, [this] {
        const QStringList domains = splitList(m_domains->text());
        Q_EMIT findOutRequested(domains.isEmpty() ? QString() : domains.front());
    });
}

YesNoRow *OrganisationForm::addYesNo(QVBoxLayout *layout, const QString &question, const QString &why)
{
    auto *row = new YesNoRow;
    layout->addWidget(new Field(question, row, why));
    connect(row, &ChoiceRow::chosen, this, [this] { Q_EMIT edited(); Q_EMIT committed(); });
    return row;
}

void OrganisationForm::addTenantQuestions(QVBoxLayout *layout)
{
    m_securityDefaults = addYesNo(layout, tr("Are Security Defaults switched on?"),
                                  tr("They refuse every sign-in with user name and password over SMTP."));
    m_smtpAuthDisabled =
        addYesNo(layout, tr("Is SMTP sign-in switched off for the whole organisation?"),
                 tr("It is off in tenants made after January 2020; one mailbox can be allowed all the same."));
    m_rejectDirectSend =
        addYesNo(layout, tr("Does the tenant refuse direct send?"),
                 tr("The switch RejectDirectSend refuses mail from your own domain that nobody vouches for."));
    m_onPremises = addYesNo(layout, tr("Do you still run an Exchange server of your own?"),
                            tr("It can take mail from devices and hand it on."));
    m_hve = addYesNo(layout, tr("Is there a billing policy for High Volume Email?"),
                     tr("Without one, High Volume Email accounts cannot send."));
    m_azure = addYesNo(layout, tr("Is there an Azure subscription?"),
                       tr("Azure Communication Services sends large amounts of mail to people outside."));
}

void OrganisationForm::setDraft(const OrganisationDraft &draft)
{
    m_kept = draft;
    const auto set = [](QLineEdit *edit, const QString &text) {
        if (edit->text() != text)
            edit->setText(text);
    };
    set(m_name, draft.name);
    set(m_domains, draft.domains);
    set(m_mxHost, draft.mxHost);
    set(m_spf, draft.existingSpf);
    m_cloud->setValue(draft.cloud);
    if (!m_securityDefaults)
        return;
    m_securityDefaults->setValue(draft.securityDefaults);
    m_smtpAuthDisabled->setValue(draft.smtpAuthDisabled);
    m_rejectDirectSend->setValue(draft.rejectDirectSend);
    m_onPremises->setValue(draft.onPremisesExchange);
    m_hve->setValue(draft.hveBilling);
    m_azure->setValue(draft.azureSubscription);
}

OrganisationDraft OrganisationForm::draft() const
{
    OrganisationDraft draft = m_kept;
    draft.name = m_name->text();
    draft.domains = m_domains->text();
    draft.cloud = m_cloud->value();
    draft.mxHost = m_mxHost->text();
    draft.existingSpf = m_spf->text();
    if (m_securityDefaults) {
        draft.securityDefaults = m_securityDefaults->value();
        draft.smtpAuthDisabled = m_smtpAuthDisabled->value();
        draft.rejectDirectSend = m_rejectDirectSend->value();
        draft.onPremisesExchange = m_onPremises->value();
        draft.hveBilling = m_hve->value();
        draft.azureSubscription = m_azure->value();
    }
    return draft;
}

void OrganisationForm::showProblems(const Problems &problems)
{
    m_domainsField->setProblem(problemOf(problems, QStringLiteral("domains")));
    m_mxField->setProblem(problemOf(problems, QStringLiteral("mxHost")));
    m_spfField->setProblem(problemOf(problems, QStringLiteral("existingSpf")));
}

void OrganisationForm::showFound(const DomainFacts &facts)
{
    if (!facts.mxHost.isEmpty())
        m_mxHost->setText(facts.mxHost);
    if (!facts.spf.isEmpty())
        m_spf->setText(facts.spf);
    m_found->show(facts.failed ? Tone::Unknown : Tone::Good, facts.sentence);
    Q_EMIT edited();
    Q_EMIT committed();
}

} // namespace relaywright
