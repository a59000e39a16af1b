// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/AccessToken.h"
#include "core/oauth/FormEncoding.h"
#include "core/oauth/TokenAnswer.h"
#include "core/oauth/TokenErrors.h"
#include "tests/support/TestSecrets.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const TimePoint kAsked(1795000000s); // Wed, 18 Nov 2026 11:06:40 GMT
const TimePoint kAnswered = kAsked + 2s;
const QByteArray kToken = QByteArray("eyJ0.") + test::kTokenMark + ".c2ln";
const QByteArray kRefresh = QByteArray("1.AX-") + test::kTokenMark;

const Knowledge &knowledge()
{
    return Knowledge::builtIn();
}

TokenRequest requestWith(const QByteArray &secret = "a-client-secret")
{
    FormWriter form;
    form.add("client_secret", Secret(QByteArray(secret)));
    return {QUrl(QStringLiteral("https://login.microsoftonline.com/x/oauth2/v2.0/token")), form.form(), form.shown(),
            form.secrets()};
}

QJsonObject granted()
{
    return {{QStringLiteral("token_type"), QStringLiteral("Bearer")},
            {QStringLiteral("expires_in"), 3599},
            {QStringLiteral("ext_expires_in"), 3599},
            {QStringLiteral("access_token"), QString::fromLatin1(kToken)},
            {QStringLiteral("refresh_token"), QString::fromLatin1(kRefresh)},
            {QStringLiteral("scope"), QStringLiteral("https://outlook.office.com/SMTP.Send openid")}};
}

TokenHttpAnswer answerOf(QByteArray body, int status = 200)
{
    return {.status = status,
            .contentType = "application/json; charset=utf-8",
            .date = "Wed, 18 Nov 2026 11:06:41 GMT",
            .body = Secret(std::move(body))};
}

TokenHttpAnswer answerOf(const QJsonObject &json, int status = 200)
{
    return answerOf(QJsonDocument(json).toJson(), status);
}

TokenAnswer read(const TokenHttpAnswer &answer, const TokenRequest &request = requestWith())
{
    return readTokenAnswer(answer, {request, kAsked, kAnswered}, knowledge());
}

GrantedToken grantOf(const TokenHttpAnswer &answer)
{
    const TokenAnswer read_ = read(answer);
    return std::get<GrantedToken>(read_);
}

TokenTrouble troubleIn(const TokenHttpAnswer &answer, const TokenRequest &request = requestWith())
{
    const TokenAnswer read_ = read(answer, request);
    return std::get<TokenTrouble>(read_);
}

QJsonObject refusal(const char *error, const char *description, std::initializer_list<int> codes = {})
{
    QJsonArray list;
    for (const int code : codes)
        list += code;
    return {{QStringLiteral("error"), QString::fromLatin1(error)},
            {QStringLiteral("error_description"), QString::fromLatin1(description)},
            {QStringLiteral("error_codes"), list},
            {QStringLiteral("trace_id"), QStringLiteral("255d1aef-8c98-452f-ac51-23d051240864")},
            {QStringLiteral("correlation_id"), QStringLiteral("fb3d2015-bc17-4bb9-bb85-30c5cf1aaaa7")}};
}

QJsonObject offered()
{
    return {{QStringLiteral("device_code"), QStringLiteral("device-code")},
            {QStringLiteral("user_code"), QStringLiteral("WDJB-MJHT")},
            {QStringLiteral("verification_uri"), QStringLiteral("https://microsoft.com/devicelogin")},
            {QStringLiteral("expires_in"), 900},
            {QStringLiteral("interval"), 5},
            {QStringLiteral("message"), QStringLiteral("To sign in, use a web browser ...")}};
}

DeviceCodeAnswer readDevice(const QJsonObject &json)
{
    const TokenRequest request = requestWith();
    return readDeviceCodeAnswer(answerOf(json), {request, kAsked, kAnswered}, knowledge());
}

} // namespace

