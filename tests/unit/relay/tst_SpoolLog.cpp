// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolLog.h"

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;

namespace {

constexpr std::uint32_t kSegment = 64 * 1024;

LogEntry entry(std::uint64_t sequence, qsizetype octets = 100)
{
    SpoolMessage message;
    message.id = QueueId(1, sequence);
    message.recipients = {*EmailAddress::parse(QStringLiteral("b@example.com"))};
    message.body.octets = QByteArray(octets, 'x');
    message.body.size = static_cast<std::uint64_t>(octets);
    return Acceptance{std::move(message)};
}

std::uint64_t sequenceOf(const LogEntry &read)
{
    return std::get<Acceptance>(read).message.id.sequence();
}

/// A log in a folder of its own.
struct Fixture {
    QTemporaryDir folder;
    std::optional<SpoolLog> log;
    std::vector<std::uint64_t> found;
    std::map<std::uint64_t, LogPlace> places;
    QStringList notices;

    /// Opens it, reads all of it and begins to write.
    bool open()
    {
        found.clear();
        places.clear();
        log.emplace(folder.path(), kSegment);
        const auto replayed = log->replay({}, 1, [this](LogEntry &&read, const LogPlace &place) {
            found.push_back(sequenceOf(read));
            places[sequenceOf(read)] = place;
        });
        notices = replayed ? replayed->notices : QStringList();
        return replayed && log->begin(replayed->end);
    }
    std::optional<LogPlace> add(std::uint64_t sequence, qsizetype octets = 100)
    {
        auto place = log->stage(entry(sequence, octets));
        if (!place && log->flush() && log->advance())
            place = log->stage(entry(sequence, octets));
        return place;
    }
    QString fileOf(std::uint32_t segment) const
    {
        return folder.filePath(QStringLiteral("%1.log").arg(segment, 8, 16, QLatin1Char('0')));
    }
    bool overwrite(std::uint32_t segment, qint64 at, const QByteArray &octets) const
    {
        QFile file(fileOf(segment));
        return file.open(QIODevice::ReadWrite) && file.seek(at) && file.write(octets) == octets.size();
    }
};

using Sequences = std::vector<std::uint64_t>;

} // namespace

class tst_SpoolLog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatWasFlushedIsReadInOrder();
    void whatWasNotFlushedIsNot();
    void aFlushedPageIsNeverWrittenAgain();
    void whatWasOnlyWrittenOutlivesTheProcess();
    void aPowerCutTakesWhatWasOnlyWritten();
    void theNextFlushCoversWhatWasOnlyWritten();
    void aNewSegmentBeginsBehindASync();
    void entriesGoOnInTheNextSegment();
    void anEntryLargerThanASegmentGetsOneOfItsOwn();
    void damageCostsOneEntryOnly();
    void aDamagedPageCostsItsBatchOnly();
    void freedSegmentsAreUsedAgainAndHoldNothingOld();
    void whatAFailedFlushLeftBehindIsNotRead();
    void readingStartsWhereItIsTold();
    void aSegmentThatCannotBeMadeIsAnError();
    void readsWhatStandsAtAPlaceOnly();
};

void tst_SpoolLog::whatWasFlushedIsReadInOrder()
{
    Fixture fixture;
    QVERIFY(fixture.open());
    for (std::uint64_t i = 1; i <= 9; ++i) {
        QVERIFY(fixture.add(i));
        if (i % 3 == 0)
            QVERIFY(fixture.log->flush());
    }
    QVERIFY(fixture.open());
    QVERIFY(fixture.found == (Sequences{1, 2, 3, 4, 5, 6, 7, 8, 9}));
    QVERIFY(fixture.notices.isEmpty());
    for (const auto &[sequence, place] : fixture.places) {
        const auto octets = fixture.log->read(place);
        QVERIFY(octets);
        QCOMPARE(sequenceOf(*parseRecord(*octets, 1)), sequence);
    }
}

void tst_SpoolLog::whatWasNotFlushedIsNot()
{
    Fixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.add(1) && fixture.log->flush());
    QVERIFY(fixture.add(2));
    QVERIFY(fixture.open());
    QVERIFY(fixture.found == (Sequences{1}));
}

void tst_SpoolLog::aFlushedPageIsNeverWrittenAgain()
{
    Fixture fixture;
    QVERIFY(fixture.open());
    std::uint32_t page = 0;
    for (std::uint64_t i = 1; i <= 5; ++i) {
        const auto place = fixture.add(i);
        QVERIFY(place && fixture.log->flush());
        QCOMPARE(place->offset % SpoolLog::kPageOctets, 0u);
        QVERIFY(place->offset > page);
        page = place->offset;
    }
}

