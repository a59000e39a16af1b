// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeSignIn.h"

#include "core/rehearsal/EntraCodes.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QUrl>
#include <QUuid>

#include <utility>

namespace relaywright {

namespace {

const QString kClientCredentials = QStringLiteral("client_credentials");
const QString kAuthorizationCode = QStringLiteral("authorization_code");
const QString kRefreshToken = QStringLiteral("refresh_token");
const QString kDeviceCode = QStringLiteral("urn:ietf:params:oauth:grant-type:device_code");
const QString kAssertionType = QStringLiteral("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");

tl::unexpected<EntraRefusal> refused(EntraRefusal refusal)
{
    return tl::unexpected<EntraRefusal>(std::move(refusal));
}

HttpReply jsonReply(int status, const QJsonObject &json)
{
    return {.status = status,
            .fields = {{"Content-Type", "application/json; charset=utf-8"},
                       {"Cache-Control", "no-store, no-cache"},
                       {"Pragma", "no-cache"}}, // RFC 6749 §5.1
            .body = QJsonDocument(json).toJson(QJsonDocument::Compact)};
}

bool isForm(const HttpRequest &request)
{
    return request.field("Content-Type").toLower().startsWith("application/x-www-form-urlencoded");
}

HttpReply notHere()
{
    return {.status = 404,
            .fields = {{"Content-Type", "text/plain; charset=utf-8"}},
            .body = "This is a practice sign-in service, and nothing is at this address.\n"};
}

} // namespace

PracticeSignIn::PracticeSignIn(std::shared_ptr<PracticeDirectory> directory, PracticeTokenIssuer &issuer,
                               Randomness randomness, const Knowledge &knowledge)
    : m_directory(std::move(directory)), m_issuer(issuer), m_random(randomness), m_knowledge(knowledge),
      m_grants({}, std::move(randomness))
{
}

EntraTrace PracticeSignIn::trace(const HttpRequest *request, TimePoint now) const
{
    // Who asks may choose the id by which the try is found.
    const QUuid chosen = request ? QUuid::fromString(QLatin1String(request->field("client-request-id"))) : QUuid();
    return {randomGuid(m_random), chosen.isNull() ? randomGuid(m_random) : chosen.toString(QUuid::WithoutBraces), now};
}

HttpReply PracticeSignIn::refusal(const EntraRefusal &refusal, const HttpRequest &request, TimePoint now)
{
    if (saysNotYet(refusal))
        ++m_counts.waiting;
    return jsonReply(refusal.status, toJson(refusal, trace(&request, now)));
}

HttpReply PracticeSignIn::unavailableReply(int status, TimePoint now)
{
    ++m_counts.requests;
    ++m_counts.refused;
    return jsonReply(status, toJson(unavailable(status), trace(nullptr, now)));
}

HttpReply PracticeSignIn::answer(const HttpRequest &request, TimePoint now)
{
    constexpr int kFirstError = 400;
    ++m_counts.requests;
    const int waiting = m_counts.waiting;
    HttpReply reply = route(request, now);
    if (reply.status >= kFirstError && m_counts.waiting == waiting)
        ++m_counts.refused;
    return reply;
}

HttpReply PracticeSignIn::route(const HttpRequest &request, TimePoint now)
{
    const QString path = QUrl::fromPercentEncoding(request.path());
    if (path == QLatin1String("/devicelogin"))
        return deviceLogin(request, now);
    if (path == QLatin1String("/decide"))
        return decide(request, now);
    const QString tenant = path.section(u'/', 1, 1);
    const QString endpoint = path.section(u'/', 2);
    const bool isPost = request.method == "POST";
    const bool wantsPost =
        endpoint == QLatin1String("oauth2/v2.0/token") || endpoint == QLatin1String("oauth2/v2.0/devicecode");
    const bool wantsGet = endpoint == QLatin1String("oauth2/v2.0/authorize")
                          || endpoint == QLatin1String("discovery/v2.0/keys")
                          || endpoint == QLatin1String("v2.0/.well-known/openid-configuration");
    if (!wantsPost && !wantsGet)
        return notHere();
    if (!m_directory->isCalled(tenant))
        return refusal(tenantUnknown(tenant), request, now);
    if (wantsPost != isPost || (wantsGet && request.method != "GET"))
        return refusal(onlyTakes(wantsPost ? QStringLiteral("POST") : QStringLiteral("GET"), request.method), request,
                       now);
    if (wantsPost) {
        const auto made =
            endpoint.endsWith(QLatin1String("token")) ? token(request, tenant, now) : deviceCode(request, tenant, now);
        return made ? jsonReply(200, *made) : refusal(made.error(), request, now);
    }
    if (endpoint.endsWith(QLatin1String("authorize")))
        return authorize(request, tenant, now);
    if (endpoint.endsWith(QLatin1String("keys")))
        return jsonReply(200, m_issuer.keySet());
    const QString base = m_issuer.base().toString(QUrl::FullyEncoded) + u'/' + m_directory->tenantId;
    return jsonReply(
        200, {{QStringLiteral("issuer"), base + QStringLiteral("/v2.0")},
              {QStringLiteral("authorization_endpoint"), base + QStringLiteral("/oauth2/v2.0/authorize")},
              {QStringLiteral("token_endpoint"), base + QStringLiteral("/oauth2/v2.0/token")},
              {QStringLiteral("device_authorization_endpoint"), base + QStringLiteral("/oauth2/v2.0/devicecode")},
              {QStringLiteral("jwks_uri"), base + QStringLiteral("/discovery/v2.0/keys")},
              {QStringLiteral("response_types_supported"), QJsonArray{QStringLiteral("code")}},
              {QStringLiteral("response_modes_supported"), QJsonArray{QStringLiteral("query")}},
              {QStringLiteral("code_challenge_methods_supported"), QJsonArray{QStringLiteral("S256")}},
              {QStringLiteral("token_endpoint_auth_methods_supported"),
               QJsonArray{QStringLiteral("client_secret_post"), QStringLiteral("private_key_jwt")}}});
}

PracticeSignIn::Answer<const PracticeApplication *> PracticeSignIn::applicationOf(const SignInForm &form,
                                                                                  const QString &tenant) const
{
    const QString id = form.text("client_id");
    if (id.isEmpty())
        return refused(parameterMissing(QStringLiteral("client_id")));
    const PracticeApplication *application = m_directory->application(id);
    if (!application)
        return refused(applicationUnknown(id, tenant));
    return application;
}

QStringList PracticeSignIn::assertionAudiences(const QString &tenant) const
{
    const QString base = m_issuer.base().toString(QUrl::FullyEncoded) + u'/';
    QStringList audiences;
    for (const QString &name : {tenant, m_directory->tenantId})
        audiences += {base + name + QStringLiteral("/oauth2/v2.0/token"), base + name + QStringLiteral("/v2.0")};
    return audiences;
}

/// True: it is proved who asks. False: nobody tried to, which is a public client's way.
PracticeSignIn::Answer<bool> PracticeSignIn::proof(const SignInForm &form, const PracticeApplication &application,
                                                   const QString &tenant, TimePoint now)
{
    const Secret assertion = form.secret("client_assertion");
    if (!assertion.isEmpty()) {
        if (form.text("client_assertion_type") != kAssertionType)
            return refused(parameterMissing(QStringLiteral("client_assertion_type")));
        if (auto why = m_assertions.refuse(assertion, application, assertionAudiences(tenant), now))
            return refused(std::move(*why));
        return true;
    }
    const Secret secret = form.secret("client_secret");
    if (secret.isEmpty())
        return false;
    bool isExpired = false;
    for (const PracticeClientSecret &known : application.secrets) {
        if (!(known.value == secret))
            continue;
        if (!known.expires || *known.expires > now)
            return true;
        isExpired = true;
    }
    return refused(isExpired ? secretExpired(application.id) : secretInvalid(application.id));
}

PracticeSignIn::Answer<QJsonObject> PracticeSignIn::token(const HttpRequest &request, const QString &tenant,
                                                          TimePoint now)
{
    const auto form = SignInForm::read(request.body);
    if (!form || !isForm(request))
        return refused(requestMalformed());
    if (m_refusal)
        return refused(refusalWith(*m_refusal, {tenant, form->text("client_id"), form->text("scope")}, m_knowledge));
    const QString type = form->text("grant_type");
    if (type.isEmpty())
        return refused(parameterMissing(QStringLiteral("grant_type")));
    const bool isApplication = type == kClientCredentials;
    if (!isApplication && type != kAuthorizationCode && type != kRefreshToken && type != kDeviceCode)
        return refused(grantTypeUnknown(type));
    const auto application = applicationOf(*form, tenant);
    if (!application)
        return refused(application.error());
    const auto proved = proof(*form, **application, tenant, now);
    if (!proved)
        return refused(proved.error());
    if (!*proved && (isApplication || !(*application)->allowsPublicClient))
        return refused(proofMissing());
    if (isApplication && isAnyTenant(tenant.toLower()))
        return refused(tenantNeeded());
    return isApplication ? forApplication(*form, **application, now) : forUser(*form, **application, type, now);
}

PracticeSignIn::Answer<QJsonObject> PracticeSignIn::forApplication(const SignInForm &form,
                                                                   const PracticeApplication &application,
                                                                   TimePoint now)
{
    const QString scope = form.text("scope");
    if (scope.isEmpty())
        return refused(parameterMissing(QStringLiteral("scope")));
    const auto granted = readScopes(scope, TokenHolder::Application, application, m_directory->cloud, m_knowledge);
    if (!granted)
        return refused(granted.error());
    QJsonObject claims{{QStringLiteral("aud"), granted->audience},
                       {QStringLiteral("appid"), application.id},
                       {QStringLiteral("appidacr"),
                        form.secret("client_assertion").isEmpty() ? QStringLiteral("1") : QStringLiteral("2")},
                       {QStringLiteral("app_displayname"), application.name},
                       {QStringLiteral("idtyp"), QStringLiteral("app")},
                       {QStringLiteral("oid"), application.objectId},
                       {QStringLiteral("sub"), application.objectId},
                       {QStringLiteral("uti"), randomGuid(m_random)}};
    if (!granted->permissions.isEmpty())
        claims.insert(QStringLiteral("roles"), QJsonArray::fromStringList(granted->permissions));
    ++m_counts.tokens;
    const Secret token = m_issuer.issue(claims, now, m_tokenLife);
    return QJsonObject{{QStringLiteral("token_type"), QStringLiteral("Bearer")},
                       {QStringLiteral("expires_in"), qint64(m_tokenLife.count())},
                       {QStringLiteral("ext_expires_in"), qint64(m_tokenLife.count())},
                       {QStringLiteral("access_token"), QString::fromLatin1(token.reveal())}};
}

PracticeSignIn::Answer<SignedInGrant> PracticeSignIn::redeem(const SignInForm &form,
                                                             const PracticeApplication &application,
                                                             const QString &type, TimePoint now)
{
    const auto missing = [](const char *name) { return refused(parameterMissing(QString::fromLatin1(name))); };
    if (type == kAuthorizationCode) {
        for (const char *name : {"code", "redirect_uri", "code_verifier"}) {
            if (form.secret(name).isEmpty())
                return missing(name);
        }
        return m_grants.redeemCode(form.secret("code"), application.id, form.text("redirect_uri"),
                                   form.secret("code_verifier"), now);
    }
    if (type == kDeviceCode) {
        const Secret code = form.secret("device_code");
        return code.isEmpty() ? missing("device_code") : m_grants.redeemDeviceCode(code, application.id, now);
    }
    const Secret refresh = form.secret("refresh_token");
    return refresh.isEmpty() ? missing("refresh_token") : m_grants.useRefreshToken(refresh, application.id, now);
}

PracticeSignIn::Answer<QJsonObject> PracticeSignIn::forUser(const SignInForm &form,
                                                            const PracticeApplication &application, const QString &type,
                                                            TimePoint now)
{
    auto signedIn = redeem(form, application, type, now);
    if (!signedIn)
        return refused(signedIn.error());
    const PracticeUser *user = m_directory->user(signedIn->user);
    if (!user)
        return refused(userUnknown(signedIn->user));
    if (user->obstacle != SignInObstacle::Nothing)
        return refused(obstacleRefusal(user->obstacle, signedIn->user));
    // Whoever may renew a sign-in may ask for another resource with it; without a scope it is as before (RFC 6749 §6).
    if (const QString scope = form.text("scope"); !scope.isEmpty())
        signedIn->scopes = scope;
    const auto granted = readScopes(signedIn->scopes, TokenHolder::User, application, m_directory->cloud, m_knowledge);
    if (!granted)
        return refused(granted.error());
    const QJsonObject claims{{QStringLiteral("aud"), granted->audience},
                             {QStringLiteral("appid"), application.id},
                             {QStringLiteral("app_displayname"), application.name},
                             {QStringLiteral("idtyp"), QStringLiteral("user")},
                             {QStringLiteral("oid"), user->objectId},
                             {QStringLiteral("sub"), user->objectId},
                             {QStringLiteral("upn"), user->name.toString()},
                             {QStringLiteral("scp"), granted->permissions.join(u' ')},
                             {QStringLiteral("uti"), randomGuid(m_random)}};
    ++m_counts.tokens;
    const Secret token = m_issuer.issue(claims, now, m_tokenLife);
    QJsonObject json{{QStringLiteral("token_type"), QStringLiteral("Bearer")},
                     {QStringLiteral("scope"), granted->shown()},
                     {QStringLiteral("expires_in"), qint64(m_tokenLife.count())},
                     {QStringLiteral("ext_expires_in"), qint64(m_tokenLife.count())},
                     {QStringLiteral("access_token"), QString::fromLatin1(token.reveal())}};
    if (granted->renewable || type == kRefreshToken) {
        ++m_counts.refreshTokens;
        json.insert(QStringLiteral("refresh_token"),
                    QString::fromLatin1(m_grants.makeRefreshToken(*signedIn, now).reveal()));
        if (type == kRefreshToken)
            m_grants.replaced(form.secret("refresh_token"));
    }
    return json;
}

PracticeSignIn::Answer<QJsonObject> PracticeSignIn::deviceCode(const HttpRequest &request, const QString &tenant,
                                                               TimePoint now)
{
    const auto form = SignInForm::read(request.body);
    if (!form || !isForm(request))
        return refused(requestMalformed());
    const auto application = applicationOf(*form, tenant);
    if (!application)
        return refused(application.error());
    const QString scope = form->text("scope");
    if (scope.isEmpty())
        return refused(parameterMissing(QStringLiteral("scope")));
    const auto granted = readScopes(scope, TokenHolder::User, **application, m_directory->cloud, m_knowledge);
    if (!granted)
        return refused(granted.error());
    const DeviceCodes codes = m_grants.makeDeviceCodes((*application)->id, scope, now);
    const QString page = m_issuer.base().toString(QUrl::FullyEncoded) + QStringLiteral("/devicelogin");
    const GrantRules &rules = m_grants.rules();
    return QJsonObject{{QStringLiteral("user_code"), codes.userCode},
                       {QStringLiteral("device_code"), QString::fromLatin1(codes.deviceCode.reveal())},
                       {QStringLiteral("verification_uri"), page},
                       {QStringLiteral("expires_in"), qint64(rules.deviceCodeLife.count())},
                       {QStringLiteral("interval"), qint64(rules.pollInterval.count())},
                       {QStringLiteral("message"),
                        QStringLiteral("To sign in, use a web browser to open the page %1 and enter the code %2 to "
                                       "authenticate.")
                            .arg(page, codes.userCode)}};
}

} // namespace relaywright
