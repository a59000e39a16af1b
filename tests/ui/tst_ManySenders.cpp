// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/SmtpSink.h"
#include "tests/ui/TestPageWindow.h"
#include "ui/text/Language.h"
#include "ui/theme/Theme.h"
#include "ui/views/AddressPanel.h"
#include "ui/views/SeriesPanel.h"
#include "ui/views/SeriesSetup.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTcpServer>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

namespace {

/// All go through the local relay of this computer: nothing leaves it, and a closed port is an answer too.
Site sendersOfThisComputer()
{
    Site site = contoso();
    site.networks.front().relayHost = *Host::parse(QStringLiteral("127.0.0.1"));
    site.networks.front().staticEgress = YesNo::No;
    for (Sender &sender : site.senders) {
        sender.tls = TlsAbility::None;
        sender.startTls = YesNo::No;
        sender.signIn = SignInAbility::None;
    }
    return site;
}

} // namespace

/// What is done for all senders of a site in one go: the series of tests, and the question whether their addresses exist.
class tst_ManySenders : public QObject, private TestPageWindow {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        applyTheme(*qApp, Scheme::Light);
        installLanguage(*qApp, QLocale(QLocale::English, QLocale::UnitedStates)); // for its plural forms
    }
    void init() { openWindow(); }
    void cleanup() { closeWindow(); }
    void theSeriesSaysWhatItWillDoAndKeepsWhatItSaw();
    void theSeriesGoesToOneServer();
    void aServerThatIsNoneStopsTheSeries();
    void aPracticeServerMayHaveABurst();
    void theSeriesStopsAtOnce();
    void theSeriesSaysHowFarItIs();
    void theSeriesPausesAndGoesOn();
    void tenThousandSendersAreTestedInOneRun();
    void theAddressesAreAskedFor();
    void aServerThatTakesEverythingProvesNothing();
    void theQuestionsStopAtOnce();
    void aWrongServerIsSaidAtItsField();

private:
    [[nodiscard]] SeriesPanel &series() const { return page().series(); }
    [[nodiscard]] AddressPanel &addresses() const { return page().addresses(); }
};

