// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>

namespace relaywright::test {

/// Makes files fail and the wall clock jump in a program that runs (FaultShim.c, Linux). Until it is told otherwise nothing
/// is out of order.
class FaultSwitch {
public:
    /// `fileName` is made; it must outlive the programs.
    explicit FaultSwitch(const QString &fileName) : m_file(fileName)
    {
        if (m_file.open(QIODevice::ReadWrite | QIODevice::Truncate) && m_file.resize(sizeof(Faults)))
            m_faults = reinterpret_cast<Faults *>(m_file.map(0, sizeof(Faults)));
    }
    [[nodiscard]] bool isReady() const { return m_faults != nullptr; }

    /// For programs that are started from now on.
    void loadInto(QProcess &process) const
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("LD_PRELOAD"), QStringLiteral(RELAYWRIGHT_FAULT_SHIM));
        environment.insert(QStringLiteral("RELAYWRIGHT_FAULTS"), m_file.fileName());
        process.setProcessEnvironment(environment);
    }

    /// So many of a thousand writes to files fail with `error` (ENOSPC, EIO).
    void failWrites(int error, int permille)
    {
        m_faults->writePermille = permille;
        m_faults->writeError = error;
    }
    /// The same for fsync and fdatasync.
    void failFlushes(int error, int permille)
    {
        m_faults->flushPermille = permille;
        m_faults->flushError = error;
    }
    void repair()
    {
        failWrites(0, 0);
        failFlushes(0, 0);
    }
    void setClock(std::chrono::seconds offset) { m_faults->clockOffsetMs = std::chrono::milliseconds(offset).count(); }
    /// Calls that failed so.
    [[nodiscard]] std::int64_t failed() const { return m_faults->failed; }

private:
    struct Faults {
        volatile std::int32_t writeError;
        volatile std::int32_t writePermille;
        volatile std::int32_t flushError;
        volatile std::int32_t flushPermille;
        volatile std::int64_t clockOffsetMs;
        volatile std::int64_t failed;
    };
    QFile m_file;
    Faults *m_faults = nullptr;
};

} // namespace relaywright::test
