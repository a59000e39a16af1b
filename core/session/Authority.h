// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/base/Secret.h"
#include "core/session/Certificate.h"

namespace relaywright {

/// A self-made authority, EC P-256, that signs as many server certificates as are asked of it: who trusts it once need not
/// be told of a new one.
class Authority {
public:
    /// Valid from a day before `now` for `days`. Error: TlsFailed when OpenSSL refuses.
    [[nodiscard]] static Result<Authority> make(TimePoint now, int days);
    /// One that was kept, with its key, in PEM files. Error: as loadTlsIdentity.
    [[nodiscard]] static Result<Authority> read(const QString &certificateFile, const QString &keyFile);
    /// Give this to clients.
    [[nodiscard]] const QByteArray &pem() const { return m_pem; }
    /// For a file that only its owner can read, and nobody else.
    [[nodiscard]] const Secret &keyPem() const { return m_keyPem; }
    /// A certificate for `names` (DNS or IP), and its key; the authority stands in the chain. Error: InvalidInput (no name,
    /// or one that is none), TlsFailed.
    [[nodiscard]] Result<TlsIdentity> sign(const QStringList &names, TimePoint now, int days) const;

private:
    Authority(QByteArray pem, Secret keyPem) : m_pem(std::move(pem)), m_keyPem(std::move(keyPem)) {}
    QByteArray m_pem;
    Secret m_keyPem;
};

} // namespace relaywright
