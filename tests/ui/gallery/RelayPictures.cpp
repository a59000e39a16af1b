// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/gallery/Pictures.h"

#include "tests/ui/Bench.h"
#include "ui/forms/RelayForm.h"
#include "ui/models/HistoryModel.h"
#include "ui/models/MessageModel.h"
#include "ui/models/TimelineModel.h"
#include "ui/pages/RelayPage.h"
#include "ui/views/HistoryPanel.h"
#include "ui/views/MessageDetails.h"
#include "ui/views/QueuePanel.h"
#include "ui/views/RelayOverview.h"
#include "ui/views/TrafficChart.h"
#include "ui/window/MainWindow.h"

#include <QTableView>

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
    status.queued = 48'213;
    status.held = 1;
    status.refused = 7;
    status.routes = {{.name = QStringLiteral("default"), .state = QStringLiteral("slowed"), .reason = status.reason,
                      .host = status.upstream, .hosts = {status.upstream},
                      .emptyAt = bench.clock.now() + std::chrono::minutes(12)}};
    status.alerts = {{.kind = QStringLiteral("unknown-source"), .subject = QStringLiteral("192.168.10.99"),
                      .sentence = QStringLiteral("192.168.10.99 sent mail for the first time. If you know the device, give it a row in the table of devices."),
                      .since = bench.clock.now()}};
    bench.shownRelay.serve(relayWith(48'213));
    bench.shownRelay.show(RelayHost::State::Running, {}, status);
    RelayPage &page = window.relayPage();
    page.showTab(&page.overview());
    camera.expect(waitUntil([&page] { return page.overview().chart().summary().contains(QLatin1Char('3')); }), "the relay's traffic");
    camera.shoot(window, QStringLiteral("page-relay-waiting"));
    page.showTab(&page.queue());
    camera.expect(waitUntil([&page] { return page.queue().model().rowOf(QStringLiteral("Q00000003")) == 3; }), "the relay's queue");
    page.queue().table().selectRow(3);
    camera.expect(waitUntil([&page] { return page.queue().details().timeline().rowCount() == 6; }), "the story of a message");
    camera.shoot(window, QStringLiteral("page-relay-queue"));
    page.showTab(&page.history());
    camera.expect(waitUntil([&page] { return page.history().model().rowCount() == 200; }), "the relay's history");
    page.history().table().selectRow(1);
    camera.shoot(window, QStringLiteral("page-relay-history"));
}

} // namespace relaywright::test
