// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/RelayDraft.h"
#include "ui/drafts/RelaySettings.h"

#include <QJsonArray>
#include <QTest>

using namespace relaywright;

/// The relay's file while it is edited.
class tst_RelaySettings : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rowsComeBackUnchanged();
    void theFirstHostOfTheDefaultWayIsItsSmartHost();
    void whatNamesAWayFollowsItsNewName();
    void aWayIsThereAsLongAsARowNamesIt();
    void whatIsWrongIsSaidAtItsRowAndMember_data();
    void whatIsWrongIsSaidAtItsRowAndMember();
    void oneSectionIsJudgedWithoutTheOthers();
    void aRowIsJudgedWithoutItsNeighbours();
    void aSigningNeedsAWayWithASmartHost();
    void theBasicsKeepWhatTheyDoNotAsk();
    void wrongAnswersStayAsTheyWereTyped();
    void onlyNameHostNameAndSpoolNeedARestart();
};

namespace {

RelayConfig wholeConfig()
{
    return *parseRelayConfig(R"({"schema": "relaywright.relay/1",
        "accounts": [{"user": "erp", "password": "keychain:erp"}],
        "listeners": [{"listen": "192.168.10.2:25", "networks": ["192.168.10.0/24"], "signIn": "optional"},
                      {"listen": "[::1]:465", "networks": ["::1"], "implicitTls": true, "requireTls": true,
                       "pkcs12File": "/etc/relay.p12", "pkcs12Password": "file:/etc/relay.secret"}],
        "upstream": {"server": "smtp.office365.com:587", "user": "relay@contoso.com", "password": "env:RELAY",
                     "maxMessagesPerMinute": 20},
        "fallbacks": [{"server": "backup.contoso.com:25", "tls": "starttls", "certificateFile": "/etc/relay.pem",
                       "keyFile": "/etc/relay.key"}],
        "dkim": [{"domain": "contoso.com", "selector": "relay1", "key": "keychain:k1"}],
        "routes": [{"name": "invoices", "hosts": [{"server": "mx1.contoso.com:25"}, {"server": "mx2.contoso.com:25"}],
                    "dkim": [{"domain": "contoso.de", "selector": "relay2", "key": "file:/etc/k2.pem"}]},
                   {"name": "fax", "hosts": [{"server": "fax.contoso.com:25"}]}],
        "devices": [{"name": "ERP", "user": "erp", "route": "invoices"}], "refuseStrangers": true,
        "historyDays": 7, "keepContentsDays": 2, "maxContentsOctets": 2000000, "postmaster": "it@contoso.com", "metrics": "127.0.0.1:9125", "systemLog": true,
        "alerts": {"mailTo": "it@contoso.com", "quietFrom": "22:00", "quietTo": "06:00"}})");
}

QJsonObject row(std::initializer_list<std::pair<QString, QJsonValue>> members)
{
    return QJsonObject(members);
}

} // namespace

void tst_RelaySettings::rowsComeBackUnchanged()
{
    const RelayConfig config = wholeConfig();
    QJsonObject settings = settingsOf(config);
    putListeners(settings, listenersIn(settings));
    putHosts(settings, hostsIn(settings));
    putSignings(settings, signingsIn(settings));
    const auto back = toConfig(settings);
    QVERIFY2(back, back ? "" : qPrintable(back.error().detail));
    QVERIFY(*back == config);
    QCOMPARE(hostsIn(settings).size(), 5u);
    QCOMPARE(signingsIn(settings).size(), 2u);
    QCOMPARE(routesIn(settings), (QStringList{QStringLiteral("invoices"), QStringLiteral("fax")}));
}

void tst_RelaySettings::theFirstHostOfTheDefaultWayIsItsSmartHost()
{
    QJsonObject settings = settingsOf(wholeConfig());
    SettingsRows hosts = hostsIn(settings);
    std::swap(hosts[0], hosts[1]);
    putHosts(settings, hosts);
    const auto config = toConfig(settings);
    QVERIFY(config);
    QCOMPARE(config->upstream.server.toString(), QStringLiteral("backup.contoso.com:25"));
    QCOMPARE(config->fallbacks.size(), 1u);
    QCOMPARE(config->fallbacks[0].maxMessagesPerMinute, 20);
}

void tst_RelaySettings::aWayIsThereAsLongAsARowNamesIt()
{
    QJsonObject settings = settingsOf(wholeConfig());
    SettingsRows hosts = hostsIn(settings);
    std::erase_if(hosts, [](const SettingsRow &one) { return one.route == QLatin1String("fax"); });
    putHosts(settings, hosts);
    QCOMPARE(routesIn(settings), QStringList{QStringLiteral("invoices")});
    hosts.push_back({QStringLiteral("archive"), row({{QStringLiteral("server"), QStringLiteral("a.contoso.com")}})});
    putHosts(settings, hosts);
    const auto config = toConfig(settings);
    QVERIFY(config);
    QCOMPARE(config->routes.back().name, QStringLiteral("archive"));
    QCOMPARE(config->routes.front().dkim.size(), 1u); // signings stay with their way
}

