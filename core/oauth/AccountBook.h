// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/oauth/TokenAccount.h"

#include <QByteArray>
#include <QString>

#include <functional>
#include <optional>
#include <vector>

namespace relaywright {

/// An account that somebody signed in with. No secret is in it: a refresh token is in the keychain under its name, and of
/// other proofs it says where they are kept.
struct BookedAccount {
    QString name; ///< unique; usually the mailbox that sends
    TokenAccount account;
    TimePoint added{};
    std::optional<TimePoint> lastSuccess{}; ///< a token came
    std::optional<QDate> proofEnds{};       ///< of a client secret or certificate, where it is known
    bool operator==(const BookedAccount &) const = default;
};
using AccountBook = std::vector<BookedAccount>; ///< in the order of their names

/// "schema": "relaywright.accounts/1". Strict, as every document. Error: InvalidInput with the JSON path, Unsupported for a
/// newer schema.
[[nodiscard]] Result<AccountBook> parseAccountBook(const QByteArray &json);
[[nodiscard]] QByteArray toJson(const AccountBook &book);
/// Null when there is none of that name.
[[nodiscard]] const BookedAccount *findAccount(const AccountBook &book, const QString &name);

/// What its tokens are needed for, as far as the account says it.
[[nodiscard]] TokenNeed needOf(const QString &name, const TokenAccount &account);
/// What the keychain keeps a person's sign-in under: a mailbox's password may be kept under its own name.
[[nodiscard]] QString signInKeychainName(const QString &account);

/// Empty where there is no file yet. Error: Storage; as parseAccountBook.
[[nodiscard]] Result<AccountBook> readAccountBook(const QString &path);
/// Reads, changes and writes it whole or not at all; processes wait for each other, `patience` at most. Error: Storage; as
/// parseAccountBook.
[[nodiscard]] Result<void> changeAccountBook(const QString &path, const std::function<void(AccountBook &)> &change,
                                             std::chrono::milliseconds patience = std::chrono::seconds(5));

} // namespace relaywright
