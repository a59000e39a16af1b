// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/relay/SpoolFixture.h"

#include "core/relay/Conversation.h"
#include "core/relay/Resend.h"

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kRoom = 10 << 20;
const QByteArray kSmall = "Subject: small\r\n\r\nA line\r\n";

QByteArray large()
{
    return "Subject: large\r\n\r\n" + QByteArray(300 * 1024, 'x') + "\r\n";
}

Result<SpoolPiece> contentsOf(SpoolFixture &fixture, const QueueId &id)
{
    return fixture.wait<SpoolPiece>(
        [&](Spool::Done<SpoolPiece> done) { fixture.spool->read(id, 0, 1 << 20, std::move(done)); });
}

Result<QueueId> resend(SpoolFixture &fixture, const QueueId &id)
{
    return fixture.wait<QueueId>(
        [&](Spool::Done<QueueId> done) { resendMessage(*fixture.spool, fixture.clock, id, 48h, std::move(done)); });
}

QueueId endedMessage(SpoolFixture &fixture, const QByteArray &octets, MessageState state = MessageState::Delivered)
{
    const auto id = fixture.accept(octets);
    if (!id || !fixture.settle({.id = *id, .at = fixture.clock.now(), .state = state, .events = {}}))
        return {};
    return *id;
}

QStringList saidOf(SpoolFixture &fixture, const QueueId &id)
{
    QStringList texts;
    const auto story = fixture.show(id);
    for (const QByteArray &packed : story ? story->conversations : std::vector<QByteArray>()) {
        for (const MessageTimeline::Line &line : unpackConversation(packed))
            texts += line.text;
    }
    return texts;
}

int keptFiles(const SpoolFixture &fixture)
{
    return static_cast<int>(QDir(fixture.spool->folder().keptFolder()).entryList(QDir::Files).size());
}

int bodyFiles(const SpoolFixture &fixture)
{
    return static_cast<int>(QDir(fixture.spool->folder().bodyFolder()).entryList(QDir::Files).size());
}

} // namespace

class tst_KeptContents : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsKeptUnlessItIsAskedFor();
    void keepsWhatEnded_data();
    void keepsWhatEnded();
    void sendsAgain_data();
    void sendsAgain();
    void whatWaitsIsNotSentTwice();
    void whatAnOperatorDeletedIsGone();
    void theOldestGoWhenThereIsNoRoom();
    void whatIsLargerThanTheRoomIsNotKept();
    void whatIsTooOldGoes();
    void allGoesWhenItIsTurnedOff();
    void staysAcrossARestart();
    void aStrangersFileIsNotSent();
};

void tst_KeptContents::nothingIsKeptUnlessItIsAskedFor()
{
    SpoolFixture fixture;
    const QueueId id = endedMessage(fixture, large());
    QCOMPARE(contentsOf(fixture, id).error().kind, ErrorKind::NotFound);
    QCOMPARE(resend(fixture, id).error().kind, ErrorKind::NotFound);
    QCOMPARE(keptFiles(fixture) + bodyFiles(fixture), 0);
}

void tst_KeptContents::keepsWhatEnded_data()
{
    QTest::addColumn<QByteArray>("octets");
    QTest::addColumn<MessageState>("state");
    QTest::newRow("small, delivered") << kSmall << MessageState::Delivered;
    QTest::newRow("large, delivered") << large() << MessageState::Delivered;
    QTest::newRow("small, bounced") << kSmall << MessageState::Bounced;
    QTest::newRow("large, bounced") << large() << MessageState::Bounced;
}

void tst_KeptContents::keepsWhatEnded()
{
    QFETCH(QByteArray, octets);
    QFETCH(MessageState, state);
    SpoolFixture fixture;
    fixture.spool->keepContents(kRoom);
    const QueueId id = endedMessage(fixture, octets, state);
    const auto piece = contentsOf(fixture, id);
    QVERIFY2(piece, piece ? "" : qPrintable(piece.error().detail));
    QCOMPARE(piece->octets, octets);
    QVERIFY(fixture.spool->keepsContentsOf(id));
    QCOMPARE(bodyFiles(fixture), 0);
    const QFileInfo file(fixture.spool->folder().keptFile(id.sequence()));
    QVERIFY(!(file.permissions() & (QFile::ReadGroup | QFile::ReadOther)));
}

void tst_KeptContents::sendsAgain_data()
{
    keepsWhatEnded_data();
}

void tst_KeptContents::sendsAgain()
{
    QFETCH(QByteArray, octets);
    QFETCH(MessageState, state);
    SpoolFixture fixture;
    fixture.spool->keepContents(kRoom);
    const QueueId id = endedMessage(fixture, octets, state);
    fixture.clock.advance(1h);
    const auto fresh = resend(fixture, id);
    QVERIFY2(fresh, fresh ? "" : qPrintable(fresh.error().detail));
    QVERIFY(*fresh != id);
    const auto claim = fixture.claim();
    QVERIFY(claim && claim->messages.size() == 1);
    const SpoolMessage &message = claim->messages.front();
    QCOMPARE(message.id, *fresh);
    QCOMPARE(octetsOf(message, fixture.spool->folder()), octets);
    QCOMPARE(message.recipients.front().toString(), QStringLiteral("b@example.com"));
    QCOMPARE(message.sender->toString(), QStringLiteral("a@example.com"));
    QCOMPARE(message.source, QStringLiteral("192.0.2.7"));
    QVERIFY(message.expiresAt == fixture.clock.now() + 48h);
    QTRY_VERIFY(saidOf(fixture, id).join(u'\n').contains(fresh->toString()));
    QTRY_VERIFY(saidOf(fixture, *fresh).join(u'\n').contains(id.toString()));
    QVERIFY(fixture.spool->keepsContentsOf(id)); // and once more, should that be wanted
}

