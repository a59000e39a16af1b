// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/EventLogFile.h"

#include <QFileInfo>
#include <QJsonDocument>

#ifdef Q_OS_UNIX
#include <sys/stat.h>
#endif

namespace relaywright {

namespace {

constexpr QFile::Permissions kPrivate = QFile::ReadOwner | QFile::WriteOwner;

} // namespace

EventLogFile::EventLogFile(QString path, qint64 maxOctets, QObject *parent)
    : QObject(parent), m_path(std::move(path)), m_maxOctets(maxOctets)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(kLeisure);
    connect(&m_timer, &QTimer::timeout, this, &EventLogFile::flush);
}

EventLogFile::~EventLogFile()
{
    flush();
}

Result<void> EventLogFile::open()
{
    m_file.close();
    const QFileInfo info(m_path);
    if (info.isSymLink() || (info.exists() && !info.isFile()))
        return failure(
            ErrorKind::Denied,
            QStringLiteral("The log file %1 is a link or no file. Give \"logFile\" another name.").arg(m_path));
    m_file.setFileName(m_path);
    // Unbuffered: a line that could not be written must not wait for a better time and come twice.
    if (!m_file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered, kPrivate)
        || !m_file.setPermissions(kPrivate)) {
        const QString why = m_file.errorString();
        m_file.close();
        return failure(ErrorKind::Storage, QStringLiteral("The log file %1 cannot be written: %2.").arg(m_path, why));
    }
    m_looked = std::chrono::steady_clock::now();
    return {};
}

void EventLogFile::write(const RelayEvent &event)
{
    if (m_unwritten.size() >= kMaxUnwritten) {
        ++m_lost;
        return;
    }
    QJsonObject json = toJson(event);
    json.insert(QStringLiteral("schema"), QStringLiteral("relaywright.relay-event/1"));
    m_unwritten += QJsonDocument(json).toJson(QJsonDocument::Compact) + '\n';
    if (m_unwritten.size() >= kMaxUnwritten / 4)
        flush();
    else if (!m_timer.isActive())
        m_timer.start();
}

void EventLogFile::reopen()
{
    flush();
    if (const auto opened = open(); !opened)
        fail(opened.error().detail);
}

bool EventLogFile::wasMoved()
{
    const auto now = std::chrono::steady_clock::now();
    if (now - m_looked < kLookEvery)
        return false;
    m_looked = now;
#ifdef Q_OS_UNIX
    struct stat ours {};
    struct stat named {};
    if (::fstat(m_file.handle(), &ours) != 0)
        return true;
    return ::lstat(QFile::encodeName(m_path).constData(), &named) != 0 || ours.st_ino != named.st_ino
           || ours.st_dev != named.st_dev;
#else
    return !QFile::exists(m_path);
#endif
}

void EventLogFile::rotate()
{
    m_file.close();
    const QString older = m_path + QLatin1String(".1");
    QFile::remove(older);
    if (!QFile::rename(m_path, older))
        QFile::remove(m_path); // the bound counts more than old lines
}

void EventLogFile::fail(const QString &why)
{
    m_lost += static_cast<quint64>(m_unwritten.count('\n'));
    m_unwritten.clear();
    if (!std::exchange(m_troubled, true))
        Q_EMIT troubled(QStringLiteral("%1 The relay goes on without it.").arg(why));
}

void EventLogFile::flush()
{
    m_timer.stop();
    if (m_unwritten.isEmpty())
        return;
    if (m_file.isOpen() && m_file.size() + m_unwritten.size() > m_maxOctets)
        rotate();
    if (!m_file.isOpen() || wasMoved()) {
        if (const auto opened = open(); !opened)
            return fail(opened.error().detail);
    }
    const qint64 before = m_file.size();
    const qint64 written = m_file.write(m_unwritten);
    if (written != m_unwritten.size()) {
        const QString why = m_file.errorString();
        m_file.resize(before); // half a line would spoil the next one
        m_file.close();
        return fail(QStringLiteral("The log file %1 cannot be written: %2.").arg(m_path, why));
    }
    m_unwritten.clear();
    if (std::exchange(m_troubled, false))
        Q_EMIT troubled(QStringLiteral("The log file %1 is written again; %2 lines were lost.")
                            .arg(m_path)
                            .arg(std::exchange(m_lost, 0)));
}

} // namespace relaywright
