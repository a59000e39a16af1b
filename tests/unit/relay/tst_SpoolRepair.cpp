// SPDX-License-Identifier: GPL-3.0-or-later
#include "SpoolFixture.h"

#include "core/relay/Database.h"
#include "core/relay/LogEntry.h"
#include "core/relay/SpoolSchema.h"

#include <QDir>
#include <QFileInfo>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#include <unistd.h>
#endif

using namespace relaywright;
using namespace relaywright::test;

namespace {

/// Runs SQL on the closed spool's database, as a fault or a stranger would.
bool tamper(const SpoolFixture &fixture, const char *sql)
{
    auto database = Database::open(fixture.path() + QStringLiteral("/spool.sqlite"));
    return database && database->execute(sql);
}

/// Changes the octets `from` to `to` in the log of a closed spool; `sealed` makes the record's checksum fit again, as
/// somebody would who knows how it is made.
bool tamperLog(const SpoolFixture &fixture, const QByteArray &from, const QByteArray &to, bool sealed)
{
    const QDir folder(fixture.path() + QStringLiteral("/log"));
    for (const QString &name : folder.entryList(QDir::Files)) {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::ReadWrite))
            return false;
        const QByteArray octets = file.readAll();
        const qsizetype at = octets.indexOf(from);
        if (at < 0)
            continue;
        const qsizetype begin = octets.lastIndexOf("RWL1", at);
        const auto segment = name.left(8).toUInt(nullptr, 16);
        const auto length =
            recordLength(QByteArrayView(octets).sliced(begin), segment, static_cast<std::uint32_t>(begin));
        if (!length || from.size() != to.size())
            return false;
        QByteArray record = octets.mid(begin, *length);
        record.replace(at - begin, from.size(), to);
        if (sealed)
            sealRecord(record, *length, segment, static_cast<std::uint32_t>(begin));
        return file.seek(begin) && file.write(record) == record.size();
    }
    return false;
}

int logFiles(const SpoolFixture &fixture)
{
    return static_cast<int>(QDir(fixture.path() + QStringLiteral("/log")).entryList(QDir::Files).size());
}

} // namespace

class tst_SpoolRepair : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aDamagedRecordIsSetAsideAndTheOthersGoOn_data();
    void aDamagedRecordIsSetAsideAndTheOthersGoOn();
    void aDamagedRowIsSetAsideAndTheOthersGoOn_data();
    void aDamagedRowIsSetAsideAndTheOthersGoOn();
    void aBodyFileThatCannotBeOursIsNotOpened_data();
    void aBodyFileThatCannotBeOursIsNotOpened();
    void aDamagedDatabaseIsReplacedAndNothingIsLost();
    void whatTheDatabaseDoesNotHaveYetComesFromTheLog();
    void aTornEndOfTheLogTakesNothingElseWithIt();
    void theLogDoesNotGrowWithTheYears();
    void theSpoolOfTheFirstVersionIsTakenOver();
    void anOrdinaryFileInPlaceOfTheDatabaseIsSetAside();
    void aNewerSpoolIsRefused();
    void aSecondInstanceIsRefused();
    void aLockOfADeadProcessIsTakenOver();
    void theFolderIsMadePrivate();
    void linksAreRefused();
    void aLinkedBodyIsNotSent();
    void aBodyThatCannotBeOpenedNowIsNotDamaged();

private:
    void expectSetAside(SpoolFixture &fixture, const QueueId &bad, const QueueId &good);
};

void tst_SpoolRepair::aDamagedRecordIsSetAsideAndTheOthersGoOn_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<bool>("sealed");
    const QByteArray recipient = "recipient-with-a-long-local-part@example.com";
    QTest::newRow("octets changed") << QByteArray("first message") << QByteArray("First message") << false;
    QTest::newRow("octets lost") << QByteArray("first message") << QByteArray(13, '\0') << false;
    QTest::newRow("fewer octets than were accepted")
        << QByteArray("\x0d\0\0\0first", 9) << QByteArray("\x0c\0\0\0first", 9) << true;
    QTest::newRow("recipient with a line break and a command")
        << recipient << QByteArray("recipi@example.com>\r\nRCPT TO:<vv@x.examples>") << true;
    QTest::newRow("sender is no address") << QByteArray("a@example.com") << QByteArray("a\nexample.com") << true;
    QTest::newRow("no recipients") << QByteArray("\1\0\0\0", 4) + QByteArray(1, char(recipient.size()))
                                          + QByteArray(3, '\0') + recipient
                                   << QByteArray(8 + recipient.size(), '\0') << true;
}

