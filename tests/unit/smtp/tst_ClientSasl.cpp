// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/Sasl.h"

#include <QTest>

#include <gsasl.h>

using namespace relaywright;

namespace {

Credentials credentials(const char *user, const char *secret)
{
    return {.user = QString::fromUtf8(user), .secret = Secret::fromText(QString::fromUtf8(secret))};
}

std::unique_ptr<SaslClient> client(AuthMechanism mechanism, const Credentials &given)
{
    auto made = makeSaslClient(mechanism, given);
    return made ? std::move(*made) : nullptr;
}

/// The server's side of SCRAM, by GNU SASL, for the user tim.
class ScramServer {
public:
    ScramServer(const char *mechanism, const char *password)
    {
        gsasl_init(&m_context);
        gsasl_server_start(m_context, mechanism, &m_session);
        gsasl_property_set(m_session, GSASL_PASSWORD, password);
    }
    ~ScramServer()
    {
        gsasl_finish(m_session);
        gsasl_done(m_context);
    }
    Q_DISABLE_COPY_MOVE(ScramServer)

    QByteArray step(const QByteArray &said)
    {
        char *output = nullptr;
        std::size_t size = 0;
        m_status = gsasl_step(m_session, said.constData(), static_cast<std::size_t>(said.size()), &output, &size);
        const QByteArray answer(output, static_cast<qsizetype>(size));
        gsasl_free(output);
        return answer;
    }
    [[nodiscard]] bool saysYes() const { return m_status == GSASL_OK; }
    [[nodiscard]] QByteArray user() const { return gsasl_property_fast(m_session, GSASL_AUTHID); }
    [[nodiscard]] QByteArray actsAs() const { return gsasl_property_fast(m_session, GSASL_AUTHZID); }

private:
    Gsasl *m_context = nullptr;
    Gsasl_session *m_session = nullptr;
    int m_status = GSASL_NEEDS_MORE;
};

} // namespace

