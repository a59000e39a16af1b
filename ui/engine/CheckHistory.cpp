// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/CheckHistory.h"

#include "core/session/PrivateFile.h"
#include "ui/engine/MomentFolder.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>

namespace relaywright {

namespace {

QByteArray contentOf(const SavedRun &run)
{
    return QJsonDocument(toJson(run)).toJson(QJsonDocument::Indented);
}

} // namespace

QString CheckHistory::keyOf(const QString &path, const QString &name)
{
    return folderNameFor(path.isEmpty() ? QStringLiteral("name:") + name
                                        : QStringLiteral("file:") + QFileInfo(path).absoluteFilePath());
}

MomentFolder CheckHistory::folderOf(const QString &key) const
{
    return MomentFolder(QDir(m_folder).filePath(key));
}

std::vector<QDateTime> CheckHistory::moments(const QString &key) const
{
    return m_folder.isEmpty() ? std::vector<QDateTime>() : folderOf(key).moments();
}

Result<SavedRun> CheckHistory::run(const QString &key, const QDateTime &when) const
{
    auto kept = readRunFile(folderOf(key).fileOf(when));
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
    return folderOf(key).keep(run.when, contentOf(run), kMostRuns);
}

Result<SavedRun> readRunFile(const QString &path)
{
    const auto content = readWholeFile(path);
    if (!content)
        return tl::unexpected(content.error());
    auto run = readSavedRun(*content);
    if (!run)
        return failure(run.error().kind,
                       QStringLiteral("%1: %2").arg(QDir::toNativeSeparators(path), run.error().detail));
    return run;
}

Result<void> writeRunFile(const QString &path, const SavedRun &run)
{
    return writePrivateFile(path, contentOf(run));
}

} // namespace relaywright
