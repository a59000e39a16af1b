// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/Bench.h"

#include "ui/engine/AccountDesk.h"
#include "ui/engine/SetUpDesk.h"
#include "ui/forms/AccountForm.h"
#include "ui/pages/AccountsPage.h"
#include "ui/pages/PracticePage.h"
#include "ui/theme/Theme.h"
#include "ui/views/PracticeRequestView.h"
#include "ui/views/PracticeSetup.h"
#include "ui/views/PracticeTokens.h"
#include "ui/views/SetUpPanel.h"
#include "ui/views/SetUpProofCard.h"
#include "ui/window/MainWindow.h"

#include <QApplication>
#include <QCheckBox>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

#include <algorithm>

using namespace relaywright;
using namespace relaywright::test;

/// The practice sign-in service and Graph of the window, from the switch to an account that proves itself there.
class tst_PracticeTokens : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, Scheme::Light); }
    void init();
    void cleanup();
    void theyStartAndStopWithTheServer();
    void anAccountOfThemProvesItself_data();
    void anAccountOfThemProvesItself();
    void whatWasAskedIsTold();
    void theSecretIsShownOnRequest();

private:
    [[nodiscard]] PracticePage &page() const { return m_window->practicePage(); }
    [[nodiscard]] PracticeTokens &tokens() const { return *page().findChild<PracticeSetup *>()->tokens(); }
    [[nodiscard]] QCheckBox *box(const QString &text) const;
    [[nodiscard]] QPushButton *button(QWidget &in, const QString &text) const;
    void start(bool graph = false);
    void addAccount();

    std::unique_ptr<Bench> m_bench;
    std::unique_ptr<MainWindow> m_window;
};

void tst_PracticeTokens::init()
{
    m_bench = std::make_unique<Bench>();
    m_bench->workspace.create(contoso());
    QTRY_COMPARE(m_bench->vault.state(), Vault::State::Available);
    m_window = std::make_unique<MainWindow>(m_bench->services);
    m_window->resize(1160, 760);
    m_window->show();
    m_window->showPage(QStringLiteral("practice"));
    page().showPane(PracticePage::Tokens);
}

void tst_PracticeTokens::cleanup()
{
    m_window.reset();
    m_bench.reset();
}

QCheckBox *tst_PracticeTokens::box(const QString &text) const
{
    const auto all = tokens().findChildren<QCheckBox *>();
    const auto found = std::ranges::find_if(all, [&](const QCheckBox *one) { return one->text() == text; });
    return found == all.end() ? nullptr : *found;
}

QPushButton *tst_PracticeTokens::button(QWidget &in, const QString &text) const
{
    const auto all = in.findChildren<QPushButton *>();
    const auto found =
        std::ranges::find_if(all, [&](const QPushButton *one) { return one->text() == text && one->isVisible(); });
    return found == all.end() ? nullptr : *found;
}

void tst_PracticeTokens::start(bool graph)
{
    box(graph ? QStringLiteral("Microsoft Graph") : QStringLiteral("Sign-in service (Entra)"))->setChecked(true);
    page().start();
    QVERIFY(m_bench->practice.isRunning() && m_bench->practice.web());
}

