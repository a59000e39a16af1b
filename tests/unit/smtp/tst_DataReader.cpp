// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/DataReader.h"
#include "core/smtp/DotStuffing.h"

#include <QRandomGenerator>

using namespace relaywright;

namespace {

struct Read {
    QByteArray content;
    DataReader::State state = DataReader::State::NeedsMore;
    QByteArray rest;
};

/// Feeds `wire` in pieces of `pieceSize`, giving back what was not consumed, as a session does.
Read readInPieces(const QByteArray &wire, qsizetype pieceSize, DataReader::BareLf bareLf = DataReader::BareLf::Content,
                  qsizetype limit = 1 << 20)
{
    DataReader reader(bareLf);
    Read read;
    QByteArray pending;
    for (qsizetype at = 0; at < wire.size(); at += pieceSize) {
        pending += wire.mid(at, pieceSize);
        for (;;) {
            QByteArray out;
            const DataReader::Step step = reader.read(pending, out, limit);
            pending.remove(0, step.consumed);
            read.content += out;
            read.state = step.state;
            if (step.state == DataReader::State::Ended || step.state == DataReader::State::EndedBare) {
                read.rest = pending + wire.mid(at + pieceSize);
                return read;
            }
            if (step.state == DataReader::State::NeedsMore)
                break;
        }
    }
    read.rest = pending;
    return read;
}

} // namespace

class tst_DataReader : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takesDotsOffAndFindsTheEnd_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("one line") << QByteArray("a\r\n.\r\n") << QByteArray("a\r\n");
        QTest::newRow("nothing at all") << QByteArray(".\r\n") << QByteArray();
        QTest::newRow("an empty line") << QByteArray("\r\n.\r\n") << QByteArray("\r\n");
        QTest::newRow("doubled dot") << QByteArray("..\r\n.\r\n") << QByteArray(".\r\n");
        QTest::newRow("doubled dot at the beginning") << QByteArray("..a\r\n.\r\n") << QByteArray(".a\r\n");
        QTest::newRow("single dot before text") << QByteArray("x\r\n.a\r\n.\r\n") << QByteArray("x\r\na\r\n");
        QTest::newRow("dot in the middle") << QByteArray("a.\r\nb.c\r\n.\r\n") << QByteArray("a.\r\nb.c\r\n");
        QTest::newRow("many dotted lines") << QByteArray("..1\r\n..2\r\n...3\r\n.\r\n") << QByteArray(".1\r\n.2\r\n..3\r\n");
        QTest::newRow("bare LF and CR are content") << QByteArray("a\nb\rc\r\n.\r\n") << QByteArray("a\nb\rc\r\n");
    }
    void takesDotsOffAndFindsTheEnd()
    {
        QFETCH(QByteArray, wire);
        QFETCH(QByteArray, content);
        for (qsizetype piece = 1; piece <= wire.size(); ++piece) {
            const Read read = readInPieces(wire + "QUIT\r\n", piece);
            QCOMPARE_EQ(read.content, content);
            QCOMPARE_EQ(read.state, DataReader::State::Ended);
            QCOMPARE_EQ(read.rest, QByteArray("QUIT\r\n"));
        }
    }

    void noOtherEndOfDataEndsIt_data()
    {
        QTest::addColumn<QByteArray>("variant");
        QTest::addColumn<QByteArray>("asContent"); // a dot behind CRLF is transparency, whatever follows
        QTest::newRow("LF.LF") << QByteArray("\n.\n") << QByteArray("\n.\n");
        QTest::newRow("LF.CRLF") << QByteArray("\n.\r\n") << QByteArray("\n.\r\n");
        QTest::newRow("CRLF.LF") << QByteArray("\r\n.\n") << QByteArray("\r\n\n");
        QTest::newRow("CRLF.CRCRLF") << QByteArray("\r\n.\r\r\n") << QByteArray("\r\n\r\r\n");
        QTest::newRow("LF.CR") << QByteArray("\n.\r") << QByteArray("\n.\r");
        QTest::newRow("CR.CR") << QByteArray("\r.\r") << QByteArray("\r.\r");
        QTest::newRow("CR.CRLF") << QByteArray("\r.\r\n") << QByteArray("\r.\r\n");
        QTest::newRow("CRLF.CR") << QByteArray("\r\n.\r") << QByteArray("\r\n\r");
        QTest::newRow("CRLF NUL.CRLF") << QByteArray("\r\n\0.\r\n", 6) << QByteArray("\r\n\0.\r\n", 6);
    }
    void noOtherEndOfDataEndsIt()
    {
        QFETCH(QByteArray, variant);
        QFETCH(QByteArray, asContent);
        const QByteArray wire = "body" + variant + "MAIL FROM:<evil@x.test>\r\n.\r\n";
        for (qsizetype piece = 1; piece <= wire.size(); ++piece) {
            const Read read = readInPieces(wire, piece);
            QCOMPARE_EQ(read.content, "body" + asContent + "MAIL FROM:<evil@x.test>\r\n");
            QCOMPARE_EQ(read.state, DataReader::State::Ended);
        }
    }

    void bareLineFeedsEndDataOnlyWhereTheListenerAllowsIt()
    {
        const QByteArray wire("a\nb\n.\nrest");
        for (qsizetype piece = 1; piece <= wire.size(); ++piece) {
            const Read allowed = readInPieces(wire, piece, DataReader::BareLf::EndsData);
            QCOMPARE_EQ(allowed.content, QByteArray("a\nb\n"));
            QCOMPARE_EQ(allowed.state, DataReader::State::EndedBare);
            QCOMPARE_EQ(allowed.rest, QByteArray("rest"));
            QCOMPARE_EQ(readInPieces(wire, piece).state, DataReader::State::NeedsMore);
            QCOMPARE_EQ(readInPieces("a\r\n.\n", piece, DataReader::BareLf::EndsData).state, DataReader::State::NeedsMore);
        }
    }

    void undoesWhatTheStufferDoes()
    {
        QRandomGenerator random(20261122);
        const QByteArray alphabet("..\r\nab");
        for (int round = 0; round < 2000; ++round) {
            QByteArray message;
            for (int i = random.bounded(40); i > 0; --i)
                message += alphabet[random.bounded(static_cast<int>(alphabet.size()))];
            DotStuffer stuffer;
            QByteArray wire;
            stuffer.append(message, wire);
            stuffer.finish(wire);
            const Read whole = readInPieces(wire, wire.size());
            QCOMPARE_EQ(whole.state, DataReader::State::Ended);
            QVERIFY(whole.rest.isEmpty());
            const Read pieces = readInPieces(wire, 1 + random.bounded(5), DataReader::BareLf::Content, 1 + random.bounded(9));
            QCOMPARE_EQ(pieces.content, whole.content);
            // The stuffer writes each bare CR and LF as CRLF and ends the last line; nothing else may differ.
            QByteArray expected;
            for (qsizetype i = 0; i < message.size(); ++i) {
                const bool pair = message[i] == '\r' && i + 1 < message.size() && message[i + 1] == '\n';
                if (message[i] == '\r' || message[i] == '\n')
                    expected += "\r\n";
                else
                    expected += message[i];
                i += pair ? 1 : 0;
            }
            if (!expected.isEmpty() && !expected.endsWith("\r\n"))
                expected += "\r\n";
            QCOMPARE_EQ(whole.content, expected);
        }
    }
};

QTEST_GUILESS_MAIN(tst_DataReader)
#include "tst_DataReader.moc"
