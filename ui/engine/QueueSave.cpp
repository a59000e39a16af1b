// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/QueueSave.h"

#include <QDir>

namespace relaywright {

QueueSave::QueueSave(ControlClient &control, const QString &id, const QString &path, QObject *parent)
    : QObject(parent), m_control(control), m_id(id), m_file(path)
{
}

void QueueSave::start()
{
    if (!m_file.open(QIODevice::WriteOnly) || !m_file.setPermissions(QFile::ReadOwner | QFile::WriteOwner))
        return end(storageProblem());
    const auto take = [this](const QByteArray &octets) { return m_file.write(octets) == octets.size(); };
    m_control.exportMessage(m_id, this, take, [this](const Result<quint64> &size) {
        if (m_file.error() != QFileDevice::NoError)
            return end(storageProblem());
        if (!size)
            return end(size.error().detail);
        end(m_file.commit() ? QString() : storageProblem());
    });
}

QString QueueSave::storageProblem() const
{
    return tr("%1 cannot be written: %2").arg(QDir::toNativeSeparators(m_file.fileName()), m_file.errorString());
}

void QueueSave::end(const QString &problem)
{
    Q_EMIT finished(problem);
    deleteLater();
}

} // namespace relaywright
