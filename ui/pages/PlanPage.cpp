// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/PlanPage.h"

#include "ui/engine/Workspace.h"
#include "ui/models/CompareModel.h"
#include "ui/models/SenderFilter.h"
#include "ui/models/SenderModel.h"
#include "ui/text/QuestionText.h"
#include "ui/views/SenderPlanView.h"
#include "ui/views/Tables.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/RowDelegate.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace relaywright {

namespace {

enum Shown { WholeSite, Explanation, Comparison };
constexpr std::size_t kMostQuestions = 40; ///< shown at once; the others follow when these are answered
constexpr int kMethodWidth = 210;

QWidget *padded(QWidget *content)
{
    auto *holder = new QWidget;
    auto *layout = new QVBoxLayout(holder);
    layout->setContentsMargins(0, 0, gap::kSmall, gap::kSmall);
    layout->addWidget(content);
    return inScrollArea(holder);
}

} // namespace

PlanPage::PlanPage(Services &services, QWidget *parent)
    : Page(tr("Plan"), tr("The method for each sender, the reasons, and what speaks against the others."), parent),
      m_services(services), m_model(new SenderModel(this)), m_filter(new SenderFilter(this)),
      m_filterEdit(new QLineEdit), m_list(new QListView), m_site(new QPushButton), m_compare(nullptr),
      m_stack(new QStackedWidget), m_view(new SenderPlanView(SenderPlanView::Extent::Whole)),
      m_compareModel(new CompareModel(this)), m_compareTable(new QTableView), m_notes(new QWidget),
      m_notesLayout(new QVBoxLayout(m_notes))
{
    setHelp(tr("A tick means that the method works as it is; an exclamation mark, after the changes named; a question mark, "
               "that an answer is missing. The question mark beside a reason shows where it comes from, of which day it is "
               "and how sure it is. “Compare the methods” puts all of them side by side."));
    auto *copyButton = addAction(tr("Copy as text"), QStringLiteral("copy"));
    auto *test = addAction(tr("Test this sender"), QStringLiteral("test"));
    m_compare = addAction(tr("Compare the methods"), QStringLiteral("plan"));
    m_compare->setCheckable(true);
    auto *apply = addPrimaryAction(tr("Apply it"));
    connect(copyButton, &QPushButton::clicked, this, &PlanPage::copy);
    connect(test, &QPushButton::clicked, this, [this] { Q_EMIT testRequested(currentId()); });
    connect(m_compare, &QPushButton::toggled, this, &PlanPage::showSelected);
    connect(apply, &QPushButton::clicked, this, [this] { Q_EMIT stepRequested(QStringLiteral("apply")); });

    m_notesLayout->setContentsMargins(0, 0, 0, 0);
    m_notesLayout->setSpacing(gap::kMedium);
    m_stack->addWidget(padded(m_notes));
    m_stack->addWidget(padded(m_view));
    m_stack->addWidget(makeComparison());
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeList());
    splitter->addWidget(m_stack);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({230, 700});
    body()->addWidget(splitter, 1);
    auto *empty =
        new EmptyState(QStringLiteral("plan"), tr("No plan yet"),
                       tr("Here will be the method that suits each sender, with the reasons. It needs your domain and "
                          "at least one sender."),
                       tr("Answer the questions"));
    setEmptyState(empty);
    connect(empty, &EmptyState::actionRequested, this, [this] { Q_EMIT stepRequested(QStringLiteral("wizard")); });
    connect(&services.workspace, &Workspace::planChanged, this, [this] {
        m_isStale = true;
        if (isVisible())
            refresh();
    });
    refresh();
}

QWidget *PlanPage::makeList()
{
    m_filter->setSourceModel(m_model);
    m_list->setModel(m_filter);
    m_list->setModelColumn(SenderModel::Name);
    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setAccessibleName(tr("Senders and their methods"));
    m_list->setMouseTracking(true);
    m_filterEdit->setPlaceholderText(tr("Filter by any word"));
    m_filterEdit->setClearButtonEnabled(true);
    m_filterEdit->setAccessibleName(tr("Filter the senders"));
    m_site->setCheckable(true);
    connect(m_filterEdit, &QLineEdit::textChanged, this, [this](const QString &words) {
        m_filter->setWanted({.words = words});
    });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &current) {
        if (current.isValid())
            m_site->setChecked(false);
        showSelected();
    });
    connect(m_list, &QListView::clicked, this, [this] { m_site->setChecked(false); });
    connect(m_site, &QPushButton::toggled, this, [this](bool whole) {
        m_list->selectionModel()->select(m_list->currentIndex(), whole ? QItemSelectionModel::Deselect : QItemSelectionModel::Select);
        showSelected();
    });
    auto *holder = new QWidget;
    holder->setMinimumWidth(180);
    auto *layout = new QVBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addWidget(m_filterEdit);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_site);
    return holder;
}

QWidget *PlanPage::makeComparison()
{
    setUpTable(*m_compareTable, tr("The methods side by side"));
    m_compareTable->setModel(m_compareModel);
    m_compareTable->setItemDelegate(new SentenceDelegate(m_compareTable));
    m_compareTable->setSelectionBehavior(QAbstractItemView::SelectItems);
    m_compareTable->setWordWrap(true);
    m_compareTable->setTextElideMode(Qt::ElideNone);
    m_compareTable->setShowGrid(true);
    m_compareTable->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_compareTable->verticalHeader()->show();
    m_compareTable->verticalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_compareTable->horizontalHeader()->setDefaultSectionSize(kMethodWidth);
    connect(m_compareTable->horizontalHeader(), &QHeaderView::sectionResized, m_compareTable,
            &QTableView::resizeRowsToContents);
    return m_compareTable;
}

