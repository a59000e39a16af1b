// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/SenderTest.h"

#include <QTest>

using namespace relaywright;

namespace {

EmailAddress address(const char *text)
{
    return *EmailAddress::parse(QLatin1String(text));
}

Sender scanner()
{
    Sender sender;
    sender.id = QStringLiteral("scanner");
    sender.name = QStringLiteral("Scanner");
    sender.from = address("scanner@contoso.com");
    return sender;
}

Site siteWith(const Sender &sender)
{
    Site site;
    site.networks = {Network{.id = QStringLiteral("main")}};
    site.senders = {sender};
    return site;
}

Option submission()
{
    return {.method = Method::ClientSubmission,
            .fit = Fit::Fits,
            .settings = {.host = QStringLiteral("smtp.office365.com"),
                         .port = 587,
                         .tls = QStringLiteral("starttls"),
                         .authentication = Authentication::Basic,
                         .user = QStringLiteral("mailbox@contoso.com")}};
}

Result<TestRequest> testOf(const Sender &sender, const Option &option, TestManner manner = TestManner::LikeTheSender)
{
    return relaywright::testOf(siteWith(sender), sender, option, address("me@contoso.com"), manner);
}

} // namespace

class tst_SenderTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takesTheSettingsOfThePlan()
    {
        Sender sender = scanner();
        sender.envelopeFrom = address("bounce@contoso.com");
        sender.repliesTo = address("helpdesk@contoso.com");
        const auto test = testOf(sender, submission());
        QVERIFY2(test, test ? "" : qPrintable(test.error().detail));
        QCOMPARE_EQ(test->connection.server.toString(), QStringLiteral("smtp.office365.com:587"));
        QCOMPARE_EQ(test->connection.smtp.tls, TlsPolicy::Required);
        QCOMPARE_EQ(test->connection.smtp.credentials->user, QStringLiteral("mailbox@contoso.com"));
        QVERIFY(test->connection.smtp.credentials->secret.isEmpty());
        QCOMPARE_EQ(test->envelope.sender->toString(), QStringLiteral("bounce@contoso.com"));
        QCOMPARE_EQ(test->message.from.toString(), QStringLiteral("scanner@contoso.com"));
        QCOMPARE_EQ(test->message.replyTo->toString(), QStringLiteral("helpdesk@contoso.com"));
        QCOMPARE_EQ(test->senderId, QStringLiteral("scanner"));
        QCOMPARE_EQ(test->method, QStringLiteral("client-submission"));
    }

    void staysWithinTheTlsOfTheSender_data()
    {
        QTest::addColumn<TlsAbility>("ability");
        QTest::addColumn<YesNo>("startTls");
        QTest::addColumn<TlsPolicy>("policy");
        QTest::addColumn<QString>("minimum");
        QTest::addColumn<QString>("maximum");
        const QString none;
        QTest::newRow("unknown") << TlsAbility::Unknown << YesNo::Unknown << TlsPolicy::Required << none << none;
        QTest::newRow("none") << TlsAbility::None << YesNo::Unknown << TlsPolicy::None << none << none;
        QTest::newRow("1.0") << TlsAbility::Tls10 << YesNo::Yes << TlsPolicy::Required << QStringLiteral("tls1.0")
                             << QStringLiteral("tls1.0");
        QTest::newRow("1.1") << TlsAbility::Tls11 << YesNo::Yes << TlsPolicy::Required << QStringLiteral("tls1.0")
                             << QStringLiteral("tls1.1");
        QTest::newRow("1.2") << TlsAbility::Tls12 << YesNo::Yes << TlsPolicy::Required << none
                             << QStringLiteral("tls1.2");
        QTest::newRow("no STARTTLS") << TlsAbility::Tls12 << YesNo::No << TlsPolicy::None << none
                                     << QStringLiteral("tls1.2");
    }
    void staysWithinTheTlsOfTheSender()
    {
        QFETCH(TlsAbility, ability);
        QFETCH(YesNo, startTls);
        Sender sender = scanner();
        sender.tls = ability;
        sender.startTls = startTls;
        const auto test = testOf(sender, submission());
        QVERIFY(test);
        const TlsSettings &tls = test->connection.tls;
        QFETCH(TlsPolicy, policy);
        QCOMPARE_EQ(test->connection.smtp.tls, policy);
        QTEST(tls.minimum ? toString(*tls.minimum) : QString(), "minimum");
        QTEST(tls.maximum ? toString(*tls.maximum) : QString(), "maximum");
        const auto asThisComputer = testOf(sender, submission(), TestManner::AsThisComputer);
        QCOMPARE_EQ(asThisComputer->connection.smtp.tls, TlsPolicy::Required);
        QVERIFY(!asThisComputer->connection.tls.maximum);
    }

    void cannotSpeakSsl3()
    {
        Sender sender = scanner();
        sender.tls = TlsAbility::Ssl3;
        const auto test = testOf(sender, submission());
        QVERIFY(!test);
        QCOMPARE_EQ(test.error().kind, ErrorKind::Unsupported);
        QVERIFY(test.error().detail.contains(QStringLiteral("SSL 3.0")));
    }

    void signsInAsTheSenderCan()
    {
        Sender sender = scanner();
        sender.signIn = SignInAbility::None;
        QVERIFY(!testOf(sender, submission())->connection.smtp.credentials);
        sender.signIn = SignInAbility::Ntlm;
        QCOMPARE_EQ(testOf(sender, submission())->connection.smtp.credentials->mechanism, AuthMechanism::Ntlm);
        sender.signIn = SignInAbility::OAuth;
        QCOMPARE_EQ(testOf(sender, submission())->connection.smtp.credentials->mechanism, AuthMechanism::XOAuth2);
        Option byAddress = submission();
        byAddress.settings.authentication = Authentication::CertificateOrIp;
        QVERIFY(!testOf(scanner(), byAddress)->connection.smtp.credentials);
    }

    void hasTheHabitsOfTheSender()
    {
        Sender sender = scanner();
        sender.habits = {
            .heloOnly = true, .bareLineFeeds = true, .noDate = true, .noMessageId = true, .addressInName = true};
        sender.onlyPort = 25;
        const auto test = testOf(sender, submission());
        QVERIFY(test->connection.smtp.heloOnly);
        QVERIFY(!test->connection.smtp.credentials); // it never sees AUTH
        QCOMPARE_EQ(test->connection.smtp.tls, TlsPolicy::None);
        QCOMPARE_EQ(test->connection.server.port, std::uint16_t(25));
        QCOMPARE_EQ(test->quirks, (MessageQuirks{true, true, true, true}));
        QCOMPARE_EQ(mannersOf(sender).size(), 6);
        QCOMPARE_EQ(testOf(sender, submission(), TestManner::AsThisComputer)->quirks, MessageQuirks());
    }

    void findsTheServerInTheSite()
    {
        const Sender sender = scanner();
        Option direct{.method = Method::DirectSend, .settings = {.port = 25, .tls = QStringLiteral("opportunistic")}};
        Site site = siteWith(sender);
        const auto to = address("me@contoso.com");
        const auto unknown = relaywright::testOf(site, sender, direct, to, TestManner::AsThisComputer);
        QVERIFY(!unknown);
        QVERIFY(unknown.error().detail.contains(QStringLiteral("MX host")));
        site.organisation.mxHost = *Host::parse(QStringLiteral("contoso-com.mail.protection.outlook.com"));
        QCOMPARE_EQ(
            relaywright::testOf(site, sender, direct, to, TestManner::AsThisComputer)->connection.server.toString(),
            QStringLiteral("contoso-com.mail.protection.outlook.com:25"));
        Option relay{.method = Method::LocalRelay,
                     .settings = {.host = localRelayHost(), .port = 25, .tls = QStringLiteral("none")}};
        const auto nowhere = relaywright::testOf(site, sender, relay, to, TestManner::AsThisComputer);
        QVERIFY(!nowhere);
        QVERIFY(nowhere.error().detail.contains(QStringLiteral("local relay")));
        site.networks.front().relayHost = *Host::parse(QStringLiteral("192.168.1.5"));
        QCOMPARE_EQ(
            relaywright::testOf(site, sender, relay, to, TestManner::AsThisComputer)->connection.server.toString(),
            QStringLiteral("192.168.1.5:25"));
    }

    void needsAnAddress()
    {
        Sender sender = scanner();
        sender.from.reset();
        const auto test = testOf(sender, submission());
        QVERIFY(!test);
        QVERIFY(test.error().detail.contains(QStringLiteral("Scanner has no From address")));
    }
};

QTEST_GUILESS_MAIN(tst_SenderTest)
#include "tst_SenderTest.moc"
