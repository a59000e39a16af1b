// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Plan.h"

#include <QAbstractTableModel>

#include <array>
#include <vector>

namespace relaywright {

/// All methods side by side for one sender: a column for each method, best first; a row for each thing to compare.
class CompareModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Row { VerdictRow, SettingsRow, ChangesRow, BlocksRow, OpenRow, ForRow, AgainstRow, LimitsRow, UntilRow, RowCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setPlan(const Site &site, const SenderPlan &plan, const Knowledge &knowledge);
    /// Tab-separated, with the methods as headings and the rows' names in the first column.
    [[nodiscard]] QString toText() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Column {
        QString method;
        QString symbol;
        int tone = 0;
        std::array<QString, RowCount> cells;
        bool operator==(const Column &) const = default;
    };
    std::vector<Column> m_columns;
};

} // namespace relaywright
