// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/RootScript.h"

#include <QElapsedTimer>
#include <QFile>
#include <QHostAddress>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>

#include <memory>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace relaywright::test {

namespace {

constexpr int kStartMs = 20'000;
constexpr int kStopMs = 10'000;

bool greets(std::uint16_t port)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    if (!socket.waitForConnected(500) || !socket.waitForReadyRead(2000))
        return false;
    const bool good = socket.readLine().startsWith("220 ");
    socket.write("QUIT\r\n");
    socket.waitForDisconnected(1000);
    return good;
}

} // namespace

#ifdef Q_OS_UNIX
unsigned userId()
{
    return ::geteuid();
}
#else
unsigned userId()
{
    return 1;
}
#endif

bool isRoot()
{
    return userId() == 0;
}

std::vector<std::uint16_t> freePorts(std::size_t count)
{
    std::vector<std::unique_ptr<QTcpServer>> held;
    std::vector<std::uint16_t> ports;
    for (std::size_t i = 0; i < count; ++i) {
        held.push_back(std::make_unique<QTcpServer>());
        held.back()->listen(QHostAddress(QHostAddress::LocalHost), 0);
        ports.push_back(held.back()->serverPort());
    }
    return ports;
}

QByteArray fileContent(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool writeFile(const QString &path, const QByteArray &content)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

QString toolsFolder()
{
    const QString home = qEnvironmentVariable("HOME") + QStringLiteral("/.cache");
    return qEnvironmentVariable("RELAYWRIGHT_TOOLS",
                                qEnvironmentVariable("XDG_CACHE_HOME", home) + QStringLiteral("/relaywright"));
}

QString missingProgram(const QStringList &programs)
{
    const QStringList folders{QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin"), QStringLiteral("/sbin")};
    for (const QString &program : programs) {
        if (QStandardPaths::findExecutable(program, folders).isEmpty())
            return program;
    }
    return {};
}

void RootScript::start(const QString &scriptFile)
{
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    if (isRoot())
        m_process.start(QStringLiteral("sh"), {scriptFile});
    else
        m_process.start(QStringLiteral("sudo"), {QStringLiteral("-n"), QStringLiteral("sh"), scriptFile});
}

bool RootScript::waitForGreeting(const QString &name, std::uint16_t port, const std::function<QByteArray()> &log)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < kStartMs) {
        if (greets(port))
            return true;
        if (m_process.state() == QProcess::NotRunning || m_process.waitForFinished(50)) {
            m_problem = QStringLiteral("%1 ended while starting (it needs root, or sudo that asks no password): %2\n%3")
                            .arg(name, m_process.errorString(), QString::fromLocal8Bit(m_process.readAll() + log()));
            return false;
        }
    }
    m_problem = QStringLiteral("%1 did not greet within %2 s:\n%3")
                    .arg(name)
                    .arg(kStartMs / 1000)
                    .arg(QString::fromUtf8(log()));
    return false;
}

void RootScript::stop()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.closeWriteChannel(); // the script waits for this
    if (!m_process.waitForFinished(kStopMs)) {
        m_process.terminate();
        m_process.waitForFinished(kStopMs);
    }
}

} // namespace relaywright::test
