// SPDX-License-Identifier: GPL-3.0-or-later
#include "SpfZone.h"

#include "core/mailauth/SpfSurvey.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;
using namespace Qt::Literals::StringLiterals;

class tst_SpfSurvey : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void countsEveryTermWithWhatIsBelow();
    void asksOneLevelAtTheSameTime();
    void marksWhatPeopleMustKnow_data();
    void marksWhatPeopleMustKnow();
    void saysNothingOfAGoodRecord();
    void gathersTheNetworksToFlatten();
    void knowsWhenTheNetworksAreNotWhole_data();
    void knowsWhenTheNetworksAreNotWhole();
    void neverDressesAFailureAsCounted();
    void takesAnotherRecordForPublished();
    void doesNotCountWhatIsNeverReached();
    void findsTheCostliestTerm();
    void standsHostileZones_data();
    void standsHostileZones();
    void takesAnswersOnceAndInAnyOrder();
};

namespace {

SpfNode survey(const SpfZone &zone, const QString &domain = u"example.com"_s,
               const std::optional<QString> &record = std::nullopt,
               std::vector<std::vector<SpfQuery>> *rounds = nullptr)
{
    SpfSurvey survey(domain, record);
    while (!survey.result()) {
        const std::vector<SpfQuery> pending = survey.pending();
        if (pending.empty())
            return {.term = u"stuck"_s};
        if (rounds)
            rounds->push_back(pending);
        for (const SpfQuery &query : pending)
            survey.feed(query, zone.answer(query));
    }
    return *survey.result();
}

QString lines(const SpfNode &node, int depth = 0)
{
    QString text = QStringLiteral("%1 %2 %3 %4\n").arg(depth).arg(node.term, node.domain).arg(node.lookups);
    for (const SpfNode &child : node.children)
        text += lines(child, depth + 1);
    return text;
}

QStringList ids(const SpfNode &root)
{
    QStringList list;
    for (const SpfRemark *remark : remarksOf(root))
        list += remark->id;
    return list;
}

QStringList texts(const std::vector<IpNetwork> &networks)
{
    QStringList list;
    for (const IpNetwork &network : networks)
        list += network.toString();
    return list;
}

} // namespace

void tst_SpfSurvey::countsEveryTermWithWhatIsBelow()
{
    SpfZone zone;
    zone.txt("example.com", "v=spf1 ip4:192.0.2.1 include:I.example.com  mx REDIRECT=r.example.com")
        .txt("i.example.com", "v=spf1 a a:h.example.com include:j.example.com ?all")
        .txt("j.example.com", "v=spf1 ip4:198.51.100.0/24 -all")
        .txt("r.example.com", "v=spf1 exists:h.example.com -all");
    zone.address("i.example.com", "192.0.2.9")
        .address("h.example.com", "192.0.2.10")
        .mx("example.com", "h.example.com");
    const SpfNode root = survey(zone);
    QCOMPARE(lines(root), u"0  example.com 7\n"
                          "1 include:I.example.com i.example.com 4\n"
                          "2 a i.example.com 1\n"
                          "2 a:h.example.com h.example.com 1\n"
                          "2 include:j.example.com j.example.com 1\n"
                          "1 mx example.com 1\n"
                          "1 REDIRECT=r.example.com r.example.com 2\n"
                          "2 exists:h.example.com h.example.com 1\n"_s);
    for (const SpfNode &child : root.children)
        QCOMPARE(root.record.mid(child.at.offset, child.at.length), child.term);
    QVERIFY(!root.failed);
}

void tst_SpfSurvey::asksOneLevelAtTheSameTime()
{
    SpfZone zone;
    zone.txt("example.com", "v=spf1 include:a.example.com include:b.example.com mx -all")
        .txt("a.example.com", "v=spf1 include:c.example.com -all")
        .txt("b.example.com", "v=spf1 include:c.example.com a:h.example.com -all")
        .txt("c.example.com", "v=spf1 ip4:192.0.2.1 -all")
        .mx("example.com", "h.example.com")
        .address("h.example.com", "192.0.2.7");
    std::vector<std::vector<SpfQuery>> rounds;
    std::ignore = survey(zone, u"example.com"_s, std::nullopt, &rounds);
    QCOMPARE(rounds.size(), 3u);
    QCOMPARE(rounds[1].size(), 3u); // two records and the MX
    QCOMPARE(rounds[2].size(), 3u); // c once, and both families of h once
}

