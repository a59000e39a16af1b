// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/AccessToken.h"
#include "core/oauth/TokenJudgement.h"
#include "tests/support/MadeToken.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

using Level = TokenRemark::Level;
using About = TokenRemark::About;

const TimePoint kNow(1795000000s);
constexpr auto kServicePrincipal = "7d3b0a52-1e64-4f0e-b2a8-55c0ffee0001"; // its object id
const QString kClientId = QStringLiteral("2f1c8a7e-5b0d-4c39-9a53-6f0f3f3f1a11");
const QString kTenant = QStringLiteral("11111111-2222-3333-4444-555555555555");

QByteArray token(const QJsonObject &claims)
{
    return test::madeToken(claims);
}

qint64 seconds(TimePoint time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

QJsonObject userClaims()
{
    return {{QStringLiteral("aud"), QStringLiteral("https://outlook.office.com")},
            {QStringLiteral("tid"), kTenant},
            {QStringLiteral("upn"), QStringLiteral("scanner@contoso.com")},
            {QStringLiteral("appid"), QStringLiteral("app")},
            {QStringLiteral("scp"), QStringLiteral("SMTP.Send User.Read")},
            {QStringLiteral("nbf"), seconds(kNow - 10min)},
            {QStringLiteral("exp"), seconds(kNow + 1h)}};
}

QJsonObject applicationClaims()
{
    return {{QStringLiteral("aud"), QStringLiteral("https://outlook.office365.com/")},
            {QStringLiteral("tid"), kTenant},
            {QStringLiteral("appid"), QStringLiteral("app")},
            {QStringLiteral("idtyp"), QStringLiteral("app")},
            {QStringLiteral("roles"), QJsonArray{QStringLiteral("SMTP.SendAsApp")}},
            {QStringLiteral("exp"), seconds(kNow + 1h)}};
}

Result<TokenClaims> read(QByteArray text)
{
    return readAccessToken(Secret(std::move(text)));
}

TokenRemark remark(const QJsonObject &claims, About about, TokenNeed need)
{
    const auto remarks = judgeToken(*read(token(claims)), need, Knowledge::builtIn(), kNow);
    return *std::ranges::find(remarks, about, &TokenRemark::about);
}

} // namespace

class tst_AccessToken : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTheTokenOfAUser();
    void readsTheTokenOfAnApplication();
    void takesTheTokenAsPeopleCopyIt();
    void saysWhatItIsInstead_data();
    void saysWhatItIsInstead();
    void strangeClaimsDoNoHarm_data();
    void strangeClaimsDoNoHarm();
    void onlyTheEnterpriseApplicationsIdIsRight_data();
    void onlyTheEnterpriseApplicationsIdIsRight();
    void withoutAnObjectIdNothingIsCompared();
    void aFittingTokenIsGoodThroughout_data();
    void aFittingTokenIsGoodThroughout();
    void faultsAreNamed_data();
    void faultsAreNamed();
    void theAudienceDependsOnTheCloud();
    void anotherTenantIsNamedPlainly_data();
    void anotherTenantIsNamedPlainly();
    void anotherApplicationIsNamed();
    void anErrorOfEntraIsFoundInItsText_data();
    void anErrorOfEntraIsFoundInItsText();
};

void tst_AccessToken::readsTheTokenOfAUser()
{
    const auto claims = read(token(userClaims()));
    QVERIFY(claims);
    QCOMPARE_EQ(claims->audience, QStringLiteral("https://outlook.office.com"));
    QCOMPARE_EQ(claims->tenantId, kTenant);
    QCOMPARE_EQ(claims->user, QStringLiteral("scanner@contoso.com"));
    QCOMPARE_EQ(claims->scopes, (QStringList{QStringLiteral("SMTP.Send"), QStringLiteral("User.Read")}));
    QVERIFY(claims->expires == kNow + 1h);
    QVERIFY(!claims->isApplication);
}

