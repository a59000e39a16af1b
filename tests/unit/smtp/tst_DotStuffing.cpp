// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/DotStuffing.h"

#include <QTest>

using namespace relaywright;

namespace {

QByteArray stuffed(const QByteArray &message, qsizetype cut, WireForm form = WireForm::Data)
{
    DotStuffer stuffer(form);
    QByteArray out;
    stuffer.append(message.first(cut), out);
    stuffer.append(message.sliced(cut), out);
    stuffer.finish(out);
    return out;
}

} // namespace

class tst_DotStuffing : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void makesAMessageReadyForTheWire_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QByteArray>("wire");
        const auto row = [](const char *name, const QByteArray &message, const QByteArray &wire) {
            QTest::newRow(name) << message << wire;
        };
        row("empty", "", ".\r\n");
        row("plain", "a\r\nb\r\n", "a\r\nb\r\n.\r\n");
        row("last line not ended", "a", "a\r\n.\r\n");
        row("ends with CR", "a\r", "a\r\n.\r\n");
        row("dot at a line start", ".a\r\n.b\r\n", "..a\r\n..b\r\n.\r\n");
        row("dot inside a line", "a.b\r\n", "a.b\r\n.\r\n");
        row("lone dot", "a\r\n.\r\nb", "a\r\n..\r\nb\r\n.\r\n");
        row("LF dot LF", "a\n.\nb", "a\r\n..\r\nb\r\n.\r\n");
        row("LF dot CRLF", "a\n.\r\nb", "a\r\n..\r\nb\r\n.\r\n");
        row("CRLF dot LF", "a\r\n.\nb", "a\r\n..\r\nb\r\n.\r\n");
        row("CRLF dot CR CRLF", "a\r\n.\r\r\nb", "a\r\n..\r\n\r\nb\r\n.\r\n");
        row("LF dot CR", "a\n.\rb", "a\r\n..\r\nb\r\n.\r\n");
        row("CR dot CR", "a\r.\rb", "a\r\n..\r\nb\r\n.\r\n");
        row("CR dot CRLF", "a\r.\r\nb", "a\r\n..\r\nb\r\n.\r\n");
        row("CRLF dot CR", "a\r\n.\rb", "a\r\n..\r\nb\r\n.\r\n");
        row("CRLF NUL dot CRLF", QByteArray("a\r\n\0.\r\nb", 8), QByteArray("a\r\n\0.\r\nb\r\n.\r\n", 13));
        row("CR CR", "a\r\rb", "a\r\n\r\nb\r\n.\r\n");
        row("LF CR", "a\n\rb", "a\r\n\r\nb\r\n.\r\n");
    }
    void makesAMessageReadyForTheWire()
    {
        QFETCH(QByteArray, message);
        QFETCH(QByteArray, wire);
        for (qsizetype cut = 0; cut <= message.size(); ++cut)
            QCOMPARE_EQ(stuffed(message, cut), wire);
    }

    void leavesOnlyOneEndOfDataWhateverTheMessage()
    {
        // Every message of up to six of the octets that matter.
        const QByteArray alphabet("\r\n.a");
        for (int code = 0; code < 4096; ++code) {
            QByteArray message;
            for (int digit = 0, rest = code; digit < 6; ++digit, rest /= 4)
                message += alphabet[rest % 4];
            const QByteArray wire = "\r\n" + stuffed(message, 3);
            QCOMPARE_EQ(wire.count("\r\n.\r\n"), 1);
            QCOMPARE_EQ(wire.count('\r'), wire.count("\r\n"));
            QCOMPARE_EQ(wire.count('\n'), wire.count("\r\n"));
            QVERIFY(wire.endsWith("\r\n.\r\n"));
        }
    }

    void writesTheOtherForms_data()
    {
        QTest::addColumn<WireForm>("form");
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QByteArray>("wire");
        const auto row = [](const char *name, WireForm form, const QByteArray &message, const QByteArray &wire) {
            QTest::newRow(name) << form << message << wire;
        };
        using enum WireForm;
        row("chunk, dots stay", Chunk, ".a\r\n.\r\nb\r\n", ".a\r\n.\r\nb\r\n");
        row("chunk, lines are mended", Chunk, "a\nb\rc", "a\r\nb\r\nc\r\n");
        row("chunk, empty", Chunk, "", "");
        row("chunk as it is", ChunkAsIs, QByteArray("a\n.\0\r", 5), QByteArray("a\n.\0\r", 5));
        row("as it is, bare LF stays", DataAsIs, "a\nb\r\n", "a\nb\r\n.\r\n");
        row("as it is, bare CR stays", DataAsIs, "a\rb", "a\rb\r\n.\r\n");
        row("as it is, ends with LF", DataAsIs, "a\n", "a\n\r\n.\r\n");
        row("as it is, a dot behind LF", DataAsIs, "a\n.\nb", "a\n..\nb\r\n.\r\n");
        row("as it is, a dot behind CRLF", DataAsIs, "a\r\n.\r\n", "a\r\n..\r\n.\r\n");
    }
    void writesTheOtherForms()
    {
        QFETCH(WireForm, form);
        QFETCH(QByteArray, message);
        QFETCH(QByteArray, wire);
        for (qsizetype cut = 0; cut <= message.size(); ++cut)
            QCOMPARE_EQ(stuffed(message, cut, form), wire);
    }

    void endsTheMessageOnceEvenForATolerantServer()
    {
        const QByteArray alphabet("\r\n.a");
        for (int code = 0; code < 4096; ++code) {
            QByteArray message;
            for (int digit = 0, rest = code; digit < 6; ++digit, rest /= 4)
                message += alphabet[rest % 4];
            const QByteArray wire = "\r\n" + stuffed(message, 3, WireForm::DataAsIs);
            QCOMPARE_EQ(wire.indexOf("\r\n.\r\n"), wire.size() - 5);
            QVERIFY(!wire.contains("\n.\n"));
        }
    }

    void isReadyForTheNextMessageAfterTheFinalDot()
    {
        DotStuffer stuffer;
        QByteArray first;
        stuffer.append("a", first);
        stuffer.finish(first);
        QByteArray second;
        stuffer.append(".b", second);
        stuffer.finish(second);
        QCOMPARE_EQ(second, QByteArray("..b\r\n.\r\n"));
    }
};

QTEST_GUILESS_MAIN(tst_DotStuffing)
#include "tst_DotStuffing.moc"
