// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/relay/SpoolFixture.h"

#include "core/relay/Timeline.h"

#include <QElapsedTimer>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

QueueRows queueOf(SpoolFixture &fixture, const QueueQuery &query)
{
    return fixture.wait<QueueRows>([&](Spool::Done<QueueRows> done) { fixture.spool->queue(query, std::move(done)); })
        .value_or(QueueRows{-1, {}});
}

Result<TraceRows> traceOf(SpoolFixture &fixture, const TraceQuery &query, std::uint64_t before = 0)
{
    return fixture.wait<TraceRows>(
        [&](Spool::Done<TraceRows> done) { fixture.spool->trace(query, before, std::move(done)); });
}

Result<SpoolPiece> pieceOf(SpoolFixture &fixture, const QueueId &id, std::uint64_t offset, qsizetype limit)
{
    return fixture.wait<SpoolPiece>(
        [&](Spool::Done<SpoolPiece> done) { fixture.spool->read(id, offset, limit, std::move(done)); });
}

Result<Purged> purgeOf(SpoolFixture &fixture, std::uint64_t maxOctets)
{
    return fixture.wait<Purged>([&](Spool::Done<Purged> done) {
        fixture.spool->purge(fixture.clock.now() - std::chrono::days(30), maxOctets, std::move(done));
    });
}

bool deliver(SpoolFixture &fixture, const QueueId &id, const QString &reply = QStringLiteral("250 ok"))
{
    return fixture
        .settle({.id = id,
                 .at = fixture.clock.now(),
                 .state = MessageState::Delivered,
                 .lastReply = reply,
                 .events = {{fixture.clock.now(), JournalKind::Delivered, reply}}})
        .has_value();
}

QStringList recipientsOf(const std::vector<MessageStory> &stories)
{
    QStringList all;
    for (const MessageStory &story : stories)
        all += story.message.recipients.front().toString();
    return all;
}

QString address(int number)
{
    return QStringLiteral("r%1@example.com").arg(number);
}

} // namespace

class tst_SpoolHistory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pagesOfTheQueue();
    void searchesTheQueue();
    void aPageOfManyMessagesIsQuick();
    void tracesByEachMember();
    void tracesPageByPage();
    void wildcardsAreThemselves();
    void keepsWhatWasSaidAcrossARestart();
    void whatWasSaidIsNoReasonToFail();
    void theOldestGoesWhenTheHistoryIsFull();
    void readsAMessageInPieces();
    void knowsWhoIsAhead();
    void knowsTheTrafficOfTheLastDay();
};

void tst_SpoolHistory::pagesOfTheQueue()
{
    SpoolFixture fixture;
    for (int i = 0; i < 25; ++i)
        QVERIFY(fixture.accept("x", {address(i)}));
    const QueueRows second = queueOf(fixture, {.offset = 10, .limit = 10});
    QCOMPARE(second.matching, 25);
    QCOMPARE(recipientsOf(second.stories).first(), address(10));
    QCOMPARE(recipientsOf(second.stories).last(), address(19));
    QCOMPARE(queueOf(fixture, {.offset = 20, .limit = 10}).stories.size(), 5u);
    QCOMPARE(queueOf(fixture, {.offset = 100, .limit = 10}).stories.size(), 0u);
    QCOMPARE(queueOf(fixture, {.offset = 100, .limit = 10}).matching, 25);
}