class tst_TokenAnswer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takesTheToken();
    void lifeIsCountedFromTheQuestion_data();
    void lifeIsCountedFromTheQuestion();
    void unusableAnswersAreNamed_data();
    void unusableAnswersAreNamed();
    void aRefusalSaysWhoShallDoWhat_data();
    void aRefusalSaysWhoShallDoWhat();
    void everyEntryThatIsNamedExists();
    void aRefusalKeepsWhatSupportAsksFor();
    void aChallengeIsKeptForTheNextSignIn();
    void whatIsNotTheServiceIsNamed_data();
    void whatIsNotTheServiceIsNamed();
    void aTokenInARefusalIsNotTaken();
    void retryAfterIsHonoured_data();
    void retryAfterIsHonoured();
    void noSecretOfTheRequestIsRepeated();
    void aWrongClockIsNamed_data();
    void aWrongClockIsNamed();
    void aRefusalNamesTheClock();
    void aDeadNetworkPassesAndAWrongCertificateDoesNot_data();
    void aDeadNetworkPassesAndAWrongCertificateDoesNot();
    void aPracticeServiceIsAnotherOneAtEachStart();
    void takesADeviceCode();
    void uselessDeviceCodesAreNamed_data();
    void uselessDeviceCodesAreNamed();
    void pollsAsTheStandardSays();
    void pollingEndsWithTheCode();
};

void tst_TokenAnswer::takesTheToken()
{
    const GrantedToken token = grantOf(answerOf(granted()));
    QCOMPARE_EQ(token.accessToken.reveal().toByteArray(), kToken);
    QCOMPARE_EQ(token.refreshToken.reveal().toByteArray(), kRefresh);
    QVERIFY(token.obtained == kAsked);
    QVERIFY(!token.clockSkew && !token.refreshAt);
    QCOMPARE_EQ(token.scopes,
                (QStringList{QStringLiteral("https://outlook.office.com/SMTP.Send"), QStringLiteral("openid")}));
    QJsonObject ofApplication = granted();
    ofApplication.remove(QStringLiteral("refresh_token"));
    ofApplication[QStringLiteral("token_type")] = QStringLiteral("bearer");
    QVERIFY(grantOf(answerOf(ofApplication)).refreshToken.isEmpty());
}

void tst_TokenAnswer::lifeIsCountedFromTheQuestion_data()
{
    QTest::addColumn<QJsonValue>("expiresIn");
    QTest::addColumn<int>("seconds"); // 0: not taken
    QTest::newRow("number") << QJsonValue(3599) << 3599;
    QTest::newRow("text, as older endpoints write") << QJsonValue(QStringLiteral("3599")) << 3599;
    QTest::newRow("a second") << QJsonValue(1) << 1;
    QTest::newRow("not told") << QJsonValue(QJsonValue::Undefined) << 300;
    QTest::newRow("zero") << QJsonValue(0) << 0;
    QTest::newRow("negative") << QJsonValue(-5) << 0;
    QTest::newRow("too long to believe") << QJsonValue(1e18) << 0;
    QTest::newRow("broken number") << QJsonValue(1.5) << 0;
    QTest::newRow("word") << QJsonValue(QStringLiteral("soon")) << 0;
    QTest::newRow("nothing") << QJsonValue(QJsonValue::Null) << 0;
}

void tst_TokenAnswer::lifeIsCountedFromTheQuestion()
{
    QFETCH(QJsonValue, expiresIn);
    QFETCH(int, seconds);
    QJsonObject json = granted();
    json[QStringLiteral("expires_in")] = expiresIn;
    json[QStringLiteral("refresh_in")] = 1800;
    const TokenAnswer answer = read(answerOf(json));
    const auto *token = std::get_if<GrantedToken>(&answer);
    QCOMPARE_EQ(token != nullptr, seconds != 0);
    if (!token)
        return;
    QVERIFY(token->expires == kAsked + std::chrono::seconds(seconds));
    QVERIFY(token->refreshAt == std::min(kAsked + std::chrono::seconds(1800), token->expires));
}

