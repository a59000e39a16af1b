// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Secret.h"
#include "core/secrets/SecretStore.h"

namespace relaywright {

/// Fetches the secret that `ref` names: keychain through `store`, environment variable, file (first line, or a whole key in PEM; a file that
/// others may read is refused on Unix), systemd credential ($CREDENTIALS_DIRECTORY), or standard input (one line, not
/// shown on a terminal; blocks, so only for the command line). `done` runs through `context`'s event loop.
/// Error: NotFound, Denied, InvalidInput (empty).
void resolveSecret(const SecretRef &ref, SecretStore &store, QObject *context,
                   std::function<void(Result<Secret>)> done);

} // namespace relaywright
