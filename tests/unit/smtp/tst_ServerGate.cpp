// SPDX-License-Identifier: GPL-3.0-or-later
// What a listener must withstand, byte for byte, by class of past vulnerability.
#include "ServerTalk.h"

using namespace relaywright;

namespace {

const QByteArray kPreamble("EHLO c.test\r\nMAIL FROM:<a@src.test>\r\nRCPT TO:<b@dst.test>\r\nDATA\r\n");
const QByteArray kSmuggled("MAIL FROM:<evil@x.test>\r\nRCPT TO:<v@x.test>\r\nDATA\r\nSubject: s\r\n\r\nx\r\n.\r\n");

ServerSettings bdatSettings()
{
    ServerSettings settings = ServerTalk::plainSettings();
    settings.chunking = true;
    return settings;
}

ServerSettings tlsSettings()
{
    ServerSettings settings = ServerTalk::plainSettings();
    settings.startTls = true;
    settings.authMechanisms = {AuthMechanism::Plain, AuthMechanism::Login};
    return settings;
}

ServerSettings authSettings()
{
    ServerSettings settings = tlsSettings();
    settings.authOnlyInTls = false;
    return settings;
}

qsizetype countReplies(const QByteArray &output)
{
    qsizetype count = 0;
    for (const QByteArray &line : output.split('\n'))
        count += line.size() > 3 && line[3] == ' ' ? 1 : 0;
    return count;
}

} // namespace

