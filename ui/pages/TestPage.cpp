// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/TestPage.h"

#include "ui/engine/PracticeRoom.h"
#include "ui/engine/TestRun.h"
#include "ui/engine/Vault.h"
#include "ui/engine/Workspace.h"
#include "ui/forms/PasswordEntry.h"
#include "ui/forms/TestForm.h"
#include "ui/models/TranscriptModel.h"
#include "ui/text/VerdictText.h"
#include "ui/views/TranscriptView.h"
#include "ui/widgets/Labels.h"

#include <QAction>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

namespace relaywright {

namespace {

QString numbered(const QStringList &sentences)
{
    QStringList lines;
    for (const QString &sentence : sentences)
        lines += sentences.size() > 1 ? QStringLiteral("%1. %2").arg(lines.size() + 1).arg(sentence) : sentence;
    return lines.join(u'\n');
}

QString describe(const Diagnosis &diagnosis)
{
    QStringList blocks;
    QStringList causes;
    for (const Cause &cause : diagnosis.causes)
        causes += cause.text;
    const QStringList remedies = diagnosis.allRemedies();
    if (causes.size() == 1)
        blocks += TestPage::tr("Likely cause: %1").arg(causes.front());
    else if (!causes.isEmpty()) // one of several would pass a guess off as the answer
        blocks += TestPage::tr("Possible causes:\n%1").arg(numbered(causes));
    if (!remedies.isEmpty())
        blocks += TestPage::tr("What to do:\n%1").arg(numbered(remedies));
    if (!diagnosis.check.isEmpty())
        blocks += TestPage::tr("To be sure: %1").arg(diagnosis.check);
    return blocks.join(QLatin1String("\n\n"));
}

} // namespace

TestPage::TestPage(Services &services, QWidget *parent)
    : Page(tr("Test"), tr("Send a real message and watch the conversation as it happens."), parent),
      m_services(services), m_form(new TestForm), m_transcript(new TranscriptModel(this)),
      m_view(new TranscriptView(*m_transcript)), m_action(nullptr), m_menu(new QMenu(this)), m_verdictCard(new Card),
      m_badge(new Badge), m_sentence(new TextLabel({}, FontRole::Heading)), m_details(new TextLabel({})),
      m_progress(new QProgressBar)
{
    setHelp(tr("Ctrl+Enter sends, Esc stops at any stage. Passwords go to the keychain and are shown as dots "
               "everywhere, also in "
               "the conversation. Ctrl+C copies the selected lines of the conversation."));
    build();
    TestDraft draft;
    draft.subject = tr("Test message from Relaywright");
    draft.text = tr("This message shows that mail from this device or application arrives.");
    m_form->setDraft(draft);
    connect(m_form, &TestForm::userChanged, this, [this](const QString &user) {
        m_form->password().setKept(false);
        if (user.isEmpty())
            return;
        m_services.vault.read(user, this, [this, user](const Result<Secret> &secret) {
            if (m_form->draft().user.trimmed() == user)
                m_form->password().setKept(secret.has_value());
        });
    });
    const auto showVault = [this] { m_form->setVault(m_services.vault.state(), m_services.vault.problem()); };
    connect(&services.vault, &Vault::stateChanged, this, showVault);
    showVault();
}

TestPage::~TestPage() = default;

void TestPage::build()
{
    auto *fill = addAction(tr("Fill in"), {});
    fill->setMenu(m_menu);
    fill->setAccessibleDescription(tr("Takes the settings of a sender in the plan, or those of the practice server."));
    connect(m_menu, &QMenu::aboutToShow, this, &TestPage::fillMenu);
    m_action = addPrimaryAction(tr("Send"));
    m_action->setToolTip(tr("Ctrl+Enter"));
    connect(m_action, &QPushButton::clicked, this, [this] { isRunning() ? cancel() : send(); });
    for (const QKeySequence &keys : {QKeySequence(Qt::CTRL | Qt::Key_Return), QKeySequence(Qt::CTRL | Qt::Key_Enter)}) {
        auto *action = new QAction(this);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        QWidget::addAction(action);
        connect(action, &QAction::triggered, this, &TestPage::send);
    }
    auto *escape = new QAction(this);
    escape->setShortcut(Qt::Key_Escape);
    escape->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    QWidget::addAction(escape);
    connect(escape, &QAction::triggered, this, &TestPage::cancel);

    auto *formCard = new Card;
    formCard->body()->addWidget(m_form);
    formCard->body()->addStretch();
    auto *formArea = inScrollArea(formCard);
    formArea->setMinimumWidth(290);

    auto *verdict = static_cast<Card *>(m_verdictCard);
    auto *top = new QHBoxLayout;
    top->addWidget(m_sentence, 1);
    top->addWidget(m_badge, 0, Qt::AlignTop);
    verdict->body()->setSpacing(gap::kSmall);
    verdict->body()->addLayout(top);
    verdict->body()->addWidget(m_details);

    auto *bar = new QHBoxLayout;
    auto *copy = new QPushButton(tr("Copy the conversation"));
    copy->setIcon(lineIcon(QStringLiteral("copy"), palette()));
    connect(copy, &QPushButton::clicked, m_view, &TranscriptView::copyAll);
    m_progress->setAccessibleName(tr("Part of the message that was sent"));
    m_progress->hide();
    bar->addWidget(new TextLabel(tr("Conversation"), FontRole::Heading), 1);
    bar->addWidget(m_progress);
    bar->addWidget(copy);
    auto *conversation = new QWidget;
    auto *layout = new QVBoxLayout(conversation);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(bar);
    layout->addWidget(m_view, 1);
    m_verdictArea = inScrollArea(m_verdictCard);
    m_verdictArea->hide();
    m_right = new QSplitter(Qt::Vertical);
    m_right->setChildrenCollapsible(false);
    m_right->addWidget(m_verdictArea);
    m_right->addWidget(conversation);
    m_right->setStretchFactor(1, 1);
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(formArea);
    splitter->addWidget(m_right);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({350, 600});
    body()->addWidget(splitter, 1);
}

void TestPage::fillMenu()
{
    m_menu->clear();
    const Site &site = m_services.workspace.plannedSite();
    const Plan &plan = m_services.workspace.plan();
    for (std::size_t i = 0; i < plan.senders.size() && i < site.senders.size(); ++i) {
        const Option *chosen = plan.senders[i].chosen();
        if (!chosen)
            continue;
        const QString id = site.senders[i].id;
        QString name = site.senders[i].name;
        m_menu->addAction(tr("%1 – %2").arg(name.replace(u'&', QLatin1String("&&")), methodName(chosen->method)), this,
                          [this, id] { fillFromSender(id); });
    }
    if (!m_menu->isEmpty())
        m_menu->addSeparator();
    m_menu->addAction(tr("Use the practice server"), this, &TestPage::fillFromPractice);
}

void TestPage::fillFromSender(const QString &senderId)
{
    const Site &site = m_services.workspace.plannedSite();
    const Plan &plan = m_services.workspace.plan();
    for (std::size_t i = 0; i < plan.senders.size() && i < site.senders.size(); ++i) {
        const Option *chosen = plan.senders[i].chosen();
        if (site.senders[i].id != senderId || !chosen)
            continue;
        m_form->setDraft(fillIn(m_form->draft(), site, site.senders[i], *chosen));
        message()->show(Tone::Accent,
                        tr("These are the settings that the plan gives to %1.").arg(site.senders[i].name));
    }
}

void TestPage::fillFromPractice()
{
    PracticeRoom &practice = m_services.practice;
    if (!practice.isRunning()) {
        const auto started =
            practice.start(practice.method(), m_services.workspace.site().organisation.acceptedDomains);
        if (!started) {
            message()->show(Tone::Wrong, started.error().detail);
            return;
        }
    }
    const bool signIn = practice.method() == PracticeMethod::ClientSubmission;
    TestDraft draft = m_form->draft();
    draft.server = practice.address().host.toString();
    draft.port = QString::number(practice.address().port);
    draft.tls = TlsPolicy::Required;
    draft.user = signIn ? practice.user() : QString();
    draft.from = practice.user();
    if (draft.to.isEmpty())
        draft.to = practice.user();
    draft.authorityPem = practice.authorityPem();
    draft.method = parseMethod(toString(practice.method()));
    // Kept before the form asks whether a password is kept for the new user.
    m_services.vault.write(practice.user(), practice.password(), Vault::Keep::ForThisRun, this,
                           [](const Result<void> &) {});
    m_form->setDraft(draft);
    message()->show(Tone::Accent,
                    tr("The practice server answers on this computer. What you send stays here and shows up on the "
                       "Practice page."));
}

void TestPage::send()
{
    if (isRunning() || m_waitingForSecret)
        return;
    const TestDraft draft = m_form->draft();
    const Problems problems = check(draft);
    m_form->showProblems(problems);
    if (!problems.empty()) {
        message()->clear();
        m_form->revealProblem();
        return;
    }
    message()->clear();
    const QString user = draft.user.trimmed();
    const Secret typed = m_form->password().typed();
    if (user.isEmpty() || !typed.isEmpty()) {
        start(typed); // kept when the server has not refused it
        m_typed = typed;
        return;
    }
    m_waitingForSecret = true;
    m_services.vault.read(user, this, [this, user](const Result<Secret> &secret) {
        m_waitingForSecret = false;
        if (secret)
            start(*secret);
        else
            m_form->password().setProblem(tr("No password is kept for %1. Type it here.").arg(user));
    });
}

void TestPage::rememberPassword(const QString &user, const Secret &password)
{
    if (user.isEmpty())
        return;
    m_services.vault.write(user, password, m_form->password().keep(), this, [this](const Result<void> &written) {
        if (written) {
            m_form->password().clear();
            m_form->password().setKept(true);
        } else {
            message()->show(Tone::Attention, tr("The password was used but not kept. %1").arg(written.error().detail));
        }
    });
}

void TestPage::start(const Secret &password)
{
    m_transcript->clear();
    m_verdictArea->hide();
    m_run = new TestRun(m_form->draft(), password, m_services.workspace.knowledge(), m_services.clock, this);
    connect(m_run, &TestRun::lineAdded, m_transcript, &TranscriptModel::add);
    connect(m_run, &TestRun::progressed, this, [this](qint64 sent, qint64 total) {
        m_progress->setRange(0, 1000);
        m_progress->setValue(total > 0 ? static_cast<int>(sent * 1000 / total) : 0);
        m_progress->setVisible(sent < total);
    });
    connect(m_run, &TestRun::finished, this, &TestPage::onFinished);
    setRunning(true);
    m_run->start();
}

void TestPage::cancel()
{
    if (m_run)
        m_run->cancel();
}

void TestPage::setRunning(bool running)
{
    m_action->setText(running ? tr("Cancel") : tr("Send"));
    m_action->setToolTip(running ? tr("Esc") : tr("Ctrl+Enter"));
    if (running)
        m_view->setFocus(); // the form loses it below, and Esc must still reach this page
    m_form->setEnabled(!running);
    m_progress->hide();
}

void TestPage::onFinished(const TestVerdict &verdict)
{
    if (m_run)
        m_run->deleteLater(); // we are inside its signal
    m_run.clear();
    if (!m_typed.isEmpty() && !verdict.signInRefused)
        rememberPassword(m_form->draft().user.trimmed(), m_typed);
    m_typed = {};
    setRunning(false);
    showVerdict(verdict);
    Q_EMIT runFinished();
}

void TestPage::showVerdict(const TestVerdict &verdict)
{
    const VerdictLook look = lookOf(verdict.verdict);
    m_badge->setContent(look.symbol, look.word, look.tone);
    m_sentence->setText(verdict.sentence);
    QString details;
    if (verdict.diagnosis) {
        details = describe(*verdict.diagnosis);
        const QString cause =
            verdict.diagnosis->causes.size() == 1 ? verdict.diagnosis->causes.front().text : verdict.diagnosis->title;
        m_transcript->explainLastRefusal(cause);
    } else if (verdict.verdict == Verdict::Good) {
        details = tr("Its message ID is %1. Look for it in the recipient’s mailbox, also in the junk folder.")
                      .arg(QString::fromLatin1(verdict.messageId));
    }
    m_details->setText(details);
    m_details->setVisible(!details.isEmpty());
    m_verdictArea->show();
    // As tall as it needs to be, but at least half of the room stays with the conversation.
    const int wanted = m_verdictCard->heightForWidth(m_right->width()) + 2;
    const int height = std::min(wanted > 2 ? wanted : m_verdictCard->sizeHint().height(), m_right->height() / 2);
    m_right->setSizes({height, m_right->height() - height});
}

QString TestPage::verdictSentence() const
{
    return m_verdictArea->isHidden() ? QString() : m_sentence->text();
}

} // namespace relaywright
