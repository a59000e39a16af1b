// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/SendPanel.h"

#include "core/session/PracticeGreeting.h"
#include "core/session/SendRun.h"
#include "ui/engine/AccountShelf.h"
#include "ui/engine/PracticeRoom.h"
#include "ui/engine/TestVerdict.h"
#include "ui/engine/TokenDesk.h"
#include "ui/engine/Vault.h"
#include "ui/engine/Workspace.h"
#include "ui/forms/PasswordEntry.h"
#include "ui/forms/TestDetails.h"
#include "ui/forms/TestForm.h"
#include "ui/models/TranscriptModel.h"
#include "ui/views/ExplanationView.h"
#include "ui/views/OutcomeSplitter.h"
#include "ui/views/ResultView.h"
#include "ui/views/SenderPicker.h"
#include "ui/views/TokenRemarksView.h"
#include "ui/views/TranscriptPanel.h"
#include "ui/views/TranscriptView.h"
#include "ui/widgets/Disclosure.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QCheckBox>
#include <QPushButton>
#include <QSplitter>
#include <QSysInfo>
#include <QToolButton>
#include <QVBoxLayout>

namespace relaywright {

namespace {

constexpr qint64 kMessageHead = 64 * 1024;

/// Whose password is needed: of nobody where the certificate signs in.
QString userOf(const TestRequest &request)
{
    const auto &credentials = request.connection.smtp.credentials;
    return credentials && credentials->mechanism != AuthMechanism::External ? credentials->user : QString();
}

} // namespace

SendPanel::SendPanel(Services &services, InlineMessage &message, QWidget *parent)
    : QWidget(parent), m_services(services), m_message(message), m_form(new TestForm), m_picker(new SenderPicker),
      m_likeIt(new QCheckBox(tr("Behave like it: only what it can do"))), m_manners(new QWidget),
      m_mannersText(new TextLabel({}, FontRole::Small, TextLabel::Color::Muted)),
      m_transcript(new TranscriptModel(this)), m_panel(new TranscriptPanel(*m_transcript)), m_result(new ResultView),
      m_explanation(new ExplanationView), m_remarksFold(nullptr), m_remarksText(new TextLabel({})),
      m_explanationFold(nullptr), m_tokenFold(nullptr), m_tokenRemarks(new TokenRemarksView),
      m_tokens(new TokenDesk(services, this)), m_practicePassword(services.practice, m_form->password())
{
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeSettings());
    splitter->addWidget(makeOutcome());
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({350, 600});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);
    makeExportMenu();
    connectParts();
    TestDraft draft;
    draft.subject = tr("Test message from Relaywright");
    draft.text = tr("This message shows that mail from this device or application arrives.");
    m_form->setDraft(draft);
    refreshSite();
}

SendPanel::~SendPanel() = default;

QWidget *SendPanel::makeSettings()
{
    m_form->addOnTop(makeSenderCard());
    auto *card = new Card;
    card->body()->addWidget(m_form);
    card->body()->addStretch();
    QWidget *area = inScrollArea(card);
    area->setMinimumWidth(300);
    return area;
}

QWidget *SendPanel::makeSenderCard()
{
    auto *none = new QPushButton(tr("None"));
    none->setAccessibleName(tr("Act as no sender"));
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_picker, 1);
    row->addWidget(none);
    auto *choice = new QWidget;
    choice->setLayout(row);
    choice->setFocusProxy(m_picker);
    m_likeIt->setChecked(true);
    m_likeIt->setAccessibleDescription(tr("So that the test meets what the device will meet, not what a PC would."));
    auto *manners = new QVBoxLayout(m_manners);
    manners->setContentsMargins(0, 0, 0, 0);
    manners->setSpacing(gap::kTiny);
    manners->addWidget(m_likeIt);
    manners->addWidget(m_mannersText);
    m_manners->hide();
    auto *all = new QWidget;
    auto *layout = new QVBoxLayout(all);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    auto *field = new Field(tr("Act as a sender of the site"), choice);
    m_picker->setAccessibleName(tr("Sender to act as"));
    layout->addWidget(field);
    layout->addWidget(m_manners);
    connect(none, &QPushButton::clicked, this, &SendPanel::clearSender);
    return all;
}

QWidget *SendPanel::makeOutcome()
{
    m_explanationFold = new Disclosure(tr("Why, and what to do"), m_explanation);
    m_explanationFold->setOpen(true);
    m_explanationFold->hide();
    m_remarksFold = new Disclosure(tr("Remarks on the message"), m_remarksText);
    m_remarksFold->hide();
    m_tokenFold = new Disclosure(tr("The access token"), m_tokenRemarks);
    m_tokenFold->hide();
    auto *results = new QWidget;
    auto *layout = new QVBoxLayout(results);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addWidget(m_result);
    layout->addWidget(m_explanationFold);
    layout->addWidget(m_tokenFold);
    layout->addWidget(m_remarksFold);
    layout->addStretch();
    m_outcome = new OutcomeSplitter(results, m_panel);
    // Room that a closed fold leaves goes to the conversation; queued, because layouts follow later.
    for (const Disclosure *fold : {m_explanationFold, m_tokenFold, m_remarksFold})
        connect(fold->button(), &QAbstractButton::clicked, m_outcome, &OutcomeSplitter::showResults,
                Qt::QueuedConnection);
    return m_outcome;
}

