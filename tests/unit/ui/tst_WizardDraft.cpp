// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/WizardDraft.h"

#include <QTest>

using namespace relaywright;

class tst_WizardDraft : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anEmptyDraftNeedsADomainAndASender();
    void everyAnswerMayBeUnknown();
    void aSiteComesBackUnchangedFromItsDraft();
    void aRenamedSenderKeepsItsId();
    void sendersOfTheSameNameGetDifferentIds();
    void whatTheWizardDoesNotAskIsKept();
    void aWrongAnswerIsNamedAndLeavesTheSiteAsItWas_data();
    void aWrongAnswerIsNamedAndLeavesTheSiteAsItWas();
    void theFirstWrongSenderIsPointedAt();

private:
    static WizardDraft good();
};

WizardDraft tst_WizardDraft::good()
{
    WizardDraft draft;
    draft.organisation.acceptedDomains = QStringLiteral("contoso.com");
    draft.senders = {{.name = QStringLiteral("Scanner"), .from = QStringLiteral("scanner@contoso.com")}};
    return draft;
}

void tst_WizardDraft::anEmptyDraftNeedsADomainAndASender()
{
    const WizardDraft draft;
    QVERIFY(!isComplete(draft));
    QVERIFY(!problemOf(check(draft.organisation), QStringLiteral("acceptedDomains")).isEmpty());
    QVERIFY(!problemOf(checkSenders(draft), QStringLiteral("senders")).isEmpty());
    QVERIFY(check(draft.network).empty());
}

void tst_WizardDraft::everyAnswerMayBeUnknown()
{
    WizardDraft draft = good();
    draft.organisation.cloud = std::nullopt;
    draft.senders.front().from.clear();
    draft.senders.front().hosting = Hosting::Unknown;
    QVERIFY(isComplete(draft));
    const Site site = toSite(draft);
    QVERIFY(!site.organisation.cloud);
    QVERIFY(!site.senders.front().from);
    QCOMPARE_EQ(site.senders.front().tls, TlsAbility::Unknown);
    QCOMPARE_EQ(site.networks.front().port25Open, YesNo::Unknown);
}

void tst_WizardDraft::aSiteComesBackUnchangedFromItsDraft()
{
    WizardDraft draft = good();
    draft.organisation.name = QStringLiteral("Contoso");
    draft.organisation.acceptedDomains = QStringLiteral("contoso.com, contoso.example");
    draft.organisation.mxHost = QStringLiteral("contoso-com.mail.protection.outlook.com");
    draft.organisation.existingSpf = QStringLiteral("v=spf1 -all");
    draft.network.egress = QStringLiteral("192.0.2.10, 2001:db8::/48");
    draft.network.port25Open = YesNo::No;
    draft.senders.front().messagesPerMinute = QStringLiteral("12");
    const Site site = toSite(draft);
    QCOMPARE_EQ(site.organisation.acceptedDomains.size(), 2u);
    QCOMPARE_EQ(site.networks.front().egress.size(), 2u);
    QCOMPARE_EQ(site.senders.front().messagesPerMinute, std::optional<int>(12));
    QCOMPARE_EQ(toSite(draftOf(site), site), site);
}

void tst_WizardDraft::aRenamedSenderKeepsItsId()
{
    const Site site = toSite(good());
    WizardDraft draft = draftOf(site);
    draft.senders.front().name = QStringLiteral("Scanner, second floor");
    const Site renamed = toSite(draft, site);
    QCOMPARE_EQ(renamed.senders.front().id, site.senders.front().id);
    QCOMPARE_EQ(renamed.senders.front().name, QStringLiteral("Scanner, second floor"));
}

void tst_WizardDraft::sendersOfTheSameNameGetDifferentIds()
{
    WizardDraft draft = good();
    draft.senders.push_back(draft.senders.front());
    const Site site = toSite(draft);
    QCOMPARE_EQ(site.senders.size(), 2u);
    QVERIFY(site.senders[0].id != site.senders[1].id);
}

void tst_WizardDraft::whatTheWizardDoesNotAskIsKept()
{
    Site site = toSite(good());
    site.networks.push_back({.id = QStringLiteral("branch")});
    site.senders.front().vendor = QStringLiteral("Example Inc.");
    site.senders.front().largestMessageOctets = 10'000'000;
    QCOMPARE_EQ(toSite(draftOf(site), site), site);
}

void tst_WizardDraft::aWrongAnswerIsNamedAndLeavesTheSiteAsItWas_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("typed");
    QTest::newRow("a domain without a dot") << QStringLiteral("acceptedDomains") << QStringLiteral("contoso");
    QTest::newRow("an address for a domain") << QStringLiteral("acceptedDomains") << QStringLiteral("me@contoso.com");
    QTest::newRow("a space in a host") << QStringLiteral("mxHost") << QStringLiteral("mail host");
    QTest::newRow("an SPF record with a typo")
        << QStringLiteral("existingSpf") << QStringLiteral("v=spf1 ipv4:192.0.2.1");
    QTest::newRow("an address that is none") << QStringLiteral("egress") << QStringLiteral("192.0.2.999");
    QTest::newRow("a private address as public") << QStringLiteral("egress") << QStringLiteral("192.168.1.1");
    QTest::newRow("a LAN with host bits") << QStringLiteral("lan") << QStringLiteral("192.168.1.1/24");
}

void tst_WizardDraft::aWrongAnswerIsNamedAndLeavesTheSiteAsItWas()
{
    QFETCH(QString, field);
    QFETCH(QString, typed);
    const Site site = toSite(good());
    WizardDraft draft = draftOf(site);
    QString *answers[] = {&draft.organisation.acceptedDomains, &draft.organisation.mxHost, &draft.organisation.existingSpf,
                          &draft.network.egress, &draft.network.lan};
    const QStringList names{QStringLiteral("acceptedDomains"), QStringLiteral("mxHost"), QStringLiteral("existingSpf"),
                            QStringLiteral("egress"), QStringLiteral("lan")};
    *answers[names.indexOf(field)] = typed;
    Problems problems = check(draft.organisation);
    const Problems network = check(draft.network);
    problems.insert(problems.end(), network.begin(), network.end());
    QCOMPARE_EQ(problems.size(), 1u);
    QVERIFY2(problemOf(problems, field).endsWith(u'.'), qPrintable(problemOf(problems, field)));
    QVERIFY(!isComplete(draft));
    QCOMPARE_EQ(toSite(draft, site), site);
}

void tst_WizardDraft::theFirstWrongSenderIsPointedAt()
{
    WizardDraft draft = good();
    draft.senders.push_back({.name = QStringLiteral("Printer"), .from = QStringLiteral("printer at contoso.com")});
    draft.senders.push_back({.name = QStringLiteral("ERP"), .messagesPerMinute = QStringLiteral("many")});
    std::size_t wrong = 99;
    const Problems problems = checkSenders(draft, &wrong);
    QCOMPARE_EQ(wrong, 1u);
    QCOMPARE_EQ(problems.size(), 1u);
    QCOMPARE_EQ(problems.front().field, QStringLiteral("from"));
}

QTEST_GUILESS_MAIN(tst_WizardDraft)
#include "tst_WizardDraft.moc"
