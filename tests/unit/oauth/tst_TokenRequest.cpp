// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/FormEncoding.h"
#include "core/oauth/TokenRequest.h"
#include "core/oauth/TokenScopes.h"
#include "tests/support/TestSecrets.h"

#include <QTest>
#include <QUrlQuery>

using namespace relaywright;

namespace {

const QString kTenant = QStringLiteral("11111111-2222-3333-4444-555555555555");
const QString kApplication = QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");

EntraTenant tenant(const QString &text = kTenant)
{
    return *EntraTenant::parse(text);
}

TokenClient clientWith(ClientProof proof, const QString &tenantText = kTenant)
{
    return {IdentityService::entra(Cloud::Worldwide, tenant(tenantText), Knowledge::builtIn()),
            *ApplicationId::parse(kApplication),
            scopesFor(TokenUse::ClientSubmission, Cloud::Worldwide, TokenHolder::Application, Knowledge::builtIn()),
            std::move(proof)};
}

QMap<QString, QString> formOf(const TokenRequest &request)
{
    QMap<QString, QString> form;
    const QList<QByteArray> pairs = request.body.reveal().toByteArray().split('&');
    for (QByteArray pair : pairs) {
        const qsizetype equals = pair.replace('+', ' ').indexOf('=');
        form.insert(QString::fromUtf8(QByteArray::fromPercentEncoding(pair.left(equals))),
                    QString::fromUtf8(QByteArray::fromPercentEncoding(pair.mid(equals + 1))));
    }
    return form;
}

} // namespace

class tst_TokenRequest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tenantsAreIdsOrDomains_data();
    void tenantsAreIdsOrDomains();
    void applicationsAreGuids();
    void everyCloudHasItsEndpoint_data();
    void everyCloudHasItsEndpoint();
    void otherServicesAreSafeOnes_data();
    void otherServicesAreSafeOnes();
    void scopesFitCloudAndHolder_data();
    void scopesFitCloudAndHolder();
    void formsAreEncodedAsTheStandardSays();
    void formsAreReadAsTheyWereWritten();
    void ambiguousFormsAreNotRead_data();
    void ambiguousFormsAreNotRead();
    void asksWithAClientSecret();
    void asksWithAnAssertion();
    void asksWithACodeOfTheBrowser();
    void asksForADeviceCodeAndPolls();
    void asksWithARefreshToken();
    void theTranscriptHidesEverySecret();
    void hopelessRequestsAreNotMade_data();
    void hopelessRequestsAreNotMade();
};

void tst_TokenRequest::tenantsAreIdsOrDomains_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("parsed");
    QTest::newRow("id") << QStringLiteral("11111111-2222-3333-4444-555555555555") << kTenant;
    QTest::newRow("with braces and blanks") << QStringLiteral(" {11111111-2222-3333-4444-555555555555} ") << kTenant;
    QTest::newRow("domain") << QStringLiteral("Contoso.onmicrosoft.com") << QStringLiteral("contoso.onmicrosoft.com");
    QTest::newRow("any organisation") << QStringLiteral("organizations") << QStringLiteral("organizations");
    QTest::newRow("personal accounts") << QStringLiteral("common") << QString();
    QTest::newRow("a way out of the path") << QStringLiteral("../common") << QString();
    QTest::newRow("a query") << QStringLiteral("contoso.com?x=1") << QString();
    QTest::newRow("nothing") << QString() << QString();
}

void tst_TokenRequest::tenantsAreIdsOrDomains()
{
    QFETCH(QString, text);
    QFETCH(QString, parsed);
    const auto read = EntraTenant::parse(text);
    QCOMPARE_EQ(read ? read->toString() : QString(), parsed);
    if (!read)
        QVERIFY2(read.error().detail.endsWith(u'.'), qPrintable(read.error().detail));
}

void tst_TokenRequest::applicationsAreGuids()
{
    QCOMPARE_EQ(ApplicationId::parse(kApplication.toUpper())->toString(), kApplication);
    const auto secret = ApplicationId::parse(QStringLiteral("abc8Q~a-secret-by-mistake"));
    QVERIFY(!secret);
    QVERIFY(!secret.error().detail.contains(QStringLiteral("8Q~")));
}

void tst_TokenRequest::everyCloudHasItsEndpoint_data()
{
    QTest::addColumn<int>("cloud");
    QTest::addColumn<QString>("host");
    QTest::newRow("worldwide") << int(Cloud::Worldwide) << QStringLiteral("login.microsoftonline.com");
    QTest::newRow("GCC High") << int(Cloud::GccHigh) << QStringLiteral("login.microsoftonline.us");
    QTest::newRow("DoD") << int(Cloud::Dod) << QStringLiteral("login.microsoftonline.us");
    QTest::newRow("21Vianet") << int(Cloud::China) << QStringLiteral("login.partner.microsoftonline.cn");
}