class tst_ClientSasl : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void plainSaysItAllAtOnce()
    {
        const auto sasl = client(AuthMechanism::Plain, credentials("tim", "tanstaaftanstaaf")); // RFC 4616 §4
        QCOMPARE_EQ(*sasl->initialResponse(), QByteArray("\0tim\0tanstaaftanstaaf", 21));
        QVERIFY(!sasl->answer("more"));
    }

    void loginAnswersTwiceWhateverThePrompts()
    {
        const auto sasl = client(AuthMechanism::Login, credentials("tim", "secret"));
        QVERIFY(!sasl->initialResponse());
        QCOMPARE_EQ(*sasl->answer("Benutzer:"), QByteArray("tim"));
        QCOMPARE_EQ(*sasl->answer(""), QByteArray("secret"));
        QVERIFY(!sasl->answer("again"));
    }

    void cramMd5FollowsTheExampleOfItsRfc()
    {
        const auto sasl = client(AuthMechanism::CramMd5, credentials("tim", "tanstaaftanstaaf")); // RFC 2195 §2
        QVERIFY(!sasl->initialResponse());
        QCOMPARE_EQ(*sasl->answer("<1896.697170952@postoffice.reston.mci.net>"),
                    QByteArray("tim b913a602c7eda7a495b4e6e7334d3890"));
        QVERIFY(!sasl->answer("<again>"));
        QVERIFY(!client(AuthMechanism::CramMd5, credentials("tim", "x"))->answer(""));
    }

    void xoauth2FollowsMicrosoftsFormAndEndsARefusal()
    {
        const auto sasl = client(AuthMechanism::XOAuth2, credentials("scan@contoso.com", "ya29.token"));
        QCOMPARE_EQ(*sasl->initialResponse(), QByteArray("user=scan@contoso.com\1auth=Bearer ya29.token\1\1"));
        QCOMPARE_EQ(*sasl->answer("{\"status\":\"401\"}"), QByteArray());
        QVERIFY(!sasl->answer("{}"));
    }

    void oauthBearerFollowsTheExampleOfItsRfc()
    {
        const auto sasl = client(AuthMechanism::OAuthBearer,
                                 credentials("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="));
        // RFC 7628 §4.1, without host and port, which a bearer token does not need (§3.1)
        QCOMPARE_EQ(*sasl->initialResponse(),
                    QByteArray("n,a=user@example.com,\1auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\1\1"));
        QVERIFY(sasl->saidSecret());
        QCOMPARE_EQ(*sasl->answer("{\"status\":\"invalid_token\"}"), QByteArray("\1"));
        QVERIFY(!sasl->saidSecret());
        QVERIFY(!sasl->answer("{}"));
        QCOMPARE_EQ(*client(AuthMechanism::OAuthBearer, credentials("a,b=c", "t"))->initialResponse(),
                    QByteArray("n,a=a=2Cb=3Dc,\1auth=Bearer t\1\1"));
    }

    void externalSaysWhomToActAs()
    {
        QCOMPARE_EQ(*client(AuthMechanism::External, {})->initialResponse(), QByteArray());
        QCOMPARE_EQ(*client(AuthMechanism::External, {.user = QStringLiteral("scan@example.com")})->initialResponse(),
                    QByteArray("scan@example.com"));
        QVERIFY(!client(AuthMechanism::External, {})->answer("more"));
    }

    void plainMayActAsAnother()
    {
        Credentials given = credentials("admin", "pass");
        given.authorizationId = QStringLiteral("tim");
        QCOMPARE_EQ(*client(AuthMechanism::Plain, given)->initialResponse(), QByteArray("tim\0admin\0pass", 14));
    }

    void scramProvesTheSecretToBothSides_data()
    {
        QTest::addColumn<AuthMechanism>("mechanism");
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("SHA-1") << AuthMechanism::ScramSha1 << QByteArray("SCRAM-SHA-1");
        QTest::newRow("SHA-256") << AuthMechanism::ScramSha256 << QByteArray("SCRAM-SHA-256");
    }
    void scramProvesTheSecretToBothSides()
    {
        QFETCH(AuthMechanism, mechanism);
        QFETCH(QByteArray, name);
        ScramServer server(name.constData(), "pencil");
        Credentials given = credentials("tim", "pencil");
        given.authorizationId = QStringLiteral("boss");
        const auto sasl = client(mechanism, given);
        const auto first = sasl->initialResponse();
        QVERIFY2(first->startsWith("n,a=boss,n=tim,r="), first->constData());
        QVERIFY(!sasl->saidSecret());
        const auto proof = sasl->answer(server.step(*first));
        QVERIFY2(proof, proof ? "" : qPrintable(proof.error().detail));
        QVERIFY(sasl->saidSecret());
        QVERIFY(!proof->contains("pencil"));
        const QByteArray signature = server.step(*proof);
        QVERIFY(server.saysYes());
        QCOMPARE_EQ(server.user(), QByteArray("tim"));
        QCOMPARE_EQ(server.actsAs(), QByteArray("boss"));
        QVERIFY(!sasl->mayEnd()); // a yes now would come from a server that has proved nothing
        QCOMPARE_EQ(*sasl->answer(signature), QByteArray());
        QVERIFY(sasl->mayEnd());
        QVERIFY(!sasl->answer("more"));
    }

    void scramNoticesAServerThatOnlyPretends()
    {
        ScramServer server("SCRAM-SHA-256", "pencil");
        const auto sasl = client(AuthMechanism::ScramSha256, credentials("tim", "pencil"));
        const auto proof = sasl->answer(server.step(*sasl->initialResponse()));
        QByteArray signature = server.step(*proof);
        signature = signature.startsWith("v=A") ? signature.replace(2, 1, "B") : signature.replace(2, 1, "A");
        const auto end = sasl->answer(signature);
        QVERIFY(!end);
        QVERIFY2(end.error().detail.contains(QStringLiteral("SCRAM")), qPrintable(end.error().detail));
        QVERIFY(!sasl->mayEnd());
    }

    void scramTakesOnlyASafeNumberOfRounds()
    {
        for (const auto &[rounds, taken] : {std::pair(1, false), std::pair(4095, false), std::pair(4096, true),
                                            std::pair(1'000'001, false), std::pair(2'000'000'000, false)}) {
            const auto sasl = client(AuthMechanism::ScramSha256, credentials("tim", "pencil"));
            const QByteArray first = *sasl->initialResponse();
            const auto proof = sasl->answer(first.mid(first.indexOf("r=")) + "server,s=QSXCR+Q6sek8bf92,i="
                                            + QByteArray::number(rounds));
            QCOMPARE_EQ(proof.has_value(), taken);
            QVERIFY(proof || proof.error().detail.contains(QString::number(rounds)));
        }
    }

    void challengesWithoutSenseEndTheExchange_data()
    {
        QTest::addColumn<AuthMechanism>("mechanism");
        QTest::addColumn<QByteArray>("challenge");
        using enum AuthMechanism;
        const QByteArray large(100'000, 'A');
        for (const auto &tried :
             {std::pair{ScramSha1, "SCRAM-SHA-1"}, std::pair{ScramSha256, "SCRAM-SHA-256"}, std::pair{Ntlm, "NTLM"}}) {
            const auto row = [&](const char *what) -> QTestData & {
                return QTest::addRow("%s, %s", tried.second, what) << tried.first;
            };
            row("empty") << QByteArray();
            row("zeros") << QByteArray(64, '\0');
            row("letters") << large;
            row("a foreign nonce") << QByteArray("r=x,s=QSXCR+Q6sek8bf92,i=4096");
            row("no iterations") << QByteArray("r=,s=,i=0");
            row("as many iterations as fit") << QByteArray("r=x,s=QSXCR+Q6sek8bf92,i=99999999999999999999");
            row("NTLM with an offset far outside")
                << QByteArray("NTLMSSP\0\2\0\0\0\xff\xff\xff\xff\xff\xff\xff\x7f\1\2\3\4", 24);
        }
    }
    void challengesWithoutSenseEndTheExchange()
    {
        QFETCH(AuthMechanism, mechanism);
        QFETCH(QByteArray, challenge);
        const auto sasl = client(mechanism, credentials("tim", "pencil"));
        if (mechanism == AuthMechanism::Ntlm)
            QVERIFY(sasl->answer("ntlm supported")); // words, then its first message
        else
            QVERIFY(sasl->initialResponse());
        QVERIFY(!sasl->answer(challenge));
    }

    void namesWhatIsWrongWithTheCredentials()
    {
        const auto fault = [](AuthMechanism mechanism, const char *user, const char *secret) {
            Credentials given = credentials(user, secret);
            given.mechanism = mechanism;
            return credentialsFault(given);
        };
        using enum AuthMechanism;
        QVERIFY(fault(Auto, "tim", "x").isEmpty());
        QVERIFY(fault(External, "", "").isEmpty());
        QVERIFY(fault(Auto, "", "").isEmpty()); // a client certificate may sign in
        QVERIFY(fault(Plain, "", "x").contains(QStringLiteral("user name")));
        QVERIFY(fault(Auto, "ti\r\nm", "x").contains(QStringLiteral("user name")));
        QVERIFY(fault(XOAuth2, "tim", "a b").contains(QStringLiteral("token")));
        QVERIFY(fault(OAuthBearer, "tim", "token\n").contains(QStringLiteral("token")));
        QVERIFY(!fault(OAuthBearer, "tim", "sec\1ret").contains(QStringLiteral("sec")));
        Credentials realm = credentials("tim", "x");
        realm.realm = QStringLiteral("A\nB");
        QVERIFY(credentialsFault(realm).contains(QStringLiteral("domain")));
    }

    void choosesAMechanism_data()
    {
        QTest::addColumn<AuthMechanism>("wanted");
        QTest::addColumn<QByteArrayList>("offered");
        QTest::addColumn<bool>("tls");
        QTest::addColumn<int>("chosen"); // -1: none
        const QByteArrayList all{"LOGIN", "XOAUTH2", "CRAM-MD5", "PLAIN"};
        const auto number = [](AuthMechanism mechanism) { return static_cast<int>(mechanism); };
        using enum AuthMechanism;
        QTest::newRow("auto in TLS") << Auto << all << true << number(Plain);
        QTest::newRow("auto without TLS") << Auto << all << false << number(CramMd5);
        QTest::newRow("auto, LOGIN only") << Auto << QByteArrayList{"LOGIN"} << true << number(Login);
        QTest::newRow("auto, SCRAM first")
            << Auto << QByteArrayList{"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"} << true << number(ScramSha256);
        QTest::newRow("auto, NTLM last") << Auto << QByteArrayList{"NTLM", "LOGIN"} << true << number(Login);
        QTest::newRow("auto, NTLM alone") << Auto << QByteArrayList{"NTLM"} << true << number(Ntlm);
        QTest::newRow("auto, a token is no password") << Auto << QByteArrayList{"XOAUTH2", "OAUTHBEARER"} << true << -1;
        QTest::newRow("auto, nothing offered") << Auto << QByteArrayList{} << true << -1;
        QTest::newRow("asked for") << XOAuth2 << all << true << number(XOAuth2);
        QTest::newRow("asked for, not offered") << Plain << QByteArrayList{"LOGIN"} << true << -1;
    }
    void choosesAMechanism()
    {
        QFETCH(AuthMechanism, wanted);
        QFETCH(QByteArrayList, offered);
        QFETCH(bool, tls);
        QFETCH(int, chosen);
        Credentials given = credentials("tim", "x");
        given.mechanism = wanted;
        const auto found = chooseMechanism(given, offered, tls);
        QCOMPARE_EQ(found ? static_cast<int>(*found) : -1, chosen);
        if (!found) {
            QCOMPARE_EQ(found.error().kind, ErrorKind::Unsupported);
            for (const QByteArray &word : offered)
                QVERIFY(found.error().detail.contains(QString::fromLatin1(word)));
        }
    }

    void knowsTheWordsOfTheCommandLine()
    {
        QCOMPARE_EQ(parseAuthMechanism(QStringLiteral("CRAM-md5")), AuthMechanism::CramMd5);
        QCOMPARE_EQ(parseAuthMechanism(QStringLiteral("auto")), AuthMechanism::Auto);
        QVERIFY(!parseAuthMechanism(QStringLiteral("gssapi")));
        QCOMPARE_EQ(toWire(AuthMechanism::ScramSha256), QByteArray("SCRAM-SHA-256"));
        const QStringList words = authMechanismWords();
        QCOMPARE_EQ(words.size(), 10);
        for (const QString &word : words)
            QCOMPARE_EQ(toString(*parseAuthMechanism(word)), word);
    }

    void withoutASecretOnlyTheCertificateCanSignIn()
    {
        QCOMPARE_EQ(chooseMechanism({}, {"PLAIN", "EXTERNAL"}, true), AuthMechanism::External);
        QVERIFY(!chooseMechanism({}, {"PLAIN"}, true));
    }

    void aTokenSignsInAsTheServerLikes()
    {
        Credentials given = credentials("tim", "ey.J0");
        given.isToken = true;
        QCOMPARE_EQ(chooseMechanism(given, {"PLAIN", "OAUTHBEARER", "XOAUTH2"}, true), AuthMechanism::XOAuth2);
        QCOMPARE_EQ(chooseMechanism(given, {"PLAIN", "OAUTHBEARER"}, true), AuthMechanism::OAuthBearer);
        const auto none = chooseMechanism(given, {"PLAIN", "LOGIN"}, true); // it is never sent as a password
        QVERIFY(!none);
        QVERIFY(none.error().detail.contains(QStringLiteral("PLAIN, LOGIN")));
        QVERIFY(credentialsFault(given).isEmpty());
        given.secret = Secret(QByteArray("ey.J0 and more"));
        QVERIFY(credentialsFault(given).contains(QStringLiteral("access token")));
    }

    void readsAPlainResponse()
    {
        const auto read = parsePlainResponse(QByteArrayView("admin\0tim\0pa ss", 15));
        QVERIFY(read);
        QCOMPARE_EQ(read->authorizationId, QStringLiteral("admin"));
        QCOMPARE_EQ(read->user, QStringLiteral("tim"));
        QCOMPARE_EQ(read->password.reveal(), QByteArrayView("pa ss"));
    }

    void refusesAPlainResponseThatIsNone_data()
    {
        QTest::addColumn<QByteArray>("response");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no NUL") << QByteArray("tim");
        QTest::newRow("one NUL") << QByteArray("\0tim", 4);
        QTest::newRow("three NUL") << QByteArray("\0tim\0pass\0", 10);
        QTest::newRow("no user") << QByteArray("\0\0pass", 6);
        QTest::newRow("no password") << QByteArray("\0tim\0", 5);
        QTest::newRow("line break in the user") << QByteArray("\0ti\r\nm\0pass", 11);
        QTest::newRow("line break in the identity") << QByteArray("a\nb\0tim\0pass", 12);
    }
    void refusesAPlainResponseThatIsNone()
    {
        QFETCH(QByteArray, response);
        const auto read = parsePlainResponse(response);
        QVERIFY(!read);
        QVERIFY(!read.error().detail.contains(QStringLiteral("pass\0")));
    }
};

QTEST_GUILESS_MAIN(tst_ClientSasl)
#include "tst_ClientSasl.moc"
