// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/Inventory.h"
#include "tests/ui/Bench.h"
#include "ui/models/CompareModel.h"
#include "ui/models/SenderModel.h"
#include "ui/pages/ApplyPage.h"
#include "ui/pages/PlanPage.h"
#include "ui/pages/SendersPage.h"
#include "ui/pages/SitePage.h"
#include "ui/text/Language.h"
#include "ui/theme/Theme.h"
#include "ui/views/ImportPanel.h"
#include "ui/views/SenderTable.h"
#include "ui/widgets/Field.h"
#include "ui/window/MainWindow.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// From somebody's list to files that are applied, by hand and key: import, edit, plan, compare, save all, tick.
class tst_BringAnInventory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void aFileIsReadMappedAndImportedInOneStep();
    void aColumnIsMappedByHand();
    void rowsOfASpreadsheetArePasted();
    void escapeLeavesTheSiteAsItWas();
    void anInventoryBeginsASiteToo();
    void aCellIsEditedInPlace();
    void aWrongAnswerIsNotLost();
    void oneAnswerForManyIsOneStep();
    void whatIsCopiedIsPastedBack();
    void thePlanComparesTheMethods();
    void anOpenQuestionLeadsToItsAnswer();
    void filesAreSavedAndTickedOff();
    void tenThousandSendersStayFluid();
    void everyNewControlHasAName();

private:
    [[nodiscard]] SendersPage &senders() const { return m_window->sendersPage(); }
    [[nodiscard]] SenderTable &table() const { return m_window->sendersPage().table(); }
    [[nodiscard]] const Site &site() const { return m_bench->workspace.site(); }
    [[nodiscard]] static QPushButton *button(const QWidget &parent, const QString &text);
    void click(const QWidget &parent, const QString &text);
    void import(const QString &text);
    QString file(const QString &name, const QByteArray &content);

    QTemporaryDir m_folder;
    std::unique_ptr<Bench> m_bench;
    std::unique_ptr<MainWindow> m_window;
};

void tst_BringAnInventory::initTestCase()
{
    const QLocale english(QLocale::English, QLocale::UnitedStates);
    installLanguage(*qApp, english); // the buttons' plural forms
    QLocale::setDefault(english);
    applyTheme(*qApp, Scheme::Light);
}

void tst_BringAnInventory::init()
{
    m_window.reset();
    m_bench = std::make_unique<Bench>();
    m_window = std::make_unique<MainWindow>(m_bench->services);
    m_window->resize(1160, 760);
    m_bench->workspace.create(contoso());
    m_window->show();
    m_window->showPage(QStringLiteral("senders"));
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

QPushButton *tst_BringAnInventory::button(const QWidget &parent, const QString &text)
{
    for (QPushButton *candidate : parent.findChildren<QPushButton *>()) {
        if (candidate->text() == text && candidate->isVisible())
            return candidate;
    }
    return nullptr;
}

void tst_BringAnInventory::click(const QWidget &parent, const QString &text)
{
    QPushButton *found = button(parent, text);
    QVERIFY2(found, qPrintable(text));
    QVERIFY2(found->isEnabled(), qPrintable(text));
    QTest::mouseClick(found, Qt::LeftButton);
}

void tst_BringAnInventory::import(const QString &text)
{
    senders().beginImport();
    senders().importPanel().readText(text);
}

QString tst_BringAnInventory::file(const QString &name, const QByteArray &content)
{
    QFile file(m_folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write a test file");
    return file.fileName();
}

void tst_BringAnInventory::aFileIsReadMappedAndImportedInOneStep()
{
    const std::size_t before = site().senders.size();
    click(senders(), QStringLiteral("Import…"));
    ImportPanel &panel = senders().importPanel();
    panel.readFile(file(QStringLiteral("inventar.csv"), "Ger\xE4t;Absender;TLS;Raum\r\nFax;fax@contoso.com;1.2;7\r\n"
                                                        "Drucker;drucker;1.0;8\r\nScanner;scan2@contoso.com;1.2;9\r\n"));
    QVERIFY(panel.inventory());
    QCOMPARE_EQ(panel.inventory()->senders.size(), 2u);
    QCOMPARE_EQ(panel.inventory()->badLines.size(), 1u);
    QVERIFY(button(panel, QStringLiteral("Copy the list")));
    QTest::mouseClick(button(panel, QStringLiteral("Copy the list")), Qt::LeftButton);
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("Line 3 is left out. Sends as: ")));
    click(panel, QStringLiteral("Import 2 senders"));
    QCOMPARE_EQ(site().senders.size(), before + 2);
    QVERIFY(!panel.isVisible());
    QVERIFY(table().isVisible());
    m_bench->workspace.undoStack().undo();
    QVERIFY(site() == contoso());
}

