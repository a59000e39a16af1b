// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/PredictionCheck.h"

#include <QTest>

using namespace relaywright;
using namespace Qt::StringLiterals;

class tst_PredictionCheck : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void predictsDirectSend_data();
    void predictsDirectSend();
    void predictsMailThroughExchangeOnline_data();
    void predictsMailThroughExchangeOnline();
    void tellsWhatTheProposedRecordChanges();
    void proposesNothingThatDoesNotHelp();
    void takesTheWorstAddress();
    void aSampleIsNoProof();
    void saysWhatIsMissing_data();
    void saysWhatIsMissing();
};

namespace {

using Leaves = PathExpectation::Leaves;
using enum SpfResult;

const IpAddress kSite = IpAddress::fromV4(0xc000020a);

PathExpectation directSend()
{
    return {.senderId = u"scanner"_s,
            .senderName = u"Scanner"_s,
            .leaves = Leaves::FromSite,
            .fromDomain = u"contoso.com"_s,
            .envelopeDomain = u"contoso.com"_s,
            .egress = {kSite},
            .wayName = u"direct send"_s};
}

PathExpectation submission(const QString &envelope = u"contoso.com"_s)
{
    PathExpectation path = directSend();
    path.leaves = Leaves::ThroughExchangeOnline;
    path.envelopeDomain = envelope;
    path.egress.clear();
    path.spfInclude = u"spf.protection.outlook.com"_s;
    return path;
}

AddressVerdicts spf(SpfResult result)
{
    return {{kSite, SpfVerdict{.result = result, .reason = u"Because."_s}}};
}

PathLook look(SpfResult result, const char *policy)
{
    PathLook made;
    made.spf = spf(result);
    made.signs = false;
    made.dmarc.domain = u"contoso.com"_s;
    if (*policy) {
        made.dmarc.recordDomain = u"contoso.com"_s;
        made.dmarc.record = *parseDmarc(u"v=DMARC1; p="_s + QLatin1String(policy));
    }
    return made;
}

void checkWords(const Finding &finding)
{
    QCOMPARE(finding.todo.isEmpty(), finding.verdict == Verdict::Good);
    QVERIFY(!finding.seen.isEmpty() && !finding.why.isEmpty());
    for (const QString &text : {finding.seen, finding.todo})
        QVERIFY2(!text.contains(u"%1") && !text.contains(u"%2"), qPrintable(text));
}

} // namespace

void tst_PredictionCheck::predictsDirectSend_data()
{
    QTest::addColumn<SpfResult>("result");
    QTest::addColumn<QByteArray>("policy");
    QTest::addColumn<QString>("verdict");
    QTest::addColumn<QString>("says");
    const auto row = [](SpfResult result, const char *policy, const char *verdict, const char *says) {
        QTest::addRow("%s, policy %s", qPrintable(toString(result)), *policy ? policy : "missing")
            << result << QByteArray(policy) << QString::fromLatin1(verdict) << QString::fromLatin1(says);
    };
    row(Pass, "reject", "good", "DMARC: pass");
    row(Pass, "", "good", "DMARC: no policy");
    row(Fail, "reject", "wrong", "the policy of contoso.com is reject");
    row(SoftFail, "quarantine", "wrong", "the policy of contoso.com is quarantine");
    row(SoftFail, "none", "attention", "DMARC: fail.");
    row(SoftFail, "", "attention", "SPF: softfail for contoso.com from 192.0.2.10");
    row(Fail, "", "wrong", "SPF: fail");
    row(PermError, "", "wrong", "SPF: permerror");
    row(TempError, "", "could-not-tell", "SPF: temperror");
    row(TempError, "reject", "could-not-tell", "could not tell");
}

void tst_PredictionCheck::predictsDirectSend()
{
    QFETCH(SpfResult, result);
    QFETCH(QByteArray, policy);
    QFETCH(QString, says);
    PathLook looked = look(result, policy.constData());
    looked.signs = true; // nobody signs mail that does not pass through Exchange Online
    const Finding finding = judgePath(directSend(), looked);
    QTEST(toString(finding.verdict), "verdict");
    QVERIFY2(finding.seen.contains(says), qPrintable(finding.seen));
    checkWords(finding);
}

