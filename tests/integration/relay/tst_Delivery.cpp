// SPDX-License-Identifier: GPL-3.0-or-later
#include "RelayFixture.h"

#include "core/relay/Delivery.h"
#include "tests/support/SmtpSink.h"
#include "tests/support/TestSecrets.h"

#include <QScopeGuard>

#ifdef Q_OS_UNIX
#include <csignal>
#include <sys/resource.h>
#endif

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

const QByteArray kMessage = "From: Scanner <scanner@example.com>\r\nSubject: scan\r\n\r\n.dot\r\nbody \xc3\xa4\r\n";

TimePoint systemNow()
{
    return SystemClock().now();
}

std::uint16_t freePort()
{
    SmtpSink probe;
    return probe.listen() ? probe.port() : 0;
}

} // namespace

class tst_Delivery : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void deliversByteForByteWithATraceOnTop();
    void usesOneConnectionForSeveralMessages();
    void neverOpensMoreConnectionsThanAllowed();
    void deliversALargeMessageThroughAFile();
    void keepsTheQueueWhileTheSmartHostIsDownAndDeliversWhenItIsBack();
    void reportsRefusedRecipientsAndDeliversToTheOthers();
    void triesAgainWhatWasDeferred();
    void slowsDownWhenToldToAndRecovers();
    void doesNotRepeatAMessageWhoseFateIsUnknown();
    void staysInsideTheQuota();
    void givesUpWhatIsTooOldAndTellsTheSender_data();
    void givesUpWhatIsTooOldAndTellsTheSender();
    void rewritesTheSender();
    void deliversAfterARestartWhatWaited();
    void obeysTheOperator();
    void neverLosesAPausedQueue();
    void sendsNothingWhileOutcomesCannotBeWritten();
    void waitsForTheFinalDotAsLongAsTheStandardWants();
    void endsWithoutADeviceThatNeverFinishes();
    void leavesMessagesBehindTheDaysQuotaToTheOperator();
};

void tst_Delivery::deliversByteForByteWithATraceOnTop()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    const auto sent = relay.send(kMessage, {QStringLiteral("b@example.com"), QStringLiteral("c@example.com")});
    QVERIFY2(sent.reply().startsWith(QStringLiteral("250 2.0.0 Ok: queued as ")), qPrintable(sent.reply()));
    QTRY_COMPARE(sink.messages().size(), 1u);
    const SunkMessage &message = sink.messages()[0];
    QCOMPARE(message.reversePath, QByteArray("scanner@example.com"));
    QCOMPARE(message.forwardPaths, (QByteArrayList{"b@example.com", "c@example.com"}));
    QVERIFY2(message.data.endsWith(kMessage), message.data.constData());
    const QByteArray trace = message.data.chopped(kMessage.size());
    QVERIFY2(trace.startsWith("Received: from device.example.com ([127.0.0.1])\r\n\tby relay.example.com with ESMTP id "), trace.constData());
    QVERIFY(trace.contains(sent.id().toLatin1()));
    QTRY_COMPARE(relay.status().delivered, 1u);
    QCOMPARE(relay.status().queued, 0u);
    QTRY_COMPARE(toString(relay.condition()), toString(RelayCondition::Idle));
    QCOMPARE(relay.story(sent.id()), QStringLiteral("accepted delivered"));
}

void tst_Delivery::usesOneConnectionForSeveralMessages()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port(), QStringLiteral("none"), {{QStringLiteral("maxConnections"), 1}});
    QVERIFY(relay.start());
    for (int i = 0; i < 10; ++i)
        QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(sink.messages().size(), 10u);
    QCOMPARE(sink.connectionCount(), 1);
}

void tst_Delivery::neverOpensMoreConnectionsThanAllowed()
{
    SmtpSink sink(SmtpSink::Options{.answerDelay = 5ms});
    RelayFixture relay;
    QVERIFY(sink.listen());
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    QVERIFY(relay.ask(QStringLiteral("pause")));
    for (int i = 0; i < 20; ++i)
        QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QVERIFY(relay.ask(QStringLiteral("resume")));
    QTRY_COMPARE(sink.messages().size(), 20u);
    QCOMPARE(sink.peakConnections(), 3);
    QTRY_COMPARE(relay.status().delivered, 20u);
}

