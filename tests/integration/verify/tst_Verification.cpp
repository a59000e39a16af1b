// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/Verification.h"

#include "core/mailauth/SpfMacro.h"
#include "core/verify/ReachCheck.h"
#include "tests/integration/verify/PolicyServer.h"
#include "tests/support/ScriptedSmtpServer.h"
#include "tests/support/dns/LoopbackDns.h"

#include <QJsonArray>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_Verification : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsAGoodSiteGood();
    void findsWhatIsWrong();
    void saysCouldNotTellWhenTheDnsIsSilent();
    void looksAtOneLineAlone();
    void asksNoStrangersWhenToldSo();
    void looksAtSendersAlikeOnce();
    void predictsWithTheProposedRecord();
    void cancelsAtOnce();
    void mayBeCancelledOrDestroyedByASlot_data();
    void mayBeCancelledOrDestroyedByASlot();
    void runsAgain();
    void finishesWithNothingToDo();
    void checksSpfOverTheNetwork();
    void checksReachability_data();
    void checksReachability();
    void triesTheNextAddress();
};

namespace {

// Made for this test; nobody has the private half.
const QByteArray kPublicKey =
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzPbVAlA0HGmkC9Z9D4AMjVg+3aTpFTxFAf9sxVOdZa01fA"
    "yYC9tKmWSJQw502DBDIZmddRsDeZM3EDzQOXDcix2eHqDXmJSBQqrgKUIGe6g1T2+u1lH2r/ntdtGWu46PxXNs5ieF"
    "DCpZz3NACPTwa0VOduUt7/j+rQhEfRzb62pHnvarCncEGYIqA7skMnJcGVwWSzFjd3y+QRdkuR7nGnetkfXDwZjRYk"
    "jftT6q431rgeyYnxHYB+GomIAY3qH8KGiQeiFnD9zgR9PG3yvPnUFcd03QlfaTIg+JJVvVeTYEUJ3mnYzsfpEtGDec"
    "rnBT7IVCWChzj2CZ0ba/54K22wIDAQAB";

struct World {
    LoopbackDns dns;
    ScriptedSmtpServer smtp{u"S: 220 mx.example.com ESMTP\nC: QUIT\n"_s};
    std::unique_ptr<Resolver> resolver;
    Site site;
    Plan plan;

    explicit World(std::chrono::milliseconds limit = 5s)
        : resolver(std::move(*Resolver::create({.nameservers = {dns.endpoint()}, .queryLimit = limit})))
    {
        site.organisation.acceptedDomains = {*Domain::parse(u"contoso.com"_s)};
        Network network;
        network.id = u"hq"_s;
        network.egress = {*IpNetwork::parse(u"192.0.2.10"_s), *IpNetwork::parse(u"2001:db8::10"_s)};
        site.networks = {network};
        Sender sender;
        sender.id = u"scanner"_s;
        sender.name = u"Scanner"_s;
        sender.from = *EmailAddress::parse(u"scanner@contoso.com"_s);
        site.senders = {sender};
        Option option;
        option.method = Method::DirectSend;
        option.fit = Fit::Fits;
        option.settings.port = smtp.port();
        plan.senders = {{u"scanner"_s, {option}}};
    }

    /// All that makes each line good.
    void publishAll(const QByteArray &spf)
    {
        publish(spf);
        const QString tenant = u"contoso-com._domainkey.contoso.onmicrosoft.com"_s;
        for (const QString &selector : {u"selector1"_s, u"selector2"_s}) {
            dns.cname(selector + u"._domainkey.contoso.com"_s, selector + u'-' + tenant);
            dns.txt(selector + u'-' + tenant, "v=DKIM1; k=rsa; p=" + kPublicKey);
        }
        dns.txt(u"_dmarc.contoso.com"_s, "v=DMARC1; p=reject; rua=mailto:dmarc@contoso.com");
        dns.txt(u"_mta-sts.contoso.com"_s, "v=STSv1; id=20261122").address(u"mta-sts.contoso.com"_s, u"127.0.0.1"_s);
        dns.txt(u"_smtp._tls.contoso.com"_s, "v=TLSRPTv1; rua=mailto:tls@contoso.com");
        for (const IpNetwork &network : site.networks[0].egress) {
            dns.ptr(toReverseName(network.address()), u"mail.contoso.com"_s);
            dns.address(u"mail.contoso.com"_s, network.address().toString());
        }
        const QJsonArray zones = Knowledge::builtIn().fact(u"dnsbl.zones"_s).value.toArray();
        for (const auto &zone : zones)
            dns.address(u"2.0.0.127."_s + zone.toString(), u"127.0.0.2"_s)
                .address(u"2.0.0.0.0.0.f.7.f.f.f.f."_s + u"0."_s.repeated(20) + zone.toString(), u"127.0.0.2"_s);
    }

