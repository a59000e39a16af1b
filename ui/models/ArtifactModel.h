// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/AppliedTicks.h"
#include "ui/text/ArtifactText.h"

#include <QAbstractListModel>

#include <optional>
#include <vector>

namespace relaywright {

/// The records, scripts and sheets of the plan under headings of where they are applied, each with its tick.
class ArtifactModel : public QAbstractListModel {
    Q_OBJECT
public:
    /// What is shown: a place, words that must stand in title, file name or purpose.
    struct Wanted {
        std::optional<Place> place;
        QString words;
        bool operator==(const Wanted &) const = default;
    };

    using QAbstractListModel::QAbstractListModel;
    /// `applied` are the site's ticks.
    void setArtifacts(std::vector<Artifact> artifacts, const Site &applied);
    void setWanted(const Wanted &wanted);
    /// All of them, shown or not.
    [[nodiscard]] const std::vector<Artifact> &artifacts() const { return m_artifacts; }
    /// Nothing for a heading or an invalid index.
    [[nodiscard]] const Artifact *artifact(const QModelIndex &index) const;
    [[nodiscard]] const Applied &applied(const QModelIndex &index) const;
    [[nodiscard]] QModelIndex indexOfFile(const QString &fileName) const;
    [[nodiscard]] QModelIndex indexOfKind(const QString &kind) const;
    [[nodiscard]] QModelIndex firstFile() const;
    /// Places that have files, in order.
    [[nodiscard]] std::vector<Place> places() const;
    [[nodiscard]] int appliedCount() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    struct Row {
        Place place = Place::Elsewhere;
        std::optional<std::size_t> artifact; ///< none: the heading of the place
        bool operator==(const Row &) const = default;
    };
    [[nodiscard]] std::vector<Row> wantedRows() const;
    void showRows();
    [[nodiscard]] QVariant fileData(std::size_t at, int role) const;

    std::vector<Artifact> m_artifacts;
    std::vector<Applied> m_applied; ///< as many
    std::vector<Row> m_rows;
    Wanted m_wanted;
};

} // namespace relaywright
