// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rehearsal/PracticeTenant.h"

#include <QAbstractTableModel>

#include <vector>

namespace relaywright {

/// The mailboxes that may sign in to the practice server: those of the site's senders, and what a person adds.
class PracticeAccountModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { UserColumn, PasswordColumn, SmtpAuthColumn, SendAsColumn, TroubleColumn, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    /// The site says who signs in: new ones are added, those that it no longer names go; the others stay as they were
    /// changed here. True when that changed something.
    bool setSiteAccounts(const std::vector<PracticeAccount> &accounts);
    /// Adds one and tells its row.
    int add(const PracticeAccount &account);
    void change(int row, const PracticeAccount &account);
    void remove(int row);
    [[nodiscard]] const std::vector<PracticeAccount> &accounts() const { return m_accounts; }
    /// The row of that user; -1 when there is none.
    [[nodiscard]] int rowOf(const QString &user) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<PracticeAccount> m_accounts;
    QStringList m_ofSite;
};

} // namespace relaywright
