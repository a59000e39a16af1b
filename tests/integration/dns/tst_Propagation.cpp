// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/Propagation.h"
#include "tests/integration/dns/Asked.h"
#include "tests/support/dns/LoopbackDns.h"

#include <QSignalSpy>

using namespace relaywright;
using namespace relaywright::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using Fault = LoopbackDns::Fault;

namespace {

/// The servers of example.com, on 127.0.0.2 and 127.0.0.3 at the same port, a resolver that finds them, and two more.
struct Internet {
    std::unique_ptr<LoopbackDns> ns1, ns2;
    LoopbackDns finder, quick, late;

    Internet()
    {
        for (int tries = 0; tries < 50 && !(ns1 && ns1->isListening() && ns2->isListening()); ++tries) {
            ns1 = std::make_unique<LoopbackDns>(u"127.0.0.2"_s, 0);
            ns2 = std::make_unique<LoopbackDns>(u"127.0.0.3"_s, ns1->port());
        }
        finder.ns(u"example.com"_s, u"ns1.example.com"_s).ns(u"example.com"_s, u"ns2.example.com"_s);
        finder.address(u"ns1.example.com"_s, u"127.0.0.2"_s).address(u"ns2.example.com"_s, u"127.0.0.3"_s);
        for (LoopbackDns *server : {ns1.get(), ns2.get()})
            server->authoritative();
        serials(1, 1);
    }

    void serials(std::uint32_t first, std::uint32_t second)
    {
        ns1->soa(u"example.com"_s, u"ns1.example.com"_s, first);
        ns2->soa(u"example.com"_s, u"ns1.example.com"_s, second);
    }

    [[nodiscard]] std::vector<LoopbackDns *> all() { return {ns1.get(), ns2.get(), &quick, &late}; }

    [[nodiscard]] Propagation::Settings settings(const QByteArray &expected = {}) const
    {
        Propagation::Settings settings;
        settings.resolvers = {{u"Quick"_s, quick.endpoint()}, {{}, late.endpoint()}};
        settings.port = ns1->port();
        settings.queryLimit = 5s;
        settings.expected = expected;
        return settings;
    }
};

QStringList seeing(const Propagation &watch)
{
    QStringList names;
    for (const ServerView &view : watch.views()) {
        if (watch.sees(view))
            names += view.name;
    }
    return names;
}

} // namespace

class tst_Propagation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asksTheZonesServersAndTheResolvers();
    void tellsWhoSeesTheExpectedText();
    void holdsAllAgainstTheNewestSerial();
    void comparesWithoutOrderAndTtl();
    void comparesTheAliasOfAName_data();
    void comparesTheAliasOfAName();
    void countsAnAbsentRecordAsAgreement();
    void waitsUntilEverybodySees();
    void givesUpAfterItsRounds();
    void doesNotCountSilenceAsSeeing();
    void findsTheZoneAboveAName();
    void saysWhyItCannotBegin_data();
    void saysWhyItCannotBegin();
    void endsAtOnceWhenCancelled();
    void mayBeDestroyedAtAnyTime();
    void asksAtMostSixteenAddresses();
};

#define RUN(watch)                                                                                                     \
    QSignalSpy finished(&(watch), &Propagation::finished);                                                             \
    (watch).start();                                                                                                   \
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 20'000)

