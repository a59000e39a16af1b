// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Domain.h"
#include "core/knowledge/Knowledge.h"
#include "core/oauth/AccessToken.h"
#include "core/site/Site.h"

#include <QString>

#include <optional>
#include <vector>

namespace relaywright {

/// The ways of sending that take an access token. Words: client-submission high-volume-email graph; the first two are
/// those of plan's methods.
enum class TokenUse { ClientSubmission, HighVolumeEmail, Graph };
[[nodiscard]] QString toString(TokenUse use);
[[nodiscard]] std::optional<TokenUse> parseTokenUse(const QString &word);

/// What a token is wanted for.
struct TokenNeed {
    TokenUse use = TokenUse::ClientSubmission;
    QString mailbox{}; ///< that signs in; empty: not known
    Cloud cloud = Cloud::Worldwide;
    QString tenantId{};            ///< of the organisation, a GUID; empty: not known
    QString applicationId{};       ///< of the application that was registered for it, a GUID; empty: not known
    std::vector<Domain> domains{}; ///< of the organisation, its initial one too where it is known; empty: not known
};

/// What the site knows of the organisation: its cloud and its domains. It does not know tenant and application ids.
void takeOrganisation(TokenNeed &need, const Organisation &organisation);

/// One claim compared with the need.
struct TokenRemark {
    enum class Level { Good, Attention, Wrong };
    enum class About { Audience, Permission, Identity, Expiry, Tenant };
    Level level = Level::Good;
    About about = About::Audience;
    QString sentence; ///< whole; names the claim, what it says and what is needed
    bool operator==(const TokenRemark &) const = default;
};
[[nodiscard]] QString toString(TokenRemark::Level level); ///< good attention wrong
[[nodiscard]] QString toString(TokenRemark::About about); ///< audience permission identity expiry tenant

/// Compares audience, permission, identity, expiry and tenant with what is needed; one remark each, in that order.
[[nodiscard]] std::vector<TokenRemark> judgeToken(const TokenClaims &claims, const TokenNeed &need,
                                                  const Knowledge &knowledge, TimePoint now);

/// Compares `given` with the object id by which Exchange Online must know an application (`New-ServicePrincipal -ObjectId`):
/// that of its enterprise application, which its tokens name as `oid`. The app registration has one of its own, and with
/// that one every sign-in is refused (Microsoft, "Authenticate an IMAP, POP or SMTP connection using OAuth"). An empty
/// `given` only gets told the right one. Nothing for a user's token.
[[nodiscard]] std::optional<TokenRemark> judgeObjectId(const TokenClaims &claims, const QString &given = {});

/// So long a right that was given may take until it counts everywhere (fact oauth.propagation).
[[nodiscard]] std::chrono::minutes rightsSpreadIn(const Knowledge &knowledge);

/// Audiences that the service takes: its addresses, and its application id.
[[nodiscard]] QStringList audiencesFor(const TokenNeed &need, const Knowledge &knowledge);

} // namespace relaywright
