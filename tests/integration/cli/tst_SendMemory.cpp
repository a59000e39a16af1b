// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/Cli.h"
#include "tests/support/Swallower.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright::test;

/// A message of 100 MB streams: what `relaywright-cli send` needs of memory does not grow with it.
class tst_SendMemory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void staysSmallWithALargeMessage_data();
    void staysSmallWithALargeMessage();

private:
    QTemporaryDir m_folder;
};

namespace {

constexpr qint64 kMegabyte = 1024 * 1024;
constexpr qint64 kLimit = 60 * kMegabyte;

/// The most memory that the process has had so far, in octets; -1 when the system does not tell.
qint64 peakMemory(qint64 process)
{
    QFile status(QStringLiteral("/proc/%1/status").arg(process));
    if (!status.open(QIODevice::ReadOnly))
        return -1;
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("VmHWM:"))
            return line.simplified().split(' ').value(1).toLongLong() * 1024;
    }
    return -1;
}

bool writeLines(const QString &path, qint64 octets)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return false;
    file.write("From: a@example.com\r\nTo: b@example.com\r\nDate: Sun, 22 Nov 2026 12:00:00 +0000\r\n"
               "Message-ID: <large@example.com>\r\nSubject: large\r\n\r\n");
    const QByteArray block = (QByteArray(74, 'x') + "\r\n").repeated(4096);
    while (file.size() < octets && file.write(block) == block.size()) {}
    return file.size() >= octets;
}

} // namespace

void tst_SendMemory::staysSmallWithALargeMessage_data()
{
    QTest::addColumn<QString>("option");
    QTest::addColumn<qint64>("fileOctets");
    QTest::newRow("a file as it is") << QStringLiteral("--message") << 100 * kMegabyte;
    QTest::newRow("an attachment") << QStringLiteral("--attach") << 75 * kMegabyte; // base64 makes 100 of it
}

void tst_SendMemory::staysSmallWithALargeMessage()
{
#ifndef Q_OS_LINUX
    QSKIP("only Linux tells another process's peak of memory in /proc");
#endif
    QFETCH(QString, option);
    QFETCH(qint64, fileOctets);
    const QString file = m_folder.filePath(QStringLiteral("large.eml"));
    QVERIFY(writeLines(file, fileOctets));
    Swallower server(true);
    QVERIFY(server.listen(QHostAddress::LocalHost));
    QProcess cli;
    qint64 peak = -1;
    server.beforeGoodbye = [&] { peak = peakMemory(cli.processId()); };
    cli.start(cliPath(), {QStringLiteral("send"), QStringLiteral("--server"),
                          QStringLiteral("127.0.0.1:%1").arg(server.serverPort()), QStringLiteral("--tls"),
                          QStringLiteral("none"), QStringLiteral("--from"), QStringLiteral("a@example.com"),
                          QStringLiteral("--to"), QStringLiteral("b@example.com"), option, file});
    QTRY_VERIFY_WITH_TIMEOUT(cli.state() == QProcess::NotRunning, 90'000);
    const QByteArray said = cli.readAll() + cli.readAllStandardError();
    QVERIFY2(cli.exitStatus() == QProcess::NormalExit && cli.exitCode() == 0, said.right(2000).constData());
    QVERIFY(server.octets >= 100 * kMegabyte);
    QVERIFY(peak > 0);
    QVERIFY2(peak < kLimit, qPrintable(QStringLiteral("%1 MB at its peak").arg(peak / kMegabyte)));
    qInfo("peak of memory: %lld MB", static_cast<long long>(peak / kMegabyte));
}

QTEST_GUILESS_MAIN(tst_SendMemory)
#include "tst_SendMemory.moc"