void tst_BringAnInventory::aColumnIsMappedByHand()
{
    import(QStringLiteral("Label,Who\nFax,fax@contoso.com\n"));
    ImportPanel &panel = senders().importPanel();
    QVERIFY(!panel.inventory()); // no column is the name yet, and the window says so
    const QPushButton *go = button(panel, QStringLiteral("Import 0 senders"));
    QVERIFY(go && !go->isEnabled());
    auto *columns = panel.findChild<QTableWidget *>();
    auto *box = qobject_cast<QComboBox *>(columns->cellWidget(0, 2));
    QVERIFY(box);
    columns->setFocus();
    QTest::keyClick(columns, Qt::Key_Tab); // by keyboard, too
    QCOMPARE(QApplication::focusWidget(), box);
    QTest::keyClicks(box, QStringLiteral("Name"));
    QCOMPARE(box->currentData().toInt(), static_cast<int>(SenderFact::Name));
    QVERIFY(panel.inventory());
    QCOMPARE_EQ(panel.inventory()->senders.front().from->toString(), QStringLiteral("fax@contoso.com"));
    click(panel, QStringLiteral("Import 1 sender"));
    QCOMPARE_EQ(site().senders.back().name, QStringLiteral("Fax"));
}

void tst_BringAnInventory::rowsOfASpreadsheetArePasted()
{
    QGuiApplication::clipboard()->setText(QStringLiteral("Name\tSends as\nPlotter\tplot@contoso.com\n"));
    table().setFocus();
    QTest::keyClick(&table(), Qt::Key_V, Qt::ControlModifier);
    QVERIFY(senders().importPanel().isVisible());
    click(senders().importPanel(), QStringLiteral("Import 1 sender"));
    QCOMPARE_EQ(site().senders.back().name, QStringLiteral("Plotter"));
}

void tst_BringAnInventory::escapeLeavesTheSiteAsItWas()
{
    import(QStringLiteral("Name\nA\n"));
    QVERIFY(senders().importPanel().isVisible());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QVERIFY(!senders().importPanel().isVisible());
    QVERIFY(site() == contoso());
}

void tst_BringAnInventory::anInventoryBeginsASiteToo()
{
    m_bench->workspace.close();
    click(senders(), QStringLiteral("Import an inventory…"));
    senders().importPanel().readText(QStringLiteral("Name\nA\n"));
    click(senders().importPanel(), QStringLiteral("Import 1 sender"));
    QVERIFY(m_bench->workspace.hasSite());
    QCOMPARE_EQ(site().networks.size(), 1u);
}

void tst_BringAnInventory::aCellIsEditedInPlace()
{
    QVERIFY(table().editAnswer(QStringLiteral("ups-cards"), SenderModel::From));
    auto *line = table().findChild<QLineEdit *>();
    QVERIFY(line);
    line->selectAll();
    QTest::keyClicks(line, QStringLiteral("usv@contoso.com"));
    QTest::keyClick(line, Qt::Key_Return);
    QTRY_COMPARE(site().senders.back().from->toString(), QStringLiteral("usv@contoso.com"));
    QVERIFY(table().editAnswer(QStringLiteral("ups-cards"), SenderModel::TlsColumn));
    auto *box = table().findChild<QComboBox *>();
    QVERIFY(box);
    box->setCurrentIndex(box->findText(QStringLiteral("TLS 1.2")));
    Q_EMIT box->activated(box->currentIndex());
    QCOMPARE_EQ(site().senders.back().tls, TlsAbility::Tls12);
    m_bench->workspace.undoStack().undo();
    m_bench->workspace.undoStack().undo();
    QVERIFY(site() == contoso());
}

