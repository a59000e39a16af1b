// SPDX-License-Identifier: GPL-3.0-or-later
#include "ServerTalk.h"

#include "core/smtp/CommandLine.h"

using namespace relaywright;

// STARTTLS and AUTH as a server sees them.

class tst_ServerSignIn : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void startTlsMayBeRefused_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("closes");
        QTest::newRow("out of order") << 454 << 0;
        QTest::newRow("closing") << 421 << 1;
    }

    void startTlsMayBeRefused()
    {
        QFETCH(int, code);
        QFETCH(int, closes);
        ServerSettings settings = ServerTalk::plainSettings();
        settings.startTls = true;
        settings.startTlsRefusal = Reply{code, {"4.7.0 TLS not available"}};
        ServerTalk talk(settings);
        talk.start();
        talk.say("EHLO c.test\r\n");
        QCOMPARE_EQ(talk.say("STARTTLS\r\n"), QByteArray::number(code) + " 4.7.0 TLS not available\r\n");
        QCOMPARE_EQ(talk.tlsWishes, 0);
        QCOMPARE_EQ(talk.closes, closes);
    }

    void signsInWithEachMechanism_data()
    {
        QTest::addColumn<QByteArrayList>("lines");
        QTest::addColumn<QByteArrayList>("answers");
        QTest::addColumn<QString>("secret");
        const QByteArray plain = QByteArray("\0joe\0pass word", 14).toBase64();
        const QByteArray token = QByteArray("user=joe\x01"
                                            "auth=Bearer tok\x01\x01")
                                     .toBase64();
        QTest::newRow("PLAIN in one line")
            << QByteArrayList{"AUTH PLAIN " + plain} << QByteArrayList{"235"} << "pass word";
        QTest::newRow("PLAIN in two") << QByteArrayList{"auth plain", plain} << QByteArrayList{"334", "235"}
                                      << "pass word";
        QTest::newRow("LOGIN") << QByteArrayList{"AUTH LOGIN", "am9l", "cGFzcyB3b3Jk"}
                               << QByteArrayList{"334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235"} << "pass word";
        QTest::newRow("LOGIN with the user at once") << QByteArrayList{"AUTH LOGIN am9l", "cGFzcyB3b3Jk"}
                                                     << QByteArrayList{"334 UGFzc3dvcmQ6", "235"} << "pass word";
        QTest::newRow("XOAUTH2") << QByteArrayList{"AUTH XOAUTH2 " + token} << QByteArrayList{"235"} << "tok";
    }

    void signsInWithEachMechanism()
    {
        QFETCH(QByteArrayList, lines);
        QFETCH(QByteArrayList, answers);
        QFETCH(QString, secret);
        ServerTalk talk(ServerTalk::signInSettings());
        QByteArrayList shown;
        talk.session.setObserver([&shown](Side, const QByteArray &line) { shown += line; });
        talk.start();
        QVERIFY(talk.say("EHLO c.test\r\n").contains("AUTH PLAIN LOGIN XOAUTH2\r\n"));
        for (qsizetype i = 0; i < lines.size(); ++i)
            QVERIFY2(talk.say(lines[i] + "\r\n").startsWith(answers[i]), lines[i].constData());
        QCOMPARE_EQ(talk.auths.size(), 1u);
        QCOMPARE_EQ(talk.auths[0].user, QStringLiteral("joe"));
        QVERIFY(talk.auths[0].password.reveal() == secret.toLatin1());
        QCOMPARE_EQ(talk.session.authenticatedUser(), QStringLiteral("joe"));
        QVERIFY(talk.say("AUTH PLAIN AGEAYg==\r\n").startsWith("503 "));
        for (const QByteArray &line : shown) {
            QVERIFY(!line.contains(secret.toLatin1()));
            QVERIFY(!line.contains(lines.last().mid(lines.last().lastIndexOf(' ') + 1)));
        }
    }

    void cramMd5AsksForAProof()
    {
        ServerSettings settings = ServerTalk::signInSettings();
        settings.authMechanisms = {AuthMechanism::CramMd5};
        ServerTalk without(settings);
        without.start();
        QVERIFY(!without.say("EHLO c.test\r\n").contains("AUTH"));
        QVERIFY(without.say("AUTH CRAM-MD5\r\n").startsWith("504 "));

        int asked = 0;
        settings.nonce = [&asked] { return QByteArray("0123456789abcde").append(static_cast<char>('0' + asked++)); };
        ServerTalk talk(settings);
        talk.authAccepted = false;
        talk.start();
        QVERIFY(talk.say("EHLO c.test\r\n").contains("AUTH CRAM-MD5\r\n"));
        QVERIFY(talk.say("AUTH CRAM-MD5 am9l\r\n").startsWith("501 "));
        const QByteArray first = talk.say("AUTH CRAM-MD5\r\n");
        QVERIFY(talk.say("*\r\n").startsWith("501 5.7.0"));
        const QByteArray second = talk.say("AUTH CRAM-MD5\r\n");
        QVERIFY(first.startsWith("334 ") && second.startsWith("334 "));
        QVERIFY(first != second);
        const QByteArray challenge = QByteArray::fromBase64(second.mid(4).trimmed());
        QCOMPARE_EQ(challenge, "<" + QByteArray("0123456789abcde2").toHex() + "@mx.dst.test>");
        const Secret password = Secret::fromText(QStringLiteral("tanstaaf"));
        talk.say(("joe the printer " + cramMd5Digest(challenge, password)).toBase64() + "\r\n");
        QCOMPARE_EQ(talk.auths.size(), 1u);
        QCOMPARE_EQ(talk.auths[0].user, QStringLiteral("joe the printer"));
        QVERIFY(talk.auths[0].password.isEmpty());
        QVERIFY(talk.auths[0].proof && talk.auths[0].proof->isOf(password));
        QVERIFY(!talk.auths[0].proof->isOf(Secret::fromText(QStringLiteral("tanstaag"))));
    }

    void cramMd5RefusesWhatIsNoProof_data()
    {
        QTest::addColumn<QByteArray>("response");
        QTest::addColumn<QByteArray>("code");
        QTest::newRow("no digest") << QByteArray("joe") << QByteArray("501");
        QTest::newRow("a short digest") << QByteArray("joe 0123") << QByteArray("501");
        QTest::newRow("no hexadecimal digits") << QByteArray("joe " + QByteArray(32, 'g')) << QByteArray("501");
        QTest::newRow("nothing") << QByteArray() << QByteArray("501");
        QTest::newRow("no user") << QByteArray(" " + QByteArray(32, 'a')) << QByteArray("535");
        QTest::newRow("a user with a line end") << QByteArray("j\r\noe " + QByteArray(32, 'a')) << QByteArray("535");
    }

    void cramMd5RefusesWhatIsNoProof()
    {
        QFETCH(QByteArray, response);
        QFETCH(QByteArray, code);
        ServerSettings settings = ServerTalk::signInSettings();
        settings.authMechanisms = {AuthMechanism::CramMd5};
        settings.nonce = [] { return QByteArray(16, 'n'); };
        ServerTalk talk(settings);
        talk.start();
        talk.say("EHLO c.test\r\nAUTH CRAM-MD5\r\n");
        QCOMPARE_EQ(talk.say(response.toBase64() + "\r\n").first(3), code);
        QVERIFY(talk.auths.empty());
    }

    void cramMd5IsThatOfTheRfc() // RFC 2195 §2
    {
        const CramMd5Proof proof{"<1896.697170952@postoffice.reston.mci.net>", "B913a602c7eda7a495b4e6e7334d3890"};
        QVERIFY(proof.isOf(Secret::fromText(QStringLiteral("tanstaaftanstaaf"))));
        QVERIFY(!proof.isOf(Secret()));
    }

    void aPasswordThatComesTooLateIsNotShown()
    {
        ServerSettings settings = ServerTalk::signInSettings();
        settings.authMechanisms = {AuthMechanism::Plain};
        ServerTalk talk(settings);
        QByteArrayList shown;
        talk.session.setObserver([&shown](Side, const QByteArray &line) { shown += line; });
        talk.start();
        talk.say("EHLO c.test\r\nAUTH LOGIN\r\nam9l\r\ncGFzcyB3b3Jk\r\n");
        QVERIFY(shown.contains(QByteArray("504 5.7.4 Unrecognized authentication type")));
        QVERIFY(!shown.join(' ').contains("cGFzcyB3b3Jk"));
    }

    void aSignInThatIsNoCommandIsNotShown()
    {
        for (const QByteArray line : {" AUTH PLAIN AGpvZQBzZWNyZXQ=\r\n", "\tauth plain AGpvZQBzZWNyZXQ=\r\n",
                                      "EHLO dev\nAUTH PLAIN AGpvZQBzZWNyZXQ=\nMAIL FROM:<a@b.test>\n\r\n"}) {
            ServerTalk talk(ServerTalk::signInSettings());
            QByteArrayList shown;
            talk.session.setObserver([&shown](Side, const QByteArray &seen) { shown += seen; });
            talk.start();
            talk.say(line);
            QVERIFY2(!shown.join(' ').contains("AGpvZQBzZWNyZXQ="), shown.join(' ').constData());
        }
    }

    void asksForTlsAndSignInWhereTheyAreRequired()
    {
        ServerSettings settings = ServerTalk::tlsSettings();
        settings.requireTls = true;
        settings.requireAuth = true;
        ServerTalk talk(settings);
        talk.start();
        const QByteArray before = talk.say("EHLO c.test\r\n");
        QVERIFY(before.contains("STARTTLS"));
        QVERIFY(!before.contains("AUTH"));
        QVERIFY(talk.say(ServerTalk::kMail).startsWith("530 5.7.0 Must issue a STARTTLS"));
        QVERIFY(talk.say("STARTTLS\r\n").startsWith("220 "));
        QCOMPARE_EQ(talk.tlsWishes, 1);
        talk.session.onTlsEstablished();
        QVERIFY(talk.session.tlsActive());
        QVERIFY(talk.say(ServerTalk::kMail).startsWith("503 "));
        const QByteArray after = talk.say("EHLO c.test\r\n");
        QVERIFY(!after.contains("STARTTLS"));
        QVERIFY(after.contains("AUTH PLAIN LOGIN"));
        QVERIFY(talk.say(ServerTalk::kMail).startsWith("530 5.7.0 Authentication"));
        QVERIFY(talk.say("AUTH PLAIN AGpvZQBw\r\n").startsWith("235"));
        QVERIFY(talk.say(ServerTalk::kMail).startsWith("250"));
    }
};

QTEST_GUILESS_MAIN(tst_ServerSignIn)
#include "tst_ServerSignIn.moc"
