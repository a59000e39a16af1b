// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/Message.h"

#include "core/dns/Records.h"
#include "core/dns/Wire.h"

#include <QRandomGenerator>
#include <QTest>

#include <array>

using namespace relaywright;

class tst_Message : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asksAsTheFormSays_data();
    void asksAsTheFormSays();
    void readsEachType_data();
    void readsEachType();
    void readsCompressedNames();
    void keepsTheLengthsOfTextStrings();
    void tellsWhoKnowsIt();
    void takesOnlyRecordsOfTheNameAndItsAliases();
    void tellsNoDataFromNoName_data();
    void tellsNoDataFromNoName();
    void leavesAnUnfollowedAliasToTheCaller();
    void refusesLoopsOfAliases_data();
    void refusesLoopsOfAliases();
    void refusesReferrals();
    void refusesRecordsOfOtherNamesOnly();
    void refusesTruncatedAnswers();
    void takesATtlWithTheTopBitAsZero();
    void saysWhichFailure_data();
    void saysWhichFailure();
    void refusesMalformedPackets_data();
    void refusesMalformedPackets();
    void endsOnAnyOctets();
};

namespace {

QByteArray hex(const char *text)
{
    return QByteArray::fromHex(text);
}

/// "www.example.com" as labels.
QByteArray wire(const char *name)
{
    QByteArray octets;
    for (const QByteArray &label : QByteArray(name).split('.')) {
        if (!label.isEmpty())
            octets += static_cast<char>(label.size()) + label;
    }
    return octets + '\0';
}

QByteArray record(const QByteArray &owner, int type, const QByteArray &data, const char *ttl = "0000012c")
{
    QByteArray head = owner + '\0' + static_cast<char>(type) + hex("0001") + hex(ttl);
    return head + static_cast<char>(data.size() >> 8) + static_cast<char>(data.size() & 0xff) + data;
}

/// A reply about example.com with these answer and authority records.
QByteArray reply(int type, const QByteArrayList &answers, int rcode = 0, const QByteArrayList &authority = {})
{
    QByteArray packet = hex("abcd81") + static_cast<char>(0x80 | rcode) + hex("0001");
    packet += QByteArray("\0", 1) + static_cast<char>(answers.size()) + '\0' + static_cast<char>(authority.size())
              + hex("0000");
    return packet + wire("example.com") + '\0' + static_cast<char>(type) + hex("0001") + answers.join()
           + authority.join();
}

const QByteArray kOwner = QByteArray::fromHex("c00c"); // the name in the question

QByteArray soa(const char *minimum)
{
    return record(kOwner, 6,
                  wire("ns.example.com") + wire("admin.example.com") + hex("00000001000000010000000100000001")
                      + hex(minimum));
}

DnsReply read(const QByteArray &packet, DnsType type)
{
    return readDnsReply(packet, QStringLiteral("example.com"), type);
}

using Status = DnsAnswer::Status;

} // namespace

void tst_Message::asksAsTheFormSays_data()
{
    QTest::addColumn<bool>("recursion");
    QTest::addColumn<bool>("edns");
    QTest::addColumn<QByteArray>("packet");
    const QByteArray question = wire("example.com") + hex("00100001");
    const QByteArray opt = hex("00002904d0000000000000");
    QTest::newRow("recursive") << true << true << hex("abcd01200001000000000001") + question + opt;
    QTest::newRow("direct") << false << true << hex("abcd00200001000000000001") + question + opt;
    QTest::newRow("without EDNS") << true << false << hex("abcd01200001000000000000") + question;
}

void tst_Message::asksAsTheFormSays()
{
    QFETCH(bool, recursion);
    QFETCH(bool, edns);
    const QByteArray name = *wireName(QStringLiteral("example.com"));
    QTEST(makeQuery(0xabcd, name, DnsType::Txt, {.recursion = recursion, .edns = edns}), "packet");
}

