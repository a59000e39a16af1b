// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Plan.h"
#include "core/site/Site.h"
#include "ui/drafts/CheckDraft.h"
#include "ui/engine/CheckHistory.h"
#include "ui/engine/Services.h"
#include "ui/engine/Worker.h"
#include "ui/widgets/Page.h"

#include <QHash>

class QComboBox;
class QLineEdit;
class QMenu;
class QProgressBar;
class QPushButton;
class QShortcut;

namespace relaywright {

class CheckForm;
class PlanCheck;
class Disclosure;
class FindingDetails;
class FindingModel;
class FindingView;
class RecordWatch;
class TextLabel;
class VerdictBar;

/// How the domains look to the world: every line that the plan gives to look at, what was found, and what has changed since
/// an older run. Runs when asked, stops at once.
class CheckPage : public Page {
    Q_OBJECT
public:
    explicit CheckPage(Services &services, QWidget *parent = nullptr);
    ~CheckPage() override;
    void prepare() override;
    void run();
    /// Looks at one line again; the others stay.
    void lookAgain(const QString &id);
    void cancel();
    [[nodiscard]] bool isRunning() const;
    /// A run that somebody saved takes the place of the one before as what is compared with.
    void compareWithFile(const QString &path);
    void saveRunTo(const QString &path);
    void select(const QString &id);

    [[nodiscard]] FindingModel &findings() const { return *m_model; }
    [[nodiscard]] FindingDetails &details() const { return *m_details; }
    [[nodiscard]] CheckForm &form() const { return *m_form; }
    [[nodiscard]] VerdictBar &verdicts() const { return *m_verdicts; }
    [[nodiscard]] InlineMessage &drift() const { return *m_drift; }

    /// What the window remembers: whether blocklists are asked, and the selectors of each site by its key.
    struct Choices {
        bool blocklists = true;
        QHash<QString, QString> selectors;
        bool operator==(const Choices &) const = default;
    };
    [[nodiscard]] const Choices &choices() const { return m_choices; }
    void setChoices(const Choices &choices);

Q_SIGNALS:
    /// Show the artifact of this kind.
    void mendRequested(const QString &kind);
    void choicesChanged();

private:
    void build();
    [[nodiscard]] QWidget *makeList();
    void buildRunsMenu();
    void connectParts();
    void refresh();
    void listChecks();
    void filter();
    void showLine(const QString &id);
    void showProgress(int done, int total);
    void showRunning(bool running);
    void summarize();
    [[nodiscard]] QString lastRunSentence() const;
    void selectWorst();
    void tellIfNothingAnswered();
    void onFound(const std::vector<Finding> &findings);
    void onFinished(bool cancelled);
    void onFormChanged();
    void keepAndCompare(bool keep);
    void compareWithRun(const QDateTime &when);
    void showDrift();
    void toggleChanged();
    void takeKey();
    void copyLine(const QString &id);
    [[nodiscard]] VerificationSettings settings() const;
    [[nodiscard]] QString siteKey() const;
    [[nodiscard]] QString momentOf(const QDateTime &when) const;

    Services &m_services;
    FindingModel *m_model;
    PlanCheck *m_run;
    RecordWatch *m_watch;
    QPushButton *m_action;
    QPushButton *m_copy;
    QPushButton *m_runs;
    InlineMessage *m_drift;
    VerdictBar *m_verdicts;
    CheckForm *m_form;
    Disclosure *m_formFold;
    FindingView *m_list;
    QLineEdit *m_words;
    QComboBox *m_order;
    FindingDetails *m_details;
    QWidget *m_detailsArea;
    TextLabel *m_summary;
    QProgressBar *m_progress;
    QShortcut *m_escape;

    Choices m_choices;
    Site m_site; ///< that the lines are for, without its ticks
    Plan m_plan;
    QString m_key;
    SavedRun m_current;            ///< the whole run that is shown; its `when` is invalid before there is one
    SavedRun m_baseline;           ///< what it is compared with; `when` invalid: nothing
    bool m_baselineChosen = false; ///< by the person: it stays for the next run
    bool m_cancelled = false;
    bool m_isStale = true;
    int m_generation = 0; ///< of the comparison that is awaited
    Worker m_worker;      ///< last: it ends first
};

} // namespace relaywright