void tst_SpoolHistory::searchesTheQueue()
{
    SpoolFixture fixture;
    std::vector<QueueId> ids;
    for (int i = 0; i < 5; ++i)
        ids.push_back(*fixture.accept("x", {address(i)}));
    QVERIFY(fixture.claim(1)); // 0 is being delivered
    QVERIFY(fixture.settle({.id = ids[1],
                            .at = fixture.clock.now(),
                            .remaining = {*EmailAddress::parse(QStringLiteral("late@example.com"))},
                            .nextAttempt = fixture.clock.now() + 1h,
                            .lastReply = QStringLiteral("451 Busy here")}));
    QVERIFY(fixture.wait<int>([&](Spool::Done<int> done) { fixture.spool->hold({ids[2]}, std::move(done)); }));
    const auto found = [&](const QueueQuery &query) { return recipientsOf(queueOf(fixture, query).stories); };
    QCOMPARE(found({.state = QStringLiteral("delivering")}), QStringList{address(0)});
    QCOMPARE(found({.state = QStringLiteral("deferred")}), QStringList{QStringLiteral("late@example.com")});
    QCOMPARE(found({.state = QStringLiteral("held")}), QStringList{address(2)});
    QCOMPARE(found({.state = QStringLiteral("queued")}), (QStringList{address(3), address(4)}));
    QCOMPARE(found({.text = QStringLiteral("R4@EXAMPLE")}), QStringList{address(4)});
    QCOMPARE(found({.text = QStringLiteral("busy HERE")}), QStringList{QStringLiteral("late@example.com")});
    QCOMPARE(found({.text = ids[3].toString().toLower()}), QStringList{address(3)});
    QCOMPARE(queueOf(fixture, {.text = QStringLiteral("192.0.2.7")}).matching, 5);
    QCOMPARE(queueOf(fixture, {.text = QStringLiteral("192.0.2.7"), .state = QStringLiteral("held")}).matching, 1);
}

void tst_SpoolHistory::aPageOfManyMessagesIsQuick()
{
    SpoolFixture fixture;
    QVERIFY(fixture.accept("x"));
    fixture.close();
    QVERIFY(tamper(
        fixture,
        "WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 100999) "
        "INSERT INTO message(seq, received_at, expires_at, source, sender, recipients, size, checksum, has_8bit, "
        "state, attempts, "
        "next_attempt, last_reply) SELECT i, 1795000000000, 1795900000000, '192.0.2.' || (i % 250), 'a@example.com', "
        "'r' || i || '@example.com', 5, 0, 0, 1, 0, 1795000000000, '' FROM n"));
    QVERIFY(fixture.open());
    QElapsedTimer timer;
    timer.start();
    const QueueRows last = queueOf(fixture, {.offset = 99'900, .limit = 200});
    QCOMPARE(last.stories.size(), 101u);
    QCOMPARE(queueOf(fixture, {.limit = 100, .text = QStringLiteral("r100123@")}).matching, 1);
    QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed()))); // 0.2 s without sanitizers and load
}

void tst_SpoolHistory::tracesByEachMember()
{
    SpoolFixture fixture;
    const auto first = *fixture.accept("x", {address(1)});
    const TimePoint between = fixture.clock.now() + 1h;
    fixture.clock.advance(2h);
    const auto second = *fixture.accept("x", {address(2)});
    QVERIFY(deliver(fixture, first,
                    QStringLiteral("250 2.6.0 <cloud-1@example.net> [InternalId=7] Queued mail for delivery")));
    const auto found = [&](const TraceQuery &query) {
        const auto rows = traceOf(fixture, query);
        return rows ? recipientsOf(rows->stories) : QStringList{rows.error().detail};
    };
    QCOMPARE(found({}), (QStringList{address(2), address(1)}));
    QCOMPARE(found({.recipient = QStringLiteral("r1@")}), QStringList{address(1)});
    QCOMPARE(found({.sender = QStringLiteral("A@EXAMPLE.COM")}).size(), 2);
    QCOMPARE(found({.sender = QStringLiteral("<>")}), QStringList());
    QCOMPARE(found({.source = QStringLiteral("192.0.2.")}).size(), 2);
    QCOMPARE(found({.remoteId = QStringLiteral("cloud-1")}), QStringList{address(1)});
    QCOMPARE(found({.state = QStringLiteral("delivered")}), QStringList{address(1)});
    QCOMPARE(found({.state = QStringLiteral("queued")}), QStringList{address(2)});
    QCOMPARE(found({.since = between}), QStringList{address(2)});
    QCOMPARE(found({.until = between}), QStringList{address(1)});
    QCOMPARE(found({.id = second.toString()}), QStringList{address(2)});
    QCOMPARE(found({.id = second.toString().left(8)}).size(), 2);
    QVERIFY(!traceOf(fixture, {.id = QStringLiteral("!!")}));
    QVERIFY(!traceOf(fixture, {.id = QStringLiteral("ZZZZ0000001")})); // of another relay
    const auto rows = traceOf(fixture, {.state = QStringLiteral("delivered")});
    const QueueEntry entry = queueEntry(rows->stories.front(), {});
    QCOMPARE(entry.remoteId, QStringLiteral("cloud-1@example.net"));
    QVERIFY(entry.finishedAt == fixture.clock.now());
}

