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
        QTest::newRow("bare") << QByteArray("a@contoso.com") << "a@contoso.com";
        QTest::newRow("with a name") << QByteArray("Scanner 1 <a@contoso.com>") << "a@contoso.com";
        QTest::newRow("an address in the name") << QByteArray("\"b@example.com\" <a@contoso.com>") << "a@contoso.com";
        QTest::newRow("an unquoted address in the name") << QByteArray("b@example.com <a@contoso.com>") << "a@contoso.com";
        QTest::newRow("a comma in the name") << QByteArray("\"Doe, Jane\" <a@contoso.com>") << "a@contoso.com";
        QTest::newRow("an angle in the name") << QByteArray("\"x <b@example.com>\" <a@contoso.com>") << "a@contoso.com";
        QTest::newRow("an escaped quote in the name") << QByteArray("\"x \\\" <b@example.com>\" <a@contoso.com>") << "a@contoso.com";
        QTest::newRow("a comment") << QByteArray("a@contoso.com (b@example.com, (nested) c@example.com)") << "a@contoso.com";
        QTest::newRow("two") << QByteArray("a@contoso.com, B <b@contoso.com>") << "a@contoso.com b@contoso.com";
        QTest::newRow("a group") << QByteArray("Team: a@contoso.com, b@contoso.com;") << "a@contoso.com b@contoso.com";
        QTest::newRow("text behind the angle") << QByteArray("A <a@contoso.com> b@example.com") << "a@contoso.com";
        QTest::newRow("no address") << QByteArray("Scanner") << "";
        QTest::newRow("nothing") << QByteArray() << "";
        QTest::newRow("never closed") << QByteArray("\"<a@contoso.com>") << "";
    }
    void findsTheAddresses()
    {
        QFETCH(QByteArray, field);
        QFETCH(QString, expected);
        QStringList found;
        for (const EmailAddress &address : addressesOf(field))
            found += address.toString();
        QCOMPARE_EQ(found.join(u' '), expected);
    }
};

QTEST_GUILESS_MAIN(tst_FromField)
#include "tst_FromField.moc"
