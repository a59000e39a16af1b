// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/Header.h"
#include "core/mail/MessageRepairer.h"

#include <QTest>

#include <algorithm>

using namespace relaywright;

namespace {

const MessageRepairer::Fields kFields{"Sun, 22 Nov 2026 10:00:00 +0000", "<K3F90000001@relay.example.com>"};
const QByteArray kDate("Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n");
const QByteArray kId("Message-ID: <K3F90000001@relay.example.com>\r\n");

struct Repaired {
    QByteArray octets;
    QString made;
};

Repaired repaired(const QByteArray &message, const Repairs &repairs, qsizetype pieceSize)
{
    MessageRepairer repairer(repairs, kFields);
    Repaired done;
    for (qsizetype at = 0; at < message.size(); at += pieceSize)
        repairer.append(QByteArrayView(message).sliced(at, std::min(pieceSize, message.size() - at)), done.octets);
    repairer.finish(done.octets);
    QStringList words;
    for (const Repair repair : repairer.made())
        words += toString(repair);
    done.made = words.join(u' ');
    return done;
}

qsizetype longestLine(const QByteArray &octets)
{
    qsizetype longest = 0;
    for (QByteArray line : octets.split('\n')) {
        if (line.endsWith('\r'))
            line.chop(1);
        longest = std::max(longest, line.size());
    }
    return longest;
}

} // namespace

