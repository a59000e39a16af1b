// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/SignInService.h"
#include "ui/drafts/AccountDraft.h"
#include "ui/pages/AccountsPage.h"

#include <QLineEdit>
#include <QPushButton>

#include <memory>

namespace relaywright::test {

/// The account of the tests, and where the keychain has its client secret.
[[nodiscard]] QString accountName();
[[nodiscard]] QString secretPlace();
/// What a request posts.
[[nodiscard]] QByteArray formOf(const QByteArray &request);

/// The page of the accounts, as a person uses it, against a sign-in service of the test's own.
class AccountsTest : public QObject {
    Q_OBJECT
public Q_SLOTS:
    /// The browser: whoever signs in there is sent back with a code.
    void browse(const QUrl &url);

protected:
    void open();
    void close();
    [[nodiscard]] QPushButton *button(const QString &text) const;
    [[nodiscard]] QLineEdit *line(const QString &name) const;
    void keep(const QString &name, const TokenAccount &account, std::optional<QDate> ends = std::nullopt);
    void store(const QString &place, const QByteArray &secret);
    [[nodiscard]] QByteArray stored(const QString &place);
    [[nodiscard]] const BookedAccount *booked(const QString &name = accountName()) const;
    [[nodiscard]] QStringList places();
    void fill(AccountWay way);
    void submitAndWait();
    void replaceWith(const QByteArray &secret, const QString &ends = {});
    void answerQuestion(const QString &with);
    [[nodiscard]] bool saysLine(const QString &words) const;

    std::unique_ptr<Bench> m_bench;
    std::unique_ptr<SignInService> m_service;
    std::unique_ptr<AccountsPage> m_page;
    bool m_browses = true;
    QUrl m_browsed;
};

} // namespace relaywright::test
