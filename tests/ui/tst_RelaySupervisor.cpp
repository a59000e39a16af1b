// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/ProcessAlive.h"
#include "app/console/RelaySupervisor.h"
#include "ui/drafts/RelayDraft.h"

#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#ifndef Q_OS_WIN
#include <csignal>
#include <sys/types.h>
#endif

using namespace relaywright;

/// The console's supervisor with the real relaywrightd.
class tst_RelaySupervisor : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void startsAndStopsTheRelay();
    void aRelayThatDiesIsStartedAgain();
    void anotherConsoleTakesARunningRelayOver();
    void aRunningRelayTakesOtherSettings();
    void whatItRefusesIsNotKept();
    void aFileThatCannotBeReadIsNotLost();
    void whatAnotherProgramWroteIsSeen();
    void aTakenAddressIsSaidInASentence();
    void aMissingProgramIsSaidInASentence();

private:
    RelaySupervisor::Options options() const;
    RelayConfig config() const;
    void startRelay();
    QByteArray keptFile() const;
    Result<void> reload(const RelayConfig &config);
    static quint16 freePort();
    static bool isAccepting(quint16 port);
    QTemporaryDir m_folder;
    std::unique_ptr<RelaySupervisor> m_relay;
    quint16 m_port = 0;
};

void tst_RelaySupervisor::initTestCase()
{
    // Short, because it holds the control socket, and private to this test.
    QVERIFY(m_folder.isValid());
    qputenv("XDG_RUNTIME_DIR", m_folder.path().toUtf8());
    QFile::setPermissions(m_folder.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

RelaySupervisor::Options tst_RelaySupervisor::options() const
{
    return {.program = QStringLiteral(RELAYWRIGHTD),
            .configFile = m_folder.filePath(QStringLiteral("relay.json")),
            .logFile = m_folder.filePath(QStringLiteral("relay.log")),
            .name = QStringLiteral("supervised"),
            .spoolFolder = m_folder.filePath(QStringLiteral("spool"))};
}

quint16 tst_RelaySupervisor::freePort()
{
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost) ? server.serverPort() : 0;
}

RelayConfig tst_RelaySupervisor::config() const
{
    RelayDraft draft;
    draft.listenPort = QString::number(m_port);
    draft.server = QStringLiteral("localhost");
    draft.tls = TlsPolicy::None;
    return *toConfig(draft);
}

bool tst_RelaySupervisor::isAccepting(quint16 port)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, port);
    return socket.waitForConnected(2000);
}

