// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/artifacts/Program.h"
#include "tests/support/PostfixConfig.h"
#include "tests/unit/artifacts/SampleSite.h"

#include <QDir>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// A real Postfix reads the configuration, and carries mail with it to another one that stands for Exchange Online.
class tst_Postfix : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsEveryConfigurationWithoutAWarning_data();
    void readsEveryConfigurationWithoutAWarning();
    void submitsADevicesMailWithThePassword();
};

namespace {

Upstream to(Method method, const char *host, int port, const char *tls, Authentication authentication,
            bool certificate = false)
{
    return {method,
            {QString::fromLatin1(host),
             static_cast<std::uint16_t>(port),
             QString::fromLatin1(tls),
             authentication,
             {},
             certificate}};
}

Sample withFax(const Upstream &upstream)
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com").name =
        QStringLiteral("Fax\nrelayhost = [evil.example]:25");
    sample.chosen().upstream = upstream;
    return sample;
}

const Upstream kPassword = to(Method::ClientSubmission, "smtp.office365.com", 587, "starttls", Authentication::Basic);
const Upstream kConnector = to(Method::ConnectorRelay, "contoso-com.mail.protection.outlook.com", 25, "opportunistic",
                               Authentication::CertificateOrIp);
const Upstream kCertificate = to(Method::ConnectorRelay, "contoso-com.mail.protection.outlook.com", 25, "starttls",
                                 Authentication::CertificateOrIp, true);

/// What a Postfix in a folder of its own needs besides.
QByteArray baseOf(const QString &folder)
{
    const QByteArray path = folder.toUtf8();
    return "queue_directory = " + path + "/queue\ndata_directory = " + path + "/data\nmaillog_file_prefixes = " + path
           + "\nmaillog_file = " + path
           + "/mail.log\nmail_owner = postfix\nsetgid_group = postdrop\n"
             "myhostname = relay.contoso.com\nalias_maps =\nalias_database =\n";
}

/// The services that receiving needs, and the client that hands mail on.
QByteArray masterOf(const PostfixPlace &place)
{
    return postfixMasterCf(place) + "smtp unix - - n - - smtp\nrelay unix - - n - - smtp\n";
}

ProgramRun asRoot(const QString &program, QStringList arguments)
{
    if (isRoot())
        return runProgram(program, arguments);
    arguments.prepend(program);
    arguments.prepend(QStringLiteral("-n"));
    return runProgram(QStringLiteral("sudo"), arguments);
}

std::uint16_t freePort()
{
    QTcpServer server;
    server.listen(QHostAddress(QHostAddress::LocalHost), 0);
    return server.serverPort();
}

bool greets(std::uint16_t port)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    const bool good =
        socket.waitForConnected(500) && socket.waitForReadyRead(2000) && socket.readLine().startsWith("220 ");
    if (good && socket.write("QUIT\r\n") > 0)
        socket.waitForDisconnected(1000);
    return good;
}

} // namespace

void tst_Postfix::readsEveryConfigurationWithoutAWarning_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("relayhost");
    QTest::addColumn<QByteArray>("level");
    const QByteArray mx = "[contoso-com.mail.protection.outlook.com]:25";
    const auto content = [](const Sample &sample) { return fileContent(sample.only("postfix-config")); };
    QTest::newRow("password") << content(withFax(kPassword)) << QByteArray("[smtp.office365.com]:587")
                              << QByteArray("secure");
    QTest::newRow("connector") << content(withFax(kConnector)) << mx << QByteArray("may");
    QTest::newRow("certificate") << content(withFax(kCertificate)) << mx << QByteArray("encrypt");
    Sample several = withFax(kPassword);
    several.add("erp", Method::LocalRelay, "erp@contoso.com", "erp@contoso.com");
    several.chosen(1).upstream = kPassword;
    several.add("alarm", Method::LocalRelay, "alarm@contoso.com");
    several.chosen(2).upstream = kConnector;
    several.site.networks.front().lan.push_back(block("fd00:1::/64"));
    QTest::newRow("several mailboxes") << content(several) << QByteArray("[smtp.office365.com]:587")
                                       << QByteArray("secure");
}

