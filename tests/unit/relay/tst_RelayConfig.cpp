// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/OpenRelay.h"
#include "core/relay/RelayConfig.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

using namespace relaywright;

namespace {

const QByteArray kMinimal = R"({"schema": "relaywright.relay/1",
    "listeners": [{"listen": "127.0.0.1:2525", "networks": ["127.0.0.1"]}],
    "upstream": {"server": "smtp.office365.com:587"}})";

/// kMinimal with one member (of an object inside it, where `path` has a dot) set to `json`.
QByteArray with(const QString &path, const QByteArray &json)
{
    QJsonObject root = QJsonDocument::fromJson(kMinimal).object();
    const QJsonValue value = QJsonDocument::fromJson("[" + json + "]").array().at(0);
    const QStringList parts = path.split(u'.');
    if (parts[0] == QLatin1String("listener")) {
        QJsonObject listener = root.value(QLatin1String("listeners")).toArray().at(0).toObject();
        listener.insert(parts[1], value);
        root.insert(QStringLiteral("listeners"), QJsonArray{listener});
    } else if (parts.size() == 2) {
        QJsonObject upstream = root.value(parts[0]).toObject();
        upstream.insert(parts[1], value);
        root.insert(parts[0], upstream);
    } else {
        root.insert(path, value);
    }
    return QJsonDocument(root).toJson();
}

} // namespace

class tst_RelayConfig : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takesTheSmallestConfigurationWithSafeDefaults();
    void writesWhatItReads();
    void refusesWhatCannotBe_data();
    void refusesWhatCannotBe();
    void refusesANewerSchemaAsUnsupported();
    void knowsAnOpenRelayInEverySpelling_data();
    void knowsAnOpenRelayInEverySpelling();
};

void tst_RelayConfig::takesTheSmallestConfigurationWithSafeDefaults()
{
    const auto config = parseRelayConfig(kMinimal);
    QVERIFY2(config, config ? "" : qPrintable(config.error().detail));
    QCOMPARE(config->name, QStringLiteral("default"));
    QCOMPARE(config->listeners.size(), 1u);
    QCOMPARE(config->listeners[0].listen.toString(), QStringLiteral("127.0.0.1:2525"));
    QCOMPARE(toString(config->upstream.tls), toString(TlsPolicy::Required));
    QCOMPARE(config->upstream.maxConnections, 3);
    QCOMPARE(config->upstream.maxMessagesPerMinute, 30);
    QCOMPARE(config->upstream.maxRecipientsPerDay, 10000);
    QCOMPARE(config->expiry, std::chrono::hours(48));
    QVERIFY(!config->upstream.password);
}

