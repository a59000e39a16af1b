// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/SigningKeyMaker.h"

#include "ui/engine/Vault.h"

namespace relaywright {

SigningKeyMaker::SigningKeyMaker(Vault &vault, QObject *parent) : QObject(parent), m_vault(vault) {}

void SigningKeyMaker::make(const QString &name, DkimAlgorithm algorithm, const Done &done)
{
    m_vault.read(name, this, [this, name, algorithm, done](const Result<Secret> &found) {
        if (found)
            return done(
                failure(ErrorKind::Denied, tr("The keychain has a key called %1 already. Choose another selector, "
                                              "so that mail under way stays verifiable.")
                                               .arg(name)));
        if (found.error().kind != ErrorKind::NotFound)
            return done(tl::unexpected(found.error()));
        m_worker.run(
            this, [algorithm] { return DkimKeyPair::generate(algorithm); },
            [this, name, done](const Result<DkimKeyPair> &pair) { keep(name, pair, done); });
    });
}

void SigningKeyMaker::keep(const QString &name, const Result<DkimKeyPair> &pair, const Done &done)
{
    if (!pair)
        return done(tl::unexpected(pair.error()));
    const QString record = QString::fromLatin1(pair->record());
    m_vault.write(name, pair->toPem(), Vault::Keep::InKeychain, this, [record, done](const Result<void> &written) {
        if (!written)
            return done(tl::unexpected(written.error()));
        done(record);
    });
}

void SigningKeyMaker::read(const QString &name, const Done &done)
{
    m_vault.read(name, this, [done](const Result<Secret> &pem) {
        if (!pem)
            return done(tl::unexpected(pem.error()));
        const auto pair = DkimKeyPair::fromPem(*pem);
        if (!pair)
            return done(tl::unexpected(pair.error()));
        done(QString::fromLatin1(pair->record()));
    });
}

} // namespace relaywright
