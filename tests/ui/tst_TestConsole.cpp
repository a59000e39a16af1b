// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/TestPageWindow.h"
#include "ui/forms/PasswordEntry.h"
#include "ui/forms/TestDetails.h"
#include "ui/forms/TestForm.h"
#include "ui/models/TranscriptModel.h"
#include "ui/theme/Theme.h"
#include "ui/views/ComparePanel.h"
#include "ui/views/FindBar.h"
#include "ui/views/PracticeFaultList.h"
#include "ui/views/PracticeSetup.h"
#include "ui/views/ResultView.h"
#include "ui/views/SendPanel.h"
#include "ui/views/SenderPicker.h"
#include "ui/views/TranscriptPanel.h"
#include "ui/views/TranscriptView.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// The test console by hand and key, against the practice server.
class tst_TestConsole : public QObject, private TestPageWindow {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init() { openWindow(); }
    void cleanup() { closeWindow(); }
    void anAcceptedMessageOffersItsTrace();
    void theMessageThatWasSentCanBeRead();
    void aLargeMessageIsSavedWhole();
    void wordsAreFoundAndCounted();
    void aRefusalIsTestedAgainFromItsLine();
    void severalRecipientsHaveAVerdictEach();
    void aTestStopsWhereItWasAsked();
    void whatIsHiddenInADisclosureIsShownWhenItIsWrong();
    void aDeviceIsPickedAmongThousands();
    void aSavedTestIsOpenedComparedAndRunAgain();
    void theSecretIsInNothingThatIsTakenAlong();
    void twoTestsStandSideBySide();
    void keptTestsOfAllSendersCanBeCompared();
    void aCertificateSignsInWithoutAPassword();
    void everyPlaceOfA421CanBeTicked();

private:
    [[nodiscard]] SendPanel &panel() const { return page().sendPanel(); }
    void sendAndWait();
    void fillPractice();
};

void tst_TestConsole::initTestCase()
{
    applyTheme(*qApp, Scheme::Light);
}

void tst_TestConsole::fillPractice()
{
    page().fillFromPractice();
    QVERIFY(m_bench->practice.isRunning());
}

void tst_TestConsole::sendAndWait()
{
    QSignalSpy finished(&page(), &TestPage::runFinished);
    page().send();
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
}

void tst_TestConsole::anAcceptedMessageOffersItsTrace()
{
    fillPractice();
    sendAndWait();
    QVERIFY2(page().verdictSentence().contains(QStringLiteral("accepted")), qPrintable(page().verdictSentence()));
    QPushButton *trace = nullptr;
    for (QPushButton *button : panel().result().findChildren<QPushButton *>()) {
        if (button->text() == QStringLiteral("Copy the message trace command"))
            trace = button;
    }
    QVERIFY(trace && trace->isVisible());
    trace->click();
    const QString command = QApplication::clipboard()->text();
    QVERIFY2(command.startsWith(QStringLiteral("Get-MessageTraceV2 -MessageId '<")), qPrintable(command));
    QVERIFY(command.contains(panel().record()->messageId));
}

void tst_TestConsole::theMessageThatWasSentCanBeRead()
{
    fillPractice();
    TestDraft draft = page().form().draft();
    draft.subject = QStringLiteral("Read me");
    page().form().setDraft(draft);
    sendAndWait();
    TranscriptView &view = panel().conversation().view();
    int row = 0;
    while (row < page().transcript().rowCount()
           && !page().transcript().index(row).data(TranscriptModel::MessageRole).toBool())
        ++row;
    QVERIFY(row < page().transcript().rowCount());
    view.setCurrentIndex(page().transcript().index(row));
    QTest::keyClick(&view, Qt::Key_Return);
    QVERIFY(panel().conversation().isMessageShown());
    auto *text = named<QPlainTextEdit>("The message as it was sent");
    QVERIFY(text && text->toPlainText().contains(QStringLiteral("Subject: Read me")));
    panel().conversation().hideMessage();
    QVERIFY(!panel().conversation().isMessageShown());
}

