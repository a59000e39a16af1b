// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"
#include "core/session/ConnectionSettings.h"
#include "core/smtp/Stage.h"

#include <QAbstractSocket>
#include <QString>

#include <chrono>

namespace relaywright {

// What a person reads when no reply explains the end: one sentence that names the server, and what to do.

/// The connection did not come about. `reason` is Qt's own text, used where we have no better one.
[[nodiscard]] QString connectFailure(const Endpoint &server, QAbstractSocket::SocketError error, const QString &reason);
[[nodiscard]] QString connectTimeout(const Endpoint &server, std::chrono::milliseconds waited);
/// The server closed, or the line broke, while a reply at `stage` was awaited.
[[nodiscard]] QString connectionLoss(const Endpoint &server, Stage stage);
[[nodiscard]] QString silence(const Endpoint &server, Stage stage, std::chrono::milliseconds waited);
/// The server has only addresses of the family that was not to be used.
[[nodiscard]] QString noAddressOfFamily(const Endpoint &server, IpFamily family);
/// The server asked for a certificate and broke off after we had none to show.
[[nodiscard]] QString clientCertificateMissing(const Endpoint &server);

/// `30 s`, `1.5 s`.
[[nodiscard]] QString seconds(std::chrono::milliseconds time);

} // namespace relaywright
