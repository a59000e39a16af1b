// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/dns/Asked.h"
#include "tests/support/dns/LoopbackDns.h"

using namespace relaywright;
using namespace relaywright::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using Status = DnsAnswer::Status;
using Fault = LoopbackDns::Fault;

/// Servers that lie, cut, loop and flood: each time an error with name and type, or the lie is not heard.
class tst_HostileAnswers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void refusesLies_data();
    void refusesLies();
    void doesNotHearOthers_data();
    void doesNotHearOthers();
    void takesALongAnswerOverTcp();
    void takesHundredsOfRecords();
    void takesMoreOverUdpThanItAskedFor_data();
    void takesMoreOverUdpThanItAskedFor();
    void saysThatTcpIsNotOpen();
    void takesATtlWithTheTopBitAsZero();
    void followsAChainOfAliasesThroughSeveralAnswers();
    void refusesAnEndlessChainOfAliases();
    void refusesAnAliasToAnImpossibleName();
    void survivesServersThatDoNotKnowEdnsUnderLoad();
};

void tst_HostileAnswers::refusesLies_data()
{
    QTest::addColumn<int>("fault");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *tag, Fault fault, const QString &says) {
        QTest::newRow(tag) << static_cast<int>(fault) << says;
    };
    row("malformed", Fault::Malformed, u"about TXT example.com is malformed"_s);
    row("garbage", Fault::Garbage, u"about TXT example.com is malformed"_s);
    row("a name that points to itself", Fault::PointerLoop, u"about TXT example.com is malformed"_s);
    row("truncated over TCP too", Fault::TruncateAll, u"about TXT example.com short"_s);
    row("aliases in a circle", Fault::CnameLoop, u"behind TXT example.com lead in a circle"_s);
    row("records of another name", Fault::OtherName, u"other names than TXT example.com"_s);
    row("a referral", Fault::Refer, u"does not answer about TXT example.com itself"_s);
}

void tst_HostileAnswers::refusesLies()
{
    QFETCH(int, fault);
    QFETCH(QString, says);
    LoopbackDns dns;
    dns.txt(u"example.com"_s, "v=spf1 -all").fault(u"example.com"_s, static_cast<Fault>(fault));
    const auto resolver = resolverFor({dns.endpoint()});
    Asked asked(*resolver, u"example.com"_s, DnsType::Txt);
    WAIT_FOR(asked);
    QVERIFY(asked.answer->status == Status::Failed);
    QVERIFY2(asked.answer->detail.contains(says), qPrintable(asked.answer->detail));
    QVERIFY(asked.answer->texts.isEmpty());
    QVERIFY(!asked.answer->server.isEmpty());
    QVERIFY(!resolver->known(u"example.com"_s, DnsType::Txt));
}

void tst_HostileAnswers::doesNotHearOthers_data()
{
    QTest::addColumn<int>("fault");
    QTest::newRow("wrong id") << static_cast<int>(Fault::WrongId);
    QTest::newRow("wrong question") << static_cast<int>(Fault::WrongQuestion);
    QTest::newRow("from another port") << static_cast<int>(Fault::OtherPort);
}

void tst_HostileAnswers::doesNotHearOthers()
{
    QFETCH(int, fault);
    LoopbackDns dns;
    dns.txt(u"example.com"_s, "v=spf1 -all").fault(u"example.com"_s, static_cast<Fault>(fault));
    const auto resolver = resolverFor({dns.endpoint()}, 500ms);
    Asked asked(*resolver, u"example.com"_s, DnsType::Txt);
    WAIT_FOR(asked);
    QVERIFY(asked.answer->status == Status::TimedOut);
    QVERIFY2(asked.answer->detail.contains(u"about TXT example.com in time"), qPrintable(asked.answer->detail));
    QVERIFY(!dns.questions().isEmpty());
}

