// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/DkimKey.h"
#include "tests/ui/RelaySettingsWindow.h"
#include "ui/forms/DeviceRowForm.h"
#include "ui/forms/MemberForm.h"
#include "ui/forms/PasswordEntry.h"
#include "ui/forms/SignInChoice.h"
#include "ui/forms/SigningForm.h"
#include "ui/theme/Theme.h"
#include "ui/views/DevicePanel.h"
#include "ui/views/RowEditor.h"
#include "ui/widgets/RowDelegate.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QListWidget>
#include <QLocale>
#include <QScopeGuard>
#include <QTableView>

using namespace relaywright;
using namespace relaywright::test;

/// What of the relay’s file is asked in the window: answers arrive in the file, and what is not asked stays.
class tst_RelayForms : public QObject, private RelaySettingsWindow {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, Scheme::Light); }
    void cleanup() { close(); }
    void whatTheFormsDoNotAskStays();
    void aListenerIsAdded();
    void aBadAnswerStaysAndIsShownWhereItIs();
    void smartHostsStandInAndMakeWays();
    void aWayKeepsItsDevicesAndSigningsUnderANewName();
    void thePasswordOfASmartHostGoesToTheKeychain();
    void aSmartHostIsShownACertificate();
    void theTokensOfAnAccountStandInForThePassword();
    void tokensThatNoAccountHasStay();
    void theEndOfASecretGoesWithIt();
    void graphHasNeitherServerNorPassword();
    void aKeyIsMadeAndItsRecordShown();
    void aRemarkOnAKeyBelongsToItsRow();
    void limitsLogAndAlertsAreSet();
    void numbersAreWrittenOneWay();
    void anAnswerInTwoPlacesIsOne();
};

void tst_RelayForms::whatTheFormsDoNotAskStays()
{
    open(kWholeRelay);
    for (const RelaySection section : {RelaySection::Listeners, RelaySection::WaysOut, RelaySection::Signing,
                                       RelaySection::Keeping, RelaySection::Telling, RelaySection::Alerts})
        show(section);
    QVERIFY(started() == *parseRelayConfig(kWholeRelay));
    QCOMPARE(m_bench->shownRelay.state(), RelayHost::State::Starting);
    QVERIFY(!m_bench->shownRelay.password()); // kept where the file says, for the relay to find
}

void tst_RelayForms::aListenerIsAdded()
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

void tst_RelayForms::aBadAnswerStaysAndIsShownWhereItIs()
{
    open(kWholeRelay);
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
    QVERIFY(started() == *parseRelayConfig(kWholeRelay));
}

void tst_RelayForms::smartHostsStandInAndMakeWays()
{
    open();
    RowsSection &ways = show(RelaySection::WaysOut).waysOut();
    button(ways, QStringLiteral("Add a smart host"))->click();
    type(ways.form(), QStringLiteral("Which server takes the mail on?"), QStringLiteral("backup.contoso.com:25"));
    type(ways.form(), QStringLiteral("How many messages does it take in a minute?"), QStringLiteral("1,000"));
    type(ways.form(), QStringLiteral("Minutes until another takes over from a refused sign-in"), QStringLiteral("5"));
    type(ways.form(), QStringLiteral("Minutes for which it is left at least"), QStringLiteral("30"));
    button(ways, QStringLiteral("Add a smart host"))->click();
    type(ways.form(), QStringLiteral("Which server takes the mail on?"), QStringLiteral("fax.contoso.com"));
    type(ways.form(), QStringLiteral("To which way out does it belong?"), QStringLiteral("fax"));
    ways.editor().choose(1);
    button(ways, QStringLiteral("Move up"))->click();
    const RelayConfig config = started();
    QCOMPARE(config.upstream.server.toString(), QStringLiteral("backup.contoso.com:25"));
    QCOMPARE(config.upstream.maxMessagesPerMinute, 1000);
    QVERIFY(config.upstream.leaveAfter == std::chrono::minutes(5));
    QVERIFY(config.upstream.leaveFor == std::chrono::minutes(30));
    QCOMPARE(config.fallbacks.size(), 1u);
    QCOMPARE(config.routes.size(), 1u);
    QCOMPARE(config.routes[0].name, QStringLiteral("fax"));
    QCOMPARE(config.routes[0].hosts[0].server.toString(), QStringLiteral("fax.contoso.com:587"));
}

void tst_RelayForms::aWayKeepsItsDevicesAndSigningsUnderANewName()
{
    open(kWholeRelay);
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
    RelayConfig wanted = *parseRelayConfig(kWholeRelay);
    wanted.routes[0].name = QStringLiteral("billing");
    wanted.devices[0].route = QStringLiteral("billing");
    QCOMPARE(config.routes.size(), 2u);
    QVERIFY(config.routes[0] == wanted.routes[0]);
    QCOMPARE(config.routes[1].name, QStringLiteral("fax"));
    QVERIFY(config.devices == wanted.devices);
}

void tst_RelayForms::thePasswordOfASmartHostGoesToTheKeychain()
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