void tst_TestConsole::aLargeMessageIsSavedWhole()
{
    fillPractice();
    TestDraft draft = page().form().draft();
    draft.extras.fill = QStringLiteral("3M");
    page().form().setDraft(draft);
    sendAndWait();
    QVERIFY2(panel().record()->accepted(), qPrintable(page().verdictSentence()));
    const QString path = m_bench->folder.filePath(QStringLiteral("message.eml"));
    panel().saveMessageTo(path);
    QTRY_VERIFY2(page().message()->sentence().contains(QStringLiteral("saved as")),
                 qPrintable(page().message()->sentence()));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(static_cast<quint64>(file.size()), quint64(panel().record()->messageOctets));
    QVERIFY(file.size() > 4'000'000); // base64 of 3 MiB
    QVERIFY(file.readAll().contains(panel().record()->messageId.toUtf8()));
    QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    panel().saveMessageTo(m_bench->folder.filePath(QStringLiteral("no/such/folder/message.eml")));
    QTRY_VERIFY2(page().message()->sentence().contains(QStringLiteral("cannot be written")),
                 qPrintable(page().message()->sentence()));
}

void tst_TestConsole::wordsAreFoundAndCounted()
{
    fillPractice();
    sendAndWait();
    panel().conversation().view().setFocus();
    QTest::keyClick(&panel().conversation().view(), Qt::Key_F, Qt::ControlModifier);
    FindBar &bar = panel().conversation().findBar();
    QTRY_VERIFY(bar.isVisible());
    auto *words = named<QLineEdit>("Find in the conversation");
    QVERIFY(words);
    QTest::keyClicks(words, QStringLiteral("EHLO"));
    QTRY_VERIFY2(bar.count().startsWith(QStringLiteral("1 of ")), qPrintable(bar.count()));
    const int first = panel().conversation().view().currentIndex().row();
    QTest::keyClick(words, Qt::Key_Return);
    QVERIFY(panel().conversation().view().currentIndex().row() > first);
    QTest::keyClicks(words, QStringLiteral("nowhere"));
    QCOMPARE(bar.count(), QStringLiteral("Nothing found"));
    QTest::keyClick(words, Qt::Key_Escape);
    QVERIFY(!bar.isVisible());
}

