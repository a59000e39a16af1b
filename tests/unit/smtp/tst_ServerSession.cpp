// SPDX-License-Identifier: GPL-3.0-or-later
#include "ServerTalk.h"

#include "core/smtp/CommandLine.h"

using namespace relaywright;

class tst_ServerSession : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takesAMessageReplyByReply()
    {
        ServerTalk talk;
        QCOMPARE_EQ(talk.start(), QByteArray("220 mx.dst.test ESMTP ready\r\n"));
        QCOMPARE_EQ(talk.say("EHLO c.test\r\n"),
                    QByteArray("250-mx.dst.test\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n"
                               "250-ENHANCEDSTATUSCODES\r\n250 SMTPUTF8\r\n"));
        QCOMPARE_EQ(talk.say(ServerTalk::kMail), QByteArray("250 2.1.0 OK\r\n"));
        QCOMPARE_EQ(talk.say(ServerTalk::kRcpt), QByteArray("250 2.1.5 OK\r\n"));
        QCOMPARE_EQ(talk.say("DATA\r\n"), QByteArray("354 Go on\r\n"));
        QVERIFY(talk.session.insideData());
        QCOMPARE_EQ(talk.say("Subject: x\r\n\r\n..dot\r\n"), QByteArray());
        QCOMPARE_EQ(talk.say(".\r\n"), QByteArray("250 2.0.0 Taken\r\n"));
        QCOMPARE_EQ(talk.messages, QByteArrayList{"Subject: x\r\n\r\n.dot\r\n"});
        QCOMPARE_EQ(talk.countedOctets, 20u);
        QVERIFY(!talk.session.insideData());
        QCOMPARE_EQ(talk.say("QUIT\r\n"), QByteArray("221 2.0.0 Closing the connection\r\n"));
        QCOMPARE_EQ(talk.closes, 1);
        QCOMPARE_EQ(talk.hellos, QByteArrayList{"c.test"});
        QCOMPARE_EQ(toPath(talk.mails.at(0).sender), QStringLiteral("<a@src.test>"));
        QCOMPARE_EQ(talk.recipients, QStringList{QStringLiteral("b@dst.test")});
    }

    void answersPipelinedCommandsInOneWriteAndByteByByte()
    {
        const QByteArray all = "EHLO c.test\r\n" + ServerTalk::kMail + ServerTalk::kRcpt
                               + "rcpt to:<c@dst.test>\r\nDATA\r\na\r\n.\r\n" + ServerTalk::kMail + "RSET\r\nQUIT\r\n";
        ServerTalk whole;
        whole.start();
        const QByteArray answers = whole.say(all);
        QCOMPARE_EQ(ServerTalk::codes(answers).join(u' '), QStringLiteral("250 250 250 250 354 250 250 250 221"));
        ServerTalk drip;
        drip.start();
        QCOMPARE_EQ(drip.drip(all), answers);
        QCOMPARE_EQ(drip.messages, whole.messages);
        QCOMPARE_EQ(whole.messages, QByteArrayList{"a\r\n"});
        QCOMPARE_EQ(whole.resets, 1);
    }

    void waitsForTheOwnerBeforeItGoesOn()
    {
        ServerTalk talk;
        talk.answersData = false;
        talk.start();
        talk.say("EHLO c.test\r\n" + ServerTalk::kMail + ServerTalk::kRcpt + "DATA\r\n");
        QCOMPARE_EQ(talk.say("a\r\n.\r\nNOOP\r\nQUIT\r\n"), QByteArray());
        QVERIFY(talk.session.awaitsAnswer());
        QVERIFY(!talk.session.wantsInput());
        talk.session.answer({451, {"4.3.0 Disk trouble"}});
        QCOMPARE_EQ(talk.pump(),
                    QByteArray("451 4.3.0 Disk trouble\r\n250 2.0.0 OK\r\n221 2.0.0 Closing the connection\r\n"));
        talk.session.answer({250, {"late"}});
        QCOMPARE_EQ(talk.pump(), QByteArray());
    }

    void keepsTheOrderOfCommands_data()
    {
        QTest::addColumn<QByteArray>("commands");
        QTest::addColumn<QString>("expected");
        const QByteArray hello("EHLO c.test\r\n");
        QTest::newRow("MAIL before EHLO") << ServerTalk::kMail << "503";
        QTest::newRow("RCPT before MAIL") << hello + ServerTalk::kRcpt << "250 503";
        QTest::newRow("DATA before RCPT") << hello + ServerTalk::kMail + "DATA\r\n"
                                          << "250 250 503";
        QTest::newRow("MAIL twice") << hello + ServerTalk::kMail + ServerTalk::kMail << "250 250 503";
        QTest::newRow("EHLO ends the transaction")
            << hello + ServerTalk::kMail + hello + ServerTalk::kRcpt << "250 250 250 503";
        QTest::newRow("RSET ends the transaction") << hello + ServerTalk::kMail + ServerTalk::kRcpt + "RSET\r\nDATA\r\n"
                                                   << "250 250 250 250 503";
        QTest::newRow("after the message")
            << hello + ServerTalk::kMail + ServerTalk::kRcpt + "DATA\r\n.\r\n" + ServerTalk::kRcpt
            << "250 250 250 354 250 503";
        QTest::newRow("HELO only") << "HELO c\r\n" + ServerTalk::kMail + ServerTalk::kRcpt + "DATA\r\n.\r\n"
                                   << "250 250 250 354 250";
        QTest::newRow("EHLO without a name") << QByteArray("EHLO\r\n") << "501";
        QTest::newRow("EHLO with a space in the name") << QByteArray("EHLO my printer\r\n") << "501";
        QTest::newRow("EHLO with an address literal") << QByteArray("EHLO [192.0.2.1]\r\n") << "250";
        QTest::newRow("unknown") << QByteArray("XYZZY\r\n") << "500";
        QTest::newRow("empty line") << QByteArray("\r\n") << "500";
        QTest::newRow("VRFY, EXPN, HELP, NOOP")
            << QByteArray("VRFY a\r\nEXPN b\r\nHELP\r\nNOOP x\r\n") << "252 502 214 250";
        QTest::newRow("AUTH where none is offered") << hello + "AUTH PLAIN\r\n"
                                                    << "250 502";
        QTest::newRow("STARTTLS where none is offered") << hello + "STARTTLS\r\n"
                                                        << "250 502";
    }

    void keepsTheOrderOfCommands()
    {
        QFETCH(QByteArray, commands);
        QFETCH(QString, expected);
        ServerTalk talk;
        talk.start();
        QCOMPARE_EQ(ServerTalk::codes(talk.say(commands)).join(u' '), expected);
    }

    void readsMailArguments_data()
    {
        QTest::addColumn<QByteArray>("argument");
        QTest::addColumn<QString>("expected");
        QTest::newRow("plain") << QByteArray("FROM:<a@src.test>") << "<a@src.test>";
        QTest::newRow("null reverse-path") << QByteArray("FROM:<>") << "<>";
        QTest::newRow("lower case and a space") << QByteArray("from: <a@src.test>") << "<a@src.test>";
        QTest::newRow("with everything") << QByteArray("FROM:<a@src.test> SIZE=10 BODY=8BITMIME SMTPUTF8")
                                         << "<a@src.test> size 10 8bit utf8";
        QTest::newRow("utf8") << QByteArray("FROM:<jürgen@src.test> SMTPUTF8")
                              << QStringLiteral("<jürgen@src.test> utf8");
        QTest::newRow("utf8 not asked for") << QByteArray("FROM:<jürgen@src.test>") << "553";
        QTest::newRow("no brackets") << QByteArray("FROM:a@src.test") << "501";
        QTest::newRow("open bracket") << QByteArray("FROM:<a@src.test") << "501";
        QTest::newRow("nothing between bracket and parameter") << QByteArray("FROM:<a@src.test>SIZE=1") << "501";
        QTest::newRow("no address") << QByteArray("FROM:<a>") << "501";
        QTest::newRow("source route") << QByteArray("FROM:<@x.test:a@src.test>") << "501";
        QTest::newRow("quoted") << QByteArray("FROM:<\"a b\"@src.test>") << "501";
        QTest::newRow("needlessly quoted") << QByteArray("FROM:<\"ab\"@src.test>") << "<ab@src.test>";
        QTest::newRow("unknown parameter") << QByteArray("FROM:<a@src.test> X=1") << "555";
        QTest::newRow("DSN not offered") << QByteArray("FROM:<a@src.test> RET=HDRS") << "555";
        QTest::newRow("size without number") << QByteArray("FROM:<a@src.test> SIZE=big") << "501";
        QTest::newRow("size twice") << QByteArray("FROM:<a@src.test> SIZE=1 SIZE=2") << "501";
        QTest::newRow("size beyond 64 bits") << QByteArray("FROM:<a@src.test> SIZE=99999999999999999999") << "501";
        QTest::newRow("size over the limit") << QByteArray("FROM:<a@src.test> SIZE=52428801") << "552";
        QTest::newRow("binary") << QByteArray("FROM:<a@src.test> BODY=BINARYMIME") << "501";
    }

    void readsMailArguments()
    {
        QFETCH(QByteArray, argument);
        QFETCH(QString, expected);
        ServerTalk talk;
        talk.start();
        talk.say("EHLO c.test\r\n");
        const QByteArray answer = talk.say("MAIL " + argument + "\r\n");
        if (talk.mails.empty()) {
            QCOMPARE_EQ(QString::fromLatin1(answer.left(3)), expected);
            return;
        }
        const MailReceived &mail = talk.mails.front();
        QString seen = toPath(mail.sender);
        if (mail.sizeOctets)
            seen += QStringLiteral(" size %1").arg(*mail.sizeOctets);
        seen += mail.eightBit ? QStringLiteral(" 8bit") : QString();
        seen += mail.utf8 ? QStringLiteral(" utf8") : QString();
        QCOMPARE_EQ(seen, expected);
    }

    /// RFC 5321 §4.1.1.3: the one path without a domain.
    void postmasterNeedsNoDomain_data()
    {
        QTest::addColumn<QByteArray>("argument");
        QTest::addColumn<QString>("expected");
        QTest::newRow("plain") << QByteArray("TO:<postmaster>") << "admin@dst.test";
        QTest::newRow("in other case, with a parameter")
            << QByteArray("TO:<PostMaster> NOTIFY=NEVER") << "admin@dst.test";
        QTest::newRow("of a domain") << QByteArray("TO:<postmaster@src.test>") << "postmaster@src.test";
        QTest::newRow("somebody else") << QByteArray("TO:<postmasters>") << "";
        QTest::newRow("without brackets") << QByteArray("TO:postmaster") << "";
        QTest::newRow("nobody") << QByteArray("TO:<>") << "";
    }

    void postmasterNeedsNoDomain()
    {
        QFETCH(QByteArray, argument);
        QFETCH(QString, expected);
        const OfferedParameters offered{.dsn = true};
        const auto parsed =
            parseRcptArgument(argument, false, offered, *EmailAddress::parse(QStringLiteral("admin@dst.test")));
        const auto *const rcpt = std::get_if<RcptArgument>(&parsed);
        QCOMPARE(rcpt ? rcpt->recipient.toString() : QString(), expected);
        const auto withoutOne = parseRcptArgument(argument, false, offered);
        QCOMPARE(std::holds_alternative<RcptArgument>(withoutOne), expected.contains(QLatin1String("@src")));
    }

    void aBinaryMessageComesInChunks()
    {
        ServerSettings settings = ServerTalk::plainSettings();
        settings.chunking = true;
        settings.extraExtensions = {"SIZE", "DSN", "BINARYMIME", "CHUNKING"};
        ServerTalk talk(settings);
        talk.start();
        QVERIFY(talk.say("EHLO c.test\r\n").contains("250-BINARYMIME\r\n"));
        QCOMPARE_EQ(ServerTalk::codes(talk.say("MAIL FROM:<a@src.test> BODY=BINARYMIME RET=HDRS\r\n" + ServerTalk::kRcpt
                                               + "DATA\r\n"))
                        .join(u' '),
                    QStringLiteral("250 250 503"));
        QVERIFY(talk.mails.front().binary);
        QCOMPARE_EQ(talk.mails.front().dsn.returned, DsnRequest::Return::Headers);
        const QByteArray octets("\r\n.\r\n\0\n", 7);
        QCOMPARE_EQ(ServerTalk::codes(talk.say("BDAT 7 LAST\r\n" + octets)).join(u' '), QStringLiteral("250"));
        QCOMPARE_EQ(talk.messages.value(0), octets);
    }

    void binaryIsNotOfferedWithoutChunks()
    {
        ServerSettings settings = ServerTalk::plainSettings();
        settings.extraExtensions = {"SIZE", "BINARYMIME"};
        ServerTalk talk(settings);
        talk.start();
        QVERIFY(!talk.say("EHLO c.test\r\n").contains("BINARYMIME"));
        QCOMPARE_EQ(ServerTalk::codes(talk.say("MAIL FROM:<a@src.test> BODY=BINARYMIME\r\n")).join(u' '),
                    QStringLiteral("501"));
    }

    void linesEndedByLineFeedAloneAreNoticed()
    {
        ServerTalk talk;
        talk.start();
        talk.say("EHLO c.test\r\nNOOP\r\n");
        QVERIFY(!talk.session.sawBareLineFeed());
        QCOMPARE_EQ(talk.say("MAIL FROM:<a@src.test>\n"), QByteArray());
        QVERIFY(talk.session.sawBareLineFeed());
    }

    void refusalsOfTheOwnerAreRemembered()
    {
        ServerTalk talk;
        talk.start();
        talk.say("EHLO c.test\r\n");
        talk.mailAnswer = {550, {"5.7.1 Not you"}};
        QCOMPARE_EQ(ServerTalk::codes(talk.say(ServerTalk::kMail + ServerTalk::kRcpt)),
                    (QStringList{QStringLiteral("550"), QStringLiteral("503")}));
        talk.mailAnswer = {250, {}};
        talk.rcptAnswer = {550, {"5.1.1 No"}};
        QCOMPARE_EQ(talk.say(ServerTalk::kMail), QByteArray("250 \r\n"));
        QCOMPARE_EQ(ServerTalk::codes(talk.say(ServerTalk::kRcpt + "DATA\r\n")),
                    (QStringList{QStringLiteral("550"), QStringLiteral("554")}));
        talk.rcptAnswer = {250, {"2.1.5 OK"}};
        talk.dataAnswer = {451, {"4.3.1 Full"}};
        QCOMPARE_EQ(ServerTalk::codes(talk.say(ServerTalk::kRcpt + "DATA\r\n" + ServerTalk::kMail)).join(u' '),
                    QStringLiteral("250 451 250"));
    }

    void aReplyCannotBreakOutOfItsLine()
    {
        ServerTalk talk;
        talk.start();
        talk.say("EHLO c.test\r\n");
        talk.mailAnswer = {550, {"5.7.1 a\r\n250 b", QByteArray("c\0d", 3)}};
        QCOMPARE_EQ(talk.say(ServerTalk::kMail), QByteArray("550-5.7.1 a??250 b\r\n550 c?d\r\n"));
    }

    void readsWhatIsAskedOfReports_data()
    {
        QTest::addColumn<QByteArray>("parameters"); // of MAIL, then behind a | of RCPT
        QTest::addColumn<QString>("expected");
        const QByteArray longId(100, 'i');
        QTest::newRow("nothing") << QByteArray("|") << "250 250 unsaid '' ----";
        QTest::newRow("all of it") << QByteArray(
            "RET=HDRS ENVID=QQ+2B314159|NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Bob+2Bx@Example.com")
                                   << "250 250 headers 'QQ+314159' -s-d rfc822;Bob+2Bx@Example.com";
        QTest::newRow("any case") << QByteArray("ret=full envid=7|notify=failure,success,delay")
                                  << "250 250 full '7' -sfd";
        QTest::newRow("never") << QByteArray("|NOTIFY=NEVER") << "250 250 unsaid '' n---";
        QTest::newRow("never and more") << QByteArray("|NOTIFY=NEVER,FAILURE") << "250 501";
        QTest::newRow("an empty word") << QByteArray("|NOTIFY=SUCCESS,") << "250 501";
        QTest::newRow("another word") << QByteArray("|NOTIFY=SOMETIMES") << "250 501";
        QTest::newRow("NOTIFY twice") << QByteArray("|NOTIFY=DELAY NOTIFY=DELAY") << "250 501";
        QTest::newRow("NOTIFY without a value") << QByteArray("|NOTIFY") << "250 501";
        QTest::newRow("ORCPT twice") << QByteArray("|ORCPT=rfc822;a@b.test ORCPT=rfc822;a@b.test") << "250 501";
        QTest::newRow("ORCPT without a type") << QByteArray("|ORCPT=a@b.test") << "250 501";
        QTest::newRow("ORCPT without an address") << QByteArray("|ORCPT=rfc822;") << "250 501";
        QTest::newRow("ORCPT that ends a line") << QByteArray("|ORCPT=rfc822;a+0D+0ARCPT") << "250 501";
        QTest::newRow("ORCPT with half an octet") << QByteArray("|ORCPT=rfc822;a+2") << "250 501";
        QTest::newRow("ORCPT too long") << QByteArray("|ORCPT=rfc822;" + QByteArray(494, 'a')) << "250 501";
        QTest::newRow("ORCPT in UTF-8 without being asked") << QByteArray("|ORCPT=utf-8;b\xc3\xbc@x.test") << "250 501";
        QTest::newRow("ORCPT in UTF-8") << QByteArray("SMTPUTF8|ORCPT=utf-8;b\xc3\xbc@x.test")
                                        << QStringLiteral("250 250 unsaid '' ---- utf-8;b\u00fc@x.test");
        QTest::newRow("ORCPT that is no UTF-8") << QByteArray("SMTPUTF8|ORCPT=utf-8;b\xff@x.test") << "250 501";
        QTest::newRow("another RET") << QByteArray("RET=HALF|") << "501 503";
        QTest::newRow("RET twice") << QByteArray("RET=FULL RET=FULL|") << "501 503";
        QTest::newRow("ENVID as long as may be")
            << QByteArray("ENVID=" + longId + '|')
            << QStringLiteral("250 250 unsaid '%1' ----").arg(QString::fromLatin1(longId));
        QTest::newRow("ENVID too long") << QByteArray("ENVID=i" + longId + '|') << "501 503";
        QTest::newRow("ENVID that ends a line") << QByteArray("ENVID=a+0Ab|") << "501 503";
        QTest::newRow("ENVID in lower case digits") << QByteArray("ENVID=a+2bb|") << "501 503";
        QTest::newRow("ENVID twice") << QByteArray("ENVID=a ENVID=a|") << "501 503";
    }

    void readsWhatIsAskedOfReports()
    {
        QFETCH(QByteArray, parameters);
        QFETCH(QString, expected);
        ServerSettings settings = ServerTalk::plainSettings();
        settings.dsn = true;
        ServerTalk talk(settings);
        talk.start();
        QVERIFY(talk.say("EHLO c.test\r\n").contains("250-DSN\r\n"));
        const qsizetype bar = parameters.indexOf('|');
        QStringList seen =
            ServerTalk::codes(talk.say(ServerTalk::kMail.chopped(2) + ' ' + parameters.first(bar) + "\r\n"));
        seen += ServerTalk::codes(talk.say(ServerTalk::kRcpt.chopped(2) + ' ' + parameters.mid(bar + 1) + "\r\n"));
        if (!talk.asked.empty()) {
            const DsnEnvelope &mail = talk.mails.front().dsn;
            const DsnRecipient &rcpt = talk.asked.front();
            seen += mail.returned == DsnRequest::Return::Full      ? QStringLiteral("full")
                    : mail.returned == DsnRequest::Return::Headers ? QStringLiteral("headers")
                                                                   : QStringLiteral("unsaid");
            seen += u'\'' + QString::fromLatin1(mail.envelopeId) + u'\'';
            QString notify(QStringLiteral("----"));
            const std::pair<bool, char16_t> letters[] = {
                {rcpt.never, u'n'}, {rcpt.success, u's'}, {rcpt.failure, u'f'}, {rcpt.delay, u'd'}};
            for (int i = 0; i < 4; ++i)
                notify[i] = letters[i].first ? QChar(letters[i].second) : notify[i];
            seen += notify;
            if (!rcpt.originalRecipient.isEmpty())
                seen += QString::fromUtf8(rcpt.originalRecipient);
        }
        QCOMPARE_EQ(seen.join(u' '), expected);
    }

    void reportsAreNotAskedForWhereTheyAreNotOffered()
    {
        ServerTalk talk;
        talk.start();
        QVERIFY(!talk.say("EHLO c.test\r\n").contains("DSN"));
        QCOMPARE_EQ(ServerTalk::codes(talk.say(ServerTalk::kMail + "RCPT TO:<b@dst.test> NOTIFY=NEVER\r\n")).join(u' '),
                    QStringLiteral("250 555"));
    }

    void theOwnerMayLimitOneMessage()
    {
        ServerSettings settings = ServerTalk::plainSettings();
        settings.chunking = true;
        ServerTalk talk(settings);
        talk.messageLimit = 10;
        talk.start();
        talk.say("EHLO c.test\r\n");
        QCOMPARE_EQ(
            ServerTalk::codes(talk.say(ServerTalk::kMail + ServerTalk::kRcpt + "DATA\r\n" + "0123456789\r\n.\r\n"))
                .join(u' '),
            QStringLiteral("250 250 354 552"));
        QCOMPARE_EQ(ServerTalk::codes(talk.say(ServerTalk::kMail + ServerTalk::kRcpt + "BDAT 11 LAST\r\n01234567890"))
                        .join(u' '),
                    QStringLiteral("250 250 552"));
        talk.say("RSET\r\n");
        talk.messageLimit.reset();
        QCOMPARE_EQ(
            ServerTalk::codes(talk.say(ServerTalk::kMail + ServerTalk::kRcpt + "DATA\r\n" + "0123456789\r\n.\r\n"))
                .join(u' '),
            QStringLiteral("250 250 354 250"));
        QCOMPARE_EQ(talk.messages, QByteArrayList{"0123456789\r\n"});
    }

    void bareNewlinesAreNoticedInPieces_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("none") << QByteArray("ab") << QString();
        QTest::newRow("whole lines") << QByteArray("a\r\n\r\nb\r\n") << "crlf";
        QTest::newRow("LF") << QByteArray("a\nb") << "lf";
        QTest::newRow("LF first") << QByteArray("\na\r\n") << "lf crlf";
        QTest::newRow("CR") << QByteArray("a\rb\r\n") << "cr crlf";
        QTest::newRow("CR CR LF") << QByteArray("a\r\r\n") << "cr crlf";
        QTest::newRow("LF CR") << QByteArray("a\n\rb") << "cr lf";
        QTest::newRow("CR at the end may be half a line end") << QByteArray("a\r") << QString();
    }

    void bareNewlinesAreNoticedInPieces()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, expected);
        for (qsizetype size = 1; size <= text.size(); ++size) {
            BareNewlineWatch watch;
            for (qsizetype at = 0; at < text.size(); at += size)
                watch.read(QByteArrayView(text).sliced(at, std::min(size, text.size() - at)));
            QStringList seen;
            if (watch.sawCr())
                seen += QStringLiteral("cr");
            if (watch.sawLf())
                seen += QStringLiteral("lf");
            if (watch.sawCrLf())
                seen += QStringLiteral("crlf");
            QCOMPARE_EQ(seen.join(u' '), expected);
        }
    }

    void saysWhichRuleOfTheSettingsRefused_data()
    {
        QTest::addColumn<QByteArray>("lines");
        QTest::addColumn<SettingsRule>("rule");
        QTest::addColumn<QByteArray>("said"); // the reply's start, then the mechanism
        QTest::newRow("AUTH before TLS") << QByteArray("AUTH plain AGEAYg==\r\n") << SettingsRule::TlsFirst
                                         << QByteArray("538 PLAIN");
        QTest::newRow("MAIL before TLS") << ServerTalk::kMail << SettingsRule::TlsFirst << QByteArray("530 ");
        QTest::newRow("a mechanism that is not offered")
            << QByteArray("TLS AUTH ntlm\r\n") << SettingsRule::SignInNotOffered << QByteArray("504 NTLM");
        QTest::newRow("a mechanism that is none")
            << QByteArray("TLS AUTH dXNlcg==\r\n") << SettingsRule::SignInNotOffered << QByteArray("504 ");
        QTest::newRow("MAIL before sign-in")
            << "TLS " + ServerTalk::kMail << SettingsRule::SignInFirst << QByteArray("530 ");
        QTest::newRow("size") << "TLS AUTH PLAIN AGEAYg==\r\n" + ServerTalk::kMail.chopped(2) + " SIZE=101\r\n"
                              << SettingsRule::MessageSize << QByteArray("552 ");
        QTest::newRow("a size that was not announced")
            << "TLS AUTH PLAIN AGEAYg==\r\n" + ServerTalk::kMail + ServerTalk::kRcpt + "DATA\r\n" + QByteArray(101, 'x')
                   + "\r\n.\r\n"
            << SettingsRule::MessageSize << QByteArray("552 ");
        QTest::newRow("recipients") << "TLS AUTH PLAIN AGEAYg==\r\n" + ServerTalk::kMail + ServerTalk::kRcpt
                                           + ServerTalk::kRcpt
                                    << SettingsRule::Recipients << QByteArray("452 ");
        QTest::newRow("a bare LF") << "TLS AUTH PLAIN AGEAYg==\r\n" + ServerTalk::kMail + ServerTalk::kRcpt
                                          + "DATA\r\na\nb\r\n.\r\n"
                                   << SettingsRule::BareNewlines << QByteArray("550 ");
    }

    void saysWhichRuleOfTheSettingsRefused()
    {
        QFETCH(QByteArray, lines);
        QFETCH(SettingsRule, rule);
        QFETCH(QByteArray, said);
        ServerSettings settings = ServerTalk::tlsSettings();
        settings.requireTls = settings.requireAuth = true;
        settings.maxMessageOctets = 100;
        settings.maxRecipients = 1;
        settings.bareNewlines = BareNewlines::Refuse;
        ServerTalk talk(settings);
        talk.start();
        talk.say("EHLO c.test\r\n");
        if (lines.startsWith("TLS ")) {
            talk.say("STARTTLS\r\n");
            talk.session.onTlsEstablished();
            talk.say("EHLO c.test\r\n");
            lines.remove(0, 4);
        }
        talk.say(lines);
        QCOMPARE_EQ(talk.rules.size(), 1u);
        QCOMPARE_EQ(talk.rules[0].rule, rule);
        QCOMPARE_EQ(QByteArray::number(talk.rules[0].reply.code) + ' ' + talk.rules[0].mechanism, said);
    }

    void showsTheListOfItsOwner()
    {
        ServerSettings settings = ServerTalk::tlsSettings();
        settings.maxMessageOctets = 157286400;
        settings.extraExtensions = {"SIZE", "PIPELINING", "DSN", "STARTTLS", "AUTH", "8BITMIME"};
        ServerTalk talk(settings);
        talk.start();
        QCOMPARE_EQ(talk.say("EHLO c.test\r\n"),
                    QByteArray("250-mx.dst.test\r\n250-SIZE 157286400\r\n250-PIPELINING\r\n250-DSN\r\n"
                               "250-STARTTLS\r\n250 8BITMIME\r\n"));
        QVERIFY(talk.say("MAIL FROM:<a@src.test> RET=HDRS ENVID=x\r\n").startsWith("250"));
        QVERIFY(talk.say("RCPT TO:<b@dst.test> NOTIFY=NEVER ORCPT=rfc822;b@dst.test\r\n").startsWith("250"));
        QVERIFY(talk.say("RCPT TO:<b@dst.test> NOTIFY\r\n").startsWith("501"));
    }

    void aGreetingInItsPlaceClosesOrGoesOn()
    {
        ServerTalk refused;
        refused.session.start(Reply{554, {"5.7.1 Not from there"}});
        QCOMPARE_EQ(refused.pump(), QByteArray("554 5.7.1 Not from there\r\n"));
        QCOMPARE_EQ(refused.closes, 1);
        QCOMPARE_EQ(refused.say("EHLO c.test\r\n"), QByteArray());
    }

    void closingInsideAMessageDropsIt()
    {
        ServerTalk talk;
        talk.start();
        talk.say("EHLO c.test\r\n" + ServerTalk::kMail + ServerTalk::kRcpt + "DATA\r\nhalf a mess");
        talk.session.close({421, {"4.3.2 Shutting down"}}, QStringLiteral("shutting down"));
        QCOMPARE_EQ(talk.pump(), QByteArray("421 4.3.2 Shutting down\r\n"));
        QCOMPARE_EQ(talk.drops, 1);
        QCOMPARE_EQ(talk.closes, 1);
        QVERIFY(talk.messages.isEmpty());
    }

    void handsLargeMessagesOnInPieces()
    {
        ServerTalk talk;
        talk.start();
        talk.say("EHLO c.test\r\n" + ServerTalk::kMail + ServerTalk::kRcpt + "DATA\r\n");
        QByteArray message;
        for (int i = 0; i < 40000; ++i)
            message += "0123456789012345678901234567890123456789\r\n";
        QByteArray wire = message + ".\r\n";
        for (qsizetype at = 0; at < wire.size(); at += 50000)
            talk.say(wire.mid(at, 50000));
        QCOMPARE_EQ(talk.messages.size(), 1);
        QVERIFY(talk.messages[0] == message);
        QVERIFY(talk.largestChunk <= 66 * 1024);
    }
};

QTEST_GUILESS_MAIN(tst_ServerSession)
#include "tst_ServerSession.moc"
