// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Control.h"
#include "tests/support/SmtpSink.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#ifdef Q_OS_UNIX
#include <csignal>
#endif

using namespace relaywright;
using namespace relaywright::test;

namespace {

/// A relaywrightd with a configuration file of its own.
class Daemon {
public:
    Daemon(const QString &folder, const QJsonObject &config) : m_file(folder + QStringLiteral("/relay.json"))
    {
        QFile file(m_file);
        if (file.open(QIODevice::WriteOnly | QIODevice::Truncate))
            file.write(QJsonDocument(config).toJson());
    }
    ~Daemon()
    {
        process.kill();
        process.waitForFinished();
    }
    /// Waits for the ready line or the end.
    void start(const QStringList &more = {})
    {
        process.start(QStringLiteral(RELAYWRIGHT_BIN_DIR "/relaywrightd"), QStringList{m_file} + more);
        (void)QTest::qWaitFor([&] {
            out += process.readAllStandardOutput();
            return out.contains('\n') || process.state() == QProcess::NotRunning;
        }, 20'000);
    }
    /// Waits for the end.
    int exitCode()
    {
        (void)QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 20'000);
        err += process.readAllStandardError();
        return process.state() == QProcess::NotRunning && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    }
    QProcess process;
    QByteArray out;
    QByteArray err;

private:
    QString m_file;
};

} // namespace

class tst_Process : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void saysWhereItListensAndEndsInOrder();
    void answersOnItsControlSocketAndEndsWhenAsked();
    void aSecondOneOnTheSameSpoolIsTold();
    void badConfigurationIsExitThree();
    void wrongUsageIsExitTwo();
    void aTakenPortIsExitFour();
    void takesOverAfterBeingKilled();
    void readsItsConfigurationAgainWhenAsked();
    void noSecretIsInItsOutputOrFiles();

private:
    QJsonObject config(std::uint16_t upstreamPort = 9) const;
    Result<RelayStatus> status(const QString &name = QStringLiteral("process"));
    std::unique_ptr<QTemporaryDir> m_dir;
};

void tst_Process::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    qputenv("XDG_RUNTIME_DIR", m_dir->path().toUtf8());
}

