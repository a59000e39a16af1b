// SPDX-License-Identifier: GPL-3.0-or-later
#include "SpfZone.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// RFC 7208 §4.6.4 and §11.1: what a hostile or careless record may cost.
class tst_SpfLimits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takesTenLookupsAndNoMore_data();
    void takesTenLookupsAndNoMore();
    void takesTwoVoidLookupsAndNoMore();
    void takesTenNamesOfAnMxAndNoMore();
    void looksAtTheFirstTenNamesOfAPtr();
    void asksForNoNameTooLongForTheDns();
    void endsLoops_data();
    void endsLoops();
    void costsOfATermIncludeWhatIsBelow();
    void standsMacroBombs();
    void standsALongRecord();
    void feedingTooMuchChangesNothing();
};

namespace {

SpfZone withMechanisms(int count)
{
    SpfZone zone;
    QByteArray record = "v=spf1";
    for (int i = 0; i < count; ++i)
        record += " a:h.example.com";
    return zone.txt("example.com", record + " ip4:192.0.2.1 -all").address("h.example.com", "198.51.100.1");
}

} // namespace

void tst_SpfLimits::takesTenLookupsAndNoMore_data()
{
    QTest::addColumn<int>("mechanisms");
    QTest::addColumn<SpfResult>("result");
    QTest::newRow("ten") << 10 << SpfResult::Pass;
    QTest::newRow("eleven") << 11 << SpfResult::PermError;
    QTest::newRow("hundred") << 100 << SpfResult::PermError;
}

void tst_SpfLimits::takesTenLookupsAndNoMore()
{
    QFETCH(int, mechanisms);
    QFETCH(SpfResult, result);
    const SpfVerdict verdict = withMechanisms(mechanisms).check("192.0.2.1", "user@example.com");
    QCOMPARE(toString(verdict.result), toString(result));
    QCOMPARE(verdict.lookups, std::min(mechanisms, 11));
}

void tst_SpfLimits::takesTwoVoidLookupsAndNoMore()
{
    SpfZone zone;
    zone.txt("two.example.com", "v=spf1 a:n1.example.com mx:n2.example.com ?all");
    zone.txt("three.example.com", "v=spf1 a:n1.example.com mx:n2.example.com exists:n3.example.com ?all");
    QCOMPARE(toString(zone.check("192.0.2.1", "u@two.example.com").result), toString(SpfResult::Neutral));
    const SpfVerdict verdict = zone.check("192.0.2.1", "u@three.example.com");
    QCOMPARE(toString(verdict.result), toString(SpfResult::PermError));
    QCOMPARE(verdict.voidLookups, 3);
    QVERIFY2(verdict.reason.contains(QLatin1String("More than 2")), qPrintable(verdict.reason));
}

void tst_SpfLimits::takesTenNamesOfAnMxAndNoMore()
{
    SpfZone zone;
    zone.txt("example.com", "v=spf1 mx -all").address("last.example.com", "192.0.2.1");
    for (int i = 0; i < 9; ++i)
        zone.mx("example.com", "other.example.com");
    zone.mx("example.com", "last.example.com");
    QCOMPARE(toString(zone.check("192.0.2.1", "u@example.com").result), toString(SpfResult::Pass));
    zone.mx("example.com", "eleventh.example.com");
    QCOMPARE(toString(zone.check("192.0.2.1", "u@example.com").result), toString(SpfResult::PermError));
}

void tst_SpfLimits::looksAtTheFirstTenNamesOfAPtr()
{
    SpfZone zone;
    zone.txt("example.com", "v=spf1 ptr -all").address("good.example.com", "192.0.2.1");
    for (int i = 0; i < 10; ++i)
        zone.ptr("1.2.0.192.in-addr.arpa", qPrintable(QStringLiteral("bad%1.example.com").arg(i)));
    zone.ptr("1.2.0.192.in-addr.arpa", "good.example.com");
    std::vector<SpfQuery> questions;
    const SpfVerdict verdict = zone.check({.ip = *IpAddress::parse(QStringLiteral("192.0.2.1")),
                                           .helo = QStringLiteral("h.example.com"),
                                           .mailFrom = QStringLiteral("u@example.com")},
                                          &questions);
    QCOMPARE(toString(verdict.result), toString(SpfResult::Fail));
    QCOMPARE(questions.size(), 12u); // the record, the PTR, ten names
}

void tst_SpfLimits::asksForNoNameTooLongForTheDns()
{
    const QString domain = QStringLiteral("a.").repeated(121) + QStringLiteral("example.com");
    for (const qsizetype octets : {domain.size(), domain.size() + 1}) {
        const SpfRequest request{.ip = *IpAddress::parse(QStringLiteral("192.0.2.1")),
                                 .helo = QStringLiteral("mail.example.com"),
                                 .mailFrom = QLatin1String("u@") + QString(octets - domain.size(), u'b') + domain};
        std::vector<SpfQuery> questions;
        QCOMPARE(toString(SpfZone().check(request, &questions).result), toString(SpfResult::None));
        QCOMPARE(questions.size(), octets <= 253 ? size_t(1) : size_t(0));
    }
}

