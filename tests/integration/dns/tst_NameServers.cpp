// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/dns/Asked.h"
#include "tests/support/dns/LoopbackDns.h"

#include <QElapsedTimer>

using namespace relaywright;
using namespace relaywright::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using Status = DnsAnswer::Status;
using Fault = LoopbackDns::Fault;

/// Which server is asked, how, for how long, and what is known about its answer.
class tst_NameServers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsWhoAnswered();
    void tellsWhatTheServerSaysOfItself();
    void asksAServerOfTheZoneWithoutRecursion();
    void takesLostPacketsAgain();
    void hearsASlowServer();
    void hearsASlowServerOverTcp();
    void asksTheNextServerSoonWhenTheFirstOneIsSilent();
    void asksASilentServerLastFromThenOn();
    void hearsTheFirstServerThoughTheNextWasAsked();
    void turnsToTheNextServerAtEachAlias();
    void asksAtMost64AtOnce();
    void doesNotAskForContextsThatDied();
    void knowsWithoutAsking();
};

void tst_NameServers::tellsWhoAnswered()
{
    LoopbackDns broken, good;
    broken.fault({}, Fault::Refused);
    good.address(u"example.com"_s, u"192.0.2.1"_s).soa(u"example.com"_s, u"ns1.example.com"_s, 2026112201);
    good.tlsa(u"_25._tcp.mx.example.com"_s, 3, 1, 1, QByteArray(32, 'x'));
    const auto resolver = resolverFor({broken.endpoint(), good.endpoint()});
    QVERIFY(resolver->nameservers() == (std::vector<Endpoint>{broken.endpoint(), good.endpoint()}));
    Asked a(*resolver, u"example.com"_s, DnsType::A), none(*resolver, u"none.example.com"_s, DnsType::A),
        soa(*resolver, u"example.com"_s, DnsType::Soa), tlsa(*resolver, u"_25._tcp.mx.example.com"_s, DnsType::Tlsa);
    for (Asked *asked : {&a, &none, &soa, &tlsa}) {
        WAIT_FOR(*asked);
        QCOMPARE(asked->answer->server, u"127.0.0.1:%1"_s.arg(good.port()));
    }
    QVERIFY(soa.answer->soa == (DnsSoa{u"ns1.example.com"_s, 2026112201}));
    QVERIFY(tlsa.answer->associations == (std::vector<DnsTlsa>{{3, 1, 1, QByteArray(32, 'x')}}));
    const auto lonely = resolverFor({broken.endpoint()});
    Asked refused(*lonely, u"example.com"_s, DnsType::A);
    WAIT_FOR(refused);
    QCOMPARE(refused.answer->server, u"127.0.0.1:%1"_s.arg(broken.port()));
}

void tst_NameServers::tellsWhatTheServerSaysOfItself()
{
    LoopbackDns validating, zone;
    validating.address(u"example.com"_s, u"192.0.2.1"_s).authentic();
    zone.address(u"example.com"_s, u"192.0.2.1"_s).authoritative();
    const auto one = resolverFor({validating.endpoint()}), two = resolverFor({zone.endpoint()});
    Asked validated(*one, u"example.com"_s, DnsType::A), published(*two, u"example.com"_s, DnsType::A);
    WAIT_FOR(validated);
    WAIT_FOR(published);
    QVERIFY(validated.answer->authentic && !validated.answer->authoritative);
    QVERIFY(!published.answer->authentic && published.answer->authoritative);
    QCOMPARE(validating.flags(), QStringList{u"RD AD EDNS"_s});
}

void tst_NameServers::asksAServerOfTheZoneWithoutRecursion()
{
    LoopbackDns dns;
    dns.cname(u"www.example.com"_s, u"host.example.net"_s).address(u"host.example.net"_s, u"192.0.2.1"_s);
    dns.fault(u"www.example.com"_s, Fault::LeaveAlias).fault(u"sub.example.com"_s, Fault::Refer);
    const auto resolver = resolverFor({dns.endpoint()}, 5s, true);
    Asked alias(*resolver, u"www.example.com"_s, DnsType::A), delegated(*resolver, u"sub.example.com"_s, DnsType::A);
    WAIT_FOR(alias);
    WAIT_FOR(delegated);
    QVERIFY(alias.answer->status == Status::NoData);
    QCOMPARE(alias.answer->aliases, QStringList{u"host.example.net"_s});
    QVERIFY(delegated.answer->status == Status::Failed);
    QCOMPARE(dns.flags(), (QStringList{u"AD EDNS"_s, u"AD EDNS"_s}));
}

