// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/SpfRecord.h"
#include "core/mailauth/SpfRecordCache.h"

#include <QTest>

using namespace relaywright;

class tst_SpfRecord : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsAnSpfRecordFromOtherTexts_data();
    void tellsAnSpfRecordFromOtherTexts();
    void takesWhatTheGrammarTakes_data();
    void takesWhatTheGrammarTakes();
    void refusesWhatTheGrammarRefuses_data();
    void refusesWhatTheGrammarRefuses();
    void pointsAtTheFault_data();
    void pointsAtTheFault();
    void keepsThePlaceOfEachMechanism();
    void clearsHostBitsOfNetworks();
    void standsLongAndHostileInput();
    void keepsParsedRecordsButNotWithoutBound();
};

void tst_SpfRecord::tellsAnSpfRecordFromOtherTexts_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("expected");
    QTest::newRow("version alone") << QByteArray("v=spf1") << true;
    QTest::newRow("with terms") << QByteArray("v=spf1 -all") << true;
    QTest::newRow("any case") << QByteArray("V=sPf1 ~all") << true;
    QTest::newRow("another version") << QByteArray("v=spf10 -all") << false;
    QTest::newRow("tab behind") << QByteArray("v=spf1\t-all") << false;
    QTest::newRow("leading space") << QByteArray(" v=spf1 -all") << false;
    QTest::newRow("short") << QByteArray("v=spf") << false;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("Sender ID") << QByteArray("spf2.0/mfrom -all") << false;
}

void tst_SpfRecord::tellsAnSpfRecordFromOtherTexts()
{
    QFETCH(QByteArray, text);
    QTEST(isSpfRecord(text), "expected");
}

void tst_SpfRecord::takesWhatTheGrammarTakes_data()
{
    QTest::addColumn<QString>("canonical");
    const auto same = [](const char *text) { QTest::newRow(text) << QString::fromLatin1(text); };
    const auto row = [](const char *text, const char *canonical) {
        QTest::newRow(text) << QString::fromLatin1(canonical);
    };
    same("v=spf1");
    row("v=spf1   ", "v=spf1");
    row("V=SPF1 +MX  -ALL", "v=spf1 mx -all");
    same("v=spf1 ip4:192.0.2.10 include:spf.protection.outlook.com ~all");
    same("v=spf1 a a:example.org a/24 a//64 a/24//64 a:example.org/24//64 ?all");
    same("v=spf1 mx mx:example.org mx/0 mx//0 -all");
    row("v=spf1 a/32//128", "v=spf1 a");
    same("v=spf1 ptr ptr:example.org exists:%{ir}.%{l1r-}._spf.%{d} -all");
    row("v=spf1 ip4:192.0.2.77/24", "v=spf1 ip4:192.0.2.0/24");
    row("v=spf1 ip4:1.1.1.1/0", "v=spf1 ip4:0.0.0.0/0");
    row("v=spf1 ip6:2001:DB8::1/32", "v=spf1 ip6:2001:db8::/32");
    row("v=spf1 ip6:::1.1.1.1/0", "v=spf1 ip6:::/0");
    same("v=spf1 ip6:::ffff:192.0.2.1");
    same("v=spf1 ip6:::ffff:192.0.2.0/120");
    row("v=spf1 ip6:::ffff:192.0.2.1/8", "v=spf1 ip6:::/8");
    same("v=spf1 redirect=_spf.example.com");
    row("v=spf1 exp=explain._spf.%{d} -all", "v=spf1 -all exp=explain._spf.%{d}");
    same("v=spf1 -all default=pass x-y_z.1=%{c}%%");
    same("v=spf1 a=b");
    same("v=spf1 unknown=");
    same("v=spf1 a:foo:bar/baz.example.com");
    same("v=spf1 a:foo:bar/baz.example.com/24");
    same("v=spf1 a:example.com.");
    same("v=spf1 a:example.xn--zckzah");
    same("v=spf1 exists:%{d}");
    same("v=spf1 exists:foo%%");
    same("v=spf1 exists:foo%-");
    same("v=spf1 include:%{d2}.%_x.%{L128R+-/}.a1");
    same("v=spf1 exists:a.b-1c");
    same("v=spf1 all mx -all");
}

void tst_SpfRecord::takesWhatTheGrammarTakes()
{
    QFETCH(QString, canonical);
    const auto record = parseSpf(QString::fromLatin1(QTest::currentDataTag()));
    QVERIFY2(record, record ? "" : qPrintable(record.error().sentence));
    QCOMPARE(toText(*record), canonical);
    const auto again = parseSpf(canonical);
    QVERIFY(again);
    QCOMPARE(toText(*again), canonical);
}