void tst_TokenAnswer::unusableAnswersAreNamed_data()
{
    QTest::addColumn<QJsonObject>("json");
    QTest::addColumn<QString>("says");
    const auto with = [](const char *name, const QJsonValue &value) {
        QJsonObject json = granted();
        json[QString::fromLatin1(name)] = value;
        return json;
    };
    const QString none = QStringLiteral("no access token");
    QTest::newRow("no token") << QJsonObject{} << none;
    QTest::newRow("empty token") << with("access_token", QString()) << none;
    QTest::newRow("number for a token") << with("access_token", 7) << none;
    QTest::newRow("token that would end a header") << with("access_token", QStringLiteral("a\r\nb")) << none;
    QTest::newRow("token with a blank") << with("access_token", QStringLiteral("a b")) << none;
    QTest::newRow("token beyond ASCII") << with("access_token", QStringLiteral(u"\u00e9")) << none;
    QTest::newRow("endless token") << with("access_token", QString(kMaxTokenOctets + 1, u'a')) << none;
    QTest::newRow("other type") << with("token_type", QStringLiteral("DPoP")) << QStringLiteral("Bearer");
    QTest::newRow("no type") << with("token_type", QJsonValue(QJsonValue::Undefined)) << QStringLiteral("Bearer");
    QTest::newRow("refresh token that breaks lines")
        << with("refresh_token", QStringLiteral("a\nb")) << QStringLiteral("refresh token");
}

void tst_TokenAnswer::unusableAnswersAreNamed()
{
    QFETCH(QJsonObject, json);
    QFETCH(QString, says);
    const TokenTrouble trouble = troubleIn(answerOf(json));
    QVERIFY2(trouble.sentence().contains(says), qPrintable(trouble.sentence()));
    QVERIFY(trouble.sentence().endsWith(u'.'));
    QVERIFY(!trouble.sentence().contains(QString::fromLatin1(test::kTokenMark)));
}

void tst_TokenAnswer::aRefusalSaysWhoShallDoWhat_data()
{
    QTest::addColumn<QJsonObject>("json");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("kindAndActor");
    QTest::addColumn<QString>("entry");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *tag, const QJsonObject &json, int status, const char *kindAndActor,
                        const char *entry, const char *says) {
        QTest::newRow(tag) << json << status << QString::fromLatin1(kindAndActor) << QString::fromLatin1(entry)
                           << QString::fromLatin1(says);
    };
    row("secret id for its value",
        refusal("invalid_client", "AADSTS7000215: Invalid client secret provided.", {7000215}), 401,
        "act administrator", "token.secret-invalid", "copied instead of its value");
    row("secret expired",
        refusal("invalid_client", "AADSTS7000222: The provided client secret keys are expired.", {7000222}), 401,
        "act administrator", "token.secret-expired", "Make a new secret");
    row("wrong tenant", refusal("invalid_request", "AADSTS90002: Tenant 'x' not found.", {90002}), 400,
        "act administrator", "token.tenant-unknown", "does not know the tenant");
    row("code in the description only", refusal("unauthorized_client", "AADSTS700016: Application 'x' was not found."),
        400, "act administrator", "token.application-unknown", "does not know the application");
    row("sign-in ended",
        refusal("invalid_grant", "AADSTS700082: The refresh token has expired due to inactivity.", {700082}), 400,
        "act user", "token.refresh-expired", "Sign in again");
    row("second factor", refusal("invalid_grant", "AADSTS50076: you must use multi-factor authentication", {50076}),
        400, "act user", "token.second-factor", "second factor");
    row("blocked by policy", refusal("invalid_grant", "AADSTS53003: Access has been blocked", {53003}), 400,
        "act administrator", "token.conditional-access", "Conditional Access");
    row("consent missing", refusal("invalid_grant", "AADSTS65001: not consented", {65001}), 400, "act administrator",
        "token.consent-missing", "admin consent");
    row("waiting for the person", refusal("authorization_pending", "AADSTS70016: pending", {70016}), 400, "wait nobody",
        "token.device-code-pending", "not finished yet");
    row("too fast", refusal("slow_down", ""), 400, "wait nobody", "token.device-code-slow-down", "too often");
    row("device code ended", refusal("expired_token", "AADSTS70020: The device_code is not valid", {70020}), 400,
        "act user", "token.device-code-expired", "Begin the sign-in again");
    row("declined", refusal("authorization_declined", ""), 400, "act user", "", "cancelled or refused");
    row("a code that the catalogue has not",
        refusal("invalid_resource", "AADSTS500011: The resource principal named x was not found.\r\nTrace ID: 1",
                {500011}),
        400, "act administrator", "token.other", "It says: The resource principal named x was not found. Check");
    row("a word that nobody knows", refusal("strange", "Something else"), 400, "act administrator", "",
        "It says: Something else.");
    row("no longer valid, by its word", refusal("invalid_grant", ""), 400, "act user", "", "Sign in again");
    row("in trouble itself", refusal("temporarily_unavailable", ""), 400, "wait nobody", "", "not available now");
    row("too many requests", refusal("invalid_request", "AADSTS90055: throttled", {90055}), 429, "wait nobody",
        "token.busy", "asked too often");
    row("a fault that passes", refusal("invalid_request", "AADSTS90033: A transient error has occurred.", {90033}), 400,
        "wait nobody", "token.busy", "cannot answer the sign-in at this moment");
    row("another certificate", refusal("invalid_client", "AADSTS700027: The certificate is not registered.", {700027}),
        401, "act administrator", "token.assertion-refused", "Upload the account's certificate");
    row("a clock that is wrong", refusal("invalid_client", "AADSTS700024: not within its valid time range", {700024}),
        401, "act administrator", "token.assertion-time", "clock");
    row("overloaded", refusal("", ""), 503, "wait nobody", "", "status 503");
    row("not even a reason", QJsonObject{}, 400, "act administrator", "", "no reason that is known");
}

