// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/RelayConfig.h"

#include <QAbstractTableModel>

#include <set>

namespace relaywright {

/// The relay's table of devices in words, in the order in which rows are tried.
class DeviceRowModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Who, Senders, Recipients, Limits, Changes, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setDevices(const std::vector<RelayDevice> &devices);
    void setDevice(int row, const RelayDevice &device);
    /// What was typed for these rows cannot be taken yet; they stand as they were.
    void setWrong(const std::set<int> &rows);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<RelayDevice> m_devices;
    std::set<int> m_wrong;
};

} // namespace relaywright
