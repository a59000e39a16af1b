// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/AccountDraft.h"
#include "ui/engine/Services.h"
#include "ui/widgets/Page.h"

#include <QHash>

class QListView;
class QPushButton;
class QStackedWidget;

namespace relaywright {

class AccountDesk;
class AccountDetails;
class AccountForm;
class AccountModel;
class AccountProgress;
class CertificateEntry;
class SecretEntry;
class SetUpDesk;
class SetUpPanel;

/// The accounts that sign in with access tokens: what each is for, when it last worked and when it ends; here they are
/// added, tried, given new secrets and removed.
class AccountsPage : public Page {
    Q_OBJECT
public:
    /// `services` outlive it.
    explicit AccountsPage(Services &services, QWidget *parent = nullptr);
    void prepare() override;
    /// Shows the account of that name.
    void choose(const QString &name);
    void openForm();
    /// The form with what is known already; the secret is not shown.
    void openForm(const AccountDraft &draft, const Secret &secret);
    /// For a new secret or certificate of the account that is shown.
    void openReplaceForm();
    /// For the account that is shown: what gives it its rights, and the proof that it can send.
    void openSetUp();
    /// The same before there is an account.
    void openNewSetUp();
    /// Does what the open form asks for.
    void submit();
    [[nodiscard]] AccountForm &form() const { return *m_form; }
    [[nodiscard]] SecretEntry &secretEntry() const { return *m_secret; }
    [[nodiscard]] CertificateEntry &certificateEntry() const { return *m_certificate; }
    [[nodiscard]] AccountDetails &details() const { return *m_details; }
    [[nodiscard]] AccountProgress &progress() const { return *m_progress; }
    [[nodiscard]] AccountModel &model() const { return *m_model; }
    [[nodiscard]] AccountDesk &desk() const { return *m_desk; }
    [[nodiscard]] SetUpDesk &setUpDesk() const { return *m_setUpDesk; }
    [[nodiscard]] SetUpPanel &setUp() const { return *m_setUp; }

private:
    enum Sheet { Accounts, NewAccount, NewSecret, NewCertificate, SetUp };
    void build();
    QWidget *makeSheet(const QString &heading, const QString &sentence, QWidget *form, QPushButton *go);
    void connectAll();
    void showSheet(Sheet sheet);
    void showAccounts();
    void showStanding();
    void showDetails();
    void refreshBusy();
    void add();
    void replaceSecret();
    void replaceCertificate();
    void forgetTyped();
    void askToRemove();
    void onFinished(const AccountOutcome &outcome);
    void onEscape();
    [[nodiscard]] const BookedAccount *chosen() const;

    Services &m_services;
    AccountDesk *m_desk;
    SetUpDesk *m_setUpDesk;
    AccountModel *m_model;
    QListView *m_list;
    AccountDetails *m_details;
    AccountProgress *m_progress;
    AccountForm *m_form;
    SecretEntry *m_secret;
    CertificateEntry *m_certificate;
    SetUpPanel *m_setUp;
    QPushButton *m_addGo;
    QPushButton *m_replaceGo;
    QPushButton *m_certificateGo;
    QStackedWidget *m_sheets;
    QHash<QString, AccountOutcome> m_outcomes; ///< of this window's tasks
    QString m_chosen;                          ///< name
};

} // namespace relaywright
