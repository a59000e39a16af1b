// SPDX-License-Identifier: GPL-3.0-or-later
#include "SpoolFixture.h"

#include "core/relay/Database.h"

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

} // namespace

class tst_SpoolRepair : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aDamagedRecordIsSetAsideAndTheOthersGoOn_data();
    void aDamagedRecordIsSetAsideAndTheOthersGoOn();
    void aDamagedDatabaseIsReplacedAndWhatCanBeReadIsKept();
    void anOrdinaryFileInPlaceOfTheDatabaseIsSetAside();
    void aNewerSpoolIsRefused();
    void aSecondInstanceIsRefused();
    void aLockOfADeadProcessIsTakenOver();
    void theFolderIsMadePrivate();
    void linksAreRefused();
    void aLinkedBodyIsNotSent();
    void aBodyThatCannotBeOpenedNowIsNotDamaged();
};

void tst_SpoolRepair::aDamagedRecordIsSetAsideAndTheOthersGoOn_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::newRow("octets changed") << QByteArray("UPDATE body SET octets = x'00' || substr(octets, 2) WHERE seq = 1");
    QTest::newRow("octets missing") << QByteArray("DELETE FROM body WHERE seq = 1");
    QTest::newRow("octets cut") << QByteArray("UPDATE body SET octets = substr(octets, 1, 3) WHERE seq = 1");
    QTest::newRow("recipient with a line break and a command") << QByteArray("UPDATE message SET recipients = 'b@example.com>' || char(13, 10) || 'RCPT TO:<v@x.example>' WHERE seq = 1");
    QTest::newRow("sender is no address") << QByteArray("UPDATE message SET sender = 'x' || char(10) WHERE seq = 1");
    QTest::newRow("no recipients") << QByteArray("UPDATE message SET recipients = '' WHERE seq = 1");
    QTest::newRow("no recipients, body in a file") << QByteArray("UPDATE message SET recipients = '' WHERE seq = 1");
    QTest::newRow("body file leads out of the folder") << QByteArray("UPDATE message SET body_file = '../../../etc/passwd' WHERE seq = 1");
    QTest::newRow("body file missing") << QByteArray("UPDATE message SET body_file = '0123456789abcdef0123456789abcdef' WHERE seq = 1");
}

void tst_SpoolRepair::aDamagedRecordIsSetAsideAndTheOthersGoOn()
{
    QFETCH(QByteArray, sql);
    SpoolFixture fixture;
    const bool inFile = QByteArray(QTest::currentDataTag()).contains("in a file");
    const auto bad = fixture.accept(inFile ? QByteArray(300'000, 'x') : QByteArrayLiteral("first message"));
    const auto good = fixture.accept("second message");
    fixture.close();
    QVERIFY(tamper(fixture, sql.constData()));
    QVERIFY(fixture.open());
    const auto claim = fixture.claim();
    QVERIFY2(claim, claim ? "" : qPrintable(claim.error().detail));
    QCOMPARE(claim->messages.size(), 1u);
    QCOMPARE(claim->messages[0].id, *good);
    QCOMPARE(claim->damaged.size(), 1);
    QVERIFY(claim->damaged[0].contains(bad->toString()));
    QCOMPARE(fixture.spool->counts().damaged.load(), 1);
    QCOMPARE(fixture.spool->counts().queued.load(), 1);
    fixture.spool->unclaim(*good);
    QCOMPARE(fixture.claim()->messages.size(), 1u); // and never again
}

void tst_SpoolRepair::aDamagedDatabaseIsReplacedAndWhatCanBeReadIsKept()
{
    SpoolFixture fixture;
    for (int i = 0; i < 200; ++i)
        QVERIFY(fixture.accept(QByteArray(2000, static_cast<char>('a' + i % 26)) + QByteArray::number(i)));
    QVERIFY(fixture.accept(QByteArray(300'000, 'z')));
    fixture.close();
    QFile file(fixture.path() + QStringLiteral("/spool.sqlite"));
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(file.size() / 2 / 4096 * 4096));
    QCOMPARE(file.write(QByteArray(2 * 4096, '\xaa')), 2 * 4096);
    file.close();
    const auto opened = fixture.open();
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().detail));
    QVERIFY2(!fixture.spool->notices().isEmpty(), "nobody was told");
    const auto claim = fixture.claim(1000);
    QVERIFY(claim);
    QVERIFY2(claim->messages.size() >= 150, qPrintable(QString::number(claim->messages.size())));
    for (const SpoolMessage &message : claim->messages)
        QVERIFY(message.body.size == 300'000u || message.body.size > 2000u);
    QVERIFY(fixture.spool->nextId().sequence() > 1'000'000u); // ids of lost records do not come back
    QVERIFY(!QDir(fixture.path() + QStringLiteral("/damaged")).entryList({QStringLiteral("*spool.sqlite")}).isEmpty());
    QVERIFY(fixture.accept("life goes on"));
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
    QVERIFY(tamper(fixture, "PRAGMA user_version = 1"));
    QVERIFY(fixture.open());
    QCOMPARE(fixture.claim()->messages.size(), 1u);
}

void tst_SpoolRepair::aSecondInstanceIsRefused()
{
    SpoolFixture fixture;
    const auto second = Spool::open(fixture.path(), fixture.clock);
    QVERIFY(!second);
    QCOMPARE(second.error().kind, ErrorKind::Denied);
    QVERIFY2(second.error().detail.contains(QString::number(QCoreApplication::applicationPid())), qPrintable(second.error().detail));
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
        QVERIFY(!(QFileInfo(folder).permissions() & (QFile::ReadOther | QFile::ExeOther | QFile::ReadGroup | QFile::ExeGroup)));
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
    struct rlimit before{};
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