void tst_RelayForms::aSmartHostIsShownACertificate()
{
    open();
    RowsSection &ways = show(RelaySection::WaysOut).waysOut();
    button(ways, QStringLiteral("Add a smart host"))->click();
    type(ways.form(), QStringLiteral("Which server takes the mail on?"),
         QStringLiteral("contoso-com.mail.protection.outlook.com:25"));
    type(ways.form(), QStringLiteral("Certificate that the relay shows"), QStringLiteral("/etc/relay.pem"));
    m_page->startRelay();
    QVERIFY2(says(ways.form(), QStringLiteral("Needs its private key; give both")),
             qPrintable(m_page->message()->sentence()));
    type(ways.form(), QStringLiteral("Its private key"), QStringLiteral("/etc/relay.key"));
    // Or both in one file, whose password goes to the keychain.
    button(ways, QStringLiteral("Add a smart host"))->click();
    type(ways.form(), QStringLiteral("Which server takes the mail on?"), QStringLiteral("mx2.contoso.com:25"));
    type(ways.form(), QStringLiteral("Or both in one PKCS#12 file"), QStringLiteral("/etc/relay.p12"));
    type(ways.form(), QStringLiteral("Password of that file"), QStringLiteral("s3cret"));
    for (QPushButton *keep : ways.form().findChildren<QPushButton *>()) {
        if (keep->text() == QStringLiteral("Keep it") && keep->isEnabled())
            keep->click();
    }
    QTRY_VERIFY(says(ways.form(), QStringLiteral("kept in the keychain as relay-client-certificate-relay.p12")));
    const RelayConfig config = started();
    QCOMPARE(config.fallbacks.at(0).certificate,
             (ClientCertificateFiles{QStringLiteral("/etc/relay.pem"), QStringLiteral("/etc/relay.key"), {}, {}}));
    QCOMPARE(config.fallbacks.at(1).certificate,
             (ClientCertificateFiles{{},
                                     {},
                                     QStringLiteral("/etc/relay.p12"),
                                     SecretRef::keychain(QStringLiteral("relay-client-certificate-relay.p12"))}));
    QVERIFY(!toJson(config).contains("s3cret"));
}

namespace {

TokenAccount tokenAccount(TokenUse use = TokenUse::ClientSubmission)
{
    return {.tenant = *EntraTenant::parse(QStringLiteral("contoso.com")),
            .application = *ApplicationId::parse(QStringLiteral("2f1c8a7e-5b0d-4c39-9a53-6f0f3f3f1a11")),
            .proof = KeptClientSecret{SecretRef::keychain(QStringLiteral("relay-app"))},
            .use = use};
}

QComboBox *signInOf(QWidget &form)
{
    return form.findChild<SignInChoice *>();
}

/// As a click would.
void choose(QComboBox &box, const QString &text)
{
    const int index = box.findText(text);
    QVERIFY2(index >= 0, qPrintable(text));
    box.setCurrentIndex(index);
    Q_EMIT box.activated(index);
}

} // namespace

void tst_RelayForms::theTokensOfAnAccountStandInForThePassword()
{
    open();
    RelayForm &basics = show(RelaySection::Basics).basics();
    QVERIFY(!signInOf(basics)->isVisibleTo(&basics)); // no account, no choice
    QVERIFY(changeAccountBook(m_bench->folder.filePath(QStringLiteral("accounts.json")), [](AccountBook &book) {
        book.push_back({QStringLiteral("graph@contoso.com"), tokenAccount(TokenUse::Graph)});
        book.push_back({QStringLiteral("scanner@contoso.com"), tokenAccount()});
    }));
    m_bench->accounts.look();
    QVERIFY(signInOf(basics)->isVisibleTo(&basics));
    QCOMPARE(signInOf(basics)->count(), 2); // a token for Graph opens no SMTP server
    QVERIFY(basics.password().isVisibleTo(&basics));
    choose(*signInOf(basics), QStringLiteral("With access tokens of scanner@contoso.com"));
    QVERIFY(!basics.password().isVisibleTo(&basics));

    RowsSection &ways = show(RelaySection::WaysOut).waysOut();
    button(ways, QStringLiteral("Add a smart host"))->click();
    type(ways.form(), QStringLiteral("Which server takes the mail on?"), QStringLiteral("smtp.office365.com"));
    choose(*signInOf(ways.form()), QStringLiteral("With access tokens of scanner@contoso.com"));
    const RelayConfig config = started();
    QCOMPARE(config.upstream.user, QStringLiteral("scanner@contoso.com"));
    for (const RelayUpstream &host : {config.upstream, config.fallbacks.at(0)}) {
        QVERIFY(host.oauth == tokenAccount());
        QVERIFY(!host.password);
    }
    QVERIFY(!m_bench->shownRelay.password()); // and nobody asks for one
    choose(*signInOf(basics), QStringLiteral("With a password"));
    QVERIFY(basics.password().isVisibleTo(&basics));
    QVERIFY(basics.draft().oauth.isEmpty());
}

