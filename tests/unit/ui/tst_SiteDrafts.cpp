// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/Networks.h"
#include "ui/drafts/SiteDrafts.h"

#include <QTest>

using namespace relaywright;

/// The answers about organisation, network and sender that only the forms of the pages ask.
class tst_SiteDrafts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyAnswerOfAnOrganisationComesBack();
    void everyAnswerOfANetworkComesBack();
    void everyAnswerOfASenderComesBack();
    void anEmptyAnswerIsUnknownAgain();
    void aWrongAnswerIsNamedAndChangesNothing_data();
    void aWrongAnswerIsNamedAndChangesNothing();
    void aNetworkIsAddedWithAnIdOfItsOwn();
    void sendersFollowTheNameOfTheirNetwork();
    void aNetworkCannotTakeAnothersName();
    void sendersOfARemovedNetworkStandInTheFirst();

private:
    static Sender everyFact();
    static Site twoNetworks();
};

Sender tst_SiteDrafts::everyFact()
{
    Sender sender;
    sender.id = QStringLiteral("erp");
    sender.name = QStringLiteral("ERP");
    sender.kind = SenderKind::Erp;
    sender.vendor = QStringLiteral("SAP");
    sender.network = QStringLiteral("berlin");
    sender.hosting = Hosting::Azure;
    sender.from = *EmailAddress::parse(QStringLiteral("erp@contoso.com"));
    sender.envelopeFrom = *EmailAddress::parse(QStringLiteral("bounce@contoso.com"));
    sender.alsoFrom = {*EmailAddress::parse(QStringLiteral("a@contoso.com")), *EmailAddress::parse(QStringLiteral("b@contoso.com"))};
    sender.lanAddress = *IpAddress::parse(QStringLiteral("192.168.10.7"));
    sender.onlyPort = 25;
    sender.signInAs = *EmailAddress::parse(QStringLiteral("login@contoso.com"));
    sender.repliesTo = *EmailAddress::parse(QStringLiteral("help@contoso.com"));
    sender.reach = Reach::Both;
    sender.tls = TlsAbility::Tls13;
    sender.startTls = YesNo::No;
    sender.signIn = SignInAbility::OAuth;
    sender.messagesPerMinute = 60;
    sender.recipientsPerDay = 12'000;
    sender.recipientsPerMessage = 5;
    sender.largestMessageOctets = 25u * 1024 * 1024;
    sender.habits = {.bareLineFeeds = true, .noDate = true, .addressInName = true};
    return sender;
}

Site tst_SiteDrafts::twoNetworks()
{
    Site site;
    site.networks = {{.id = QStringLiteral("main")}, {.id = QStringLiteral("berlin")}};
    Sender first;
    first.id = QStringLiteral("a");
    Sender second;
    second.id = QStringLiteral("b");
    second.network = QStringLiteral("berlin");
    site.senders = {first, second};
    return site;
}

void tst_SiteDrafts::everyAnswerOfAnOrganisationComesBack()
{
    Organisation organisation;
    organisation.name = QStringLiteral("Contoso");
    organisation.acceptedDomains = {*Domain::parse(QStringLiteral("contoso.com")), *Domain::parse(QStringLiteral("bücher.example"))};
    organisation.cloud = std::nullopt;
    organisation.tenant = *Domain::parse(QStringLiteral("contoso.onmicrosoft.com"));
    organisation.applicationDomain = *Domain::parse(QStringLiteral("notify.contoso.com"));
    organisation.internalDomain = *Domain::parse(QStringLiteral("contoso.local"));
    organisation.mxHost = *Host::parse(QStringLiteral("contoso-com.mail.protection.outlook.com"));
    organisation.existingSpf = QStringLiteral("v=spf1 -all");
    organisation.securityDefaults = YesNo::Yes;
    organisation.smtpAuthDisabled = YesNo::No;
    organisation.rejectDirectSend = YesNo::Yes;
    organisation.onPremisesExchange = YesNo::Yes;
    organisation.hybrid = YesNo::No;
    organisation.exchangeServer = *Host::parse(QStringLiteral("exchange.contoso.local"));
    organisation.hveBilling = YesNo::Yes;
    organisation.azureSubscription = YesNo::No;
    organisation.mailLicences = 120;
    QVERIFY(check(draftOf(organisation)).empty());
    QVERIFY(applyTo({}, draftOf(organisation)) == organisation);
}

void tst_SiteDrafts::everyAnswerOfANetworkComesBack()
{
    Network network{.id = QStringLiteral("main")};
    network.egress = {*IpNetwork::parse(QStringLiteral("192.0.2.0/29")), *IpNetwork::parse(QStringLiteral("2001:db8::1"))};
    network.lan = {*IpNetwork::parse(QStringLiteral("10.0.0.0/8"))};
    network.staticEgress = YesNo::Yes;
    network.sharedEgress = YesNo::No;
    network.port25Open = YesNo::No;
    network.port587Open = YesNo::Yes;
    network.port443Open = YesNo::Yes;
    network.relayHost = *Host::parse(QStringLiteral("relay.contoso.local"));
    QVERIFY(applyTo(Network{.id = QStringLiteral("main")}, draftOf(network)) == network);
}

