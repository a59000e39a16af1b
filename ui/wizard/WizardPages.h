// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/wizard/SiteWizard.h"

class QListWidget;
class QPushButton;
class QVBoxLayout;

namespace relaywright {

class DomainLookup;
class InlineMessage;
class NetworkForm;
class OrganisationForm;
class SenderForm;
class SenderPlanView;

class OrganisationPage : public WizardPage {
    Q_OBJECT
public:
    OrganisationPage(SiteWizard &wizard, DnsClient &dns);
    void initializePage() override;
    void cleanupPage() override {} // Back keeps the answers
    bool validatePage() override;

private:
    OrganisationForm *m_form;
    DomainLookup *m_lookup;
};

class NetworkPage : public WizardPage {
    Q_OBJECT
public:
    explicit NetworkPage(SiteWizard &wizard);
    void initializePage() override;
    void cleanupPage() override {}
    bool validatePage() override;

private:
    NetworkForm *m_form;
};

/// A list of senders beside the form of the selected one; used twice: what must send, and how it writes.
class SenderListPage : public WizardPage {
    Q_OBJECT
public:
    enum class Ask { Identity, Ability };
    SenderListPage(SiteWizard &wizard, Ask ask);
    void initializePage() override;
    void cleanupPage() override {}
    bool validatePage() override;

private:
    void refreshList();
    void select(int row);
    void store();
    void addSender();
    void removeSender();
    Ask m_ask;
    QListWidget *m_list;
    SenderForm *m_form;
    InlineMessage *m_message;
    bool m_loading = false;
};

class ResultPage : public WizardPage {
    Q_OBJECT
public:
    explicit ResultPage(SiteWizard &wizard);
    void initializePage() override;
    void cleanupPage() override {}

private:
    void show(int row);
    QListWidget *m_list;
    SenderPlanView *m_view;
};

class NextPage : public WizardPage {
    Q_OBJECT
public:
    explicit NextPage(SiteWizard &wizard);
    void initializePage() override;
    void cleanupPage() override {}

private:
    QVBoxLayout *m_steps;
};

} // namespace relaywright
