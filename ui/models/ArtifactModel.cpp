// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/ArtifactModel.h"

#include "ui/text/SiteText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/RowDelegate.h"

#include <algorithm>
#include <map>

namespace relaywright {

namespace {

bool mentions(const Artifact &artifact, const QString &words)
{
    const QString text = artifact.title + u'\n' + artifact.fileName + u'\n' + artifact.purpose;
    return std::ranges::all_of(words.split(u' ', Qt::SkipEmptyParts),
                               [&text](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

} // namespace

void ArtifactModel::setArtifacts(std::vector<Artifact> artifacts, const Site &applied)
{
    m_artifacts = std::move(artifacts);
    m_applied.clear();
    for (const Artifact &artifact : m_artifacts)
        m_applied.push_back(appliedState(applied, artifact));
    showRows();
}

void ArtifactModel::setWanted(const Wanted &wanted)
{
    m_wanted = wanted;
    showRows();
}

std::vector<ArtifactModel::Row> ArtifactModel::wantedRows() const
{
    std::map<Place, std::vector<std::size_t>> byPlace;
    for (std::size_t i = 0; i < m_artifacts.size(); ++i) {
        const Place place = placeOf(m_artifacts[i]);
        if ((!m_wanted.place || *m_wanted.place == place) && mentions(m_artifacts[i], m_wanted.words))
            byPlace[place].push_back(i);
    }
    std::vector<Row> rows;
    for (const auto &[place, files] : byPlace) {
        rows.push_back({.place = place, .artifact = std::nullopt});
        for (const std::size_t file : files)
            rows.push_back({.place = place, .artifact = file});
    }
    return rows;
}

void ArtifactModel::showRows()
{
    std::vector<Row> rows = wantedRows();
    if (rows == m_rows) { // the same files, perhaps of another text or tick: whoever looks at one keeps looking at it
        if (!rows.empty())
            Q_EMIT dataChanged(index(0), index(rowCount() - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

const Artifact *ArtifactModel::artifact(const QModelIndex &index) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return nullptr;
    const auto at = m_rows[static_cast<std::size_t>(index.row())].artifact;
    return at ? &m_artifacts[*at] : nullptr;
}

const Applied &ArtifactModel::applied(const QModelIndex &index) const
{
    static const Applied none;
    const Artifact *file = artifact(index);
    return file ? m_applied[static_cast<std::size_t>(file - m_artifacts.data())] : none;
}

QModelIndex ArtifactModel::indexOfFile(const QString &fileName) const
{
    for (int row = 0; row < rowCount(); ++row) {
        const Artifact *file = artifact(index(row));
        if (file && file->fileName == fileName)
            return index(row);
    }
    return {};
}

QModelIndex ArtifactModel::indexOfKind(const QString &kind) const
{
    for (int row = 0; row < rowCount(); ++row) {
        const Artifact *file = artifact(index(row));
        if (file && file->kind == kind)
            return index(row);
    }
    return {};
}

QModelIndex ArtifactModel::firstFile() const
{
    return rowCount() > 1 ? index(1) : QModelIndex(); // behind its heading
}

std::vector<Place> ArtifactModel::places() const
{
    std::vector<Place> found;
    for (const Artifact &artifact : m_artifacts) {
        if (std::ranges::find(found, placeOf(artifact)) == found.end())
            found.push_back(placeOf(artifact));
    }
    std::ranges::sort(found);
    return found;
}

int ArtifactModel::appliedCount() const
{
    return static_cast<int>(std::ranges::count(m_applied, Applied::State::Yes, &Applied::state));
}

int ArtifactModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant ArtifactModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    if (row.artifact)
        return fileData(*row.artifact, role);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole: return placeName(row.place);
    case HeadingRole:            return true;
    default:                     return {};
    }
}

QVariant ArtifactModel::fileData(std::size_t at, int role) const
{
    const Artifact &artifact = m_artifacts[at];
    const Applied &applied = m_applied[at];
    QString state;
    if (applied.state == Applied::State::Yes)
        state = tr("applied on %1").arg(dayText(applied.on));
    else if (applied.state == Applied::State::ChangedSince)
        state = tr("changed since you applied it");
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole: return artifact.title;
    case SubtitleRole:
        return state.isEmpty() ? tr("%1 · %2").arg(formName(artifact), artifact.fileName) : tr("%1 · %2").arg(formName(artifact), state);
    case SymbolRole:
        return applied.state == Applied::State::Yes            ? QStringLiteral("\u2713")
               : applied.state == Applied::State::ChangedSince ? QStringLiteral("!")
                                                               : QStringLiteral("\u25CB");
    case ToneRole:
        return static_cast<int>(applied.state == Applied::State::Yes            ? Tone::Good
                                : applied.state == Applied::State::ChangedSince ? Tone::Attention
                                                                                : Tone::Neutral);
    case Qt::AccessibleTextRole:
        return state.isEmpty() ? tr("%1, not applied yet").arg(artifact.title) : tr("%1, %2").arg(artifact.title, state);
    case HeadingRole: return false;
    default:          return {};
    }
}

Qt::ItemFlags ArtifactModel::flags(const QModelIndex &index) const
{
    const bool heading = index.isValid() && !artifact(index);
    return heading ? Qt::ItemFlags(Qt::ItemIsEnabled) : QAbstractListModel::flags(index);
}

} // namespace relaywright
