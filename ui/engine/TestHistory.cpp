// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/TestHistory.h"

#include "core/session/PrivateFile.h"

#include <QDir>
#include <QJsonDocument>

namespace relaywright {

namespace {

QByteArray contentOf(const TestRecord &record)
{
    return QJsonDocument(toJson(record)).toJson(QJsonDocument::Indented);
}

} // namespace

MomentFolder TestHistory::folderOf(const QString &site, const QString &sender) const
{
    // An id is a good name for a folder, but a file from elsewhere may hold anything.
    return MomentFolder(QDir(m_folder).filePath(site + u'/' + folderNameFor(sender)));
}

std::vector<QDateTime> TestHistory::moments(const QString &site, const QString &sender) const
{
    return m_folder.isEmpty() ? std::vector<QDateTime>() : folderOf(site, sender).moments();
}

Result<TestRecord> TestHistory::record(const QString &site, const QString &sender, const QDateTime &when) const
{
    return readRecordFile(folderOf(site, sender).fileOf(when));
}

Result<void> TestHistory::keep(const QString &site, const TestRecord &record) const
{
    if (m_folder.isEmpty())
        return {};
    return folderOf(site, record.request.senderId).keep(toDateTime(record.startedAt), contentOf(record), kMostRecords);
}

Result<TestRecord> readRecordFile(const QString &path)
{
    const auto content = readWholeFile(path);
    if (!content)
        return tl::unexpected(content.error());
    auto record = testRecordFromJson(*content);
    if (!record)
        return failure(record.error().kind,
                       QStringLiteral("%1: %2").arg(QDir::toNativeSeparators(path), record.error().detail));
    return record;
}

Result<void> writeRecordFile(const QString &path, const TestRecord &record)
{
    return writePrivateFile(path, contentOf(record));
}

} // namespace relaywright
