// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/diagnosis/TestContext.h"
#include "core/verify/SeriesLimits.h"
#include "ui/drafts/SeriesDraft.h"
#include "ui/engine/Services.h"
#include "ui/models/SeriesModel.h"
#include "ui/widgets/InlineMessage.h"

#include <QHash>
#include <QPointer>

class QProgressBar;
class QPushButton;
class QTableView;

namespace relaywright {

class SeriesDetails;
class SeriesPasswords;
class SeriesSetup;
class TableFilter;
class TextLabel;
class TokenDesk;

/// All senders of the site in one run, or some of them several times: what it will do stands there before it begins.
class SeriesPanel : public QWidget {
    Q_OBJECT
public:
    /// `message` is where sentences for the whole page stand; both outlive the panel.
    SeriesPanel(Services &services, InlineMessage &message, QWidget *parent = nullptr);
    ~SeriesPanel() override;
    void refreshSite();
    void start();
    void cancel();
    void togglePause();
    [[nodiscard]] bool isRunning() const { return !m_limits.isNull() || !m_passwords.isNull() || !m_series.isNull(); }
    [[nodiscard]] SeriesModel &model() const { return *m_model; }
    [[nodiscard]] SeriesSetup &setup() const { return *m_setup; }
    [[nodiscard]] QTableView &table() const { return *m_table; }
    /// How far it is, below the table.
    [[nodiscard]] QString state() const;
    /// How the last climb of the ladder to `server` (host:port) ended, for the explanation of tests of it.
    void setLadder(const QString &server, const QString &blame);

Q_SIGNALS:
    void runningChanged(bool running);
    void recorded(const relaywright::TestRecord &record);
    /// One of the kept tests of a sender was chosen.
    void recordChosen(const relaywright::TestRecord &record);

private:
    [[nodiscard]] QWidget *makeTable();
    [[nodiscard]] QWidget *makeFilterBar();
    [[nodiscard]] QLayout *makeFoot();
    void setUpColumns();
    [[nodiscard]] QStringList wantedIds() const;
    /// As chosen; what goes to our practice server trusts it.
    [[nodiscard]] SeriesDraft draft() const;
    [[nodiscard]] std::vector<Endpoint> wantedServers() const;
    /// Those that are known to be practice servers.
    [[nodiscard]] std::vector<Endpoint> practiceServers() const;
    [[nodiscard]] bool goesToPractice(const TestRequest &request) const;
    [[nodiscard]] Result<QString> plan() const;
    void announceRun();
    void offerPractice();
    /// True when the series is fine but for a rate or number that only practice servers may have.
    [[nodiscard]] bool mayBeForPractice() const;
    void askForPractice(std::vector<TestJob> jobs);
    void signInAtPractice(TestJob &job) const;
    /// With the access tokens of the account that is named after whoever signs in.
    void signInByAccount(TestJob &job);
    void readPasswords(std::vector<TestJob> jobs);
    void begin(std::vector<TestJob> jobs);
    /// The verdict, and what a receiver would refuse about the message; what is merely unusual stays with a single test.
    [[nodiscard]] static QString withRemarks(const QString &sentence, const std::vector<LintRemark> &remarks);
    void onJobDone(int index, const TestJobResult &result);
    void onFinished();
    void showSelected();
    void showState(const QString &now);
    void summarize();
    void setRunning(bool running);

    Services &m_services;
    InlineMessage &m_message;
    SeriesModel *m_model;
    TableFilter *m_filter;
    SeriesSetup *m_setup;
    SeriesDetails *m_details;
    QTableView *m_table;
    QProgressBar *m_progress;
    TextLabel *m_state;
    QPushButton *m_pause;
    QHash<QString, Endpoint> m_servers; ///< of those senders that can be tested
    std::vector<Endpoint> m_practice;   ///< have shown that they are practice servers
    TokenDesk *m_tokens;
    QHash<QString, TestJob::FreshPassword> m_sources; ///< of the series; by account
    QPointer<SeriesLimitsSearch> m_limits;
    QPointer<SeriesPasswords> m_passwords;
    QPointer<TestSeries> m_series;
    TestSurroundings m_besides; ///< of the test that has just ended
    int m_done = 0;
    bool m_wasStopped = false;
};

} // namespace relaywright
