// SPDX-License-Identifier: GPL-3.0-or-later
#include "DeliveryFixture.h"

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

// What a device asked of delivery reports (RFC 3461), and what becomes of it.

namespace {

SpoolMessage messageWithWishes(DeliveryFixture &fixture)
{
    SpoolMessage message = fixture.message();
    message.recipients = {address("b@example.com"), address("c@example.com"), address("d@example.com")};
    message.dsn.envelope = {DsnRequest::Return::Headers, "Scan 7"};
    message.dsn.recipients = {
        {address("b@example.com"), {.success = true, .originalRecipient = "rfc822;Bob+2B1@example.org"}},
        {address("c@example.com"), {.never = true}}};
    return message;
}

QByteArrayList commandsWith(const SmtpSink &sink, const QByteArray &verb)
{
    QByteArrayList found;
    for (const QByteArray &command : sink.commands()) {
        if (command.startsWith(verb))
            found += command;
    }
    return found;
}

} // namespace

class tst_Reports : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void passesReportWishesOn();
    void reportsWhatAHostWithoutReportsTook();
    void heedsWhoWantsNoReport();
    void returnsAMessageThatNeedsUtf8();
    void tellsOnceThatAMessageWaits();
    void tellsNobodyOfADelayWhileTheReportWouldWaitAsWell();
};

void tst_Reports::passesReportWishesOn()
{
    SmtpSink sink(SmtpSink::Options{.capabilities = {"PIPELINING", "DSN"}});
    QVERIFY(sink.listen());
    DeliveryFixture fixture;
    fixture.addRoute(defaultRouteName(), {fixture.host(sink.port())});
    fixture.start();
    fixture.accept(messageWithWishes(fixture));
    QTRY_COMPARE(sink.messages().size(), 1u);
    QCOMPARE(commandsWith(sink, "MAIL"), (QByteArrayList{"MAIL FROM:<scanner@example.com> RET=HDRS ENVID=Scan+207"}));
    QCOMPARE(commandsWith(sink, "RCPT"),
             (QByteArrayList{"RCPT TO:<b@example.com> NOTIFY=SUCCESS ORCPT=rfc822;Bob+2B1@example.org",
                             "RCPT TO:<c@example.com> NOTIFY=NEVER", "RCPT TO:<d@example.com>"}));
    QTRY_COMPARE(fixture.delivery->delivered(), 1u);
    QVERIFY(!fixture.settlements[0].bounce); // whoever took it reports
}

void tst_Reports::reportsWhatAHostWithoutReportsTook()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    DeliveryFixture fixture;
    fixture.addRoute(defaultRouteName(), {fixture.host(sink.port())});
    fixture.start();
    fixture.accept(messageWithWishes(fixture));
    QTRY_COMPARE(sink.messages().size(), 2u); // the message, and the report
    const QByteArray report = sink.messages()[1].data;
    QCOMPARE(sink.messages()[1].reversePath, QByteArray());
    QCOMPARE(sink.messages()[1].forwardPaths, QByteArrayList{"scanner@example.com"});
    for (const char *field : {"Original-Envelope-Id: Scan 7\r\n", "Original-Recipient: rfc822; Bob+1@example.org\r\n",
                              "Final-Recipient: rfc822; b@example.com\r\nAction: relayed\r\nStatus: 2.0.0\r\n"})
        QVERIFY2(report.contains(field), report.constData());
    QVERIFY(!report.contains("c@example.com") && !report.contains("d@example.com"));
}

void tst_Reports::heedsWhoWantsNoReport()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    sink.answerRecipient("c@example.com", "550 5.1.1 nobody");
    DeliveryFixture fixture;
    fixture.addRoute(defaultRouteName(), {fixture.host(sink.port())});
    fixture.start();
    SpoolMessage message = messageWithWishes(fixture);
    message.recipients = {address("c@example.com")};
    const QueueId id = fixture.accept(std::move(message));
    QTRY_COMPARE(fixture.delivery->bounced(), 1u);
    QTRY_VERIFY(fixture.story(id).contains(QStringLiteral("no-bounce: no report of failures was asked for")));
    QVERIFY(!fixture.settlements[0].bounce);
}

