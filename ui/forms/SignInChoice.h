// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/AccountBook.h"

#include <QComboBox>
#include <QJsonObject>

namespace relaywright {

/// How the relay signs in to a smart host: with a password, or with the access tokens of an account that the user keeps.
/// What it chooses is the member `oauth` of the relay's file.
class SignInChoice : public QComboBox {
    Q_OBJECT
public:
    explicit SignInChoice(QWidget *parent = nullptr);
    /// Those are offered that can sign in there.
    void setAccounts(const AccountBook &accounts);
    /// For Microsoft Graph, which takes no password, or for SMTP.
    void setGraph(bool graph);
    /// As the file has it; empty: with a password, if at all. One that is no account's stays as a choice of its own.
    void setOauth(const QJsonObject &oauth);
    [[nodiscard]] QJsonObject oauth() const;
    /// Name of the chosen account; empty: none is.
    [[nodiscard]] QString account() const;
    /// There is more to choose than the password.
    [[nodiscard]] bool isChoice() const { return count() > 1; }

private:
    void fill(const QJsonObject &chosen);

    AccountBook m_accounts;
    bool m_graph = false;
};

} // namespace relaywright