void PlanPage::prepare()
{
    if (m_isStale)
        refresh();
}

QString PlanPage::currentId() const
{
    return m_list->currentIndex().data(SenderModel::IdRole).toString();
}

void PlanPage::refresh()
{
    const Workspace &workspace = m_services.workspace;
    const Plan &plan = workspace.plan();
    m_isStale = false;
    m_model->setSite(workspace.plannedSite(), plan, workspace.isPlanning());
    const auto open = static_cast<int>(plan.questions.size());
    m_site->setText(open > 0 ? tr("Whole site: %n open question(s)", nullptr, open) : tr("Whole site"));
    m_site->setIcon(lineIcon(open > 0 ? QStringLiteral("question") : QStringLiteral("site"), palette()));
    fillSiteNotes();
    showEmpty(plan.senders.empty() && !workspace.isPlanning());
    if (workspace.isPlanning())
        message()->show(Tone::Accent, tr("The plan for %n sender(s) is being made…", nullptr,
                                         static_cast<int>(workspace.site().senders.size())));
    else if (m_saysPlanning)
        message()->clear();
    m_saysPlanning = workspace.isPlanning();
    if (!m_list->currentIndex().isValid() && m_filter->rowCount() > 0)
        m_list->setCurrentIndex(m_filter->index(0, SenderModel::Name));
    showSelected();
}

void PlanPage::fillSiteNotes()
{
    while (QLayoutItem *item = m_notesLayout->takeAt(0)) {
        if (QWidget *widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        }
        delete item;
    }
    const Plan &plan = m_services.workspace.plan();
    if (!plan.questions.empty()) {
        QHash<QString, QString> names;
        for (const Sender &sender : m_services.workspace.plannedSite().senders)
            names.insert(sender.id, sender.name);
        auto *card = new Card;
        card->body()->addWidget(new TextLabel(tr("Answers that could still change the plan"), FontRole::Heading));
        for (const OpenQuestion &question : plan.questions) {
            if (&question - plan.questions.data() >= static_cast<std::ptrdiff_t>(kMostQuestions))
                break;
            auto *row = new QHBoxLayout;
            auto *words = new QVBoxLayout;
            words->setSpacing(2);
            words->addWidget(new TextLabel(QStringLiteral("?  ") + question.sentence));
            for (const QString &effect : effectLines(question, names))
                words->addWidget(new TextLabel(effect, FontRole::Small, TextLabel::Color::Muted));
            row->addLayout(words, 1);
            auto *answer = new QPushButton(tr("Answer it"));
            answer->setAccessibleName(tr("Answer: %1").arg(question.sentence));
            connect(answer, &QPushButton::clicked, this, [this, path = question.path] { Q_EMIT answerRequested(path); });
            row->addWidget(answer, 0, Qt::AlignTop);
            card->body()->addLayout(row);
        }
        if (plan.questions.size() > kMostQuestions) {
            card->body()->addWidget(new TextLabel(
                tr("%n more question(s) follow when these are answered.", nullptr,
                   static_cast<int>(plan.questions.size() - kMostQuestions)),
                FontRole::Body, TextLabel::Color::Muted));
        }
        m_notesLayout->addWidget(card);
    }
    if (!plan.siteNotes.empty()) {
        auto *card = new Card;
        card->body()->addWidget(new TextLabel(tr("What holds for the whole site"), FontRole::Heading));
        card->body()->addWidget(makeReasonList(plan.siteNotes, m_services.workspace.knowledge()));
        m_notesLayout->addWidget(card);
    }
    if (plan.questions.empty() && plan.siteNotes.empty())
        m_notesLayout->addWidget(new TextLabel(tr("There is nothing to say about the site as a whole."), FontRole::Body,
                                               TextLabel::Color::Muted));
    m_notesLayout->addStretch();
}

void PlanPage::showSelected()
{
    if (m_site->isChecked()) {
        m_stack->setCurrentIndex(WholeSite);
        return;
    }
    const Site &site = m_services.workspace.plannedSite();
    const Plan &plan = m_services.workspace.plan();
    const QString id = currentId();
    for (std::size_t i = 0; i < plan.senders.size() && i < site.senders.size(); ++i) {
        if (plan.senders[i].senderId != id)
            continue;
        if (m_compare->isChecked()) {
            m_compareModel->setPlan(site, plan.senders[i], m_services.workspace.knowledge());
            m_compareTable->resizeRowsToContents();
        } else {
            m_view->setPlan(site, site.senders[i], plan.senders[i], m_services.workspace.knowledge());
        }
        m_stack->setCurrentIndex(m_compare->isChecked() ? Comparison : Explanation);
        return;
    }
}

void PlanPage::copy()
{
    if (m_stack->currentIndex() == Comparison) {
        copyToClipboard(m_compareModel->toText());
        message()->show(Tone::Good, tr("The comparison is on the clipboard. Paste it into a spreadsheet."));
        return;
    }
    const Site &site = m_services.workspace.plannedSite();
    const Plan &plan = m_services.workspace.plan();
    QString text;
    for (std::size_t i = 0; i < plan.senders.size() && i < site.senders.size(); ++i)
        text += SenderPlanView::toText(site.senders[i], plan.senders[i]) + u'\n';
    copyToClipboard(text);
    message()->show(Tone::Good, tr("The plan is on the clipboard."));
}

void PlanPage::selectSender(const QString &id)
{
    const QModelIndex row = m_filter->mapFromSource(m_model->indexOf(id));
    if (!row.isValid())
        return;
    m_site->setChecked(false);
    m_list->setCurrentIndex(row);
}

void PlanPage::showWholeSite()
{
    m_site->setChecked(true);
}

void PlanPage::showComparison(bool shown)
{
    m_compare->setChecked(shown);
}

} // namespace relaywright
