// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/TestHistory.h"

#include "core/session/PrivateFile.h"
#include "ui/text/TestText.h"

#include <QDir>
#include <QJsonDocument>

#include <algorithm>

namespace relaywright {

namespace {

QByteArray contentOf(const TestRecord &record)
{
    return QJsonDocument(toJson(record)).toJson(QJsonDocument::Indented);
}

struct KeptFile {
    QDateTime when;
    QString path;
};

void addFiles(std::vector<KeptFile> &files, const MomentFolder &folder)
{
    for (const QDateTime &when : folder.moments())
        files.push_back({when, folder.fileOf(when)});
}

std::vector<KeptTest> readAll(const std::vector<KeptFile> &files)
{
    std::vector<KeptTest> tests;
    for (const KeptFile &file : files) {
        if (const auto record = readRecordFile(file.path))
            tests.push_back(
                {file.when, record->request.senderId, record->request.connection.server.toString(), endWords(*record)});
    }
    return tests;
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

std::vector<KeptTest> TestHistory::keptOf(const QString &site, const QString &sender) const
{
    std::vector<KeptFile> files;
    if (!m_folder.isEmpty())
        addFiles(files, folderOf(site, sender));
    return readAll(files);
}

std::vector<KeptTest> TestHistory::newest(const QString &site, std::size_t most) const
{
    if (m_folder.isEmpty())
        return {};
    const QDir ofSite(QDir(m_folder).filePath(site));
    std::vector<KeptFile> files;
    for (const QString &name : ofSite.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Unsorted))
        addFiles(files, MomentFolder(ofSite.filePath(name)));
    std::ranges::sort(files, std::ranges::greater(), &KeptFile::when);
    files.resize(std::min(files.size(), most));
    return readAll(files);
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
