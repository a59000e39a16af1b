// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizard/WizardPages.h"

#include "core/plan/Plan.h"
#include "ui/engine/DomainLookup.h"
#include "ui/forms/SiteForms.h"
#include "ui/text/VerdictText.h"
#include "ui/views/SenderPlanView.h"
#include "ui/widgets/InlineMessage.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"
#include "ui/widgets/RowDelegate.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QScrollBar>
#include <QScrollArea>
#include <QVBoxLayout>

namespace relaywright {

namespace {

/// A form with room at its right for the scroll bar.
QWidget *padded(QWidget *form)
{
    auto *holder = new QWidget;
    auto *layout = new QVBoxLayout(holder);
    layout->setContentsMargins(0, 0, gap::kLarge, gap::kLarge);
    layout->addWidget(form);
    layout->addStretch();
    return inScrollArea(holder);
}

QListWidget *makeSenderList(const QString &name)
{
    auto *list = new QListWidget;
    list->setItemDelegate(new RowDelegate(list));
    list->setAccessibleName(name);
    list->setFixedWidth(220);
    list->setMouseTracking(true);
    return list;
}

} // namespace

OrganisationPage::OrganisationPage(SiteWizard &wizard, DnsClient &dns)
    : WizardPage(wizard), m_form(new OrganisationForm(FormExtent::Short)), m_lookup(new DomainLookup(dns, this))
{
    compose(1, tr("Your organisation"), tr("Who are you to Microsoft 365? Only the domain is needed to begin with."),
            padded(m_form));
    connect(m_form, &OrganisationForm::edited, this, [this] { draft().organisation = m_form->draft(); });
    connect(m_form, &OrganisationForm::committed, this, [this] {
        Problems problems = check(draft().organisation);
        if (draft().organisation.acceptedDomains.trimmed().isEmpty())
            problems.clear(); // nobody likes a fault before the first letter; Next says it
        m_form->showProblems(problems);
    });
    connect(m_form, &OrganisationForm::findOutRequested, this, [this](const QString &text) {
        if (const auto domain = Domain::parse(text))
            m_lookup->find(*domain);
        else
            m_form->showProblems(check(draft().organisation));
    });
    connect(m_lookup, &DomainLookup::found, m_form, &OrganisationForm::showFound);
}

void OrganisationPage::initializePage()
{
    m_form->setDraft(draft().organisation);
}

bool OrganisationPage::validatePage()
{
    draft().organisation = m_form->draft();
    const Problems problems = check(draft().organisation);
    m_form->showProblems(problems);
    return problems.empty();
}

NetworkPage::NetworkPage(SiteWizard &wizard) : WizardPage(wizard), m_form(new NetworkForm(FormExtent::Short))
{
    compose(
        2, tr("Your network"),
        tr("How does mail leave your building? “I don’t know” is a good answer: the plan then says what to find out."),
        padded(m_form));
    connect(m_form, &NetworkForm::edited, this, [this] { draft().network = m_form->draft(); });
    connect(m_form, &NetworkForm::committed, this, [this] { m_form->showProblems(check(draft().network)); });
}

void NetworkPage::initializePage()
{
    m_form->setDraft(draft().network);
}

bool NetworkPage::validatePage()
{
    draft().network = m_form->draft();
    const Problems problems = check(draft().network);
    m_form->showProblems(problems);
    return problems.empty();
}

SenderListPage::SenderListPage(SiteWizard &wizard, Ask ask)
    : WizardPage(wizard), m_ask(ask), m_list(makeSenderList(tr("Senders"))),
      m_form(new SenderForm(ask == Ask::Identity ? SenderForm::Part::Identity : SenderForm::Part::Ability)),
      m_message(new InlineMessage)
{
    const bool identity = ask == Ask::Identity;
    auto *left = new QVBoxLayout;
    left->addWidget(m_list, 1);
    if (identity) {
        auto *addButton = new QPushButton(tr("Add another"));
        auto *removeButton = new QPushButton(tr("Remove"));
        addButton->setIcon(lineIcon(QStringLiteral("plus"), palette()));
        removeButton->setIcon(lineIcon(QStringLiteral("trash"), palette()));
        auto *buttons = new QHBoxLayout;
        buttons->addWidget(addButton, 1);
        buttons->addWidget(removeButton, 1);
        left->addLayout(buttons);
        connect(addButton, &QPushButton::clicked, this, &SenderListPage::addSender);
        connect(removeButton, &QPushButton::clicked, this, &SenderListPage::removeSender);
    }
    auto *content = new QWidget;
    auto *layout = new QHBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    layout->addLayout(left);
    auto *right = new QVBoxLayout;
    right->addWidget(m_message);
    right->addWidget(padded(m_form), 1);
    layout->addLayout(right, 1);
    if (identity) {
        compose(3, tr("What must send"), tr("Which devices and applications must send mail, and as whom?"), content);
    } else {
        compose(4, tr("How it writes"),
                tr("What can each of them do? The data sheet or its mail settings tell; “I don’t know” is fine."),
                content);
    }
    connect(m_list, &QListWidget::currentRowChanged, this, &SenderListPage::select);
    connect(m_form, &SenderForm::edited, this, &SenderListPage::store);
    connect(m_form, &SenderForm::committed, this, [this] {
        const std::size_t row = siteWizard().currentSender;
        if (row < draft().senders.size() && !draft().senders[row].name.isEmpty())
            m_form->showProblems(check(draft().senders[row]));
    });
}

void SenderListPage::initializePage()
{
    m_message->clear();
    if (draft().senders.empty())
        draft().senders.push_back({});
    refreshList();
    m_list->setCurrentRow(static_cast<int>(std::min(siteWizard().currentSender, draft().senders.size() - 1)));
    select(m_list->currentRow());
    if (m_ask == Ask::Identity)
        m_form->focusName();
}

bool SenderListPage::validatePage()
{
    store();
    std::size_t wrong = 0;
    const Problems problems = checkSenders(draft(), &wrong);
    if (problems.empty())
        return true;
    m_list->setCurrentRow(static_cast<int>(wrong));
    m_form->showProblems(problems);
    m_message->show(Tone::Wrong, problems.front().sentence);
    return false;
}

void SenderListPage::refreshList()
{
    m_loading = true;
    while (m_list->count() > static_cast<int>(draft().senders.size()))
        delete m_list->takeItem(m_list->count() - 1);
    while (m_list->count() < static_cast<int>(draft().senders.size()))
        m_list->addItem(QString());
    for (int i = 0; i < m_list->count(); ++i) {
        const SenderDraft &sender = draft().senders[static_cast<std::size_t>(i)];
        m_list->item(i)->setText(sender.name.trimmed().isEmpty() ? tr("New sender") : sender.name.trimmed());
        m_list->item(i)->setData(SubtitleRole, wordFor(senderKindChoices(), sender.kind));
    }
    m_loading = false;
}

void SenderListPage::select(int row)
{
    if (m_loading || row < 0)
        return;
    siteWizard().currentSender = static_cast<std::size_t>(row);
    m_form->setDraft(draft().senders[static_cast<std::size_t>(row)]);
    m_form->showProblems({});
}

void SenderListPage::store()
{
    const std::size_t row = siteWizard().currentSender;
    if (row >= draft().senders.size())
        return;
    draft().senders[row] = m_form->draft();
    m_message->clear();
    refreshList();
}

void SenderListPage::addSender()
{
    store();
    draft().senders.push_back({});
    refreshList();
    m_list->setCurrentRow(m_list->count() - 1);
    m_form->focusName();
}

void SenderListPage::removeSender()
{
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    draft().senders.erase(draft().senders.begin() + row);
    if (draft().senders.empty())
        draft().senders.push_back({});
    refreshList();
    m_list->setCurrentRow(std::min(row, m_list->count() - 1));
    select(m_list->currentRow());
}

ResultPage::ResultPage(SiteWizard &wizard)
    : WizardPage(wizard), m_list(makeSenderList(tr("Senders and their methods"))),
      m_view(new SenderPlanView(SenderPlanView::Extent::Summary))
{
    auto *content = new QWidget;
    auto *layout = new QHBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    layout->addWidget(m_list);
    layout->addWidget(padded(m_view), 1);
    compose(5, tr("The plan"), tr("This is how each of them should send, and why."), content);
    connect(m_list, &QListWidget::currentRowChanged, this, &ResultPage::show);
}

void ResultPage::initializePage()
{
    const Site site = siteWizard().site();
    const Plan plan = siteWizard().plan();
    m_list->clear();
    for (std::size_t i = 0; i < plan.senders.size() && i < site.senders.size(); ++i) {
        const SenderPlan &senderPlan = plan.senders[i];
        const Option *chosen = senderPlan.chosen();
        const Fit fit = chosen                       ? chosen->fit
                        : senderPlan.options.empty() ? Fit::CannotTell
                                                     : senderPlan.options.front().fit;
        const VerdictLook look = lookOf(fit);
        auto *item = new QListWidgetItem(site.senders[i].name, m_list);
        item->setData(SymbolRole, look.symbol);
        item->setData(ToneRole, static_cast<int>(look.tone));
        item->setData(SubtitleRole, chosen ? methodName(chosen->method) : look.word);
    }
    m_list->setCurrentRow(0);
}

void ResultPage::show(int row)
{
    const Site site = siteWizard().site();
    const Plan plan = siteWizard().plan();
    const auto at = static_cast<std::size_t>(row);
    if (row >= 0 && at < plan.senders.size() && at < site.senders.size())
        m_view->setPlan(site, site.senders[at], plan.senders[at], siteWizard().knowledge());
}

NextPage::NextPage(SiteWizard &wizard) : WizardPage(wizard), m_steps(nullptr)
{
    auto *content = new QWidget;
    m_steps = new QVBoxLayout(content);
    m_steps->setContentsMargins(0, 0, gap::kLarge, 0);
    m_steps->setSpacing(gap::kMedium);
    compose(6, tr("What to do next"), tr("Four steps from here to “it works, and here is the proof”."),
            inScrollArea(content));
}

void NextPage::initializePage()
{
    while (QLayoutItem *item = m_steps->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const Plan plan = siteWizard().plan();
    const auto open = static_cast<int>(plan.questions.size());
    const std::pair<QString, QString> steps[] = {
        {tr("1  Apply"), tr("Copy or save the DNS record, the scripts and the settings sheets, and apply them.")},
        {tr("2  Check"),
         tr("Relaywright looks from outside whether the DNS and the servers answer as the plan needs.")},
        {tr("3  Test"), tr("Send a real message and watch the conversation; a refusal is explained as it happens.")},
        {tr("4  Relay"), tr("Where a device needs it, run the local relay and point the device to this computer.")},
    };
    for (const auto &[title, sentence] : steps) {
        auto *card = new Card;
        card->body()->setSpacing(gap::kTiny);
        card->body()->addWidget(new TextLabel(title, FontRole::Heading));
        card->body()->addWidget(new TextLabel(sentence, FontRole::Body, TextLabel::Color::Muted));
        m_steps->addWidget(card);
    }
    if (open > 0) {
        auto *note = new InlineMessage;
        note->setClosable(false);
        note->show(Tone::Unknown,
                   tr("%n open question(s) could still change the plan. They are on the Plan page.", nullptr, open));
        m_steps->addWidget(note);
    }
    m_steps->addStretch();
}

} // namespace relaywright
