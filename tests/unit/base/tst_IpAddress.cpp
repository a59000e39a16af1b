// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/IpAddress.h"

#include <QTest>

using namespace relaywright;

namespace {

IpAddress ip(const char *text)
{
    return *IpAddress::parse(QLatin1String(text));
}

} // namespace

class tst_IpAddress : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takes_data();
    void takes();
    void refuses_data();
    void refuses();
    void readsAMappedAddressAsIpv4();
    void knowsWhoCanBeSeenFromOutside_data();
    void knowsWhoCanBeSeenFromOutside();
    void takesNetworks_data();
    void takesNetworks();
    void refusesNetworks_data();
    void refusesNetworks();
    void offersTheNetworkThatWasMeant();
    void containsItsAddresses_data();
    void containsItsAddresses();
};

void tst_IpAddress::takes_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("written"); // RFC 5952
    const auto row = [](const char *text, const char *written = nullptr) {
        QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(written ? written : text);
    };
    row("192.0.2.1");
    row("0.0.0.0");
    row("255.255.255.255");
    row(" 192.0.2.1 ", "192.0.2.1");
    row("::");
    row("::1");
    row("1::");
    row("2001:db8::1");
    row("2001:DB8:0:0:0:0:0:1", "2001:db8::1");
    row("2001:0db8::0001", "2001:db8::1");
    row("2001:db8:0:1:1:1:1:1");
    row("2001:0:0:1:0:0:0:1", "2001:0:0:1::1");
    row("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1");
    row("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0");
    row("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8");
    row("::ffff:192.0.2.1", "192.0.2.1");
    row("::ffff:c000:201", "192.0.2.1");
    row("64:ff9b::192.0.2.33", "64:ff9b::c000:221");
    row("1:2:3:4:5:6:192.0.2.33", "1:2:3:4:5:6:c000:221");
}

void tst_IpAddress::takes()
{
    QFETCH(QString, text);
    QFETCH(QString, written);
    const auto address = IpAddress::parse(text);
    QVERIFY2(address, address ? "" : qPrintable(address.error().detail));
    QCOMPARE(address->toString(), written);
    QVERIFY(*IpAddress::parse(written) == *address);
}

void tst_IpAddress::refuses_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"", " ", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "01.2.3.4", "1.2.3.-4", "1.2.3.+4",
                             "1.2.3.4 5", "1..3.4", ".1.2.3", "1.2.3.", "0x1.2.3.4", "1.2.3.4/32", ":", ":::", "1:::2", "1::2::3",
                             "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::", "g::", ":1::",
                             "1::2:", "1.2.3.4::", "::1.2.3.4:5", "::1.2.3", "::1.2.3.256", "fe80::1%eth0", "[::1]",
                             "example.com", "1:2:3:4:5:6:7:192.0.2.1"})
        QTest::newRow(*text ? text : "empty") << QString::fromLatin1(text);
    QTest::newRow("Arabic digits") << QStringLiteral("١.٢.٣.٤");
    QTest::newRow("line break") << QStringLiteral("::1\n::2");
    QTest::newRow("megabytes") << QString(2'000'000, u':');
}

void tst_IpAddress::refuses()
{
    QFETCH(QString, text);
    const auto address = IpAddress::parse(text);
    QVERIFY2(!address, address ? qPrintable(address->toString()) : "");
    QCOMPARE(address.error().kind, ErrorKind::InvalidInput);
    QVERIFY(!address.error().detail.contains(u'\n'));
}

void tst_IpAddress::readsAMappedAddressAsIpv4()
{
    QVERIFY(ip("::ffff:10.0.0.5") == ip("10.0.0.5"));
    QVERIFY(IpNetwork::parse(QStringLiteral("10.0.0.0/8"))->contains(ip("::ffff:10.0.0.5")));
    QVERIFY(ip("::ffff:127.0.0.1").isLoopback());
}

void tst_IpAddress::knowsWhoCanBeSeenFromOutside_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isPrivate");
    QTest::addColumn<bool>("isLoopback");
    const auto row = [](const char *text, bool isPrivate, bool isLoopback = false) {
        QTest::newRow(text) << QString::fromLatin1(text) << isPrivate << isLoopback;
    };
    row("127.0.0.1", true, true);
    row("127.255.255.255", true, true);
    row("::1", true, true);
    row("::2", false);
    row("10.255.0.1", true);
    row("172.15.0.1", false);
    row("172.16.0.1", true);
    row("172.31.255.255", true);
    row("172.32.0.1", false);
    row("192.168.1.1", true);
    row("192.169.1.1", false);
    row("169.254.1.1", true);
    row("fe80::1", true);
    row("febf::1", true);
    row("fec0::1", false);
    row("fd00::1", true);
    row("fe00::1", false);
    row("2001:db8::1", false);
    row("0.0.0.0", false);
}

