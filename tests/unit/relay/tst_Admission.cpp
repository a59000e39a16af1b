// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Admission.h"
#include "core/relay/IncomingBody.h"

#include <QTest>

using namespace relaywright;

namespace {

RelayListener listener(const QStringList &networks)
{
    RelayListener made{.listen = *Endpoint::parse(QStringLiteral("0.0.0.0:25"))};
    for (const QString &network : networks)
        made.networks.push_back(*IpNetwork::parse(network));
    return made;
}

bool nothingIsOwn(const QueueId &)
{
    return false;
}

} // namespace

class tst_Admission : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takesPeersOfTheListedNetworksOnly_data();
    void takesPeersOfTheListedNetworksOnly();
    void refusesSizeAndFullDisk_data();
    void refusesSizeAndFullDisk();
    void refusesRecipientsThatRouteFurther_data();
    void refusesRecipientsThatRouteFurther();
    void refusesLoops_data();
    void refusesLoops();
    void refusesAHeaderWithoutEnd();
    void queueIdsHaveOneSpelling();
};

void tst_Admission::takesPeersOfTheListedNetworksOnly_data()
{
    QTest::addColumn<QString>("peer");
    QTest::addColumn<bool>("taken");
    QTest::newRow("inside") << QStringLiteral("10.0.0.5") << true;
    QTest::newRow("IPv4-mapped") << QStringLiteral("::ffff:10.0.0.5") << true;
    QTest::newRow("outside") << QStringLiteral("203.0.113.9") << false;
    QTest::newRow("IPv4-mapped outside") << QStringLiteral("::ffff:203.0.113.9") << false;
    QTest::newRow("loopback is not by itself allowed") << QStringLiteral("127.0.0.1") << false;
    QTest::newRow("IPv6 inside") << QStringLiteral("2001:db8::25") << true;
    QTest::newRow("IPv6 outside") << QStringLiteral("2001:db9::25") << false;
}

void tst_Admission::takesPeersOfTheListedNetworksOnly()
{
    QFETCH(QString, peer);
    QFETCH(bool, taken);
    const auto refusal = refusePeer(listener({QStringLiteral("10.0.0.0/8"), QStringLiteral("2001:db8::/32")}), *IpAddress::parse(peer));
    QCOMPARE(!refusal.has_value(), taken);
    if (refusal) {
        QCOMPARE(refusal->code, 554);
        QCOMPARE(refusal->enhanced()->toString(), QStringLiteral("5.7.1"));
    }
    QVERIFY(refusePeer(listener({}), *IpAddress::parse(peer)));
}

void tst_Admission::refusesSizeAndFullDisk_data()
{
    QTest::addColumn<qint64>("announced");
    QTest::addColumn<quint64>("free");
    QTest::addColumn<QString>("reply");
    QTest::newRow("fits") << qint64(1000) << quint64(2000) << QString();
    QTest::newRow("nothing announced") << qint64(-1) << quint64(2000) << QString();
    QTest::newRow("at the limit") << qint64(5000) << quint64(100000) << QString();
    QTest::newRow("over the limit") << qint64(5001) << quint64(100000) << QStringLiteral("552 5.3.4");
    QTest::newRow("disk below the watermark") << qint64(-1) << quint64(999) << QStringLiteral("452 4.3.1");
    QTest::newRow("would go below the watermark") << qint64(1500) << quint64(2000) << QStringLiteral("452 4.3.1");
}

void tst_Admission::refusesSizeAndFullDisk()
{
    QFETCH(qint64, announced);
    QFETCH(quint64, free);
    QFETCH(QString, reply);
    MailReceived mail;
    if (announced >= 0)
        mail.sizeOctets = static_cast<std::uint64_t>(announced);
    const auto refusal = refuseMail({.maxMessageOctets = 5000, .minFreeOctets = 1000, .freeOctets = free}, mail);
    QCOMPARE(refusal.has_value(), !reply.isEmpty());
    if (refusal)
        QVERIFY2(refusal->toString().startsWith(reply), qPrintable(refusal->toString()));
}