void tst_AccessToken::readsTheTokenOfAnApplication()
{
    auto claims = read(token(applicationClaims()));
    QVERIFY(claims && claims->isApplication);
    QCOMPARE_EQ(claims->roles, QStringList{QStringLiteral("SMTP.SendAsApp")});
    QJsonObject older = applicationClaims(); // version 1 tokens do not say what they are
    older.remove(QStringLiteral("idtyp"));
    QVERIFY(read(token(older))->isApplication);
}

void tst_AccessToken::takesTheTokenAsPeopleCopyIt()
{
    QVERIFY(read("  Bearer " + token(userClaims()) + "\r\n"));
}

void tst_AccessToken::saysWhatItIsInstead_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");
    const QByteArray good = token(userClaims());
    QTest::newRow("nothing") << QByteArray(" \n") << QStringLiteral("no token");
    QTest::newRow("an answer of a token endpoint")
        << "{\"access_token\":\"" + good + "\"}" << QStringLiteral("access_token");
    QTest::newRow("a JWE") << QByteArray("eyJh.a.b.c.d") << QStringLiteral("encrypted");
    QTest::newRow("a refresh token of Entra") << QByteArray("0.AXkAxyz.AgABAAE") << QStringLiteral("refresh token");
    QTest::newRow("a token of a personal account") << QByteArray("EwB4A8l6BAAU") << QStringLiteral("personal");
    QTest::newRow("cut off") << good.left(good.lastIndexOf('.')) << QStringLiteral("cut off");
    QTest::newRow("cut off within the claims") << good.left(good.indexOf('.') + 20) + ".x" << QStringLiteral("cut off");
    QTest::newRow("a client secret") << QByteArray("abc~DEF_123") << QStringLiteral("client secret");
    QTest::newRow("too long") << QByteArray(kMaxTokenOctets + 1, 'a') << QStringLiteral("64 KiB");
    QTest::newRow("an ID token") << token({{QStringLiteral("aud"), QStringLiteral("app")},
                                           {QStringLiteral("exp"), 1},
                                           {QStringLiteral("preferred_username"), QStringLiteral("a@contoso.com")}})
                                 << QStringLiteral("ID token");
    QTest::newRow("somebody else's JWT") << token({{QStringLiteral("sub"), QStringLiteral("x")}})
                                         << QStringLiteral("did not issue");
    QTest::newRow("claims that are no object") << QByteArray("eyJh.W10.c2ln") << QStringLiteral("cut off");
}

void tst_AccessToken::saysWhatItIsInstead()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    const auto claims = read(text);
    QVERIFY(!claims);
    QCOMPARE_EQ(claims.error().kind, ErrorKind::InvalidInput);
    QVERIFY2(claims.error().detail.contains(says), qPrintable(claims.error().detail));
    const QString piece = QString::fromLatin1(text.trimmed().left(12));
    QVERIFY(piece.size() < 12 || !claims.error().detail.contains(piece)); // nothing of it in a sentence
}

void tst_AccessToken::strangeClaimsDoNoHarm_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QJsonValue>("value");
    QTest::newRow("an audience that is a list")
        << QStringLiteral("aud") << QJsonValue(QJsonArray{QStringLiteral("x"), 5});
    QTest::newRow("an audience that is a number") << QStringLiteral("aud") << QJsonValue(5);
    QTest::newRow("an empty list") << QStringLiteral("aud") << QJsonValue(QJsonArray());
    QTest::newRow("an end in the far future") << QStringLiteral("exp") << QJsonValue(1e300);
    QTest::newRow("an end before time") << QStringLiteral("exp") << QJsonValue(-1e18);
    QTest::newRow("an end that is a text") << QStringLiteral("exp") << QJsonValue(QStringLiteral("tomorrow"));
    QTest::newRow("a user with control characters")
        << QStringLiteral("upn") << QJsonValue(QStringLiteral("a\r\nb\x1b"));
    QTest::newRow("a very long user") << QStringLiteral("upn") << QJsonValue(QStringLiteral("u").repeated(30000));
    QTest::newRow("scopes without end") << QStringLiteral("scp") << QJsonValue(QStringLiteral("s ").repeated(15000));
}

