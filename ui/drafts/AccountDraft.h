// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/Problems.h"
#include "ui/engine/AccountDesk.h"

#include <QStringList>

namespace relaywright {

enum class AccountWay { Browser, DeviceCode, Secret, Certificate };

/// An account as typed, but for what is secret of it. Fields of `check`: name tenant application secret ends certificate
/// key service caFile.
struct AccountDraft {
    QString name;
    AccountWay way = AccountWay::Browser;
    TokenUse use = TokenUse::ClientSubmission;
    QString tenant;
    QString application;
    QString ends; ///< of the client secret, 2027-11-23; empty: not known
    QString certificateFile;
    QString keyFile;
    Cloud cloud = Cloud::Worldwide;
    QString service; ///< empty: Entra
    QString caFile{}; ///< PEM, trusted at the service besides the system's; empty: none
    bool operator==(const AccountDraft &) const = default;
};

/// `others` are the names that there are already. `secret` is the client secret, or the passphrase of the key.
[[nodiscard]] Problems check(const AccountDraft &draft, const Secret &secret, const QStringList &others, QDate today);
/// Only of a draft without problems.
[[nodiscard]] AccountWish toWish(const AccountDraft &draft, const Secret &secret);

/// Of the fields certificate and key.
[[nodiscard]] Problems problemsOfFiles(const QString &certificateFile, const QString &keyFile);
/// The day on which a secret ends, as typed. Empty when it is good, or nothing was typed.
[[nodiscard]] QString problemOfEnd(const QString &ends, QDate today);
[[nodiscard]] std::optional<QDate> dayOfEnd(const QString &ends);

} // namespace relaywright