void SendPanel::connectParts()
{
    connect(m_form, &TestForm::userChanged, this,
            [this](const QString &user) { m_form->password().lookUp(m_services.vault, user); });
    connect(m_form, &TestForm::edited, this, [this] {
        const TestDraft draft = m_form->draft();
        m_practicePassword.turnTo(draft.server, draft.port);
    });
    connect(m_form, &TestForm::accountsRequested, this, &SendPanel::accountsRequested);
    const auto showAccounts = [this] { m_form->setAccounts(m_services.accounts.accounts()); };
    connect(&m_services.accounts, &AccountShelf::changed, this, showAccounts);
    showAccounts();
    const auto showVault = [this] { m_form->setVault(m_services.vault.state(), m_services.vault.problem()); };
    connect(&m_services.vault, &Vault::stateChanged, this, showVault);
    showVault();
    connect(&m_services.workspace, &Workspace::planChanged, this, [this] {
        if (isVisible())
            refreshSite();
    });
    connect(m_picker, &SenderPicker::chosen, this, &SendPanel::fillFromSender);
    connect(m_likeIt, &QCheckBox::clicked, this, [this] { fillFromSender(m_picker->sender()); });
    connect(m_panel, &TranscriptPanel::messageRequested, this, [this] {
        if (m_shownRun && m_record)
            m_panel->showMessage(m_shownRun->messagePart(0, kMessageHead), m_record->messageOctets);
        else if (m_shownRun)
            m_panel->showMessage(m_shownRun->messagePart(0, kMessageHead), 0);
        else
            m_message.show(Tone::Attention,
                           tr("The record of a test does not hold the message itself. Send it again to read it."));
    });
    connect(m_panel, &TranscriptPanel::messageSaveRequested, this, &SendPanel::chooseMessageFile);
    connect(m_panel, &TranscriptPanel::testAgainRequested, this, &SendPanel::testAgainFrom);
    connect(m_explanation, &ExplanationView::testAgainRequested, this, &SendPanel::testAgainFrom);
    connect(m_explanation, &ExplanationView::mendRequested, this, &SendPanel::mendRequested);
    connect(m_explanation, &ExplanationView::copied, this,
            [this](const QString &sentence) { m_message.show(Tone::Good, sentence); });
    connect(m_result, &ResultView::copied, this,
            [this](const QString &sentence) { m_message.show(Tone::Good, sentence); });
    connect(m_result, &ResultView::compareRequested, this, &SendPanel::compareRequested);
}

std::optional<TestRequest> SendPanel::wantedRequest()
{
    const TestDraft draft = m_form->draft();
    const Problems problems = check(draft);
    m_form->showProblems(problems);
    m_message.clear();
    if (!problems.empty()) {
        m_form->revealProblem();
        return std::nullopt;
    }
    auto request = toRequest(draft, QSysInfo::machineHostName());
    if (request)
        return std::move(*request);
    m_message.show(Tone::Wrong, request.error().detail);
    return std::nullopt;
}

void SendPanel::send()
{
    if (isRunning() || m_waitingForSecret)
        return;
    if (const auto request = wantedRequest())
        withPassword(*request);
}

void SendPanel::sendAgain(const TestRequest &request)
{
    if (isRunning() || m_waitingForSecret)
        return;
    m_message.clear();
    withPassword(request);
}

void SendPanel::testAgainFrom(Stage stage)
{
    if (!m_record || isRunning())
        return;
    const TestRequest again = m_record->request; // the record goes when the run begins
    sendAgain(again);
    m_message.show(Tone::Accent,
                   tr("The conversation begins anew, because a server forgets the last one; look at the stage “%1”.")
                       .arg(stageName(stage)));
}

void SendPanel::withPassword(const TestRequest &request)
{
    if (!request.account.isEmpty())
        return withToken(request);
    const QString user = userOf(request);
    const Endpoint &server = request.connection.server;
    const Secret typed = m_practicePassword.typedFor(server);
    if (user.isEmpty() || (!typed.isEmpty() && user == m_form->draft().user.trimmed())) {
        start(request, typed); // kept when the server has not refused it
        m_typed = typed;
        return;
    }
    if (m_services.practice.wasAt(server)) { // a real one has no business there
        if (takesToken(request.connection.smtp.credentials->mechanism))
            m_form->password().setProblem(tr("No password is kept for %1. Type it here.").arg(user));
        else
            start(request, m_services.practice.passwordFor(user));
        return;
    }
    m_waitingForSecret = true;
    m_services.vault.read(user, this, [this, user, request](const Result<Secret> &secret) {
        m_waitingForSecret = false;
        if (!secret)
            return m_form->password().setProblem(tr("No password is kept for %1. Type it here.").arg(user));
        start(request, *secret);
    });
}

