// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rehearsal/PracticeTenant.h"
#include "ui/widgets/Field.h"

#include <QWidget>

class QCheckBox;
class QLineEdit;
class QPushButton;
class QTableView;

namespace relaywright {

class PracticeAccountModel;

/// The mailboxes of the practice tenant: a table, and the selected one's password, switches and rights.
class PracticeMailboxes : public QWidget {
    Q_OBJECT
public:
    explicit PracticeMailboxes(QWidget *parent = nullptr);
    /// As PracticeAccountModel::setSiteAccounts; says nothing.
    bool setSiteAccounts(const std::vector<PracticeAccount> &accounts);
    [[nodiscard]] const std::vector<PracticeAccount> &accounts() const;
    void select(int row);

Q_SIGNALS:
    void changed();

private:
    QWidget *makeTable();
    QWidget *makeForm();
    void add();
    void removeSelected();
    void showSelected();
    void take();
    [[nodiscard]] int selectedRow() const;
    [[nodiscard]] bool readSendAs(std::vector<EmailAddress> &addresses);

    PracticeAccountModel *m_model;
    QTableView *m_table;
    QPushButton *m_remove = nullptr;
    QWidget *m_form = nullptr;
    QLineEdit *m_user = nullptr;
    QCheckBox *m_anyPassword = nullptr;
    QLineEdit *m_password = nullptr; ///< what is typed now; one that was set is never shown
    QLineEdit *m_sendAs = nullptr;
    EnumBox<std::optional<bool>> *m_smtpAuth = nullptr;
    Field *m_userField = nullptr;
    Field *m_sendAsField = nullptr;
    std::vector<std::pair<QCheckBox *, bool PracticeAccount::*>> m_switches;
};

} // namespace relaywright
