// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/ArtifactModel.h"

#include "ui/widgets/RowDelegate.h"

namespace relaywright {

namespace {

QString kindWord(const Artifact &artifact)
{
    if (artifact.mediaType == QLatin1String("text/x-powershell"))
        return ArtifactModel::tr("PowerShell script");
    if (artifact.mediaType == QLatin1String("text/dns"))
        return ArtifactModel::tr("DNS record");
    if (artifact.mediaType == QLatin1String("text/html"))
        return ArtifactModel::tr("Settings sheet");
    if (artifact.mediaType == QLatin1String("application/json"))
        return ArtifactModel::tr("Configuration");
    return artifact.mediaType;
}

} // namespace

void ArtifactModel::setArtifacts(std::vector<Artifact> artifacts)
{
    if (artifacts == m_artifacts)
        return;
    beginResetModel();
    m_artifacts = std::move(artifacts);
    endResetModel();
}

int ArtifactModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_artifacts.size());
}

QVariant ArtifactModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Artifact &artifact = m_artifacts[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole: return artifact.title;
    case SubtitleRole:    return tr("%1 · %2").arg(kindWord(artifact), artifact.fileName);
    default:              return {};
    }
}

} // namespace relaywright
