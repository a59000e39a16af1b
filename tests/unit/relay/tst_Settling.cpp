// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/Compose.h"
#include "core/relay/BodyChecksum.h"
#include "core/relay/Schedule.h"
#include "core/relay/Settling.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

EmailAddress address(const char *text)
{
    return *EmailAddress::parse(QString::fromLatin1(text));
}

const TimePoint kNow = TimePoint(1'795'000'000'000ms);
const EmailAddress kA = address("a@example.com");
const EmailAddress kB = address("b@example.com");

SpoolMessage message()
{
    SpoolMessage made;
    made.id = QueueId(7, 1);
    made.receivedAt = kNow - 1h;
    made.expiresAt = kNow + 47h;
    made.source = QStringLiteral("192.0.2.7");
    made.sender = address("scanner@example.com");
    made.recipients = {kA, kB};
    return made;
}

SettlingContext context()
{
    return {.now = kNow,
            .bounceFrom = address("relay@example.com"),
            .reportingHost = "relay.example.com",
            .upstream = "smtp.example.net",
            .token = "abc123",
            .nextId = [] { return QueueId(7, 2); },
            .originalHead = [] { return QByteArray("Subject: s\r\n\r\n"); }};
}

AttemptVerdict verdict(Fate a, Fate b, RouteNews news = RouteNews::None)
{
    return {
        {{kA, a, QStringLiteral("answer a")}, {kB, b, QStringLiteral("answer b")}}, news, QStringLiteral("summary")};
}

QStringList kinds(const Settlement &settlement)
{
    QStringList found;
    for (const JournalEvent &event : settlement.events)
        found += toString(event.kind);
    return found;
}

} // namespace

class tst_Settling : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void reportsToThoseWhoAskedForIt();
    void saysWhichWayItTook();
    void aDeliveredMessageLeaves();
    void deferredRecipientsStayAndDeliveredOnesDoNot();
    void refusedRecipientsAreReportedInTheSameCommit();
    void aReportIsNeverReportedToNobody();
    void anUndeliverableReportGoesToThePostmasterOnce();
    void whatExpiresIsReported();
    void aRefusedSignInCostsNothing();
    void inDoubtWaitsLongAndSaysSo();
    void tooManyRecipientsAreTriedAtOnce();
    void aMessageThatWaitedTooLongIsGivenUp();
    void tellsOfADelayWhoAskedForIt();
};

void tst_Settling::tellsOfADelayWhoAskedForIt()
{
    SpoolMessage waiting = message();
    waiting.attempts = 3;
    waiting.nextAttempt = kNow + 1h;
    waiting.lastReply = QStringLiteral("451 4.7.1 Greylisted");
    waiting.dsn.envelope.envelopeId = "env-1";
    waiting.dsn.envelope.returned = DsnRequest::Return::Full; // of failures only (RFC 3461 §4.3)
    waiting.body.size = 14;
    waiting.dsn.recipients = {{kA, {.failure = true}},
                              {kB, {.delay = true, .originalRecipient = "rfc822;bob@example.org"}}};
    QVERIFY(waiting.dsn.wantsDelay());
    const Settlement told = settlementOfDelayed(waiting, waiting.lastReply, context());
    QCOMPARE(toString(told.state), toString(MessageState::Queued));
    QVERIFY(!told.countsAsAttempt);
    QCOMPARE(told.nextAttempt, waiting.nextAttempt);
    QCOMPARE(told.lastReply, waiting.lastReply);
    QCOMPARE(told.remaining.size(), 2u);
    QCOMPARE(kinds(told), QStringList{toString(JournalKind::Delayed)});
    QVERIFY(told.bounce);
    QVERIFY(told.bounce->recipients == std::vector{address("scanner@example.com")});
    QVERIFY(!told.bounce->sender);
    QVERIFY(!told.bounce->dsn.wantsDelay()); // a report is never reported
    const QByteArray report = told.bounce->body.octets;
    QVERIFY2(report.contains("Subject: Mail is delayed\r\n"), report.constData());
    QVERIFY2(report.contains("Original-Envelope-Id: env-1\r\n"), report.constData());
    QVERIFY2(report.contains("Original-Recipient: rfc822; bob@example.org\r\nFinal-Recipient: rfc822; b@example.com\r\n"
                             "Action: delayed\r\nStatus: 4.7.1\r\n"),
             report.constData());
    QVERIFY2(report.contains("Will-Retry-Until: " + rfc5322Date(waiting.expiresAt) + "\r\n"), report.constData());
    QVERIFY2(!report.contains("a@example.com"), report.constData()); // did not ask
    QVERIFY2(report.contains("Content-Type: text/rfc822-headers"), report.constData());

    waiting.sender.reset();
    const Settlement nobody = settlementOfDelayed(waiting, waiting.lastReply, context());
    QVERIFY(!nobody.bounce);
    QCOMPARE(kinds(nobody), QStringList{toString(JournalKind::Delayed)}); // and it is not asked again
}

