// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Context.h"

#include "core/oauth/TokenCarrier.h"
#include "core/oauth/TokenKeeper.h"

namespace relaywright::cli {

/// The tokens of the accounts that the user keeps (`oauth login`), for one command.
class AccountTokens {
public:
    /// Both outlive it.
    AccountTokens(Context &context, SecretStore &store);

    [[nodiscard]] TokenCarrier &carrier() { return m_carrier; }
    /// What keepers of one's own take from outside.
    [[nodiscard]] const TokenKeeping &keeping() const { return m_keeping; }
    [[nodiscard]] std::shared_ptr<TokenKeeper> of(const TokenAccount &account) { return m_keepers.of(account); }
    /// An access token of the account of that name; `done` runs through the event loop. Error: NotFound without such an
    /// account; Denied when somebody must act, Unreachable when it may pass by itself; as readAccountBook.
    void get(const QString &name, QObject *context, std::function<void(Result<Secret>)> done);

private:
    TokenCarrier m_carrier;
    TokenKeeping m_keeping;
    TokenKeepers m_keepers;
    std::vector<std::shared_ptr<TokenKeeper>> m_used; // so that one token serves a whole series
};

[[nodiscard]] Error noSuchAccount(const QString &name);

} // namespace relaywright::cli
