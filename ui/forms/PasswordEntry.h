// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Secret.h"
#include "ui/engine/Vault.h"

#include <QWidget>

class QCheckBox;
class QLineEdit;

namespace relaywright {

class Field;
class InlineMessage;

/// Takes a password, which goes to the keychain or stays for this run, and says which.
class PasswordEntry : public QWidget {
    Q_OBJECT
public:
    explicit PasswordEntry(QWidget *parent = nullptr);
    /// What was typed, empty when nothing was; `clear` wipes the field.
    [[nodiscard]] Secret typed() const;
    void type(const QString &password);
    void clear();
    /// A password is kept already: the empty field says so.
    void setKept(bool kept);
    /// Says whether `vault` keeps one for `user`; the answer for the user of an earlier call is not shown any more.
    void lookUp(Vault &vault, const QString &user);
    [[nodiscard]] Vault::Keep keep() const;
    /// `withoutKeychain` is the sentence to show while there is none.
    void setVault(Vault::State state, const QString &withoutKeychain);
    /// Empty: there is none.
    void setProblem(const QString &sentence);

Q_SIGNALS:
    void edited();

private:
    QLineEdit *m_password;
    QCheckBox *m_keep;
    InlineMessage *m_message;
    Field *m_field;
    QString m_user; ///< who was looked up last
};

} // namespace relaywright
