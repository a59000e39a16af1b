// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/EntraRefusal.h"

#include "core/base/Text.h"

#include <QJsonArray>

namespace relaywright {

namespace {

constexpr int kUnauthorized = 401;

EntraRefusal refusal(int code, const char *error, const QString &sentence, int status = 400, const char *subError = "")
{
    return {status, code, QString::fromLatin1(error), sentence, QString::fromLatin1(subError)};
}

} // namespace

EntraRefusal tenantUnknown(const QString &tenant)
{
    return refusal(90002, "invalid_request",
                   QStringLiteral("Tenant '%1' not found. Check to make sure you have the correct tenant ID and are "
                                  "signing into the correct cloud.")
                       .arg(quotable(tenant)));
}

EntraRefusal applicationUnknown(const QString &id, const QString &tenant)
{
    return refusal(
        700016, "unauthorized_client",
        QStringLiteral("Application with identifier '%1' was not found in the directory '%2'. This can happen if "
                       "the application has not been installed by the administrator of the tenant.")
            .arg(quotable(id), quotable(tenant)));
}

EntraRefusal parameterMissing(const QString &name)
{
    return refusal(900144, "invalid_request",
                   QStringLiteral("The request body must contain the following parameter: '%1'.").arg(name));
}

EntraRefusal requestMalformed()
{
    return refusal(9002313, "invalid_request", QStringLiteral("Invalid request. Request is malformed or invalid."));
}

EntraRefusal onlyTakes(const QString &method, const QByteArray &given)
{
    return refusal(900561, "invalid_request",
                   QStringLiteral("The endpoint only accepts %1 requests. Received a %2 request.")
                       .arg(method, printable(given, 20)));
}

EntraRefusal secretInvalid(const QString &application)
{
    return refusal(
        7000215, "invalid_client",
        QStringLiteral("Invalid client secret provided. Ensure the secret being sent in the request is the client "
                       "secret value, not the client secret ID, for a secret added to app '%1'.")
            .arg(application),
        kUnauthorized);
}

EntraRefusal secretExpired(const QString &application)
{
    return refusal(7000222, "invalid_client",
                   QStringLiteral("The provided client secret keys for app '%1' are expired.").arg(application),
                   kUnauthorized);
}

EntraRefusal assertionInvalid(const QString &why)
{
    return refusal(700027, "invalid_client", QStringLiteral("Client assertion failed signature validation. ") + why,
                   kUnauthorized);
}

EntraRefusal proofMissing()
{
    return refusal(
        7000218, "invalid_client",
        QStringLiteral("The request body must contain the following parameter: 'client_assertion' or 'client_secret'."),
        kUnauthorized);
}

EntraRefusal grantTypeUnknown(const QString &type)
{
    return refusal(70003, "unsupported_grant_type",
                   QStringLiteral("The app requested an unsupported grant type '%1'.").arg(quotable(type)));
}

EntraRefusal tenantNeeded()
{
    return refusal(9001023, "invalid_request",
                   QStringLiteral("The grant type is not supported over this endpoint. Please use the tenant-specific "
                                  "endpoint."));
}

EntraRefusal scopeInvalid(const QString &why)
{
    return refusal(70011, "invalid_scope",
                   QStringLiteral("The provided value for the input parameter 'scope' is not valid. ") + why);
}

EntraRefusal scopeNotDefault(const QString &scope)
{
    return refusal(
        1002012, "invalid_scope",
        QStringLiteral("The provided value for scope %1 is not valid. Client credential flows must have a scope "
                       "value with /.default suffixed to the resource identifier (application ID URI).")
            .arg(quotable(scope)));
}

EntraRefusal resourceUnknown(const QString &resource)
{
    return refusal(
        500011, "invalid_resource",
        QStringLiteral("The resource principal named %1 was not found in the tenant.").arg(quotable(resource)));
}

EntraRefusal consentMissing(const QString &application)
{
    return refusal(
        65001, "invalid_grant",
        QStringLiteral("The user or administrator has not consented to use the application with ID '%1'. Send an "
                       "interactive authorization request for this user and resource.")
            .arg(application),
        400, "consent_required");
}

EntraRefusal consentDeclined()
{
    return refusal(65004, "access_denied", QStringLiteral("User declined to consent to access the app."));
}

EntraRefusal redirectUnknown(const QString &redirect)
{
    return refusal(50011, "invalid_request",
                   QStringLiteral("The redirect URI '%1' specified in the request does not match the redirect URIs "
                                  "configured for the application.")
                       .arg(quotable(redirect)));
}

EntraRefusal responseTypeUnknown()
{
    return refusal(70005, "unsupported_response_type",
                   QStringLiteral("The app requested an unsupported response type."));
}

EntraRefusal userUnknown(const QString &user)
{
    return refusal(
        50034, "invalid_grant",
        QStringLiteral("The user account %1 does not exist in the directory. To sign into this application, the "
                       "account must be added to the directory.")
            .arg(quotable(user)));
}

EntraRefusal passwordWrong()
{
    return refusal(50126, "invalid_grant",
                   QStringLiteral("Error validating credentials due to invalid username or password."));
}

EntraRefusal codeInvalid(const QString &why)
{
    return refusal(70000, "invalid_grant", QStringLiteral("The provided authorization code is not valid. ") + why);
}

EntraRefusal codeExpired()
{
    return refusal(
        70008, "invalid_grant",
        QStringLiteral("The provided authorization code is expired. Send a new interactive authorization request "
                       "for this user and resource."));
}

EntraRefusal codeRedeemed()
{
    return refusal(
        54005, "invalid_grant",
        QStringLiteral("OAuth2 Authorization code was already redeemed, please retry with a new valid code or use "
                       "an existing refresh token."));
}

EntraRefusal refreshInvalid()
{
    return refusal(70000, "invalid_grant", QStringLiteral("Authentication failed. The refresh token is not valid."));
}

EntraRefusal refreshExpired()
{
    return refusal(700082, "invalid_grant", QStringLiteral("The refresh token has expired due to inactivity."));
}

EntraRefusal signInRevoked()
{
    return refusal(
        50173, "invalid_grant",
        QStringLiteral("The provided grant has expired due to it being revoked, a fresh auth token is needed."));
}

EntraRefusal devicePending()
{
    return refusal(70016, "authorization_pending",
                   QStringLiteral("OAuth 2.0 device flow error. Authorization is pending. Continue polling."));
}

EntraRefusal deviceTooFast()
{
    return refusal(0, "slow_down", QStringLiteral("The device code is asked for too often. Poll five seconds later."));
}

EntraRefusal deviceExpired()
{
    return refusal(
        70020, "expired_token",
        QStringLiteral("The provided value for the input parameter 'device_code' is not valid. This device code "
                       "has expired."));
}

EntraRefusal deviceDeclined()
{
    return refusal(0, "authorization_declined", QStringLiteral("The user denied the authorization request."));
}

EntraRefusal deviceUnknown()
{
    return refusal(70018, "bad_verification_code",
                   QStringLiteral("The provided value for the input parameter 'device_code' is not valid."));
}

EntraRefusal unavailable(int status)
{
    constexpr int kTooManyRequests = 429;
    if (status == kTooManyRequests)
        return refusal(90055, "temporarily_unavailable", QStringLiteral("There are too many incoming requests."),
                       status);
    return refusal(90033, "temporarily_unavailable",
                   QStringLiteral("A transient error has occurred. Please try again."), status);
}

EntraRefusal obstacleRefusal(SignInObstacle obstacle, const QString &user)
{
    switch (obstacle) {
    case SignInObstacle::Nothing: break;
    case SignInObstacle::SecondFactor:
        return refusal(
            50076, "interaction_required",
            QStringLiteral("Due to a configuration change made by your administrator, or because you moved to a "
                           "new location, you must use multi-factor authentication to access the resource."),
            400, "basic_action");
    case SignInObstacle::PasswordExpired:
        return refusal(50055, "invalid_grant", QStringLiteral("The password is expired."), 400,
                       "user_password_expired");
    case SignInObstacle::Disabled:
        return refusal(50057, "invalid_grant", QStringLiteral("The user account %1 is disabled.").arg(quotable(user)));
    case SignInObstacle::Locked:
        return refusal(
            50053, "invalid_grant",
            QStringLiteral("The account is locked, you've tried to sign in too many times with an incorrect user "
                           "ID or password."));
    case SignInObstacle::ConditionalAccess:
        return refusal(
            53003, "access_denied",
            QStringLiteral("Access has been blocked by Conditional Access policies. The access policy does not "
                           "allow token issuance."),
            400, "message_only");
    case SignInObstacle::Revoked: return signInRevoked();
    }
    Q_UNREACHABLE();
}

bool saysNotYet(const EntraRefusal &refusal)
{
    return refusal.error == QLatin1String("authorization_pending") || refusal.error == QLatin1String("slow_down");
}

QString descriptionOf(const EntraRefusal &refusal, const EntraTrace &trace)
{
    const QString code = refusal.code > 0 ? QStringLiteral("AADSTS%1: ").arg(refusal.code) : QString();
    return QStringLiteral("%1%2 Trace ID: %3 Correlation ID: %4 Timestamp: %5")
        .arg(code, refusal.sentence, trace.traceId, trace.correlationId,
             toDateTime(trace.time).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss'Z'")));
}

QJsonObject toJson(const EntraRefusal &refusal, const EntraTrace &trace)
{
    QJsonArray codes;
    if (refusal.code > 0)
        codes += refusal.code;
    QJsonObject json{
        {QStringLiteral("error"), refusal.error},
        {QStringLiteral("error_description"), descriptionOf(refusal, trace)},
        {QStringLiteral("error_codes"), codes},
        {QStringLiteral("timestamp"), toDateTime(trace.time).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss'Z'"))},
        {QStringLiteral("trace_id"), trace.traceId},
        {QStringLiteral("correlation_id"), trace.correlationId}};
    if (!refusal.subError.isEmpty())
        json.insert(QStringLiteral("suberror"), refusal.subError);
    return json;
}

} // namespace relaywright
