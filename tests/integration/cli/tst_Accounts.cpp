// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/Cli.h"
#include "tests/support/MadeToken.h"
#include "tests/support/ScriptedHttpServer.h"
#include "tests/support/SmtpSink.h"
#include "tests/support/TestSecrets.h"

#include <QDateTime>
#include <QFile>
#include <QJsonArray>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QUrlQuery>

using namespace relaywright::test;

/// `relaywright-cli oauth`, with a sign-in service of the test's own and the keychain of the session.
class tst_Accounts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void anApplicationIsProvedListedAndForgotten();
    void aPersonsSignInIsKeptAndRenewed();
    void aBrowserBringsTheCodeBack();
    void aTestMessageSignsInWithTheAccount();
    void aSignInThatFailsIsNotKept();
    void badInputsAreSaid_data();
    void badInputsAreSaid();

private:
    [[nodiscard]] QByteArray grant(bool withRefreshToken = true);
    [[nodiscard]] static QUrlQuery formOf(const QByteArray &request);
    [[nodiscard]] QProcessEnvironment environment() const;
    [[nodiscard]] CliRun run(const QStringList &arguments);
    [[nodiscard]] QStringList login(const QStringList &more) const;
    void hasNoSecret(const CliRun &run) const;

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<ScriptedHttpServer> m_server;
    ScriptedHttpServer::Script m_script;
    int m_given = 0;
    const QString m_name = QStringLiteral("scanner@contoso.com");
};

void tst_Accounts::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    m_given = 0;
    m_script = [this](const QByteArray &) { return ScriptedHttpServer::json(grant()); };
    m_server = std::make_unique<ScriptedHttpServer>([this](const QByteArray &request) { return m_script(request); });
    QVERIFY(m_server->listen());
}

QByteArray tst_Accounts::grant(bool withRefreshToken)
{
    ++m_given;
    const QByteArray token =
        madeToken({{QStringLiteral("aud"), QStringLiteral("https://outlook.office365.com")},
                   {QStringLiteral("tid"), QStringLiteral("11111111-2222-3333-4444-555555555555")},
                   {QStringLiteral("appid"), QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")},
                   {QStringLiteral("upn"), m_name},
                   {QStringLiteral("scp"), QStringLiteral("SMTP.Send")},
                   {QStringLiteral("roles"), QJsonArray{QStringLiteral("SMTP.SendAsApp")}},
                   {QStringLiteral("mark"), QString::fromLatin1(kTokenMark)},
                   {QStringLiteral("exp"), QDateTime::currentSecsSinceEpoch() + 3600}});
    QByteArray json = "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"" + token + '"';
    if (withRefreshToken)
        json += ",\"refresh_token\":\"" + QByteArray(kTokenMark) + ".r" + QByteArray::number(m_given) + '"';
    return json + '}';
}

QUrlQuery tst_Accounts::formOf(const QByteArray &request)
{
    return QUrlQuery(QString::fromLatin1(request.mid(request.indexOf("\r\n\r\n") + 4)).replace(u'+', u' '));
}

QProcessEnvironment tst_Accounts::environment() const
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("no_proxy"), QStringLiteral("127.0.0.1"));
    environment.insert(QStringLiteral("CLIENT_SECRET"), QString::fromLatin1(kPasswordMark));
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), m_home->path());
    return environment;
}

CliRun tst_Accounts::run(const QStringList &arguments)
{
    const CliRun done = runCliServed(arguments, environment());
    hasNoSecret(done);
    return done;
}

QStringList tst_Accounts::login(const QStringList &more) const
{
    return QStringList{QStringLiteral("oauth"),
                       QStringLiteral("login"),
                       m_name,
                       QStringLiteral("--tenant"),
                       QStringLiteral("contoso.com"),
                       QStringLiteral("--application"),
                       QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"),
                       QStringLiteral("--service"),
                       m_server->base().toString()}
           + more;
}