void tst_Postfix::readsEveryConfigurationWithoutAWarning()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, relayhost);
    QFETCH(QByteArray, level);
    QVERIFY(!text.isEmpty());
    QTemporaryDir folder;
    QFile::setPermissions(folder.path(), QFile::permissions(folder.path()) | QFile::ReadOther | QFile::ExeOther
                                             | QFile::ReadGroup | QFile::ExeGroup);
    const QString etc = folder.filePath(QStringLiteral("etc"));
    QVERIFY(QDir().mkpath(etc) && QDir().mkpath(folder.filePath(QStringLiteral("queue"))));
    QVERIFY(writeTo(etc + QStringLiteral("/main.cf"), baseOf(folder.path()) + text));
    QVERIFY(writeTo(etc + QStringLiteral("/master.cf"), masterOf({folder.path(), 2525, 0, 65534})));
    const auto value = [&](const char *name) {
        return runProgram(QStringLiteral("postconf"),
                          {QStringLiteral("-c"), etc, QStringLiteral("-h"), QString::fromLatin1(name)})
            .out.trimmed();
    };
    QCOMPARE(value("relayhost"), relayhost);
    QCOMPARE(value("smtp_tls_security_level"), level);
    QCOMPARE(value("smtpd_relay_restrictions"), QByteArray("permit_mynetworks, reject"));
    const ProgramRun read = runProgram(QStringLiteral("postconf"), {QStringLiteral("-c"), etc, QStringLiteral("-n")});
    QCOMPARE(read.exitCode, 0);
    QCOMPARE(read.err, QByteArray()); // unused parameters, faults in tables
    const ProgramRun checked = asRoot(QStringLiteral("postfix"), {QStringLiteral("-c"), etc, QStringLiteral("check")});
    QVERIFY2(checked.exitCode == 0 && !checked.all().contains("warning"), checked.all().constData());
    asRoot(QStringLiteral("rm"),
           {QStringLiteral("-rf"), folder.filePath(QStringLiteral("queue")), folder.filePath(QStringLiteral("data"))});
}

void tst_Postfix::submitsADevicesMailWithThePassword()
{
    PostfixServer exchange;
    QVERIFY2(exchange.start(), qPrintable(exchange.problem()));
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "scanner@example.com");
    sample.chosen().upstream =
        to(Method::ClientSubmission, "localhost", exchange.port(), "starttls", Authentication::Basic);
    const Artifact artifact = sample.only("postfix-config");
    QVERIFY(artifact.text.contains(
        QStringLiteral("#   [localhost]:%1 scanner@example.com:PASSWORD\n").arg(exchange.port())));

    QTemporaryDir folder;
    const PostfixPlace place{folder.path(), freePort(), 0, isRoot() ? 65534u : static_cast<unsigned>(::getuid())};
    QDir(folder.path()).mkpath(QStringLiteral("etc/sasl"));
    const QString passwords = folder.filePath(QStringLiteral("etc/sasl_passwd"));
    // The test's own surroundings come last: loopback, its authority, and a table that needs no postmap.
    const QByteArray here = "inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nsmtp_host_lookup = native\n"
                            "smtp_tls_CAfile = "
                            + exchange.authorityFile().toUtf8()
                            + "\nsmtp_sasl_password_maps = texthash:" + passwords.toUtf8() + "\n";
    QVERIFY(
        writeTo(folder.filePath(QStringLiteral("etc/main.cf")), baseOf(folder.path()) + fileContent(artifact) + here));
    QVERIFY(writeTo(folder.filePath(QStringLiteral("etc/master.cf")), masterOf(place)));
    QVERIFY(writeTo(passwords, QStringLiteral("[localhost]:%1 scanner@example.com:%2\n")
                                   .arg(exchange.port())
                                   .arg(exchange.password())
                                   .toUtf8()));
    QVERIFY(writeTo(folder.filePath(QStringLiteral("etc/sasl/password")), "unused"));
    const QString script = folder.filePath(QStringLiteral("run.sh"));
    QVERIFY(writeTo(script, postfixScript(place, QStringLiteral("unused@example.com"))));
    QProcess relay;
    relay.start(isRoot() ? QStringLiteral("sh") : QStringLiteral("sudo"),
                isRoot() ? QStringList{script} : QStringList{QStringLiteral("-n"), QStringLiteral("sh"), script});
    QTRY_VERIFY_WITH_TIMEOUT(greets(place.port), 20'000);

    const ProgramRun sent =
        runProgram(QStringLiteral("swaks"), {QStringLiteral("--server"), QStringLiteral("127.0.0.1:%1").arg(place.port),
                                             QStringLiteral("--from"), QStringLiteral("fax@contoso.com"),
                                             QStringLiteral("--to"), QStringLiteral("someone@example.net"),
                                             QStringLiteral("--header"), QStringLiteral("Subject: a page")});
    QVERIFY2(sent.exitCode == 0, sent.all().constData());
    const auto log = [&] {
        QFile file(folder.filePath(QStringLiteral("mail.log")));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    QTRY_VERIFY2_WITH_TIMEOUT(!exchange.messages().empty(), log().constData(), 30'000);
    const DeliveredMessage message = exchange.messages().front();
    QVERIFY2(message.received.contains("ESMTPSA"), message.received.constData()); // over TLS, and signed in
    QCOMPARE(message.reversePath, QByteArray("scanner@example.com"));
    QCOMPARE(message.header("From"), QByteArray("scanner@example.com"));
    QCOMPARE(message.header("Subject"), QByteArray("a page"));
    relay.closeWriteChannel();
    QVERIFY(relay.waitForFinished(20'000));
}

QTEST_GUILESS_MAIN(tst_Postfix)
#include "tst_Postfix.moc"
