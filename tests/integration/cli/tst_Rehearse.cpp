// SPDX-License-Identifier: GPL-3.0-or-later
#include "Cli.h"

#include "core/site/SiteDocument.h"

#include <QFile>
#include <QJsonArray>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// `rehearse` as a script uses it: where it listens, its events, its options and what is wrong with them.
class tst_Rehearse : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsMessagesAndDevicesAsEvents()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("events"));
        RunningCli practice({QStringLiteral("--json"), QStringLiteral("rehearse"), QStringLiteral("--method"), QStringLiteral("direct-send"),
                             QStringLiteral("--events"), path});
        const QString at = QString::fromUtf8(practice.waitForLine("\"listening\"")).section(u'"', 3, 3);
        QVERIFY2(at.startsWith(QLatin1String("127.0.0.1:")), practice.err().constData());
        talk(at, "HELO hall\r\nMAIL FROM:<hall@contoso.com>\r\nRCPT TO:<jane@contoso.com>\r\nDATA\r\nFrom: hall@contoso.com\r\n\r\nx\r\n.\r\nQUIT\r\n", "221 ");
        QTRY_COMPARE(linesOf(path).size(), 2);
        const QJsonObject message = QJsonDocument::fromJson(linesOf(path).at(0)).object();
        QCOMPARE(message.value(QLatin1String("schema")).toString(), QStringLiteral("relaywright.rehearse-event/1"));
        QCOMPARE(message.value(QLatin1String("sender")).toString(), QStringLiteral("hall@contoso.com"));
        QCOMPARE(message.value(QLatin1String("recipients")).toArray().size(), 1);
        const QJsonObject device = QJsonDocument::fromJson(linesOf(path).at(1)).object();
        QCOMPARE(device.value(QLatin1String("hello")).toString(), QStringLiteral("helo"));
        QCOMPARE(device.value(QLatin1String("missingFields")).toArray().size(), 2);
        QCOMPARE(practice.endPolitely(), 0);
        // The contract: one document on standard output, whatever happened.
        QJsonParseError error;
        const QJsonDocument all = QJsonDocument::fromJson(practice.out(), &error);
        QVERIFY2(error.error == QJsonParseError::NoError, practice.out().constData());
        QCOMPARE(all.object().value(QLatin1String("schema")).toString(), QStringLiteral("relaywright.rehearse/1"));
    }

    void aSitesSendersSignInWithAnyPassword()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("site.relaywright"));
        Site site;
        site.organisation.acceptedDomains = {Domain::parse(QStringLiteral("example.com")).value()};
        Sender erp;
        erp.id = QStringLiteral("erp");
        erp.name = QStringLiteral("ERP");
        erp.signInAs = EmailAddress::parse(QStringLiteral("erp@example.com")).value();
        site.networks = {{.id = QStringLiteral("office")}};
        site.senders = {erp};
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(toJson(site)) > 0);
        file.close();
        const QString ca = folder.filePath(QStringLiteral("ca.pem"));
        RunningCli practice({QStringLiteral("rehearse"), QStringLiteral("--ca-out"), ca, path});
        const QString at = QString::fromUtf8(practice.waitForLine("listening:")).section(u' ', 1);
        QVERIFY2(practice.waitForLine("account: ").startsWith("account: scanner@example.com password "), practice.err().constData());
        QCOMPARE(practice.waitForLine("account of the site"), QByteArray("account of the site: erp@example.com, any password"));
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("ERP_PASSWORD"), QStringLiteral("whatever it is"));
        const auto send = [&](const char *user) {
            return runCli({QStringLiteral("send"), QStringLiteral("--server"), at, QStringLiteral("--tls"), QStringLiteral("starttls"),
                           QStringLiteral("--ca-file"), ca, QStringLiteral("--user"), QLatin1String(user), QStringLiteral("--password-from"),
                           QStringLiteral("env:ERP_PASSWORD"), QStringLiteral("--from"), QLatin1String(user), QStringLiteral("--to"),
                           QStringLiteral("jane@example.com")}, {}, environment);
        };
        const CliRun taken = send("erp@example.com");
        QVERIFY2(taken.exitCode == 0, taken.out + taken.err);
        const CliRun stranger = send("joe@example.com");
        QVERIFY2(stranger.exitCode == 1 && stranger.out.contains("535 5.7.139"), stranger.out + stranger.err);
    }

    void playsTheTenantOfTheOptions_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, const char *options, const char *expected) {
            QTest::newRow(name) << QString::fromLatin1(options).split(u' ') << QByteArray(expected);
        };
        row("fault", "--method direct-send --fault 421-at=rcpt", "421 4.3.2 Service not available");
        row("reputation", "--method direct-send --reputation banned", "550 5.7.606");
        row("mailboxes", "--method direct-send --mailbox joe@contoso.com", "550 5.4.1 [jane@contoso.com]");
        row("another domain", "--method direct-send --domain example.com", "550 5.7.64 TenantAttribution");
        row("partner connector", "--method direct-send --partner-connector", "550 5.7.51");
        row("connector for another address", "--method connector-relay --connector-network 192.0.2.0/24 --domain example.com", "550 5.7.64 TenantAttribution");
        row("connector for this address", "--method connector-relay --connector-network 127.0.0.1", "250 2.1.5");
        row("connector in direct send", "--method direct-send --reject-direct-send --connector-network 127.0.0.1", "250 2.1.5");
        row("direct send refused", "--method direct-send --reject-direct-send", "550 5.7.68");
        row("wrong region", "--method direct-send --wrong-region", "451 4.4.62");
        row("legacy endpoint", "--method client-submission-legacy --allow-legacy-tls", "451 5.7.3 STARTTLS is required");
        row("HVE", "--method high-volume-email", "451 5.7.3 STARTTLS is required");
        row("ACS", "--method azure-communication-services", "530 5.7.0 Must issue a STARTTLS");
    }
    void playsTheTenantOfTheOptions()
    {
        QFETCH(QStringList, options);
        QFETCH(QByteArray, expected);
        RunningCli practice(QStringList{QStringLiteral("rehearse")} + options);
        const QString at = QString::fromUtf8(practice.waitForLine("listening:")).section(u' ', 1);
        QVERIFY2(!at.isEmpty(), practice.err().constData());
        talk(at, "EHLO hall\r\nMAIL FROM:<hall@contoso.com>\r\nRCPT TO:<jane@contoso.com>\r\n", expected);
    }

    void wrongOptionsGetASentence_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *options, const char *expected) {
            QTest::newRow(options) << QString::fromLatin1(options).split(u' ') << QByteArray(expected);
        };
        row("--method graph", "--method must be");
        row("--fault sloth", "\"sloth\" is no fault of the practice server.");
        row("--fault tarpit=1h", "The time of tarpit must be");
        row("--today tomorrow", "Write it as 2027-01-05.");
        row("--basic-removed soon", "Write it as 2027-01-05.");
        row("--reputation bad", "--reputation must be");
        row("--send-as scanner", "Write --send-as as USER=ADDRESS");
        row("--domain contoso", "contoso");
        row("--client-ca /nonexistent.pem", "/nonexistent.pem");
    }
    void eventsThatCannotBeWrittenGetASentence()
    {
        const CliRun run = runCli({QStringLiteral("rehearse"), QStringLiteral("--events"), QStringLiteral("/nonexistent/events")});
        QCOMPARE(run.exitCode, 4); // the environment, not the command line
        QVERIFY2(run.err.contains("Choose another file with --events."), run.err.constData());
    }

    void wrongOptionsGetASentence()
    {
        QFETCH(QStringList, options);
        QFETCH(QByteArray, expected);
        const CliRun run = runCli(QStringList{QStringLiteral("rehearse")} + options);
        QCOMPARE(run.exitCode, 3);
        QVERIFY2(run.err.contains(expected), run.err.constData());
    }

private:
    static QByteArrayList linesOf(const QString &path)
    {
        QFile file(path);
        QByteArrayList lines;
        if (file.open(QIODevice::ReadOnly))
            lines = file.readAll().split('\n');
        lines.removeAll(QByteArray());
        return lines;
    }
    static void talk(const QString &at, const QByteArray &octets, const QByteArray &expected)
    {
        QTcpSocket socket;
        socket.connectToHost(at.section(u':', 0, 0), at.section(u':', 1).toUShort());
        QByteArray answers;
        QVERIFY(QTest::qWaitFor([&] { answers += socket.readAll(); return answers.startsWith("220 "); }, 20'000));
        socket.write(octets);
        const bool met = QTest::qWaitFor([&] { answers += socket.readAll(); return answers.contains(expected); }, 20'000);
        QVERIFY2(met, answers.constData());
    }
};

QTEST_GUILESS_MAIN(tst_Rehearse)
#include "tst_Rehearse.moc"