void tst_Delivery::deliversALargeMessageThroughAFile()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    QByteArray large = kMessage;
    for (int i = 0; large.size() < 5'000'000; ++i)
        large += QByteArray::number(i) + " .. line\r\n";
    QVERIFY(relay.send(large).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE_WITH_TIMEOUT(sink.messages().size(), 1u, 20'000);
    QVERIFY(sink.messages()[0].data.endsWith(large));
}

void tst_Delivery::keepsTheQueueWhileTheSmartHostIsDownAndDeliversWhenItIsBack()
{
    const std::uint16_t port = freePort();
    RelayFixture relay;
    relay.setUpstream(port);
    QVERIFY(relay.start());
    const auto sent = relay.send(kMessage);
    QVERIFY(sent.reply().startsWith(QStringLiteral("250")));
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(toString(relay.condition()), toString(RelayCondition::Trouble));
    QVERIFY2(relay.status().reason.contains(QString::number(port)), qPrintable(relay.status().reason));
    QVERIFY(relay.status().nextAttempt);
    QCOMPARE(relay.status().queued, 2u);
    SmtpSink sink(SmtpSink::Options{.port = port});
    QVERIFY(sink.listen());
    QTRY_COMPARE(sink.messages().size(), 2u);
    QTRY_COMPARE(toString(relay.condition()), toString(RelayCondition::Idle));
    QCOMPARE(relay.story(sent.id()), QStringLiteral("accepted deferred delivered"));
}

void tst_Delivery::reportsRefusedRecipientsAndDeliversToTheOthers()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    sink.answerRecipient("unknown@example.com", "550 5.1.1 no such user here");
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    const auto sent = relay.send(kMessage, {QStringLiteral("b@example.com"), QStringLiteral("unknown@example.com")});
    QTRY_COMPARE(sink.messages().size(), 2u);
    QCOMPARE(sink.messages()[0].forwardPaths, QByteArrayList{"b@example.com"});
    const SunkMessage &report = sink.messages()[1];
    QCOMPARE(report.reversePath, QByteArray());
    QCOMPARE(report.forwardPaths, QByteArrayList{"scanner@example.com"});
    QVERIFY(report.data.contains("Final-Recipient: rfc822; unknown@example.com"));
    QVERIFY(report.data.contains("550 5.1.1 no such user here"));
    QVERIFY(report.data.contains("Subject: scan"));
    QTRY_COMPARE(relay.status().queued, 0u);
    QCOMPARE(relay.story(sent.id()), QStringLiteral("accepted delivered refused bounced"));
}

void tst_Delivery::triesAgainWhatWasDeferred()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    sink.answer("MESSAGE", "451 4.3.0 later");
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    const auto sent = relay.send(kMessage);
    QTRY_COMPARE(toString(relay.condition()), toString(RelayCondition::Waiting));
    const auto queue = relay.ask(QStringLiteral("queue"));
    QVERIFY(queue);
    const QJsonObject entry = queue->value(QStringLiteral("messages")).toArray().at(0).toObject();
    QCOMPARE(entry.value(QStringLiteral("state")).toString(), QStringLiteral("deferred"));
    QCOMPARE(entry.value(QStringLiteral("lastReply")).toString(), QStringLiteral("451 4.3.0 later"));
    const auto next = QDateTime::fromString(entry.value(QStringLiteral("nextAttempt")).toString(), Qt::ISODateWithMs);
    QVERIFY(QDateTime::currentDateTimeUtc().secsTo(next) > 45);
    QVERIFY(sink.messages().empty());
    QVERIFY(relay.ask(QStringLiteral("retry"), {{QStringLiteral("id"), sent.id()}}));
    QTRY_COMPARE(sink.messages().size(), 1u);
    QTRY_COMPARE(relay.story(sent.id()), QStringLiteral("accepted deferred retried delivered"));
}

