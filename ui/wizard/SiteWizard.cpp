// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizard/SiteWizard.h"

#include "core/plan/Plan.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"
#include "ui/wizard/WizardPages.h"

#include <QGuiApplication>
#include <QScreen>
#include <QVBoxLayout>

namespace relaywright {

SiteWizard::SiteWizard(const Site &base, DnsClient &dns, const Knowledge &knowledge,
                       std::function<Plan(const Site &)> advise, QWidget *parent)
    : QWizard(parent), m_base(base), m_draft(draftOf(base)), m_knowledge(knowledge), m_advise(std::move(advise))
{
    setWindowTitle(tr("Set up a site"));
    setWizardStyle(QWizard::ClassicStyle);
    setOption(QWizard::NoBackButtonOnStartPage);
    setButtonText(QWizard::NextButton, tr("Next"));
    setButtonText(QWizard::BackButton, tr("Back"));
    setButtonText(QWizard::FinishButton, tr("Use this plan"));
    setPage(OrganisationPageId, new OrganisationPage(*this, dns));
    setPage(NetworkPageId, new NetworkPage(*this));
    setPage(SendersPageId, new SenderListPage(*this, SenderListPage::Ask::Identity));
    setPage(AbilityPageId, new SenderListPage(*this, SenderListPage::Ask::Ability));
    setPage(ResultPageId, new ResultPage(*this));
    setPage(NextPageId, new NextPage(*this));
    const QSize room = screen() ? screen()->availableSize() : QSize(960, 600);
    resize(QSize(860, 680).boundedTo(room * 0.95));
    for (const WizardButton which : {NextButton, FinishButton})
        button(which)->setProperty("primary", true);
}

void SiteWizard::setDraft(const WizardDraft &draft)
{
    m_draft = draft;
}

Site SiteWizard::site() const
{
    return toSite(m_draft, m_base);
}

Plan SiteWizard::plan() const
{
    return m_advise(site());
}

WizardPage::WizardPage(SiteWizard &wizard) : m_wizard(wizard) {}

void WizardPage::compose(int number, const QString &title, const QString &sentence, QWidget *content)
{
    constexpr int kPages = 6;
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(gap::kLarge, gap::kLarge, gap::kSmall, gap::kMedium);
    layout->setSpacing(2);
    layout->addWidget(
        new TextLabel(tr("Step %1 of %2").arg(number).arg(kPages), FontRole::Small, TextLabel::Color::Muted));
    layout->addWidget(new TextLabel(title, FontRole::Title));
    layout->addWidget(new TextLabel(sentence, FontRole::Body, TextLabel::Color::Muted));
    layout->addSpacing(gap::kLarge);
    layout->addWidget(content, 1);
    setAccessibleName(title);
    setAccessibleDescription(sentence);
}

} // namespace relaywright
