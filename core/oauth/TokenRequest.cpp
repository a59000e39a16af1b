// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenRequest.h"

#include "core/base/Overloaded.h"
#include "core/base/Text.h"
#include "core/http/HttpQuestion.h"
#include "core/oauth/FormEncoding.h"
#include "core/site/SiteDocument.h"

#include <optional>

namespace relaywright {

namespace {

std::optional<Error> invalid(const char *sentence)
{
    return Error{ErrorKind::InvalidInput, QString::fromLatin1(sentence)};
}

std::optional<Error> faultOf(const TokenClient &client)
{
    if (client.scopes.isEmpty())
        return invalid("The request asks for no scope. Name what the token is for.");
    const auto *secret = std::get_if<ClientSecretProof>(&client.proof);
    const auto *assertion = std::get_if<ClientAssertionProof>(&client.proof);
    if (secret && secret->secret.isEmpty())
        return invalid("The client secret is empty. Enter the value of a secret of the app registration.");
    if (assertion && assertion->assertion.isEmpty())
        return invalid("The signed assertion is empty. Choose a certificate and its key again.");
    return std::nullopt;
}

std::optional<Error> faultOf(const TokenClient &client, const TokenGrant &grant)
{
    return std::visit(
        Overloaded{
            [&client](const ClientCredentialsGrant &) {
                if (std::holds_alternative<PublicClient>(client.proof))
                    return invalid("An application that signs in as itself needs a client secret or a certificate. Add "
                                   "one to the app registration, and choose it here.");
                if (!client.service.tenant().isOne())
                    return invalid("An application signs in as itself in one tenant only. Enter the directory (tenant) "
                                   "id in place of \"organizations\".");
                if (!client.scopes.endsWith(QLatin1String("/.default")) || client.scopes.contains(u' '))
                    return invalid(
                        "An application that signs in as itself asks for one scope that ends with /.default. "
                        "Its permissions are granted in Entra or Exchange Online beforehand.");
                return std::optional<Error>();
            },
            [](const AuthorizationCodeGrant &given) {
                return given.code.isEmpty() || given.verifier.isEmpty()
                           ? invalid("The browser brought back no code. Sign in again.")
                           : std::nullopt;
            },
            [](const DeviceCodeGrant &given) {
                return given.deviceCode.isEmpty() ? invalid("There is no device code. Begin the sign-in again.")
                                                  : std::nullopt;
            },
            [](const RefreshTokenGrant &given) {
                return given.refreshToken.isEmpty() ? invalid("There is no stored sign-in. Sign in again.")
                                                    : std::nullopt;
            },
        },
        grant);
}

void addProof(FormWriter &form, const ClientProof &proof)
{
    std::visit(Overloaded{
                   [](const PublicClient &) {},
                   [&form](const ClientSecretProof &given) { form.add("client_secret", given.secret); },
                   [&form](const ClientAssertionProof &given) {
                       form.add("client_assertion_type",
                                QStringLiteral("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
                       form.add("client_assertion", given.assertion);
                   },
               },
               proof);
}

void addGrant(FormWriter &form, const TokenGrant &grant)
{
    std::visit(
        Overloaded{
            [&form](const ClientCredentialsGrant &) { form.add("grant_type", QStringLiteral("client_credentials")); },
            [&form](const AuthorizationCodeGrant &given) {
                form.add("grant_type", QStringLiteral("authorization_code"));
                form.add("code", given.code);
                form.add("redirect_uri", given.redirect.toString(QUrl::FullyEncoded));
                form.add("code_verifier", given.verifier);
            },
            [&form](const DeviceCodeGrant &given) {
                form.add("grant_type", QStringLiteral("urn:ietf:params:oauth:grant-type:device_code"));
                form.add("device_code", given.deviceCode);
            },
            [&form](const RefreshTokenGrant &given) {
                form.add("grant_type", QStringLiteral("refresh_token"));
                form.add("refresh_token", given.refreshToken);
            },
        },
        grant);
}

TokenRequest made(const QUrl &url, const FormWriter &form, const TokenClient &client)
{
    return {url, form.form(), QStringLiteral("POST %1 %2").arg(url.toString(QUrl::FullyEncoded), form.shown()),
            form.secrets(), client.authoritiesPem};
}

} // namespace

IdentityService IdentityService::entra(Cloud cloud, EntraTenant tenant, const Knowledge &knowledge)
{
    QUrl base;
    base.setScheme(QStringLiteral("https"));
    base.setHost(knowledge.text(QStringLiteral("login.authority.") + toString(cloud)));
    return IdentityService(base, std::move(tenant));
}

Result<IdentityService> IdentityService::at(const QUrl &base, EntraTenant tenant)
{
    const auto bare = bareServiceUrl(base);
    if (!bare)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("\"%1\" is no address of a sign-in service. Write https:// and a host, nothing "
                                      "behind it; http:// is for this computer itself only.")
                           .arg(quotable(base.toString(QUrl::RemoveUserInfo))));
    return IdentityService(*bare, std::move(tenant));
}

QUrl IdentityService::url(const QString &endpoint) const
{
    QUrl url = m_base;
    url.setPath(QStringLiteral("/%1/oauth2/v2.0/%2").arg(m_tenant.toString(), endpoint));
    return url;
}

Result<TokenRequest> tokenRequest(const TokenClient &client, const TokenGrant &grant)
{
    if (const auto fault = faultOf(client))
        return tl::unexpected<Error>(*fault);
    if (const auto fault = faultOf(client, grant))
        return tl::unexpected<Error>(*fault);
    FormWriter form;
    form.add("client_id", client.application.toString());
    addGrant(form, grant);
    // The code stands for the scopes that the person saw (RFC 6749 §4.1.3, RFC 8628 §3.4); Entra takes them all the same.
    if (!std::holds_alternative<DeviceCodeGrant>(grant))
        form.add("scope", client.scopes);
    addProof(form, client.proof);
    return made(client.service.tokenUrl(), form, client);
}

Result<TokenRequest> deviceCodeRequest(const TokenClient &client)
{
    if (const auto fault = faultOf(client))
        return tl::unexpected<Error>(*fault);
    FormWriter form;
    form.add("client_id", client.application.toString());
    form.add("scope", client.scopes);
    return made(client.service.deviceCodeUrl(), form, client);
}

} // namespace relaywright
