// SPDX-License-Identifier: GPL-3.0-or-later
#include "SpoolFixture.h"

#include "core/relay/BodyChecksum.h"

#include <QDir>
#include <QScopeGuard>

#include <algorithm>
#include <set>

#ifdef Q_OS_UNIX
#include <csignal>
#include <sys/resource.h>
#endif

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

QByteArray large()
{
    return "Subject: scan\r\n\r\n" + QByteArray(300'000, 'x') + "\r\n";
}

int bodyFiles(const SpoolFixture &fixture)
{
    return static_cast<int>(QDir(fixture.path() + QStringLiteral("/bodies")).entryList(QDir::Files).size());
}

} // namespace

class tst_Spool : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatWasAcceptedIsThereAfterReopening_data();
    void whatWasAcceptedIsThereAfterReopening();
    void whatADeviceAskedForIsThereAfterReopening();
    void aClaimedMessageIsNotClaimedTwice();
    void aDeliveredMessageLeavesAndItsStoryStays();
    void anOutcomeIsOnTheDiskAMomentLater();
    void onlyRemainingRecipientsAreTriedAgainAndOnlyWhenDue();
    void aBounceIsCommittedWithTheRemoval();
    void manyAtOnceAllGetTheirAnswer();
    void anUnfinishedBodyLeavesNothingBehind();
    void heldMessagesWaitUntilReleased();
    void whatIsBeingDeliveredCannotBeTouched();
    void deletesWhatItIsToldTo();
    void expiredMessagesAreClaimedByThemselves();
    void theQuotaLogSurvivesARestart();
    void historyIsForgottenButNumbersAreNotReused();
    void writesOfAFailingBatchDoNotTakeTheOthersDown();
    void whatIsAcknowledgedOnAFailingDiskIsThere_data();
    void whatIsAcknowledgedOnAFailingDiskIsThere();
};

void tst_Spool::whatWasAcceptedIsThereAfterReopening_data()
{
    QTest::addColumn<QByteArray>("octets");
    QTest::newRow("small") << QByteArray("Subject: s\r\n\r\nbody\r\n");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("all octets") << [] { QByteArray all; for (int i = 0; i < 256; ++i) all += static_cast<char>(i); return all; }();
    QTest::newRow("at the limit for the database") << QByteArray(IncomingBody::kMaxInlineOctets, 'y');
    QTest::newRow("one octet over it") << QByteArray(IncomingBody::kMaxInlineOctets + 1, 'y');
    QTest::newRow("large") << large();
}

void tst_Spool::whatWasAcceptedIsThereAfterReopening()
{
    QFETCH(QByteArray, octets);
    SpoolFixture fixture;
    const QStringList recipients{QStringLiteral("b@example.com"), QStringLiteral("\"c d\"@example.com"), QStringLiteral("ü@example.com")};
    const auto id = fixture.accept(octets, recipients);
    QVERIFY2(id, id ? "" : qPrintable(id.error().detail));
    QCOMPARE(bodyFiles(fixture), octets.size() > IncomingBody::kMaxInlineOctets ? 1 : 0);
    fixture.close();
    QVERIFY(fixture.open());
    QCOMPARE(fixture.spool->counts().queued.load(), 1);
    const auto claim = fixture.claim();
    QVERIFY(claim);
    QCOMPARE(claim->messages.size(), 1u);
    const SpoolMessage &message = claim->messages[0];
    QCOMPARE(message.id, *id);
    QCOMPARE(octetsOf(message, fixture.spool->folder()), octets);
    QCOMPARE(message.sender->toString(), QStringLiteral("a@example.com"));
    QCOMPARE(message.recipients.size(), 3u);
    QCOMPARE(message.recipients[1].toString(), recipients[1]);
    QCOMPARE(message.receivedAt, fixture.clock.now());
    QCOMPARE(message.body.has8Bit, octets.contains('\xff'));
    QVERIFY(fixture.spool->isOwn(*id));
    QVERIFY(fixture.spool->nextId().sequence() > id->sequence());
}

