// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/dns/Asked.h"
#include "tests/support/dns/LoopbackDns.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using Status = DnsAnswer::Status;
using Fault = LoopbackDns::Fault;

class tst_Resolver : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void answersEachType();
    void tellsNoDataFromNoName();
    void neverAnswersBeforeAskReturns();
    void goesOverToTcpForLongAnswers();
    void goesOverToTcpWhenTruncated();
    void asksAgainWithoutEdnsWhereItIsNotUnderstood();
    void reportsFailures_data();
    void reportsFailures();
    void asksTheNextServerWhenTheFirstOneFails();
    void keepsTheFirstFailureWhenAllServersFail();
    void followsAliasesThatTheServerLeft();
    void endsAliasLoops_data();
    void endsAliasLoops();
    void keepsAnswersForTheirTtl();
    void doesNotKeepFailures();
    void sharesEqualQuestions();
    void answersManyQuestionsAtOnce();
    void refusesImpossibleNames_data();
    void refusesImpossibleNames();
    void asksNamesWithAnyOctet();
    void dropsAnswersOfDeadContexts();
    void mayBeDestroyedWithinACallback();
    void mayBeDestroyedWithQuestionsOpen();
    void refusesANameserverThatIsNoAddress();
    void startsWithTheSystemsNameservers();
};

void tst_Resolver::answersEachType()
{
    LoopbackDns dns;
    dns.txt(u"example.com"_s, "v=spf1 -all")
        .address(u"example.com"_s, u"192.0.2.1"_s)
        .address(u"example.com"_s, u"2001:db8::1"_s);
    dns.mx(u"example.com"_s, 20, u"b.example.com"_s)
        .mx(u"example.com"_s, 10, u"a.example.com"_s)
        .ns(u"example.com"_s, u"ns.example.com"_s);
    dns.ptr(u"1.2.0.192.in-addr.arpa"_s, u"host.example.com"_s).cname(u"www.example.com"_s, u"example.com"_s);
    const auto resolver = resolverFor({dns.endpoint()});
    Asked txt(*resolver, u"example.com"_s, DnsType::Txt), a(*resolver, u"EXAMPLE.com."_s, DnsType::A),
        aaaa(*resolver, u"example.com"_s, DnsType::Aaaa);
    Asked mx(*resolver, u"example.com"_s, DnsType::Mx), ns(*resolver, u"example.com"_s, DnsType::Ns),
        www(*resolver, u"www.example.com"_s, DnsType::A);
    Asked ptr(*resolver, u"1.2.0.192.in-addr.arpa"_s, DnsType::Ptr),
        cname(*resolver, u"www.example.com"_s, DnsType::Cname);
    for (Asked *asked : {&txt, &a, &aaaa, &mx, &ns, &www, &ptr, &cname}) {
        WAIT_FOR(*asked);
        QVERIFY2(asked->answer->status == Status::Found, qPrintable(asked->answer->detail));
        QCOMPARE(asked->answer->ttl.count(), 300);
    }
    QCOMPARE(txt.answer->texts, QByteArrayList{"v=spf1 -all"});
    QCOMPARE(a.answer->addresses.front().toString(), u"192.0.2.1"_s);
    QCOMPARE(aaaa.answer->addresses.front().toString(), u"2001:db8::1"_s);
    QVERIFY(mx.answer->exchanges == (std::vector<DnsMx>{{10, u"a.example.com"_s}, {20, u"b.example.com"_s}}));
    QCOMPARE(ns.answer->names, QStringList{u"ns.example.com"_s});
    QCOMPARE(ptr.answer->names, QStringList{u"host.example.com"_s});
    QCOMPARE(cname.answer->names, QStringList{u"example.com"_s});
    QCOMPARE(www.answer->addresses.front().toString(), u"192.0.2.1"_s);
}

void tst_Resolver::tellsNoDataFromNoName()
{
    LoopbackDns dns;
    dns.address(u"example.com"_s, u"192.0.2.1"_s);
    const auto resolver = resolverFor({dns.endpoint()});
    Asked noData(*resolver, u"example.com"_s, DnsType::Mx), noName(*resolver, u"none.example.com"_s, DnsType::Mx);
    WAIT_FOR(noData);
    WAIT_FOR(noName);
    QVERIFY(noData.answer->status == Status::NoData);
    QVERIFY(noName.answer->status == Status::NoName);
}

void tst_Resolver::neverAnswersBeforeAskReturns()
{
    LoopbackDns dns;
    dns.address(u"example.com"_s, u"192.0.2.1"_s);
    const auto resolver = resolverFor({dns.endpoint()});
    Asked first(*resolver, u"example.com"_s, DnsType::A), impossible(*resolver, u"a..b"_s, DnsType::A);
    QVERIFY(!first.answer && !impossible.answer);
    WAIT_FOR(first);
    WAIT_FOR(impossible);
    Asked fromCache(*resolver, u"example.com"_s, DnsType::A);
    QVERIFY(!fromCache.answer);
    WAIT_FOR(fromCache);
}

