// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/Cli.h"
#include "tests/support/MadeToken.h"
#include "tests/support/ScriptedHttpServer.h"
#include "tests/support/TestSecrets.h"

#include <QDateTime>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>
#include <QUrlQuery>

using namespace relaywright::test;

/// `relaywright-cli token` that gets one, from a sign-in service of the test's own.
class tst_Tokens : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anApplicationShowsItsSecret();
    void anApplicationSignsWithItsKey();
    void aPersonEntersACode();
    void aCodeThatNobodyEnteredEnds();
    void aRefusalSaysWhatToDo();
    void aServiceThatIsGoneIsNoRefusal();
    void badOptionsAreSaid_data();
    void badOptionsAreSaid();

private:
    static QByteArray accessToken();
    static QByteArray grant();
    static QUrlQuery formOf(const QByteArray &request);
    [[nodiscard]] static QProcessEnvironment withSecret();
    [[nodiscard]] static QStringList toService(const ScriptedHttpServer &server, const QStringList &more);
};

QByteArray tst_Tokens::accessToken()
{
    return madeToken({{QStringLiteral("aud"), QStringLiteral("https://outlook.office365.com")},
                      {QStringLiteral("tid"), QStringLiteral("11111111-2222-3333-4444-555555555555")},
                      {QStringLiteral("appid"), QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")},
                      {QStringLiteral("idtyp"), QStringLiteral("app")},
                      {QStringLiteral("oid"), QStringLiteral("7d3b0a52-1e64-4f0e-b2a8-55c0ffee0001")},
                      {QStringLiteral("roles"), QJsonArray{QStringLiteral("SMTP.SendAsApp")}},
                      {QStringLiteral("mark"), QString::fromLatin1(kTokenMark)},
                      {QStringLiteral("exp"), QDateTime::currentSecsSinceEpoch() + 3600}});
}

QByteArray tst_Tokens::grant()
{
    return "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"" + accessToken() + "\"}";
}

QUrlQuery tst_Tokens::formOf(const QByteArray &request)
{
    return QUrlQuery(QString::fromLatin1(request.mid(request.indexOf("\r\n\r\n") + 4)).replace(u'+', u' '));
}

QProcessEnvironment tst_Tokens::withSecret()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("no_proxy"), QStringLiteral("127.0.0.1"));
    environment.insert(QStringLiteral("CLIENT_SECRET"), QString::fromLatin1(kPasswordMark));
    return environment;
}

QStringList tst_Tokens::toService(const ScriptedHttpServer &server, const QStringList &more)
{
    return QStringList{QStringLiteral("token"),
                       QStringLiteral("--tenant"),
                       QStringLiteral("contoso.com"),
                       QStringLiteral("--application"),
                       QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"),
                       QStringLiteral("--service"),
                       server.base().toString()}
           + more;
}

void tst_Tokens::anApplicationShowsItsSecret()
{
    ScriptedHttpServer server([](const QByteArray &) { return ScriptedHttpServer::json(grant()); });
    QVERIFY(server.listen());
    const QStringList line = toService(server, {QStringLiteral("--secret-from"), QStringLiteral("env:CLIENT_SECRET")});
    const CliRun json = runCliServed(QStringList{QStringLiteral("--json")} + line, withSecret());
    QVERIFY2(json.exitCode == 0, json.out + json.err);
    const QJsonObject document = json.json();
    QCOMPARE_EQ(document.value(QLatin1String("schema")).toString(), QStringLiteral("relaywright.token/1"));
    QVERIFY(document.value(QLatin1String("claims"))[QLatin1String("isApplication")].toBool());
    QVERIFY(!document.value(QLatin1String("grant"))[QLatin1String("refreshToken")].toBool(true));
    const QUrlQuery form = formOf(server.requests().front());
    QCOMPARE_EQ(form.queryItemValue(QStringLiteral("grant_type")), QStringLiteral("client_credentials"));
    QCOMPARE_EQ(form.queryItemValue(QStringLiteral("scope"), QUrl::FullyDecoded),
                QStringLiteral("https://outlook.office365.com/.default"));
    QCOMPARE_EQ(form.queryItemValue(QStringLiteral("client_secret"), QUrl::FullyDecoded),
                QString::fromLatin1(kPasswordMark));

    const CliRun words = runCliServed(line, withSecret());
    QCOMPARE_EQ(words.exitCode, 0);
    QVERIFY2(words.out.startsWith("The sign-in service gave a token, good for 59 minutes."), words.out);
    QVERIFY2(words.out.contains("good") && words.out.contains("[permission]"), words.out);
    QVERIFY2(words.out.contains("The object id of the enterprise application is 7d3b0a52-1e64-4f0e-b2a8-55c0ffee0001"),
             words.out);
    QCOMPARE_EQ(document.value(QLatin1String("claims"))[QLatin1String("objectId")].toString(),
                QStringLiteral("7d3b0a52-1e64-4f0e-b2a8-55c0ffee0001"));
    for (const QByteArray &output : {json.out, json.err, words.out, words.err})
        QVERIFY(!output.contains(accessToken().left(30)) && !output.contains(kPasswordMark));
}

