// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/SpfMerge.h"

#include <QTest>

using namespace relaywright;

class tst_SpfMerge : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void addsBeforeTheEnd_data();
    void addsBeforeTheEnd();
    void notesWhatToWatch_data();
    void notesWhatToWatch();
    void refusesWhatDoesNotParse_data();
    void refusesWhatDoesNotParse();
    void writesZoneStrings_data();
    void writesZoneStrings();
    void splitsZoneStringsAt255Octets();
    void mergingTwiceChangesNothingMore();
    void endsAsItIsTold_data();
    void endsAsItIsTold();
};

namespace {

QStringList words(const QString &text)
{
    return text.split(u' ', Qt::SkipEmptyParts);
}

} // namespace

void tst_SpfMerge::addsBeforeTheEnd_data()
{
    QTest::addColumn<QString>("existing");
    QTest::addColumn<QString>("add");
    QTest::addColumn<QString>("record");
    QTest::addColumn<QString>("added");
    const auto row = [](const char *tag, const char *existing, const char *add, const char *record, const char *added) {
        QTest::newRow(tag) << QString::fromLatin1(existing) << QString::fromLatin1(add) << QString::fromLatin1(record)
                           << QString::fromLatin1(added);
    };
    const char *const outlook = "include:spf.protection.outlook.com";
    row("no record yet", "", "ip4:192.0.2.10 include:spf.protection.outlook.com",
        "v=spf1 ip4:192.0.2.10 include:spf.protection.outlook.com ~all",
        "ip4:192.0.2.10 include:spf.protection.outlook.com");
    row("before all", "v=spf1 mx -all", outlook, "v=spf1 mx include:spf.protection.outlook.com -all", outlook);
    row("before redirect", "v=spf1 mx redirect=_spf.example.com", outlook,
        "v=spf1 mx include:spf.protection.outlook.com redirect=_spf.example.com", outlook);
    row("before a leading redirect", "v=spf1 redirect=_spf.example.com mx", "a",
        "v=spf1 a redirect=_spf.example.com mx", "a");
    row("at the end without all", "v=spf1 mx", "ip4:192.0.2.10", "v=spf1 mx ip4:192.0.2.10", "ip4:192.0.2.10");
    row("keeps unknown modifiers and writing", "V=SPF1 +MX  x-tag=Some exp=e.example.com ?ALL", "ip4:192.0.2.10",
        "V=SPF1 +MX x-tag=Some exp=e.example.com ip4:192.0.2.10 ?ALL", "ip4:192.0.2.10");
    row("nothing twice", "v=spf1 INCLUDE:SPF.protection.outlook.com -all", outlook,
        "v=spf1 INCLUDE:SPF.protection.outlook.com -all", "");
    row("nothing twice among the new", "v=spf1 -all", "ip4:192.0.2.10 ip4:192.0.2.10/32", "v=spf1 ip4:192.0.2.10 -all",
        "ip4:192.0.2.10");
    row("covered by a network", "v=spf1 ip4:192.0.2.0/24 -all", "ip4:192.0.2.10", "v=spf1 ip4:192.0.2.0/24 -all", "");
    row("not covered by another qualifier", "v=spf1 ?ip4:192.0.2.0/24 -all", "ip4:192.0.2.10",
        "v=spf1 ?ip4:192.0.2.0/24 ip4:192.0.2.10 -all", "ip4:192.0.2.10");
    row("pasted zone strings", "\"v=spf1 mx \" \"-all\"", "a", "v=spf1 mx a -all", "a");
    row("a domain that ends in all is no all", "v=spf1 a:mail.example.all -all", "mx",
        "v=spf1 a:mail.example.all mx -all", "mx");
}

void tst_SpfMerge::addsBeforeTheEnd()
{
    QFETCH(QString, existing);
    QFETCH(QString, add);
    QFETCH(QString, added);
    const auto merged = mergeSpf(existing.isEmpty() ? std::nullopt : std::optional(existing), words(add));
    QVERIFY2(merged, merged ? "" : qPrintable(merged.error().detail));
    QTEST(merged->record, "record");
    QCOMPARE(merged->added, words(added));
    QCOMPARE(merged->changed, !added.isEmpty());
    QVERIFY(parseSpf(merged->record));
}

