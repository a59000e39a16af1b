// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/AccountsFixture.h"

#include "ui/engine/PracticeRoom.h"
#include "ui/engine/SetUpDesk.h"
#include "ui/theme/Theme.h"
#include "ui/views/SetUpPanel.h"
#include "ui/views/SetUpProofCard.h"
#include "ui/views/SetUpScripts.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDir>
#include <QTest>

#include <algorithm>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

const QString kName = accountName();

} // namespace

/// From scripts to a proof, as a person goes about it, with the practice server of the window.
class tst_SetUp : public AccountsTest {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { close(); }
    void theScriptsAreOfTheAccount();
    void scriptsBeforeThereIsAnAccount();
    void scriptsAreSavedAndCopied();
    void aProofSignsIn();
    void whatHasNotSpreadYetIsWaitedFor();
    void aRefusalIsExplained();
    void whatMendsItIsShown();
    void itIsStopped();
    void whatIsTypedWrongIsSaid();
    void itGoesOnWhileAnotherAccountIsShown();

private:
    void begin(bool known = true);
    [[nodiscard]] bool says(const QString &words) const;
    [[nodiscard]] bool choose(const QString &text) const;
    [[nodiscard]] SetUpProofCard &proof() const { return m_page->setUp().proof(); }
};

void tst_SetUp::init()
{
    open();
    if (QTest::currentTestFailed())
        return;
    store(secretPlace(), kPasswordMark);
    keep(kName, m_service->application(secretPlace()));
}

/// `known`: the practice tenant has the mailbox.
void tst_SetUp::begin(bool known)
{
    PracticeChoice choice{.method = PracticeMethod::ClientSubmission};
    if (known) {
        PracticeAccount scanner;
        scanner.user = kName;
        scanner.anySecret = true;
        choice.tenant.accounts = {scanner};
    }
    QVERIFY(m_bench->practice.start(choice));
    button(QStringLiteral("Set up…"))->click();
    proof().server().setText(m_bench->practice.address().toString());
}

bool tst_SetUp::says(const QString &words) const
{
    return proof().lines().join(u' ').contains(words);
}

/// One of the answers that stand side by side.
bool tst_SetUp::choose(const QString &text) const
{
    const auto all = m_page->findChildren<QAbstractButton *>();
    const auto found =
        std::ranges::find_if(all, [&](const QAbstractButton *one) { return one->text() == text && one->isVisible(); });
    if (found == all.end())
        return false;
    (*found)->click();
    return true;
}

void tst_SetUp::theScriptsAreOfTheAccount()
{
    button(QStringLiteral("Set up…"))->click();
    const SetUpScripts &scripts = m_page->setUp().scripts();
    QVERIFY2(scripts.calls().contains(QStringLiteral(".\\application-access.ps1 -AppId %1 -ObjectId OBJECT-ID")
                                          .arg(QLatin1String(SignInService::kApplication))),
             qPrintable(scripts.calls().join(u'\n')));
    button(QStringLiteral("Back"))->click();
    // A sign-in tells the id, and from then on nobody need type it.
    button(QStringLiteral("Test now"))->click();
    QTRY_VERIFY(!m_page->desk().isBusy());
    button(QStringLiteral("Set up…"))->click();
    QVERIFY2(scripts.calls().join(u'\n').contains(QLatin1String(SignInService::kObjectId)),
             qPrintable(scripts.calls().join(u'\n')));
    QVERIFY(!line(QStringLiteral("Server"))->text().isEmpty());
    QTest::keyClick(m_page.get(), Qt::Key_Escape);
    QVERIFY(button(QStringLiteral("Test now")));
}

