// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Admission.h"
#include "core/relay/IncomingBody.h"

#include <QTest>

using namespace relaywright;

namespace {

RelayListener listener(const QStringList &networks)
{
    RelayListener made{.listen = *Endpoint::parse(QStringLiteral("0.0.0.0:25"))};
    for (const QString &network : networks)
        made.networks.push_back(*IpNetwork::parse(network));
    return made;
}

/// What a person would write: three rows of which the first that matches counts.
RelayConfig table()
{
    return parseRelayConfig(R"({
        "schema": "relaywright.relay/1",
        "upstream": {"server": "smtp.office365.com:587"},
        "listeners": [{"listen": "0.0.0.0:25", "networks": ["10.0.0.0/8"], "signIn": "optional"}],
        "accounts": [{"user": "erp", "passwordHash": "scrypt$1024$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAA=="}],
        "internalDomains": ["contoso.com"],
        "devices": [
            {"name": "erp", "user": "erp", "maxRecipientsPerMessage": 2, "maxMessageOctets": 5000, "maxMessagesPerMinute": 3,
             "maxMessagesPerDay": 10, "maxConnections": 2},
            {"name": "hall", "networks": ["10.1.0.0/16"], "senders": ["scan@contoso.com", ".print.contoso.com"], "internalOnly": true,
             "deniedRecipients": ["ceo@contoso.com"]},
            {"name": "ups", "networks": ["10.2.0.9"], "allowedRecipients": ["ops@contoso.com", "@example.com"]}
        ]})")
        .value();
}

MailSource from(const QString &address, const QString &user = {})
{
    return {*IpAddress::parse(address), user};
}

AdmissionContext asking(const RelayConfig &config, const MailSource &source)
{
    return {config, deviceFor(config, source), 1ull << 40};
}

/// `550 5.7.1 recipient-denied hall`, or `yes`.
QString verdict(const std::optional<Refusal> &refusal)
{
    if (!refusal)
        return QStringLiteral("yes");
    const auto enhanced = refusal->reply.enhanced();
    return QStringLiteral("%1 %2 %3 %4")
        .arg(refusal->reply.code)
        .arg(enhanced ? enhanced->toString() : QString(), toString(refusal->reason), refusal->row)
        .trimmed();
}

bool nothingIsOwn(const QueueId &)
{
    return false;
}

} // namespace

class tst_Admission : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theFirstRowThatMatchesCounts_data();
    void theFirstRowThatMatchesCounts();
    void theRowSaysWhoMaySendWhatToWhom_data();
    void theRowSaysWhoMaySendWhatToWhom();
    void strangersAreRefusedWhereTheTableIsAll();
    void limitsOfTheRowHold();
    void aListenerWithoutNetworksAsksForSignIn();
    void everyReasonHasAWordOfItsOwn();
    void takesPeersOfTheListedNetworksOnly_data();
    void takesPeersOfTheListedNetworksOnly();
    void refusesSizeAndFullDisk_data();
    void refusesSizeAndFullDisk();
    void refusesRecipientsThatRouteFurther_data();
    void refusesRecipientsThatRouteFurther();
    void refusesLoops_data();
    void refusesLoops();
    void refusesAHeaderWithoutEnd();
    void queueIdsHaveOneSpelling();
};

void tst_Admission::theFirstRowThatMatchesCounts_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("row");
    QTest::newRow("by network") << QStringLiteral("10.1.2.3") << QString() << QStringLiteral("hall");
    QTest::newRow("by address") << QStringLiteral("10.2.0.9") << QString() << QStringLiteral("ups");
    QTest::newRow("a signed in user comes first in this table")
        << QStringLiteral("10.1.2.3") << QStringLiteral("erp") << QStringLiteral("erp");
    QTest::newRow("another user") << QStringLiteral("10.1.2.3") << QStringLiteral("ERP") << QStringLiteral("hall");
    QTest::newRow("a user from anywhere")
        << QStringLiteral("10.9.9.9") << QStringLiteral("erp") << QStringLiteral("erp");
    QTest::newRow("nobody's") << QStringLiteral("10.9.9.9") << QString() << QString();
}

void tst_Admission::theFirstRowThatMatchesCounts()
{
    QFETCH(QString, address);
    QFETCH(QString, user);
    QFETCH(QString, row);
    const RelayConfig config = table();
    const RelayDevice *const device = deviceFor(config, from(address, user));
    QCOMPARE(device ? device->name : QString(), row);
}

