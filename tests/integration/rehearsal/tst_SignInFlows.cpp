// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"
#include "core/oauth/PersonSignIn.h"
#include "core/rehearsal/PracticeServer.h"
#include "tests/integration/rehearsal/SignInFixture.h"
#include "tests/unit/oauth/MadeIdentity.h"
#include "tests/unit/rehearsal/PracticeClient.h"

#include <QSignalSpy>
#include <QTcpSocket>
#include <QTest>

#include <algorithm>
#include <array>
#include <ctime>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

const QString kScanner = QStringLiteral("scanner@contoso.com");

QUrl locationOf(const HttpAnswer &answer)
{
    return QUrl::fromEncoded(answer.field("Location"));
}

QByteArray targetOf(const QUrl &url)
{
    return '/' + QByteArray("?") + url.query(QUrl::FullyEncoded).toLatin1();
}

} // namespace

/// Every way to a token that core/oauth knows, at the practice sign-in service, and what the practice SMTP server makes of it.
class tst_SignInFlows : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anApplicationSignsInWithItsSecret();
    void anApplicationSignsInWithItsCertificate_data();
    void anApplicationSignsInWithItsCertificate();
    void anAssertionIsGoodOnce();
    void aPersonSignsInInTheBrowser();
    void aPersonChoosesOnThePage();
    void aPersonDeclinesOnThePage();
    void aPersonEntersADeviceCode();
    void aDeviceIsToldThatSomebodyDeclined();
    void theWholeWayThroughABrowser();
    void whatTheBrowserBringsTwiceIsRedeemedOnce();
    void aSignInIsRenewed();
    void anOldSignInEndsWhereItIsAskedFor();
    void theServiceRefusesInEntrasWords_data();
    void theServiceRefusesInEntrasWords();
    void faultsShowAsWhatTheyAre_data();
    void faultsShowAsWhatTheyAre();
    void aTokenOutlivesANewKeyAndNotTheThird();
    void theSmtpServerTakesOnlyWhatWasIssuedForIt_data();
    void theSmtpServerTakesOnlyWhatWasIssuedForIt();

private:
    /// Signs in at a practice SMTP server that knows the service, and sends a message there.
    QString verdictAt(SignInFixture &fixture, const Secret &token, const QString &user = kScanner);
    std::optional<BrowserSignIn> begin(const TokenClient &client, const QString &hint = {});
    /// Begins in a browser, where the scanner's user is let in at once; where that is sent then.
    QUrl redirectOf(PersonSignIn &person, SignInFixture &fixture);
};