void tst_SetUp::scriptsBeforeThereIsAnAccount()
{
    m_page->openForm();
    button(QStringLiteral("No application yet? Make the scripts for it…"))->click();
    const SetUpScripts &scripts = m_page->setUp().scripts();
    QVERIFY(scripts.scripts().empty());
    QVERIFY(!button(QStringLiteral("Save the scripts…"))->isEnabled());
    QVERIFY(!button(QStringLiteral("Prove it now")));
    QLineEdit *mailbox = line(QStringLiteral("Mailbox that sends"));
    QTest::keyClicks(mailbox, QStringLiteral("erp"));
    QVERIFY(scripts.scripts().empty());
    QTest::keyClicks(mailbox, QStringLiteral("@contoso.com"));
    QCOMPARE(scripts.scripts().size(), 4u);
    QCOMPARE(scripts.scripts().front().kind, QStringLiteral("application-registration-script"));
    QVERIFY(scripts.calls().join(u'\n').contains(QLatin1String("-AppId APPLICATION-ID")));
    QVERIFY(choose(QStringLiteral("A person")));
    QCOMPARE(scripts.scripts().size(), 2u);
    button(QStringLiteral("Add the account…"))->click();
    QVERIFY(button(QStringLiteral("Sign in and keep it")));
}

void tst_SetUp::scriptsAreSavedAndCopied()
{
    button(QStringLiteral("Set up…"))->click();
    SetUpScripts &scripts = m_page->setUp().scripts();
    const QDir folder(m_bench->folder.path());
    QVERIFY(folder.mkpath(QStringLiteral("scripts")));
    scripts.saveTo(folder.filePath(QStringLiteral("scripts")));
    QCOMPARE(QDir(folder.filePath(QStringLiteral("scripts"))).entryList(QDir::Files).size(), 3);
    QVERIFY2(m_page->message()->sentence().startsWith(QStringLiteral("3 script(s) saved to ")),
             qPrintable(m_page->message()->sentence()));
    scripts.saveTo(folder.filePath(QStringLiteral("nowhere")));
    QVERIFY2(m_page->message()->sentence().contains(QStringLiteral("could not be written")),
             qPrintable(m_page->message()->sentence()));
    button(QStringLiteral("Copy the line"))->click();
    QCOMPARE(QApplication::clipboard()->text(), scripts.calls().front());
    button(QStringLiteral("Copy the script"))->click();
    QCOMPARE(QApplication::clipboard()->text(), scripts.scripts().front().text);
}

void tst_SetUp::aProofSignsIn()
{
    begin();
    button(QStringLiteral("Prove it now"))->click();
    QVERIFY(!button(QStringLiteral("Prove it now"))->isEnabled());
    QTRY_VERIFY2(!m_page->setUpDesk().standing().isRunning, qPrintable(proof().lines().join(u'\n')));
    QVERIFY2(says(kName + QStringLiteral(" signed in to ")), qPrintable(proof().lines().join(u'\n')));
    QVERIFY(m_bench->practice.messages().empty());
    QTRY_VERIFY(booked()->lastSuccess.has_value());
}

void tst_SetUp::whatHasNotSpreadYetIsWaitedFor()
{
    begin(false);
    proof().prove();
    QTRY_VERIFY2(says(QStringLiteral("1 tries so far.")), qPrintable(proof().lines().join(u'\n')));
    QVERIFY2(says(QStringLiteral("That is what rights look like that have not spread yet")),
             qPrintable(proof().lines().join(u'\n')));
    QVERIFY(button(QStringLiteral("Stop")));
    // The same with less patience, and with rights that come.
    auto wish = *proofOf(*booked(), std::nullopt, m_bench->workspace.knowledge());
    wish.way = ProofBySmtp{m_bench->practice.address()};
    wish.authoritiesPem = m_bench->practice.authorityPem();
    wish.patient = true;
    m_page->setUpDesk().prove(kName, wish, {1ms, 1ms});
    QTRY_COMPARE_GE(m_page->setUpDesk().standing().tries, 3);
    PracticeAccount scanner;
    scanner.user = kName;
    scanner.anySecret = true;
    PracticeChoice choice{.method = PracticeMethod::ClientSubmission};
    choice.tenant.accounts = {scanner};
    QVERIFY(m_bench->practice.start(choice)); // at the same address
    QTRY_VERIFY2(!m_page->setUpDesk().standing().isRunning, qPrintable(proof().lines().join(u'\n')));
    QVERIFY2(says(QStringLiteral(" signed in to ")), qPrintable(proof().lines().join(u'\n')));
}

