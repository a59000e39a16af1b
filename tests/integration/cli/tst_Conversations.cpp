// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/Cli.h"
#include "tests/support/TestSecrets.h"

#include <QFile>
#include <QJsonArray>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright::test;

/// The commands that talk: rehearse, probe, send, and the relay between them. Everything on loopback.
class tst_Conversations : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void sendsToThePracticeServer();
    void theTranscriptFileHoldsNoSecret();
    void aWrongPasswordIsExplained();
    void anUntrustedCertificateIsNamed();
    void aSecretWithoutAUserIsInvalid();
    void stopsAfterSignIn();
    void nobodyListeningEndsWithFour();
    void aSilentServerEndsWithFour();
    void probesThePracticeServer();
    void directSendIsRefusedWhereTheTenantRefusesIt();
    void basicSignInIsRefusedNextYear();
    void relaysFromAnOldDeviceToThePracticeServer();
    void statusWithoutARelayEndsWithFour();

private:
    QStringList toPractice(const QStringList &more) const;
    QTemporaryDir m_folder;
    std::unique_ptr<RunningCli> m_practice;
    QString m_server;
    QString m_ca;
    QProcessEnvironment m_environment = QProcessEnvironment::systemEnvironment();
};

namespace {

const QString kPassword = QString::fromLatin1(kPasswordMark);

QString valueOf(const QByteArray &line)
{
    return QString::fromUtf8(line.mid(line.indexOf(':') + 1)).trimmed();
}

} // namespace

void tst_Conversations::initTestCase()
{
    m_environment.insert(QStringLiteral("SCANNER_PASSWORD"), kPassword);
    m_environment.insert(QStringLiteral("WRONG_PASSWORD"), QStringLiteral("guess"));
    m_ca = m_folder.filePath(QStringLiteral("ca.pem"));
    m_practice = std::make_unique<RunningCli>(QStringList{QStringLiteral("rehearse"), QStringLiteral("--account"),
                                                          QStringLiteral("scanner@contoso.com=env:SCANNER_PASSWORD"),
                                                          QStringLiteral("--today"), QStringLiteral("2026-11-22"),
                                                          QStringLiteral("--ca-out"), m_ca},
                                              m_environment);
    m_server = valueOf(m_practice->waitForLine("listening:"));
    QVERIFY2(m_server.contains(u':'), m_practice->err().constData());
    QVERIFY(!m_practice->waitForLine("practice Exchange Online").isEmpty());
}

QStringList tst_Conversations::toPractice(const QStringList &more) const
{
    return QStringList{QStringLiteral("send"),
                       QStringLiteral("--server"),
                       m_server,
                       QStringLiteral("--tls"),
                       QStringLiteral("starttls"),
                       QStringLiteral("--ca-file"),
                       m_ca,
                       QStringLiteral("--from"),
                       QStringLiteral("scanner@contoso.com"),
                       QStringLiteral("--to"),
                       QStringLiteral("someone@example.com")}
           + more;
}

void tst_Conversations::sendsToThePracticeServer()
{
    const CliRun run = runCli(
        toPractice({QStringLiteral("--user"), QStringLiteral("scanner@contoso.com"), QStringLiteral("--password-from"),
                    QStringLiteral("env:SCANNER_PASSWORD"), QStringLiteral("--json")}),
        {}, m_environment);
    QVERIFY2(run.exitCode == 0, run.out + run.err);
    QCOMPARE_EQ(run.json().value(QLatin1String("schema")).toString(), QStringLiteral("relaywright.send/1"));
    QCOMPARE_EQ(run.json().value(QLatin1String("outcome")).toString(), QStringLiteral("accepted"));
    QVERIFY(m_practice->waitForLine(run.json().value(QLatin1String("messageId")).toString().toUtf8())
                .startsWith("received:"));
}

void tst_Conversations::theTranscriptFileHoldsNoSecret()
{
    for (const char *mechanism : {"login", "auto"}) {
        const QString path = m_folder.filePath(QStringLiteral("transcript.txt"));
        const CliRun run =
            runCli(toPractice({QStringLiteral("--user"), QStringLiteral("scanner@contoso.com"),
                               QStringLiteral("--password-from"), QStringLiteral("stdin"), QStringLiteral("--auth"),
                               QLatin1String(mechanism), QStringLiteral("--transcript"), path}),
                   kPassword.toUtf8() + "\n", m_environment);
        QVERIFY2(run.exitCode == 0, run.out + run.err);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray everything = file.readAll() + run.out + run.err;
        QVERIFY(everything.contains("AUTH LOGIN"));
        QVERIFY(!everything.contains(kPassword.toUtf8()));
        QVERIFY(!everything.contains(kPassword.toUtf8().toBase64()));
    }
}