void tst_Resolver::goesOverToTcpForLongAnswers()
{
    LoopbackDns dns;
    const QByteArray text = QByteArray("v=spf1 ") + QByteArray("ip4:192.0.2.1 ").repeated(700) + "-all"; // about 10 KB
    dns.txt(u"example.com"_s, text);
    const auto resolver = resolverFor({dns.endpoint()});
    Asked asked(*resolver, u"example.com"_s, DnsType::Txt);
    WAIT_FOR(asked);
    QCOMPARE(asked.answer->texts, QByteArrayList{text});
    QCOMPARE(dns.questions(), (QStringList{u"TXT example.com"_s, u"TXT example.com over TCP"_s}));
}

void tst_Resolver::goesOverToTcpWhenTruncated()
{
    LoopbackDns dns;
    dns.address(u"example.com"_s, u"192.0.2.1"_s).fault(u"example.com"_s, Fault::Truncate);
    const auto resolver = resolverFor({dns.endpoint()});
    Asked asked(*resolver, u"example.com"_s, DnsType::A);
    WAIT_FOR(asked);
    QVERIFY(asked.answer->status == Status::Found);
    QVERIFY(dns.questions().contains(u"A example.com over TCP"_s));
}

void tst_Resolver::asksAgainWithoutEdnsWhereItIsNotUnderstood()
{
    LoopbackDns dns;
    dns.address(u"example.com"_s, u"192.0.2.1"_s).fault({}, Fault::NoEdns);
    const auto resolver = resolverFor({dns.endpoint()});
    Asked asked(*resolver, u"example.com"_s, DnsType::A);
    WAIT_FOR(asked);
    QVERIFY2(asked.answer->status == Status::Found, qPrintable(asked.answer->detail));
}

void tst_Resolver::reportsFailures_data()
{
    QTest::addColumn<int>("fault");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *tag, Fault fault, Status status, const QString &says) {
        QTest::newRow(tag) << static_cast<int>(fault) << static_cast<int>(status) << says;
    };
    row("SERVFAIL", Fault::ServFail, Status::Failed, u"SERVFAIL about TXT example.com"_s);
    row("REFUSED", Fault::Refused, Status::Failed, u"REFUSED about TXT example.com"_s);
    row("malformed", Fault::Malformed, Status::Failed, u"about TXT example.com is malformed"_s);
    row("garbage", Fault::Garbage, Status::Failed, u"about TXT example.com is malformed"_s);
    row("silence", Fault::Drop, Status::TimedOut, u"answered about TXT example.com in time"_s);
    row("wrong id", Fault::WrongId, Status::TimedOut, u"answered about TXT example.com in time"_s);
}

void tst_Resolver::reportsFailures()
{
    QFETCH(int, fault);
    QFETCH(int, status);
    QFETCH(QString, says);
    LoopbackDns dns;
    dns.txt(u"example.com"_s, "v=spf1 -all").fault(u"example.com"_s, static_cast<Fault>(fault));
    const auto resolver = resolverFor({dns.endpoint()}, 600ms);
    Asked asked(*resolver, u"example.com"_s, DnsType::Txt);
    WAIT_FOR(asked);
    QCOMPARE(static_cast<int>(asked.answer->status), status);
    QVERIFY2(asked.answer->detail.contains(says), qPrintable(asked.answer->detail));
    QCOMPARE(asked.times, 1);
}

void tst_Resolver::asksTheNextServerWhenTheFirstOneFails()
{
    for (const Fault fault : {Fault::Refused, Fault::ServFail, Fault::Drop}) {
        LoopbackDns broken, good;
        broken.fault({}, fault);
        good.txt(u"example.com"_s, "found");
        const auto resolver = resolverFor({broken.endpoint(), good.endpoint()}, 3s);
        Asked asked(*resolver, u"example.com"_s, DnsType::Txt);
        WAIT_FOR(asked);
        QVERIFY2(asked.answer->status == Status::Found, qPrintable(asked.answer->detail));
        QVERIFY(!broken.questions().isEmpty());
    }
}

void tst_Resolver::keepsTheFirstFailureWhenAllServersFail()
{
    LoopbackDns one, two;
    one.fault({}, Fault::ServFail);
    two.fault({}, Fault::ServFail);
    const auto resolver = resolverFor({one.endpoint(), two.endpoint()}, 3s);
    Asked asked(*resolver, u"example.com"_s, DnsType::Txt);
    WAIT_FOR(asked);
    QVERIFY2(asked.answer->detail.contains(u"SERVFAIL"), qPrintable(asked.answer->detail));
    QVERIFY(!two.questions().isEmpty());
}