void tst_Accounts::hasNoSecret(const CliRun &run) const
{
    QFile book(m_home->filePath(QStringLiteral("relaywright/accounts.json")));
    const QByteArray kept = book.open(QIODevice::ReadOnly) ? book.readAll() : QByteArray();
    for (const QByteArray &text : {run.out, run.err, kept})
        QVERIFY2(!text.contains(kTokenMark) && !text.contains(kPasswordMark) && !text.contains("eyJ"),
                 text.constData());
}

void tst_Accounts::anApplicationIsProvedListedAndForgotten()
{
    const CliRun in = run(login({QStringLiteral("--secret-from"), QStringLiteral("env:CLIENT_SECRET"),
                                 QStringLiteral("--secret-ends"), QStringLiteral("2027-11-23")}));
    QVERIFY2(in.exitCode == 0, in.err);
    QVERIFY2(in.out.startsWith("scanner@contoso.com signs in as the application, with its client secret in "
                               "env:CLIENT_SECRET."),
             in.out);
    QVERIFY2(in.out.contains("[permission]"), in.out);
    QCOMPARE(formOf(m_server->requests().front()).queryItemValue(QStringLiteral("grant_type")),
             QStringLiteral("client_credentials"));

    const CliRun all = run(words("--json oauth status"));
    QCOMPARE_EQ(all.exitCode, 0);
    const QJsonObject one = all.json()[QStringLiteral("accounts")].toArray().at(0).toObject();
    QCOMPARE_EQ(one[QStringLiteral("name")].toString(), m_name);
    QCOMPARE_EQ(one[QStringLiteral("proofEnds")].toString(), QStringLiteral("2027-11-23"));
    QCOMPARE_EQ(m_server->requests().size(), 1); // nobody is asked for a list

    const CliRun now = run(words("--json oauth status scanner@contoso.com"));
    QVERIFY2(now.exitCode == 0, now.err);
    QVERIFY(!now.json()[QStringLiteral("remarks")].toArray().isEmpty());
    QCOMPARE_EQ(m_server->requests().size(), 2);

    m_script = [](const QByteArray &) {
        return ScriptedHttpServer::json(
            R"({"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys are expired."})",
            401);
    };
    const CliRun refused = run(words("oauth status scanner@contoso.com"));
    QCOMPARE_EQ(refused.exitCode, 1);
    QVERIFY2(refused.err.contains("7000222"), refused.err);

    QCOMPARE_EQ(run(words("oauth logout scanner@contoso.com")).exitCode, 0);
    QVERIFY(run(words("oauth status")).out.startsWith("There are no accounts yet."));
    QVERIFY(run(words("oauth logout scanner@contoso.com")).err.contains("There is no account scanner@contoso.com."));
}

void tst_Accounts::aPersonsSignInIsKeptAndRenewed()
{
    m_script = [this](const QByteArray &request) {
        if (request.contains("/devicecode "))
            return ScriptedHttpServer::json(
                R"({"device_code":"dc","user_code":"WDJB-MJHT","expires_in":900,"interval":1,
                "verification_uri":"https://microsoft.com/devicelogin"})");
        return ScriptedHttpServer::json(grant());
    };
    const CliRun in = run(login({QStringLiteral("--device-code")}));
    QVERIFY2(in.exitCode == 0, in.err);
    QVERIFY2(in.out.contains("enter the code WDJB-MJHT"), in.out);
    QVERIFY2(in.out.contains("whose sign-in is kept as keychain:oauth scanner@contoso.com."), in.out);
    QVERIFY(run(words("credentials list")).out.contains("oauth scanner@contoso.com\n"));

    for (int i = 1; i <= 2; ++i) { // each use brings the next
        QCOMPARE_EQ(run(words("oauth status scanner@contoso.com")).exitCode, 0);
        const QUrlQuery form = formOf(m_server->requests().back());
        QCOMPARE_EQ(form.queryItemValue(QStringLiteral("grant_type")), QStringLiteral("refresh_token"));
        QCOMPARE_EQ(form.queryItemValue(QStringLiteral("refresh_token")),
                    QStringLiteral("%1.r%2").arg(QLatin1String(kTokenMark)).arg(i));
    }
    QCOMPARE_EQ(run(words("oauth logout scanner@contoso.com")).exitCode, 0);
    QVERIFY(!run(words("credentials list")).out.contains("oauth scanner@contoso.com\n"));
}