void tst_RelaySettings::whatNamesAWayFollowsItsNewName()
{
    QJsonObject settings = settingsOf(wholeConfig());
    RelayConfig wanted = wholeConfig();
    renameWay(settings, QStringLiteral("invoices"), QStringLiteral("billing"));
    wanted.routes[0].name = QStringLiteral("billing");
    wanted.devices[0].route = QStringLiteral("billing");
    auto config = toConfig(settings);
    QVERIFY2(config, config ? "" : qPrintable(config.error().detail));
    QVERIFY(*config == wanted);
    // Into the default way: its smart hosts stand in there, its signings and devices are those of all.
    renameWay(settings, QStringLiteral("billing"), {});
    config = toConfig(settings);
    QVERIFY2(config, config ? "" : qPrintable(config.error().detail));
    QCOMPARE(routesIn(settings), QStringList{QStringLiteral("fax")});
    QCOMPARE(config->fallbacks.size(), wanted.fallbacks.size() + wanted.routes[0].hosts.size());
    QCOMPARE(config->dkim.size(), 2u);
    QVERIFY(config->devices[0].route.isEmpty());
}

void tst_RelaySettings::whatIsWrongIsSaidAtItsRowAndMember_data()
{
    QTest::addColumn<QString>("list");
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("field");
    QTest::addColumn<QJsonValue>("value");
    QTest::addColumn<int>("section");
    QTest::addColumn<int>("at");
    const auto is = [](RelaySection section) { return static_cast<int>(section); };
    const QJsonValue nonsense(QStringLiteral("no such thing"));
    QTest::newRow("the first listener") << "listeners" << 0 << "listen" << nonsense << is(RelaySection::Basics) << 0;
    QTest::newRow("another listener") << "listeners" << 1 << "minimumTls" << nonsense << is(RelaySection::Listeners)
                                      << 1;
    QTest::newRow("the smart host") << "hosts" << 0 << "server" << QJsonValue(QStringLiteral("a b"))
                                    << is(RelaySection::Basics) << 0;
    QTest::newRow("its limits") << "hosts" << 0 << "maxConnections" << nonsense << is(RelaySection::WaysOut) << 0;
    QTest::newRow("a stand-in") << "hosts" << 1 << "sendAs" << nonsense << is(RelaySection::WaysOut) << 1;
    QTest::newRow("a host of a route") << "hosts" << 3 << "maxRecipientsPerDay" << QJsonValue(0)
                                       << is(RelaySection::WaysOut) << 3;
    QTest::newRow("a signing") << "signings" << 0 << "selector" << nonsense << is(RelaySection::Signing) << 0;
    QTest::newRow("a signing of a route") << "signings" << 1 << "key" << nonsense << is(RelaySection::Signing) << 1;
    QTest::newRow("a limit") << "" << 0 << "expiryHours" << QJsonValue(0) << is(RelaySection::Keeping) << 0;
    QTest::newRow("metrics for all") << "" << 0 << "metrics" << QJsonValue(QStringLiteral("0.0.0.0:9125"))
                                     << is(RelaySection::Telling) << 0;
    QTest::newRow("an alert") << "alerts" << 0 << "quietTo" << QJsonValue(QStringLiteral("25:00"))
                              << is(RelaySection::Alerts) << 0;
}

void tst_RelaySettings::whatIsWrongIsSaidAtItsRowAndMember()
{
    QFETCH(QString, list);
    QFETCH(int, number);
    QFETCH(QString, field);
    QFETCH(QJsonValue, value);
    QFETCH(int, section);
    QFETCH(int, at);
    QJsonObject settings = settingsOf(wholeConfig());
    const auto spoil = [&](SettingsRows rows) {
        rows[static_cast<std::size_t>(number)].members.insert(field, value);
        return rows;
    };
    if (list == QLatin1String("listeners")) {
        putListeners(settings, spoil(listenersIn(settings)));
    } else if (list == QLatin1String("hosts")) {
        putHosts(settings, spoil(hostsIn(settings)));
    } else if (list == QLatin1String("signings")) {
        putSignings(settings, spoil(signingsIn(settings)));
    } else if (list == QLatin1String("alerts")) {
        QJsonObject alerts = settings.value(list).toObject();
        alerts.insert(field, value);
        settings.insert(list, alerts);
    } else {
        settings.insert(field, value);
    }
    const auto problem = problemIn(settings);
    QVERIFY(problem);
    QCOMPARE(static_cast<int>(problem->section), section);
    QCOMPARE(problem->row, at);
    QCOMPARE(problem->field, field);
    QVERIFY2(!problem->sentence.startsWith(u'$') && problem->sentence.endsWith(u'.'), qPrintable(problem->sentence));
    const auto alone = problemIn(settings, problem->section, at);
    QVERIFY(problem->section == RelaySection::Basics || alone == problem);
}

