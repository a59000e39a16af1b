// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/SeriesPasswords.h"

#include "ui/engine/Vault.h"

namespace relaywright {

SeriesPasswords::SeriesPasswords(std::vector<TestJob> jobs, Vault &vault, QObject *parent)
    : QObject(parent), m_jobs(std::move(jobs)), m_vault(vault)
{
    for (std::size_t i = 0; i < m_jobs.size(); ++i) {
        const auto &credentials = m_jobs[i].request.connection.smtp.credentials;
        const bool hasOne = !m_jobs[i].secrets.password.isEmpty() || m_jobs[i].freshPassword;
        if (credentials && !credentials->user.isEmpty() && !m_jobs[i].obstacle && !hasOne)
            m_testsOf[credentials->user].push_back(i);
    }
    m_users = m_testsOf.keys();
}

void SeriesPasswords::start()
{
    QMetaObject::invokeMethod(this, &SeriesPasswords::next, Qt::QueuedConnection);
}

void SeriesPasswords::next()
{
    if (m_read == m_users.size()) {
        Q_EMIT finished();
        return;
    }
    const QString user = m_users[m_read];
    m_vault.read(user, this, [this, user](const Result<Secret> &secret) { take(user, secret); });
}

void SeriesPasswords::take(const QString &user, const Result<Secret> &secret)
{
    for (const std::size_t place : m_testsOf.value(user)) {
        if (secret)
            m_jobs[place].secrets.password = *secret;
        else
            m_jobs[place].obstacle =
                Error{ErrorKind::NotFound,
                      tr("No password is kept for %1. Test it alone once and type the password.").arg(user)};
    }
    Q_EMIT progressed(static_cast<int>(++m_read), static_cast<int>(m_users.size()));
    next();
}

} // namespace relaywright
