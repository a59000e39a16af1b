// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/gallery/Pictures.h"

#include "tests/ui/SignInService.h"
#include "ui/engine/AccountDesk.h"
#include "ui/engine/PracticeRoom.h"
#include "ui/engine/SetUpDesk.h"
#include "ui/forms/AccountForm.h"
#include "ui/forms/SecretEntry.h"
#include "ui/pages/AccountsPage.h"
#include "ui/views/AccountDetails.h"
#include "ui/views/AccountProgress.h"
#include "ui/views/SetUpPanel.h"
#include "ui/views/SetUpProofCard.h"
#include "ui/window/MainWindow.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>

namespace relaywright::test {

namespace {

void keepAccounts(Camera &camera, Bench &bench, const SignInService &service)
{
    const QDate today = bench.clock.today();
    const TimePoint earlier = bench.clock.now() - std::chrono::hours(26);
    BookedAccount scanner{.name = QStringLiteral("scanner@contoso.com"),
                          .account = service.application(QStringLiteral("secret scanner@contoso.com")),
                          .added = earlier,
                          .lastSuccess = earlier,
                          .proofEnds = today.addDays(12)};
    BookedAccount invoices = scanner;
    invoices.name = QStringLiteral("invoices@contoso.com");
    invoices.account.use = TokenUse::Graph;
    invoices.account.proof = KeptCertificate{QStringLiteral("/etc/relaywright/invoices.pem"),
                                             *SecretRef::parse(QStringLiteral("file:/etc/relaywright/invoices.key"))};
    invoices.proofEnds = today.addDays(400);
    BookedAccount person = scanner;
    person.name = QStringLiteral("ups@contoso.com");
    person.account.proof = KeptRefreshToken{signInKeychainName(person.name)};
    person.proofEnds.reset();
    person.lastSuccess.reset();
    BookedAccount old = scanner;
    old.name = QStringLiteral("old-application");
    old.account.proof = KeptClientSecret{SecretRef::keychain(QStringLiteral("old"))};
    old.proofEnds = today.addDays(-3);
    const auto kept = changeAccountBook(bench.folder.filePath(QStringLiteral("accounts.json")), [&](AccountBook &book) {
        book = {scanner, invoices, person, old};
    });
    camera.expect(kept.has_value(), "accounts are kept");
    bench.keychain.write(QStringLiteral("secret scanner@contoso.com"), Secret::fromText(newPassword()), &bench.vault,
                         [](const Result<void> &) {});
    bench.accounts.look();
}

/// As `task` begins it, until the desk has nothing more to do.
void wait(Camera &camera, const AccountsPage &page)
{
    camera.expect(waitUntil([&page] { return !page.desk().isBusy(); }), "the desk is done");
}

void paintForms(Camera &camera, MainWindow &window, AccountsPage &page, SignInService &service)
{
    page.openForm();
    camera.shootBothSizes(window, QStringLiteral("accounts-add"));
    page.submit();
    camera.shoot(window, QStringLiteral("accounts-add-problems"));
    AccountDraft draft{.name = QStringLiteral("erp@contoso.com"),
                       .way = AccountWay::Secret,
                       .tenant = QStringLiteral("contoso.com"),
                       .application = QLatin1String(SignInService::kApplication)};
    page.form().setDraft(draft);
    camera.shoot(window, QStringLiteral("accounts-add-secret"));
    draft.way = AccountWay::Certificate;
    page.form().setDraft(draft);
    camera.shootBothSizes(window, QStringLiteral("accounts-add-certificate"));
    draft.way = AccountWay::DeviceCode;
    draft.service = service.base().toString();
    page.form().setDraft(draft);
    service.script = [](const QByteArray &) {
        return ScriptedHttpServer::json(R"({"device_code":"made-up","user_code":"WDJB-MJHT",
            "verification_uri":"https://microsoft.com/devicelogin","expires_in":900,"interval":300})");
    };
    page.submit();
    camera.expect(waitUntil([&page] { return !page.progress().code().isEmpty(); }), "a code is shown");
    camera.shootBothSizes(window, QStringLiteral("accounts-code"));
    page.desk().cancel();
}

/// From the scripts to a proof that waits, and one that does not succeed.
void paintSetUp(Camera &camera, Bench &bench, MainWindow &window, AccountsPage &page)
{
    page.choose(QStringLiteral("scanner@contoso.com"));
    page.openSetUp();
    camera.shootBothSizes(window, QStringLiteral("accounts-set-up"));
    camera.expect(bench.practice.start({.method = PracticeMethod::ClientSubmission}).has_value(), "a practice server");
    SetUpProofCard &proof = page.setUp().proof();
    proof.server().setText(bench.practice.address().toString());
    const auto show = [&](const QString &name) {
        QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
        auto *area = qobject_cast<QScrollArea *>(page.setUp().parentWidget()->parentWidget());
        camera.expect(area != nullptr, "the set-up scrolls");
        area->verticalScrollBar()->setValue(proof.y());
        camera.shootBothSizes(window, name);
    };
    proof.prove();
    camera.expect(waitUntil([&page] { return page.setUpDesk().standing().next.has_value(); }), "the proof waits");
    show(QStringLiteral("accounts-set-up-waiting"));
    page.setUpDesk().stop();
    proof.patience().setChecked(false);
    proof.prove();
    camera.expect(waitUntil([&page] { return !page.setUpDesk().standing().isRunning; }), "the proof ends");
    show(QStringLiteral("accounts-set-up-refused"));
    page.choose(QStringLiteral("invoices@contoso.com"));
    page.openSetUp();
    show(QStringLiteral("accounts-set-up-graph"));
    page.openForm();
    page.openNewSetUp();
    camera.shoot(window, QStringLiteral("accounts-set-up-new"));
    QMetaObject::invokeMethod(&page.setUp(), "backRequested");
}

} // namespace

