// SPDX-License-Identifier: GPL-3.0-or-later
#include "RelayFixture.h"

#include "tests/support/SmtpSink.h"

#include <QFile>
#include <QStorageInfo>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

// What a relay tells of itself: events, log, metrics, alerts, status.

namespace {

const QByteArray kMessage = "From: scanner@example.com\r\nSubject: watched\r\n\r\nhello\r\n";

QByteArray httpGet(const Endpoint &address)
{
    QTcpSocket socket;
    socket.connectToHost(address.host.toString(), address.port);
    socket.write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QByteArray answer;
    (void)QTest::qWaitFor(
        [&] {
            answer += socket.readAll();
            return socket.state() == QAbstractSocket::UnconnectedState;
        },
        10'000);
    return answer + socket.readAll();
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class tst_Watching : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsEventsAsTheyHappen();
    void writesALogAndShowsMetrics();
    void mailsAnAlertOnce();
    void mailsAlertsByARouteThatWorks();
    void refusesArgumentsThatItDoesNotKnow();
    void aStatusHasRoutesAndAHistory();
    void refusesMetricsThatOthersCouldRead();
};

void tst_Watching::tellsEventsAsTheyHappen()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    ControlSubscription subscription(QStringLiteral("test"), RelayEvent::Severity::Info);
    bool started = false;
    std::vector<RelayEvent> heard;
    connect(&subscription, &ControlSubscription::started, this, [&] { started = true; });
    connect(&subscription, &ControlSubscription::happened, this,
            [&](const RelayEvent &event) { heard.push_back(event); });
    subscription.start();
    QTRY_VERIFY(started);
    const QString id = relay.send(kMessage).id();
    QTRY_COMPARE(heard.size(), 2u);
    QVERIFY(heard[0].kind == RelayEvent::Kind::Accepted && heard[0].id == id
            && heard[0].source == QStringLiteral("127.0.0.1"));
    QVERIFY(heard[0].numbers.at(QStringLiteral("octets")) > kMessage.size());
    QVERIFY(heard[1].kind == RelayEvent::Kind::Delivered && heard[1].id == id);
    sink.answer("RCPT", "550 5.1.1 nobody here");
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_VERIFY(
        std::ranges::any_of(heard, [](const RelayEvent &event) { return event.kind == RelayEvent::Kind::Bounced; }));
    std::optional<Error> ended;
    connect(&subscription, &ControlSubscription::ended, this, [&](const Error &error) { ended = error; });
    QVERIFY(relay.stop());
    QTRY_VERIFY(ended);
    QCOMPARE(ended->kind, ErrorKind::Cancelled);
}

void tst_Watching::writesALogAndShowsMetrics()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    const QString log = relay.folder() + QStringLiteral("/events.jsonl");
    relay.config.insert(QStringLiteral("logFile"), log);
    relay.config.insert(QStringLiteral("metrics"), QStringLiteral("127.0.0.1:0"));
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    QVERIFY(relay.engine->metricsAddress());
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(relay.status().delivered, 1u);
    QVERIFY(relay.talk({"EHLO c.example\r\n", "MAIL FROM:<a@b.example>\r\n", "RCPT TO:<v%x@y.example>\r\n"})
                .contains("550"));
    const QByteArray metrics = httpGet(*relay.engine->metricsAddress());
    for (const char *line :
         {"\nrelaywright_messages_accepted_total 1\n", "\nrelaywright_messages_delivered_total 1\n",
          "\nrelaywright_accept_seconds_count 1\n",
          "\nrelaywright_delivery_seconds_count{route=\"default\"} 1\n",
          "\nrelaywright_route_state{route=\"default\",state=\"open\"} 1\n",
          "\nrelaywright_refused_total{reason=\"recipient-routes\",device=\"\"} 1\n"})
        QVERIFY2(metrics.contains(line), metrics.constData());
    QTRY_VERIFY(contentOf(log).contains("\"delivered\"") && contentOf(log).contains("\"refused\""));
    QVERIFY(QFile::rename(log, log + QStringLiteral(".moved")));
    relay.engine->reopenLog();
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_VERIFY(contentOf(log).contains("\"accepted\""));
    for (const QByteArray &line : contentOf(log + QStringLiteral(".moved")).trimmed().split('\n'))
        QVERIFY2(QJsonDocument::fromJson(line).isObject(), line.constData());
}

void tst_Watching::mailsAnAlertOnce()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.lookEvery = 50ms;
    relay.setUpstream(sink.port());
    // Less than twice the watermark, and still more than it.
    const qint64 free = QStorageInfo(relay.folder()).bytesAvailable();
    relay.config.insert(QStringLiteral("minFreeOctets"), free * 6 / 10);
    relay.config.insert(QStringLiteral("devices"),
                        QJsonArray{QJsonObject{{QStringLiteral("name"), QStringLiteral("somebody else")},
                                               {QStringLiteral("networks"), QJsonArray{QStringLiteral("192.0.2.7")}}}});
    relay.config.insert(QStringLiteral("alerts"),
                        QJsonObject{{QStringLiteral("mailTo"), QStringLiteral("admin@example.com")},
                                    {QStringLiteral("mailFrom"), QStringLiteral("relay@example.com")}});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    QTRY_COMPARE(sink.messages().size(), 1u);
    const SunkMessage &mail = sink.messages()[0];
    QCOMPARE(mail.forwardPaths, QByteArrayList{"admin@example.com"});
    QVERIFY2(mail.data.contains("Subject: Relay test: disk\r\n")
                 && mail.data.contains("Auto-Submitted: auto-generated"),
             mail.data.constData());
    const RelayStatus status = relay.status();
    QCOMPARE(status.alerts.size(), 1u);
    QCOMPARE(status.alerts[0].kind, QStringLiteral("disk"));
    QVERIFY(relay.log.join(u'\n').contains(status.alerts[0].sentence));
    // It has looked again when another alert is there, and what comes behind that shows that no second mail went.
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(relay.status().alerts.size(), 2u);
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(sink.messages().size(), 3u);
    QCOMPARE(sink.countContaining("Subject: Relay test: "), 1);
}

