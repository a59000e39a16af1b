// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/AccountBook.h"

#include <QComboBox>
#include <QJsonObject>

namespace relaywright {

/// How somebody signs in: with a password, or with the access tokens of an account that the user keeps. The relay's file
/// holds what an account is (member `oauth`); a test names it.
class SignInChoice : public QComboBox {
    Q_OBJECT
public:
    explicit SignInChoice(QWidget *parent = nullptr);
    /// Those are offered that can sign in there.
    void setAccounts(const AccountBook &accounts);
    /// For Microsoft Graph, which takes no password, or for SMTP.
    void setGraph(bool graph);
    /// As the file has it; empty: with a password, if at all. One that is no account's stays as a choice of its own.
    void setOauth(const QJsonObject &oauth);
    [[nodiscard]] QJsonObject oauth() const;
    /// As a test names it; empty: with a password, if at all. One that is not kept stays as a choice of its own.
    void setAccount(const QString &name);
    /// Name of the chosen account; empty: none is.
    [[nodiscard]] QString account() const;
    /// There is more to choose than the password.
    [[nodiscard]] bool isChoice() const { return count() > 1; }

private:
    /// What is meant by one of the choices.
    struct Meaning {
        QJsonObject oauth{};
        QString name{};
    };
    void fill(const Meaning &chosen);
    void add(const QString &text, const Meaning &meaning, bool isChosen);

    AccountBook m_accounts;
    bool m_graph = false;
    bool m_byName = false; ///< whoever asks, asks for names
};

} // namespace relaywright
