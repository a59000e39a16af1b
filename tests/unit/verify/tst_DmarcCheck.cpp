// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/DmarcCheck.h"

#include <QTest>

using namespace relaywright;
using namespace Qt::StringLiterals;

class tst_DmarcCheck : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void judgesPolicies_data();
    void judgesPolicies();
    void takesThePolicyOfTheOrganisation();
    void stopsAtANameThatGaveNoAnswer();
    void judgesReportLeaves_data();
    void judgesReportLeaves();
};

namespace {

using Status = DnsAnswer::Status;

DnsAnswer texts(const QByteArrayList &records)
{
    return {.status = records.isEmpty() ? Status::NoName : Status::Found, .texts = records};
}

const DnsAnswer kSilent{.status = Status::TimedOut, .detail = u"No answer."_s};

DomainExpectation contoso(const QString &domain = u"contoso.com"_s)
{
    DomainExpectation expected;
    expected.domain = domain;
    expected.quarantineSteps = {10, 25, 50, 100};
    return expected;
}

} // namespace

void tst_DmarcCheck::judgesPolicies_data()
{
    QTest::addColumn<QByteArrayList>("records");
    QTest::addColumn<QString>("verdict");
    QTest::addColumn<QString>("says");
    QTest::addColumn<QString>("proposal"); // a part of it
    const auto row = [](const char *tag, const QByteArrayList &records, const char *verdict, const char *says,
                        const char *proposal) {
        QTest::newRow(tag) << records << QString::fromLatin1(verdict) << QString::fromLatin1(says)
                           << QString::fromLatin1(proposal);
    };
    row("reject", {"v=DMARC1; p=reject; rua=mailto:d@contoso.com"}, "good", "", "");
    row("on its way", {"v=DMARC1; p=quarantine; pct=25; rua=mailto:d@contoso.com"}, "good", "", "pct=50");
    row("for no message", {"v=DMARC1; p=quarantine; pct=0; rua=mailto:d@contoso.com"}, "attention", "", "pct=10");
    row("only watches", {"v=DMARC1; p=none; rua=mailto:d@contoso.com"}, "attention", "", "p=quarantine");
    row("none", {}, "attention", "Publish a TXT record at _dmarc.contoso.com", "v=DMARC1; p=none");
    row("another TXT record", {"hello"}, "attention", "Publish", "v=DMARC1; p=none");
    row("two", {"v=DMARC1; p=none", "v=DMARC1; p=reject"}, "wrong", "2 DMARC records", "");
    row("broken", {"v=DMARC1; policy=reject"}, "wrong", "Mend it", "");
}

void tst_DmarcCheck::judgesPolicies()
{
    QFETCH(QByteArrayList, records);
    QFETCH(QString, says);
    QFETCH(QString, proposal);
    const Finding finding = judgeDmarc(contoso(), readDmarc(u"contoso.com"_s, {texts(records)}));
    QTEST(toString(finding.verdict), "verdict");
    QVERIFY2(finding.todo.contains(says), qPrintable(finding.todo));
    QVERIFY2(finding.proposal.contains(proposal) && finding.proposal.isEmpty() == proposal.isEmpty(),
             qPrintable(finding.proposal));
    QVERIFY(!finding.seen.isEmpty() && finding.evidence.size() == 1);
    QVERIFY(finding.verdict == Verdict::Good || !finding.todo.isEmpty());
}

void tst_DmarcCheck::takesThePolicyOfTheOrganisation()
{
    const auto look = readDmarc(u"devices.contoso.com"_s, {texts({}), texts({"v=DMARC1; p=reject; sp=none"})});
    QCOMPARE(look.recordDomain, u"contoso.com"_s);
    QVERIFY(look.record && look.evidence.size() == 2);
    const Finding finding = judgeDmarc(contoso(u"devices.contoso.com"_s), look);
    QVERIFY2(finding.seen.contains(u"\"none\", which comes from contoso.com"), qPrintable(finding.seen));
    QVERIFY(finding.verdict == Verdict::Attention && finding.proposal.isEmpty());
}

void tst_DmarcCheck::stopsAtANameThatGaveNoAnswer()
{
    // A record further up must not be taken for the policy while the nearer name is not known to have none.
    const auto look = readDmarc(u"devices.contoso.com"_s, {kSilent, texts({"v=DMARC1; p=reject"})});
    QVERIFY(!look.record && !look.unanswered.isEmpty());
    QVERIFY(judgeDmarc(contoso(u"devices.contoso.com"_s), look).verdict == Verdict::CouldNotTell);
    QVERIFY(judgeReportLeave(look, {}, {}).verdict == Verdict::CouldNotTell);
}

void tst_DmarcCheck::judgesReportLeaves_data()
{
    QTest::addColumn<QByteArray>("record");
    QTest::addColumn<QStringList>("foreign");
    QTest::addColumn<QByteArrayList>("leave"); // of the first foreign domain; `-` no answer
    QTest::addColumn<QString>("verdict");
    const auto row = [](const char *tag, const QByteArray &tags, const QStringList &foreign,
                        const QByteArrayList &leave, const char *verdict) {
        QTest::newRow(tag) << QByteArray("v=DMARC1; p=none; " + tags) << foreign << leave
                           << QString::fromLatin1(verdict);
    };
    row("own mailbox", "rua=mailto:d@contoso.com", {}, {}, "good");
    row("a sub-domain's", "rua=mailto:d@mail.contoso.com", {}, {}, "good");
    row("no reports", "", {}, {}, "attention");
    row("no valid record", "p=maybe; p=none", {}, {}, "attention");
    row("allowed", "rua=mailto:a@reports.example", {u"reports.example"_s}, {"v=DMARC1"}, "good");
    row("not allowed", "rua=mailto:a@reports.example", {u"reports.example"_s}, {}, "wrong");
    row("no answer", "ruf=mailto:a@reports.example", {u"reports.example"_s}, {"-"}, "could-not-tell");
    row("one twice", "rua=mailto:a@reports.example,mailto:b@reports.example; ruf=mailto:c@reports.example",
        {u"reports.example"_s}, {"v=DMARC1"}, "good");
}

void tst_DmarcCheck::judgesReportLeaves()
{
    QFETCH(QByteArray, record);
    QFETCH(QByteArrayList, leave);
    const DmarcLook look = readDmarc(u"contoso.com"_s, {texts({record})});
    const QStringList foreign = foreignReportDomains(look);
    QTEST(foreign, "foreign");
    std::vector<DnsAnswer> answers;
    if (!foreign.isEmpty())
        answers.push_back(leave == QByteArrayList{"-"} ? kSilent : texts(leave));
    const Finding finding = judgeReportLeave(look, foreign, answers);
    QTEST(toString(finding.verdict), "verdict");
    QCOMPARE(finding.todo.isEmpty(), finding.verdict == Verdict::Good);
}

QTEST_GUILESS_MAIN(tst_DmarcCheck)
#include "tst_DmarcCheck.moc"