void tst_Admission::theRowSaysWhoMaySendWhatToWhom_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("sender"); // empty: <>
    QTest::addColumn<QString>("recipient");
    QTest::addColumn<QString>("mail");
    QTest::addColumn<QString>("rcpt");
    const QString hall = QStringLiteral("10.1.0.7"), ups = QStringLiteral("10.2.0.9"),
                  other = QStringLiteral("10.3.0.1");
    const QString yes = QStringLiteral("yes"), inside = QStringLiteral("anna@contoso.com");
    QTest::newRow("a listed sender") << hall << "scan@contoso.com" << inside << yes << yes;
    QTest::newRow("in other capitals") << hall << "Scan@Contoso.com" << inside << yes << yes;
    QTest::newRow("below a listed domain") << hall << "p7@floor2.print.contoso.com" << inside << yes << yes;
    QTest::newRow("the null reverse-path") << hall << QString() << inside << yes << yes;
    QTest::newRow("another sender") << hall << "ceo@contoso.com" << inside << "550 5.7.1 sender-not-allowed hall"
                                    << yes;
    QTest::newRow("a sender in a domain that ends alike")
        << hall << "a@evilprint.contoso.com" << inside << "550 5.7.1 sender-not-allowed hall" << yes;
    QTest::newRow("an external recipient") << hall << "scan@contoso.com"
                                           << "v@example.com" << yes << "550 5.7.1 recipient-external hall";
    QTest::newRow("a recipient below the own domain") << hall << "scan@contoso.com"
                                                      << "v@sub.contoso.com" << yes << yes;
    QTest::newRow("a recipient of a domain that ends alike")
        << hall << "scan@contoso.com"
        << "v@notcontoso.com" << yes << "550 5.7.1 recipient-external hall";
    QTest::newRow("a denied recipient") << hall << "scan@contoso.com"
                                        << "CEO@contoso.com" << yes << "550 5.7.1 recipient-denied hall";
    QTest::newRow("a routed recipient") << hall << "scan@contoso.com"
                                        << "v%example.com@contoso.com" << yes << "550 5.7.1 recipient-routes hall";
    QTest::newRow("a listed recipient") << ups << "x@y.example"
                                        << "ops@contoso.com" << yes << yes;
    QTest::newRow("a listed domain") << ups << "x@y.example"
                                     << "anybody@example.com" << yes << yes;
    QTest::newRow("below it") << ups << "x@y.example"
                              << "anybody@a.example.com" << yes << "550 5.7.1 recipient-not-allowed ups";
    QTest::newRow("no listed recipient") << ups << "x@y.example" << inside << yes
                                         << "550 5.7.1 recipient-not-allowed ups";
    QTest::newRow("no row") << other << "x@y.example"
                            << "v@example.com" << yes << yes;
}

void tst_Admission::theRowSaysWhoMaySendWhatToWhom()
{
    QFETCH(QString, address);
    QFETCH(QString, sender);
    QFETCH(QString, recipient);
    QFETCH(QString, mail);
    QFETCH(QString, rcpt);
    const RelayConfig config = table();
    const AdmissionContext asked = asking(config, from(address));
    MailReceived said;
    if (!sender.isEmpty())
        said.sender = *EmailAddress::parse(sender);
    QCOMPARE(verdict(refuseMail(asked, said, SourceLimits::Spent::Nothing)), mail);
    QCOMPARE(verdict(refuseRecipient(asked, *EmailAddress::parse(recipient), 0)), rcpt);
}

void tst_Admission::strangersAreRefusedWhereTheTableIsAll()
{
    RelayConfig config = table();
    config.refuseStrangers = true;
    QCOMPARE(verdict(refuseMail(asking(config, from(QStringLiteral("10.3.0.1"))), {}, SourceLimits::Spent::Nothing)),
             QStringLiteral("550 5.7.1 stranger"));
    QCOMPARE(verdict(refuseMail(asking(config, from(QStringLiteral("10.3.0.1"), QStringLiteral("erp"))), {},
                                SourceLimits::Spent::Nothing)),
             QStringLiteral("yes"));
}

