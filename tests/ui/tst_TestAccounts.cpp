// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/PracticeAccounts.h"

#include "ui/engine/TestHistory.h"
#include "ui/forms/PasswordEntry.h"
#include "ui/forms/SignInChoice.h"
#include "ui/forms/TestForm.h"
#include "ui/models/TranscriptModel.h"
#include "ui/pages/AccountsPage.h"
#include "ui/pages/TestPage.h"
#include "ui/theme/Theme.h"
#include "ui/views/ResultView.h"
#include "ui/views/SendPanel.h"
#include "ui/views/SeriesPanel.h"
#include "ui/views/SeriesSetup.h"
#include "ui/views/TranscriptPanel.h"
#include "ui/window/MainWindow.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace relaywright;
using namespace relaywright::test;

/// Tests from the window that sign in with an account which the user keeps, by SMTP and through Microsoft Graph, at the
/// practice services of the window.
class tst_TestAccounts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, Scheme::Light); }
    void init();
    void cleanup();
    void anAccountSignsIn();
    void aMessageGoesThroughGraph();
    void aLargeMessageLeavesNoCopy();
    void whatGraphRefusesIsExplained();
    void aTokenThatIsRefusedEndsTheTest();
    void waitingForATokenCanBeStopped();
    void theFormAsksForWhatTheWayNeeds();
    void withoutAnAccountThereIsAWayToOne();
    void anAccountThatWentIsNamed();
    void aRealTokenDoesNotGoToThePracticeServer();
    void aTestOfBeforeIsRepeated();
    void noCommandIsMadeOfAGraphTest();
    void aSeriesSignsInWithAccounts();

private:
    [[nodiscard]] TestPage &page() const { return m_window->testPage(); }
    [[nodiscard]] SendPanel &panel() const { return page().sendPanel(); }
    [[nodiscard]] TestForm &form() const { return page().form(); }
    [[nodiscard]] QAbstractButton *button(const QString &text) const;
    [[nodiscard]] QString conversation() const;
    void practise(const PracticeWebFaults &faults = {});
    void throughGraph();
    /// True when the test has a record: it began, and ended.
    [[nodiscard]] bool sendAndWait();

    std::unique_ptr<Bench> m_bench;
    std::unique_ptr<MainWindow> m_window;
};

void tst_TestAccounts::init()
{
    m_bench = std::make_unique<Bench>();
    m_bench->workspace.create(contoso());
    QTRY_COMPARE(m_bench->vault.state(), Vault::State::Available);
    m_window = std::make_unique<MainWindow>(m_bench->services);
    m_window->resize(1160, 760);
    m_window->show();
    m_window->showPage(QStringLiteral("test"));
}

void tst_TestAccounts::cleanup()
{
    m_window.reset();
    m_bench.reset();
}

QAbstractButton *tst_TestAccounts::button(const QString &text) const
{
    const auto all = page().findChildren<QAbstractButton *>();
    const auto found =
        std::ranges::find_if(all, [&](const QAbstractButton *one) { return one->text() == text && one->isVisible(); });
    return found == all.end() ? nullptr : *found;
}

QString tst_TestAccounts::conversation() const
{
    return toText(page().transcript().lines());
}

void tst_TestAccounts::practise(const PracticeWebFaults &faults)
{
    QVERIFY(startPracticeServices(*m_bench, faults));
    QVERIFY(keepAccounts(
        *m_bench, {practiceAccount(*m_bench, TokenUse::Graph), practiceAccount(*m_bench, TokenUse::ClientSubmission)}));
    page().fillFromPractice();
}

void tst_TestAccounts::throughGraph()
{
    TestDraft draft = form().draft();
    draft.graph = true;
    draft.account = QStringLiteral("by graph");
    draft.mailbox = m_bench->practice.sender();
    form().setDraft(draft);
}

