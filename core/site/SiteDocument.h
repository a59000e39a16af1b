// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/site/Site.h"

#include <QByteArray>

namespace relaywright {

/// `*.relaywright`: JSON with "schema": "relaywright.site/1". Never a secret in it.
[[nodiscard]] QByteArray toJson(const Site &site);

/// Strict: unknown members, wrong types and impossible values are errors with their JSON path. Error: InvalidInput;
/// Unsupported when the schema is a newer one (the sentence says so, and that nothing was changed).
[[nodiscard]] Result<Site> parseSite(const QByteArray &json);

/// The contract's words of each enumeration, both ways (`own-lan`, `tls1.2`, `client-certificate`, ...).
[[nodiscard]] QString toString(YesNo value);        ///< yes no unknown
[[nodiscard]] QString toString(Cloud cloud);        ///< worldwide gcc-high dod china
/// Error: InvalidInput, which says what is possible.
[[nodiscard]] Result<Cloud> parseCloud(const QString &word);
[[nodiscard]] QString toString(SenderKind kind);
[[nodiscard]] QString toString(TlsAbility tls);     ///< unknown none ssl3 tls1.0 tls1.1 tls1.2 tls1.3
[[nodiscard]] QString toString(SignInAbility signIn);
[[nodiscard]] QString toString(Reach reach);
[[nodiscard]] QString toString(Hosting hosting);

} // namespace relaywright