void tst_Resolver::followsAliasesThatTheServerLeft()
{
    LoopbackDns dns;
    dns.cname(u"a.example.com"_s, u"b.example.com"_s)
        .cname(u"b.example.com"_s, u"c.example.com"_s)
        .address(u"c.example.com"_s, u"192.0.2.1"_s);
    dns.fault({}, Fault::LeaveAlias);
    const auto resolver = resolverFor({dns.endpoint()});
    Asked asked(*resolver, u"a.example.com"_s, DnsType::A);
    WAIT_FOR(asked);
    QVERIFY(asked.answer->status == Status::Found);
    QCOMPARE(dns.questions(), (QStringList{u"A a.example.com"_s, u"A b.example.com"_s, u"A c.example.com"_s}));
}

void tst_Resolver::endsAliasLoops_data()
{
    QTest::addColumn<int>("fault");
    QTest::newRow("in one answer") << static_cast<int>(Fault::None);
    QTest::newRow("over several answers") << static_cast<int>(Fault::LeaveAlias);
}

void tst_Resolver::endsAliasLoops()
{
    QFETCH(int, fault);
    LoopbackDns dns;
    dns.cname(u"a.example.com"_s, u"b.example.com"_s)
        .cname(u"b.example.com"_s, u"a.example.com"_s)
        .fault({}, static_cast<Fault>(fault));
    const auto resolver = resolverFor({dns.endpoint()});
    Asked asked(*resolver, u"a.example.com"_s, DnsType::A);
    WAIT_FOR(asked);
    QVERIFY(asked.answer->status == Status::Failed);
    QVERIFY2(asked.answer->detail.contains(u"behind A a.example.com lead in a circle"),
             qPrintable(asked.answer->detail));
    QCOMPARE_LE(dns.questions().size(), 2);
}

void tst_Resolver::keepsAnswersForTheirTtl()
{
    LoopbackDns dns;
    dns.address(u"example.com"_s, u"192.0.2.1"_s);
    const auto resolver = resolverFor({dns.endpoint()});
    for (int i = 0; i < 3; ++i) {
        Asked found(*resolver, i ? u"Example.Com"_s : u"example.com."_s, DnsType::A),
            none(*resolver, u"none.example.com"_s, DnsType::A);
        WAIT_FOR(found);
        WAIT_FOR(none);
        QVERIFY(found.answer->status == Status::Found && none.answer->status == Status::NoName);
    }
    QCOMPARE(dns.questions().size(), 2);

    LoopbackDns fleeting;
    fleeting.address(u"example.com"_s, u"192.0.2.1"_s).ttl(0);
    const auto other = resolverFor({fleeting.endpoint()});
    for (int i = 0; i < 2; ++i) {
        Asked asked(*other, u"example.com"_s, DnsType::A);
        WAIT_FOR(asked);
    }
    QCOMPARE(fleeting.questions().size(), 2);
}

void tst_Resolver::doesNotKeepFailures()
{
    LoopbackDns dns;
    dns.address(u"example.com"_s, u"192.0.2.1"_s).fault(u"example.com"_s, Fault::ServFail);
    const auto resolver = resolverFor({dns.endpoint()});
    Asked failed(*resolver, u"example.com"_s, DnsType::A);
    WAIT_FOR(failed);
    QVERIFY(failed.answer->status == Status::Failed);
    dns.fault(u"example.com"_s, Fault::None);
    Asked found(*resolver, u"example.com"_s, DnsType::A);
    WAIT_FOR(found);
    QVERIFY(found.answer->status == Status::Found);
}

void tst_Resolver::sharesEqualQuestions()
{
    LoopbackDns dns;
    dns.address(u"example.com"_s, u"192.0.2.1"_s);
    const auto resolver = resolverFor({dns.endpoint()});
    Asked one(*resolver, u"example.com"_s, DnsType::A), two(*resolver, u"example.com"_s, DnsType::A),
        three(*resolver, u"EXAMPLE.COM"_s, DnsType::A);
    WAIT_FOR(one);
    WAIT_FOR(two);
    WAIT_FOR(three);
    QCOMPARE(dns.questions().size(), 1);
}

