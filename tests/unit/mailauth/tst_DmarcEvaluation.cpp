// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/Dmarc.h"

#include <QTest>

using namespace relaywright;

class tst_DmarcEvaluation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asksTheDomainThenItsOrganisation_data();
    void asksTheDomainThenItsOrganisation();
    void takesThePolicyOfSubDomains();
    void alignsByOrganisation_data();
    void alignsByOrganisation();
    void namesWhereLeaveForReportsStands_data();
    void namesWhereLeaveForReportsStands();
    void tellsLeaveFromOtherTexts();
    void judgesWhatAReceiverSees_data();
    void judgesWhatAReceiverSees();
    void saysWhatTheDomainAsksFor_data();
    void saysWhatTheDomainAsksFor();
    void namesTheDomainThatExchangeOnlineSignsFor();
    void fillsNothingIntoTheTextOfStrangers();
};

namespace {

QString s(const char *text)
{
    return QString::fromLatin1(text);
}

DmarcRecord record(const char *text)
{
    return parseDmarc(s(text)).value();
}

} // namespace

void tst_DmarcEvaluation::asksTheDomainThenItsOrganisation_data()
{
    QTest::addColumn<QStringList>("names");
    QTest::newRow("contoso.com") << QStringList{s("_dmarc.contoso.com")};
    QTest::newRow("a.mail.Contoso.co.uk") << QStringList{s("_dmarc.a.mail.contoso.co.uk"), s("_dmarc.contoso.co.uk")};
    QTest::newRow("co.uk") << QStringList{s("_dmarc.co.uk")};
    QTest::newRow("not a domain") << QStringList();
    QTest::newRow("192.0.2.1") << QStringList();
}

void tst_DmarcEvaluation::asksTheDomainThenItsOrganisation()
{
    QTEST(dmarcNames(s(QTest::currentDataTag())), "names");
}

void tst_DmarcEvaluation::takesThePolicyOfSubDomains()
{
    const DmarcRecord both = record("v=DMARC1; p=reject; sp=quarantine");
    QCOMPARE(toString(policyFor(both, s("contoso.com"), s("Contoso.com."))), toString(DmarcPolicy::Reject));
    QCOMPARE(toString(policyFor(both, s("_dmarc.contoso.com"), s("contoso.com"))), toString(DmarcPolicy::Reject));
    QCOMPARE(toString(policyFor(both, s("contoso.com"), s("mail.contoso.com"))), toString(DmarcPolicy::Quarantine));
    QCOMPARE(toString(policyFor(both, s("_dmarc.contoso.com"), s("mail.contoso.com"))),
             toString(DmarcPolicy::Quarantine));
    QCOMPARE(toString(policyFor(record("v=DMARC1; p=reject"), s("contoso.com"), s("mail.contoso.com"))),
             toString(DmarcPolicy::Reject));
}

void tst_DmarcEvaluation::alignsByOrganisation_data()
{
    QTest::addColumn<QString>("a");
    QTest::addColumn<QString>("b");
    QTest::addColumn<bool>("relaxed");
    QTest::addColumn<bool>("strict");
    const auto row = [](const char *a, const char *b, bool relaxed, bool strict) {
        QTest::addRow("%s and %s", a, b) << s(a) << s(b) << relaxed << strict;
    };
    // RFC 7489 appendix B.1
    row("example.com", "example.com", true, true);
    row("child.example.com", "example.com", true, false);
    row("sample.net", "child.example.com", false, false);
    row("Example.COM.", "example.com", true, true);
    row("a.example.com", "b.example.com", true, false);
    row("a.co.uk", "b.co.uk", false, false);
    row("a.github.io", "b.github.io", false, false);
    row("contoso.onmicrosoft.com", "contoso.com", false, false);
    row("notexample.com", "example.com", false, false);
    row("co.uk", "co.uk", true, true);
    row("", "", false, false);
    row("192.0.2.1", "192.0.2.1", false, false);
}

void tst_DmarcEvaluation::alignsByOrganisation()
{
    QFETCH(QString, a);
    QFETCH(QString, b);
    QTEST(isAligned(a, b, false), "relaxed");
    QTEST(isAligned(b, a, false), "relaxed");
    QTEST(isAligned(a, b, true), "strict");
}

