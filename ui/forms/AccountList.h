// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Secret.h"
#include "core/relay/RelayConfig.h"

#include <QWidget>

class QLineEdit;
class QListWidget;
class QPushButton;

namespace relaywright {

class Field;

/// The users and passwords with which devices sign in to the relay. A password is typed, made into a hash at once, and
/// wiped; nobody can read it again.
class AccountList : public QWidget {
    Q_OBJECT
public:
    explicit AccountList(QWidget *parent = nullptr);
    void setAccounts(const std::vector<RelayAccount> &accounts);
    [[nodiscard]] const std::vector<RelayAccount> &accounts() const { return m_accounts; }
    /// Adds an account, or gives a known one a new password; a problem is shown at the field. False: nothing was done.
    bool add(const QString &user, const Secret &password);

Q_SIGNALS:
    void edited();

private:
    void remove();
    void refresh();

    std::vector<RelayAccount> m_accounts;
    QListWidget *m_list;
    QLineEdit *m_user;
    QLineEdit *m_password;
    Field *m_userField;
    Field *m_passwordField;
    QPushButton *m_add;
    QPushButton *m_remove;
};

} // namespace relaywright