void tst_TokenAnswer::aRefusalSaysWhoShallDoWhat()
{
    QFETCH(QJsonObject, json);
    QFETCH(int, status);
    QFETCH(QString, kindAndActor);
    QFETCH(QString, entry);
    QFETCH(QString, says);
    const TokenTrouble trouble = troubleIn(answerOf(json, status));
    QCOMPARE_EQ(toString(trouble.kind) + u' ' + toString(trouble.actor), kindAndActor);
    QCOMPARE_EQ(trouble.entryId, entry);
    QVERIFY2(trouble.sentence().contains(says), qPrintable(trouble.sentence()));
    QVERIFY(trouble.sentence().endsWith(u'.'));
    QVERIFY(!trouble.remedy.isEmpty());
    QCOMPARE_EQ(trouble.status, status);
}

void tst_TokenAnswer::everyEntryThatIsNamedExists()
{
    // Ids that decide who shall act are words in the code; the catalogue must know them, and need no one to fill them.
    QStringList ids;
    for (const ErrorEntry &entry : knowledge().errors()) {
        ids += entry.id;
        if (entry.id.startsWith(QLatin1String("token."))) {
            QVERIFY2(entry.stages.contains(QLatin1String("token")), qPrintable(entry.id));
            QVERIFY2(!entry.title.contains(u'{'), qPrintable(entry.id));
            QVERIFY2(!entry.causes.front().text.contains(u'{'), qPrintable(entry.id));
        }
    }
    for (const QString &id : idsThatDecideWhoActs())
        QVERIFY2(ids.contains(id), qPrintable(id));
}

void tst_TokenAnswer::aRefusalKeepsWhatSupportAsksFor()
{
    QJsonObject json = refusal("invalid_grant", "AADSTS50173: revoked.\r\nTrace ID: 255d", {50173});
    json[QStringLiteral("suberror")] = QStringLiteral("bad_token");
    const TokenTrouble trouble = troubleIn(answerOf(json, 400));
    QCOMPARE_EQ(trouble.entraCode, QStringLiteral("50173"));
    QCOMPARE_EQ(trouble.error, QStringLiteral("invalid_grant"));
    QCOMPARE_EQ(trouble.subError, QStringLiteral("bad_token"));
    QCOMPARE_EQ(trouble.traceId, QStringLiteral("255d1aef-8c98-452f-ac51-23d051240864"));
    QCOMPARE_EQ(trouble.correlationId, QStringLiteral("fb3d2015-bc17-4bb9-bb85-30c5cf1aaaa7"));
    QVERIFY(trouble.description.startsWith(QStringLiteral("AADSTS50173: revoked.\\r\\n")));
    QVERIFY(trouble.sentence().endsWith(QStringLiteral("AADSTS50173.")));
}

