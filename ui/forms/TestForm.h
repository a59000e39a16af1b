// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/TestDraft.h"
#include "ui/engine/Vault.h"
#include "ui/widgets/Field.h"

#include <QWidget>

class QCheckBox;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;

namespace relaywright {

class InlineMessage;

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

    /// What was typed, empty when nothing was; the field is wiped by `clearPassword`.
    [[nodiscard]] Secret typedPassword() const;
    void typePassword(const QString &password);
    void clearPassword();
    /// A password for `user` is kept: the empty field says so.
    void setPasswordKept(bool kept);
    [[nodiscard]] Vault::Keep keep() const;
    void setVault(Vault::State state, const QString &problem);
    void showPasswordProblem(const QString &sentence);

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
    QLineEdit *m_password;
    QCheckBox *m_keep;
    InlineMessage *m_vaultMessage;
    QLineEdit *m_from;
    QLineEdit *m_to;
    QLineEdit *m_subject;
    QPlainTextEdit *m_text;
    QListWidget *m_attachments;
    QPushButton *m_detach;
    Field *m_passwordField = nullptr;
    std::vector<std::pair<QString, Field *>> m_fields;
    TestDraft m_kept;
};

} // namespace relaywright