void tst_RelaySettings::oneSectionIsJudgedWithoutTheOthers()
{
    QJsonObject settings = settingsOf(wholeConfig());
    settings.insert(QStringLiteral("metrics"), QStringLiteral("everywhere"));
    settings.insert(QStringLiteral("historyDays"), 0);
    QCOMPARE(problemIn(settings, RelaySection::Telling)->field, QStringLiteral("metrics"));
    QCOMPARE(problemIn(settings, RelaySection::Keeping)->field, QStringLiteral("historyDays"));
    QVERIFY(!problemIn(settings, RelaySection::Alerts));
    QVERIFY(!problemIn(settings, RelaySection::Listeners, 1));
}

void tst_RelaySettings::aRowIsJudgedWithoutItsNeighbours()
{
    QJsonObject settings = settingsOf(wholeConfig());
    SettingsRows listeners = listenersIn(settings);
    listeners[0].members.insert(QStringLiteral("listen"), QStringLiteral("somewhere"));
    listeners.push_back({{}, row({{QStringLiteral("listen"), QStringLiteral("127.0.0.1:25")}})});
    putListeners(settings, listeners);
    QVERIFY(!problemIn(settings, RelaySection::Listeners, 1));
    const auto last = problemIn(settings, RelaySection::Listeners, 2);
    QVERIFY(last);
    QCOMPARE(last->field, QStringLiteral("networks"));
    QCOMPARE(last->row, 2);
    QVERIFY(!problemIn(settings, RelaySection::Listeners, 3)); // there is none
    settings.remove(QStringLiteral("accounts"));
    listeners[1].members.insert(QStringLiteral("signIn"), QStringLiteral("required"));
    putListeners(settings, listeners);
    QCOMPARE(problemIn(settings, RelaySection::Listeners, 1)->field, QStringLiteral("signIn"));
}

void tst_RelaySettings::aSigningNeedsAWayWithASmartHost()
{
    QJsonObject settings = settingsOf(wholeConfig());
    SettingsRows signings = signingsIn(settings);
    signings[1].route = QStringLiteral("gone");
    putSignings(settings, signings);
    for (const auto &problem : {problemIn(settings), problemIn(settings, RelaySection::Signing, 1)}) {
        QVERIFY(problem);
        QVERIFY(problem->section == RelaySection::Signing);
        QCOMPARE(problem->row, 1);
        QCOMPARE(problem->field, QStringLiteral("route"));
    }
}

void tst_RelaySettings::theBasicsKeepWhatTheyDoNotAsk()
{
    const RelayConfig config = wholeConfig();
    QJsonObject settings = settingsOf(config);
    RelayDraft draft = draftOf(settings);
    QCOMPARE(draft.password, QStringLiteral("env:RELAY"));
    QVERIFY(*toConfig(withBasics(settings, draft)) == config);
    draft.listenPort = QStringLiteral("2525");
    RelayConfig wanted = config;
    wanted.listeners[0].listen.port = 2525;
    QVERIFY(*toConfig(withBasics(settings, draft)) == wanted);
}

void tst_RelaySettings::wrongAnswersStayAsTheyWereTyped()
{
    RelayDraft draft;
    draft.listenAddress = QStringLiteral("the scanner's");
    draft.listenPort = QStringLiteral("many");
    draft.networks = QStringLiteral("floor 2, 192.168.10.0/24");
    draft.server = QStringLiteral("2001:db8::25");
    draft.sendAs = QStringLiteral("nobody");
    const RelayDraft back = draftOf(withBasics(freshSettings(), draft));
    QCOMPARE(back.listenAddress, draft.listenAddress);
    QCOMPARE(back.listenPort, draft.listenPort);
    QCOMPARE(back.networks, QStringLiteral("floor, 2, 192.168.10.0/24"));
    QCOMPARE(back.server, draft.server);
    QCOMPARE(back.port, draft.port);
    QCOMPARE(back.sendAs, draft.sendAs);
}

void tst_RelaySettings::onlyNameHostNameAndSpoolNeedARestart()
{
    const RelayConfig running = wholeConfig();
    RelayConfig wanted = running;
    wanted.listeners.pop_back();
    wanted.routes.clear();
    wanted.expiry = std::chrono::hours(1);
    QVERIFY(!needsRestart(running, wanted));
    wanted.hostName = QStringLiteral("relay.contoso.com");
    QVERIFY(needsRestart(running, wanted));
    wanted = running;
    wanted.spoolFolder = QStringLiteral("/var/spool/relay");
    QVERIFY(needsRestart(running, wanted));
}

QTEST_GUILESS_MAIN(tst_RelaySettings)
#include "tst_RelaySettings.moc"