void tst_RelayForms::tokensThatNoAccountHasStay()
{
    QByteArray file = kWholeRelay;
    file.replace("\"password\": \"env:RELAY\"",
                 R"("oauth": {"tenant": "contoso.com", "application": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
                              "refreshToken": "keychain:oauth relay@contoso.com"})");
    open(file);
    RelayForm &basics = show(RelaySection::Basics).basics();
    QCOMPARE(signInOf(basics)->currentText(), QStringLiteral("With access tokens, as the file says"));
    QVERIFY(!basics.password().isVisibleTo(&basics));
    QVERIFY(started() == *parseRelayConfig(file));
}

void tst_RelayForms::theEndOfASecretGoesWithIt()
{
    QByteArray file = kWholeRelay;
    file.replace("\"password\": \"env:RELAY\"",
                 R"("oauth": {"tenant": "contoso.com", "application": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
                              "secret": "keychain:relay-app"}, "secretEnds": "2027-11-23")");
    open(file);
    QVERIFY(changeAccountBook(m_bench->folder.filePath(QStringLiteral("accounts.json")), [](AccountBook &book) {
        book.push_back({QStringLiteral("scanner@contoso.com"), tokenAccount()});
    }));
    m_bench->accounts.look();
    QCOMPARE(started().upstream.secretEnds, QDate(2027, 11, 23));
    RelayForm &basics = show(RelaySection::Basics).basics();
    choose(*signInOf(basics), QStringLiteral("With access tokens of scanner@contoso.com"));
    QVERIFY(!started().upstream.secretEnds); // of that one nobody said it
}

void tst_RelayForms::graphHasNeitherServerNorPassword()
{
    const QByteArray file = R"({"schema": "relaywright.relay/1", "listeners": [{"networks": ["127.0.0.1"]}],
        "upstream": {"graph": {}, "user": "relay@contoso.com", "oauth": {"tenant": "contoso.com", "use": "graph",
                     "application": "2f1c8a7e-5b0d-4c39-9a53-6f0f3f3f1a11", "secret": "keychain:relay-app"}}})";
    open(file);
    QVERIFY(changeAccountBook(m_bench->folder.filePath(QStringLiteral("accounts.json")), [](AccountBook &book) {
        book.push_back({QStringLiteral("relay@contoso.com"), tokenAccount(TokenUse::Graph)});
    }));
    m_bench->accounts.look();
    RelayForm &basics = show(RelaySection::Basics).basics();
    QVERIFY(says(basics, QStringLiteral("Through Microsoft Graph")));
    QVERIFY(!control(basics, QStringLiteral("Server"))->isVisibleTo(&basics));
    QVERIFY(!basics.password().isVisibleTo(&basics));
    QCOMPARE(signInOf(basics)->currentText(), QStringLiteral("With access tokens of relay@contoso.com"));
    RowsSection &ways = show(RelaySection::WaysOut).waysOut();
    QVERIFY(says(ways.form(), QStringLiteral("Through Microsoft Graph")));
    QVERIFY(!control(ways.form(), QStringLiteral("Which server takes the mail on?"))->isVisibleTo(&ways.form()));
    QVERIFY(started() == *parseRelayConfig(file));
}

void tst_RelayForms::aKeyIsMadeAndItsRecordShown()
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

void tst_RelayForms::aRemarkOnAKeyBelongsToItsRow()
{
    open();
    RowsSection &signings = show(RelaySection::Signing).signings();
    auto &form = dynamic_cast<SigningForm &>(signings.form());
    for (const char *domain : {"contoso.com", "contoso.de"}) {
        button(signings, QStringLiteral("Add a domain"))->click();
        type(form, QStringLiteral("Mail of which domain?"), QLatin1String(domain));
        type(form, QStringLiteral("Under which selector?"), QStringLiteral("relay1"));
        if (signings.rows().size() == 1) {
            button(form, QStringLiteral("Make a key"))->click();
            QTRY_VERIFY_WITH_TIMEOUT(!form.record().isEmpty(), 20'000);
        }
    }
    type(form, QStringLiteral("Where is the private key kept?"),
         QStringLiteral("keychain:dkim-relay1._domainkey.contoso.com"));
    QTRY_VERIFY(!form.record().isEmpty());
    const QString remark = QStringLiteral("Choose another selector");
    signings.editor().choose(0);
    button(form, QStringLiteral("Make a key"))->click();
    QTRY_VERIFY(says(form, remark));
    signings.editor().choose(1);
    QVERIFY(!form.record().isEmpty()); // the same key
    QVERIFY(!says(form, remark));
    // What is answered when another row is shown says whose it is.
    signings.editor().choose(0);
    button(form, QStringLiteral("Make a key"))->click();
    QVERIFY(!says(form, remark)); // it asks the keychain
    signings.editor().choose(1);
    QTRY_VERIFY(says(form, QStringLiteral("The key of relay1._domainkey.contoso.com was not made: ")));
}

void tst_RelayForms::limitsLogAndAlertsAreSet()
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

void tst_RelayForms::numbersAreWrittenOneWay()
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
        close();
    }
}

void tst_RelayForms::anAnswerInTwoPlacesIsOne()
{
    open(kWholeRelay);
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

QTEST_MAIN(tst_RelayForms)
#include "tst_RelayForms.moc"
