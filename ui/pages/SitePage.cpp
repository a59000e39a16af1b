// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/SitePage.h"

#include "ui/engine/DomainLookup.h"
#include "ui/engine/Workspace.h"
#include "ui/forms/SiteForms.h"
#include "ui/views/NetworkPicker.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace relaywright {

SitePage::SitePage(Services &services, QWidget *parent)
    : Page(tr("Site"), tr("What is known about the organisation and its network. The plan follows every change."),
           parent),
      m_services(services), m_organisation(new OrganisationForm(FormExtent::Whole)), m_picker(new NetworkPicker),
      m_network(new NetworkForm(FormExtent::Whole)), m_lookup(new DomainLookup(services.dns, this))
{
    setHelp(tr("Every question can be left at “I don’t know”; it never counts as yes. The question mark beside a "
               "question says "
               "why it matters. Ctrl+Z takes the last change back."));
    auto *wizard = addAction(tr("Ask me again…"), QStringLiteral("question"));
    auto *next = addPrimaryAction(tr("See the plan"));
    connect(wizard, &QPushButton::clicked, this, [this] { Q_EMIT stepRequested(QStringLiteral("wizard")); });
    connect(next, &QPushButton::clicked, this, [this] { Q_EMIT stepRequested(QStringLiteral("plan")); });

    auto *columns = new QWidget;
    auto *layout = new QHBoxLayout(columns);
    layout->setContentsMargins(0, 0, gap::kSmall, gap::kSmall);
    layout->setSpacing(gap::kLarge);
    auto *network = new QWidget;
    auto *networkLayout = new QVBoxLayout(network);
    networkLayout->setContentsMargins(0, 0, 0, 0);
    networkLayout->setSpacing(gap::kLarge);
    networkLayout->addWidget(m_picker);
    networkLayout->addWidget(m_network);
    const std::pair<QString, QWidget *> halves[] = {{tr("Organisation"), m_organisation}, {tr("Networks"), network}};
    for (const auto &[title, form] : halves) {
        auto *card = new Card;
        card->body()->addWidget(new TextLabel(title, FontRole::Heading));
        card->body()->addWidget(form);
        card->body()->addStretch();
        layout->addWidget(card, 1);
    }
    body()->addWidget(inScrollArea(columns));
    auto *empty =
        new EmptyState(QStringLiteral("site"), tr("No site yet"),
                       tr("Here will be your domain, your cloud and what is known of your network. A few questions "
                          "fill it; the file can be saved and opened again."),
                       tr("Set up a site"));
    setEmptyState(empty);
    connect(empty, &EmptyState::actionRequested, this, [this] { Q_EMIT stepRequested(QStringLiteral("wizard")); });

    connect(m_organisation, &OrganisationForm::committed, this, &SitePage::storeOrganisation);
    connect(m_network, &NetworkForm::committed, this, &SitePage::storeNetwork);
    connect(m_picker, &NetworkPicker::chosen, this, &SitePage::showNetwork);
    connect(m_picker, &NetworkPicker::changeRequested, this, [this](const QString &what, const Site &site) {
        if (m_services.workspace.hasSite())
            m_services.workspace.edit(what, site);
    });
    connect(m_organisation, &OrganisationForm::findOutRequested, this, [this](const QString &text) {
        if (const auto domain = Domain::parse(text))
            m_lookup->find(*domain);
        else
            m_organisation->showProblems(check(m_organisation->draft()));
    });
    connect(m_lookup, &DomainLookup::found, m_organisation, &OrganisationForm::showFound);
    connect(&services.workspace, &Workspace::siteChanged, this, &SitePage::refresh);
    refresh();
}

void SitePage::refresh()
{
    showEmpty(!m_services.workspace.hasSite());
    const Site &site = m_services.workspace.site();
    // What cannot be stored as it stands stays in its field until it is mended.
    if (check(m_organisation->draft()).empty()
        || applyTo(site.organisation, m_organisation->draft()) != site.organisation)
        m_organisation->setDraft(draftOf(site.organisation));
    m_organisation->showProblems(m_services.workspace.hasSite() ? check(m_organisation->draft()) : Problems());
    m_picker->setSite(site);
    showNetwork();
}

void SitePage::showNetwork()
{
    const Site &site = m_services.workspace.site();
    const QString id = m_picker->current();
    const auto found = std::ranges::find(site.networks, id, &Network::id);
    const Network network = found == site.networks.end() ? Network() : *found;
    const NetworkDraft typed = m_network->draft();
    if (id != m_shownNetwork || check(typed).empty() || applyTo(network, typed) != network)
        m_network->setDraft(draftOf(network));
    m_shownNetwork = id;
    m_network->showProblems(check(m_network->draft()));
}

void SitePage::storeOrganisation()
{
    if (!m_services.workspace.hasSite())
        return;
    m_organisation->showProblems(check(m_organisation->draft()));
    Site site = m_services.workspace.site();
    site.organisation = applyTo(site.organisation, m_organisation->draft());
    m_services.workspace.edit(tr("change of organisation"), site);
}

void SitePage::storeNetwork()
{
    if (!m_services.workspace.hasSite())
        return;
    m_network->showProblems(check(m_network->draft()));
    Site site = m_services.workspace.site();
    if (site.networks.empty())
        site.networks.push_back({.id = QStringLiteral("main")});
    for (Network &network : site.networks) {
        if (network.id == m_shownNetwork || m_shownNetwork.isEmpty())
            network = applyTo(network, m_network->draft());
    }
    m_services.workspace.edit(tr("change of network"), site);
}

bool SitePage::showAnswer(const QString &field)
{
    return m_organisation->reveal(field);
}

bool SitePage::showAnswer(const QString &network, const QString &field)
{
    m_picker->choose(network);
    showNetwork();
    return m_network->reveal(field);
}

} // namespace relaywright
