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