void tst_Delivery::slowsDownWhenToldToAndRecovers()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    sink.answer("MAIL", "432 4.3.2 Concurrent connections limit exceeded");
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    const auto sent = relay.send(kMessage);
    QTRY_VERIFY(relay.status().reason.contains(QStringLiteral("slow down")));
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QVERIFY(sink.messages().empty());
    QTRY_COMPARE(sink.messages().size(), 1u); // the other one, after the route's pause
    QVERIFY(relay.ask(QStringLiteral("retry")));
    QTRY_COMPARE(sink.messages().size(), 2u);
    QTRY_COMPARE(relay.status().queued, 0u);
}

void tst_Delivery::doesNotRepeatAMessageWhoseFateIsUnknown()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    sink.answer("MESSAGE", "drop");
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    const auto sent = relay.send(kMessage);
    QTRY_COMPARE(relay.story(sent.id()), QStringLiteral("accepted in-doubt"));
    QVERIFY(relay.send("Subject: another\r\n\r\n").reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(sink.countContaining("Subject: another"), 1);
    QTRY_COMPARE(relay.status().queued, 1u);
    QCOMPARE(sink.countContaining("Subject: scan"), 0);
}

void tst_Delivery::staysInsideTheQuota()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port(), QStringLiteral("none"), {{QStringLiteral("maxMessagesPerMinute"), 2}});
    QVERIFY(relay.start());
    for (int i = 0; i < 4; ++i)
        QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(sink.messages().size(), 2u);
    QTRY_COMPARE(toString(relay.condition()), toString(RelayCondition::Waiting));
    QVERIFY2(relay.status().reason.contains(QStringLiteral("limit")), qPrintable(relay.status().reason));
    QVERIFY(relay.status().emptyAt);
    QCOMPARE(relay.status().queued, 2u);
    QVERIFY(relay.stop());
    QVERIFY(relay.start()); // a restart is no way around it
    QTRY_VERIFY2(relay.status().reason.contains(QStringLiteral("limit")), qPrintable(relay.status().reason));
    QVERIFY(relay.status().nextAttempt > SystemClock().now() + 5s); // until then nothing is sent
    QCOMPARE(relay.status().routes.front().leftThisMinute, 0u);
    QCOMPARE(sink.messages().size(), 2u);
}

void tst_Delivery::givesUpWhatIsTooOldAndTellsTheSender_data()
{
    QTest::addColumn<QByteArray>("greeting");
    QTest::newRow("unreachable") << QByteArray();
    QTest::newRow("always busy") << QByteArray("421 4.3.2 busy");
}

void tst_Delivery::givesUpWhatIsTooOldAndTellsTheSender()
{
    QFETCH(QByteArray, greeting);
    FakeClock clock(SystemClock().now());
    const std::uint16_t port = freePort();
    SmtpSink busy(SmtpSink::Options{.port = port});
    busy.answerAlways("CONNECT", greeting);
    QVERIFY(greeting.isEmpty() || busy.listen());
    RelayFixture relay;
    relay.clock = &clock;
    relay.setUpstream(port);
    QVERIFY(relay.start());
    const auto sent = relay.send(kMessage);
    QTRY_COMPARE(relay.story(sent.id()), QStringLiteral("accepted deferred"));
    clock.advance(49h);
    QVERIFY(relay.ask(QStringLiteral("retry")));
    QTRY_COMPARE(relay.story(sent.id()).section(u' ', -2), QStringLiteral("expired bounced"));
    busy.close();
    SmtpSink sink(SmtpSink::Options{.port = port});
    QVERIFY(sink.listen());
    QVERIFY(relay.ask(QStringLiteral("retry")));
    QTRY_COMPARE(sink.messages().size(), 1u);
    QCOMPARE(sink.messages()[0].reversePath, QByteArray());
    QVERIFY(sink.messages()[0].data.contains("Status: 4.4.7"));
}

