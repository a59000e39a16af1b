// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/BrowserSignIn.h"
#include "core/oauth/FormEncoding.h"
#include "core/oauth/TokenScopes.h"

#include <QTest>

using namespace relaywright;

namespace {

const Knowledge &knowledge()
{
    return Knowledge::builtIn();
}

TokenClient client()
{
    return {IdentityService::entra(Cloud::Worldwide, *EntraTenant::parse(QStringLiteral("organizations")), knowledge()),
            *ApplicationId::parse(QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")),
            scopesFor(TokenUse::ClientSubmission, Cloud::Worldwide, TokenHolder::User, knowledge())};
}

/// The octets of RFC 7636 Appendix B, and as many others for the state.
Secret randomness()
{
    constexpr unsigned char octets[] = {116, 24,  223, 180, 151, 153, 224, 37,  79, 250, 96, 125, 216, 173, 187, 186,
                                        22,  212, 37,  77,  105, 214, 191, 240, 91, 88,  5,  88,  83,  132, 141, 121};
    QByteArray random(reinterpret_cast<const char *>(octets), sizeof octets);
    random += QByteArray(32, 's');
    return Secret(std::move(random));
}

BrowserSignIn signIn(const BrowserSignIn::Wishes &wishes = {})
{
    return *BrowserSignIn::begin(client(), 4711, randomness(), wishes);
}

QMap<QByteArray, QByteArray> queryOf(const QUrl &url)
{
    QMap<QByteArray, QByteArray> query;
    const auto pairs = readForm(url.query(QUrl::FullyEncoded).toLatin1());
    for (const auto &[name, value] : pairs.value_or(std::vector<std::pair<QByteArray, QByteArray>>()))
        query.insert(name, value);
    return query;
}

const QByteArray kState = QByteArray(32, 's').toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);

RedirectAnswer read(const QByteArray &target)
{
    return signIn().read(target, knowledge());
}

} // namespace

class tst_BrowserSignIn : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void provesTheCodeAsTheStandardShows();
    void sendsTheBrowserToEntra();
    void takesTheWishesAlong();
    void theAddressHoldsNoSecret();
    void isNotBegunWithoutPortOrRandomness();
    void redeemsTheCodeThatCameBack();
    void whoDoesNotKnowTheStateCannotEndIt_data();
    void whoDoesNotKnowTheStateCannotEndIt();
    void aRefusalIsExplained_data();
    void aRefusalIsExplained();
};