void tst_Admission::limitsOfTheRowHold()
{
    const RelayConfig config = table();
    const AdmissionContext erp = asking(config, from(QStringLiteral("10.1.0.7"), QStringLiteral("erp")));
    const AdmissionContext nobody = asking(config, from(QStringLiteral("10.3.0.1")));
    MailReceived large;
    large.sizeOctets = 5001;
    QCOMPARE(verdict(refuseMail(erp, large, SourceLimits::Spent::Nothing)),
             QStringLiteral("552 5.3.4 message-too-large erp"));
    QCOMPARE(verdict(refuseMail(nobody, large, SourceLimits::Spent::Nothing)), QStringLiteral("yes"));
    QCOMPARE(messageLimit(erp), 5000u);
    QCOMPARE(messageLimit(nobody), config.maxMessageOctets);
    QCOMPARE(verdict(refuseMail(erp, {}, SourceLimits::Spent::Minute)),
             QStringLiteral("450 4.7.1 too-many-per-minute erp"));
    QCOMPARE(verdict(refuseMail(erp, {}, SourceLimits::Spent::Day)), QStringLiteral("450 4.7.1 too-many-per-day erp"));
    const EmailAddress anna = *EmailAddress::parse(QStringLiteral("anna@contoso.com"));
    QCOMPARE(verdict(refuseRecipient(erp, anna, 1)), QStringLiteral("yes"));
    QCOMPARE(verdict(refuseRecipient(erp, anna, 2)), QStringLiteral("452 4.5.3 too-many-recipients erp"));
    QCOMPARE(verdict(refuseConnections(erp, 2)), QStringLiteral("yes"));
    QCOMPARE(verdict(refuseConnections(erp, 3)), QStringLiteral("421 4.7.0 too-many-connections erp"));
    QCOMPARE(verdict(refuseConnections(nobody, 1000)), QStringLiteral("yes"));
    QCOMPARE(rateLimits(erp.device).perMinute, std::optional(3));
    QCOMPARE(rateLimits(nullptr).perDay, std::nullopt);
}

void tst_Admission::aListenerWithoutNetworksAsksForSignIn()
{
    const RelayConfig config = table();
    const IpAddress anybody = *IpAddress::parse(QStringLiteral("203.0.113.9"));
    RelayListener open = listener({});
    QCOMPARE(verdict(refusePeer(open, asking(config, {anybody}), anybody, 1)),
             QStringLiteral("554 5.7.1 outside-networks"));
    open.signIn = SignIn::Required;
    QCOMPARE(verdict(refusePeer(open, asking(config, {anybody}), anybody, 1)), QStringLiteral("yes"));
}

void tst_Admission::everyReasonHasAWordOfItsOwn()
{
    QStringList words;
    for (const RefusalReason reason : allRefusalReasons())
        words += toString(reason);
    QCOMPARE(words.size(), 21);
    QCOMPARE(words.removeDuplicates(), 0);
}

void tst_Admission::takesPeersOfTheListedNetworksOnly_data()
{
    QTest::addColumn<QString>("peer");
    QTest::addColumn<bool>("taken");
    QTest::newRow("inside") << QStringLiteral("10.0.0.5") << true;
    QTest::newRow("IPv4-mapped") << QStringLiteral("::ffff:10.0.0.5") << true;
    QTest::newRow("outside") << QStringLiteral("203.0.113.9") << false;
    QTest::newRow("IPv4-mapped outside") << QStringLiteral("::ffff:203.0.113.9") << false;
    QTest::newRow("loopback is not by itself allowed") << QStringLiteral("127.0.0.1") << false;
    QTest::newRow("IPv6 inside") << QStringLiteral("2001:db8::25") << true;
    QTest::newRow("IPv6 outside") << QStringLiteral("2001:db9::25") << false;
}

void tst_Admission::takesPeersOfTheListedNetworksOnly()
{
    QFETCH(QString, peer);
    QFETCH(bool, taken);
    const RelayConfig config = table();
    const IpAddress address = *IpAddress::parse(peer);
    const RelayListener networks = listener({QStringLiteral("10.0.0.0/8"), QStringLiteral("2001:db8::/32")});
    QCOMPARE(verdict(refusePeer(networks, {config}, address, 1)),
             taken ? QStringLiteral("yes") : QStringLiteral("554 5.7.1 outside-networks"));
    QVERIFY(refusePeer(listener({}), {config}, address, 1));
}

void tst_Admission::refusesSizeAndFullDisk_data()
{
    QTest::addColumn<qint64>("announced");
    QTest::addColumn<quint64>("free");
    QTest::addColumn<QString>("reply");
    QTest::newRow("fits") << qint64(1000) << quint64(2000) << QString();
    QTest::newRow("nothing announced") << qint64(-1) << quint64(2000) << QString();
    QTest::newRow("at the limit") << qint64(5000) << quint64(100000) << QString();
    QTest::newRow("over the limit") << qint64(5001) << quint64(100000) << QStringLiteral("552 5.3.4");
    QTest::newRow("disk below the watermark") << qint64(-1) << quint64(999) << QStringLiteral("452 4.3.1");
    QTest::newRow("would go below the watermark") << qint64(1500) << quint64(2000) << QStringLiteral("452 4.3.1");
}

void tst_Admission::refusesSizeAndFullDisk()
{
    QFETCH(qint64, announced);
    QFETCH(quint64, free);
    QFETCH(QString, reply);
    MailReceived mail;
    if (announced >= 0)
        mail.sizeOctets = static_cast<std::uint64_t>(announced);
    RelayConfig config = table();
    config.maxMessageOctets = 5000;
    config.minFreeOctets = 1000;
    const auto refusal = refuseMail({config, nullptr, free}, mail, SourceLimits::Spent::Nothing);
    QCOMPARE(refusal.has_value(), !reply.isEmpty());
    if (refusal)
        QVERIFY2(refusal->reply.toString().startsWith(reply), qPrintable(refusal->reply.toString()));
}

