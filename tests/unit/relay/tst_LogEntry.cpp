// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/BodyChecksum.h"
#include "core/relay/LogEntry.h"

#include <QTest>

#include <utility>

using namespace relaywright;

namespace {

EmailAddress address(const char *text)
{
    return *EmailAddress::parse(QString::fromUtf8(text));
}

SpoolMessage message()
{
    SpoolMessage message;
    message.id = QueueId(7, 41);
    message.receivedAt = TimePoint(std::chrono::milliseconds(1'795'000'000'123));
    message.expiresAt = message.receivedAt + std::chrono::hours(48);
    message.nextAttempt = message.receivedAt;
    message.source = QStringLiteral("192.0.2.7");
    message.sender = address("a@example.com");
    message.recipients = {address("b@example.com"), address("\"c d\"@example.com"), address("ü@example.com")};
    message.body.octets = QByteArray("Subject: s\r\n\r\n\0\xff\r\n", 18);
    message.body.size = 18;
    message.body.checksum = bodyChecksum(message.body.octets);
    message.body.has8Bit = true;
    return message;
}

SpoolMessage messageOfADeviceThatAsksForMuch()
{
    SpoolMessage much = message();
    much.helo = QStringLiteral("scanner.example.com");
    much.user = QStringLiteral("scanner@example.com");
    much.utf8 = true;
    much.dsn.envelope = {DsnRequest::Return::Headers, "QQ 314+159="};
    much.dsn.recipients = {
        {address("b@example.com"), {.success = true, .delay = true, .originalRecipient = "rfc822;Bob+2B1@example.org"}},
        {address("ü@example.com"), {.never = true}}};
    return much;
}

/// As the log has written it since its first day, field by field.
QByteArray oldRecord(const SpoolMessage &message)
{
    QByteArray payload;
    const auto number = [&](std::uint64_t value, int octets) {
        for (int i = 0; i < octets; ++i)
            payload += i < 8 ? static_cast<char>(value >> (8 * i)) : '\0';
    };
    const auto text = [&](const QByteArray &octets) {
        number(static_cast<std::uint64_t>(octets.size()), 4);
        payload += octets;
    };
    const auto time = [&](TimePoint at) { number(static_cast<std::uint64_t>(at.time_since_epoch().count()), 8); };
    number(message.id.sequence(), 8);
    time(message.receivedAt);
    time(message.expiresAt);
    time(message.nextAttempt);
    text(message.source.toUtf8());
    text(message.sender->toString().toUtf8());
    number(message.recipients.size(), 4);
    for (const EmailAddress &recipient : message.recipients)
        text(recipient.toString().toUtf8());
    number(message.body.size, 8);
    number(message.body.checksum, 8);
    number(message.body.has8Bit ? 1 : 0, 4);
    text({});
    text(message.body.octets);
    const QByteArray fields = std::exchange(payload, QByteArray("RWL1"));
    number(1, 4);
    number(static_cast<std::uint64_t>(fields.size()), 4);
    number(0, 12);
    payload += fields;
    sealRecord(payload, static_cast<std::uint32_t>(payload.size()), 3, 4096);
    return payload;
}

Settlement settlement()
{
    Settlement settlement{
        .id = QueueId(7, 40), .at = TimePoint(std::chrono::milliseconds(5)), .state = MessageState::Bounced};
    settlement.remaining = {address("d@example.com")};
    settlement.countsAsAttempt = false;
    settlement.nextAttempt = TimePoint(std::chrono::milliseconds(-1));
    settlement.lastReply = QStringLiteral("550 5.1.1 nobody");
    settlement.events = {{TimePoint(std::chrono::milliseconds(6)), JournalKind::Refused, QStringLiteral("ü: 550")}};
    settlement.quota = {TimePoint(std::chrono::seconds(9)), 1, 3, 0x8123456789abcdef};
    settlement.bounce = message();
    return settlement;
}

QByteArray record(const LogEntry &entry, std::uint32_t segment = 3, std::uint32_t offset = 4096)
{
    QByteArray octets;
    appendRecord(octets, entry, segment, offset);
    return octets;
}

} // namespace