void tst_IpAddress::knowsWhoCanBeSeenFromOutside()
{
    QFETCH(QString, text);
    QFETCH(bool, isPrivate);
    QFETCH(bool, isLoopback);
    const auto address = IpAddress::parse(text);
    QCOMPARE(address->isPrivate(), isPrivate);
    QCOMPARE(address->isLoopback(), isLoopback);
    QCOMPARE(address->isAny(), text == QLatin1String("0.0.0.0"));
}

void tst_IpAddress::takesNetworks_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("written");
    const auto row = [](const char *text, const char *written = nullptr) {
        QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(written ? written : text);
    };
    row("192.0.2.0/24");
    row("192.0.2.7");
    row("192.0.2.7/32", "192.0.2.7");
    row("0.0.0.0/0");
    row("192.0.2.128/25");
    row("2001:db8::/32");
    row("2001:db8::1/128", "2001:db8::1");
    row("::/0");
}

void tst_IpAddress::takesNetworks()
{
    QFETCH(QString, text);
    QFETCH(QString, written);
    const auto network = IpNetwork::parse(text);
    QVERIFY2(network, network ? "" : qPrintable(network.error().detail));
    QCOMPARE(network->toString(), written);
    QVERIFY(*IpNetwork::parse(written) == *network);
}

void tst_IpAddress::refusesNetworks_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"", "/24", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/+24", "192.0.2.0/ 24", "192.0.2.0/024",
                             "192.0.2.0/24/24", "192.0.2.0/255.255.255.0", "192.0.2.1/24", "2001:db8::/129", "2001:db8::1/64",
                             "192.0.2.0-192.0.2.9", "example.com/24", "192.0.2.0/99999999999", "192.0.2.0/%2"})
        QTest::newRow(*text ? text : "empty") << QString::fromLatin1(text);
}

void tst_IpAddress::refusesNetworks()
{
    QFETCH(QString, text);
    const auto network = IpNetwork::parse(text);
    QVERIFY2(!network, network ? qPrintable(network->toString()) : "");
    QCOMPARE(network.error().kind, ErrorKind::InvalidInput);
    if (text.contains(u'%'))
        QVERIFY2(network.error().detail.contains(text), qPrintable(network.error().detail));
}

void tst_IpAddress::offersTheNetworkThatWasMeant()
{
    const auto network = IpNetwork::parse(QStringLiteral("192.0.2.77/26"));
    QVERIFY(!network);
    QVERIFY(network.error().detail.contains(QLatin1String("192.0.2.64/26")));
}

void tst_IpAddress::containsItsAddresses_data()
{
    QTest::addColumn<QString>("network");
    QTest::addColumn<QString>("address");
    QTest::addColumn<bool>("contains");
    const auto row = [](const char *network, const char *address, bool contains) {
        QTest::addRow("%s in %s", address, network) << QString::fromLatin1(network) << QString::fromLatin1(address) << contains;
    };
    row("192.0.2.0/24", "192.0.2.0", true);
    row("192.0.2.0/24", "192.0.2.255", true);
    row("192.0.2.0/24", "192.0.3.0", false);
    row("192.0.2.128/25", "192.0.2.127", false);
    row("192.0.2.7", "192.0.2.7", true);
    row("192.0.2.7", "192.0.2.6", false);
    row("0.0.0.0/0", "203.0.113.9", true);
    row("0.0.0.0/0", "2001:db8::1", false);
    row("::/0", "192.0.2.1", false);
    row("2001:db8::/33", "2001:db8:7fff::1", true);
    row("2001:db8::/33", "2001:db8:8000::1", false);
}

void tst_IpAddress::containsItsAddresses()
{
    QFETCH(QString, network);
    QFETCH(QString, address);
    QFETCH(bool, contains);
    QCOMPARE(IpNetwork::parse(network)->contains(*IpAddress::parse(address)), contains);
}

QTEST_GUILESS_MAIN(tst_IpAddress)
#include "tst_IpAddress.moc"
