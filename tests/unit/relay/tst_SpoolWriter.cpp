// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolWriter.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;

namespace {

constexpr std::uint32_t kSegment = 64 * 1024;
const TimePoint kNow(std::chrono::milliseconds(1'795'000'000'000));

/// A writer over small segments; the ledger is a list.
struct Fixture {
    QTemporaryDir dir;
    std::optional<SpoolFolder> folder;
    SpoolCounts counts;
    std::unique_ptr<SpoolWriter> writer;
    std::vector<LoggedEntry> published;
    LogPosition end;

    Fixture()
    {
        folder = *SpoolFolder::open(dir.filePath(QStringLiteral("spool")));
        writer = std::make_unique<SpoolWriter>(SpoolLog(folder->logFolder(), kSegment), SpoolIndex(), 1, *folder,
                                               counts, [this](std::vector<LoggedEntry> &&entries, LogPosition to) {
                                                   published.insert(published.end(), entries.begin(), entries.end());
                                                   end = to;
                                               });
        const auto recovered = writer->recover({}, [](const auto &, LogPosition) { return Result<void>(); });
        QVERIFY(recovered.has_value());
    }
    Result<void> accept(std::uint64_t sequence, qsizetype octets = 100) const
    {
        SpoolMessage message;
        message.id = QueueId(1, sequence);
        message.nextAttempt = kNow;
        message.expiresAt = kNow + std::chrono::hours(48);
        message.recipients = {*EmailAddress::parse(QStringLiteral("b@example.com"))};
        message.body.octets = QByteArray(octets, static_cast<char>('a' + sequence % 26));
        message.body.size = static_cast<std::uint64_t>(octets);
        return writer->accept(std::move(message));
    }
    Result<void> deliver(std::uint64_t sequence) const
    {
        return writer->settle({.id = QueueId(1, sequence), .at = kNow, .state = MessageState::Delivered});
    }
    int files() const { return static_cast<int>(QDir(folder->logFolder()).entryList(QDir::Files).size()); }
};

} // namespace

class tst_SpoolWriter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingCountsBeforeTheCommit();
    void aBatchThatOutgrowsASegmentIsCommittedInPieces();
    void anOutcomeAloneWaitsForNoDisk();
    void anOutcomeWithAFileOrAReportIsFlushed();
    void aFewStragglersDoNotKeepTheLogLarge();
    void operatorsWishesAreOneEntryHoweverMany();
    void theSameWishTwiceInABatchCountsOnce();
};

void tst_SpoolWriter::nothingCountsBeforeTheCommit()
{
    Fixture fixture;
    QVERIFY(fixture.accept(1));
    QVERIFY(fixture.writer->claim(10, kNow)->messages.empty());
    QCOMPARE(fixture.counts.queued.load(), 0);
    QVERIFY(fixture.published.empty());
    QVERIFY(fixture.writer->commit());
    QCOMPARE(fixture.counts.queued.load(), 1);
    QCOMPARE(fixture.published.size(), 1u);
    QCOMPARE(fixture.writer->claim(10, kNow)->messages.size(), 1u);
}

void tst_SpoolWriter::aBatchThatOutgrowsASegmentIsCommittedInPieces()
{
    Fixture fixture;
    for (std::uint64_t i = 1; i <= 50; ++i)
        QVERIFY(fixture.accept(i, 5000));
    QVERIFY(fixture.writer->commits() > 1);
    QVERIFY(fixture.writer->commit());
    QCOMPARE(fixture.counts.queued.load(), 50);
    const auto claim = fixture.writer->claim(100, kNow);
    QCOMPARE(claim->messages.size(), 50u);
    for (const SpoolMessage &message : claim->messages)
        QCOMPARE(message.body.octets, QByteArray(5000, static_cast<char>('a' + message.id.sequence() % 26)));
}

void tst_SpoolWriter::anOutcomeAloneWaitsForNoDisk()
{
    Fixture fixture;
    QVERIFY(fixture.accept(1) && fixture.accept(2) && fixture.writer->commit());
    QCOMPARE(fixture.writer->flushes(), 1u);
    QVERIFY(fixture.deliver(1) && fixture.writer->commit());
    QCOMPARE(fixture.counts.queued.load(), 1);
    QCOMPARE(fixture.published.size(), 3u);
    QCOMPARE(fixture.writer->flushes(), 1u);
    QVERIFY(fixture.writer->isAheadOfDisk());
    QVERIFY(fixture.accept(3) && fixture.deliver(2) && fixture.writer->commit());
    QCOMPARE(fixture.writer->flushes(), 2u); // one for all three
    QVERIFY(!fixture.writer->isAheadOfDisk());
    QVERIFY(fixture.deliver(3) && fixture.writer->commit());
    fixture.writer->tidy(fixture.end); // frees segments: what ended must have ended for good
    QVERIFY(!fixture.writer->isAheadOfDisk());
}

