// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/PlanPage.h"

#include "ui/engine/Workspace.h"
#include "ui/text/VerdictText.h"
#include "ui/views/SenderPlanView.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/RowDelegate.h"

#include <QListWidget>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace relaywright {

namespace {

constexpr int kIdRole = Qt::UserRole + 1;

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
      m_services(services), m_list(new QListWidget), m_stack(new QStackedWidget),
      m_view(new SenderPlanView(SenderPlanView::Extent::Whole)), m_notes(new QWidget),
      m_notesLayout(new QVBoxLayout(m_notes))
{
    setHelp(tr("A tick means that the method works as it is; an exclamation mark, after the changes named; a question "
               "mark, that "
               "an answer is missing. Point at a reason to see where it comes from and of which day it is."));
    auto *copy = addAction(tr("Copy as text"), QStringLiteral("copy"));
    auto *test = addAction(tr("Test this sender"), QStringLiteral("test"));
    auto *apply = addPrimaryAction(tr("Apply it"));
    connect(copy, &QPushButton::clicked, this, [this] {
        const Site &site = m_services.workspace.site();
        const Plan &plan = m_services.workspace.plan();
        QString text;
        for (std::size_t i = 0; i < plan.senders.size() && i < site.senders.size(); ++i)
            text += SenderPlanView::toText(site.senders[i], plan.senders[i]) + u'\n';
        copyToClipboard(text);
        message()->show(Tone::Good, tr("The plan is on the clipboard."));
    });
    connect(test, &QPushButton::clicked, this, [this] { Q_EMIT testRequested(currentId()); });
    connect(apply, &QPushButton::clicked, this, [this] { Q_EMIT stepRequested(QStringLiteral("apply")); });

    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setAccessibleName(tr("Senders and their methods"));
    m_list->setMouseTracking(true);
    m_list->setMinimumWidth(180);
    m_notesLayout->setContentsMargins(0, 0, 0, 0);
    m_notesLayout->setSpacing(gap::kMedium);
    m_stack->addWidget(padded(m_notes));
    m_stack->addWidget(padded(m_view));
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_list);
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
    connect(m_list, &QListWidget::currentRowChanged, this, &PlanPage::showRow);
    connect(&services.workspace, &Workspace::siteChanged, this, &PlanPage::refresh);
    refresh();
}

QString PlanPage::currentId() const
{
    const QListWidgetItem *item = m_list->currentItem();
    return item ? item->data(kIdRole).toString() : QString();
}

void PlanPage::refresh()
{
    const Site &site = m_services.workspace.site();
    const Plan &plan = m_services.workspace.plan();
    const QString selected = currentId();
    m_refreshing = true;
    m_list->clear();
    for (std::size_t i = 0; i < plan.senders.size() && i < site.senders.size(); ++i) {
        const Option *chosen = plan.senders[i].chosen();
        const Fit fit = chosen ? chosen->fit
            : plan.senders[i].options.empty() ? Fit::CannotTell : plan.senders[i].options.front().fit;
        const VerdictLook look = lookOf(fit);
        auto *item = new QListWidgetItem(site.senders[i].name, m_list);
        item->setData(kIdRole, site.senders[i].id);
        item->setData(SymbolRole, look.symbol);
        item->setData(ToneRole, static_cast<int>(look.tone));
        item->setData(SubtitleRole, chosen ? methodName(chosen->method) : look.word);
        item->setData(Qt::AccessibleTextRole,
                      tr("%1: %2, %3").arg(site.senders[i].name, item->data(SubtitleRole).toString(), look.word));
    }
    if (!plan.questions.empty() || !plan.siteNotes.empty()) {
        auto *item = new QListWidgetItem(tr("Whole site"), m_list);
        const auto open = static_cast<int>(plan.questions.size());
        item->setData(SymbolRole, open > 0 ? QStringLiteral("?") : QStringLiteral("i"));
        item->setData(ToneRole, static_cast<int>(open > 0 ? Tone::Unknown : Tone::Neutral));
        item->setData(SubtitleRole, open > 0 ? tr("%n open question(s)", nullptr, open) : tr("Good to know"));
    }
    fillSiteNotes();
    m_refreshing = false;
    showEmpty(plan.senders.empty());
    selectSender(selected);
    if (!m_list->currentItem())
        m_list->setCurrentRow(0);
    showRow(m_list->currentRow());
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
        auto *card = new Card;
        card->body()->addWidget(new TextLabel(tr("Answers that could still change the plan"), FontRole::Heading));
        for (const OpenQuestion &question : plan.questions)
            card->body()->addWidget(new TextLabel(QStringLiteral("?  ") + question.sentence));
        m_notesLayout->addWidget(card);
    }
    if (!plan.siteNotes.empty()) {
        auto *card = new Card;
        card->body()->addWidget(new TextLabel(tr("What holds for the whole site"), FontRole::Heading));
        card->body()->addWidget(makeReasonList(plan.siteNotes, m_services.workspace.knowledge()));
        m_notesLayout->addWidget(card);
    }
    m_notesLayout->addStretch();
}

void PlanPage::showRow(int row)
{
    if (m_refreshing || row < 0)
        return;
    const Site &site = m_services.workspace.site();
    const Plan &plan = m_services.workspace.plan();
    const auto at = static_cast<std::size_t>(row);
    const bool sender = at < plan.senders.size() && at < site.senders.size();
    m_stack->setCurrentIndex(sender ? 1 : 0);
    if (sender)
        m_view->setPlan(site, site.senders[at], plan.senders[at], m_services.workspace.knowledge());
}

void PlanPage::selectSender(const QString &id)
{
    for (int row = 0; row < m_list->count() && !id.isEmpty(); ++row) {
        if (m_list->item(row)->data(kIdRole).toString() == id)
            m_list->setCurrentRow(row);
    }
}

} // namespace relaywright