class tst_LogEntry : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatIsWrittenIsRead();
    void whatADeviceAskedForIsKept();
    void theRecordOfAPlainMessageIsAsItAlwaysWas();
    void aRecordIsOneOnlyWhereItWasWritten();
    void everyChangedOctetIsNoticed();
    void aStrangersRecordIsReadWithCare_data();
    void aStrangersRecordIsReadWithCare();
    void noPieceOfARecordIsReadAsOne();
};

void tst_LogEntry::whatIsWrittenIsRead()
{
    const auto accepted = parseRecord(record(Acceptance{message()}), 7);
    QVERIFY(accepted);
    QVERIFY(std::get<Acceptance>(*accepted).message == message());
    QVERIFY(std::get<Relocation>(*parseRecord(record(Relocation{message()}), 7)).message == message());

    SpoolMessage fromNobody = message();
    fromNobody.sender.reset();
    fromNobody.body = {
        .octets = {}, .fileName = QStringLiteral("0123456789abcdef0123456789abcdef"), .size = 1u << 30, .checksum = 1};
    QVERIFY(std::get<Acceptance>(*parseRecord(record(Acceptance{fromNobody}), 7)).message == fromNobody);

    const auto settled = std::get<Settlement>(*parseRecord(record(settlement()), 7));
    QCOMPARE(settled.id, settlement().id);
    QVERIFY(settled.remaining == settlement().remaining);
    QVERIFY(settled.events == settlement().events);
    QVERIFY(settled.quota == settlement().quota);
    QVERIFY(settled.bounce == settlement().bounce);
    QCOMPARE(settled.lastReply, settlement().lastReply);
    QCOMPARE(settled.nextAttempt, settlement().nextAttempt);
    QVERIFY(!settled.countsAsAttempt);

    const StateChange change{{1, 2, 1ull << 40},
                             MessageState::Held,
                             TimePoint(std::chrono::milliseconds(5)),
                             {},
                             JournalKind::Held,
                             QStringLiteral("by an operator")};
    const auto changed = std::get<StateChange>(*parseRecord(record(change), 7));
    QVERIFY(changed.sequences == change.sequences);
    QVERIFY(!changed.nextAttempt);
    QCOMPARE(changed.detail, change.detail);
    QCOMPARE(std::get<SegmentStart>(*parseRecord(record(SegmentStart{2, 8192}), 7)).previousEnd, 8192u);
}

void tst_LogEntry::whatADeviceAskedForIsKept()
{
    const SpoolMessage much = messageOfADeviceThatAsksForMuch();
    QVERIFY(std::get<Acceptance>(*parseRecord(record(Acceptance{much}), 7)).message == much);
    Settlement bounced = settlement();
    bounced.bounce = much;
    QVERIFY(std::get<Settlement>(*parseRecord(record(bounced), 7)).bounce == much);
    bounced.quota.account = 0;
    QCOMPARE(std::get<Settlement>(*parseRecord(record(bounced), 7)).quota.account, 0u);

    SpoolMessage named = message();
    named.helo = QStringLiteral("scan7");
    QCOMPARE(record(Acceptance{named}).size(), record(Acceptance{message()}).size() + 4 + 5);
}

void tst_LogEntry::theRecordOfAPlainMessageIsAsItAlwaysWas()
{
    const QByteArray old = oldRecord(message());
    QCOMPARE(old, record(Acceptance{message()}));
    const auto read = parseRecord(old, 7);
    QVERIFY(read);
    QVERIFY(std::get<Acceptance>(*read).message == message());
}