void tst_AccessToken::strangeClaimsDoNoHarm()
{
    QFETCH(QString, name);
    QFETCH(QJsonValue, value);
    QJsonObject json = userClaims();
    json[name] = value;
    const auto claims = read(token(json));
    QVERIFY(claims);
    QVERIFY(claims->user.size() <= 330 && claims->scopes.size() <= 64);
    for (const QChar c : claims->user)
        QVERIFY(c.unicode() >= 0x20);
    for (const TokenRemark &one : judgeToken(*claims, {}, Knowledge::builtIn(), kNow))
        QVERIFY(one.sentence.endsWith(u'.'));
}

void tst_AccessToken::aFittingTokenIsGoodThroughout_data()
{
    QTest::addColumn<QJsonObject>("claims");
    QTest::addColumn<TokenUse>("use");
    QTest::newRow("a user, by SMTP") << userClaims() << TokenUse::ClientSubmission;
    QTest::newRow("an application, by SMTP") << applicationClaims() << TokenUse::ClientSubmission;
    QJsonObject byId = applicationClaims();
    byId[u"aud"] = QStringLiteral("00000002-0000-0ff1-ce00-000000000000");
    QTest::newRow("an audience by its id") << byId << TokenUse::ClientSubmission;
    QJsonObject hve = applicationClaims();
    hve[u"roles"] = QJsonArray{QStringLiteral("Mail.Send")};
    QTest::newRow("High Volume Email") << hve << TokenUse::HighVolumeEmail;
    QJsonObject graph = hve;
    graph[u"aud"] = QStringLiteral("https://graph.microsoft.com");
    QTest::newRow("Graph") << graph << TokenUse::Graph;
}

void tst_AccessToken::onlyTheEnterpriseApplicationsIdIsRight_data()
{
    QTest::addColumn<QString>("given");
    QTest::addColumn<QString>("level");
    QTest::addColumn<QString>("says");
    const QString right = QLatin1String(kServicePrincipal);
    QTest::newRow("nothing") << QString() << QStringLiteral("good") << right;
    QTest::newRow("the right one") << u' ' + right.toUpper() << QStringLiteral("good")
                                   << QStringLiteral("as it must be");
    QTest::newRow("that of the app registration") << QStringLiteral("99999999-1e64-4f0e-b2a8-55c0ffee0001")
                                                  << QStringLiteral("wrong") << QStringLiteral("App registrations");
    QTest::newRow("the client id") << kClientId << QStringLiteral("wrong") << QStringLiteral("as -AppId");
    QTest::newRow("no id") << QStringLiteral("relay") << QStringLiteral("wrong") << right;
}

void tst_AccessToken::onlyTheEnterpriseApplicationsIdIsRight()
{
    QFETCH(QString, given);
    QJsonObject json = applicationClaims();
    json[u"oid"] = QLatin1String(kServicePrincipal);
    json[u"appid"] = kClientId;
    const auto remark = judgeObjectId(*read(token(json)), given);
    QVERIFY(remark);
    QTEST(toString(remark->level), "level");
    QFETCH(QString, says);
    QVERIFY2(remark->sentence.contains(says), qPrintable(remark->sentence));
}

void tst_AccessToken::withoutAnObjectIdNothingIsCompared()
{
    QVERIFY(!judgeObjectId(*read(token(userClaims()))));
    const auto remark = judgeObjectId(*read(token(applicationClaims())), QLatin1String(kServicePrincipal));
    QVERIFY(remark);
    QVERIFY(remark->level == Level::Attention);
}

void tst_AccessToken::aFittingTokenIsGoodThroughout()
{
    QFETCH(QJsonObject, claims);
    QFETCH(TokenUse, use);
    const TokenNeed need{.use = use, .mailbox = QStringLiteral("Scanner@Contoso.com")};
    const auto remarks = judgeToken(*read(token(claims)), need, Knowledge::builtIn(), kNow);
    QCOMPARE_EQ(remarks.size(), 5u);
    for (const TokenRemark &one : remarks)
        QVERIFY2(one.level == Level::Good, qPrintable(one.sentence));
}

