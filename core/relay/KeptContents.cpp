// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/KeptContents.h"

#include <QDateTime>
#include <QDir>

#include <iterator>

namespace relaywright {

void KeptContents::load()
{
    if (m_loaded)
        return;
    m_loaded = true;
    const auto files = QDir(m_folder.keptFolder()).entryInfoList(QDir::Files | QDir::Hidden | QDir::System);
    for (const QFileInfo &file : files) {
        const auto sequence = SpoolFolder::sequenceOfKept(file.fileName());
        if (!sequence || file.isSymLink()) {
            QFile::remove(file.filePath()); // half a file, or a stranger's
            continue;
        }
        const Kept kept{static_cast<std::uint64_t>(file.size()),
                        TimePoint(std::chrono::milliseconds(file.lastModified().toMSecsSinceEpoch()))};
        m_kept.insert_or_assign(*sequence, kept);
        m_octets += kept.octets;
    }
}

void KeptContents::setRoom(std::uint64_t octets)
{
    m_room = octets;
    load();
    (void)makeRoom(0);
}

void KeptContents::forget(std::map<std::uint64_t, Kept>::iterator one)
{
    QFile::remove(m_folder.keptFile(one->first));
    m_octets -= one->second.octets;
    m_kept.erase(one);
}

/// False when so much never fits.
bool KeptContents::makeRoom(std::uint64_t octets)
{
    if (octets > m_room)
        return false;
    while (m_octets + octets > m_room)
        forget(m_kept.begin());
    return true;
}

void KeptContents::add(std::uint64_t sequence, TimePoint endedAt, QFile &file)
{
    // The name says whose it is, the time when it ended: there is no other record.
    file.setFileTime(QDateTime::fromMSecsSinceEpoch(endedAt.time_since_epoch().count()),
                     QFileDevice::FileModificationTime);
    const auto octets = static_cast<std::uint64_t>(file.size());
    m_kept.insert_or_assign(sequence, Kept{octets, endedAt});
    m_octets += octets;
}

void KeptContents::keep(std::uint64_t sequence, TimePoint endedAt, const QByteArray &octets)
{
    if (m_kept.contains(sequence) || !makeRoom(static_cast<std::uint64_t>(octets.size())))
        return;
    QFile file(m_folder.keptFile(sequence));
    const bool written = file.open(QIODevice::WriteOnly | QIODevice::NewOnly | QIODevice::Unbuffered,
                                   QFile::ReadOwner | QFile::WriteOwner)
                         && file.write(octets) == octets.size();
    if (written)
        add(sequence, endedAt, file);
    else if (file.isOpen())
        file.remove();
}

void KeptContents::keepFile(std::uint64_t sequence, TimePoint endedAt, const QString &bodyFile)
{
    const QString from = m_folder.bodyFile(bodyFile);
    const auto octets = static_cast<std::uint64_t>(QFileInfo(from).size());
    const QString to = m_folder.keptFile(sequence);
    if (m_kept.contains(sequence) || !makeRoom(octets) || !QFile::rename(from, to)) {
        QFile::remove(from);
        return;
    }
    QFile file(to);
    if (file.open(QIODevice::ReadWrite | QIODevice::ExistingOnly))
        add(sequence, endedAt, file);
    else
        QFile::remove(to);
}

void KeptContents::forgetBefore(TimePoint time)
{
    for (auto one = m_kept.begin(); one != m_kept.end();) {
        const auto next = std::next(one);
        if (one->second.endedAt < time)
            forget(one);
        one = next;
    }
}

} // namespace relaywright
