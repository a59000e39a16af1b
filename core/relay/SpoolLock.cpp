// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolLock.h"

#include <QCoreApplication>
#include <QFile>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#else
#include <QLockFile>
#endif

namespace relaywright {

namespace {

tl::unexpected<Error> taken(const QString &file, const QString &process)
{
    return failure(ErrorKind::Denied,
                   QStringLiteral("Another relay works on the spool already (process %1 has %2). Stop it first, or give this one a "
                                  "name and spool of its own.").arg(process, file));
}

} // namespace

#ifdef Q_OS_UNIX

struct SpoolLock::Private {
    int descriptor = -1;
    ~Private() { ::close(descriptor); } // and with it the lock
};

Result<SpoolLock> SpoolLock::take(const QString &file)
{
    const int descriptor = ::open(QFile::encodeName(file).constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return failure(ErrorKind::Storage, QStringLiteral("The lock %1 cannot be opened: %2.").arg(file, qt_error_string(errno)));
    auto own = std::make_unique<Private>();
    own->descriptor = descriptor;
    char text[32] = {};
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        const auto size = ::read(descriptor, text, sizeof text);
        return taken(file, QString::fromLatin1(QByteArray(text, size > 0 ? size : 0).trimmed()));
    }
    const QByteArray pid = QByteArray::number(QCoreApplication::applicationPid()) + '\n';
    // For people and for the sentence above; the lock itself is not in the file's octets.
    if (::ftruncate(descriptor, 0) != 0 || ::write(descriptor, pid.constData(), static_cast<size_t>(pid.size())) != pid.size())
        return failure(ErrorKind::Storage, QStringLiteral("The lock %1 cannot be written: %2.").arg(file, qt_error_string(errno)));
    return SpoolLock(std::move(own));
}

#else

struct SpoolLock::Private {
    explicit Private(const QString &file) : lock(file) {}
    QLockFile lock;
};

Result<SpoolLock> SpoolLock::take(const QString &file)
{
    auto own = std::make_unique<Private>(file);
    own->lock.setStaleLockTime(0); // stale only when its process is gone, however old it is
    if (own->lock.tryLock(0))
        return SpoolLock(std::move(own));
    qint64 pid = 0;
    QString host;
    QString program;
    own->lock.getLockInfo(&pid, &host, &program);
    return taken(file, QString::number(pid));
}

#endif

SpoolLock::SpoolLock(std::unique_ptr<Private> own) : d(std::move(own)) {}
SpoolLock::SpoolLock(SpoolLock &&) noexcept = default;
SpoolLock &SpoolLock::operator=(SpoolLock &&) noexcept = default;
SpoolLock::~SpoolLock() = default;

} // namespace relaywright