void tst_Conversations::aWrongPasswordIsExplained()
{
    const CliRun run = runCli(
        toPractice({QStringLiteral("--user"), QStringLiteral("scanner@contoso.com"), QStringLiteral("--password-from"),
                    QStringLiteral("env:WRONG_PASSWORD"), QStringLiteral("--json")}),
        {}, m_environment);
    QCOMPARE_EQ(run.exitCode, 1);
    QCOMPARE_EQ(run.json().value(QLatin1String("stage")).toString(), QStringLiteral("auth"));
    QVERIFY(run.json().value(QLatin1String("reply")).toString().startsWith(QLatin1String("535 5.7.")));
    QVERIFY(!run.json().value(QLatin1String("diagnosis"))[QLatin1String("causes")].toArray().isEmpty());
}

void tst_Conversations::anUntrustedCertificateIsNamed()
{
    const CliRun run = runCli({QStringLiteral("send"), QStringLiteral("--server"), m_server, QStringLiteral("--from"),
                               QStringLiteral("scanner@contoso.com"), QStringLiteral("--to"),
                               QStringLiteral("someone@example.com"), QStringLiteral("--json")});
    QCOMPARE_EQ(run.exitCode, 1);
    QCOMPARE_EQ(run.json().value(QLatin1String("outcome")).toString(), QStringLiteral("tls-failed"));
    QVERIFY(!run.json().value(QLatin1String("diagnosis")).toObject().isEmpty());
}

void tst_Conversations::aSecretWithoutAUserIsInvalid()
{
    QCOMPARE_EQ(runCli(toPractice({QStringLiteral("--password-from"), QStringLiteral("env:SCANNER_PASSWORD")}), {},
                       m_environment)
                    .exitCode,
                3);
    const CliRun written = runCli(toPractice(
        {QStringLiteral("--user"), QStringLiteral("u"), QStringLiteral("--password-from"), QStringLiteral("hunter2")}));
    QCOMPARE_EQ(written.exitCode, 3);
    QVERIFY(!written.err.contains("hunter2"));
}

void tst_Conversations::stopsAfterSignIn()
{
    const CliRun run = runCli(
        toPractice({QStringLiteral("--user"), QStringLiteral("scanner@contoso.com"), QStringLiteral("--password-from"),
                    QStringLiteral("env:SCANNER_PASSWORD"), QStringLiteral("--stop-after"), QStringLiteral("auth")}),
        {}, m_environment);
    QVERIFY2(run.exitCode == 0, run.out + run.err);
    QVERIFY(!run.out.contains("MAIL FROM"));
    QVERIFY(run.out.contains("QUIT"));
}

void tst_Conversations::nobodyListeningEndsWithFour()
{
    QTcpServer closed;
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    const QString nobody = QStringLiteral("127.0.0.1:%1").arg(closed.serverPort());
    closed.close();
    const CliRun run =
        runCli({QStringLiteral("send"), QStringLiteral("--server"), nobody, QStringLiteral("--from"),
                QStringLiteral("a@contoso.com"), QStringLiteral("--to"), QStringLiteral("b@contoso.com")});
    QCOMPARE_EQ(run.exitCode, 4);
    QVERIFY2(run.out.contains(nobody.toUtf8()), run.out.constData());
    QCOMPARE_EQ(runCli({QStringLiteral("probe"), nobody}).exitCode, 4);
}

void tst_Conversations::aSilentServerEndsWithFour()
{
    QTcpServer silent; // accepts in the kernel and says nothing
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    const CliRun run = runCli({QStringLiteral("send"), QStringLiteral("--server"),
                               QStringLiteral("127.0.0.1:%1").arg(silent.serverPort()), QStringLiteral("--patience"),
                               QStringLiteral("1"), QStringLiteral("--from"), QStringLiteral("a@contoso.com"),
                               QStringLiteral("--to"), QStringLiteral("b@contoso.com"), QStringLiteral("--json")});
    QCOMPARE_EQ(run.exitCode, 4);
    QCOMPARE_EQ(run.json().value(QLatin1String("outcome")).toString(), QStringLiteral("timed-out"));
    QCOMPARE_EQ(run.json().value(QLatin1String("stage")).toString(), QStringLiteral("greeting"));
}

void tst_Conversations::probesThePracticeServer()
{
    const CliRun run =
        runCli({QStringLiteral("--json"), QStringLiteral("probe"), m_server, QStringLiteral("--ca-file"), m_ca});
    QVERIFY2(run.exitCode == 0, run.out + run.err);
    QCOMPARE_EQ(run.json().value(QLatin1String("schema")).toString(), QStringLiteral("relaywright.probe/1"));
    QCOMPARE_EQ(run.json().value(QLatin1String("rungs")).toArray().size(), 9);
}

void tst_Conversations::directSendIsRefusedWhereTheTenantRefusesIt()
{
    RunningCli practice({QStringLiteral("rehearse"), QStringLiteral("--method"), QStringLiteral("direct-send"),
                         QStringLiteral("--reject-direct-send")});
    const QString server = valueOf(practice.waitForLine("listening:"));
    const CliRun run = runCli({QStringLiteral("send"), QStringLiteral("--server"), server, QStringLiteral("--tls"),
                               QStringLiteral("none"), QStringLiteral("--from"), QStringLiteral("scanner@contoso.com"),
                               QStringLiteral("--to"), QStringLiteral("people@contoso.com"), QStringLiteral("--json")});
    QCOMPARE_EQ(run.exitCode, 1);
    QVERIFY2(run.json().value(QLatin1String("reply")).toString().startsWith(QLatin1String("550 5.7.68")),
             run.out.constData());
    QCOMPARE_EQ(practice.endPolitely(), 0);
}

