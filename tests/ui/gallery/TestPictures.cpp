// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/gallery/Pictures.h"

#include "tests/ui/Bench.h"
#include "ui/forms/PasswordEntry.h"
#include "ui/forms/TestDetails.h"
#include "ui/forms/TestForm.h"
#include "ui/pages/TestPage.h"
#include "ui/views/ComparePanel.h"
#include "ui/views/FindBar.h"
#include "ui/views/LadderPanel.h"
#include "ui/views/SendPanel.h"
#include "ui/views/SeriesPanel.h"
#include "ui/views/SeriesSetup.h"
#include "ui/views/TranscriptPanel.h"
#include "ui/window/MainWindow.h"

#include <QLineEdit>
#include <QTableView>

namespace relaywright::test {

namespace {

void paintTestTabs(Camera &camera, MainWindow &window, Bench &bench)
{
    TestPage &page = window.testPage();
    page.showTab(TestPage::Comparison);
    camera.expect(waitUntil([&] { return page.comparison().model().differences() > 0; }), "two tests compared");
    camera.shoot(window, QStringLiteral("page-test-compare"));
    page.showTab(TestPage::AllSenders);
    page.series().setup().recipient().setText(QStringLiteral("accounting@contoso.com"));
    const Site &site = bench.workspace.site();
    SeriesModel &model = page.series().model();
    model.begin({site.senders[0].id, site.senders[1].id, site.senders[2].id}, 1);
    model.addResult(site.senders[0].id, Verdict::Good,
                    QStringLiteral("smtp.office365.com:587 accepted the message for 1 recipient."),
                    std::chrono::milliseconds(1840));
    model.addResult(site.senders[1].id, Verdict::Wrong,
                    QStringLiteral("smtp.office365.com:587 refused the sender printer@contoso.com (550 5.7.60)."),
                    std::chrono::milliseconds(920));
    model.setRunning(site.senders[2].id);
    page.series().table().selectRow(1);
    camera.shoot(window, QStringLiteral("page-test-series"));
    page.showTab(TestPage::Ladder);
    camera.shoot(window, QStringLiteral("page-test-ladder-before"));
    page.send();
    camera.expect(waitUntil([&] { return !page.isRunning(); }, 30'000), "ladder climbed");
    camera.shoot(window, QStringLiteral("page-test-ladder"));
    page.showTab(TestPage::OneMessage);
    page.fillFromSender(site.senders[1].id);
    camera.shoot(window, QStringLiteral("page-test-like-a-device"));
    page.form().details().openAll();
    camera.shoot(window, QStringLiteral("page-test-details"));
    page.message()->clear();
}

} // namespace

void paintTest(Camera &camera, MainWindow &window, Bench &bench)
{
    window.showPage(QStringLiteral("test"));
    TestPage &page = window.testPage();
    page.fillFromPractice();
    TestDraft draft = page.form().draft();
    draft.to = QStringLiteral("accounting@contoso.com");
    page.form().setDraft(draft);
    camera.expect(waitUntil([&] { return bench.practice.isRunning(); }), "practice server running");
    page.send();
    camera.expect(waitUntil([&] { return !page.isRunning() && !page.verdictSentence().isEmpty(); }),
                  "test message sent");
    camera.shoot(window, QStringLiteral("page-test-accepted"));
    Q_EMIT page.sendPanel().conversation().messageRequested();
    page.sendPanel().conversation().findBar().open();
    camera.shoot(window, QStringLiteral("page-test-message"));
    page.sendPanel().conversation().findBar().close();
    page.sendPanel().conversation().hideMessage();
    page.message()->clear();
    bench.clock.advance(std::chrono::minutes(3));
    page.form().password().type(QStringLiteral("not the password"));
    page.send();
    waitUntil([&] { return page.isRunning(); }, 2000);
    camera.expect(waitUntil([&] { return !page.isRunning() && !page.verdictSentence().isEmpty(); }),
                  "test message refused");
    camera.shoot(window, QStringLiteral("page-test-refused"));
    paintTestTabs(camera, window, bench);
    draft = page.form().draft();
    draft.server = QStringLiteral("smtp office365.com");
    draft.to.clear();
    page.form().setDraft(draft);
    page.send();
    camera.shoot(window, QStringLiteral("page-test-problem"));
}

} // namespace relaywright::test