void tst_SpfLimits::endsLoops_data()
{
    QTest::addColumn<QByteArray>("record");
    QTest::newRow("include of itself") << QByteArray("v=spf1 include:example.com -all");
    QTest::newRow("two includes of itself") << QByteArray("v=spf1 include:example.com include:example.com -all");
    QTest::newRow("redirect to itself") << QByteArray("v=spf1 redirect=example.com");
    QTest::newRow("through a macro") << QByteArray("v=spf1 include:%{d} redirect=%{d}");
}

void tst_SpfLimits::endsLoops()
{
    QFETCH(QByteArray, record);
    SpfZone zone;
    zone.txt("example.com", record);
    const SpfVerdict verdict = zone.check("192.0.2.1", "u@example.com");
    QCOMPARE(toString(verdict.result), toString(SpfResult::PermError));
    QCOMPARE(verdict.lookups, 11);
}

void tst_SpfLimits::costsOfATermIncludeWhatIsBelow()
{
    SpfZone zone;
    zone.txt("example.com", "v=spf1 include:i.example.com mx -all")
        .txt("i.example.com", "v=spf1 a a:none.example.com ?all");
    zone.address("i.example.com", "192.0.2.9").mx("example.com", "i.example.com");
    const SpfVerdict verdict = zone.check("192.0.2.1", "u@example.com");
    QCOMPARE(toString(verdict.result), toString(SpfResult::Fail));
    QStringList lines;
    for (const SpfTraceStep &step : verdict.trace)
        lines += QStringLiteral("%1 %2 %3 %4 %5")
                     .arg(step.depth)
                     .arg(step.term)
                     .arg(step.lookups)
                     .arg(step.voidLookups)
                     .arg(step.matched ? QLatin1String("yes") : QLatin1String("no"));
    QCOMPARE(lines, (QStringList{QStringLiteral("0 include:i.example.com 3 1 no"), QStringLiteral("1 a 1 0 no"),
                                 QStringLiteral("1 a:none.example.com 1 1 no"), QStringLiteral("1 ?all 0 0 yes"),
                                 QStringLiteral("0 mx 1 0 no"), QStringLiteral("0 -all 0 0 yes")}));
    QCOMPARE(verdict.matchedTerm, QStringLiteral("-all"));
    QCOMPARE(verdict.lookups, 4);
}

void tst_SpfLimits::standsMacroBombs()
{
    SpfZone zone;
    const QByteArray bomb = QByteArray("%{s}%{p}%{S}").repeated(300) + ".example.com";
    zone.txt("example.com", "v=spf1 exists:" + bomb + " -all exp=e.example.com").txt("e.example.com", bomb);
    const QByteArray sender = QByteArray(300, '.') + "@example.com";
    const SpfVerdict verdict = zone.check("192.0.2.1", sender.constData());
    QCOMPARE(toString(verdict.result), toString(SpfResult::Fail));
    QCOMPARE_LE(verdict.explanation.size(), 1000);
    QCOMPARE(toString(zone.check("192.0.2.1", (QByteArray(5000, 'x') + "@example.com").constData()).result),
             toString(SpfResult::None));
}

void tst_SpfLimits::standsALongRecord()
{
    SpfZone zone;
    zone.txt("example.com", "v=spf1" + QByteArray(" ip4:198.51.100.1").repeated(600) + " ip4:192.0.2.1 -all");
    QCOMPARE(toString(zone.check("192.0.2.1", "u@example.com").result), toString(SpfResult::Pass));
    QCOMPARE(toString(zone.check("192.0.2.2", "u@example.com").result), toString(SpfResult::Fail));
}

void tst_SpfLimits::feedingTooMuchChangesNothing()
{
    SpfEvaluation evaluation({.ip = *IpAddress::parse(QStringLiteral("192.0.2.1")),
                              .helo = {},
                              .mailFrom = QStringLiteral("u@example.com")});
    QVERIFY(evaluation.pending() == (SpfQuery{QStringLiteral("example.com"), SpfQueryType::Txt}));
    QVERIFY(!evaluation.verdict());
    evaluation.feed({.status = SpfAnswer::Status::Found, .texts = {"v=spf1 -all"}, .addresses = {}, .names = {}});
    QVERIFY(!evaluation.pending());
    evaluation.feed({});
    QVERIFY(evaluation.verdict());
    QCOMPARE(toString(evaluation.verdict()->result), toString(SpfResult::Fail));
}

QTEST_GUILESS_MAIN(tst_SpfLimits)
#include "tst_SpfLimits.moc"
