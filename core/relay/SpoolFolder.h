// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/relay/SpoolLock.h"

#include <QFile>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <memory>
#include <optional>
#include <set>

namespace relaywright {

/// The folder that one relay owns: `log/`, `bodies/`, `kept/`, `spool.sqlite`, `damaged/`, `lock`. Private to its user (0700), no part of it
/// a symbolic link, and no other process on it while this object lives.
class SpoolFolder {
public:
    /// Makes what is missing, mends permissions that are too wide and takes the lock; a lock left by a process that no
    /// longer lives is taken over. Error: Denied when another instance works there (the sentence names its process) or
    /// the folder belongs to somebody else or is a link; Storage when it cannot be made.
    [[nodiscard]] static Result<SpoolFolder> open(const QString &path);

    [[nodiscard]] const QString &path() const { return m_path; }
    [[nodiscard]] QString databaseFile() const { return m_path + QLatin1String("/spool.sqlite"); }
    [[nodiscard]] QString logFolder() const { return m_path + QLatin1String("/log"); }
    [[nodiscard]] QString bodyFolder() const { return m_path + QLatin1String("/bodies"); }
    [[nodiscard]] QString bodyFile(const QString &name) const { return bodyFolder() + u'/' + name; }
    [[nodiscard]] QString damagedFolder() const { return m_path + QLatin1String("/damaged"); }
    [[nodiscard]] QString keptFolder() const { return m_path + QLatin1String("/kept"); }
    /// The contents of a message that has ended, where they are kept (KeptContents).
    [[nodiscard]] QString keptFile(std::uint64_t sequence) const;
    /// Nothing: no such name.
    [[nodiscard]] static std::optional<std::uint64_t> sequenceOfKept(const QString &name);
    /// Octets that this user may still write there.
    [[nodiscard]] std::uint64_t freeOctets() const;

    /// A new file under a random name, not readable by others. Error: Storage.
    [[nodiscard]] Result<std::unique_ptr<QFile>> newBodyFile() const;
    /// Opens a body for reading. Error: Storage when it is missing, not `size` octets long, or a link of any kind
    /// (only a file that we wrote and that has one name is sent); Denied when the system does not let it be opened now,
    /// which says nothing about the file: too many are open, another program has it.
    [[nodiscard]] Result<std::unique_ptr<QFile>> openBody(const QString &name, std::uint64_t size) const;
    /// The same for kept contents. Error: NotFound when none are kept of that message, Denied as above.
    [[nodiscard]] Result<std::unique_ptr<QFile>> openKept(std::uint64_t sequence) const;
    /// Body files that no record names: removed, or moved to `damaged/` when `keep` (the database was damaged).
    /// Answers how many.
    int sweepBodies(const std::set<QString> &named, bool keep) const;
    /// Moves `file` and what SQLite keeps beside it to `damaged/`, under a name with `stamp`. Answers its new path.
    [[nodiscard]] Result<QString> setAside(const QString &file, const QString &stamp) const;

private:
    explicit SpoolFolder(QString path) : m_path(std::move(path)) {}
    QString m_path;
    std::optional<SpoolLock> m_lock;
};

/// True for a name that `newBodyFile` gives (32 hexadecimal digits), so that no record leads out of the folder.
[[nodiscard]] bool isBodyName(const QString &name);

/// Waits until the file's octets and length are on stable storage. Error: Storage.
[[nodiscard]] Result<void> syncFile(QFile &file);
/// Only the octets: enough for a file whose length stays. Error: Storage.
[[nodiscard]] Result<void> syncContents(QFile &file);
/// The same for a folder's entries, after a file was made in it; nothing to do where file systems do it themselves
/// (Windows). Error: Storage.
[[nodiscard]] Result<void> syncFolder(const QString &path);

/// Where a relay called `name` keeps its spool when the configuration does not say: the user's data folder.
[[nodiscard]] QString defaultSpoolFolder(const QString &name);

} // namespace relaywright
