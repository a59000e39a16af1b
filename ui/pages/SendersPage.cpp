// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/SendersPage.h"

#include "core/site/Inventory.h"
#include "ui/drafts/SiteDrafts.h"
#include "ui/engine/Workspace.h"
#include "ui/forms/BulkForm.h"
#include "ui/forms/SiteForms.h"
#include "ui/models/SenderFilter.h"
#include "ui/models/SenderModel.h"
#include "ui/views/ImportPanel.h"
#include "ui/views/SenderFilterBar.h"
#include "ui/views/SenderTable.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Labels.h"

#include <QPushButton>
#include <QSet>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace relaywright {

namespace {

enum Details { NothingSelected, OneSelected, ManySelected };

QStringList networkIds(const Site &site)
{
    QStringList ids;
    for (const Network &network : site.networks)
        ids += network.id;
    return ids;
}

QWidget *inCard(QWidget *content)
{
    auto *card = new Card;
    card->body()->addWidget(content);
    card->body()->addStretch();
    return inScrollArea(card);
}

} // namespace

SendersPage::SendersPage(Services &services, QWidget *parent)
    : Page(tr("Senders"), tr("The devices and applications that must send mail, and what each of them can do."),
           parent),
      m_services(services), m_model(new SenderModel(this)), m_filter(new SenderFilter(this)), m_table(nullptr),
      m_filterBar(nullptr), m_counts(new TextLabel({}, FontRole::Small, TextLabel::Color::Muted)),
      m_details(new QStackedWidget), m_form(new SenderForm(SenderForm::Part::Everything)),
      m_bulk(new BulkForm(m_model->words())), m_import(new ImportPanel), m_stack(new QStackedWidget), m_remove(nullptr)
{
    setHelp(tr("Select a sender to see and change its answers, or several to give all of them one answer. F2 or a double "
               "click edits a cell in place. Ctrl+C copies the selected rows for a spreadsheet, Ctrl+V takes rows from one, "
               "Delete removes, and Ctrl+Z takes the last change back."));
    m_remove = addAction(tr("Remove"), QStringLiteral("trash"));
    auto *import = addAction(tr("Import…"), QStringLiteral("open"));
    auto *add = addPrimaryAction(tr("Add a sender"));
    connect(add, &QPushButton::clicked, this, &SendersPage::addSender);
    connect(import, &QPushButton::clicked, this, &SendersPage::beginImport);
    connect(m_remove, &QPushButton::clicked, this, &SendersPage::removeSelected);

    m_filter->setSourceModel(m_model);
    m_table = new SenderTable(*m_model, *m_filter);
    m_filterBar = new SenderFilterBar(m_table->columnsMenu());
    m_stack->addWidget(makeOverview());
    m_stack->addWidget(m_import);
    body()->addWidget(m_stack, 1);
    makeEmptyState();

    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &SendersPage::showSelected);
    connect(m_table, &SenderTable::removeRequested, this, &SendersPage::removeSelected);
    connect(m_table, &SenderTable::pasteRequested, this, [this](const QString &text) {
        beginImport();
        m_import->readText(text);
    });
    connect(m_model, &SenderModel::answerGiven, this, &SendersPage::storeAnswer);
    connect(m_model, &SenderModel::answerRefused, this,
            [this](const QString &sentence) { message()->show(Tone::Wrong, sentence); });
    connect(m_form, &SenderForm::committed, this, &SendersPage::store);
    connect(m_bulk, &BulkForm::setRequested, this, &SendersPage::storeForSelected);
    connect(m_filterBar, &SenderFilterBar::wantedChanged, this, &SendersPage::filter);
    connect(m_import, &ImportPanel::importRequested, this, &SendersPage::import);
    connect(m_import, &ImportPanel::cancelled, this, &SendersPage::endImport);
    connect(&services.workspace, &Workspace::siteChanged, this, &SendersPage::refresh);
    connect(&services.workspace, &Workspace::planChanged, this, &SendersPage::refreshPlan);
    refresh();
}

