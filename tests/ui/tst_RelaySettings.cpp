// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/DkimKey.h"
#include "tests/ui/Bench.h"
#include "ui/forms/DeviceRowForm.h"
#include "ui/forms/MemberForm.h"
#include "ui/forms/RelayForm.h"
#include "ui/forms/SigningForm.h"
#include "ui/pages/RelayPage.h"
#include "ui/theme/Theme.h"
#include "ui/views/DevicePanel.h"
#include "ui/views/RelaySettingsPanel.h"
#include "ui/views/RowEditor.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/RowDelegate.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScopeGuard>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace relaywright;
using namespace relaywright::test;

/// All of the relay's file in the window: what is asked, what stays, and how a running relay gets it.
class tst_RelaySettings : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, Scheme::Light); }
    void cleanup();
    void whatTheFormsDoNotAskStays();
    void aListenerIsAdded();
    void aBadAnswerStaysAndIsShownWhereItIs();
    void smartHostsStandInAndMakeWays();
    void aWayKeepsItsDevicesAndSigningsUnderANewName();
    void thePasswordOfASmartHostGoesToTheKeychain();
    void aKeyIsMadeAndItsRecordShown();
    void limitsLogAndAlertsAreSet();
    void numbersAreWrittenOneWay();
    void anAnswerInTwoPlacesIsOne();
    void aRunningRelayIsReloaded();
    void aRefusedConfigurationLeavesTheOldOne();
    void aNewHostNameIsSaidToRestart();
    void changesCanBeDiscarded();
    void thePlanChangesOnlyWhatItSays();
    void whatAnotherProgramWroteIsShown();
    void theKeyboardFollowsTheReadingOrder();
    void everyControlHasAName();

private:
    void open(const QByteArray &config = {});
    RelaySettingsPanel &show(RelaySection section);
    QPushButton *button(QWidget &where, const QString &text) const;
    QWidget *control(QWidget &where, const QString &name) const;
    void type(QWidget &where, const QString &name, const QString &text) const;
    bool says(QWidget &where, const QString &words) const;
    RelayConfig started();
    void running(const std::function<Result<QJsonObject>(const QString &word)> &answer);

    std::unique_ptr<Bench> m_bench;
    std::unique_ptr<RelayPage> m_page;
    QStringList m_asked;
};

namespace {

const QByteArray kWhole = R"({"schema": "relaywright.relay/1", "hostName": "relay.contoso.com",
    "accounts": [{"user": "erp", "password": "keychain:erp"}],
    "listeners": [{"listen": "192.168.10.2:25", "networks": ["192.168.10.0/24"], "signIn": "optional"},
                  {"listen": "192.168.10.2:465", "networks": ["192.168.10.0/24"], "implicitTls": true,
                   "pkcs12File": "/etc/relay.p12", "pkcs12Password": "file:/etc/relay.secret"}],
    "upstream": {"server": "smtp.office365.com:587", "user": "relay@contoso.com", "password": "env:RELAY",
                 "maxMessagesPerMinute": 20},
    "fallbacks": [{"server": "backup.contoso.com:25", "tls": "opportunistic"}],
    "dkim": [{"domain": "contoso.com", "selector": "relay1", "key": "keychain:k1"}],
    "routes": [{"name": "invoices", "hosts": [{"server": "mx1.contoso.com:25"}],
                "dkim": [{"domain": "contoso.de", "selector": "relay2", "key": "file:/etc/k2.pem"}]}],
    "devices": [{"name": "ERP", "user": "erp", "route": "invoices"}], "refuseStrangers": true,
    "maxMessageOctets": 1234567, "postmaster": "it@contoso.com", "metrics": "127.0.0.1:9125", "systemLog": true,
    "alerts": {"mailTo": "it@contoso.com", "quietFrom": "22:00", "quietTo": "06:00", "unknownSource": false}})";

} // namespace

