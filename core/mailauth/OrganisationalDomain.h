// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace relaywright {

/// The domain under which an organisation registers its names: one label below the public suffix (RFC 7489 §3.2), by
/// the Public Suffix List that libpsl has built in, private suffixes too. `mail.contoso.co.uk` gives `contoso.co.uk`.
/// A public suffix itself, or what is no domain, comes back as it is. Lower case, A-labels in and out.
[[nodiscard]] QString organisationalDomain(const QString &domain);
/// True for `co.uk`, `com`, `github.io`: nobody's own domain.
[[nodiscard]] bool isPublicSuffix(const QString &domain);

} // namespace relaywright
