// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/DeviceProfile.h"

#include <QAbstractTableModel>

namespace relaywright {

/// A device as the relay knows it.
struct RelaySource {
    DeviceProfile profile;
    QString user;   ///< signed in as; empty: nobody
    QString device; ///< the row of the table that is for it; empty: none
};
/// Reads the answer to the relay's request `sources`; entries that make no sense are left out.
[[nodiscard]] std::vector<RelaySource> readSources(const QJsonObject &answer);

/// The devices that talked to the relay, the one heard of last first.
class SourceModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Address, Device, User, LastSeen, Messages, Encryption, Lacks, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setSources(std::vector<RelaySource> sources);
    [[nodiscard]] const RelaySource &source(int row) const { return m_sources[static_cast<std::size_t>(row)]; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<RelaySource> m_sources;
};

} // namespace relaywright
