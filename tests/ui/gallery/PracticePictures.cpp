// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/gallery/Pictures.h"

#include "tests/ui/BareDevice.h"
#include "tests/ui/Bench.h"
#include "ui/pages/PracticePage.h"
#include "ui/views/PracticeDetails.h"
#include "ui/views/PracticeSetup.h"
#include "ui/views/PracticeTokens.h"
#include "ui/window/MainWindow.h"

#include <QCheckBox>

namespace relaywright::test {

namespace {

/// One that gets its message through, and one that is refused.
void letDevicesIn(Camera &camera, std::uint16_t port)
{
    camera.expect(sendBareScan(port), "a device sent a scan");
    BareDevice refused(port);
    camera.expect(refused.say("EHLO ups-card\r\nMAIL FROM:<ups@contoso.com>\r\nRCPT TO:<someone@fabrikam.example>\r\n",
                              "550 5.7.64"),
                  "a device was refused");
    refused.leave();
}

} // namespace

void paintPractice(Camera &camera)
{
    Bench bench;
    MainWindow window(bench.services);
    window.resize(1160, 760);
    bench.workspace.create(contoso());
    bench.workspace.undoStack().setClean();
    window.show();
    window.showPage(QStringLiteral("practice"));
    auto *page = window.findChild<PracticePage *>();
    auto *setup = page->findChild<PracticeSetup *>();
    camera.shootBothSizes(window, QStringLiteral("practice-off"));
    page->showPane(PracticePage::Mailboxes);
    camera.shootBothSizes(window, QStringLiteral("practice-mailboxes"));
    page->showPane(PracticePage::Tenant);
    camera.shootBothSizes(window, QStringLiteral("practice-setup"));
    page->showPane(PracticePage::Faults);
    camera.shootBothSizes(window, QStringLiteral("practice-faults"));
    page->showPane(PracticePage::Messages);
    setup->setMethod(PracticeMethod::DirectSend);
    page->start();
    camera.shootBothSizes(window, QStringLiteral("practice-running"));
    letDevicesIn(camera, bench.practice.address().port);
    camera.expect(waitUntil([&] { return bench.practice.messages().size() == 1; }), "a message is shown");
    camera.shootBothSizes(window, QStringLiteral("practice-message"));
    page->findChild<PracticeMessageView *>()->showTab(2);
    camera.shoot(window, QStringLiteral("practice-message-header"));
    page->showPane(PracticePage::Devices);
    camera.shootBothSizes(window, QStringLiteral("practice-device"));
    page->showPane(PracticePage::Requests);
    camera.shoot(window, QStringLiteral("practice-requests-none"));
    page->showPane(PracticePage::Tokens);
    camera.shootBothSizes(window, QStringLiteral("practice-tokens-off"));
    setup->setMethod(PracticeMethod::ClientSubmission);
    const auto switches = setup->tokens()->findChildren<QCheckBox *>();
    camera.expect(switches.size() >= 2, "the switches of the services");
    switches[1]->setChecked(true);
    camera.expect(bench.practice.web() != nullptr, "the services run");
    camera.shootBothSizes(window, QStringLiteral("practice-tokens"));
}

} // namespace relaywright::test