class tst_MessageRepairer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void addsWhatTheHeaderLacks_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QByteArray>("expected");
        QTest::addColumn<QString>("made");
        const QByteArray both = kDate + kId;
        QTest::newRow("both") << QByteArray("Subject: s\r\n\r\nbody\r\n") << "Subject: s\r\n" + both + "\r\nbody\r\n"
                              << "date messageId";
        QTest::newRow("nothing lacks") << QByteArray("DATE: x\r\nmessage-id: <y>\r\n\r\nbody\r\n")
                                       << QByteArray("DATE: x\r\nmessage-id: <y>\r\n\r\nbody\r\n") << "";
        QTest::newRow("only the body names one")
            << QByteArray("Message-ID: <y>\r\n\r\nDate: x\r\n") << "Message-ID: <y>\r\n" + kDate + "\r\nDate: x\r\n"
            << "date";
        QTest::newRow("no body") << QByteArray("Subject: s\r\n") << "Subject: s\r\n" + both << "date messageId";
        QTest::newRow("no line end") << QByteArray("Subject: s") << "Subject: s\r\n" + both << "date messageId";
        QTest::newRow("no header") << QByteArray("\r\nbody\r\n") << both + "\r\nbody\r\n"
                                   << "date messageId";
        QTest::newRow("text at once") << QByteArray("Dear all,\r\nx\r\n") << both + "\r\nDear all,\r\nx\r\n"
                                      << "date messageId";
        QTest::newRow("text behind the fields") << QByteArray("Subject: s\r\nDear all\r\n\r\nx\r\n")
                                                << "Subject: s\r\n" + both + "\r\nDear all\r\n\r\nx\r\n"
                                                << "date messageId";
        QTest::newRow("nothing at all") << QByteArray() << both << "date messageId";
        QTest::newRow("folded") << QByteArray("Subject: s\r\n Date: x\r\n\r\n")
                                << "Subject: s\r\n Date: x\r\n" + both + "\r\n"
                                << "date messageId";
    }
    void addsWhatTheHeaderLacks()
    {
        QFETCH(QByteArray, message);
        QFETCH(QByteArray, expected);
        QFETCH(QString, made);
        for (qsizetype size : {qsizetype(1), qsizetype(3), qsizetype(1000)}) {
            const Repaired done = repaired(message, {.date = true, .messageId = true}, size);
            QCOMPARE(done.octets, expected);
            QCOMPARE(done.made, made);
        }
        QCOMPARE(repaired(message, {.longLines = true, .displayName = true}, 1).octets,
                 message == "Subject: s" ? QByteArray("Subject: s\r\n") : message); // nothing else is touched
    }

    void mendsAnAddressInTheName_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("the address again")
            << QByteArray("From: scan@x.example <scan@x.example>\r\n") << QByteArray("From: <scan@x.example>\r\n");
        QTest::newRow("in quotes") << QByteArray("From: \"scan@x.example\" <scan@x.example>\r\n")
                                   << QByteArray("From: <scan@x.example>\r\n");
        QTest::newRow("in a name") << QByteArray("From: \"Hall (scan@x.example)\" <scan@x.example>\r\n")
                                   << QByteArray("From: \"Hall (scan at x.example)\" <scan@x.example>\r\n");
        QTest::newRow("another's") << QByteArray("From: ceo@x.example <scan@x.example>\r\n")
                                   << QByteArray("From: <scan@x.example>\r\n");
        QTest::newRow("two authors") << QByteArray("From: A <a@x.example>,\r\n b@x.example <b@x.example>\r\n")
                                     << QByteArray("From: \"A\" <a@x.example>,\r\n <b@x.example>\r\n");
        QTest::newRow("nothing to mend") << QByteArray("From: Hall <scan@x.example>\r\n")
                                         << QByteArray("From: Hall <scan@x.example>\r\n");
        QTest::newRow("no name") << QByteArray("From: scan@x.example\r\n") << QByteArray("From: scan@x.example\r\n");
        QTest::newRow("a name that would end the field")
            << QByteArray("From: \"a\\\" b@x.example\" <scan@x.example>\r\n")
            << QByteArray("From: \"a\\\" b at x.example\" <scan@x.example>\r\n");
        QTest::newRow("no address to keep")
            << QByteArray("From: scan@x.example <scan>\r\n") << QByteArray("From: scan@x.example <scan>\r\n");
    }
    void mendsAnAddressInTheName()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, expected);
        const QByteArray message = "Subject: s\r\n" + from + "To: t@x.example <t@x.example>\r\n\r\nbody\r\n";
        const Repaired done = repaired(message, {.displayName = true}, 7);
        QCOMPARE(done.octets, "Subject: s\r\n" + expected + "To: t@x.example <t@x.example>\r\n\r\nbody\r\n");
        QCOMPARE(done.made, from == expected ? QString() : QStringLiteral("displayName"));
    }

    void noLineIsTooLong_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QByteArray>("sameWithout"); // equal to the message once these octets are taken out of both
        const QByteArray words = QByteArray("word ").repeated(700);
        const QByteArray solid(5000, 'x');
        QTest::newRow("a field with blanks") << "Subject: " + words + "\r\n\r\nbody\r\n" << QByteArray("\r\n");
        QTest::newRow("a field without") << "X: " + solid + "\r\n\r\nbody\r\n" << QByteArray("\r\n ");
        QTest::newRow("a folded field") << "X: a\r\n " + words + "\r\n " + solid + "\r\n\r\nbody\r\n"
                                        << QByteArray("\r\n ");
        QTest::newRow("text") << "X: a\r\n\r\n" + words + "\r\nbody\r\n" << QByteArray("\r\n");
        QTest::newRow("text without blanks") << "X: a\r\n\r\n" + solid + "\r\n" << QByteArray("\r\n");
        QTest::newRow("a line without end") << "X: a\r\n\r\n" + solid << QByteArray("\r\n");
        QTest::newRow("LF alone") << "X: a\n\n" + solid + "\nb\n" << QByteArray("\r\n");
        QTest::newRow("UTF-8") << "X: a\r\n\r\n" + QByteArray("\xe2\x82\xac").repeated(2000) + "\r\n"
                               << QByteArray("\r\n");
        QTest::newRow("998 octets stay") << "X: a\r\n\r\n" + QByteArray(998, 'x') + "\r\n" << QByteArray("");
    }
    void noLineIsTooLong()
    {
        QFETCH(QByteArray, message);
        QFETCH(QByteArray, sameWithout);
        const auto stripped = [&sameWithout](QByteArray octets) {
            for (const char octet : sameWithout)
                octets.replace(QByteArray(1, octet), "");
            return octets;
        };
        for (qsizetype size : {qsizetype(1), qsizetype(997), qsizetype(1001), qsizetype(100'000)}) {
            const Repaired done = repaired(message, {.longLines = true}, size);
            QVERIFY2(longestLine(done.octets) <= 998, QByteArray::number(longestLine(done.octets)).constData());
            QCOMPARE(stripped(done.octets), stripped(message));
            QCOMPARE(done.made, longestLine(message) > 998 ? QStringLiteral("longLines") : QString());
            QCOMPARE(MessageHeader::read(done.octets).fields().size(), MessageHeader::read(message).fields().size());
        }
    }
    void aCharacterIsNeverCut()
    {
        const QByteArray text = "X: a\r\n\r\n" + QByteArray("\xe2\x82\xac").repeated(2000) + "\r\n";
        for (const QByteArray &line : repaired(text, {.longLines = true}, 4096).octets.split('\n'))
            QVERIFY(!QString::fromUtf8(line).contains(QChar::ReplacementCharacter));
    }
    void quotedPrintableStaysWhatItIs()
    {
        const QByteArray encoded = QByteArray("=E2=82=AC and ").repeated(300);
        const QByteArray single = "Content-Transfer-Encoding: Quoted-Printable\r\n\r\n" + encoded + "\r\n";
        const QByteArray multipart =
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + QByteArray("plain ").repeated(300)
            + "\r\n--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + encoded + "\r\n--b--\r\n";
        for (const QByteArray &message : {single, multipart}) {
            for (qsizetype size : {qsizetype(1), qsizetype(640), qsizetype(100'000)}) {
                QByteArray done = repaired(message, {.longLines = true}, size).octets;
                QVERIFY(longestLine(done) <= 998);
                QVERIFY(done.contains("=\r\n"));
                done.replace("=\r\n", ""); // a soft line break is nothing (RFC 2045 §6.7)
                QVERIFY(done.contains(encoded + "\r\n"));
            }
        }
        QVERIFY(!repaired(multipart, {.longLines = true}, 640).octets.contains("plain =\r\n"));
    }
    void aHeaderBeyondTheBoundStaysAsItIs()
    {
        const QByteArray endless =
            "X: " + QByteArray(MessageHeader::kMaxHeaderOctets + 5000, 'x') + "\r\nY: 1\r\n\r\nbody\r\n";
        const Repaired done = repaired(endless, {.date = true, .messageId = true, .displayName = true}, 4096);
        QCOMPARE(done.octets, endless);
        QVERIFY(done.made.isEmpty());
    }
    void nothingIsLostOfAnything()
    {
        std::srand(7);
        for (int round = 0; round < 300; ++round) {
            QByteArray message;
            const char *const pieces[] = {"\r\n", "\n", "\r",           " ",
                                          ".",    "a",  "Date: x",      ":",
                                          "--b",  "=",  "\xe2\x82\xac", "From: a@x.example <a@x.example>"};
            for (int i = 0; i < 200; ++i)
                message += QByteArray(pieces[static_cast<std::size_t>(std::rand()) % std::size(pieces)])
                               .repeated(std::rand() % 300 == 0 ? 2000 : 1);
            QByteArray none;
            MessageRepairer repairer({}, kFields);
            repairer.append(message, none);
            repairer.finish(none);
            QVERIFY(none == message || none == message + "\r\n");
            const Repairs all{.date = true, .messageId = true, .longLines = true, .displayName = true};
            QCOMPARE(repaired(message, all, 1).octets, repaired(message, all, 1 << 20).octets);
        }
    }

    void eachSaysItsRisk()
    {
        for (const Repair repair : allRepairs()) {
            QVERIFY(riskOf(repair).endsWith(u'.') && riskOf(repair).size() > 40);
            QVERIFY(effectOf(repair).endsWith(u'.'));
            QVERIFY(!describe({repair}).isEmpty());
            QVERIFY(!isAllowed({}, repair));
        }
        QVERIFY(isAllowed({.longLines = true}, Repair::LongLines));
        QCOMPARE(describe({Repair::Date, Repair::MessageId}), QStringLiteral("added Date, added Message-ID"));
    }
};

QTEST_GUILESS_MAIN(tst_MessageRepairer)
#include "tst_MessageRepairer.moc"
