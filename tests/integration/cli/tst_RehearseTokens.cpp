// SPDX-License-Identifier: GPL-3.0-or-later
#include "Cli.h"

#include "tests/support/TestSecrets.h"

#include <QFile>
#include <QJsonArray>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace relaywright::test;

/// `rehearse` with its sign-in service and its Graph, as a person uses them: sign in there, send with the token.
class tst_RehearseTokens : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void takesTheTokensOfItsSignIn();
    void isTrustedByItsAuthority();
    void wrongAuthoritiesGetASentence_data();
    void wrongAuthoritiesGetASentence();
    void showsWhatCameThroughGraph();
    void refusesTheSecretOfAnother();
    void doesWrongOnRequest();
    void refusesEverySignInOnRequest();
    void signsWithANewKeyOnRequest();
    void tellsOneDocument();
    void wrongOptionsGetASentence_data();
    void wrongOptionsGetASentence();

private:
    [[nodiscard]] QProcessEnvironment environment(const QByteArray &secret = kPasswordMark) const;
    [[nodiscard]] QStringList practice(const QStringList &more = {}) const;
    [[nodiscard]] static QByteArray valueOf(RunningCli &running, const char *name);
    [[nodiscard]] static QStringList loginWords(RunningCli &running);
    [[nodiscard]] CliRun login(RunningCli &running, const QProcessEnvironment &environment) const;

    [[nodiscard]] QByteArray post(const QString &url, const QByteArray &type, const QByteArray &content,
                                  const QByteArray &token = {});
    std::unique_ptr<QTemporaryDir> m_home;
    QNetworkAccessManager m_network;
};

void tst_RehearseTokens::init()
{
    m_home = std::make_unique<QTemporaryDir>();
}

QProcessEnvironment tst_RehearseTokens::environment(const QByteArray &secret) const
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("no_proxy"), QStringLiteral("127.0.0.1"));
    environment.insert(QStringLiteral("CLIENT_SECRET"), QString::fromLatin1(secret));
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), m_home->path());
    return environment;
}

QStringList tst_RehearseTokens::practice(const QStringList &more) const
{
    return words("rehearse --sign-in 127.0.0.1:0 --web-plain --application-secret-from env:CLIENT_SECRET --ca-out")
           + QStringList{m_home->filePath(QStringLiteral("ca.pem"))} + more;
}

QByteArray tst_RehearseTokens::valueOf(RunningCli &running, const char *name)
{
    const QByteArray start = QByteArray(name) + ": ";
    const QByteArray line = running.waitForLine(start);
    return line.mid(line.indexOf(start) + start.size()).split(' ').value(0);
}

QStringList tst_RehearseTokens::loginWords(RunningCli &running)
{
    const QString service = QString::fromLatin1(valueOf(running, "sign-in"));
    const QString tenant = QString::fromLatin1(valueOf(running, "tenant"));
    const QString application = QString::fromLatin1(valueOf(running, "application"));
    return words("oauth login scanner@contoso.com --secret-from env:CLIENT_SECRET --tenant")
           + QStringList{tenant, QStringLiteral("--application"), application, QStringLiteral("--service"), service};
}

CliRun tst_RehearseTokens::login(RunningCli &running, const QProcessEnvironment &environment) const
{
    return runCli(loginWords(running), {}, environment);
}

void tst_RehearseTokens::takesTheTokensOfItsSignIn()
{
    RunningCli running(practice(), environment());
    const QString at = QString::fromLatin1(valueOf(running, "listening"));
    QVERIFY2(!at.isEmpty(), running.err().constData());
    const CliRun signedIn = login(running, environment());
    QVERIFY2(signedIn.exitCode == 0, signedIn.out + signedIn.err);
    const CliRun sent = runCli(
        words("send --account scanner@contoso.com --tls starttls --from scanner@contoso.com --to jane@contoso.com")
            + QStringList{QStringLiteral("--server"), at, QStringLiteral("--ca-file"),
                          m_home->filePath(QStringLiteral("ca.pem"))},
        {}, environment());
    QVERIFY2(sent.exitCode == 0, sent.out + sent.err);
    QVERIFY(running.waitForLine("received: ").contains("scanner@contoso.com"));
    QCOMPARE(running.endPolitely(), 0);
    // The secret was its owner's, not made up: nobody shows it.
    for (const QByteArray &text : {running.out(), running.err(), signedIn.out, signedIn.err, sent.out, sent.err})
        QVERIFY2(!text.contains(kPasswordMark), text);
    QVERIFY2(running.out().contains("sign-in request: POST /") && running.out().contains("/oauth2/v2.0/token 200"),
             running.out());
}

