// SPDX-License-Identifier: GPL-3.0-or-later
#include "SpfZone.h"

#include "core/mailauth/SpfMerge.h"
#include "core/mailauth/SpfProposal.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;
using namespace Qt::Literals::StringLiterals;

class tst_SpfProposal : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void saysNothingWithinTheLimits();
    void flattensWhatSavesMost();
    void putsManyAddressesIntoRecordsOfTheirOwn();
    void neverFlattensWhatMustStay();
    void flattensOnlyWhatIsWhole_data();
    void flattensOnlyWhatIsWhole();
    void splitsALongRecord();
    void keepsExceptionsBeforeTheirRule();
    void offersASubDomainForWhatIsNew();
};

namespace {

SpfNode survey(const SpfZone &zone, const QString &record)
{
    SpfSurvey survey(u"example.com"_s, record);
    while (!survey.result()) {
        for (const SpfQuery &query : survey.pending())
            survey.feed(query, zone.answer(query));
    }
    return *survey.result();
}

/// `includes` providers with `lookups` each, and `networks` each.
SpfZone providers(int includes, int lookups, int networks)
{
    SpfZone zone;
    for (int i = 0; i < includes; ++i) {
        const QByteArray name = "p" + QByteArray::number(i) + ".example.net";
        QByteArray record = "v=spf1";
        for (int k = 0; k < networks; ++k)
            record += " ip4:198." + QByteArray::number(18 + i) + "." + QByteArray::number(k) + ".0/24";
        for (int k = 1; k < lookups; ++k)
            record += " a:h" + QByteArray::number(k) + "." + name;
        for (int k = 1; k < lookups; ++k)
            zone.address(("h" + QByteArray::number(k) + "." + name).constData(),
                         ("203.0." + QByteArray::number(i) + "." + QByteArray::number(k)).constData());
        zone.txt(name.constData(), record + " -all");
    }
    return zone;
}

QString withIncludes(int count)
{
    QString record = u"v=spf1"_s;
    for (int i = 0; i < count; ++i)
        record += u" include:p%1.example.net"_s.arg(i);
    return record + u" -all"_s;
}

const SpfProposal *find(const std::vector<SpfProposal> &proposals, SpfProposal::Kind kind)
{
    const auto found = std::ranges::find(proposals, kind, &SpfProposal::kind);
    return found == proposals.end() ? nullptr : &*found;
}

/// The zone with the proposal published: within the limits, everybody passes who passed, and nobody else.
void verifyPublished(SpfZone zone, const SpfNode &before, const SpfProposal &proposal)
{
    QVERIFY(!proposal.records.empty());
    for (const SpfProposal::Record &record : proposal.records) {
        QVERIFY2(parseSpf(record.text), qPrintable(record.text));
        QCOMPARE_LE(record.text.size(), 450);
        zone.txt(qPrintable(record.name), record.text.toLatin1());
    }
    const SpfNode after = survey(zone, proposal.records.front().text);
    QCOMPARE(after.lookups, proposal.lookups);
    QCOMPARE_LE(after.lookups, 10);
    const auto sorted = [](std::vector<IpNetwork> networks) {
        std::ranges::sort(networks);
        return networks;
    };
    QVERIFY(sorted(after.networks) == sorted(before.networks));
    for (const IpNetwork &network : before.networks)
        QCOMPARE(toString(zone.check(qPrintable(network.address().toString()), "u@example.com").result), u"pass"_s);
    QCOMPARE(toString(zone.check("192.0.2.200", "u@example.com").result), u"fail"_s);
}

} // namespace

void tst_SpfProposal::saysNothingWithinTheLimits()
{
    const SpfNode root = survey(providers(5, 2, 3), withIncludes(5));
    QCOMPARE(root.lookups, 10);
    QVERIFY(!isOverLimits(root));
    QVERIFY(proposeWithinLimits(root, {.existing = u"v=spf1 -all"_s, .added = {u"mx"_s}, .neverFlatten = {}}).empty());
}

void tst_SpfProposal::flattensWhatSavesMost()
{
    const SpfZone zone = providers(6, 2, 3);
    const SpfNode root = survey(zone, withIncludes(6));
    QCOMPARE(root.lookups, 12);
    const auto proposals = proposeWithinLimits(root, {});
    const SpfProposal *flat = find(proposals, SpfProposal::Kind::Flatten);
    QVERIFY(flat);
    QCOMPARE(flat->records.size(), 1u); // one include is enough, and its addresses fit
    QCOMPARE(flat->lookups, 10);
    QVERIFY2(flat->steps.front().startsWith(
                 u"Replace \"include:p0.example.net\" (2 lookups) by its addresses: ip4:198.18.0.0/24"),
             qPrintable(flat->steps.front()));
    QVERIFY(flat->risk.contains(u"without telling you"));
    verifyPublished(zone, root, *flat);
}