void tst_Admission::refusesRecipientsThatRouteFurther_data()
{
    QTest::addColumn<QString>("recipient");
    QTest::addColumn<bool>("taken");
    QTest::newRow("plain") << QStringLiteral("v@other.example") << true;
    QTest::newRow("plus") << QStringLiteral("v+tag@other.example") << true;
    QTest::newRow("quoted blank") << QStringLiteral("\"a b\"@other.example") << true;
    QTest::newRow("percent hack") << QStringLiteral("v%other.example@example.com") << false;
    QTest::newRow("quoted at") << QStringLiteral("\"v@other.example\"@example.com") << false;
    QTest::newRow("bang path") << QStringLiteral("other.example!v@example.com") << false;
    QTest::newRow("quoted source route") << QStringLiteral("\"@a.example:v\"@example.com") << false;
}

void tst_Admission::refusesRecipientsThatRouteFurther()
{
    QFETCH(QString, recipient);
    QFETCH(bool, taken);
    const RelayConfig config = table();
    QCOMPARE(verdict(refuseRecipient({config}, *EmailAddress::parse(recipient), 0)),
             taken ? QStringLiteral("yes") : QStringLiteral("550 5.7.1 recipient-routes"));
}

void tst_Admission::refusesLoops_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<bool>("taken");
    const QByteArray foreign = "Received: from a (b) by mx.example.com with ESMTP id K3F90000001; now\r\n";
    QTest::newRow("thirty hops") << foreign.repeated(30) << true;
    QTest::newRow("thirty-one hops") << foreign.repeated(31) << false;
    QTest::newRow("sixty hops") << foreign.repeated(60) << false;
    QTest::newRow("our name and our id") << QByteArray("Received: from a (b)\r\n\tby relay.example.com with ESMTP id K3F90000001;\r\n\tnow\r\n") << false;
    QTest::newRow("our name in capitals") << QByteArray("RECEIVED: by RELAY.example.com with SMTP id k3f90000001; now\r\n") << false;
    QTest::newRow("our name, another id") << QByteArray("Received: by relay.example.com with SMTP id ZZZZ0000001; now\r\n") << true;
    QTest::newRow("a name that ends like ours") << QByteArray("Received: by xrelay.example.com with SMTP id K3F90000001; now\r\n") << true;
    QTest::newRow("in the body") << QByteArray("Subject: s\r\n\r\n" + foreign.repeated(60)) << true;
}

void tst_Admission::refusesLoops()
{
    QFETCH(QByteArray, header);
    QFETCH(bool, taken);
    const QueueId own = *QueueId::parse(QStringLiteral("K3F90000001"));
    const RelayConfig config = table();
    const auto refusal = refuseHeader({config}, header + "\r\nbody\r\n", "relay.example.com",
                                      [&](const QueueId &id) { return id == own; });
    QCOMPARE(verdict(refusal), taken ? QStringLiteral("yes") : QStringLiteral("554 5.4.6 loop"));
}

void tst_Admission::refusesAHeaderWithoutEnd()
{
    QByteArray head = "X-Long: " + QByteArray(IncomingBody::kMaxHeadOctets, 'x');
    const RelayConfig config = table();
    QCOMPARE(verdict(refuseHeader({config}, head, "relay.example.com", &nothingIsOwn)),
             QStringLiteral("552 5.3.4 header-too-large"));
    QVERIFY(!refuseHeader({config}, "Subject: s\r\n\r\n" + head, "relay.example.com", &nothingIsOwn));
    QVERIFY(!refuseHeader({config}, "", "relay.example.com", &nothingIsOwn));
}

void tst_Admission::queueIdsHaveOneSpelling()
{
    const QueueId id(0x12345, 42);
    QCOMPARE(id.toString().size(), 11);
    QCOMPARE(*QueueId::parse(id.toString()), id);
    QCOMPARE(*QueueId::parse(id.toString().toLower()), id);
    const QueueId large(1, std::numeric_limits<std::uint64_t>::max());
    QCOMPARE(*QueueId::parse(large.toString()), large);
    for (const char *wrong : {"", "K3F9", "K3F9000000U", "K3F900000001", "K3F9-000001", "../../../../x", "FFFFZZZZZZZZZZZZZ"})
        QVERIFY2(!QueueId::parse(QString::fromLatin1(wrong)), wrong);
}

QTEST_GUILESS_MAIN(tst_Admission)
#include "tst_Admission.moc"
