// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/Verification.h"

#include <QAbstractListModel>

#include <vector>

namespace relaywright {

/// What the checks found, in the order in which it came, the worst verdict first once `sortByVerdict` is called.
class FindingModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;
    void clear();
    void add(const Finding &finding);
    /// Wrong, attention, could not tell, good.
    void sortByVerdict();
    [[nodiscard]] const std::vector<Finding> &findings() const { return m_findings; }
    [[nodiscard]] int count(Verdict verdict) const;
    /// All of it as text for a mail.
    [[nodiscard]] QString toText() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    std::vector<Finding> m_findings;
};

} // namespace relaywright
