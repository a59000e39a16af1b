// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/knowledge/Knowledge.h"
#include "core/oauth/EntraIds.h"
#include "core/site/Site.h"

#include "core/base/Result.h"
#include "core/base/Secret.h"

#include <QString>
#include <QUrl>

#include <variant>
#include <vector>

namespace relaywright {

/// Where the tokens of an organisation come from (Microsoft identity platform, endpoints of version 2.0).
class IdentityService {
public:
    /// Entra in that cloud.
    [[nodiscard]] static IdentityService entra(Cloud cloud, EntraTenant tenant, const Knowledge &knowledge);
    /// A service at another address, such as a practice server. `base` is scheme, host and port.
    /// Error: InvalidInput when it has more, or is not https; on this computer itself (localhost, 127.0.0.1, [::1]) http will do.
    [[nodiscard]] static Result<IdentityService> at(const QUrl &base, EntraTenant tenant);

    [[nodiscard]] const EntraTenant &tenant() const { return m_tenant; }
    /// `https://login.microsoftonline.com/TENANT/oauth2/v2.0/token`; also the audience of a signed assertion.
    [[nodiscard]] QUrl tokenUrl() const { return url(QStringLiteral("token")); }
    [[nodiscard]] QUrl authorizeUrl() const { return url(QStringLiteral("authorize")); }
    [[nodiscard]] QUrl deviceCodeUrl() const { return url(QStringLiteral("devicecode")); }
    bool operator==(const IdentityService &) const = default;

private:
    IdentityService(QUrl base, EntraTenant tenant) : m_base(std::move(base)), m_tenant(std::move(tenant)) {}
    [[nodiscard]] QUrl url(const QString &endpoint) const;
    QUrl m_base;
    EntraTenant m_tenant;
};

/// By what an application proves who it is: by nothing (a public client on a desktop), by a client secret (RFC 6749
/// §2.3.1), or by an assertion that it signed (RFC 7523 §2.2; ClientAssertion.h).
struct PublicClient {
    bool operator==(const PublicClient &) const = default;
};
struct ClientSecretProof {
    Secret secret;
    bool operator==(const ClientSecretProof &) const = default;
};
struct ClientAssertionProof {
    Secret assertion;
    bool operator==(const ClientAssertionProof &) const = default;
};
using ClientProof = std::variant<PublicClient, ClientSecretProof, ClientAssertionProof>;

/// Who asks, whom, and for what.
struct TokenClient {
    IdentityService service;
    ApplicationId application;
    QString scopes; ///< `scopesFor`
    ClientProof proof{};
    QByteArray authoritiesPem{}; ///< trusted at the service besides the system's, such as a practice server's
};

/// What a token is given for.
struct ClientCredentialsGrant {}; ///< the application itself (RFC 6749 §4.4)
struct AuthorizationCodeGrant {   ///< RFC 6749 §4.1.3, RFC 7636 §4.5; made by BrowserSignIn
    Secret code;
    Secret verifier;
    QUrl redirect; ///< as in the address that the browser was sent to
};
struct DeviceCodeGrant {
    Secret deviceCode;
}; ///< one poll (RFC 8628 §3.4)
struct RefreshTokenGrant {
    Secret refreshToken;
}; ///< RFC 6749 §6
using TokenGrant = std::variant<ClientCredentialsGrant, AuthorizationCodeGrant, DeviceCodeGrant, RefreshTokenGrant>;

constexpr auto kFormContentType = "application/x-www-form-urlencoded";

/// A POST that an engine only has to carry. Redirects must not be followed: they would take the secrets elsewhere.
struct TokenRequest {
    QUrl url;
    Secret body;                 ///< of type kFormContentType; holds secrets
    QString shown;               ///< address and body with the secrets hidden: for a transcript
    std::vector<Secret> secrets; ///< those in the body, so that an answer that repeats one can be shown without
    QByteArray authoritiesPem{}; ///< as TokenClient's
};

/// Error: InvalidInput where the endpoint could only refuse: an application without a proof, or one that signs in as
/// itself at `organizations` or for scopes of users; an empty secret, code or scope.
[[nodiscard]] Result<TokenRequest> tokenRequest(const TokenClient &client, const TokenGrant &grant);

/// Asks for a code that a person enters in any browser (RFC 8628 §3.1). Error: as above.
[[nodiscard]] Result<TokenRequest> deviceCodeRequest(const TokenClient &client);

} // namespace relaywright
