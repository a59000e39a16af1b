// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QProcess>
#include <QString>
#include <QStringList>

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

namespace relaywright::test {

// What the real servers of the tests have in common.

/// True when this process is root.
[[nodiscard]] bool isRoot();
[[nodiscard]] unsigned userId();

/// `count` ports of 127.0.0.1 that are free now. All are held until the last is found, so that they differ.
[[nodiscard]] std::vector<std::uint16_t> freePorts(std::size_t count);

[[nodiscard]] QByteArray fileContent(const QString &path);
[[nodiscard]] bool writeFile(const QString &path, const QByteArray &content);

/// Where installer/bootstrap.sh --tests puts what is no package here. The tests' own desktop has another cache folder, so
/// that names it.
[[nodiscard]] QString toolsFolder();

/// The first of `programs` that is not installed (the folders of system programs are looked into too); empty: all are.
[[nodiscard]] QString missingProgram(const QStringList &programs);

/// A server in a shell script that runs as root (by sudo that asks no password, where this process is not) until its
/// standard input ends: when the object goes, and when the test dies.
class RootScript {
public:
    ~RootScript() { stop(); }
    void start(const QString &scriptFile);
    /// Waits until 127.0.0.1:`port` greets with 220. False: it ended, or was too slow; `problem()` says which.
    [[nodiscard]] bool waitForGreeting(const QString &name, std::uint16_t port, const std::function<QByteArray()> &log);
    void stop();
    [[nodiscard]] const QString &problem() const { return m_problem; }

private:
    QProcess m_process;
    QString m_problem;
};

} // namespace relaywright::test
