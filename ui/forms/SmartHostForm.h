// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/AccountBook.h"
#include "ui/forms/MemberForm.h"

class QStringListModel;

namespace relaywright {

class Field;
class KeptSecret;
class SignInChoice;
class TextLabel;
class Vault;

/// One smart host of a way out. `route` is a member of what it loads and saves: the name of its way.
class SmartHostForm : public MemberForm {
    Q_OBJECT
public:
    /// `vault` outlives it.
    explicit SmartHostForm(Vault &vault, QWidget *parent = nullptr);
    /// The names of the ways out that are there.
    void setRoutes(const QStringList &names);
    /// Whose tokens can be chosen in place of a password.
    void setTokenAccounts(const AccountBook &accounts);

private:
    void showSignIn();
    void askSignIn(QVBoxLayout *layout);
    void askLimits(QVBoxLayout *layout);
    Vault &m_vault;
    TextLabel *m_graph;
    SignInChoice *m_tokens;
    Field *m_tokensField = nullptr;
    std::vector<QWidget *> m_smtp; ///< what is asked for SMTP only
    bool m_isGraph = false;
    KeptSecret *m_password;
    Field *m_passwordField = nullptr;
    QStringListModel *m_routes;
};

} // namespace relaywright
