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
    scanner.accessToken = Secret(QByteArray("token"));
    scanner.sendAs = {address("reports@contoso.com")};
    tenant.accounts = {scanner};
    tenant.connectorNetworks = {IpNetwork::parse(QStringLiteral("192.0.2.0/24")).value()};
    return tenant;
}

PracticeContext at(PracticeMethod method, const char *peer = "198.51.100.7")
{
    PracticeContext context;
    context.method = method;
    context.peer = IpAddress::parse(QString::fromLatin1(peer)).value();
    context.today = QDate(2026, 11, 22);
    return context;
}

PracticeContext signedIn()
{
    PracticeContext context = at(PracticeMethod::ClientSubmission);
    context.tls = true;
    context.signedInAs = QStringLiteral("scanner@contoso.com");
    return context;
}

QString text(const std::optional<Reply> &reply)
{
    return reply ? reply->toString() : QStringLiteral("taken");
}

} // namespace

class tst_PracticeRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void submissionAsksForTlsThenForASignIn()
    {
        const PracticeRules rules(contoso());
        PracticeContext context = at(PracticeMethod::ClientSubmission);
        const ReversePath sender = address("scanner@contoso.com");
        QCOMPARE_EQ(rules.mail(context, sender).toString(), QStringLiteral("451 5.7.3 STARTTLS is required to send mail"));
        context.tls = true;
        QCOMPARE_EQ(rules.mail(context, sender).toString(), QStringLiteral("530 5.7.57 Client not authenticated to send mail."));
        context.signedInAs = QStringLiteral("scanner@contoso.com");
        QCOMPARE_EQ(rules.mail(context, sender).code, 250);
        QCOMPARE_EQ(rules.rcpt(context, sender, address("anybody@example.com")).code, 250);
    }

    void judgesASignIn_data()
    {
        using Change = std::function<void(PracticeTenant &, PracticeContext &)>;
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("mechanism");
        QTest::addColumn<QString>("password");
        QTest::addColumn<QString>("expected");
        const QString failed = QStringLiteral("535 5.7.139 Authentication unsuccessful, ");
        const QString criteria = failed + QStringLiteral("the request did not meet the criteria to be authenticated successfully. Contact your administrator.");
        const QString login = QStringLiteral("login"), xoauth2 = QStringLiteral("xoauth2"), right = QStringLiteral("right");
        const Change nothing = [](PracticeTenant &, PracticeContext &) {};
        QTest::newRow("right") << nothing << login << right << "taken";
        QTest::newRow("wrong password") << nothing << login << "wrong" << criteria;
        QTest::newRow("empty password") << nothing << login << "" << criteria;
        QTest::newRow("unknown user") << Change([](PracticeTenant &t, PracticeContext &) { t.accounts[0].user = QStringLiteral("x@contoso.com"); })
                                      << login << right << criteria;
        const QString disabledTenant = failed + QStringLiteral("SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.");
        const Change tenantOff = [](PracticeTenant &t, PracticeContext &) { t.smtpAuthDisabled = true; };
        QTest::newRow("organisation off") << tenantOff << login << right << disabledTenant;
        QTest::newRow("organisation off, with a token") << tenantOff << xoauth2 << "token" << disabledTenant;
        QTest::newRow("organisation off, mailbox on") << Change([](PracticeTenant &t, PracticeContext &) {
            t.smtpAuthDisabled = true;
            t.accounts[0].smtpAuthDisabled = false;
        }) << login << right << "taken";
        QTest::newRow("mailbox off") << Change([](PracticeTenant &t, PracticeContext &) { t.accounts[0].smtpAuthDisabled = true; }) << login << right
            << failed + QStringLiteral("SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information.");
        QTest::newRow("security defaults") << Change([](PracticeTenant &t, PracticeContext &) { t.securityDefaults = true; }) << login << right
            << failed + QStringLiteral("user is locked by your organization's security defaults policy. Contact your administrator.");
        QTest::newRow("the day before the end of 2026") << Change([](PracticeTenant &, PracticeContext &c) { c.today = QDate(2026, 12, 30); })
                                                        << login << right << "taken";
        const Change nextYear = [](PracticeTenant &, PracticeContext &c) { c.today = QDate(2027, 1, 5); };
        QTest::newRow("January 2027") << nextYear << login << right << failed + QStringLiteral("basic authentication is disabled.");
        QTest::newRow("January 2027, with a token") << nextYear << xoauth2 << "token" << "taken";
        QTest::newRow("January 2027, switched back on") << Change([](PracticeTenant &t, PracticeContext &c) {
            c.today = QDate(2027, 1, 5);
            t.basicAuthOffFrom.reset();
        }) << login << right << "taken";
        QTest::newRow("after the removal") << Change([](PracticeTenant &t, PracticeContext &c) {
            c.today = QDate(2028, 1, 1);
            t.basicAuthRemovedFrom = QDate(2028, 1, 1);
        }) << login << right << "550 5.7.30 Basic authentication is not supported for Client Submission.";
        QTest::newRow("wrong token") << nothing << xoauth2 << right << "535 5.7.3 Authentication unsuccessful";
    }
    void judgesASignIn()
    {
        using Change = std::function<void(PracticeTenant &, PracticeContext &)>;
        QFETCH(Change, change);
        QFETCH(QString, mechanism);
        QFETCH(QString, password);
        QFETCH(QString, expected);
        PracticeTenant tenant = contoso();
        PracticeContext context = at(PracticeMethod::ClientSubmission);
        context.tls = true;
        change(tenant, context);
        const auto reply = PracticeRules(tenant).signIn(context, parseAuthMechanism(mechanism).value(), QStringLiteral("Scanner@Contoso.com"),
                                                        Secret::fromText(password));
        QCOMPARE_EQ(text(reply), expected);
    }

    void judgesTheSenderAfterTheMessage_data()
    {
        QTest::addColumn<QByteArray>("p1");
        QTest::addColumn<QByteArray>("p2");
        QTest::addColumn<QString>("expected");
        QTest::newRow("own") << QByteArray("scanner@contoso.com") << QByteArray("scanner@contoso.com") << "taken";
        QTest::newRow("own in capitals") << QByteArray("SCANNER@contoso.com") << QByteArray("Scanner@CONTOSO.com") << "taken";
        QTest::newRow("granted") << QByteArray("reports@contoso.com") << QByteArray("reports@contoso.com") << "taken";
        QTest::newRow("null reverse-path") << QByteArray() << QByteArray("scanner@contoso.com") << "taken";
        QTest::newRow("P1 of another") << QByteArray("boss@contoso.com") << QByteArray("scanner@contoso.com")
                                       << "550 5.7.60 SMTP; Client does not have permissions to send as this sender";
        QTest::newRow("P2 of another") << QByteArray("scanner@contoso.com") << QByteArray("boss@contoso.com")
                                       << "554 5.2.252 SendAsDenied; scanner@contoso.com not allowed to send as boss@contoso.com; "
                                          "STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied";
        QTest::newRow("no From") << QByteArray("scanner@contoso.com") << QByteArray() << "taken";
    }
    void judgesTheSenderAfterTheMessage()
    {
        QFETCH(QByteArray, p1);
        QFETCH(QByteArray, p2);
        QFETCH(QString, expected);
        Envelope envelope;
        if (!p1.isEmpty())
            envelope.sender = address(p1.constData());
        envelope.recipients = {address("anybody@example.com")};
        const std::vector<EmailAddress> from = p2.isEmpty() ? std::vector<EmailAddress>{} : std::vector{address(p2.constData())};
        QCOMPARE_EQ(text(PracticeRules(contoso()).message(signedIn(), envelope, from, false)), expected);
    }

    void severalAuthorsNeedASender()
    {
        PracticeTenant tenant = contoso();
        tenant.accounts[0].sendAs.push_back(address("b@contoso.com"));
        const PracticeRules rules(tenant);
        const Envelope envelope{address("scanner@contoso.com"), {address("x@example.com")}};
        const std::vector<EmailAddress> two{address("scanner@contoso.com"), address("b@contoso.com")};
        QCOMPARE_EQ(text(rules.message(signedIn(), envelope, two, false)),
                    QStringLiteral("550 5.1.20 Multiple From addresses are not allowed without Sender address"));
        QCOMPARE_EQ(text(rules.message(signedIn(), envelope, two, true)), QStringLiteral("taken"));
    }

    void judgesARecipientAtTheMx_data()
    {
        QTest::addColumn<bool>("connector");
        QTest::addColumn<QByteArray>("peer");
        QTest::addColumn<bool>("reject");
        QTest::addColumn<QByteArray>("sender");
        QTest::addColumn<QByteArray>("recipient");
        QTest::addColumn<QString>("expected");
        const QString ok = QStringLiteral("250 2.1.5 Recipient OK");
        const QString denied = QStringLiteral("550 5.7.64 TenantAttribution; Relay Access Denied");
        const QString rejected = QStringLiteral("550 5.7.68 TenantInboundAttribution; Direct Send not allowed for this organization from unauthorized sources");
        const QByteArray outsider("198.51.100.7"), known("192.0.2.8"), own("printer@contoso.com"), foreign("x@example.org"),
            inside("jane@contoso.com"), outside("joe@example.com"), nobody("nobody@contoso.com"), none;
        QTest::newRow("direct send inside") << false << outsider << false << own << inside << ok;
        QTest::newRow("direct send outside") << false << outsider << false << own << outside << denied;
        QTest::newRow("direct send rejected") << false << outsider << true << own << inside << rejected;
        QTest::newRow("direct send rejected though a connector would match") << false << known << true << own << inside << rejected;
        QTest::newRow("ordinary mail from outside is not direct send") << false << outsider << true << foreign << inside << ok;
        QTest::newRow("bounce is not direct send") << false << outsider << true << none << inside << ok;
        QTest::newRow("unknown mailbox") << false << outsider << false << own << nobody
                                         << "550 5.4.1 [nobody@contoso.com]: Recipient address rejected: Access denied";
        QTest::newRow("connector outside") << true << known << false << own << outside << ok;
        QTest::newRow("connector passes the switch") << true << known << true << own << inside << ok;
        QTest::newRow("connector, other address") << true << outsider << false << own << outside << denied;
        QTest::newRow("connector, other address, switch") << true << outsider << true << own << inside << rejected;
        QTest::newRow("connector, foreign sender") << true << known << false << foreign << outside << "550 5.7.64 Relay Access Denied ATTR36";
        QTest::newRow("connector, null reverse-path") << true << known << false << none << outside << "550 5.7.64 Relay Access Denied ATTR36";
    }
    void judgesARecipientAtTheMx()
    {
        QFETCH(bool, connector);
        QFETCH(QByteArray, peer);
        QFETCH(bool, reject);
        QFETCH(QByteArray, sender);
        QFETCH(QByteArray, recipient);
        QFETCH(QString, expected);
        PracticeTenant tenant = contoso();
        tenant.rejectDirectSend = reject;
        tenant.knownMailboxes = {address("jane@contoso.com")};
        const PracticeRules rules(tenant);
        const PracticeContext context = at(connector ? PracticeMethod::ConnectorRelay : PracticeMethod::DirectSend, peer.constData());
        const ReversePath path = sender.isEmpty() ? ReversePath() : ReversePath(address(sender.constData()));
        QCOMPARE_EQ(rules.mail(context, path).code, 250);
        QCOMPARE_EQ(rules.rcpt(context, path, address(recipient.constData())).toString(), expected);
    }

    void aMessageWithoutFromIsRefusedAtTheMx()
    {
        const Envelope envelope{address("printer@contoso.com"), {address("jane@contoso.com")}};
        QCOMPARE_EQ(text(PracticeRules(contoso()).message(at(PracticeMethod::DirectSend), envelope, {}, false)),
                    QStringLiteral("550 5.7.512 Access denied, message must be RFC 5322 section 3.6.2 compliant"));
    }

    void aHostNameWithAnUnderscoreIsRefused()
    {
        const PracticeRules rules(contoso());
        QCOMPARE_EQ(text(rules.hello("scan_1")), QStringLiteral("501 5.5.4 Invalid domain name"));
        QVERIFY(!rules.hello("scan-1.contoso.com"));
    }

    void theMethodsHaveTheContractsWords()
    {
        for (const auto &word : {"client-submission", "direct-send", "connector-relay"})
            QCOMPARE_EQ(toString(parsePracticeMethod(QLatin1String(word)).value()), QLatin1String(word));
        QVERIFY(!parsePracticeMethod(QStringLiteral("graph")));
    }
};

QTEST_GUILESS_MAIN(tst_PracticeRules)
#include "tst_PracticeRules.moc"