void tst_TokenRequest::everyCloudHasItsEndpoint()
{
    QFETCH(int, cloud);
    QFETCH(QString, host);
    const auto service = IdentityService::entra(static_cast<Cloud>(cloud), tenant(), Knowledge::builtIn());
    const QString base = QStringLiteral("https://%1/%2/oauth2/v2.0/").arg(host, kTenant);
    QCOMPARE_EQ(service.tokenUrl().toString(), base + QStringLiteral("token"));
    QCOMPARE_EQ(service.authorizeUrl().toString(), base + QStringLiteral("authorize"));
    QCOMPARE_EQ(service.deviceCodeUrl().toString(), base + QStringLiteral("devicecode"));
}

void tst_TokenRequest::otherServicesAreSafeOnes_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<bool>("taken");
    QTest::newRow("practice server") << QStringLiteral("http://127.0.0.1:4711") << true;
    QTest::newRow("practice server by name") << QStringLiteral("http://localhost:4711/") << true;
    QTest::newRow("practice server, IPv6") << QStringLiteral("http://[::1]:4711") << true;
    QTest::newRow("https") << QStringLiteral("https://login.example.com") << true;
    QTest::newRow("plain http elsewhere") << QStringLiteral("http://login.example.com") << false;
    QTest::newRow("a name that begins like this computer") << QStringLiteral("http://localhost.example.com") << false;
    QTest::newRow("path") << QStringLiteral("https://login.example.com/x") << false;
    QTest::newRow("query") << QStringLiteral("https://login.example.com?x") << false;
    QTest::newRow("user") << QStringLiteral("https://user:word@login.example.com") << false;
    QTest::newRow("file") << QStringLiteral("file:///etc/passwd") << false;
    QTest::newRow("no host") << QStringLiteral("https://") << false;
}

void tst_TokenRequest::otherServicesAreSafeOnes()
{
    QFETCH(QString, base);
    QFETCH(bool, taken);
    const auto service = IdentityService::at(QUrl(base), tenant());
    QCOMPARE_EQ(service.has_value(), taken);
    if (taken)
        QVERIFY(service->tokenUrl().path() == u'/' + kTenant + QStringLiteral("/oauth2/v2.0/token"));
    else
        QVERIFY2(!service.error().detail.contains(QStringLiteral("word")), qPrintable(service.error().detail));
}

void tst_TokenRequest::scopesFitCloudAndHolder_data()
{
    QTest::addColumn<int>("use");
    QTest::addColumn<int>("cloud");
    QTest::addColumn<int>("holder");
    QTest::addColumn<QString>("scopes");
    const auto row = [](const char *tag, TokenUse use, Cloud cloud, TokenHolder holder, const char *scopes) {
        QTest::newRow(tag) << int(use) << int(cloud) << int(holder) << QString::fromLatin1(scopes);
    };
    using Use = TokenUse;
    using Holder = TokenHolder;
    row("user", Use::ClientSubmission, Cloud::Worldwide, Holder::User,
        "https://outlook.office.com/SMTP.Send offline_access");
    row("application", Use::ClientSubmission, Cloud::Worldwide, Holder::Application,
        "https://outlook.office365.com/.default");
    row("user, GCC High", Use::ClientSubmission, Cloud::GccHigh, Holder::User,
        "https://outlook.office365.us/SMTP.Send offline_access");
    row("application, GCC High", Use::ClientSubmission, Cloud::GccHigh, Holder::Application,
        "https://outlook.office365.us/.default");
    row("application, DoD", Use::ClientSubmission, Cloud::Dod, Holder::Application,
        "https://outlook-dod.office365.us/.default");
    row("user, 21Vianet", Use::ClientSubmission, Cloud::China, Holder::User,
        "https://partner.outlook.cn/SMTP.Send offline_access");
    row("Graph, user", Use::Graph, Cloud::Worldwide, Holder::User,
        "https://graph.microsoft.com/Mail.Send offline_access");
    row("Graph, application, 21Vianet", Use::Graph, Cloud::China, Holder::Application,
        "https://microsoftgraph.chinacloudapi.cn/.default");
    row("high volume, user", Use::HighVolumeEmail, Cloud::Worldwide, Holder::User,
        "https://outlook.office.com/Mail.Send offline_access");
    row("high volume, application", Use::HighVolumeEmail, Cloud::Worldwide, Holder::Application,
        "https://outlook.office365.com/.default");
}

