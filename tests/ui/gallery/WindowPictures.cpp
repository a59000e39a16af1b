// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/gallery/Pictures.h"

#include "tests/ui/Bench.h"
#include "ui/pages/ApplyPage.h"
#include "ui/pages/PlanPage.h"
#include "ui/pages/RelayPage.h"
#include "ui/pages/TestPage.h"
#include "ui/window/MainWindow.h"
#include "ui/window/TrayIcon.h"
#include "ui/wizard/SiteWizard.h"

#include <QApplication>
#include <QIcon>
#include <QPainter>

namespace relaywright::test {

void paintEmpty(Camera &camera)
{
    Bench bench;
    MainWindow window(bench.services);
    window.resize(1160, 760);
    window.show();
    camera.shoot(window, QStringLiteral("01-start"));
    for (const char *page : {"site", "senders", "plan", "apply", "check", "test", "relay", "practice", "accounts"}) {
        window.showPage(QLatin1String(page));
        camera.shoot(window, QStringLiteral("empty-%1").arg(QLatin1String(page)));
    }
}

void paintWizard(Camera &camera)
{
    Bench bench;
    const Knowledge &knowledge = bench.workspace.knowledge();
    SiteWizard wizard({}, bench.dns, knowledge,
                      [&](const Site &site) { return advise(site, knowledge, bench.clock.today()); });
    wizard.show();
    wizard.next();
    camera.shoot(wizard, QStringLiteral("wizard-0-problem"));
    SiteWizard filled(contoso(), bench.dns, knowledge,
                      [&](const Site &site) { return advise(site, knowledge, bench.clock.today()); });
    filled.show();
    for (const char *name : {"1-organisation", "2-network", "3-senders", "4-ability", "5-result", "6-next"}) {
        camera.shoot(filled, QStringLiteral("wizard-%1").arg(QLatin1String(name)));
        filled.next();
    }
}

void paintFilled(Camera &camera)
{
    Bench bench;
    MainWindow window(bench.services);
    window.resize(1160, 760);
    bench.workspace.create(contoso());
    bench.workspace.undoStack().setClean();
    window.show();
    for (const char *page : {"site", "senders", "plan", "apply"}) {
        window.showPage(QLatin1String(page));
        camera.shoot(window, QStringLiteral("page-%1").arg(QLatin1String(page)));
    }
    window.showPage(QStringLiteral("plan"));
    for (const Sender &sender : bench.workspace.site().senders) {
        window.planPage().selectSender(sender.id);
        camera.shoot(window, QStringLiteral("page-plan-%1").arg(sender.id));
    }
    window.planPage().showWholeSite();
    camera.shoot(window, QStringLiteral("page-plan-whole-site"));
    window.planPage().selectSender(bench.workspace.site().senders.front().id);
    window.planPage().showComparison(true);
    camera.shoot(window, QStringLiteral("page-plan-compare"));
    window.planPage().showComparison(false);
    window.showPage(QStringLiteral("apply"));
    for (const char *kind : {"spf-record", "connector-script", "device-sheet", "relay-config"}) {
        if (window.applyPage().selectKind(QLatin1String(kind)))
            camera.shoot(window, QStringLiteral("page-apply-%1").arg(QLatin1String(kind)));
    }
    paintTicks(camera, window, bench);
    paintImport(camera, window);
    paintCheck(camera, window, bench);
    paintTest(camera, window, bench);
    paintRelay(camera, window, bench);
    window.resize(960, 600);
    for (const char *page : {"site", "senders", "plan", "apply", "check", "test", "relay", "practice"}) {
        window.showPage(QLatin1String(page));
        camera.shoot(window, QStringLiteral("small-%1").arg(QLatin1String(page)));
    }
    window.showPage(QStringLiteral("test"));
    window.testPage().showTab(TestPage::Comparison);
    camera.shoot(window, QStringLiteral("small-test-compare"));
    window.testPage().showTab(TestPage::AllSenders);
    camera.shoot(window, QStringLiteral("small-test-series"));
    window.testPage().showTab(TestPage::Ladder);
    camera.shoot(window, QStringLiteral("small-test-ladder"));
    window.testPage().showTab(TestPage::Addresses);
    camera.shoot(window, QStringLiteral("small-test-addresses"));
    window.showPage(QStringLiteral("plan"));
    window.planPage().showComparison(true);
    camera.shoot(window, QStringLiteral("small-plan-compare"));
}

void paintTrouble(Camera &camera)
{
    Bench bench(nullptr, false);
    MainWindow window(bench.services);
    window.resize(1160, 760);
    bench.shownRelay.show(
        RelayHost::State::Failed,
        QStringLiteral("The address 0.0.0.0:25 is taken by another program. Stop it, or choose another port."));
    window.show();
    window.openFile(QStringLiteral("/nowhere/at all.relaywright"));
    camera.shoot(window, QStringLiteral("trouble-file"));
    window.showPage(QStringLiteral("relay"));
    window.relayPage().showSettings();
    camera.shoot(window, QStringLiteral("trouble-relay"));
    window.showPage(QStringLiteral("test"));
    camera.shoot(window, QStringLiteral("trouble-no-keychain"));
}

void paintTray(Camera &camera)
{
    QWidget strip;
    strip.resize(420, 72);
    QPixmap pixmap(strip.size() * qApp->devicePixelRatio());
    pixmap.setDevicePixelRatio(qApp->devicePixelRatio());
    pixmap.fill(qApp->palette().color(QPalette::Window));
    QPainter painter(&pixmap);
    int x = 16;
    for (const TrayIcon::State state : {TrayIcon::State::Off, TrayIcon::State::Idle, TrayIcon::State::Delivering,
                                        TrayIcon::State::Waiting, TrayIcon::State::Paused, TrayIcon::State::Trouble}) {
        const QIcon icon(QStringLiteral(":/icons/%1.svg").arg(iconName(state)));
        icon.paint(&painter, QRect(x, 8, 32, 32));
        icon.paint(&painter, QRect(x + 5, 46, 22, 22));
        x += 64;
    }
    painter.end();
    camera.keep(pixmap, QStringLiteral("tray-icons"));
}

} // namespace relaywright::test
