// SPDX-License-Identifier: GPL-3.0-or-later
// relaywright_gallery OUTDIR [--dark] [--scale FACTOR]: a PNG of every page of the window, filled and empty.
#include "tests/ui/Bench.h"
#include "ui/forms/PasswordEntry.h"
#include "ui/forms/RelayForm.h"
#include "ui/forms/TestForm.h"
#include "ui/models/FindingModel.h"
#include "ui/models/SenderModel.h"
#include "ui/pages/ApplyPage.h"
#include "ui/pages/CheckPage.h"
#include "ui/pages/PlanPage.h"
#include "ui/pages/PracticePage.h"
#include "ui/pages/RelayPage.h"
#include "ui/pages/SendersPage.h"
#include "ui/pages/TestPage.h"
#include "ui/text/Language.h"
#include "ui/theme/Theme.h"
#include "ui/views/ImportPanel.h"
#include "ui/views/SenderTable.h"
#include "ui/window/MainWindow.h"
#include "ui/window/TrayIcon.h"
#include "ui/wizard/SiteWizard.h"

#include <QApplication>
#include <QDir>
#include <QIcon>
#include <QPainter>
#include <QTextStream>

#include <cstring>

using namespace relaywright;
using namespace relaywright::test;

namespace {

class Gallery {
public:
    Gallery(QDir folder, QString suffix) : m_folder(std::move(folder)), m_suffix(std::move(suffix)) {}

    bool paintAll()
    {
        paintEmpty();
        paintWizard();
        paintFilled();
        paintTrouble();
        paintTray();
        return m_good;
    }

private:
    void shoot(QWidget &widget, const QString &name)
    {
        QCoreApplication::processEvents();
        waitUntil([] { return false; }, 60); // layouts and delayed item views settle
        const QString path = m_folder.filePath(name + m_suffix + QStringLiteral(".png"));
        if (!widget.grab().save(path)) {
            QTextStream(stderr) << "could not write " << path << Qt::endl;
            m_good = false;
        }
    }

    void expect(bool condition, const char *what)
    {
        if (condition)
            return;
        QTextStream(stderr) << "did not happen: " << what << Qt::endl;
        m_good = false;
    }

    void paintEmpty()
    {
        Bench bench;
        MainWindow window(bench.services);
        window.resize(1160, 760);
        window.show();
        shoot(window, QStringLiteral("01-start"));
        for (const char *page : {"site", "senders", "plan", "apply", "check", "test", "relay", "practice"}) {
            window.showPage(QLatin1String(page));
            shoot(window, QStringLiteral("empty-%1").arg(QLatin1String(page)));
        }
    }

    void paintWizard()
    {
        Bench bench;
        const Knowledge &knowledge = bench.workspace.knowledge();
        SiteWizard wizard({}, bench.dns, knowledge,
                          [&](const Site &site) { return advise(site, knowledge, bench.clock.today()); });
        wizard.show();
        wizard.next();
        shoot(wizard, QStringLiteral("wizard-0-problem"));
        SiteWizard filled(contoso(), bench.dns, knowledge,
                          [&](const Site &site) { return advise(site, knowledge, bench.clock.today()); });
        filled.show();
        for (const char *name : {"1-organisation", "2-network", "3-senders", "4-ability", "5-result", "6-next"}) {
            shoot(filled, QStringLiteral("wizard-%1").arg(QLatin1String(name)));
            filled.next();
        }
    }

    void paintFilled()
    {
        Bench bench;
        MainWindow window(bench.services);
        window.resize(1160, 760);
        bench.workspace.create(contoso());
        bench.workspace.undoStack().setClean();
        window.show();
        for (const char *page : {"site", "senders", "plan", "apply"}) {
            window.showPage(QLatin1String(page));
            shoot(window, QStringLiteral("page-%1").arg(QLatin1String(page)));
        }
        window.showPage(QStringLiteral("plan"));
        for (const Sender &sender : bench.workspace.site().senders) {
            window.planPage().selectSender(sender.id);
            shoot(window, QStringLiteral("page-plan-%1").arg(sender.id));
        }
        window.planPage().showWholeSite();
        shoot(window, QStringLiteral("page-plan-whole-site"));
        window.planPage().selectSender(bench.workspace.site().senders.front().id);
        window.planPage().showComparison(true);
        shoot(window, QStringLiteral("page-plan-compare"));
        window.planPage().showComparison(false);
        window.showPage(QStringLiteral("apply"));
        for (const char *kind : {"spf-record", "connector-script", "device-sheet", "relay-config"}) {
            if (window.applyPage().selectKind(QLatin1String(kind)))
                shoot(window, QStringLiteral("page-apply-%1").arg(QLatin1String(kind)));
        }
        paintTicks(window, bench);
        paintImport(window);
        paintCheck(window);
        paintTest(window, bench);
        paintRelay(window, bench);
        window.showPage(QStringLiteral("practice"));
        shoot(window, QStringLiteral("page-practice"));
        window.resize(960, 600);
        for (const char *page : {"site", "senders", "plan", "apply", "check", "test", "relay", "practice"}) {
            window.showPage(QLatin1String(page));
            shoot(window, QStringLiteral("small-%1").arg(QLatin1String(page)));
        }
        window.showPage(QStringLiteral("plan"));
        window.planPage().showComparison(true);
        shoot(window, QStringLiteral("small-plan-compare"));
    }