void tst_SpfSurvey::marksWhatPeopleMustKnow_data()
{
    QTest::addColumn<QByteArray>("record");
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("marked"); ///< what is underlined, in the root's record
    QTest::addColumn<SpfRemark::Weight>("weight");
    const auto row = [](const char *record, const char *id, const char *marked, SpfRemark::Weight weight) {
        QTest::addRow("%s: %.80s", id, record)
            << QByteArray(record) << QString::fromLatin1(id) << QString::fromLatin1(marked) << weight;
    };
    using enum SpfRemark::Weight;
    row("v=spf1 ip4:300.1.1.1 -all", "syntax", "ip4:300.1.1.1", Wrong);
    row("v=spf1 include:gone.example.com -all", "no-record", "include:gone.example.com", Wrong);
    row("v=spf1 redirect=gone.example.com", "no-record", "redirect=gone.example.com", Wrong);
    row("v=spf1 include:twice.example.com -all", "two-records", "include:twice.example.com", Wrong);
    row("v=spf1 mx include:example.com -all", "loop", "include:example.com", Wrong);
    row("v=spf1 +all", "passes-everyone", "+all", Wrong);
    row("v=spf1 ip4:0.0.0.0/0 -all", "passes-everyone", "ip4:0.0.0.0/0", Wrong);
    row("v=spf1 a ?all", "neutral-all", "?all", Attention);
    row("v=spf1 a", "no-all", "", Attention);
    row("v=spf1 -all mx a", "after-all", "mx a", Attention);
    row("v=spf1 ~all redirect=good.example.com", "after-all", "~all", Attention);
    row("v=spf1 ptr:example.com -all", "ptr", "ptr:example.com", Attention);
    row("v=spf1 a:gone.example.com -all", "void", "a:gone.example.com", Attention);
    row("v=spf1 mx:gone.example.com -all", "void", "mx:gone.example.com", Attention);
    row("v=spf1 mx:many.example.com -all", "many-exchanges", "mx:many.example.com", Wrong);
    row("v=spf1 a mx +A -all", "duplicate", "+A", Attention);
    row("v=spf1 ip4:192.0.2.0/24 ip4:192.0.2.7 -all", "duplicate", "ip4:192.0.2.7", Attention);
    row("v=spf1 include:good.example.com include:also.example.com -all", "duplicate", "", Attention);
    row("v=spf1 exists:%{i}.list.example.com -all", "depends-on-sender", "exists:%{i}.list.example.com", Attention);
}

void tst_SpfSurvey::marksWhatPeopleMustKnow()
{
    QFETCH(QByteArray, record);
    QFETCH(QString, id);
    QFETCH(QString, marked);
    SpfZone zone;
    zone.txt("example.com", record).address("example.com", "192.0.2.1").mx("example.com", "example.com");
    zone.txt("twice.example.com", "v=spf1 -all").txt("twice.example.com", "v=spf1 +all");
    zone.txt("good.example.com", "v=spf1 ip4:192.0.2.0/24 -all")
        .txt("also.example.com", "v=spf1 include:good.example.com -all");
    for (int i = 0; i < 11; ++i)
        zone.mx("many.example.com", "example.com");
    const SpfNode root = survey(zone);
    const auto all = remarksOf(root);
    const auto found = std::ranges::find(all, id, &SpfRemark::id);
    QVERIFY2(found != all.end(), qPrintable(ids(root).join(u' ')));
    QTEST((*found)->weight, "weight");
    QVERIFY2((*found)->place.sentence.endsWith(u'.'), qPrintable((*found)->place.sentence));
    if (!marked.isEmpty())
        QCOMPARE(root.record.mid((*found)->place.offset, (*found)->place.length), marked);
}

void tst_SpfSurvey::saysNothingOfAGoodRecord()
{
    SpfZone zone;
    zone.txt("example.com", "v=spf1 ip4:192.0.2.10 include:mail.example.net ~all")
        .txt("mail.example.net", "v=spf1 ip4:198.51.100.0/24 ip6:2001:db8::/32 ?all");
    QCOMPARE(ids(survey(zone)), QStringList());
    zone.txt("plain.example", "hello");
    QCOMPARE(ids(survey(zone, u"plain.example"_s)), QStringList{u"no-record"_s});
    QCOMPARE(ids(survey(zone, u"a..b"_s)), QStringList{u"no-record"_s});
}