void tst_SpoolHistory::tracesPageByPage()
{
    SpoolFixture fixture;
    for (int i = 0; i < 10; ++i)
        QVERIFY(fixture.accept("x", {address(i)}));
    QStringList all;
    std::uint64_t before = 0;
    int pages = 0;
    do {
        const auto rows = traceOf(fixture, {.limit = 3}, before);
        QVERIFY(rows);
        all += recipientsOf(rows->stories);
        before = rows->next;
        QVERIFY(++pages < 10);
    } while (before != 0);
    QCOMPARE(all.size(), 10);
    QCOMPARE(all.first(), address(9));
    QCOMPARE(all.last(), address(0));
    QCOMPARE(QSet<QString>(all.begin(), all.end()).size(), 10);
}

void tst_SpoolHistory::wildcardsAreThemselves()
{
    SpoolFixture fixture;
    QVERIFY(fixture.accept("x", {QStringLiteral("a_b%c@example.com")}));
    QVERIFY(fixture.accept("x", {QStringLiteral("axbyc@example.com")}));
    QCOMPARE(queueOf(fixture, {.text = QStringLiteral("a_b")}).matching, 1);
    QCOMPARE(queueOf(fixture, {.text = QStringLiteral("%c@")}).matching, 1);
    QCOMPARE(queueOf(fixture, {.text = QStringLiteral("' OR 1=1 --")}).matching, 0);
    QCOMPARE(queueOf(fixture, {.text = QStringLiteral("\\")}).matching, 0);
}

void tst_SpoolHistory::keepsWhatWasSaidAcrossARestart()
{
    SpoolFixture fixture;
    const auto id = *fixture.accept("x");
    fixture.spool->note(id, "D1795000000000\n<1 MAIL FROM:<a@example.com>\n");
    fixture.spool->note(id, "U1795000001000\n>2 MAIL FROM:<b@example.com>\n");
    QVERIFY(deliver(fixture, id));
    fixture.close();
    QVERIFY(fixture.open());
    fixture.spool->note(id, "U1795000002000\n-0 later\n");
    const auto story = fixture.show(id);
    QVERIFY(story);
    const MessageTimeline timeline = timelineOf(*story, {});
    QStringList lines;
    for (const MessageTimeline::Line &line : timeline.lines)
        lines += line.leg + u' ' + line.event + u' ' + line.text;
    QCOMPARE(lines,
             (QStringList{QStringLiteral("queue accepted from 192.0.2.7"), QStringLiteral("queue delivered 250 ok"),
                          QStringLiteral("device received MAIL FROM:<a@example.com>"),
                          QStringLiteral("upstream sent MAIL FROM:<b@example.com>"),
                          QStringLiteral("upstream note later")}));
    const auto read = parseMessageTimeline(toJson(timeline));
    QVERIFY(read);
    QVERIFY(read->lines == timeline.lines);
}

void tst_SpoolHistory::whatWasSaidIsNoReasonToFail()
{
    SpoolFixture fixture;
    fixture.spool->note(QueueId(1, 999), "D1\n>1 about nobody\n");
    const auto id = *fixture.accept("x");
    QVERIFY(deliver(fixture, id));
    QVERIFY(fixture.show(id)->message.state == MessageState::Delivered);
}