void tst_Propagation::asksTheZonesServersAndTheResolvers()
{
    Internet net;
    for (LoopbackDns *server : net.all())
        server->txt(u"example.com"_s, "v=spf1 -all");
    const auto dns = resolverFor({net.finder.endpoint()});
    Propagation watch(u"Example.com."_s, DnsType::Txt, net.settings(), *dns);
    QSignalSpy progressed(&watch, &Propagation::progressed);
    RUN(watch);
    QCOMPARE(finished.front().front().toBool(), true);
    QCOMPARE(watch.zone(), u"example.com"_s);
    QCOMPARE(watch.problem(), QString());
    QStringList seen;
    for (const ServerView &view : watch.views())
        seen += u"%1 %2 %3"_s.arg(view.name, view.server.host.toString(), view.ofTheZone ? u"zone"_s : u"resolver"_s);
    QCOMPARE(seen, (QStringList{u"ns1.example.com 127.0.0.2 zone"_s, u"ns2.example.com 127.0.0.3 zone"_s,
                                u"Quick 127.0.0.1 resolver"_s, u"127.0.0.1 127.0.0.1 resolver"_s}));
    QVERIFY(watch.views().front().answer.authoritative);
    QCOMPARE(watch.countSeeing(), 4);
    QCOMPARE(progressed.back(), (QList<QVariant>{4, 4}));
    QVERIFY(!net.ns1->flags().contains(u"RD AD EDNS"_s)); // the zone's own are asked without recursion
    QCOMPARE(net.quick.flags(), QStringList{u"RD AD EDNS"_s});
}

void tst_Propagation::tellsWhoSeesTheExpectedText()
{
    Internet net;
    for (LoopbackDns *server : net.all())
        server->txt(u"example.com"_s, "v=spf1 ~all");
    net.ns1->forget(u"example.com"_s).txt(u"example.com"_s, "other").txt(u"example.com"_s, "v=spf1 -all");
    const auto dns = resolverFor({net.finder.endpoint()});
    Propagation watch(u"example.com"_s, DnsType::Txt, net.settings("v=spf1 -all"), *dns);
    RUN(watch);
    QCOMPARE(finished.front().front().toBool(), false);
    QCOMPARE(seeing(watch), QStringList{u"ns1.example.com"_s});
}

void tst_Propagation::holdsAllAgainstTheNewestSerial()
{
    Internet net;
    for (LoopbackDns *server : net.all())
        server->txt(u"www.example.com"_s, "old");
    net.ns2->forget(u"example.com"_s).forget(u"www.example.com"_s).txt(u"www.example.com"_s, "new");
    net.ns2->soa(u"example.com"_s, u"ns1.example.com"_s, 2);
    net.quick.forget(u"www.example.com"_s).txt(u"www.example.com"_s, "new");
    const auto dns = resolverFor({net.finder.endpoint()});
    Propagation watch(u"www.example.com"_s, DnsType::Txt, net.settings(), *dns);
    RUN(watch);
    QCOMPARE(seeing(watch), (QStringList{u"ns2.example.com"_s, u"Quick"_s}));
}

void tst_Propagation::comparesWithoutOrderAndTtl()
{
    Internet net;
    for (LoopbackDns *server : net.all())
        server->mx(u"example.com"_s, 10, u"a.example.com"_s).mx(u"example.com"_s, 10, u"b.example.com"_s);
    net.late.forget(u"example.com"_s)
        .mx(u"example.com"_s, 10, u"b.example.com"_s)
        .mx(u"example.com"_s, 10, u"a.example.com"_s);
    net.late.ttl(17);
    const auto dns = resolverFor({net.finder.endpoint()});
    Propagation watch(u"example.com"_s, DnsType::Mx, net.settings(), *dns);
    RUN(watch);
    QCOMPARE(watch.countSeeing(), 4);
    QCOMPARE(watch.views().back().answer.ttl.count(), 17);
}

void tst_Propagation::comparesTheAliasOfAName_data()
{
    QTest::addColumn<DnsType>("type");
    QTest::newRow("asked for the alias") << DnsType::Cname;
    QTest::newRow("asked for what is behind it") << DnsType::Txt; // the zone's servers leave that to others
}

