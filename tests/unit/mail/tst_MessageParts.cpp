// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/Compose.h"
#include "core/mail/MessageParts.h"

using namespace relaywright;

class tst_MessageParts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatWeComposeIsReadAgain()
    {
        MessageDraft draft{.from = EmailAddress::parse(QStringLiteral("scanner@contoso.com")).value()};
        draft.to = {draft.from};
        draft.subject = QStringLiteral("Scan");
        draft.text = QStringLiteral("Größe: 10 €\nsecond line");
        draft.attachments = {{QStringLiteral("Übersicht.pdf"), "application/pdf", QByteArray(5000, '\xff')}};
        const auto composed = compose(draft, SystemClock().now(), "abc");
        QVERIFY(composed);
        const auto parts = readParts(composed->octets);
        QCOMPARE_EQ(parts.size(), 2u);
        QCOMPARE_EQ(parts[0].mediaType, QStringLiteral("text/plain"));
        QCOMPARE_EQ(parts[0].text.trimmed(), draft.text);
        QCOMPARE_EQ(parts[1].mediaType, QStringLiteral("application/pdf"));
        QCOMPARE_EQ(parts[1].octets, 5000u);
        QVERIFY2(parts[1].fileName.endsWith(QLatin1String("bersicht.pdf")), qPrintable(parts[1].fileName));
    }

    void readsWhatDevicesSend_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QString>("expected");
        QTest::newRow("no MIME at all") << QByteArray("From: a@contoso.com\r\n\r\nA scan.\r\n") << "text/plain||A scan.\n";
        QTest::newRow("LF alone") << QByteArray("From: a@contoso.com\n\nA scan.\nMore.\n") << "text/plain||A scan.\nMore.\n";
        QTest::newRow("no body") << QByteArray("From: a@contoso.com\r\n") << "text/plain||";
        QTest::newRow("latin1") << QByteArray("Content-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\xf6\xdf""e") << QStringLiteral("text/plain||Größe");
        QTest::newRow("a charset that nobody knows") << QByteArray("Content-Type: text/plain; charset=x-none\r\n\r\nG\xf6") << QStringLiteral("text/plain||Gö");
        QTest::newRow("quoted-printable") << QByteArray("Content-Transfer-Encoding: Quoted-Printable\r\n\r\na=3Db=\r\nc=zz=") << "text/plain||a=bc=zz=";
        QTest::newRow("control characters") << QByteArray("X: y\r\n\r\na\x1b[31mb") << "text/plain||a\\x1b[31mb";
        QTest::newRow("a path in the name") << QByteArray("Content-Type: image/tiff\r\nContent-Disposition: attachment; filename=\"C:\\\\temp\\\\..\\\\s.tif\"\r\n\r\nx")
                                           << "image/tiff|s.tif|";
        QTest::newRow("never closed") << QByteArray("Content-Type: multipart/mixed; boundary=b\r\n\r\npreface\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo")
                                      << "text/plain||one / text/plain||two";
        QTest::newRow("closed") << QByteArray("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b--\r\nepilogue") << "text/plain||one";
        QTest::newRow("no boundary") << QByteArray("Content-Type: multipart/mixed\r\n\r\nx") << "multipart/mixed||";
    }
    void readsWhatDevicesSend()
    {
        QFETCH(QByteArray, message);
        QFETCH(QString, expected);
        QStringList seen;
        for (const MessagePart &part : readParts(message))
            seen += QStringLiteral("%1|%2|%3").arg(part.mediaType, part.fileName, part.text);
        QCOMPARE_EQ(seen.join(QLatin1String(" / ")), expected);
    }

    void nestingAndNumbersAreBounded()
    {
        QByteArray deep = "Content-Type: text/plain\r\n\r\nx";
        for (int i = 0; i < 50; ++i)
            deep = "Content-Type: multipart/mixed; boundary=b" + QByteArray::number(i) + "\r\n\r\n--b" + QByteArray::number(i) + "\r\n" + deep;
        QCOMPARE_EQ(readParts(deep).size(), 1u);
        QByteArray many = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
        for (int i = 0; i < 5000; ++i)
            many += "--b\r\n\r\nx\r\n";
        QCOMPARE_EQ(readParts(many).size(), kMaxParts);
    }
};

QTEST_GUILESS_MAIN(tst_MessageParts)
#include "tst_MessageParts.moc"
