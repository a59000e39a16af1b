// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/Targets.h"

#include <QTest>

using namespace relaywright;
using namespace Qt::StringLiterals;

class tst_Targets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void looksAtEachDomainOnce();
    void wantsTheIncludeWhereMailLeavesThroughExchangeOnline();
    void checksSpfOfSendersThatUseTheMxHost();
    void takesAnEndpointOnce();
    void followsALocalRelayToItsUpstream();
    void asksForTheMxHostWhenTheSiteHasNone();
    void looksAtNothingWithoutAUsableMethod();
    void samplesNetworks_data();
    void samplesNetworks();
};

namespace {

Site contoso(const QStringList &senders)
{
    Site site;
    site.organisation.acceptedDomains = {*Domain::parse(u"contoso.com"_s), *Domain::parse(u"contoso.net"_s)};
    Network network;
    network.id = u"hq"_s;
    network.egress = {*IpNetwork::parse(u"192.0.2.10"_s)};
    site.networks = {network};
    for (const QString &id : senders) {
        Sender sender;
        sender.id = id;
        sender.name = id;
        sender.from = *EmailAddress::parse(id + u"@contoso.com"_s);
        site.senders.push_back(sender);
    }
    return site;
}

Option option(Method method, const QString &host, std::uint16_t port, Fit fit = Fit::Fits)
{
    Option option;
    option.method = method;
    option.fit = fit;
    option.settings.host = host;
    option.settings.port = port;
    return option;
}

Plan planOf(const QList<std::pair<QString, std::vector<Option>>> &senders)
{
    Plan plan;
    for (const auto &[id, options] : senders)
        plan.senders.push_back({id, options});
    return plan;
}

Targets targets(const Site &site, const Plan &plan)
{
    return targetsOf(site, plan, Knowledge::builtIn());
}

} // namespace

void tst_Targets::looksAtEachDomainOnce()
{
    Site site = contoso({u"scanner"_s, u"ups"_s});
    site.senders.back().from = *EmailAddress::parse(u"ups@devices.example.com"_s);
    const Plan plan = planOf({{u"scanner"_s, {option(Method::ClientSubmission, u"smtp.office365.com"_s, 587)}},
                              {u"ups"_s, {option(Method::ClientSubmission, u"smtp.office365.com"_s, 587)}}});
    QStringList domains;
    for (const DomainExpectation &domain : targets(site, plan).domains)
        domains += domain.domain;
    QCOMPARE(domains, (QStringList{u"contoso.com"_s, u"contoso.net"_s, u"devices.example.com"_s}));
}

void tst_Targets::wantsTheIncludeWhereMailLeavesThroughExchangeOnline()
{
    Site site = contoso({u"scanner"_s});
    const Plan submission = planOf({{u"scanner"_s, {option(Method::ClientSubmission, u"smtp.office365.com"_s, 587)}}});
    const Plan direct = planOf({{u"scanner"_s, {option(Method::DirectSend, u"mx.contoso.com"_s, 25)}}});
    QCOMPARE(targets(site, submission).domains.front().spfInclude, u"spf.protection.outlook.com"_s);
    QCOMPARE(targets(site, submission).domains.back().spfInclude, QString());
    QCOMPARE(targets(site, direct).domains.front().spfInclude, QString());
    site.organisation.cloud = Cloud::China;
    QCOMPARE(targets(site, submission).domains.front().spfInclude, u"spf.protection.partner.outlook.cn"_s);
    site.organisation.cloud.reset();
    QCOMPARE(targets(site, submission).domains.front().spfInclude, QString());
    QVERIFY(targets(site, submission).domains.front().microsoftSuffixes.contains(u"mx.microsoft"_s));
}

void tst_Targets::checksSpfOfSendersThatUseTheMxHost()
{
    const Site site = contoso({u"a"_s, u"b"_s, u"c"_s});
    const Plan plan = planOf({{u"a"_s, {option(Method::ClientSubmission, u"smtp.office365.com"_s, 587)}},
                              {u"b"_s, {option(Method::DirectSend, u"mx.contoso.com"_s, 25)}},
                              {u"c"_s, {option(Method::ConnectorRelay, u"mx.contoso.com"_s, 25)}}});
    const std::vector<SenderExpectation> senders = targets(site, plan).senders;
    QCOMPARE(senders.size(), 2u);
    QCOMPARE(senders[0].id, u"b"_s);
    QCOMPARE(senders[1].domain, u"contoso.com"_s);
    QVERIFY(senders[1].egress == std::vector{*IpAddress::parse(u"192.0.2.10"_s)});
}

