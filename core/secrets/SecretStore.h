// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/base/Secret.h"

#include <QObject>
#include <QString>

#include <functional>

namespace relaywright {

/// The user's keychain (KeychainSecretStore) or this run's memory (MemorySecretStore: tests, and the user's own choice
/// where there is no keychain). Calls return at once; `done` runs in `context`'s thread and is dropped if `context` is
/// destroyed first. Names are the user's words, such as "scanner@contoso.com".
class SecretStore {
public:
    virtual ~SecretStore() = default;
    /// Error: NotFound when the name was never written, Denied when the keychain stays locked, Unsupported when there
    /// is no keychain service.
    virtual void read(const QString &name, QObject *context, std::function<void(Result<Secret>)> done) = 0;
    /// Replaces what was there. Error: InvalidInput for an empty or reserved name and for a secret that is not text in
    /// UTF-8 (keychains would change it); Denied, Unsupported as above; Storage.
    virtual void write(const QString &name, const Secret &secret, QObject *context,
                       std::function<void(Result<void>)> done) = 0;
    /// Error: NotFound when there was nothing, else as above.
    virtual void remove(const QString &name, QObject *context, std::function<void(Result<void>)> done) = 0;
    /// Names written by us, sorted. (Keychains cannot be listed portably: the store keeps an index entry of names.)
    virtual void list(QObject *context, std::function<void(Result<QStringList>)> done) = 0;
};

} // namespace relaywright