void tst_TokenAnswer::aChallengeIsKeptForTheNextSignIn()
{
    const QString claims = QStringLiteral(R"({"access_token":{"capolids":{"essential":true,"values":["x"]}}})");
    QJsonObject json = refusal("interaction_required", "AADSTS50076: multi-factor", {50076});
    json[QStringLiteral("claims")] = claims;
    QCOMPARE_EQ(troubleIn(answerOf(json, 400)).claims, claims);
    json[QStringLiteral("claims")] = QString(5000, u'x');
    QVERIFY(troubleIn(answerOf(json, 400)).claims.isEmpty());
}

void tst_TokenAnswer::whatIsNotTheServiceIsNamed_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("says");
    const QString wait = QStringLiteral("wait");
    const QString act = QStringLiteral("act");
    const QByteArray page = "<!DOCTYPE html><html><title>Welcome to the guest network</title></html>";
    QTest::newRow("guest portal") << page << 200 << act << QStringLiteral("web page");
    QTest::newRow("proxy's refusal") << page << 403 << act << QStringLiteral("web page");
    QTest::newRow("proxy wants a sign-in") << page << 407 << act << QStringLiteral("proxy wants");
    QTest::newRow("moved") << QByteArray() << 302 << act << QStringLiteral("elsewhere");
    QTest::newRow("load balancer") << page << 502 << wait << QStringLiteral("status 502");
    QTest::newRow("throttled without words") << QByteArray() << 429 << wait << QStringLiteral("too often");
    QTest::newRow("empty") << QByteArray() << 200 << act << QStringLiteral("empty");
    QTest::newRow("cut off") << QByteArray(R"({"access_token":"abc)") << 200 << act << QStringLiteral("cut off");
    QTest::newRow("a list") << QByteArray("[1,2]") << 200 << act << QStringLiteral("no JSON");
    QTest::newRow("nested without end") << QByteArray(100000, '[') << 200 << act << QStringLiteral("nested deeper");
    QTest::newRow("nested in an object") << "{\"a\":" + QByteArray(20, '[') + QByteArray(20, ']') + "}" << 200 << act
                                         << QStringLiteral("nested deeper");
    QTest::newRow("huge") << QByteArray(kMaxTokenAnswerOctets + 1, ' ') << 200 << act << QStringLiteral("longer than");
    QTest::newRow("binary") << QByteArray("\xff\xfe\0\1", 4) << 200 << act << QStringLiteral("no JSON");
}

void tst_TokenAnswer::whatIsNotTheServiceIsNamed()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QString, kind);
    QFETCH(QString, says);
    const TokenTrouble trouble = troubleIn(answerOf(body, status));
    QCOMPARE_EQ(toString(trouble.kind), kind);
    QVERIFY2(trouble.sentence().contains(says), qPrintable(trouble.sentence()));
    QVERIFY(trouble.sentence().endsWith(u'.'));
}

void tst_TokenAnswer::aTokenInARefusalIsNotTaken()
{
    QJsonObject both = granted();
    both[QStringLiteral("error")] = QStringLiteral("invalid_grant");
    QCOMPARE_EQ(troubleIn(answerOf(both)).error, QStringLiteral("invalid_grant"));
    QCOMPARE_EQ(troubleIn(answerOf(granted(), 400)).status, 400);
    // Deep brackets inside a text are no depth.
    QJsonObject text = granted();
    text[QStringLiteral("note")] = QStringLiteral("\"[[[[[[[[[[[[{{{{{{{{{{{");
    QVERIFY(!grantOf(answerOf(text)).accessToken.isEmpty());
}