void tst_SpfProposal::putsManyAddressesIntoRecordsOfTheirOwn()
{
    SpfZone zone = providers(4, 4, 25);
    zone.txt("_spf1.example.com", "v=spf1 ip4:192.0.2.1 -all"); // taken already
    const SpfNode root = survey(zone, u"v=spf1 include:_spf1.example.com"_s + withIncludes(4).mid(6));
    const auto proposals = proposeWithinLimits(root, {});
    const SpfProposal *flat = find(proposals, SpfProposal::Kind::Flatten);
    QVERIFY(flat);
    QCOMPARE_GT(flat->records.size(), 1u);
    QCOMPARE(flat->records[1].name, u"_spf2.example.com"_s);
    QVERIFY(flat->records.front().text.contains(u"include:_spf1.example.com"));
    verifyPublished(zone, root, *flat);
}

void tst_SpfProposal::neverFlattensWhatMustStay()
{
    const SpfZone zone = providers(6, 2, 3);
    const SpfNode root = survey(zone, withIncludes(6));
    const auto proposals =
        proposeWithinLimits(root, {.existing = {}, .added = {}, .neverFlatten = {u"P0.example.net"_s}});
    const SpfProposal *flat = find(proposals, SpfProposal::Kind::Flatten);
    QVERIFY(flat);
    QVERIFY(flat->records.front().text.contains(u"include:p0.example.net"));
    QVERIFY(flat->steps.back().contains(u"include:p0.example.net"));
    verifyPublished(zone, root, *flat);
}

void tst_SpfProposal::flattensOnlyWhatIsWhole_data()
{
    QTest::addColumn<QByteArray>("record");
    QTest::newRow("macros") << QByteArray("v=spf1 ip4:192.0.2.1 exists:%{i}.example.net -all");
    QTest::newRow("exceptions") << QByteArray("v=spf1 -ip4:192.0.2.1 ip4:192.0.2.0/24 -all");
    QTest::newRow("a failing name") << QByteArray("v=spf1 a:slow.example.net -all");
}

void tst_SpfProposal::flattensOnlyWhatIsWhole()
{
    QFETCH(QByteArray, record);
    SpfZone zone;
    zone.fails("slow.example.net", SpfQueryType::A);
    for (int i = 0; i < 11; ++i)
        zone.txt(qPrintable(u"p%1.example.net"_s.arg(i)), record);
    const SpfNode root = survey(zone, withIncludes(11));
    QVERIFY(isOverLimits(root));
    QVERIFY(proposeWithinLimits(root, {}).empty());
}

void tst_SpfProposal::splitsALongRecord()
{
    SpfZone zone = providers(1, 2, 3);
    QString record = u"v=spf1 include:p0.example.net"_s;
    for (int i = 0; i < 40; ++i)
        record += u" ip4:198.51.100.%1"_s.arg(100 + i);
    const SpfNode root = survey(zone, record + u" -all"_s);
    const auto proposals = proposeWithinLimits(root, {});
    const SpfProposal *parts = find(proposals, SpfProposal::Kind::Split);
    QVERIFY(parts);
    QCOMPARE(parts->records.size(), 3u);
    QCOMPARE(parts->records.front().text,
             u"v=spf1 include:p0.example.net include:_spf1.example.com include:_spf2.example.com -all"_s);
    verifyPublished(zone, root, *parts);
}

void tst_SpfProposal::keepsExceptionsBeforeTheirRule()
{
    const QString record =
        u"v=spf1 -ip4:198.51.100.7"_s + u" ip4:198.51.100.0/24 ip4:203.0.113.0/24"_s.repeated(14) + u" -all"_s;
    QVERIFY(!find(proposeWithinLimits(survey({}, record), {}), SpfProposal::Kind::Split));
}

void tst_SpfProposal::offersASubDomainForWhatIsNew()
{
    SpfZone zone = providers(11, 1, 1);
    const QString existing = withIncludes(10);
    const auto merged = mergeSpf(existing, {u"include:p10.example.net"_s, u"ip4:192.0.2.9"_s});
    QVERIFY(merged);
    const SpfNode root = survey(zone, merged->record);
    QCOMPARE(root.lookups, 11);
    const auto proposals =
        proposeWithinLimits(root, {.existing = existing, .added = merged->added, .neverFlatten = {}});
    QVERIFY(find(proposals, SpfProposal::Kind::Flatten));
    const SpfProposal *apart = find(proposals, SpfProposal::Kind::SubDomain);
    QVERIFY(apart);
    QCOMPARE(apart->lookups, 1);
    QCOMPARE(apart->records, (std::vector<SpfProposal::Record>{
                                 {u"apps.example.com"_s, u"v=spf1 include:p10.example.net ip4:192.0.2.9 ~all"_s}}));
    QVERIFY(!find(proposeWithinLimits(root, {.existing = {}, .added = merged->added, .neverFlatten = {}}),
                  SpfProposal::Kind::SubDomain)); // nothing was there that could stay
}

QTEST_GUILESS_MAIN(tst_SpfProposal)
#include "tst_SpfProposal.moc"