    void publish(const QByteArray &spf)
    {
        dns.mx(u"contoso.com"_s, 0, u"contoso-com.mail.protection.outlook.com"_s);
        dns.address(u"contoso-com.mail.protection.outlook.com"_s, u"127.0.0.1"_s);
        dns.txt(u"contoso.com"_s, spf).txt(u"spf.protection.outlook.com"_s, "v=spf1 ip4:198.51.100.0/24 -all");
    }
};

/// Runs to the end; findings by id as `verdict`.
QMap<QString, QString> run(Verification &verification)
{
    QMap<QString, QString> verdicts;
    QList<std::pair<int, int>> progress;
    bool finished = false;
    QObject scope;
    QObject::connect(&verification, &Verification::found, &scope,
                     [&](const Finding &finding) { verdicts[finding.id] = toString(finding.verdict); });
    QObject::connect(&verification, &Verification::progressed, &scope, [&](int done, int total) {
        progress += {done, total};
    });
    QObject::connect(&verification, &Verification::finished, &scope, [&] { finished = true; });
    verification.start();
    if (!QTest::qWaitFor([&] { return finished; }, 20'000))
        verdicts[u"finished"_s] = u"never"_s;
    if (!progress.isEmpty() && progress.back() != std::pair(int(verdicts.size()), int(verdicts.size())))
        verdicts[u"progress"_s] = u"ends at %1 of %2"_s.arg(progress.back().first).arg(progress.back().second);
    return verdicts;
}

/// Lets everything that is queued or at the sockets be handled.
void settle()
{
    for (int i = 0; i < 20; ++i)
        QCoreApplication::processEvents();
}

using Verdicts = QMap<QString, QString>;

} // namespace

void tst_Verification::findsAGoodSiteGood()
{
    World world;
    world.publishAll("v=spf1 ip4:192.0.2.10 ip6:2001:db8::10 include:spf.protection.outlook.com -all");
    TestCertificates certificates;
    const PolicyServer web(
        certificates.valid({u"mta-sts.contoso.com"_s}),
        withLength("version: STSv1\nmode: enforce\nmx: *.mail.protection.outlook.com\nmax_age: 604800\n"));
    Verification verification(world.site, world.plan, Knowledge::builtIn(), *world.resolver,
                              {.policyPort = web.port(), .policyAuthorities = certificates.authorityPem()});
    const Verdicts verdicts = run(verification);
    QStringList ids;
    for (const Check &check : verification.checks())
        ids += check.id;
    ids.sort();
    QCOMPARE(verdicts.keys(), ids);
    for (const auto &[id, verdict] : verdicts.asKeyValueRange())
        QVERIFY2(verdict == u"good", qPrintable(id + u": "_s + verdict));
    RELAYWRIGHT_VERIFY_SCRIPT(world.smtp);
}

void tst_Verification::findsWhatIsWrong()
{
    World world;
    world.dns.mx(u"contoso.com"_s, 10, u"mx.gateway.example"_s).address(u"mx.gateway.example"_s, u"127.0.0.9"_s);
    world.dns.txt(u"contoso.com"_s, "v=spf1 ip4:192.0.2.10 -all");
    world.dns.txt(u"_dmarc.contoso.com"_s, "v=DMARC1; p=reject; rua=mailto:a@reports.example");
    Verification verification(world.site, world.plan, Knowledge::builtIn(), *world.resolver);
    const Verdicts verdicts = run(verification);
    const std::pair<QString, QString> expected[] = {
        {u"mx.contoso.com"_s, u"attention"_s},
        {u"spf.contoso.com"_s, u"attention"_s},
        {u"spf.sender.scanner"_s, u"wrong"_s},
        {u"dkim.contoso.com.selector1"_s, u"attention"_s},
        {u"dmarc.contoso.com"_s, u"good"_s},
        {u"dmarc.contoso.com.reports"_s, u"wrong"_s},
        {u"prediction.scanner"_s, u"wrong"_s},
        {u"addresses.2001:db8::10.ptr"_s, u"wrong"_s},
        {u"addresses.192.0.2.10.blocklists"_s, u"could-not-tell"_s},
        {u"reach.mx:%1"_s.arg(world.smtp.port()), u"could-not-tell"_s},
    };
    for (const auto &[id, verdict] : expected)
        QCOMPARE(id + u' ' + verdicts.value(id), id + u' ' + verdict);
}

void tst_Verification::saysCouldNotTellWhenTheDnsIsSilent()
{
    World world(300ms);
    world.dns.fault({}, LoopbackDns::Fault::Drop);
    world.site.organisation.mxHost = *Host::parse(u"contoso-com.mail.protection.outlook.com"_s);
    Verification verification(world.site, world.plan, Knowledge::builtIn(), *world.resolver);
    const Verdicts verdicts = run(verification);
    QCOMPARE(verdicts.size(), qsizetype(verification.checks().size()));
    for (const auto &[id, verdict] : verdicts.asKeyValueRange())
        QVERIFY2(verdict == u"could-not-tell", qPrintable(id + u": "_s + verdict));
}

void tst_Verification::looksAtOneLineAlone()
{
    World world;
    world.publish("v=spf1 -all");
    Verification verification(world.site, world.plan, Knowledge::builtIn(), *world.resolver,
                              {.only = {u"mx.contoso.com"_s}});
    QCOMPARE(run(verification), (Verdicts{{u"mx.contoso.com"_s, u"good"_s}}));
    for (const QString &question : world.dns.questions())
        QVERIFY2(question.startsWith(u"MX ") || question.endsWith(u"outlook.com"), qPrintable(question));
}

void tst_Verification::asksNoStrangersWhenToldSo()
{
    World world;
    Verification verification(world.site, world.plan, Knowledge::builtIn(), *world.resolver, {.blocklists = false});
    const Verdicts verdicts = run(verification);
    QVERIFY(verdicts.contains(u"addresses.192.0.2.10.ptr"_s));
    QVERIFY(!verdicts.contains(u"addresses.192.0.2.10.blocklists"_s));
    for (const QString &question : world.dns.questions())
        QVERIFY2(!question.contains(u"spamhaus"), qPrintable(question));
}

void tst_Verification::looksAtSendersAlikeOnce()
{
    World world;
    world.publish("v=spf1 ip4:192.0.2.10 ip6:2001:db8::10 -all");
    world.plan.senders[0].options[0].settings.port = 0; // no connection
    for (int i = 0; i < 500; ++i) {
        Sender sender = world.site.senders[0];
        sender.id = u"scanner-%1"_s.arg(i);
        world.site.senders.push_back(sender);
        world.plan.senders.push_back({sender.id, world.plan.senders[0].options, {}});
    }
    Verification verification(world.site, world.plan, Knowledge::builtIn(), *world.resolver, {.blocklists = false});
    const Verdicts verdicts = run(verification);
    QCOMPARE(verdicts.value(u"prediction.scanner-499"_s), u"good"_s);
    QCOMPARE(verdicts.value(u"spf.sender.scanner-499"_s), u"good"_s);
    QVERIFY2(world.dns.questions().size() < 60, qPrintable(QString::number(world.dns.questions().size())));
}

void tst_Verification::predictsWithTheProposedRecord()
{
    World world;
    world.publish("v=spf1 include:spf.protection.outlook.com -all");
    world.dns.txt(u"_dmarc.contoso.com"_s, "v=DMARC1; p=reject");
    Verification verification(world.site, world.plan, Knowledge::builtIn(), *world.resolver,
                              {.only = {u"prediction.scanner"_s}});
    Finding prediction;
    connect(&verification, &Verification::found, this, [&](const Finding &finding) { prediction = finding; });
    QCOMPARE(run(verification).value(u"prediction.scanner"_s), u"wrong"_s);
    QCOMPARE(prediction.proposal, u"v=spf1 include:spf.protection.outlook.com ip4:192.0.2.10 ip6:2001:db8::10 -all"_s);
    QVERIFY2(prediction.seen.contains(u"With the proposed record: SPF pass, DMARC pass."), qPrintable(prediction.seen));
}

void tst_Verification::cancelsAtOnce()
{
    World world;
    world.dns.fault({}, LoopbackDns::Fault::Drop);
    Verification verification(world.site, world.plan, Knowledge::builtIn(), *world.resolver);
    int finished = 0, others = 0;
    connect(&verification, &Verification::finished, this, [&] { ++finished; });
    connect(&verification, &Verification::found, this, [&] { ++others; });
    connect(&verification, &Verification::progressed, this, [&] { ++others; });
    verification.cancel();
    QCOMPARE(finished, 0);
    verification.start();
    QTRY_VERIFY(!world.dns.questions().isEmpty());
    verification.cancel();
    QCOMPARE(finished, 1);
    verification.cancel();
    settle();
    QCOMPARE(finished, 1);
    QCOMPARE(others, 0);
}

void tst_Verification::mayBeCancelledOrDestroyedByASlot_data()
{
    QTest::addColumn<QString>("signal");
    QTest::addColumn<bool>("destroy");
    for (const bool destroy : {false, true}) {
        for (const char *const signal : {"found", "progressed", "finished"})
            QTest::addRow("%s in %s", destroy ? "destroyed" : "cancelled", signal)
                << QString::fromLatin1(signal) << destroy;
    }
}

void tst_Verification::mayBeCancelledOrDestroyedByASlot()
{
    QFETCH(QString, signal);
    QFETCH(bool, destroy);
    // Each of the checks may be the one that is heard when it happens.
    for (int at = 1; at <= 4; ++at) {
        World each;
        each.publish("v=spf1 include:spf.protection.outlook.com -all");
        auto *verification = new Verification(each.site, each.plan, Knowledge::builtIn(), *each.resolver);
        int heard = 0, after = 0;
        bool ended = false;
        const auto act = [&](const QString &from) {
            after += ended;
            if (from != signal || ++heard != (signal == u"finished" ? 1 : at))
                return;
            ended = true;
            if (destroy)
                delete verification;
            else
                verification->cancel();
        };
        connect(verification, &Verification::found, this, [&] { act(u"found"_s); });
        connect(verification, &Verification::progressed, this, [&] { act(u"progressed"_s); });
        connect(verification, &Verification::finished, this, [&] {
            if (signal == u"finished")
                act(u"finished"_s);
        });
        verification->start();
        QTRY_VERIFY_WITH_TIMEOUT(ended, 10'000);
        settle();
        QCOMPARE(after, 0);
        if (!destroy)
            delete verification;
    }
}

void tst_Verification::runsAgain()
{
    World world;
    world.publish("v=spf1 ip4:192.0.2.10 ip6:2001:db8::10 -all");
    world.smtp.nextConnection(u"S: 554 5.7.1 go away\nEND\n"_s);
    Verification verification(world.site, world.plan, Knowledge::builtIn(), *world.resolver);
    const QString reach = u"reach.mx:%1"_s.arg(world.smtp.port());
    QCOMPARE(run(verification).value(reach), u"good"_s);
    QCOMPARE(run(verification).value(reach), u"attention"_s);
}

void tst_Verification::finishesWithNothingToDo()
{
    World world;
    Verification verification(Site{}, Plan{}, Knowledge::builtIn(), *world.resolver);
    QCOMPARE(run(verification), Verdicts());
}

void tst_Verification::checksSpfOverTheNetwork()
{
    World world;
    world.dns.txt(u"example.com"_s, "v=spf1 mx ptr:example.com exists:%{i}.list.example.com -all exp=why.example.com");
    world.dns.mx(u"example.com"_s, 10, u"mx.example.com"_s).address(u"mx.example.com"_s, u"192.0.2.1"_s);
    world.dns.ptr(u"2.2.0.192.in-addr.arpa"_s, u"host.example.com"_s).address(u"host.example.com"_s, u"192.0.2.2"_s);
    world.dns.address(u"192.0.2.3.list.example.com"_s, u"127.0.0.2"_s).txt(u"why.example.com"_s, "%{i} may not.");
    world.dns.fault(u"broken.example.com"_s, LoopbackDns::Fault::ServFail);
    const auto check = [&](const QString &ip, const QString &mailFrom) {
        std::optional<SpfVerdict> verdict;
        QObject context;
        checkSpf({.ip = *IpAddress::parse(ip), .helo = u"mail.example.com"_s, .mailFrom = mailFrom}, *world.resolver,
                 &context, [&](const SpfVerdict &given) { verdict = given; });
        return !verdict && QTest::qWaitFor([&] { return verdict.has_value(); }, 10'000)
                   ? *verdict
                   : SpfVerdict{.reason = u"no verdict"_s};
    };
    QCOMPARE(toString(check(u"192.0.2.1"_s, u"u@example.com"_s).result), u"pass"_s);
    QCOMPARE(check(u"192.0.2.2"_s, u"u@example.com"_s).matchedTerm, u"ptr:example.com"_s);
    QCOMPARE(check(u"192.0.2.3"_s, u"u@example.com"_s).matchedTerm, u"exists:%{i}.list.example.com"_s);
    QCOMPARE(check(u"192.0.2.4"_s, u"u@example.com"_s).explanation, u"192.0.2.4 may not."_s);
    QCOMPARE(toString(check(u"192.0.2.4"_s, u"u@broken.example.com"_s).result), u"temperror"_s);
    QCOMPARE(toString(check(u"192.0.2.4"_s, u"u@none.example.com"_s).result), u"none"_s);
    QVERIFY(check(u"192.0.2.4"_s, u"u@localhost"_s).reason.contains(u"not a full domain"));
}

void tst_Verification::checksReachability_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("text");
    using Kind = ReachOutcome::Kind;
    QTest::newRow("greeting") << u"S: 220 mx.example.com ESMTP\nC: QUIT\n"_s << int(Kind::Connected)
                              << u"220 mx.example.com ESMTP"_s;
    QTest::newRow("several lines") << u"S: 220-mx.example.com\nS: 220 ready\nC: QUIT\n"_s << int(Kind::Connected)
                                   << u"220-mx.example.com"_s;
    QTest::newRow("refusing greeting") << u"S: 554 5.7.1 no\nEND\n"_s << int(Kind::OtherGreeting) << u"554 5.7.1 no"_s;
    QTest::newRow("another protocol") << u"S! SSH-2.0-x\\r\\n\nEND\n"_s << int(Kind::OtherGreeting) << u"SSH-2.0-x"_s;
    QTest::newRow("endless greeting") << u"S! "_s + QString(5000, u'x') + u"\nEND\n"_s << int(Kind::OtherGreeting)
                                      << QString(300, u'x') + u'…';
    QTest::newRow("closed without a word") << u"CLOSE\n"_s << int(Kind::Silent) << QString();
    QTest::newRow("silence") << u"SILENCE\n"_s << int(Kind::Silent) << QString();
}

void tst_Verification::checksReachability()
{
    QFETCH(QString, script);
    QFETCH(int, kind);
    QFETCH(QString, text);
    World world;
    ScriptedSmtpServer server(script);
    std::optional<ReachOutcome> outcome;
    const ReachTarget target{{Host::of(*IpAddress::parse(u"127.0.0.1"_s)), server.port()}, true};
    ReachCheck check(target, *world.resolver, 500ms, [&](const ReachOutcome &given) { outcome = given; });
    check.start();
    QTRY_VERIFY(outcome);
    QCOMPARE(int(outcome->kind), kind);
    QCOMPARE(outcome->text, text);
}

void tst_Verification::triesTheNextAddress()
{
    World world;
    // The server listens on 127.0.0.1 only.
    world.dns.address(u"mx.example.com"_s, u"127.0.0.9"_s).address(u"mx.example.com"_s, u"127.0.0.1"_s);
    std::optional<ReachOutcome> outcome;
    const ReachTarget target{{*Host::parse(u"mx.example.com"_s), world.smtp.port()}, true};
    ReachCheck check(target, *world.resolver, 5s, [&](const ReachOutcome &given) { outcome = given; });
    check.start();
    QTRY_VERIFY(outcome);
    QVERIFY2(outcome->kind == ReachOutcome::Kind::Connected, qPrintable(outcome->text));
    QCOMPARE(outcome->address, u"127.0.0.1"_s);

    std::uint16_t closedPort = 0;
    {
        const ScriptedSmtpServer gone(u"END\n"_s);
        closedPort = gone.port();
    }
    std::optional<ReachOutcome> refused;
    const ReachTarget closed{{*Host::parse(u"mx.example.com"_s), closedPort}, true};
    ReachCheck other(closed, *world.resolver, 5s, [&](const ReachOutcome &given) { refused = given; });
    other.start();
    QTRY_VERIFY(refused);
    QVERIFY(refused->kind == ReachOutcome::Kind::Refused);
}

QTEST_GUILESS_MAIN(tst_Verification)
#include "tst_Verification.moc"
