// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/TestDraft.h"
#include "ui/engine/Vault.h"
#include "ui/widgets/Field.h"

#include <QWidget>

class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;

namespace relaywright {

class PasswordEntry;

/// Edits a TestDraft and takes a password, which goes to the keychain or stays for this run.
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
    void setVault(Vault::State state, const QString &problem);

Q_SIGNALS:
    void edited();
    void userChanged(const QString &user);

private:
    void addConnection(class QVBoxLayout *layout);
    void addSignIn(QVBoxLayout *layout);
    void addMessage(QVBoxLayout *layout);
    void attach();
    QLineEdit *m_server;
    QLineEdit *m_port;
    EnumBox<TlsPolicy> *m_tls;
    QLineEdit *m_user;
    PasswordEntry *m_password;
    QLineEdit *m_from;
    QLineEdit *m_to;
    QLineEdit *m_subject;
    QPlainTextEdit *m_text;
    QListWidget *m_attachments;
    QPushButton *m_detach;
    std::vector<std::pair<QString, Field *>> m_fields;
    TestDraft m_kept;
};

} // namespace relaywright