/// Over TLS, with one authority for the sign-in service and the server: named at the sign-in, it is kept with the account.
void tst_RehearseTokens::isTrustedByItsAuthority()
{
    const QString ca = m_home->filePath(QStringLiteral("ca.pem"));
    RunningCli running(words("rehearse --sign-in 127.0.0.1:0 --application-secret-from env:CLIENT_SECRET --ca-out")
                           + QStringList{ca},
                       environment());
    const QString at = QString::fromLatin1(valueOf(running, "listening"));
    QVERIFY2(!at.isEmpty(), running.err().constData());
    const QStringList login = loginWords(running);
    const CliRun stranger = runCli(login, {}, environment());
    QCOMPARE(stranger.exitCode, 4);
    QVERIFY2(stranger.err.contains("TLS with 127.0.0.1 failed"), stranger.err);
    const CliRun signedIn = runCli(login + QStringList{QStringLiteral("--ca-file"), ca}, {}, environment());
    QVERIFY2(signedIn.exitCode == 0, signedIn.out + signedIn.err);
    const CliRun status = runCli(words("oauth status scanner@contoso.com"), {}, environment());
    QVERIFY2(status.exitCode == 0, status.out + status.err);
    const CliRun sent = runCli(
        words("send --account scanner@contoso.com --tls starttls --from scanner@contoso.com --to jane@contoso.com")
            + QStringList{QStringLiteral("--server"), at, QStringLiteral("--ca-file"), ca},
        {}, environment());
    QVERIFY2(sent.exitCode == 0, sent.out + sent.err);
    QCOMPARE(running.endPolitely(), 0);
}

void tst_RehearseTokens::wrongAuthoritiesGetASentence_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("expected");
    const QString usual = QStringLiteral("authority.pem");
    QTest::newRow("of a practice service that has ended")
        << QStringLiteral("practice-authority.pem") << QByteArray()
        << QByteArray("A practice service is another one at each start: start it, and make the account anew");
    QTest::newRow("no such file") << usual << QByteArray()
                                  << QByteArray("authorities of the sign-in service cannot be read");
    QTest::newRow("no certificate in it")
        << usual << QByteArray("hello") << QByteArray("holds no certificate of an authority");
}

void tst_RehearseTokens::wrongAuthoritiesGetASentence()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, expected);
    const QString path = m_home->filePath(name);
    QFile file(path);
    QVERIFY(content.isEmpty() || (file.open(QIODevice::WriteOnly) && file.write(content) == content.size()));
    file.close();
    const CliRun run =
        runCli(words("oauth login scanner@contoso.com --secret-from env:CLIENT_SECRET --tenant contoso.com "
                     "--application aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee --service https://127.0.0.1:1 --ca-file")
                   + QStringList{path},
               {}, environment());
    QCOMPARE(run.exitCode, 3);
    QVERIFY2(run.err.contains(expected) && run.err.contains(path.toUtf8()), run.err);
}

