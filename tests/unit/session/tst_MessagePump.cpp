// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/MessagePump.h"

#include <QBuffer>
#include <QTest>

using namespace relaywright;

namespace {

/// A file whose disk fails after some octets.
class FailingFile : public QIODevice {
public:
    explicit FailingFile(qint64 good) : m_left(good) { open(ReadOnly | Unbuffered); }
    qint64 size() const override { return 1'000'000; }

protected:
    qint64 readData(char *data, qint64 limit) override
    {
        const qint64 size = std::min(limit, m_left);
        if (size <= 0)
            return -1;
        std::fill_n(data, size, 'x');
        m_left -= size;
        return size;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    qint64 m_left;
};

} // namespace

class tst_MessagePump : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pumpsALongMessageInBoundedPieces()
    {
        QByteArray message;
        while (message.size() < 1'000'000)
            message += ".a line of the message\r\n";
        QBuffer file(&message);
        QVERIFY(file.open(QIODevice::ReadOnly));
        file.seek(500); // whoever read it before
        MessagePump pump(&file);
        QByteArray wire;
        while (!pump.isDone()) {
            const auto piece = pump.next();
            QVERIFY(piece);
            QVERIFY(piece->size() < MessagePump::kPieceOctets * 2);
            wire += *piece;
        }
        QCOMPARE_EQ(pump.octetsRead(), message.size());
        QByteArray expected = message;
        expected.replace(".a line", "..a line");
        QVERIFY(wire == expected + ".\r\n");
    }

    void endsAnEmptyMessageWithTheDotAlone()
    {
        MessagePump none(nullptr);
        QCOMPARE_EQ(none.next(), QByteArray(".\r\n"));
        QVERIFY(none.isDone());

        QBuffer file;
        QVERIFY(file.open(QIODevice::ReadOnly));
        MessagePump empty(&file);
        QCOMPARE_EQ(empty.next(), QByteArray(".\r\n"));
        QVERIFY(empty.isDone());
    }

    void writesNoFinalDotAfterAReadError()
    {
        FailingFile file(100'000);
        MessagePump pump(&file);
        QByteArray wire;
        while (const auto piece = pump.next())
            wire += *piece;
        QVERIFY(!pump.isDone());
        QVERIFY(!wire.contains("\r\n.\r\n"));
        QCOMPARE_EQ(wire.size(), 100'000);
        QVERIFY(!pump.next());
    }
};

QTEST_GUILESS_MAIN(tst_MessagePump)
#include "tst_MessagePump.moc"
