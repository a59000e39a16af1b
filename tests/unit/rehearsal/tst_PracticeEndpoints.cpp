// SPDX-License-Identifier: GPL-3.0-or-later
// Every rule of the practice tenant, met by the real client over a socket.
#include "PracticeClient.h"

#include "core/diagnosis/Diagnosis.h"
#include "core/session/Certificate.h"
#include "tests/support/MadeToken.h"

#include <QJsonArray>
#include <QSet>

#include <deque>

using namespace relaywright;

namespace {

using Change = std::function<void(PracticeSettings &)>;

const MadeIdentity &relayIdentity()
{
    static const MadeIdentity made = makeIdentity({QStringLiteral("relay.contoso.com")}, SystemClock().now()).value();
    return made;
}

const MadeIdentity &partnerIdentity()
{
    static const MadeIdentity made =
        makeIdentity({QStringLiteral("relay.partner.example")}, SystemClock().now()).value();
    return made;
}

void showPartnerCertificate(ConnectionSettings &settings)
{
    settings.tls.identity = ClientIdentity{partnerIdentity().server.certificateChainPem,
                                           Secret(QByteArray(partnerIdentity().server.privateKeyPem))};
}

void showCertificate(ConnectionSettings &settings)
{
    settings.tls.identity = ClientIdentity{relayIdentity().server.certificateChainPem,
                                           Secret(QByteArray(relayIdentity().server.privateKeyPem))};
}

/// Of an application for Exchange Online that ends so long after the tests' clock.
const char *token(const char *permission, std::chrono::minutes left,
                  const char *audience = "https://outlook.office365.com")
{
    static std::deque<QByteArray> made; // a wish keeps no copy
    const QDateTime end =
        QDateTime(QDate(2026, 11, 22), QTime(8, 0), Qt::UTC).addSecs(std::chrono::seconds(left).count());
    made.push_back(test::madeToken({{QStringLiteral("aud"), QString::fromLatin1(audience)},
                                    {QStringLiteral("tid"), QStringLiteral("11111111-2222-3333-4444-555555555555")},
                                    {QStringLiteral("appid"), QStringLiteral("app")},
                                    {QStringLiteral("idtyp"), QStringLiteral("app")},
                                    {QStringLiteral("roles"), QJsonArray{QString::fromLatin1(permission)}},
                                    {QStringLiteral("exp"), end.toSecsSinceEpoch()}}));
    return made.back().constData();
}

Wish withToken(const char *text)
{
    return {.password = text, .recipient = "jane@contoso.com", .mechanism = AuthMechanism::XOAuth2};
}

/// A mailbox of the site, whose secrets nobody told.
void anySecret(PracticeSettings &settings)
{
    settings.tenant.accounts[0] = {.user = QStringLiteral("scanner@contoso.com"), .anySecret = true};
}

void partnerCertificate(PracticeSettings &settings)
{
    settings.tenant.connectorCertificateNames = {QStringLiteral("relay.partner.example")};
    settings.tenant.rejectDirectSend = true;
}

void onlyTls10(ConnectionSettings &settings)
{
    settings.tls.minimum = settings.tls.maximum = TlsVersion::Tls10;
}

void certificateConnector(PracticeSettings &settings)
{
    settings.tenant.connectorCertificateNames = {QStringLiteral("*.contoso.com")};
    settings.clientAuthoritiesPem = relayIdentity().authorityPem;
}

void addressConnector(PracticeSettings &settings)
{
    settings.tenant.connectorNetworks = {IpNetwork::of(IpAddress::fromV4(0x7f000000), 8)};
}

template <auto Member>
Change account()
{
    return [](PracticeSettings &s) { s.tenant.accounts[0].*Member = true; };
}

template <auto Member>
Change tenant()
{
    return [](PracticeSettings &s) { s.tenant.*Member = true; };
}

/// The endpoint's limits with one of them changed.
template <auto Member, int Value>
Change limit()
{
    return [](PracticeSettings &s) {
        s.limits = limitsOf(s.method, Knowledge::builtIn());
        (*s.limits).*Member = Value;
    };
}

} // namespace