void tst_Watching::mailsAlertsByARouteThatWorks()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    SmtpSink gone;
    QVERIFY(gone.listen());
    RelayFixture relay;
    relay.lookEvery = 50ms;
    relay.waits.down = {1h};
    relay.setUpstream(gone.port());
    gone.close();
    relay.config.insert(
        QStringLiteral("routes"),
        QJsonArray{QJsonObject{
            {QStringLiteral("name"), QStringLiteral("other")},
            {QStringLiteral("hosts"),
             QJsonArray{QJsonObject{{QStringLiteral("server"), QStringLiteral("localhost:%1").arg(sink.port())},
                                    {QStringLiteral("tls"), QStringLiteral("none")}}}}}});
    relay.config.insert(QStringLiteral("minFreeOctets"), QStorageInfo(relay.folder()).bytesAvailable() * 6 / 10);
    relay.config.insert(QStringLiteral("alerts"),
                        QJsonObject{{QStringLiteral("mailTo"), QStringLiteral("admin@example.com")},
                                    {QStringLiteral("mailFrom"), QStringLiteral("relay@example.com")}});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    QTRY_COMPARE(sink.messages().size(), 1u);
    QVERIFY(sink.messages()[0].data.contains("Subject: Relay test: disk\r\n"));
}

void tst_Watching::refusesArgumentsThatItDoesNotKnow()
{
    RelayFixture relay;
    relay.setUpstream(9);
    QVERIFY(relay.start());
    const auto refused = relay.ask(QStringLiteral("status"), {{QStringLiteral("verbose"), true}});
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, ErrorKind::InvalidInput);
    QVERIFY(refused.error().detail.contains(QStringLiteral("verbose")));
    QCOMPARE(relay.ask(QStringLiteral("levitate")).error().kind, ErrorKind::Unsupported);
    QVERIFY(!relay.ask(QStringLiteral("events"), {{QStringLiteral("severity"), QStringLiteral("loud")}}));
    QVERIFY(!relay.ask(QStringLiteral("queue"), {{QStringLiteral("limit"), 1'000'000}}));
}

void tst_Watching::aStatusHasRoutesAndAHistory()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(relay.status().delivered, 1u);
    const auto json = relay.ask(QStringLiteral("status"));
    const auto status = parseRelayStatus(json.value_or(QJsonObject()));
    QVERIFY(status);
    QCOMPARE(status->protocol, kControlProtocol);
    QCOMPARE(status->routes.size(), 1u);
    QCOMPARE(status->routes[0].name, QStringLiteral("default"));
    QCOMPARE(status->routes[0].state, QStringLiteral("open"));
    QVERIFY(status->routes[0].latency);
    QCOMPARE(status->routes[0].latency->messages, 1u);
    QVERIFY(status->acceptedOctets > static_cast<quint64>(kMessage.size()) && status->freeOctets > 0);
    const auto history = parseTrafficHistory(relay.ask(QStringLiteral("history")).value_or(QJsonObject()));
    QVERIFY(history);
    quint32 accepted = 0;
    quint32 delivered = 0;
    for (const TrafficHistory::Minute &minute : history->minutes) {
        accepted += minute.accepted;
        delivered += minute.delivered;
    }
    QCOMPARE(accepted, 1u);
    QCOMPARE(delivered, 1u);
    QVERIFY(relay.stop());
    QVERIFY(relay.start()); // charts go on where they were
    const auto deliveredInCharts = [&] {
        quint32 sum = 0;
        const auto again = parseTrafficHistory(relay.ask(QStringLiteral("history")).value_or(QJsonObject()));
        for (const TrafficHistory::Minute &one : again.value_or(TrafficHistory()).minutes)
            sum += one.delivered;
        return sum;
    };
    QTRY_COMPARE(deliveredInCharts(), 1u);
}

void tst_Watching::refusesMetricsThatOthersCouldRead()
{
    RelayFixture relay;
    relay.setUpstream(9);
    relay.config.insert(QStringLiteral("metrics"), QStringLiteral("0.0.0.0:0"));
    QVERIFY(!relay.start());
    RelayFixture linked;
    linked.setUpstream(9);
    const QString log = linked.folder() + QStringLiteral("/log");
    QVERIFY(QFile::link(linked.folder() + QStringLiteral("/elsewhere"), log));
    linked.config.insert(QStringLiteral("logFile"), log);
    QVERIFY(!linked.start());
    QVERIFY2(linked.problem.contains(log), qPrintable(linked.problem));
}

QTEST_GUILESS_MAIN(tst_Watching)
#include "tst_Watching.moc"
