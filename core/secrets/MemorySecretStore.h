// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/secrets/SecretStore.h"

#include <map>

namespace relaywright {

/// Keeps secrets until the process ends. Answers come through the event loop like those of a keychain.
class MemorySecretStore final : public SecretStore {
public:
    void read(const QString &name, QObject *context, std::function<void(Result<Secret>)> done) override;
    void write(const QString &name, const Secret &secret, QObject *context,
               std::function<void(Result<void>)> done) override;
    void remove(const QString &name, QObject *context, std::function<void(Result<void>)> done) override;
    void list(QObject *context, std::function<void(Result<QStringList>)> done) override;

private:
    std::map<QString, Secret> m_secrets;
};

} // namespace relaywright