void tst_RelaySettings::open(const QByteArray &config)
{
    m_asked.clear();
    m_bench = std::make_unique<Bench>();
    if (!config.isEmpty()) {
        m_bench->shownRelay.start(*parseRelayConfig(config), {});
        m_bench->shownRelay.show(RelayHost::State::Off);
    }
    m_page = std::make_unique<RelayPage>(m_bench->services);
    m_page->resize(1100, 760);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
}

void tst_RelaySettings::cleanup()
{
    m_page.reset();
    m_bench.reset();
}

RelaySettingsPanel &tst_RelaySettings::show(RelaySection section)
{
    m_page->showTab(&m_page->settings());
    m_page->settings().showSection(section);
    return m_page->settings();
}

QPushButton *tst_RelaySettings::button(QWidget &where, const QString &text) const
{
    const auto buttons = where.findChildren<QPushButton *>();
    const auto found = std::ranges::find_if(
        buttons, [&](const QPushButton *one) { return one->text() == text && one->isVisibleTo(&where); });
    return found == buttons.end() ? nullptr : *found;
}

QWidget *tst_RelaySettings::control(QWidget &where, const QString &name) const
{
    const auto all = where.findChildren<QWidget *>();
    const auto found = std::ranges::find_if(all, [&](const QWidget *one) {
        return one->accessibleName() == name && !one->focusProxy(); // what has the keyboard
    });
    return found == all.end() ? nullptr : *found;
}

void tst_RelaySettings::type(QWidget &where, const QString &name, const QString &text) const
{
    auto *edit = qobject_cast<QLineEdit *>(control(where, name));
    QVERIFY2(edit, qPrintable(name));
    edit->selectAll();
    QTest::keyClicks(edit, text);
    Q_EMIT edit->editingFinished();
}

bool tst_RelaySettings::says(QWidget &where, const QString &words) const
{
    return std::ranges::any_of(where.findChildren<TextLabel *>(), [&](const TextLabel *label) {
        return label->isVisibleTo(&where) && label->text().contains(words);
    });
}

RelayConfig tst_RelaySettings::started()
{
    m_page->startRelay();
    const auto &config = m_bench->shownRelay.config();
    return config ? *config : *parseRelayConfig(kWhole);
}

void tst_RelaySettings::running(const std::function<Result<QJsonObject>(const QString &word)> &answer)
{
    m_bench->shownRelay.serve([this, answer](const QJsonObject &request) {
        m_asked += request.value(QLatin1String("request")).toString();
        return answer(m_asked.back());
    });
    RelayStatus status;
    status.startedAt = m_bench->clock.now();
    status.upstream = QStringLiteral("smtp.office365.com:587");
    m_bench->shownRelay.show(RelayHost::State::Running, {}, status);
}

void tst_RelaySettings::whatTheFormsDoNotAskStays()
{
    open(kWhole);
    for (const RelaySection section : {RelaySection::Listeners, RelaySection::WaysOut, RelaySection::Signing,
                                       RelaySection::Keeping, RelaySection::Telling, RelaySection::Alerts})
        show(section);
    QVERIFY(started() == *parseRelayConfig(kWhole));
    QCOMPARE(m_bench->shownRelay.state(), RelayHost::State::Starting);
    QVERIFY(!m_bench->shownRelay.password()); // kept where the file says, for the relay to find
}

void tst_RelaySettings::aListenerIsAdded()
{
    open();
    RowsSection &listeners = show(RelaySection::Listeners).listeners();
    QCOMPARE(listeners.rows().size(), 1u);
    QVERIFY(!button(listeners, QStringLiteral("Remove"))->isEnabled()); // a relay has one at least
    button(listeners, QStringLiteral("Add a listener"))->click();
    QVERIFY(!listeners.isWrong()); // nobody has answered yet
    type(listeners.form(), QStringLiteral("On which address and port?"), QStringLiteral("192.168.10.2:465"));
    QVERIFY(says(listeners, QStringLiteral("Must list at least one network")));
    type(listeners.form(), QStringLiteral("Who may send through it?"), QStringLiteral("192.168.10.0/24, 10.0.0.7"));
    QVERIFY(!listeners.isWrong());
    auto *tls = qobject_cast<QComboBox *>(control(listeners.form(), QStringLiteral("Encryption for devices")));
    tls->setCurrentIndex(2);
    Q_EMIT tls->activated(2);
    QCOMPARE(listeners.editor().list().item(1)->text(), QStringLiteral("192.168.10.2:465"));
    const RelayConfig config = started();
    QCOMPARE(config.listeners.size(), 2u);
    QVERIFY(config.listeners[1].implicitTls && !config.listeners[1].startTls);
    QCOMPARE(config.listeners[1].networks.size(), 2u);
    QCOMPARE(config.listeners[0].listen.port, 2525);
}

