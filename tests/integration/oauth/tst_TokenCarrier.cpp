// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenCarrier.h"
#include "core/oauth/TokenScopes.h"
#include "tests/support/ScriptedHttpServer.h"
#include "tests/support/TestCertificates.h"
#include "tests/support/TestSecrets.h"

#include <QSignalSpy>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

using Answer = ScriptedHttpServer::Answer;

const QByteArray kToken = QByteArray("eyJ0.") + kTokenMark + ".c2ln";

QByteArray grant()
{
    return "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"" + kToken + "\"}";
}

TokenClient clientOf(const QUrl &base)
{
    const EntraTenant tenant = *EntraTenant::parse(QStringLiteral("contoso.com"));
    return {*IdentityService::at(base, tenant),
            *ApplicationId::parse(QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")),
            scopesFor(TokenUse::ClientSubmission, Cloud::Worldwide, TokenHolder::Application, Knowledge::builtIn()),
            ClientSecretProof{Secret(QByteArray("a-client-secret"))}};
}

TokenRequest requestTo(const QUrl &base)
{
    return *tokenRequest(clientOf(base), ClientCredentialsGrant{});
}

TokenTrouble troubleOf(const std::optional<TokenAnswer> &answer)
{
    const auto *trouble = answer ? std::get_if<TokenTrouble>(&*answer) : nullptr;
    return trouble ? *trouble : TokenTrouble();
}

} // namespace

/// Against an HTTP server of the test's own.
class tst_TokenCarrier : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bringsAToken();
    void bringsADeviceCode();
    void whatTheServiceRefusesIsNoLossOfTheAnswer();
    void followsNoRedirect();
    void namesWhatCameInPlaceOfAnAnswer_data();
    void namesWhatCameInPlaceOfAnAnswer();
    void waitsNoLongerThanItMay();
    void trustsTheAuthorityThatItIsGiven();
    void goesDownWithQuestionsUnderWay();

private:
    std::optional<TokenAnswer> ask(TokenCarrier &carrier, const QUrl &base);

    SystemClock m_clock;
};

