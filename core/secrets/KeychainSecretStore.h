// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/secrets/SecretStore.h"

#include <memory>

namespace relaywright {

/// QtKeychain: Windows Credential Manager, macOS Keychain, Secret Service or KWallet; service name "Relaywright".
/// Never falls back to a file in the clear (QtKeychain's insecure fallback stays off). What is too large for one entry is kept
/// in several (SecretParts.h). Use it in the main thread, one
/// for the process: changes go one after another so that none loses a name of the index. A keychain that is silent for 30
/// seconds (an unlock question nobody answers) is Denied.
class KeychainSecretStore final : public SecretStore {
public:
    /// `entryOctets`: so much goes into one entry at most; 0: as much as this platform's keychain takes.
    explicit KeychainSecretStore(qsizetype entryOctets = 0);
    ~KeychainSecretStore() override;
    void read(const QString &name, QObject *context, std::function<void(Result<Secret>)> done) override;
    void write(const QString &name, const Secret &secret, QObject *context,
               std::function<void(Result<void>)> done) override;
    void remove(const QString &name, QObject *context, std::function<void(Result<void>)> done) override;
    void list(QObject *context, std::function<void(Result<QStringList>)> done) override;
    /// True when a keychain service answers on this machine. Asynchronous: the first question may unlock it.
    void probe(QObject *context, std::function<void(Result<void>)> done);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
