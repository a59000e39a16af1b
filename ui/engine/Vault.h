// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/secrets/MemorySecretStore.h"
#include "core/secrets/SecretStore.h"

#include <QObject>
#include <QSet>

#include <functional>

namespace relaywright {

/// Where the window keeps passwords: the keychain, or this run's memory where the user chose that. Reading looks in
/// memory first. Knows whether there is a keychain at all, because a page must say so before it offers it.
class Vault : public QObject {
    Q_OBJECT
public:
    enum class State { Checking, Available, Unavailable };
    enum class Keep { InKeychain, ForThisRun };
    using ProbeDone = std::function<void(Result<void>)>;
    using Probe = std::function<void(QObject *context, ProbeDone done)>;

    /// `keychain` outlives the vault. `probe` asks whether a keychain service answers.
    Vault(SecretStore &keychain, Probe probe, QObject *parent = nullptr);

    [[nodiscard]] State state() const { return m_state; }
    /// Why it is not available; empty otherwise.
    [[nodiscard]] const QString &problem() const { return m_problem; }
    void check();

    void write(const QString &name, const Secret &secret, Keep keep, QObject *context,
               std::function<void(Result<void>)> done);
    void read(const QString &name, QObject *context, std::function<void(Result<Secret>)> done);
    /// The keychain itself, for what must outlast this run.
    [[nodiscard]] SecretStore &keychain() { return m_keychain; }
    /// True when the newest password of that name is in this run's memory only.
    [[nodiscard]] bool isForThisRun(const QString &name) const { return m_forThisRun.contains(name); }

Q_SIGNALS:
    void stateChanged();

private:
    SecretStore &m_keychain;
    MemorySecretStore m_memory;
    QSet<QString> m_forThisRun;
    Probe m_probe;
    State m_state = State::Checking;
    QString m_problem;
};

} // namespace relaywright