void tst_TokenRequest::scopesFitCloudAndHolder()
{
    QFETCH(int, use);
    QFETCH(int, cloud);
    QFETCH(int, holder);
    QFETCH(QString, scopes);
    QCOMPARE_EQ(scopesFor(static_cast<TokenUse>(use), static_cast<Cloud>(cloud), static_cast<TokenHolder>(holder),
                          Knowledge::builtIn()),
                scopes);
}

void tst_TokenRequest::formsAreEncodedAsTheStandardSays()
{
    // The example of RFC 6749 Appendix B.
    QCOMPARE_EQ(formEncoded(QStringLiteral(u" %&+\u00A3\u20AC").toUtf8()), QByteArray("+%25%26%2B%C2%A3%E2%82%AC"));
    QCOMPARE_EQ(formEncoded("aZ09*-._"), QByteArray("aZ09*-._"));
    QCOMPARE_EQ(formEncoded(QByteArrayView("~\0\n=", 4)), QByteArray("%7E%00%0A%3D"));
}

void tst_TokenRequest::formsAreReadAsTheyWereWritten()
{
    QByteArray everyOctet;
    for (int octet = 0; octet < 256; ++octet)
        everyOctet += static_cast<char>(octet);
    const auto pairs = readForm("a=" + formEncoded(everyOctet) + "&&b&c=");
    QVERIFY(pairs);
    using Pair = std::pair<QByteArray, QByteArray>;
    QVERIFY(*pairs == (std::vector<Pair>{{"a", everyOctet}, {"b", ""}, {"c", ""}}));
}

void tst_TokenRequest::ambiguousFormsAreNotRead_data()
{
    QTest::addColumn<QByteArray>("form");
    QTest::newRow("a name twice") << QByteArray("state=a&code=b&state=c");
    QTest::newRow("a name twice, encoded") << QByteArray("state=a&st%61te=c");
    QTest::newRow("cut off") << QByteArray("a=%4");
    QTest::newRow("no digits") << QByteArray("a=%zz");
    QByteArray many;
    for (int i = 0; i < 65; ++i)
        many += 'a' + QByteArray::number(i) + "=&";
    QTest::newRow("too many") << many;
}

void tst_TokenRequest::ambiguousFormsAreNotRead()
{
    QFETCH(QByteArray, form);
    QVERIFY(!readForm(form));
}

void tst_TokenRequest::asksWithAClientSecret()
{
    const QString secret = test::newPassword() + QStringLiteral("~+/=&");
    const auto request =
        tokenRequest(clientWith(ClientSecretProof{Secret::fromText(secret)}), ClientCredentialsGrant{});
    QVERIFY(request);
    QCOMPARE_EQ(
        formOf(*request),
        (QMap<QString, QString>{{QStringLiteral("client_id"), kApplication},
                                {QStringLiteral("grant_type"), QStringLiteral("client_credentials")},
                                {QStringLiteral("scope"), QStringLiteral("https://outlook.office365.com/.default")},
                                {QStringLiteral("client_secret"), secret}}));
    QVERIFY(request->url.path().endsWith(QStringLiteral("/token")));
}