void tst_LogEntry::aRecordIsOneOnlyWhereItWasWritten()
{
    const QByteArray octets = record(Acceptance{message()}, 3, 4096);
    QCOMPARE(recordLength(octets, 3, 4096), std::optional(static_cast<std::uint32_t>(octets.size())));
    QVERIFY(!recordLength(octets, 4, 4096));
    QVERIFY(!recordLength(octets, 3, 8192));
    QVERIFY(recordLength(octets + "more", 3, 4096));
}

void tst_LogEntry::everyChangedOctetIsNoticed()
{
    const QByteArray whole = record(settlement());
    for (qsizetype at = 0; at < whole.size(); ++at) {
        if (at >= 12 && at < 16)
            continue; // four octets that mean nothing
        QByteArray changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 0x10);
        QVERIFY2(!recordLength(changed, 3, 4096), qPrintable(QString::number(at)));
    }
}

void tst_LogEntry::aStrangersRecordIsReadWithCare_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::newRow("line break in a recipient") << QByteArray("b@example.com") << QByteArray("b@exam\r\ne.com");
    QTest::newRow("no address") << QByteArray("b@example.com") << QByteArray("b.example.com");
    QTest::newRow("far too many recipients") << QByteArray("\3\0\0\0\x0d", 5) << QByteArray("\xff\xff\xff\xff\x0d", 5);
    QTest::newRow("a text longer than the record") << QByteArray("\x09\0\0\0"
                                                                 "192",
                                                                 7)
                                                   << QByteArray("\xff\xff\xff\x7f"
                                                                 "192",
                                                                 7);
    QTest::newRow("another number of octets")
        << QByteArray("\x12\0\0\0\0\0\0\0", 8) << QByteArray("\x13\0\0\0\0\0\0\0", 8);
    QTest::newRow("something of a later version")
        << QByteArray("\x1f\0\0\0\0\0\0\0\x12", 9) << QByteArray("\x3f\0\0\0\0\0\0\0\x12", 9);
    QTest::newRow("line break in an envelope id") << QByteArray("QQ+20314") << QByteArray("QQ+0A314");
    QTest::newRow("line break in an original recipient")
        << QByteArray("rfc822;Bob+2B1") << QByteArray("rfc822;Bo\r\n2B1");
    QTest::newRow("reports never and always") << QByteArray("\1\0\0\0\0\0\0\0", 8) << QByteArray("\3\0\0\0\0\0\0\0", 8);
}

void tst_LogEntry::aStrangersRecordIsReadWithCare()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QByteArray octets = record(Acceptance{messageOfADeviceThatAsksForMuch()});
    QCOMPARE(octets.count(from) > 0, true);
    octets.replace(octets.lastIndexOf(from, from.startsWith('\1') ? -1 : octets.indexOf(from)), from.size(), to);
    sealRecord(octets, static_cast<std::uint32_t>(octets.size()), 3, 4096);
    QVERIFY(recordLength(octets, 3, 4096));
    const auto read = parseRecord(octets, 7);
    QVERIFY(!read);
    QCOMPARE(read.error().kind, ErrorKind::Storage);
    QVERIFY(read.error().detail.startsWith(QLatin1String("its record is damaged: ")));
}

void tst_LogEntry::noPieceOfARecordIsReadAsOne()
{
    const QByteArray whole = record(settlement());
    for (qsizetype size = 0; size < whole.size(); ++size) {
        QVERIFY(!recordLength(QByteArrayView(whole).first(size), 3, 4096));
        if (size < static_cast<qsizetype>(kRecordHeaderOctets))
            continue;
        // As if it had been meant to be so short: every field that is missing is missed.
        QByteArray piece = whole.first(size);
        const auto payload = static_cast<std::uint32_t>(size) - kRecordHeaderOctets;
        memcpy(piece.data() + 8, &payload, sizeof payload);
        QVERIFY(!parseRecord(piece, 7));
    }
}

QTEST_GUILESS_MAIN(tst_LogEntry)
#include "tst_LogEntry.moc"