void tst_AccessToken::faultsAreNamed_data()
{
    QTest::addColumn<QJsonObject>("claims");
    QTest::addColumn<TokenUse>("use");
    QTest::addColumn<About>("about");
    QTest::addColumn<Level>("level");
    const auto row = [](const char *tag, QJsonObject claims, const char *name, const QJsonValue &value, TokenUse use,
                        About about, Level level) {
        claims[QLatin1String(name)] = value;
        QTest::newRow(tag) << claims << use << about << level;
    };
    const auto smtp = TokenUse::ClientSubmission;
    row("for Graph", userClaims(), "aud", QStringLiteral("https://graph.microsoft.com"), smtp, About::Audience,
        Level::Wrong);
    row("for somebody who looks alike", userClaims(), "aud", QStringLiteral("https://outlook.office.com.example.net"),
        smtp, About::Audience, Level::Wrong);
    row("a user without SMTP.Send", userClaims(), "scp", QStringLiteral("Mail.Send"), smtp, About::Permission,
        Level::Wrong);
    row("an application without a role", applicationClaims(), "roles", QJsonArray(), smtp, About::Permission,
        Level::Attention);
    row("High Volume Email with the right of SMTP", applicationClaims(), "roles",
        QJsonArray{QStringLiteral("SMTP.SendAsApp")}, TokenUse::HighVolumeEmail, About::Permission, Level::Wrong);
    row("an administrator's", userClaims(), "upn", QStringLiteral("admin@contoso.com"), smtp, About::Identity,
        Level::Attention);
    row("expired", userClaims(), "exp", seconds(kNow - 1s), smtp, About::Expiry, Level::Wrong);
    row("not yet", userClaims(), "nbf", seconds(kNow + 6min), smtp, About::Expiry, Level::Wrong);
    row("by another clock", userClaims(), "nbf", seconds(kNow + 5min), smtp, About::Expiry, Level::Good);
    row("ends soon, for High Volume Email", userClaims(), "exp", seconds(kNow + 19min), TokenUse::HighVolumeEmail,
        About::Expiry, Level::Attention);
    row("ends soon, by SMTP", userClaims(), "exp", seconds(kNow + 19min), smtp, About::Expiry, Level::Good);
    row("a personal account's", userClaims(), "tid", QStringLiteral("9188040d-6c67-4c5b-b112-36a304b66dad"), smtp,
        About::Tenant, Level::Wrong);
}

void tst_AccessToken::faultsAreNamed()
{
    QFETCH(QJsonObject, claims);
    QFETCH(TokenUse, use);
    QFETCH(About, about);
    QFETCH(Level, level);
    const TokenRemark found = remark(claims, about, {.use = use, .mailbox = QStringLiteral("scanner@contoso.com")});
    QVERIFY2(found.level == level, qPrintable(found.sentence));
}

void tst_AccessToken::theAudienceDependsOnTheCloud()
{
    QJsonObject claims = applicationClaims();
    QVERIFY(remark(claims, About::Audience, {.cloud = Cloud::GccHigh}).level == Level::Wrong);
    claims[u"aud"] = QStringLiteral("https://outlook.office365.us");
    QVERIFY(remark(claims, About::Audience, {.cloud = Cloud::GccHigh}).level == Level::Good);
    QVERIFY(remark(claims, About::Audience, {.cloud = Cloud::Worldwide}).level == Level::Wrong);
}