void tst_SpfSurvey::gathersTheNetworksToFlatten()
{
    SpfZone zone;
    zone.txt("example.com", "v=spf1 include:i.example.com a:h.example.com/24 mx -all")
        .txt("i.example.com", "v=spf1 ip4:198.51.100.0/24 ip6:2001:db8:1::/48 include:j.example.com -all")
        .txt("j.example.com", "v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.7 ~all");
    zone.address("h.example.com", "192.0.2.77").address("h.example.com", "2001:db8::77");
    zone.mx("example.com", "h.example.com");
    const SpfNode root = survey(zone);
    QCOMPARE(texts(root.children[0].networks),
             (QStringList{u"198.51.100.0/24"_s, u"2001:db8:1::/48"_s, u"203.0.113.7"_s}));
    QCOMPARE(texts(root.children[1].networks), (QStringList{u"192.0.2.0/24"_s, u"2001:db8::77"_s}));
    QCOMPARE(texts(root.children[2].networks), (QStringList{u"192.0.2.77"_s, u"2001:db8::77"_s}));
    QCOMPARE(root.networks.size(), 6u);
    QVERIFY(root.networksWhole);
}

void tst_SpfSurvey::knowsWhenTheNetworksAreNotWhole_data()
{
    QTest::addColumn<QByteArray>("included");
    QTest::newRow("ptr") << QByteArray("v=spf1 ip4:192.0.2.1 ptr -all");
    QTest::newRow("exists") << QByteArray("v=spf1 exists:h.example.com -all");
    QTest::newRow("macros") << QByteArray("v=spf1 a:%{l}.example.com -all");
    QTest::newRow("an exception before") << QByteArray("v=spf1 -ip4:192.0.2.1 ip4:192.0.2.0/24 -all");
    QTest::newRow("neutral addresses") << QByteArray("v=spf1 ?a:h.example.com -all");
    QTest::newRow("syntax") << QByteArray("v=spf1 moose");
    QTest::newRow("a failing name") << QByteArray("v=spf1 a:slow.example.com -all");
    QTest::newRow("an include that is gone") << QByteArray("v=spf1 include:gone.example.com -all");
}

void tst_SpfSurvey::knowsWhenTheNetworksAreNotWhole()
{
    QFETCH(QByteArray, included);
    SpfZone zone;
    zone.txt("example.com", "v=spf1 include:i.example.com -all").txt("i.example.com", included);
    zone.address("h.example.com", "192.0.2.77").fails("slow.example.com", SpfQueryType::A);
    const SpfNode root = survey(zone);
    QVERIFY(!root.children.front().networksWhole);
    QVERIFY(!root.networksWhole);
}

void tst_SpfSurvey::neverDressesAFailureAsCounted()
{
    SpfZone zone;
    zone.txt("example.com", "v=spf1 include:a.example.com mx -all")
        .txt("a.example.com", "v=spf1 include:slow.example.com");
    zone.mx("example.com", "example.com")
        .address("example.com", "192.0.2.1")
        .fails("slow.example.com", SpfQueryType::Txt);
    const SpfNode root = survey(zone);
    QVERIFY(root.failed && root.children[0].failed && root.children[0].children[0].failed);
    QVERIFY(!root.children[1].failed);
    QCOMPARE(root.lookups, 3);
    zone.fails("down.example", SpfQueryType::Txt);
    QVERIFY(survey(zone, u"down.example"_s).failed);
}

void tst_SpfSurvey::takesAnotherRecordForPublished()
{
    SpfZone zone;
    zone.txt("example.com", "v=spf1 -all").txt("i.example.com", "v=spf1 -all");
    const SpfNode root = survey(zone, u"EXAMPLE.com"_s, u"v=spf1 include:i.example.com ~all"_s);
    QCOMPARE(root.lookups, 1);
    QCOMPARE(root.domain, u"example.com"_s);
    const auto longRecord = [](int terms) {
        return u"v=spf1"_s + u" ip4:198.51.100.100"_s.repeated(terms) + u" -all"_s;
    };
    QVERIFY(ids(survey(zone, u"example.com"_s, longRecord(13))).contains(u"long-string"_s));
    QVERIFY(!ids(survey(zone, u"example.com"_s, longRecord(23))).contains(u"long-record"_s));
    QVERIFY(ids(survey(zone, u"example.com"_s, longRecord(24))).contains(u"long-record"_s));
}

