// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/SendOptions.h"

#include "core/session/TestRequest.h"

#include <functional>

class QObject;

namespace relaywright {
class SecretStore;
}

namespace relaywright::cli {

class AccountTokens;

/// What `options` say on top of `base` (of a sender, an earlier test, or `plainRequest`). Error: InvalidInput, naming the
/// option.
[[nodiscard]] Result<TestRequest> withOptions(TestRequest base, const SendOptions &options);

/// A request for `options` alone. Error: InvalidInput when the server, the sender or the recipient is missing.
[[nodiscard]] Result<TestRequest> plainRequest(const SendOptions &options);

/// Where the secrets of a test are kept; nothing: none is needed.
struct SecretPlaces {
    std::optional<SecretRef> password{};
    std::optional<QString> account{}; ///< whose access token is the password
    std::optional<SecretRef> proxyPassword{};
    std::optional<SecretRef> keyPassphrase{};
};
/// For `request`, of which the user stands in place of {user} in `--password-from`. Error: InvalidInput; also where a
/// sign-in has no password and where a password has no user.
[[nodiscard]] Result<SecretPlaces> secretPlaces(const TestRequest &request, const SendOptions &options);

/// Fetches them one after another; `done` runs through the event loop. `store` and `accounts` outlive that.
void fetchSecrets(const SecretPlaces &places, SecretStore &store, AccountTokens &accounts, QObject *context,
                  std::function<void(Result<TestSecrets>)> done);

} // namespace relaywright::cli