QByteArray tst_RehearseTokens::post(const QString &url, const QByteArray &type, const QByteArray &content,
                                    const QByteArray &token)
{
    QNetworkRequest request{QUrl(url)};
    request.setHeader(QNetworkRequest::ContentTypeHeader, type);
    if (!token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + token);
    const std::unique_ptr<QNetworkReply> reply(m_network.post(request, content));
    if (!QTest::qWaitFor([&reply] { return reply->isFinished(); }, 20'000))
        return {};
    return QByteArray::number(reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt()) + ' '
           + reply->readAll();
}

void tst_RehearseTokens::showsWhatCameThroughGraph()
{
    const QString events = m_home->filePath(QStringLiteral("events"));
    RunningCli running(practice(words("--graph 127.0.0.1:0 --events") + QStringList{events}),
                       environment("graphs-own"));
    const QString service = QString::fromLatin1(valueOf(running, "sign-in"));
    const QString tenant = QString::fromLatin1(valueOf(running, "tenant"));
    const QByteArray application = valueOf(running, "application");
    const QString graph = QString::fromLatin1(valueOf(running, "graph"));
    QVERIFY2(!graph.isEmpty(), running.err().constData());
    const QByteArray granted =
        post(service + u'/' + tenant + QStringLiteral("/oauth2/v2.0/token"), "application/x-www-form-urlencoded",
             "grant_type=client_credentials&client_secret=graphs-own&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
             "&client_id="
                 + application);
    QVERIFY2(granted.startsWith("200 "), granted);
    const QByteArray token = QJsonDocument::fromJson(granted.mid(4))[u"access_token"].toString().toLatin1();
    const QByteArray mime = "From: scanner@contoso.com\r\nTo: jane@contoso.com\r\nSubject: By Graph\r\n\r\nHello.\r\n";
    const QString sendMail = graph + QStringLiteral("/v1.0/users/scanner@contoso.com/sendMail");
    QVERIFY(post(sendMail, "text/plain", mime.toBase64(), token + 'x').startsWith("401 "));
    QCOMPARE(post(sendMail, "text/plain", mime.toBase64(), token), QByteArray("202 "));
    QVERIFY(running.waitForLine("received: ").contains("scanner@contoso.com"));
    QFile file(events);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject event = QJsonDocument::fromJson(file.readAll()).object();
    QCOMPARE(event.value(QLatin1String("subject")).toString(), QStringLiteral("By Graph"));
    QCOMPARE(event.value(QLatin1String("recipients")).toArray(), QJsonArray{QStringLiteral("jane@contoso.com")});
    QCOMPARE(running.endPolitely(), 0);
    QVERIFY2(running.out().contains("graph request: POST /v1.0/users/scanner@contoso.com/sendMail 202"), running.out());
    QVERIFY(!running.out().contains(token) && !running.out().contains("graphs-own"));
}

void tst_RehearseTokens::refusesTheSecretOfAnother()
{
    RunningCli running(practice(), environment());
    const CliRun refused = login(running, environment("another secret"));
    QCOMPARE(refused.exitCode, 1);
    QVERIFY2((refused.out + refused.err).contains("7000215"), refused.out + refused.err);
    QVERIFY(running.waitForLine(" 401 AADSTS7000215").startsWith("sign-in request: POST /"));
}

void tst_RehearseTokens::doesWrongOnRequest()
{
    RunningCli running(practice(words("--web-fault malformed-json")), environment());
    const CliRun refused = login(running, environment());
    QVERIFY2(refused.exitCode != 0, refused.out + refused.err);
    // It was the right secret, and the service meant well: only its answer is spoilt.
    QVERIFY(running.waitForLine("/oauth2/v2.0/token ").endsWith("/oauth2/v2.0/token 200"));
    QVERIFY2(running.seen().contains("faults of these: malformed-json"), running.seen());
}

void tst_RehearseTokens::refusesEverySignInOnRequest()
{
    RunningCli running(practice(words("--refuse-sign-in AADSTS7000222")), environment());
    const CliRun refused = login(running, environment());
    QCOMPARE(refused.exitCode, 1);
    QVERIFY2((refused.out + refused.err).contains("The client secret has expired."), refused.out + refused.err);
    QVERIFY(running.waitForLine(" 401 AADSTS7000222").startsWith("sign-in request: POST /"));
    QVERIFY2(running.seen().contains("faults of these: refuse-sign-in=AADSTS7000222"), running.seen());
    const CliRun help = runCli(words("rehearse --help"));
    QVERIFY2(help.out.contains("AADSTS7000222  The client secret has expired."), help.out);
}

void tst_RehearseTokens::signsWithANewKeyOnRequest()
{
    RunningCli running(practice(words("--web-fault rotate-key-after=5 --rotate-key-after 1")), environment());
    const QString service = QString::fromLatin1(valueOf(running, "sign-in"));
    const QString tenant = service + u'/' + QString::fromLatin1(valueOf(running, "tenant"));
    const QByteArray form =
        "grant_type=client_credentials&scope=https%3A%2F%2Foutlook.office365.com%2F.default&client_id="
        + valueOf(running, "application") + "&client_secret=" + QByteArray(kPasswordMark);
    QVERIFY2(running.waitForLine("faults of these: ").endsWith("rotate-key-after=1"), running.seen());
    QByteArrayList signers;
    for (int i = 0; i < 2; ++i) {
        const QByteArray answer =
            post(tenant + QStringLiteral("/oauth2/v2.0/token"), "application/x-www-form-urlencoded", form);
        QVERIFY2(answer.startsWith("200 "), answer);
        const QJsonObject json = QJsonDocument::fromJson(answer.mid(4)).object();
        signers += json.value(QLatin1String("access_token")).toString().toLatin1().split('.').front();
    }
    QVERIFY(signers.front() != signers.back()); // the header names the key
}

void tst_RehearseTokens::tellsOneDocument()
{
    RunningCli running(words("--json rehearse --sign-in 127.0.0.1:0 --graph 127.0.0.1:0 --web-fault token-life=30s"));
    QVERIFY2(!running.waitForLine("\"schema\"").isEmpty(), running.err().constData());
    QCOMPARE(running.endPolitely(), 0);
    const QJsonObject document = QJsonDocument::fromJson(running.out()).object();
    QCOMPARE(document.value(QLatin1String("schema")).toString(), QStringLiteral("relaywright.rehearse/1"));
    const QJsonObject tokens = document.value(QLatin1String("accessTokens")).toObject();
    QVERIFY(tokens.value(QLatin1String("signIn")).toString().startsWith(QLatin1String("https://127.0.0.1:")));
    QVERIFY(tokens.value(QLatin1String("graph")).toString().startsWith(QLatin1String("https://127.0.0.1:")));
    QVERIFY(tokens.value(QLatin1String("signIn")) != tokens.value(QLatin1String("graph")));
    QCOMPARE(tokens.value(QLatin1String("secret")).toString().size(), 40);
    QCOMPARE(tokens.value(QLatin1String("users")).toArray(), QJsonArray{QStringLiteral("scanner@contoso.com")});
    QCOMPARE(tokens.value(QLatin1String("faults")).toArray(), QJsonArray{QStringLiteral("token-life=30s")});
}

void tst_RehearseTokens::wrongOptionsGetASentence_data()
{
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *options, const char *expected) { QTest::newRow(options) << QByteArray(expected); };
    row("--graph 127.0.0.1:0", "need --sign-in, such as --sign-in 127.0.0.1:0.");
    row("--refuse-sign-in AADSTS7000222", "need --sign-in, such as --sign-in 127.0.0.1:0.");
    row("--rotate-key-after 3", "need --sign-in, such as --sign-in 127.0.0.1:0.");
    row("--web-plain", "need --sign-in, such as --sign-in 127.0.0.1:0.");
    row("--sign-in 192.0.2.1:8080 --web-plain", "--web-plain shows tokens to everybody on the way to 192.0.2.1:8080.");
    row("--sign-in 127.0.0.1:0 --web-fault sloth", "\"sloth\" is no fault of a practice service.");
    row("--sign-in 127.0.0.1:0 --web-fault late=1h", "The time of late must be");
    row("--sign-in 127.0.0.1:0 --refuse-sign-in AADSTS1", "\"AADSTS1\" is no code of Entra's that is known here.");
    row("--sign-in 127.0.0.1:0 --rotate-key-after 0", "rotate-key-after needs a number of tokens from 1 to 100000");
    row("--sign-in 127.0.0.1:0 --application-secret-from hunter2", "keychain:");
}

void tst_RehearseTokens::wrongOptionsGetASentence()
{
    QFETCH(QByteArray, expected);
    const CliRun run = runCli(QStringList{QStringLiteral("rehearse")} + words(QTest::currentDataTag()));
    QCOMPARE(run.exitCode, 3);
    QVERIFY2(run.err.contains(expected), run.err.constData());
}

QTEST_GUILESS_MAIN(tst_RehearseTokens)
#include "tst_RehearseTokens.moc"
