// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Propagation.h"

#include <QAbstractTableModel>

#include <vector>

namespace relaywright {

/// Who already sees a change: a row for each server.
class ServerViewModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Server, Sees, Says, Ttl, ColumnCount };
    struct Row {
        ServerView view;
        bool sees = false;
        bool operator==(const Row &) const = default;
    };
    using QAbstractTableModel::QAbstractTableModel;
    /// The rows stay as long as the servers are the same.
    void setRows(std::vector<Row> rows, DnsType type);
    [[nodiscard]] const std::vector<Row> &rows() const { return m_rows; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString says(const DnsAnswer &answer) const;
    std::vector<Row> m_rows;
    DnsType m_type = DnsType::Txt;
};

} // namespace relaywright