void tst_KeptContents::whatWaitsIsNotSentTwice()
{
    SpoolFixture fixture;
    fixture.spool->keepContents(kRoom);
    const auto id = fixture.accept(kSmall);
    QVERIFY(id);
    QCOMPARE(resend(fixture, *id).error().kind, ErrorKind::Denied);
    QCOMPARE(resend(fixture, QueueId(id->instance(), 4711)).error().kind, ErrorKind::NotFound);
}

void tst_KeptContents::whatAnOperatorDeletedIsGone()
{
    SpoolFixture fixture;
    fixture.spool->keepContents(kRoom);
    const auto id = fixture.accept(large());
    QVERIFY(id && fixture.wait<int>([&](Spool::Done<int> done) { fixture.spool->remove(*id, std::move(done)); }));
    QVERIFY(!contentsOf(fixture, *id));
    QCOMPARE(keptFiles(fixture) + bodyFiles(fixture), 0);
}

void tst_KeptContents::theOldestGoWhenThereIsNoRoom()
{
    SpoolFixture fixture;
    fixture.spool->keepContents(700 * 1024);
    const QueueId first = endedMessage(fixture, large());
    const QueueId second = endedMessage(fixture, large());
    QVERIFY(contentsOf(fixture, first));
    const QueueId third = endedMessage(fixture, large());
    QVERIFY(!contentsOf(fixture, first));
    QVERIFY(contentsOf(fixture, second) && contentsOf(fixture, third));
    fixture.spool->keepContents(400 * 1024);
    QVERIFY(!contentsOf(fixture, second));
    QVERIFY(contentsOf(fixture, third));
}

void tst_KeptContents::whatIsLargerThanTheRoomIsNotKept()
{
    SpoolFixture fixture;
    fixture.spool->keepContents(100 * 1024);
    const QueueId small = endedMessage(fixture, kSmall);
    const QueueId big = endedMessage(fixture, large());
    QVERIFY(contentsOf(fixture, small));
    QVERIFY(!contentsOf(fixture, big));
    QCOMPARE(bodyFiles(fixture), 0);
}

void tst_KeptContents::whatIsTooOldGoes()
{
    SpoolFixture fixture;
    fixture.spool->keepContents(kRoom);
    const QueueId first = endedMessage(fixture, large());
    fixture.clock.advance(24h);
    const QueueId second = endedMessage(fixture, kSmall);
    fixture.spool->forgetContents(fixture.clock.now() - 23h);
    QVERIFY(!contentsOf(fixture, first));
    QVERIFY(contentsOf(fixture, second));
}

void tst_KeptContents::allGoesWhenItIsTurnedOff()
{
    SpoolFixture fixture;
    fixture.spool->keepContents(kRoom);
    const QueueId id = endedMessage(fixture, large());
    fixture.spool->keepContents(0);
    QVERIFY(!contentsOf(fixture, id));
    QCOMPARE(keptFiles(fixture), 0);
}

void tst_KeptContents::staysAcrossARestart()
{
    SpoolFixture fixture;
    fixture.spool->keepContents(kRoom);
    const QueueId id = endedMessage(fixture, large());
    QVERIFY(contentsOf(fixture, id));
    fixture.close();
    QVERIFY(fixture.open());
    fixture.spool->keepContents(kRoom);
    QCOMPARE(contentsOf(fixture, id)->octets, large());
    fixture.spool->forgetContents(fixture.clock.now() + 1s); // the time when it ended is known still
    QVERIFY(!contentsOf(fixture, id));
    fixture.close();
    QVERIFY(fixture.open());
    fixture.spool->keepContents(400 * 1024); // what was there counts
    QVERIFY(contentsOf(fixture, endedMessage(fixture, large())));
    QCOMPARE(keptFiles(fixture), 1);
}

void tst_KeptContents::aStrangersFileIsNotSent()
{
    SpoolFixture fixture;
    const QueueId id = endedMessage(fixture, kSmall);
    const SpoolFolder &folder = fixture.spool->folder();
    QFile secret(fixture.path() + QStringLiteral("/../secret"));
    QVERIFY(secret.open(QIODevice::WriteOnly) && secret.write("a secret") > 0);
    secret.close();
    QVERIFY(QFile::link(secret.fileName(), folder.keptFile(id.sequence())));
    QVERIFY(QFile::copy(secret.fileName(), folder.keptFolder() + QStringLiteral("/stranger.txt")));
    QVERIFY(!contentsOf(fixture, id));
    QVERIFY(!resend(fixture, id));
    fixture.spool->keepContents(kRoom);
    QVERIFY(!contentsOf(fixture, id));
    QCOMPARE(keptFiles(fixture), 0);
    QVERIFY(secret.exists());
}

QTEST_GUILESS_MAIN(tst_KeptContents)
#include "tst_KeptContents.moc"
