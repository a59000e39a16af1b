// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/FromField.h"

using namespace relaywright;

class tst_FromField : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsTheAddresses_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QString>("expected");
        QTest::newRow("bare") << QByteArray("a@contoso.com") << "a@contoso.com / ";
        QTest::newRow("with a name") << QByteArray("Scanner 1 <a@contoso.com>") << "a@contoso.com / ";
        QTest::newRow("an address in the name")
            << QByteArray("\"b@example.com\" <a@contoso.com>") << "a@contoso.com / b@example.com";
        QTest::newRow("an address among words")
            << QByteArray("\"Scan (b@example.com), 2\" <a@contoso.com>") << "a@contoso.com / b@example.com";
        QTest::newRow("an angle in the name")
            << QByteArray("\"x <b@example.com>\" <a@contoso.com>") << "a@contoso.com / b@example.com";
        QTest::newRow("a name with an at sign")
            << QByteArray("\"Scans @ Contoso\" <a@contoso.com>") << "a@contoso.com / ";
        QTest::newRow("two") << QByteArray("a@contoso.com, B <b@contoso.com>") << "a@contoso.com b@contoso.com / ";
        QTest::newRow("no address") << QByteArray("Scanner") << " / ";
        QTest::newRow("nothing") << QByteArray() << " / ";
    }
    void findsTheAddresses()
    {
        QFETCH(QByteArray, field);
        QFETCH(QString, expected);
        const FromField from = readFrom(MessageHeader::read("From: " + field + "\r\n\r\n"));
        const auto texts = [](const std::vector<EmailAddress> &addresses) {
            QStringList found;
            for (const EmailAddress &address : addresses)
                found += address.toString();
            return found.join(u' ');
        };
        QCOMPARE_EQ(texts(from.addresses) + QStringLiteral(" / ") + texts(from.inNames), expected);
    }
};

QTEST_GUILESS_MAIN(tst_FromField)
#include "tst_FromField.moc"
