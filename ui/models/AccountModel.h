// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/AccountBook.h"

#include <QAbstractListModel>
#include <QSet>

namespace relaywright {

/// The accounts with what matters first: whether one has ended or will soon, and whether it worked when it was last tried.
class AccountModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;
    void setAccounts(const AccountBook &accounts, QDate today);
    /// Whether it failed when it was last tried in this window.
    void setFailed(const QString &name, bool failed);
    [[nodiscard]] const BookedAccount &account(int row) const { return m_accounts[static_cast<std::size_t>(row)]; }
    /// -1: there is none.
    [[nodiscard]] int rowOf(const QString &name) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    AccountBook m_accounts;
    QDate m_today;
    QSet<QString> m_failed;
};

} // namespace relaywright
