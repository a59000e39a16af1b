// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/CheckHistory.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSaveFile>

namespace relaywright {

namespace {

constexpr QFile::Permissions kPrivateFile = QFile::ReadOwner | QFile::WriteOwner;
constexpr QFile::Permissions kPrivateFolder = kPrivateFile | QFile::ExeOwner;
constexpr qint64 kLargestOctets = 256 * 1024 * 1024; ///< far above a run of ten thousand senders
const QString kMoment = QStringLiteral("yyyyMMdd'T'HHmmsszzz'Z'");

QString fileNameOf(const QDateTime &when)
{
    return when.toUTC().toString(kMoment) + QStringLiteral(".json");
}

QDateTime momentOf(const QString &fileName)
{
    QDateTime when = QDateTime::fromString(QFileInfo(fileName).completeBaseName(), kMoment);
    when.setTimeSpec(Qt::UTC);
    return when;
}

bool makePrivateFolder(const QString &path)
{
    return QDir().mkpath(path) && QFile::setPermissions(path, kPrivateFolder);
}

} // namespace

QString CheckHistory::keyOf(const QString &path, const QString &name)
{
    const QString identity = path.isEmpty() ? QStringLiteral("name:") + name
                                            : QStringLiteral("file:") + QFileInfo(path).absoluteFilePath();
    const QByteArray digest = QCryptographicHash::hash(identity.toUtf8(), QCryptographicHash::Sha256);
    return QString::fromLatin1(digest.toHex().left(24));
}

QString CheckHistory::folderOf(const QString &key) const
{
    return QDir(m_folder).filePath(key);
}

std::vector<QDateTime> CheckHistory::moments(const QString &key) const
{
    std::vector<QDateTime> all;
    if (m_folder.isEmpty())
        return all;
    const QDir folder(folderOf(key));
    // The name is the moment, so the order of names is the order of time.
    for (const QString &name : folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name | QDir::Reversed)) {
        if (const QDateTime when = momentOf(name); when.isValid())
            all.push_back(when);
    }
    return all;
}

Result<SavedRun> CheckHistory::run(const QString &key, const QDateTime &when) const
{
    auto kept = readRunFile(QDir(folderOf(key)).filePath(fileNameOf(when)));
    if (kept)
        kept->when = when; // the document says it to the second, the name to the millisecond
    return kept;
}

Result<SavedRun> CheckHistory::latestBefore(const QString &key, const QDateTime &before) const
{
    for (const QDateTime &when : moments(key)) {
        if (when >= before)
            continue;
        if (auto kept = run(key, when)) // a damaged file must not hide the older ones
            return kept;
    }
    return failure(ErrorKind::NotFound, QStringLiteral("No older run of the checks is kept for this site."));
}

Result<void> CheckHistory::keep(const QString &key, const SavedRun &run) const
{
    if (m_folder.isEmpty())
        return {};
    const QString folder = folderOf(key);
    if (!makePrivateFolder(m_folder) || !makePrivateFolder(folder))
        return failure(ErrorKind::Storage,
                       QStringLiteral("The folder %1 for earlier runs could not be made. Check its permissions.")
                           .arg(QDir::toNativeSeparators(folder)));
    if (auto written = writeRunFile(QDir(folder).filePath(fileNameOf(run.when)), run); !written)
        return written;
    const std::vector<QDateTime> kept = moments(key);
    for (std::size_t i = kMostRuns; i < kept.size(); ++i)
        QFile::remove(QDir(folder).filePath(fileNameOf(kept[i])));
    return {};
}

Result<SavedRun> readRunFile(const QString &path)
{
    const QString shown = QDir::toNativeSeparators(path);
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(file.exists() ? ErrorKind::Storage : ErrorKind::NotFound,
                       QStringLiteral("%1 could not be read: %2.").arg(shown, file.errorString()));
    if (file.size() > kLargestOctets)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("%1 is too large to be a run of the checks. Choose another file.").arg(shown));
    auto run = readSavedRun(file.readAll());
    if (!run)
        return failure(run.error().kind, QStringLiteral("%1: %2").arg(shown, run.error().detail));
    return run;
}

Result<void> writeRunFile(const QString &path, const SavedRun &run)
{
    QSaveFile file(path);
    const QByteArray content = QJsonDocument(toJson(run)).toJson(QJsonDocument::Indented);
    // Before a single octet is in it.
    if (file.open(QIODevice::WriteOnly) && file.setPermissions(kPrivateFile) && file.write(content) == content.size()
        && file.commit())
        return {};
    return failure(ErrorKind::Storage,
                   QStringLiteral("%1 could not be written: %2. Choose another folder.")
                       .arg(QDir::toNativeSeparators(path), file.errorString()));
}

} // namespace relaywright
