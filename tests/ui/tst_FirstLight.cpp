// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/RelaySupervisor.h"
#include "tests/support/PostfixServer.h"
#include "tests/ui/Bench.h"
#include "ui/forms/RelayForm.h"
#include "ui/forms/TestForm.h"
#include "ui/models/TranscriptModel.h"
#include "ui/pages/ApplyPage.h"
#include "ui/pages/CheckPage.h"
#include "ui/pages/PlanPage.h"
#include "ui/pages/RelayPage.h"
#include "ui/pages/SendersPage.h"
#include "ui/pages/TestPage.h"
#include "ui/theme/Theme.h"
#include "ui/window/MainWindow.h"
#include "ui/window/TrayIcon.h"
#include "ui/wizard/SiteWizard.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// The first light: from the first question to a message that went through the relay, by hand and key, against a real
/// Postfix and the real relaywrightd.
class tst_FirstLight : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void theWizardMakesASiteAndLosesNoAnswer();
    void thePlanNamesAMethodWithReasons();
    void theArtifactsAreSaved();
    void aTestMessageArrivesAtARealServer();
    void aWrongPasswordIsExplained();
    void aTestStopsAtOnceWhileTheServerIsSilent();
    void theRelayHandsAMessageOn();
    void closingTheWindowIsAWishAndNotTheEnd();
    void everyControlHasAName();

private:
    [[nodiscard]] static QLineEdit *edit(const QWidget &parent, const char *name);
    static void type(const QWidget &parent, const char *name, const QString &text);
    static void choose(const QWidget &parent, const char *name, const QString &choice);
    void sendAndWait();
    [[nodiscard]] TestPage &testPage() const { return m_window->testPage(); }

    QTemporaryDir m_folder;
    PostfixServer m_postfix;
    std::unique_ptr<RelaySupervisor> m_relay;
    std::unique_ptr<Bench> m_bench;
    std::unique_ptr<MainWindow> m_window;
};

