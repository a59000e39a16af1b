// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/AddressCheck.h"

#include <QTest>

using namespace relaywright;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(relaywright::BlocklistLook)

class tst_AddressCheck : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesWhatIsAsked();
    void judgesNames_data();
    void judgesNames();
    void tellsListingsFromRefusals_data();
    void tellsListingsFromRefusals();
    void judgesBlocklists_data();
    void judgesBlocklists();
};

namespace {

using Status = DnsAnswer::Status;

IpAddress ip(const QString &text)
{
    return *IpAddress::parse(text);
}

/// Addresses; empty: no such name; `-`: no answer.
DnsAnswer answer(const QString &text)
{
    if (text == u"-")
        return {.status = Status::TimedOut, .detail = u"No answer."_s};
    if (text.isEmpty())
        return {.status = Status::NoName};
    return {.status = Status::Found, .addresses = {ip(text)}};
}

BlocklistLook look(const QString &zone, const QString &answered, const QString &listedPoint = u"127.0.0.2"_s,
                   const QString &unlistedPoint = {})
{
    return {.zone = zone,
            .answer = answer(answered),
            .reason = {},
            .listedPoint = answer(listedPoint),
            .unlistedPoint = answer(unlistedPoint)};
}

} // namespace

void tst_AddressCheck::namesWhatIsAsked()
{
    QCOMPARE(blocklistName(ip(u"192.0.2.10"_s), u"zen.example"_s), u"10.2.0.192.zen.example"_s);
    QCOMPARE(blocklistName(ip(u"2001:db8::1"_s), u"zen.example"_s),
             u"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.zen.example"_s);
}

void tst_AddressCheck::judgesNames_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QStringList>("names"); // `-`: no answer
    QTest::addColumn<QStringList>("leadTo");
    QTest::addColumn<QString>("verdict");
    const auto row = [](const char *tag, const QString &address, const QStringList &names, const QStringList &leadTo,
                        const char *verdict) {
        QTest::newRow(tag) << address << names << leadTo << QString::fromLatin1(verdict);
    };
    const QString v4 = u"192.0.2.10"_s, v6 = u"2001:db8::10"_s;
    row("both ways", v4, {u"mail.contoso.com"_s}, {v4}, "good");
    row("both ways, IPv6", v6, {u"mail.contoso.com"_s}, {v6}, "good");
    row("the second name leads back", v4, {u"a.example"_s, u"b.example"_s}, {u"198.51.100.1"_s, v4}, "good");
    row("does not lead back", v4, {u"mail.contoso.com"_s}, {u"198.51.100.1"_s}, "attention");
    row("leads nowhere", v4, {u"mail.contoso.com"_s}, {QString()}, "attention");
    row("a name from the address", v4, {u"192-0-2-10.dyn.provider.example"_s}, {v4}, "attention");
    row("no name", v4, {}, {}, "attention");
    row("no name, IPv6", v6, {}, {}, "wrong");
    row("no answer", v4, {u"-"_s}, {}, "could-not-tell");
    row("no answer about the name", v4, {u"mail.contoso.com"_s}, {u"-"_s}, "could-not-tell");
}

void tst_AddressCheck::judgesNames()
{
    QFETCH(QString, address);
    QFETCH(QStringList, names);
    QFETCH(QStringList, leadTo);
    DnsAnswer reverse{.status = names.isEmpty() ? Status::NoName : Status::Found, .names = names};
    if (names == QStringList{u"-"_s})
        reverse = answer(u"-"_s);
    std::vector<DnsAnswer> addresses;
    for (const QString &each : leadTo)
        addresses.push_back(answer(each));
    const Finding finding = judgeReverse(ip(address), reverse, addresses);
    QTEST(toString(finding.verdict), "verdict");
    QCOMPARE(finding.todo.isEmpty(), finding.verdict == Verdict::Good);
    QCOMPARE(finding.evidence.size(), 1 + addresses.size());
}

void tst_AddressCheck::tellsListingsFromRefusals_data()
{
    QTest::addColumn<BlocklistLook>("looked");
    QTest::addColumn<int>("listing");
    const auto row = [](const char *tag, const BlocklistLook &looked, Listing listing) {
        QTest::newRow(tag) << looked << static_cast<int>(listing);
    };
    const QString zone = u"zen.example"_s;
    row("not listed", look(zone, {}), Listing::NotListed);
    row("listed", look(zone, u"127.0.0.4"_s), Listing::Listed);
    row("refused", look(zone, u"127.255.255.254"_s), Listing::Refused);
    row("refused for the test point only", look(zone, {}, u"127.255.255.252"_s), Listing::Refused);
    row("names everything", look(zone, u"127.0.0.2"_s, u"127.0.0.2"_s, u"127.0.0.2"_s), Listing::NotAList);
    row("names nothing", look(zone, {}, {}), Listing::NotAList);
    row("a parked domain", look(zone, u"198.51.100.1"_s, u"198.51.100.1"_s, u"198.51.100.1"_s), Listing::NotAList);
    row("an answer that is no listing", look(zone, u"198.51.100.1"_s), Listing::NotAList);
    row("silent", look(zone, u"-"_s), Listing::Silent);
    row("silent about its test point", look(zone, {}, u"-"_s), Listing::Silent);
}

void tst_AddressCheck::tellsListingsFromRefusals()
{
    QFETCH(BlocklistLook, looked);
    QTEST(static_cast<int>(listingOf(looked)), "listing");
}

void tst_AddressCheck::judgesBlocklists_data()
{
    QTest::addColumn<QStringList>("answers"); // of zen.example, then of others
    QTest::addColumn<QString>("verdict");
    QTest::addColumn<QString>("says");
    QTest::newRow("clean") << QStringList{{}, {}} << u"good"_s << u"2 of 2 lists answered; listed on none"_s;
    QTest::newRow("on the weighty one") << QStringList{u"127.0.0.4"_s, {}} << u"wrong"_s << u"listed on zen.example"_s;
    QTest::newRow("on another") << QStringList{{}, u"127.0.0.2"_s} << u"attention"_s << u"listed on list1.example"_s;
    QTest::newRow("the weighty one refuses") << QStringList{u"127.255.255.254"_s, {}} << u"could-not-tell"_s
                                             << u"Not answering this resolver: zen.example"_s;
    QTest::newRow("another refuses") << QStringList{{}, u"127.255.255.254"_s} << u"good"_s << u"1 of 2 lists"_s;
    QTest::newRow("nobody answers") << QStringList{u"-"_s, u"-"_s} << u"could-not-tell"_s << u"No usable answer"_s;
}

void tst_AddressCheck::judgesBlocklists()
{
    QFETCH(QStringList, answers);
    QFETCH(QString, says);
    std::vector<BlocklistLook> looks;
    for (qsizetype i = 0; i < answers.size(); ++i)
        looks.push_back(look(i == 0 ? u"zen.example"_s : u"list%1.example"_s.arg(i), answers[i]));
    const Finding finding = judgeBlocklists(ip(u"192.0.2.10"_s), looks, {u"zen.example"_s});
    QTEST(toString(finding.verdict), "verdict");
    QVERIFY2(finding.seen.contains(says), qPrintable(finding.seen));
    QCOMPARE(finding.todo.isEmpty(), finding.verdict == Verdict::Good);
    QCOMPARE(finding.evidence.size(), looks.size());
}

QTEST_GUILESS_MAIN(tst_AddressCheck)
#include "tst_AddressCheck.moc"