void tst_PracticeTokens::addAccount()
{
    AccountsPage &accounts = m_window->accountsPage();
    button(tokens(), QStringLiteral("Make an account of these"))->click();
    QVERIFY(accounts.isVisible());
    QCOMPARE(accounts.form().draft().tenant, m_bench->practice.web()->directory().tenantId);
    accounts.submit();
    QTRY_VERIFY_WITH_TIMEOUT(!accounts.desk().isBusy(), 20'000);
    QVERIFY2(!m_bench->accounts.accounts().empty(), qPrintable(accounts.message()->sentence()));
}

void tst_PracticeTokens::theyStartAndStopWithTheServer()
{
    page().start();
    QVERIFY(!m_bench->practice.web());
    QVERIFY(!button(tokens(), QStringLiteral("Make an account of these")));
    box(QStringLiteral("Microsoft Graph"))->setChecked(true); // the server goes on with it
    QVERIFY(box(QStringLiteral("Sign-in service (Entra)"))->isChecked());
    QVERIFY(m_bench->practice.web() && m_bench->practice.web()->graph());
    const QString tenant = m_bench->practice.web()->directory().tenantId;
    page().findChild<PracticeSetup *>()->setMethod(PracticeMethod::HighVolumeEmail);
    QCOMPARE(m_bench->practice.web()->directory().tenantId, tenant); // another endpoint of the same tenant
    box(QStringLiteral("Sign-in service (Entra)"))->setChecked(false);
    QVERIFY(!box(QStringLiteral("Microsoft Graph"))->isChecked());
    QVERIFY(!m_bench->practice.web() && m_bench->practice.isRunning());
    box(QStringLiteral("Sign-in service (Entra)"))->setChecked(true);
    QVERIFY(!m_bench->practice.web()->graph());
    m_bench->practice.stop();
    QVERIFY(!m_bench->practice.web());
}

void tst_PracticeTokens::anAccountOfThemProvesItself_data()
{
    QTest::addColumn<TokenUse>("use");
    QTest::newRow("by SMTP") << TokenUse::ClientSubmission;
    QTest::newRow("through Graph") << TokenUse::Graph;
}

void tst_PracticeTokens::anAccountOfThemProvesItself()
{
    QFETCH(TokenUse, use);
    start(true);
    addAccount();
    AccountsPage &accounts = m_window->accountsPage();
    if (use == TokenUse::Graph) {
        BookedAccount graph = m_bench->accounts.accounts().front();
        graph.account.use = use;
        QVERIFY(changeAccountBook(m_bench->folder.filePath(QStringLiteral("accounts.json")),
                                  [&](AccountBook &book) { book = {graph}; }));
        m_bench->accounts.look();
    }
    accounts.openSetUp();
    accounts.setUp().proof().prove();
    QTRY_VERIFY_WITH_TIMEOUT(!accounts.setUpDesk().standing().isRunning, 20'000);
    const auto &finding = accounts.setUpDesk().standing().finding;
    QVERIFY2(finding && finding->end == ProofFinding::End::Proven,
             qPrintable(accounts.setUp().proof().lines().join(u'\n')));
    QCOMPARE(m_bench->practice.messages().size(), use == TokenUse::Graph ? 1u : 0u);
}

void tst_PracticeTokens::whatWasAskedIsTold()
{
    start();
    addAccount();
    m_window->showPage(QStringLiteral("practice"));
    page().showPane(PracticePage::Requests);
    QVERIFY(!m_bench->practice.requests().empty());
    const PracticeRequest &request = m_bench->practice.requests().back();
    QCOMPARE(request.method, QStringLiteral("POST"));
    QCOMPARE(request.status, 200);
    QVERIFY2(request.path.endsWith(QStringLiteral("/oauth2/v2.0/token")), qPrintable(request.path));
    const QString shown = page().findChild<PracticeRequestView *>()->shownText();
    QVERIFY2(shown.contains(QStringLiteral("The sign-in service answered 200.")), qPrintable(shown));
    QVERIFY2(shown.contains(QStringLiteral("Tokens given since the start: 1. Requests refused: 0.")),
             qPrintable(shown));
}

void tst_PracticeTokens::theSecretIsShownOnRequest()
{
    start();
    const QString secret = QString::fromUtf8(m_bench->practice.web()->madeUpSecret()->reveal());
    const auto isShown = [&] {
        const auto lines = tokens().findChildren<QLineEdit *>();
        return std::ranges::any_of(lines, [&](const QLineEdit *one) { return one->text() == secret; });
    };
    QVERIFY(!isShown());
    QPushButton *show = button(tokens(), QStringLiteral("Show"));
    QVERIFY(show);
    show->click();
    QVERIFY(isShown());
    m_bench->practice.stop();
    QVERIFY(!isShown());
}

QTEST_MAIN(tst_PracticeTokens)
#include "tst_PracticeTokens.moc"