void tst_Tokens::anApplicationSignsWithItsKey()
{
    const QTemporaryDir folder;
    const QString key = folder.filePath(QStringLiteral("key.pem"));
    const QString certificate = folder.filePath(QStringLiteral("certificate.pem"));
    QProcess openssl;
    openssl.start(QStringLiteral("openssl"),
                  {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"),
                   QStringLiteral("rsa:2048"), QStringLiteral("-nodes"), QStringLiteral("-batch"),
                   QStringLiteral("-subj"), QStringLiteral("/CN=relay"), QStringLiteral("-keyout"), key,
                   QStringLiteral("-out"), certificate});
    QVERIFY(openssl.waitForFinished(60'000) && openssl.exitCode() == 0);
    ScriptedHttpServer server([](const QByteArray &) { return ScriptedHttpServer::json(grant()); });
    QVERIFY(server.listen());
    const CliRun run = runCliServed(toService(server, {QStringLiteral("--certificate"), certificate,
                                                       QStringLiteral("--key-from"), QStringLiteral("file:") + key}),
                                    withSecret());
    QVERIFY2(run.exitCode == 0, run.out + run.err);
    const QUrlQuery form = formOf(server.requests().front());
    QVERIFY(!form.hasQueryItem(QStringLiteral("client_secret")));
    const QStringList parts = form.queryItemValue(QStringLiteral("client_assertion")).split(u'.');
    QCOMPARE_EQ(parts.size(), 3);
    const auto claims =
        QJsonDocument::fromJson(QByteArray::fromBase64(parts[1].toLatin1(), QByteArray::Base64UrlEncoding));
    QCOMPARE_EQ(claims[QLatin1String("sub")].toString(), QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"));
    QCOMPARE_EQ(claims[QLatin1String("aud")].toString(),
                server.base().toString() + QStringLiteral("/contoso.com/oauth2/v2.0/token"));
}

void tst_Tokens::aPersonEntersACode()
{
    int polls = 0;
    ScriptedHttpServer server([&polls](const QByteArray &request) {
        if (request.startsWith("POST /contoso.com/oauth2/v2.0/devicecode "))
            return ScriptedHttpServer::json(
                R"({"device_code":"dc","user_code":"WDJB-MJHT","expires_in":900,"interval":1,
                "verification_uri":"https://microsoft.com/devicelogin"})");
        return ++polls == 1 ? ScriptedHttpServer::json(R"({"error":"authorization_pending"})", 400)
                            : ScriptedHttpServer::json(grant());
    });
    QVERIFY(server.listen());
    const CliRun run = runCliServed(toService(server, {QStringLiteral("--device-code")}), withSecret());
    QVERIFY2(run.exitCode == 0, run.out + run.err);
    QVERIFY2(run.out.startsWith("Open https://microsoft.com/devicelogin in any browser and enter the code WDJB-MJHT."),
             run.out);
    QCOMPARE_EQ(polls, 2);
    QCOMPARE_EQ(formOf(server.requests().back()).queryItemValue(QStringLiteral("device_code")), QStringLiteral("dc"));
}

void tst_Tokens::aCodeThatNobodyEnteredEnds()
{
    ScriptedHttpServer server([](const QByteArray &request) {
        if (request.contains("/devicecode "))
            return ScriptedHttpServer::json(R"({"device_code":"dc","user_code":"WDJB-MJHT","expires_in":2,"interval":1,
                "verification_uri":"https://microsoft.com/devicelogin"})");
        return ScriptedHttpServer::json(R"({"error":"authorization_pending"})", 400);
    });
    QVERIFY(server.listen());
    const CliRun run = runCliServed(toService(server, {QStringLiteral("--device-code")}), withSecret());
    QCOMPARE_EQ(run.exitCode, 1);
    QVERIFY2(run.err.contains("The device code has ended before it was entered. Begin the sign-in again."), run.err);
}

void tst_Tokens::aRefusalSaysWhatToDo()
{
    ScriptedHttpServer server([](const QByteArray &) {
        return ScriptedHttpServer::json(R"({"error":"invalid_client","trace_id":"tr-1",
            "error_description":"AADSTS7000222: The provided client secret keys are expired."})",
                                        401);
    });
    QVERIFY(server.listen());
    const CliRun run =
        runCliServed(QStringList{QStringLiteral("--json")}
                         + toService(server, {QStringLiteral("--secret-from"), QStringLiteral("env:CLIENT_SECRET")}),
                     withSecret());
    QCOMPARE_EQ(run.exitCode, 1);
    const QJsonObject trouble = run.json().value(QLatin1String("trouble")).toObject();
    QCOMPARE_EQ(trouble.value(QLatin1String("kind")).toString(), QStringLiteral("act"));
    QCOMPARE_EQ(trouble.value(QLatin1String("code")).toString(), QStringLiteral("7000222"));
    QCOMPARE_EQ(trouble.value(QLatin1String("entry")).toString(), QStringLiteral("token.secret-expired"));
    QCOMPARE_EQ(trouble.value(QLatin1String("traceId")).toString(), QStringLiteral("tr-1"));
    QVERIFY2(run.err.contains("AADSTS7000222"), run.err);
}

