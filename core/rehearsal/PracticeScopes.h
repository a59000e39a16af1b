// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/knowledge/Knowledge.h"
#include "core/oauth/TokenScopes.h"
#include "core/rehearsal/EntraRefusal.h"

#include <QString>
#include <QStringList>

namespace relaywright {

/// What a `scope` parameter asks for, once it is found to be granted.
struct ScopeGrant {
    QString audience{};        ///< claim `aud`: the resource as it was asked for
    QStringList permissions{}; ///< `scp` of a user, `roles` of an application; an application may have none
    bool renewable = false;    ///< offline_access
    /// What the answer says was granted: `https://outlook.office.com/SMTP.Send`.
    [[nodiscard]] QString shown() const;
    bool operator==(const ScopeGrant &) const = default;
};

/// Reads the scopes that `holder` asks for in this tenant's cloud (Microsoft identity platform, "Scopes and permissions"):
/// one resource only, Exchange Online or Microsoft Graph by one of its names in the knowledge; names without a resource are
/// Graph's. An application asks for RESOURCE/.default. Refused: 70011, 1002012, 500011, and 65001 for what has no consent.
[[nodiscard]] tl::expected<ScopeGrant, EntraRefusal> readScopes(const QString &scopes, TokenHolder holder,
                                                                const PracticeApplication &application, Cloud cloud,
                                                                const Knowledge &knowledge);

} // namespace relaywright
