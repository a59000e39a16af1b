// SPDX-License-Identifier: GPL-3.0-or-later
#include "SpfZone.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// check_host() on small zones: the RFC's own examples (appendix A), then each section's rules.
class tst_SpfEvaluation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void answersTheExamplesOfAppendixA_data();
    void answersTheExamplesOfAppendixA();
    void selectsTheRecord_data();
    void selectsTheRecord();
    void checksTheRightIdentity_data();
    void checksTheRightIdentity();
    void evaluatesTerms_data();
    void evaluatesTerms();
    void takesWhateverTheClientSaysInHelo_data();
    void takesWhateverTheClientSaysInHelo();
    void explainsAFail_data();
    void explainsAFail();
    void saysWhy();
    void needsOnePassWhenAllIsKnown();
    void keepsWhatWasKnownWhenTheCacheForgets();
    void evaluatesARecordAsIfPublished();
};

namespace {

void addTerm(SpfZone &zone, const char *record)
{
    zone.txt("t.example.com", record);
    zone.address("t.example.com", "192.0.2.1").address("t.example.com", "2001:db8::1");
    zone.address("host.example.com", "192.0.2.10")
        .address("host.example.com", "192.0.2.11")
        .address("host.example.com", "2001:db8::10");
    zone.address("six.example.com", "2001:db8::6");
    zone.mx("t.example.com", "host.example.com").mx("t.example.com", "six.example.com").mx("null.example.com", "");
    zone.mx("mailed.example.com", "host.example.com");
    zone.ptr("10.2.0.192.in-addr.arpa", "liar.example.org").ptr("10.2.0.192.in-addr.arpa", "HOST.example.com");
    zone.ptr("12.2.0.192.in-addr.arpa", "host.example.com");
    zone.ptr("6.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "six.example.com");
    zone.txt("pass.example.com", "v=spf1 +all")
        .txt("fail.example.com", "v=spf1 -all exp=inner.example.com")
        .txt("soft.example.com", "v=spf1 ~all");
    zone.txt("neutral.example.com", "v=spf1 ?all")
        .txt("plain.example.com", "hello")
        .txt("broken.example.com", "v=spf1 moose");
    zone.txt("twice.example.com", "v=spf1 -all").txt("twice.example.com", "v=spf1 +all");
    zone.fails("slow.example.com", SpfQueryType::Txt)
        .fails("slow.example.com", SpfQueryType::A)
        .fails("slow.example.com", SpfQueryType::Mx);
    zone.mx("slowmx.example.com", "slow.example.com");
    zone.address("10.2.0.192.in-addr.list.example.com", "127.0.0.2").address("user.t.example.com", "127.0.0.2");
    zone.address("6.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.list.example.com", "127.0.0.2");
    zone.address("host.example.com.names.example.com", "127.0.0.2").address("unknown.names.example.com", "127.0.0.3");
    zone.address("mx.helo.example.net.helos.example.com", "127.0.0.2");
}

} // namespace

void tst_SpfEvaluation::answersTheExamplesOfAppendixA_data()
{
    QTest::addColumn<QByteArray>("record");
    QTest::addColumn<QString>("ip");
    QTest::addColumn<SpfResult>("result");
    const auto row = [](const char *tag, const char *record, const char *ip, SpfResult result) {
        QTest::newRow(tag) << QByteArray(record) << QString::fromLatin1(ip) << result;
    };
    using enum SpfResult;
    row("A.1 +all", "v=spf1 +all", "203.0.113.9", Pass);
    row("A.1 a", "v=spf1 a -all", "192.0.2.10", Pass);
    row("A.1 a, second", "v=spf1 a -all", "192.0.2.11", Pass);
    row("A.1 a, other", "v=spf1 a -all", "192.0.2.129", Fail);
    row("A.1 a of a domain without addresses", "v=spf1 a:example.org -all", "192.0.2.10", Fail);
    row("A.1 mx", "v=spf1 mx -all", "192.0.2.129", Pass);
    row("A.1 mx, second", "v=spf1 mx -all", "192.0.2.130", Pass);
    row("A.1 mx:example.org", "v=spf1 mx:example.org -all", "192.0.2.140", Pass);
    row("A.1 both mx", "v=spf1 mx mx:example.org -all", "192.0.2.140", Pass);
    row("A.1 mx/30", "v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.131", Pass);
    row("A.1 mx/30, other block", "v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.143", Pass);
    row("A.1 mx/30, outside", "v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.144", Fail);
    row("A.1 ptr", "v=spf1 ptr -all", "192.0.2.65", Pass);
    row("A.1 ptr that names another domain", "v=spf1 ptr -all", "192.0.2.140", Fail);
    row("A.1 ptr that lies", "v=spf1 ptr -all", "10.0.0.4", Fail);
    row("A.1 ip4", "v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.129", Pass);
    row("A.1 ip4 outside", "v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.65", Fail);
    row("A.2 redirect", "v=spf1 redirect=example.net", "192.0.2.129", Pass);
    row("A.2 include", "v=spf1 include:example.net -all", "192.0.2.130", Pass);
    row("A.3 exists for a host", "v=spf1 exists:%{ir}.rbl.example.net -all", "192.0.2.129", Pass);
    row("A.3 exists for another", "v=spf1 exists:%{ir}.rbl.example.net -all", "192.0.2.130", Fail);
    row("A.4 local parts", "v=spf1 -ptr exists:%{l}._users.%{d} ?all", "203.0.113.9", Pass);
}

void tst_SpfEvaluation::answersTheExamplesOfAppendixA()
{
    QFETCH(QByteArray, record);
    QFETCH(QString, ip);
    SpfZone zone;
    zone.txt("example.com", record).txt("example.net", "v=spf1 ip4:192.0.2.128/28 -all");
    zone.address("example.com", "192.0.2.10").address("example.com", "192.0.2.11");
    zone.address("amy.example.com", "192.0.2.65").address("bob.example.com", "192.0.2.66");
    zone.address("mail-a.example.com", "192.0.2.129").address("mail-b.example.com", "192.0.2.130");
    zone.address("mail-c.example.org", "192.0.2.140").mx("example.org", "mail-c.example.org");
    zone.mx("example.com", "mail-a.example.com").mx("example.com", "mail-b.example.com");
    zone.ptr("65.2.0.192.in-addr.arpa", "amy.example.com").ptr("140.2.0.192.in-addr.arpa", "mail-c.example.org");
    zone.ptr("4.0.0.10.in-addr.arpa", "bob.example.com");
    zone.address("129.2.0.192.rbl.example.net", "127.0.0.2").address("mary._users.example.com", "127.0.0.2");
    QFETCH(SpfResult, result);
    QCOMPARE(toString(zone.check(qPrintable(ip), "mary@example.com").result), toString(result));
}

void tst_SpfEvaluation::selectsTheRecord_data()
{
    QTest::addColumn<QByteArrayList>("texts");
    QTest::addColumn<SpfResult>("result");
    using enum SpfResult;
    QTest::newRow("none") << QByteArrayList{} << None;
    QTest::newRow("only other texts") << QByteArrayList{"hello", "v=spf10 -all"} << None;
    QTest::newRow("one of several texts") << QByteArrayList{"hello", "v=spf1 -all", "MS=ms1"} << Fail;
    QTest::newRow("two") << QByteArrayList{"v=spf1 -all", "v=spf1 +all"} << PermError;
    QTest::newRow("two of the same") << QByteArrayList{"v=spf1 -all", "v=spf1 -all"} << PermError;
    QTest::newRow("version alone") << QByteArrayList{"v=spf1"} << Neutral;
    QTest::newRow("non-ASCII in another text") << QByteArrayList{"gr\xfc\xdf\x65", "v=spf1 ~all"} << SoftFail;
    QTest::newRow("non-ASCII in a modifier") << QByteArrayList{"v=spf1 x=\xfc -all"} << PermError;
    QTest::newRow("byte order mark") << QByteArrayList{"\xef\xbb\xbfv=spf1 -all"} << None;
    QTest::newRow("NUL") << QByteArrayList{QByteArray("v=spf1 -all\0", 12)} << PermError;
    QTest::newRow("an error behind a match") << QByteArrayList{"v=spf1 +all moose"} << PermError;
}

void tst_SpfEvaluation::selectsTheRecord()
{
    QFETCH(QByteArrayList, texts);
    SpfZone zone;
    for (const QByteArray &text : texts)
        zone.txt("example.com", text);
    QFETCH(SpfResult, result);
    QCOMPARE(toString(zone.check("192.0.2.1", "u@example.com").result), toString(result));
}

void tst_SpfEvaluation::checksTheRightIdentity_data()
{
    QTest::addColumn<QString>("mailFrom");
    QTest::addColumn<QString>("helo");
    QTest::addColumn<QStringList>("asked");
    const auto row = [](const char *tag, const char *mailFrom, const char *helo, const QStringList &asked) {
        QTest::newRow(tag) << QString::fromUtf8(mailFrom) << QString::fromUtf8(helo) << asked;
    };
    const QStringList none;
    row("the address's domain", "u@example.com", "mail.example.net",
        {QStringLiteral("example.com"), QStringLiteral("u.example.com")});
    row("HELO for the null reverse-path", "", "mail.example.net",
        {QStringLiteral("mail.example.net"), QStringLiteral("postmaster.mail.example.net")});
    row("HELO for <>", "<>", "mail.example.net",
        {QStringLiteral("mail.example.net"), QStringLiteral("postmaster.mail.example.net")});
    row("postmaster for an empty local part", "@example.com", "x",
        {QStringLiteral("example.com"), QStringLiteral("postmaster.example.com")});
    row("postmaster without an @", "example.com", "x",
        {QStringLiteral("example.com"), QStringLiteral("postmaster.example.com")});
    row("the last @ parts", "\"a@b\"@example.com", "x",
        {QStringLiteral("example.com"), QStringLiteral("\"a@b\".example.com")});
    row("a trailing dot", "u@example.com.", "x", {QStringLiteral("example.com"), QStringLiteral("u.example.com")});
    row("U-labels as A-labels",
        "u@b\xc3\xbc"
        "cher.example",
        "x", {QStringLiteral("xn--bcher-kva.example"), QStringLiteral("u.xn--bcher-kva.example")});
    row("HELO of one label", "", "OEMCOMPUTER", none);
    row("HELO an address literal", "", "[192.0.2.1]", none);
    row("domain an address literal", "u@[192.0.2.1]", "mail.example.net", none);
    row("an IPv6 literal", "u@[IPv6:2001:db8::1.2.3.4]", "mail.example.net", none);
    row("an empty label", "u@A...example.com", "mail.example.net", none);
    row("a long label", qPrintable(QLatin1String("u@") + QString(64, u'a') + QLatin1String(".example.com")), "x", none);
    row("nothing at all", "", "", none);
    row("one label", "u@localhost", "mail.example.net", none);
}

void tst_SpfEvaluation::checksTheRightIdentity()
{
    QFETCH(QString, mailFrom);
    QFETCH(QString, helo);
    SpfEvaluation evaluation(
        {.ip = *IpAddress::parse(QStringLiteral("192.0.2.1")), .helo = helo, .mailFrom = mailFrom});
    QStringList asked;
    while (const auto query = evaluation.pending()) {
        asked += query->name;
        evaluation.feed({.status = SpfAnswer::Status::Found,
                         .texts = {"v=spf1 exists:%{l}.%{o} -all"},
                         .addresses = {*IpAddress::parse(QStringLiteral("127.0.0.2"))},
                         .names = {}});
    }
    QTEST(asked, "asked");
    QCOMPARE(toString(evaluation.verdict()->result), toString(asked.isEmpty() ? SpfResult::None : SpfResult::Pass));
}

void tst_SpfEvaluation::evaluatesTerms_data()
{
    QTest::addColumn<QByteArray>("record");
    QTest::addColumn<QString>("ip");
    QTest::addColumn<SpfResult>("result");
    const auto row = [](const char *record, const char *ip, SpfResult result) {
        QTest::addRow("%s from %s", record, ip) << QByteArray("v=spf1 ") + record << QString::fromLatin1(ip) << result;
    };
    using enum SpfResult;
    row("mx", "192.0.2.77", Neutral);
    row("?all", "192.0.2.77", Neutral);
    row("all -all", "192.0.2.77", Pass);
    row("a -all", "192.0.2.1", Pass);
    row("a -all", "2001:db8::1", Pass);
    row("a -all", "::ffff:192.0.2.1", Pass);
    row("a/24 -all", "192.0.2.200", Pass);
    row("a/24 -all", "2001:db8::2", Fail);
    row("a//64 -all", "2001:db8::2", Pass);
    row("a//64 -all", "192.0.2.2", Fail);
    row("a/0 -all", "203.0.113.1", Pass);
    row("a/0 -all", "2001:db8:ffff::1", Fail);
    row("a//0 -all", "2001:db8:ffff::1", Pass);
    row("a//0 -all", "::ffff:203.0.113.1", Fail);
    row("a:none.example.com/0 -all", "192.0.2.1", Fail);
    row("a:six.example.com/0 -all", "192.0.2.1", Fail);
    row("a:slow.example.com -all", "192.0.2.1", TempError);
    row("a:HOST.Example.com. -all", "192.0.2.11", Pass);
    row("mx -all", "192.0.2.11", Pass);
    row("mx -all", "2001:db8::6", Pass);
    row("mx/24 -all", "192.0.2.200", Pass);
    row("mx:mailed.example.com -all", "192.0.2.10", Pass);
    row("mx:host.example.com -all", "192.0.2.10", Fail); // no implicit MX
    row("mx:null.example.com -all", "192.0.2.10", Fail);
    row("mx:slow.example.com -all", "192.0.2.10", TempError);
    row("mx:slowmx.example.com -all", "192.0.2.10", TempError);
    row("ptr:example.com -all", "192.0.2.10", Pass);
    row("ptr:example.com -all", "2001:db8::6", Pass);
    row("ptr:EXAMPLE.com -all", "192.0.2.10", Pass);
    row("ptr:ample.com -all", "192.0.2.10", Fail);
    row("ptr:example.org -all", "192.0.2.10", Fail);
    row("ptr:example.com -all", "192.0.2.12", Fail);
    row("ptr:example.com -all", "192.0.2.13", Fail);
    row("ip4:192.0.2.0/24 -all", "192.0.2.255", Pass);
    row("ip4:192.0.2.0/24 -all", "192.0.3.0", Fail);
    row("ip4:1.1.1.1/0 -all", "203.0.113.7", Pass);
    row("ip4:192.0.2.1 -all", "::ffff:192.0.2.1", Pass);
    row("ip6:::/0 -all", "2001:db8::9", Pass);
    row("ip6:::/0 -all", "192.0.2.1", Fail);
    row("ip6:::ffff:192.0.2.1 -all", "192.0.2.1", Fail);
    row("ip6:::ffff:192.0.2.1/0 -all", "2001:db8::1", Pass);
    row("ip6:2001:db8:8000::/33 -all", "2001:db8:8000::1", Pass);
    row("ip6:2001:db8:8000::/33 -all", "2001:db8:7fff::1", Fail);
    row("exists:%{ir}.%{v}.list.example.com -all", "192.0.2.10", Pass);
    row("exists:%{ir}.%{v}.list.example.com -all", "192.0.2.11", Fail);
    row("exists:%{ir}.%{v}.list.example.com -all", "2001:db8::6", Pass); // always an A question
    row("exists:six.example.com -all", "2001:db8::6", Fail);
    row("exists:slow.example.com -all", "192.0.2.1", TempError);
    row("exists:%{p}.names.example.com -all", "192.0.2.10", Pass);
    row("exists:%{p}.names.example.com -all", "192.0.2.99", Pass); // "unknown"
    row("exists:%{h}.helos.example.com -all", "192.0.2.1", Pass);
    row("exists:%{l}.%{d} -all", "192.0.2.1", Pass);
    row("exists:%{l}..%{d} ~all", "192.0.2.1", SoftFail); // no name once expanded
    row("include:pass.example.com -all", "192.0.2.77", Pass);
    row("?include:pass.example.com -all", "192.0.2.77", Neutral);
    row("-include:pass.example.com +all", "192.0.2.77", Fail);
    row("include:fail.example.com ~all", "192.0.2.77", SoftFail);
    row("include:soft.example.com ?all", "192.0.2.77", Neutral);
    row("include:neutral.example.com -all", "192.0.2.77", Fail);
    row("include:plain.example.com -all", "192.0.2.77", PermError);
    row("include:none.example.com -all", "192.0.2.77", PermError);
    row("include:broken.example.com -all", "192.0.2.77", PermError);
    row("include:twice.example.com -all", "192.0.2.77", PermError);
    row("include:slow.example.com -all", "192.0.2.77", TempError);
    row("ip4:192.0.2.77 include:slow.example.com", "192.0.2.77", Pass);
    row("redirect=fail.example.com", "192.0.2.77", Fail);
    row("redirect=pass.example.com ?all", "192.0.2.77", Neutral);
    row("redirect=pass.example.com -ip4:192.0.2.77", "192.0.2.77", Fail);
    row("redirect=plain.example.com", "192.0.2.77", PermError);
    row("redirect=none.example.com", "192.0.2.77", PermError);
    row("redirect=slow.example.com", "192.0.2.77", TempError);
    row("redirect=%{l}..%{d}", "192.0.2.77", PermError);
    row("default=pass", "192.0.2.77", Neutral);
    row("moo.cow-far_out=man:dog/cat ~all", "192.0.2.77", SoftFail);
}

void tst_SpfEvaluation::evaluatesTerms()
{
    QFETCH(QByteArray, record);
    QFETCH(QString, ip);
    SpfZone zone;
    addTerm(zone, record.constData());
    QFETCH(SpfResult, result);
    QCOMPARE(toString(zone.check(qPrintable(ip), "user@t.example.com", "mx.helo.example.net").result),
             toString(result));
}

void tst_SpfEvaluation::takesWhateverTheClientSaysInHelo_data()
{
    QTest::addColumn<QString>("helo");
    QTest::addColumn<QByteArray>("record");
    QTest::addColumn<SpfResult>("result");
    using enum SpfResult;
    const QByteArray plain = "v=spf1 a:%{h} -all";
    QTest::newRow("its name") << QStringLiteral("host.example.com") << plain << Pass;
    QTest::newRow("escaped in capitals") << QStringLiteral("host.example.com") << QByteArray("v=spf1 a:%{H} -all")
                                         << Pass;
    QTest::newRow("blanks") << QStringLiteral("my new printer") << plain << Fail;
    QTest::newRow("an address literal") << QStringLiteral("[192.0.2.10]") << plain << Fail;
    QTest::newRow("one label") << QStringLiteral("PRINTER") << plain << Fail;
    QTest::newRow("percent signs") << QString(22, u'%') << QByteArray("v=spf1 a:%{H}.example.com -all") << Fail;
    QTest::newRow("nothing") << QString() << plain << Fail;
    QTest::newRow("far too much") << QString(5000, u'x') << plain << Fail;
}

void tst_SpfEvaluation::takesWhateverTheClientSaysInHelo()
{
    QFETCH(QString, helo);
    QFETCH(QByteArray, record);
    SpfZone zone;
    addTerm(zone, record.constData());
    QFETCH(SpfResult, result);
    QCOMPARE(toString(zone.check("192.0.2.10", "user@t.example.com", qPrintable(helo)).result), toString(result));
}

void tst_SpfEvaluation::explainsAFail_data()
{
    QTest::addColumn<QByteArray>("record");
    QTest::addColumn<QByteArrayList>("texts");
    QTest::addColumn<QString>("explanation");
    const QByteArray plain = "v=spf1 -all exp=e.%{d}";
    const auto row = [](const char *tag, const QByteArray &record, const QByteArrayList &texts,
                        const char *explanation) {
        QTest::newRow(tag) << record << texts << QString::fromLatin1(explanation);
    };
    row("macros", plain, {"%{i} may not send as %{o}; ask %{r}."},
        "192.0.2.77 may not send as t.example.com; ask unknown.");
    row("URL escape", plain, {"See http://example.com/why?s=%{S}&i=%{I}"},
        "See http://example.com/why?s=us%2Ber%40t.example.com&i=192.0.2.77");
    row("a trailing dot stays", plain, {"No."}, "No.");
    row("none", plain, {}, "");
    row("two texts", plain, {"one", "two"}, "");
    row("non-ASCII", plain, {"Zugriff verweigert f\xfcr dich"}, "");
    row("broken macro", plain, {"100% wrong"}, "");
    row("a control character", plain, {"bell\x07"}, "");
    row("an include's exp does not count", "v=spf1 -include:fail.example.com -all", {"inner"}, "");
    row("the redirected record's exp counts", "v=spf1 redirect=fail.example.com exp=outer.example.com", {"x"},
        "inner says t.example.com");
    row("not for a softfail", "v=spf1 ~all exp=e.%{d}", {"x"}, "");
    row("no name", "v=spf1 -all exp=%{l}..%{d}", {"x"}, "");
}

void tst_SpfEvaluation::explainsAFail()
{
    QFETCH(QByteArray, record);
    QFETCH(QByteArrayList, texts);
    SpfZone zone;
    addTerm(zone, record.constData());
    zone.txt("inner.example.com", "inner says %{o}").txt("outer.example.com", "outer");
    for (const QByteArray &text : texts)
        zone.txt("e.t.example.com", text);
    QTEST(zone.check("192.0.2.77", "us+er@t.example.com").explanation, "explanation");
}

void tst_SpfEvaluation::saysWhy()
{
    SpfZone zone;
    addTerm(zone, "v=spf1 ip4:192.0.2.77 include:broken.example.com");
    const SpfVerdict pass = zone.check("192.0.2.77", "u@t.example.com");
    QCOMPARE(pass.matchedTerm, QStringLiteral("ip4:192.0.2.77"));
    QCOMPARE(pass.reason, QStringLiteral("192.0.2.77 matches \"ip4:192.0.2.77\" in the record of t.example.com."));
    const SpfVerdict broken = zone.check("192.0.2.78", "u@t.example.com");
    QCOMPARE(toString(broken.result), toString(SpfResult::PermError));
    QVERIFY2(
        broken.reason.startsWith(QLatin1String("The SPF record of broken.example.com has a fault at character 8:")),
        qPrintable(broken.reason));
}

void tst_SpfEvaluation::needsOnePassWhenAllIsKnown()
{
    SpfZone zone;
    addTerm(zone, "v=spf1 include:soft.example.com mx -all exp=why.%{d}");
    zone.txt("why.t.example.com", "No.");
    int asked = 0;
    const SpfKnown known = [&](const SpfQuery &query) {
        ++asked;
        return std::optional(zone.answer(query));
    };
    const SpfEvaluation evaluation({.ip = *IpAddress::parse(QStringLiteral("192.0.2.77")),
                                    .helo = {},
                                    .mailFrom = QStringLiteral("u@t.example.com")},
                                   known);
    QVERIFY(!evaluation.pending());
    QVERIFY(evaluation.verdict());
    QCOMPARE(toString(evaluation.verdict()->result), toString(SpfResult::Fail));
    QCOMPARE(evaluation.verdict()->explanation, QStringLiteral("No."));
    QCOMPARE(asked, 6); // two records, the MX, its two hosts, the explanation: each once
}

void tst_SpfEvaluation::keepsWhatWasKnownWhenTheCacheForgets()
{
    SpfZone zone;
    zone.txt("t.example.com", "v=spf1 a:h.example.com -all").address("h.example.com", "192.0.2.1");
    bool forgotten = false;
    const SpfKnown known = [&](const SpfQuery &query) {
        return query.type == SpfQueryType::Txt && !forgotten ? std::optional(zone.answer(query)) : std::nullopt;
    };
    SpfEvaluation evaluation({.ip = *IpAddress::parse(QStringLiteral("192.0.2.1")),
                              .helo = {},
                              .mailFrom = QStringLiteral("u@t.example.com")},
                             known);
    QVERIFY(evaluation.pending() == (SpfQuery{QStringLiteral("h.example.com"), SpfQueryType::A}));
    forgotten = true;
    evaluation.feed(zone.answer(*evaluation.pending()));
    QVERIFY(evaluation.verdict());
    QCOMPARE(toString(evaluation.verdict()->result), toString(SpfResult::Pass));
}

void tst_SpfEvaluation::evaluatesARecordAsIfPublished()
{
    SpfZone zone;
    addTerm(zone, "v=spf1 -all");
    const SpfKnown below = [&](const SpfQuery &query) { return std::optional(zone.answer(query)); };
    const auto result = [](const SpfKnown &known) {
        const SpfEvaluation evaluation({.ip = *IpAddress::parse(QStringLiteral("192.0.2.77")),
                                        .helo = {},
                                        .mailFrom = QStringLiteral("u@T.example.com")},
                                       known);
        return evaluation.verdict() ? toString(evaluation.verdict()->result) : QString();
    };
    QCOMPARE(result(below), QStringLiteral("fail"));
    const QString record = QStringLiteral("v=spf1 include:pass.example.com -all");
    QCOMPARE(result(withRecord(QStringLiteral("t.example.com"), record, below)), QStringLiteral("pass"));
    QCOMPARE(result(withRecord(QStringLiteral("other.example.com"), record, below)), QStringLiteral("fail"));
    QCOMPARE(result(withRecord(QStringLiteral("t.example.com"), record)), QString()); // the include must be asked for
}

QTEST_GUILESS_MAIN(tst_SpfEvaluation)
#include "tst_SpfEvaluation.moc"