void tst_BrowserSignIn::provesTheCodeAsTheStandardShows()
{
    const PkcePair pair = pkceOf(Secret(randomness().reveal().first(kPkceOctets).toByteArray()));
    QCOMPARE_EQ(pair.verifier.reveal().toByteArray(), QByteArray("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
    QCOMPARE_EQ(pair.challenge, QByteArray("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
}

void tst_BrowserSignIn::sendsTheBrowserToEntra()
{
    const BrowserSignIn begun = signIn();
    QVERIFY(begun.url().toString().startsWith(
        QStringLiteral("https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize?")));
    QCOMPARE_EQ(queryOf(begun.url()),
                (QMap<QByteArray, QByteArray>{{"client_id", "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"},
                                              {"response_type", "code"},
                                              {"redirect_uri", "http://localhost:4711"},
                                              {"response_mode", "query"},
                                              {"scope", "https://outlook.office.com/SMTP.Send offline_access"},
                                              {"state", kState},
                                              {"code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"},
                                              {"code_challenge_method", "S256"}}));
}

void tst_BrowserSignIn::takesTheWishesAlong()
{
    const auto query = queryOf(signIn({.loginHint = QStringLiteral("scan+er@contoso.com"),
                                       .prompt = BrowserSignIn::Prompt::ChooseAccount,
                                       .claims = QStringLiteral(R"({"access_token":{"nbf":{"essential":true}}})")})
                                   .url());
    QCOMPARE_EQ(query.value("login_hint"), QByteArray("scan+er@contoso.com"));
    QCOMPARE_EQ(query.value("prompt"), QByteArray("select_account"));
    QCOMPARE_EQ(query.value("claims"), QByteArray(R"({"access_token":{"nbf":{"essential":true}}})"));
    QCOMPARE_EQ(queryOf(signIn({.prompt = BrowserSignIn::Prompt::EnterPassword}).url()).value("prompt"),
                QByteArray("login"));
    QCOMPARE_EQ(queryOf(signIn({.prompt = BrowserSignIn::Prompt::AskConsent}).url()).value("prompt"),
                QByteArray("consent"));
}

void tst_BrowserSignIn::theAddressHoldsNoSecret()
{
    TokenClient confidential = client();
    confidential.proof = ClientSecretProof{Secret("the-client-secret")};
    const auto begun = BrowserSignIn::begin(confidential, 4711, randomness(), {});
    QVERIFY(begun);
    const QString url = begun->url().toString(QUrl::FullyEncoded);
    QVERIFY(!url.contains(QStringLiteral("the-client-secret")));
    QVERIFY(!url.contains(QStringLiteral("dBjftJeZ4CVP")));
}

void tst_BrowserSignIn::isNotBegunWithoutPortOrRandomness()
{
    QVERIFY(!BrowserSignIn::begin(client(), 0, randomness(), {}));
    const auto weak = BrowserSignIn::begin(client(), 4711, Secret(QByteArray(63, 'x')), {});
    QVERIFY(!weak);
    QVERIFY(weak.error().detail.contains(QStringLiteral("randomness")));
}

void tst_BrowserSignIn::redeemsTheCodeThatCameBack()
{
    const BrowserSignIn begun = signIn();
    for (const QByteArray &path : {QByteArray("/"), QByteArray()}) {
        const auto answer = begun.read(path + "?code=0.A%2BX&state=" + kState + "&session_state=1", knowledge());
        const auto *code = std::get_if<RedirectCode>(&answer);
        QVERIFY(code);
        QCOMPARE_EQ(code->code.reveal().toByteArray(), QByteArray("0.A+X"));
        const AuthorizationCodeGrant grant = begun.grantFor(*code);
        QCOMPARE_EQ(grant.redirect, QUrl(QStringLiteral("http://localhost:4711")));
        QVERIFY(grant.verifier.reveal().startsWith("dBjftJeZ4CVP"));
    }
}

void tst_BrowserSignIn::whoDoesNotKnowTheStateCannotEndIt_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::newRow("icon") << QByteArray("/favicon.ico");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no query") << QByteArray("/");
    QTest::newRow("no state") << QByteArray("/?code=stolen");
    QTest::newRow("empty state") << QByteArray("/?code=stolen&state=");
    QTest::newRow("other state") << QByteArray("/?code=stolen&state=" + QByteArray(43, 'x'));
    QTest::newRow("cut state") << QByteArray("/?code=stolen&state=" + kState.chopped(1));
    QTest::newRow("refusal without the state") << QByteArray("/?error=access_denied");
    QTest::newRow("state twice") << QByteArray("/?code=stolen&state=x&state=" + kState);
    QTest::newRow("another path") << QByteArray("/x?code=a&state=" + kState);
    QTest::newRow("too long") << QByteArray("/?state=" + kState + "&code=" + QByteArray(kMaxRedirectOctets, 'a'));
    QTest::newRow("broken") << QByteArray("/?state=" + kState + "&code=%");
}

void tst_BrowserSignIn::whoDoesNotKnowTheStateCannotEndIt()
{
    QFETCH(QByteArray, target);
    const RedirectAnswer answer = read(target);
    const auto *foreign = std::get_if<ForeignRedirect>(&answer);
    QVERIFY(foreign);
    QVERIFY(foreign->sentence.endsWith(u'.') && !foreign->sentence.contains(QStringLiteral("stolen")));
}

void tst_BrowserSignIn::aRefusalIsExplained_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QString>("says");
    QTest::addColumn<QString>("actor");
    QTest::newRow("cancelled") << QByteArray("error=access_denied&error_subcode=cancel") << QStringLiteral("cancelled")
                               << QStringLiteral("user");
    QTest::newRow("no consent") << QByteArray("error=consent_required&error_description=AADSTS65001%3a+The+user+or"
                                              "+administrator+has+not+consented")
                                << QStringLiteral("Nobody has agreed") << QStringLiteral("administrator");
    QTest::newRow("blocked") << QByteArray(
        "error=access_denied&error_description=AADSTS53003%3a+Access+has+been+blocked")
                             << QStringLiteral("Conditional Access") << QStringLiteral("administrator");
    QTest::newRow("neither code nor error")
        << QByteArray("session_state=1") << QStringLiteral("neither a code nor an error") << QStringLiteral("user");
    QTest::newRow("empty code") << QByteArray("code=") << QStringLiteral("neither a code") << QStringLiteral("user");
}

void tst_BrowserSignIn::aRefusalIsExplained()
{
    QFETCH(QByteArray, query);
    QFETCH(QString, says);
    QFETCH(QString, actor);
    const RedirectAnswer answer = read("/?" + query + "&state=" + kState);
    const auto *trouble = std::get_if<TokenTrouble>(&answer);
    QVERIFY(trouble);
    QVERIFY2(trouble->sentence().contains(says), qPrintable(trouble->sentence()));
    QCOMPARE_EQ(toString(trouble->actor), actor);
    QVERIFY(trouble->kind == TokenTrouble::Kind::Act);
}

QTEST_APPLESS_MAIN(tst_BrowserSignIn)
#include "tst_BrowserSignIn.moc"