void tst_SpfMerge::notesWhatToWatch_data()
{
    QTest::addColumn<QString>("existing");
    QTest::addColumn<QString>("add");
    QTest::addColumn<QString>("note");
    const auto row = [](const char *tag, const QString &existing, const char *add, const char *note) {
        QTest::newRow(tag) << existing << QString::fromLatin1(add) << QString::fromLatin1(note);
    };
    row("+all", QStringLiteral("v=spf1 +all"), "mx", "every server in the world");
    row("bare all is +all", QStringLiteral("v=spf1 all"), "mx", "every server in the world");
    row("no all", QStringLiteral("v=spf1 mx"), "a", "no \"all\" at its end");
    row("there already", QStringLiteral("v=spf1 mx -all"), "mx", "\"mx\" is there already");
    row("covered", QStringLiteral("v=spf1 ip4:192.0.2.0/24 -all"), "ip4:192.0.2.7", "covered by \"ip4:192.0.2.0/24\"");
    row("decided before", QStringLiteral("v=spf1 -ip4:192.0.2.7 -all"), "ip4:192.0.2.7", "decides first");
    row("terms after all", QStringLiteral("v=spf1 -all mx"), "a", "behind \"-all\" is never looked at");
    row("over 255",
        QStringLiteral("v=spf1") + QStringLiteral(" ip4:192.0.2.100 ip4:198.51.100.100").repeated(8)
            + QStringLiteral(" -all"),
        "mx", "publish it as several strings");
    row("near ten lookups",
        QStringLiteral("v=spf1 include:a.example include:b.example a:c.example mx:d.example exists:e.example ptr "
                       "include:f.example -all"),
        "include:g.example", "cost 8 of 10");
    row("over ten lookups",
        QStringLiteral("v=spf1 a:a.example a:b.example a:c.example a:d.example a:e.example a:f.example a:g.example "
                       "a:h.example a:i.example a:j.example -all"),
        "mx", "cost 11 DNS lookups");
    row("ptr", QStringLiteral("v=spf1 ptr -all"), "mx", "not to publish it");
    row("a duplicate that was there", QStringLiteral("v=spf1 a a -all"), "mx", "\"a\" stands twice");
    row("new", QString(), "mx", "There was no record");
}

void tst_SpfMerge::notesWhatToWatch()
{
    QFETCH(QString, existing);
    QFETCH(QString, add);
    QFETCH(QString, note);
    const auto merged = mergeSpf(existing, words(add));
    QVERIFY(merged);
    QVERIFY2(merged->notes.join(u'\n').contains(note), qPrintable(merged->notes.join(u'\n')));
}

void tst_SpfMerge::refusesWhatDoesNotParse_data()
{
    QTest::addColumn<QString>("existing");
    QTest::addColumn<QString>("mechanism");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *tag, const char *existing, const char *mechanism, const char *says) {
        QTest::newRow(tag) << QString::fromLatin1(existing) << QString::fromLatin1(mechanism)
                           << QString::fromLatin1(says);
    };
    row("broken record", "v=spf1 moose -all", "mx", "existing SPF record has a fault at character 8");
    row("no SPF record at all", "google-site-verification=x", "mx", "begins with \"v=spf1\"");
    row("broken mechanism", "v=spf1 -all", "ip4:1.2.3", "\"ip4:1.2.3\" has a fault at character 1");
    row("two mechanisms in one", "v=spf1 -all", "mx a", "not one mechanism");
    row("an all", "v=spf1 -all", "+all", "not one mechanism");
    row("a modifier", "v=spf1 -all", "redirect=example.com", "not one mechanism");
    row("nothing", "v=spf1 -all", "", "not one mechanism");
    row("a line break", "v=spf1 -all", "a\nmx", "character 2");
}

void tst_SpfMerge::refusesWhatDoesNotParse()
{
    QFETCH(QString, existing);
    QFETCH(QString, mechanism);
    QFETCH(QString, says);
    const auto merged = mergeSpf(existing, {mechanism});
    QVERIFY(!merged);
    QCOMPARE(merged.error().kind, ErrorKind::InvalidInput);
    QVERIFY2(merged.error().detail.contains(says), qPrintable(merged.error().detail));
}

