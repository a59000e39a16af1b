// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/ArtifactFiles.h"

#include "app/cli/Context.h"

#include <QDir>
#include <QJsonArray>

namespace relaywright::cli {

QJsonObject toJson(const Artifact &artifact, bool withText)
{
    QJsonObject json{{QStringLiteral("kind"), artifact.kind},
                     {QStringLiteral("file"), artifact.fileName},
                     {QStringLiteral("title"), artifact.title},
                     {QStringLiteral("purpose"), artifact.purpose},
                     {QStringLiteral("mediaType"), artifact.mediaType},
                     {QStringLiteral("senders"), QJsonArray::fromStringList(artifact.senders)}};
    if (withText)
        json.insert(QStringLiteral("text"), artifact.text);
    return json;
}

Result<void> saveAll(const std::vector<Artifact> &artifacts, const QString &folder)
{
    if (!QDir().mkpath(folder))
        return failure(ErrorKind::Storage,
                       QStringLiteral("The folder %1 cannot be made. Check the path and the permissions.").arg(folder));
    for (const Artifact &artifact : artifacts) {
        if (auto written = writeFile(QDir(folder).filePath(artifact.fileName), fileContent(artifact)); !written)
            return written;
    }
    return {};
}

} // namespace relaywright::cli
