// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/AccountBook.h"
#include "ui/drafts/TestDraft.h"
#include "ui/engine/Vault.h"
#include "ui/widgets/Field.h"

#include <QWidget>

class QCheckBox;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QVBoxLayout;

namespace relaywright {

class PasswordEntry;
class SignInChoice;
class TestDetails;

/// Edits a TestDraft and takes a password, which goes to the keychain or stays for this run. What a beginner needs stands
/// open; the rest is in TestDetails below.
class TestForm : public QWidget {
    Q_OBJECT
public:
    explicit TestForm(QWidget *parent = nullptr);
    void setDraft(const TestDraft &draft);
    [[nodiscard]] TestDraft draft() const;
    void showProblems(const Problems &problems);
    /// Scrolls to the first field with a problem.
    void revealProblem();

    [[nodiscard]] PasswordEntry &password() { return *m_password; }
    [[nodiscard]] TestDetails &details() const { return *m_details; }
    /// Those that the user keeps; each can sign in.
    void setAccounts(const AccountBook &accounts);
    void setVault(Vault::State state, const QString &problem);
    /// Above the first field.
    void addOnTop(QWidget *widget);

Q_SIGNALS:
    void edited();
    void userChanged(const QString &user);
    /// There is no account to choose, and one is wanted.
    void accountsRequested();

private:
    void addWay(QVBoxLayout *layout);
    void addConnection(QVBoxLayout *layout);
    void addSignIn(QVBoxLayout *layout);
    void addMessage(QVBoxLayout *layout);
    void addAttachments(QVBoxLayout *layout);
    void attach();
    void chooseWay();
    /// What is asked for depends on the way, and on who signs in.
    void showWay();
    [[nodiscard]] std::vector<std::pair<QString, Field *>> allFields() const;
    QVBoxLayout *m_layout;
    ChoiceRow *m_way;
    QLineEdit *m_server;
    QLineEdit *m_port;
    EnumBox<TlsPolicy> *m_tls;
    SignInChoice *m_signIn;
    QPushButton *m_addAccount;
    QLineEdit *m_user;
    PasswordEntry *m_password;
    QLineEdit *m_mailbox;
    QCheckBox *m_saves;
    QLineEdit *m_from;
    QLineEdit *m_envelopeFrom;
    QLineEdit *m_to;
    QLineEdit *m_subject;
    QPlainTextEdit *m_text;
    QListWidget *m_attachments;
    QPushButton *m_detach;
    TestDetails *m_details;
    std::vector<std::pair<QString, Field *>> m_fields;
    std::vector<QWidget *> m_smtp;  ///< what is asked for a server only,
    std::vector<QWidget *> m_graph; ///< and for Microsoft Graph only
    Field *m_signInField = nullptr;
    TestDraft m_kept;
};

} // namespace relaywright