void tst_RelaySettings::aBadAnswerStaysAndIsShownWhereItIs()
{
    open(kWhole);
    RowsSection &listeners = show(RelaySection::Listeners).listeners();
    listeners.editor().choose(1);
    type(listeners.form(), QStringLiteral("On which address and port?"), QStringLiteral("the cellar"));
    QListWidget &sections = m_page->settings().sections();
    QVERIFY(!sections.item(1)->data(SymbolRole).toString().isEmpty());
    listeners.editor().choose(0);
    show(RelaySection::Alerts);
    QVERIFY(!sections.item(1)->data(SymbolRole).toString().isEmpty());
    m_page->startRelay();
    QCOMPARE(m_bench->shownRelay.state(), RelayHost::State::Off);
    QCOMPARE(sections.currentRow(), 1);
    QCOMPARE(listeners.editor().chosenRow(), 1);
    auto *edit = qobject_cast<QLineEdit *>(control(listeners.form(), QStringLiteral("On which address and port?")));
    QCOMPARE(edit->text(), QStringLiteral("the cellar"));
    QVERIFY(!m_page->message()->sentence().isEmpty());
    type(listeners.form(), QStringLiteral("On which address and port?"), QStringLiteral("192.168.10.2:465"));
    QVERIFY(sections.item(1)->data(SymbolRole).toString().isEmpty());
    QVERIFY(started() == *parseRelayConfig(kWhole));
}

void tst_RelaySettings::smartHostsStandInAndMakeWays()
{
    open();
    RowsSection &ways = show(RelaySection::WaysOut).waysOut();
    button(ways, QStringLiteral("Add a smart host"))->click();
    type(ways.form(), QStringLiteral("Which server takes the mail on?"), QStringLiteral("backup.contoso.com:25"));
    type(ways.form(), QStringLiteral("How many messages does it take in a minute?"), QStringLiteral("1,000"));
    button(ways, QStringLiteral("Add a smart host"))->click();
    type(ways.form(), QStringLiteral("Which server takes the mail on?"), QStringLiteral("fax.contoso.com"));
    type(ways.form(), QStringLiteral("To which way out does it belong?"), QStringLiteral("fax"));
    ways.editor().choose(1);
    button(ways, QStringLiteral("Move up"))->click();
    const RelayConfig config = started();
    QCOMPARE(config.upstream.server.toString(), QStringLiteral("backup.contoso.com:25"));
    QCOMPARE(config.upstream.maxMessagesPerMinute, 1000);
    QCOMPARE(config.fallbacks.size(), 1u);
    QCOMPARE(config.routes.size(), 1u);
    QCOMPARE(config.routes[0].name, QStringLiteral("fax"));
    QCOMPARE(config.routes[0].hosts[0].server.toString(), QStringLiteral("fax.contoso.com:587"));
}

