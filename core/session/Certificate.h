// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace relaywright {

/// A certificate chain and its key, PEM.
struct TlsIdentity {
    QByteArray certificateChainPem;
    QByteArray privateKeyPem;
};

/// Reads PEM files. Error: NotFound, InvalidInput (no certificate, no key, they do not belong together), naming the file.
[[nodiscard]] Result<TlsIdentity> loadTlsIdentity(const QString &certificateFile, const QString &keyFile);

/// A self-made authority and a server certificate signed by it, EC P-256, valid from a day before `now` for `days`.
/// `names` become subject alternative names (DNS or IP). Error: TlsFailed when OpenSSL refuses.
struct MadeIdentity {
    TlsIdentity server;
    QByteArray authorityPem; ///< give this to clients
};
[[nodiscard]] Result<MadeIdentity> makeIdentity(const QStringList &names, TimePoint now, int days = 397);

} // namespace relaywright