void tst_Reports::returnsAMessageThatNeedsUtf8()
{
    SmtpSink sink(SmtpSink::Options{.capabilities = {"8BITMIME"}});
    QVERIFY(sink.listen());
    DeliveryFixture fixture;
    fixture.addRoute(defaultRouteName(), {fixture.host(sink.port())});
    fixture.start();
    SpoolMessage needs = fixture.message();
    needs.utf8 = true;
    const QueueId id = fixture.accept(std::move(needs), "From: Sc\xc3\xa4nner <scanner@example.com>\r\n\r\nbody\r\n");
    QTRY_COMPARE(fixture.delivery->bounced(), 1u);
    QVERIFY2(fixture.story(id).contains(QStringLiteral("5.6.7")), qPrintable(fixture.story(id)));
    QTRY_COMPARE(sink.messages().size(), 1u);
    QVERIFY2(sink.messages()[0].data.contains("Status: 5.6.7\r\n"), sink.messages()[0].data.constData());
    // One that asked to no purpose has nothing that such a host could not take.
    SpoolMessage asked = fixture.message();
    asked.utf8 = true;
    fixture.accept(std::move(asked));
    QTRY_COMPARE(sink.messages().size(), 2u);
}

void tst_Reports::tellsOnceThatAMessageWaits()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    sink.answerRecipient("d@example.com", "451 4.2.2 Mailbox full");
    DeliveryFixture fixture;
    fixture.addRoute(defaultRouteName(), {fixture.host(sink.port())});
    fixture.settings.common.delayReport = 300ms;
    fixture.start();
    SpoolMessage asks = fixture.message();
    asks.recipients = {address("b@example.com"), address("d@example.com")};
    asks.dsn.recipients = {{asks.recipients[0], {.delay = true}}, {asks.recipients[1], {.delay = true}}};
    SpoolMessage silent = fixture.message();
    silent.recipients = {address("d@example.com")};
    const QueueId id = fixture.accept(std::move(asks));
    const QueueId other = fixture.accept(std::move(silent));
    QTRY_COMPARE(sink.messages().size(), 2u); // to the one who can have it, and the report
    QCOMPARE(sink.messages()[1].reversePath, QByteArray());
    QCOMPARE(sink.messages()[1].forwardPaths, QByteArrayList{"scanner@example.com"});
    const QByteArray report = sink.messages()[1].data;
    QVERIFY2(report.contains("Final-Recipient: rfc822; d@example.com\r\nAction: delayed\r\nStatus: 4.2.2\r\n"),
             report.constData());
    QVERIFY2(!report.contains("b@example.com"), report.constData()); // the smart host took it over
    QTRY_VERIFY(
        fixture.story(id).contains(QStringLiteral("delayed: a report that it waits goes to scanner@example.com")));

    // When a later one is told of, those before it were looked at again: never twice, and nobody who did not ask.
    const auto askLater = [&fixture] {
        SpoolMessage later = fixture.message();
        later.recipients = {address("d@example.com")};
        later.dsn.recipients = {{later.recipients[0], {.delay = true}}};
        fixture.accept(std::move(later));
    };
    askLater();
    QTRY_COMPARE(sink.messages().size(), 3u);
    QVERIFY2(!fixture.story(other).contains(QStringLiteral("delayed")), qPrintable(fixture.story(other)));
    fixture.restart();
    askLater(); // nor after a restart
    QTRY_COMPARE(sink.messages().size(), 4u);
    QCOMPARE(fixture.story(id).count(QStringLiteral("delayed: ")), 1);
}

void tst_Reports::tellsNobodyOfADelayWhileTheReportWouldWaitAsWell()
{
    const std::uint16_t port = DeliveryFixture::freePort();
    DeliveryFixture fixture;
    fixture.addRoute(defaultRouteName(), {fixture.host(port)});
    fixture.settings.common.delayReport = 200ms;
    fixture.start();
    SpoolMessage asks = fixture.message();
    asks.dsn.recipients = {{asks.recipients[0], {.delay = true}}};
    const QueueId id = fixture.accept(std::move(asks));
    QTRY_COMPARE(fixture.delivery->routes()[0].state, QStringLiteral("down"));
    QTest::qWait(1000);
    QVERIFY2(!fixture.story(id).contains(QStringLiteral("delayed: a report")), qPrintable(fixture.story(id)));
    QCOMPARE(fixture.spool->counts().queued.load(), 1);
}

QTEST_GUILESS_MAIN(tst_Reports)
#include "tst_Reports.moc"