QUrl tst_SignInFlows::redirectOf(PersonSignIn &person, SignInFixture &fixture)
{
    fixture.service().setConsent(PracticeConsent::AtOnce);
    QSignalSpy wanted(&person, &PersonSignIn::browserWanted);
    if (!person.inBrowser({.loginHint = kScanner}) || (wanted.empty() && !wanted.wait(20'000)))
        return {};
    return locationOf(fixture.browse(wanted.front().front().toUrl()));
}

std::optional<BrowserSignIn> tst_SignInFlows::begin(const TokenClient &client, const QString &hint)
{
    auto begun =
        BrowserSignIn::begin(client, 50123, Secret(randomOctets(BrowserSignIn::kRandomOctets)), {.loginHint = hint});
    return begun ? std::optional(*begun) : std::nullopt;
}

QString tst_SignInFlows::verdictAt(SignInFixture &fixture, const Secret &token, const QString &user)
{
    PracticeSettings settings = practice(PracticeMethod::ClientSubmission);
    settings.tokenJudge = fixture.service().judge();
    settings.tenant.accounts.front().accessToken = {};
    PracticeAccount joe;
    joe.user = QStringLiteral("joe@contoso.com");
    joe.anySecret = true;
    settings.tenant.accounts.push_back(joe);
    PracticeServer server(settings, fixture.clock());
    if (!server.start())
        return {};
    Wish wish;
    wish.p1 = user.toLatin1();
    wish.content = message(user.toLatin1());
    wish.more = [&](ConnectionSettings &connection) {
        connection.smtp.credentials = Credentials{user, token, AuthMechanism::XOAuth2};
    };
    const QString said = verdict(send(server, wish));
    return server.messages().empty() ? said : QStringLiteral("taken as ") + server.messages().back().signedInAs;
}

void tst_SignInFlows::anApplicationSignsInWithItsSecret()
{
    SignInFixture fixture;
    const TokenAnswer answer = fixture.ask(fixture.confidentialClient(), ClientCredentialsGrant{});
    const GrantedToken token = tokenIn(answer);
    QVERIFY2(!token.accessToken.isEmpty(), qPrintable(troubleIn(answer).sentence()));
    QVERIFY(token.refreshToken.isEmpty());
    QCOMPARE_EQ(token.expires - token.obtained, 3599s);
    const auto claims = readAccessToken(token.accessToken);
    QVERIFY(claims);
    QCOMPARE_EQ(claims->audience, QStringLiteral("https://outlook.office365.com"));
    QCOMPARE_EQ(claims->tenantId, fixture.service().directory().tenantId);
    QCOMPARE_EQ(claims->applicationId, fixture.application().id);
    QVERIFY(claims->roles.contains(QStringLiteral("SMTP.SendAsApp")));
    QVERIFY(claims->isApplication);
    const auto remarks = judgeToken(*claims,
                                    {.mailbox = kScanner,
                                     .tenantId = fixture.service().directory().tenantId,
                                     .applicationId = fixture.application().id},
                                    Knowledge::builtIn(), fixture.clock().now());
    for (const TokenRemark &remark : remarks)
        QVERIFY2(remark.level == TokenRemark::Level::Good, qPrintable(remark.sentence));
    QCOMPARE_EQ(fixture.service().counts(), (SignInCounts{.requests = 1, .tokens = 1}));
    QCOMPARE_EQ(verdictAt(fixture, token.accessToken), QStringLiteral("taken as ") + kScanner);
}

void tst_SignInFlows::anApplicationSignsInWithItsCertificate_data()
{
    QTest::addColumn<AssertionAlgorithm>("algorithm");
    QTest::newRow("PS256") << AssertionAlgorithm::Ps256;
    QTest::newRow("RS256") << AssertionAlgorithm::Rs256;
}

void tst_SignInFlows::anApplicationSignsInWithItsCertificate()
{
    QFETCH(AssertionAlgorithm, algorithm);
    SignInFixture fixture;
    const test::MadeIdentity made = test::MadeIdentity::rsa();
    const QByteArray pem = made.certificatePem(std::time(nullptr) - 3600, std::time(nullptr) + 3600);
    fixture.application().secrets.clear();
    fixture.application().certificatesPem = {pem};
    const auto key = AssertionKey::fromPem(made.keyPem(), pem);
    QVERIFY(key);
    TokenClient client = fixture.confidentialClient();
    const auto assertion = signAssertion(
        *key, {client.service.tokenUrl(), client.application, algorithm, algorithm == AssertionAlgorithm::Rs256},
        fixture.clock().now(), randomOctets(kAssertionIdOctets));
    QVERIFY(assertion);
    client.proof = ClientAssertionProof{*assertion};
    const TokenAnswer answer = fixture.ask(client, ClientCredentialsGrant{});
    const GrantedToken token = tokenIn(answer);
    QVERIFY2(!token.accessToken.isEmpty(), qPrintable(troubleIn(answer).sentence()));
    QCOMPARE_EQ(verdictAt(fixture, token.accessToken), QStringLiteral("taken as ") + kScanner);
}

void tst_SignInFlows::anAssertionIsGoodOnce()
{
    SignInFixture fixture;
    const test::MadeIdentity made = test::MadeIdentity::rsa();
    const QByteArray pem = made.certificatePem(std::time(nullptr) - 3600, std::time(nullptr) + 3600);
    fixture.application().certificatesPem = {pem};
    TokenClient client = fixture.confidentialClient();
    client.proof = ClientAssertionProof{*signAssertion(*AssertionKey::fromPem(made.keyPem(), pem),
                                                       {client.service.tokenUrl(), client.application},
                                                       fixture.clock().now(), randomOctets(kAssertionIdOctets))};
    QVERIFY(!tokenIn(fixture.ask(client, ClientCredentialsGrant{})).accessToken.isEmpty());
    const TokenTrouble trouble = troubleIn(fixture.ask(client, ClientCredentialsGrant{}));
    QCOMPARE_EQ(trouble.entraCode, QStringLiteral("700027"));
    QVERIFY2(trouble.description.contains(QStringLiteral("was used before")), qPrintable(trouble.description));
}

void tst_SignInFlows::aPersonSignsInInTheBrowser()
{
    SignInFixture fixture;
    fixture.service().setConsent(PracticeConsent::AtOnce);
    const TokenClient client = fixture.publicClient();
    const auto signIn = begin(client, kScanner);
    QVERIFY(signIn);
    const HttpAnswer redirect = fixture.browse(signIn->url());
    QCOMPARE_EQ(redirect.status, 302);
    QCOMPARE_EQ(locationOf(redirect).port(), 50123);
    const RedirectAnswer read = signIn->read(targetOf(locationOf(redirect)), Knowledge::builtIn());
    QVERIFY(std::holds_alternative<RedirectCode>(read));
    const auto grant = signIn->grantFor(std::get<RedirectCode>(read));
    const TokenAnswer answer = fixture.ask(client, grant);
    const GrantedToken token = tokenIn(answer);
    QVERIFY2(!token.accessToken.isEmpty(), qPrintable(troubleIn(answer).sentence()));
    QVERIFY(!token.refreshToken.isEmpty());
    QCOMPARE_EQ(token.scopes, QStringList{QStringLiteral("https://outlook.office.com/SMTP.Send")});
    QCOMPARE_EQ(readAccessToken(token.accessToken)->user, kScanner);
    QCOMPARE_EQ(verdictAt(fixture, token.accessToken), QStringLiteral("taken as ") + kScanner);
    // A code is good once, and whoever intercepted it has not the verifier.
    QCOMPARE_EQ(troubleIn(fixture.ask(client, grant)).entraCode, QStringLiteral("54005"));
    const auto other = begin(client, kScanner);
    const auto stolen = other->read(targetOf(locationOf(fixture.browse(other->url()))), Knowledge::builtIn());
    AuthorizationCodeGrant guessed = other->grantFor(std::get<RedirectCode>(stolen));
    guessed.verifier = grant.verifier;
    QCOMPARE_EQ(troubleIn(fixture.ask(client, guessed)).entraCode, QStringLiteral("70000"));
}

void tst_SignInFlows::aPersonChoosesOnThePage()
{
    SignInFixture fixture;
    fixture.service().directory().user(kScanner)->password = Secret(QByteArray("of the page"));
    const TokenClient client = fixture.publicClient();
    const auto signIn = begin(client);
    const HttpAnswer page = fixture.browse(signIn->url());
    QCOMPARE_EQ(page.status, 200);
    QVERIFY(page.field("Content-Type").startsWith("text/html"));
    const QByteArray ticket = SignInFixture::ticketOf(page);
    QVERIFY(!ticket.isEmpty());
    QUrl decide = fixture.service().baseUrl();
    decide.setPath(QStringLiteral("/decide"));
    const QByteArray chosen = "ticket=" + ticket + "&user=scanner%40contoso.com&password=of+the+page&answer=accept";
    const HttpAnswer redirect = fixture.browse(decide, chosen);
    QCOMPARE_EQ(redirect.status, 302);
    const auto read = signIn->read(targetOf(locationOf(redirect)), Knowledge::builtIn());
    QVERIFY(std::holds_alternative<RedirectCode>(read));
    const GrantedToken token = tokenIn(fixture.ask(client, signIn->grantFor(std::get<RedirectCode>(read))));
    QCOMPARE_EQ(verdictAt(fixture, token.accessToken), QStringLiteral("taken as ") + kScanner);
    QCOMPARE_EQ(fixture.browse(decide, chosen).status, 400); // a page decides once

    const auto again = begin(client);
    const QByteArray next = SignInFixture::ticketOf(fixture.browse(again->url()));
    const auto wrong =
        again->read(targetOf(locationOf(fixture.browse(
                        decide, "ticket=" + next + "&user=scanner%40contoso.com&password=x&answer=accept"))),
                    Knowledge::builtIn());
    QVERIFY(std::holds_alternative<TokenTrouble>(wrong));
    QCOMPARE_EQ(std::get<TokenTrouble>(wrong).entryId, QStringLiteral("token.password-wrong"));
}

void tst_SignInFlows::aPersonDeclinesOnThePage()
{
    SignInFixture fixture;
    const auto signIn = begin(fixture.publicClient());
    const QByteArray ticket = SignInFixture::ticketOf(fixture.browse(signIn->url()));
    QUrl decide = fixture.service().baseUrl();
    decide.setPath(QStringLiteral("/decide"));
    const HttpAnswer redirect =
        fixture.browse(decide, "ticket=" + ticket + "&user=scanner%40contoso.com&answer=decline");
    const auto read = signIn->read(targetOf(locationOf(redirect)), Knowledge::builtIn());
    QVERIFY(std::holds_alternative<TokenTrouble>(read));
    QCOMPARE_EQ(std::get<TokenTrouble>(read).error, QStringLiteral("access_denied"));
}

void tst_SignInFlows::aPersonEntersADeviceCode()
{
    SignInFixture fixture;
    PersonSignIn person(fixture.publicClient(), fixture.carrier(), fixture.clock(), Knowledge::builtIn());
    QSignalSpy finished(&person, &PersonSignIn::finished);
    std::optional<DeviceCodeOffer> offer;
    connect(&person, &PersonSignIn::codeOffered, this, [&offer](const DeviceCodeOffer &given) { offer = given; });
    QVERIFY(person.withDeviceCode());
    QTRY_VERIFY(offer);
    QCOMPARE_EQ(offer->interval, 1s);
    // One poll at least finds that nobody has entered it yet.
    QTRY_VERIFY(fixture.service().counts().waiting > 0);
    QCOMPARE_EQ(fixture.browse(offer->verificationUrl).status, 200);
    const QByteArray typed = offer->userCode.left(4).toLower().toLatin1() + '-' + offer->userCode.mid(4).toLatin1();
    const QByteArray rest = "&user=scanner%40contoso.com&answer=accept";
    QCOMPARE_EQ(fixture.browse(offer->verificationUrl, "code=WRONGCODE" + rest).status, 400);
    QCOMPARE_EQ(fixture.browse(offer->verificationUrl, "code=" + typed + rest).status, 200);
    QTRY_COMPARE(finished.size(), 1);
    const GrantedToken token = tokenIn(finished.front().front().value<TokenAnswer>());
    QVERIFY(!token.refreshToken.isEmpty());
    QCOMPARE_EQ(verdictAt(fixture, token.accessToken), QStringLiteral("taken as ") + kScanner);
}

void tst_SignInFlows::aDeviceIsToldThatSomebodyDeclined()
{
    SignInFixture fixture;
    PersonSignIn person(fixture.publicClient(), fixture.carrier(), fixture.clock(), Knowledge::builtIn());
    QSignalSpy finished(&person, &PersonSignIn::finished);
    connect(&person, &PersonSignIn::codeOffered, this, [&fixture](const DeviceCodeOffer &offer) {
        (void)fixture.browse(offer.verificationUrl, "code=" + offer.userCode.toLatin1() + "&answer=decline");
    });
    QVERIFY(person.withDeviceCode());
    QTRY_COMPARE(finished.size(), 1);
    const TokenTrouble trouble = troubleIn(finished.front().front().value<TokenAnswer>());
    QCOMPARE_EQ(trouble.error, QStringLiteral("authorization_declined"));
    QCOMPARE_EQ(trouble.actor, TokenTrouble::Actor::User);
}

void tst_SignInFlows::theWholeWayThroughABrowser()
{
    SignInFixture fixture;
    PersonSignIn person(fixture.publicClient(), fixture.carrier(), fixture.clock(), Knowledge::builtIn());
    QSignalSpy finished(&person, &PersonSignIn::finished);
    QCOMPARE_EQ(fixture.browse(redirectOf(person, fixture)).status, 200);
    QTRY_COMPARE(finished.size(), 1);
    const GrantedToken token = tokenIn(finished.front().front().value<TokenAnswer>());
    QCOMPARE_EQ(verdictAt(fixture, token.accessToken), QStringLiteral("taken as ") + kScanner);
}

/// As one that asks again over a second connection; a code that is redeemed twice takes the first token away.
void tst_SignInFlows::whatTheBrowserBringsTwiceIsRedeemedOnce()
{
    SignInFixture fixture;
    PersonSignIn person(fixture.publicClient(), fixture.carrier(), fixture.clock(), Knowledge::builtIn());
    QSignalSpy finished(&person, &PersonSignIn::finished);
    const QUrl redirect = redirectOf(person, fixture);
    std::array<QTcpSocket, 2> connections;
    for (QTcpSocket &one : connections)
        one.connectToHost(QHostAddress(QHostAddress::LocalHost), static_cast<quint16>(redirect.port()));
    for (QTcpSocket &one : connections)
        QTRY_COMPARE(one.state(), QAbstractSocket::ConnectedState);
    for (QTcpSocket &one : connections)
        one.write("GET " + redirect.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority) + " HTTP/1.1\r\n\r\n");
    QByteArrayList answers;
    for (QTcpSocket &one : connections) {
        QTRY_COMPARE(one.state(), QAbstractSocket::UnconnectedState);
        answers += one.readAll().left(12);
    }
    std::ranges::sort(answers);
    QCOMPARE(answers, QByteArrayList({"HTTP/1.1 200", "HTTP/1.1 400"}));
    QTRY_COMPARE(finished.size(), 1);
    const GrantedToken token = tokenIn(finished.front().front().value<TokenAnswer>());
    QCOMPARE_EQ(verdictAt(fixture, token.accessToken), QStringLiteral("taken as ") + kScanner);
}

void tst_SignInFlows::aSignInIsRenewed()
{
    SignInFixture fixture;
    fixture.service().setConsent(PracticeConsent::AtOnce);
    const TokenClient client = fixture.publicClient();
    const auto signIn = begin(client, kScanner);
    const auto read = signIn->read(targetOf(locationOf(fixture.browse(signIn->url()))), Knowledge::builtIn());
    const GrantedToken first = tokenIn(fixture.ask(client, signIn->grantFor(std::get<RedirectCode>(read))));
    const GrantedToken second = tokenIn(fixture.ask(client, RefreshTokenGrant{first.refreshToken}));
    QVERIFY(!second.accessToken.isEmpty());
    QVERIFY(!second.refreshToken.isEmpty() && !(second.refreshToken == first.refreshToken));
    QCOMPARE_EQ(verdictAt(fixture, second.accessToken), QStringLiteral("taken as ") + kScanner);
    // Entra lets the old one live; for another resource it is good, too.
    const TokenClient graph = fixture.publicClient(TokenUse::Graph);
    const GrantedToken other = tokenIn(fixture.ask(graph, RefreshTokenGrant{first.refreshToken}));
    QCOMPARE_EQ(readAccessToken(other.accessToken)->audience, QStringLiteral("https://graph.microsoft.com"));
    QCOMPARE_EQ(fixture.service().counts().refreshTokens, 3);
    fixture.service().grants().revoke(kScanner);
    const TokenTrouble trouble = troubleIn(fixture.ask(client, RefreshTokenGrant{second.refreshToken}));
    QCOMPARE_EQ(trouble.entraCode, QStringLiteral("50173"));
    QCOMPARE_EQ(trouble.actor, TokenTrouble::Actor::User);
}

void tst_SignInFlows::anOldSignInEndsWhereItIsAskedFor()
{
    SignInFixture fixture;
    fixture.service().setConsent(PracticeConsent::AtOnce);
    fixture.service().setFaults({.refreshOnce = true});
    const TokenClient client = fixture.publicClient();
    const auto signIn = begin(client, kScanner);
    const auto read = signIn->read(targetOf(locationOf(fixture.browse(signIn->url()))), Knowledge::builtIn());
    const GrantedToken first = tokenIn(fixture.ask(client, signIn->grantFor(std::get<RedirectCode>(read))));
    // What brings no other one does not end it.
    fixture.service().directory().user(kScanner)->obstacle = SignInObstacle::SecondFactor;
    QCOMPARE_EQ(troubleIn(fixture.ask(client, RefreshTokenGrant{first.refreshToken})).entraCode,
                QStringLiteral("50076"));
    fixture.service().directory().user(kScanner)->obstacle = SignInObstacle::Nothing;
    const GrantedToken second = tokenIn(fixture.ask(client, RefreshTokenGrant{first.refreshToken}));
    QVERIFY(!second.refreshToken.isEmpty());
    QCOMPARE_EQ(troubleIn(fixture.ask(client, RefreshTokenGrant{first.refreshToken})).entraCode,
                QStringLiteral("50173"));
    QVERIFY(!tokenIn(fixture.ask(client, RefreshTokenGrant{second.refreshToken})).accessToken.isEmpty());
}

void tst_SignInFlows::theServiceRefusesInEntrasWords_data()
{
    QTest::addColumn<std::function<void(SignInFixture &, TokenClient &)>>("change");
    QTest::addColumn<QString>("entry");
    QTest::addColumn<int>("status");
    const auto row = [](const char *tag, const char *entry, int status,
                        std::function<void(SignInFixture &, TokenClient &)> change) {
        QTest::newRow(tag) << change << QString::fromLatin1(entry) << status;
    };
    row("another secret", "token.secret-invalid", 401, [](SignInFixture &, TokenClient &client) {
        client.proof = ClientSecretProof{Secret(QByteArray("another-one"))};
    });
    row("a secret that has ended", "token.secret-expired", 401, [](SignInFixture &fixture, TokenClient &) {
        fixture.application().secrets.front().expires = fixture.clock().now() - 1s;
    });
    row("an unknown application", "token.application-unknown", 400, [](SignInFixture &, TokenClient &client) {
        client.application = *ApplicationId::parse(QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"));
    });
    row("an unknown tenant", "token.tenant-unknown", 400, [](SignInFixture &fixture, TokenClient &client) {
        client.service =
            *IdentityService::at(fixture.service().baseUrl(), *EntraTenant::parse(QStringLiteral("example.com")));
    });
    row("no certificate of this application", "token.assertion-refused", 401, [](SignInFixture &, TokenClient &client) {
        client.proof = ClientAssertionProof{Secret(QByteArray("e30.e30.c2ln"))};
    });
    row("an unknown resource", "token.other", 400, [](SignInFixture &, TokenClient &client) {
        client.scopes = QStringLiteral("https://vault.example.com/.default");
    });
}

void tst_SignInFlows::theServiceRefusesInEntrasWords()
{
    using Change = std::function<void(SignInFixture &, TokenClient &)>;
    QFETCH(Change, change);
    QFETCH(QString, entry);
    QFETCH(int, status);
    SignInFixture fixture;
    TokenClient client = fixture.confidentialClient();
    change(fixture, client);
    const TokenTrouble trouble = troubleIn(fixture.ask(client, ClientCredentialsGrant{}));
    QCOMPARE_EQ(trouble.entryId, entry);
    QCOMPARE_EQ(trouble.status, status);
    QCOMPARE_EQ(trouble.kind, TokenTrouble::Kind::Act);
    QVERIFY(!trouble.entraCode.isEmpty() && !trouble.traceId.isEmpty() && !trouble.correlationId.isEmpty());
    QCOMPARE_EQ(fixture.service().counts(), (SignInCounts{.requests = 1, .refused = 1}));
}

void tst_SignInFlows::faultsShowAsWhatTheyAre_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *words, const char *expected) {
        QTest::newRow(words) << QString::fromLatin1(words).split(u' ') << QString::fromLatin1(expected);
    };
    row("status=503 retry-after=17s", "wait 503 17");
    row("status=500", "wait 500 -1");
    row("status=429 retry-after=5s", "wait 429 5");
    row("malformed-json", "act 200 -1");
    row("huge-json", "act 200 -1");
    row("drop-in-answer", "wait 0 -1");
}

void tst_SignInFlows::faultsShowAsWhatTheyAre()
{
    QFETCH(QStringList, words);
    QFETCH(QString, expected);
    SignInFixture fixture;
    PracticeWebFaults faults;
    for (const QString &word : words)
        QVERIFY(addWebFault(faults, word));
    fixture.service().setFaults(faults);
    const TokenAnswer answer = fixture.ask(fixture.confidentialClient(), ClientCredentialsGrant{});
    QVERIFY(std::holds_alternative<TokenTrouble>(answer));
    const TokenTrouble trouble = troubleIn(answer);
    QCOMPARE_EQ(QStringLiteral("%1 %2 %3")
                    .arg(toString(trouble.kind))
                    .arg(trouble.status)
                    .arg(trouble.wait ? trouble.wait->count() : -1),
                expected);
    fixture.service().setFaults({});
    QVERIFY(!tokenIn(fixture.ask(fixture.confidentialClient(), ClientCredentialsGrant{})).accessToken.isEmpty());
}

void tst_SignInFlows::aTokenOutlivesANewKeyAndNotTheThird()
{
    SignInFixture fixture;
    const GrantedToken token = tokenIn(fixture.ask(fixture.confidentialClient(), ClientCredentialsGrant{}));
    QVERIFY(fixture.service().rotateKey());
    QCOMPARE_EQ(verdictAt(fixture, token.accessToken), QStringLiteral("taken as ") + kScanner);
    QVERIFY(fixture.service().rotateKey());
    QVERIFY(fixture.service().rotateKey());
    QVERIFY(verdictAt(fixture, token.accessToken).startsWith(QLatin1String("535 5.7.3")));
}

void tst_SignInFlows::theSmtpServerTakesOnlyWhatWasIssuedForIt_data()
{
    QTest::addColumn<std::function<Secret(SignInFixture &)>>("make");
    QTest::addColumn<QString>("user");
    const auto row = [](const char *tag, std::function<Secret(SignInFixture &)> make, const QString &user = kScanner) {
        QTest::newRow(tag) << make << user;
    };
    const auto issued = [](SignInFixture &fixture, const TokenClient &client) {
        return tokenIn(fixture.ask(client, ClientCredentialsGrant{})).accessToken;
    };
    row("for Graph",
        [issued](SignInFixture &fixture) { return issued(fixture, fixture.confidentialClient(TokenUse::Graph)); });
    row("without the permission", [issued](SignInFixture &fixture) {
        fixture.application().exchangeRoles.clear();
        return issued(fixture, fixture.confidentialClient());
    });
    row("for a mailbox that is not open to it", [issued](SignInFixture &fixture) {
        fixture.application().mailboxes = {*EmailAddress::parse(QStringLiteral("joe@contoso.com"))};
        return issued(fixture, fixture.confidentialClient());
    });
    row("of another service", [issued](SignInFixture &) {
        SignInFixture other;
        return issued(other, other.confidentialClient());
    });
    row("with a claim changed", [issued](SignInFixture &fixture) {
        QByteArrayList parts = issued(fixture, fixture.confidentialClient()).reveal().toByteArray().split('.');
        QByteArray claims = QByteArray::fromBase64(parts[1], QByteArray::Base64UrlEncoding);
        claims.replace("Practice application", "Another application ");
        parts[1] = base64Url(claims);
        return Secret(parts.join('.'));
    });
    row("with its algorithm changed to none", [issued](SignInFixture &fixture) {
        QByteArrayList parts = issued(fixture, fixture.confidentialClient()).reveal().toByteArray().split('.');
        QByteArray header = QByteArray::fromBase64(parts[0], QByteArray::Base64UrlEncoding);
        header.replace("RS256", "none");
        parts[0] = base64Url(header);
        return Secret(parts.join('.'));
    });
    row(
        "where any secret would do", [](SignInFixture &) { return Secret(QByteArray("opaque")); },
        QStringLiteral("joe@contoso.com"));
}

void tst_SignInFlows::theSmtpServerTakesOnlyWhatWasIssuedForIt()
{
    using Make = std::function<Secret(SignInFixture &)>;
    QFETCH(Make, make);
    QFETCH(QString, user);
    SignInFixture fixture;
    const QString said = verdictAt(fixture, make(fixture), user);
    QVERIFY2(said.startsWith(QLatin1String("535 5.7.3")), qPrintable(said));
}

QTEST_GUILESS_MAIN(tst_SignInFlows)
#include "tst_SignInFlows.moc"