void tst_Targets::takesAnEndpointOnce()
{
    const Site site = contoso({u"a"_s, u"b"_s, u"c"_s});
    Option implicit = option(Method::AzureCommunicationServices, u"smtp.example.com"_s, 2465);
    implicit.settings.tls = u"implicit"_s;
    const Plan plan = planOf({{u"a"_s, {option(Method::ClientSubmission, u"smtp.office365.com"_s, 587)}},
                              {u"b"_s, {option(Method::ClientSubmission, u"SMTP.office365.com"_s, 587)}},
                              {u"c"_s, {implicit}}});
    const std::vector<ReachTarget> endpoints = targets(site, plan).endpoints;
    QCOMPARE(endpoints.size(), 2u);
    QCOMPARE(endpoints[0].endpoint.toString(), u"smtp.office365.com:587"_s);
    QVERIFY(endpoints[0].greets);
    QVERIFY(!endpoints[1].greets);
}

void tst_Targets::followsALocalRelayToItsUpstream()
{
    const Site site = contoso({u"scanner"_s});
    Option relay = option(Method::LocalRelay, localRelayHost(), 25);
    relay.upstream =
        Upstream{Method::ClientSubmission, option(Method::ClientSubmission, u"smtp.office365.com"_s, 587).settings};
    const Plan plan = planOf({{u"scanner"_s, {relay}}});
    const Targets found = targets(site, plan);
    QCOMPARE(found.endpoints.size(), 1u);
    QCOMPARE(found.endpoints.front().endpoint.toString(), u"smtp.office365.com:587"_s);
    QVERIFY(found.senders.empty());
}

void tst_Targets::asksForTheMxHostWhenTheSiteHasNone()
{
    Site site = contoso({u"scanner"_s});
    const Plan plan = planOf({{u"scanner"_s, {option(Method::DirectSend, {}, 25)}}});
    QVERIFY(targets(site, plan).mxPort == 25);
    site.organisation.mxHost = *Host::parse(u"contoso-com.mail.protection.outlook.com"_s);
    QVERIFY(!targets(site, plan).mxPort);
    QCOMPARE(targets(site, plan).endpoints.front().endpoint.toString(),
             u"contoso-com.mail.protection.outlook.com:25"_s);
}

void tst_Targets::looksAtNothingWithoutAUsableMethod()
{
    const Site site = contoso({u"scanner"_s});
    const Plan plan = planOf(
        {{u"scanner"_s, {option(Method::DirectSend, u"mx.contoso.com"_s, 25, Fit::DoesNotFit)}}, {u"stranger"_s, {}}});
    const Targets found = targets(site, plan);
    QVERIFY(found.endpoints.empty() && found.senders.empty() && !found.mxPort);
    QCOMPARE(found.domains.size(), 2u);
}

void tst_Targets::samplesNetworks_data()
{
    QTest::addColumn<QStringList>("networks");
    QTest::addColumn<QStringList>("addresses");
    QTest::addColumn<bool>("sample");
    QTest::newRow("one address") << QStringList{u"192.0.2.10"_s} << QStringList{u"192.0.2.10"_s} << false;
    QTest::newRow("small") << QStringList{u"192.0.2.12/30"_s}
                           << QStringList{u"192.0.2.12"_s, u"192.0.2.13"_s, u"192.0.2.14"_s, u"192.0.2.15"_s} << false;
    QTest::newRow("large") << QStringList{u"192.0.2.0/24"_s} << QStringList{u"192.0.2.0"_s, u"192.0.2.255"_s} << true;
    QTest::newRow("IPv6") << QStringList{u"2001:db8::/64"_s, u"2001:db8:1::6"_s}
                          << QStringList{u"2001:db8::"_s, u"2001:db8::ffff:ffff:ffff:ffff"_s, u"2001:db8:1::6"_s}
                          << true;
    QStringList many;
    for (int i = 0; i < 16; ++i)
        many += u"192.0.2.%1"_s.arg(i);
    QTest::newRow("sixteen at most") << (many + QStringList{u"198.51.100.1"_s}) << many << true;
    QTest::newRow("everything") << QStringList{u"0.0.0.0/0"_s} << QStringList{u"0.0.0.0"_s, u"255.255.255.255"_s}
                                << true;
}

void tst_Targets::samplesNetworks()
{
    QFETCH(QStringList, networks);
    std::vector<IpNetwork> parsed;
    for (const QString &text : networks)
        parsed.push_back(*IpNetwork::parse(text));
    bool isSample = false;
    QStringList seen;
    for (const IpAddress &address : sampleOf(parsed, isSample))
        seen += address.toString();
    QTEST(seen, "addresses");
    QTEST(isSample, "sample");
}

QTEST_GUILESS_MAIN(tst_Targets)
#include "tst_Targets.moc"
