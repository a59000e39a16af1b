// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/SendersPage.h"

#include "ui/drafts/SiteDrafts.h"
#include "ui/engine/Workspace.h"
#include "ui/forms/SiteForms.h"
#include "ui/models/SenderModel.h"
#include "ui/views/Tables.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Labels.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace relaywright {

SendersPage::SendersPage(Services &services, QWidget *parent)
    : Page(tr("Senders"), tr("The devices and applications that must send mail, and what each of them can do."),
           parent),
      m_services(services), m_model(new SenderModel(this)), m_filter(new QSortFilterProxyModel(this)),
      m_filterEdit(new QLineEdit), m_table(new QTableView), m_details(new QStackedWidget),
      m_form(new SenderForm(SenderForm::Part::Everything)), m_remove(nullptr)
{
    setHelp(tr("Select a sender to see and change its answers. Type into the filter to find one. Ctrl+C copies the "
               "selected rows "
               "for a spreadsheet, Delete removes them, Ctrl+Z brings them back."));
    build();
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &SendersPage::showSelected);
    connect(m_form, &SenderForm::committed, this, &SendersPage::store);
    connect(m_filterEdit, &QLineEdit::textChanged, m_filter, &QSortFilterProxyModel::setFilterFixedString);
    connect(&services.workspace, &Workspace::siteChanged, this, &SendersPage::refresh);
    refresh();
}

void SendersPage::build()
{
    m_remove = addAction(tr("Remove"), QStringLiteral("trash"));
    auto *add = addPrimaryAction(tr("Add a sender"));
    connect(add, &QPushButton::clicked, this, &SendersPage::addSender);
    connect(m_remove, &QPushButton::clicked, this, &SendersPage::removeSelected);

    m_filter->setSourceModel(m_model);
    m_filter->setFilterKeyColumn(-1);
    m_filter->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_filter->setSortLocaleAware(true);
    setUpTable(*m_table, tr("Senders"));
    m_table->setModel(m_filter);
    m_table->setItemDelegateForColumn(SenderModel::MethodColumn, new SymbolCellDelegate(m_table));
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    m_table->setColumnWidth(SenderModel::Name, 176);
    m_table->setColumnWidth(SenderModel::MethodColumn, 150);
    m_table->setColumnWidth(SenderModel::From, 160);
    m_table->setColumnHidden(SenderModel::ReachColumn, true);
    m_table->horizontalHeader()->setStretchLastSection(true);
    addTableKeys(*m_table, [this] { removeSelected(); });
    m_filterEdit->setPlaceholderText(tr("Filter by any word"));
    m_filterEdit->setClearButtonEnabled(true);
    m_filterEdit->setAccessibleName(tr("Filter the senders"));

    auto *left = new QWidget;
    auto *leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(0, 0, 0, 0);
    leftLayout->addWidget(m_filterEdit);
    leftLayout->addWidget(m_table, 1);
    auto *card = new Card;
    card->body()->addWidget(m_form);
    card->body()->addStretch();
    auto *hint =
        new TextLabel(tr("Select a sender to see and change its answers."), FontRole::Body, TextLabel::Color::Muted);
    hint->setAlignment(Qt::AlignCenter);
    m_details->addWidget(hint);
    m_details->addWidget(inScrollArea(card));
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(left);
    splitter->addWidget(m_details);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setSizes({560, 400});
    body()->addWidget(splitter, 1);
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
}

void SendersPage::refresh()
{
    const Workspace &workspace = m_services.workspace;
    m_model->setSite(workspace.site(), workspace.plan());
    showEmpty(workspace.site().senders.empty());
    if (const QModelIndex known = m_filter->mapFromSource(m_model->indexOf(m_shown)); known.isValid()) {
        if (!m_table->selectionModel()->isRowSelected(known.row()))
            m_table->selectRow(known.row());
    } else if (m_filter->rowCount() > 0) {
        m_table->selectRow(0);
    }
    showSelected();
}

QString SendersPage::currentId() const
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    return rows.size() == 1 ? rows.front().data(SenderModel::IdRole).toString() : QString();
}

void SendersPage::showSelected()
{
    m_remove->setEnabled(m_table->selectionModel()->hasSelection());
    const QString id = currentId();
    for (const Sender &sender : m_services.workspace.site().senders) {
        if (sender.id != id)
            continue;
        // An answer that could not be taken stays in its field while the same sender is shown.
        const bool keep =
            id == m_shown && !check(m_form->draft()).empty() && applyTo(sender, m_form->draft()) == sender;
        m_shown = id;
        if (!keep)
            m_form->setDraft(draftOf(sender));
        m_form->showProblems(check(m_form->draft()));
        m_details->setCurrentIndex(1);
        return;
    }
    m_details->setCurrentIndex(0);
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

void SendersPage::addSender()
{
    Site site = m_services.workspace.site();
    Sender sender;
    sender.name = tr("New sender");
    sender.hosting = Hosting::OwnLan;
    sender.id = makeSenderId(site, sender.name);
    m_shown = sender.id;
    site.senders.push_back(sender);
    m_filterEdit->clear();
    m_services.workspace.edit(tr("new sender"), site);
    selectSender(sender.id);
    m_form->focusName();
}

void SendersPage::removeSelected()
{
    QStringList ids;
    for (const QModelIndex &row : m_table->selectionModel()->selectedRows())
        ids += row.data(SenderModel::IdRole).toString();
    Site site = m_services.workspace.site();
    std::erase_if(site.senders, [&ids](const Sender &sender) { return ids.contains(sender.id); });
    m_services.workspace.edit(tr("removal of %n sender(s)", nullptr, static_cast<int>(ids.size())), site);
}

void SendersPage::selectSender(const QString &id)
{
    const QModelIndex row = m_filter->mapFromSource(m_model->indexOf(id));
    if (row.isValid())
        m_table->selectRow(row.row());
}

} // namespace relaywright
