// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/Reply.h"

#include <QTest>

using namespace relaywright;

class tst_ReplyText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsWhatPeoplePaste_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("reply");
        const auto row = [](const char *name, const char *text, const char *reply) {
            QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(reply);
        };
        row("plain", "550 5.7.60 SMTP; Client does not have permissions",
            "550 5.7.60 SMTP; Client does not have permissions");
        row("line end", "535 5.7.139 Authentication unsuccessful\r\n", "535 5.7.139 Authentication unsuccessful");
        row("several lines", "550-5.7.26 one\n550-5.7.26 two\n550 5.7.26 three",
            "550 5.7.26 one 5.7.26 two 5.7.26 three");
        row("hyphen", "550-5.7.26 only", "550 5.7.26 only");
        row("wrapped by a mail program", "550 5.7.708 Service unavailable.\n Access denied",
            "550 5.7.708 Service unavailable. Access denied");
        row("from our transcript", "  1.204 *S: 530 5.7.57 Client not authenticated",
            "530 5.7.57 Client not authenticated");
        row("from swaks", "<** 554 5.2.252 SendAsDenied", "554 5.2.252 SendAsDenied");
        row("from a bounce", "Remote server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound'",
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound'");
        row("old bounce notation", "mx.example.com #550 #5.4.1 Recipient address rejected",
            "550 5.4.1 Recipient address rejected");
        row("enhanced only", "5.7.57 Client was not authenticated", "550 5.7.57 Client was not authenticated");
        row("enhanced only, for now", "4.7.26 try later", "450 4.7.26 try later");
        row("a sentence of a device", "Error: SMTP server said 454 Throttling", "454 Throttling");
        row("code alone", "421", "421");
        row("an address is no code", "from 192.0.2.250 at 10:250: 451 later", "451 later");
    }
    void readsWhatPeoplePaste()
    {
        QFETCH(QString, text);
        QFETCH(QString, reply);
        const auto read = parseReplyText(text);
        QVERIFY2(read, qPrintable(text));
        QCOMPARE_EQ(read->toString(), reply);
    }

    void saysWhatToPasteWhenThereIsNoCode_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << QString();
        QTest::newRow("blank") << QStringLiteral(" \r\n ");
        QTest::newRow("words") << QStringLiteral("it does not work");
        QTest::newRow("an address") << QStringLiteral("192.0.2.250");
        QTest::newRow("a year") << QStringLiteral("in 2026");
        QTest::newRow("long") << QString(1'000'000, u'x');
    }
    void saysWhatToPasteWhenThereIsNoCode()
    {
        QFETCH(QString, text);
        const auto read = parseReplyText(text);
        QVERIFY(!read);
        QCOMPARE_EQ(read.error().kind, ErrorKind::InvalidInput);
        QVERIFY(read.error().detail.contains(QStringLiteral("Paste")));
    }
};

QTEST_GUILESS_MAIN(tst_ReplyText)
#include "tst_ReplyText.moc"