void tst_TokenAnswer::retryAfterIsHonoured_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<int>("seconds"); // -1: none
    QTest::newRow("seconds") << QByteArray("120") << 120;
    QTest::newRow("now") << QByteArray("0") << 0;
    QTest::newRow("date, by the service's own clock") << QByteArray("Wed, 18 Nov 2026 11:16:41 GMT") << 600;
    QTest::newRow("date gone by") << QByteArray("Wed, 18 Nov 2026 10:00:00 GMT") << 0;
    QTest::newRow("a year") << QByteArray("31536000") << 86400;
    QTest::newRow("date in a year") << QByteArray("Thu, 18 Nov 2027 11:06:41 GMT") << 86400;
    QTest::newRow("negative") << QByteArray("-5") << -1;
    QTest::newRow("word") << QByteArray("later") << -1;
    QTest::newRow("none") << QByteArray() << -1;
}

void tst_TokenAnswer::retryAfterIsHonoured()
{
    QFETCH(QByteArray, header);
    QFETCH(int, seconds);
    TokenHttpAnswer answer = answerOf(refusal("temporarily_unavailable", ""), 503);
    answer.retryAfter = header;
    const TokenTrouble trouble = troubleIn(answer);
    QCOMPARE_EQ(trouble.wait ? static_cast<int>(trouble.wait->count()) : -1, seconds);
}

void tst_TokenAnswer::noSecretOfTheRequestIsRepeated()
{
    const QByteArray secret = test::newPassword().toUtf8() + "~/+";
    const QString told = QString::fromUtf8("cannot read client_secret=" + secret + " nor " + formEncoded(secret));
    QJsonObject json{{QStringLiteral("error"), told},          {QStringLiteral("error_description"), told},
                     {QStringLiteral("suberror"), told},       {QStringLiteral("trace_id"), told},
                     {QStringLiteral("correlation_id"), told}, {QStringLiteral("claims"), told}};
    const TokenTrouble trouble = troubleIn(answerOf(json, 400), requestWith(secret));
    QVERIFY(trouble.description.contains(QStringLiteral("client_secret=(hidden) nor (hidden)")));
    const QString all = trouble.sentence() + trouble.error + trouble.subError + trouble.description + trouble.traceId
                        + trouble.correlationId + trouble.claims;
    QVERIFY(!all.contains(QString::fromUtf8(secret)));
    QVERIFY(!all.contains(QString::fromUtf8(formEncoded(secret))));
}

void tst_TokenAnswer::aWrongClockIsNamed_data()
{
    QTest::addColumn<QByteArray>("date");
    QTest::addColumn<int>("skew"); // 0: none named
    QTest::addColumn<QString>("says");
    QTest::newRow("right") << QByteArray("Wed, 18 Nov 2026 11:06:41 GMT") << 0 << QString();
    QTest::newRow("five minutes are borne") << QByteArray("Wed, 18 Nov 2026 11:11:42 GMT") << 0 << QString();
    QTest::newRow("behind") << QByteArray("Wed, 18 Nov 2026 11:11:43 GMT") << 301 << QStringLiteral("5 minutes behind");
    QTest::newRow("ahead") << QByteArray("Wed, 18 Nov 2026 10:06:40 GMT") << -3600
                           << QStringLiteral("60 minutes ahead of");
    QTest::newRow("a day behind") << QByteArray("Thu, 19 Nov 2026 11:06:42 GMT") << 86400
                                  << QStringLiteral("24 hours behind");
    QTest::newRow("no date") << QByteArray() << 0 << QString();
    QTest::newRow("no date of HTTP") << QByteArray("yesterday") << 0 << QString();
}

void tst_TokenAnswer::aWrongClockIsNamed()
{
    QFETCH(QByteArray, date);
    QFETCH(int, skew);
    QFETCH(QString, says);
    TokenHttpAnswer answer = answerOf(granted());
    answer.date = date;
    const auto named = grantOf(answer).clockSkew;
    QCOMPARE_EQ(named ? static_cast<int>(named->count()) : 0, skew);
    if (named)
        QVERIFY2(clockSkewSentence(*named).contains(says), qPrintable(clockSkewSentence(*named)));
}