void tst_Conversations::basicSignInIsRefusedNextYear()
{
    RunningCli practice({QStringLiteral("rehearse"), QStringLiteral("--account"),
                         QStringLiteral("scanner@contoso.com=env:SCANNER_PASSWORD"), QStringLiteral("--today"),
                         QStringLiteral("2027-01-05")},
                        m_environment);
    const QString server = valueOf(practice.waitForLine("listening:"));
    const CliRun run =
        runCli({QStringLiteral("send"), QStringLiteral("--server"), server, QStringLiteral("--insecure"),
                QStringLiteral("--from"), QStringLiteral("scanner@contoso.com"), QStringLiteral("--to"),
                QStringLiteral("b@contoso.com"), QStringLiteral("--user"), QStringLiteral("scanner@contoso.com"),
                QStringLiteral("--password-from"), QStringLiteral("env:SCANNER_PASSWORD"), QStringLiteral("--json")},
               {}, m_environment);
    QCOMPARE_EQ(run.exitCode, 1);
    QVERIFY(run.json()
                .value(QLatin1String("reply"))
                .toString()
                .contains(QLatin1String("basic authentication is disabled")));
}

void tst_Conversations::relaysFromAnOldDeviceToThePracticeServer()
{
    const QString name = QStringLiteral("cli-test-%1").arg(QCoreApplication::applicationPid());
    const QJsonObject config{
        {QStringLiteral("schema"), QStringLiteral("relaywright.relay/1")},
        {QStringLiteral("name"), name},
        {QStringLiteral("spoolFolder"), m_folder.filePath(QStringLiteral("spool"))},
        {QStringLiteral("listeners"),
         QJsonArray{QJsonObject{{QStringLiteral("listen"), QStringLiteral("127.0.0.1:0")},
                                {QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")}}}}},
        {QStringLiteral("upstream"),
         QJsonObject{{QStringLiteral("server"), m_server},
                     {QStringLiteral("tls"), QStringLiteral("starttls")},
                     {QStringLiteral("caFile"), m_ca},
                     {QStringLiteral("user"), QStringLiteral("scanner@contoso.com")},
                     {QStringLiteral("password"), QStringLiteral("env:SCANNER_PASSWORD")}}}};
    QFile file(m_folder.filePath(QStringLiteral("relay.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QJsonDocument(config).toJson());
    file.close();
    RunningCli relay({QStringLiteral("relay"), QStringLiteral("run"), file.fileName()}, m_environment);
    const QByteArray ready = relay.waitForLine("listening on");
    QVERIFY2(!ready.isEmpty(), relay.err().constData());
    const QRegularExpressionMatch address =
        QRegularExpression(QStringLiteral("127\\.0\\.0\\.1:\\d+")).match(QString::fromUtf8(ready));
    QVERIFY(address.hasMatch());

    const CliRun sent =
        runCli({QStringLiteral("send"), QStringLiteral("--server"), address.captured(), QStringLiteral("--tls"),
                QStringLiteral("none"), QStringLiteral("--from"), QStringLiteral("scanner@contoso.com"),
                QStringLiteral("--to"), QStringLiteral("someone@example.com"), QStringLiteral("--json")});
    QVERIFY2(sent.exitCode == 0, sent.out + sent.err);
    QVERIFY(m_practice->waitForLine(sent.json().value(QLatin1String("messageId")).toString().toUtf8())
                .startsWith("received:"));

    const QStringList control{QStringLiteral("--control"), name, QStringLiteral("--json")};
    QTRY_COMPARE_EQ(runCli(QStringList{QStringLiteral("relay"), QStringLiteral("status")} + control)
                        .json()
                        .value(QLatin1String("delivered"))
                        .toInt(),
                    1);
    const CliRun queue = runCli(QStringList{QStringLiteral("relay"), QStringLiteral("queue")} + control);
    QCOMPARE_EQ(queue.exitCode, 0);
    QVERIFY(queue.json().value(QLatin1String("messages")).toArray().isEmpty());
    QCOMPARE_EQ(
        runCli(QStringList{QStringLiteral("relay"), QStringLiteral("show"), QStringLiteral("nonsense")} + control)
            .exitCode,
        3);
    QCOMPARE_EQ(relay.endPolitely(), 0);
}

void tst_Conversations::statusWithoutARelayEndsWithFour()
{
    const CliRun run = runCli({QStringLiteral("relay"), QStringLiteral("status"), QStringLiteral("--control"),
                               QStringLiteral("nobody-here")});
    QCOMPARE_EQ(run.exitCode, 4);
    QVERIFY(run.err.contains("nobody-here"));
}

QTEST_GUILESS_MAIN(tst_Conversations)
#include "tst_Conversations.moc"
