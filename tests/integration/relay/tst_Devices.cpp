// SPDX-License-Identifier: GPL-3.0-or-later
// The admission table, the repairs and the profiles, as a device meets them.
#include "RelayFixture.h"

#include "core/relay/SourceLimits.h"
#include "tests/support/SmtpSink.h"

using namespace relaywright;
using namespace relaywright::test;

namespace {

const QByteArray kMessage("Subject: s\r\nFrom: a@example.com\r\n\r\nx\r\n");

/// A relay whose table has one row for this computer.
void setDevice(RelayFixture &relay, QJsonObject members)
{
    members.insert(QStringLiteral("name"), QStringLiteral("hall"));
    members.insert(QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")});
    relay.config.insert(QStringLiteral("devices"), QJsonArray{members});
}

quint64 refused(const RelayFixture &relay, RefusalReason reason)
{
    const auto &counts = relay.engine->refusals();
    const auto found = counts.find({reason, QStringLiteral("hall")});
    return found == counts.end() ? 0 : found->second;
}

QJsonObject source(RelayFixture &relay)
{
    return relay.ask(QStringLiteral("sources"))->value(u"sources").toArray().first().toObject();
}

/// All that the relay tells of one message.
QString told(RelayFixture &relay, const QString &id)
{
    const auto shown = relay.ask(QStringLiteral("show"), {{QStringLiteral("id"), id}});
    return shown ? QString::fromUtf8(QJsonDocument(*shown).toJson(QJsonDocument::Compact)) : shown.error().detail;
}

} // namespace

class tst_Devices : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theTableIsObeyed_data();
    void theTableIsObeyed();
    void strangersAreRefusedWhereTheTableIsAll();
    void messagesPerMinuteAreLimited();
    void theDaysMessagesAreCountedOverARestart();
    void aMessageThatWasNotTakenDoesNotCount();
    void connectionsOfOneSourceAreLimited();
    void aRowsLimitHoldsWithoutAnAnnouncement();
    void messagesAreRepairedOnTheirWayIn();
    void withoutLeaveNothingIsRepaired();
    void aLargeMessageIsRepairedAsItStreams();
    void whatADeviceShowedIsRemembered();
};

void tst_Devices::theTableIsObeyed_data()
{
    QTest::addColumn<QByteArray>("device");
    QTest::addColumn<QByteArray>("mail");
    QTest::addColumn<QByteArray>("rcpt");
    QTest::addColumn<QByteArray>("reply");
    QTest::addColumn<RefusalReason>("reason");
    using enum RefusalReason;
    const QByteArray a("MAIL FROM:<a@example.com>\r\n"), b("RCPT TO:<b@example.com>\r\n");
    QTest::newRow("sender") << QByteArray(R"({"senders": ["x@example.com"]})") << a << b
                            << QByteArray("550 5.7.1 You may not send as a@example.com") << SenderNotAllowed;
    QTest::newRow("size") << QByteArray(R"({"maxMessageOctets": 2000})") << a.chopped(2) + " SIZE=2001\r\n"
                          << b << QByteArray("552 5.3.4") << MessageTooLarge;
    QTest::newRow("external") << QByteArray(R"({"internalOnly": true})") << a << b
                              << QByteArray("550 5.7.1 You may send to recipients of this organisation")
                              << RecipientExternal;
    QTest::newRow("denied") << QByteArray(R"({"deniedRecipients": ["example.com"]})") << a << b
                            << QByteArray("550 5.7.1 You may not send to this") << RecipientDenied;
    QTest::newRow("not allowed") << QByteArray(R"({"allowedRecipients": ["c@example.com"]})") << a << b
                                 << QByteArray("550 5.7.1 You may send to listed") << RecipientNotAllowed;
    QTest::newRow("too many") << QByteArray(R"({"maxRecipientsPerMessage": 1})") << a + b << b
                              << QByteArray("452 4.5.3") << TooManyRecipients;
}

