// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/base/Secret.h"

#include <qt6keychain/keychain.h>

#include <QObject>
#include <QString>

#include <chrono>
#include <functional>

// Single questions to the keychain, for KeychainSecretStore only: QtKeychain's jobs with a time limit and our errors.
namespace relaywright {

/// What the platform calls its keychain, for sentences.
enum class KeychainPlatform { SecretService, Windows, Apple };
[[nodiscard]] KeychainPlatform thisPlatform();

/// QtKeychain's error as ours. `words` are QtKeychain's own, which name the cause on Linux (no bus, no service).
[[nodiscard]] Error keychainError(QKeychain::Error error, const QString &words, const QString &name,
                                  KeychainPlatform platform = thisPlatform());

/// An unlock question may stand on the screen that long before we give up on the answer.
inline constexpr std::chrono::seconds kKeychainPatience{30};

/// `done` runs in `context`'s thread through its event loop. Call from the thread that owns the keychain's event loop
/// (the main thread: libsecret answers there).
void keychainRead(const QString &name, QObject *context, std::function<void(Result<Secret>)> done);
void keychainWrite(const QString &name, const Secret &secret, QObject *context, std::function<void(Result<void>)> done);
void keychainRemove(const QString &name, QObject *context, std::function<void(Result<void>)> done);

} // namespace relaywright
