// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/PracticeAccountModel.h"

#include <algorithm>

namespace relaywright {

namespace {

QString smtpAuthText(const PracticeAccount &account)
{
    if (!account.smtpAuthDisabled)
        return PracticeAccountModel::tr("Organisation’s");
    return *account.smtpAuthDisabled ? PracticeAccountModel::tr("Off") : PracticeAccountModel::tr("On");
}

QString sendAsText(const PracticeAccount &account)
{
    QStringList addresses;
    for (const EmailAddress &address : account.sendAs)
        addresses += address.toString();
    return addresses.isEmpty() ? PracticeAccountModel::tr("Itself") : addresses.join(QLatin1String(", "));
}

QString troubleText(const PracticeAccount &account)
{
    QStringList troubles;
    const std::pair<bool, QString> all[] = {
        {account.basicBlocked, PracticeAccountModel::tr("Basic blocked")},
        {account.restricted, PracticeAccountModel::tr("Restricted")},
        {account.mailboxFull, PracticeAccountModel::tr("Full")},
        {account.ordinaryMailbox, PracticeAccountModel::tr("Not for High Volume Email")},
        {account.applicationRefused, PracticeAccountModel::tr("Application refused")}};
    for (const auto &[isSo, word] : all) {
        if (isSo)
            troubles += word;
    }
    return troubles.isEmpty() ? PracticeAccountModel::tr("None") : troubles.join(QLatin1String(", "));
}

} // namespace

bool PracticeAccountModel::setSiteAccounts(const std::vector<PracticeAccount> &accounts)
{
    QStringList named;
    for (const PracticeAccount &account : accounts)
        named += account.user;
    if (named == m_ofSite)
        return false;
    beginResetModel();
    std::erase_if(m_accounts, [&](const PracticeAccount &known) {
        return m_ofSite.contains(known.user, Qt::CaseInsensitive) && !named.contains(known.user, Qt::CaseInsensitive);
    });
    for (const PracticeAccount &account : accounts) {
        if (rowOf(account.user) < 0)
            m_accounts.push_back(account);
    }
    m_ofSite = named;
    endResetModel();
    return true;
}

int PracticeAccountModel::add(const PracticeAccount &account)
{
    const int row = rowCount();
    beginInsertRows({}, row, row);
    m_accounts.push_back(account);
    endInsertRows();
    return row;
}

void PracticeAccountModel::change(int row, const PracticeAccount &account)
{
    m_accounts[static_cast<std::size_t>(row)] = account;
    Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void PracticeAccountModel::remove(int row)
{
    beginRemoveRows({}, row, row);
    m_accounts.erase(m_accounts.begin() + row);
    endRemoveRows();
}

int PracticeAccountModel::rowOf(const QString &user) const
{
    const auto found = std::ranges::find_if(m_accounts, [&user](const PracticeAccount &account) {
        return account.user.compare(user, Qt::CaseInsensitive) == 0;
    });
    return found == m_accounts.end() ? -1 : static_cast<int>(found - m_accounts.begin());
}

int PracticeAccountModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_accounts.size());
}

int PracticeAccountModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant PracticeAccountModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || role != Qt::DisplayRole)
        return {};
    const PracticeAccount &account = m_accounts[static_cast<std::size_t>(index.row())];
    switch (index.column()) {
    case UserColumn: return account.user;
    case PasswordColumn: return account.password.isEmpty() ? tr("Any") : tr("Set here");
    case SmtpAuthColumn: return smtpAuthText(account);
    case SendAsColumn: return sendAsText(account);
    case TroubleColumn: return troubleText(account);
    default: return {};
    }
}

QVariant PracticeAccountModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case UserColumn: return tr("Mailbox");
    case PasswordColumn: return tr("Password");
    case SmtpAuthColumn: return tr("SMTP AUTH");
    case SendAsColumn: return tr("May send as");
    case TroubleColumn: return tr("Trouble");
    default: return {};
    }
}

} // namespace relaywright