void tst_SpfMerge::writesZoneStrings_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("zone");
    QTest::newRow("plain") << QStringLiteral("v=spf1 -all") << QStringLiteral("\"v=spf1 -all\"");
    QTest::newRow("empty") << QString() << QStringLiteral("\"\"");
    QTest::newRow("quote and backslash") << QStringLiteral("a\"b\\c") << QStringLiteral("\"a\\\"b\\\\c\"");
    QTest::newRow("control and UTF-8") << QStringLiteral("a\n\u00fc") << QStringLiteral("\"a\\010\\195\\188\"");
}

void tst_SpfMerge::writesZoneStrings()
{
    QFETCH(QString, text);
    QTEST(toZoneStrings(text), "zone");
}

void tst_SpfMerge::splitsZoneStringsAt255Octets()
{
    QCOMPARE(toZoneStrings(QString(255, u'x')).count(u'"'), 2);
    const QString zone = toZoneStrings(QString(511, u'x'));
    QCOMPARE(zone.split(u' ').size(), 3);
    QCOMPARE(zone.split(u' ').back(), QStringLiteral("\"x\""));
}

void tst_SpfMerge::mergingTwiceChangesNothingMore()
{
    const QStringList mechanisms{QStringLiteral("ip4:192.0.2.0/28"), QStringLiteral("ip6:2001:db8::/48"),
                                 QStringLiteral("a:mail.example.com/30")};
    const auto once = mergeSpf(QStringLiteral("v=spf1 mx ~all"), mechanisms);
    QVERIFY(once && once->changed);
    const auto twice = mergeSpf(once->record, mechanisms);
    QVERIFY(twice && !twice->changed);
    QCOMPARE(twice->record, once->record);
}

void tst_SpfMerge::endsAsItIsTold_data()
{
    QTest::addColumn<QString>("existing");
    QTest::addColumn<SpfEnd>("end");
    QTest::addColumn<QString>("record");
    QTest::addColumn<QString>("note");
    const auto row = [](const char *tag, const char *existing, SpfEnd end, const char *record, const char *note) {
        QTest::newRow(tag) << QString::fromLatin1(existing) << end << QString::fromLatin1(record)
                           << QString::fromLatin1(note);
    };
    using enum SpfEnd;
    row("keeps", "v=spf1 ?all", Keep, "v=spf1 mx ?all", "\"?all\" says nothing");
    row("softer for the watch period", "v=spf1 -all", SoftFail, "v=spf1 mx ~all", "from \"-all\" to \"~all\"");
    row("harder after it", "v=spf1 a ~ALL", Fail, "v=spf1 a mx -all", "watch period show no server");
    row("the same end is no change", "v=spf1 ~all", SoftFail, "v=spf1 mx ~all", "Every term that was there is kept");
    row("lets not everyone pass any more", "v=spf1 +all", SoftFail, "v=spf1 mx ~all", "from \"+all\" to \"~all\"");
    row("without an end", "v=spf1 a", Fail, "v=spf1 a mx -all", "now ends in \"-all\"");
    row("a redirect says it elsewhere", "v=spf1 redirect=r.example.com", Fail, "v=spf1 mx redirect=r.example.com",
        "Change it there");
    row("a new record", "", Fail, "v=spf1 mx -all", "watch period");
    row("a new record, softer", "", SoftFail, "v=spf1 mx ~all", "There was no record");
}

void tst_SpfMerge::endsAsItIsTold()
{
    QFETCH(QString, existing);
    QFETCH(SpfEnd, end);
    QFETCH(QString, note);
    const auto merged = mergeSpf(existing, {QStringLiteral("mx")}, end);
    QVERIFY(merged);
    QTEST(merged->record, "record");
    QVERIFY2(merged->notes.join(u'\n').contains(note), qPrintable(merged->notes.join(u'\n')));
    const auto again = mergeSpf(merged->record, {QStringLiteral("mx")}, end);
    QVERIFY(again && !again->changed);
}

QTEST_GUILESS_MAIN(tst_SpfMerge)
#include "tst_SpfMerge.moc"