void tst_TokenAnswer::aRefusalNamesTheClock()
{
    TokenHttpAnswer answer = answerOf(
        refusal("invalid_client", "AADSTS700024: Client assertion is not within its valid time range.", {700024}), 401);
    answer.date = "Wed, 18 Nov 2026 12:06:42 GMT";
    QVERIFY(troubleIn(answer).sentence().contains(QStringLiteral("60 minutes behind")));
    // A minute that the answer took is none of the clock.
    const TokenRequest request = requestWith();
    const TokenExchange slow{request, kAsked, kAsked + 20min};
    QVERIFY(!clockSkewOf("Wed, 18 Nov 2026 11:20:00 GMT", slow));
}

void tst_TokenAnswer::aDeadNetworkPassesAndAWrongCertificateDoesNot_data()
{
    QTest::addColumn<int>("error");
    QTest::addColumn<QString>("kind");
    QTest::newRow("time-out") << int(ErrorKind::Timeout) << QStringLiteral("wait");
    QTest::newRow("refused") << int(ErrorKind::Unreachable) << QStringLiteral("wait");
    QTest::newRow("no such name") << int(ErrorKind::NotFound) << QStringLiteral("wait");
    QTest::newRow("certificate") << int(ErrorKind::TlsFailed) << QStringLiteral("act");
    QTest::newRow("keychain") << int(ErrorKind::Denied) << QStringLiteral("act");
}

void tst_TokenAnswer::aDeadNetworkPassesAndAWrongCertificateDoesNot()
{
    QFETCH(int, error);
    QFETCH(QString, kind);
    const TokenTrouble trouble =
        troubleWithoutAnswer({static_cast<ErrorKind>(error), QStringLiteral("The connection broke.")});
    QCOMPARE_EQ(toString(trouble.kind), kind);
    QCOMPARE_EQ(trouble.actor == TokenTrouble::Actor::Nobody, kind == QStringLiteral("wait"));
    QVERIFY(trouble.sentence().contains(QStringLiteral("The connection broke.")));
}

void tst_TokenAnswer::aPracticeServiceIsAnotherOneAtEachStart()
{
    const auto remedy = [](ErrorKind kind, const char *service) {
        return troubleWithoutAnswer({kind, QStringLiteral("It broke.")}, QUrl(QLatin1String(service))).remedy;
    };
    for (const char *here : {"https://127.0.0.1:50123/t/token", "http://[::1]:50123/t/token", "http://localhost/t"}) {
        QVERIFY2(remedy(ErrorKind::TlsFailed, here).contains(QStringLiteral("a new authority at each start")), here);
        QVERIFY2(remedy(ErrorKind::Unreachable, here).startsWith(QStringLiteral("Start the practice service.")), here);
    }
    for (const char *there : {"https://login.microsoftonline.com/t/token", "https://192.0.2.1/t", ""}) {
        QVERIFY2(remedy(ErrorKind::TlsFailed, there).contains(QStringLiteral("clock")), there);
        QVERIFY2(remedy(ErrorKind::Unreachable, there).contains(QStringLiteral("check the network")), there);
    }
}

void tst_TokenAnswer::takesADeviceCode()
{
    const DeviceCodeAnswer answer = readDevice(offered());
    const auto *offer = std::get_if<DeviceCodeOffer>(&answer);
    QVERIFY(offer);
    QCOMPARE_EQ(offer->deviceCode.reveal().toByteArray(), QByteArray("device-code"));
    QCOMPARE_EQ(offer->userCode, QStringLiteral("WDJB-MJHT"));
    QCOMPARE_EQ(offer->verificationUrl, QUrl(QStringLiteral("https://microsoft.com/devicelogin")));
    QVERIFY(offer->expires == kAsked + 15min && offer->interval == 5s);
}

