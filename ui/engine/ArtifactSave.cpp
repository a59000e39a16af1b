// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/ArtifactSave.h"

#include <QCoreApplication>
#include <QDir>
#include <QSaveFile>

namespace relaywright {

namespace {

struct ArtifactSave {
    Q_DECLARE_TR_FUNCTIONS(relaywright::ArtifactSave)
};

} // namespace

QString saveArtifact(const Artifact &artifact, const QString &path)
{
    QSaveFile file(path);
    const QByteArray content = fileContent(artifact);
    if (file.open(QIODevice::WriteOnly) && file.write(content) == content.size() && file.commit())
        return {};
    return ArtifactSave::tr("%1 could not be written: %2. Choose another folder.")
        .arg(QDir::toNativeSeparators(path), file.errorString());
}

QString saveArtifacts(const std::vector<Artifact> &artifacts, const QString &folder)
{
    for (const Artifact &artifact : artifacts) {
        if (const QString problem = saveArtifact(artifact, QDir(folder).filePath(artifact.fileName));
            !problem.isEmpty())
            return problem;
    }
    return {};
}

} // namespace relaywright