void tst_SpfRecord::refusesWhatTheGrammarRefuses_data()
{
    QTest::addColumn<int>("unused");
    for (const char *text : {"",
                             "v=spf",
                             "v=spf10",
                             "v=spf1-all",
                             "spf1 -all",
                             "v=spf1 moose",
                             "v=spf1 -all ip4:192.0.2.1 moose",
                             "v=spf1 all.",
                             "v=spf1 all:foo.example.com",
                             "v=spf1 all/8",
                             "v=spf1 -",
                             "v=spf1 ++all",
                             "v=spf1 +",
                             "v=spf1 include",
                             "v=spf1 include:",
                             "v=spf1 include:example.com/24",
                             "v=spf1 exists",
                             "v=spf1 exists:",
                             "v=spf1 exists:example.com/24",
                             "v=spf1 exists:%{d}/24",
                             "v=spf1 ptr:",
                             "v=spf1 ptr/24",
                             "v=spf1 ptr:example.com/24",
                             "v=spf1 a:",
                             "v=spf1 a/",
                             "v=spf1 a//",
                             "v=spf1 a/33",
                             "v=spf1 a//129",
                             "v=spf1 a/032",
                             "v=spf1 a/24/64",
                             "v=spf1 a/24//",
                             "v=spf1 a:/24",
                             "v=spf1 a:foo:8080",
                             "v=spf1 a:museum",
                             "v=spf1 a:museum.",
                             "v=spf1 a:abc.123",
                             "v=spf1 a:111.222.33.44",
                             "v=spf1 a:example.-com",
                             "v=spf1 a:example.com-",
                             "v=spf1 a:example..com",
                             "v=spf1 a:example.com..",
                             "v=spf1 a:.example.com",
                             "v=spf1 a:example.com:8080",
                             "v=spf1 a:example.com/24x",
                             "v=spf1 a:example.c_m",
                             "v=spf1 mx:",
                             "v=spf1 mx/33",
                             "v=spf1 mx:foo:8080",
                             "v=spf1 ip4",
                             "v=spf1 ip4:",
                             "v=spf1 ip4/24",
                             "v=spf1 ip4:192.0.2",
                             "v=spf1 ip4:192.0.2.1:25",
                             "v=spf1 ip4:192.0.2.1/33",
                             "v=spf1 ip4:192.0.2.1/032",
                             "v=spf1 ip4:192.0.2.1/",
                             "v=spf1 ip4:192.0.2.1/24//64",
                             "v=spf1 ip4:192.0.2.01",
                             "v=spf1 ip4:2001:db8::1",
                             "v=spf1 ip4:::ffff:192.0.2.1",
                             "v=spf1 ip6",
                             "v=spf1 ip6:",
                             "v=spf1 ip6:192.0.2.1",
                             "v=spf1 ip6:2001:db8::1/129",
                             "v=spf1 ip6:2001:db8::1//64",
                             "v=spf1 ip6:2001:db8:::1",
                             "v=spf1 redirect=",
                             "v=spf1 redirect=example",
                             "v=spf1 exp=",
                             "v=spf1 exp=-all",
                             "v=spf1 redirect=a.example redirect=b.example",
                             "v=spf1 exp=a.example EXP=b.example",
                             "v=spf1 redirect:a.example",
                             "v=spf1 -redirect=a.example",
                             "v=spf1 =all",
                             "v=spf1 1x=y",
                             "v=spf1 x%y=z",
                             "v=spf1 x=%",
                             "v=spf1 x=%a",
                             "v=spf1 x=%{q}",
                             "v=spf1 x=%{d",
                             "v=spf1 a:%",
                             "v=spf1 a:%{d0}",
                             "v=spf1 a:%{}",
                             "v=spf1 a:%{d*}",
                             "v=spf1 a:%{rd}",
                             "v=spf1 a:%{c}.example",
                             "v=spf1 a:%{r}",
                             "v=spf1 a:%{t}",
                             "v=spf1 a:%(d)",
                             "v=spf1 a:%{e}",
                             "v=spf1 a:%{d}x",
                             "v=spf1\ta",
                             "v=spf1 a\r\n-all",
                             "v=spf1 a:b\x01.example",
                             "v=spf1 a:\xfc.example",
                             "v=spf1 include:example.123",
                             "v=spf1 alll",
                             "v=spf1 a.example",
                             "v=spf1 ip4=192.0.2.1 ip4",
                             "v=spf1 \"a\""})
        QTest::newRow(*text == '\0' ? "nothing" : text) << 0;
    QTest::newRow("a label of 64") << 0;
}