void tst_Propagation::comparesTheAliasOfAName()
{
    QFETCH(DnsType, type);
    Internet net;
    for (LoopbackDns *server : net.all())
        server->cname(u"s._domainkey.example.com"_s, u"key.example.net"_s);
    for (LoopbackDns *server : {net.ns1.get(), net.ns2.get()})
        server->fault(u"s._domainkey.example.com"_s, Fault::LeaveAlias); // they do not hold example.net
    net.quick.txt(u"key.example.net"_s, "v=DKIM1; p=x");
    net.late.txt(u"key.example.net"_s, "v=DKIM1; p=x").forget(u"s._domainkey.example.com"_s);
    const auto dns = resolverFor({net.finder.endpoint()});
    Propagation text(u"s._domainkey.example.com"_s, type, net.settings(), *dns);
    RUN(text);
    QCOMPARE(seeing(text), (QStringList{u"ns1.example.com"_s, u"ns2.example.com"_s, u"Quick"_s}));
}

void tst_Propagation::countsAnAbsentRecordAsAgreement()
{
    Internet net;
    net.late.txt(u"gone.example.com"_s, "still here");
    const auto dns = resolverFor({net.finder.endpoint()});
    Propagation watch(u"gone.example.com"_s, DnsType::Txt, net.settings(), *dns);
    RUN(watch);
    QCOMPARE(watch.countSeeing(), 3);
    QVERIFY(!watch.sees(watch.views().back()));
}

void tst_Propagation::waitsUntilEverybodySees()
{
    Internet net;
    for (LoopbackDns *server : net.all())
        server->txt(u"example.com"_s, server == &net.late ? "old" : "new");
    const auto dns = resolverFor({net.finder.endpoint()});
    Propagation::Settings settings = net.settings("new");
    settings.interval = 50ms;
    Propagation watch(u"example.com"_s, DnsType::Txt, settings, *dns);
    QSignalSpy finished(&watch, &Propagation::finished);
    watch.start();
    QTRY_COMPARE_GE(net.late.questions().size(), 3); // asked again, though its answer may be kept for five minutes
    QCOMPARE(watch.countSeeing(), 3);
    QCOMPARE(finished.size(), 0);
    net.late.forget(u"example.com"_s).txt(u"example.com"_s, "new");
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(finished.front().front().toBool(), true);
    QCOMPARE(net.quick.questions().size(), 1); // who sees it already is left alone
}

void tst_Propagation::givesUpAfterItsRounds()
{
    Internet net;
    const auto dns = resolverFor({net.finder.endpoint()});
    Propagation::Settings settings = net.settings("never");
    settings.interval = 10ms;
    settings.maxRounds = 3;
    Propagation watch(u"example.com"_s, DnsType::Txt, settings, *dns);
    RUN(watch);
    QCOMPARE(finished.front().front().toBool(), false);
    QCOMPARE(net.quick.questions().size(), 3);
}

void tst_Propagation::doesNotCountSilenceAsSeeing()
{
    Internet net;
    for (LoopbackDns *server : net.all())
        server->txt(u"example.com"_s, "v=spf1 -all");
    net.quick.fault({}, Fault::ServFail);
    net.late.fault({}, Fault::Drop);
    const auto dns = resolverFor({net.finder.endpoint()});
    Propagation::Settings settings = net.settings();
    settings.queryLimit = 500ms;
    Propagation watch(u"example.com"_s, DnsType::Txt, settings, *dns);
    RUN(watch);
    QCOMPARE(finished.front().front().toBool(), false);
    QCOMPARE(seeing(watch), (QStringList{u"ns1.example.com"_s, u"ns2.example.com"_s}));
    QVERIFY(watch.views()[2].answer.detail.contains(u"SERVFAIL about TXT example.com"));
    QVERIFY(watch.views()[3].answer.status == DnsAnswer::Status::TimedOut);
}

void tst_Propagation::findsTheZoneAboveAName()
{
    Internet net;
    for (LoopbackDns *server : net.all())
        server->txt(u"selector1._domainkey.mail.example.com"_s, "x");
    net.finder.cname(u"mail.example.com"_s, u"elsewhere.example.net"_s)
        .ns(u"elsewhere.example.net"_s, u"ns.example.net"_s);
    const auto dns = resolverFor({net.finder.endpoint()});
    Propagation watch(u"selector1._domainkey.mail.example.com"_s, DnsType::Txt, net.settings(), *dns);
    RUN(watch);
    QCOMPARE(watch.zone(), u"example.com"_s);
    QCOMPARE(watch.countSeeing(), 4);
}