void tst_Devices::theTableIsObeyed()
{
    QFETCH(QByteArray, device);
    QFETCH(QByteArray, mail);
    QFETCH(QByteArray, rcpt);
    QFETCH(QByteArray, reply);
    QFETCH(RefusalReason, reason);
    RelayFixture relay;
    relay.setUpstream(9);
    relay.config.insert(QStringLiteral("internalDomains"), QJsonArray{QStringLiteral("contoso.com")});
    setDevice(relay, QJsonDocument::fromJson(device).object());
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    const QByteArray heard = relay.talk({"EHLO c\r\n", mail, rcpt, "QUIT\r\n"});
    QVERIFY2(heard.contains(reply), heard.constData());
    QCOMPARE(refused(relay, reason), 1u);
    QCOMPARE(relay.status().refused, 1u);
    const QString line = QStringLiteral("127.0.0.1 (hall) was refused (%1): ").arg(toString(reason));
    QVERIFY2(relay.log.filter(line).size() == 1, qPrintable(relay.log.join(u'\n')));
}

void tst_Devices::strangersAreRefusedWhereTheTableIsAll()
{
    RelayFixture relay;
    relay.setUpstream(9);
    relay.config.insert(QStringLiteral("refuseStrangers"), true);
    relay.config.insert(
        QStringLiteral("devices"),
        QJsonArray{QJsonObject{{QStringLiteral("name"), QStringLiteral("far")},
                               {QStringLiteral("networks"), QJsonArray{QStringLiteral("192.0.2.0/24")}}}});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    QVERIFY(relay.send(kMessage).reply().startsWith(QLatin1String("550 5.7.1")));
    QCOMPARE(relay.engine->refusals().count({RefusalReason::Stranger, QString()}), 1u);
}

void tst_Devices::messagesPerMinuteAreLimited()
{
    FakeClock clock(SystemClock().now());
    RelayFixture relay;
    relay.clock = &clock;
    relay.setUpstream(9);
    setDevice(relay, {{QStringLiteral("maxMessagesPerMinute"), 2}});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    QVERIFY(relay.send(kMessage).reply().startsWith(QLatin1String("250")));
    QVERIFY(relay.send(kMessage).reply().startsWith(QLatin1String("250")));
    QVERIFY2(relay.send(kMessage).reply().startsWith(QLatin1String("450 4.7.1")), "a third in one minute");
    QCOMPARE(refused(relay, RefusalReason::TooManyPerMinute), 1u);
    clock.advance(std::chrono::seconds(62));
    QVERIFY(relay.send(kMessage).reply().startsWith(QLatin1String("250")));
}

void tst_Devices::theDaysMessagesAreCountedOverARestart()
{
    FakeClock clock(SystemClock().now());
    RelayFixture relay;
    relay.clock = &clock;
    relay.setUpstream(9);
    setDevice(relay, {{QStringLiteral("maxMessagesPerDay"), 1}});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    QVERIFY(relay.send(kMessage).reply().startsWith(QLatin1String("250")));
    QVERIFY(relay.stop());
    clock.advance(std::chrono::hours(23));
    QVERIFY(relay.start());
    QVERIFY(relay.send(kMessage).reply().startsWith(QLatin1String("450 4.7.1")));
    QCOMPARE(refused(relay, RefusalReason::TooManyPerDay), 1u);
    clock.advance(std::chrono::hours(2));
    QVERIFY(relay.send(kMessage).reply().startsWith(QLatin1String("250")));
}

void tst_Devices::aMessageThatWasNotTakenDoesNotCount()
{
    RelayFixture relay;
    relay.setUpstream(9);
    setDevice(relay, {{QStringLiteral("maxMessagesPerMinute"), 1}});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    QVERIFY(relay.send(QByteArray("Received: from a by b with SMTP; now\r\n").repeated(60) + kMessage)
                .reply()
                .startsWith(QLatin1String("554 5.4.6")));
    relay.talk({"EHLO c\r\n", "MAIL FROM:<a@example.com>\r\n", "RCPT TO:<b@example.com>\r\n", "DATA\r\n",
                "half a mess"}); // and gone
    QTRY_COMPARE(source(relay)[u"conversations"].toInt(), 2);
    QVERIFY(relay.send(kMessage).reply().startsWith(QLatin1String("250")));
    QVERIFY(relay.send(kMessage).reply().startsWith(QLatin1String("450")));
}