void tst_SpoolLog::whatWasOnlyWrittenOutlivesTheProcess()
{
    Fixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.add(1) && fixture.log->flush());
    QVERIFY(!fixture.log->isAheadOfDisk());
    QVERIFY(fixture.add(2) && fixture.log->write());
    QVERIFY(fixture.log->isAheadOfDisk());
    QCOMPARE(fixture.log->flushes(), 1u);
    QVERIFY(fixture.open());
    QVERIFY(fixture.found == (Sequences{1, 2}));
}

void tst_SpoolLog::aPowerCutTakesWhatWasOnlyWritten()
{
    Fixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.add(1) && fixture.log->flush());
    const LogPlace lost = *fixture.add(2);
    QVERIFY(fixture.log->write());
    QVERIFY(fixture.overwrite(lost.segment, lost.offset, QByteArray(SpoolLog::kPageOctets, '\0')));
    QVERIFY(fixture.open());
    QVERIFY(fixture.found == (Sequences{1}));
    QVERIFY2(fixture.notices.isEmpty(), "nothing was promised that is not there");
}

void tst_SpoolLog::theNextFlushCoversWhatWasOnlyWritten()
{
    Fixture fixture;
    QVERIFY(fixture.open());
    const LogPlace written = *fixture.add(1);
    QVERIFY(fixture.log->write());
    const LogPlace flushed = *fixture.add(2);
    QVERIFY(fixture.log->flush());
    QVERIFY(!fixture.log->isAheadOfDisk());
    QCOMPARE(flushed.offset, written.offset + written.length); // one page for both
    QCOMPARE(fixture.add(3)->offset, written.offset + SpoolLog::kPageOctets);
    QVERIFY(fixture.log->write() && fixture.log->sync());
    QCOMPARE(fixture.log->flushes(), 2u);
    QVERIFY(fixture.log->sync()); // there is nothing to wait for
    QCOMPARE(fixture.log->flushes(), 2u);
    QVERIFY(fixture.open());
    QVERIFY(fixture.found == (Sequences{1, 2, 3}));
}

void tst_SpoolLog::aNewSegmentBeginsBehindASync()
{
    Fixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.add(1) && fixture.log->write());
    QVERIFY(fixture.log->advance());
    QVERIFY(!fixture.log->isAheadOfDisk());
    QVERIFY(fixture.add(2) && fixture.log->flush());
    QVERIFY(fixture.open());
    QVERIFY(fixture.found == (Sequences{1, 2}));
    QVERIFY(fixture.notices.isEmpty());
}

void tst_SpoolLog::entriesGoOnInTheNextSegment()
{
    Fixture fixture;
    QVERIFY(fixture.open());
    Sequences all;
    for (std::uint64_t i = 1; i <= 40; ++i) {
        QVERIFY(fixture.add(i, 5000));
        all.push_back(i);
    }
    QVERIFY(fixture.log->flush());
    QVERIFY(fixture.log->current() >= 3);
    for (const QFileInfo &file : QDir(fixture.folder.path()).entryInfoList(QDir::Files))
        QCOMPARE(file.size(), qint64(kSegment)); // none of them grew
    QVERIFY(fixture.open());
    QVERIFY(fixture.found == all);
    QVERIFY(fixture.notices.isEmpty());
}

void tst_SpoolLog::anEntryLargerThanASegmentGetsOneOfItsOwn()
{
    Fixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.add(1) && fixture.add(2, 3 * kSegment) && fixture.add(3) && fixture.log->flush());
    QVERIFY(fixture.open());
    QVERIFY(fixture.found == (Sequences{1, 2, 3}));
    QVERIFY(fixture.log->read(fixture.places[2]));
}

void tst_SpoolLog::damageCostsOneEntryOnly()
{
    Fixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.add(1) && fixture.add(2) && fixture.add(3) && fixture.log->flush());
    const LogPlace hit = *fixture.add(4);
    QVERIFY(fixture.add(5) && fixture.log->flush());
    QVERIFY(fixture.overwrite(hit.segment, hit.offset + hit.length - 5, "y"));
    QVERIFY(fixture.open());
    QVERIFY(fixture.found == (Sequences{1, 2, 3, 5}));
    QCOMPARE(fixture.notices.size(), 1);
}

void tst_SpoolLog::aDamagedPageCostsItsBatchOnly()
{
    Fixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.add(1) && fixture.log->flush());
    const LogPlace hit = *fixture.add(2);
    QVERIFY(fixture.add(3) && fixture.log->flush());
    QVERIFY(fixture.add(4) && fixture.log->flush());
    QVERIFY(fixture.overwrite(hit.segment, hit.offset, QByteArray(SpoolLog::kPageOctets, '\xaa')));
    QVERIFY(fixture.open());
    QVERIFY(fixture.found == (Sequences{1, 4}));
    QCOMPARE(fixture.notices.size(), 1);
}