void tst_ManySenders::theSeriesSaysWhatItWillDoAndKeepsWhatItSaw()
{
    const Site site = sendersOfThisComputer();
    m_bench->workspace.create(site);
    page().showTab(TestPage::AllSenders);
    page().send();
    QVERIFY2(page().message()->sentence().contains(QStringLiteral("address")),
             qPrintable(page().message()->sentence()));
    series().setup().recipient().setText(QStringLiteral("me@contoso.com"));
    series().setup().setPerMinute(600);
    series().setup().setRepeats(2);
    const QString announcement = series().setup().announcement();
    QVERIFY2(announcement.contains(QStringLiteral("8 messages")), qPrintable(announcement));
    QVERIFY2(announcement.contains(QStringLiteral("600 a minute")), qPrintable(announcement));
    page().send();
    QTRY_VERIFY_WITH_TIMEOUT(!page().isRunning(), 30'000);
    SeriesModel &model = series().model();
    QCOMPARE(model.rowCount(), 4);
    for (int row = 0; row < model.rowCount(); ++row) {
        QVERIFY(model.index(row, 0).data(SeriesModel::VerdictRole).toInt() >= 0);
        QVERIFY(model.index(row, SeriesModel::ResultColumn).data().toString().contains(QStringLiteral("of 2")));
    }
    QCOMPARE(model.toText().count(u'\n'), 5);
    const QString key = m_bench->workspace.historyKey();
    QTRY_COMPARE(m_bench->testHistory.moments(key, site.senders[0].id).size(), 1u); // the clock stands still
}

void tst_ManySenders::theSeriesGoesToOneServer()
{
    const Site site = contoso();
    m_bench->workspace.create(site);
    QVERIFY(m_bench->practice.start({.method = PracticeMethod::DirectSend, .tenant = {.acceptedDomains = site.organisation.acceptedDomains}}));
    const QString address = m_bench->practice.address().toString();
    page().showTab(TestPage::AllSenders);
    QPushButton *offer = nullptr;
    for (QPushButton *button : series().setup().findChildren<QPushButton *>()) {
        if (button->text() == QStringLiteral("Use the practice server"))
            offer = button;
    }
    QVERIFY(offer && offer->isVisible());
    SeriesModel &model = series().model();
    QVERIFY(model.index(0, SeriesModel::ServerColumn).data().toString() != address);
    offer->click();
    for (int row = 0; row < model.rowCount(); ++row)
        QCOMPARE(model.index(row, SeriesModel::ServerColumn).data().toString(), address);
    QVERIFY(!offer->isVisible());
    series().setup().recipient().setText(QStringLiteral("scanner@contoso.com"));
    series().setup().setPerMinute(6000);
    QVERIFY2(series().setup().announcement().contains(address), qPrintable(series().setup().announcement()));
    page().send();
    QTRY_VERIFY_WITH_TIMEOUT(!page().isRunning(), 30'000);
    QCOMPARE(model.judged(), 4);
    const QModelIndex scanner = model.indexOf(site.senders[0].id);
    QVERIFY2(scanner.data(SeriesModel::VerdictRole).toInt() == static_cast<int>(Verdict::Good),
             qPrintable(model.sentenceOf(scanner)));
    QTRY_VERIFY(!m_bench->practice.messages().empty());
    const QString key = m_bench->workspace.historyKey();
    QTRY_COMPARE(m_bench->testHistory.keptOf(key, site.senders[0].id).size(), 1u);
    const KeptTest kept = m_bench->testHistory.keptOf(key, site.senders[0].id).front();
    QCOMPARE(kept.server, address);
    QCOMPARE(kept.end, QStringLiteral("accepted"));
    // Its password there is that of the practice server, never the real one.
    QVERIFY(m_bench->practice.passwordFor(QStringLiteral("scanner@contoso.com"))
            == m_bench->practice.password());
}

void tst_ManySenders::aServerThatIsNoneStopsTheSeries()
{
    m_bench->workspace.create(sendersOfThisComputer());
    page().showTab(TestPage::AllSenders);
    series().setup().recipient().setText(QStringLiteral("me@contoso.com"));
    QSignalSpy recorded(&series(), &SeriesPanel::recorded);
    for (const char *server : {"not a server", " "}) {
        series().setup().sendTo(QString::fromLatin1(server));
        page().send();
        QVERIFY(!page().isRunning()); // above all it does not go to the plan's servers
    }
    QVERIFY(recorded.empty());
}

void tst_ManySenders::aPracticeServerMayHaveABurst()
{
    m_bench->workspace.create(sendersOfThisComputer());
    QVERIFY(m_bench->practice.start({.method = PracticeMethod::ClientSubmission}));
    page().showTab(TestPage::AllSenders);
    series().setup().recipient().setText(QStringLiteral("me@contoso.com"));
    series().setup().setPerMinute(6000);
    // Neither loopback nor the address that the window knows, yet it leads there.
    const QString address = QStringLiteral("0.0.0.0:%1").arg(m_bench->practice.address().port);
    series().setup().sendTo(address);
    QVERIFY2(series().setup().announcement().contains(QStringLiteral("1 to 30")),
             qPrintable(series().setup().announcement()));
    page().send();
    QVERIFY(page().isRunning());
    QTRY_VERIFY_WITH_TIMEOUT(!page().isRunning(), 30'000);
    QCOMPARE(series().model().judged(), 4);
    QVERIFY2(series().setup().announcement().contains(QStringLiteral("6000 a minute")),
             qPrintable(series().setup().announcement()));
    SmtpSink other; // greets as somebody else
    QVERIFY(other.listen());
    series().setup().sendTo(QStringLiteral("0.0.0.0:%1").arg(other.port()));
    page().send();
    QTRY_VERIFY_WITH_TIMEOUT(!page().isRunning(), 30'000);
    QVERIFY2(page().message()->sentence().contains(QStringLiteral("1 to 30")),
             qPrintable(page().message()->sentence()));
    QVERIFY(other.messages().empty());
}

void tst_ManySenders::theSeriesStopsAtOnce()
{
    m_bench->workspace.create(sendersOfThisComputer());
    page().showTab(TestPage::AllSenders);
    series().setup().recipient().setText(QStringLiteral("me@contoso.com"));
    series().setup().setPerMinute(1);
    page().send();
    QVERIFY(page().isRunning());
    QTest::keyClick(&series().table(), Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!page().isRunning(), 2000);
    QVERIFY2(series().state().startsWith(QStringLiteral("You stopped the series.")), qPrintable(series().state()));
}

void tst_ManySenders::theSeriesSaysHowFarItIs()
{
    m_bench->workspace.create(sendersOfThisComputer());
    page().showTab(TestPage::AllSenders);
    QCOMPARE(series().state(), QStringLiteral("Nothing was tested yet."));
    series().setup().recipient().setText(QStringLiteral("me@contoso.com"));
    series().setup().setPerMinute(1);
    page().send();
    QVERIFY2(!series().state().contains(QStringLiteral("Nothing")), qPrintable(series().state()));
    // The first is over, the second waits for its minute.
    QTRY_VERIFY_WITH_TIMEOUT(series().state().contains(QStringLiteral("next test begins at")), 20'000);
    QVERIFY2(series().state().startsWith(QStringLiteral("1 of 4 tests")), qPrintable(series().state()));
    page().cancel();
    QVERIFY(!page().isRunning());
}

void tst_ManySenders::theSeriesPausesAndGoesOn()
{
    m_bench->workspace.create(sendersOfThisComputer());
    page().showTab(TestPage::AllSenders);
    series().setup().recipient().setText(QStringLiteral("me@contoso.com"));
    series().setup().setPerMinute(6000);
    QSignalSpy recorded(&series(), &SeriesPanel::recorded);
    // Within the first report itself: all four may be over before a test that only looks sees the first.
    QObject::connect(&series(), &SeriesPanel::recorded, &page(), [this] { series().togglePause(); },
                     Qt::SingleShotConnection);
    page().send();
    QTRY_COMPARE_WITH_TIMEOUT(recorded.count(), 1, 20'000);
    QVERIFY2(series().state().contains(QStringLiteral("Paused")), qPrintable(series().state()));
    QVERIFY(page().isRunning());
    series().togglePause();
    QTRY_VERIFY_WITH_TIMEOUT(!page().isRunning(), 30'000);
    QCOMPARE(series().model().judged(), 4);
}

void tst_ManySenders::tenThousandSendersAreTestedInOneRun()
{
    Site site = sendersOfThisComputer();
    site.senders.reserve(10'000);
    const Sender like = site.senders[1];
    while (site.senders.size() < 10'000) {
        Sender sender = like;
        sender.id = QStringLiteral("device-%1").arg(site.senders.size());
        sender.name = QStringLiteral("Device %1").arg(site.senders.size());
        sender.from = *EmailAddress::parse(QStringLiteral("device%1@contoso.com").arg(site.senders.size()));
        site.senders.push_back(sender);
    }
    m_bench->workspace.create(site);
    QTRY_VERIFY_WITH_TIMEOUT(!m_bench->workspace.isPlanning(), 60'000);
    page().showTab(TestPage::AllSenders);
    series().setup().recipient().setText(QStringLiteral("me@contoso.com"));
    QVERIFY2(series().setup().announcement().contains(QStringLiteral("10000 messages")),
             qPrintable(series().setup().announcement()));
    QVERIFY2(series().setup().announcement().contains(QStringLiteral("30 a minute: about 6 hours")),
             qPrintable(series().setup().announcement()));
    series().setup().setPerMinute(6000);
    page().send();
    QTRY_VERIFY_WITH_TIMEOUT(series().model().judged() >= 50, 60'000);
    QVERIFY2(series().state().contains(QStringLiteral("of 10000 tests")), qPrintable(series().state()));
    QTest::keyClick(&series().table(), Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!page().isRunning(), 5000);
    QVERIFY(series().model().judged() < 10'000);
}

void tst_ManySenders::theAddressesAreAskedFor()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    sink.answerAlways("RCPT", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup");
    sink.answerRecipient("scanner@contoso.com", "250 2.1.5 OK");
    m_bench->workspace.create(contoso());
    page().showTab(TestPage::Addresses);
    const QAbstractItemModelTester tester(&addresses().model());
    QCOMPARE(addresses().model().rowCount(), 4);
    QVERIFY2(addresses().announcement().startsWith(QStringLiteral("4 addresses in 1 domain ")),
             qPrintable(addresses().announcement()));
    QVERIFY(addresses().announcement().contains(QStringLiteral("No message is sent.")));
    addresses().server().setText(QStringLiteral("127.0.0.1:%1").arg(sink.port()));
    page().send();
    QTRY_VERIFY_WITH_TIMEOUT(!page().isRunning(), 20'000);
    const AddressModel &model = addresses().model();
    QCOMPARE(model.count(AddressAnswer::Verdict::Taken), 1);
    QCOMPARE(model.count(AddressAnswer::Verdict::Unknown), 3);
    QVERIFY(sink.messages().empty());
    for (int row = 0; row < model.rowCount(); ++row) {
        const QString sentence = model.index(row, 0).data(AddressModel::SentenceRole).toString();
        if (model.index(row, AddressModel::AddressColumn).data() == QStringLiteral("scanner@contoso.com"))
            QVERIFY2(sentence.contains(QStringLiteral("no proof")), qPrintable(sentence));
        else
            QVERIFY2(sentence.contains(QStringLiteral("does not know")), qPrintable(sentence));
    }
    QVERIFY2(addresses().state().contains(QStringLiteral("1 taken, 3 not known")), qPrintable(addresses().state()));
    QVERIFY2(model.toText().contains(QStringLiteral("5.1.10")), qPrintable(model.toText()));
}

void tst_ManySenders::aServerThatTakesEverythingProvesNothing()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    m_bench->workspace.create(contoso());
    page().showTab(TestPage::Addresses);
    addresses().server().setText(QStringLiteral("127.0.0.1:%1").arg(sink.port()));
    page().send();
    QTRY_VERIFY_WITH_TIMEOUT(!page().isRunning(), 20'000);
    QCOMPARE(addresses().model().count(AddressAnswer::Verdict::CannotTell), 4);
    QVERIFY(sink.messages().empty());
}

void tst_ManySenders::theQuestionsStopAtOnce()
{
    QTcpServer silent; // takes the connection and never greets
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    m_bench->workspace.create(contoso());
    page().showTab(TestPage::Addresses);
    addresses().server().setText(QStringLiteral("127.0.0.1:%1").arg(silent.serverPort()));
    page().send();
    QVERIFY(page().isRunning());
    QTRY_VERIFY(silent.hasPendingConnections());
    QTest::keyClick(&addresses().table(), Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!page().isRunning(), 2000);
    QVERIFY2(addresses().state().startsWith(QStringLiteral("You stopped")), qPrintable(addresses().state()));
    page().send(); // and once more: the first round is over and done with
    QVERIFY(page().isRunning());
    page().cancel();
    QVERIFY(!page().isRunning());
}

void tst_ManySenders::aWrongServerIsSaidAtItsField()
{
    m_bench->workspace.create(contoso());
    page().showTab(TestPage::Addresses);
    addresses().server().setText(QStringLiteral("mx contoso.com"));
    page().send();
    QVERIFY(!page().isRunning());
    QTRY_VERIFY(addresses().server().hasFocus());
}

QTEST_MAIN(tst_ManySenders)
#include "tst_ManySenders.moc"
