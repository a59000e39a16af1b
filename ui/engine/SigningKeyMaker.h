// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mail/DkimKeyPair.h"
#include "ui/engine/Worker.h"

#include <QObject>

#include <functional>

namespace relaywright {

class Vault;

/// Makes keys for DKIM and keeps them in the keychain; the window gets the public half alone, as the text of its DNS record.
class SigningKeyMaker : public QObject {
    Q_OBJECT
public:
    using Done = std::function<void(Result<QString> record)>;
    /// `vault` outlives it.
    explicit SigningKeyMaker(Vault &vault, QObject *parent = nullptr);

    /// `done` runs in the window's thread, unless this has ended by then. Error: Denied when the keychain has something of
    /// that name already, for mail under way is signed with it; as DkimKeyPair::generate and Vault::write otherwise.
    void make(const QString &name, DkimAlgorithm algorithm, const Done &done);
    /// The record of the key that is kept. Error: as Vault::read and DkimKeyPair::fromPem.
    void read(const QString &name, const Done &done);

private:
    void keep(const QString &name, const Result<DkimKeyPair> &pair, const Done &done);

    Vault &m_vault;
    Worker m_worker;
};

} // namespace relaywright
