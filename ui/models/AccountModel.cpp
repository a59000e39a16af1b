// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/AccountModel.h"

#include "ui/text/AccountText.h"
#include "ui/widgets/RowDelegate.h"

#include <algorithm>

namespace relaywright {

void AccountModel::setAccounts(const AccountBook &accounts, QDate today)
{
    beginResetModel();
    m_accounts = accounts;
    m_today = today;
    endResetModel();
}

void AccountModel::setFailed(const QString &name, bool failed)
{
    if (failed)
        m_failed.insert(name);
    else
        m_failed.remove(name);
    if (const int row = rowOf(name); row >= 0)
        Q_EMIT dataChanged(index(row), index(row));
}

int AccountModel::rowOf(const QString &name) const
{
    const auto found = std::ranges::find(m_accounts, name, &BookedAccount::name);
    return found == m_accounts.end() ? -1 : static_cast<int>(found - m_accounts.begin());
}

int AccountModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_accounts.size());
}

QVariant AccountModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const BookedAccount &one = account(index.row());
    const ProofEnd end = proofEndOf(one, m_today);
    const bool warns = end.tone == Tone::Attention || end.tone == Tone::Wrong;
    const bool failed = m_failed.contains(one.name);
    const Tone tone = failed ? Tone::Wrong : warns ? end.tone : one.lastSuccess ? Tone::Good : Tone::Neutral;
    switch (role) {
    case Qt::DisplayRole: return one.name;
    case SubtitleRole:
        return failed            ? tr("It could not sign in when it was last tried.")
               : warns           ? end.words
               : one.lastSuccess ? wordFor(tokenUseChoices(), one.account.use)
                                 : tr("Not tried yet.");
    case SymbolRole: return symbolOf(tone);
    case ToneRole: return static_cast<int>(tone);
    case Qt::AccessibleTextRole: return tr("%1. %2").arg(one.name, data(index, SubtitleRole).toString());
    default: return {};
    }
}

} // namespace relaywright
