// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/CheckPage.h"

#include "core/base/Clock.h"
#include "ui/engine/PlanCheck.h"
#include "ui/engine/Workspace.h"
#include "ui/forms/CheckForm.h"
#include "ui/models/FindingModel.h"
#include "ui/text/FindingText.h"
#include "ui/views/FindingDetails.h"
#include "ui/views/FindingView.h"
#include "ui/views/VerdictBar.h"
#include "ui/widgets/Disclosure.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Labels.h"

#include <QComboBox>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QShortcut>

namespace relaywright {

namespace {

/// A tick on a file in Apply changes the site, and nothing that is looked at here.
Site withoutTicks(Site site)
{
    site.applied.clear();
    return site;
}

bool isAboutTheDns(Topic topic)
{
    return topic != Topic::Reach;
}

} // namespace

bool CheckPage::isRunning() const
{
    return m_run->isRunning();
}

void CheckPage::prepare()
{
    if (m_isStale)
        refresh();
}

void CheckPage::refresh()
{
    const Workspace &workspace = m_services.workspace;
    m_isStale = false;
    Site site = withoutTicks(workspace.plannedSite());
    if (m_current.when.isValid() && site == m_site && workspace.plan() == m_plan)
        return takeKey(); // what was found holds as before
    cancel();
    m_key = siteKey();
    m_site = std::move(site);
    m_plan = workspace.plan();
    m_current = {};
    m_baseline = {};
    m_baselineChosen = false;
    m_cancelled = false;
    ++m_generation;
    m_drift->clear();
    m_form->setDraft({.blocklists = m_choices.blocklists, .selectors = m_choices.selectors.value(m_key)});
    listChecks();
    showEmpty(m_plan.senders.empty());
    m_verdicts->choose(-1);
    summarize();
}

void CheckPage::listChecks()
{
    m_model->setChecks(m_plan.senders.empty() ? std::vector<Check>() : m_run->checks(settings()));
    m_verdicts->setCounts(*m_model);
    m_copy->setEnabled(false);
}

VerificationSettings CheckPage::settings() const
{
    const CheckDraft draft = m_form->draft();
    return selectorsProblem(draft).isEmpty() ? settingsOf(draft) : settingsOf({.blocklists = draft.blocklists});
}

QString CheckPage::siteKey() const
{
    return m_services.workspace.historyKey();
}

void CheckPage::setChoices(const Choices &choices)
{
    m_choices = choices;
    m_form->setDraft({.blocklists = m_choices.blocklists, .selectors = m_choices.selectors.value(m_key)});
    listChecks();
}

void CheckPage::onFormChanged()
{
    const CheckDraft draft = m_form->draft();
    Choices changed = m_choices;
    changed.blocklists = draft.blocklists;
    if (draft.selectors.isEmpty())
        changed.selectors.remove(m_key);
    else
        changed.selectors.insert(m_key, draft.selectors);
    if (changed == m_choices)
        return;
    m_choices = changed;
    Q_EMIT choicesChanged();
    // What was found stays; lines that the choice adds are listed as not looked at, those it takes away go.
    if (isRunning())
        return;
    const std::vector<Finding> known = m_model->findings();
    listChecks();
    std::vector<Finding> still;
    std::ranges::copy_if(known, std::back_inserter(still),
                         [this](const Finding &finding) { return m_model->line(finding.id); });
    onFound(still);
}

void CheckPage::run()
{
    if (!m_form->validate()) {
        m_formFold->setOpen(true);
        return;
    }
    message()->clear();
    m_cancelled = false;
    ++m_generation;
    m_current = {};
    m_drift->clear();
    m_model->setDrifts({});
    if (m_model->wanted().onlyChanged)
        toggleChanged();
    listChecks();
    showRunning(true);
    m_run->start(settings());
}

void CheckPage::lookAgain(const QString &id)
{
    if (isRunning() || !m_model->line(id))
        return;
    VerificationSettings one = settings();
    one.only = {id};
    m_cancelled = false;
    m_model->setLooking(id, true);
    showRunning(true);
    m_run->start(one);
}

void CheckPage::cancel()
{
    m_run->cancel();
}

void CheckPage::onFound(const std::vector<Finding> &findings)
{
    m_model->take(findings);
    m_verdicts->setCounts(*m_model);
    m_copy->setEnabled(true);
}

void CheckPage::onFinished(bool cancelled)
{
    const bool single = !m_run->only().isEmpty();
    m_cancelled = cancelled && !single;
    m_model->endLooking();
    showRunning(false);
    if (cancelled) {
        summarize();
        return;
    }
    if (!single)
        m_current = {.when = toDateTime(m_services.clock.now()), .subject = m_services.workspace.displayName()};
    m_current.findings = m_model->findings();
    summarize();
    tellIfNothingAnswered();
    if (!single && m_list->currentId() == m_model->firstLine().data(FindingModel::IdRole).toString())
        selectWorst();
    if (m_current.when.isValid())
        keepAndCompare(true);
}

void CheckPage::selectWorst()
{
    for (const auto &state : FindingModel::kStates) {
        for (const Finding &finding : m_current.findings) {
            if (state == finding.verdict && m_list->select(finding.id))
                return;
        }
    }
}

void CheckPage::showProgress(int done, int total)
{
    m_progress->setRange(0, std::max(1, total));
    m_progress->setValue(done);
    m_progress->setFormat(tr("%1 of %2").arg(done).arg(total));
}

void CheckPage::showRunning(bool running)
{
    m_escape->setEnabled(running);
    m_action->setText(running                                   ? tr("Cancel")
                      : m_current.when.isValid() || m_cancelled ? tr("Run the checks again")
                                                                : tr("Run the checks"));
    m_progress->setVisible(running);
    m_details->setBusy(running);
    m_runs->setEnabled(!running);
    if (running)
        m_summary->setText(tr("Asking the DNS and the servers…"));
}

void CheckPage::summarize()
{
    const int good = m_model->count(3);
    const int all = m_model->lineCount();
    m_action->setText(m_current.when.isValid() || m_cancelled ? tr("Run the checks again") : tr("Run the checks"));
    if (m_cancelled)
        m_summary->setText(tr("You stopped the checks. What had come is shown; nothing is said about the rest."));
    else if (!m_current.when.isValid())
        m_summary->setText(lastRunSentence());
    else if (good == all)
        m_summary->setText(tr("All %n line(s) are good, looked at %1.", nullptr, all).arg(momentOf(m_current.when)));
    else
        m_summary->setText(tr("Looked at %1: %2 wrong, %3 to look at, %4 could not be told, %5 good.")
                               .arg(momentOf(m_current.when))
                               .arg(m_model->count(0))
                               .arg(m_model->count(1))
                               .arg(m_model->count(2))
                               .arg(good));
}

QString CheckPage::lastRunSentence() const
{
    const std::vector<QDateTime> kept = m_services.checkHistory.moments(m_key);
    return kept.empty() ? tr("The checks have not run for this plan yet.")
                        : tr("The last run for this site was %1. Run the checks to see what has changed since.")
                              .arg(momentOf(kept.front()));
}

void CheckPage::tellIfNothingAnswered()
{
    int told = 0;
    int open = 0;
    for (const Finding &finding : m_current.findings) {
        if (isAboutTheDns(finding.topic))
            ++(finding.verdict == Verdict::CouldNotTell ? open : told);
    }
    if (open > 0 && told == 0)
        message()->show(
            Tone::Unknown,
            tr("The DNS did not answer a single question, so nothing can be told about the domains: neither good "
               "nor bad. Check this computer’s network connection, then run the checks again."));
}

QString CheckPage::momentOf(const QDateTime &when) const
{
    return momentText(when, toDateTime(m_services.clock.now()));
}

void CheckPage::showLine(const QString &id)
{
    const CheckLine *line = m_model->line(id);
    m_detailsArea->setVisible(line != nullptr);
    if (line)
        m_details->setLine(*line, momentOf(m_baseline.when));
}

void CheckPage::select(const QString &id)
{
    m_list->select(id);
}

void CheckPage::filter()
{
    const int state = m_verdicts->chosen();
    FindingModel::Wanted wanted = m_model->wanted();
    wanted.state = state < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(state));
    wanted.words = m_words->text();
    wanted.order = m_order->currentIndex() == 1 ? FindingModel::Order::Worst : FindingModel::Order::Topic;
    m_model->setWanted(wanted);
}

void CheckPage::copyLine(const QString &id)
{
    const CheckLine *line = m_model->line(id);
    if (!line || !line->finding)
        return;
    copyToClipboard(toText(*line->finding));
    message()->show(Tone::Good, tr("“%1” is on the clipboard.").arg(line->finding->title));
}

} // namespace relaywright
