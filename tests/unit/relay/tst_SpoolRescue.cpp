// SPDX-License-Identifier: GPL-3.0-or-later
#include "SpoolFixture.h"

#include "core/relay/SpoolSchema.h"

#include <QFileInfo>

using namespace relaywright;
using namespace relaywright::test;

// What is left of a spool whose database was damaged, lost, made by another version or behind its log.

class tst_SpoolRescue : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aDamagedDatabaseIsReplacedAndNothingIsLost();
    void whatTheDatabaseDoesNotHaveYetComesFromTheLog();
    void aLostDatabaseIsMadeAnewFromTheLog();
    void aRescueThatWasCutOffIsFinished();
    void aTornEndOfTheLogTakesNothingElseWithIt();
    void theLogDoesNotGrowWithTheYears();
    void theSpoolOfTheFirstVersionIsTakenOver();
    void theSpoolOfTheSecondVersionIsTakenOver();
    void anOrdinaryFileInPlaceOfTheDatabaseIsSetAside();
    void aNewerSpoolIsRefused();
};

void tst_SpoolRescue::aDamagedDatabaseIsReplacedAndNothingIsLost()
{
    SpoolFixture fixture;
    std::optional<QueueId> delivered;
    for (int i = 0; i < 200; ++i) {
        const auto id = fixture.accept(QByteArray(2000, static_cast<char>('a' + i % 26)) + QByteArray::number(i));
        QVERIFY(id);
        if (i == 100)
            delivered = *id;
    }
    QVERIFY(fixture.accept(QByteArray(300'000, 'z')));
    QVERIFY(fixture.settle({.id = *delivered, .at = fixture.clock.now(), .state = MessageState::Delivered}));
    fixture.close();
    QFile file(fixture.path() + QStringLiteral("/spool.sqlite"));
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(file.size() / 2 / 4096 * 4096));
    QCOMPARE(file.write(QByteArray(2 * 4096, '\xaa')), 2 * 4096);
    file.close();
    const auto opened = fixture.open();
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().detail));
    QVERIFY2(!fixture.spool->notices().isEmpty(), "nobody was told");
    // What the database had lost is held, because it cannot say any more what became of it.
    QCOMPARE(fixture.spool->counts().queued + fixture.spool->counts().held, 200);
    (void)fixture.wait<int>([&](Spool::Done<int> done) { fixture.spool->release({}, std::move(done)); });
    const auto claim = fixture.claim(1000);
    QVERIFY(claim);
    QCOMPARE(claim->messages.size(), 200u);
    for (const SpoolMessage &message : claim->messages) {
        QVERIFY(message.body.size == 300'000u || message.body.size > 2000u);
        QVERIFY(message.id.sequence() != delivered->sequence());
    }
    QVERIFY(fixture.spool->nextId().sequence() > 1'000'000u); // ids of lost records do not come back
    QVERIFY(!QDir(fixture.path() + QStringLiteral("/damaged")).entryList({QStringLiteral("*spool.sqlite")}).isEmpty());
    QVERIFY(fixture.accept("life goes on"));
}

void tst_SpoolRescue::whatTheDatabaseDoesNotHaveYetComesFromTheLog()
{
    SpoolFixture fixture;
    const auto deferred =
        fixture.accept("deferred", {QStringLiteral("b@example.com"), QStringLiteral("c@example.com")});
    const auto delivered = fixture.accept(QByteArray(300'000, 'x'));
    fixture.close();
    const QString database = fixture.path() + QStringLiteral("/spool.sqlite");
    QVERIFY(QFile::copy(database, database + QStringLiteral(".old")));
    QVERIFY(fixture.open());
    const auto young = fixture.accept("young");
    QVERIFY(fixture.settle({.id = *delivered,
                            .at = fixture.clock.now(),
                            .state = MessageState::Delivered,
                            .events = {{fixture.clock.now(), JournalKind::Delivered, QStringLiteral("250 ok")}}}));
    const TimePoint next = fixture.clock.now() + std::chrono::minutes(5);
    QVERIFY(fixture.settle({.id = *deferred,
                            .at = fixture.clock.now(),
                            .remaining = {*EmailAddress::parse(QStringLiteral("c@example.com"))},
                            .nextAttempt = next,
                            .lastReply = QStringLiteral("451 later"),
                            .quota = {fixture.clock.now(), 1, 2}}));
    fixture.close();
    // As if the power had failed before the database heard of the last three things.
    QVERIFY(QFile::remove(database) && QFile::rename(database + QStringLiteral(".old"), database));
    for (const char *rest : {"-wal", "-shm"})
        QFile::remove(database + QLatin1String(rest));
    QVERIFY(fixture.open());
    QVERIFY2(fixture.spool->notices().isEmpty(), qPrintable(fixture.spool->notices().join(u' ')));
    QCOMPARE(fixture.spool->counts().queued.load(), 2);
    QVERIFY(fixture.spool->nextId().sequence() > young->sequence());
    const auto now = fixture.claim();
    QCOMPARE(now->messages.size(), 1u);
    QCOMPARE(now->messages[0].id, *young);
    fixture.clock.set(next);
    const auto later = fixture.claim();
    QCOMPARE(later->messages.size(), 1u);
    QCOMPARE(later->messages[0].recipients.size(), 1u);
    QCOMPARE(later->messages[0].attempts, 1);
    QCOMPARE(fixture.show(*delivered)->events.size(), 2u);
    const auto used = fixture.wait<std::vector<QuotaUse>>(
        [&](auto done) { fixture.spool->quotaUse(fixture.clock.now() - std::chrono::hours(1), std::move(done)); });
    QCOMPARE(used->size(), 1u);
}

void tst_SpoolRescue::aLostDatabaseIsMadeAnewFromTheLog()
{
    SpoolFixture fixture;
    const auto delivered = fixture.accept("delivered");
    QVERIFY(fixture.accept("waits"));
    const auto held = fixture.accept("held");
    QVERIFY(fixture.settle({.id = *delivered, .at = fixture.clock.now(), .state = MessageState::Delivered}));
    QVERIFY(fixture.wait<int>([&](Spool::Done<int> done) { fixture.spool->hold({*held}, std::move(done)); }));
    fixture.close();
    for (const char *part : {"", "-wal", "-shm"})
        QFile::remove(fixture.path() + QStringLiteral("/spool.sqlite") + QLatin1String(part));
    QVERIFY(fixture.open());
    QCOMPARE(fixture.spool->counts().queued.load(), 1);
    QCOMPARE(fixture.spool->counts().held.load(), 1);
    QCOMPARE(fixture.claim()->messages.size(), 1u);
    QVERIFY(fixture.spool->nextId().sequence() > held->sequence());
}

void tst_SpoolRescue::aRescueThatWasCutOffIsFinished()
{
    SpoolFixture fixture;
    const auto id = fixture.accept("waits");
    fixture.close();
    const QString database = fixture.path() + QStringLiteral("/spool.sqlite");
    QVERIFY(tamper(fixture, "INSERT INTO meta VALUES('rescued', 1)"));
    QVERIFY(QFile::rename(database, database + QStringLiteral(".new")));
    QVERIFY(fixture.open());
    QCOMPARE(fixture.claim()->messages.size(), 1u);
    QCOMPARE(fixture.show(*id)->message.id, *id);
}

void tst_SpoolRescue::aTornEndOfTheLogTakesNothingElseWithIt()
{
    SpoolFixture fixture;
    const auto whole = fixture.accept("whole");
    fixture.close();
    // What a power cut may leave of a batch that was never promised.
    const QDir folder(fixture.path() + QStringLiteral("/log"));
    QFile file(folder.filePath(folder.entryList(QDir::Files, QDir::Name).last()));
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(2 * 4096));
    QByteArray torn;
    SpoolMessage message;
    message.id = QueueId(1, whole->sequence() + 1);
    message.recipients = {*EmailAddress::parse(QStringLiteral("b@example.com"))};
    message.body = {.octets = QByteArray(6000, 'x'), .size = 6000};
    appendRecord(torn, Acceptance{message}, QFileInfo(file).fileName().left(8).toUInt(nullptr, 16), 2 * 4096);
    QCOMPARE(file.write(torn.first(4096)), 4096);
    file.close();
    QVERIFY(fixture.open());
    const auto claim = fixture.claim();
    QCOMPARE(claim->messages.size(), 1u);
    QCOMPARE(claim->messages[0].id, *whole);
    QCOMPARE(claim->damaged.size(), 0);
    QVERIFY(fixture.accept("life goes on"));
}

void tst_SpoolRescue::theLogDoesNotGrowWithTheYears()
{
    SpoolFixture fixture;
    for (int start = 0; start < 12; ++start) {
        const auto id = fixture.accept("x");
        QVERIFY(id);
        QVERIFY(fixture.settle({.id = *id, .at = fixture.clock.now(), .state = MessageState::Delivered}));
        fixture.close();
        QVERIFY(fixture.open());
    }
    QVERIFY2(logFiles(fixture) <= 4, qPrintable(QString::number(logFiles(fixture))));
}

void tst_SpoolRescue::theSpoolOfTheFirstVersionIsTakenOver()
{
    SpoolFixture fixture;
    fixture.close();
    QVERIFY(QDir(fixture.path()).removeRecursively());
    QVERIFY(QDir().mkpath(fixture.path() + QStringLiteral("/bodies")));
    QFile large(fixture.path() + QStringLiteral("/bodies/0123456789abcdef0123456789abcdef"));
    QVERIFY(large.open(QIODevice::WriteOnly));
    large.write(QByteArray(70'000, 'x'));
    large.close();
    // Written by the first version: a waiting message, a deferred one, a held one in a file, a damaged one, a delivered one.
    QVERIFY(tamper(fixture, R"(
        CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE message(seq INTEGER PRIMARY KEY, received_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, source TEXT NOT NULL,
            sender TEXT NOT NULL, recipients TEXT NOT NULL, remaining TEXT, size INTEGER NOT NULL, checksum INTEGER NOT NULL,
            has_8bit INTEGER NOT NULL, body_file TEXT, state INTEGER NOT NULL, attempts INTEGER NOT NULL, next_attempt INTEGER NOT NULL,
            last_reply TEXT NOT NULL, finished_at INTEGER);
        CREATE INDEX message_due ON message(next_attempt, expires_at) WHERE state = 0;
        CREATE INDEX message_held ON message(seq) WHERE state = 1;
        CREATE INDEX message_finished ON message(finished_at) WHERE finished_at IS NOT NULL;
        CREATE TABLE body(seq INTEGER PRIMARY KEY, octets BLOB NOT NULL);
        CREATE TABLE journal(seq INTEGER NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL, kind INTEGER NOT NULL, detail TEXT NOT NULL,
            PRIMARY KEY(seq, n)) WITHOUT ROWID;
        CREATE TABLE quota(second INTEGER PRIMARY KEY, messages INTEGER NOT NULL, recipients INTEGER NOT NULL);
        INSERT INTO meta VALUES('instance', 77), ('next_seq', 6);
        INSERT INTO message VALUES(1, 5, 9000000000000, '192.0.2.7', 'a@example.com', 'b@example.com', NULL, 5, -6615550055289275125, 0, NULL, 0, 0, 5, '', NULL);
        INSERT INTO message VALUES(2, 5, 9000000000000, '192.0.2.7', '', 'b@example.com' || char(10) || 'c@example.com', 'c@example.com', 5, -6615550055289275125, 0, NULL, 0, 3, 5, '451 no', NULL);
        INSERT INTO message VALUES(3, 5, 9000000000000, '192.0.2.7', 'a@example.com', 'b@example.com', NULL, 70000, 1, 0, '0123456789abcdef0123456789abcdef', 1, 0, 5, '', NULL);
        INSERT INTO message VALUES(4, 5, 9000000000000, '192.0.2.7', 'a@example.com', 'b@example.com', NULL, 5, 1, 0, NULL, 0, 0, 5, '', NULL);
        INSERT INTO message VALUES(5, 5, 9000000000000, '192.0.2.7', 'a@example.com', 'b@example.com', NULL, 5, 1, 0, NULL, 2, 1, 5, '250 ok', 6);
        INSERT INTO body VALUES(1, 'hello'), (2, 'hello'), (4, 'hello');
        INSERT INTO journal VALUES(2, 1, 6, 1, 'first'), (2, 2, 7, 1, 'second'), (5, 1, 6, 2, 'sent');
        PRAGMA user_version = 1;
    )"));
    const auto opened = fixture.open();
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().detail));
    QCOMPARE(fixture.spool->notices().size(), 1);
    QVERIFY2(fixture.spool->notices()[0].contains(QueueId(77, 4).toString()), qPrintable(fixture.spool->notices()[0]));
    QCOMPARE(fixture.spool->counts().queued.load(), 2);
    QCOMPARE(fixture.spool->counts().held.load(), 1);
    QCOMPARE(fixture.spool->counts().damaged.load(), 1);
    QCOMPARE(fixture.show(QueueId(77, 2))->events.size(), 3u);
    QCOMPARE(fixture.spool->nextId().sequence(), 6u);
    fixture.close();
    QVERIFY(fixture.open()); // and it stays taken over
    (void)fixture.wait<int>([&](Spool::Done<int> done) { fixture.spool->release({}, std::move(done)); });
    const auto claim = fixture.claim();
    QCOMPARE(claim->messages.size(), 3u);
    for (const SpoolMessage &message : claim->messages)
        QCOMPARE(octetsOf(message, fixture.spool->folder()),
                 message.id.sequence() == 3 ? QByteArray(70'000, 'x') : QByteArray("hello"));
}

void tst_SpoolRescue::theSpoolOfTheSecondVersionIsTakenOver()
{
    SpoolFixture fixture;
    const auto waits = fixture.accept("waits");
    const auto delivered = fixture.accept("delivered");
    QVERIFY(fixture.settle({.id = *delivered,
                            .at = fixture.clock.now(),
                            .state = MessageState::Delivered,
                            .quota = {fixture.clock.now(), 1, 2}}));
    fixture.close();
    QVERIFY(tamper(fixture, R"(
        ALTER TABLE message DROP COLUMN helo;
        ALTER TABLE message DROP COLUMN user;
        ALTER TABLE message DROP COLUMN utf8;
        ALTER TABLE message DROP COLUMN dsn;
        ALTER TABLE quota RENAME TO quota3;
        CREATE TABLE quota(second INTEGER PRIMARY KEY, messages INTEGER NOT NULL, recipients INTEGER NOT NULL);
        INSERT INTO quota SELECT second, messages, recipients FROM quota3;
        DROP TABLE quota3;
        DROP TABLE conversation;
        PRAGMA user_version = 2;
    )"));
    const auto opened = fixture.open();
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().detail));
    QVERIFY2(fixture.spool->notices().isEmpty(), qPrintable(fixture.spool->notices().join(u' ')));
    QVERIFY(fixture.show(*delivered)->message.state == MessageState::Delivered);
    const auto used = fixture.wait<std::vector<QuotaUse>>(
        [&](auto done) { fixture.spool->quotaUse(fixture.clock.now() - std::chrono::hours(1), std::move(done)); });
    QCOMPARE(used->size(), 1u);
    QCOMPARE(used->front().recipients, 2);
    QCOMPARE(used->front().account, 0u);
    const auto claim = fixture.claim();
    QCOMPARE(claim->messages.size(), 1u);
    QCOMPARE(claim->messages[0].id, *waits);
    QVERIFY(claim->messages[0].dsn.isEmpty());
    QVERIFY(fixture.accept("life goes on"));
}

void tst_SpoolRescue::anOrdinaryFileInPlaceOfTheDatabaseIsSetAside()
{
    SpoolFixture fixture;
    fixture.close();
    QFile file(fixture.path() + QStringLiteral("/spool.sqlite"));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(QByteArray("this is no database\n").repeated(1000));
    file.close();
    QVERIFY(fixture.open());
    QCOMPARE(fixture.spool->notices().size(), 1);
    QVERIFY(fixture.accept("x"));
}

void tst_SpoolRescue::aNewerSpoolIsRefused()
{
    SpoolFixture fixture;
    QVERIFY(fixture.accept("x"));
    fixture.close();
    QVERIFY(tamper(fixture, "PRAGMA user_version = 99"));
    const auto opened = fixture.open();
    QVERIFY(!opened);
    QCOMPARE(opened.error().kind, ErrorKind::Unsupported);
    QVERIFY(tamper(fixture, ("PRAGMA user_version = " + QByteArray::number(kSpoolSchemaVersion)).constData()));
    QVERIFY(fixture.open());
    QCOMPARE(fixture.claim()->messages.size(), 1u);
}

QTEST_GUILESS_MAIN(tst_SpoolRescue)
#include "tst_SpoolRescue.moc"