void tst_PredictionCheck::predictsMailThroughExchangeOnline_data()
{
    QTest::addColumn<SpfResult>("result");
    QTest::addColumn<QString>("envelope");
    QTest::addColumn<QString>("signs"); // yes no unknown
    QTest::addColumn<QByteArray>("policy");
    QTest::addColumn<QString>("verdict");
    const auto row = [](const char *tag, SpfResult result, const QString &envelope, const char *signs,
                        const char *policy, const char *verdict) {
        QTest::newRow(tag) << result << envelope << QString::fromLatin1(signs) << QByteArray(policy)
                           << QString::fromLatin1(verdict);
    };
    const QString own = u"contoso.com"_s, other = u"fabrikam.com"_s;
    row("SPF is enough", Pass, own, "no", "reject", "good");
    row("only DKIM", Fail, own, "yes", "reject", "attention");
    row("neither", Fail, own, "no", "reject", "wrong");
    row("SPF of another domain does not count", Pass, other, "no", "reject", "wrong");
    row("unless it is signed", Pass, other, "yes", "reject", "attention");
    row("DKIM unknown, SPF passes", Pass, own, "unknown", "reject", "good");
    row("DKIM unknown, SPF does not", Fail, own, "unknown", "reject", "could-not-tell");
    row("no policy, signed", Fail, own, "yes", "", "attention");
    row("no policy, nothing", Fail, own, "no", "", "wrong");
}

void tst_PredictionCheck::predictsMailThroughExchangeOnline()
{
    QFETCH(SpfResult, result);
    QFETCH(QString, envelope);
    QFETCH(QString, signs);
    QFETCH(QByteArray, policy);
    PathLook looked = look(result, policy.constData());
    looked.signs = signs == u"unknown" ? std::nullopt : std::optional(signs == u"yes");
    const Finding finding = judgePath(submission(envelope), looked);
    QTEST(toString(finding.verdict), "verdict");
    checkWords(finding);
}

void tst_PredictionCheck::tellsWhatTheProposedRecordChanges()
{
    PathLook looked = look(Fail, "reject");
    looked.proposal = u"v=spf1 ip4:192.0.2.10 -all"_s;
    looked.spfAfter = spf(Pass);
    const Finding finding = judgePath(directSend(), looked);
    QVERIFY(finding.verdict == Verdict::Wrong);
    QVERIFY2(finding.seen.contains(u"With the proposed record: SPF pass, DMARC pass."), qPrintable(finding.seen));
    QVERIFY2(finding.todo.startsWith(u"Publish the proposed SPF record of contoso.com"), qPrintable(finding.todo));
    QCOMPARE(finding.proposal, looked.proposal);
    QCOMPARE(finding.mends, u"spf-record"_s);
}

void tst_PredictionCheck::proposesNothingThatDoesNotHelp()
{
    PathLook looked = look(PermError, "reject");
    looked.proposal = u"v=spf1 ip4:192.0.2.10 include:broken.example -all"_s;
    looked.spfAfter = spf(PermError);
    const Finding finding = judgePath(directSend(), looked);
    QVERIFY(finding.proposal.isEmpty() && !finding.seen.contains(u"With the proposed record"));
    QVERIFY2(finding.todo.startsWith(u"Mend the SPF record of contoso.com: Because."), qPrintable(finding.todo));
}

void tst_PredictionCheck::takesTheWorstAddress()
{
    PathLook looked = look(Pass, "reject");
    looked.spf.emplace_back(IpAddress::fromV4(0xc000020b), SpfVerdict{.result = Fail, .reason = u"Because."_s});
    const Finding finding = judgePath(directSend(), looked);
    QVERIFY(finding.verdict == Verdict::Wrong);
    QVERIFY2(finding.seen.contains(u"from 192.0.2.11"), qPrintable(finding.seen));
}

void tst_PredictionCheck::aSampleIsNoProof()
{
    PathExpectation path = directSend();
    path.isSample = true;
    const Finding finding = judgePath(path, look(Pass, "reject"));
    QVERIFY(finding.verdict == Verdict::Attention);
    checkWords(finding);
}

void tst_PredictionCheck::saysWhatIsMissing_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("says");
    QTest::newRow("address") << u"from"_s << u"Enter the address it sends as."_s;
    QTest::newRow("egress") << u"egress"_s << u"Enter the public addresses that its mail leaves from."_s;
    QTest::newRow("cloud") << u"cloud"_s << u"Enter which Microsoft cloud the organisation is in."_s;
    QTest::newRow("another way") << u"elsewhere"_s << u"Authentication-Results"_s;
    QTest::newRow("policy") << u"policy"_s << u"Run the check again later."_s;
}

void tst_PredictionCheck::saysWhatIsMissing()
{
    QFETCH(QString, what);
    QFETCH(QString, says);
    PathExpectation path = what == u"cloud" ? submission() : directSend();
    PathLook looked = look(Pass, "reject");
    if (what == u"from")
        path.fromDomain.clear();
    else if (what == u"egress")
        path.egress.clear();
    else if (what == u"cloud")
        path.spfInclude.clear();
    else if (what == u"elsewhere")
        path.leaves = Leaves::Elsewhere;
    else
        looked.dmarc.unanswered = u"No answer."_s;
    const Finding finding = judgePath(path, looked);
    QVERIFY(finding.verdict == Verdict::CouldNotTell);
    QVERIFY2(finding.todo.contains(says), qPrintable(finding.todo));
    checkWords(finding);
}

QTEST_GUILESS_MAIN(tst_PredictionCheck)
#include "tst_PredictionCheck.moc"
