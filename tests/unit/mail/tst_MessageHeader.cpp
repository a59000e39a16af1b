// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/Header.h"

#include <QTest>

using namespace relaywright;

class tst_MessageHeader : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsFieldsWithTheirPlaces()
    {
        const QByteArray message("Subject: one\r\nX-Long: a\r\n\tb\r\n c\r\nsubject: two\r\n\r\nBody: no\r\n");
        const MessageHeader header = MessageHeader::read(message);
        QCOMPARE_EQ(header.fields().size(), 3u);
        QVERIFY((header.fields()[0] == HeaderField{"Subject", "one", 0, 14}));
        QVERIFY((header.fields()[1] == HeaderField{"X-Long", "a\tb c", 14, 19}));
        QCOMPARE_EQ(header.value("SUBJECT"), QByteArray("one"));
        QCOMPARE_EQ(header.count("subject"), 2);
        QCOMPARE_EQ(header.count("body"), 0);
        QCOMPARE_EQ(header.size(), 47);
        QVERIFY(message.sliced(header.size()).startsWith("\r\nBody"));
        qsizetype together = 0;
        for (const HeaderField &field : header.fields())
            together += field.size;
        QCOMPARE_EQ(together, header.size());
    }

    void endsWhereTheHeaderEnds_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<int>("fields");
        QTest::addColumn<qint64>("size");
        const auto row = [](const char *name, const QByteArray &message, int fields, qint64 size) {
            QTest::newRow(name) << message << fields << size;
        };
        row("empty", "", 0, 0);
        row("no header", "\r\nbody", 0, 0);
        row("LF only", "a: 1\nb: 2\n\nbody", 2, 10);
        row("no body", "a: 1\r\n", 1, 6);
        row("no line end", "a: 1", 1, 4);
        row("a line that is no field", "a: 1\r\nhello\r\nb: 2\r\n\r\n", 1, 6);
        row("starts with a continuation", " a: 1\r\nb: 2\r\n", 0, 0);
        row("blank before the colon", "a : 1\r\n\r\n", 1, 7);
        row("only a colon", ": 1\r\n", 0, 0);
        row("space in the name", "a b: 1\r\n", 0, 0);
        row("8 bit in the name", "\xc3\xa4: 1\r\n", 0, 0);
        row("empty value", "a:\r\n\r\n", 1, 4);
        row("NUL in the value", QByteArray("a: \0b\r\n\r\n", 9), 1, 7);
    }
    void endsWhereTheHeaderEnds()
    {
        QFETCH(QByteArray, message);
        QFETCH(int, fields);
        QFETCH(qint64, size);
        const MessageHeader header = MessageHeader::read(message);
        QCOMPARE_EQ(static_cast<int>(header.fields().size()), fields);
        QCOMPARE_EQ(header.size(), size);
    }

    void staysWithinItsBound()
    {
        QByteArray endless("a: ");
        endless += QByteArray(MessageHeader::kMaxHeaderOctets * 2, 'x');
        QVERIFY(MessageHeader::read(endless).fields().empty());

        QByteArray many;
        while (many.size() < MessageHeader::kMaxHeaderOctets * 2)
            many += "x-field: value\r\n";
        const MessageHeader header = MessageHeader::read(many);
        QVERIFY(header.size() <= MessageHeader::kMaxHeaderOctets);
        QVERIFY(header.size() > MessageHeader::kMaxHeaderOctets - 32);
        QCOMPARE_EQ(header.value("x-field"), QByteArray("value"));
    }

    void writesAReceivedField()
    {
        const QByteArray field = receivedField({.heloName = "printer.example.com",
                                                .peerAddress = "192.0.2.7",
                                                .serverName = "relay.example.com",
                                                .id = "42-a",
                                                .protocol = "ESMTPSA",
                                                .date = "Sun, 22 Nov 2026 10:00:00 +0000"});
        QCOMPARE_EQ(field, QByteArray("Received: from printer.example.com ([192.0.2.7])\r\n"
                                      "\tby relay.example.com with ESMTPSA id 42-a;\r\n"
                                      "\tSun, 22 Nov 2026 10:00:00 +0000\r\n"));
    }

    void writesAHarmlessReceivedFieldForAnyPeerName_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("CRLF") << QByteArray("a\r\nBcc: v@example.com");
        QTest::newRow("LF") << QByteArray("a\nb");
        QTest::newRow("NUL") << QByteArray("a\0b", 3);
        QTest::newRow("comment") << QByteArray("a(b");
        QTest::newRow("semicolon") << QByteArray("a;b");
        QTest::newRow("8 bit") << QByteArray("\xc3\xa4");
        QTest::newRow("long") << QByteArray(1000, 'a');
    }
    void writesAHarmlessReceivedFieldForAnyPeerName()
    {
        QFETCH(QByteArray, name);
        const QByteArray field = receivedField({.heloName = name,
                                                .peerAddress = "2001:db8::7",
                                                .serverName = name,
                                                .id = name,
                                                .protocol = name,
                                                .date = name});
        QVERIFY(field.startsWith("Received: from [IPv6:2001:db8::7] ([IPv6:2001:db8::7])\r\n\tby "));
        const MessageHeader header = MessageHeader::read(field + "\r\n");
        QCOMPARE_EQ(header.fields().size(), 1u);
        QCOMPARE_EQ(header.size(), field.size());
        QCOMPARE_EQ(field.count('\n'), 3);
        QVERIFY(!field.contains('\0'));
    }
};

QTEST_GUILESS_MAIN(tst_MessageHeader)
#include "tst_MessageHeader.moc"