void tst_BringAnInventory::aWrongAnswerIsNotLost()
{
    QVERIFY(table().editAnswer(QStringLiteral("ups-cards"), SenderModel::From));
    auto *line = table().findChild<QLineEdit *>();
    QVERIFY(line);
    line->selectAll();
    QTest::keyClicks(line, QStringLiteral("usv at contoso"));
    QTest::keyClick(line, Qt::Key_Return);
    QTRY_VERIFY(senders().message()->sentence().endsWith(u'.'));
    QVERIFY(site() == contoso());
    QVERIFY(table().editAnswer(QStringLiteral("ups-cards"), SenderModel::From));
    QCOMPARE(table().findChild<QLineEdit *>()->text(), QStringLiteral("usv at contoso"));
}

void tst_BringAnInventory::oneAnswerForManyIsOneStep()
{
    table().selectAll();
    QPushButton *set = button(senders(), QStringLiteral("Set it for 4 senders"));
    QVERIFY(set);
    for (QComboBox *box : senders().findChildren<QComboBox *>()) {
        if (box->accessibleName() == QLatin1String("Answer for the selected senders"))
            box->setCurrentIndex(box->findText(QStringLiteral("TLS 1.2")));
    }
    QTest::mouseClick(set, Qt::LeftButton);
    for (const Sender &sender : site().senders)
        QCOMPARE_EQ(sender.tls, TlsAbility::Tls12);
    QCOMPARE_EQ(table().selectedIds().size(), 4);
    m_bench->workspace.undoStack().undo();
    QVERIFY(site() == contoso());
}

void tst_BringAnInventory::whatIsCopiedIsPastedBack()
{
    table().selectAll();
    table().selectionAsInventory();
    const auto copied = parseInventory(QGuiApplication::clipboard()->text());
    const auto inventory = readInventory(*copied, guessMapping(*copied), {});
    QVERIFY(inventory);
    QVERIFY(inventory->senders == contoso().senders);
    const auto shown = parseInventory(table().selectionAsText());
    QCOMPARE_EQ(shown->rows.size(), 4u);
    QVERIFY(shown->headings.contains(QStringLiteral("Method")));
}

void tst_BringAnInventory::thePlanComparesTheMethods()
{
    m_window->showPage(QStringLiteral("plan"));
    PlanPage &plan = m_window->planPage();
    plan.selectSender(QStringLiteral("ups-cards"));
    click(plan, QStringLiteral("Compare the methods"));
    QCOMPARE_EQ(plan.comparison().columnCount(), 7);
    click(plan, QStringLiteral("Copy as text"));
    const auto copied = parseInventory(QGuiApplication::clipboard()->text(), Headings::Present);
    QCOMPARE_EQ(copied->headings.size(), 8);
}

void tst_BringAnInventory::anOpenQuestionLeadsToItsAnswer()
{
    const auto revealed = [](const char *question) {
        const QWidget *focus = QApplication::focusWidget();
        while (focus && focus->accessibleName() != QLatin1String(question))
            focus = focus->parentWidget();
        return focus != nullptr;
    };
    m_window->showAnswer(QStringLiteral("senders[ups-cards].largestMessageOctets"));
    QCOMPARE(m_window->currentPage(), QStringLiteral("senders"));
    QCOMPARE(table().selectedIds(), QStringList{QStringLiteral("ups-cards")});
    QVERIFY(revealed("Largest message?"));
    m_window->showAnswer(QStringLiteral("networks[main].port443Open"));
    QCOMPARE(m_window->currentPage(), QStringLiteral("site"));
    QVERIFY(revealed("And to port 443?"));
    m_window->showAnswer(QStringLiteral("organisation.tenant"));
    QVERIFY(revealed("Which initial domain does the tenant have?"));
    for (const OpenQuestion &question : m_bench->workspace.plan().questions) {
        m_window->setFocus();
        m_window->showAnswer(question.path);
        QVERIFY2(qobject_cast<Field *>(QApplication::focusWidget()->parentWidget())
                     || qobject_cast<Field *>(QApplication::focusWidget()->parentWidget()->parentWidget()),
                 qPrintable(question.path));
    }
}

