// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/RelayDraft.h"
#include "ui/engine/Services.h"
#include "ui/forms/PracticePassword.h"
#include "ui/widgets/Page.h"

#include <QTimer>

#include <vector>

class QMenu;
class QPushButton;
class QTabWidget;
class QTableView;

namespace relaywright {

class QueueModel;
class RelayForm;
class TextLabel;
class ToggleSwitch;
struct QueueEntry;

/// The relay on this computer: a switch with a sentence, the counters, the queue, and its settings.
class RelayPage : public Page {
    Q_OBJECT
public:
    explicit RelayPage(Services &services, QWidget *parent = nullptr);
    void onShown() override;
    /// Starts with what the form says; a problem is shown where it is.
    void startRelay();
    void stopRelay();
    [[nodiscard]] RelayForm &form() const { return *m_form; }
    [[nodiscard]] QueueModel &queue() const { return *m_queue; }
    /// Takes the relay's configuration from the plan, where it has one.
    void fillFromPlan();
    void fillFromPractice();
    /// Shows an answer of the relay; asked for by the timer.
    void showQueue(std::vector<QueueEntry> entries);
    void showSettings();

Q_SIGNALS:
    void testRequested(const relaywright::RelayDraft &relay);

private:
    void build();
    QWidget *makeStateCard();
    QWidget *makeQueueTab();
    QWidget *makeSettingsTab();
    void refresh();
    void refreshCounters();
    void pollQueue();
    void act(const QString &command);
    void removeSelected();
    void start(const RelayConfig &config, const std::optional<Secret> &password);
    [[nodiscard]] QString stateSentence() const;

    Services &m_services;
    ToggleSwitch *m_switch;
    TextLabel *m_state;
    TextLabel *m_note;
    QPushButton *m_copy = nullptr;
    QPushButton *m_pause = nullptr;
    struct Counter { TextLabel *number; TextLabel *word; };
    std::vector<Counter> m_counters;
    QWidget *m_counterRow = nullptr;
    QTabWidget *m_tabs;
    QueueModel *m_queue;
    QTableView *m_table;
    TextLabel *m_queueNote;
    std::vector<QPushButton *> m_queueActions;
    RelayForm *m_form;
    PracticePassword m_practicePassword;
    QPushButton *m_apply = nullptr;
    QMenu *m_menu;
    QTimer m_timer;
    bool m_editedSinceStart = false;
};

} // namespace relaywright
