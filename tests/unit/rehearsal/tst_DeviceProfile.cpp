// SPDX-License-Identifier: GPL-3.0-or-later
#include "PracticeClient.h"

#include "core/rehearsal/DeviceInventory.h"

#include <QJsonDocument>
#include <QSignalSpy>
#include <QTcpSocket>

using namespace relaywright;

namespace {

DeviceProfile scanner()
{
    DeviceProfile profile;
    profile.address = IpAddress::parse(QStringLiteral("192.0.2.40")).value();
    profile.conversations = 1;
    profile.messages = 1;
    profile.helo = QStringLiteral("scanner.contoso.com");
    profile.saidEhlo = true;
    profile.startedTls = true;
    profile.tlsOffered = ClientHello{{0x0301}, {0x0005}, {}};
    profile.signInTried = {QStringLiteral("LOGIN")};
    profile.signInUser = QStringLiteral("scanner@contoso.com");
    profile.signedIn = true;
    profile.headerFrom = {address("scanner@contoso.com")};
    profile.envelopeFrom = {address("bounce@contoso.com")};
    profile.largestMessageOctets = 5000;
    profile.mostRecipients = 2;
    profile.missingFields = {QStringLiteral("Message-ID")};
    profile.bareLineFeedInMessages = true;
    return profile;
}

} // namespace