void tst_SpoolRepair::aDamagedRecordIsSetAsideAndTheOthersGoOn()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QFETCH(bool, sealed);
    SpoolFixture fixture;
    const auto bad = fixture.accept("first message", {QStringLiteral("recipient-with-a-long-local-part@example.com")});
    const auto good = fixture.accept("second message");
    fixture.close();
    QVERIFY(tamperLog(fixture, from, to, sealed));
    QVERIFY(fixture.open());
    expectSetAside(fixture, *bad, *good);
}

void tst_SpoolRepair::aDamagedRowIsSetAsideAndTheOthersGoOn_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::newRow("remaining recipient with a line break and a command") << QByteArray(
        "UPDATE message SET remaining = 'b@example.com>' || char(13, 10) || 'RCPT TO:<v@x.example>' WHERE seq = 1");
    QTest::newRow("nobody remains") << QByteArray("UPDATE message SET remaining = '' WHERE seq = 1");
    QTest::newRow("the place of another message")
        << QByteArray("UPDATE message SET (segment, place_offset, place_length) = (SELECT segment, place_offset, "
                      "place_length FROM message "
                      "WHERE seq = 2) WHERE seq = 1");
    QTest::newRow("a place that is none") << QByteArray("UPDATE message SET segment = 999 WHERE seq = 1");
}

void tst_SpoolRepair::aDamagedRowIsSetAsideAndTheOthersGoOn()
{
    QFETCH(QByteArray, sql);
    SpoolFixture fixture;
    const auto bad = fixture.accept("first message");
    const auto good = fixture.accept("second message");
    fixture.close();
    QVERIFY(tamper(fixture, sql.constData()));
    QVERIFY(fixture.open());
    expectSetAside(fixture, *bad, *good);
}

void tst_SpoolRepair::aBodyFileThatCannotBeOursIsNotOpened_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("out of the folder") << QByteArray("../../../../../../../etc/hostnam");
    QTest::newRow("missing") << QByteArray("0123456789abcdef0123456789abcdef");
}

void tst_SpoolRepair::aBodyFileThatCannotBeOursIsNotOpened()
{
    QFETCH(QByteArray, name);
    SpoolFixture fixture;
    const auto bad = fixture.accept(QByteArray(300'000, 'x'));
    const auto good = fixture.accept("second message");
    const QStringList files = QDir(fixture.path() + QStringLiteral("/bodies")).entryList(QDir::Files);
    QCOMPARE(files.size(), 1);
    fixture.close();
    QVERIFY(tamperLog(fixture, files[0].toLatin1(), name, true));
    QVERIFY(fixture.open());
    expectSetAside(fixture, *bad, *good);
}

void tst_SpoolRepair::expectSetAside(SpoolFixture &fixture, const QueueId &bad, const QueueId &good)
{
    const auto claim = fixture.claim();
    QVERIFY2(claim, claim ? "" : qPrintable(claim.error().detail));
    QCOMPARE(claim->messages.size(), 1u);
    QCOMPARE(claim->messages[0].id, good);
    QCOMPARE(claim->damaged.size(), 1);
    QVERIFY(claim->damaged[0].contains(bad.toString()));
    QCOMPARE(fixture.spool->counts().damaged.load(), 1);
    QCOMPARE(fixture.spool->counts().queued.load(), 1);
    QCOMPARE(toString(fixture.show(bad)->message.state), toString(MessageState::Damaged));
    fixture.spool->unclaim(good);
    QCOMPARE(fixture.claim()->messages.size(), 1u); // and never again
    fixture.close();
    QVERIFY(fixture.open());
    QCOMPARE(fixture.spool->counts().damaged.load(), 1);
}

void tst_SpoolRepair::aDamagedDatabaseIsReplacedAndNothingIsLost()
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

void tst_SpoolRepair::whatTheDatabaseDoesNotHaveYetComesFromTheLog()
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

void tst_SpoolRepair::aTornEndOfTheLogTakesNothingElseWithIt()
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

void tst_SpoolRepair::theLogDoesNotGrowWithTheYears()
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

void tst_SpoolRepair::theSpoolOfTheFirstVersionIsTakenOver()
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

void tst_SpoolRepair::anOrdinaryFileInPlaceOfTheDatabaseIsSetAside()
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

void tst_SpoolRepair::aNewerSpoolIsRefused()
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

void tst_SpoolRepair::aSecondInstanceIsRefused()
{
    SpoolFixture fixture;
    const auto second = Spool::open(fixture.path(), fixture.clock);
    QVERIFY(!second);
    QCOMPARE(second.error().kind, ErrorKind::Denied);
    QVERIFY2(second.error().detail.contains(QString::number(QCoreApplication::applicationPid())),
             qPrintable(second.error().detail));
}

void tst_SpoolRepair::aLockOfADeadProcessIsTakenOver()
{
#ifdef Q_OS_UNIX
    SpoolFixture fixture;
    fixture.close();
    // Whatever it says: also our own number, as where every start of a container is process 1.
    QFile lock(fixture.path() + QStringLiteral("/lock"));
    QVERIFY(lock.open(QIODevice::WriteOnly));
    lock.write(QByteArray::number(QCoreApplication::applicationPid()) + "\n");
    lock.close();
    const auto opened = fixture.open();
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().detail));
#endif
}

