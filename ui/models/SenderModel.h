// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Plan.h"

#include <QAbstractTableModel>

#include <vector>

namespace relaywright {

/// The site's senders with the method chosen for each.
class SenderModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, MethodColumn, From, Kind, ReachColumn, ColumnCount };
    enum Role { IdRole = Qt::UserRole + 1 };

    using QAbstractTableModel::QAbstractTableModel;
    void setSite(const Site &site, const Plan &plan);
    [[nodiscard]] QModelIndex indexOf(const QString &senderId) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        QString id;
        QString name;
        QString kind;
        QString from;
        QString reach;
        QString method;
        QString symbol;
        int tone = 0;
        QString word;
        bool operator==(const Row &) const = default;
    };
    [[nodiscard]] static Row rowOf(const Sender &sender, const Plan &plan);
    [[nodiscard]] QString text(const Row &row, int column) const;
    std::vector<Row> m_rows;
};

} // namespace relaywright
