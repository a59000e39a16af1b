// SPDX-License-Identifier: GPL-3.0-or-later
// What the page is made of; what it does is in CheckPage.cpp, the older runs are in CheckPageRuns.cpp.
#include "ui/pages/CheckPage.h"

#include "ui/engine/PlanCheck.h"
#include "ui/engine/RecordWatch.h"
#include "ui/engine/Workspace.h"
#include "ui/forms/CheckForm.h"
#include "ui/models/FindingModel.h"
#include "ui/views/FindingDetails.h"
#include "ui/views/FindingView.h"
#include "ui/views/VerdictBar.h"
#include "ui/widgets/Disclosure.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Labels.h"

#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QVBoxLayout>

namespace relaywright {

CheckPage::CheckPage(Services &services, QWidget *parent)
    : Page(
        tr("Check"),
        tr("How your domains look to the world: what the DNS and the servers answer, and what receivers make of it."),
        parent),
      m_services(services), m_model(new FindingModel(this)), m_run(new PlanCheck(services, this)),
      m_watch(new RecordWatch(services, this)), m_action(nullptr), m_copy(nullptr), m_runs(nullptr),
      m_drift(new InlineMessage), m_verdicts(new VerdictBar), m_form(new CheckForm), m_formFold(nullptr),
      m_list(new FindingView(*m_model)), m_words(new QLineEdit), m_order(new QComboBox),
      m_details(new FindingDetails(*m_watch)), m_detailsArea(nullptr),
      m_summary(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)), m_progress(new QProgressBar),
      m_escape(new QShortcut(QKeySequence(Qt::Key_Escape), this))
{
    setHelp(tr(
        "A check changes nothing. “Could not tell” means that an answer did not come: it is neither good nor bad. An "
        "empty circle means that nobody has looked yet. After you changed a record, select its line and press “Look "
        "again”; resolvers elsewhere may keep the old record for as long as its evidence says. Each whole run is kept "
        "on this computer, so that the next one can say what has changed. Esc stops a run."));
    build();
    connectParts();
    refresh();
}

CheckPage::~CheckPage() = default;

void CheckPage::build()
{
    m_copy = addAction(tr("Copy as text"), QStringLiteral("copy"));
    m_runs = addAction(tr("Older runs"), QStringLiteral("open"));
    m_action = addPrimaryAction(tr("Run the checks"));
    buildRunsMenu();
    m_progress->setAccessibleName(tr("Progress of the checks"));
    m_progress->hide();
    m_escape->setEnabled(false);
    m_formFold = new Disclosure(tr("What is asked besides the plan"), m_form);

    auto *holder = new QWidget;
    auto *around = new QVBoxLayout(holder);
    around->setContentsMargins(0, 0, gap::kSmall, gap::kSmall);
    around->addWidget(m_details);
    m_detailsArea = inScrollArea(holder);
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeList());
    auto *right = new QWidget; // keeps its place while no line is chosen
    auto *rightLayout = new QVBoxLayout(right);
    rightLayout->setContentsMargins(0, 0, 0, 0);
    rightLayout->addWidget(m_detailsArea);
    splitter->addWidget(right);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({350, 600});

    auto *bottom = new QHBoxLayout;
    bottom->addWidget(m_summary, 2);
    bottom->addWidget(m_progress, 1);
    body()->addWidget(m_drift);
    body()->addWidget(m_verdicts);
    body()->addWidget(splitter, 1);
    body()->addWidget(m_formFold);
    body()->addLayout(bottom);
    auto *empty =
        new EmptyState(QStringLiteral("check"), tr("Nothing to check yet"),
                       tr("Here will be what the DNS and the servers answer, what receivers will decide for each "
                          "sender, and what to mend. The checks follow from the plan."),
                       tr("See the plan"));
    setEmptyState(empty);
    connect(empty, &EmptyState::actionRequested, this, [this] { Q_EMIT stepRequested(QStringLiteral("plan")); });
}

QWidget *CheckPage::makeList()
{
    m_words->setPlaceholderText(tr("Filter by any word"));
    m_words->setClearButtonEnabled(true);
    m_words->setAccessibleName(tr("Filter the lines"));
    m_order->addItems({tr("By topic"), tr("Worst first")});
    m_order->setAccessibleName(tr("Order of the lines"));
    auto *top = new QHBoxLayout;
    top->setSpacing(gap::kSmall);
    top->addWidget(m_words, 1);
    top->addWidget(m_order);
    auto *holder = new QWidget;
    holder->setMinimumWidth(260);
    auto *layout = new QVBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addLayout(top);
    layout->addWidget(m_list, 1);
    return holder;
}

void CheckPage::connectParts()
{
    connect(m_action, &QPushButton::clicked, this, [this] { isRunning() ? cancel() : run(); });
    connect(m_escape, &QShortcut::activated, this, &CheckPage::cancel);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        copyToClipboard(m_model->toText());
        message()->show(Tone::Good, tr("%n line(s) are on the clipboard.", nullptr, m_model->shownCount()));
    });
    connect(m_run, &PlanCheck::found, this, &CheckPage::onFound);
    connect(m_run, &PlanCheck::progressed, this, &CheckPage::showProgress);
    connect(m_run, &PlanCheck::finished, this, &CheckPage::onFinished);
    connect(m_verdicts, &VerdictBar::stateChosen, this, &CheckPage::filter);
    connect(m_words, &QLineEdit::textChanged, this, &CheckPage::filter);
    connect(m_order, &QComboBox::currentIndexChanged, this, &CheckPage::filter);
    connect(m_list, &FindingView::lineChosen, this, &CheckPage::showLine);
    connect(m_list, &FindingView::copyRequested, this, [this] { copyLine(m_list->currentId()); });
    connect(m_details, &FindingDetails::lookAgainRequested, this, &CheckPage::lookAgain);
    connect(m_details, &FindingDetails::copyRequested, this, &CheckPage::copyLine);
    connect(m_details, &FindingDetails::mendRequested, this, &CheckPage::mendRequested);
    connect(m_details, &FindingDetails::copied, this,
            [this](const QString &sentence) { message()->show(Tone::Good, sentence); });
    connect(m_form, &CheckForm::draftChanged, this, &CheckPage::onFormChanged);
    connect(m_drift, &InlineMessage::actionRequested, this, &CheckPage::toggleChanged);
    connect(&m_services.workspace, &Workspace::planChanged, this, [this] {
        m_isStale = true;
        if (isVisible())
            refresh();
    });
    connect(&m_services.workspace, &Workspace::titleChanged, this, [this] {
        if (!m_isStale)
            takeKey();
    });
}

} // namespace relaywright
