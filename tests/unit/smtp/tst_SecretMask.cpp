// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/SecretMask.h"

#include <QTest>

using namespace relaywright;

class tst_SecretMask : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void hidesASecretInEveryForm()
    {
        SecretMask mask;
        mask.add("hunter2!");
        const QByteArray base64 = QByteArray("hunter2!").toBase64();
        const QByteArray masked = mask.apply("no hunter2! and " + base64 + " here, hunter2!");
        QVERIFY(!masked.contains("hunter2"));
        QVERIFY(!masked.contains(base64));
        QVERIFY(masked.startsWith("no "));
        QVERIFY(masked.contains(" here, "));
        const Reply reply = mask.apply(Reply{535, {"5.7.8 bad hunter2!", "fine"}});
        QCOMPARE_EQ(reply.code, 535);
        QVERIFY(!reply.toString().contains(QStringLiteral("hunter2")));
        QCOMPARE_EQ(reply.lines.last(), QByteArray("fine"));
    }

    void hidesTheLongerFormFirst()
    {
        SecretMask mask;
        mask.add("pass");
        mask.add("password");
        QCOMPARE_EQ(mask.apply(QByteArray("password")), hiddenSecret().toUtf8());
    }

    void leavesTextAloneThatHoldsNoSecret()
    {
        SecretMask mask;
        mask.add("");
        mask.add("ok");
        QCOMPARE_EQ(mask.apply(QByteArray("250 ok")), QByteArray("250 ok"));
    }

    void hidesASecretOverTheLinesOfAReply()
    {
        SecretMask mask;
        mask.add("correct horse battery");
        const Reply reply = mask.apply(Reply{535, {"5.7.8 not correct ho", "5.7.8 rse battery, sorry", "bye"}});
        QCOMPARE_EQ(reply.lines.size(), 3);
        QCOMPARE_EQ(reply.lines[0], "5.7.8 not " + hiddenSecret().toUtf8());
        QCOMPARE_EQ(reply.lines[1], "5.7.8 " + hiddenSecret().toUtf8() + ", sorry");
        QCOMPARE_EQ(reply.lines[2], QByteArray("bye"));
    }

    void hidesASecretOverThreeLines()
    {
        SecretMask mask;
        mask.add("hunter2!");
        const Reply reply = mask.apply(Reply{535, {"hun", "ter", "2! no"}});
        QCOMPARE_EQ(reply.lines, (QByteArrayList{hiddenSecret().toUtf8(), hiddenSecret().toUtf8(),
                                                 hiddenSecret().toUtf8() + " no"}));
    }

    void hidesWhatStaysOfASecretInsideLongerBase64_data()
    {
        QTest::addColumn<QByteArray>("front");
        QTest::newRow("at a boundary") << QByteArray("abc");
        QTest::newRow("one octet behind it") << QByteArray("abcd");
        QTest::newRow("two octets behind it") << QByteArray("abcde");
    }
    void hidesWhatStaysOfASecretInsideLongerBase64()
    {
        QFETCH(QByteArray, front);
        SecretMask mask;
        mask.add("hunter2-and-more");
        const QByteArray masked = mask.apply((front + "hunter2-and-more, was said").toBase64());
        QVERIFY(masked.contains(hiddenSecret().toUtf8()));
        const QByteArray rest = masked.split(' ').join().replace(hiddenSecret().toUtf8(), "");
        QVERIFY(!QByteArray::fromBase64(rest).contains("hunter"));
    }

    void leavesLinesAloneThatHoldNoSecret()
    {
        SecretMask mask;
        mask.add("hunter2!");
        const Reply reply{250, {"mx.example ", "SIZE 100", " 5.1.1 odd", ""}};
        QCOMPARE_EQ(mask.apply(reply), reply);
    }

    void hidesWhereALineWasCutWithinASecret()
    {
        SecretMask mask;
        mask.add("hunter2");
        QCOMPARE_EQ(QString::fromUtf8(mask.applyToFragment("535 no hun")), QStringLiteral("535 no ") + hiddenSecret());
        QCOMPARE_EQ(QString::fromUtf8(mask.applyToFragment("535 hunter2 no")), QStringLiteral("535 %1 no").arg(hiddenSecret()));
        QCOMPARE_EQ(mask.applyToFragment("HTTP/1.1 400 Bad Request"), QByteArray("HTTP/1.1 400 Bad Request"));
        QCOMPARE_EQ(mask.applyToFragment(""), QByteArray());
    }
};

QTEST_GUILESS_MAIN(tst_SecretMask)
#include "tst_SecretMask.moc"