void tst_DmarcEvaluation::namesWhereLeaveForReportsStands_data()
{
    QTest::addColumn<QString>("domain");
    QTest::addColumn<QString>("mailbox");
    QTest::addColumn<QString>("name");
    const auto row = [](const char *name, const char *domain, const char *mailbox, const char *expected) {
        QTest::newRow(name) << s(domain) << s(mailbox) << s(expected);
    };
    // RFC 7489 §7.1 and appendix B.2.3
    row("foreign", "blue.example.com", "red.example.net", "blue.example.com._report._dmarc.red.example.net");
    row("the same", "example.com", "example.com", "");
    row("below", "example.com", "reports.example.com", "");
    row("above", "mail.example.com", "example.com", "");
    row("one suffix", "a.co.uk", "b.co.uk", "a.co.uk._report._dmarc.b.co.uk");
    row("no domain", "example.com", "", "");
}

void tst_DmarcEvaluation::namesWhereLeaveForReportsStands()
{
    QFETCH(QString, domain);
    QFETCH(QString, mailbox);
    QTEST(reportLeaveName(domain, mailbox), "name");
}

void tst_DmarcEvaluation::tellsLeaveFromOtherTexts()
{
    QVERIFY(isReportLeave("v=DMARC1"));
    QVERIFY(isReportLeave("v=DMARC1;"));
    QVERIFY(isReportLeave("v=DMARC1; rua=mailto:other@thirdparty.example.net"));
    QVERIFY(!isReportLeave("v=dmarc1"));
    QVERIFY(!isReportLeave("v=DMARC1 yes"));
    QVERIFY(!isReportLeave("v=spf1 -all"));
    QVERIFY(!isReportLeave(""));
}

void tst_DmarcEvaluation::judgesWhatAReceiverSees_data()
{
    QTest::addColumn<QString>("policy");
    QTest::addColumn<QString>("envelope");
    QTest::addColumn<int>("spf");
    QTest::addColumn<QString>("signer");
    QTest::addColumn<QString>("expected");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *name, const char *policy, const char *envelope, SpfResult spf, const char *signer,
                        const char *expected, const char *says) {
        QTest::newRow(name) << s(policy) << s(envelope) << int(spf) << s(signer) << s(expected) << s(says);
    };
    const auto pass = SpfResult::Pass;
    const char *const relaxed = "v=DMARC1; p=reject";
    const char *const strict = "v=DMARC1; p=reject; aspf=s; adkim=s";
    row("SPF alone", relaxed, "contoso.com", pass, "", "pass spf",
        "SPF passes for contoso.com, which is the From domain, so it counts. There is no DKIM signature that counts.");
    row("SPF of a sub-domain", relaxed, "bounce.contoso.com", pass, "", "pass spf",
        "which belongs to the same organisation as the From domain contoso.com, so it counts.");
    row("SPF of a sub-domain, strict", strict, "bounce.contoso.com", pass, "", "fail",
        "which is not exactly the From domain contoso.com, as the policy demands, so it does not count.");
    row("SPF of another", relaxed, "fabrikam.com", pass, "", "fail",
        "SPF passes for fabrikam.com, which is not of the same organisation as the From domain contoso.com, so it "
        "does not count.");
    row("SPF fails", relaxed, "contoso.com", SpfResult::SoftFail, "", "fail",
        "SPF gives softfail for contoso.com, and only a pass counts.");
    row("no reverse-path", relaxed, "", pass, "", "fail", "SPF has no domain to look at");
    row("DKIM alone", relaxed, "fabrikam.com", SpfResult::Fail, "contoso.com", "pass dkim",
        "The DKIM signature is of contoso.com, which is the From domain, so it counts. One of the two is enough");
    row("DKIM of a sub-domain", relaxed, "", SpfResult::None, "mail.contoso.com", "pass dkim", "so it counts.");
    row("DKIM of a sub-domain, strict", strict, "", SpfResult::None, "mail.contoso.com", "fail", "not exactly");
    row("DKIM of another", relaxed, "contoso.com", SpfResult::Fail, "fabrikam.com", "fail",
        "The DKIM signature is of fabrikam.com");
    row("both", relaxed, "Contoso.com", pass, "contoso.com", "pass spf dkim", "when the mail is forwarded unchanged.");
    row("a temporary error", relaxed, "contoso.com", SpfResult::TempError, "", "could-not-tell", "look again later.");
    row("a temporary error that does not matter", relaxed, "contoso.com", SpfResult::TempError, "contoso.com",
        "pass dkim", "so DMARC passes.");
    row("a temporary error of another", relaxed, "fabrikam.com", SpfResult::TempError, "", "fail", "DMARC fails");
    row("no policy, would pass", "", "contoso.com", pass, "", "no-policy spf", "DMARC would pass, but no policy");
    row("no policy, would fail", "", "fabrikam.com", pass, "", "no-policy", "DMARC would fail, but no policy");
}

