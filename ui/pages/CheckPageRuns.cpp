// SPDX-License-Identifier: GPL-3.0-or-later
// The older runs: kept, compared with, saved and read.
#include "ui/pages/CheckPage.h"

#include "core/base/Clock.h"
#include "ui/engine/Workspace.h"
#include "ui/models/FindingModel.h"
#include "ui/text/FindingText.h"
#include "ui/views/VerdictBar.h"

#include <QDir>
#include <QFileDialog>
#include <QMenu>
#include <QPushButton>

namespace relaywright {

namespace {

/// What the worker brings back.
struct Compared {
    Result<void> kept;
    Result<SavedRun> baseline = failure(ErrorKind::NotFound, {});
    std::vector<Drift> drifts;
};

QString runFilter()
{
    return CheckPage::tr("Runs of the checks (*.json)");
}

} // namespace

void CheckPage::buildRunsMenu()
{
    auto *menu = new QMenu(m_runs);
    m_runs->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        QAction *save = menu->addAction(tr("Save this run…"), this, [this] {
            const QString name = tr("checks of %1").arg(m_services.workspace.displayName()) + QStringLiteral(".json");
            if (const QString path = QFileDialog::getSaveFileName(this, tr("Save this run"), name, runFilter()); !path.isEmpty())
                saveRunTo(path);
        });
        save->setEnabled(m_current.when.isValid());
        QAction *compare = menu->addAction(tr("Compare with a file…"), this, [this] {
            const QString path = QFileDialog::getOpenFileName(this, tr("Compare with a file"), {}, runFilter());
            if (!path.isEmpty())
                compareWithFile(path);
        });
        compare->setEnabled(m_current.when.isValid());
        menu->addSection(tr("Compare with the run of"));
        for (const QDateTime &when : m_services.checkHistory.moments(m_key)) {
            if (m_current.when.isValid() && when >= m_current.when)
                continue;
            QAction *older = menu->addAction(momentOf(when), this, [this, when] { compareWithRun(when); });
            older->setCheckable(true);
            older->setChecked(when == m_baseline.when);
            older->setEnabled(m_current.when.isValid());
        }
    });
}

void CheckPage::keepAndCompare(bool keep)
{
    // Writing and comparing ten thousand lines takes a moment, so neither is done here.
    const int generation = ++m_generation;
    m_worker.run(
        this,
        [history = m_services.checkHistory, key = m_key, current = m_current, chosen = m_baselineChosen,
         baseline = m_baseline, keep] {
            Compared result;
            if (chosen)
                result.baseline = baseline;
            else
                result.baseline = history.latestBefore(key, current.when);
            if (keep)
                result.kept = history.keep(key, current);
            if (result.baseline)
                result.drifts = compare(*result.baseline, current);
            return result;
        },
        [this, generation](Compared result) {
            if (generation != m_generation)
                return;
            if (!result.kept)
                message()->show(Tone::Attention, result.kept.error().detail);
            m_baseline = result.baseline ? std::move(*result.baseline) : SavedRun();
            m_model->setDrifts(result.drifts);
            m_verdicts->setCounts(*m_model);
            showDrift();
        });
}

void CheckPage::compareWithRun(const QDateTime &when)
{
    auto older = m_services.checkHistory.run(m_key, when);
    if (!older) {
        message()->show(Tone::Wrong, older.error().detail);
        return;
    }
    m_baseline = std::move(*older);
    m_baselineChosen = true;
    keepAndCompare(false);
}

void CheckPage::compareWithFile(const QString &path)
{
    auto older = readRunFile(path);
    if (!older) {
        message()->show(Tone::Wrong, older.error().detail);
        return;
    }
    m_baseline = std::move(*older);
    m_baselineChosen = true;
    if (m_current.when.isValid())
        keepAndCompare(false);
    else
        message()->show(Tone::Accent, tr("Run the checks: what they find is compared with the run of %1.")
                                          .arg(momentOf(m_baseline.when)));
}

void CheckPage::saveRunTo(const QString &path)
{
    const auto written = writeRunFile(path, m_current);
    if (written)
        message()->show(Tone::Good, tr("The run is saved as %1.").arg(QDir::toNativeSeparators(path)));
    else
        message()->show(Tone::Wrong, written.error().detail);
}

void CheckPage::showDrift()
{
    const int changed = m_model->driftCount();
    const bool only = m_model->wanted().onlyChanged;
    if (!m_baseline.when.isValid())
        return m_drift->clear();
    if (changed > 0)
        m_drift->show(Tone::Accent, tr("Since %1: %n line(s) changed.", nullptr, changed).arg(momentOf(m_baseline.when)),
                      only ? tr("Show all lines") : tr("Show only these"));
    else
        m_drift->show(Tone::Good, tr("Nothing has changed since %1.").arg(momentOf(m_baseline.when)));
    if (changed == 0 && only)
        toggleChanged();
}

void CheckPage::toggleChanged()
{
    FindingModel::Wanted wanted = m_model->wanted();
    wanted.onlyChanged = !wanted.onlyChanged;
    m_model->setWanted(wanted);
    if (m_model->driftCount() > 0)
        showDrift();
}

void CheckPage::takeKey()
{
    // A site that gets its first file, or another one, takes what was found along.
    const QString key = siteKey();
    if (key == m_key)
        return;
    m_key = key;
    if (m_current.when.isValid())
        keepAndCompare(true);
}

} // namespace relaywright