QJsonObject tst_Process::config(std::uint16_t upstreamPort) const
{
    return {{QStringLiteral("schema"), QStringLiteral("relaywright.relay/1")},
            {QStringLiteral("name"), QStringLiteral("process")},
            {QStringLiteral("spoolFolder"), m_dir->filePath(QStringLiteral("spool"))},
            {QStringLiteral("minFreeOctets"), 0},
            {QStringLiteral("listeners"), QJsonArray{QJsonObject{{QStringLiteral("listen"), QStringLiteral("127.0.0.1:0")},
                                                                 {QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")}}},
                                                     QJsonObject{{QStringLiteral("listen"), QStringLiteral("127.0.0.1:0")},
                                                                 {QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")}},
                                                                 {QStringLiteral("startTls"), false}}}},
            {QStringLiteral("upstream"), QJsonObject{{QStringLiteral("server"), QStringLiteral("localhost:%1").arg(upstreamPort)},
                                                     {QStringLiteral("tls"), QStringLiteral("none")}}}};
}

Result<RelayStatus> tst_Process::status(const QString &name)
{
    ControlClient client(name);
    std::optional<Result<RelayStatus>> answer;
    client.status(&client, [&](const Result<RelayStatus> &result) { answer = result; });
    (void)QTest::qWaitFor([&] { return answer.has_value(); }, 10'000);
    return answer.value_or(failure(ErrorKind::Timeout, {}));
}

void tst_Process::saysWhereItListensAndEndsInOrder()
{
    Daemon daemon(m_dir->path(), config());
    daemon.start();
    const QRegularExpression line(QStringLiteral("\\Arelaywrightd: listening on 127\\.0\\.0\\.1:(\\d+), 127\\.0\\.0\\.1:(\\d+)\\n\\z"));
    const auto match = line.match(QString::fromUtf8(daemon.out));
    QVERIFY2(match.hasMatch(), daemon.out.constData());
    QTcpSocket device;
    device.connectToHost(QStringLiteral("127.0.0.1"), match.captured(2).toUShort());
    QTRY_VERIFY(device.canReadLine());
    QVERIFY(device.readLine().startsWith("220 "));
#ifdef Q_OS_UNIX
    ::kill(static_cast<pid_t>(daemon.process.processId()), SIGTERM);
    QCOMPARE(daemon.exitCode(), 0);
    QTRY_VERIFY(device.state() == QAbstractSocket::UnconnectedState);
    QVERIFY(device.readAll().startsWith("421 "));
#endif
}

void tst_Process::answersOnItsControlSocketAndEndsWhenAsked()
{
    Daemon daemon(m_dir->path(), config());
    daemon.start({QStringLiteral("--control"), QStringLiteral("other-name")});
    QVERIFY(!status());
    const auto known = status(QStringLiteral("other-name"));
    QVERIFY2(known, known ? "" : qPrintable(known.error().detail));
    QCOMPARE(known->name, QStringLiteral("process"));
    QCOMPARE(known->listeners.size(), 2);
    QCOMPARE(toString(known->condition), toString(RelayCondition::Idle));
    ControlClient client(QStringLiteral("other-name"));
    client.request(QStringLiteral("shutdown"), {}, this, [](const Result<QJsonObject> &) {});
    QCOMPARE(daemon.exitCode(), 0);
}

void tst_Process::aSecondOneOnTheSameSpoolIsTold()
{
    Daemon first(m_dir->path(), config());
    first.start();
    QVERIFY(first.out.contains("listening"));
    QJsonObject other = config();
    other.insert(QStringLiteral("name"), QStringLiteral("other"));
    Daemon second(m_dir->path(), other);
    second.start();
    QCOMPARE(second.exitCode(), 4);
    QVERIFY2(second.err.contains("Another relay works on the spool"), second.err.constData());
    QVERIFY(status());
}

void tst_Process::badConfigurationIsExitThree()
{
    QJsonObject open = config();
    open.insert(QStringLiteral("listeners"), QJsonArray{QJsonObject{{QStringLiteral("listen"), QStringLiteral("0.0.0.0:0")},
                                                                    {QStringLiteral("networks"), QJsonArray{QStringLiteral("0.0.0.0/0")}}}});
    Daemon daemon(m_dir->path(), open);
    daemon.start();
    QCOMPARE(daemon.exitCode(), 3);
    QVERIFY2(daemon.err.contains("$.listeners[0].networks"), daemon.err.constData());
    QCOMPARE(daemon.out, QByteArray());
    QCOMPARE(QProcess::execute(QStringLiteral(RELAYWRIGHT_BIN_DIR "/relaywrightd"), {QStringLiteral("/nowhere/relay.json")}), 3);
}

void tst_Process::wrongUsageIsExitTwo()
{
    const QString program = QStringLiteral(RELAYWRIGHT_BIN_DIR "/relaywrightd");
    QCOMPARE(QProcess::execute(program, {}), 2);
    QCOMPARE(QProcess::execute(program, {QStringLiteral("a.json"), QStringLiteral("--dance")}), 2);
    QCOMPARE(QProcess::execute(program, {QStringLiteral("--version")}), 0);
}

void tst_Process::aTakenPortIsExitFour()
{
    SmtpSink taken;
    QVERIFY(taken.listen());
    QJsonObject same = config();
    same.insert(QStringLiteral("listeners"), QJsonArray{QJsonObject{{QStringLiteral("listen"), QStringLiteral("127.0.0.1:%1").arg(taken.port())},
                                                                    {QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")}}}});
    Daemon daemon(m_dir->path(), same);
    daemon.start();
    QCOMPARE(daemon.exitCode(), 4);
    QVERIFY2(daemon.err.contains(QByteArray::number(taken.port())), daemon.err.constData());
}

void tst_Process::takesOverAfterBeingKilled()
{
    Daemon first(m_dir->path(), config());
    first.start();
    QVERIFY(status());
    first.process.kill();
    QVERIFY(first.process.waitForFinished());
    Daemon second(m_dir->path(), config());
    second.start();
    QVERIFY2(second.out.contains("listening"), second.process.readAllStandardError().constData());
    QVERIFY(status());
}

void tst_Process::readsItsConfigurationAgainWhenAsked()
{
#ifdef Q_OS_UNIX
    Daemon daemon(m_dir->path(), config(9));
    daemon.start();
    QCOMPARE(status()->upstream, QStringLiteral("localhost:9"));
    QFile file(m_dir->filePath(QStringLiteral("relay.json")));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(QJsonDocument(config(10)).toJson());
    file.close();
    QCOMPARE(::kill(static_cast<pid_t>(daemon.process.processId()), SIGHUP), 0);
    QTRY_COMPARE(status()->upstream, QStringLiteral("localhost:10"));
    // The same on its control socket, and one that is no configuration.
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write("{}");
    file.close();
    QProcess cli;
    cli.start(QStringLiteral(RELAYWRIGHT_BIN_DIR "/relaywright-cli"),
              {QStringLiteral("relay"), QStringLiteral("--control"), QStringLiteral("process"), QStringLiteral("reload")});
    QVERIFY(cli.waitForFinished());
    QCOMPARE(cli.exitCode(), 3);
    QVERIFY2(cli.readAllStandardError().contains("relay.json"), "the sentence does not name the file");
    QCOMPARE(status()->upstream, QStringLiteral("localhost:10"));
    daemon.process.terminate();
    QCOMPARE(daemon.exitCode(), 0);
#else
    QSKIP("SIGHUP is of Unix");
#endif
}

void tst_Process::noSecretIsInItsOutputOrFiles()
{
    TestCertificates certificates;
    SmtpSink sink(SmtpSink::Options{.tls = SmtpSink::Tls::StartTls, .identity = certificates.valid(), .user = "scanner@example.com", .password = "s3cret-pass"});
    QVERIFY(sink.listen());
    QJsonObject withPassword = config();
    withPassword.insert(QStringLiteral("upstream"), QJsonObject{{QStringLiteral("server"), QStringLiteral("localhost:%1").arg(sink.port())},
                                                                {QStringLiteral("caFile"), certificates.authorityFile()},
                                                                {QStringLiteral("user"), QStringLiteral("scanner@example.com")},
                                                                {QStringLiteral("password"), QStringLiteral("env:RELAY_TEST_PASSWORD")}});
    Daemon daemon(m_dir->path(), withPassword);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("RELAY_TEST_PASSWORD"), QStringLiteral("s3cret-pass"));
    daemon.process.setProcessEnvironment(environment);
    daemon.start();
    const QString port = QString::fromUtf8(daemon.out.trimmed()).section(u':', -1);
    QTcpSocket device;
    device.connectToHost(QStringLiteral("127.0.0.1"), port.toUShort());
    for (const char *line : {"EHLO a.example", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA", "Subject: s\r\n\r\nx\r\n."}) {
        QTRY_VERIFY(device.bytesAvailable() > 0);
        device.readAll();
        device.write(QByteArray(line) + "\r\n");
    }
    QTRY_COMPARE(sink.messages().size(), 1u);
    QTRY_COMPARE(status()->queued, 0u);
    ControlClient client(QStringLiteral("process"));
    client.request(QStringLiteral("shutdown"), {}, this, [](const Result<QJsonObject> &) {});
    QCOMPARE(daemon.exitCode(), 0);
    QByteArray everything = daemon.out + daemon.err + daemon.process.readAllStandardOutput();
    QFile database(m_dir->filePath(QStringLiteral("spool/spool.sqlite")));
    QVERIFY(database.open(QIODevice::ReadOnly));
    everything += database.readAll();
    for (const QByteArray &secret : {QByteArray("s3cret-pass"), QByteArray("s3cret-pass").toBase64(),
                                     QByteArray("\0scanner@example.com\0s3cret-pass", 32).toBase64()})
        QVERIFY(!everything.contains(secret));
}

QTEST_GUILESS_MAIN(tst_Process)
#include "tst_Process.moc"