void tst_Settling::reportsToThoseWhoAskedForIt()
{
    SpoolMessage asking = message();
    asking.dsn.envelope.returned = DsnRequest::Return::Full;
    asking.body.size = 14; // all of it is the head
    asking.dsn.recipients = {{kA, {.success = true}}, {kB, {.success = true, .failure = true}}};
    // One was taken by a host that reports nothing, the other refused: one report tells both.
    const Settlement both = settlementOf(asking, verdict(Fate::Delivered, Fate::Refused), context());
    QVERIFY(both.bounce);
    const QByteArray report = both.bounce->body.octets;
    QVERIFY2(report.contains("Final-Recipient: rfc822; a@example.com\r\nAction: relayed\r\n"), report.constData());
    QVERIFY2(report.contains("Final-Recipient: rfc822; b@example.com\r\nAction: failed\r\n"), report.constData());
    QVERIFY2(report.contains("Content-Type: message/rfc822\r\n"), report.constData());

    SettlingContext passedOn = context();
    passedOn.dsnWasPassedOn = true;
    QVERIFY(!settlementOf(asking, verdict(Fate::Delivered, Fate::Delivered), passedOn).bounce);
    const Settlement handedOn = settlementOf(asking, verdict(Fate::Delivered, Fate::Delivered), context());
    QVERIFY(handedOn.bounce && handedOn.bounce->body.octets.contains("Subject: Mail was handed on\r\n"));
    QCOMPARE(toString(handedOn.state), toString(MessageState::Delivered));

    // Who wants to hear of success alone hears nothing of a failure.
    const Settlement quiet = settlementOf(asking, verdict(Fate::Refused, Fate::Delivered), passedOn);
    QVERIFY(!quiet.bounce);
    QCOMPARE(kinds(quiet).last(), toString(JournalKind::NoBounce));
    asking.sender.reset();
    QVERIFY(!settlementOf(asking, verdict(Fate::Delivered, Fate::Delivered), context()).bounce);
}

void tst_Settling::saysWhichWayItTook()
{
    SettlingContext context = ::context();
    context.remark = QStringLiteral("by backup.example.net");
    const Settlement settlement = settlementOf(message(), verdict(Fate::Delivered, Fate::Delivered), context);
    QVERIFY(settlement.events[0].detail.endsWith(QStringLiteral("(by backup.example.net)")));
}

void tst_Settling::aDeliveredMessageLeaves()
{
    const Settlement settlement = settlementOf(message(), verdict(Fate::Delivered, Fate::Delivered), context());
    QCOMPARE(toString(settlement.state), toString(MessageState::Delivered));
    QVERIFY(settlement.remaining.empty());
    QVERIFY(!settlement.bounce);
    QCOMPARE(kinds(settlement), QStringList{toString(JournalKind::Delivered)});
    QVERIFY(settlement.events[0].detail.contains(QStringLiteral("a@example.com, b@example.com")));
}

void tst_Settling::deferredRecipientsStayAndDeliveredOnesDoNot()
{
    SpoolMessage twice = message();
    twice.attempts = 1;
    const Settlement settlement = settlementOf(twice, verdict(Fate::Delivered, Fate::Deferred), context());
    QCOMPARE(toString(settlement.state), toString(MessageState::Queued));
    QVERIFY(settlement.remaining == std::vector{kB});
    QCOMPARE(settlement.nextAttempt, nextAttempt(2, kNow, 0.5));
    QVERIFY(settlement.countsAsAttempt);
    QCOMPARE(settlement.lastReply, QStringLiteral("answer b")); // that of the one who waits
}

