// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/TestSeries.h"

#include <QHash>
#include <QObject>
#include <QStringList>

namespace relaywright {

class Vault;

/// Gives the tests of a series the passwords that they sign in with. Each account is asked for once, however many tests
/// use it; a test whose password nobody kept gets an obstacle that says so, and
/// one that has its password already, or brings it when its turn comes, is not asked for. To stop it, delete it.
class SeriesPasswords : public QObject {
    Q_OBJECT
public:
    /// `vault` outlives it.
    SeriesPasswords(std::vector<TestJob> jobs, Vault &vault, QObject *parent = nullptr);
    void start();
    /// After `finished`.
    [[nodiscard]] std::vector<TestJob> takeJobs() { return std::move(m_jobs); }

Q_SIGNALS:
    void progressed(int read, int accounts);
    void finished(); ///< exactly once

private:
    void next();
    void take(const QString &user, const Result<Secret> &secret);

    std::vector<TestJob> m_jobs;
    Vault &m_vault;
    QHash<QString, std::vector<std::size_t>> m_testsOf; ///< by account, places in m_jobs
    QStringList m_users;
    qsizetype m_read = 0;
};

} // namespace relaywright