void tst_TokenAnswer::uselessDeviceCodesAreNamed_data()
{
    QTest::addColumn<QJsonObject>("json");
    QTest::addColumn<QString>("says");
    const auto with = [](const char *name, const QJsonValue &value) {
        QJsonObject json = offered();
        json[QString::fromLatin1(name)] = value;
        return json;
    };
    const QString unsafe = QStringLiteral("no safe page");
    QTest::newRow("no code") << with("user_code", QString()) << QStringLiteral("no code");
    QTest::newRow("code that obeys a terminal")
        << with("user_code", QStringLiteral("A\u001b[31m")) << QStringLiteral("no code");
    QTest::newRow("endless code") << with("user_code", QString(200, u'A')) << QStringLiteral("no code");
    QTest::newRow("no device code") << with("device_code", QString()) << QStringLiteral("no code");
    QTest::newRow("plain http") << with("verification_uri", QStringLiteral("http://example.com/")) << unsafe;
    QTest::newRow("script") << with("verification_uri", QStringLiteral("javascript:alert(1)")) << unsafe;
    QTest::newRow("file") << with("verification_uri", QStringLiteral("file:///etc/passwd")) << unsafe;
    QTest::newRow("misleading user") << with("verification_uri", QStringLiteral("https://microsoft.com@example.com/"))
                                     << unsafe;
    QTest::newRow("no page") << with("verification_uri", QJsonValue::Null) << unsafe;
    QTest::newRow("no life") << with("expires_in", QJsonValue::Null) << QStringLiteral("expires_in");
}

void tst_TokenAnswer::uselessDeviceCodesAreNamed()
{
    QFETCH(QJsonObject, json);
    QFETCH(QString, says);
    const DeviceCodeAnswer answer = readDevice(json);
    const auto *trouble = std::get_if<TokenTrouble>(&answer);
    QVERIFY(trouble);
    QVERIFY2(trouble->sentence().contains(says), qPrintable(trouble->sentence()));
}

void tst_TokenAnswer::pollsAsTheStandardSays()
{
    const DeviceCodeAnswer answer = readDevice(offered());
    DevicePolling polling(std::get<DeviceCodeOffer>(answer), kAnswered);
    QVERIFY(polling.nextPoll() == kAnswered + 5s);
    TimePoint now = kAnswered + 5s;
    polling.onTrouble(troubleIn(answerOf(refusal("authorization_pending", ""), 400)), now);
    QVERIFY(polling.nextPoll() == now + 5s);
    polling.onTrouble(troubleIn(answerOf(refusal("slow_down", ""), 400)), now);
    QVERIFY(polling.nextPoll() == now + 10s);
    polling.onTrouble(troubleIn(answerOf(refusal("authorization_pending", ""), 400)), now);
    QVERIFY(polling.nextPoll() == now + 10s); // slower for good
    polling.onTrouble(troubleWithoutAnswer({ErrorKind::Timeout, QStringLiteral("No answer.")}), now);
    QVERIFY(polling.nextPoll() == now + 20s);
    TokenHttpAnswer busy = answerOf(refusal("temporarily_unavailable", ""), 503);
    busy.retryAfter = "90";
    polling.onTrouble(troubleIn(busy), now);
    QVERIFY(polling.nextPoll() == now + 90s);
}

void tst_TokenAnswer::pollingEndsWithTheCode()
{
    const DeviceCodeAnswer answer = readDevice(offered());
    const auto &offer = std::get<DeviceCodeOffer>(answer);
    const TokenTrouble pending = troubleIn(answerOf(refusal("authorization_pending", ""), 400));
    DevicePolling late(offer, kAnswered);
    late.onTrouble(pending, offer.expires - 5s);
    QVERIFY(!late.nextPoll());
    DevicePolling declined(offer, kAnswered);
    declined.onTrouble(troubleIn(answerOf(refusal("authorization_declined", ""), 400)), kAnswered + 5s);
    QVERIFY(!declined.nextPoll());
}

QTEST_APPLESS_MAIN(tst_TokenAnswer)
#include "tst_TokenAnswer.moc"
