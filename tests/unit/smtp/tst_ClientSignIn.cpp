// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/smtp/SessionScript.h"

using namespace relaywright;
using namespace relaywright::test;

namespace {

ClientSettings settingsFor(AuthMechanism mechanism, const char *user = "tim", const char *secret = "pencil")
{
    return {.ehloName = "console.example",
            .tls = TlsPolicy::Implicit,
            .credentials = Credentials{.user = QString::fromUtf8(user),
                                       .secret = Secret::fromText(QString::fromUtf8(secret)),
                                       .mechanism = mechanism}};
}

constexpr auto kPassword = "correct-horse";

ClientSettings withSignIn(TlsPolicy tls, AuthMechanism mechanism = AuthMechanism::Auto)
{
    ClientSettings settings = settingsFor(mechanism, "scan@example.com", kPassword);
    settings.tls = tls;
    return settings;
}

QString opening(const char *mechanisms)
{
    return QStringLiteral("@start\n> tls\n@tls\nS: 220 mx\nC: EHLO console.example\nS: 250 mx|AUTH %1\n")
        .arg(QString::fromUtf8(mechanisms));
}

QString base64(const QByteArray &text)
{
    return QString::fromLatin1(text.toBase64());
}

} // namespace

class tst_ClientSignIn : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void signsIn_data()
    {
        QTest::addColumn<AuthMechanism>("mechanism");
        QTest::addColumn<QString>("offered");
        QTest::addColumn<QString>("script");
        const auto row = [](const char *name, AuthMechanism mechanism, const char *offered, const char *script) {
            QTest::newRow(name) << mechanism << QString::fromUtf8(offered) << QString::fromUtf8(script);
        };
        using enum AuthMechanism;
        row("PLAIN", Auto, "AUTH LOGIN PLAIN", R"(
            C: AUTH PLAIN (secret)
            S: 235 ok
            > ready)");
        row("LOGIN", Auto, "AUTH LOGIN", R"(
            C: AUTH LOGIN
            S: 334 VXNlcm5hbWU6
            C: c2NhbkBleGFtcGxlLmNvbQ==
            S: 334 UGFzc3dvcmQ6
            C: (secret)
            S: 235 ok
            > ready)");
        row("LOGIN with prompts in clear text", Login, "AUTH LOGIN", R"(
            C: AUTH LOGIN
            S: 334 Username:
            C: c2NhbkBleGFtcGxlLmNvbQ==
            S: 334 Password:
            C: (secret)
            S: 235 ok
            > ready)");
        row("CRAM-MD5", CramMd5, "AUTH CRAM-MD5", R"(
            C: AUTH CRAM-MD5
            S: 334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+
            C: (secret)
            S: 235 ok
            > ready)");
        row("XOAUTH2 refused", XOAuth2, "AUTH XOAUTH2", R"(
            C: AUTH XOAUTH2 (secret)
            S: 334 eyJzdGF0dXMiOiI0MDEifQ==
            C:
            S: 535 5.7.3 no
            C: QUIT
            S: 221 bye
            > finish refused-by-server@auth 535)");
        row("wrong password", Auto, "AUTH PLAIN", R"(
            C: AUTH PLAIN (secret)
            S: 535 5.7.139 no
            C: QUIT
            S: 221 bye
            > finish refused-by-server@auth 535)");
        row("refused for now", Auto, "AUTH PLAIN", R"(
            C: AUTH PLAIN (secret)
            S: 454 4.7.0 later
            C: QUIT
            S: 221 bye
            > finish refused-by-server@auth 454)");
        row("421 in it", Auto, "AUTH PLAIN", R"(
            C: AUTH PLAIN (secret)
            S: 421 4.7.0 bye
            > finish refused-by-server@auth 421)");
        row("not offered at all", Auto, "DSN", R"(
            C: QUIT
            S: 221 bye
            > finish auth-not-offered@auth)");
        row("the one asked for is not offered", CramMd5, "AUTH PLAIN", R"(
            C: QUIT
            S: 221 bye
            > finish auth-not-offered@auth)");
        row("a challenge that is not base64", CramMd5, "AUTH CRAM-MD5", R"(
            C: AUTH CRAM-MD5
            S: 334 !!!
            C: *
            S: 501 cancelled
            C: QUIT
            S: 221 bye
            > finish protocol-violation@auth 334)");
        row("a challenge too many", Plain, "AUTH PLAIN", R"(
            C: AUTH PLAIN (secret)
            S: 334 bW9yZQ==
            C: *
            S: 501 cancelled
            C: QUIT
            S: 221 bye
            > finish protocol-violation@auth 334)");
        row("250 to AUTH", Plain, "AUTH PLAIN", R"(
            C: AUTH PLAIN (secret)
            S: 250 ok
            > finish protocol-violation@auth)");
        row("closed in it", Plain, "AUTH PLAIN", R"(
            C: AUTH PLAIN (secret)
            @lost
            > finish connection-lost@auth)");
    }
    void signsIn()
    {
        QFETCH(AuthMechanism, mechanism);
        QFETCH(QString, offered);
        QFETCH(QString, script);
        SessionScript played(withSignIn(TlsPolicy::Implicit, mechanism));
        const QString opening = QStringLiteral("@start\n> tls\n@tls\nS: 220 mx\nC: EHLO console.example\nS: 250 mx|");
        QCOMPARE(played.play(opening + offered + u'\n' + script), QString());
        const QByteArray password(kPassword);
        const QString shown = played.shown() + played.detail();
        QVERIFY(!shown.contains(QString::fromLatin1(password)));
        QVERIFY(!shown.contains(QString::fromLatin1(password.toBase64())));
        QVERIFY(!shown.contains(QString::fromLatin1(QByteArray("\0scan@example.com\0correct-horse", 31).toBase64())));
    }

    void sendsTheRightOctetsInASignIn()
    {
        SessionScript played(withSignIn(TlsPolicy::Implicit, AuthMechanism::Login));
        QCOMPARE(played.play(QStringLiteral(
                     "@start\n> tls\n@tls\nS: 220 mx\nC: EHLO console.example\nS: 250 mx|AUTH LOGIN\nC: AUTH LOGIN\n"
                     "S: 334 VXNlcm5hbWU6\nC: c2NhbkBleGFtcGxlLmNvbQ==\nS: 334 UGFzc3dvcmQ6\nC: (secret)")),
                 QString());
        QVERIFY(played.wire().endsWith(QByteArray("scan@example.com").toBase64() + "\r\n"
                                       + QByteArray(kPassword).toBase64() + "\r\n"));
        QVERIFY(played.shown().endsWith(QString::fromLatin1(QByteArray("scan@example.com").toBase64())
                                        + QStringLiteral("\n••••••••\n")));
    }

    void waitsForAChallengeWithAnInitialResponseTooLongForTheLine()
    {
        const QByteArray token(2000, 't');
        ClientSettings with = withSignIn(TlsPolicy::Implicit, AuthMechanism::XOAuth2);
        with.credentials->secret = Secret(QByteArray(token));
        SessionScript played(with);
        QCOMPARE(
            played.play(QStringLiteral(
                "@start\n> tls\n@tls\nS: 220 mx\nC: EHLO console.example\nS: 250 mx|AUTH XOAUTH2\nC: AUTH XOAUTH2\n"
                "S: 334 \nC: (secret)\nS: 235 ok\n> ready")),
            QString());
        QVERIFY(played.wire().contains(("user=scan@example.com\1auth=Bearer " + token + "\1\1").toBase64()));
    }

    void signsInWithoutTlsOnlyWhenToldTo()
    {
        ClientSettings with = withSignIn(TlsPolicy::None);
        with.allowAuthWithoutTls = true;
        SessionScript allowed(with);
        QCOMPARE(allowed.play(QStringLiteral(
                     "@start\nS: 220 mx\nC: EHLO console.example\nS: 250 mx|AUTH PLAIN\nC: AUTH PLAIN (secret)")),
                 QString());
        SessionScript byName(withSignIn(TlsPolicy::None, AuthMechanism::CramMd5));
        QCOMPARE(byName.play(QStringLiteral(
                     "@start\nS: 220 mx\nC: EHLO console.example\nS: 250 mx|AUTH CRAM-MD5\nC: AUTH CRAM-MD5")),
                 QString());
    }

    void refusesCredentialsThatCannotGoOnTheWire_data()
    {
        QTest::addColumn<QString>("user");
        QTest::addColumn<QByteArray>("password");
        QTest::newRow("no user") << QString() << QByteArray("x");
        QTest::newRow("line break in the user") << QStringLiteral("a\r\nMAIL FROM:<x@example.com>") << QByteArray("x");
        QTest::newRow("the separator of XOAUTH2") << QStringLiteral("a\1auth=Bearer b") << QByteArray("x");
        QTest::newRow("NUL in the password") << QStringLiteral("a") << QByteArray("x\0y", 3);
    }
    void refusesCredentialsThatCannotGoOnTheWire()
    {
        QFETCH(QString, user);
        QFETCH(QByteArray, password);
        ClientSettings with = withSignIn(TlsPolicy::Implicit);
        with.credentials = Credentials{.user = user, .secret = Secret(std::move(password))};
        SessionScript played(with);
        QCOMPARE(played.play(QStringLiteral(
                     "@start\n> tls\n@tls\nS: 220 mx\nC: EHLO console.example\nS: 250 mx|AUTH PLAIN\nC: QUIT\n"
                     "S: 221 bye\n> finish auth-not-offered@auth")),
                 QString());
        QVERIFY(!played.detail().isEmpty());
    }

    void externalSaysAnEmptyNameAsAnEqualsSign()
    {
        SessionScript script(settingsFor(AuthMechanism::External, "", ""));
        QCOMPARE(script.play(opening("EXTERNAL") + QStringLiteral("C: AUTH EXTERNAL =\nS: 235 ok\n> ready\n")),
                 QString());
    }

    void loginShowsTheNameAndHidesThePassword()
    {
        SessionScript script(settingsFor(AuthMechanism::Login));
        QCOMPARE(
            script.play(opening("LOGIN")
                        + QStringLiteral("C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: %1\nS: 334 UGFzc3dvcmQ6\nC: (secret)\n"
                                         "S: 235 ok\n> ready\n")
                              .arg(base64("tim"))),
            QString());
    }

    void aRefusedTokenIsAnsweredAsTheMechanismSays()
    {
        const QString refusal = QStringLiteral("S: 334 %1\n").arg(base64("{\"status\":\"invalid_token\"}"));
        const QString end =
            QStringLiteral("S: 535 5.7.3 no\nC: QUIT\nS: 221 bye\n> finish refused-by-server@auth 535\n");
        SessionScript xoauth2(settingsFor(AuthMechanism::XOAuth2));
        QCOMPARE(xoauth2.play(opening("XOAUTH2") + QStringLiteral("C: AUTH XOAUTH2 (secret)\n") + refusal
                              + QStringLiteral("C:\n") + end),
                 QString());
        SessionScript bearer(settingsFor(AuthMechanism::OAuthBearer));
        QCOMPARE(bearer.play(opening("OAUTHBEARER") + QStringLiteral("C: AUTH OAUTHBEARER (secret)\n") + refusal
                             + QStringLiteral("C: AQ==\n") + end),
                 QString());
    }

    void aYesWithoutProofEndsTheConversation()
    {
        SessionScript script(settingsFor(AuthMechanism::ScramSha256));
        (void)script.play(opening("SCRAM-SHA-256"));
        QVERIFY(script.wire().contains("AUTH SCRAM-SHA-256 " + QByteArray("n,,n=tim,r=").toBase64().left(12)));
        QCOMPARE(script.play(QStringLiteral("S: 235 welcome\nC: QUIT\nS: 221 bye\n> finish protocol-violation@auth\n")),
                 QString());
        QVERIFY(script.detail().contains(QStringLiteral("without proving")));
    }

    void ntlmTakesWordsBeforeItBegins()
    {
        SessionScript script(settingsFor(AuthMechanism::Ntlm));
        (void)script.play(opening("NTLM"));
        (void)script.play(QStringLiteral("S: 334 ntlm supported\n"));
        const QByteArray first = QByteArray::fromBase64(script.wire().trimmed().split('\n').last());
        QVERIFY(first.startsWith(QByteArray("NTLMSSP\0\1", 9)));
        QVERIFY(script.play(QStringLiteral("S: 334 ntlm supported\nC: *\nS: 501 cancelled\nC: QUIT\n")).isEmpty());
    }

    void noPasswordGoesInTheClear_data()
    {
        QTest::addColumn<AuthMechanism>("mechanism");
        QTest::addColumn<bool>("goes");
        using enum AuthMechanism;
        QTest::newRow("auto") << Auto << false;
        QTest::newRow("PLAIN") << Plain << false;
        QTest::newRow("LOGIN") << Login << false;
        QTest::newRow("NTLM") << Ntlm << false;
        QTest::newRow("XOAUTH2") << XOAuth2 << false;
        QTest::newRow("OAUTHBEARER") << OAuthBearer << false;
        QTest::newRow("CRAM-MD5") << CramMd5 << true;
        QTest::newRow("SCRAM-SHA-1") << ScramSha1 << true;
        QTest::newRow("SCRAM-SHA-256") << ScramSha256 << true;
    }
    void noPasswordGoesInTheClear()
    {
        QFETCH(AuthMechanism, mechanism);
        QFETCH(bool, goes);
        ClientSettings settings = settingsFor(mechanism);
        settings.tls = TlsPolicy::None;
        SessionScript script(settings);
        (void)script.play(QStringLiteral("@start\nS: 220 mx\nC: EHLO console.example\n"));
        (void)script.play(
            QStringLiteral("S: 250 mx|AUTH PLAIN LOGIN CRAM-MD5 NTLM SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER\n"));
        QCOMPARE_EQ(script.wire().contains("AUTH "), goes);
        QVERIFY(!script.wire().contains("pencil") && !script.wire().contains(QByteArray("pencil").toBase64()));
    }
};

QTEST_GUILESS_MAIN(tst_ClientSignIn)
#include "tst_ClientSignIn.moc"