void tst_Message::readsEachType_data()
{
    QTest::addColumn<QByteArray>("packet");
    QTest::addColumn<DnsType>("type");
    QTest::addColumn<QString>("seen");
    const auto row = [](const char *tag, DnsType type, const QByteArrayList &data, const char *seen) {
        QByteArrayList records;
        for (const QByteArray &each : data)
            records += record(kOwner, wireType(type), each);
        QTest::newRow(tag) << reply(wireType(type), records) << type << QString::fromUtf8(seen);
    };
    row("A", DnsType::A, {hex("c0000201"), hex("c0000202")}, "192.0.2.1 192.0.2.2");
    row("AAAA", DnsType::Aaaa, {hex("20010db8000000000000000000000001")}, "2001:db8::1");
    row("MX sorted", DnsType::Mx, {hex("0014") + wire("b.example.com"), hex("000a") + wire("A.example.com")},
        "10 a.example.com 20 b.example.com");
    row("null MX", DnsType::Mx, {hex("0000") + wire("")}, "0 ");
    row("TXT joined", DnsType::Txt, {QByteArray("\x07v=spf1 \x04-all"), QByteArray("\0", 1)}, "[v=spf1 -all] []");
    row("PTR", DnsType::Ptr, {wire("Host.Example.COM")}, "host.example.com");
    row("NS", DnsType::Ns, {wire("ns1.example.net"), wire("ns2.example.net")}, "ns1.example.net ns2.example.net");
    row("CNAME", DnsType::Cname, {wire("other.example.net")}, "other.example.net");
    row("SOA", DnsType::Soa,
        {wire("NS1.example.net") + wire("admin.example.net") + hex("78a1b2c30000000100000002000000030000003c")},
        "ns1.example.net 2023862979");
    row("TLSA", DnsType::Tlsa, {hex("030101") + QByteArray(32, 'x'), hex("020002ff")},
        "3 1 1 7878787878787878787878787878787878787878787878787878787878787878 2 0 2 ff");
    row("a dot in a label", DnsType::Ptr,
        {QByteArray("\x03"
                    "a.b\x03"
                    "com\0",
                    9)},
        "a\\.b.com");
    row("a control octet in a label", DnsType::Ptr,
        {QByteArray("\x03"
                    "a\nb\x03"
                    "com\0",
                    9)},
        "a\\010b.com");
}

void tst_Message::readsEachType()
{
    QFETCH(QByteArray, packet);
    QFETCH(DnsType, type);
    const DnsAnswer answer = read(packet, type).answer;
    QVERIFY(answer.status == Status::Found);
    QCOMPARE(answer.ttl.count(), 300);
    QStringList seen = answer.names;
    for (const IpAddress &address : answer.addresses)
        seen += address.toString();
    for (const DnsMx &mx : answer.exchanges)
        seen += QStringLiteral("%1 %2").arg(mx.preference).arg(mx.exchange);
    for (const QByteArray &text : answer.texts)
        seen += u'[' + QString::fromUtf8(text) + u']';
    if (answer.soa)
        seen += QStringLiteral("%1 %2").arg(answer.soa->primary).arg(answer.soa->serial);
    for (const DnsTlsa &tlsa : answer.associations)
        seen += QStringLiteral("%1 %2 %3 %4")
                    .arg(tlsa.usage)
                    .arg(tlsa.selector)
                    .arg(tlsa.matching)
                    .arg(QString::fromLatin1(tlsa.data.toHex()));
    QTEST(seen.join(u' '), "seen");
}

void tst_Message::readsCompressedNames()
{
    // mail.<pointer to example.com in the question>
    const DnsAnswer answer = read(reply(15, {record(kOwner, 15, hex("000a046d61696cc00c"))}), DnsType::Mx).answer;
    QCOMPARE(answer.exchanges.size(), 1u);
    QCOMPARE(answer.exchanges.front().exchange, QStringLiteral("mail.example.com"));
}

void tst_Message::keepsTheLengthsOfTextStrings()
{
    const QByteArray two = QByteArray("\x03"
                                      "abc\x02"
                                      "de",
                                      7);
    const DnsAnswer answer =
        read(reply(16, {record(kOwner, 16, two), record(kOwner, 16, QByteArray("\0", 1))}), DnsType::Txt).answer;
    QCOMPARE(answer.texts, (QByteArrayList{"abcde", ""}));
    QVERIFY(answer.textStrings == (std::vector<std::vector<int>>{{3, 2}, {0}}));
}