void tst_SpoolWriter::anOutcomeWithAFileOrAReportIsFlushed()
{
    Fixture fixture;
    SpoolMessage large;
    large.id = QueueId(1, 1);
    large.nextAttempt = kNow;
    large.recipients = {*EmailAddress::parse(QStringLiteral("b@example.com"))};
    large.body.fileName = QStringLiteral("0123456789abcdef0123456789abcdef");
    QVERIFY(fixture.writer->accept(std::move(large)) && fixture.accept(2) && fixture.writer->commit());
    QVERIFY(fixture.deliver(1) && fixture.writer->commit());
    QCOMPARE(fixture.writer->flushes(), 2u); // before its file goes
    Settlement refused{.id = QueueId(1, 2), .at = kNow, .state = MessageState::Bounced};
    refused.bounce.emplace();
    refused.bounce->id = QueueId(1, 3);
    refused.bounce->nextAttempt = kNow;
    refused.bounce->recipients = {*EmailAddress::parse(QStringLiteral("a@example.com"))};
    QVERIFY(fixture.writer->settle(std::move(refused)) && fixture.writer->commit());
    QCOMPARE(fixture.writer->flushes(), 3u); // a report is a new message
}

void tst_SpoolWriter::aFewStragglersDoNotKeepTheLogLarge()
{
    Fixture fixture;
    std::vector<std::uint64_t> stragglers;
    std::uint32_t segment = 0;
    for (std::uint64_t i = 1; i <= 400; ++i) {
        QVERIFY(fixture.accept(i, 5000));
        QVERIFY(fixture.writer->commit());
        if (std::exchange(segment, fixture.end.segment) != fixture.end.segment)
            stragglers.push_back(i); // one in each segment is never delivered
        else
            QVERIFY(fixture.deliver(i));
    }
    QVERIFY(fixture.writer->commit());
    const int before = fixture.files();
    QVERIFY(before > 20);
    for (int i = 0; i < before; ++i)
        fixture.writer->tidy(fixture.end);
    QVERIFY2(fixture.files() < 16, qPrintable(QString::number(fixture.files())));
    QCOMPARE(fixture.counts.queued.load(), std::ssize(stragglers));
    const auto claim = fixture.writer->claim(1000, kNow);
    QCOMPARE(claim->messages.size(), stragglers.size());
    QVERIFY(claim->damaged.isEmpty());
    for (const SpoolMessage &message : claim->messages)
        QCOMPARE(message.body.octets, QByteArray(5000, static_cast<char>('a' + message.id.sequence() % 26)));
}

void tst_SpoolWriter::operatorsWishesAreOneEntryHoweverMany()
{
    Fixture fixture;
    for (std::uint64_t i = 1; i <= 100; ++i)
        QVERIFY(fixture.accept(i));
    QVERIFY(fixture.writer->commit());
    QCOMPARE(fixture.published.size(), 100u);
    QCOMPARE(fixture.writer->hold({}, kNow).value_or(0), 100);
    QVERIFY(fixture.writer->commit());
    QCOMPARE(fixture.published.size(), 101u);
    QCOMPARE(fixture.counts.held.load(), 100);
    QVERIFY(fixture.writer->claim(1000, kNow)->messages.empty());
}

void tst_SpoolWriter::theSameWishTwiceInABatchCountsOnce()
{
    Fixture fixture;
    QVERIFY(fixture.accept(1) && fixture.writer->commit());
    QVERIFY(fixture.writer->remove(QueueId(1, 1), kNow));
    QVERIFY(fixture.writer->remove(QueueId(1, 1), kNow));
    QVERIFY(fixture.writer->commit());
    QCOMPARE(fixture.counts.queued.load(), 0);
    QCOMPARE(fixture.counts.held.load(), 0);
    QCOMPARE(fixture.writer->remove(QueueId(1, 1), kNow).error().kind, ErrorKind::NotFound);
}

QTEST_GUILESS_MAIN(tst_SpoolWriter)
#include "tst_SpoolWriter.moc"
