// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/ConnectionSettings.h"

namespace relaywright {

/// Why a TLS handshake failed for another reason than the server's certificate: what the two sides have not in common, or
/// what the server said about ours, and what to do. `reason` is OpenSSL's own text as Qt gives it, used where we have no
/// better one. `certificateAsked`: the server had asked for a client certificate.
[[nodiscard]] QString handshakeFailure(const ConnectionSettings &settings, bool certificateAsked,
                                       const QString &reason);

} // namespace relaywright