void tst_Message::tellsWhoKnowsIt()
{
    QByteArray packet = reply(1, {record(kOwner, 1, hex("c0000201"))});
    QVERIFY(!read(packet, DnsType::A).answer.authentic && !read(packet, DnsType::A).answer.authoritative);
    packet[3] = static_cast<char>(0xa0); // RA and AD
    QVERIFY(read(packet, DnsType::A).answer.authentic);
    packet[2] = static_cast<char>(0x84); // a response, AA
    QVERIFY(read(packet, DnsType::A).answer.authoritative);
}

void tst_Message::takesOnlyRecordsOfTheNameAndItsAliases()
{
    const QByteArrayList answers{
        record(wire("evil.example.net"), 1, hex("cb007101")), record(kOwner, 5, wire("WWW.example.net"), "0000000a"),
        record(wire("www.example.net"), 5, wire("x.example.net")), record(wire("x.example.net"), 1, hex("c0000201")),
        record(wire("x.example.net"), 16, QByteArray("\x01x"))};
    const DnsAnswer answer = read(reply(1, answers), DnsType::A).answer;
    QVERIFY(answer.status == Status::Found);
    QCOMPARE(answer.addresses.size(), 1u);
    QCOMPARE(answer.addresses.front().toString(), QStringLiteral("192.0.2.1"));
    QCOMPARE(answer.ttl.count(), 10);
    QCOMPARE(answer.aliases, (QStringList{QStringLiteral("www.example.net"), QStringLiteral("x.example.net")}));
}

void tst_Message::tellsNoDataFromNoName_data()
{
    QTest::addColumn<QByteArray>("packet");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("ttl");
    const auto row = [](const char *tag, const QByteArray &packet, Status status, int ttl) {
        QTest::newRow(tag) << packet << static_cast<int>(status) << ttl;
    };
    row("no data with SOA", reply(1, {}, 0, {soa("0000003c")}), Status::NoData, 60);
    row("the SOA's own TTL is less", reply(1, {}, 0, {soa("00001000")}), Status::NoData, 300);
    row("no data without SOA", reply(1, {}), Status::NoData, 0);
    row("no such name", reply(1, {}, 3, {soa("0000003c")}), Status::NoName, 60);
    row("alias to no such name", reply(1, {record(kOwner, 5, wire("x.example"))}, 3), Status::NoName, 0);
    row("another type only", reply(1, {record(kOwner, 16, QByteArray("\x01x"))}), Status::NoData, 0);
}

void tst_Message::tellsNoDataFromNoName()
{
    QFETCH(QByteArray, packet);
    const DnsReply read = readDnsReply(packet, QStringLiteral("example.com"), DnsType::A);
    QTEST(static_cast<int>(read.answer.status), "status");
    QTEST(static_cast<int>(read.answer.ttl.count()), "ttl");
    QCOMPARE(read.next, QString());
}

void tst_Message::leavesAnUnfollowedAliasToTheCaller()
{
    const QByteArrayList alias{record(kOwner, 5, wire("x.example"))};
    QCOMPARE(read(reply(1, alias), DnsType::A).next, QStringLiteral("x.example"));
    QCOMPARE(read(reply(1, alias, 0, {soa("0000003c")}), DnsType::A).next, QString()); // "no data" behind the alias
}

