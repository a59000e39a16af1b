// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/AccountBook.h"
#include "tests/support/MadeToken.h"
#include "tests/support/ScriptedHttpServer.h"
#include "tests/support/TestSecrets.h"
#include "tests/ui/Bench.h"

#include <QJsonArray>

namespace relaywright::test {

/// A sign-in service of the test's own, and tokens as Entra would give them.
class SignInService {
public:
    static constexpr auto kApplication = "2f1c8a7e-5b0d-4c39-9a53-6f0f3f3f1a11";
    static constexpr auto kTenant = "0c1d2e3f-4a5b-4c6d-8e7f-90a1b2c3d4e5";
    static constexpr auto kObjectId = "7d3b0a52-1e64-4f0e-b2a8-55c0ffee0001";

    explicit SignInService(const Clock &clock)
        : m_clock(clock), m_server([this](const QByteArray &request) { return script(request); })
    {
        script = [this](const QByteArray &) { return granted(applicationToken()); };
    }
    [[nodiscard]] bool listen() { return m_server.listen(); }
    [[nodiscard]] QUrl base() const { return m_server.base(); }
    [[nodiscard]] const QByteArrayList &requests() const { return m_server.requests(); }

    /// Of the application itself, with what Exchange Online wants.
    [[nodiscard]] QByteArray applicationToken() const
    {
        return token({{QStringLiteral("idtyp"), QStringLiteral("app")},
                      {QStringLiteral("oid"), QLatin1String(kObjectId)},
                      {QStringLiteral("roles"), QJsonArray{QStringLiteral("SMTP.SendAsApp")}}});
    }
    [[nodiscard]] QByteArray userToken(const QString &user) const
    {
        return token({{QStringLiteral("upn"), user}, {QStringLiteral("scp"), QStringLiteral("SMTP.Send")}});
    }
    [[nodiscard]] static ScriptedHttpServer::Answer granted(const QByteArray &accessToken,
                                                            const QByteArray &refreshToken = {})
    {
        QByteArray json = R"({"token_type":"Bearer","expires_in":3599,"access_token":")" + accessToken + '"';
        if (!refreshToken.isEmpty())
            json += R"(,"refresh_token":")" + refreshToken + '"';
        return ScriptedHttpServer::json(json + '}');
    }
    /// As Entra refuses: `error` of RFC 6749, and its own number.
    [[nodiscard]] static ScriptedHttpServer::Answer refused(const QByteArray &error, const QByteArray &number)
    {
        return ScriptedHttpServer::json(R"({"error":")" + error + R"(","error_description":"AADSTS)" + number
                                            + R"(: Refused. Trace ID: 1","error_codes":[)" + number
                                            + R"(],"trace_id":"11111111-2222-3333-4444-555555555555"})",
                                        401);
    }
    /// An application that signs in here, with a client secret in the keychain.
    [[nodiscard]] TokenAccount application(const QString &keychainName) const
    {
        return {.tenant = *EntraTenant::parse(QLatin1String(kTenant)),
                .application = *ApplicationId::parse(QLatin1String(kApplication)),
                .proof = KeptClientSecret{SecretRef::keychain(keychainName)},
                .service = base()};
    }

    ScriptedHttpServer::Script script;

private:
    [[nodiscard]] QByteArray token(QJsonObject claims) const
    {
        claims.insert(QStringLiteral("aud"), QStringLiteral("https://outlook.office365.com"));
        claims.insert(QStringLiteral("tid"), QLatin1String(kTenant));
        claims.insert(QStringLiteral("appid"), QLatin1String(kApplication));
        claims.insert(QStringLiteral("exp"), toDateTime(m_clock.now()).addSecs(3599).toSecsSinceEpoch());
        return madeToken(claims);
    }

    const Clock &m_clock;
    ScriptedHttpServer m_server;
};

} // namespace relaywright::test