void tst_TestConsole::aRefusalIsTestedAgainFromItsLine()
{
    fillPractice();
    page().form().password().type(QStringLiteral("surely not this one"));
    sendAndWait();
    QVERIFY(!panel().record()->accepted());
    TranscriptModel &model = page().transcript();
    int row = 0;
    while (row < model.rowCount() && model.kindOf(row) != TranscriptModel::RowKind::Explanation)
        ++row;
    QVERIFY(row > 0 && row < model.rowCount());
    QVERIFY(model.index(row - 1).data(TranscriptModel::RefusalRole).toBool());
    page().form().password().clear(); // the kept one is good
    const TimePoint before = panel().record()->startedAt;
    m_bench->clock.advance(std::chrono::minutes(1));
    QSignalSpy finished(&page(), &TestPage::runFinished);
    panel().conversation().view().setCurrentIndex(model.index(row));
    QTest::keyClick(&panel().conversation().view(), Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
    QVERIFY2(panel().record()->accepted(), qPrintable(page().verdictSentence()));
    QVERIFY(panel().record()->startedAt > before);
}

void tst_TestConsole::severalRecipientsHaveAVerdictEach()
{
    fillPractice();
    TestDraft draft = page().form().draft();
    draft.to = QStringLiteral("one@contoso.com, two@contoso.com");
    page().form().setDraft(draft);
    sendAndWait();
    const QString verdicts = panel().result().recipients();
    QVERIFY2(verdicts.contains(QStringLiteral("one@contoso.com: accepted")), qPrintable(verdicts));
    QVERIFY2(verdicts.contains(QStringLiteral("two@contoso.com: accepted")), qPrintable(verdicts));
}

void tst_TestConsole::aTestStopsWhereItWasAsked()
{
    fillPractice();
    TestDraft draft = page().form().draft();
    draft.link.stopAfter = Stage::Auth;
    page().form().setDraft(draft);
    sendAndWait();
    QVERIFY2(page().verdictSentence().contains(QStringLiteral("Sign-in")), qPrintable(page().verdictSentence()));
    QVERIFY(m_bench->practice.messages().empty());
}

void tst_TestConsole::whatIsHiddenInADisclosureIsShownWhenItIsWrong()
{
    fillPractice();
    TestDraft draft = page().form().draft();
    draft.link.source = QStringLiteral("eth0");
    page().form().setDraft(draft);
    auto *source = named<QLineEdit>("Connect from this address");
    QVERIFY(source && !source->isVisible());
    page().send();
    QVERIFY(!page().isRunning());
    QVERIFY(source->isVisible());
    QTRY_VERIFY(source->hasFocus());
}

void tst_TestConsole::aDeviceIsPickedAmongThousands()
{
    Site site = contoso();
    for (int i = 0; i < 10'000; ++i) {
        Sender sender;
        sender.id = QStringLiteral("device-%1").arg(i);
        sender.name = QStringLiteral("Device %1").arg(i);
        sender.from = *EmailAddress::parse(QStringLiteral("device%1@contoso.com").arg(i));
        site.senders.push_back(sender);
    }
    m_bench->workspace.create(site);
    QTRY_VERIFY_WITH_TIMEOUT(!m_bench->workspace.isPlanning(), 60'000);
    panel().refreshSite();
    SenderPicker &picker = panel().picker();
    picker.openList();
    QCOMPARE(picker.list().model()->rowCount(), 10'004);
    QTest::keyClicks(&picker.words(), QStringLiteral("old printer"));
    QCOMPARE(picker.list().model()->rowCount(), 1);
    QTest::keyClick(&picker.words(), Qt::Key_Return);
    QCOMPARE(picker.sender(), site.senders[1].id);
    const TestDraft draft = page().form().draft();
    QCOMPARE(draft.senderId, site.senders[1].id);
    QCOMPARE(draft.from, QStringLiteral("printer@contoso.com"));
    QVERIFY(draft.tls == TlsPolicy::None); // it can do no encryption, so the test does none
    QVERIFY(draft.user.isEmpty());
}

void tst_TestConsole::aSavedTestIsOpenedComparedAndRunAgain()
{
    fillPractice();
    sendAndWait();
    const Transcript lines = page().transcript().lines();
    const QString file = m_bench->folder.filePath(QStringLiteral("test.json"));
    panel().saveRecordTo(file);
    QTRY_VERIFY(QFile::exists(file));
    TestDraft other = page().form().draft();
    other.server = QStringLiteral("elsewhere.example.com");
    page().form().setDraft(other);
    page().transcript().clear();
    QTRY_VERIFY(QFile(file).size() > 0);
    panel().openRecord(file);
    QTRY_COMPARE(page().transcript().lines().size(), lines.size());
    QCOMPARE(toText(page().transcript().lines()), toText(lines));
    QCOMPARE(page().form().draft().server, m_bench->practice.address().host.toString());
    sendAndWait();
    QVERIFY2(panel().record()->accepted(), qPrintable(page().verdictSentence()));
    panel().openRecord(m_bench->folder.filePath(QStringLiteral("no such file.json")));
    QTRY_VERIFY(page().message()->sentence().contains(QStringLiteral("no such file.json")));
}

void tst_TestConsole::theSecretIsInNothingThatIsTakenAlong()
{
    fillPractice();
    const QString secret = QStringLiteral("S3cret-and-long-enough");
    page().form().password().type(secret);
    sendAndWait();
    QStringList taken;
    QMenu *menu = panel().conversation().takeAlong().menu();
    QVERIFY(menu);
    Q_EMIT menu->aboutToShow();
    int copies = 0;
    for (QAction *action : menu->actions()) {
        if (!action->text().startsWith(QStringLiteral("Copy")))
            continue;
        QVERIFY2(action->isEnabled(), qPrintable(action->text()));
        QApplication::clipboard()->clear();
        action->trigger();
        QVERIFY2(!QApplication::clipboard()->text().isEmpty(), qPrintable(action->text()));
        taken += QApplication::clipboard()->text();
        ++copies;
    }
    QCOMPARE(copies, 4);
    for (const char *name : {"t.json", "t.html", "t.txt"}) {
        const QString path = m_bench->folder.filePath(QLatin1String(name));
        panel().saveRecordTo(path);
        QTRY_VERIFY(QFile::exists(path));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        taken += QString::fromUtf8(file.readAll());
        QVERIFY(!taken.back().isEmpty());
    }
    const QByteArray user = m_bench->practice.user().toUtf8();
    const QStringList forms{secret, QString::fromLatin1(secret.toUtf8().toBase64()),
                            QString::fromLatin1((QByteArray(1, '\0') + user + '\0' + secret.toUtf8()).toBase64())};
    for (const QString &text : taken) {
        for (const QString &form : forms)
            QVERIFY2(!text.contains(form), qPrintable(text));
    }
}

void tst_TestConsole::twoTestsStandSideBySide()
{
    fillPractice();
    sendAndWait();
    page().form().password().type(QStringLiteral("surely not this one"));
    m_bench->clock.advance(std::chrono::minutes(1));
    sendAndWait();
    page().showTab(TestPage::Comparison);
    RunCompareModel &model = page().comparison().model();
    QTRY_VERIFY_WITH_TIMEOUT(model.differences() > 0, 10'000);
    QVERIFY(!page().comparison().verdict().isEmpty());
    bool signIn = false;
    for (const CompareRow &row : model.comparison().rows)
        signIn = signIn || (row.stage == Stage::Auth && row.kind != CompareRow::Kind::Same);
    QVERIFY(signIn);
    const int all = model.rowCount();
    model.setOnlyDifferences(true);
    QVERIFY(model.rowCount() < all);
    QVERIFY(model.toText().count(u'\n') == model.rowCount() + 1 || model.toText().contains(u'"'));
}

void tst_TestConsole::aCertificateSignsInWithoutAPassword()
{
    fillPractice();
    TestDraft draft = page().form().draft();
    draft.user = QStringLiteral("certificate@contoso.com");
    draft.mechanism = AuthMechanism::External;
    page().form().setDraft(draft);
    sendAndWait();
    QVERIFY(panel().record());
    QCOMPARE(panel().record()->request.connection.smtp.credentials->user, draft.user);
    QVERIFY(panel().record()->stage() >= Stage::Auth); // this server knows no such sign-in, and that is its answer
}

void tst_TestConsole::everyPlaceOfA421CanBeTicked()
{
    const PracticeSetup setup(m_bench->workspace.knowledge(), m_bench->clock.today());
    auto *rows = setup.faultList()->findChild<QListWidget *>();
    QVERIFY(rows);
    QSet<int> places;
    for (int row = 0; row < rows->count(); ++row) {
        if (!rows->item(row)->text().contains(QStringLiteral("421")))
            continue;
        rows->item(row)->setCheckState(Qt::Checked);
        const PracticeFaults faults = setup.choice().faults;
        QVERIFY(faults.closesAt);
        places.insert(static_cast<int>(*faults.closesAt));
    }
    QCOMPARE(places.size(), 8); // of PracticePoint
}

void tst_TestConsole::keptTestsOfAllSendersCanBeCompared()
{
    m_bench->workspace.create(contoso());
    const Site &site = m_bench->workspace.site();
    fillPractice();
    for (const std::size_t place : {0u, 1u}) {
        TestDraft draft = page().form().draft();
        draft.senderId = site.senders[place].id;
        draft.link.stopAfter = place == 0 ? Stage::Quit : Stage::Ehlo;
        page().form().setDraft(draft);
        sendAndWait();
        m_bench->clock.advance(std::chrono::minutes(1));
    }
    const QString key = m_bench->workspace.historyKey();
    QTRY_COMPARE(m_bench->testHistory.newest(key, 10).size(), 2u);
    openWindow(); // a new day: nothing was tested in this one
    page().showTab(TestPage::Comparison);
    auto *left = named<QComboBox>("Left");
    auto *right = named<QComboBox>("Right");
    QVERIFY(left && right);
    const auto find = [](const QComboBox &box, const QString &words) { return box.findText(words, Qt::MatchContains); };
    QTRY_VERIFY(find(*left, site.senders[0].name + QStringLiteral(", accepted")) > 0);
    QVERIFY(find(*left, site.senders[1].name + QStringLiteral(", stopped as asked")) > 0);
    for (QComboBox *box : {left, right}) {
        box->setCurrentIndex(find(*box, site.senders[box == left ? 0u : 1u].name));
        Q_EMIT box->activated(box->currentIndex());
        QTRY_VERIFY(box->currentText() != QStringLiteral("Choose a test…"));
    }
    QTRY_VERIFY_WITH_TIMEOUT(page().comparison().model().differences() > 0, 10'000);
}

QTEST_MAIN(tst_TestConsole)
#include "tst_TestConsole.moc"