void tst_Message::refusesLoopsOfAliases_data()
{
    QTest::addColumn<QByteArrayList>("aliases");
    QTest::newRow("to itself") << QByteArrayList{record(kOwner, 5, kOwner)};
    QTest::newRow("of two") << QByteArrayList{record(kOwner, 5, wire("b.example")),
                                              record(wire("b.example"), 5, wire("example.com"))};
    QTest::newRow("behind the first") << QByteArrayList{record(kOwner, 5, wire("b.example")),
                                                        record(wire("b.example"), 5, wire("c.example")),
                                                        record(wire("c.example"), 5, wire("b.example"))};
    QByteArrayList chain{record(kOwner, 5, wire("a0.example"))};
    for (int i = 0; i < 30; ++i) {
        const QByteArray here = QByteArray("a") + QByteArray::number(i) + ".example";
        const QByteArray next = QByteArray("a") + QByteArray::number(i + 1) + ".example";
        chain += record(wire(here.constData()), 5, wire(next.constData()));
    }
    QTest::newRow("a chain of 31") << chain;
}

void tst_Message::refusesLoopsOfAliases()
{
    QFETCH(QByteArrayList, aliases);
    const DnsReply looped = read(reply(1, aliases), DnsType::A);
    QVERIFY(looped.answer.status == Status::Failed);
    QVERIFY2(looped.answer.detail.contains(QLatin1String("behind A example.com lead in a circle")),
             qPrintable(looped.answer.detail));
    QCOMPARE(looped.next, QString());
    QVERIFY(!looped.malformed);
}

void tst_Message::refusesReferrals()
{
    const QByteArray ns = record(wire("com"), 2, wire("a.example.net"));
    QByteArray packet = reply(1, {}, 0, {ns});
    const DnsAnswer referral = read(packet, DnsType::A).answer;
    QVERIFY(referral.status == Status::Failed);
    QVERIFY2(referral.detail.contains(QLatin1String("about A example.com")), qPrintable(referral.detail));
    packet[2] = static_cast<char>(0x84); // with AA it says that there is nothing
    QVERIFY(read(packet, DnsType::A).answer.status == Status::NoData);
    QVERIFY(read(reply(1, {}, 0, {ns, soa("0000003c")}), DnsType::A).answer.status == Status::NoData);
}

void tst_Message::refusesRecordsOfOtherNamesOnly()
{
    const DnsAnswer answer = read(reply(1, {record(wire("evil.example"), 1, hex("c0000201"))}), DnsType::A).answer;
    QVERIFY(answer.status == Status::Failed);
    QVERIFY2(answer.detail.contains(QLatin1String("other names than A example.com")), qPrintable(answer.detail));
}

void tst_Message::refusesTruncatedAnswers()
{
    QByteArray packet = reply(1, {record(kOwner, 1, hex("c0000201"))});
    packet[2] = static_cast<char>(0x83); // a response, TC, RD
    const DnsReply cut = read(packet, DnsType::A);
    QVERIFY(cut.truncated && cut.answer.status == Status::Failed && cut.answer.addresses.empty());
    QVERIFY2(cut.answer.detail.contains(QLatin1String("about A example.com short")), qPrintable(cut.answer.detail));
}

void tst_Message::takesATtlWithTheTopBitAsZero()
{
    const QByteArray data = hex("c0000201");
    QCOMPARE(read(reply(1, {record(kOwner, 1, data, "80000001")}), DnsType::A).answer.ttl.count(), 0);
    QCOMPARE(read(reply(1, {record(kOwner, 1, data, "7fffffff")}), DnsType::A).answer.ttl.count(), 7 * 24 * 3600);
}

void tst_Message::saysWhichFailure_data()
{
    QTest::addColumn<int>("rcode");
    QTest::addColumn<QString>("says");
    QTest::newRow("FORMERR") << 1 << QStringLiteral("FORMERR about TXT example.com");
    QTest::newRow("SERVFAIL") << 2 << QStringLiteral("SERVFAIL about TXT example.com");
    QTest::newRow("NOTIMP") << 4 << QStringLiteral("NOTIMP about TXT example.com");
    QTest::newRow("REFUSED") << 5 << QStringLiteral("REFUSED about TXT example.com");
    QTest::newRow("other") << 9 << QStringLiteral("error 9 about TXT example.com");
}

void tst_Message::saysWhichFailure()
{
    QFETCH(int, rcode);
    QFETCH(QString, says);
    const DnsAnswer answer = read(reply(16, {}, rcode), DnsType::Txt).answer;
    QVERIFY(answer.status == Status::Failed);
    QVERIFY2(answer.detail.contains(says), qPrintable(answer.detail));
}