void tst_RelayConfig::writesWhatItReads()
{
    const QByteArray full =
        R"({"schema": "relaywright.relay/1", "name": "site-1", "spoolFolder": "/var/spool/x", "hostName": "Relay.Example.com",
        "listeners": [{"listen": "192.0.2.10:25", "networks": ["192.0.2.0/24", "2001:db8::/32"], "startTls": false},
                      {"listen": "[::1]:2525", "networks": ["::1"], "certificateFile": "a.pem", "keyFile": "b.pem"}],
        "upstream": {"server": "smtp.office365.com", "tls": "implicit", "caFile": "ca.pem", "user": "scanner@contoso.com",
                     "password": "keychain:scanner@contoso.com", "maxConnections": 2, "maxMessagesPerMinute": 20,
                     "maxRecipientsPerDay": 500, "leaveAfterMinutes": 10, "leaveForMinutes": 30, "sendAs": "scanner@contoso.com"},
        "maxMessageOctets": 1000000, "maxRecipientsPerMessage": 100, "minFreeOctets": 0, "expiryHours": 5, "historyDays": 7,
        "delayReportMinutes": 90,
        "postmaster": "admin@contoso.com"})";
    // Everything that a site may want at once.
    const QByteArray everything = R"({"schema": "relaywright.relay/1",
        "accounts": [{"user": "erp", "passwordHash": "scrypt$x"}, {"user": "old", "password": "keychain:old"}],
        "listeners": [{"listen": "0.0.0.0:465", "networks": [], "implicitTls": true, "minimumTls": "1.3", "signIn": "required",
                       "pkcs12File": "relay.p12", "pkcs12Password": "keychain:relay.p12"},
                      {"listen": "192.168.10.2:25", "networks": ["192.168.10.0/24"], "requireTls": true, "minimumTls": "1.0",
                       "signIn": "optional", "signInWithoutTls": true, "bareNewlines": "ends-data"}],
        "internalDomains": ["contoso.com"],
        "upstream": {"server": "contoso-com.mail.protection.outlook.com:25", "tls": "opportunistic"},
        "fallbacks": [{"server": "192.0.2.9:25", "tls": "none"},
                      {"server": "smtp.office365.com:587", "user": "a@contoso.com",
                       "oauth": {"tenant": "contoso.com", "application": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
                                 "secret": "keychain:relay"}, "secretEnds": "2027-11-23"},
                      {"graph": {"saveToSentItems": false}, "user": "a@contoso.com", "maxConnections": 4, "caFile": "graph.pem",
                       "oauth": {"tenant": "contoso.com", "application": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
                                 "secret": "keychain:relay", "cloud": "gcc-high"}, "secretEnds": "2027-02-01"},
                      {"server": "smtp-hve.office365.com:587", "user": "a@contoso.com",
                       "oauth": {"tenant": "contoso.com", "application": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
                                 "certificateFile": "relay.pem", "key": "file:relay.key", "passphrase": "env:WORDS",
                                 "use": "high-volume-email", "cloud": "gcc-high"}},
                      {"server": "smtp.office365.com:587", "user": "a@contoso.com",
                       "oauth": {"tenant": "organizations", "application": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
                                 "refreshToken": "keychain:a@contoso.com", "service": "http://127.0.0.1:8080",
                                 "caFile": "practice.pem"}},
                      {"server": "contoso-com.mail.protection.outlook.com:25", "certificateFile": "a.pem", "keyFile": "b.pem"},
                      {"server": "contoso-com.mail.protection.outlook.com:25", "pkcs12File": "relay.p12",
                       "pkcs12Password": "keychain:relay.p12"}],
        "dkim": [{"domain": "contoso.com", "selector": "relay1", "key": "keychain:dkim"}],
        "routes": [{"name": "cloud", "hosts": [{"server": "smtp.office365.com:587"}],
                    "dkim": [{"domain": "contoso.com", "selector": "relay2", "key": "file:/etc/relay2.pem"}]}],
        "devices": [{"name": "Scanner 2nd floor", "networks": ["192.168.10.7"], "senders": ["scan@contoso.com", ".contoso.com"],
                     "internalOnly": true, "allowedRecipients": ["contoso.com"], "deniedRecipients": ["all@contoso.com"],
                     "maxMessageOctets": 5000, "maxRecipientsPerMessage": 3, "maxMessagesPerMinute": 4, "maxMessagesPerDay": 50,
                     "maxConnections": 2, "repairs": ["date", "messageId", "bareNewlines", "longLines", "displayName"],
                     "sendAs": "scanner@contoso.com", "keepReplyTo": false, "returnPath": "bounce@contoso.com", "route": "cloud"},
                    {"name": "ERP", "user": "erp", "route": "default"}],
        "refuseStrangers": true, "maxHistoryOctets": 5000000, "keepContentsDays": 3, "maxContentsOctets": 7000000, "metrics": "127.0.0.1:9125", "logFile": "relay.log", "systemLog": true,
        "alerts": {"mailTo": "it@contoso.com", "mailFrom": "relay@contoso.com", "quietFrom": "22:00", "quietTo": "06:30",
                   "repeatAfterMinutes": 60, "queueAgeMinutes": 10, "rateFactor": 3, "signInFailures": 2, "certificateDays": 7,
                   "unknownSource": false}})";
    const auto all = parseRelayConfig(everything);
    QVERIFY2(all, all ? "" : qPrintable(all.error().detail));
    QVERIFY(all->devices[0].senders[1].matches(*EmailAddress::parse(QStringLiteral("a@Print.contoso.com"))));
    QCOMPARE(all->allRoutes().size(), 2u);
    QCOMPARE(all->allRoutes()[0].hosts.size(), 8u);
    QVERIFY(std::holds_alternative<KeptCertificate>(all->fallbacks[3].oauth->proof));
    QCOMPARE(all->fallbacks[1].secretEnds, QDate(2027, 11, 23));
    QCOMPARE(all->fallbacks[2].server.toString(), QStringLiteral("graph.microsoft.us:443"));
    QCOMPARE(toString(all->fallbacks[2].oauth->use), QStringLiteral("graph"));
    QCOMPARE(std::get<KeptRefreshToken>(all->fallbacks[4].oauth->proof).keychainName, QStringLiteral("a@contoso.com"));
    QCOMPARE(all->fallbacks[4].oauth->caFile, QStringLiteral("practice.pem"));
    QCOMPARE(all->fallbacks[2].caFile, QStringLiteral("graph.pem"));
    const auto allAgain = parseRelayConfig(toJson(*all));
    QVERIFY2(allAgain, allAgain ? "" : qPrintable(allAgain.error().detail));
    QVERIFY(*allAgain == *all);

    const auto config = parseRelayConfig(full);
    QVERIFY2(config, config ? "" : qPrintable(config.error().detail));
    QCOMPARE(config->upstream.server.port, 587);
    QCOMPARE(config->hostName, QStringLiteral("relay.example.com"));
    const auto again = parseRelayConfig(toJson(*config));
    QVERIFY2(again, again ? "" : qPrintable(again.error().detail));
    QVERIFY(*again == *config);
}