void tst_Delivery::rewritesTheSender()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port(), QStringLiteral("none"), {{QStringLiteral("sendAs"), QStringLiteral("mailbox@contoso.com")}});
    QVERIFY(relay.start());
    const QByteArray large = kMessage + QByteArray("0123456789\r\n").repeated(20'000);
    for (const QByteArray &message : {kMessage, large})
        QVERIFY(relay.send(message).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(sink.messages().size(), 2u);
    for (const SunkMessage &message : sink.messages()) {
        QCOMPARE(message.reversePath, QByteArray("mailbox@contoso.com"));
        QVERIFY(message.data.contains("\r\nFrom: Scanner <mailbox@contoso.com>\r\nReply-To: Scanner <scanner@example.com>\r\nSubject: scan\r\n\r\n.dot\r\n"));
    }
    QVERIFY(sink.messages()[1].data.endsWith(large.mid(large.indexOf("\r\n\r\n"))));
}

void tst_Delivery::deliversAfterARestartWhatWaited()
{
    const std::uint16_t port = freePort();
    RelayFixture relay;
    relay.setUpstream(port);
    QVERIFY(relay.start());
    for (int i = 0; i < 5; ++i)
        QVERIFY(relay.send(kMessage + QByteArray(i * 40'000, 'x') + "\r\nnumber " + QByteArray::number(i) + "\r\n").reply().startsWith(QStringLiteral("250")));
    relay.drop();
    SmtpSink sink(SmtpSink::Options{.port = port});
    QVERIFY(sink.listen());
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    QTRY_COMPARE(sink.messages().size(), 5u);
    for (int i = 0; i < 5; ++i)
        QCOMPARE(sink.countContaining("\r\nnumber " + QByteArray::number(i) + "\r\n"), 1);
}

void tst_Delivery::obeysTheOperator()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    sink.answerAlways("MAIL", "451 4.3.0 later");
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    const auto first = relay.send("Subject: first\r\n\r\n");
    const auto second = relay.send("Subject: second\r\n\r\n");
    QTRY_COMPARE(toString(relay.condition()), toString(RelayCondition::Waiting));
    const QJsonObject firstId{{QStringLiteral("id"), first.id()}};
    QTRY_COMPARE(relay.story(first.id()), QStringLiteral("accepted deferred"));
    QVERIFY(relay.ask(QStringLiteral("hold"), firstId));
    QCOMPARE(relay.status().held, 1u);
    QTRY_COMPARE(relay.story(second.id()), QStringLiteral("accepted deferred"));
    QVERIFY(relay.ask(QStringLiteral("delete"), {{QStringLiteral("id"), second.id()}}));
    sink.clearAnswers();
    QVERIFY(relay.ask(QStringLiteral("retry")));
    // What comes behind it goes out, so there was time enough for what must not.
    QVERIFY(relay.send("Subject: third\r\n\r\n").reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(sink.messages().size(), 1u);
    QVERIFY(sink.messages()[0].data.contains("Subject: third"));
    QVERIFY(relay.ask(QStringLiteral("release"), firstId));
    QTRY_COMPARE(sink.messages().size(), 2u);
    QVERIFY(sink.messages()[1].data.contains("Subject: first"));
    QTRY_COMPARE(relay.status().queued, 0u);
    QCOMPARE(relay.story(first.id()), QStringLiteral("accepted deferred held released delivered"));
    QCOMPARE(relay.story(second.id()), QStringLiteral("accepted deferred deleted"));
    QVERIFY(relay.ask(QStringLiteral("hold"), firstId).error().kind == ErrorKind::NotFound);
    QVERIFY(relay.ask(QStringLiteral("show"), {{QStringLiteral("id"), QStringLiteral("rubbish")}}).error().kind == ErrorKind::InvalidInput);
    QVERIFY(relay.ask(QStringLiteral("dance")).error().kind == ErrorKind::Unsupported);
}

void tst_Delivery::neverLosesAPausedQueue()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    QVERIFY(relay.ask(QStringLiteral("pause")));
    QCOMPARE(toString(relay.condition()), toString(RelayCondition::Paused));
    for (int i = 0; i < 3; ++i)
        QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QVERIFY(relay.stop());
    QVERIFY(sink.messages().empty()); // nothing is under way any more
    QVERIFY(relay.start());
    QTRY_COMPARE(sink.messages().size(), 3u);
}

void tst_Delivery::sendsNothingWhileOutcomesCannotBeWritten()
{
#ifdef Q_OS_UNIX
    SmtpSink sink(SmtpSink::Options{.answerDelay = 20ms});
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port(), QStringLiteral("none"), {{QStringLiteral("maxConnections"), 1}});
    QVERIFY(relay.start());
    QVERIFY(relay.ask(QStringLiteral("pause")));
    for (int i = 0; i < 8; ++i)
        QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    // From now on this process can write nothing into files; sockets go on.
    struct rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit none = before;
    none.rlim_cur = 1;
    ::signal(SIGXFSZ, SIG_IGN);
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &none), 0);
    const auto restore = qScopeGuard([&before] { ::setrlimit(RLIMIT_FSIZE, &before); });
    QVERIFY(relay.ask(QStringLiteral("resume")));
    QTRY_VERIFY(relay.status().reason.contains(QStringLiteral("spool cannot be written")));
    QTest::qWait(1000);
    QVERIFY2(sink.messages().size() <= 2u, qPrintable(QString::number(sink.messages().size())));
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
    QTRY_COMPARE_WITH_TIMEOUT(relay.status().delivered, 8u, 15'000);
    QCOMPARE(sink.messages().size(), 8u);
#else
    QSKIP("needs a limit for file sizes");
#endif
}

void tst_Delivery::waitsForTheFinalDotAsLongAsTheStandardWants() // RFC 5321 §4.5.3.2.6
{
    const auto server = *Endpoint::parse(QStringLiteral("192.0.2.1:587"));
    const DeliveryCommon common{.bounceFrom = *EmailAddress::parse(QStringLiteral("a@example.com"))};
    QVERIFY(common.patience >= 10min);
    QVERIFY(ConnectionSettings{.server = server}.patience >= 10min);
}

void tst_Delivery::endsWithoutADeviceThatNeverFinishes()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.stopPatience = 300ms;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    QTcpSocket device;
    device.connectToHost(QStringLiteral("127.0.0.1"), relay.port());
    QByteArray heard;
    for (const char *line : {"", "EHLO d\r\n", "MAIL FROM:<a@example.com>\r\n", "RCPT TO:<b@example.com>\r\n", "DATA\r\n"}) {
        device.write(line);
        QTRY_VERIFY((heard += device.readAll()).endsWith("\r\n"));
        if (!heard.startsWith("354"))
            heard.clear();
    }
    QVERIFY2(heard.startsWith("354"), heard.constData());
    QVERIFY(relay.stop());
}

void tst_Delivery::leavesMessagesBehindTheDaysQuotaToTheOperator()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port(), QStringLiteral("none"), {{QStringLiteral("maxRecipientsPerDay"), 1}});
    QVERIFY(relay.start());
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(relay.status().delivered, 1u);
    const auto second = relay.send(kMessage);
    QTRY_COMPARE(toString(relay.condition()), toString(RelayCondition::Waiting));
    QTRY_VERIFY(relay.status().reason.contains(QStringLiteral("limit")));
    QVERIFY(relay.status().nextAttempt && *relay.status().nextAttempt > systemNow() + 20h);
    const auto deleted = relay.ask(QStringLiteral("delete"), {{QStringLiteral("id"), second.id()}});
    QVERIFY2(deleted, deleted ? "" : qPrintable(deleted.error().detail));
    QCOMPARE(sink.messages().size(), 1u);
}

QTEST_GUILESS_MAIN(tst_Delivery)
#include "tst_Delivery.moc"
