// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/Sasl.h"

#include <QTest>

using namespace relaywright;

namespace {

Credentials credentials(const char *user, const char *secret)
{
    return {.user = QString::fromUtf8(user), .secret = Secret::fromText(QString::fromUtf8(secret))};
}

} // namespace

class tst_ClientSasl : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void plainSaysItAllAtOnce()
    {
        const auto sasl = makeSaslClient(AuthMechanism::Plain, credentials("tim", "tanstaaftanstaaf")); // RFC 4616 §4
        QCOMPARE_EQ(*sasl->initialResponse(), QByteArray("\0tim\0tanstaaftanstaaf", 21));
        QVERIFY(!sasl->answer("more"));
    }

    void loginAnswersTwiceWhateverThePrompts()
    {
        const auto sasl = makeSaslClient(AuthMechanism::Login, credentials("tim", "secret"));
        QVERIFY(!sasl->initialResponse());
        QCOMPARE_EQ(*sasl->answer("Benutzer:"), QByteArray("tim"));
        QCOMPARE_EQ(*sasl->answer(""), QByteArray("secret"));
        QVERIFY(!sasl->answer("again"));
    }

    void cramMd5FollowsTheExampleOfItsRfc()
    {
        const auto sasl = makeSaslClient(AuthMechanism::CramMd5, credentials("tim", "tanstaaftanstaaf")); // RFC 2195 §2
        QVERIFY(!sasl->initialResponse());
        QCOMPARE_EQ(*sasl->answer("<1896.697170952@postoffice.reston.mci.net>"),
                    QByteArray("tim b913a602c7eda7a495b4e6e7334d3890"));
        QVERIFY(!sasl->answer("<again>"));
        QVERIFY(!makeSaslClient(AuthMechanism::CramMd5, credentials("tim", "x"))->answer(""));
    }

    void xoauth2FollowsMicrosoftsFormAndEndsARefusal()
    {
        const auto sasl = makeSaslClient(AuthMechanism::XOAuth2, credentials("scan@contoso.com", "ya29.token"));
        QCOMPARE_EQ(*sasl->initialResponse(), QByteArray("user=scan@contoso.com\1auth=Bearer ya29.token\1\1"));
        QCOMPARE_EQ(*sasl->answer("{\"status\":\"401\"}"), QByteArray());
        QVERIFY(!sasl->answer("{}"));
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
        QTest::newRow("auto, a token is no password") << Auto << QByteArrayList{"XOAUTH2", "NTLM"} << true << -1;
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
        const auto found = chooseMechanism(wanted, offered, tls);
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
        QCOMPARE_EQ(toWire(AuthMechanism::XOAuth2), QByteArray("XOAUTH2"));
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