class tst_PracticeEndpoints : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void answersAsMicrosoftWould_data();
    void answersAsMicrosoftWould();
    void everyRuleWasMet();
    void theCatalogueExplainsEveryRefusal();

private:
    QSet<const PracticeRules::Rule *> m_met;
    const TimePoint m_start = fromDateTime(QDateTime(QDate(2026, 11, 22), QTime(8, 0), Qt::UTC));
    FakeClock m_clock{m_start};
};

void tst_PracticeEndpoints::answersAsMicrosoftWould_data()
{
    QTest::addColumn<PracticeMethod>("method");
    QTest::addColumn<Change>("change");
    QTest::addColumn<Wish>("wish");
    QTest::addColumn<QString>("expected");
    constexpr auto submission = PracticeMethod::ClientSubmission;
    constexpr auto direct = PracticeMethod::DirectSend;
    constexpr auto connector = PracticeMethod::ConnectorRelay;
    constexpr auto hve = PracticeMethod::HighVolumeEmail;
    constexpr auto acs = PracticeMethod::AzureCommunicationServices;
    const Change asIs;
    const Wish inside{.tls = TlsPolicy::None, .password = nullptr, .recipient = "jane@contoso.com"};
    const Wish outside{.tls = TlsPolicy::None, .password = nullptr};
    const Wish clear{.tls = TlsPolicy::None, .password = nullptr};
    const Wish anonymous{.password = nullptr};
    const Wish wrong{.password = "wrong"};
    const auto add = [](const char *name, PracticeMethod method, const Change &change, const Wish &wish,
                        const char *expected) {
        QTest::newRow(name) << method << change << wish << QString::fromLatin1(expected);
    };
    // The name
    add("underscore in the name", submission, asIs, {.ehloName = "scan_1.contoso.com"},
        "501 5.5.4 Invalid domain name");
    Wish ourName = inside;
    ourName.ehloName = practiceHostName().toLatin1();
    add("the server's own name", direct, asIs, ourName, "550 5.7.506 Access Denied, Bad HELO");
    // Sign-in
    add("TLS 1.0 at sign-in", submission, asIs, {.more = onlyTls10}, "421 4.7.66 TLS 1.0 and 1.1 are not supported.");
    add(
        "after the removal", submission,
        [](PracticeSettings &s) { s.tenant.basicAuthRemovedFrom = QDate(2026, 11, 1); }, {}, "550 5.7.30 Basic");
    add(
        "mailbox off", submission, [](PracticeSettings &s) { s.tenant.accounts[0].smtpAuthDisabled = true; }, {},
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.");
    add("organisation off", submission, tenant<&PracticeTenant::smtpAuthDisabled>(), {},
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.");
    add(
        "after December 2026", submission, [](PracticeSettings &s) { s.tenant.basicAuthOffFrom = QDate(2026, 11, 1); },
        {}, "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.");
    add("policy of the organisation", submission, tenant<&PracticeTenant::basicBlocked>(), {},
        "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.");
    add("policy of the mailbox", submission, account<&PracticeAccount::basicBlocked>(), {},
        "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.");
    add("a token passes the policy", submission, account<&PracticeAccount::basicBlocked>(),
        {.password = "good-token", .mechanism = AuthMechanism::XOAuth2}, "250 2.0.0 OK");
    add("Security Defaults", submission, tenant<&PracticeTenant::securityDefaults>(), {},
        "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy.");
    add("wrong password", submission, asIs, wrong,
        "535 5.7.139 Authentication unsuccessful, the request did not meet the criteria");
    add("wrong token", submission, asIs, {.password = "stale", .mechanism = AuthMechanism::XOAuth2},
        "535 5.7.3 Authentication unsuccessful");
    add("HVE, Security Defaults", hve, tenant<&PracticeTenant::securityDefaults>(), {},
        "535 5.7.139 Authentication unsuccessful, the organization configuration doesn't allow");
    add("HVE, wrong password", hve, asIs, wrong, "535 5.7.3 Authentication unsuccessful");
    add("HVE does not mind the organisation's switch", hve, tenant<&PracticeTenant::smtpAuthDisabled>(),
        {.recipient = "jane@contoso.com"}, "250 2.0.0 OK");
    add("ACS, wrong secret", acs, asIs, wrong, "535 5.7.8 Authentication credentials invalid");
    using namespace std::chrono_literals;
    add("any password of a site's mailbox", submission, anySecret, {.password = "whatever"}, "250 2.0.0 OK");
    add("a fit token of a site's mailbox", submission, anySecret, withToken(token("SMTP.SendAsApp", 40min)),
        "250 2.0.0 OK");
    add("a token for Graph", submission, anySecret,
        withToken(token("SMTP.SendAsApp", 40min, "https://graph.microsoft.com")),
        "535 5.7.3 Authentication unsuccessful");
    add("a token that has expired", submission, anySecret, withToken(token("SMTP.SendAsApp", -1min)),
        "535 5.7.3 Authentication unsuccessful");
    add("what is no token", submission, anySecret, withToken("opaque"), "535 5.7.3 Authentication unsuccessful");
    constexpr auto legacy = PracticeMethod::LegacySubmission;
    const Change optedIn = tenant<&PracticeTenant::allowLegacyTls>();
    add("TLS 1.0 at the legacy endpoint", legacy, optedIn, {.more = onlyTls10}, "250 2.0.0 OK");
    add("TLS 1.0 at the legacy endpoint, not opted in", legacy, asIs, {.more = onlyTls10}, "421 4.7.66");
    add("TLS 1.0 at the usual endpoint, opted in", submission, optedIn, {.more = onlyTls10}, "421 4.7.66");
    add(
        "the end of Basic at the legacy endpoint", legacy,
        [](PracticeSettings &s) { s.tenant.basicAuthOffFrom = QDate(2026, 11, 1); }, {},
        "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.");
    add("HVE with a fit token", hve, anySecret, withToken(token("Mail.Send", 40min)), "250 2.0.0 OK");
    add("HVE, a token that has expired", hve, anySecret, withToken(token("Mail.Send", 0min)),
        "535 5.7.143 Expired token");
    add("HVE, a token that ends soon", hve, anySecret, withToken(token("Mail.Send", 10min)),
        "535 5.7.142 Token will expire soon");
    add("HVE, a token for submission", hve, anySecret, withToken(token("SMTP.SendAsApp", 40min)),
        "535 5.7.144 XOAUTH2 authentication failed. Invalid API permissions");
    add("HVE, a token for another service", hve, anySecret,
        withToken(token("Mail.Send", 40min, "https://graph.microsoft.com")), "535 5.7.3 Authentication unsuccessful");
    add("an ordinary mailbox at HVE", hve, account<&PracticeAccount::ordinaryMailbox>(), {}, "535 5.2.240");
    add("an application that HVE does not know", hve, account<&PracticeAccount::applicationRefused>(),
        withToken("good-token"), "550 5.7.240 The application is not allowed");
    add(
        "a password at HVE after September 2028", hve,
        [](PracticeSettings &s) { s.tenant.hveBasicOffFrom = QDate(2026, 11, 1); }, {},
        "535 5.7.3 Authentication unsuccessful, a password");
    // MAIL
    add("TLS 1.0 without sign-in", submission, asIs, {.password = nullptr, .more = onlyTls10}, "421 4.7.66");
    add("no TLS", submission, asIs, clear, "451 5.7.3 STARTTLS is required to send mail");
    add("HVE without TLS", hve, asIs, clear, "451 5.7.3 STARTTLS is required to send mail");
    add("ACS without TLS", acs, asIs, clear, "530 5.7.0 Must issue a STARTTLS command first");
    add("no sign-in", submission, asIs, anonymous, "530 5.7.57 Client not authenticated to send mail.");
    add("ACS without sign-in", acs, asIs, anonymous, "530 5.7.0 Authentication required");
    add("HVE as another", hve, asIs, {.p1 = "boss@contoso.com", .recipient = "jane@contoso.com"}, "550 5.7.62");
    add("ACS as a foreign domain", acs, asIs, {.p1 = "x@example.org"}, "550 5.7.1 The sender");
    add(
        "a banned address", direct, [](PracticeSettings &s) { s.tenant.reputation = PracticeReputation::Banned; },
        inside, "550 5.7.606 Access denied, banned sending IP [127.0.0.1].");
    // RCPT
    add("direct send", direct, asIs, inside, "250 2.0.0 OK");
    add("direct send is refused", direct, tenant<&PracticeTenant::rejectDirectSend>(), inside,
        "550 5.7.68 TenantInboundAttribution; Direct Send");
    add(
        "a connector lifts the refusal of direct send", direct,
        [](PracticeSettings &s) {
            addressConnector(s);
            s.tenant.rejectDirectSend = true;
        },
        inside, "250 2.0.0 OK");
    Wish certified{.password = nullptr, .recipient = "jane@contoso.com", .more = showCertificate};
    add(
        "a connector by certificate lifts it too", direct,
        [](PracticeSettings &s) {
            certificateConnector(s);
            s.tenant.rejectDirectSend = true;
        },
        certified, "250 2.0.0 OK");
    certified.more = showPartnerCertificate;
    add(
        "and so does a partner's of another domain", direct,
        [](PracticeSettings &s) {
            partnerCertificate(s);
            s.clientAuthoritiesPem = partnerIdentity().authorityPem;
        },
        certified, "250 2.0.0 OK");
    add("a partner's certificate that nobody vouches for", direct, partnerCertificate, certified,
        "550 5.7.68 TenantInboundAttribution; Direct Send");
    add("a matching connector relays, whatever is tried", direct, addressConnector, outside, "250 2.0.0 OK");
    add("another region's MX host", direct, tenant<&PracticeTenant::wrongRegion>(), inside,
        "451 4.4.62 Mail sent to the wrong Office 365 region. ATTR35");
    add("direct send outwards", direct, asIs, outside, "550 5.7.64 TenantAttribution; Relay Access Denied");
    add("connector by address", connector, addressConnector, outside, "250 2.0.0 OK");
    add(
        "connector by address passes the switch", connector,
        [](PracticeSettings &s) {
            addressConnector(s);
            s.tenant.rejectDirectSend = true;
        },
        inside, "250 2.0.0 OK");
    Wish foreign = outside;
    foreign.p1 = "x@example.org";
    add("connector by address, foreign sender", connector, addressConnector, foreign,
        "550 5.7.64 Relay Access Denied ATTR36");
    Wish bounce = outside;
    bounce.p1.clear();
    add("connector by address, null reverse-path", connector, addressConnector, bounce,
        "550 5.7.64 Relay Access Denied ATTR36");
    add("no connector for this peer", connector, asIs, outside, "550 5.7.64 TenantAttribution; Relay Access Denied");
    add("connector by certificate", connector, certificateConnector, {.password = nullptr, .more = showCertificate},
        "250 2.0.0 OK");
    add("connector by certificate, null reverse-path", connector, certificateConnector,
        {.password = nullptr, .p1 = "", .more = showCertificate}, "250 2.0.0 OK");
    add("connector by certificate, foreign sender", connector, certificateConnector,
        {.password = nullptr, .p1 = "x@example.org", .more = showCertificate}, "250 2.0.0 OK");
    add(
        "certificate of an authority that nobody knows", connector,
        [](PracticeSettings &s) {
            certificateConnector(s);
            s.clientAuthoritiesPem.clear();
        },
        {.password = nullptr, .more = showCertificate}, "550 5.7.64 TenantAttribution; Relay Access Denied");
    add(
        "certificate of another name than the connector's", connector,
        [](PracticeSettings &s) {
            certificateConnector(s);
            s.tenant.connectorCertificateNames = {QStringLiteral("mail.contoso.com")};
        },
        {.password = nullptr, .more = showCertificate}, "550 5.7.64 TenantAttribution; Relay Access Denied");
    add(
        "certificate of a domain that is not accepted", connector,
        [](PracticeSettings &s) {
            certificateConnector(s);
            s.tenant.acceptedDomains = {Domain::parse(QStringLiteral("example.net")).value()};
        },
        {.password = nullptr, .more = showCertificate}, "550 5.7.64 TenantAttribution; Relay Access Denied");
    add("locked by a partner connector", direct, tenant<&PracticeTenant::partnerConnectorOnly>(), inside,
        "550 5.7.51 TenantInboundAttribution;");
    add(
        "low reputation", direct, [](PracticeSettings &s) { s.tenant.reputation = PracticeReputation::Low; }, inside,
        "550 5.7.708 Access denied");
    add(
        "rate limited", direct, [](PracticeSettings &s) { s.tenant.reputation = PracticeReputation::RateLimited; },
        inside, "451 4.7.650 The mail server [127.0.0.1] has been temporarily rate limited");
    add(
        "greylisted", direct, [](PracticeSettings &s) { s.tenant.reputation = PracticeReputation::Greylisted; }, inside,
        "451 4.7.500 Server busy. Please try again later from [127.0.0.1]. (AS77712344)");
    add(
        "a connector ends greylisting", connector,
        [](PracticeSettings &s) {
            addressConnector(s);
            s.tenant.reputation = PracticeReputation::Greylisted;
        },
        inside, "250 2.0.0 OK");
    add(
        "an unknown mailbox", direct,
        [](PracticeSettings &s) { s.tenant.knownMailboxes = {address("joe@contoso.com")}; }, inside,
        "550 5.4.1 [jane@contoso.com]: Recipient address rejected: Access denied");
    add("too many of one domain", direct, limit<&PracticeLimits::recipientsPerDomain, 0>(), inside,
        "452 4.5.3 Too many recipients");
    add("HVE outwards", hve, asIs, {}, "550 5.7.1 High Volume Email does not leave");
    add("too many recipients", submission, limit<&PracticeLimits::recipientsPerMessage, 0>(), {},
        "550 5.5.3 Too many recipients");
    // After the message
    add("too large", submission, limit<&PracticeLimits::acceptedOctets, 100>(), {}, "552 5.3.4 Message size exceeds");
    add("too many connections", submission, limit<&PracticeLimits::connections, 0>(), {},
        "432 4.3.2 Concurrent connections limit exceeded.");
    add("the day is full", submission, limit<&PracticeLimits::recipientsPerDay, 0>(), {},
        "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuota");
    add("mailbox full", submission, account<&PracticeAccount::mailboxFull>(), {}, "554 5.2.2 mailbox full;");
    add("a restricted account", submission, account<&PracticeAccount::restricted>(), {},
        "550 5.1.8 Access denied, bad outbound sender");
    add("two authors", submission, asIs, {.content = message("scanner@contoso.com, scanner@contoso.com")},
        "550 5.1.20 Multiple From addresses");
    add("P2 of another", submission, asIs, {.content = message("boss@contoso.com")},
        "554 5.2.252 SendAsDenied; scanner@contoso.com not allowed to send as boss@contoso.com; STOREDRV");
    add("an address in the name", submission, asIs, {.content = message("\"boss@contoso.com\" <scanner@contoso.com>")},
        "554 5.2.252 SendAsDenied; scanner@contoso.com not allowed to send as boss@contoso.com;");
    add("the own address in the name", submission, asIs,
        {.content = message("\"scanner@contoso.com\" <scanner@contoso.com>")}, "250 2.0.0 OK");
    add("P1 of another", submission, asIs, {.p1 = "boss@contoso.com"},
        "550 5.7.60 SMTP; Client does not have permissions");
    add(
        "granted by Send As", submission,
        [](PracticeSettings &s) { s.tenant.accounts[0].sendAs = {address("boss@contoso.com")}; },
        {.p1 = "boss@contoso.com", .content = message("boss@contoso.com")}, "250 2.0.0 OK");
    add("HVE, From of another", hve, asIs, {.content = message("boss@contoso.com"), .recipient = "jane@contoso.com"},
        "550 5.6.241");
    add("ACS, From of a foreign domain", acs, asIs, {.content = message("x@example.org")},
        "550 5.7.1 From is no address");
    add("ACS as any address of the domain", acs, asIs,
        {.p1 = "donotreply@contoso.com", .content = message("donotreply@contoso.com")}, "250 2.0.0 OK");
    Wish noFrom = inside;
    noFrom.content = "Subject: x\r\n\r\nx\r\n";
    add("DMARC of a foreign domain", direct, tenant<&PracticeTenant::dmarcReject>(),
        {.tls = TlsPolicy::None,
         .password = nullptr,
         .content = message("x@example.org"),
         .recipient = "jane@contoso.com"},
        "550 5.7.509 Access denied, sending domain [example.org] does not pass DMARC verification");
    add(
        "DMARC does not count behind a connector", connector,
        [](PracticeSettings &s) {
            addressConnector(s);
            s.tenant.dmarcReject = true;
        },
        inside, "250 2.0.0 OK");
    add("no From", direct, asIs, noFrom, "550 5.7.512 Access denied, message must be RFC 5322");
}

void tst_PracticeEndpoints::answersAsMicrosoftWould()
{
    QFETCH(PracticeMethod, method);
    QFETCH(Change, change);
    QFETCH(Wish, wish);
    QFETCH(QString, expected);
    PracticeSettings settings = practice(method);
    if (change)
        change(settings);
    PracticeServer server(settings, m_clock);
    QVERIFY(server.start());
    const Sent sent = send(server, wish);
    QVERIFY2(verdict(sent).startsWith(expected), qPrintable(verdict(sent) + u'\n' + sent.transcript));
    QCOMPARE_EQ(server.messages().size(), expected.startsWith(QLatin1String("250")) ? 1u : 0u);
    for (const PracticeRules::Rule &rule : PracticeRules::table()) {
        const QString begin = QString::number(rule.code) + u' ' + QString::fromLatin1(rule.text).section(u'{', 0, 0);
        if ((rule.methods >> static_cast<unsigned>(method) & 1u) != 0 && verdict(sent).startsWith(begin)
            && sent.transcript.contains(begin))
            m_met.insert(&rule);
    }
}

void tst_PracticeEndpoints::everyRuleWasMet()
{
    // The rate of ACS: the second message within the minute.
    PracticeSettings settings = practice(PracticeMethod::AzureCommunicationServices);
    settings.limits = limitsOf(settings.method, Knowledge::builtIn());
    settings.limits->messagesPerMinute = 1;
    PracticeServer server(settings, m_clock);
    QVERIFY(server.start());
    QVERIFY(verdict(send(server, {})).startsWith(QLatin1String("250")));
    QVERIFY(verdict(send(server, {})).startsWith(QLatin1String("451 4.7.0 The sending limit")));
    m_clock.advance(std::chrono::minutes(2));
    QVERIFY(verdict(send(server, {})).startsWith(QLatin1String("250")));
    m_clock.set(m_start);
    for (const PracticeRules::Rule &rule : PracticeRules::table()) {
        const bool isRate = QByteArray(rule.text).startsWith("4.7.0 The sending limit");
        QVERIFY2(isRate || m_met.contains(&rule), rule.text);
    }
}

void tst_PracticeEndpoints::theCatalogueExplainsEveryRefusal()
{
    for (const PracticeRules::Rule &rule : PracticeRules::table()) {
        if (!rule.entry)
            continue;
        DiagnosisContext context;
        context.stage = rule.stage;
        QByteArray text(rule.text);
        for (const char *placeholder : {"{user}", "{from}", "{domain}", "{recipient}"})
            text.replace(placeholder, "scanner@contoso.com");
        text.replace("{peer}", "192.0.2.7");
        const Diagnosis diagnosis = diagnose(Reply{rule.code, {text}}, context, Knowledge::builtIn());
        QVERIFY2(diagnosis.entryId == QLatin1String(rule.entry),
                 qPrintable(diagnosis.entryId + u' ' + QLatin1String(rule.text)));
    }
}

QTEST_GUILESS_MAIN(tst_PracticeEndpoints)
#include "tst_PracticeEndpoints.moc"
