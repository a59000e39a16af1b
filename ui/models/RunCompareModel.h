// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/CompareRuns.h"

#include <QAbstractTableModel>

namespace relaywright {

/// Two tests side by side: first what was set otherwise, then the conversations step by step, with a mark where they
/// differ.
class RunCompareModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { MarkColumn, StageColumn, LeftColumn, RightColumn, ColumnCount };
    enum Role { WhyRole = Qt::UserRole + 1 }; ///< QString: a sentence on the difference; may be empty

    using QAbstractTableModel::QAbstractTableModel;
    void setComparison(const RunComparison &comparison);
    void setOnlyDifferences(bool only);
    [[nodiscard]] const RunComparison &comparison() const { return m_comparison; }
    [[nodiscard]] int differences() const;
    /// Tab-separated, with headings.
    [[nodiscard]] QString toText() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        CompareRow::Kind kind;
        QString what;
        QString left;
        QString right;
        QString why;
    };
    void rebuild();
    RunComparison m_comparison;
    std::vector<Row> m_rows;
    bool m_onlyDifferences = false;
};

} // namespace relaywright