bool tst_TestAccounts::sendAndWait()
{
    QSignalSpy ended(&page(), &TestPage::runFinished);
    page().send();
    return page().isRunning() && QTest::qWaitFor([&] { return !ended.isEmpty(); }, 20'000) && panel().record();
}

void tst_TestAccounts::anAccountSignsIn()
{
    practise();
    TestDraft draft = form().draft();
    draft.user.clear(); // the account is named after the mailbox
    draft.account = m_bench->practice.sender();
    form().setDraft(draft);
    QVERIFY(!form().password().isVisible());
    QVERIFY2(sendAndWait(), qPrintable(page().verdictSentence() + page().message()->sentence()));
    QVERIFY2(panel().record()->accepted(), qPrintable(page().verdictSentence() + conversation()));
    QVERIFY2(conversation().contains(QStringLiteral("AUTH XOAUTH2")), qPrintable(conversation()));
    QCOMPARE(panel().record()->request.account, m_bench->practice.sender());
    QCOMPARE(m_bench->practice.messages().size(), 1u);
    QVERIFY2(!panel().tokenLines().isEmpty(), "what the token says is told");
    QVERIFY2(m_bench->practice.requests().back().path.endsWith(QStringLiteral("/token")), "it was asked for now");
}

void tst_TestAccounts::aMessageGoesThroughGraph()
{
    practise();
    throughGraph();
    QVERIFY2(sendAndWait(), qPrintable(page().verdictSentence() + page().message()->sentence()));
    QVERIFY2(panel().record()->accepted(), qPrintable(page().verdictSentence() + conversation()));
    QVERIFY2(conversation().contains(QStringLiteral("C: POST /v1.0/users/%1/sendMail").arg(m_bench->practice.sender())),
             qPrintable(conversation()));
    QVERIFY2(conversation().contains(QStringLiteral("S: HTTP 202")), qPrintable(conversation()));
    QCOMPARE(m_bench->practice.messages().size(), 1u);
    QVERIFY(panel().tokenLines().join(u' ').contains(QStringLiteral("Mail.Send")));
    // It can be read like any other, and is kept.
    Q_EMIT panel().conversation().messageRequested();
    QVERIFY(panel().conversation().isMessageShown());
    QTRY_COMPARE(m_bench->testHistory.newest(m_bench->workspace.historyKey(), 5).size(), 1u);
}

void tst_TestAccounts::aLargeMessageLeavesNoCopy()
{
    practise();
    throughGraph();
    TestDraft draft = form().draft();
    draft.extras.fill = QStringLiteral("5M");
    draft.saveToSentItems = false;
    form().setDraft(draft);
    QVERIFY2(sendAndWait(), qPrintable(page().verdictSentence() + page().message()->sentence()));
    QVERIFY2(panel().record()->accepted(), qPrintable(page().verdictSentence() + conversation()));
    for (const char *step : {"/attachments/createUploadSession", "PUT (upload address)", "PATCH ", "/send"})
        QVERIFY2(conversation().contains(QLatin1String(step)), qPrintable(conversation()));
}

void tst_TestAccounts::whatGraphRefusesIsExplained()
{
    practise();
    throughGraph();
    TestDraft draft = form().draft();
    draft.mailbox = QStringLiteral("nobody@example.org");
    form().setDraft(draft);
    QVERIFY2(sendAndWait(), qPrintable(page().verdictSentence() + page().message()->sentence()));
    QVERIFY(!panel().record()->accepted());
    QVERIFY2(conversation().contains(QStringLiteral("S: HTTP 4")), qPrintable(conversation()));
    const QString live = page().verdictSentence();
    QVERIFY2(live.endsWith(u'.') && live.size() > 20, qPrintable(live));
    // The record alone says the same.
    const auto kept = testRecordFromJson(QJsonDocument(toJson(*panel().record())).toJson());
    QVERIFY2(kept, kept ? "" : qPrintable(kept.error().detail));
    panel().showRecord(*kept);
    QCOMPARE(page().verdictSentence(), live);
    QCOMPARE(form().draft().mailbox, QStringLiteral("nobody@example.org"));
    QVERIFY(form().draft().graph);
}

void tst_TestAccounts::aTokenThatIsRefusedEndsTheTest()
{
    practise();
    m_bench->keychain.write(QStringLiteral("practice"), Secret("wrong"), this, [](const Result<void> &) {});
    throughGraph();
    QVERIFY(!sendAndWait());
    QVERIFY(!page().isRunning());
    QCOMPARE(page().verdictSentence(), QStringLiteral("Entra did not take the client secret."));
    QVERIFY2(panel().result().details().contains(QStringLiteral("AADSTS7000215")), "with what to do");
    QVERIFY(m_bench->practice.messages().empty());
}

void tst_TestAccounts::waitingForATokenCanBeStopped()
{
    practise({.late = std::chrono::seconds(20)});
    throughGraph();
    page().send();
    QVERIFY(page().isRunning());
    QVERIFY2(page().message()->sentence().contains(QStringLiteral("by graph")), "it says what it waits for");
    page().cancel();
    QVERIFY(!page().isRunning());
    QCOMPARE(page().message()->sentence(), QStringLiteral("You stopped the test. Nothing was sent."));
    QVERIFY(form().isEnabled());
}

void tst_TestAccounts::theFormAsksForWhatTheWayNeeds()
{
    practise();
    const auto isAsked = [this](const QString &label) {
        const auto labels = form().findChildren<QLabel *>();
        return std::ranges::any_of(labels,
                                   [&](const QLabel *one) { return one->text().endsWith(label) && one->isVisible(); });
    };
    QVERIFY(isAsked(QStringLiteral("Server")) && !isAsked(QStringLiteral("Mailbox that sends")));
    button(QStringLiteral("By Microsoft Graph"))->click();
    QVERIFY(!isAsked(QStringLiteral("Server")) && !isAsked(QStringLiteral("Envelope sender (MAIL FROM)")));
    QVERIFY(isAsked(QStringLiteral("Mailbox that sends")) && button(QStringLiteral("Keep a copy in Sent Items")));
    QVERIFY(!button(QStringLiteral("Encryption and certificates")) && button(QStringLiteral("Message")));
    page().send(); // nothing is chosen
    QVERIFY(!page().isRunning());
    QVERIFY(isAsked(QStringLiteral("Choose the account that signs in. Microsoft Graph takes no password.")));
    auto *choice = form().findChild<SignInChoice *>();
    choice->setCurrentIndex(1);
    Q_EMIT choice->activated(1);
    QCOMPARE(form().draft().account, QStringLiteral("by graph"));
    page().send();
    QVERIFY(!page().isRunning());
    QVERIFY(isAsked(QStringLiteral("Type the mailbox: the account “by graph” is not named after one.")));
    button(QStringLiteral("By SMTP"))->click();
    QVERIFY(isAsked(QStringLiteral("Server")) && form().draft().account.isEmpty());
    choice->setCurrentIndex(1);
    Q_EMIT choice->activated(1);
    QCOMPARE(form().draft().account, m_bench->practice.sender());
    QVERIFY(!form().password().isVisible());
}

void tst_TestAccounts::withoutAnAccountThereIsAWayToOne()
{
    QVERIFY(!button(QStringLiteral("Add an account…")));
    button(QStringLiteral("By Microsoft Graph"))->click();
    QAbstractButton *add = button(QStringLiteral("Add an account…"));
    QVERIFY(add);
    add->click();
    QVERIFY(m_window->accountsPage().isVisible());
}

void tst_TestAccounts::anAccountThatWentIsNamed()
{
    practise();
    throughGraph();
    QVERIFY(keepAccounts(*m_bench, {}));
    QCOMPARE(form().draft().account, QStringLiteral("by graph")); // nothing is lost, and nothing chosen silently
    page().send();
    QVERIFY(!page().isRunning());
    const auto labels = form().findChildren<QLabel *>();
    QVERIFY(std::ranges::any_of(labels, [](const QLabel *one) {
        return one->text().contains(QStringLiteral("There is no account “by graph” here."));
    }));
}

void tst_TestAccounts::aRealTokenDoesNotGoToThePracticeServer()
{
    practise();
    BookedAccount real = practiceAccount(*m_bench, TokenUse::ClientSubmission);
    real.account.service.reset(); // Entra's own
    QVERIFY(keepAccounts(*m_bench, {real}));
    TestDraft draft = form().draft();
    draft.account = real.name;
    form().setDraft(draft);
    page().send();
    QVERIFY(!page().isRunning());
    QVERIFY(m_bench->practice.requests().empty() && m_bench->practice.messages().empty());
    page().fillFromPractice();
    QVERIFY(form().draft().account.isEmpty());
}

void tst_TestAccounts::aTestOfBeforeIsRepeated()
{
    practise();
    throughGraph();
    QVERIFY2(sendAndWait(), qPrintable(page().verdictSentence() + page().message()->sentence()));
    const TestRecord before = *panel().record();
    TestDraft other;
    other.server = QStringLiteral("mx.example.org");
    form().setDraft(other);
    TestRecord changed = before;
    changed.request.graph->service =
        QUrl(QStringLiteral("https://127.0.0.1:1")); // it says nothing of where a token goes
    panel().showRecord(changed);
    QVERIFY2(sendAndWait(), qPrintable(page().verdictSentence() + page().message()->sentence()));
    QVERIFY2(panel().record()->accepted(), qPrintable(page().verdictSentence() + conversation()));
    QCOMPARE(m_bench->practice.messages().size(), 2u);
}

void tst_TestAccounts::noCommandIsMadeOfAGraphTest()
{
    practise();
    throughGraph();
    QVERIFY2(sendAndWait(), qPrintable(page().verdictSentence() + page().message()->sentence()));
    const auto actions = panel().conversation().takeAlong().menu()->actions();
    const auto swaks =
        std::ranges::find_if(actions, [](const QAction *one) { return one->text().contains(QStringLiteral("swaks")); });
    QVERIFY(swaks != actions.end());
    (*swaks)->trigger();
    QVERIFY2(page().message()->sentence().contains(QStringLiteral("goes through Microsoft Graph")),
             qPrintable(page().message()->sentence()));
}

void tst_TestAccounts::aSeriesSignsInWithAccounts()
{
    Site site = contoso();
    site.senders.resize(1);
    site.senders.front().signIn = SignInAbility::OAuth;
    m_bench->workspace.create(site);
    practise();
    page().showTab(TestPage::AllSenders);
    SeriesPanel &series = page().series();
    series.setup().recipient().setText(m_bench->practice.sender());
    button(QStringLiteral("Use the practice server"))->click();
    series.setup().setPerMinute(6000);
    series.setup().setRepeats(3);
    const std::size_t before = m_bench->practice.requests().size();
    page().send();
    QTRY_VERIFY_WITH_TIMEOUT(!page().isRunning(), 30'000);
    const QModelIndex sender = series.model().indexOf(site.senders.front().id);
    QVERIFY2(sender.data(SeriesModel::VerdictRole).toInt() == static_cast<int>(Verdict::Good),
             qPrintable(series.model().sentenceOf(sender)));
    QCOMPARE(m_bench->practice.messages().size(), 3u);
    QCOMPARE(m_bench->practice.requests().size(), before + 1); // one token served them all
    // Without an account of that name it says so, and sends nothing.
    QVERIFY(keepAccounts(*m_bench, {}));
    page().send();
    QTRY_VERIFY_WITH_TIMEOUT(!page().isRunning(), 30'000);
    QVERIFY2(series.model().sentenceOf(sender).contains(QStringLiteral("Add an account named scanner@contoso.com")),
             qPrintable(series.model().sentenceOf(sender)));
    QCOMPARE(m_bench->practice.messages().size(), 3u);
}

QTEST_MAIN(tst_TestAccounts)
#include "tst_TestAccounts.moc"
