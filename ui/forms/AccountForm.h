// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/AccountDraft.h"
#include "ui/widgets/Field.h"

#include <QHash>
#include <QWidget>

class QLineEdit;
class QVBoxLayout;

namespace relaywright {

class CertificateEntry;
class Disclosure;
class FileEntry;
class SecretEntry;

/// Asks what a new account needs, each way of signing in its own.
class AccountForm : public QWidget {
    Q_OBJECT
public:
    explicit AccountForm(QWidget *parent = nullptr);
    [[nodiscard]] AccountDraft draft() const;
    void setDraft(const AccountDraft &draft);
    /// The client secret, or the passphrase of the key.
    [[nodiscard]] Secret secret() const;
    /// A client secret that is known already; it is not shown.
    void setSecret(const Secret &secret);
    /// Shows each at its field and goes to the first.
    void showProblems(const Problems &problems);
    /// What was typed of secrets goes.
    void forgetSecrets();

Q_SIGNALS:
    void accepted();

private:
    QLineEdit *ask(QVBoxLayout *layout, const char *field, const QString &label, const QString &example,
                   const QString &why);
    void askWhat(QVBoxLayout *layout);
    void askService(QVBoxLayout *layout);
    void showWay();

    QHash<QString, Field *> m_fields;
    QLineEdit *m_name;
    EnumBox<AccountWay> *m_way;
    EnumBox<TokenUse> *m_use;
    QLineEdit *m_tenant;
    QLineEdit *m_application;
    SecretEntry *m_secret;
    CertificateEntry *m_certificate;
    EnumBox<Cloud> *m_cloud;
    QLineEdit *m_service;
    FileEntry *m_authority;
    Disclosure *m_other = nullptr;
};

} // namespace relaywright
