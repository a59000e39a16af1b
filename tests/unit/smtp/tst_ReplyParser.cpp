// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/Reply.h"

#include <QTest>

using namespace relaywright;

namespace {

QByteArray escaped(const QByteArray &octets)
{
    return octets.toPercentEncoding(" -.", {}, '%');
}

} // namespace

class tst_ReplyParser : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsWholeReplies_data()
    {
        QTest::addColumn<QByteArray>("octets");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArrayList>("lines");
        QTest::newRow("one line") << QByteArray("220 mx.example.com ESMTP\r\n") << 220
                                  << QByteArrayList{"mx.example.com ESMTP"};
        QTest::newRow("several lines") << QByteArray("250-mx\r\n250-SIZE 10\r\n250 STARTTLS\r\n") << 250
                                       << QByteArrayList{"mx", "SIZE 10", "STARTTLS"};
        QTest::newRow("code only") << QByteArray("354\r\n") << 354 << QByteArrayList{""};
        QTest::newRow("code and space") << QByteArray("250 \r\n") << 250 << QByteArrayList{""};
        QTest::newRow("empty middle line")
            << QByteArray("250-\r\n250-a\r\n250\r\n") << 250 << QByteArrayList{"", "a", ""};
        QTest::newRow("octets above 127 and NUL")
            << QByteArray("550 caf\xc3\xa9 \0x\r\n", 14) << 550 << QByteArrayList{QByteArray("caf\xc3\xa9 \0x", 8)};
    }
    void readsWholeReplies()
    {
        QFETCH(QByteArray, octets);
        QFETCH(int, code);
        QFETCH(QByteArrayList, lines);
        for (qsizetype cut = 0; cut <= octets.size(); ++cut) { // wherever the network cuts the packet
            ReplyParser parser;
            auto head = parser.feed(octets.first(cut));
            auto tail = parser.feed(octets.sliced(cut));
            QVERIFY(head && tail);
            QCOMPARE_EQ(head->size() + tail->size(), 1u);
            const Reply &reply = head->empty() ? tail->front() : head->front();
            QCOMPARE_EQ(reply.code, code);
            QCOMPARE_EQ(reply.lines, lines);
            QVERIFY(!parser.isInside());
        }
    }

    void refusesWhatIsNotSmtp_data()
    {
        QTest::addColumn<QByteArray>("octets");
        QTest::newRow("HTTP") << QByteArray("HTTP/1.1 400 Bad Request\r\n");
        QTest::newRow("SSH") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n");
        QTest::newRow("IMAP") << QByteArray("* OK IMAP4rev1\r\n");
        QTest::newRow("empty line") << QByteArray("\r\n");
        QTest::newRow("two digits") << QByteArray("25 ok\r\n");
        QTest::newRow("code below 200") << QByteArray("100 wait\r\n");
        QTest::newRow("code above 599") << QByteArray("600 no\r\n");
        QTest::newRow("four digits") << QByteArray("2500 ok\r\n");
        QTest::newRow("letters behind the code") << QByteArray("250ok\r\n");
        QTest::newRow("bare LF") << QByteArray("220 mx\n");
        QTest::newRow("bare CR") << QByteArray("220 mx\r250 x\r\n");
        QTest::newRow("CR CR LF") << QByteArray("220 mx\r\r\n");
        QTest::newRow("code changes inside a reply") << QByteArray("250-a\r\n550 b\r\n");
        QTest::newRow("TLS record") << QByteArray("\x15\x03\x01\0\x02\x02\x46\n", 8);
    }
    void refusesWhatIsNotSmtp()
    {
        QFETCH(QByteArray, octets);
        ReplyParser parser;
        const auto replies = parser.feed(octets);
        QVERIFY2(!replies, escaped(octets).constData());
        QCOMPARE_EQ(replies.error().kind, ErrorKind::InvalidInput);
        QVERIFY(!replies.error().detail.contains(u'\r') && !replies.error().detail.contains(u'\n'));
        QVERIFY(!parser.feed("250 ok\r\n")); // it takes no more
        parser.clear();
        QVERIFY(parser.feed("250 ok\r\n"));
    }

    void handsOutWhatCameWholeBeforeTheFault()
    {
        ReplyParser parser;
        const auto replies = parser.feed("250 2.0.0 queued\r\nrubbish\r\n250 more\r\n");
        QVERIFY(replies);
        QCOMPARE_EQ(replies->size(), 1u);
        QVERIFY(parser.isBroken());
        QVERIFY(!parser.feed({}));
    }

    void boundsALineAndAReply()
    {
        ReplyParser longLine;
        QVERIFY(longLine.feed("250 " + QByteArray(ReplyParser::kMaxReplyLineOctets - 4, 'x') + "\r\n"));
        QVERIFY(!longLine.feed("250 " + QByteArray(ReplyParser::kMaxReplyLineOctets - 3, 'x') + "\r\n"));

        ReplyParser flood;
        QVERIFY(!flood.feed(QByteArray(10'000'000, 'x')));

        QByteArray many;
        for (qsizetype i = 0; i < ReplyParser::kMaxReplyLines - 1; ++i)
            many += "250-x\r\n";
        ReplyParser manyLines;
        QVERIFY(manyLines.feed(many));
        QVERIFY(manyLines.feed("250 x\r\n"));
        QVERIFY(manyLines.feed(many + "250-x\r\n"));
        QVERIFY(!manyLines.feed("250 x\r\n"));
    }

    void quotesALineAsItIsTold()
    {
        for (const QByteArray octets : {"wrong password hunter2\r\n", "535 hunter2\n", "535 hunter2\rx"}) {
            ReplyParser parser;
            QVERIFY(ReplyParser().feed(octets).error().detail.contains(QStringLiteral("hunter2")));
            parser.setQuoting([](const QByteArray &line) { return QByteArray(line).replace("hunter2", "*"); });
            parser.clear();
            const auto replies = parser.feed(octets);
            QVERIFY(!replies);
            QVERIFY2(!replies.error().detail.contains(QStringLiteral("hunter2")), qPrintable(replies.error().detail));
            QVERIFY2(replies.error().detail.contains(u'*'), qPrintable(replies.error().detail));
        }
    }

    void forgetsAHalfReplyWhenCleared()
    {
        ReplyParser parser;
        QVERIFY(parser.feed("250-injected\r\n250 AU"));
        QVERIFY(parser.isInside());
        parser.clear();
        QVERIFY(!parser.isInside());
        const auto replies = parser.feed("220 real\r\n");
        QVERIFY(replies);
        QCOMPARE_EQ(replies->front(), (Reply{220, {"real"}}));
    }

    void findsTheEnhancedStatus_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("status");
        QTest::newRow("usual") << QByteArray("5.7.60 SMTP; Client does not") << QStringLiteral("5.7.60");
        QTest::newRow("alone") << QByteArray("2.0.0") << QStringLiteral("2.0.0");
        QTest::newRow("three digits") << QByteArray("5.7.139 Authentication unsuccessful") << QStringLiteral("5.7.139");
        QTest::newRow("before a colon") << QByteArray("4.4.2: timeout") << QStringLiteral("4.4.2");
        QTest::newRow("end of a sentence") << QByteArray("5.1.1.") << QStringLiteral("5.1.1");
        QTest::newRow("class 3") << QByteArray("3.0.0 x") << QString();
        QTest::newRow("two parts") << QByteArray("5.7 x") << QString();
        QTest::newRow("an address") << QByteArray("5.7.1.2 x") << QString();
        QTest::newRow("four digits") << QByteArray("5.7.1390 x") << QString();
        QTest::newRow("letters follow") << QByteArray("5.7.1a x") << QString();
        QTest::newRow("in the middle") << QByteArray("x 5.7.1") << QString();
        QTest::newRow("empty") << QByteArray() << QString();
    }
    void findsTheEnhancedStatus()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, status);
        const auto found = EnhancedStatus::parse(text);
        QCOMPARE_EQ(found ? found->toString() : QString(), status);
    }

    void takesTheFirstLineThatHasAnEnhancedStatus()
    {
        const Reply reply{550, {"no code here", "5.7.26 unauthenticated", "5.1.1 other"}};
        QVERIFY(reply.enhanced());
        QCOMPARE_EQ(reply.enhanced()->toString(), QStringLiteral("5.7.26"));
        QVERIFY(!(Reply{550, {"no"}}.enhanced()));
    }

    void printsOnOneHarmlessLine()
    {
        const Reply reply{550, {"5.7.1 \x1b[31mred", "two"}};
        QCOMPARE_EQ(reply.toString(), QStringLiteral("550 5.7.1 \\x1b[31mred two"));
        QCOMPARE_EQ((Reply{354, {""}}.toString()), QStringLiteral("354"));
    }
};

QTEST_GUILESS_MAIN(tst_ReplyParser)
#include "tst_ReplyParser.moc"