void paintAccounts(Camera &camera)
{
    Bench bench;
    SignInService service(bench.clock);
    camera.expect(service.listen(), "a sign-in service");
    MainWindow window(bench.services);
    window.resize(1160, 760);
    bench.workspace.create(contoso());
    bench.workspace.undoStack().setClean();
    keepAccounts(camera, bench, service);
    window.show();
    window.showPage(QStringLiteral("accounts"));
    AccountsPage &page = window.accountsPage();
    page.choose(QStringLiteral("scanner@contoso.com"));
    camera.shootBothSizes(window, QStringLiteral("accounts"));
    Q_EMIT page.details().testRequested();
    wait(camera, page);
    camera.shootBothSizes(window, QStringLiteral("accounts-tested"));
    page.details().givenId().setText(QStringLiteral("99999999-1e64-4f0e-b2a8-55c0ffee0001"));
    camera.shoot(window, QStringLiteral("accounts-other-id"));
    paintSetUp(camera, bench, window, page);
    page.choose(QStringLiteral("scanner@contoso.com"));
    page.openReplaceForm();
    camera.shootBothSizes(window, QStringLiteral("accounts-new-secret"));
    page.secretEntry().findChild<QLineEdit *>()->setText(newPassword());
    page.submit();
    wait(camera, page);
    camera.shootBothSizes(window, QStringLiteral("accounts-replaced"));
    service.script = [](const QByteArray &) { return SignInService::refused("invalid_client", "7000222"); };
    page.openReplaceForm();
    page.secretEntry().findChild<QLineEdit *>()->setText(newPassword());
    page.submit();
    wait(camera, page);
    camera.shootBothSizes(window, QStringLiteral("accounts-not-replaced"));
    page.choose(QStringLiteral("invoices@contoso.com"));
    page.openReplaceForm();
    camera.shootBothSizes(window, QStringLiteral("accounts-new-certificate"));
    paintForms(camera, window, page, service);
}

} // namespace relaywright::test
