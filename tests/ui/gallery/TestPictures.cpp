// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/gallery/Pictures.h"

#include "tests/support/SmtpSink.h"
#include "tests/ui/PracticeAccounts.h"
#include "ui/forms/PasswordEntry.h"
#include "ui/forms/TestDetails.h"
#include "ui/forms/TestForm.h"
#include "ui/pages/TestPage.h"
#include "ui/views/AddressPanel.h"
#include "ui/views/ComparePanel.h"
#include "ui/views/FindBar.h"
#include "ui/views/LadderPanel.h"
#include "ui/views/OutcomeSplitter.h"
#include "ui/views/SendPanel.h"
#include "ui/views/SeriesPanel.h"
#include "ui/views/SeriesSetup.h"
#include "ui/views/TranscriptPanel.h"
#include "ui/window/MainWindow.h"

#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableView>

namespace relaywright::test {

namespace {

void showSeriesResults(TestPage &page, const Site &site)
{
    SeriesModel &model = page.series().model();
    model.begin({site.senders[0].id, site.senders[1].id, site.senders[2].id}, 1);
    model.addResult(site.senders[0].id, Verdict::Good,
                    QStringLiteral("smtp.office365.com:587 accepted the message for 1 recipient."),
                    std::chrono::milliseconds(1840));
    model.addResult(site.senders[1].id, Verdict::Wrong,
                    QStringLiteral("smtp.office365.com:587 refused the sender printer@contoso.com (550 5.7.60)."),
                    std::chrono::milliseconds(920));
    model.addResult(site.senders[2].id, Verdict::CouldNotTell,
                    QStringLiteral("No password is kept for invoices@contoso.com. Test it alone once and type the "
                                   "password."),
                    {});
    model.stop();
    page.series().refreshSite(); // the results stay
    page.series().table().sortByColumn(SeriesModel::ResultColumn, Qt::AscendingOrder);
    page.series().table().selectRow(0);
}

void paintAddresses(Camera &camera, MainWindow &window)
{
    SmtpSink server;
    camera.expect(server.listen(), "a server to ask");
    server.answerAlways("RCPT",
                        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup");
    for (const char *address : {"scanner@contoso.com", "invoices@contoso.com"})
        server.answerRecipient(address, "250 2.1.5 Recipient OK");
    TestPage &page = window.testPage();
    page.showTab(TestPage::Addresses);
    camera.shoot(window, QStringLiteral("page-test-addresses-before"));
    page.addresses().server().setText(QStringLiteral("127.0.0.1:%1").arg(server.port()));
    page.send();
    camera.expect(waitUntil([&] { return !page.isRunning(); }, 30'000), "addresses asked for");
    page.addresses().table().sortByColumn(AddressModel::VerdictColumn, Qt::AscendingOrder);
    page.addresses().table().selectRow(0);
    camera.shoot(window, QStringLiteral("page-test-addresses"));
}

/// The last group that is open stands at the bottom.
void paintDetails(Camera &camera, MainWindow &window)
{
    TestPage &page = window.testPage();
    TestDetails &details = page.form().details();
    TestDraft draft = page.form().draft();
    draft.link.stageSeconds = {{Stage::Data, 900}};
    draft.link.claimedSize = QStringLiteral("25M");
    page.form().setDraft(draft);
    details.openAll();
    camera.shoot(window, QStringLiteral("page-test-details")); // laid out now
    for (QWidget *up = details.parentWidget(); up; up = up->parentWidget()) {
        if (auto *area = qobject_cast<QScrollArea *>(up)) {
            QScrollBar &bar = *area->verticalScrollBar();
            bar.setValue(bar.maximum() * 6 / 10);
            camera.shoot(window, QStringLiteral("page-test-details-times"));
            bar.setValue(bar.maximum());
            camera.shoot(window, QStringLiteral("page-test-details-message"));
            bar.setValue(0);
        }
    }
}

void paintTestTabs(Camera &camera, MainWindow &window, Bench &bench)
{
    TestPage &page = window.testPage();
    page.showTab(TestPage::Comparison);
    camera.expect(waitUntil([&] { return page.comparison().model().differences() > 0; }), "two tests compared");
    camera.shoot(window, QStringLiteral("page-test-compare"));
    page.comparison().model().setOnlyDifferences(true);
    camera.shoot(window, QStringLiteral("page-test-compare-differences"));
    page.comparison().model().setOnlyDifferences(false);
    page.showTab(TestPage::AllSenders);
    page.series().setup().recipient().setText(QStringLiteral("accounting@contoso.com"));
    const Site &site = bench.workspace.site();
    showSeriesResults(page, site);
    camera.shoot(window, QStringLiteral("page-test-series"));
    page.showTab(TestPage::Ladder);
    camera.shoot(window, QStringLiteral("page-test-ladder-before"));
    page.send();
    camera.expect(waitUntil([&] { return !page.isRunning(); }, 30'000), "ladder climbed");
    camera.shoot(window, QStringLiteral("page-test-ladder"));
    paintAddresses(camera, window);
    page.showTab(TestPage::OneMessage);
    page.fillFromSender(site.senders[1].id);
    camera.shoot(window, QStringLiteral("page-test-like-a-device"));
    page.message()->clear();
    paintDetails(camera, window);
}

/// An access token as Entra makes them, for another service than mail, out of date and of no worth.
QString someToken()
{
    const QByteArray claims =
        R"({"aud":"https://graph.microsoft.com","tid":"11111111-2222-3333-4444-555555555555",)"
        R"("appid":"66666666-7777-8888-9999-000000000000","roles":["Mail.Send"],"iat":1763700000,"exp":1763703600})";
    const auto part = [](const QByteArray &json) {
        return json.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    return QString::fromLatin1(part(R"({"typ":"JWT","alg":"RS256"})") + '.' + part(claims) + '.'
                               + part("no signature"));
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
    draft = page.form().draft();
    const QString own = std::exchange(draft.from, QStringLiteral("manager@contoso.com"));
    page.form().setDraft(draft);
    page.send();
    waitUntil([&] { return page.isRunning(); }, 2000);
    camera.expect(waitUntil([&] { return !page.isRunning() && page.verdictSentence().contains(u"refused"); }),
                  "test message refused");
    camera.shoot(window, QStringLiteral("page-test-refused"));
    draft = page.form().draft();
    draft.from = own;
    draft.mechanism = AuthMechanism::XOAuth2;
    page.form().setDraft(draft);
    page.form().password().type(someToken());
    page.send();
    waitUntil([&] { return page.isRunning(); }, 2000);
    camera.expect(waitUntil([&] { return !page.isRunning() && !page.verdictSentence().isEmpty(); }), "token refused");
    page.sendPanel().outcome().setSizes({2000, 1}); // as a person drags it
    camera.shoot(window, QStringLiteral("page-test-token"));
    paintTestTabs(camera, window, bench);
    draft = page.form().draft();
    draft.server = QStringLiteral("smtp office365.com");
    draft.to.clear();
    page.form().setDraft(draft);
    page.send();
    camera.shoot(window, QStringLiteral("page-test-problem"));
}

void paintTokens(Camera &camera)
{
    Bench bench;
    bench.workspace.create(contoso());
    MainWindow window(bench.services);
    window.resize(1160, 760);
    window.show();
    window.showPage(QStringLiteral("test"));
    TestPage &page = window.testPage();
    TestDraft draft = page.form().draft();
    draft.graph = true;
    page.form().setDraft(draft);
    camera.shootBothSizes(window, QStringLiteral("test-graph-no-account"));
    camera.expect(startPracticeServices(bench).has_value(), "the practice services run");
    camera.expect(keepAccounts(bench, {practiceAccount(bench, TokenUse::Graph),
                                       practiceAccount(bench, TokenUse::ClientSubmission)})
                      .has_value(),
                  "accounts are kept");
    page.fillFromPractice();
    draft = page.form().draft();
    draft.account = bench.practice.sender();
    draft.user.clear();
    page.form().setDraft(draft);
    const auto send = [&](const char *what) {
        page.send();
        camera.expect(waitUntil([&] { return !page.isRunning() && !page.verdictSentence().isEmpty(); }, 20'000), what);
    };
    send("a test with an account");
    camera.shootBothSizes(window, QStringLiteral("test-account"));
    draft.graph = true;
    draft.account = QStringLiteral("by graph");
    draft.mailbox = bench.practice.sender();
    page.form().setDraft(draft);
    send("a test through Graph");
    camera.shootBothSizes(window, QStringLiteral("test-graph"));
    draft.mailbox = QStringLiteral("nobody@example.org");
    page.form().setDraft(draft);
    send("a test that Graph refuses");
    camera.shootBothSizes(window, QStringLiteral("test-graph-refused"));
    bench.keychain.write(QStringLiteral("practice"), Secret("wrong"), &bench.practice, [](const Result<void> &) {});
    page.send();
    camera.expect(waitUntil([&] { return !page.isRunning(); }, 20'000), "a test without a token");
    camera.shoot(window, QStringLiteral("test-no-token"));
}

void paintSeries(Camera &camera)
{
    Bench bench;
    MainWindow window(bench.services);
    window.resize(1160, 760);
    Site site = contoso();
    site.networks.front().relayHost = *Host::parse(QStringLiteral("127.0.0.1"));
    site.networks.front().staticEgress = YesNo::No;
    for (Sender &sender : site.senders) { // all of them by the relay of this computer, where none listens
        sender.tls = TlsAbility::None;
        sender.startTls = YesNo::No;
        sender.signIn = SignInAbility::None;
    }
    bench.workspace.create(site);
    window.show();
    window.showPage(QStringLiteral("test"));
    TestPage &page = window.testPage();
    page.showTab(TestPage::AllSenders);
    camera.shoot(window, QStringLiteral("page-test-series-before"));
    page.series().setup().recipient().setText(QStringLiteral("accounting@contoso.com"));
    page.series().setup().setPerMinute(1);
    page.send();
    camera.expect(waitUntil([&] { return page.series().model().judged() == 1; }, 20'000), "one of a series tested");
    camera.shoot(window, QStringLiteral("page-test-series-running"));
    page.cancel();
    page.series().setup().setPerMinute(6000);
    page.send();
    camera.expect(waitUntil([&] { return !page.isRunning(); }, 60'000), "a series that fails");
    page.series().table().selectRow(0);
    camera.shoot(window, QStringLiteral("page-test-series-failed"));
    page.showTab(TestPage::Ladder);
    TestDraft nobody;
    nobody.server = QStringLiteral("127.0.0.1");
    nobody.port = QStringLiteral("9"); // discard: nothing listens there
    page.ladder().take(nobody);
    page.send();
    camera.expect(waitUntil([&] { return !page.isRunning(); }, 30'000), "a ladder that ends early");
    camera.shoot(window, QStringLiteral("page-test-ladder-blame"));
}

} // namespace relaywright::test
