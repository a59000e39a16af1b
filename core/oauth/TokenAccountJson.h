// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/JsonReader.h"
#include "core/oauth/TokenAccount.h"

#include <QJsonObject>

#include <optional>

namespace relaywright {

/// Reads what a document says of an account: the members of `oauth` in docs/relay.md. Its first fault is recorded at the
/// reader. Says where secrets are kept, and holds none.
[[nodiscard]] std::optional<TokenAccount> readTokenAccount(JsonReader &reader);
[[nodiscard]] QJsonObject toJson(const TokenAccount &account);

} // namespace relaywright