void tst_NameServers::takesLostPacketsAgain()
{
    LoopbackDns dns;
    dns.address(u"example.com"_s, u"192.0.2.1"_s).lose(u"example.com"_s, 3);
    const auto resolver = resolverFor({dns.endpoint()}, 1500ms);
    Asked asked(*resolver, u"example.com"_s, DnsType::A);
    WAIT_FOR(asked);
    QVERIFY2(asked.answer->status == Status::Found, qPrintable(asked.answer->detail));
    QCOMPARE(dns.questions().size(), 4);
}

void tst_NameServers::hearsASlowServer()
{
    LoopbackDns dns;
    dns.address(u"example.com"_s, u"192.0.2.1"_s).delay({}, 3s);
    const auto resolver = resolverFor({dns.endpoint()});
    Asked asked(*resolver, u"example.com"_s, DnsType::A);
    WAIT_FOR(asked);
    QVERIFY2(asked.answer->status == Status::Found, qPrintable(asked.answer->detail));
    QCOMPARE(asked.times, 1);
}

void tst_NameServers::hearsASlowServerOverTcp()
{
    LoopbackDns dns;
    dns.address(u"example.com"_s, u"192.0.2.1"_s).fault({}, Fault::Truncate).delay({}, 800ms);
    const auto resolver = resolverFor({dns.endpoint()}, 2500ms);
    Asked asked(*resolver, u"example.com"_s, DnsType::A);
    WAIT_FOR(asked);
    QVERIFY2(asked.answer->status == Status::Found, qPrintable(asked.answer->detail));
    QCOMPARE(dns.questions().count(u"A example.com over TCP"_s), 1);
}

void tst_NameServers::asksTheNextServerSoonWhenTheFirstOneIsSilent()
{
    LoopbackDns dead, good;
    dead.fault({}, Fault::Drop);
    good.address(u"example.com"_s, u"192.0.2.1"_s);
    const auto resolver = resolverFor({dead.endpoint(), good.endpoint()});
    QElapsedTimer clock;
    clock.start();
    Asked asked(*resolver, u"example.com"_s, DnsType::A);
    WAIT_FOR(asked);
    QVERIFY2(asked.answer->status == Status::Found, qPrintable(asked.answer->detail));
    QCOMPARE_LT(clock.elapsed(), 2500); // of 5 seconds that it may take
    QVERIFY(!dead.questions().isEmpty());
}

void tst_NameServers::asksASilentServerLastFromThenOn()
{
    LoopbackDns dead, good;
    dead.fault({}, Fault::Drop);
    good.address(u"a.example.com"_s, u"192.0.2.1"_s).address(u"b.example.com"_s, u"192.0.2.1"_s);
    const auto resolver = resolverFor({dead.endpoint(), good.endpoint()}, 900ms);
    for (const QString &name : {u"a.example.com"_s, u"b.example.com"_s}) {
        Asked asked(*resolver, name, DnsType::A);
        WAIT_FOR(asked);
        QVERIFY2(asked.answer->status == Status::Found, qPrintable(asked.answer->detail));
    }
    QVERIFY(dead.questions().contains(u"A a.example.com"_s));
    QVERIFY(!dead.questions().contains(u"A b.example.com"_s));
}

