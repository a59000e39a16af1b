// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/RelayDraft.h"
#include "ui/drafts/TestDraft.h"

#include <QTest>

using namespace relaywright;

class tst_Drafts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aTestNeedsServerPortSenderAndRecipient();
    void aTestBecomesAConnectionWithItsTrust();
    void aTestWithoutAUserDoesNotSignIn();
    void recipientsMayBeSeparatedAsPeopleDo();
    void thePlansSettingsFillTheTest();
    void relayDefaultsAreLoopbackOnly();
    void aRelayComesBackUnchangedFromItsDraft();
    void anOpenRelayIsRefused_data();
    void anOpenRelayIsRefused();
    void thePasswordIsAReferenceToTheKeychain();

private:
    static TestDraft goodTest();
};

TestDraft tst_Drafts::goodTest()
{
    TestDraft draft;
    draft.server = QStringLiteral("smtp.office365.com");
    draft.user = QStringLiteral("scanner@contoso.com");
    draft.from = QStringLiteral("scanner@contoso.com");
    draft.to = QStringLiteral("a@contoso.com");
    return draft;
}

void tst_Drafts::aTestNeedsServerPortSenderAndRecipient()
{
    TestDraft draft;
    draft.port = QStringLiteral("0");
    const Problems problems = check(draft);
    for (const char *field : {"server", "port", "from", "to"})
        QVERIFY2(!problemOf(problems, QLatin1String(field)).isEmpty(), field);
    QVERIFY(check(goodTest()).empty());
    QCOMPARE_EQ(toConnection(draft, {}, QStringLiteral("pc")).error().kind, ErrorKind::InvalidInput);
}

void tst_Drafts::aTestBecomesAConnectionWithItsTrust()
{
    TestDraft draft = goodTest();
    draft.authorityPem = "PEM";
    const auto settings =
        toConnection(draft, Secret::fromText(QStringLiteral("hidden")), QStringLiteral("pc.example.com"));
    QVERIFY(settings);
    QCOMPARE_EQ(settings->server.toString(), QStringLiteral("smtp.office365.com:587"));
    QCOMPARE_EQ(settings->tls.caCertificatesPem, QByteArray("PEM"));
    QVERIFY(!settings->tls.insecure);
    QCOMPARE_EQ(settings->smtp.tls, TlsPolicy::Required);
    QVERIFY(settings->smtp.credentials);
    QVERIFY(settings->smtp.credentials->secret == Secret::fromText(QStringLiteral("hidden")));
}

void tst_Drafts::aTestWithoutAUserDoesNotSignIn()
{
    TestDraft draft = goodTest();
    draft.user = QStringLiteral("  ");
    QVERIFY(!toConnection(draft, Secret::fromText(QStringLiteral("x")), QStringLiteral("pc"))->smtp.credentials);
}

void tst_Drafts::recipientsMayBeSeparatedAsPeopleDo()
{
    TestDraft draft = goodTest();
    draft.to = QStringLiteral("a@contoso.com; b@contoso.com,c@contoso.com\nd@contoso.com");
    const auto message = toMessage(draft);
    QVERIFY(message);
    QCOMPARE_EQ(message->to.size(), 4u);
    draft.to += QStringLiteral(" nobody");
    QVERIFY(!problemOf(check(draft), QStringLiteral("to")).isEmpty());
}

void tst_Drafts::thePlansSettingsFillTheTest()
{
    Sender sender;
    sender.from = *EmailAddress::parse(QStringLiteral("ups@contoso.com"));
    Site site;
    site.organisation.mxHost = *Host::parse(QStringLiteral("contoso-com.mail.protection.outlook.com"));
    Option option;
    option.method = Method::DirectSend;
    option.settings = {.host = {}, .port = 25, .tls = QStringLiteral("opportunistic")};
    const TestDraft draft = fillIn(goodTest(), site, sender, option);
    QCOMPARE_EQ(draft.server, QStringLiteral("contoso-com.mail.protection.outlook.com"));
    QCOMPARE_EQ(draft.port, QStringLiteral("25"));
    QCOMPARE_EQ(draft.tls, TlsPolicy::Opportunistic);
    QVERIFY(draft.user.isEmpty());
    QCOMPARE_EQ(draft.from, QStringLiteral("ups@contoso.com"));
    QCOMPARE_EQ(draft.to, QStringLiteral("a@contoso.com"));
}

void tst_Drafts::relayDefaultsAreLoopbackOnly()
{
    const auto config = toConfig({});
    QVERIFY2(config, config ? "" : qPrintable(config.error().detail));
    QCOMPARE_EQ(config->listeners.size(), 1u);
    QVERIFY(config->listeners.front().listen.host.address()->isLoopback());
    for (const IpNetwork &network : config->listeners.front().networks)
        QVERIFY(network.address().isLoopback());
}

void tst_Drafts::aRelayComesBackUnchangedFromItsDraft()
{
    RelayDraft draft;
    draft.listenAddress = QStringLiteral("192.0.2.20");
    draft.listenPort = QStringLiteral("25");
    draft.networks = QStringLiteral("192.0.2.0/24, 2001:db8::/64");
    draft.user = QStringLiteral("relay@contoso.com");
    draft.sendAs = QStringLiteral("relay@contoso.com");
    const auto config = toConfig(draft);
    QVERIFY2(config, config ? "" : qPrintable(config.error().detail));
    QCOMPARE_EQ(draftOf(*config), draft);
    QCOMPARE_EQ(*toConfig(draftOf(*config), *config), *config);
}

void tst_Drafts::anOpenRelayIsRefused_data()
{
    QTest::addColumn<QString>("networks");
    QTest::newRow("nobody listed") << QString();
    QTest::newRow("everybody, IPv4") << QStringLiteral("0.0.0.0/0");
    QTest::newRow("everybody, IPv6") << QStringLiteral("::/0");
    QTest::newRow("everybody in two halves") << QStringLiteral("0.0.0.0/1, 128.0.0.0/1");
}

void tst_Drafts::anOpenRelayIsRefused()
{
    QFETCH(QString, networks);
    RelayDraft draft;
    draft.networks = networks;
    const auto config = toConfig(draft);
    QVERIFY(!config);
    QCOMPARE_EQ(config.error().kind, ErrorKind::InvalidInput);
    QVERIFY2(config.error().detail.endsWith(u'.'), qPrintable(config.error().detail));
}

void tst_Drafts::thePasswordIsAReferenceToTheKeychain()
{
    RelayDraft draft;
    QVERIFY(!toConfig(draft)->upstream.password);
    draft.user = QStringLiteral("relay@contoso.com");
    QCOMPARE_EQ(toConfig(draft)->upstream.password->toString(), QStringLiteral("keychain:relay@contoso.com"));
}

QTEST_GUILESS_MAIN(tst_Drafts)
#include "tst_Drafts.moc"
