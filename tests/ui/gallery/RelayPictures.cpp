// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/gallery/Pictures.h"

#include "tests/ui/Bench.h"
#include "ui/forms/RelayForm.h"
#include "ui/pages/RelayPage.h"
#include "ui/window/MainWindow.h"

#include <QTabWidget>

namespace relaywright::test {

void paintRelay(Camera &camera, MainWindow &window, Bench &bench)
{
    window.showPage(QStringLiteral("relay"));
    window.relayPage().fillFromPlan();
    camera.shoot(window, QStringLiteral("page-relay-settings"));
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
    window.relayPage().showQueue({waitingMessage(1, QStringLiteral("deferred"),
                                                 QStringLiteral("432 4.3.2 Concurrent connections limit exceeded.")),
                                  waitingMessage(2, QStringLiteral("queued"), {}),
                                  waitingMessage(3, QStringLiteral("held"), QStringLiteral("held by an operator"))});
    if (auto *tabs = window.relayPage().findChild<QTabWidget *>())
        tabs->setCurrentIndex(0);
    camera.shoot(window, QStringLiteral("page-relay-waiting"));
}

} // namespace relaywright::test
