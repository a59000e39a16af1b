// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Endpoint.h"

#include <QTest>

using namespace relaywright;

class tst_Endpoint : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takes_data();
    void takes();
    void refuses_data();
    void refuses();
    void takesADefaultPort();
    void knowsNamesFromAddresses();
};

void tst_Endpoint::takes_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("written");
    const auto row = [](const char *tag, const QString &text, const QString &written) { QTest::newRow(tag) << text << written; };
    row("name", QStringLiteral("smtp.office365.com:587"), QStringLiteral("smtp.office365.com:587"));
    row("spaces and case", QStringLiteral(" SMTP.Example.com:25 "), QStringLiteral("smtp.example.com:25"));
    row("single label", QStringLiteral("localhost:2525"), QStringLiteral("localhost:2525"));
    row("IPv4", QStringLiteral("192.0.2.1:25"), QStringLiteral("192.0.2.1:25"));
    row("IPv6", QStringLiteral("[2001:DB8:0::1]:25"), QStringLiteral("[2001:db8::1]:25"));
    row("mapped IPv6", QStringLiteral("[::ffff:192.0.2.1]:25"), QStringLiteral("192.0.2.1:25"));
    row("any free port", QStringLiteral("127.0.0.1:0"), QStringLiteral("127.0.0.1:0"));
    row("highest port", QStringLiteral("localhost:65535"), QStringLiteral("localhost:65535"));
}

void tst_Endpoint::takes()
{
    QFETCH(QString, text);
    QFETCH(QString, written);
    const auto endpoint = Endpoint::parse(text);
    QVERIFY2(endpoint, endpoint ? "" : qPrintable(endpoint.error().detail));
    QCOMPARE(endpoint->toString(), written);
    QVERIFY(*Endpoint::parse(written) == *endpoint);
}

void tst_Endpoint::refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("empty") << QString();
    QTest::newRow("no port") << QStringLiteral("smtp.example.com");
    QTest::newRow("empty port") << QStringLiteral("smtp.example.com:");
    QTest::newRow("no host") << QStringLiteral(":25");
    QTest::newRow("port too high") << QStringLiteral("localhost:65536");
    QTest::newRow("port far too high") << QStringLiteral("localhost:99999999999999999999");
    QTest::newRow("negative port") << QStringLiteral("localhost:-1");
    QTest::newRow("signed port") << QStringLiteral("localhost:+25");
    QTest::newRow("hexadecimal port") << QStringLiteral("localhost:0x19");
    QTest::newRow("space before the port") << QStringLiteral("localhost: 25");
    QTest::newRow("service name") << QStringLiteral("localhost:smtp");
    QTest::newRow("Arabic digits") << QStringLiteral("localhost:٢٥");
    QTest::newRow("IPv6 without brackets") << QStringLiteral("2001:db8::1");
    QTest::newRow("open bracket") << QStringLiteral("[2001:db8::1:25");
    QTest::newRow("name in brackets") << QStringLiteral("[example.com]:25");
    QTest::newRow("text behind brackets") << QStringLiteral("[::1]x:25");
    QTest::newRow("impossible address") << QStringLiteral("192.0.2.300:25");
    QTest::newRow("a URL") << QStringLiteral("smtp://example.com:25");
    QTest::newRow("user in front") << QStringLiteral("user@example.com:25");
    QTest::newRow("line break") << QStringLiteral("example.com\n:25");
    QTest::newRow("placeholders") << QStringLiteral("%1%2%3:25");
}

void tst_Endpoint::refuses()
{
    QFETCH(QString, text);
    const auto endpoint = Endpoint::parse(text);
    QVERIFY2(!endpoint, endpoint ? qPrintable(endpoint->toString()) : "");
    QCOMPARE(endpoint.error().kind, ErrorKind::InvalidInput);
    QVERIFY(!endpoint.error().detail.contains(u'\n'));
}

void tst_Endpoint::takesADefaultPort()
{
    QCOMPARE(Endpoint::parse(QStringLiteral("smtp.example.com"), 587)->toString(), QStringLiteral("smtp.example.com:587"));
    QCOMPARE(Endpoint::parse(QStringLiteral("2001:db8::1"), 25)->toString(), QStringLiteral("[2001:db8::1]:25"));
    QCOMPARE(Endpoint::parse(QStringLiteral("[2001:db8::1]"), 25)->toString(), QStringLiteral("[2001:db8::1]:25"));
    QCOMPARE(Endpoint::parse(QStringLiteral("localhost:2525"), 25)->port, 2525);
    QVERIFY(!Endpoint::parse(QStringLiteral("smtp.example.com:"), 587));
}

void tst_Endpoint::knowsNamesFromAddresses()
{
    QVERIFY(!Host::parse(QStringLiteral("smtp.example.com"))->address());
    QCOMPARE(Host::parse(QStringLiteral("[::1]"))->address()->toString(), QStringLiteral("::1"));
    QCOMPARE(Host::of(*IpAddress::parse(QStringLiteral("192.0.2.7"))).toString(), QStringLiteral("192.0.2.7"));
}

QTEST_GUILESS_MAIN(tst_Endpoint)
#include "tst_Endpoint.moc"
