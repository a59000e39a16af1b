// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/MomentFolder.h"

#include "core/session/PrivateFile.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>

namespace relaywright {

namespace {

constexpr QFile::Permissions kPrivateFile = QFile::ReadOwner | QFile::WriteOwner;
constexpr QFile::Permissions kPrivateFolder = kPrivateFile | QFile::ExeOwner;
constexpr qint64 kLargestOctets = 256 * 1024 * 1024; ///< far above a run of ten thousand senders
const QString kMoment = QStringLiteral("yyyyMMdd'T'HHmmsszzz'Z'");

QDateTime momentOf(const QString &fileName)
{
    QDateTime when = QDateTime::fromString(QFileInfo(fileName).completeBaseName(), kMoment);
    when.setTimeSpec(Qt::UTC);
    return when;
}

/// With the folders above it that are missing; those are ours too.
bool makePrivateFolder(const QString &path)
{
    if (QFileInfo(path).isDir())
        return QFile::setPermissions(path, kPrivateFolder);
    const QString above = QFileInfo(path).path();
    return (QFileInfo(above).isDir() || makePrivateFolder(above)) && QDir().mkdir(path)
           && QFile::setPermissions(path, kPrivateFolder);
}

} // namespace

QString MomentFolder::fileOf(const QDateTime &when) const
{
    return QDir(m_path).filePath(when.toUTC().toString(kMoment) + QStringLiteral(".json"));
}

std::vector<QDateTime> MomentFolder::moments() const
{
    std::vector<QDateTime> all;
    // The name is the moment, so the order of names is the order of time.
    for (const QString &name :
         QDir(m_path).entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name | QDir::Reversed)) {
        if (const QDateTime when = momentOf(name); when.isValid())
            all.push_back(when);
    }
    return all;
}

Result<void> MomentFolder::keep(const QDateTime &when, const QByteArray &content, std::size_t most) const
{
    if (!makePrivateFolder(m_path))
        return failure(ErrorKind::Storage,
                       QStringLiteral("The folder %1 for earlier runs could not be made. Check its permissions.")
                           .arg(QDir::toNativeSeparators(m_path)));
    if (auto written = writePrivateFile(fileOf(when), content); !written)
        return written;
    const std::vector<QDateTime> kept = moments();
    for (std::size_t i = most; i < kept.size(); ++i)
        QFile::remove(fileOf(kept[i]));
    return {};
}

Result<QByteArray> readWholeFile(const QString &path)
{
    const QString shown = QDir::toNativeSeparators(path);
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(file.exists() ? ErrorKind::Storage : ErrorKind::NotFound,
                       QStringLiteral("%1 could not be read: %2.").arg(shown, file.errorString()));
    if (file.size() > kLargestOctets)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("%1 is too large to be one of our files. Choose another file.").arg(shown));
    return file.readAll();
}

QString folderNameFor(const QString &identity)
{
    const QByteArray digest = QCryptographicHash::hash(identity.toUtf8(), QCryptographicHash::Sha256);
    return QString::fromLatin1(digest.toHex().left(24));
}

} // namespace relaywright
