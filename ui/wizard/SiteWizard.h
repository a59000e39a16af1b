// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/WizardDraft.h"

#include <QWizard>

#include <functional>

namespace relaywright {

class DnsClient;
class Knowledge;
struct Plan;

/// Asks for the organisation, the network and the senders, shows the plan, and says what to do next. Draft in, draft
/// out: the window makes the site of `draft()` when it is accepted. Going back loses no answer.
class SiteWizard : public QWizard {
    Q_OBJECT
public:
    /// From the site that `base` is, or from nothing; `advise` makes a plan of a site. `dns` outlives the wizard.
    SiteWizard(const Site &base, DnsClient &dns, const Knowledge &knowledge, std::function<Plan(const Site &)> advise,
               QWidget *parent = nullptr);

    [[nodiscard]] const WizardDraft &draft() const { return m_draft; }
    void setDraft(const WizardDraft &draft);
    /// The site of the answers so far.
    [[nodiscard]] Site site() const;
    [[nodiscard]] Plan plan() const;
    [[nodiscard]] const Knowledge &knowledge() const { return m_knowledge; }
    /// The sender that the sender pages are about.
    std::size_t currentSender = 0;

    enum PageId { OrganisationPageId, NetworkPageId, SendersPageId, AbilityPageId, ResultPageId, NextPageId };

private:
    friend class WizardPage;
    Site m_base;
    WizardDraft m_draft;
    const Knowledge &m_knowledge;
    std::function<Plan(const Site &)> m_advise;
};

/// A page that edits the wizard's draft: loads it when shown, stores it at every edit.
class WizardPage : public QWizardPage {
    Q_OBJECT
public:
    explicit WizardPage(SiteWizard &wizard);

protected:
    [[nodiscard]] WizardDraft &draft() { return m_wizard.m_draft; }
    [[nodiscard]] SiteWizard &siteWizard() { return m_wizard; }
    /// The page: its number, a title, the one question in a sentence, and below them `content`.
    void compose(int number, const QString &title, const QString &sentence, QWidget *content);

private:
    SiteWizard &m_wizard;
};

} // namespace relaywright