void tst_SpfSurvey::doesNotCountWhatIsNeverReached()
{
    SpfZone zone;
    zone.txt("example.com", "v=spf1 a -all mx include:i.example.com redirect=i.example.com")
        .address("example.com", "192.0.2.1");
    QCOMPARE(survey(zone).lookups, 1);
}

void tst_SpfSurvey::findsTheCostliestTerm()
{
    SpfZone zone;
    zone.txt("example.com", "v=spf1 a include:i.example.com mx -all").txt("i.example.com", "v=spf1 a mx -all");
    const SpfNode root = survey(zone);
    QVERIFY(costliest(root));
    QCOMPARE(costliest(root)->term, u"include:i.example.com"_s);
    QCOMPARE(costliest(root)->lookups, 3);
    QVERIFY(ids(root).contains(u"over-voids"_s)); // none of its names has an address
    QVERIFY(!costliest(survey(zone, u"example.com"_s, u"v=spf1 ip4:192.0.2.1 -all"_s)));
}

void tst_SpfSurvey::standsHostileZones_data()
{
    QTest::addColumn<QByteArray>("record");
    QTest::newRow("includes of itself") << QByteArray("v=spf1" + QByteArray(" include:example.com").repeated(500));
    QTest::newRow("two that include each other")
        << QByteArray("v=spf1 include:other.example.com include:other.example.com -all");
    QTest::newRow("thousands of names") << QByteArray("v=spf1"
                                                      + QByteArray(" a:x.example.com mx:y.example.com").repeated(1000));
    QTest::newRow("thousands of addresses") << QByteArray("v=spf1" + QByteArray(" ip4:192.0.2.1").repeated(3000));
    QTest::newRow("thousands of ptr") << QByteArray("v=spf1" + QByteArray(" ptr").repeated(9000));
}

void tst_SpfSurvey::standsHostileZones()
{
    QFETCH(QByteArray, record);
    SpfZone zone;
    zone.txt("example.com", record).txt("other.example.com", record);
    const SpfNode root = survey(zone);
    QVERIFY(root.term.isEmpty());
    QCOMPARE_LE(root.children.size(), 1000u);
    QCOMPARE_LE(root.remarks.size(), 1500u);

    // A tree that doubles on every level, each record under a name of its own.
    SpfSurvey doubling(u"d.example.com"_s);
    int questions = 0;
    while (!doubling.result()) {
        const auto pending = doubling.pending();
        QVERIFY(!pending.empty());
        questions += static_cast<int>(pending.size());
        for (const SpfQuery &query : pending)
            doubling.feed(query, {.status = SpfAnswer::Status::Found,
                                  .texts = {"v=spf1 include:l." + query.name.toLatin1() + " include:r."
                                            + query.name.toLatin1() + " -all"},
                                  .addresses = {},
                                  .names = {}});
    }
    QCOMPARE_LE(questions, 400);
    QVERIFY(ids(*doubling.result()).contains(u"too-deep"_s));
    QVERIFY(doubling.result()->lookups > kSpfMaxLookups);
}

void tst_SpfSurvey::takesAnswersOnceAndInAnyOrder()
{
    SpfZone zone;
    zone.txt("example.com", "v=spf1 include:a.example.com a:h.example.com -all")
        .txt("a.example.com", "v=spf1 ip4:192.0.2.1 -all")
        .address("h.example.com", "192.0.2.7");
    SpfSurvey survey(u"example.com"_s);
    survey.feed({u"other.example.com"_s, SpfQueryType::Txt}, {}); // nobody asked
    const SpfQuery first = survey.pending().front();
    QVERIFY(survey.pending().empty());
    survey.feed(first, zone.answer(first));
    auto rest = survey.pending();
    QCOMPARE(rest.size(), 3u);
    std::ranges::reverse(rest);
    for (const SpfQuery &query : rest) {
        QVERIFY(!survey.result());
        survey.feed(query, zone.answer(query));
        survey.feed(query, {.status = SpfAnswer::Status::Failed, .texts = {}, .addresses = {}, .names = {}});
    }
    QVERIFY(survey.result());
    QVERIFY(!survey.result()->failed);
}

QTEST_GUILESS_MAIN(tst_SpfSurvey)
#include "tst_SpfSurvey.moc"
