// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/artifacts/Artifact.h"

#include <QAbstractListModel>

#include <vector>

namespace relaywright {

/// The records, scripts and sheets of the plan.
class ArtifactModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;
    void setArtifacts(std::vector<Artifact> artifacts);
    [[nodiscard]] const std::vector<Artifact> &artifacts() const { return m_artifacts; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    std::vector<Artifact> m_artifacts;
};

} // namespace relaywright