void tst_HostileAnswers::takesALongAnswerOverTcp()
{
    LoopbackDns dns;
    const QByteArray text(64'000, 'x'); // with the lengths of its strings not far from the 65,535 of a packet
    dns.txt(u"example.com"_s, text);
    const auto resolver = resolverFor({dns.endpoint()});
    Asked asked(*resolver, u"example.com"_s, DnsType::Txt);
    WAIT_FOR(asked);
    QVERIFY2(asked.answer->status == Status::Found, qPrintable(asked.answer->detail));
    QCOMPARE(asked.answer->texts, QByteArrayList{text});
    QCOMPARE(asked.answer->textStrings.front().size(), 251u);
    QCOMPARE(asked.answer->textStrings.front().back(), 64'000 - 250 * 255);
}

void tst_HostileAnswers::takesHundredsOfRecords()
{
    LoopbackDns dns;
    for (int i = 0; i < 900; ++i)
        dns.mx(u"example.com"_s, static_cast<std::uint16_t>(1000 - i), u"mx%1.example.com"_s.arg(i));
    const auto resolver = resolverFor({dns.endpoint()});
    Asked asked(*resolver, u"example.com"_s, DnsType::Mx);
    WAIT_FOR(asked);
    QCOMPARE(asked.answer->exchanges.size(), 900u);
    QCOMPARE(asked.answer->exchanges.front().preference, 101);
}

void tst_HostileAnswers::takesMoreOverUdpThanItAskedFor_data()
{
    QTest::addColumn<int>("octets");
    QTest::addColumn<bool>("overTcp");
    QTest::newRow("fits the buffer") << 3000 << false;
    QTest::newRow("is cut by the buffer") << 6000 << true;
}

void tst_HostileAnswers::takesMoreOverUdpThanItAskedFor()
{
    QFETCH(int, octets);
    QFETCH(bool, overTcp);
    LoopbackDns dns;
    const QByteArray text(octets, 'x');
    dns.txt(u"example.com"_s, text).fault({}, Fault::Oversized);
    const auto resolver = resolverFor({dns.endpoint()});
    Asked asked(*resolver, u"example.com"_s, DnsType::Txt);
    WAIT_FOR(asked);
    QCOMPARE(asked.answer->texts, QByteArrayList{text});
    QCOMPARE(dns.questions().contains(u"TXT example.com over TCP"_s), overTcp);
}

void tst_HostileAnswers::saysThatTcpIsNotOpen()
{
    LoopbackDns dns;
    dns.txt(u"example.com"_s, "x").fault({}, Fault::Truncate).refuseTcp();
    const auto resolver = resolverFor({dns.endpoint()});
    Asked asked(*resolver, u"example.com"_s, DnsType::Txt);
    WAIT_FOR(asked);
    QVERIFY(asked.answer->status == Status::Failed);
    QVERIFY2(asked.answer->detail.contains(u"TXT example.com does not come over UDP as a whole"),
             qPrintable(asked.answer->detail));
}

void tst_HostileAnswers::takesATtlWithTheTopBitAsZero()
{
    LoopbackDns dns;
    dns.address(u"example.com"_s, u"192.0.2.1"_s).ttl(0x80000001);
    const auto resolver = resolverFor({dns.endpoint()});
    Asked asked(*resolver, u"example.com"_s, DnsType::A);
    WAIT_FOR(asked);
    QVERIFY(asked.answer->status == Status::Found);
    QCOMPARE(asked.answer->ttl.count(), 0);
    QVERIFY(!resolver->known(u"example.com"_s, DnsType::A));
}

void tst_HostileAnswers::followsAChainOfAliasesThroughSeveralAnswers()
{
    LoopbackDns dns;
    for (int i = 0; i < 12; ++i)
        dns.cname(u"a%1.example.com"_s.arg(i), u"a%1.example.com"_s.arg(i + 1));
    dns.address(u"a12.example.com"_s, u"192.0.2.1"_s).fault({}, Fault::LeaveAlias);
    const auto resolver = resolverFor({dns.endpoint()});
    Asked asked(*resolver, u"a0.example.com"_s, DnsType::A);
    WAIT_FOR(asked);
    QVERIFY2(asked.answer->status == Status::Found, qPrintable(asked.answer->detail));
    QCOMPARE(asked.answer->aliases.size(), 12);
    QCOMPARE(asked.answer->aliases.front(), u"a1.example.com"_s);
    QCOMPARE(asked.answer->aliases.back(), u"a12.example.com"_s);
}

void tst_HostileAnswers::refusesAnEndlessChainOfAliases()
{
    LoopbackDns dns;
    for (int i = 0; i < 40; ++i)
        dns.cname(u"a%1.example.com"_s.arg(i), u"a%1.example.com"_s.arg(i + 1));
    dns.fault({}, Fault::LeaveAlias);
    const auto resolver = resolverFor({dns.endpoint()});
    Asked asked(*resolver, u"a0.example.com"_s, DnsType::A);
    WAIT_FOR(asked);
    QVERIFY(asked.answer->status == Status::Failed);
    QVERIFY2(asked.answer->detail.contains(u"behind A a0.example.com"), qPrintable(asked.answer->detail));
    QCOMPARE_LE(dns.questions().size(), 17);
}

void tst_HostileAnswers::refusesAnAliasToAnImpossibleName()
{
    LoopbackDns dns;
    dns.cname(u"a.example.com"_s, u"b\\c.example.com"_s).fault({}, Fault::LeaveAlias);
    const auto resolver = resolverFor({dns.endpoint()});
    Asked asked(*resolver, u"a.example.com"_s, DnsType::A);
    WAIT_FOR(asked);
    QVERIFY(asked.answer->status == Status::Failed);
    QVERIFY2(asked.answer->detail.contains(u"alias (CNAME) of A a.example.com"), qPrintable(asked.answer->detail));
    QCOMPARE(dns.questions().size(), 1);
}

void tst_HostileAnswers::survivesServersThatDoNotKnowEdnsUnderLoad()
{
    LoopbackDns dns;
    dns.fault({}, Fault::NoEdns);
    const auto resolver = resolverFor({dns.endpoint()});
    std::vector<std::unique_ptr<Asked>> all;
    for (int i = 0; i < 40; ++i) {
        const QString name = u"h%1.example.com"_s.arg(i);
        dns.address(name, u"192.0.2.1"_s);
        all.push_back(std::make_unique<Asked>(*resolver, name, DnsType::A));
    }
    for (const auto &asked : all) {
        WAIT_FOR(*asked);
        QVERIFY2(asked->answer->status == Status::Found, qPrintable(asked->answer->detail));
    }
}

QTEST_GUILESS_MAIN(tst_HostileAnswers)
#include "tst_HostileAnswers.moc"