void tst_RelaySettings::aWayKeepsItsDevicesAndSigningsUnderANewName()
{
    open(kWhole);
    DevicePanel &devices = m_page->devices();
    m_page->showTab(&devices);
    devices.table().selectRow(0);
    RowsSection &ways = show(RelaySection::WaysOut).waysOut();
    ways.editor().choose(2);
    // Letter by letter it names other ways; what follows is the whole answer.
    type(ways.form(), QStringLiteral("To which way out does it belong?"), QStringLiteral("billing"));
    auto *way = qobject_cast<QComboBox *>(control(devices.form(), QStringLiteral("Which way does its mail take?")));
    QCOMPARE(way->currentText(), QStringLiteral("billing"));
    QCOMPARE(way->count(), 2); // the default, and this one
    button(ways, QStringLiteral("Add a smart host"))->click();
    type(ways.form(), QStringLiteral("Which server takes the mail on?"), QStringLiteral("mx2.contoso.com:25"));
    type(ways.form(), QStringLiteral("To which way out does it belong?"), QStringLiteral("billing"));
    // One of two that goes elsewhere takes nothing along.
    type(ways.form(), QStringLiteral("To which way out does it belong?"), QStringLiteral("fax"));
    const RelayConfig config = started();
    RelayConfig wanted = *parseRelayConfig(kWhole);
    wanted.routes[0].name = QStringLiteral("billing");
    wanted.devices[0].route = QStringLiteral("billing");
    QCOMPARE(config.routes.size(), 2u);
    QVERIFY(config.routes[0] == wanted.routes[0]);
    QCOMPARE(config.routes[1].name, QStringLiteral("fax"));
    QVERIFY(config.devices == wanted.devices);
}

void tst_RelaySettings::thePasswordOfASmartHostGoesToTheKeychain()
{
    open();
    RowsSection &ways = show(RelaySection::WaysOut).waysOut();
    button(ways, QStringLiteral("Add a smart host"))->click();
    type(ways.form(), QStringLiteral("Which server takes the mail on?"), QStringLiteral("backup.contoso.com"));
    type(ways.form(), QStringLiteral("User name"), QStringLiteral("relay"));
    type(ways.form(), QStringLiteral("Password"), QStringLiteral("s3cret"));
    button(ways.form(), QStringLiteral("Keep it"))->click();
    QTRY_VERIFY(says(ways.form(), QStringLiteral("kept in the keychain as relay")));
    Secret kept;
    m_bench->vault.read(QStringLiteral("relay"), this, [&kept](const Result<Secret> &secret) {
        if (secret)
            kept = *secret;
    });
    QTRY_COMPARE(kept.reveal().toByteArray(), QByteArray("s3cret"));
    const RelayConfig config = started();
    QCOMPARE(config.fallbacks.at(0).password->toString(), QStringLiteral("keychain:relay"));
    QVERIFY(!toJson(config).contains("s3cret"));
}