void tst_FirstLight::initTestCase()
{
    applyTheme(*qApp, Scheme::Light);
    qputenv("XDG_RUNTIME_DIR", m_folder.path().toUtf8()); // holds the relay's control socket
    QFile::setPermissions(m_folder.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    QVERIFY2(m_postfix.start(), qPrintable(m_postfix.problem()));
    m_relay = std::make_unique<RelaySupervisor>(RelaySupervisor::Options{
        .program = QStringLiteral(RELAYWRIGHTD),
        .configFile = m_folder.filePath(QStringLiteral("relay.json")),
        .logFile = m_folder.filePath(QStringLiteral("relay.log")),
        .name = QStringLiteral("first-light"),
        .spoolFolder = m_folder.filePath(QStringLiteral("spool"))});
    m_relay->begin();
    m_bench = std::make_unique<Bench>(m_relay.get(), false); // no keychain: passwords are for this run only
    m_window = std::make_unique<MainWindow>(m_bench->services);
    m_window->resize(1160, 760);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QTRY_COMPARE(m_bench->vault.state(), Vault::State::Unavailable);
}

void tst_FirstLight::cleanupTestCase()
{
    if (m_relay->state() != RelayHost::State::Off) {
        m_relay->stop();
        QTRY_VERIFY_WITH_TIMEOUT(m_relay->state() == RelayHost::State::Off, 20'000);
    }
    m_window.reset();
    m_bench.reset();
}

QLineEdit *tst_FirstLight::edit(const QWidget &parent, const char *name)
{
    for (QLineEdit *candidate : parent.findChildren<QLineEdit *>()) {
        if (candidate->accessibleName() == QLatin1String(name) && candidate->isVisible())
            return candidate;
    }
    return nullptr;
}

void tst_FirstLight::type(const QWidget &parent, const char *name, const QString &text)
{
    QLineEdit *field = edit(parent, name);
    QVERIFY2(field, name);
    field->setFocus();
    field->selectAll();
    QTest::keyClick(field, Qt::Key_Delete);
    QTest::keyClicks(field, text);
    QTest::keyClick(field, Qt::Key_Tab);
}

void tst_FirstLight::choose(const QWidget &parent, const char *name, const QString &choice)
{
    for (QWidget *control : parent.findChildren<QWidget *>()) {
        if (control->accessibleName() != QLatin1String(name) || !control->isVisible())
            continue;
        if (auto *box = qobject_cast<QComboBox *>(control)) {
            QVERIFY2(box->findText(choice) >= 0, qPrintable(choice));
            box->setCurrentIndex(box->findText(choice));
            Q_EMIT box->activated(box->currentIndex());
            return;
        }
        for (QRadioButton *button : control->findChildren<QRadioButton *>()) {
            if (button->text() == choice) {
                button->click();
                return;
            }
        }
    }
    QFAIL(name);
}

void tst_FirstLight::theWizardMakesASiteAndLosesNoAnswer()
{
    QCOMPARE(m_window->currentPage(), QStringLiteral("start"));
    SiteWizard *wizard = m_window->openWizard();
    QVERIFY(QTest::qWaitForWindowExposed(wizard));
    wizard->next(); // nothing typed yet: it stays, and says why
    QCOMPARE(wizard->currentId(), static_cast<int>(SiteWizard::OrganisationPageId));
    const QWidget *page = wizard->currentPage();
    type(*page, "Which domain do your devices send as?", QStringLiteral("example.com"));
    m_bench->dns.setMx(QStringLiteral("example.com"), QStringLiteral("example-com.mail.protection.outlook.com"));
    m_bench->dns.setTxt(QStringLiteral("example.com"), "v=spf1 -all");
    for (QPushButton *button : page->findChildren<QPushButton *>()) {
        if (button->text() == QStringLiteral("Find out"))
            QTest::mouseClick(button, Qt::LeftButton);
    }
    QTRY_COMPARE(wizard->draft().organisation.mxHost, QStringLiteral("example-com.mail.protection.outlook.com"));
    QCOMPARE(wizard->draft().organisation.existingSpf, QStringLiteral("v=spf1 -all"));
    wizard->next();
    QCOMPARE(wizard->currentId(), static_cast<int>(SiteWizard::NetworkPageId));
    type(*wizard->currentPage(), "Which public addresses does the network send from?", QStringLiteral("192.0.2.10"));
    choose(*wizard->currentPage(), "Do these public addresses always stay the same?", QStringLiteral("Yes"));
    choose(*wizard->currentPage(), "May computers here open connections to port 25 on the internet?",
           QStringLiteral("No"));
    choose(*wizard->currentPage(), "And to port 587?", QStringLiteral("Yes"));
    wizard->next();
    type(*wizard->currentPage(), "What do people call it?", QStringLiteral("Old scanner"));
    type(*wizard->currentPage(), "Which address does it send as?", QStringLiteral("scanner@example.com"));
    choose(*wizard->currentPage(), "Whom does it write to?", QStringLiteral("Both, inside and outside"));
    wizard->back();
    wizard->back();
    QCOMPARE(edit(*wizard->currentPage(), "Which domain do your devices send as?")->text(),
             QStringLiteral("example.com"));
    wizard->next();
    QCOMPARE(edit(*wizard->currentPage(), "Which public addresses does the network send from?")->text(),
             QStringLiteral("192.0.2.10"));
    wizard->next();
    QCOMPARE(edit(*wizard->currentPage(), "Which address does it send as?")->text(),
             QStringLiteral("scanner@example.com"));
    wizard->next();
    QCOMPARE(wizard->currentId(), static_cast<int>(SiteWizard::AbilityPageId));
    choose(*wizard->currentPage(), "What is the newest encryption it can do?", QStringLiteral("No encryption"));
    choose(*wizard->currentPage(), "How can it sign in?", QStringLiteral("It cannot sign in"));
    type(*wizard->currentPage(), "With which mailbox does it sign in?", QStringLiteral("scanner@example.com"));
    wizard->next();
    QCOMPARE(wizard->currentId(), static_cast<int>(SiteWizard::ResultPageId));
    wizard->next();
    QTest::mouseClick(wizard->button(QWizard::FinishButton), Qt::LeftButton);

    QVERIFY(m_bench->workspace.hasSite());
    const Site &site = m_bench->workspace.site();
    QCOMPARE(site.senders.size(), 1u);
    QCOMPARE(site.senders.front().name, QStringLiteral("Old scanner"));
    QVERIFY(site.senders.front().tls == TlsAbility::None);
    QVERIFY(site.networks.front().port25Open == YesNo::No);
    QCOMPARE(m_window->currentPage(), QStringLiteral("plan"));
}

void tst_FirstLight::thePlanNamesAMethodWithReasons()
{
    const Plan &plan = m_bench->workspace.plan();
    QCOMPARE(plan.senders.size(), 1u);
    const Option *chosen = plan.senders.front().chosen();
    QVERIFY(chosen);
    QVERIFY(chosen->method == Method::LocalRelay); // neither TLS nor sign-in, and port 25 is closed
    QVERIFY(!chosen->reasons.empty());
    QStringList shown;
    for (const QLabel *label : m_window->planPage().findChildren<QLabel *>()) {
        if (label->isVisible())
            shown += label->text();
    }
    QVERIFY2(shown.contains(QStringLiteral("Local relay")), qPrintable(shown.join(u'\n')));
    QVERIFY2(shown.contains(chosen->reasons.front().sentence), qPrintable(shown.join(u'\n')));
}

void tst_FirstLight::theArtifactsAreSaved()
{
    QVERIFY(QTest::qWaitForWindowActive(m_window.get())); // after the wizard
    QTest::keyClick(m_window.get(), Qt::Key_4, Qt::ControlModifier);
    QTRY_COMPARE(m_window->currentPage(), QStringLiteral("apply"));
    QVERIFY(m_window->applyPage().selectKind(QStringLiteral("relay-config")));
    QVERIFY(m_window->applyPage().selectKind(QStringLiteral("device-sheet")));
    const QString folder = m_folder.filePath(QStringLiteral("artifacts"));
    QVERIFY(QDir().mkpath(folder));
    m_window->applyPage().saveAllTo(folder);
    const QFileInfoList files = QDir(folder).entryInfoList(QDir::Files);
    QCOMPARE_GE(files.size(), 2);
    for (const QFileInfo &file : files)
        QVERIFY2(file.size() > 0, qPrintable(file.fileName()));
}

void tst_FirstLight::sendAndWait()
{
    QTest::keyClick(m_window.get(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!testPage().isRunning() && !testPage().verdictSentence().isEmpty(), 20'000);
}

void tst_FirstLight::aTestMessageArrivesAtARealServer()
{
    QTest::keyClick(m_window.get(), Qt::Key_6, Qt::ControlModifier);
    QTRY_COMPARE(m_window->currentPage(), QStringLiteral("test"));
    TestDraft draft = testPage().form().draft();
    draft.authorityPem = m_postfix.authorityPem();
    draft.server = QStringLiteral("localhost");
    draft.subject = QStringLiteral("First light, direct");
    testPage().form().setDraft(draft);
    type(testPage(), "Port", QString::number(m_postfix.port()));
    type(testPage(), "Sign in as", m_postfix.user());
    type(testPage(), "Password", m_postfix.password());
    type(testPage(), "Send as (From)", QStringLiteral("scanner@example.com"));
    type(testPage(), "To", QStringLiteral("reader@example.com"));
    sendAndWait();
    QVERIFY2(testPage().verdictSentence().contains(QStringLiteral("accepted")),
             qPrintable(testPage().verdictSentence()));
    QTRY_COMPARE_WITH_TIMEOUT(m_postfix.countContaining("First light, direct"), 1, 15'000);

    const QString transcript = toText(testPage().transcript().lines());
    QVERIFY(transcript.contains(QStringLiteral("EHLO")));
    QVERIFY(!transcript.contains(m_postfix.password()));
    const QByteArray plain = QByteArray(1, '\0') + m_postfix.user().toUtf8() + '\0' + m_postfix.password().toUtf8();
    QVERIFY(!transcript.contains(QString::fromLatin1(plain.toBase64())));
    QVERIFY(!transcript.contains(QString::fromLatin1(m_postfix.password().toUtf8().toBase64())));
    QTRY_VERIFY(edit(testPage(), "Password")->text().isEmpty()); // kept for this run, no longer in the field
}

void tst_FirstLight::aWrongPasswordIsExplained()
{
    type(testPage(), "Password", QStringLiteral("surely not this one"));
    sendAndWait();
    const TranscriptModel &model = testPage().transcript();
    int explanations = 0;
    for (int row = 0; row < model.rowCount(); ++row)
        explanations += model.kindOf(row) == TranscriptModel::RowKind::Explanation ? 1 : 0;
    QCOMPARE(explanations, 1);
    std::optional<Secret> kept; // the good one of before; a refused password replaces nothing
    m_bench->vault.read(m_postfix.user(), this,
                        [&kept](const Result<Secret> &secret) { kept = secret.value_or(Secret()); });
    QTRY_VERIFY(kept);
    QVERIFY(*kept == Secret::fromText(m_postfix.password()));
    QVERIFY(!edit(testPage(), "Password")->text().isEmpty()); // still there to be corrected
    QVERIFY2(testPage().verdictSentence().contains(m_postfix.user()), qPrintable(testPage().verdictSentence()));
}

void tst_FirstLight::aTestStopsAtOnceWhileTheServerIsSilent()
{
    QTcpServer silent; // takes the connection and says nothing
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    TestDraft draft = testPage().form().draft();
    draft.server = QStringLiteral("127.0.0.1");
    draft.port = QString::number(silent.serverPort());
    draft.user.clear();
    testPage().form().setDraft(draft);
    qint64 longestPause = 0;
    QElapsedTimer since;
    QTimer heartbeat;
    connect(&heartbeat, &QTimer::timeout, this, [&] { longestPause = std::max(longestPause, since.restart()); });
    since.start();
    heartbeat.start(20);
    QTest::keyClick(m_window.get(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_VERIFY(silent.hasPendingConnections());
    QVERIFY(testPage().isRunning());
    QTest::keyClick(m_window.get(), Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!testPage().isRunning(), 1000);
    QVERIFY2(testPage().verdictSentence().contains(QStringLiteral("stopped")),
             qPrintable(testPage().verdictSentence()));
    QVERIFY2(longestPause < 1000, qPrintable(QString::number(longestPause))); // the window never stood still
}

void tst_FirstLight::theRelayHandsAMessageOn()
{
    QTcpServer probe;
    QVERIFY(probe.listen(QHostAddress::LocalHost));
    const QString port = QString::number(probe.serverPort());
    probe.close();
    QTest::keyClick(m_window.get(), Qt::Key_7, Qt::ControlModifier);
    QTRY_COMPARE(m_window->currentPage(), QStringLiteral("relay"));
    RelayPage &page = m_window->relayPage();
    page.showSettings();
    RelayDraft draft;
    draft.listenPort = port;
    draft.server = QStringLiteral("localhost");
    draft.port = QString::number(m_postfix.port());
    draft.user = m_postfix.user();
    draft.caFile = m_postfix.authorityFile();
    page.form().setDraft(draft);
    type(page, "Password", m_postfix.password());
    page.startRelay();
    QTRY_VERIFY_WITH_TIMEOUT(m_relay->state() == RelayHost::State::Running || !m_relay->problem().isEmpty(), 20'000);
    QVERIFY2(m_relay->state() == RelayHost::State::Running, qPrintable(m_relay->problem()));
    QVERIFY(m_relay->config()->upstream.password); // a reference; the file must not hold the password
    QFile file(m_folder.filePath(QStringLiteral("relay.json")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(!file.readAll().contains(m_postfix.password().toUtf8()));

    for (QPushButton *button : page.findChildren<QPushButton *>()) {
        if (button->text() == QStringLiteral("Send a test through it")) {
            page.showSettings();
            QTest::mouseClick(button, Qt::LeftButton);
        }
    }
    QTRY_COMPARE(m_window->currentPage(), QStringLiteral("test"));
    QCOMPARE(testPage().form().draft().port, port);
    TestDraft test = testPage().form().draft();
    test.subject = QStringLiteral("First light, through the relay");
    testPage().form().setDraft(test);
    sendAndWait();
    QVERIFY2(testPage().verdictSentence().contains(QStringLiteral("accepted")),
             qPrintable(testPage().verdictSentence()));
    QTRY_COMPARE_WITH_TIMEOUT(m_postfix.countContaining("First light, through the relay"), 1, 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(m_relay->status() && m_relay->status()->delivered == 1, 10'000);

    m_window->showPage(QStringLiteral("relay"));
    page.stopRelay();
    QTRY_VERIFY_WITH_TIMEOUT(m_relay->state() == RelayHost::State::Off, 20'000);
}

void tst_FirstLight::closingTheWindowIsAWishAndNotTheEnd()
{
    int closed = 0;
    connect(m_window.get(), &MainWindow::closed, this, [&closed] { ++closed; });
    m_window->close();
    QCOMPARE(closed, 1);
    QVERIFY(m_window->isVisible()); // its owner hides it when there is a tray
}

void tst_FirstLight::everyControlHasAName()
{
    QStringList nameless;
    for (const QWidget *widget : m_window->findChildren<QWidget *>()) {
        const bool control = qobject_cast<const QLineEdit *>(widget) || qobject_cast<const QComboBox *>(widget)
            || qobject_cast<const QAbstractItemView *>(widget) || qobject_cast<const QAbstractButton *>(widget)
            || qobject_cast<const QPlainTextEdit *>(widget);
        if (!control || widget->isHidden() || widget->objectName().startsWith(QLatin1String("qt_"))
            || qobject_cast<const QHeaderView *>(widget))
            continue;
        // What a combo box shows when it opens, and the clear button of an edit, are spoken through their owner; the
        // corner of a table does nothing.
        const QString owner = QLatin1String(widget->parentWidget()->metaObject()->className());
        if (owner.startsWith(QLatin1String("QComboBox")) || owner == QLatin1String("QLineEdit")
            || owner == QLatin1String("QTableView") || owner == QLatin1String("QTabBar"))
            continue;
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        if (widget->accessibleName().isEmpty() && (!button || button->text().isEmpty()))
            nameless += QStringLiteral("%1 in %2").arg(QLatin1String(widget->metaObject()->className()), owner);
    }
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u'\n')));
}

QTEST_MAIN(tst_FirstLight)
#include "tst_FirstLight.moc"
