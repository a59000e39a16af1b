// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/TestSeries.h"
#include "ui/engine/Services.h"
#include "ui/engine/Worker.h"
#include "ui/models/SeriesModel.h"
#include "ui/widgets/InlineMessage.h"

#include <QPointer>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QListWidget;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QTableView;

namespace relaywright {

class TextLabel;

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
    [[nodiscard]] bool isRunning() const { return m_isStarting || !m_series.isNull(); }
    [[nodiscard]] SeriesModel &model() const { return *m_model; }
    [[nodiscard]] QTableView &table() const { return *m_table; }
    [[nodiscard]] QLineEdit &recipient() const { return *m_to; }
    [[nodiscard]] QString announcement() const;
    void setRepeats(int times);
    void setPerMinute(int tests);

Q_SIGNALS:
    void runningChanged(bool running);
    void recorded(const relaywright::TestRecord &record);
    /// One of the kept tests of a sender was chosen.
    void recordChosen(const relaywright::TestRecord &record);

private:
    [[nodiscard]] QWidget *makeSettings();
    [[nodiscard]] QWidget *makeTable();
    [[nodiscard]] QWidget *makeDetails();
    [[nodiscard]] Result<TestRequest> requestOf(std::size_t sender) const;
    [[nodiscard]] QStringList wantedIds() const;
    [[nodiscard]] std::vector<TestJob> makeJobs() const;
    [[nodiscard]] Result<QString> plan() const;
    void announceRun();
    void readPasswords(std::vector<TestJob> jobs, QStringList users);
    void begin(std::vector<TestJob> jobs);
    void onJobDone(int index, const TestJobResult &result);
    void onFinished();
    void showSelected();
    void showHistory(const QString &senderId);
    void summarize();
    void setRunning(bool running);

    Services &m_services;
    InlineMessage &m_message;
    SeriesModel *m_model;
    SeriesFilter *m_filter;
    QLineEdit *m_to;
    QSpinBox *m_repeats;
    QSpinBox *m_perMinute;
    QCheckBox *m_likeThem;
    QCheckBox *m_onlySelected;
    TextLabel *m_announcement;
    QLineEdit *m_words;
    QComboBox *m_verdict;
    QTableView *m_table;
    QProgressBar *m_progress;
    TextLabel *m_state;
    QPushButton *m_pause;
    QPushButton *m_copy;
    TextLabel *m_selectedName;
    TextLabel *m_selected;
    TextLabel *m_historyTitle;
    QListWidget *m_history;
    QWidget *m_settings = nullptr;
    QHash<QString, Endpoint> m_servers; ///< of those senders that can be tested
    QPointer<TestSeries> m_series;
    bool m_isStarting = false;
    int m_done = 0;
    QString m_shownSender;
    Worker m_worker; ///< last: it ends first
};

} // namespace relaywright