void tst_SpoolLog::freedSegmentsAreUsedAgainAndHoldNothingOld()
{
    Fixture fixture;
    QVERIFY(fixture.open());
    for (std::uint64_t i = 1; i <= 60; ++i)
        QVERIFY(fixture.add(i, 5000));
    QVERIFY(fixture.log->flush());
    const std::uint32_t last = fixture.log->current();
    const LogPlace kept = *fixture.add(100);
    QVERIFY(fixture.log->flush());
    const int files = static_cast<int>(QDir(fixture.folder.path()).entryList(QDir::Files).size());
    fixture.log->release(last, {});
    // Two segments more: no new file is made for them.
    for (std::uint64_t i = 101; i <= 115; ++i)
        QVERIFY(fixture.add(i, 5000));
    QVERIFY(fixture.log->flush());
    QVERIFY(fixture.log->current() > last);
    QVERIFY(QDir(fixture.folder.path()).entryList(QDir::Files).size() <= files);
    QVERIFY(fixture.log->read(kept));
    const std::uint32_t used = fixture.log->current();
    fixture.log.emplace(fixture.folder.path(), kSegment);
    Sequences found;
    QVERIFY(fixture.log->replay({last, 0}, 1,
                                [&](LogEntry &&read, const LogPlace &) { found.push_back(sequenceOf(read)); }));
    QCOMPARE(fixture.log->segments().back(), used);
    QCOMPARE(found.back(), 115u);
    QVERIFY(std::ranges::is_sorted(found));
    QCOMPARE(static_cast<qsizetype>(std::set(found.begin(), found.end()).size()), static_cast<qsizetype>(found.size()));
}

void tst_SpoolLog::whatAFailedFlushLeftBehindIsNotRead()
{
    Fixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.add(1) && fixture.log->flush());
    const LogPosition promised = fixture.log->end();
    // The batch reached the file, but its flush failed: what a program sees afterwards is a new segment that says where
    // the old one ended.
    const LogPlace unpromised = *fixture.add(2);
    QVERIFY(fixture.log->flush());
    SpoolLog other(fixture.folder.path(), kSegment);
    QVERIFY(other.begin(promised));
    QVERIFY(other.stage(entry(3)) && other.flush());
    QVERIFY(fixture.open());
    QVERIFY(fixture.found == (Sequences{1, 3}));
    QVERIFY(fixture.log->read(unpromised)); // it is there, and still not read
}

void tst_SpoolLog::readingStartsWhereItIsTold()
{
    Fixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.add(1) && fixture.log->flush());
    const LogPosition from = fixture.log->end();
    QVERIFY(fixture.add(2) && fixture.add(3) && fixture.log->flush());
    SpoolLog log(fixture.folder.path(), kSegment);
    Sequences found;
    const auto replayed =
        log.replay(from, 1, [&](LogEntry &&read, const LogPlace &) { found.push_back(sequenceOf(read)); });
    QVERIFY(replayed);
    QVERIFY(found == (Sequences{2, 3}));
    QVERIFY(replayed->end == fixture.log->end());
}

void tst_SpoolLog::aSegmentThatCannotBeMadeIsAnError()
{
    Fixture fixture;
    QVERIFY(fixture.open());
    // A folder in the way of the next segment's unfinished file.
    QVERIFY(QDir(fixture.folder.path()).mkpath(QStringLiteral("new/inside")));
    std::uint64_t sequence = 1;
    while (fixture.log->stage(entry(sequence, 5000)))
        ++sequence;
    QVERIFY(fixture.log->flush());
    const auto advanced = fixture.log->advance();
    QVERIFY(!advanced);
    QCOMPARE(advanced.error().kind, ErrorKind::Storage);
    QVERIFY(QDir(fixture.folder.filePath(QStringLiteral("new"))).removeRecursively());
    QVERIFY(fixture.add(sequence) && fixture.log->flush());
    QVERIFY(fixture.open());
    QCOMPARE(fixture.found.size(), sequence);
}

void tst_SpoolLog::readsWhatStandsAtAPlaceOnly()
{
    Fixture fixture;
    QVERIFY(fixture.open());
    const LogPlace place = *fixture.add(1);
    QVERIFY(fixture.log->flush());
    QVERIFY(fixture.log->read(place));
    for (const LogPlace &wrong :
         {LogPlace{place.segment, place.offset, place.length - 1},
          LogPlace{place.segment, place.offset + 1, place.length},
          LogPlace{place.segment + 9, place.offset, place.length}, LogPlace{place.segment, 0xfffffff0u, 0xffffffffu}}) {
        const auto read = fixture.log->read(wrong);
        QVERIFY(!read);
        QCOMPARE(read.error().kind, ErrorKind::Storage);
    }
}

QTEST_GUILESS_MAIN(tst_SpoolLog)
#include "tst_SpoolLog.moc"