QWidget *SendersPage::makeOverview()
{
    auto *hint = new TextLabel(tr("Select a sender to see and change its answers, or several to give all of them one answer."),
                               FontRole::Body, TextLabel::Color::Muted);
    hint->setAlignment(Qt::AlignCenter);
    m_details->addWidget(hint);
    m_details->addWidget(inCard(m_form));
    m_details->addWidget(inCard(m_bulk));
    m_details->setMinimumWidth(260);
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_table);
    splitter->addWidget(m_details);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setSizes({600, 360});
    auto *overview = new QWidget;
    auto *layout = new QVBoxLayout(overview);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addWidget(m_filterBar);
    layout->addWidget(splitter, 1);
    layout->addWidget(m_counts);
    return overview;
}

void SendersPage::makeEmptyState()
{
    auto *empty =
        new EmptyState(QStringLiteral("senders"), tr("No senders yet"),
                       tr("Here will be every printer, scanner and application that must send mail, with the method "
                          "that suits it."),
                       tr("Add a sender"));
    setEmptyState(empty);
    connect(empty, &EmptyState::actionRequested, this, [this] {
        if (m_services.workspace.hasSite())
            addSender();
        else
            Q_EMIT stepRequested(QStringLiteral("wizard"));
    });
    connect(empty->addSecondAction(tr("Import an inventory…")), &QPushButton::clicked, this, &SendersPage::beginImport);
}

void SendersPage::refresh()
{
    const Workspace &workspace = m_services.workspace;
    refreshPlan();
    m_form->setNetworks(networkIds(workspace.site()));
    m_bulk->setNetworks(networkIds(workspace.site()));
    const bool importing = m_stack->currentWidget() == m_import;
    showEmpty(workspace.site().senders.empty() && !importing);
    showActions(!workspace.site().senders.empty() && !importing);
    if (!m_table->selectionModel()->hasSelection()) {
        if (m_model->indexOf(m_shown).isValid())
            m_table->select(m_shown);
        else if (m_filter->rowCount() > 0)
            m_table->selectRow(0);
    }
    showSelected();
}

void SendersPage::refreshPlan()
{
    const Workspace &workspace = m_services.workspace;
    m_model->setSite(workspace.site(), workspace.plan(), workspace.isPlanning());
    if (m_wasPlanning && !workspace.isPlanning())
        m_filter->setWanted(m_filter->wanted()); // the verdicts that it asks for have come
    m_wasPlanning = workspace.isPlanning();
    showCounts();
}

void SendersPage::showCounts()
{
    const int all = m_model->rowCount();
    const int shown = m_filter->rowCount();
    QString text = shown == all ? tr("%n sender(s)", nullptr, all) : tr("%1 of %n sender(s) shown", nullptr, all).arg(shown);
    if (m_services.workspace.isPlanning())
        text = tr("%1 · planning…").arg(text);
    m_counts->setText(text);
}

void SendersPage::filter()
{
    m_filter->setWanted(m_filterBar->wanted());
    showCounts();
    showSelected();
}

void SendersPage::showSelected()
{
    const QStringList ids = m_table->selectedIds();
    m_remove->setEnabled(!ids.isEmpty());
    if (ids.size() != 1) {
        m_bulk->setCount(static_cast<int>(ids.size()));
        m_details->setCurrentIndex(ids.isEmpty() ? NothingSelected : ManySelected);
        return;
    }
    const QModelIndex row = m_model->indexOf(ids.front());
    const Sender &sender = m_model->senders()[static_cast<std::size_t>(row.row())];
    // An answer that could not be taken stays in its field while the same sender is shown.
    const bool keep =
        sender.id == m_shown && !check(m_form->draft()).empty() && applyTo(sender, m_form->draft()) == sender;
    m_shown = sender.id;
    if (!keep)
        m_form->setDraft(draftOf(sender));
    m_form->showProblems(check(m_form->draft()));
    m_details->setCurrentIndex(OneSelected);
}