/// Not a token, which is nobody's password and is over in an hour, and nothing that a practice server was told: that takes
/// whatever it is given.
bool SendPanel::isWorthKeeping(const TestRecord &record) const
{
    const auto &credentials = record.request.connection.smtp.credentials;
    return credentials && !takesToken(credentials->mechanism)
           && !m_services.practice.wasAt(record.request.connection.server)
           && !greetedByPracticeServer(record.transcript);
}

void SendPanel::rememberPassword(const QString &user, const Secret &password)
{
    if (user.isEmpty())
        return;
    m_services.vault.write(user, password, m_form->password().keep(), this, [this](const Result<void> &written) {
        if (written) {
            m_form->password().clear();
            m_form->password().setKept(true);
        } else {
            m_message.show(Tone::Attention, tr("The password was used but not kept. %1").arg(written.error().detail));
        }
    });
}

void SendPanel::clearOutcome()
{
    m_transcript->clear();
    m_record.reset();
    m_outcome->hideResults();
    m_panel->hideMessage();
    m_tokenFold->hide();
    m_besides.token.reset();
    clearRemarks();
    if (m_shownRun)
        m_shownRun->deleteLater();
    m_shownRun.clear();
}

void SendPanel::start(const TestRequest &request, const Secret &password)
{
    clearOutcome();
    const auto &credentials = request.connection.smtp.credentials;
    if (credentials && takesToken(credentials->mechanism))
        showTypedToken(password, request);
    startSmtp(request, password);
}

void SendPanel::startSmtp(const TestRequest &request, const Secret &password)
{
    begin(new SendRun(request,
                      {.password = password,
                       .proxyPassword = m_form->details().proxyPassword(),
                       .keyPassphrase = m_form->details().keyPassphrase()},
                      m_services.clock, this));
}

void SendPanel::begin(TestRun *run)
{
    m_run = run;
    m_shownRun = run;
    connect(run, &TestRun::composed, this, &SendPanel::onComposed);
    connect(run, &TestRun::lineAdded, m_transcript, &TranscriptModel::add);
    connect(run, &TestRun::progressed, m_panel, &TranscriptPanel::setProgress);
    connect(run, &TestRun::finished, this, &SendPanel::onFinished);
    connect(run, &TestRun::failedToStart, this, &SendPanel::onFailedToStart);
    setRunning(true);
    run->start();
}

void SendPanel::cancel()
{
    if (m_asking) {
        m_asking.reset();
        setRunning(false);
        m_message.show(Tone::Attention, tr("You stopped the test. Nothing was sent."));
        Q_EMIT runFinished();
    }
    if (m_run)
        m_run->cancel();
    cancelLook();
}

void SendPanel::setRunning(bool running)
{
    if (running)
        m_panel->view().setFocus(); // the form loses it below, and Esc must still reach this page
    m_form->setEnabled(!running);
    m_panel->setProgress(0, 0);
    m_panel->view().setTestAgainOffered(!running);
    m_explanation->setBusy(running);
    Q_EMIT runningChanged(running);
}

void SendPanel::endRun()
{
    m_run.clear(); // the run itself stays: it holds the message
    setRunning(false);
}

void SendPanel::onFinished(const TestRecord &record)
{
    endRun();
    m_record = record;
    showVerdict(record);
    Q_EMIT recorded(record);
    Q_EMIT runFinished();
}

void SendPanel::onFailedToStart(const Error &error)
{
    endRun();
    m_typed = {};
    m_result->showProblem(error.detail);
    m_result->show();
    m_explanationFold->hide();
    m_outcome->showResults();
    Q_EMIT runFinished();
}

void SendPanel::showVerdict(const TestRecord &record)
{
    const DiagnosisContext known =
        contextOf(record, m_services.workspace.plannedSite(), m_besides, m_services.clock.now());
    const TestVerdict verdict = judge(record, known, m_services.workspace.knowledge());
    if (!m_typed.isEmpty() && !verdict.signInRefused && isWorthKeeping(record))
        rememberPassword(userOf(record.request), m_typed);
    m_typed = {};
    m_result->setResult(record, verdict);
    m_result->show();
    m_explanationFold->setVisible(verdict.diagnosis.has_value());
    if (verdict.diagnosis) {
        const Diagnosis &diagnosis = *verdict.diagnosis;
        const bool told = verdict.sentence == diagnosis.title; // right above, with the reply
        m_explanation->setDiagnosis(diagnosis, told ? ExplanationView::Head::Elsewhere : ExplanationView::Head::Shown);
        m_explanationFold->setOpen(m_explanationFold->isOpen()); // as it was left
        const auto &causes = diagnosis.causes;
        m_transcript->explainLastRefusal(causes.size() == 1 ? causes.front().text : diagnosis.title);
    }
    m_outcome->showResults();
    // When the parts have taken their places.
    QMetaObject::invokeMethod(&m_panel->view(), &TranscriptView::showExplanation, Qt::QueuedConnection);
}

void SendPanel::setLadder(const QString &server, const QString &blame)
{
    m_besides.ladder = {server, blame};
}

QString SendPanel::verdictSentence() const
{
    return m_outcome->areResultsShown() ? m_result->sentence() : QString();
}

} // namespace relaywright