void tst_SiteDrafts::everyAnswerOfASenderComesBack()
{
    const Sender sender = everyFact();
    QVERIFY(check(draftOf(sender)).empty());
    Sender base;
    base.id = sender.id;
    QVERIFY(applyTo(base, draftOf(sender)) == sender);
}

void tst_SiteDrafts::anEmptyAnswerIsUnknownAgain()
{
    SenderDraft draft = draftOf(everyFact());
    for (QString *answer : {&draft.envelopeFrom, &draft.alsoFrom, &draft.lanAddress, &draft.onlyPort, &draft.recipientsPerMessage,
                            &draft.largestMessage})
        answer->clear();
    const Sender sender = applyTo(everyFact(), draft);
    QVERIFY(!sender.envelopeFrom && sender.alsoFrom.empty() && !sender.lanAddress && !sender.onlyPort);
    QVERIFY(!sender.recipientsPerMessage && !sender.largestMessageOctets);
}

void tst_SiteDrafts::aWrongAnswerIsNamedAndChangesNothing_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("answer");
    QTest::newRow("an envelope sender") << QStringLiteral("envelopeFrom") << QStringLiteral("bounce");
    QTest::newRow("one of several addresses") << QStringLiteral("alsoFrom") << QStringLiteral("a@contoso.com, b");
    QTest::newRow("a LAN address") << QStringLiteral("lanAddress") << QStringLiteral("192.168.10.700");
    QTest::newRow("a port") << QStringLiteral("onlyPort") << QStringLiteral("65536");
    QTest::newRow("a size") << QStringLiteral("largestMessage") << QStringLiteral("big");
    QTest::newRow("a count") << QStringLiteral("recipientsPerMessage") << QStringLiteral("0");
}

void tst_SiteDrafts::aWrongAnswerIsNamedAndChangesNothing()
{
    QFETCH(QString, field);
    QFETCH(QString, answer);
    SenderDraft draft = draftOf(everyFact());
    const std::map<QString, QString *> fields{
        {QStringLiteral("envelopeFrom"), &draft.envelopeFrom}, {QStringLiteral("alsoFrom"), &draft.alsoFrom},
        {QStringLiteral("lanAddress"), &draft.lanAddress},     {QStringLiteral("onlyPort"), &draft.onlyPort},
        {QStringLiteral("largestMessage"), &draft.largestMessage},
        {QStringLiteral("recipientsPerMessage"), &draft.recipientsPerMessage}};
    *fields.at(field) = answer;
    const Problems problems = check(draft);
    QCOMPARE_EQ(problems.size(), 1u);
    QCOMPARE_EQ(problems.front().field, field);
    QVERIFY(problems.front().sentence.endsWith(u'.'));
    QVERIFY(applyTo(everyFact(), draft) == everyFact());
}

void tst_SiteDrafts::aNetworkIsAddedWithAnIdOfItsOwn()
{
    QString id;
    const Site site = withNetwork(twoNetworks(), QStringLiteral("Berlin"), &id);
    QCOMPARE_EQ(id, QStringLiteral("berlin-2"));
    QCOMPARE_EQ(site.networks.back().id, id);
}

void tst_SiteDrafts::sendersFollowTheNameOfTheirNetwork()
{
    const auto site = withRenamedNetwork(twoNetworks(), QStringLiteral("berlin"), QStringLiteral("Köln Süd"));
    QVERIFY(site);
    QCOMPARE_EQ(site->networks.back().id, QStringLiteral("koln-sud"));
    QCOMPARE_EQ(site->senders.back().network, QStringLiteral("koln-sud"));
    QVERIFY(site->senders.front().network.isEmpty());
}

void tst_SiteDrafts::aNetworkCannotTakeAnothersName()
{
    for (const char *name : {"Main", "", "!!"}) {
        const auto site = withRenamedNetwork(twoNetworks(), QStringLiteral("berlin"), QLatin1String(name));
        QVERIFY2(!site, name);
        QCOMPARE_EQ(site.error().kind, ErrorKind::InvalidInput);
    }
    QVERIFY(*withRenamedNetwork(twoNetworks(), QStringLiteral("berlin"), QStringLiteral("Berlin ")) == twoNetworks());
}

void tst_SiteDrafts::sendersOfARemovedNetworkStandInTheFirst()
{
    QCOMPARE_EQ(sendersIn(twoNetworks(), QStringLiteral("main")), 1);
    const Site site = withoutNetwork(twoNetworks(), QStringLiteral("berlin"));
    QCOMPARE_EQ(site.networks.size(), 1u);
    QCOMPARE_EQ(sendersIn(site, QStringLiteral("main")), 2);
    QCOMPARE_EQ(withoutNetwork(site, QStringLiteral("main")).networks.size(), 1u);
}

QTEST_GUILESS_MAIN(tst_SiteDrafts)
#include "tst_SiteDrafts.moc"
