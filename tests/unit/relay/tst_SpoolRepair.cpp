// SPDX-License-Identifier: GPL-3.0-or-later
#include "SpoolFixture.h"

#include "core/relay/Database.h"
#include "core/relay/LogEntry.h"

#include <QDir>
#include <QFileInfo>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#include <unistd.h>
#endif

using namespace relaywright;
using namespace relaywright::test;

class tst_SpoolRepair : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aDamagedRecordIsSetAsideAndTheOthersGoOn_data();
    void aDamagedRecordIsSetAsideAndTheOthersGoOn();
    void aDamagedRowIsSetAsideAndTheOthersGoOn_data();
    void aDamagedRowIsSetAsideAndTheOthersGoOn();
    void aBodyFileThatCannotBeOursIsNotOpened_data();
    void aBodyFileThatCannotBeOursIsNotOpened();
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