void tst_RelaySupervisor::cleanup()
{
    if (m_relay && m_relay->state() != RelayHost::State::Off) {
        m_relay->stop();
        QTRY_COMPARE_WITH_TIMEOUT(m_relay->state(), RelayHost::State::Off, 20'000);
    }
    m_relay.reset();
}

void tst_RelaySupervisor::startsAndStopsTheRelay()
{
    m_port = freePort();
    m_relay = std::make_unique<RelaySupervisor>(options());
    m_relay->begin();
    QCOMPARE(m_relay->state(), RelayHost::State::Off);
    m_relay->start(config(), std::nullopt);
    QTRY_COMPARE_WITH_TIMEOUT(m_relay->state(), RelayHost::State::Running, 20'000);
    QVERIFY(m_relay->status());
    QCOMPARE(m_relay->status()->listeners.size(), 1);
    QVERIFY(isAccepting(m_port));
    m_relay->stop();
    QTRY_COMPARE_WITH_TIMEOUT(m_relay->state(), RelayHost::State::Off, 20'000);
    QTRY_VERIFY(!isProcessAlive(m_relay->processId()));
}

void tst_RelaySupervisor::aRelayThatDiesIsStartedAgain()
{
#ifdef Q_OS_WIN
    QSKIP("Windows has no kill -9");
#else
    m_port = freePort();
    m_relay = std::make_unique<RelaySupervisor>(options());
    m_relay->begin();
    m_relay->start(config(), std::nullopt);
    QTRY_COMPARE_WITH_TIMEOUT(m_relay->state(), RelayHost::State::Running, 20'000);
    const qint64 first = m_relay->processId();
    QCOMPARE(kill(static_cast<pid_t>(first), SIGKILL), 0);
    QTRY_VERIFY_WITH_TIMEOUT(m_relay->processId() != first && m_relay->state() == RelayHost::State::Running, 20'000);
    QVERIFY(isAccepting(m_port));
#endif
}

void tst_RelaySupervisor::anotherConsoleTakesARunningRelayOver()
{
    m_port = freePort();
    qint64 process = 0;
    {
        RelaySupervisor first(options());
        first.begin();
        first.start(config(), std::nullopt);
        QTRY_COMPARE_WITH_TIMEOUT(first.state(), RelayHost::State::Running, 20'000);
        process = first.processId();
    }
    QVERIFY(isProcessAlive(process)); // the console went, the relay stays
    m_relay = std::make_unique<RelaySupervisor>(options());
    m_relay->begin();
    QTRY_COMPARE_WITH_TIMEOUT(m_relay->state(), RelayHost::State::Running, 20'000);
    QVERIFY(m_relay->config());
    QCOMPARE(m_relay->config()->listeners.front().listen.port, m_port);
    m_relay->stop();
    QTRY_COMPARE_WITH_TIMEOUT(m_relay->state(), RelayHost::State::Off, 20'000);
    QTRY_VERIFY(!isProcessAlive(process));
}

void tst_RelaySupervisor::startRelay()
{
    m_port = freePort();
    m_relay = std::make_unique<RelaySupervisor>(options());
    m_relay->begin();
    m_relay->start(config(), std::nullopt);
    QTRY_COMPARE_WITH_TIMEOUT(m_relay->state(), RelayHost::State::Running, 20'000);
}

QByteArray tst_RelaySupervisor::keptFile() const
{
    QFile file(options().configFile);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

Result<void> tst_RelaySupervisor::reload(const RelayConfig &config)
{
    std::optional<Result<void>> answer;
    m_relay->reload(config, std::nullopt, this, [&answer](const Result<void> &done) { answer = done; });
    if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, 20'000))
        return failure(ErrorKind::Timeout, QStringLiteral("The relay did not answer."));
    return *answer;
}

void tst_RelaySupervisor::aRunningRelayTakesOtherSettings()
{
    startRelay();
    const qint64 process = m_relay->processId();
    const quint16 before = m_port;
    m_port = freePort();
    const auto done = reload(config());
    QVERIFY2(done, done ? "" : qPrintable(done.error().detail));
    QVERIFY(isAccepting(m_port));
    QVERIFY(!isAccepting(before));
    QCOMPARE(m_relay->state(), RelayHost::State::Running);
    QVERIFY(isProcessAlive(process)); // the same one
    QCOMPARE(m_relay->config()->listeners.front().listen.port, m_port);
    QCOMPARE(parseRelayConfig(keptFile())->listeners.front().listen.port, m_port);
}

void tst_RelaySupervisor::whatItRefusesIsNotKept()
{
    startRelay();
    const quint16 before = m_port;
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    m_port = other.serverPort();
    const auto done = reload(config());
    QVERIFY(!done);
    QVERIFY2(done.error().detail.contains(QString::number(m_port)), qPrintable(done.error().detail));
    QVERIFY(isAccepting(before));
    QCOMPARE(m_relay->config()->listeners.front().listen.port, before);
    QCOMPARE(parseRelayConfig(keptFile())->listeners.front().listen.port, before);
}

void tst_RelaySupervisor::aFileThatCannotBeReadIsNotLost()
{
    QFile file(options().configFile);
    QVERIFY(file.open(QIODevice::WriteOnly));
    const QByteArray mistyped = R"({"schema": "relaywright.relay/1", "listners": []})";
    file.write(mistyped);
    file.close();
    m_relay = std::make_unique<RelaySupervisor>(options());
    m_relay->begin();
    QVERIFY(!m_relay->config());
    QVERIFY2(m_relay->problem().contains(QStringLiteral("relay.json")), qPrintable(m_relay->problem()));
    m_port = freePort();
    m_relay->start(config(), std::nullopt);
    QTRY_COMPARE_WITH_TIMEOUT(m_relay->state(), RelayHost::State::Running, 20'000);
    QFile copy(options().configFile + QStringLiteral(".unread"));
    QVERIFY(copy.open(QIODevice::ReadOnly));
    QCOMPARE(copy.readAll(), mistyped);
}

void tst_RelaySupervisor::whatAnotherProgramWroteIsSeen()
{
    startRelay();
    int changes = 0;
    connect(m_relay.get(), &RelayHost::configChanged, this, [&changes] { ++changes; });
    RelayConfig other = *m_relay->config();
    other.expiry = std::chrono::hours(7);
    QFile file(options().configFile);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(toJson(other));
    file.close();
    QVERIFY(file.open(QIODevice::ReadWrite)); // newer, whatever the clock of the file system can tell apart
    QVERIFY(file.setFileTime(QDateTime::currentDateTime().addSecs(5), QFileDevice::FileModificationTime));
    file.close();
    QTRY_VERIFY_WITH_TIMEOUT(m_relay->config()->expiry == std::chrono::hours(7), 10'000);
    QVERIFY(changes >= 1);
}

void tst_RelaySupervisor::aTakenAddressIsSaidInASentence()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    m_port = other.serverPort();
    m_relay = std::make_unique<RelaySupervisor>(options());
    m_relay->begin();
    m_relay->start(config(), std::nullopt);
    QTRY_COMPARE_WITH_TIMEOUT(m_relay->state(), RelayHost::State::Failed, 20'000);
    QVERIFY2(m_relay->problem().contains(QString::number(m_port)), qPrintable(m_relay->problem()));
    QVERIFY2(m_relay->problem().endsWith(u'.'), qPrintable(m_relay->problem()));
}

void tst_RelaySupervisor::aMissingProgramIsSaidInASentence()
{
    m_port = freePort();
    RelaySupervisor::Options missing = options();
    missing.program = m_folder.filePath(QStringLiteral("no such program"));
    m_relay = std::make_unique<RelaySupervisor>(missing);
    m_relay->start(config(), std::nullopt);
    QCOMPARE(m_relay->state(), RelayHost::State::Failed);
    QVERIFY(m_relay->problem().contains(QStringLiteral("no such program")));
}

QTEST_GUILESS_MAIN(tst_RelaySupervisor)
#include "tst_RelaySupervisor.moc"