void tst_Devices::connectionsOfOneSourceAreLimited()
{
    RelayFixture relay;
    relay.setUpstream(9);
    setDevice(relay, {{QStringLiteral("maxConnections"), 2}});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    std::vector<std::unique_ptr<QTcpSocket>> sockets;
    const auto greeting = [&] {
        sockets.push_back(std::make_unique<QTcpSocket>());
        sockets.back()->connectToHost(QStringLiteral("127.0.0.1"), relay.port());
        (void)QTest::qWaitFor([&] { return sockets.back()->canReadLine(); }, 5000);
        return sockets.back()->readLine();
    };
    QVERIFY(greeting().startsWith("220"));
    QVERIFY(greeting().startsWith("220"));
    QVERIFY(greeting().startsWith("421 4.7.0"));
    QCOMPARE(refused(relay, RefusalReason::TooManyConnections), 1u);
    sockets.clear();
    bool isBack = false; // once those that went are noticed
    QTRY_VERIFY(isBack = isBack || greeting().startsWith("220"));
}

void tst_Devices::aRowsLimitHoldsWithoutAnAnnouncement()
{
    RelayFixture relay;
    relay.setUpstream(9);
    setDevice(relay, {{QStringLiteral("maxMessageOctets"), 2000}});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    const QByteArray heard =
        relay.talk({"EHLO c\r\n", "MAIL FROM:<a@example.com>\r\n", "RCPT TO:<b@example.com>\r\n", "DATA\r\n",
                    QByteArray("0123456789\r\n").repeated(5000) + ".\r\n", "QUIT\r\n"});
    QVERIFY2(heard.contains("552 5.3.4"), heard.constData());
    QCOMPARE(refused(relay, RefusalReason::MessageTooLarge), 1u);
    QCOMPARE(relay.status().accepted, 0u);
}

void tst_Devices::messagesAreRepairedOnTheirWayIn()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    setDevice(relay, {{QStringLiteral("repairs"),
                       QJsonArray{QStringLiteral("date"), QStringLiteral("messageId"), QStringLiteral("bareNewlines"),
                                  QStringLiteral("longLines"), QStringLiteral("displayName")}}});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    const QByteArray heard =
        relay.talk({"EHLO c\r\n", "MAIL FROM:<a@example.com>\r\n", "RCPT TO:<b@example.com>\r\n", "DATA\r\n",
                    "From: scan@example.com <scan@example.com>\nSubject: s\n\n.\n" + QByteArray("word ").repeated(500)
                        + "\r\n.\r\n",
                    "QUIT\r\n"});
    QVERIFY2(heard.contains("queued as"), heard.constData());
    QTRY_COMPARE(sink.messages().size(), 1u);
    const QByteArray data = sink.messages()[0].data;
    QVERIFY2(data.contains("From: <scan@example.com>\r\nSubject: s\r\nDate: "), data.left(600).constData());
    QVERIFY(data.contains("\r\nMessage-ID: <") && data.contains("@relay.example.com>\r\n\r\n.\r\nword"));
    for (const QByteArray &line : data.split('\n'))
        QVERIFY(line.size() <= 999);
    const QString id = QString::fromLatin1(heard).section(QLatin1String("queued as "), 1).section(u'\r', 0, 0);
    QTRY_VERIFY2(told(relay, id).contains(
                     QLatin1String("repaired on its way in: added Date, added Message-ID, made CRLF of bare line ends, "
                                   "broke long lines, took an address out of the display name")),
                 qPrintable(told(relay, id)));
    // What the device lacks is remembered as it was, not as it was mended.
    QTRY_VERIFY(source(relay)[u"bareLineFeedInMessages"].toBool());
    QVERIFY(source(relay)[u"addressInName"].toBool());
    QCOMPARE(source(relay)[u"missingFields"].toArray(),
             (QJsonArray{QStringLiteral("Date"), QStringLiteral("Message-ID")}));
}