void tst_RelayConfig::refusesWhatCannotBe_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("path");
    const auto row = [](const char *tag, const QByteArray &json, const char *path) {
        QTest::newRow(tag) << json << QString::fromLatin1(path);
    };
    row("not JSON", "{", "line 1");
    row("another document", R"({"schema": "relaywright.site/1"})", "$.schema");
    row("no schema", "{}", "$.schema");
    row("unknown member", with(QStringLiteral("colour"), "1"), "$.colour");
    row("unknown member of a listener", with(QStringLiteral("listener.port"), "25"), "$.listeners[0].port");
    row("contents kept longer than the history", with(QStringLiteral("keepContentsDays"), "31"), "$.keepContentsDays");
    row("name leads out of the folder", with(QStringLiteral("name"), R"("../x")"), "$.name");
    row("name is empty", with(QStringLiteral("name"), R"("")"), "$.name");
    row("name has a line break at its end", with(QStringLiteral("name"), R"("abc\n")"), "$.name");
    row("no listeners", with(QStringLiteral("listeners"), "[]"), "$.listeners");
    row("networks missing", with(QStringLiteral("listeners"), R"([{"listen": "0.0.0.0:25"}])"),
        "$.listeners[0].networks");
    row("networks empty", with(QStringLiteral("listener.networks"), "[]"), "$.listeners[0].networks");
    row("network with host bits", with(QStringLiteral("listener.networks"), R"(["192.0.2.1/24"])"),
        "$.listeners[0].networks[0]");
    row("whole internet", with(QStringLiteral("listener.networks"), R"(["0.0.0.0/0"])"), "$.listeners[0].networks");
    row("whole internet in halves", with(QStringLiteral("listener.networks"), R"(["0.0.0.0/1", "128.0.0.0/1"])"),
        "$.listeners[0].networks");
    row("whole IPv6", with(QStringLiteral("listener.networks"), R"(["192.0.2.0/24", "::/0"])"),
        "$.listeners[0].networks");
    row("listens on a name", with(QStringLiteral("listener.listen"), R"("relay.example.com:25")"),
        "$.listeners[0].listen");
    row("port out of range", with(QStringLiteral("listener.listen"), R"("127.0.0.1:70000")"), "$.listeners[0].listen");
    row("certificate without key", with(QStringLiteral("listener.certificateFile"), R"("a.pem")"),
        "$.listeners[0].certificateFile");
    row("no upstream server", with(QStringLiteral("upstream"), "{}"), "$.upstream.server");
    row("upstream port 0", with(QStringLiteral("upstream.server"), R"("smtp.example.com:0")"), "$.upstream.server");
    row("unknown TLS word", with(QStringLiteral("upstream.tls"), R"("maybe")"), "$.upstream.tls");
    row("user without password", with(QStringLiteral("upstream.user"), R"("a@example.com")"), "$.upstream.password");
    row("password without user", with(QStringLiteral("upstream.password"), R"("keychain:a")"), "$.upstream.user");
    row("password written out",
        with(QStringLiteral("upstream"), R"({"server": "a.example.com", "user": "u", "password": "hunter2"})"),
        "$.upstream.password");
    row("sign-in in the clear",
        with(QStringLiteral("upstream"),
             R"({"server": "a.example.com", "tls": "none", "user": "u", "password": "env:P"})"),
        "$.upstream.tls");
    const auto tokens = [&](const char *tag, const QByteArray &members, const char *member) {
        const QByteArray application = "\"application\": \"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee\", ";
        const QByteArray oauth = members.contains("\"application\"") ? members : application + members;
        const QByteArray path = QByteArray("$.upstream.oauth.") + member;
        row(tag,
            with(QStringLiteral("upstream"),
                 R"({"server": "a.example.com", "user": "u@example.com", "oauth": {)" + oauth + "}}"),
            path.constData());
    };
    tokens("tokens without a tenant", R"("secret": "keychain:a")", "tenant");
    tokens("tokens of personal accounts", R"("tenant": "common", "secret": "keychain:a")", "tenant");
    tokens("an application of no organisation", R"("tenant": "organizations", "secret": "keychain:a")", "tenant");
    tokens("no application id", R"("tenant": "contoso.com", "application": "relay", "secret": "keychain:a")",
           "application");
    tokens("tokens for nothing", R"("tenant": "contoso.com")", "secret");
    tokens("a secret and a sign-in", R"("tenant": "contoso.com", "secret": "keychain:a", "refreshToken": "keychain:b")",
           "secret");
    tokens("a secret written out", R"("tenant": "contoso.com", "secret": "hunter2")", "secret");
    tokens("a secret that comes once", R"("tenant": "contoso.com", "secret": "stdin")", "secret");
    tokens("a sign-in outside the keychain", R"("tenant": "contoso.com", "refreshToken": "file:a")", "refreshToken");
    tokens("a certificate without its key", R"("tenant": "contoso.com", "certificateFile": "a.pem")", "key");
    tokens("a key without its certificate", R"("tenant": "contoso.com", "secret": "env:A", "key": "file:a")",
           "certificateFile");
    tokens("tokens for Graph", R"("tenant": "contoso.com", "secret": "env:A", "use": "graph")", "use");
    tokens("a service in the clear", R"("tenant": "contoso.com", "secret": "env:A", "service": "http://192.0.2.1")",
           "service");
    row("tokens and a password",
        with(QStringLiteral("upstream"), R"({"server": "a.example.com", "user": "u", "password": "env:P", "oauth":
            {"tenant": "a.com", "application": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "secret": "env:A"}})"),
        "$.upstream.password");
    row("tokens without a user", with(QStringLiteral("upstream"), R"({"server": "a.example.com", "oauth":
            {"tenant": "a.com", "application": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "secret": "env:A"}})"),
        "$.upstream.user");
    const auto graph = [&](const char *tag, const QByteArray &members, const char *member) {
        row(tag,
            with(QStringLiteral("upstream"),
                 R"({"graph": {}, "user": "a@contoso.com", "oauth": {"tenant": "contoso.com",
                "application": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "secret": "env:A"}, )"
                     + members + "}"),
            member);
    };
    graph("Graph with a server", R"("server": "smtp.office365.com:587")", "$.upstream.server");
    graph("Graph with a password", R"("password": "env:P")", "$.upstream.password");
    graph("Graph with encryption", R"("tls": "starttls")", "$.upstream.tls");
    graph("more than Graph takes", R"("maxConnections": 5)", "$.upstream.maxConnections");
    row("Graph without tokens", with(QStringLiteral("upstream"), R"({"graph": {}, "user": "a@contoso.com"})"),
        "$.upstream.oauth");
    const auto host = [&](const char *name, const char *members, const char *member) {
        row(name, with(QStringLiteral("fallbacks"), QByteArray(R"([{"server": "a.example.com", )") + members + "}]"),
            QByteArray("$.fallbacks[0].") + member);
    };
    host("a certificate for the host without its key", R"("certificateFile": "a.pem")", "certificateFile");
    host("a key for the host without its certificate", R"("keyFile": "a.pem")", "keyFile");
    host("two certificates for the host", R"("certificateFile": "a", "keyFile": "b", "pkcs12File": "c")", "pkcs12File");
    host("a password of no certificate file", R"("pkcs12Password": "env:P")", "pkcs12Password");
    host("a password written out", R"("pkcs12File": "c", "pkcs12Password": "hunter2")", "pkcs12Password");
    host("a certificate that nobody would see", R"("pkcs12File": "c", "tls": "opportunistic")", "tls");
    row("Graph and a certificate",
        with(QStringLiteral("upstream"),
             R"({"graph": {}, "user": "a@contoso.com", "certificateFile": "a", "keyFile": "b",
        "oauth": {"tenant": "contoso.com", "application": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "secret": "env:A"}})"),
        "$.upstream.certificateFile");
    row("Graph of nobody", with(QStringLiteral("upstream"), R"({"graph": {}, "oauth": {"tenant": "contoso.com",
        "application": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "secret": "env:A"}})"),
        "$.upstream.user");
    row("Graph with tokens for SMTP",
        with(QStringLiteral("upstream"), R"({"graph": {}, "user": "a@contoso.com", "oauth": {"tenant": "contoso.com",
        "application": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "secret": "env:A", "use": "client-submission"}})"),
        "$.upstream.oauth.use");
    row("another Graph in the clear",
        with(QStringLiteral("upstream"), R"({"graph": {"service": "http://192.0.2.1"}, "user": "a@contoso.com"})"),
        "$.upstream.graph.service");
    const char *signsIn = R"({"server": "smtp.office365.com:587", "user": "a@contoso.com", "secretEnds": %1, %2})";
    const auto ends = [&](const char *name, const char *day, const char *proof) {
        row(name,
            with(QStringLiteral("upstream"),
                 QString::fromLatin1(signsIn).arg(QLatin1String(day), QLatin1String(proof)).toLatin1()),
            "$.upstream.secretEnds");
    };
    ends(
        "a secret that ends on no day", R"("soon")",
        R"("oauth": {"tenant": "contoso.com", "application": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "secret": "env:A"})");
    ends("the end of no secret", R"("2027-11-23")", R"("password": "keychain:a@contoso.com")");
    ends(
        "a certificate says itself when it ends", R"("2027-11-23")",
        R"("oauth": {"tenant": "contoso.com", "application": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "certificateFile": "a", "key": "file:b"})");
    row("no connections", with(QStringLiteral("upstream.maxConnections"), "0"), "$.upstream.maxConnections");
    row("leaves at no time", with(QStringLiteral("upstream.leaveAfterMinutes"), "-1"), "$.upstream.leaveAfterMinutes");
    row("left for ever", with(QStringLiteral("upstream.leaveForMinutes"), "1441"), "$.upstream.leaveForMinutes");
    row("fraction", with(QStringLiteral("upstream.maxMessagesPerMinute"), "1.5"), "$.upstream.maxMessagesPerMinute");
    row("sendAs is no address", with(QStringLiteral("upstream.sendAs"), R"("scanner\nBcc: x@example.com")"),
        "$.upstream.sendAs");
    row("message size as text", with(QStringLiteral("maxMessageOctets"), R"("50M")"), "$.maxMessageOctets");
    row("tells of delays before there are any", with(QStringLiteral("delayReportMinutes"), "-1"),
        "$.delayReportMinutes");
    row("expires at once", with(QStringLiteral("expiryHours"), "0"), "$.expiryHours");
    row("postmaster is no address", with(QStringLiteral("postmaster"), R"("admin")"), "$.postmaster");
    row("old TLS on a public network",
        with(QStringLiteral("listeners"), R"([{"networks": ["192.0.2.0/24"], "minimumTls": "1.0"}])"),
        "$.listeners[0].minimumTls");
    row("old TLS on a large network",
        with(QStringLiteral("listeners"), R"([{"networks": ["10.0.0.0/8"], "minimumTls": "1.1"}])"),
        "$.listeners[0].minimumTls");
    row("two ways to begin TLS",
        with(QStringLiteral("listeners"), R"([{"networks": ["10.0.0.1"], "startTls": true, "implicitTls": true}])"),
        "$.listeners[0].startTls");
    row("TLS demanded and not offered",
        with(QStringLiteral("listeners"), R"([{"networks": ["10.0.0.1"], "startTls": false, "requireTls": true}])"),
        "$.listeners[0].requireTls");
    row("two certificates",
        with(QStringLiteral("listeners"),
             R"([{"networks": ["10.0.0.1"], "certificateFile": "a", "keyFile": "b", "pkcs12File": "c"}])"),
        "$.listeners[0].pkcs12File");
    row("passwords in the clear",
        with(QStringLiteral("listeners"), R"([{"networks": ["10.0.0.1"], "startTls": false, "signIn": "optional"}])"),
        "$.listeners[0].signIn");
    row("passwords in the clear, openly",
        with(QStringLiteral("listeners"),
             R"([{"networks": ["192.0.2.1"], "signIn": "optional", "signInWithoutTls": true}])"),
        "$.listeners[0].signInWithoutTls");
    row("sign-in without accounts", with(QStringLiteral("listeners"), R"([{"signIn": "required"}])"), "$.accounts");
    row("whole internet, sign-in optional",
        with(QStringLiteral("listeners"), R"([{"networks": ["0.0.0.0/0"], "signIn": "optional"}])"),
        "$.listeners[0].networks");
    row("account without password", with(QStringLiteral("accounts"), R"([{"user": "a"}])"),
        "$.accounts[0].passwordHash");
    row("account with a password written out",
        with(QStringLiteral("accounts"), R"([{"user": "a", "passwordHash": "hunter2"}])"),
        "$.accounts[0].passwordHash");
    row("two rows of one name", with(QStringLiteral("devices"), R"([{"name": "a"}, {"name": "a"}])"),
        "$.devices[1].name");
    row("row of an unknown account", with(QStringLiteral("devices"), R"([{"name": "a", "user": "b"}])"),
        "$.devices[0].user");
    row("row to an unknown route", with(QStringLiteral("devices"), R"([{"name": "a", "route": "b"}])"),
        "$.devices[0].route");
    row("internal without domains", with(QStringLiteral("devices"), R"([{"name": "a", "internalOnly": true}])"),
        "$.devices[0].internalOnly");
    row("unknown repair", with(QStringLiteral("devices"), R"([{"name": "a", "repairs": ["all"]}])"),
        "$.devices[0].repairs");
    row("sender that is no pattern", with(QStringLiteral("devices"), R"([{"name": "a", "senders": ["a b@x"]}])"),
        "$.devices[0].senders[0]");
    row("strangers refused, nobody known", with(QStringLiteral("refuseStrangers"), "true"), "$.refuseStrangers");
    row("route without hosts", with(QStringLiteral("routes"), R"([{"name": "a", "hosts": []}])"), "$.routes[0].hosts");
    row("route named as the default",
        with(QStringLiteral("routes"), R"([{"name": "default", "hosts": [{"server": "a.example.com"}]}])"),
        "$.routes[0].name");
    row("fallback that signs in in the clear",
        with(QStringLiteral("fallbacks"),
             R"([{"server": "a.example.com", "tls": "none", "user": "u", "password": "env:P"}])"),
        "$.fallbacks[0].tls");
    row("DKIM selector with a space",
        with(QStringLiteral("dkim"), R"([{"domain": "example.com", "selector": "a b", "key": "env:K"}])"),
        "$.dkim[0].selector");
    row("DKIM key written out",
        with(QStringLiteral("dkim"), R"([{"domain": "example.com", "selector": "a", "key": "hunter2"}])"),
        "$.dkim[0].key");
    row("metrics for everybody", with(QStringLiteral("metrics"), R"("0.0.0.0:9125")"), "$.metrics");
    row("half a quiet period", with(QStringLiteral("alerts"), R"({"quietFrom": "22:00"})"), "$.alerts.quietFrom");
    row("no time of the day", with(QStringLiteral("alerts"), R"({"quietFrom": "25:00", "quietTo": "06:00"})"),
        "$.alerts.quietFrom");
    row("path with NUL", with(QStringLiteral("spoolFolder"), R"("a\u0000b")"), "$.spoolFolder");
}