    void paintTicks(MainWindow &window, Bench &bench)
    {
        for (const char *kind : {"spf-record", "connector-script", "device-sheet"}) {
            if (window.applyPage().selectKind(QLatin1String(kind)))
                window.applyPage().setApplied(true);
        }
        shoot(window, QStringLiteral("page-apply-ticked"));
        Site changed = bench.workspace.site();
        for (AppliedArtifact &tick : changed.applied)
            tick.digest = QStringLiteral("of an older text");
        bench.workspace.edit(QStringLiteral("older ticks"), changed);
        shoot(window, QStringLiteral("page-apply-changed"));
        while (bench.workspace.undoStack().canUndo())
            bench.workspace.undoStack().undo();
    }

    void paintImport(MainWindow &window)
    {
        window.showPage(QStringLiteral("senders"));
        SendersPage &page = window.sendersPage();
        page.beginImport();
        shoot(window, QStringLiteral("page-import-source"));
        QString text = QStringLiteral("Gerät;Art;Absender;TLS;STARTTLS;Max. Größe (MB);Raum\n");
        for (int i = 1; i <= 60; ++i)
            text += QStringLiteral("Scanner %1;Multifunktionsgerät;scan%1@contoso.com;1.2;ja;25;%2\n").arg(i).arg(100 + i);
        page.importPanel().readText(text);
        shoot(window, QStringLiteral("page-import-mapping"));
        page.importPanel().readText(text + QStringLiteral("Türsteuerung;Tür;tuer@contoso.com;1.0;nein;5;7\n"
                                                          "Drucker EG;Drucker;drucker;1.0;nein;5;7\n"
                                                          ";Drucker;d2@contoso.com;1.0;nein;5;7\n"
                                                          "Scanner, ground floor;Scanner;scanner@contoso.com;?;?;?;\n"
                                                          "Fax;Fax;fax@contoso.com;kein TLS 1.2;nein;5;7\n"));
        shoot(window, QStringLiteral("page-import-bad-lines"));
        window.resize(960, 600);
        shoot(window, QStringLiteral("small-import-bad-lines"));
        window.resize(1160, 760);
        page.importPanel().readText(text);
        if (page.importPanel().inventory())
            Q_EMIT page.importPanel().importRequested(*page.importPanel().inventory());
        shoot(window, QStringLiteral("page-senders-many"));
        page.table().selectAll();
        shoot(window, QStringLiteral("page-senders-bulk"));
        page.selectSender(QStringLiteral("ups-cards"));
        page.showAnswer(QStringLiteral("ups-cards"), QStringLiteral("vendor"));
        shoot(window, QStringLiteral("page-senders-more-answers"));
        page.table().editAnswer(QStringLiteral("ups-cards"), SenderModel::TlsColumn);
        shoot(window, QStringLiteral("page-senders-edit"));
        page.table().setFocus();
        window.showPage(QStringLiteral("site"));
        window.showAnswer(QStringLiteral("organisation.tenant"));
        shoot(window, QStringLiteral("page-site-more-answers"));
    }

