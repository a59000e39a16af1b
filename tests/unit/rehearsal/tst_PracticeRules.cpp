// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeRules.h"

using namespace relaywright;

namespace {

EmailAddress address(const char *text)
{
    return EmailAddress::parse(QString::fromLatin1(text)).value();
}

PracticeTenant contoso()
{
    PracticeTenant tenant;
    PracticeAccount scanner;
    scanner.user = QStringLiteral("scanner@contoso.com");
    scanner.password = Secret(QByteArray("right"));
    tenant.accounts = {scanner};
    tenant.connectorNetworks = {IpNetwork::parse(QStringLiteral("192.0.2.0/24")).value()};
    tenant.connectorCertificateNames = {QStringLiteral("*.contoso.com")};
    return tenant;
}

PracticeRules rulesOf(PracticeMethod method, const PracticeTenant &tenant = contoso())
{
    return PracticeRules(method, tenant, limitsOf(method, Knowledge::builtIn()));
}

QString text(const std::optional<Reply> &reply)
{
    return reply ? reply->toString() : QStringLiteral("taken");
}

} // namespace

class tst_PracticeRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void mailIsAttributedInOrder_data()
    {
        QTest::addColumn<QStringList>("certificate");
        QTest::addColumn<QByteArray>("sender");
        QTest::addColumn<QByteArray>("recipient");
        QTest::addColumn<AttributedBy>("expected");
        const QStringList none, ours{QStringLiteral("relay.contoso.com")}, theirs{QStringLiteral("relay.example.org")};
        QTest::newRow("certificate before all")
            << ours << QByteArray("x@example.org") << QByteArray("y@example.net") << AttributedBy::Certificate;
        QTest::newRow("foreign certificate, own sender")
            << theirs << QByteArray("a@contoso.com") << QByteArray("y@example.net") << AttributedBy::Sender;
        QTest::newRow("sender before recipient")
            << none << QByteArray("a@contoso.com") << QByteArray("b@contoso.com") << AttributedBy::Sender;
        QTest::newRow("recipient last") << none << QByteArray("x@example.org") << QByteArray("b@contoso.com")
                                        << AttributedBy::Recipient;
        QTest::newRow("nothing") << none << QByteArray("x@example.org") << QByteArray("y@example.net")
                                 << AttributedBy::Nothing;
    }
    void mailIsAttributedInOrder()
    {
        QFETCH(QStringList, certificate);
        QFETCH(QByteArray, sender);
        QFETCH(QByteArray, recipient);
        QFETCH(AttributedBy, expected);
        PracticeContext context;
        context.certificateNames = certificate;
        context.sender = address(sender.constData());
        context.recipient = address(recipient.constData());
        QCOMPARE_EQ(rulesOf(PracticeMethod::ConnectorRelay).attribution(context), expected);
    }

    void aCertificateNameNeedsItsDomainAccepted_data()
    {
        QTest::addColumn<QString>("connector");
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("expected");
        const auto star = QStringLiteral("*.contoso.com");
        QTest::newRow("one label below") << star << QStringLiteral("mail.contoso.com") << true;
        QTest::newRow("in capitals") << star << QStringLiteral("MAIL.Contoso.com") << true;
        QTest::newRow("a wildcard certificate") << star << QStringLiteral("*.contoso.com") << true;
        QTest::newRow("the domain itself") << QStringLiteral("contoso.com") << QStringLiteral("contoso.com") << true;
        QTest::newRow("two labels below, not accepted there")
            << QStringLiteral("mail.sub.contoso.com") << QStringLiteral("mail.sub.contoso.com") << false;
        QTest::newRow("another name") << QStringLiteral("mail.contoso.com") << QStringLiteral("relay.contoso.com")
                                      << false;
        QTest::newRow("a name that only ends so") << star << QStringLiteral("mail.notcontoso.com") << false;
    }
    void aCertificateNameNeedsItsDomainAccepted()
    {
        QFETCH(QString, connector);
        QFETCH(QString, name);
        QFETCH(bool, expected);
        PracticeTenant tenant = contoso();
        tenant.connectorCertificateNames = {connector};
        PracticeContext context;
        context.certificateNames = {name};
        QCOMPARE_EQ(rulesOf(PracticeMethod::ConnectorRelay, tenant).connectorMatches(context), expected);
        QCOMPARE_EQ(rulesOf(PracticeMethod::DirectSend, tenant).connectorMatches(context), expected);
        QVERIFY(!rulesOf(PracticeMethod::ClientSubmission, tenant).connectorMatches(context));
    }

    void theDayDecidesOverBasicSignIn_data()
    {
        QTest::addColumn<QDate>("today");
        QTest::addColumn<bool>("keptOn");
        QTest::addColumn<QString>("expected");
        QTest::newRow("the day before the end of 2026") << QDate(2026, 12, 30) << false << "taken";
        QTest::newRow("the end of 2026") << QDate(
            2026, 12, 31) << false << "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.";
        QTest::newRow("switched back on") << QDate(2027, 1, 5) << true << "taken";
        QTest::newRow("the later end") << QDate(2027, 10, 1) << true
                                       << "550 5.7.30 Basic authentication is not supported for Client Submission.";
    }
    void theDayDecidesOverBasicSignIn()
    {
        QFETCH(QDate, today);
        QFETCH(bool, keptOn);
        QFETCH(QString, expected);
        PracticeTenant tenant = contoso();
        tenant.basicAuthRemovedFrom = QDate(2027, 10, 1);
        if (keptOn)
            tenant.basicAuthOffFrom.reset();
        PracticeContext context;
        context.tlsVersion = 0x0303;
        context.today = today;
        context.user = QStringLiteral("Scanner@Contoso.com");
        context.password = Secret(QByteArray("right"));
        QCOMPARE_EQ(text(rulesOf(PracticeMethod::ClientSubmission, tenant).judge(Stage::Auth, context)), expected);
    }

    void aMailboxSwitchOverridesTheOrganisations()
    {
        PracticeTenant tenant = contoso();
        tenant.smtpAuthDisabled = true;
        tenant.accounts[0].smtpAuthDisabled = false;
        PracticeContext context;
        context.today = QDate(2026, 11, 22);
        context.user = tenant.accounts[0].user;
        context.password = Secret(QByteArray("right"));
        QCOMPARE_EQ(text(rulesOf(PracticeMethod::ClientSubmission, tenant).judge(Stage::Auth, context)),
                    QStringLiteral("taken"));
    }

    void severalAuthorsNeedASender()
    {
        PracticeContext context;
        context.message.from = {address("a@contoso.com"), address("b@contoso.com")};
        const PracticeRules rules = rulesOf(PracticeMethod::DirectSend);
        QVERIFY(text(rules.judge(Stage::Data, context)).startsWith(QLatin1String("550 5.1.20")));
        context.message.hasSender = true;
        QCOMPARE_EQ(text(rules.judge(Stage::Data, context)), QStringLiteral("taken"));
    }

    void ordinaryMailFromOutsideIsNotDirectSend()
    {
        PracticeTenant tenant = contoso();
        tenant.rejectDirectSend = true;
        PracticeContext context;
        context.recipient = address("jane@contoso.com");
        const PracticeRules rules = rulesOf(PracticeMethod::DirectSend, tenant);
        QCOMPARE_EQ(text(rules.judge(Stage::Rcpt, context)), QStringLiteral("taken")); // the null reverse-path
        context.sender = address("x@example.org");
        QCOMPARE_EQ(text(rules.judge(Stage::Rcpt, context)), QStringLiteral("taken"));
        context.sender = address("printer@contoso.com");
        QVERIFY(text(rules.judge(Stage::Rcpt, context)).startsWith(QLatin1String("550 5.7.68")));
    }

    void theMethodsHaveTheContractsWords()
    {
        for (const auto &word : {"client-submission", "client-submission-legacy", "direct-send", "connector-relay",
                                 "high-volume-email", "azure-communication-services"})
            QCOMPARE_EQ(toString(parsePracticeMethod(QLatin1String(word)).value()), QLatin1String(word));
        QVERIFY(!parsePracticeMethod(QStringLiteral("graph")));
        QCOMPARE_EQ(practiceMethods().size(), 6u);
        QCOMPARE_EQ(toString(parsePracticeReputation(QStringLiteral("rate-limited")).value()),
                    QStringLiteral("rate-limited"));
    }

    void theLimitsAreThoseOfTheKnowledge()
    {
        const PracticeLimits submission = limitsOf(PracticeMethod::ClientSubmission, Knowledge::builtIn());
        QCOMPARE_EQ(submission.messagesPerMinute, std::optional(30));
        QVERIFY(submission.slowsDown);
        QCOMPARE_EQ(submission.recipientsPerDay, std::optional(10'000));
        QCOMPARE_EQ(submission.connections, std::optional(3));
        QCOMPARE_EQ(submission.advertisedOctets, 157286400u);
        const PracticeLimits hve = limitsOf(PracticeMethod::HighVolumeEmail, Knowledge::builtIn());
        QCOMPARE_EQ(hve.recipientsPerMessage, 50);
        QCOMPARE_EQ(hve.acceptedOctets, 10485760u);
        const PracticeLimits acs = limitsOf(PracticeMethod::AzureCommunicationServices, Knowledge::builtIn());
        QCOMPARE_EQ(acs.messagesPerHour, std::optional(100));
        QCOMPARE_EQ(limitsOf(PracticeMethod::DirectSend, Knowledge::builtIn()).recipientsPerDomain, std::optional(200));
    }

    void aSiteMakesTheTenant()
    {
        Site site;
        site.organisation.acceptedDomains = {Domain::parse(QStringLiteral("example.com")).value()};
        site.organisation.securityDefaults = YesNo::Yes;
        site.organisation.rejectDirectSend = YesNo::Yes;
        Network office;
        office.egress = {IpNetwork::parse(QStringLiteral("203.0.113.7")).value()};
        site.networks = {office};
        const PracticeTenant tenant = tenantOf(site, Knowledge::builtIn());
        QVERIFY(tenant.securityDefaults && tenant.rejectDirectSend && !tenant.smtpAuthDisabled);
        QCOMPARE_EQ(tenant.basicAuthOffFrom, std::optional(QDate(2026, 12, 31)));
        PracticeContext context;
        context.peer = IpAddress::parse(QStringLiteral("203.0.113.7")).value();
        QVERIFY(rulesOf(PracticeMethod::ConnectorRelay, tenant).connectorMatches(context));
        context.peer = IpAddress::parse(QStringLiteral("203.0.113.8")).value();
        QVERIFY(!rulesOf(PracticeMethod::ConnectorRelay, tenant).connectorMatches(context));
        // A site does not say that a connector is there: none is made up where direct send is tried.
        context.peer = IpAddress::fromV4(0x7f000001);
        QVERIFY(rulesOf(PracticeMethod::ConnectorRelay, tenant).connectorMatches(context));
        QVERIFY(!rulesOf(PracticeMethod::DirectSend, tenant).connectorMatches(context));
    }

    void theSendersOfASiteAreThere()
    {
        Site site;
        site.organisation.acceptedDomains = {Domain::parse(QStringLiteral("example.com")).value()};
        Sender scanner;
        scanner.from = address("scanner@example.com");
        scanner.signIn = SignInAbility::Basic;
        Sender erp;
        erp.from = address("invoices@example.com");
        erp.signInAs = address("erp@example.com");
        erp.repliesTo = address("accounting@example.com");
        Sender printer;
        printer.from = address("printer@example.com"); // cannot sign in
        site.senders = {scanner, erp, printer, erp};
        PracticeTenant tenant = tenantOf(site, Knowledge::builtIn());
        QStringList users;
        for (const PracticeAccount &account : tenant.accounts) {
            QVERIFY(account.anySecret);
            users += account.user;
        }
        QCOMPARE_EQ(users, (QStringList{QStringLiteral("scanner@example.com"), QStringLiteral("erp@example.com")}));
        tenant.knownMailboxes = {address("jane@example.com")};
        const PracticeRules rules = rulesOf(PracticeMethod::DirectSend, tenant);
        for (const char *there :
             {"jane@example.com", "printer@example.com", "accounting@example.com", "erp@example.com"})
            QVERIFY2(rules.exists(address(there)), there);
        QVERIFY(!rules.exists(address("joe@example.com")));
    }

    void aPasswordThatWasSetIsTheOnlyOne()
    {
        PracticeTenant tenant = contoso();
        tenant.accounts[0].anySecret = true;
        PracticeContext context;
        context.user = tenant.accounts[0].user;
        context.password = Secret(QByteArray("wrong"));
        QVERIFY(!rulesOf(PracticeMethod::ClientSubmission, tenant).isRightSecret(context));
        tenant.accounts[0].password = {};
        QVERIFY(rulesOf(PracticeMethod::ClientSubmission, tenant).isRightSecret(context));
        context.password = {};
        QVERIFY(!rulesOf(PracticeMethod::ClientSubmission, tenant).isRightSecret(context));
    }

    void passwordsOpenHighVolumeEmailUntilTheEndOfSeptember2028_data()
    {
        QTest::addColumn<QDate>("today");
        QTest::addColumn<QString>("expected");
        QTest::newRow("next January") << QDate(2027, 1, 5) << "taken";
        QTest::newRow("the last day") << QDate(2028, 9, 30) << "taken";
        QTest::newRow("the day after") << QDate(2028, 10, 1) << "535 5.7.3 Authentication unsuccessful, a password";
    }
    void passwordsOpenHighVolumeEmailUntilTheEndOfSeptember2028()
    {
        QFETCH(QDate, today);
        QFETCH(QString, expected);
        PracticeTenant tenant = tenantOf(Site{}, Knowledge::builtIn());
        tenant.accounts = contoso().accounts;
        PracticeContext context;
        context.today = today;
        context.tlsVersion = 0x0303;
        context.user = tenant.accounts[0].user;
        context.password = Secret(QByteArray("right"));
        QVERIFY(
            text(rulesOf(PracticeMethod::HighVolumeEmail, tenant).judge(Stage::Auth, context)).startsWith(expected));
    }
};

QTEST_GUILESS_MAIN(tst_PracticeRules)
#include "tst_PracticeRules.moc"