std::optional<TokenAnswer> tst_TokenCarrier::ask(TokenCarrier &carrier, const QUrl &base)
{
    std::optional<TokenAnswer> answer;
    int calls = 0;
    bool returned = false;
    carrier.ask(requestTo(base), this, [&](const TokenAnswer &given) {
        if (!returned)
            qFatal("called before the call had returned");
        ++calls;
        answer = given;
    });
    returned = true;
    if (!QTest::qWaitFor([&] { return calls > 0; }, 20'000))
        qWarning("no answer");
    QCoreApplication::processEvents();
    return calls == 1 ? answer : std::nullopt;
}

void tst_TokenCarrier::bringsAToken()
{
    ScriptedHttpServer server([](const QByteArray &) { return ScriptedHttpServer::json(grant()); });
    QVERIFY(server.listen());
    TokenCarrier carrier({.systemProxy = false}, m_clock, Knowledge::builtIn());
    const auto answer = ask(carrier, server.base());
    QVERIFY(answer && std::holds_alternative<GrantedToken>(*answer));
    QVERIFY(std::get<GrantedToken>(*answer).accessToken == Secret(QByteArray(kToken)));

    QCOMPARE_EQ(server.requests().size(), 1);
    const QByteArray request = server.requests().front();
    QVERIFY(request.startsWith("POST /contoso.com/oauth2/v2.0/token HTTP/1.1\r\n"));
    QVERIFY(request.contains("\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
    QVERIFY(request.contains("grant_type=client_credentials"));
    QVERIFY(request.contains("client_secret=a-client-secret"));
    QVERIFY(!request.contains("\r\nCookie:"));
}

void tst_TokenCarrier::bringsADeviceCode()
{
    ScriptedHttpServer server([](const QByteArray &) {
        return ScriptedHttpServer::json(R"({"device_code":"dc","user_code":"WDJB-MJHT","expires_in":900,"interval":5,
            "verification_uri":"https://microsoft.com/devicelogin"})");
    });
    QVERIFY(server.listen());
    TokenCarrier carrier({.systemProxy = false}, m_clock, Knowledge::builtIn());
    TokenClient client = clientOf(server.base());
    client.proof = PublicClient{};
    client.scopes = scopesFor(TokenUse::ClientSubmission, Cloud::Worldwide, TokenHolder::User, Knowledge::builtIn());
    std::optional<DeviceCodeAnswer> answer;
    carrier.askForDeviceCode(*deviceCodeRequest(client), this, [&](const DeviceCodeAnswer &given) { answer = given; });
    QTRY_VERIFY(answer);
    QVERIFY(std::holds_alternative<DeviceCodeOffer>(*answer));
    QCOMPARE_EQ(std::get<DeviceCodeOffer>(*answer).userCode, QStringLiteral("WDJB-MJHT"));
    QVERIFY(server.requests().front().startsWith("POST /contoso.com/oauth2/v2.0/devicecode "));
}

void tst_TokenCarrier::whatTheServiceRefusesIsNoLossOfTheAnswer()
{
    ScriptedHttpServer server([](const QByteArray &) {
        return ScriptedHttpServer::json(
            R"({"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys are expired."})",
            401);
    });
    QVERIFY(server.listen());
    TokenCarrier carrier({.systemProxy = false}, m_clock, Knowledge::builtIn());
    const TokenTrouble trouble = troubleOf(ask(carrier, server.base()));
    QCOMPARE_EQ(trouble.status, 401);
    QCOMPARE_EQ(trouble.entraCode, QStringLiteral("7000222"));
    QCOMPARE_EQ(trouble.kind, TokenTrouble::Kind::Act);
}

void tst_TokenCarrier::followsNoRedirect()
{
    ScriptedHttpServer elsewhere([](const QByteArray &) { return ScriptedHttpServer::json(grant()); });
    QVERIFY(elsewhere.listen());
    ScriptedHttpServer server([&](const QByteArray &) {
        return Answer{"HTTP/1.1 307 Go\r\nLocation: " + elsewhere.base().toEncoded()
                      + "/x\r\nContent-Length: 0\r\n\r\n"};
    });
    QVERIFY(server.listen());
    TokenCarrier carrier({.systemProxy = false}, m_clock, Knowledge::builtIn());
    const TokenTrouble trouble = troubleOf(ask(carrier, server.base()));
    QCOMPARE_EQ(trouble.status, 307);
    QVERIFY(!trouble.sentence().isEmpty());
    QVERIFY(elsewhere.requests().isEmpty());
}

void tst_TokenCarrier::namesWhatCameInPlaceOfAnAnswer_data()
{
    QTest::addColumn<QByteArray>("octets");
    QTest::addColumn<TokenTrouble::Kind>("kind");
    using enum TokenTrouble::Kind;
    QTest::newRow("an end without a word") << QByteArray() << Wait;
    QTest::newRow("half an answer") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"token_type\":")
                                    << Wait;
    QTest::newRow("no HTTP") << QByteArray("220 mx.example.com ESMTP\r\n") << Wait;
    QTest::newRow("a gateway that has lost the service")
        << QByteArray("HTTP/1.1 502 Bad\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>") << Wait;
    QTest::newRow("too many questions") << QByteArray(
        "HTTP/1.1 429 Slow\r\nRetry-After: 17\r\nContent-Length: 2\r\n\r\n{}")
                                        << Wait;
    QTest::newRow("a page of somebody in between")
        << QByteArray("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 14\r\n\r\n<html>Sign in!") << Act;
}

void tst_TokenCarrier::namesWhatCameInPlaceOfAnAnswer()
{
    QFETCH(QByteArray, octets);
    QFETCH(TokenTrouble::Kind, kind);
    ScriptedHttpServer server(
        [octets](const QByteArray &) { return Answer{octets.isEmpty() ? QByteArray("\n") : octets}; });
    QVERIFY(server.listen());
    TokenCarrier carrier({.systemProxy = false}, m_clock, Knowledge::builtIn());
    const TokenTrouble trouble = troubleOf(ask(carrier, server.base()));
    QCOMPARE_EQ(trouble.kind, kind);
    QVERIFY2(trouble.sentence().endsWith(u'.'), qPrintable(trouble.sentence()));
    QVERIFY(!trouble.sentence().contains(QStringLiteral("a-client-secret")));
}

void tst_TokenCarrier::waitsNoLongerThanItMay()
{
    ScriptedHttpServer server([](const QByteArray &) { return Answer{}; });
    QVERIFY(server.listen());
    TokenCarrier carrier({.patience = 200ms, .systemProxy = false}, m_clock, Knowledge::builtIn());
    const TokenTrouble trouble = troubleOf(ask(carrier, server.base()));
    QCOMPARE_EQ(trouble.kind, TokenTrouble::Kind::Wait);
    QVERIFY2(trouble.sentence().contains(QStringLiteral("did not answer within 1 s.")), qPrintable(trouble.sentence()));
    QTRY_COMPARE_EQ(server.openConnections(), 0);
}

void tst_TokenCarrier::trustsTheAuthorityThatItIsGiven()
{
    TestCertificates certificates;
    ScriptedHttpServer server([](const QByteArray &) { return ScriptedHttpServer::json(grant()); });
    QVERIFY(server.listen(certificates.valid()));
    TokenCarrier carrier({.authoritiesPem = certificates.authorityPem(), .systemProxy = false}, m_clock,
                         Knowledge::builtIn());
    const auto answer = ask(carrier, server.base());
    QVERIFY2(answer && std::holds_alternative<GrantedToken>(*answer), qPrintable(troubleOf(answer).sentence()));

    ScriptedHttpServer other([](const QByteArray &) { return ScriptedHttpServer::json(grant()); });
    QVERIFY(other.listen(certificates.wrongName()));
    QVERIFY(!troubleOf(ask(carrier, other.base())).sentence().isEmpty());
    QVERIFY(other.requests().isEmpty());
}

void tst_TokenCarrier::goesDownWithQuestionsUnderWay()
{
    ScriptedHttpServer server([](const QByteArray &) { return Answer{}; });
    QVERIFY(server.listen());
    bool called = false;
    {
        TokenCarrier carrier({.systemProxy = false}, m_clock, Knowledge::builtIn());
        QSignalSpy asked(&server, &ScriptedHttpServer::asked);
        carrier.ask(requestTo(server.base()), this, [&called](const TokenAnswer &) { called = true; });
        QVERIFY(asked.wait());
    }
    QTRY_COMPARE_EQ(server.openConnections(), 0);
    QVERIFY(!called);
}

QTEST_GUILESS_MAIN(tst_TokenCarrier)
#include "tst_TokenCarrier.moc"