class tst_ServerGate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsSmuggledIn_data()
    {
        QTest::addColumn<QByteArray>("variant");
        QTest::newRow("LF.LF") << QByteArray("\n.\n");
        QTest::newRow("LF.CRLF") << QByteArray("\n.\r\n");
        QTest::newRow("CRLF.LF") << QByteArray("\r\n.\n");
        QTest::newRow("CRLF.CRCRLF") << QByteArray("\r\n.\r\r\n");
        QTest::newRow("LF.CR") << QByteArray("\n.\r");
        QTest::newRow("CR.CR") << QByteArray("\r.\r");
        QTest::newRow("CR.CRLF") << QByteArray("\r.\r\n");
        QTest::newRow("CRLF.CR") << QByteArray("\r\n.\r");
        QTest::newRow("CRLF NUL.CRLF") << QByteArray("\r\n\0.\r\n", 6);
    }
    void nothingIsSmuggledIn()
    {
        QFETCH(QByteArray, variant);
        ServerTalk talk;
        talk.start();
        talk.say(kPreamble);
        const QByteArray answer = talk.say("h: 1\r\n\r\nbody" + variant + kSmuggled);
        QCOMPARE_EQ(answer, QByteArray("250 2.0.0 Taken\r\n"));
        QCOMPARE_EQ(talk.messages.size(), 1);
        QVERIFY(talk.messages[0].startsWith("h: 1\r\n\r\nbody"));
        QVERIFY(talk.messages[0].contains("MAIL FROM:<evil@x.test>\r\n"));
        QVERIFY(talk.messages[0].endsWith("Subject: s\r\n\r\nx\r\n"));
        QCOMPARE_EQ(talk.mails.size(), 1u);
        QVERIFY(talk.say("NOOP\r\n").startsWith("250"));
    }

    void theLegacyProfileTakesLfDotLfThenCutsThePeerOff()
    {
        ServerSettings settings = ServerTalk::plainSettings();
        settings.bareNewlines = BareNewlines::EndsData;
        ServerTalk talk(settings);
        talk.start();
        talk.say(kPreamble);
        QCOMPARE_EQ(talk.say("h: 1\n\nbody\n.\n" + kSmuggled), QByteArray("250 2.0.0 Taken\r\n"));
        QCOMPARE_EQ(talk.messages, QByteArrayList{"h: 1\n\nbody\n"});
        QCOMPARE_EQ(talk.closes, 1);
        QCOMPARE_EQ(talk.say(kSmuggled), QByteArray());
        QCOMPARE_EQ(talk.mails.size(), 1u);
    }
    void theLegacyProfileTakesNoOtherVariant_data() { nothingIsSmuggledIn_data(); }
    void theLegacyProfileTakesNoOtherVariant()
    {
        QFETCH(QByteArray, variant);
        if (variant == "\n.\n")
            return; // the row above
        ServerSettings settings = ServerTalk::plainSettings();
        settings.bareNewlines = BareNewlines::EndsData;
        ServerTalk talk(settings);
        talk.start();
        talk.say(kPreamble);
        talk.say("h: 1\r\n\r\nbody" + variant + kSmuggled);
        QCOMPARE_EQ(talk.mails.size(), 1u);
        QCOMPARE_EQ(talk.messages.size(), 1);
    }

    void theStrictProfileRefusesBareNewlines_data() { nothingIsSmuggledIn_data(); }
    void theStrictProfileRefusesBareNewlines()
    {
        QFETCH(QByteArray, variant);
        if (variant == QByteArray("\r\n\0.\r\n", 6))
            return; // it holds none
        ServerSettings settings = bdatSettings();
        settings.bareNewlines = BareNewlines::Refuse;
        for (const bool inChunks : {false, true}) {
            ServerTalk talk(settings);
            talk.start();
            const QByteArray body = "h: 1\r\n\r\nbody" + variant + kSmuggled;
            const QByteArray start =
                inChunks ? kPreamble.chopped(6) + "BDAT " + QByteArray::number(body.size()) + " LAST\r\n" : kPreamble;
            talk.say(start);
            const QByteArray answer = talk.drip(body);
            QVERIFY2(answer.startsWith("550 5.5.2 "), answer.constData());
            QCOMPARE_EQ(countReplies(answer), 1);
            QCOMPARE_EQ(talk.closes, 1);
            QCOMPARE_EQ(talk.drops, 1);
            QVERIFY(talk.messages.isEmpty());
            QCOMPARE_EQ(talk.mails.size(), 1u);
        }
    }
    void theStrictProfileTakesWholeLines()
    {
        ServerSettings settings = ServerTalk::plainSettings();
        settings.bareNewlines = BareNewlines::Refuse;
        ServerTalk talk(settings);
        talk.start();
        talk.say(kPreamble);
        QCOMPARE_EQ(talk.drip("h: 1\r\n\r\n..body\r\n\r\n.\r\n"), QByteArray("250 2.0.0 Taken\r\n"));
        QCOMPARE_EQ(talk.messages, QByteArrayList{"h: 1\r\n\r\n.body\r\n\r\n"});
    }

    void bdatWithoutChunkingCloses()
    {
        ServerTalk talk;
        talk.start();
        talk.say("EHLO c.test\r\nMAIL FROM:<a@src.test>\r\nRCPT TO:<b@dst.test>\r\n");
        const QByteArray answer = talk.say("BDAT 30 LAST\r\nMAIL FROM:<evil@x.test>\r\nxxxxx");
        QVERIFY(answer.startsWith("502 "));
        QCOMPARE_EQ(countReplies(answer), 1);
        QCOMPARE_EQ(talk.closes, 1);
        QCOMPARE_EQ(talk.mails.size(), 1u);
    }

    void bdatIsReadByItsCount_data()
    {
        QTest::addColumn<QByteArray>("octets");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QByteArray>("message");
        const QByteArray begun("MAIL FROM:<a@src.test>\r\nRCPT TO:<b@dst.test>\r\n");
        const QByteArray none;
        QTest::newRow("before RCPT the octets are swallowed") << QByteArray("MAIL FROM:<a@src.test>\r\nBDAT 4 LAST\r\nabcdNOOP\r\n") << "250 503 250" << none;
        QTest::newRow("before MAIL too") << QByteArray("BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n") << "503 250" << none;
        QTest::newRow("negative") << begun + "BDAT -1\r\nNOOP\r\n" << "250 250 501 close" << none;
        QTest::newRow("no number") << begun + "BDAT\r\nNOOP\r\n" << "250 250 501 close" << none;
        QTest::newRow("other word than LAST") << begun + "BDAT 4 FIRST\r\nabcd" << "250 250 501 close" << none;
        QTest::newRow("beyond 64 bits") << begun + "BDAT 99999999999999999999\r\nNOOP\r\n" << "250 250 552 close" << none;
        QTest::newRow("BDAT then DATA") << begun + "BDAT 2\r\nabDATA\r\nNOOP\r\n" << "250 250 250 503 250" << none;
        QTest::newRow("BDAT then RCPT") << begun + "BDAT 2\r\nabRCPT TO:<c@dst.test>\r\n" << "250 250 250 503" << none;
        QTest::newRow("a dot is data") << begun + "BDAT 5\r\n.\r\nabBDAT 0 LAST\r\nNOOP\r\n" << "250 250 250 250 250" << QByteArray(".\r\nab");
        QByteArray nothing;
        QString answers(QStringLiteral("250 250"));
        for (int i = 0; i <= ServerSettings().maxJunkCommands; ++i) {
            nothing += "BDAT 0\r\n";
            answers += i < ServerSettings().maxJunkCommands ? QStringLiteral(" 250") : QStringLiteral(" 421 close");
        }
        QTest::newRow("pieces of nothing without end") << begun + nothing << answers << none;
        QTest::newRow("commands inside are data") << begun + "BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n" << "250 250 250 250" << QByteArray("QUIT\r\n");
        QTest::newRow("CRLF.CRLF inside is data") << begun + "BDAT 6 LAST\r\na\r\n.\r\nNOOP\r\n" << "250 250 250 250" << QByteArray("a\r\n.\r\n");
    }
    void bdatIsReadByItsCount()
    {
        QFETCH(QByteArray, octets);
        QFETCH(QString, expected);
        QFETCH(QByteArray, message);
        for (const bool drip : {false, true}) {
            ServerTalk talk(bdatSettings());
            talk.start();
            QVERIFY(talk.say("EHLO c.test\r\n").contains("CHUNKING"));
            const QByteArray output = drip ? talk.drip(octets) : talk.say(octets);
            QStringList seen;
            for (const QByteArray &line : output.split('\n')) {
                if (line.size() > 3 && line[3] == ' ')
                    seen += QString::fromLatin1(line.left(3));
            }
            if (talk.closes > 0)
                seen += QStringLiteral("close");
            QCOMPARE_EQ(seen.join(u' '), expected);
            QCOMPARE_EQ(talk.messages, message.isNull() ? QByteArrayList() : QByteArrayList{message});
        }
    }
    void bdatOverTheLimitIsSwallowedAndRefused()
    {
        ServerSettings settings = bdatSettings();
        settings.maxMessageOctets = 10;
        ServerTalk talk(settings);
        talk.start();
        talk.say("EHLO c.test\r\nMAIL FROM:<a@src.test>\r\nRCPT TO:<b@dst.test>\r\n");
        QVERIFY(talk.say("BDAT 8\r\n12345678").startsWith("250"));
        QVERIFY(talk.say("BDAT 6 LAST\r\nQUIT\r\n").startsWith("552"));
        QCOMPARE_EQ(talk.drops, 1);
        QVERIFY(talk.say("BDAT 1 LAST\r\nx").startsWith("503"));
        QVERIFY(talk.say("RSET\r\n").startsWith("250"));
        QVERIFY(talk.messages.isEmpty());
    }
    void dataOverTheLimitEndsItsTransaction()
    {
        ServerSettings settings = ServerTalk::plainSettings();
        settings.maxMessageOctets = 10;
        ServerTalk talk(settings);
        talk.start();
        talk.say("EHLO c.test\r\n" + ServerTalk::kMail + ServerTalk::kRcpt + "DATA\r\n");
        QVERIFY(talk.say(QByteArray(20, 'x') + "\r\n.\r\n").startsWith("552"));
        QCOMPARE_EQ(talk.drops, 1);
        QCOMPARE_EQ(talk.resets, 1); // its owner knows that there is none any more
        QVERIFY(talk.say(ServerTalk::kRcpt).startsWith("503"));
        QVERIFY(talk.say(ServerTalk::kMail).startsWith("250"));
        QCOMPARE_EQ(talk.mails.size(), 2u);
    }

    void octetsBehindStartTlsCloseTheConnection()
    {
        ServerTalk talk(tlsSettings());
        talk.start();
        talk.say("EHLO c.test\r\n");
        const QByteArray answer = talk.say("STARTTLS\r\nNOOP\r\nMAIL FROM:<i@x.test>\r\n");
        QVERIFY(answer.startsWith("554 5.5.0 "));
        QCOMPARE_EQ(countReplies(answer), 1);
        QCOMPARE_EQ(talk.closes, 1);
        QCOMPARE_EQ(talk.tlsWishes, 0);
        QVERIFY(talk.mails.empty());
    }
    void octetsBetweenStartTlsAndHandshakeCloseTheConnection()
    {
        ServerTalk talk(tlsSettings());
        talk.start();
        talk.say("EHLO c.test\r\n");
        QVERIFY(talk.say("STARTTLS\r\n").startsWith("220"));
        QVERIFY(!talk.session.wantsInput());
        QVERIFY(talk.say("MAIL FROM:<i@x.test>\r\n").startsWith("554 5.5.0 "));
        QCOMPARE_EQ(talk.closes, 1);
        talk.session.onTlsEstablished();
        QVERIFY(!talk.session.tlsActive());
    }

    void stateDoesNotCrossStartTlsAndEhlo()
    {
        ServerTalk talk(tlsSettings());
        talk.start();
        talk.say("EHLO c.test\r\nMAIL FROM:<a@src.test>\r\n");
        QVERIFY(talk.say("STARTTLS\r\n").startsWith("220"));
        QCOMPARE_EQ(talk.resets, 1);
        talk.session.onTlsEstablished();
        QVERIFY(talk.say("RCPT TO:<b@dst.test>\r\n").startsWith("503"));
        QVERIFY(!talk.say("EHLO c.test\r\n").contains("STARTTLS"));
        QVERIFY(talk.say("STARTTLS\r\n").startsWith("503"));
        talk.say("MAIL FROM:<a@src.test>\r\n");
        QVERIFY(talk.say("AUTH PLAIN AGEAYg==\r\n").startsWith("503"));
        talk.say("EHLO c.test\r\n");
        QVERIFY(talk.say("RCPT TO:<b@dst.test>\r\n").startsWith("503"));
        QVERIFY(talk.say("AUTH PLAIN AGEAYg==\r\n").startsWith("235"));
        QVERIFY(talk.say("AUTH PLAIN AGEAYg==\r\n").startsWith("503"));
    }

    void addressesCarryNoCommands_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("shell") << QByteArray("MAIL FROM:<;sleep 66;>");
        QTest::newRow("shell in a domain") << QByteArray("MAIL FROM:<;sleep 66;@d.test>");
        QTest::newRow("options") << QByteArray("MAIL FROM:<\"a\\\" -X/tmp/x b\"@d>");
        QTest::newRow("options, whole domain") << QByteArray("MAIL FROM:<\"a\\\" -X/tmp/x b\"@d.test>");
        QTest::newRow("CR") << QByteArray("MAIL FROM:<a\r@d>");
        QTest::newRow("CR, whole domain") << QByteArray("MAIL FROM:<a\r@d.test>");
        QTest::newRow("NUL") << QByteArray("MAIL FROM:<a\0@d.test>", 22);
        QTest::newRow("LF and a second command") << QByteArray("MAIL FROM:<a@d.test>\nRCPT TO:<v@x.test>");
        QTest::newRow("path") << QByteArray("MAIL FROM:<../../x@d>");
        QTest::newRow("path, whole domain") << QByteArray("MAIL FROM:<../../x@d.test>");
        QTest::newRow("LF in a parameter") << QByteArray("MAIL FROM:<a@d.test> SIZE=1\n0");
        QTest::newRow("not UTF-8") << QByteArray("MAIL FROM:<\xff\xfe@d.test> SMTPUTF8");
    }
    void addressesCarryNoCommands()
    {
        QFETCH(QByteArray, line);
        ServerTalk talk;
        talk.start();
        talk.say("EHLO c.test\r\n");
        const QByteArray answer = talk.say(line + "\r\n");
        QVERIFY2(answer.startsWith("501 ") || answer.startsWith("553 "), answer.constData());
        QCOMPARE_EQ(countReplies(answer), 1);
        QVERIFY(talk.mails.empty());
        QVERIFY(talk.say("MAIL FROM:<a@src.test>\r\n").startsWith("250"));
    }

    void signInFaults()
    {
        ServerTalk clear(tlsSettings());
        clear.start();
        clear.say("EHLO c.test\r\n");
        QVERIFY(clear.say("AUTH PLAIN AGEAYg==\r\n").startsWith("538 "));

        ServerTalk talk(authSettings());
        talk.authAccepted = false;
        talk.start();
        talk.say("EHLO c.test\r\n");
        QVERIFY(talk.say("AUTH PLAIN " + QByteArray(12 * 1024, 'A') + "\r\n").startsWith("500 5.5.6"));
        QVERIFY(talk.say("AUTH PLAIN\r\n").startsWith("334"));
        QVERIFY(talk.say(QByteArray(12 * 1024, 'A') + "\r\n").startsWith("500 5.5.6"));
        QVERIFY(talk.say("NOOP\r\n").startsWith("250"));
        QVERIFY(talk.say("AUTH PLAIN =\r\n").startsWith("501"));
        QVERIFY(talk.say("AUTH PLAIN *\r\n").startsWith("501"));
        QVERIFY(talk.say("AUTH LOGIN\r\n").startsWith("334"));
        QVERIFY(talk.say("*\r\n").startsWith("501 5.7.0"));
        QVERIFY(talk.say("AUTH PLAIN !!!!\r\n").startsWith("501"));
        QVERIFY(talk.say("AUTH PLAIN " + QByteArray("\0a\r\nb\0p", 7).toBase64() + "\r\n").startsWith("535"));
        QVERIFY(talk.say("AUTH PLAIN " + QByteArray("other\0joe\0p", 11).toBase64() + "\r\n").startsWith("535"));
        QVERIFY(talk.auths.empty());
        QVERIFY(talk.session.authenticatedUser().isEmpty());
    }
    void wrongPasswordsEndTheConversation()
    {
        ServerTalk talk(authSettings());
        talk.authAccepted = false;
        talk.start();
        talk.say("EHLO c.test\r\n");
        QByteArray output;
        for (int i = 0; i < 11; ++i)
            output += talk.say("AUTH PLAIN AGEAYg==\r\n");
        QCOMPARE_EQ(output.count("535 5.7.8"), 6);
        QVERIFY(output.trimmed().split('\n').last().startsWith("421 "));
        QCOMPARE_EQ(talk.closes, 1);
    }

    void junkCommandsEndTheConversation_data()
    {
        QTest::addColumn<QByteArray>("command");
        QTest::newRow("unknown") << QByteArray("JUNK\r\n");
        QTest::newRow("NOOP") << QByteArray("NOOP\r\n");
        QTest::newRow("RSET") << QByteArray("RSET\r\n");
        QTest::newRow("VRFY") << QByteArray("VRFY root\r\n");
        QTest::newRow("EHLO") << QByteArray("EHLO c.test\r\n");
        QTest::newRow("RCPT out of order") << QByteArray("RCPT TO:<a@dst.test>\r\n");
    }
    void junkCommandsEndTheConversation()
    {
        QFETCH(QByteArray, command);
        ServerTalk talk;
        talk.start();
        QByteArray output;
        for (int i = 0; i < 101; ++i)
            output += talk.say(command);
        QVERIFY(output.trimmed().split('\n').last().startsWith("421 4.7.0"));
        QCOMPARE_EQ(talk.closes, 1);
    }
    void aPatientClientWithManyMessagesIsNotJunk()
    {
        ServerTalk talk;
        talk.start();
        talk.say("EHLO c.test\r\n");
        for (int i = 0; i < 200; ++i)
            QVERIFY(talk.say("RSET\r\nMAIL FROM:<a@src.test>\r\nRCPT TO:<b@dst.test>\r\nDATA\r\nx\r\n.\r\n").endsWith("250 2.0.0 Taken\r\n"));
        QCOMPARE_EQ(talk.messages.size(), 200);
    }

    void aLineWithoutEndIsSkippedInFlatMemory()
    {
        ServerTalk talk;
        talk.start();
        QByteArray output;
        for (int i = 0; i < 160; ++i) {
            output += talk.say(QByteArray(64 * 1024, i % 2 ? 'A' : '\n'));
            QVERIFY(talk.session.wantsInput());
        }
        QCOMPARE_EQ(output, QByteArray("500 5.5.2 Line too long\r\n"));
        QCOMPARE_EQ(talk.say("\r"), QByteArray());
        QCOMPARE_EQ(talk.say("\nNOOP\r\n"), QByteArray("250 2.0.0 OK\r\n"));
    }
    void aLineOverTheLimitIsRefusedOnce()
    {
        ServerTalk talk;
        talk.start();
        const QByteArray answer = talk.say("NOOP " + QByteArray(2048, 'x') + "\r\nNOOP\r\n");
        QCOMPARE_EQ(answer, QByteArray("500 5.5.2 Line too long\r\n250 2.0.0 OK\r\n"));
        QVERIFY(talk.say("NOOP " + QByteArray(2041, 'x') + "\r\n").startsWith("250"));
    }

    void aLieAboutTheSizeIsFoundOut()
    {
        ServerSettings settings = ServerTalk::plainSettings();
        settings.maxMessageOctets = 1 << 20;
        ServerTalk talk(settings);
        talk.start();
        talk.say("EHLO c.test\r\nMAIL FROM:<a@src.test> SIZE=10\r\nRCPT TO:<b@dst.test>\r\nDATA\r\n");
        const QByteArray line = QByteArray(62, 'x') + "\r\n";
        for (int i = 0; i < 480; ++i) // 30 MB
            QCOMPARE_EQ(talk.say(line.repeated(1024)), QByteArray());
        QCOMPARE_EQ(talk.drops, 1);
        QVERIFY(talk.current.isEmpty());
        QVERIFY(talk.say(".\r\n").startsWith("552 5.3.4"));
        QVERIFY(talk.messages.isEmpty());
        QVERIFY(talk.say("MAIL FROM:<a@src.test>\r\n").startsWith("250"));
    }

    void recipientsBeyondAThousandAreDeferred()
    {
        ServerTalk talk;
        talk.start();
        talk.say("EHLO c.test\r\nMAIL FROM:<a@src.test>\r\n");
        for (int i = 1; i <= 2000; ++i) {
            const QByteArray answer = talk.say("RCPT TO:<r" + QByteArray::number(i) + "@dst.test>\r\n");
            QVERIFY2(answer.startsWith(i <= 1000 ? "250" : "452 4.5.3"), answer.constData());
        }
        QCOMPARE_EQ(talk.recipients.size(), 1000);
        QVERIFY(talk.say("DATA\r\n").startsWith("354"));
    }

    void whoSpeaksBeforeTheGreetingIsCutOff()
    {
        ServerTalk talk;
        talk.session.receive("EHLO c.test\r\n");
        QVERIFY(talk.start().startsWith("554 5.5.0"));
        QCOMPARE_EQ(talk.closes, 1);
        QVERIFY(talk.hellos.isEmpty());

        ServerSettings settings = ServerTalk::plainSettings();
        settings.strictPregreeting = false;
        ServerTalk legacy(settings);
        legacy.session.receive("EHLO c.test\r\n");
        QVERIFY(legacy.start().startsWith("220 "));
        QCOMPARE_EQ(legacy.hellos.size(), 1);
    }

    void aWebBrowserIsCutOff()
    {
        ServerTalk talk;
        talk.start();
        const QByteArray answer = talk.say("POST / HTTP/1.1\r\nHost: x\r\n\r\nEHLO c.test\r\nMAIL FROM:<a@src.test>\r\n");
        QVERIFY(answer.startsWith("554 "));
        QCOMPARE_EQ(countReplies(answer), 1);
        QVERIFY(talk.hellos.isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_ServerGate)
#include "tst_ServerGate.moc"