void tst_Admission::refusesRecipientsThatRouteFurther_data()
{
    QTest::addColumn<QString>("recipient");
    QTest::addColumn<bool>("taken");
    QTest::newRow("plain") << QStringLiteral("v@other.example") << true;
    QTest::newRow("plus") << QStringLiteral("v+tag@other.example") << true;
    QTest::newRow("quoted blank") << QStringLiteral("\"a b\"@other.example") << true;
    QTest::newRow("percent hack") << QStringLiteral("v%other.example@example.com") << false;
    QTest::newRow("quoted at") << QStringLiteral("\"v@other.example\"@example.com") << false;
    QTest::newRow("bang path") << QStringLiteral("other.example!v@example.com") << false;
    QTest::newRow("quoted source route") << QStringLiteral("\"@a.example:v\"@example.com") << false;
}

void tst_Admission::refusesRecipientsThatRouteFurther()
{
    QFETCH(QString, recipient);
    QFETCH(bool, taken);
    const auto refusal = refuseRecipient(*EmailAddress::parse(recipient));
    QCOMPARE(!refusal.has_value(), taken);
    if (refusal)
        QVERIFY(refusal->toString().startsWith(QLatin1String("550 5.7.1")));
}

void tst_Admission::refusesLoops_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<bool>("taken");
    const QByteArray foreign = "Received: from a (b) by mx.example.com with ESMTP id K3F90000001; now\r\n";
    QTest::newRow("thirty hops") << foreign.repeated(30) << true;
    QTest::newRow("thirty-one hops") << foreign.repeated(31) << false;
    QTest::newRow("sixty hops") << foreign.repeated(60) << false;
    QTest::newRow("our name and our id") << QByteArray("Received: from a (b)\r\n\tby relay.example.com with ESMTP id K3F90000001;\r\n\tnow\r\n") << false;
    QTest::newRow("our name in capitals") << QByteArray("RECEIVED: by RELAY.example.com with SMTP id k3f90000001; now\r\n") << false;
    QTest::newRow("our name, another id") << QByteArray("Received: by relay.example.com with SMTP id ZZZZ0000001; now\r\n") << true;
    QTest::newRow("a name that ends like ours") << QByteArray("Received: by xrelay.example.com with SMTP id K3F90000001; now\r\n") << true;
    QTest::newRow("in the body") << QByteArray("Subject: s\r\n\r\n" + foreign.repeated(60)) << true;
}

void tst_Admission::refusesLoops()
{
    QFETCH(QByteArray, header);
    QFETCH(bool, taken);
    const QueueId own = *QueueId::parse(QStringLiteral("K3F90000001"));
    const auto refusal = refuseHeader(header + "\r\nbody\r\n", "relay.example.com", [&](const QueueId &id) { return id == own; });
    QCOMPARE(!refusal.has_value(), taken);
    if (refusal)
        QVERIFY2(refusal->toString().startsWith(QLatin1String("554 5.4.6")), qPrintable(refusal->toString()));
}

void tst_Admission::refusesAHeaderWithoutEnd()
{
    QByteArray head = "X-Long: " + QByteArray(IncomingBody::kMaxHeadOctets, 'x');
    const auto refusal = refuseHeader(head, "relay.example.com", &nothingIsOwn);
    QVERIFY(refusal);
    QVERIFY(refusal->toString().startsWith(QLatin1String("552 5.3.4")));
    QVERIFY(!refuseHeader("Subject: s\r\n\r\n" + head, "relay.example.com", &nothingIsOwn));
    QVERIFY(!refuseHeader("", "relay.example.com", &nothingIsOwn));
}

void tst_Admission::queueIdsHaveOneSpelling()
{
    const QueueId id(0x12345, 42);
    QCOMPARE(id.toString().size(), 11);
    QCOMPARE(*QueueId::parse(id.toString()), id);
    QCOMPARE(*QueueId::parse(id.toString().toLower()), id);
    const QueueId large(1, std::numeric_limits<std::uint64_t>::max());
    QCOMPARE(*QueueId::parse(large.toString()), large);
    for (const char *wrong : {"", "K3F9", "K3F9000000U", "K3F900000001", "K3F9-000001", "../../../../x", "FFFFZZZZZZZZZZZZZ"})
        QVERIFY2(!QueueId::parse(QString::fromLatin1(wrong)), wrong);
}

QTEST_GUILESS_MAIN(tst_Admission)
#include "tst_Admission.moc"