void tst_RelayConfig::refusesWhatCannotBe()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, path);
    const auto config = parseRelayConfig(json);
    QVERIFY(!config);
    QCOMPARE(config.error().kind, ErrorKind::InvalidInput);
    QVERIFY2(config.error().detail.contains(path), qPrintable(config.error().detail));
    QVERIFY2(!config.error().detail.contains(QStringLiteral("hunter2")), "the sentence repeats a password");
    // The path names the member; the sentence is read by people too who never see the file.
    static const QRegularExpression member(
        QStringLiteral("\"(accounts|devices|fallbacks|listen|listeners|networks|password|routes|server|upstream|"
                       "[a-z0-9]+[A-Z][A-Za-z0-9]*)\""));
    QVERIFY2(!member.match(config.error().detail).hasMatch(), qPrintable(config.error().detail));
}

void tst_RelayConfig::refusesANewerSchemaAsUnsupported()
{
    const auto config = parseRelayConfig(R"({"schema": "relaywright.relay/2", "new": true})");
    QVERIFY(!config);
    QCOMPARE(config.error().kind, ErrorKind::Unsupported);
}

void tst_RelayConfig::knowsAnOpenRelayInEverySpelling_data()
{
    QTest::addColumn<QString>("networks");
    QTest::addColumn<bool>("open");
    QTest::newRow("everything") << QStringLiteral("0.0.0.0/0") << true;
    QTest::newRow("halves") << QStringLiteral("0.0.0.0/1 128.0.0.0/1") << true;
    QTest::newRow("all but a quarter") << QStringLiteral("0.0.0.0/1 128.0.0.0/2") << true;
    QTest::newRow("half, cut fine") << QStringLiteral("0.0.0.0/2 64.0.0.0/3 96.0.0.0/3") << true;
    QTest::newRow("overlaps count once") << QStringLiteral("64.0.0.0/2 64.0.0.0/3 64.0.0.0/4 96.0.0.0/3") << false;
    QTest::newRow("::/0") << QStringLiteral("::/0") << true;
    QTest::newRow("public IPv6") << QStringLiteral("2000::/3") << true;
    QTest::newRow("public IPv6 in halves") << QStringLiteral("2000::/4 3000::/4") << true;
    QTest::newRow("private networks") << QStringLiteral("10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fe80::/10")
                                      << false;
    QTest::newRow("one host") << QStringLiteral("192.0.2.1") << false;
}

void tst_RelayConfig::knowsAnOpenRelayInEverySpelling()
{
    QFETCH(QString, networks);
    QFETCH(bool, open);
    std::vector<IpNetwork> parsed;
    const auto parts = networks.split(u' ');
    for (const QString &part : parts)
        parsed.push_back(*IpNetwork::parse(part));
    QCOMPARE(openRelayReason(parsed).has_value(), open);
}

QTEST_GUILESS_MAIN(tst_RelayConfig)
#include "tst_RelayConfig.moc"