void tst_Spool::whatADeviceAskedForIsThereAfterReopening()
{
    SpoolFixture fixture;
    const EmailAddress quoted = *EmailAddress::parse(QStringLiteral("\"b c\"@example.com"));
    const EmailAddress plain = *EmailAddress::parse(QStringLiteral("d@example.com"));
    SpoolMessage message;
    message.id = fixture.spool->nextId();
    message.receivedAt = message.nextAttempt = fixture.clock.now();
    message.expiresAt = fixture.clock.now() + 48h;
    message.source = QStringLiteral("192.0.2.7");
    message.helo = QStringLiteral("scanner");
    message.user = QStringLiteral("scanner@example.com");
    message.recipients = {quoted, plain};
    message.utf8 = true;
    message.dsn = {.envelope = {DsnRequest::Return::Full, "a b"},
                   .recipients = {{quoted, {.failure = true, .originalRecipient = "rfc822;x+2By@example.com"}},
                                  {plain, {.never = true}}}};
    const SpoolMessage asked = message;
    auto body = std::make_unique<IncomingBody>(fixture.spool->folder());
    body->append("x");
    QVERIFY(fixture.wait<void>(
        [&](Spool::Done<void> done) { fixture.spool->accept(std::move(message), std::move(body), std::move(done)); }));
    fixture.close();
    QVERIFY(fixture.open());
    const auto claim = fixture.claim();
    QCOMPARE(claim->messages.size(), 1u);
    const auto story = fixture.show(asked.id);
    QVERIFY2(story, story ? "" : qPrintable(story.error().detail));
    for (const SpoolMessage &kept : {claim->messages[0], story->message}) {
        QCOMPARE(kept.helo, asked.helo);
        QCOMPARE(kept.user, asked.user);
        QVERIFY(kept.utf8);
        QVERIFY(kept.dsn == asked.dsn);
    }
    // A row that asks for what nobody can ask for is no reason to say nothing of the others.
    fixture.close();
    QVERIFY(tamper(fixture, "UPDATE message SET dsn = 'HDRS' || char(13, 10) || 'RCPT'"));
    QVERIFY(fixture.open());
    QVERIFY(!fixture.show(asked.id));
    QCOMPARE(fixture.claim()->messages.size(), 1u);
}

void tst_Spool::aClaimedMessageIsNotClaimedTwice()
{
    SpoolFixture fixture;
    for (int i = 0; i < 3; ++i)
        QVERIFY(fixture.accept("x"));
    const auto first = fixture.claim(2);
    QCOMPARE(first->messages.size(), 2u);
    QVERIFY(first->more);
    const auto second = fixture.claim(2);
    QCOMPARE(second->messages.size(), 1u);
    QVERIFY(!second->more);
    fixture.spool->unclaim(first->messages[0].id);
    const auto third = fixture.claim(2);
    QCOMPARE(third->messages.size(), 1u);
    QCOMPARE(third->messages[0].id, first->messages[0].id);
}

void tst_Spool::aDeliveredMessageLeavesAndItsStoryStays()
{
    SpoolFixture fixture;
    const auto id = fixture.accept(large());
    QVERIFY(fixture.claim());
    QVERIFY(fixture.settle({.id = *id, .at = fixture.clock.now(), .state = MessageState::Delivered, .lastReply = QStringLiteral("250 ok"),
                            .events = {{fixture.clock.now(), JournalKind::Delivered, QStringLiteral("b: 250 ok")}}}));
    QCOMPARE(fixture.spool->counts().queued.load(), 0);
    QCOMPARE(bodyFiles(fixture), 0);
    fixture.close();
    QVERIFY(fixture.open());
    QVERIFY(fixture.claim()->messages.empty());
    const auto story = fixture.show(*id);
    QVERIFY(story);
    QCOMPARE(toString(story->message.state), toString(MessageState::Delivered));
    QCOMPARE(story->message.recipients.size(), 1u);
    QCOMPARE(story->events.size(), 2u);
    QCOMPARE(toString(story->events[0].kind), toString(JournalKind::Accepted));
    QCOMPARE(story->events[1].detail, QStringLiteral("b: 250 ok"));
}

void tst_Spool::anOutcomeIsOnTheDiskAMomentLater()
{
    SpoolFixture fixture;
    const auto id = fixture.accept("small");
    const auto &flushes = fixture.spool->statistics().flushes;
    QTRY_COMPARE(flushes.load(), 1u);
    QVERIFY(fixture.settle({.id = *id, .at = fixture.clock.now(), .state = MessageState::Delivered}));
    QTRY_COMPARE(flushes.load(), 2u); // nothing else has to be written for it
}

