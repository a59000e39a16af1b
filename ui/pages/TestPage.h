// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/TestDraft.h"
#include "ui/engine/Services.h"
#include "ui/widgets/Page.h"

#include <QPointer>

class QLabel;
class QMenu;
class QProgressBar;
class QPushButton;
class QSplitter;

namespace relaywright {

class Badge;
class TestForm;
class TestRun;
class TextLabel;
class TranscriptModel;
class TranscriptView;
struct TestVerdict;

/// Sends one test message and shows the conversation as it happens, then the verdict with cause and remedy.
class TestPage : public Page {
    Q_OBJECT
public:
    explicit TestPage(Services &services, QWidget *parent = nullptr);
    ~TestPage() override;
    void send();
    void cancel();
    [[nodiscard]] bool isRunning() const { return !m_run.isNull(); }
    [[nodiscard]] TestForm &form() const { return *m_form; }
    [[nodiscard]] TranscriptModel &transcript() const { return *m_transcript; }
    [[nodiscard]] QString verdictSentence() const;
    /// Settings of the sender's plan.
    void fillFromSender(const QString &senderId);
    /// Starts the practice server when it does not run, and fills in its settings, account and authority.
    void fillFromPractice();

Q_SIGNALS:
    void runFinished();

private:
    void build();
    void fillMenu();
    void start(const Secret &password);
    void rememberPassword(const QString &user, const Secret &password);
    void onFinished(const TestVerdict &verdict);
    void showVerdict(const TestVerdict &verdict);
    void setRunning(bool running);

    Services &m_services;
    TestForm *m_form;
    TranscriptModel *m_transcript;
    TranscriptView *m_view;
    QPushButton *m_action;
    QMenu *m_menu;
    QWidget *m_verdictCard;
    QWidget *m_verdictArea = nullptr;
    QSplitter *m_right = nullptr;
    Badge *m_badge;
    TextLabel *m_sentence;
    TextLabel *m_details;
    QProgressBar *m_progress;
    QPointer<TestRun> m_run;
    Secret m_typed; ///< of the run under way
    bool m_waitingForSecret = false;
};

} // namespace relaywright
