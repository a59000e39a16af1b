// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/RootScript.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTest>

namespace relaywright::test {

/// What one run of somebody else's mail client gave back.
struct ForeignRun {
    int exitCode = -1;
    QByteArray output; ///< both streams; or a sentence when the client is not there
};

/// Runs a client to its end while the relay lives in this event loop; `home` is a folder of the test, so that no file of the
/// person who runs it counts.
inline ForeignRun runForeignClient(const QString &program, const QStringList &arguments, const QByteArray &input,
                                   const QString &home)
{
    if (QStandardPaths::findExecutable(program).isEmpty())
        return {.output = program.toUtf8() + " is not installed; installer/bootstrap.sh --tests installs it"};
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("NODE_PATH"), toolsFolder() + QStringLiteral("/npm/node_modules"));
    environment.insert(QStringLiteral("HOME"), home);
    environment.insert(QStringLiteral("MAILRC"), QStringLiteral("/dev/null"));
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 60'000))
        return {.output = program.toUtf8() + " did not come to an end"};
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAll()};
}

} // namespace relaywright::test