void tst_RelaySettings::aKeyIsMadeAndItsRecordShown()
{
    open();
    RowsSection &signings = show(RelaySection::Signing).signings();
    QVERIFY(says(signings, QStringLiteral("No mail is signed yet")));
    button(signings, QStringLiteral("Add a domain"))->click();
    auto &form = dynamic_cast<SigningForm &>(signings.form());
    type(form, QStringLiteral("Mail of which domain?"), QStringLiteral("contoso.com"));
    type(form, QStringLiteral("Under which selector?"), QStringLiteral("relay1"));
    button(form, QStringLiteral("Make a key"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(!form.record().isEmpty(), 20'000);
    const auto key = parseDkimKey(form.record());
    QVERIFY(key && !key->revoked());
    button(form, QStringLiteral("Copy the name"))->click();
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("relay1._domainkey.contoso.com"));
    button(form, QStringLiteral("Copy the text"))->click();
    QCOMPARE(QApplication::clipboard()->text(), form.record());
    button(form, QStringLiteral("Copy the line of a zone file"))->click();
    QVERIFY(QApplication::clipboard()->text().startsWith(
        QStringLiteral("relay1._domainkey.contoso.com. IN TXT ( \"v=DKIM1")));
    const QString record = form.record();
    button(form, QStringLiteral("Make a key"))->click(); // never in the place of one that is in use
    QTRY_VERIFY(says(form, QStringLiteral("Choose another selector")));
    const RelayConfig config = started();
    QCOMPARE(config.dkim.size(), 1u);
    QCOMPARE(config.dkim[0].key.toString(), QStringLiteral("keychain:dkim-relay1._domainkey.contoso.com"));
    // The relay finds the private half where the file says, and the window the record again.
    show(RelaySection::Basics);
    show(RelaySection::Signing);
    QTRY_COMPARE(form.record(), record);
}

void tst_RelaySettings::limitsLogAndAlertsAreSet()
{
    open();
    RelaySettingsPanel &settings = show(RelaySection::Keeping);
    type(settings, QStringLiteral("Largest message (MiB)"), QStringLiteral("5000"));
    QVERIFY(says(settings, QStringLiteral("Type a number of MiB up to 1,024.")));
    type(settings, QStringLiteral("Largest message (MiB)"), QStringLiteral("25"));
    QVERIFY(!says(settings, QStringLiteral("Type a number of MiB")));
    type(settings, QStringLiteral("Give a message up after (hours)"), QStringLiteral("72"));
    type(settings, QStringLiteral("Report a delay after (minutes)"), QStringLiteral("0"));
    show(RelaySection::Telling);
    type(settings, QStringLiteral("Show metrics at"), QStringLiteral("127.0.0.1:9125"));
    type(settings, QStringLiteral("Log file"), QStringLiteral("/var/log/relay.json"));
    qobject_cast<QCheckBox *>(control(settings, QStringLiteral("System log")))->click();
    show(RelaySection::Alerts);
    type(settings, QStringLiteral("Send alerts to the mailbox"), QStringLiteral("it@contoso.com"));
    type(settings, QStringLiteral("No mail from"), QStringLiteral("22:00"));
    QVERIFY(says(settings, QStringLiteral("Needs the other end of the quiet period")));
    type(settings, QStringLiteral("No mail until"), QStringLiteral("06:00"));
    type(settings, QStringLiteral("A message waits for (minutes)"), QStringLiteral("15"));
    qobject_cast<QCheckBox *>(control(settings, QStringLiteral("Unknown devices")))->click();
    const RelayConfig config = started();
    QCOMPARE(config.maxMessageOctets, std::uint64_t(25) << 20);
    QCOMPARE(config.expiry, std::chrono::hours(72));
    QCOMPARE(config.delayReport, std::chrono::minutes(0));
    QCOMPARE(config.metrics->toString(), QStringLiteral("127.0.0.1:9125"));
    QCOMPARE(config.logFile, QStringLiteral("/var/log/relay.json"));
    QVERIFY(config.systemLog);
    QCOMPARE(config.alerts.mailTo->toString(), QStringLiteral("it@contoso.com"));
    QCOMPARE(config.alerts.quietTo, std::optional(QTime(6, 0)));
    QCOMPARE(config.alerts.queueAge, std::chrono::minutes(15));
    QVERIFY(!config.alerts.unknownSource);
}

void tst_RelaySettings::numbersAreWrittenOneWay()
{
    const QLocale before;
    const auto restore = qScopeGuard([&before] { QLocale::setDefault(before); });
    for (const QLocale::Language language : {QLocale::English, QLocale::German, QLocale::French}) {
        QLocale::setDefault(QLocale(language));
        open();
        RelaySettingsPanel &settings = show(RelaySection::Keeping);
        const QString delay = QStringLiteral("Report a delay after (minutes)");
        type(settings, delay, QStringLiteral("1000"));
        type(settings, QStringLiteral("Largest message (MiB)"), QStringLiteral("1000"));
        show(RelaySection::Alerts);
        show(RelaySection::Keeping);
        const QString written = QLocale().toString(1000);
        QVERIFY(written != QStringLiteral("1000"));
        QCOMPARE(qobject_cast<QLineEdit *>(control(settings, delay))->text(), written);
        // What is written is read the same way when another answer is typed.
        type(settings, QStringLiteral("Give a message up after (hours)"), QStringLiteral("72"));
        const RelayConfig config = started();
        QCOMPARE(config.delayReport, std::chrono::minutes(1000));
        QCOMPARE(config.maxMessageOctets, std::uint64_t(1000) << 20);
        cleanup();
    }
}

void tst_RelaySettings::anAnswerInTwoPlacesIsOne()
{
    open(kWhole);
    RowsSection &listeners = show(RelaySection::Listeners).listeners();
    listeners.editor().choose(0);
    type(listeners.form(), QStringLiteral("On which address and port?"), QStringLiteral("192.168.10.3:2525"));
    QCOMPARE(m_page->form().draft().listenAddress, QStringLiteral("192.168.10.3"));
    show(RelaySection::Basics);
    type(m_page->form(), QStringLiteral("Port"), QStringLiteral("26"));
    show(RelaySection::Listeners);
    QCOMPARE(listeners.editor().list().item(0)->text(), QStringLiteral("192.168.10.3:26"));
    QCOMPARE(started().listeners[0].listen.toString(), QStringLiteral("192.168.10.3:26"));
}

void tst_RelaySettings::aRunningRelayIsReloaded()
{
    open(kWhole);
    running([](const QString &) { return QJsonObject(); });
    show(RelaySection::Keeping);
    QPushButton *apply = button(*m_page, QStringLiteral("Apply these settings"));
    QVERIFY(apply && !apply->isEnabled());
    type(m_page->settings(), QStringLiteral("Remember messages for (days)"), QStringLiteral("90"));
    QVERIFY(apply->isEnabled());
    QVERIFY(says(*m_page, QStringLiteral("Nothing restarts")));
    apply->click();
    QTRY_VERIFY(m_page->message()->sentence().contains(QStringLiteral("Nothing was restarted")));
    QCOMPARE(m_asked.count(QStringLiteral("reload")), 1);
    QCOMPARE(m_bench->shownRelay.state(), RelayHost::State::Running);
    QCOMPARE(m_bench->shownRelay.config()->historyKept, std::chrono::days(90));
    QVERIFY(!apply->isEnabled());
}

void tst_RelaySettings::aRefusedConfigurationLeavesTheOldOne()
{
    open(kWhole);
    running([](const QString &word) -> Result<QJsonObject> {
        if (word == QLatin1String("reload"))
            return failure(ErrorKind::Unreachable, QStringLiteral("192.168.10.2:26 is taken by another program."));
        return QJsonObject();
    });
    show(RelaySection::Basics);
    type(m_page->form(), QStringLiteral("Port"), QStringLiteral("26"));
    button(*m_page, QStringLiteral("Apply these settings"))->click();
    QTRY_VERIFY(m_page->message()->sentence().contains(QStringLiteral("taken by another program")));
    QVERIFY(*m_bench->shownRelay.config() == *parseRelayConfig(kWhole));
    QCOMPARE(m_page->form().draft().listenPort, QStringLiteral("26")); // as typed, to be mended
    QVERIFY(button(*m_page, QStringLiteral("Apply these settings"))->isEnabled());
}

void tst_RelaySettings::aNewHostNameIsSaidToRestart()
{
    open(kWhole);
    running([](const QString &) { return QJsonObject(); });
    show(RelaySection::Keeping);
    type(m_page->settings(), QStringLiteral("Name of the relay"), QStringLiteral("mail.contoso.com"));
    QVERIFY(says(*m_page, QStringLiteral("need a restart")));
    button(*m_page, QStringLiteral("Restart with these settings"))->click();
    QCOMPARE(m_asked.count(QStringLiteral("reload")), 0);
    QCOMPARE(m_bench->shownRelay.state(), RelayHost::State::Starting);
    QCOMPARE(m_bench->shownRelay.config()->hostName, QStringLiteral("mail.contoso.com"));
}

void tst_RelaySettings::changesCanBeDiscarded()
{
    open(kWhole);
    show(RelaySection::Basics);
    QVERIFY(!button(*m_page, QStringLiteral("Discard the changes")));
    type(m_page->form(), QStringLiteral("Port"), QStringLiteral("26"));
    m_page->devices().addRow(QStringLiteral("Scanner"), QStringLiteral("192.168.10.7"));
    button(*m_page, QStringLiteral("Discard the changes"))->click();
    QCOMPARE(m_page->form().draft().listenPort, QStringLiteral("25"));
    QVERIFY(started() == *parseRelayConfig(kWhole));
}

void tst_RelaySettings::thePlanChangesOnlyWhatItSays()
{
    open(kWhole);
    m_bench->workspace.create(contoso());
    m_page->fillFromPlan();
    const RelayDraft draft = m_page->form().draft();
    QVERIFY2(draft.listenAddress != QLatin1String("192.168.10.2"), qPrintable(m_page->message()->sentence()));
    const auto config = toConfig(m_page->settings().settings());
    QVERIFY(config);
    QCOMPARE(config->alerts.mailTo->toString(), QStringLiteral("it@contoso.com"));
    QCOMPARE(config->fallbacks.size(), 1u);
    QCOMPARE(config->routes.size(), 1u);
}

void tst_RelaySettings::whatAnotherProgramWroteIsShown()
{
    open(kWhole);
    RelayConfig other = *parseRelayConfig(kWhole);
    other.listeners[0].listen.port = 26;
    m_bench->shownRelay.showConfig(other);
    QCOMPARE(m_page->form().draft().listenPort, QStringLiteral("26"));
    show(RelaySection::Basics);
    type(m_page->form(), QStringLiteral("Port"), QStringLiteral("27"));
    other.listeners[0].listen.port = 28;
    m_bench->shownRelay.showConfig(other);
    QCOMPARE(m_page->form().draft().listenPort, QStringLiteral("27")); // nothing that was typed is lost
    QVERIFY(m_page->message()->sentence().contains(QStringLiteral("Another program")));
    button(*m_page, QStringLiteral("Discard the changes"))->click();
    QCOMPARE(m_page->form().draft().listenPort, QStringLiteral("28"));
}

void tst_RelaySettings::theKeyboardFollowsTheReadingOrder()
{
    open(kWhole);
    RelaySettingsPanel &settings = show(RelaySection::Alerts);
    settings.sections().setFocus();
    QStringList reached;
    for (int i = 0; i < 40 && reached.value(reached.size() - 1) != QLatin1String("Unknown devices"); ++i) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        const QWidget *focus = QApplication::focusWidget();
        if (!qobject_cast<const QToolButton *>(focus)) // why it matters, beside its question
            reached += focus->accessibleName();
    }
    const QStringList wanted{QStringLiteral("Send alerts to the mailbox"),
                             QStringLiteral("From the address"),
                             QStringLiteral("No mail from"),
                             QStringLiteral("No mail until"),
                             QStringLiteral("A message waits for (minutes)"),
                             QStringLiteral("Tell again after (minutes)"),
                             QStringLiteral("Refused sign-ins of a device"),
                             QStringLiteral("Times the usual mail of a device"),
                             QStringLiteral("A certificate ends in (days)"),
                             QStringLiteral("Unknown devices")};
    QCOMPARE(reached, wanted);
}

void tst_RelaySettings::everyControlHasAName()
{
    open(kWhole);
    QStringList nameless;
    for (const RelaySection section :
         {RelaySection::Basics, RelaySection::Listeners, RelaySection::WaysOut, RelaySection::Signing,
          RelaySection::Keeping, RelaySection::Telling, RelaySection::Alerts}) {
        RelaySettingsPanel &settings = show(section);
        for (const QWidget *widget : settings.findChildren<QWidget *>()) {
            const auto *press = qobject_cast<const QAbstractButton *>(widget);
            const bool is = press || qobject_cast<const QLineEdit *>(widget) || qobject_cast<const QComboBox *>(widget)
                            || qobject_cast<const QPlainTextEdit *>(widget)
                            || qobject_cast<const QAbstractItemView *>(widget);
            const QString owner = QLatin1String(widget->parentWidget()->metaObject()->className());
            if (!is || widget->isHidden() || owner.startsWith(QLatin1String("QComboBox"))
                || owner == QLatin1String("QLineEdit") || widget->objectName().startsWith(QLatin1String("qt_")))
                continue;
            if (widget->accessibleName().isEmpty() && (!press || press->text().isEmpty()))
                nameless += QStringLiteral("%1 in %2").arg(QLatin1String(widget->metaObject()->className()), owner);
        }
    }
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u'\n')));
}

QTEST_MAIN(tst_RelaySettings)
#include "tst_RelaySettings.moc"