void tst_SetUp::aRefusalIsExplained()
{
    begin(false);
    QVERIFY(choose(QStringLiteral("Earlier")));
    QVERIFY(!proof().patience().isEnabled());
    proof().prove();
    QTRY_VERIFY(!m_page->setUpDesk().standing().isRunning);
    QVERIFY2(says(QStringLiteral("did not let %1 sign in").arg(kName)), qPrintable(proof().lines().join(u'\n')));
    QVERIFY(!says(QStringLiteral("have not spread yet")));
    QVERIFY(!booked()->lastSuccess);

    m_service->script = [](const QByteArray &) { return SignInService::refused("invalid_client", "7000222"); };
    QVERIFY(choose(QStringLiteral("Within the last two hours")));
    proof().prove();
    QTRY_VERIFY(!m_page->setUpDesk().standing().isRunning); // waiting mends no secret
    QVERIFY2(says(QStringLiteral("The client secret has expired.")), qPrintable(proof().lines().join(u'\n')));
}

void tst_SetUp::whatMendsItIsShown()
{
    begin(false);
    auto *scripts = m_page->setUp().findChild<SetUpScripts *>();
    QVERIFY(scripts->scripts().size() > 1);
    const Artifact &last = scripts->scripts().back();
    QTRY_VERIFY(m_page->isActiveWindow());
    Q_EMIT proof().mendRequested(last.kind);
    const QWidget *focus = QApplication::focusWidget();
    QVERIFY2(focus && focus->accessibleName().contains(last.fileName), qPrintable(last.fileName));
    QVERIFY(m_page->message()->sentence().startsWith(QStringLiteral("This script mends it.")));
    Q_EMIT proof().mendRequested(QStringLiteral("spf-zone"));
    QVERIFY(m_page->message()->sentence().startsWith(QStringLiteral("The scripts above give the rights.")));
}

void tst_SetUp::itIsStopped()
{
    begin(false);
    proof().prove();
    QTRY_VERIFY(says(QStringLiteral("1 tries so far.")));
    button(QStringLiteral("Stop"))->click();
    QVERIFY(!m_page->setUpDesk().standing().isRunning);
    QVERIFY(!says(QStringLiteral("1 tries so far.")));
    QVERIFY(button(QStringLiteral("Prove it now"))->isEnabled());
    proof().prove();
    m_page->setUpDesk().stop(); // while it asks for a token
    QVERIFY(says(QStringLiteral("It was stopped.")));
}

void tst_SetUp::whatIsTypedWrongIsSaid()
{
    begin();
    proof().server().setText(QStringLiteral("smtp office"));
    proof().prove();
    QCOMPARE(m_page->setUpDesk().standing().account, QString());
    TokenAccount graph = m_service->application(secretPlace());
    graph.use = TokenUse::Graph;
    keep(QStringLiteral("by graph"), graph);
    m_page->openSetUp();
    QVERIFY(!line(QStringLiteral("Server")));
    proof().recipient().setText(QStringLiteral("jane@contoso.com"));
    proof().prove(); // the account does not name the mailbox
    QCOMPARE(m_page->setUpDesk().standing().account, QString());
}

void tst_SetUp::itGoesOnWhileAnotherAccountIsShown()
{
    begin(false);
    proof().prove();
    QTRY_VERIFY(says(QStringLiteral("1 tries so far.")));
    button(QStringLiteral("Back"))->click();
    keep(QStringLiteral("erp@contoso.com"), m_service->application(secretPlace()));
    m_page->openSetUp();
    QVERIFY(proof().lines().isEmpty());
    QVERIFY(m_page->setUpDesk().standing().isRunning);
    button(QStringLiteral("Back"))->click();
    m_page->choose(kName);
    m_page->openSetUp();
    QVERIFY(says(QStringLiteral("1 tries so far.")));
}

QTEST_MAIN(tst_SetUp)
#include "tst_SetUp.moc"
