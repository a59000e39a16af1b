// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Secret.h"
#include "core/oauth/AccountBook.h"
#include "ui/drafts/RelayDraft.h"
#include "ui/engine/Vault.h"
#include "ui/widgets/Field.h"

#include <QWidget>

class QCheckBox;
class QLineEdit;

namespace relaywright {

class AccountList;
class FileEntry;
class PasswordEntry;
class SignInChoice;
class TextLabel;

/// Edits a RelayDraft in two halves: what devices see, and where the mail goes on. Takes a password as TestForm does.
class RelayForm : public QWidget {
    Q_OBJECT
public:
    explicit RelayForm(QWidget *parent = nullptr);
    void setDraft(const RelayDraft &draft);
    [[nodiscard]] RelayDraft draft() const;
    void showProblems(const Problems &problems);
    /// Scrolls to the first field with a problem.
    void revealProblem();
    [[nodiscard]] PasswordEntry &password() { return *m_password; }
    [[nodiscard]] AccountList &accounts() { return *m_accounts; }
    void setVault(Vault::State state, const QString &problem);
    /// Whose tokens can be chosen in place of a password.
    void setTokenAccounts(const AccountBook &accounts);

Q_SIGNALS:
    void edited();
    void userChanged(const QString &user);

private:
    QWidget *makeListenHalf();
    QWidget *makeListenMore();
    QWidget *makeUpstreamHalf();
    void onTokensChosen();
    void showSignIn();
    QLineEdit *m_listenAddress;
    QLineEdit *m_listenPort;
    QLineEdit *m_networks;
    QWidget *m_smtp; ///< what is asked for SMTP only
    TextLabel *m_graph;
    QLineEdit *m_server;
    QLineEdit *m_port;
    EnumBox<DeviceTls> *m_deviceTls;
    EnumBox<MinimumTls> *m_minimumTls;
    EnumBox<SignIn> *m_signIn;
    QCheckBox *m_signInWithoutTls;
    EnumBox<BareNewlines> *m_bareNewlines;
    FileEntry *m_certificate;
    FileEntry *m_key;
    EnumBox<TlsPolicy> *m_tls;
    QLineEdit *m_user;
    SignInChoice *m_tokens;
    Field *m_tokensField;
    PasswordEntry *m_password;
    AccountList *m_accounts;
    QLineEdit *m_sendAs;
    std::vector<std::pair<QString, Field *>> m_fields;
    RelayDraft m_kept;
};

} // namespace relaywright
