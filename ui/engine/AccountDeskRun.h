// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/AccountDesk.h"

namespace relaywright {

/// What one task has under way; with it everything ends that would still answer.
struct AccountDesk::Run : QObject {
    BookedAccount account; ///< as it is to be booked
    TokenAccount before;   ///< as the book had it
    std::unique_ptr<PersonSignIn> person{};
    std::unique_ptr<TokenKeeper> keeper{};
    QStringList beside{}; ///< taken out of the keychain again if this ends before its time
    QStringList after{};  ///< taken out of it when the book has the change
    bool mustGoOn = false;
    explicit Run(const BookedAccount &one) : account(one), before(one.account) {}
};

} // namespace relaywright
