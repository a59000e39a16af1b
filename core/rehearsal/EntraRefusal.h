// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/rehearsal/HttpRequest.h"
#include "core/rehearsal/PracticeDirectory.h"

#include <QJsonObject>
#include <QString>

namespace relaywright {

/// Why a sign-in service gives no token, in Entra's way (RFC 6749 §5.2; Microsoft identity platform, "Authentication and
/// authorization error codes"). The words are near Entra's, which change; programs go by `error` and the code.
struct EntraRefusal {
    int status = 400;
    int code = 0;       ///< of AADSTS7000215; 0: without
    QString error{};    ///< `invalid_client`
    QString sentence{}; ///< without the code
    QString subError{}; ///< `consent_required`; empty: none
    bool operator==(const EntraRefusal &) const = default;
};

[[nodiscard]] EntraRefusal tenantUnknown(const QString &tenant);                         ///< 90002
[[nodiscard]] EntraRefusal applicationUnknown(const QString &id, const QString &tenant); ///< 700016
[[nodiscard]] EntraRefusal parameterMissing(const QString &name);                        ///< 900144
[[nodiscard]] EntraRefusal requestMalformed();                                           ///< 9002313
[[nodiscard]] EntraRefusal onlyTakes(const QString &method, const QByteArray &given);    ///< 900561
[[nodiscard]] EntraRefusal secretInvalid(const QString &application);                    ///< 7000215
[[nodiscard]] EntraRefusal secretExpired(const QString &application);                    ///< 7000222
[[nodiscard]] EntraRefusal assertionInvalid(const QString &why);                         ///< 700027
[[nodiscard]] EntraRefusal proofMissing();                                               ///< 7000218
[[nodiscard]] EntraRefusal grantTypeUnknown(const QString &type);                        ///< 70003
[[nodiscard]] EntraRefusal tenantNeeded();                                               ///< 9001023
[[nodiscard]] EntraRefusal scopeInvalid(const QString &why);                             ///< 70011
[[nodiscard]] EntraRefusal scopeNotDefault(const QString &scope);                        ///< 1002012
[[nodiscard]] EntraRefusal resourceUnknown(const QString &resource);                     ///< 500011
[[nodiscard]] EntraRefusal consentMissing(const QString &application);                   ///< 65001
[[nodiscard]] EntraRefusal consentDeclined();                                            ///< 65004
[[nodiscard]] EntraRefusal redirectUnknown(const QString &redirect);                     ///< 50011
[[nodiscard]] EntraRefusal responseTypeUnknown();                                        ///< 70005
[[nodiscard]] EntraRefusal userUnknown(const QString &user);                             ///< 50034
[[nodiscard]] EntraRefusal passwordWrong();                                              ///< 50126
[[nodiscard]] EntraRefusal codeInvalid(const QString &why);                              ///< 70000
[[nodiscard]] EntraRefusal codeExpired();                                                ///< 70008
[[nodiscard]] EntraRefusal codeRedeemed();                                               ///< 54005
[[nodiscard]] EntraRefusal refreshInvalid();                                             ///< 70000
[[nodiscard]] EntraRefusal refreshExpired();                                             ///< 700082
[[nodiscard]] EntraRefusal signInRevoked();                                              ///< 50173
[[nodiscard]] EntraRefusal devicePending();                                              ///< 70016
[[nodiscard]] EntraRefusal deviceTooFast();                                              ///< slow_down (RFC 8628 §3.5)
[[nodiscard]] EntraRefusal deviceExpired();                                              ///< 70020
[[nodiscard]] EntraRefusal deviceDeclined();                                             ///< authorization_declined
[[nodiscard]] EntraRefusal deviceUnknown();                                              ///< 70018
[[nodiscard]] EntraRefusal unavailable(int status); ///< 90033 with 500 and 503, temporarily_unavailable; 90055 with 429
/// Why this user cannot sign in: 50076, 50055, 50057, 50053, 53003, 50173. There is an obstacle.
[[nodiscard]] EntraRefusal obstacleRefusal(SignInObstacle obstacle, const QString &user);

/// The program shall ask again by itself: `authorization_pending`, `slow_down` (RFC 8628 §3.5).
[[nodiscard]] bool saysNotYet(const EntraRefusal &refusal);

/// By which a try is found again.
struct EntraTrace {
    QString traceId;
    QString correlationId;
    TimePoint time{};
};

/// `AADSTS7000215: Invalid client secret provided. … Trace ID: … Correlation ID: … Timestamp: …`.
[[nodiscard]] QString descriptionOf(const EntraRefusal &refusal, const EntraTrace &trace);
/// error, error_description, error_codes, timestamp, trace_id, correlation_id, and suberror where there is one.
[[nodiscard]] QJsonObject toJson(const EntraRefusal &refusal, const EntraTrace &trace);

} // namespace relaywright
