// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QString>
#include <QStringList>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace relaywright::test {

/// What one run of a program gave back. A program that is not installed fails the test: exit code -1 and words in `err`.
struct ProgramRun {
    int exitCode = -1;
    QByteArray out;
    QByteArray err;
    [[nodiscard]] QByteArray all() const { return out + err; }
};

inline ProgramRun runProgram(const QString &name, const QStringList &arguments, const QByteArray &input = {})
{
    const QStringList folders{QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin"), QStringLiteral("/sbin"),
                              QStringLiteral("/bin")};
    const QString path = QStandardPaths::findExecutable(name, folders);
    if (path.isEmpty())
        return {-1, {}, '"' + name.toUtf8() + "\" is not installed. Run installer/bootstrap.sh --tests."};
    QProcess process;
    process.start(path, arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(60'000))
        return {-1, process.readAllStandardOutput(), "It did not end: " + process.errorString().toUtf8()};
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

inline bool isRoot()
{
#ifdef Q_OS_UNIX
    return ::geteuid() == 0;
#else
    return false;
#endif
}

inline bool writeTo(const QString &path, const QByteArray &content)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

} // namespace relaywright::test