void tst_Message::refusesMalformedPackets_data()
{
    QTest::addColumn<QByteArray>("packet");
    QTest::addColumn<DnsType>("type");
    const auto row = [](const char *tag, const QByteArray &packet, DnsType type) {
        QTest::newRow(tag) << packet << type;
    };
    row("empty", {}, DnsType::A);
    row("header only, one answer", hex("abcd81800001000100000000"), DnsType::A);
    row("a question, no answer", hex("abcd01000001000000000000") + wire("example.com") + hex("00010001"), DnsType::A);
    row("two questions", hex("abcd81800002000000000000") + (wire("a.example") + hex("00010001")).repeated(2),
        DnsType::A);
    row("pointer to itself", reply(1, {record(hex("c01d"), 1, hex("c0000201"))}), DnsType::A);
    row("pointer forwards", reply(1, {record(hex("c0ff"), 1, hex("c0000201"))}), DnsType::A);
    row("reserved label type", reply(1, {record(hex("8000"), 1, hex("c0000201"))}), DnsType::A);
    row("short address", reply(1, {record(kOwner, 1, hex("c00002"))}), DnsType::A);
    row("long address", reply(1, {record(kOwner, 1, hex("c000020101"))}), DnsType::A);
    row("short IPv6 address", reply(28, {record(kOwner, 28, hex("c0000201"))}), DnsType::Aaaa);
    row("TXT string past its record", reply(16, {record(kOwner, 16, QByteArray("\x09v=spf1"))}), DnsType::Txt);
    row("TLSA without data", reply(52, {record(kOwner, 52, hex("030101"))}), DnsType::Tlsa);
    row("TLSA of one octet", reply(52, {record(kOwner, 52, hex("03"))}), DnsType::Tlsa);
    row("SOA that ends early", reply(6, {record(kOwner, 6, wire("a.example") + wire("b.example") + hex("00000001"))}),
        DnsType::Soa);
    row("empty TXT record", reply(16, {record(kOwner, 16, {})}), DnsType::Txt);
    row("MX name past its record", reply(15, {record(kOwner, 15, hex("000a05616263"))}), DnsType::Mx);
    row("data past the packet", reply(1, {kOwner + hex("000100010000012c00ff") + hex("c0000201")}), DnsType::A);
    row("name over 255 octets",
        reply(12, {record(kOwner, 12, (QByteArray("\x3f") + QByteArray(63, 'x')).repeated(4) + '\0')}), DnsType::Ptr);
}

void tst_Message::refusesMalformedPackets()
{
    QFETCH(QByteArray, packet);
    QFETCH(DnsType, type);
    const DnsAnswer answer = read(packet, type).answer;
    QVERIFY(answer.status == Status::Failed);
    QVERIFY2(answer.detail.contains(QLatin1String("malformed")), qPrintable(answer.detail));
}

void tst_Message::endsOnAnyOctets()
{
    QRandomGenerator random(7208); // the same octets each time
    const QByteArray good =
        reply(15, {record(kOwner, 15, hex("000a046d61696cc00c")), record(kOwner, 5, wire("x.example"))}, 0,
              {soa("00000001")});
    for (int i = 0; i < 20'000; ++i) {
        QByteArray packet = good.first(random.bounded(good.size() + 1));
        for (int changes = random.bounded(6); changes > 0 && !packet.isEmpty(); --changes)
            packet[random.bounded(packet.size())] = static_cast<char>(random.bounded(256));
        constexpr std::array types{DnsType::Mx, DnsType::Txt, DnsType::Soa, DnsType::Tlsa, DnsType::Ns, DnsType::A};
        const DnsReply reply = read(packet, types[static_cast<size_t>(i) % types.size()]);
        QVERIFY(reply.answer.status != Status::TimedOut);
        QCOMPARE_LE(reply.answer.exchanges.size(), 2u);
    }
}

QTEST_GUILESS_MAIN(tst_Message)
#include "tst_Message.moc"