void tst_TokenRequest::asksWithAnAssertion()
{
    const auto request =
        tokenRequest(clientWith(ClientAssertionProof{Secret("aaa.bbb.ccc")}), ClientCredentialsGrant{});
    QVERIFY(request);
    const auto form = formOf(*request);
    QCOMPARE_EQ(form.value(QStringLiteral("client_assertion_type")),
                QStringLiteral("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
    QCOMPARE_EQ(form.value(QStringLiteral("client_assertion")), QStringLiteral("aaa.bbb.ccc"));
    QVERIFY(!form.contains(QStringLiteral("client_secret")));
}

void tst_TokenRequest::asksWithACodeOfTheBrowser()
{
    const AuthorizationCodeGrant grant{Secret("0.AX-code"), Secret("verifier"),
                                       QUrl(QStringLiteral("http://localhost:4711"))};
    const auto request = tokenRequest(clientWith(PublicClient{}, QStringLiteral("organizations")), grant);
    QVERIFY(request);
    const auto form = formOf(*request);
    QCOMPARE_EQ(form.value(QStringLiteral("grant_type")), QStringLiteral("authorization_code"));
    QCOMPARE_EQ(form.value(QStringLiteral("code")), QStringLiteral("0.AX-code"));
    QCOMPARE_EQ(form.value(QStringLiteral("code_verifier")), QStringLiteral("verifier"));
    QCOMPARE_EQ(form.value(QStringLiteral("redirect_uri")), QStringLiteral("http://localhost:4711"));
}

void tst_TokenRequest::asksForADeviceCodeAndPolls()
{
    const auto begun = deviceCodeRequest(clientWith(PublicClient{}));
    QVERIFY(begun);
    QVERIFY(begun->url.path().endsWith(QStringLiteral("/devicecode")));
    QCOMPARE_EQ(formOf(*begun).keys(), (QStringList{QStringLiteral("client_id"), QStringLiteral("scope")}));
    const auto poll = tokenRequest(clientWith(PublicClient{}), DeviceCodeGrant{Secret("device-code")});
    QVERIFY(poll);
    QCOMPARE_EQ(formOf(*poll),
                (QMap<QString, QString>{
                    {QStringLiteral("client_id"), kApplication},
                    {QStringLiteral("grant_type"), QStringLiteral("urn:ietf:params:oauth:grant-type:device_code")},
                    {QStringLiteral("device_code"), QStringLiteral("device-code")}}));
}

void tst_TokenRequest::asksWithARefreshToken()
{
    const auto request = tokenRequest(clientWith(PublicClient{}), RefreshTokenGrant{Secret("1.AX-refresh")});
    QVERIFY(request);
    const auto form = formOf(*request);
    QCOMPARE_EQ(form.value(QStringLiteral("grant_type")), QStringLiteral("refresh_token"));
    QCOMPARE_EQ(form.value(QStringLiteral("refresh_token")), QStringLiteral("1.AX-refresh"));
    QVERIFY(form.contains(QStringLiteral("scope")));
}

void tst_TokenRequest::theTranscriptHidesEverySecret()
{
    const QString secret = test::newPassword();
    const Secret hidden = Secret::fromText(secret);
    const TokenClient client = clientWith(ClientSecretProof{hidden});
    const std::vector<TokenGrant> grants{
        ClientCredentialsGrant{}, AuthorizationCodeGrant{hidden, hidden, QUrl(QStringLiteral("http://localhost:1"))},
        DeviceCodeGrant{hidden}, RefreshTokenGrant{hidden}};
    for (const TokenGrant &grant : grants) {
        const auto request = tokenRequest(client, grant);
        QVERIFY(request);
        QVERIFY(!request->shown.contains(secret));
        QVERIFY(!request->shown.contains(QString::fromLatin1(formEncoded(secret.toUtf8()))));
        QVERIFY2(request->shown.contains(QStringLiteral("client_secret=(hidden)")), qPrintable(request->shown));
        QVERIFY(request->shown.startsWith(QStringLiteral("POST https://login.microsoftonline.com/")));
        QCOMPARE_EQ(request->secrets.size(),
                    static_cast<std::size_t>(request->shown.count(QStringLiteral("(hidden)"))));
    }
}

void tst_TokenRequest::hopelessRequestsAreNotMade_data()
{
    QTest::addColumn<int>("which");
    QTest::addColumn<QString>("says");
    QTest::newRow("application without a proof") << 0 << QStringLiteral("needs a client secret or a certificate");
    QTest::newRow("application in any tenant") << 1 << QStringLiteral("one tenant only");
    QTest::newRow("application with scopes of users") << 2 << QStringLiteral("ends with /.default");
    QTest::newRow("application with two resources") << 3 << QStringLiteral("one scope");
    QTest::newRow("empty secret") << 4 << QStringLiteral("client secret is empty");
    QTest::newRow("empty refresh token") << 5 << QStringLiteral("no stored sign-in");
    QTest::newRow("no scope") << 6 << QStringLiteral("no scope");
}

void tst_TokenRequest::hopelessRequestsAreNotMade()
{
    QFETCH(int, which);
    QFETCH(QString, says);
    const ClientProof proof = ClientSecretProof{Secret("x")};
    TokenClient client = clientWith(which == 0 ? ClientProof(PublicClient{}) : proof,
                                    which == 1 ? QStringLiteral("organizations") : kTenant);
    TokenGrant grant = ClientCredentialsGrant{};
    if (which == 2)
        client.scopes = QStringLiteral("https://outlook.office.com/SMTP.Send");
    if (which == 3)
        client.scopes = QStringLiteral("https://graph.microsoft.com/.default https://outlook.office365.com/.default");
    if (which == 4)
        client.proof = ClientSecretProof{};
    if (which == 5)
        grant = RefreshTokenGrant{};
    if (which == 6)
        client.scopes.clear();
    const auto request = tokenRequest(client, grant);
    QVERIFY(!request);
    QVERIFY2(request.error().detail.contains(says), qPrintable(request.error().detail));
    QVERIFY(request.error().detail.endsWith(u'.'));
}

QTEST_APPLESS_MAIN(tst_TokenRequest)
#include "tst_TokenRequest.moc"