void tst_SpfRecord::refusesWhatTheGrammarRefuses()
{
    QString text = QString::fromLatin1(QTest::currentDataTag());
    if (text == QLatin1String("nothing"))
        text.clear();
    if (text.startsWith(QLatin1String("a label")))
        text = QLatin1String("v=spf1 a:") + QString(64, u'x') + QLatin1String(".example.com");
    const auto record = parseSpf(text);
    QVERIFY2(!record, record ? qPrintable(toText(*record)) : "");
    QVERIFY2(record.error().sentence.endsWith(u'.'), qPrintable(record.error().sentence));
    QVERIFY(record.error().offset >= 0 && record.error().offset + record.error().length <= text.size());
}

void tst_SpfRecord::pointsAtTheFault_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("marked");
    const auto row = [](const char *text, const char *marked) {
        QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(marked);
    };
    row("v=spf1 mx mooose -all", "mooose");
    row("v=spf1 ip4:300.1.1.1 -all", "ip4:300.1.1.1");
    row("v=spf1 include:contoso -all", "contoso");
    row("v=spf1 exists:%{q}.example.com -all", "%{q}");
    row("v=spf1 a:foo%bar.example.com", "%");
    row("v=spf1 all:x -all", ":x");
    row("v=spf2 -all", "v=spf2 ");
    row("v=spf1 redirect=a.example redirect=b.example", "redirect=b.example");
}

void tst_SpfRecord::pointsAtTheFault()
{
    QFETCH(QString, text);
    const auto record = parseSpf(text);
    QVERIFY(!record);
    QTEST(text.mid(record.error().offset, record.error().length), "marked");
}

void tst_SpfRecord::keepsThePlaceOfEachMechanism()
{
    const QString text = QStringLiteral("v=spf1 ip4:192.0.2.10  include:spf.example.com ~all");
    const auto record = parseSpf(text);
    QVERIFY(record);
    QStringList places;
    for (const SpfMechanism &mechanism : record->mechanisms)
        places += text.mid(mechanism.offset, mechanism.length);
    QCOMPARE(places, (QStringList{QStringLiteral("ip4:192.0.2.10"), QStringLiteral("include:spf.example.com"),
                                  QStringLiteral("~all")}));
}

void tst_SpfRecord::clearsHostBitsOfNetworks()
{
    const auto record = parseSpf(QStringLiteral("v=spf1 ip6:Cafe:Babe:8000::1/33"));
    QVERIFY(record);
    QCOMPARE(*record->mechanisms.front().network, *IpNetwork::parse(QStringLiteral("cafe:babe:8000::/33")));
}

void tst_SpfRecord::standsLongAndHostileInput()
{
    QVERIFY(parseSpf(QStringLiteral("v=spf1") + QStringLiteral(" ip4:192.0.2.1").repeated(5000)));
    QVERIFY(!parseSpf(QStringLiteral("v=spf1 exists:") + QStringLiteral("%{").repeated(50'000)));
    QVERIFY(!parseSpf(QStringLiteral("v=spf1 a/") + QString(100'000, u'9')));
    QVERIFY(!parseSpf(QStringLiteral("v=spf1 ip4:") + QString(100'000, u'1')));
    QVERIFY(parseSpf(QStringLiteral("v=spf1 exists:%{d") + QString(100'000, u'9') + u'}'));
    QVERIFY(parseSpf(QStringLiteral("v=spf1") + QString(100'000, u' ')));
}

void tst_SpfRecord::keepsParsedRecordsButNotWithoutBound()
{
    SpfRecordCache cache;
    const auto first = cache.parse("v=spf1 +MX -all");
    QVERIFY(first->record);
    QCOMPARE(first->terms, (QStringList{QStringLiteral("mx"), QStringLiteral("-all")}));
    QCOMPARE(cache.parse("v=spf1 +MX -all"), first);
    QVERIFY(!cache.parse("v=spf1 moose")->record);
    for (int i = 0; i < 1000; ++i)
        QVERIFY(cache.parse("v=spf1 a:h" + QByteArray::number(i) + ".example.com")->record);
    QVERIFY(cache.parse("v=spf1 +MX -all") != first); // begun anew, while who holds a record keeps it
    QVERIFY(first->record);
}

QTEST_GUILESS_MAIN(tst_SpfRecord)
#include "tst_SpfRecord.moc"