void tst_BringAnInventory::filesAreSavedAndTickedOff()
{
    m_window->showPage(QStringLiteral("apply"));
    ApplyPage &apply = m_window->applyPage();
    const QString folder = m_folder.filePath(QStringLiteral("files"));
    QVERIFY(QDir().mkpath(folder));
    apply.saveAllTo(folder);
    QVERIFY(!QDir(folder).entryList({QStringLiteral("*.ps1")}).isEmpty());
    QVERIFY(apply.selectKind(QStringLiteral("device-sheet")));
    apply.setApplied(true);
    QCOMPARE_EQ(site().applied.size(), 1u);
    QCOMPARE_EQ(site().applied.front().on, QDate(2026, 11, 22));
    m_bench->workspace.undoStack().undo();
    QVERIFY(site().applied.empty());
    m_bench->workspace.undoStack().redo();
    Site renamed = site();
    for (Sender &sender : renamed.senders)
        sender.name += QLatin1String(" 2");
    m_bench->workspace.edit(QStringLiteral("change of sender"), renamed);
    QVERIFY(button(apply, QStringLiteral("Applied again")));
    click(apply, QStringLiteral("Applied again"));
    QVERIFY(!button(apply, QStringLiteral("Applied again")));
}

void tst_BringAnInventory::tenThousandSendersStayFluid()
{
    QString text = QStringLiteral("Name,Kind,From,TLS,STARTTLS,Sign-in,Writes to\n");
    for (int i = 0; i < 10'000; ++i)
        text += QStringLiteral("Scanner %1,scanner,s%1@contoso.com,1.2,yes,basic,both\n").arg(i);
    QElapsedTimer timer;
    const auto lap = [&timer](const char *what) {
        qInfo("%s: %lld ms", what, static_cast<long long>(timer.restart()));
    };
    timer.start();
    import(text);
    lap("10,000 lines read and previewed");
    click(senders().importPanel(), QStringLiteral("Import 10000 senders"));
    lap("imported into the window");
    QVERIFY(m_bench->workspace.isPlanning()); // on the worker: the window goes on
    QVERIFY(waitUntil([this] { return !m_bench->workspace.isPlanning(); }, 60'000));
    lap("planned on the worker");
    table().editAnswer(QStringLiteral("scanner-7"), SenderModel::From);
    auto *line = table().findChild<QLineEdit *>();
    QVERIFY(line);
    line->setText(QStringLiteral("other@contoso.com"));
    timer.restart();
    QTest::keyClick(line, Qt::Key_Return);
    QTRY_COMPARE(site().senders[11].from->toString(), QStringLiteral("other@contoso.com"));
    lap("one cell edited");
    for (QLineEdit *words : senders().findChildren<QLineEdit *>()) {
        if (words->accessibleName() == QLatin1String("Filter the senders"))
            words->setText(QStringLiteral("s99"));
    }
    QCoreApplication::processEvents();
    lap("filtered");
    table().sortByColumn(SenderModel::Name, Qt::DescendingOrder);
    QCoreApplication::processEvents();
    lap("sorted");
    QVERIFY(waitUntil([this] { return !m_bench->workspace.isPlanning(); }, 60'000));
}

void tst_BringAnInventory::everyNewControlHasAName()
{
    import(QStringLiteral("Name,From,Raum\nA,a@contoso.com,7\nB,b,8\n"));
    const auto unnamed = [](const QWidget &parent) {
        QStringList found;
        for (const QWidget *widget : parent.findChildren<QWidget *>()) {
            const bool control = qobject_cast<const QComboBox *>(widget) || qobject_cast<const QLineEdit *>(widget)
                || qobject_cast<const QAbstractItemView *>(widget);
            const bool inner = widget->parentWidget() && qobject_cast<const QComboBox *>(widget->parentWidget());
            const bool popup = widget->window() != parent.window();
            const bool header = qobject_cast<const QHeaderView *>(widget); // named by its table
            if (control && !header && !inner && !popup && widget->isVisible() && widget->accessibleName().isEmpty())
                found += QLatin1String(widget->metaObject()->className());
        }
        return found;
    };
    QCOMPARE_EQ(unnamed(senders()), QStringList());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    for (const char *page : {"site", "senders", "plan", "apply"}) {
        m_window->showPage(QLatin1String(page));
        QCOMPARE_EQ(unnamed(*m_window), QStringList());
    }
    m_window->planPage().showComparison(true);
    QCOMPARE_EQ(unnamed(m_window->planPage()), QStringList());
}

QTEST_MAIN(tst_BringAnInventory)
#include "tst_BringAnInventory.moc"
