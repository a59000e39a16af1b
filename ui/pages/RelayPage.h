// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/RelayDraft.h"
#include "ui/drafts/RelaySettings.h"
#include "ui/engine/Services.h"
#include "ui/forms/PracticePassword.h"
#include "ui/widgets/Page.h"

#include <QTimer>

#include <vector>

class QMenu;
class QPushButton;
class QTabWidget;

namespace relaywright {

class DevicePanel;
class HistoryPanel;
class QueuePanel;
class RelayForm;
class RelayOverview;
class RelaySettingsPanel;
class SourcePanel;
class TextLabel;
class ToggleSwitch;

/// The relay on this computer: a switch with a sentence, the counters, traffic and alerts, the queue, the history, and its
/// settings.
class RelayPage : public Page {
    Q_OBJECT
public:
    explicit RelayPage(Services &services, QWidget *parent = nullptr);
    void onShown() override;
    /// Starts with what the forms say; a relay that runs takes it over, without a restart where that is possible. A problem
    /// is shown where it is.
    void startRelay();
    /// Back to what the relay was last started with.
    void discardChanges();
    void stopRelay();
    [[nodiscard]] RelayForm &form() const { return *m_form; }
    [[nodiscard]] QueuePanel &queue() const { return *m_queue; }
    [[nodiscard]] HistoryPanel &history() const { return *m_history; }
    [[nodiscard]] DevicePanel &devices() const { return *m_devices; }
    [[nodiscard]] RelaySettingsPanel &settings() const { return *m_settings; }
    [[nodiscard]] SourcePanel &sources() const { return *m_sources; }
    [[nodiscard]] RelayOverview &overview() const { return *m_overview; }
    /// Takes the relay's configuration from the plan, where it has one.
    void fillFromPlan();
    void fillFromPractice();
    void showTab(QWidget *tab);
    void showSettings();

Q_SIGNALS:
    void testRequested(const relaywright::RelayDraft &relay);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void build();
    QWidget *makeStateCard();
    QWidget *makeApplyRow();
    void refresh();
    void refreshCounters();
    void refreshApply();
    void showCounters();
    void loadSettings();
    /// All that is typed, where it can be taken; otherwise it is shown what cannot.
    [[nodiscard]] std::optional<RelayConfig> typedConfig();
    void reveal(const SettingsProblem &problem);
    /// Asks the relay for what the open tab shows.
    void poll();
    void saveMessage(const QString &id);
    void resend(const QString &id);
    void start(const RelayConfig &config, const std::optional<Secret> &password);
    void onConfigChanged();
    void onReloaded(const Result<void> &done);
    [[nodiscard]] QString stateSentence() const;

    Services &m_services;
    ToggleSwitch *m_switch;
    TextLabel *m_state;
    TextLabel *m_note;
    QPushButton *m_copy = nullptr;
    QPushButton *m_pause = nullptr;
    struct Counter {
        TextLabel *number;
        TextLabel *word;
    };
    std::vector<Counter> m_counters;
    QWidget *m_counterRow = nullptr;
    QTabWidget *m_tabs;
    RelayOverview *m_overview;
    QueuePanel *m_queue;
    HistoryPanel *m_history;
    SourcePanel *m_sources;
    DevicePanel *m_devices;
    RelaySettingsPanel *m_settings;
    RelayForm *m_form; ///< the basics in `m_settings`
    PracticePassword m_practicePassword;
    QPushButton *m_apply = nullptr;
    QPushButton *m_discard = nullptr;
    TextLabel *m_applyNote = nullptr;
    QWidget *m_applyRow = nullptr;
    QMenu *m_menu;
    QTimer m_timer;
    bool m_editedSinceStart = false;
    bool m_known = false; ///< something of a running relay is shown
};

} // namespace relaywright
