// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/SmtpClient.h"

#include <QSslError>

class QSslSocket;

namespace relaywright {

/// What is wrong with a certificate, one sentence for each fault and none twice. `expectedName` is the name we asked for.
[[nodiscard]] QStringList certificateFaults(const QList<QSslError> &errors, const QString &expectedName);

/// Protocol, cipher and certificate of the socket's peer as far as they are known; no faults in it.
[[nodiscard]] TlsSummary summarizeTls(const QSslSocket &socket);

/// `TLSv1.3, TLS_AES_256_GCM_SHA384; certificate for mail.example.com, from Example CA, until 2027-01-31.`
[[nodiscard]] QString describe(const TlsSummary &summary);

} // namespace relaywright