void tst_Propagation::saysWhyItCannotBegin_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("says");
    QTest::newRow("no zone") << u"mail.nowhere.example"_s << u"no zone for mail.nowhere.example"_s;
    QTest::newRow("no address") << u"www.lost.example"_s << u"name servers of lost.example (ns.lost.example)"_s;
    QTest::newRow("no answer") << u"down.example"_s << u"SERVFAIL about NS down.example"_s;
    QTest::newRow("no name") << u"a..example"_s << u"not a DNS name"_s;
}

void tst_Propagation::saysWhyItCannotBegin()
{
    QFETCH(QString, name);
    QFETCH(QString, says);
    Internet net;
    net.finder.ns(u"lost.example"_s, u"ns.lost.example"_s).fault(u"down.example"_s, Fault::ServFail);
    const auto dns = resolverFor({net.finder.endpoint()});
    Propagation watch(name, DnsType::Txt, net.settings(), *dns);
    RUN(watch);
    QCOMPARE(finished.front().front().toBool(), false);
    QVERIFY2(watch.problem().contains(says), qPrintable(watch.problem()));
    QVERIFY(watch.views().empty());
}

void tst_Propagation::endsAtOnceWhenCancelled()
{
    Internet net;
    net.late.fault({}, Fault::Drop);
    const auto dns = resolverFor({net.finder.endpoint()});
    Propagation watch(u"example.com"_s, DnsType::Txt, net.settings(), *dns);
    QSignalSpy finished(&watch, &Propagation::finished), changed(&watch, &Propagation::changed);
    watch.cancel(); // before the start: nothing
    QCOMPARE(finished.size(), 0);
    watch.start();
    QTRY_VERIFY(!net.late.questions().isEmpty());
    watch.cancel();
    QCOMPARE(finished.size(), 1);
    const qsizetype before = changed.size();
    net.quick.txt(u"example.com"_s, "x");
    QTest::qWait(0);
    QCOMPARE(changed.size(), before);
    watch.cancel();
    QCOMPARE(finished.size(), 1);
}

void tst_Propagation::mayBeDestroyedAtAnyTime()
{
    Internet net;
    net.late.fault({}, Fault::Drop);
    const auto dns = resolverFor({net.finder.endpoint()});
    for (const auto stage : {0, 1, 2}) {
        auto watch = std::make_unique<Propagation>(u"example.com"_s, DnsType::Txt, net.settings(), *dns);
        watch->start();
        if (stage == 1)
            QTRY_VERIFY(!watch->views().empty());
        if (stage == 2)
            QTRY_VERIFY(watch->views().size() == 4 && watch->views()[2].asked);
        watch.reset();
        QTest::qWait(0);
    }
}

void tst_Propagation::asksAtMostSixteenAddresses()
{
    Internet net;
    net.finder.forget(u"example.com"_s);
    for (int i = 0; i < 40; ++i) {
        const QString server = u"n%1.example.com"_s.arg(i);
        net.finder.ns(u"example.com"_s, server)
            .address(server, u"127.0.1.%1"_s.arg(i + 1))
            .address(server, u"127.0.2.1"_s);
    }
    const auto dns = resolverFor({net.finder.endpoint()});
    Propagation::Settings settings = net.settings();
    settings.queryLimit = 300ms;
    Propagation watch(u"example.com"_s, DnsType::Txt, settings, *dns);
    RUN(watch);
    QCOMPARE(watch.views().size(), 18u); // with the two resolvers
}

QTEST_GUILESS_MAIN(tst_Propagation)
#include "tst_Propagation.moc"
