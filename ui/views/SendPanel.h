// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/diagnosis/TestContext.h"
#include "core/oauth/AccountBook.h"
#include "ui/drafts/TestDraft.h"
#include "ui/engine/Services.h"
#include "ui/engine/Worker.h"
#include "ui/forms/PracticePassword.h"
#include "ui/widgets/InlineMessage.h"

#include <QPointer>

#include <memory>

class QCheckBox;
class QMenu;

namespace relaywright {

class Disclosure;
class ExplanationView;
class MessageCheck;
class MessageLook;
class OutcomeSplitter;
class ResultView;
class SenderPicker;
class TestForm;
class TestRun;
class TextLabel;
class TokenDesk;
class TokenRemarksView;
class TranscriptModel;
class TranscriptPanel;
struct LintGroup;
struct MessageSeen;
struct TestVerdict;

/// One test message: its settings on the left, the verdict and the conversation as it happens on the right.
class SendPanel : public QWidget {
    Q_OBJECT
public:
    /// `message` is where sentences for the whole page stand; both outlive the panel.
    SendPanel(Services &services, InlineMessage &message, QWidget *parent = nullptr);
    ~SendPanel() override;
    void send();
    /// Makes the message, and says what a receiver would dislike about it; sends nothing.
    void checkOnly();
    /// The same test once more, as `request` has it.
    void sendAgain(const TestRequest &request);
    void cancel();
    [[nodiscard]] bool isRunning() const { return !m_run.isNull() || m_asking; }
    [[nodiscard]] TestForm &form() const { return *m_form; }
    [[nodiscard]] TranscriptModel &transcript() const { return *m_transcript; }
    [[nodiscard]] TranscriptPanel &conversation() const { return *m_panel; }
    [[nodiscard]] SenderPicker &picker() const { return *m_picker; }
    [[nodiscard]] ResultView &result() const { return *m_result; }
    [[nodiscard]] OutcomeSplitter &outcome() const { return *m_outcome; }
    [[nodiscard]] QString verdictSentence() const;
    [[nodiscard]] QString remarks() const;
    /// What the access token of the last test says, compared with what it is needed for.
    [[nodiscard]] QStringList tokenLines() const;
    /// Of the test that is shown; nothing before there is one.
    [[nodiscard]] const std::optional<TestRecord> &record() const { return m_record; }
    /// A test of before, or of somebody else: its conversation and verdict, and its settings in the form.
    void showRecord(const TestRecord &record);
    void openRecord(const QString &path);
    void saveRecordTo(const QString &path);
    /// The message itself, whole, however large.
    void saveMessageTo(const QString &path);
    void fillFromSender(const QString &senderId);
    /// Starts the practice server when it does not run, and fills in its settings, account and authority.
    void fillFromPractice();
    void refreshSite();
    void chooseRecord();
    /// How the last climb of the ladder to `server` (host:port) ended, for the explanation of a test of it.
    void setLadder(const QString &server, const QString &blame);

Q_SIGNALS:
    void runningChanged(bool running);
    void runFinished();
    /// A message was looked at and not sent.
    void messageChecked();
    /// A test has ended and is worth keeping.
    void recorded(const relaywright::TestRecord &record);
    void compareRequested();
    /// Show the artifact of this kind.
    void mendRequested(const QString &kind);
    /// An account is wanted, and there is none.
    void accountsRequested();

private:
    [[nodiscard]] QWidget *makeSettings();
    [[nodiscard]] QWidget *makeSenderCard();
    [[nodiscard]] QWidget *makeOutcome();
    void makeExportMenu();
    void connectParts();
    void withPassword(const TestRequest &request);
    void withToken(const TestRequest &request);
    [[nodiscard]] QString obstacleOf(const TestRequest &request, const BookedAccount &account) const;
    void start(const TestRequest &request, const Secret &password);
    void startSmtp(const TestRequest &request, const Secret &password);
    void startGraph(TestRequest request, const BookedAccount &account, const Secret &token);
    void begin(TestRun *run);
    void clearOutcome();
    void showToken(const Secret &token, const TestRequest &request, TokenNeed need);
    void showTypedToken(const Secret &token, const TestRequest &request);
    [[nodiscard]] bool isWorthKeeping(const TestRecord &record) const;
    void rememberPassword(const QString &user, const Secret &password);
    void onFinished(const TestRecord &record);
    void onFailedToStart(const Error &error);
    void endRun();
    void setRunning(bool running);
    void showVerdict(const TestRecord &record);
    void testAgainFrom(Stage stage);
    [[nodiscard]] std::optional<TestRequest> wantedRequest();
    void onComposed();
    void onLooked(const MessageSeen &seen);
    void addRemarks(const std::vector<LintRemark> &remarks);
    [[nodiscard]] static QString withPlaces(const LintGroup &group);
    void clearRemarks();
    void cancelLook();
    [[nodiscard]] TestDraft practiceDraft() const;
    [[nodiscard]] QString accountFor(const TestRequest &request) const;
    void showMannersOf(const QString &senderId);
    void clearSender();
    void copyCommand(bool swaks);
    void saveAs();
    void chooseMessageFile();

    Services &m_services;
    InlineMessage &m_message;
    TestForm *m_form;
    SenderPicker *m_picker;
    QCheckBox *m_likeIt;
    QWidget *m_manners;
    TextLabel *m_mannersText;
    TranscriptModel *m_transcript;
    TranscriptPanel *m_panel;
    ResultView *m_result;
    ExplanationView *m_explanation;
    Disclosure *m_remarksFold;
    TextLabel *m_remarksText;
    Disclosure *m_explanationFold;
    OutcomeSplitter *m_outcome = nullptr;
    Disclosure *m_tokenFold;
    TokenRemarksView *m_tokenRemarks;
    TokenDesk *m_tokens;
    std::unique_ptr<QObject> m_asking; ///< while a token is waited for
    QPointer<TestRun> m_run;
    QPointer<TestRun> m_shownRun; ///< holds the message that can be looked at
    std::optional<TestRecord> m_record;
    PracticePassword m_practicePassword;
    Secret m_typed;             ///< of the run under way
    TestSurroundings m_besides; ///< its token is read here and sent nowhere but to the server
    bool m_waitingForSecret = false;
    std::vector<LintRemark> m_remarks;
    QPointer<MessageCheck> m_check; ///< asks the DNS about the message that goes out
    QPointer<MessageLook> m_look;   ///< at a message that is not sent
    Worker m_worker;                ///< last: it ends first
};

} // namespace relaywright
