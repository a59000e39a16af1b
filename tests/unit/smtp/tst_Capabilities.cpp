// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/Capabilities.h"

#include <QTest>

using namespace relaywright;

class tst_Capabilities : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsExchangeOnlinesList()
    {
        const Capabilities found = parseCapabilities(
            {250,
             {"mx.example.com Hello [192.0.2.1]", "SIZE 157286400", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES",
              "STARTTLS", "8BITMIME", "BINARYMIME", "CHUNKING", "SMTPUTF8", "AUTH LOGIN XOAUTH2"}});
        const Capabilities expected{.serverName = "mx.example.com",
                                    .startTls = true,
                                    .pipelining = true,
                                    .eightBitMime = true,
                                    .smtpUtf8 = true,
                                    .dsn = true,
                                    .chunking = true,
                                    .binaryMime = true,
                                    .enhancedStatusCodes = true,
                                    .sizeLimitOctets = 157286400,
                                    .authMechanisms = {"LOGIN", "XOAUTH2"},
                                    .keywords = {"SIZE 157286400", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES",
                                                 "STARTTLS", "8BITMIME", "BINARYMIME", "CHUNKING", "SMTPUTF8",
                                                 "AUTH LOGIN XOAUTH2"}};
        QVERIFY(found == expected);
    }

    void readsEveryNotationOfAKeyword_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArrayList>("mechanisms");
        QTest::newRow("usual") << QByteArray("AUTH PLAIN LOGIN") << QByteArrayList{"PLAIN", "LOGIN"};
        QTest::newRow("lower case") << QByteArray("auth plain login") << QByteArrayList{"PLAIN", "LOGIN"};
        QTest::newRow("old") << QByteArray("AUTH=LOGIN PLAIN") << QByteArrayList{"LOGIN", "PLAIN"};
        QTest::newRow("old and empty") << QByteArray("AUTH=") << QByteArrayList{};
        QTest::newRow("blanks") << QByteArray("  AUTH \t PLAIN  ") << QByteArrayList{"PLAIN"};
        QTest::newRow("repeated") << QByteArray("AUTH PLAIN PLAIN") << QByteArrayList{"PLAIN"};
        QTest::newRow("none") << QByteArray("AUTH") << QByteArrayList{};
        QTest::newRow("another keyword") << QByteArray("AUTHX PLAIN") << QByteArrayList{};
    }
    void readsEveryNotationOfAKeyword()
    {
        QFETCH(QByteArray, line);
        QFETCH(QByteArrayList, mechanisms);
        QCOMPARE_EQ(parseCapabilities({250, {"mx", line}}).authMechanisms, mechanisms);
    }

    void readsTheSizeLimit_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<qint64>("limit"); // -1: not offered
        QTest::newRow("not offered") << QByteArray("DSN") << qint64(-1);
        QTest::newRow("no number") << QByteArray("SIZE") << qint64(0);
        QTest::newRow("zero") << QByteArray("SIZE 0") << qint64(0);
        QTest::newRow("a number") << QByteArray("size 1000") << qint64(1000);
        QTest::newRow("a word") << QByteArray("SIZE big") << qint64(0);
        QTest::newRow("negative") << QByteArray("SIZE -5") << qint64(0);
        QTest::newRow("more than JSON holds") << QByteArray("SIZE 18446744073709551615")
                                              << std::numeric_limits<qint64>::max();
        QTest::newRow("too many digits") << QByteArray("SIZE 99999999999999999999999") << qint64(0);
    }
    void readsTheSizeLimit()
    {
        QFETCH(QByteArray, line);
        QFETCH(qint64, limit);
        const auto found = parseCapabilities({250, {"mx", line}}).sizeLimitOctets;
        QCOMPARE_EQ(found ? static_cast<qint64>(*found) : qint64(-1), limit);
    }

    void takesABoundedNumberOfMechanisms()
    {
        QByteArray line("AUTH " + QByteArray(21, 'A'));
        for (int i = 0; i < 1000; ++i)
            line += " M" + QByteArray::number(i);
        const auto found = parseCapabilities({250, {"mx", "AUTH PLAIN", line, "AUTH" + line.mid(26)}}).authMechanisms;
        QCOMPARE_EQ(found.size(), Capabilities::kMaxKeywords);
        QVERIFY(found.contains("PLAIN") && found.contains("M0"));
    }

    void takesNoKeywordFromTheFirstLine()
    {
        const Capabilities found = parseCapabilities({250, {"STARTTLS AUTH PLAIN"}});
        QVERIFY(!found.startTls);
        QVERIFY(found.authMechanisms.isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_Capabilities)
#include "tst_Capabilities.moc"