    void paintCheck(MainWindow &window)
    {
        window.showPage(QStringLiteral("check"));
        window.checkPage().run();
        expect(waitUntil([&] { return !window.checkPage().isRunning(); }, 30'000), "checks finished");
        expect(window.checkPage().findings().rowCount() > 2, "checks found something");
        shoot(window, QStringLiteral("page-check"));
    }

    void paintTest(MainWindow &window, Bench &bench)
    {
        window.showPage(QStringLiteral("test"));
        TestPage &page = window.testPage();
        page.fillFromPractice();
        TestDraft draft = page.form().draft();
        draft.to = QStringLiteral("accounting@contoso.com");
        page.form().setDraft(draft);
        expect(waitUntil([&] { return bench.practice.isRunning(); }), "practice server running");
        page.send();
        expect(waitUntil([&] { return !page.isRunning() && !page.verdictSentence().isEmpty(); }), "test message sent");
        shoot(window, QStringLiteral("page-test-accepted"));
        page.form().password().type(QStringLiteral("not the password"));
        page.send();
        waitUntil([&] { return page.isRunning(); }, 2000);
        expect(waitUntil([&] { return !page.isRunning() && !page.verdictSentence().isEmpty(); }),
               "test message refused");
        shoot(window, QStringLiteral("page-test-refused"));
        draft = page.form().draft();
        draft.server = QStringLiteral("smtp office365.com");
        draft.to.clear();
        page.form().setDraft(draft);
        page.send();
        shoot(window, QStringLiteral("page-test-problem"));
    }

    void paintRelay(MainWindow &window, Bench &bench)
    {
        window.showPage(QStringLiteral("relay"));
        window.relayPage().fillFromPlan();
        shoot(window, QStringLiteral("page-relay-settings"));
        window.relayPage().startRelay();
        RelayStatus status;
        status.startedAt = bench.clock.now();
        status.condition = RelayCondition::Waiting;
        status.reason =
            QStringLiteral("smtp.office365.com asked to slow down (432 4.3.2); the next attempt is in 4 minutes.");
        status.listeners = {QStringLiteral("192.0.2.10:25")};
        status.upstream = QStringLiteral("smtp.office365.com:587");
        status.accepted = 1204;
        status.delivered = 1201;
        status.queued = 3;
        status.held = 1;
        status.refused = 7;
        bench.shownRelay.show(RelayHost::State::Running, {}, status);
        window.relayPage().showQueue(
            {waitingMessage(1, QStringLiteral("deferred"),
                            QStringLiteral("432 4.3.2 Concurrent connections limit exceeded.")),
             waitingMessage(2, QStringLiteral("queued"), {}),
             waitingMessage(3, QStringLiteral("held"), QStringLiteral("held by an operator"))});
        if (auto *tabs = window.relayPage().findChild<QTabWidget *>())
            tabs->setCurrentIndex(0);
        shoot(window, QStringLiteral("page-relay-waiting"));
    }

    void paintTrouble()
    {
        Bench bench(nullptr, false);
        MainWindow window(bench.services);
        window.resize(1160, 760);
        bench.shownRelay.show(
            RelayHost::State::Failed,
            QStringLiteral("The address 0.0.0.0:25 is taken by another program. Stop it, or choose another port."));
        window.show();
        window.openFile(QStringLiteral("/nowhere/at all.relaywright"));
        shoot(window, QStringLiteral("trouble-file"));
        window.showPage(QStringLiteral("relay"));
        window.relayPage().showSettings();
        shoot(window, QStringLiteral("trouble-relay"));
        window.showPage(QStringLiteral("test"));
        shoot(window, QStringLiteral("trouble-no-keychain"));
    }

    void paintTray()
    {
        QWidget strip;
        strip.resize(420, 72);
        QPixmap pixmap(strip.size() * qApp->devicePixelRatio());
        pixmap.setDevicePixelRatio(qApp->devicePixelRatio());
        pixmap.fill(qApp->palette().color(QPalette::Window));
        QPainter painter(&pixmap);
        int x = 16;
        for (const TrayIcon::State state :
             {TrayIcon::State::Off, TrayIcon::State::Idle, TrayIcon::State::Delivering, TrayIcon::State::Waiting,
              TrayIcon::State::Paused, TrayIcon::State::Trouble}) {
            const QIcon icon(QStringLiteral(":/icons/%1.svg").arg(iconName(state)));
            icon.paint(&painter, QRect(x, 8, 32, 32));
            icon.paint(&painter, QRect(x + 5, 46, 22, 22));
            x += 64;
        }
        painter.end();
        m_good =
            pixmap.save(m_folder.filePath(QStringLiteral("tray-icons") + m_suffix + QStringLiteral(".png"))) && m_good;
    }

    QDir m_folder;
    QString m_suffix;
    bool m_good = true;
};

} // namespace

int main(int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; ++i) { // the factor must be known before the application is made
        if (std::strcmp(argv[i], "--scale") == 0)
            qputenv("QT_SCALE_FACTOR", argv[i + 1]);
    }
    QApplication application(argc, argv);
    QStringList arguments = QApplication::arguments().mid(1);
    const bool dark = arguments.removeAll(QStringLiteral("--dark")) > 0;
    QString suffix = dark ? QStringLiteral("-dark") : QString();
    if (const auto at = arguments.indexOf(QStringLiteral("--scale")); at >= 0 && at + 1 < arguments.size()) {
        suffix += QStringLiteral("@%1x").arg(arguments[at + 1]);
        arguments.remove(at, 2);
    }
    if (arguments.size() != 1 || !QDir().mkpath(arguments.front())) {
        QTextStream(stderr) << "usage: relaywright_gallery OUTDIR [--dark] [--scale FACTOR]" << Qt::endl;
        return 2;
    }
    installLanguage(application, QLocale(QLocale::English, QLocale::UnitedStates));
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    applyTheme(application, dark ? Scheme::Dark : Scheme::Light);
    return Gallery(QDir(arguments.front()), suffix).paintAll() ? 0 : 1;
}