void tst_DmarcEvaluation::judgesWhatAReceiverSees()
{
    QFETCH(QString, policy);
    QFETCH(QString, envelope);
    QFETCH(int, spf);
    QFETCH(QString, signer);
    const MailPath path{.fromDomain = s("contoso.com"),
                        .envelopeDomain = envelope,
                        .spf = static_cast<SpfResult>(spf),
                        .signingDomain = signer};
    const auto published = policy.isEmpty() ? std::nullopt : std::optional(parseDmarc(policy).value());
    const DmarcOutcome outcome = evaluateDmarc(path, published, s("contoso.com"));
    QString seen = toString(outcome.result);
    if (outcome.spfAligned)
        seen += QLatin1String(" spf");
    if (outcome.dkimAligned)
        seen += QLatin1String(" dkim");
    QTEST(seen, "expected");
    QFETCH(QString, says);
    QVERIFY2(outcome.why.contains(says), qPrintable(outcome.why));
    QVERIFY2(outcome.why.endsWith(u'.') && !outcome.why.contains(QLatin1String("%")), qPrintable(outcome.why));
    QCOMPARE(toString(outcome.disposition), outcome.result == DmarcOutcome::Result::Fail ? s("reject") : s("none"));
}

void tst_DmarcEvaluation::saysWhatTheDomainAsksFor_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("disposition");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *policy, const char *from, const char *disposition, const char *says) {
        QTest::newRow(policy) << s(from) << s(disposition) << s(says);
    };
    row("v=DMARC1; p=none", "contoso.com", "none", "DMARC fails; the policy of contoso.com is none");
    row("v=DMARC1; p=quarantine", "contoso.com", "quarantine", "asks receivers to put it into the junk folder.");
    row("v=DMARC1; p=reject", "contoso.com", "reject", "asks receivers to refuse it.");
    row("v=DMARC1; p=none; sp=reject", "mail.contoso.com", "reject", "the policy of contoso.com is reject");
    row("v=DMARC1; p=reject; pct=25", "contoso.com", "reject", "for 25 of 100 such messages only.");
    row("v=DMARC1; p=reject; t=y", "contoso.com", "reject", "it is a test (t=y)");
}

void tst_DmarcEvaluation::saysWhatTheDomainAsksFor()
{
    QFETCH(QString, from);
    const DmarcOutcome outcome =
        evaluateDmarc({.fromDomain = from, .envelopeDomain = from, .spf = SpfResult::Fail, .signingDomain = {}},
                      record(QTest::currentDataTag()), s("_dmarc.contoso.com"));
    QTEST(toString(outcome.disposition), "disposition");
    QFETCH(QString, says);
    QVERIFY2(outcome.why.contains(says), qPrintable(outcome.why));
}

void tst_DmarcEvaluation::namesTheDomainThatExchangeOnlineSignsFor()
{
    const MailPath path{.fromDomain = s("contoso.com"),
                        .envelopeDomain = s("fabrikam.com"),
                        .spf = SpfResult::Pass,
                        .signingDomain = s("contoso.onmicrosoft.com")};
    const QString sentence = s("Exchange Online signs for that domain until DKIM is enabled for contoso.com");
    QVERIFY(evaluateDmarc(path, record("v=DMARC1; p=none"), s("contoso.com")).why.contains(sentence));
    MailPath other = path;
    other.signingDomain = s("fabrikam.com");
    QVERIFY(!evaluateDmarc(other, record("v=DMARC1; p=none"), s("contoso.com")).why.contains(s("Exchange")));
    MailPath own = path;
    own.fromDomain = s("contoso.onmicrosoft.com");
    QVERIFY(!evaluateDmarc(own, record("v=DMARC1; p=none"), s("contoso.onmicrosoft.com")).why.contains(s("Exchange")));
}

void tst_DmarcEvaluation::fillsNothingIntoTheTextOfStrangers()
{
    const DmarcOutcome outcome = evaluateDmarc(
        {.fromDomain = s("%1.com"), .envelopeDomain = s("%2"), .spf = SpfResult::Pass, .signingDomain = s("%3")},
        record("v=DMARC1; p=none"), s("%4"));
    QCOMPARE(toString(outcome.result), s("fail"));
    QVERIFY2(!outcome.why.contains(u'%'), qPrintable(outcome.why));
}

QTEST_GUILESS_MAIN(tst_DmarcEvaluation)
#include "tst_DmarcEvaluation.moc"
