// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/plan/Plan.h"
#include "core/site/Site.h"
#include "ui/engine/Worker.h"

#include <QObject>
#include <QString>
#include <QTimer>
#include <QUndoStack>

namespace relaywright {

/// The site that is open, its file and its history. What follows from it (the plan) is made anew at every change: at once
/// for a small site, on a worker for one of more than 300 senders, so that the window never waits for it.
/// Unsaved work is written to a recovery file a moment after each change and taken away when it is saved or closed
/// properly, so a crash loses nothing.
class Workspace : public QObject {
    Q_OBJECT
public:
    /// `recoveryFile` empty: no recovery. `knowledge` and `clock` outlive the workspace.
    Workspace(const Knowledge &knowledge, const Clock &clock, QString recoveryFile, QObject *parent = nullptr);

    [[nodiscard]] bool hasSite() const { return m_hasSite; }
    [[nodiscard]] const Site &site() const { return m_site; }
    /// The last plan, and the site that it was made for: `site()` as soon as `isPlanning` is false.
    [[nodiscard]] const Plan &plan() const { return m_plan; }
    [[nodiscard]] const Site &plannedSite() const { return m_plannedSite; }
    [[nodiscard]] bool isPlanning() const { return m_isPlanning; }
    [[nodiscard]] const Knowledge &knowledge() const { return m_knowledge; }
    [[nodiscard]] const QString &path() const { return m_path; }
    [[nodiscard]] bool isDirty() const { return !m_undo.isClean(); }
    [[nodiscard]] QUndoStack &undoStack() { return m_undo; }
    /// "Contoso", the first domain, the file's name or "New site".
    [[nodiscard]] QString displayName() const;
    /// What its earlier checks and tests are kept under.
    [[nodiscard]] QString historyKey() const;

    /// A new document without a file; it counts as changed.
    void create(const Site &site);
    /// One undoable change; `what` stands in the Edit menu ("Undo change of network"). The same site is no change.
    void edit(const QString &what, const Site &site);
    void close();

    /// Error: as parseSite, NotFound or Storage for the file. What was open stays open then.
    [[nodiscard]] Result<void> open(const QString &path);
    /// Error: Storage; the file keeps what it had. Saving needs a path.
    [[nodiscard]] Result<void> save();
    [[nodiscard]] Result<void> saveAs(const QString &path);

    /// True when another run ended without saving.
    [[nodiscard]] bool hasRecovery() const;
    /// Error: as `open`.
    [[nodiscard]] Result<void> recover();
    void discardRecovery();
    /// Writes the recovery file now instead of in a moment.
    void keepRecovery();

Q_SIGNALS:
    void siteChanged();
    /// Comes after `siteChanged`: at once, or when the worker is done. `isPlanning` may have changed.
    void planChanged();
    /// Name, path or the unsaved mark.
    void titleChanged();

private:
    friend class SiteEdit;
    void setSite(const Site &site);
    void planOnWorker();
    void keepRecoveryAside();
    void onPlanned(const Site &site, Plan plan);

    const Knowledge &m_knowledge;
    const Clock &m_clock;
    QString m_recoveryFile;
    Site m_site;
    Site m_plannedSite;
    Plan m_plan;
    bool m_isPlanning = false;
    bool m_isWorkerBusy = false;
    QString m_path;
    bool m_hasSite = false;
    QUndoStack m_undo;
    QTimer m_recoveryTimer;
    Worker m_worker; ///< last: it ends first
};

} // namespace relaywright