void tst_SpoolRepair::theFolderIsMadePrivate()
{
#ifdef Q_OS_UNIX
    SpoolFixture fixture;
    fixture.close();
    QVERIFY(QFile::setPermissions(fixture.path(), QFile::Permissions(0x7755)));
    QVERIFY(fixture.open());
    for (const QString &folder : {fixture.path(), fixture.path() + QStringLiteral("/bodies")})
        QVERIFY(!(QFileInfo(folder).permissions()
                  & (QFile::ReadOther | QFile::ExeOther | QFile::ReadGroup | QFile::ExeGroup)));
#endif
}

void tst_SpoolRepair::linksAreRefused()
{
#ifdef Q_OS_UNIX
    SpoolFixture fixture;
    fixture.close();
    const QString real = fixture.path() + QStringLiteral("-real");
    QVERIFY(QDir().rename(fixture.path(), real));
    QVERIFY(QFile::link(real, fixture.path()));
    const auto linked = fixture.open();
    QVERIFY(!linked);
    QCOMPARE(linked.error().kind, ErrorKind::Denied);
    QVERIFY(QFile::remove(fixture.path()));
    QVERIFY(QDir().rename(real, fixture.path()));
    const QString database = fixture.path() + QStringLiteral("/spool.sqlite");
    QVERIFY(QFile::rename(database, database + QStringLiteral("-real")));
    QVERIFY(QFile::link(database + QStringLiteral("-real"), database));
    QVERIFY(!fixture.open());
#endif
}

void tst_SpoolRepair::aLinkedBodyIsNotSent()
{
#ifdef Q_OS_UNIX
    SpoolFixture fixture;
    const QByteArray octets(300'000, 'x');
    QVERIFY(fixture.accept(octets));
    QVERIFY(fixture.accept(octets));
    const QDir bodies(fixture.path() + QStringLiteral("/bodies"));
    const QStringList names = bodies.entryList(QDir::Files);
    QCOMPARE(names.size(), 2);
    fixture.close();
    QFile outside(fixture.path() + QStringLiteral("/../outside"));
    QVERIFY(outside.open(QIODevice::WriteOnly));
    outside.write(octets);
    outside.close();
    const QByteArray target = QFile::encodeName(QFileInfo(outside).absoluteFilePath());
    QVERIFY(QFile::remove(bodies.filePath(names[0])) && QFile::remove(bodies.filePath(names[1])));
    QCOMPARE(::symlink(target.constData(), QFile::encodeName(bodies.filePath(names[0])).constData()), 0);
    QCOMPARE(::link(target.constData(), QFile::encodeName(bodies.filePath(names[1])).constData()), 0);
    QVERIFY(fixture.open());
    const auto claim = fixture.claim();
    QVERIFY(claim->messages.empty());
    QCOMPARE(claim->damaged.size(), 2);
#endif
}

void tst_SpoolRepair::aBodyThatCannotBeOpenedNowIsNotDamaged()
{
#ifdef Q_OS_UNIX
    SpoolFixture fixture;
    QVERIFY(fixture.accept(QByteArray(300'000, 'x')));
    struct rlimit before {};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
    struct rlimit none = before;
    const int firstFree = ::dup(0);
    ::close(firstFree);
    none.rlim_cur = static_cast<rlim_t>(firstFree);
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &none), 0);
    const auto denied = fixture.claim();
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &before), 0);
    QVERIFY2(denied, denied ? "" : qPrintable(denied.error().detail));
    QVERIFY(denied->messages.empty());
    QVERIFY(denied->damaged.isEmpty());
    QCOMPARE(denied->postponed.size(), 1);
    QCOMPARE(denied->nextDue, fixture.clock.now() + std::chrono::minutes(1));
    QCOMPARE(fixture.spool->counts().damaged.load(), 0);
    fixture.clock.advance(std::chrono::minutes(1));
    QCOMPARE(fixture.claim()->messages.size(), 1u);
#endif
}

QTEST_GUILESS_MAIN(tst_SpoolRepair)
#include "tst_SpoolRepair.moc"
