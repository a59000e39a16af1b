// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/PrivateFolder.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace relaywright {

namespace {

constexpr QFile::Permissions kPrivateFolder = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;

tl::unexpected<Error> linkRefused(const QString &path)
{
    return failure(ErrorKind::Denied,
                   QStringLiteral("%1 is a link. It must be a real folder of its own: remove the link or choose another folder.").arg(path));
}

#ifdef Q_OS_UNIX
bool isOurs(const QFileInfo &info)
{
    return info.ownerId() == ::geteuid();
}

bool isOpenToOthers(const QFileInfo &info)
{
    constexpr QFile::Permissions kOthers = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther
        | QFile::WriteOther | QFile::ExeOther;
    return static_cast<bool>(info.permissions() & kOthers);
}
#else
bool isOurs(const QFileInfo &)
{
    return true; // the user's folders are private by their access lists
}

bool isOpenToOthers(const QFileInfo &)
{
    return false;
}
#endif

tl::unexpected<Error> notOurs(const QFileInfo &info)
{
    return failure(ErrorKind::Denied, QStringLiteral("%1 belongs to another user (%2). Run the relay as that user, or choose another folder.")
                                          .arg(info.filePath(), info.owner()));
}

} // namespace

Result<void> checkPrivateFolder(const QString &path)
{
    const QFileInfo info(path);
    if (info.isSymLink())
        return linkRefused(path);
    if (!info.isDir())
        return failure(ErrorKind::NotFound, QStringLiteral("There is no folder %1.").arg(path));
    if (!isOurs(info))
        return notOurs(info);
    if (isOpenToOthers(info))
        return failure(ErrorKind::Denied, QStringLiteral("Others may read %1. Run \"chmod 700\" on it.").arg(path));
    return {};
}

Result<void> ensurePrivateFolder(const QString &path)
{
    const QFileInfo info(path);
    if (info.isSymLink())
        return linkRefused(path);
    const bool made = info.exists()
        || (QDir().mkpath(info.absolutePath()) && QDir().mkdir(path) && QFile::setPermissions(path, kPrivateFolder));
    const QFileInfo folder(path);
    if (!made || !folder.isDir())
        return failure(ErrorKind::Storage, QStringLiteral("The folder %1 cannot be made. Check the path and its permissions, whether a "
                                                          "file stands there, and that the disk is not full.").arg(path));
    if (!isOurs(folder))
        return notOurs(folder);
    if (isOpenToOthers(folder) && !QFile::setPermissions(path, kPrivateFolder))
        return failure(ErrorKind::Denied, QStringLiteral("Others may read %1 and that cannot be changed. Run \"chmod 700\" on it.").arg(path));
    return {};
}

} // namespace relaywright