void tst_NameServers::hearsTheFirstServerThoughTheNextWasAsked()
{
    LoopbackDns slow, dead;
    slow.address(u"example.com"_s, u"192.0.2.1"_s).delay({}, 1200ms);
    dead.fault({}, Fault::Drop);
    const auto resolver = resolverFor({slow.endpoint(), dead.endpoint()}, 2100ms); // the next one after 700 ms
    Asked asked(*resolver, u"example.com"_s, DnsType::A);
    WAIT_FOR(asked);
    QVERIFY2(asked.answer->status == Status::Found, qPrintable(asked.answer->detail));
    QCOMPARE(asked.answer->server, slow.endpoint().toString());
    QVERIFY(!dead.questions().isEmpty());
    QCOMPARE(asked.times, 1);
}

void tst_NameServers::turnsToTheNextServerAtEachAlias()
{
    LoopbackDns one, two;
    for (LoopbackDns *dns : {&one, &two})
        dns->cname(u"a.example.com"_s, u"b.example.com"_s).fault(u"a.example.com"_s, Fault::LeaveAlias);
    one.fault(u"b.example.com"_s, Fault::ServFail);
    two.address(u"b.example.com"_s, u"192.0.2.1"_s);
    const auto resolver = resolverFor({one.endpoint(), two.endpoint()});
    Asked asked(*resolver, u"a.example.com"_s, DnsType::A);
    WAIT_FOR(asked);
    QVERIFY2(asked.answer->status == Status::Found, qPrintable(asked.answer->detail));
    QCOMPARE(asked.answer->aliases, QStringList{u"b.example.com"_s});
    QCOMPARE(two.questions(), QStringList{u"A b.example.com"_s});
}

void tst_NameServers::asksAtMost64AtOnce()
{
    LoopbackDns dns;
    dns.delay({}, 100ms);
    const auto resolver = resolverFor({dns.endpoint()});
    std::vector<std::unique_ptr<Asked>> all;
    for (int i = 0; i < 200; ++i) {
        const QString name = u"h%1.example.com"_s.arg(i);
        dns.address(name, u"192.0.2.1"_s);
        all.push_back(std::make_unique<Asked>(*resolver, name, DnsType::A));
    }
    for (const auto &asked : all) {
        WAIT_FOR(*asked);
        QVERIFY2(asked->answer->status == Status::Found, qPrintable(asked->answer->detail));
        QCOMPARE(asked->times, 1);
    }
    QCOMPARE(dns.mostAtOnce(), 64);
}

void tst_NameServers::doesNotAskForContextsThatDied()
{
    LoopbackDns dns;
    dns.delay({}, 200ms).address(u"last.example.com"_s, u"192.0.2.1"_s);
    const auto resolver = resolverFor({dns.endpoint()});
    {
        QObject context;
        for (int i = 0; i < 1000; ++i)
            resolver->ask(u"h%1.example.com"_s.arg(i), DnsType::A, &context,
                          [](const DnsAnswer &) { qFatal("called"); });
    }
    QElapsedTimer clock;
    clock.start();
    Asked last(*resolver, u"last.example.com"_s, DnsType::A);
    WAIT_FOR(last);
    QVERIFY(last.answer->status == Status::Found);
    QCOMPARE_LT(clock.elapsed(), 1500); // a thousand questions, 64 at once, would take three seconds
    QCOMPARE_LE(dns.questions().size(), 66);
}

void tst_NameServers::knowsWithoutAsking()
{
    LoopbackDns dns;
    dns.address(u"example.com"_s, u"192.0.2.1"_s);
    const auto resolver = resolverFor({dns.endpoint()});
    QVERIFY(!resolver->known(u"example.com"_s, DnsType::A));
    QVERIFY(dns.questions().isEmpty());
    Asked found(*resolver, u"example.com"_s, DnsType::A), none(*resolver, u"none.example.com"_s, DnsType::A);
    WAIT_FOR(found);
    WAIT_FOR(none);
    QCOMPARE(resolver->known(u"EXAMPLE.com."_s, DnsType::A)->addresses.size(), 1u);
    QVERIFY(resolver->known(u"none.example.com"_s, DnsType::A)->status == Status::NoName);
    QVERIFY(!resolver->known(u"example.com"_s, DnsType::Mx));
    QCOMPARE(dns.questions().size(), 2);
}

QTEST_GUILESS_MAIN(tst_NameServers)
#include "tst_NameServers.moc"
