// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/AccountDesk.h"
#include "ui/text/AccountText.h"

#include <QWidget>

class QGridLayout;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace relaywright {

class Card;
class JudgedLine;
class TextLabel;

/// One account: what it is for, when it worked and when it ends; after a sign-in what its token says, in words.
class AccountDetails : public QWidget {
    Q_OBJECT
public:
    explicit AccountDetails(QWidget *parent = nullptr);
    struct Uses {
        QStringList senders;
        QStringList smartHosts;
    };
    /// `outcome`: of the last task of this window; null: none.
    void show(const BookedAccount &account, const Uses &uses, QDate today, const AccountOutcome *outcome);
    /// Scrolls to what the last sign-in showed, where it is not in sight.
    void revealOutcome();
    /// While something is done with an account nothing else begins.
    void setBusy(bool busy);
    /// What the last sign-in showed, a line each.
    [[nodiscard]] QStringList lines() const;
    /// Where the object id is typed that somebody gave to Exchange Online.
    [[nodiscard]] QLineEdit &givenId() const { return *m_given; }
    [[nodiscard]] QString idRemark() const;
    /// By which Exchange Online must know the application; empty: no token of it was seen yet.
    [[nodiscard]] QString objectId() const;

Q_SIGNALS:
    void testRequested();
    void setUpRequested();
    void replaceRequested();
    void signInRequested(relaywright::PersonWay way);
    void removeRequested();

private:
    void build();
    void buildId();
    void addFact(const QString &label, const QString &text);
    void showFacts(const BookedAccount &account, const Uses &uses, QDate today);
    void showOutcome(const AccountOutcome &outcome);
    void judgeId();

    TextLabel *m_name;
    QPushButton *m_test;
    QPushButton *m_setUp;
    QPushButton *m_replace;
    QPushButton *m_again;
    QPushButton *m_remove;
    QWidget *m_facts = nullptr;
    QVBoxLayout *m_factsHolder;
    Card *m_result;
    QWidget *m_lines;
    Card *m_idCard;
    JudgedLine *m_idRemark;
    QLineEdit *m_given;
    QPushButton *m_copyId;
    std::optional<TokenClaims> m_claims;
    QString m_shown; ///< name of the account
};

} // namespace relaywright
