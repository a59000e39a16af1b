// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/gallery/Pictures.h"

#include "core/mail/DkimKeyPair.h"
#include "tests/ui/Bench.h"
#include "ui/forms/RelayForm.h"
#include "ui/forms/SigningForm.h"
#include "ui/models/HistoryModel.h"
#include "ui/models/MessageModel.h"
#include "ui/models/TimelineModel.h"
#include "ui/pages/RelayPage.h"
#include "ui/views/DevicePanel.h"
#include "ui/views/HistoryPanel.h"
#include "ui/views/MessageDetails.h"
#include "ui/views/QueuePanel.h"
#include "ui/views/RelayOverview.h"
#include "ui/views/RelaySettingsPanel.h"
#include "ui/views/SourcePanel.h"
#include "ui/views/TrafficChart.h"
#include "ui/window/MainWindow.h"

#include <QTableView>

namespace relaywright::test {

namespace {

RelayConfig shownConfig()
{
    return *parseRelayConfig(R"({"schema": "relaywright.relay/1",
        "accounts": [{"user": "erp", "password": "keychain:erp"}],
        "listeners": [{"listen": "192.168.10.2:25", "networks": ["192.168.10.0/24"], "signIn": "optional"},
                      {"listen": "192.168.10.2:465", "networks": ["192.168.10.0/24", "192.168.11.0/24"],
                       "implicitTls": true, "signIn": "required"}],
        "upstream": {"server": "smtp.office365.com:587", "user": "relay@contoso.com",
                     "password": "keychain:relay@contoso.com"},
        "fallbacks": [{"server": "backup.contoso.com:25", "tls": "opportunistic"}],
        "dkim": [{"domain": "contoso.com", "selector": "relay1", "key": "keychain:dkim-relay1"}],
        "routes": [{"name": "Invoices, by connector", "hosts": [
            {"server": "contoso-com.mail.protection.outlook.com:25"}]}],
        "devices": [{"name": "Scanner, ground floor", "networks": ["192.168.10.7"], "senders": ["scanner@contoso.com"],
                     "internalOnly": true, "maxMessagesPerMinute": 10},
                    {"name": "ERP", "user": "erp", "senders": ["contoso.com"], "maxMessagesPerDay": 25000,
                     "route": "Invoices, by connector"},
                    {"name": "Old printer in the warehouse", "networks": ["192.168.10.9"],
                     "repairs": ["date", "messageId", "bareNewlines"], "sendAs": "printer@contoso.com"}],
        "internalDomains": ["contoso.com"], "postmaster": "it@contoso.com",
        "alerts": {"mailTo": "it@contoso.com", "quietFrom": "22:00", "quietTo": "06:00"}})");
}

void paintDevices(Camera &camera, MainWindow &window)
{
    RelayPage &page = window.relayPage();
    page.devices().setConfig(shownConfig());
    page.showTab(&page.devices());
    camera.shoot(window, QStringLiteral("page-relay-devices-none-chosen"));
    page.devices().table().selectRow(1);
    camera.shoot(window, QStringLiteral("page-relay-devices"));
}

/// The same where the user keeps an account.
void paintTokens(Camera &camera, MainWindow &window, Bench &bench)
{
    RelaySettingsPanel &settings = window.relayPage().settings();
    const TokenAccount account{
        .tenant = *EntraTenant::parse(QStringLiteral("contoso.com")),
        .application = *ApplicationId::parse(QStringLiteral("2f1c8a7e-5b0d-4c39-9a53-6f0f3f3f1a11")),
        .proof = KeptClientSecret{SecretRef::keychain(QStringLiteral("relaywright-application"))}};
    const auto kept =
        changeAccountBook(bench.folder.filePath(QStringLiteral("accounts.json")), [&account](AccountBook &book) {
            book.push_back({QStringLiteral("relay@contoso.com"), account});
        });
    camera.expect(kept.has_value(), "an account");
    bench.accounts.look();
    camera.shoot(window, QStringLiteral("page-relay-basics-accounts"));
    RelayConfig config = shownConfig();
    config.upstream.password.reset();
    config.upstream.user = QStringLiteral("relay@contoso.com");
    config.upstream.oauth = account;
    settings.setSettings(settingsOf(config));
    camera.shoot(window, QStringLiteral("page-relay-basics-tokens"));
    settings.showSection(RelaySection::WaysOut);
    settings.waysOut().editor().choose(0);
    camera.shoot(window, QStringLiteral("page-relay-ways-tokens"));
}

void paintSettings(Camera &camera, MainWindow &window, Bench &bench)
{
    RelayPage &page = window.relayPage();
    RelaySettingsPanel &settings = page.settings();
    const auto key = DkimKeyPair::generate(DkimAlgorithm::Rsa);
    bench.vault.write(QStringLiteral("dkim-relay1"), key->toPem(), Vault::Keep::ForThisRun, &window,
                      [](const Result<void> &) {});
    page.showSettings();
    settings.setSettings(settingsOf(shownConfig()));
    camera.shoot(window, QStringLiteral("page-relay-basics"));
    paintTokens(camera, window, bench);
    settings.setSettings(settingsOf(shownConfig()));
    settings.showSection(RelaySection::Basics);
    settings.showSection(RelaySection::Listeners);
    settings.listeners().editor().choose(1);
    camera.shoot(window, QStringLiteral("page-relay-listeners"));
    const QSize usual = window.size();
    window.resize(usual.width(), usual.height() + 320); // whole forms
    settings.showSection(RelaySection::WaysOut);
    settings.waysOut().editor().choose(0);
    camera.shoot(window, QStringLiteral("page-relay-ways"));
    settings.showSection(RelaySection::Signing);
    auto *form = dynamic_cast<SigningForm *>(&settings.signings().form());
    camera.expect(waitUntil([form] { return !form->record().isEmpty(); }), "the record of a key");
    camera.shoot(window, QStringLiteral("page-relay-signing"));
    window.resize(usual);
    settings.showSection(RelaySection::Keeping);
    camera.shoot(window, QStringLiteral("page-relay-keeping"));
    settings.showSection(RelaySection::Telling);
    camera.shoot(window, QStringLiteral("page-relay-telling"));
    QJsonObject wrong = settingsOf(shownConfig());
    wrong.insert(QStringLiteral("alerts"), QJsonObject{{QStringLiteral("mailTo"), QStringLiteral("it@contoso.com")},
                                                       {QStringLiteral("quietFrom"), QStringLiteral("22:00")},
                                                       {QStringLiteral("quietTo"), QStringLiteral("six o’clock")}});
    settings.setSettings(wrong);
    settings.showSection(RelaySection::Alerts);
    Q_EMIT settings.edited();
    camera.shoot(window, QStringLiteral("page-relay-alerts-wrong"));
}

/// What the relay still has of a message that was delivered, and what it has not.
void paintEnded(Camera &camera, MainWindow &window, Bench &bench)
{
    auto *details = window.relayPage().history().findChild<MessageDetails *>();
    MessageTimeline ended{
        .message = waitingMessage(1, QStringLiteral("delivered"), QStringLiteral("250 2.0.0 OK <kq2@contoso.example>")),
        .lines = {{bench.clock.now(), QStringLiteral("queue"), QStringLiteral("accepted"),
                   QStringLiteral("from 192.168.10.7")},
                  {bench.clock.now(), QStringLiteral("queue"), QStringLiteral("delivered"),
                   QStringLiteral("250 2.0.0 OK <kq2@contoso.example>")}}};
    ended.message.finishedAt = bench.clock.now();
    details->show(ended);
    camera.shoot(window, QStringLiteral("page-relay-history-not-kept"));
    ended.hasContents = true;
    details->show(ended);
    camera.shoot(window, QStringLiteral("page-relay-history-kept"));
}

} // namespace

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
    status.routes = {{.name = QStringLiteral("default"),
                      .state = QStringLiteral("slowed"),
                      .reason = status.reason,
                      .host = status.upstream,
                      .hosts = {status.upstream},
                      .emptyAt = bench.clock.now() + std::chrono::minutes(12)}};
    status.alerts = {{.kind = QStringLiteral("unknown-source"),
                      .subject = QStringLiteral("192.168.10.99"),
                      .sentence = QStringLiteral("192.168.10.99 sent mail for the first time. If you know the device, "
                                                 "give it a row in the table of devices."),
                      .since = bench.clock.now()}};
    bench.shownRelay.serve(relayWith(48'213));
    bench.shownRelay.show(RelayHost::State::Running, {}, status);
    RelayPage &page = window.relayPage();
    page.showTab(&page.overview());
    camera.expect(waitUntil([&page] { return page.overview().chart().summary().contains(QLatin1Char('3')); }),
                  "the relay's traffic");
    camera.shoot(window, QStringLiteral("page-relay-waiting"));
    page.showTab(&page.queue());
    camera.expect(waitUntil([&page] { return page.queue().model().rowOf(QStringLiteral("Q00000003")) == 3; }),
                  "the relay's queue");
    page.queue().table().selectRow(3);
    camera.expect(waitUntil([&page] { return page.queue().details().timeline().rowCount() == 6; }),
                  "the story of a message");
    camera.shoot(window, QStringLiteral("page-relay-queue"));
    page.showTab(&page.history());
    camera.expect(waitUntil([&page] { return page.history().model().rowCount() == 200; }), "the relay's history");
    page.history().table().selectRow(1);
    QTableView *story = page.history().findChild<MessageDetails *>()->findChild<QTableView *>();
    camera.expect(waitUntil([story] { return story->isVisible(); }), "the story of a message of the history");
    camera.shoot(window, QStringLiteral("page-relay-history"));
    paintEnded(camera, window, bench);
    page.showTab(&page.sources());
    QTableView &sources = page.sources().table();
    camera.expect(waitUntil([&sources] { return sources.model()->rowCount() == 3; }), "the relay's sources");
    sources.selectRow(1);
    camera.shoot(window, QStringLiteral("page-relay-sources"));
    paintDevices(camera, window);
    paintSettings(camera, window, bench);
    const QSize usual = window.size();
    window.resize(960, 600);
    camera.shoot(window, QStringLiteral("page-relay-alerts-small"));
    page.settings().showSection(RelaySection::WaysOut);
    camera.shoot(window, QStringLiteral("page-relay-ways-small"));
    page.settings().showSection(RelaySection::Basics);
    camera.shoot(window, QStringLiteral("page-relay-basics-small"));
    window.resize(usual);
}

} // namespace relaywright::test