void tst_AccessToken::anotherTenantIsNamedPlainly_data()
{
    QTest::addColumn<QString>("tenantId");
    QTest::addColumn<QStringList>("domains");
    QTest::addColumn<QString>("user");
    QTest::addColumn<Level>("level");
    const QString own = QStringLiteral("scanner@contoso.com");
    const QStringList contoso{QStringLiteral("contoso.com")};
    const QStringList withInitial{QStringLiteral("contoso.com"), QStringLiteral("contoso.onmicrosoft.com")};
    const QString initial = QStringLiteral("scanner@fabrikam.onmicrosoft.com");
    QTest::newRow("nothing is known") << QString() << QStringList() << own << Level::Good;
    QTest::newRow("the id") << kTenant.toUpper() << QStringList() << own << Level::Good;
    QTest::newRow("another id") << QStringLiteral("99999999-2222-3333-4444-555555555555") << QStringList() << own
                                << Level::Wrong;
    QTest::newRow("the id decides over the domain")
        << kTenant << contoso << QStringLiteral("scanner@fabrikam.com") << Level::Good;
    QTest::newRow("a domain of it") << QString() << contoso << QStringLiteral("Scanner@CONTOSO.com") << Level::Good;
    QTest::newRow("a domain below") << QString() << contoso << QStringLiteral("a@mail.contoso.com") << Level::Good;
    QTest::newRow("another domain") << QString() << contoso << QStringLiteral("a@fabrikam.com") << Level::Attention;
    QTest::newRow("an initial domain, and ours is not known") << QString() << contoso << initial << Level::Good;
    QTest::newRow("another initial domain") << QString() << withInitial << initial << Level::Attention;
    QTest::newRow("no address") << QString() << contoso << QStringLiteral("scanner") << Level::Good;
}

void tst_AccessToken::anotherTenantIsNamedPlainly()
{
    QFETCH(QString, tenantId);
    QFETCH(QStringList, domains);
    QFETCH(QString, user);
    QFETCH(Level, level);
    Organisation organisation;
    for (const QString &domain : domains) {
        if (domain.endsWith(QLatin1String(".onmicrosoft.com")))
            organisation.tenant = *Domain::parse(domain);
        else
            organisation.acceptedDomains.push_back(*Domain::parse(domain));
    }
    TokenNeed need{.tenantId = tenantId};
    takeOrganisation(need, organisation);
    QJsonObject claims = userClaims();
    claims[u"upn"] = user;
    const TokenRemark found = remark(claims, About::Tenant, need);
    QVERIFY2(found.level == level, qPrintable(found.sentence));
    QCOMPARE_EQ(found.sentence.startsWith(QStringLiteral("The token is of the wrong tenant")), level != Level::Good);
}

void tst_AccessToken::anotherApplicationIsNamed()
{
    QVERIFY(remark(applicationClaims(), About::Identity, {.applicationId = QStringLiteral("APP")}).level
            == Level::Good);
    const TokenRemark other = remark(applicationClaims(), About::Identity, {.applicationId = QStringLiteral("other")});
    QVERIFY(other.level == Level::Wrong);
    QVERIFY2(other.sentence.contains(QStringLiteral("\"app\"")) && other.sentence.contains(QStringLiteral("other")),
             qPrintable(other.sentence));
}

void tst_AccessToken::anErrorOfEntraIsFoundInItsText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("code");
    QTest::newRow("as Entra says it") << QStringLiteral("AADSTS700016: Application with identifier 'x' was not found")
                                      << QStringLiteral("700016");
    QTest::newRow("within JSON") << QStringLiteral(R"({"error_description":"AADSTS7000215: Invalid client secret"})")
                                 << QStringLiteral("7000215");
    QTest::newRow("none") << QStringLiteral("535 5.7.3 Authentication unsuccessful") << QString();
    QTest::newRow("no number") << QStringLiteral("AADSTS: x") << QString();
    QTest::newRow("too many digits") << QStringLiteral("AADSTS123456789012") << QString();
}

void tst_AccessToken::anErrorOfEntraIsFoundInItsText()
{
    QFETCH(QString, text);
    QFETCH(QString, code);
    QCOMPARE_EQ(entraErrorCode(text), code);
}

QTEST_GUILESS_MAIN(tst_AccessToken)
#include "tst_AccessToken.moc"
