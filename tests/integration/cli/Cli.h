// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QEventLoop>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QString>
#include <QTimer>

#include <functional>
#include <memory>

namespace relaywright::test {

/// What one run of `relaywright-cli` gave back.
struct CliRun {
    int exitCode = -1;
    QByteArray out;
    QByteArray err;
    /// The one JSON document of standard output; empty when it is anything else.
    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

/// The words of a command line without quotes.
inline QStringList words(const char *line)
{
    return QString::fromUtf8(line).split(u' ', Qt::SkipEmptyParts);
}

inline QString cliPath()
{
    return QStringLiteral(RELAYWRIGHT_BIN_DIR "/relaywright-cli");
}

inline CliRun runCli(const QStringList &arguments, const QByteArray &input = {},
                     const QProcessEnvironment &environment = QProcessEnvironment::systemEnvironment())
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(cliPath(), arguments);
    process.write(input);
    process.closeWriteChannel();
    process.waitForFinished(30000);
    CliRun run{process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
               process.readAllStandardError()};
    return run;
}

/// The same while servers of this test answer in its event loop. `whileRunning` is called once it has begun, with its
/// process id.
inline CliRun runCliServed(const QStringList &arguments,
                           const QProcessEnvironment &environment = QProcessEnvironment::systemEnvironment(),
                           const std::function<void(qint64)> &whileRunning = {}, const QString &program = cliPath())
{
    QProcess process;
    QEventLoop loop;
    QObject::connect(&process, &QProcess::finished, &loop, &QEventLoop::quit);
    QTimer::singleShot(std::chrono::seconds(40), &process, &QProcess::kill);
    process.setProcessEnvironment(environment);
    process.start(program, arguments);
    process.closeWriteChannel();
    if (process.waitForStarted() && whileRunning)
        whileRunning(process.processId());
    if (process.state() != QProcess::NotRunning)
        loop.exec();
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

/// A CLI command that goes on until it is told to end (`rehearse`, `relay run`).
class RunningCli {
public:
    explicit RunningCli(const QStringList &arguments,
                        const QProcessEnvironment &environment = QProcessEnvironment::systemEnvironment())
    {
        m_process.setProcessEnvironment(environment);
        m_process.start(cliPath(), arguments);
    }
    ~RunningCli()
    {
        if (m_process.state() != QProcess::NotRunning)
            endPolitely();
    }
    /// Standard output up to and with the first line that holds `text`; empty when it ended before.
    QByteArray waitForLine(const QByteArray &text)
    {
        for (;;) {
            while (m_process.canReadLine()) {
                const QByteArray line = m_process.readLine();
                m_seen += line;
                if (line.contains(text))
                    return line.trimmed();
            }
            if (!m_process.waitForReadyRead(20000))
                return {};
        }
    }
    int endPolitely()
    {
        m_process.terminate();
        if (!m_process.waitForFinished(20000)) {
            m_process.kill();
            m_process.waitForFinished();
        }
        return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
    }
    [[nodiscard]] const QByteArray &seen() const { return m_seen; }
    /// All of standard output so far.
    QByteArray out()
    {
        m_seen += m_process.readAllStandardOutput();
        return m_seen;
    }
    QByteArray err() { return m_process.readAllStandardError(); }

private:
    QProcess m_process;
    QByteArray m_seen;
};

} // namespace relaywright::test