void tst_SpoolHistory::theOldestGoesWhenTheHistoryIsFull()
{
    SpoolFixture fixture;
    std::vector<QueueId> ids;
    for (int i = 0; i < 1200; ++i) {
        fixture.clock.advance(1s);
        ids.push_back(*fixture.accept("x"));
        fixture.spool->note(ids.back(), "D1\n>1 " + QByteArray(2000, 'x') + '\n');
        if (i != 0) // the first one waits
            QVERIFY(deliver(fixture, ids.back()));
    }
    const auto purged = purgeOf(fixture, 1'500'000);
    QVERIFY2(purged, purged ? "" : qPrintable(purged.error().detail));
    QVERIFY2(purged->early > 300 && purged->early < 1100, qPrintable(QString::number(purged->early)));
    QVERIFY(fixture.show(ids.front())); // what waits is no history
    QVERIFY(!fixture.show(ids[1]));
    QVERIFY(fixture.show(ids.back()));
    const auto again = purgeOf(fixture, 1'500'000);
    QVERIFY(again && again->messages == 0);
    QVERIFY(purgeOf(fixture, 0)); // however small: it ends
    QVERIFY(!fixture.show(ids.back()));
    QVERIFY(fixture.show(ids.front()));
}

void tst_SpoolHistory::readsAMessageInPieces()
{
    SpoolFixture fixture;
    QByteArray large(300'000, 'l');
    large += "end\r\n";
    for (const QByteArray &octets : {QByteArray("small\r\n"), large}) {
        const auto id = *fixture.accept(octets);
        QByteArray got;
        while (got.size() < octets.size()) {
            const auto piece = pieceOf(fixture, id, static_cast<std::uint64_t>(got.size()), 100'000);
            QVERIFY2(piece, piece ? "" : qPrintable(piece.error().detail));
            QCOMPARE(piece->size, static_cast<std::uint64_t>(octets.size()));
            QVERIFY(!piece->octets.isEmpty() && piece->octets.size() <= 100'000);
            got += piece->octets;
        }
        QVERIFY(got == octets);
        QCOMPARE(pieceOf(fixture, id, static_cast<std::uint64_t>(octets.size()) + 1, 10).error().kind,
                 ErrorKind::InvalidInput);
        QVERIFY(deliver(fixture, id));
        QCOMPARE(pieceOf(fixture, id, 0, 10).error().kind, ErrorKind::NotFound);
    }
}

void tst_SpoolHistory::knowsWhoIsAhead()
{
    SpoolFixture fixture;
    const auto first = *fixture.accept("x");
    const auto second = *fixture.accept("x");
    fixture.clock.advance(1s);
    const auto third = *fixture.accept("x");
    const auto ahead = [&](const QueueId &id) {
        return fixture
            .wait<std::int64_t>([&](Spool::Done<std::int64_t> done) { fixture.spool->ahead(id, std::move(done)); })
            .value_or(-1);
    };
    QCOMPARE(ahead(first), 0);
    QCOMPARE(ahead(third), 2);
    QVERIFY(fixture.settle({.id = second,
                            .at = fixture.clock.now(),
                            .remaining = {*EmailAddress::parse(QStringLiteral("b@example.com"))},
                            .nextAttempt = fixture.clock.now() + 1h}));
    QCOMPARE(ahead(third), 1);
    const auto oldest =
        fixture.wait<std::optional<TimePoint>>([&](auto done) { fixture.spool->oldest(std::move(done)); });
    QVERIFY(oldest && *oldest == fixture.clock.now() - 1s);
}

void tst_SpoolHistory::knowsTheTrafficOfTheLastDay()
{
    SpoolFixture fixture;
    const TimePoint begin = std::chrono::floor<std::chrono::minutes>(fixture.clock.now()) + 1min;
    const std::int64_t minute = begin.time_since_epoch() / 1min;
    fixture.clock.set(begin);
    const auto old = *fixture.accept("x");
    fixture.clock.set(begin + 10min);
    const auto first = *fixture.accept("x");
    QVERIFY(fixture.accept("x"));
    fixture.clock.set(begin + 12min);
    QVERIFY(deliver(fixture, first));
    QVERIFY(fixture.settle({.id = old, .at = fixture.clock.now(), .state = MessageState::Bounced}));
    const auto rows = fixture.wait<std::vector<TrafficRow>>(
        [&](auto done) { fixture.spool->traffic(begin + 5min, std::move(done)); });
    QVERIFY(rows);
    QVERIFY(*rows
            == (std::vector<TrafficRow>{{.minute = minute + 10, .accepted = 2},
                                        {.minute = minute + 12, .delivered = 1, .bounced = 1, .finished = 2}}));
}

QTEST_GUILESS_MAIN(tst_SpoolHistory)
#include "tst_SpoolHistory.moc"
