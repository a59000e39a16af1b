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
    fill({oauth(), account()});
}

void SignInChoice::setGraph(bool graph)
{
    m_graph = graph;
    fill({oauth(), account()});
}

void SignInChoice::setOauth(const QJsonObject &oauth)
{
    m_byName = false;
    fill({.oauth = oauth});
}

void SignInChoice::setAccount(const QString &name)
{
    m_byName = true;
    fill({.name = name});
}

QJsonObject SignInChoice::oauth() const
{
    return currentData(kOauthRole).toJsonObject();
}

QString SignInChoice::account() const
{
    return currentData(kNameRole).toString();
}

void SignInChoice::add(const QString &text, const Meaning &meaning, bool isChosen)
{
    addItem(text, meaning.oauth);
    setItemData(count() - 1, meaning.name, kNameRole);
    if (isChosen)
        setCurrentIndex(count() - 1);
}

void SignInChoice::fill(const Meaning &chosen)
{
    clear();
    add(m_graph ? tr("Choose an account") : tr("With a password"), {}, true);
    for (const BookedAccount &one : m_accounts) {
        const Meaning meaning{toJson(one.account), one.name};
        const bool isChosen = m_byName ? one.name == chosen.name : meaning.oauth == chosen.oauth;
        if ((one.account.use == TokenUse::Graph) == m_graph)
            add(tr("With access tokens of %1").arg(one.name), meaning, isChosen);
    }
    if (currentIndex() > 0)
        return;
    if (m_byName && !chosen.name.isEmpty() && !findAccount(m_accounts, chosen.name))
        add(tr("With access tokens of %1, which is not kept here").arg(chosen.name), {.name = chosen.name}, true);
    else if (!m_byName && !chosen.oauth.isEmpty())
        add(tr("With access tokens, as the file says"), {.oauth = chosen.oauth}, true);
}

} // namespace relaywright