void tst_Settling::refusedRecipientsAreReportedInTheSameCommit()
{
    const Settlement settlement = settlementOf(message(), verdict(Fate::Refused, Fate::Deferred), context());
    QCOMPARE(toString(settlement.state), toString(MessageState::Queued));
    QVERIFY(settlement.remaining == std::vector{kB});
    QVERIFY(settlement.bounce);
    QCOMPARE(settlement.bounce->id, QueueId(7, 2));
    QVERIFY(!settlement.bounce->sender);
    QVERIFY(settlement.bounce->recipients == std::vector{address("scanner@example.com")});
    QVERIFY(settlement.bounce->body.octets.contains("a@example.com"));
    QVERIFY(!settlement.bounce->body.octets.contains("Final-Recipient: rfc822; b@example.com"));
    QCOMPARE(settlement.bounce->body.checksum, bodyChecksum(settlement.bounce->body.octets));
}

void tst_Settling::aReportIsNeverReportedToNobody()
{
    SpoolMessage nobody = message();
    nobody.sender.reset();
    SettlingContext withPostmaster = context();
    withPostmaster.postmaster = address("admin@example.com");
    const Settlement settlement = settlementOf(nobody, verdict(Fate::Refused, Fate::Refused), withPostmaster);
    QCOMPARE(toString(settlement.state), toString(MessageState::Bounced));
    QVERIFY(!settlement.bounce);
    QVERIFY(kinds(settlement).contains(toString(JournalKind::NoBounce)));
}

void tst_Settling::anUndeliverableReportGoesToThePostmasterOnce()
{
    SpoolMessage report = message();
    report.sender.reset();
    report.source = bounceSource();
    SettlingContext withPostmaster = context();
    withPostmaster.postmaster = address("admin@example.com");
    const Settlement first = settlementOf(report, verdict(Fate::Refused, Fate::Refused), withPostmaster);
    QVERIFY(first.bounce);
    QVERIFY(first.bounce->recipients == std::vector{address("admin@example.com")});
    report.recipients = {address("admin@example.com")};
    const AttemptVerdict refused{
        {{report.recipients[0], Fate::Refused, QStringLiteral("550 no")}}, RouteNews::None, QStringLiteral("550 no")};
    QVERIFY(!settlementOf(report, refused, withPostmaster).bounce);
}

void tst_Settling::whatExpiresIsReported()
{
    SpoolMessage old = message();
    old.expiresAt = kNow;
    const Settlement settlement = settlementOf(old, verdict(Fate::Deferred, Fate::Delivered), context());
    QCOMPARE(toString(settlement.state), toString(MessageState::Bounced));
    QVERIFY(kinds(settlement).contains(toString(JournalKind::Expired)));
    QVERIFY(settlement.bounce);
    QVERIFY(settlement.bounce->body.octets.contains("Status: 4.4.7"));
}

void tst_Settling::aRefusedSignInCostsNothing()
{
    SpoolMessage old = message();
    old.expiresAt = kNow - 1h;
    const Settlement settlement =
        settlementOf(old, verdict(Fate::Deferred, Fate::Deferred, RouteNews::SignInRefused), context());
    QCOMPARE(toString(settlement.state), toString(MessageState::Queued));
    QVERIFY(!settlement.countsAsAttempt);
    QVERIFY(!settlement.bounce);
    QCOMPARE(settlement.remaining.size(), 2u);
}

void tst_Settling::inDoubtWaitsLongAndSaysSo()
{
    AttemptVerdict doubt = verdict(Fate::Deferred, Fate::Deferred, RouteNews::Unreachable);
    doubt.inDoubt = true;
    const Settlement settlement = settlementOf(message(), doubt, context());
    QCOMPARE(settlement.nextAttempt, kNow + kInDoubtDelay);
    QCOMPARE(kinds(settlement), QStringList{toString(JournalKind::InDoubt)});
}

void tst_Settling::tooManyRecipientsAreTriedAtOnce()
{
    AttemptVerdict rest = verdict(Fate::Delivered, Fate::Deferred, RouteNews::Success);
    rest.retryAtOnce = true;
    QCOMPARE(settlementOf(message(), rest, context()).nextAttempt, kNow);
}

void tst_Settling::aMessageThatWaitedTooLongIsGivenUp()
{
    const Settlement settlement =
        settlementOfExpired(message(), QStringLiteral("The smart host cannot be reached."), context());
    QCOMPARE(toString(settlement.state), toString(MessageState::Bounced));
    QVERIFY(settlement.bounce);
    QVERIFY(settlement.bounce->body.octets.contains("Final-Recipient: rfc822; b@example.com"));
    QVERIFY(settlement.bounce->body.octets.contains("The smart host cannot be reached."));
}

QTEST_GUILESS_MAIN(tst_Settling)
#include "tst_Settling.moc"
