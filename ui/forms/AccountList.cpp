// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/AccountList.h"

#include "core/base/Text.h"
#include "core/relay/PasswordHash.h"
#include "ui/widgets/Field.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>

#include <algorithm>

namespace relaywright {

namespace {

constexpr int kMaxUser = 255;
constexpr int kListHeight = 88;

} // namespace

AccountList::AccountList(QWidget *parent)
    : QWidget(parent), m_list(new QListWidget), m_user(new QLineEdit), m_password(new QLineEdit),
      m_userField(new Field(tr("User name"), m_user)),
      m_passwordField(new Field(tr("Password"), m_password,
                                tr("Only a hash is kept, with which it can be checked and not read. Devices that know "
                                   "nothing but CRAM-MD5 need the password itself: name where it is kept in the "
                                   "relay’s file, as \"password\" of the account."))),
      m_add(new QPushButton(tr("Add or change"))), m_remove(new QPushButton(tr("Remove")))
{
    m_list->setAccessibleName(tr("Accounts of the relay"));
    m_list->setMaximumHeight(kListHeight);
    m_password->setEchoMode(QLineEdit::Password);
    m_password->setInputMethodHints(Qt::ImhHiddenText | Qt::ImhSensitiveData | Qt::ImhNoPredictiveText);
    auto *row = new QHBoxLayout;
    row->addWidget(m_userField, 1, Qt::AlignTop);
    row->addWidget(m_passwordField, 1, Qt::AlignTop);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_add);
    buttons->addWidget(m_remove);
    buttons->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_list);
    layout->addLayout(row);
    layout->addLayout(buttons);
    connect(m_add, &QPushButton::clicked, this,
            [this] { add(m_user->text().trimmed(), Secret::fromText(m_password->text())); });
    connect(m_password, &QLineEdit::returnPressed, m_add, &QPushButton::click);
    connect(m_remove, &QPushButton::clicked, this, &AccountList::remove);
    connect(m_list, &QListWidget::currentTextChanged, this, [this](const QString &user) {
        m_remove->setEnabled(!user.isEmpty());
        if (!user.isEmpty())
            m_user->setText(user);
    });
    refresh();
}

void AccountList::setAccounts(const std::vector<RelayAccount> &accounts)
{
    m_accounts = accounts;
    refresh();
}

void AccountList::refresh()
{
    m_list->clear();
    for (const RelayAccount &account : m_accounts)
        m_list->addItem(account.user);
    m_list->setVisible(!m_accounts.empty());
    m_remove->setEnabled(false);
}

bool AccountList::add(const QString &user, const Secret &password)
{
    const bool badUser = user.isEmpty() || user.size() > kMaxUser || hasControlCharacters(user);
    m_userField->setProblem(badUser ? tr("Type a user name, as the device will give it.") : QString());
    m_passwordField->setProblem(password.isEmpty() ? tr("Type the password of this account.") : QString());
    if (badUser || password.isEmpty())
        return false;
    const auto hash = PasswordHash::make(password);
    if (!hash) {
        m_passwordField->setProblem(hash.error().detail);
        return false;
    }
    const auto known = std::ranges::find(m_accounts, user, &RelayAccount::user);
    if (known == m_accounts.end())
        m_accounts.push_back({.user = user, .passwordHash = hash->toString(), .password = {}});
    else
        known->passwordHash = hash->toString();
    m_password->clear();
    refresh();
    Q_EMIT edited();
    return true;
}

void AccountList::remove()
{
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    m_accounts.erase(m_accounts.begin() + row);
    refresh();
    Q_EMIT edited();
}

} // namespace relaywright
