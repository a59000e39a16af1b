// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/CheckPage.h"

#include "core/verify/Verification.h"
#include "ui/engine/Workspace.h"
#include "ui/models/FindingModel.h"
#include "ui/text/VerdictText.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/RowDelegate.h"

#include <QListView>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>

namespace relaywright {

CheckPage::CheckPage(Services &services, QWidget *parent)
    : Page(tr("Check"), tr("Looks from outside whether the DNS and the servers answer as the plan needs."), parent),
      m_services(services), m_model(new FindingModel(this)), m_action(nullptr), m_copy(nullptr), m_list(new QListView),
      m_progress(new QProgressBar), m_summary(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)),
      m_details(new Card), m_title(new TextLabel({}, FontRole::Heading)), m_badge(new Badge)
{
    setHelp(
        tr("Nothing is changed by a check. “Could not tell” means that an answer did not come; it is neither good nor "
           "bad. "
           "Run the checks again after you applied something; DNS changes can take as long as their time to live."));
    build();
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &CheckPage::showSelected);
    connect(&services.workspace, &Workspace::planChanged, this, &CheckPage::refresh);
    refresh();
}

CheckPage::~CheckPage() = default;

void CheckPage::build()
{
    m_copy = addAction(tr("Copy as text"), QStringLiteral("copy"));
    m_action = addPrimaryAction(tr("Run the checks"));
    connect(m_action, &QPushButton::clicked, this, [this] { isRunning() ? cancel() : run(); });
    connect(m_copy, &QPushButton::clicked, this, [this] {
        copyToClipboard(m_model->toText());
        message()->show(Tone::Good, tr("The findings are on the clipboard."));
    });
    m_list->setModel(m_model);
    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setAccessibleName(tr("Findings"));
    m_list->setMouseTracking(true);
    m_progress->setAccessibleName(tr("Progress of the checks"));
    m_progress->hide();

    auto *card = static_cast<Card *>(m_details);
    auto *top = new QHBoxLayout;
    top->addWidget(m_title, 1);
    top->addWidget(m_badge, 0, Qt::AlignTop);
    card->body()->addLayout(top);
    const auto part = [card](const QString &heading) {
        Part made{new TextLabel(heading, FontRole::Strong), new TextLabel(QString())};
        auto *pair = new QVBoxLayout;
        pair->setSpacing(2);
        pair->addWidget(made.heading);
        pair->addWidget(made.text);
        card->body()->addLayout(pair);
        return made;
    };
    m_seen = part(tr("What was seen"));
    m_why = part(tr("Why it matters"));
    m_todo = part(tr("What to do"));
    card->body()->addStretch();
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_list);
    splitter->addWidget(inScrollArea(m_details));
    splitter->setSizes({380, 520});
    body()->addWidget(splitter, 1);
    auto *bottom = new QHBoxLayout;
    bottom->addWidget(m_summary, 1);
    bottom->addWidget(m_progress, 1);
    body()->addLayout(bottom);
}

void CheckPage::refresh()
{
    if (isRunning())
        cancel();
    m_model->clear();
    summarize();
    static_cast<Card *>(m_details)->setVisible(false);
    const bool ready = !m_services.workspace.plan().senders.empty();
    showEmpty(!ready);
    if (!ready && !findChild<EmptyState *>()) {
        auto *empty =
            new EmptyState(QStringLiteral("check"), tr("Nothing to check yet"),
                           tr("Here will be what the DNS and the servers answer, and what to mend. The checks follow "
                              "from the plan."),
                           tr("See the plan"));
        setEmptyState(empty);
        connect(empty, &EmptyState::actionRequested, this, [this] { Q_EMIT stepRequested(QStringLiteral("plan")); });
        showEmpty(true);
    }
    m_copy->setEnabled(false);
}

void CheckPage::run()
{
    cancel();
    m_model->clear();
    m_cancelled = false;
    m_run = std::make_unique<Verification>(m_services.workspace.plannedSite(), m_services.workspace.plan(),
                                           m_services.workspace.knowledge(), m_services.dns);
    connect(m_run.get(), &Verification::found, this, [this](const Finding &finding) {
        m_model->add(finding);
        if (!m_list->currentIndex().isValid())
            m_list->setCurrentIndex(m_model->index(0));
    });
    connect(m_run.get(), &Verification::progressed, this, [this](int done, int total) {
        m_progress->setRange(0, std::max(1, total));
        m_progress->setValue(done);
        m_progress->setFormat(tr("%1 of %2").arg(done).arg(total));
    });
    connect(m_run.get(), &Verification::finished, this, &CheckPage::onFinished);
    m_action->setText(tr("Cancel"));
    m_progress->setRange(0, 0);
    m_progress->show();
    m_summary->setText(tr("Asking the DNS and the servers…"));
    m_run->start();
}

void CheckPage::cancel()
{
    if (!m_run)
        return;
    m_cancelled = true;
    m_run->cancel();
}

void CheckPage::onFinished()
{
    // We are inside its signal: it may go once the event loop is back.
    if (m_run)
        m_run.release()->deleteLater();
    m_action->setText(tr("Run the checks again"));
    m_progress->hide();
    m_model->sortByVerdict();
    if (m_model->rowCount() > 0)
        m_list->setCurrentIndex(m_model->index(0));
    m_copy->setEnabled(m_model->rowCount() > 0);
    summarize();
}

void CheckPage::summarize()
{
    if (m_model->rowCount() == 0) {
        m_summary->setText(m_cancelled ? tr("You stopped the checks.")
                                       : tr("The checks have not run for this plan yet."));
        return;
    }
    const QString counts = tr("%1 good, %2 to look at, %3 wrong, %4 could not be told.")
                               .arg(m_model->count(Verdict::Good)).arg(m_model->count(Verdict::Attention))
                               .arg(m_model->count(Verdict::Wrong)).arg(m_model->count(Verdict::CouldNotTell));
    m_summary->setText(m_cancelled ? tr("Stopped. %1").arg(counts) : counts);
}

void CheckPage::showSelected()
{
    const int row = m_list->currentIndex().row();
    m_details->setVisible(row >= 0);
    if (row < 0 || row >= m_model->rowCount())
        return;
    const Finding &finding = m_model->findings()[static_cast<std::size_t>(row)];
    const VerdictLook look = lookOf(finding.verdict);
    m_title->setText(finding.title);
    m_badge->setContent(look.symbol, look.word, look.tone);
    const std::pair<Part, QString> parts[] = {{m_seen, finding.seen}, {m_why, finding.why}, {m_todo, finding.todo}};
    for (const auto &[part, text] : parts) {
        part.text->setText(text);
        part.text->setVisible(!text.isEmpty());
        part.heading->setVisible(!text.isEmpty());
    }
}

} // namespace relaywright