void SendersPage::store()
{
    Site site = m_services.workspace.site();
    const SenderDraft draft = m_form->draft();
    m_form->showProblems(check(draft));
    for (Sender &sender : site.senders) {
        if (sender.id == draft.id)
            sender = applyTo(sender, draft);
    }
    m_services.workspace.edit(tr("change of sender"), site);
}

void SendersPage::storeAnswer(const Sender &changed)
{
    Site site = m_services.workspace.site();
    for (Sender &sender : site.senders) {
        if (sender.id == changed.id)
            sender = changed;
    }
    message()->clear();
    m_services.workspace.edit(tr("change of sender"), site);
}

void SendersPage::storeForSelected()
{
    const QStringList ids = m_table->selectedIds();
    const QSet<QString> selected(ids.begin(), ids.end());
    Site site = m_services.workspace.site();
    for (Sender &sender : site.senders) {
        if (!selected.contains(sender.id))
            continue;
        if (const auto set = setFact(sender, m_bulk->fact(), m_bulk->answer()); !set)
            return m_bulk->showProblem(set.error().detail);
    }
    const auto count = static_cast<int>(ids.size());
    m_services.workspace.edit(tr("change of %n sender(s)", nullptr, count), site);
    message()->show(Tone::Good, tr("“%1” is set for %n sender(s).", nullptr, count).arg(m_model->words().title(m_bulk->fact())));
}

void SendersPage::addSender()
{
    Site site = m_services.workspace.site();
    Sender sender;
    sender.name = tr("New sender");
    sender.hosting = Hosting::OwnLan;
    sender.id = makeSenderId(site, sender.name);
    site.senders.push_back(sender);
    m_filterBar->clear();
    m_services.workspace.edit(tr("new sender"), site);
    selectSender(sender.id);
    m_form->focusName();
}

void SendersPage::removeSelected()
{
    const QStringList ids = m_table->selectedIds();
    const QSet<QString> selected(ids.begin(), ids.end());
    Site site = m_services.workspace.site();
    std::erase_if(site.senders, [&selected](const Sender &sender) { return selected.contains(sender.id); });
    m_services.workspace.edit(tr("removal of %n sender(s)", nullptr, static_cast<int>(ids.size())), site);
}

void SendersPage::beginImport()
{
    message()->clear();
    m_stack->setCurrentWidget(m_import);
    showEmpty(false);
    showActions(false);
    m_import->begin(m_services.workspace.site());
}

void SendersPage::endImport()
{
    m_stack->setCurrentIndex(0);
    refresh();
    m_table->setFocus();
}

void SendersPage::import(const Inventory &inventory)
{
    const auto count = static_cast<int>(inventory.senders.size());
    const QString first = inventory.senders.front().id;
    const Site site = withInventory(m_services.workspace.site(), inventory);
    m_filterBar->clear();
    m_table->clearSelection();
    m_shown = first;
    if (m_services.workspace.hasSite())
        m_services.workspace.edit(tr("import of %n sender(s)", nullptr, count), site);
    else
        m_services.workspace.create(site);
    endImport();
    message()->show(Tone::Good, tr("%n sender(s) imported. Ctrl+Z takes them out again.", nullptr, count));
}

void SendersPage::selectSender(const QString &id)
{
    if (!m_filter->mapFromSource(m_model->indexOf(id)).isValid())
        m_filterBar->clear();
    m_table->select(id);
}

bool SendersPage::showAnswer(const QString &id, const QString &field)
{
    if (!m_model->indexOf(id).isValid())
        return false;
    if (m_stack->currentWidget() == m_import)
        endImport();
    selectSender(id);
    return m_form->reveal(field);
}

} // namespace relaywright
