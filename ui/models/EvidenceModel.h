// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/Finding.h"

#include <QAbstractTableModel>

namespace relaywright {

/// What was asked, what came back and who said so. A narrow table has who, how long and how sure in one column.
class EvidenceModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Question, Answer, Server, Ttl, Dnssec };
    static constexpr int kColumns = 5;
    static constexpr int kNarrowColumns = 3;

    using QAbstractTableModel::QAbstractTableModel;
    void setEvidence(std::vector<Evidence> evidence);
    void setNarrow(bool narrow);
    [[nodiscard]] bool isNarrow() const { return m_narrow; }
    [[nodiscard]] const std::vector<Evidence> &evidence() const { return m_evidence; }
    /// Tab-separated with headings, every column, one line for each.
    [[nodiscard]] QString toText() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] static QString cell(const Evidence &evidence, int column);
    /// The last three columns in one cell, as far as they are known.
    [[nodiscard]] static QString sourceOf(const Evidence &evidence);
    std::vector<Evidence> m_evidence;
    bool m_narrow = false;
};

} // namespace relaywright
