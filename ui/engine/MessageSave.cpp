// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/MessageSave.h"

#include <QDir>

namespace relaywright {

namespace {

constexpr qint64 kPiece = 1 << 20;

} // namespace

MessageSave::MessageSave(const TestRun &run, const QString &path, QObject *parent)
    : QObject(parent), m_run(&run), m_file(path)
{
}

void MessageSave::start()
{
    if (m_file.open(QIODevice::WriteOnly) && m_file.setPermissions(QFile::ReadOwner | QFile::WriteOwner))
        next();
    else
        end(storageProblem());
}

void MessageSave::next()
{
    if (!m_run)
        return end(tr("The message is gone: another test took its place meanwhile."));
    const QByteArray piece = m_run->messagePart(m_written, kPiece);
    m_written += piece.size();
    const bool fine = m_file.write(piece) == piece.size();
    if (fine && !piece.isEmpty())
        QMetaObject::invokeMethod(this, &MessageSave::next, Qt::QueuedConnection);
    else
        end(fine && m_file.commit() ? QString() : storageProblem());
}

QString MessageSave::storageProblem() const
{
    return tr("%1 cannot be written: %2").arg(QDir::toNativeSeparators(m_file.fileName()), m_file.errorString());
}

void MessageSave::end(const QString &problem)
{
    Q_EMIT finished(problem);
    deleteLater();
}

} // namespace relaywright