void tst_Devices::withoutLeaveNothingIsRepaired()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    setDevice(relay, {});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    const QByteArray message =
        "From: scan@example.com <scan@example.com>\r\nSubject: s\r\n\r\n" + QByteArray("word ").repeated(500) + "\r\n";
    const auto sent = relay.send(message);
    QVERIFY(sent.reply().startsWith(QLatin1String("250")));
    QTRY_COMPARE(sink.messages().size(), 1u);
    QVERIFY(sink.messages()[0].data.endsWith(message));
    QTRY_VERIFY(told(relay, sent.id()).contains(QLatin1String("connected from")));
    QVERIFY(!told(relay, sent.id()).contains(QLatin1String("repaired")));
}

void tst_Devices::aLargeMessageIsRepairedAsItStreams()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    setDevice(relay, {{QStringLiteral("repairs"), QJsonArray{QStringLiteral("date"), QStringLiteral("bareNewlines"),
                                                             QStringLiteral("longLines")}}});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    const QByteArray scan = QByteArray("AbCdEfGh0123456789+/").repeated(4) + "\r\n";
    const QByteArray body = scan.repeated(30'000) + QByteArray(3000, 'x') + "\r\n" + scan.repeated(10);
    const auto sent = relay.send("Subject: scan\r\n\r\n" + body);
    QVERIFY2(sent.reply().startsWith(QLatin1String("250")), qPrintable(sent.reply()));
    QTRY_COMPARE_WITH_TIMEOUT(sink.messages().size(), 1u, 30'000);
    const QByteArray data = sink.messages()[0].data;
    const qsizetype begin = data.indexOf("\r\n\r\n") + 4;
    QVERIFY(data.first(begin).contains("Subject: scan\r\nDate: "));
    const QByteArray line(998, 'x');
    QVERIFY(data.mid(begin) == scan.repeated(30'000) + line + "\r\n" + line + "\r\n" + line + "\r\nxxxxxx\r\n" + scan.repeated(10));
    QTRY_COMPARE(source(relay)[u"largestMessageOctets"].toInt(), body.size() + 17); // as it came
}

void tst_Devices::whatADeviceShowedIsRemembered()
{
    RelayFixture relay;
    relay.setUpstream(9);
    setDevice(relay, {});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    QVERIFY(relay.ask(QStringLiteral("sources"))->value(u"sources").toArray().isEmpty());
    relay.talk({"HELO scanner.example.com\r\n", "AUTH NTLM\r\n", "MAIL FROM:<scan@example.com>\r\n",
                "RCPT TO:<b@example.com>\r\n", "DATA\r\n",
                "From: scan@example.com\r\nSubject: \xc3\xbc\r\n\r\n" + QByteArray(1500, 'x') + "\r\n.\r\n",
                "QUIT\r\n"});
    QTRY_COMPARE(relay.ask(QStringLiteral("sources"))->value(u"sources").toArray().size(), 1);
    const QJsonObject seen = source(relay);
    QCOMPARE(relay.ask(QStringLiteral("sources"))->value(u"schema").toString(),
             QStringLiteral("relaywright.relay-sources/1"));
    QCOMPARE(seen[u"address"].toString(), QStringLiteral("127.0.0.1"));
    QCOMPARE(seen[u"device"].toString(), QStringLiteral("hall"));
    QCOMPARE(seen[u"hello"].toString(), QStringLiteral("helo"));
    QCOMPARE(seen[u"heloName"].toString(), QStringLiteral("scanner.example.com"));
    QCOMPARE(seen[u"signInTried"].toArray(), QJsonArray{QStringLiteral("NTLM")});
    QCOMPARE(seen[u"headerFrom"].toArray(), QJsonArray{QStringLiteral("scan@example.com")});
    QCOMPARE(seen[u"messages"].toInt(), 1);
    QVERIFY(seen[u"longLinesInMessages"].toBool() && seen[u"undeclaredEightBit"].toBool());
    QVERIFY(seen[u"seen"].toArray().contains(QStringLiteral("Lines of its messages have more than 998 octets.")));
    QVERIFY(relay.stop());
    QVERIFY(relay.start());
    QCOMPARE(source(relay), seen); // over a restart
}

QTEST_GUILESS_MAIN(tst_Devices)
#include "tst_Devices.moc"