void tst_Resolver::answersManyQuestionsAtOnce()
{
    LoopbackDns dns;
    std::vector<std::unique_ptr<Asked>> all;
    const auto resolver = resolverFor({dns.endpoint()});
    for (int i = 0; i < 300; ++i) {
        dns.address(u"h%1.example.com"_s.arg(i), u"192.0.2.%1"_s.arg(i % 250 + 1));
        all.push_back(std::make_unique<Asked>(*resolver, u"h%1.example.com"_s.arg(i), DnsType::A));
    }
    for (size_t i = 0; i < all.size(); ++i) {
        WAIT_FOR(*all[i]);
        QVERIFY2(all[i]->answer->status == Status::Found, qPrintable(all[i]->answer->detail));
        QCOMPARE(all[i]->answer->addresses.front().toString(), u"192.0.2.%1"_s.arg(i % 250 + 1));
    }
}

void tst_Resolver::refusesImpossibleNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("empty") << QString();
    QTest::newRow("empty label") << u"a..example.com"_s;
    QTest::newRow("long label") << QString(64, u'x') + u".com"_s;
    QTest::newRow("long name") << QStringList(60, u"abcd"_s).join(u'.');
    QTest::newRow("NUL") << u"exa\0mple.com"_s;
}

void tst_Resolver::refusesImpossibleNames()
{
    QFETCH(QString, name);
    LoopbackDns dns;
    const auto resolver = resolverFor({dns.endpoint()});
    Asked asked(*resolver, name, DnsType::A);
    WAIT_FOR(asked);
    QVERIFY(asked.answer->status == Status::Failed);
    QVERIFY2(asked.answer->detail.contains(u"not a DNS name"), qPrintable(asked.answer->detail));
    QVERIFY(dns.questions().isEmpty());
}

void tst_Resolver::asksNamesWithAnyOctet()
{
    LoopbackDns dns;
    const QStringList names{u"foo:bar/baz.example.com"_s, u"a b\\c.example.com"_s, u"_dmarc.example.com"_s,
                            u"\u00fc\"@%.example.com"_s};
    const auto resolver = resolverFor({dns.endpoint()});
    for (const QString &name : names) {
        dns.address(name, u"192.0.2.1"_s);
        Asked asked(*resolver, name, DnsType::A);
        WAIT_FOR(asked);
        QVERIFY2(asked.answer->status == Status::Found, qPrintable(name + u": "_s + asked.answer->detail));
    }
}

void tst_Resolver::dropsAnswersOfDeadContexts()
{
    LoopbackDns dns;
    dns.address(u"example.com"_s, u"192.0.2.1"_s);
    const auto resolver = resolverFor({dns.endpoint()});
    bool called = false;
    {
        QObject context;
        resolver->ask(u"example.com"_s, DnsType::A, &context, [&called](const DnsAnswer &) { called = true; });
    }
    Asked alive(*resolver, u"example.com"_s, DnsType::A);
    WAIT_FOR(alive);
    QVERIFY(!called);
}

void tst_Resolver::mayBeDestroyedWithinACallback()
{
    LoopbackDns dns;
    dns.address(u"example.com"_s, u"192.0.2.1"_s).fault(u"slow.example.com"_s, Fault::Drop);
    auto resolver = resolverFor({dns.endpoint()});
    QObject context;
    bool slowCalled = false, done = false;
    resolver->ask(u"slow.example.com"_s, DnsType::A, &context, [&](const DnsAnswer &) { slowCalled = true; });
    resolver->ask(u"example.com"_s, DnsType::A, &context, [&](const DnsAnswer &) {
        resolver.reset();
        done = true;
    });
    QTRY_VERIFY(done);
    QCoreApplication::processEvents();
    QVERIFY(!slowCalled);
}

void tst_Resolver::mayBeDestroyedWithQuestionsOpen()
{
    LoopbackDns dns;
    dns.fault({}, Fault::Drop);
    QObject context;
    int called = 0;
    {
        const auto resolver = resolverFor({dns.endpoint()});
        for (int i = 0; i < 200; ++i)
            resolver->ask(u"h%1.example.com"_s.arg(i), DnsType::Mx, &context, [&](const DnsAnswer &) { ++called; });
        QTRY_COMPARE_GE(dns.questions().size(), 64);
    }
    QCoreApplication::processEvents();
    QCOMPARE(called, 0);
}

void tst_Resolver::refusesANameserverThatIsNoAddress()
{
    const auto resolver =
        Resolver::create({.nameservers = {*Endpoint::parse(u"dns.example.com:53"_s)}, .queryLimit = 5s});
    QVERIFY(!resolver);
    QCOMPARE(resolver.error().kind, ErrorKind::InvalidInput);
    QVERIFY2(resolver.error().detail.contains(u"dns.example.com"), qPrintable(resolver.error().detail));
}

void tst_Resolver::startsWithTheSystemsNameservers()
{
    const auto resolver = Resolver::create({});
    QVERIFY2(resolver, resolver ? "" : qPrintable(resolver.error().detail));
}

QTEST_GUILESS_MAIN(tst_Resolver)
#include "tst_Resolver.moc"
