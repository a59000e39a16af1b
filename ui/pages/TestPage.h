// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/TestRecord.h"
#include "ui/engine/Services.h"
#include "ui/engine/Worker.h"
#include "ui/widgets/Page.h"

class QPushButton;
class QTabWidget;

namespace relaywright {

class AddressPanel;
class ComparePanel;
class LadderPanel;
class SendPanel;
class SeriesPanel;
class TestForm;
class TranscriptModel;

/// Tests: one message with its conversation, all senders in one run, two tests side by side, the way to a server, and
/// whether the addresses exist. The page's button starts and stops what is in front.
class TestPage : public Page {
    Q_OBJECT
public:
    enum Tab { OneMessage, AllSenders, Comparison, Ladder, Addresses };
    explicit TestPage(Services &services, QWidget *parent = nullptr);
    ~TestPage() override;
    void prepare() override;
    /// Starts what is in front: a message, the series, the climb, the questions.
    void send();
    void cancel();
    [[nodiscard]] bool isRunning() const;
    void showTab(Tab tab);
    [[nodiscard]] TestForm &form() const;
    [[nodiscard]] TranscriptModel &transcript() const;
    [[nodiscard]] QString verdictSentence() const;
    [[nodiscard]] SendPanel &sendPanel() const { return *m_send; }
    [[nodiscard]] SeriesPanel &series() const { return *m_series; }
    [[nodiscard]] ComparePanel &comparison() const { return *m_compare; }
    [[nodiscard]] LadderPanel &ladder() const { return *m_ladder; }
    [[nodiscard]] AddressPanel &addresses() const { return *m_addresses; }
    /// Settings of the sender's plan.
    void fillFromSender(const QString &senderId);
    void fillFromPractice();

Q_SIGNALS:
    void runFinished();
    /// Show the artifact of this kind.
    void mendRequested(const QString &kind);
    void accountsRequested();

private:
    void build();
    void connectParts();
    void refreshAction();
    void keep(const TestRecord &record);
    [[nodiscard]] bool isFrontRunning() const;

    Services &m_services;
    SendPanel *m_send;
    SeriesPanel *m_series;
    ComparePanel *m_compare;
    LadderPanel *m_ladder;
    AddressPanel *m_addresses;
    QTabWidget *m_tabs;
    QPushButton *m_action;
    QPushButton *m_practice;
    QPushButton *m_checkOnly;
    Worker m_worker; ///< last: it ends first
};

} // namespace relaywright
