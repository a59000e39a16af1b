// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Random.h"
#include "core/http/HttpCarrier.h"
#include "core/oauth/BrowserSignIn.h"
#include "core/oauth/ClientAssertion.h"
#include "core/oauth/TokenCarrier.h"
#include "core/oauth/TokenScopes.h"
#include "core/rehearsal/PracticeSignInService.h"
#include "tests/support/TestSecrets.h"

#include <QTest>
#include <QUrlQuery>

#include <memory>
#include <optional>

namespace relaywright::test {

/// A practice sign-in service for contoso.com with one application and two users, and what asks it.
class SignInFixture : public QObject {
public:
    explicit SignInFixture(bool tls = true)
        : m_service({.tls = tls},
                    madeUpDirectory({*Domain::parse(QStringLiteral("contoso.com"))},
                                    {*EmailAddress::parse(QStringLiteral("scanner@contoso.com")),
                                     *EmailAddress::parse(QStringLiteral("joe@contoso.com"))},
                                    randomOctets),
                    m_clock, Knowledge::builtIn())
    {
        application().secrets = {{Secret(QByteArray(kPasswordMark))}};
        GrantRules rules;
        rules.pollInterval = std::chrono::seconds(1);
        m_service.grants().setRules(rules);
        if (const auto started = m_service.start(); !started)
            qFatal("%s", qPrintable(started.error().detail));
        m_carrier = std::make_unique<TokenCarrier>(
            TokenCarrier::Settings{.authoritiesPem = m_service.authorityPem(), .systemProxy = false}, m_clock,
            Knowledge::builtIn());
        m_browser = std::make_unique<HttpCarrier>(
            HttpCarrier::Settings{.authoritiesPem = m_service.authorityPem(), .systemProxy = false});
    }

    [[nodiscard]] PracticeSignInService &service() { return m_service; }
    [[nodiscard]] PracticeApplication &application() { return m_service.directory().applications.front(); }
    [[nodiscard]] TokenCarrier &carrier() { return *m_carrier; }
    [[nodiscard]] const Clock &clock() const { return m_clock; }

    [[nodiscard]] TokenClient client(TokenHolder holder, const ClientProof &proof,
                                     TokenUse use = TokenUse::ClientSubmission)
    {
        return {*IdentityService::at(m_service.baseUrl(), *EntraTenant::parse(m_service.directory().tenantId)),
                *ApplicationId::parse(application().id), scopesFor(use, Cloud::Worldwide, holder, Knowledge::builtIn()),
                proof};
    }
    [[nodiscard]] TokenClient publicClient(TokenUse use = TokenUse::ClientSubmission)
    {
        return client(TokenHolder::User, PublicClient{}, use);
    }
    [[nodiscard]] TokenClient confidentialClient(TokenUse use = TokenUse::ClientSubmission)
    {
        return client(TokenHolder::Application, ClientSecretProof{Secret(QByteArray(kPasswordMark))}, use);
    }

    [[nodiscard]] TokenAnswer ask(const TokenClient &client, const TokenGrant &grant)
    {
        std::optional<TokenAnswer> answer;
        m_carrier->ask(*tokenRequest(client, grant), this, [&answer](const TokenAnswer &given) { answer = given; });
        if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, 20'000))
            qFatal("no answer");
        return *answer;
    }
    [[nodiscard]] DeviceCodeAnswer askForDeviceCode(const TokenClient &client)
    {
        std::optional<DeviceCodeAnswer> answer;
        m_carrier->askForDeviceCode(*deviceCodeRequest(client), this,
                                    [&answer](const DeviceCodeAnswer &given) { answer = given; });
        if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, 20'000))
            qFatal("no answer");
        return *answer;
    }
    /// What a browser would do that follows nothing by itself.
    [[nodiscard]] HttpAnswer browse(const QUrl &url, const QByteArray &posted = {})
    {
        HttpQuestion question{.method = posted.isEmpty() ? "GET" : "POST", .url = url};
        if (!posted.isEmpty()) {
            question.fields = {{"Content-Type", kFormContentType}};
            question.body = posted;
        }
        std::optional<HttpOutcome> outcome;
        m_browser->ask(question, this, [&outcome](const HttpOutcome &given) { outcome = given; });
        if (!QTest::qWaitFor([&outcome] { return outcome.has_value(); }, 20'000) || !*outcome)
            qFatal("no answer");
        return **outcome;
    }
    /// What the page of a sign-in holds in a hidden field.
    [[nodiscard]] static QByteArray ticketOf(const HttpAnswer &page)
    {
        const QByteArray html = page.body.reveal().toByteArray();
        const qsizetype at = html.indexOf("name=\"ticket\" value=\"");
        return at < 0 ? QByteArray() : html.mid(at + 21, html.indexOf('"', at + 21) - at - 21);
    }

private:
    SystemClock m_clock;
    PracticeSignInService m_service;
    std::unique_ptr<TokenCarrier> m_carrier;
    std::unique_ptr<HttpCarrier> m_browser;
};

[[nodiscard]] inline TokenTrouble troubleIn(const TokenAnswer &answer)
{
    const auto *trouble = std::get_if<TokenTrouble>(&answer);
    return trouble ? *trouble : TokenTrouble();
}
[[nodiscard]] inline GrantedToken tokenIn(const TokenAnswer &answer)
{
    const auto *token = std::get_if<GrantedToken>(&answer);
    return token ? *token : GrantedToken();
}

} // namespace relaywright::test
