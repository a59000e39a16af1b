// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolFolder.h"

#include "core/relay/PrivateFolder.h"

#include <QDir>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QStorageInfo>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#else
#include <io.h>
#include <windows.h>
#endif

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace relaywright {

namespace {

constexpr QFile::Permissions kPrivateFile = QFile::ReadOwner | QFile::WriteOwner;

QString randomName()
{
    quint32 words[4];
    QRandomGenerator::system()->fillRange(words);
    return QString::fromLatin1(QByteArray(reinterpret_cast<const char *>(words), sizeof words).toHex());
}

tl::unexpected<Error> linkRefused(const QString &path)
{
    return failure(
        ErrorKind::Denied,
        QStringLiteral(
            "%1 is a link. The spool must be a real folder of its own: remove the link or choose another folder.")
            .arg(path));
}

#ifdef Q_OS_UNIX
/// A regular file with one name: a hard link planted here would have two. Nothing: it cannot be looked at now.
std::optional<bool> hasOneName(const QString &path)
{
    struct stat status {};
    if (::lstat(QFile::encodeName(path).constData(), &status) == 0)
        return S_ISREG(status.st_mode) && status.st_nlink == 1;
    return errno == ENOENT || errno == ENOTDIR ? std::optional(false) : std::nullopt;
}
#else
std::optional<bool> hasOneName(const QString &path)
{
    return QFileInfo(path).isFile();
}
#endif

#ifdef Q_OS_UNIX
Error systemError(const QString &path, const QString &what)
{
    return {ErrorKind::Storage, QStringLiteral("%1 cannot be %2: %3.").arg(path, what, qt_error_string(errno))};
}
#endif

} // namespace

Result<SpoolFolder> SpoolFolder::open(const QString &path)
{
    SpoolFolder folder(QDir::cleanPath(QDir(path).absolutePath()));
    for (const QString &part :
         {folder.m_path, folder.logFolder(), folder.bodyFolder(), folder.keptFolder(), folder.damagedFolder()}) {
        if (auto made = ensurePrivateFolder(part); !made)
            return tl::unexpected(made.error());
    }
    for (const char *name : {"lock", "spool.sqlite", "spool.sqlite-wal", "spool.sqlite-shm"}) {
        const QString file = folder.m_path + u'/' + QLatin1String(name);
        if (QFileInfo(file).isSymLink())
            return linkRefused(file);
    }
    auto lock = SpoolLock::take(folder.m_path + QLatin1String("/lock"));
    if (!lock)
        return tl::unexpected(lock.error());
    folder.m_lock = std::move(*lock);
    return folder;
}

std::uint64_t SpoolFolder::freeOctets() const
{
    const qint64 octets = QStorageInfo(m_path).bytesAvailable();
    return octets < 0 ? 0 : static_cast<std::uint64_t>(octets);
}

Result<std::unique_ptr<QFile>> SpoolFolder::newBodyFile() const
{
    auto file = std::make_unique<QFile>(bodyFile(randomName()));
    if (!file->open(QIODevice::WriteOnly | QIODevice::NewOnly | QIODevice::Unbuffered, kPrivateFile))
        return failure(ErrorKind::Storage,
                       QStringLiteral("A file in %1 cannot be made: %2.").arg(bodyFolder(), file->errorString()));
    return file;
}

Result<std::unique_ptr<QFile>> SpoolFolder::openBody(const QString &name, std::uint64_t size) const
{
    const QString path = bodyFile(name);
    const auto oneName = hasOneName(path);
    if (oneName && !*oneName)
        return failure(ErrorKind::Storage, QStringLiteral("The body file %1 is missing or is a link.").arg(path));
    auto file = std::make_unique<QFile>(path);
    if (!oneName || !file->open(QIODevice::ReadOnly))
        return failure(ErrorKind::Denied, QStringLiteral("The body file %1 cannot be opened now: %2.")
                                              .arg(path, oneName ? file->errorString() : qt_error_string()));
    if (static_cast<std::uint64_t>(file->size()) != size)
        return failure(
            ErrorKind::Storage,
            QStringLiteral("The body file %1 has %2 octets instead of %3.").arg(path).arg(file->size()).arg(size));
    return file;
}

QString SpoolFolder::keptFile(std::uint64_t sequence) const
{
    return keptFolder() + u'/' + QString::number(sequence) + QLatin1String(".eml");
}

std::optional<std::uint64_t> SpoolFolder::sequenceOfKept(const QString &name)
{
    if (!name.endsWith(QLatin1String(".eml")))
        return std::nullopt;
    bool isNumber = false;
    const std::uint64_t sequence = name.chopped(4).toULongLong(&isNumber);
    return isNumber && sequence > 0 && QString::number(sequence) == name.chopped(4) ? std::optional(sequence)
                                                                                    : std::nullopt;
}

Result<std::unique_ptr<QFile>> SpoolFolder::openKept(std::uint64_t sequence) const
{
    auto file = std::make_unique<QFile>(keptFile(sequence));
    const auto oneName = hasOneName(file->fileName());
    if (oneName && !*oneName)
        return failure(ErrorKind::NotFound, QStringLiteral("The contents of this message are not kept."));
    if (!oneName || !file->open(QIODevice::ReadOnly))
        return failure(ErrorKind::Denied,
                       QStringLiteral("The kept file %1 cannot be opened now: %2.")
                           .arg(file->fileName(), oneName ? file->errorString() : qt_error_string()));
    return file;
}

int SpoolFolder::sweepBodies(const std::set<QString> &named, bool keep) const
{
    int swept = 0;
    const QStringList names = QDir(bodyFolder()).entryList(QDir::Files | QDir::Hidden | QDir::System);
    for (const QString &name : names) {
        if (named.contains(name))
            continue;
        const bool done =
            keep ? QFile::rename(bodyFile(name), damagedFolder() + u'/' + name) : QFile::remove(bodyFile(name));
        swept += done ? 1 : 0;
    }
    return swept;
}

Result<QString> SpoolFolder::setAside(const QString &file, const QString &stamp) const
{
    const QString target = damagedFolder() + u'/' + stamp + u'-' + QFileInfo(file).fileName();
    for (const char *suffix : {"-wal", "-shm", ""}) {
        const QString part = file + QLatin1String(suffix);
        if (QFileInfo::exists(part) && !QFile::rename(part, target + QLatin1String(suffix)))
            return failure(ErrorKind::Storage,
                           QStringLiteral("The damaged file %1 cannot be moved to %2.").arg(part, damagedFolder()));
    }
    return target;
}

bool isBodyName(const QString &name)
{
    return name.size() == 32
           && std::ranges::all_of(name, [](QChar c) { return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f'); });
}

#ifdef Q_OS_UNIX
Result<void> syncFile(QFile &file)
{
#ifdef F_FULLFSYNC // macOS: fsync alone does not reach the platter
    const int code = ::fcntl(file.handle(), F_FULLFSYNC);
#else
    const int code = ::fsync(file.handle());
#endif
    if (code != 0)
        return tl::unexpected(systemError(file.fileName(), QStringLiteral("written to the disk")));
    return {};
}

Result<void> syncContents(QFile &file)
{
#ifdef F_FULLFSYNC
    return syncFile(file);
#else
    if (::fdatasync(file.handle()) != 0)
        return tl::unexpected(systemError(file.fileName(), QStringLiteral("written to the disk")));
    return {};
#endif
}

Result<void> syncFolder(const QString &path)
{
    const int descriptor = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return tl::unexpected(systemError(path, QStringLiteral("opened")));
    const int code = ::fsync(descriptor);
    const Error error = systemError(path, QStringLiteral("written to the disk"));
    ::close(descriptor);
    if (code != 0)
        return tl::unexpected(error);
    return {};
}
#else
Result<void> syncFile(QFile &file)
{
    if (!::FlushFileBuffers(reinterpret_cast<HANDLE>(::_get_osfhandle(file.handle()))))
        return failure(ErrorKind::Storage,
                       QStringLiteral("%1 cannot be written to the disk: %2.").arg(file.fileName(), qt_error_string()));
    return {};
}

Result<void> syncContents(QFile &file)
{
    return syncFile(file);
}

Result<void> syncFolder(const QString &)
{
    return {}; // NTFS journals its folders with the file
}
#endif

QString defaultSpoolFolder(const QString &name)
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QLatin1String("/relaywright/spool/")
           + name;
}

} // namespace relaywright