void tst_Accounts::aBrowserBringsTheCodeBack()
{
    RunningCli cli(login({}), environment());
    const QUrl url(QString::fromLatin1(cli.waitForLine("/authorize?")));
    const QUrlQuery asked(url);
    QCOMPARE_EQ(asked.queryItemValue(QStringLiteral("login_hint"), QUrl::FullyDecoded), m_name);
    QCOMPARE_EQ(asked.queryItemValue(QStringLiteral("code_challenge_method")), QStringLiteral("S256"));
    const QUrl redirect(asked.queryItemValue(QStringLiteral("redirect_uri"), QUrl::FullyDecoded));
    QCOMPARE_EQ(redirect.host(), QStringLiteral("localhost"));

    const auto visit = [&redirect](const QByteArray &target) {
        QTcpSocket browser;
        browser.connectToHost(QStringLiteral("127.0.0.1"), static_cast<quint16>(redirect.port()));
        browser.write("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: test\r\n\r\n");
        (void)QTest::qWaitFor([&browser] { return browser.state() == QAbstractSocket::UnconnectedState; }, 20'000);
        return browser.readAll();
    };
    QVERIFY(visit("/favicon.ico").startsWith("HTTP/1.1 400"));
    QVERIFY(visit("/?code=stolen&state=guessed").startsWith("HTTP/1.1 400"));
    const QByteArray state = asked.queryItemValue(QStringLiteral("state")).toLatin1();
    const QByteArray page = visit("/?code=the-code&state=" + state);
    QVERIFY2(page.startsWith("HTTP/1.1 200") && page.contains("The sign-in is done."), page);
    QVERIFY(!page.contains("the-code"));
    QTRY_COMPARE_WITH_TIMEOUT(m_server->requests().size(), 1, 20'000);
    const QUrlQuery form = formOf(m_server->requests().front());
    QCOMPARE_EQ(form.queryItemValue(QStringLiteral("grant_type")), QStringLiteral("authorization_code"));
    QCOMPARE_EQ(form.queryItemValue(QStringLiteral("code")), QStringLiteral("the-code"));
    QVERIFY(form.queryItemValue(QStringLiteral("code_verifier")).size() >= 43);
    QTRY_VERIFY_WITH_TIMEOUT(cli.out().contains("signs in as a person"), 20'000);
    QCOMPARE_EQ(run(words("oauth logout scanner@contoso.com")).exitCode, 0);
}

void tst_Accounts::aTestMessageSignsInWithTheAccount()
{
    QByteArray shown;
    SmtpSink sink({.user = m_name.toUtf8(), .judgeToken = [&shown](const QByteArray &token) {
                       shown = token;
                       return true;
                   }});
    QVERIFY(sink.listen());
    QCOMPARE_EQ(run(login({QStringLiteral("--secret-from"), QStringLiteral("env:CLIENT_SECRET")})).exitCode, 0);
    const QString server = QStringLiteral("127.0.0.1:%1").arg(sink.port());
    const QStringList send =
        words("send --tls none --auth-without-tls --from scanner@contoso.com --to b@example.com --server")
        + QStringList{server, QStringLiteral("--account")};
    const CliRun sent = run(send + QStringList{m_name});
    QVERIFY2(sent.exitCode == 0, sent.out + sent.err);
    QCOMPARE_EQ(sink.messages().size(), 1u);
    QCOMPARE_EQ(sink.messages()[0].user, m_name.toUtf8());
    QVERIFY(shown.startsWith("eyJ"));
    const CliRun unknown = run(send + QStringList{QStringLiteral("fax@contoso.com")});
    QVERIFY2(unknown.err.contains("There is no account fax@contoso.com."), unknown.err);
    QCOMPARE_EQ(unknown.exitCode, 3);
    const CliRun both = run(send + words("scanner@contoso.com --password-from env:CLIENT_SECRET"));
    QVERIFY2(both.err.contains("leave one of --account and --password-from out"), both.err);
    QVERIFY(run(send + words("scanner@contoso.com --auth plain")).err.contains("must be xoauth2 or oauthbearer"));
    m_script = [](const QByteArray &) { return ScriptedHttpServer::json("{}", 503); };
    const CliRun none = run(send + QStringList{m_name});
    QCOMPARE_EQ(none.exitCode, 4);
    QCOMPARE_EQ(sink.connectionCount(), 1);
}

void tst_Accounts::aSignInThatFailsIsNotKept()
{
    m_script = [this](const QByteArray &request) {
        if (request.contains("/devicecode "))
            return ScriptedHttpServer::json(
                R"({"device_code":"dc","user_code":"WDJB-MJHT","expires_in":900,"interval":1,
                "verification_uri":"https://microsoft.com/devicelogin"})");
        return ScriptedHttpServer::json(grant(false));
    };
    const CliRun half = run(login({QStringLiteral("--device-code")}));
    QVERIFY(half.exitCode != 0);
    QVERIFY2(half.err.contains("offline_access"), half.err);
    m_script = [](const QByteArray &) { return ScriptedHttpServer::json(R"({"error":"access_denied"})", 400); };
    QVERIFY(run(login({QStringLiteral("--device-code")})).exitCode != 0);
    QVERIFY(run(words("oauth status")).out.startsWith("There are no accounts yet."));
    QVERIFY(!run(words("credentials list")).out.contains("oauth scanner@contoso.com\n"));
}

void tst_Accounts::badInputsAreSaid_data()
{
    QTest::addColumn<QString>("more");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("a secret that comes once")
        << QStringLiteral("--secret-from stdin") << 3 << QByteArray("standard input gives it once");
    QTest::newRow("a secret written out") << QStringLiteral("--secret-from hunter2") << 3 << QByteArray("keychain:");
    QTest::newRow("a certificate alone") << QStringLiteral("--certificate a.pem") << 3
                                         << QByteArray("Say where the certificate's key is kept");
    QTest::newRow("two ways") << QStringLiteral("--secret-from env:CLIENT_SECRET --device-code") << 2
                              << QByteArray("Use one of");
    QTest::newRow("no method") << QStringLiteral("--device-code --method fax") << 3
                               << QByteArray("must be one of: client-submission");
    QTest::newRow("no cloud") << QStringLiteral("--device-code --cloud nine") << 3
                              << QByteArray("must be one of: world");
    QTest::newRow("no day") << QStringLiteral("--secret-from env:CLIENT_SECRET --secret-ends soon") << 3
                            << QByteArray("\"soon\" is no day.");
    QTest::newRow("no secret there") << QStringLiteral("--secret-from env:NOT_THERE") << 4
                                     << QByteArray("env:NOT_THERE");
}

void tst_Accounts::badInputsAreSaid()
{
    QFETCH(QString, more);
    QFETCH(int, exitCode);
    QFETCH(QByteArray, said);
    const CliRun done = run(login(more.split(u' ')));
    QVERIFY2(done.err.contains(said), done.err);
    QVERIFY(!done.err.contains("hunter2"));
    QCOMPARE_EQ(done.exitCode, exitCode);
    QVERIFY(m_server->requests().isEmpty());
    QVERIFY(run(words("oauth status")).out.startsWith("There are no accounts yet."));
}

QTEST_GUILESS_MAIN(tst_Accounts)
#include "tst_Accounts.moc"