void tst_Spool::onlyRemainingRecipientsAreTriedAgainAndOnlyWhenDue()
{
    SpoolFixture fixture;
    const auto id = fixture.accept("x", {QStringLiteral("b@example.com"), QStringLiteral("c@example.com")});
    QVERIFY(fixture.claim());
    const TimePoint next = fixture.clock.now() + 5min;
    QVERIFY(fixture.settle({.id = *id, .at = fixture.clock.now(), .remaining = {*EmailAddress::parse(QStringLiteral("c@example.com"))},
                            .nextAttempt = next, .lastReply = QStringLiteral("451 later")}));
    const auto early = fixture.claim();
    QVERIFY(early->messages.empty());
    QCOMPARE(early->nextDue, std::optional(next));
    fixture.clock.set(next);
    const auto due = fixture.claim();
    QCOMPARE(due->messages.size(), 1u);
    QCOMPARE(due->messages[0].recipients.size(), 1u);
    QCOMPARE(due->messages[0].recipients[0].toString(), QStringLiteral("c@example.com"));
    QCOMPARE(due->messages[0].attempts, 1);
    QCOMPARE(due->messages[0].lastReply, QStringLiteral("451 later"));
}

void tst_Spool::aBounceIsCommittedWithTheRemoval()
{
    SpoolFixture fixture;
    const auto id = fixture.accept("x");
    QVERIFY(fixture.claim());
    SpoolMessage bounce;
    bounce.id = fixture.spool->nextId();
    bounce.source = bounceSource();
    bounce.receivedAt = bounce.nextAttempt = fixture.clock.now();
    bounce.recipients = {*EmailAddress::parse(QStringLiteral("a@example.com"))};
    bounce.body = {.octets = "report", .size = 6};
    bounce.body.checksum = bodyChecksum(bounce.body.octets);
    QVERIFY(fixture.settle({.id = *id, .at = fixture.clock.now(), .state = MessageState::Bounced, .bounce = bounce}));
    fixture.close();
    QVERIFY(fixture.open());
    const auto claim = fixture.claim();
    QCOMPARE(claim->messages.size(), 1u);
    QCOMPARE(claim->messages[0].id, bounce.id);
    QVERIFY(!claim->messages[0].sender);
    QCOMPARE(toString(fixture.show(*id)->message.state), toString(MessageState::Bounced));
}