void tst_Tokens::aServiceThatIsGoneIsNoRefusal()
{
    QStringList line;
    {
        ScriptedHttpServer server([](const QByteArray &) { return ScriptedHttpServer::json(grant()); });
        QVERIFY(server.listen());
        line = toService(server, {QStringLiteral("--secret-from"), QStringLiteral("env:CLIENT_SECRET")});
    }
    const CliRun run = runCliServed(line, withSecret());
    QCOMPARE_EQ(run.exitCode, 4);
    QVERIFY2(run.err.contains("refused the connection"), run.err);
}

void tst_Tokens::badOptionsAreSaid_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QByteArray>("said");
    const QStringList who{QStringLiteral("--tenant"), QStringLiteral("contoso.com"), QStringLiteral("--application"),
                          QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")};
    const QStringList secret{QStringLiteral("--secret-from"), QStringLiteral("env:CLIENT_SECRET")};
    QTest::newRow("no token and no way to one") << who << 2 << QByteArray("Say where the token is");
    QTest::newRow("two ways") << who + secret + QStringList{QStringLiteral("--device-code")} << 2
                              << QByteArray("Use one of");
    QTest::newRow("nobody who asks") << secret << 2 << QByteArray("needs --tenant and --application");
    QTest::newRow("a certificate alone") << who + QStringList{QStringLiteral("--certificate"), QStringLiteral("x.pem")}
                                         << 3 << QByteArray("A certificate needs its private key.");
    QTest::newRow("a service without TLS")
        << who + secret + QStringList{QStringLiteral("--service"), QStringLiteral("http://login.example.com")} << 3
        << QByteArray("is no address of a sign-in service");
    QTest::newRow("a secret in place of an application")
        << QStringList{QStringLiteral("--tenant"), QStringLiteral("contoso.com"), QStringLiteral("--application"),
                       QStringLiteral("none")}
               + secret
        << 3 << QByteArray("--application");
    QTest::newRow("a secret that is not there")
        << who + QStringList{QStringLiteral("--secret-from"), QStringLiteral("env:NONE")} << 1 << QByteArray("NONE");
}

void tst_Tokens::badOptionsAreSaid()
{
    QFETCH(QStringList, options);
    QFETCH(int, exitCode);
    QFETCH(QByteArray, said);
    const CliRun run = runCli(QStringList{QStringLiteral("token")} + options, {}, withSecret());
    QVERIFY2(run.err.contains(said), run.err);
    QCOMPARE_EQ(run.exitCode, exitCode);
}

QTEST_GUILESS_MAIN(tst_Tokens)
#include "tst_Tokens.moc"
