// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/Vault.h"

#include <QPointer>

namespace relaywright {

Vault::Vault(SecretStore &keychain, Probe probe, QObject *parent)
    : QObject(parent), m_keychain(keychain), m_probe(std::move(probe))
{
}

void Vault::check()
{
    m_state = State::Checking;
    m_probe(this, [this](const Result<void> &answer) {
        m_state = answer ? State::Available : State::Unavailable;
        m_problem = answer ? QString() : answer.error().detail;
        Q_EMIT stateChanged();
    });
}

void Vault::write(const QString &name, const Secret &secret, Keep keep, QObject *context,
                  std::function<void(Result<void>)> done)
{
    if (keep == Keep::ForThisRun) {
        m_forThisRun.insert(name);
        m_memory.write(name, secret, context, std::move(done));
        return;
    }
    m_forThisRun.remove(name);
    // What the keychain has now must not hide behind an older password of this run.
    m_memory.remove(name, this, [](const Result<void> &) {});
    m_keychain.write(name, secret, context, std::move(done));
}

void Vault::read(const QString &name, QObject *context, std::function<void(Result<Secret>)> done)
{
    const QPointer<QObject> receiver(context);
    m_memory.read(name, context, [this, name, receiver, done = std::move(done)](const Result<Secret> &secret) {
        if (secret || m_state == State::Unavailable)
            done(secret);
        else if (receiver)
            m_keychain.read(name, receiver, done);
    });
}

} // namespace relaywright