void tst_Spool::manyAtOnceAllGetTheirAnswer()
{
    SpoolFixture fixture;
    int answered = 0;
    for (int i = 0; i < 500; ++i) {
        SpoolMessage message;
        message.id = fixture.spool->nextId();
        message.recipients = {*EmailAddress::parse(QStringLiteral("b@example.com"))};
        auto body = std::make_unique<IncomingBody>(fixture.spool->folder());
        body->append(i % 50 == 0 ? large() : QByteArray("small"));
        fixture.spool->accept(std::move(message), std::move(body), [&answered](const Result<void> &result) { answered += result ? 1 : 0; });
    }
    QTRY_COMPARE_WITH_TIMEOUT(answered, 500, 20'000);
    QCOMPARE(fixture.spool->counts().queued.load(), 500);
    QCOMPARE(bodyFiles(fixture), 10);
}

void tst_Spool::anUnfinishedBodyLeavesNothingBehind()
{
    SpoolFixture fixture;
    {
        IncomingBody body(fixture.spool->folder());
        body.append(large());
        QCOMPARE(bodyFiles(fixture), 1);
        QVERIFY(body.head().startsWith("Subject: scan\r\n\r\n"));
    }
    QCOMPARE(bodyFiles(fixture), 0);
    QFile orphan(fixture.path() + QStringLiteral("/bodies/0123456789abcdef0123456789abcdef"));
    QVERIFY(orphan.open(QIODevice::WriteOnly));
    orphan.close();
    fixture.close();
    QVERIFY(fixture.open());
    QCOMPARE(bodyFiles(fixture), 0);
}

void tst_Spool::heldMessagesWaitUntilReleased()
{
    SpoolFixture fixture;
    const auto id = fixture.accept("x");
    const auto held = fixture.wait<int>([&](Spool::Done<int> done) { fixture.spool->hold({*id}, std::move(done)); });
    QCOMPARE(held.value_or(0), 1);
    QCOMPARE(fixture.spool->counts().held.load(), 1);
    QCOMPARE(fixture.spool->counts().queued.load(), 0);
    fixture.close();
    QVERIFY(fixture.open());
    QVERIFY(fixture.claim()->messages.empty());
    QCOMPARE(fixture.spool->counts().held.load(), 1);
    const auto listed = fixture.wait<QueueRows>([&](auto done) { fixture.spool->queue({}, std::move(done)); });
    QCOMPARE(listed->stories.size(), 1u);
    QCOMPARE(fixture.wait<int>([&](Spool::Done<int> done) { fixture.spool->release({}, std::move(done)); }).value_or(0), 1);
    QCOMPARE(fixture.claim()->messages.size(), 1u);
}

void tst_Spool::whatIsBeingDeliveredCannotBeTouched()
{
    SpoolFixture fixture;
    const auto id = fixture.accept("x");
    QVERIFY(fixture.claim());
    const auto removed = fixture.wait<int>([&](Spool::Done<int> done) { fixture.spool->remove(*id, std::move(done)); });
    QVERIFY(!removed);
    QCOMPARE(removed.error().kind, ErrorKind::Denied);
    const auto unknown = fixture.wait<int>([&](Spool::Done<int> done) { fixture.spool->retry({QueueId(1, 99)}, std::move(done)); });
    QCOMPARE(unknown.error().kind, ErrorKind::NotFound);
}

void tst_Spool::deletesWhatItIsToldTo()
{
    SpoolFixture fixture;
    const auto small = fixture.accept("x");
    const auto file = fixture.accept(large());
    for (const QueueId &id : {*small, *file})
        QCOMPARE(fixture.wait<int>([&](Spool::Done<int> done) { fixture.spool->remove(id, std::move(done)); }).value_or(0), 1);
    QCOMPARE(fixture.spool->counts().queued.load(), 0);
    QCOMPARE(bodyFiles(fixture), 0);
    QCOMPARE(toString(fixture.show(*small)->message.state), toString(MessageState::Deleted));
}

void tst_Spool::expiredMessagesAreClaimedByThemselves()
{
    SpoolFixture fixture;
    const auto id = fixture.accept("old");
    fixture.clock.advance(24h);
    QVERIFY(fixture.accept("young"));
    fixture.clock.advance(25h);
    const auto expired = fixture.wait<Claim>([&](auto done) { fixture.spool->claimExpired(10, fixture.clock.now(), std::move(done)); });
    QCOMPARE(expired->messages.size(), 1u);
    QCOMPARE(expired->messages[0].id, *id);
}

void tst_Spool::theQuotaLogSurvivesARestart()
{
    SpoolFixture fixture;
    const auto id = fixture.accept("x");
    const TimePoint second = std::chrono::floor<std::chrono::seconds>(fixture.clock.now());
    QVERIFY(fixture.settle({.id = *id, .at = second, .remaining = {*EmailAddress::parse(QStringLiteral("b@example.com"))}, .quota = {second, 1, 2}}));
    QVERIFY(fixture.settle({.id = *id, .at = second, .state = MessageState::Delivered, .quota = {second, 1, 3}}));
    fixture.close();
    QVERIFY(fixture.open());
    const auto used = fixture.wait<std::vector<QuotaUse>>([&](auto done) { fixture.spool->quotaUse(second - 1h, std::move(done)); });
    QVERIFY(*used == (std::vector<QuotaUse>{{second, 2, 5}}));
}

namespace {

Result<Purged> purge(SpoolFixture &fixture)
{
    return fixture.wait<Purged>([&](Spool::Done<Purged> done) {
        fixture.spool->purge(fixture.clock.now() - std::chrono::days(30), 1u << 30, std::move(done));
    });
}

} // namespace

void tst_Spool::historyIsForgottenButNumbersAreNotReused()
{
    SpoolFixture fixture;
    const auto id = fixture.accept("x");
    QVERIFY(fixture.settle({.id = *id, .at = fixture.clock.now(), .state = MessageState::Delivered,
                            .events = {{fixture.clock.now(), JournalKind::Delivered, QStringLiteral("ok")}}}));
    const auto waiting = fixture.accept("y");
    fixture.clock.advance(std::chrono::days(31));
    QVERIFY(purge(fixture));
    QVERIFY(!fixture.show(*id));
    QVERIFY(fixture.show(*waiting));
    QVERIFY(fixture.wait<int>([&](Spool::Done<int> done) { fixture.spool->remove(*waiting, std::move(done)); }));
    fixture.clock.advance(std::chrono::days(31));
    QVERIFY(purge(fixture));
    QVERIFY(!fixture.show(*waiting));
    fixture.close();
    QVERIFY(fixture.open());
    QVERIFY(fixture.spool->nextId().sequence() > waiting->sequence());
}

void tst_Spool::writesOfAFailingBatchDoNotTakeTheOthersDown()
{
    SpoolFixture fixture;
    int good = 0;
    int bad = 0;
    const QueueId twice = fixture.spool->nextId();
    for (int i = 0; i < 20; ++i) {
        SpoolMessage message;
        message.id = i % 10 == 9 ? twice : fixture.spool->nextId(); // the second with this number cannot be stored
        message.recipients = {*EmailAddress::parse(QStringLiteral("b@example.com"))};
        auto body = std::make_unique<IncomingBody>(fixture.spool->folder());
        body->append("x");
        fixture.spool->accept(std::move(message), std::move(body), [&](const Result<void> &result) { ++(result ? good : bad); });
    }
    QTRY_COMPARE(good + bad, 20);
    QCOMPARE(bad, 1);
    QCOMPARE(fixture.spool->counts().queued.load(), 19);
    QCOMPARE(fixture.claim()->messages.size(), 19u);
}

void tst_Spool::whatIsAcknowledgedOnAFailingDiskIsThere_data()
{
    QTest::addColumn<quint64>("writable"); // octets of each file
    QTest::newRow("nothing more can be written") << quint64(4096);
    QTest::newRow("the disk fails in the middle of a segment") << quint64(5u << 20);
    QTest::newRow("no other segment can be made") << quint64((8u << 20) - 1);
}

/// Many messages at once go in batches that outgrow a segment, and writing fails at some point.
void tst_Spool::whatIsAcknowledgedOnAFailingDiskIsThere()
{
#ifdef Q_OS_UNIX
    QFETCH(quint64, writable);
    SpoolFixture fixture;
    QVERIFY(fixture.accept("before"));
    struct rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit little = before;
    little.rlim_cur = static_cast<rlim_t>(writable);
    ::signal(SIGXFSZ, SIG_IGN);
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &little), 0);
    const auto restore = qScopeGuard([&before] { ::setrlimit(RLIMIT_FSIZE, &before); });
    std::set<std::uint64_t> acknowledged;
    int refused = 0;
    constexpr int kMessages = 3000;
    for (int i = 0; i < kMessages; ++i) {
        SpoolMessage message;
        message.id = fixture.spool->nextId();
        message.expiresAt = fixture.clock.now() + 48h;
        message.recipients = {*EmailAddress::parse(QStringLiteral("b@example.com"))};
        auto body = std::make_unique<IncomingBody>(fixture.spool->folder());
        body->append(QByteArray(4000, 'x'));
        const std::uint64_t sequence = message.id.sequence();
        fixture.spool->accept(std::move(message), std::move(body), [&, sequence](const Result<void> &result) {
            if (result)
                acknowledged.insert(sequence);
            else
                ++refused;
        });
    }
    QTRY_COMPARE_WITH_TIMEOUT(static_cast<int>(acknowledged.size()) + refused, kMessages, 30'000);
    QVERIFY(refused > 0);
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
    const auto after = fixture.accept("after"); // and it goes on
    QVERIFY2(after, after ? "" : qPrintable(after.error().detail));
    acknowledged.insert(after->sequence());
    fixture.close();
    const auto opened = fixture.open();
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().detail));
    std::set<std::uint64_t> found;
    const auto claim = fixture.claim(2 * kMessages);
    QVERIFY(claim);
    QVERIFY(claim->damaged.isEmpty());
    for (const SpoolMessage &message : claim->messages)
        found.insert(message.id.sequence());
    QVERIFY(std::ranges::includes(found, acknowledged));
    QCOMPARE(found.size(), acknowledged.size() + 1); // "before" too; nothing that was refused
#else
    QSKIP("needs a limit for file sizes");
#endif
}

QTEST_GUILESS_MAIN(tst_Spool)
#include "tst_Spool.moc"
