// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/SignInChoice.h"

#include "core/oauth/TokenAccountJson.h"

namespace relaywright {

namespace {

constexpr int kOauthRole = Qt::UserRole;
constexpr int kNameRole = Qt::UserRole + 1;
constexpr int kFewLetters = 24; // a long name of an account must not widen the form

} // namespace

SignInChoice::SignInChoice(QWidget *parent) : QComboBox(parent)
{
    setSizeAdjustPolicy(AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(kFewLetters);
    fill({});
}

void SignInChoice::setAccounts(const AccountBook &accounts)
{
    m_accounts = accounts;
    fill(oauth());
}

void SignInChoice::setGraph(bool graph)
{
    m_graph = graph;
    fill(oauth());
}

void SignInChoice::setOauth(const QJsonObject &oauth)
{
    fill(oauth);
}

QJsonObject SignInChoice::oauth() const
{
    return currentData(kOauthRole).toJsonObject();
}

QString SignInChoice::account() const
{
    return currentData(kNameRole).toString();
}

void SignInChoice::fill(const QJsonObject &chosen)
{
    clear();
    addItem(m_graph ? tr("Choose an account") : tr("With a password"), QJsonObject());
    const auto add = [this, &chosen](const QString &text, const QJsonObject &oauth, const QString &name) {
        addItem(text, oauth);
        setItemData(count() - 1, name, kNameRole);
        if (oauth == chosen)
            setCurrentIndex(count() - 1);
    };
    for (const BookedAccount &one : m_accounts) {
        if ((one.account.use == TokenUse::Graph) == m_graph)
            add(tr("With access tokens of %1").arg(one.name), toJson(one.account), one.name);
    }
    if (!chosen.isEmpty() && currentIndex() == 0)
        add(tr("With access tokens, as the file says"), chosen, {});
}

} // namespace relaywright