class tst_DeviceProfile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theRealClientIsSeen()
    {
        PracticeServer server(practice(PracticeMethod::ClientSubmission), clock);
        QVERIFY(server.start());
        QSignalSpy seen(&server, &PracticeServer::deviceSeen);
        QVERIFY(verdict(send(server, {})).startsWith(QLatin1String("250 ")));
        QTRY_COMPARE_EQ(seen.count(), 1);
        const DeviceProfile profile = server.devices().back();
        QVERIFY(profile.saidEhlo && !profile.saidHelo && profile.startedTls && profile.signedIn);
        QCOMPARE_EQ(profile.helo, QStringLiteral("scanner.contoso.com"));
        QVERIFY(profile.tlsOffered.has_value());
        QCOMPARE_EQ(profile.tlsOffered->newest(), 0x0304);
        QCOMPARE_EQ(profile.tlsUsed, QStringLiteral("TLS 1.3"));
        QCOMPARE_EQ(profile.signInTried, QStringList{QStringLiteral("LOGIN")});
        QCOMPARE_EQ(profile.signInUser, QStringLiteral("scanner@contoso.com"));
        QCOMPARE_EQ(profile.headerFrom, std::vector{address("scanner@contoso.com")});
        QCOMPARE_EQ(profile.messages, 1);
        QVERIFY(profile.missingFields.isEmpty());
        QVERIFY(profile.crlfInMessages && !profile.bareLineFeedInMessages);
        QVERIFY(profile.extensionsUsed.contains(QLatin1String("SIZE")));
        QVERIFY(describe(profile).contains(QStringLiteral("It signed in as scanner@contoso.com.")));
        const QByteArray all = QJsonDocument(toJson(profile)).toJson();
        QVERIFY(!all.contains(kPracticePassword) && !all.contains(QByteArray(kPracticePassword).toBase64()));
        // The same address again: one profile.
        QVERIFY(verdict(send(server, {})).startsWith(QLatin1String("250 ")));
        QTRY_COMPARE_EQ(seen.count(), 2);
        QCOMPARE_EQ(server.devices().size(), 1u);
        QCOMPARE_EQ(server.devices().back().conversations, 2);
        QCOMPARE_EQ(server.devices().back().messages, 2);
    }

    void aSignInThatThe421CutShortIsNotTaken()
    {
        PracticeSettings settings = practice(PracticeMethod::ClientSubmission);
        settings.faults.closesAt = PracticePoint::Auth;
        PracticeServer server(settings, clock);
        QVERIFY(server.start());
        QSignalSpy seen(&server, &PracticeServer::deviceSeen);
        QCOMPARE_EQ(verdict(send(server, {})), QStringLiteral("421 4.3.2 Service not available"));
        QTRY_COMPARE_EQ(seen.count(), 1);
        const DeviceProfile profile = server.devices().back();
        QCOMPARE_EQ(profile.signInUser, QStringLiteral("scanner@contoso.com"));
        QVERIFY(!profile.signedIn);
    }

    void anOldDeviceIsSeen()
    {
        PracticeServer server(practice(PracticeMethod::DirectSend), clock);
        QVERIFY(server.start());
        QSignalSpy seen(&server, &PracticeServer::deviceSeen);
        Wish old{.tls = TlsPolicy::None, .password = nullptr, .recipient = "jane@contoso.com"};
        old.content =
            "From: \"boss@contoso.com\" <printer@contoso.com>\nTo: jane@contoso.com\nSubject: Scan\n\nA scan.\n";
        old.lineEndsAsTheyAre = true;
        old.more = [](ConnectionSettings &settings) { settings.smtp.heloOnly = true; };
        QVERIFY(verdict(send(server, old)).startsWith(QLatin1String("250 ")));
        QTRY_COMPARE_EQ(seen.count(), 1);
        const DeviceProfile profile = server.devices().back();
        QVERIFY(profile.saidHelo && !profile.saidEhlo && !profile.startedTls);
        QVERIFY(profile.bareLineFeedInMessages);
        QVERIFY(profile.addressInName);
        QCOMPARE_EQ(profile.missingFields, (QStringList{QStringLiteral("Date"), QStringLiteral("Message-ID")}));
        const Sender sender = withProfile({}, profile);
        QCOMPARE_EQ(
            sender.habits,
            (SenderHabits{
                .heloOnly = true, .bareLineFeeds = true, .noDate = true, .noMessageId = true, .addressInName = true}));
        QCOMPARE_EQ(sender.startTls, YesNo::No);
        QCOMPARE_EQ(sender.signIn, SignInAbility::None);
        QVERIFY(!sender.lanAddress); // loopback is nobody's address
    }

    void anOldTlsIsSeenThoughTheHandshakeFails()
    {
        PracticeServer server(practice(PracticeMethod::DirectSend), clock); // takes TLS 1.2 at least
        QVERIFY(server.start());
        QSignalSpy seen(&server, &PracticeServer::deviceSeen);
        const Wish old{.password = nullptr, .recipient = "jane@contoso.com", .more = [](ConnectionSettings &s) {
                           s.tls.minimum = s.tls.maximum = TlsVersion::Tls10;
                       }};
        QCOMPARE_EQ(verdict(send(server, old)), QStringLiteral("tls-failed"));
        QTRY_COMPARE_EQ(seen.count(), 1);
        const DeviceProfile profile = server.devices().back();
        QVERIFY(profile.tlsOffered.has_value() && !profile.tlsFailure.isEmpty());
        QCOMPARE_EQ(withProfile({}, profile).tls, TlsAbility::Tls10);
    }

    void mechanismsThatAreRefusedAreSeenToo()
    {
        PracticeServer server(practice(PracticeMethod::ClientSubmission), clock);
        QVERIFY(server.start());
        QSignalSpy seen(&server, &PracticeServer::deviceSeen);
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), server.address().port);
        QByteArray answers;
        connect(&socket, &QTcpSocket::readyRead, this, [&] { answers += socket.readAll(); });
        QTRY_VERIFY(answers.contains("220 "));
        socket.write("EHLO scanner\r\nAUTH PLAIN AHNjYW4AaHVudGVyMg==\r\nQUIT\r\n");
        QTRY_VERIFY(answers.contains("221 "));
        QTRY_COMPARE_EQ(seen.count(), 1);
        QCOMPARE_EQ(server.devices().back().signInTried, QStringList{QStringLiteral("PLAIN")});
        QVERIFY(answers.contains("451 5.7.3 Must issue a STARTTLS command first"));
        QVERIFY(server.devices().back().lastRefusal.startsWith(QLatin1String("451")));
    }

    void commandsEndedByLineFeedAloneAreSeen()
    {
        PracticeServer server(practice(PracticeMethod::DirectSend), clock);
        QVERIFY(server.start());
        QSignalSpy seen(&server, &PracticeServer::deviceSeen);
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), server.address().port);
        QTRY_VERIFY(socket.canReadLine());
        socket.write("HELO ups\n");
        socket.disconnectFromHost();
        QTRY_COMPARE_EQ(seen.count(), 1);
        QVERIFY(server.devices().back().bareLineFeedInCommands);
        QVERIFY(describe(server.devices().back()).first().contains(QLatin1String("LF alone")));
    }

    void itGoesIntoTheInventory()
    {
        Site site;
        site = withDevice(site, scanner());
        QCOMPARE_EQ(site.senders.size(), 1u);
        const Sender sender = site.senders.front();
        QCOMPARE_EQ(sender.name, QStringLiteral("scanner.contoso.com"));
        QCOMPARE_EQ(sender.id, QStringLiteral("scanner-contoso-com"));
        QCOMPARE_EQ(sender.tls, TlsAbility::Tls10);
        QCOMPARE_EQ(sender.startTls, YesNo::Yes);
        QCOMPARE_EQ(sender.signIn, SignInAbility::Basic);
        QCOMPARE_EQ(sender.from, std::optional(address("scanner@contoso.com")));
        QCOMPARE_EQ(sender.envelopeFrom, std::optional(address("bounce@contoso.com")));
        QCOMPARE_EQ(sender.signInAs, std::optional(address("scanner@contoso.com")));
        QCOMPARE_EQ(sender.lanAddress, std::optional(scanner().address));
        QCOMPARE_EQ(sender.largestMessageOctets, std::optional<std::uint64_t>(5000));
        QVERIFY(sender.habits.noMessageId && sender.habits.bareLineFeeds && !sender.habits.noDate);
        // Again: it is known by its address, and nothing is news.
        QVERIFY(newsFor(sender, scanner()).empty());
        const Site again = withDevice(site, scanner());
        QVERIFY(again == site);
    }

    void whatThePersonKnewStays()
    {
        Site site;
        Sender known;
        known.id = QStringLiteral("hall");
        known.name = QStringLiteral("Scanner in the hall");
        known.kind = SenderKind::Scanner;
        known.from = address("scanner@contoso.com");
        known.largestMessageOctets = 20'000'000;
        known.reach = Reach::Both;
        site.senders = {known};
        DeviceProfile profile = scanner();
        QCOMPARE_EQ(knownSender(site, profile), &site.senders.front());
        const Sender after = withDevice(site, profile).senders.front();
        QCOMPARE_EQ(after.name, known.name);
        QCOMPARE_EQ(after.largestMessageOctets, known.largestMessageOctets);
        QCOMPARE_EQ(after.reach, Reach::Both);
        const auto news = newsFor(known, profile);
        QVERIFY(std::ranges::find(news, SenderFact::Tls) != news.end());
        QVERIFY(std::ranges::find(news, SenderFact::LargestMessage) == news.end()); // it knows of a larger one
        // An address that two share names neither.
        site.senders.push_back(known);
        QCOMPARE_EQ(knownSender(site, profile), nullptr);
    }

    void whatWasSeenIsToldInValues()
    {
        DeviceProfile profile;
        QCOMPARE_EQ(remarksOn(profile), (std::vector<DeviceRemark>{{DeviceTrait::SaidNothing}}));
        profile.helo = QStringLiteral("hall");
        profile.saidEhlo = true;
        profile.messages = 1;
        profile.largestMessageOctets = 245;
        profile.mostRecipients = 1;
        QCOMPARE_EQ(remarksOn(profile), (std::vector<DeviceRemark>{{DeviceTrait::SaysEhlo, {QStringLiteral("hall")}},
                                                                   {DeviceTrait::NoTlsAsked},
                                                                   {DeviceTrait::LargestMessage,
                                                                    {QStringLiteral("245"), QStringLiteral("1")}}}));
        QCOMPARE_EQ(describe(profile).last(),
                    QStringLiteral("Its largest message had 245 octets, for 1 recipient at most."));
    }

    void twoConversationsBecomeOneProfile()
    {
        DeviceProfile first = scanner();
        first.saidEhlo = false;
        first.saidHelo = true;
        first.startedTls = false;
        const DeviceProfile both = merged(first, scanner());
        QVERIFY(both.saidEhlo && !both.saidHelo && both.startedTls);
        QCOMPARE_EQ(both.conversations, 2);
        QCOMPARE_EQ(both.messages, 2);
        QCOMPARE_EQ(both.signInTried, scanner().signInTried);
    }

    void heloOnlyMeansThatEhloWasNeverSaid_data()
    {
        QTest::addColumn<QList<bool>>("extended");
        QTest::addColumn<bool>("heloOnly");
        QTest::newRow("HELO") << QList{false} << true;
        QTest::newRow("HELO twice") << QList{false, false} << true;
        QTest::newRow("EHLO") << QList{true} << false;
        QTest::newRow("EHLO, then HELO") << QList{true, false} << false;
        QTest::newRow("HELO, then EHLO") << QList{false, true} << false;
    }

    void heloOnlyMeansThatEhloWasNeverSaid()
    {
        QFETCH(QList<bool>, extended);
        QFETCH(bool, heloOnly);
        DeviceRecorder recorder(IpAddress::fromV4(0x7f000001), clock.now());
        for (const bool isExtended : extended)
            recorder.onHello({.name = "scanner.contoso.com", .extended = isExtended});
        QCOMPARE_EQ(recorder.profile().saidHelo, heloOnly);
        QCOMPARE_EQ(recorder.profile().saidEhlo, !heloOnly);
        QCOMPARE_EQ(withProfile({}, recorder.profile()).habits.heloOnly, heloOnly);
    }

    void whatAPeerFillsStaysBounded()
    {
        DeviceRecorder recorder(IpAddress::fromV4(0x7f000001), clock.now());
        for (int i = 0; i < 1000; ++i) {
            recorder.onLine(Side::Peer, "AUTH X" + QByteArray::number(i));
            recorder.onMail({.sender = address(QByteArray::number(i) + "@example.com")});
        }
        recorder.onHello({QByteArray(100'000, 'x'), true});
        QVERIFY(static_cast<std::size_t>(recorder.profile().signInTried.size()) <= DeviceProfile::kMaxValues);
        QVERIFY(recorder.profile().envelopeFrom.size() <= DeviceProfile::kMaxValues);
        QVERIFY(recorder.profile().helo.size() < 300);
    }

private:
    FakeClock clock{fromDateTime(QDateTime(QDate(2026, 11, 22), QTime(8, 0), Qt::UTC))};
};

QTEST_GUILESS_MAIN(tst_DeviceProfile)
#include "tst_DeviceProfile.moc"
