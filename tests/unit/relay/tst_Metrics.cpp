// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Metrics.h"
#include "core/relay/MetricsServer.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTcpSocket>
#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const TimePoint kNow(1'795'000'000'000ms);

RelayStatus someStatus()
{
    return {.version = QStringLiteral("1.0"),
            .name = QStringLiteral("of\"fice\\"),
            .startedAt = kNow - 1h,
            .connections = 3,
            .queued = 7,
            .held = 2,
            .freeOctets = 5'000'000'000,
            .oldest = kNow - 90s,
            .routes = {{.name = QStringLiteral("default"), .state = QStringLiteral("slowed"), .busyConnections = 2}},
            .alerts = {{QStringLiteral("disk"), {}, {}, kNow},
                       {QStringLiteral("rate"), QStringLiteral("a"), {}, kNow},
                       {QStringLiteral("rate"), QStringLiteral("b"), {}, kNow}}};
}

/// Prometheus' own reader: `[[name, labels, value], ...]` of every sample, as JSON. Debian has it for its own Python.
QJsonArray samplesOf(const QByteArray &text)
{
    static const char *const kScript =
        "import sys, json\n"
        "from prometheus_client.parser import text_string_to_metric_families as parse\n"
        "print(json.dumps([[s.name, s.labels, str(s.value)] for f in parse(sys.stdin.read()) for s in f.samples]))\n";
    const QString debian = QStringLiteral("/usr/bin/python3");
    QProcess python;
    python.start(QFile::exists(debian) ? debian : QStringLiteral("python3"),
                 {QStringLiteral("-c"), QString::fromLatin1(kScript)});
    python.write(text);
    python.closeWriteChannel();
    if (!python.waitForFinished(30'000) || python.exitCode() != 0) {
        qWarning("Prometheus' reader refuses the text, or is not installed (python3-prometheus-client; "
                 "installer/bootstrap.sh --tests): %s",
                 python.readAllStandardError().constData());
        return {};
    }
    return QJsonDocument::fromJson(python.readAllStandardOutput()).array();
}

/// The value of a sample with these labels.
QString valueOf(const QJsonArray &samples, const QString &name, const QJsonObject &labels = {})
{
    for (const QJsonValue &sample : samples) {
        if (sample[0].toString() == name && sample[1].toObject() == labels)
            return sample[2].toString();
    }
    return QStringLiteral("none");
}

QByteArray ask(const Endpoint &address, const QByteArray &request)
{
    QTcpSocket socket;
    socket.connectToHost(QStringLiteral("127.0.0.1"), address.port);
    socket.write(request);
    QByteArray answer;
    (void)QTest::qWaitFor(
        [&] {
            answer += socket.readAll();
            return socket.state() == QAbstractSocket::UnconnectedState;
        },
        10'000);
    return answer + socket.readAll();
}

} // namespace

class tst_Metrics : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void prometheusReadsThem();
    void histogramsAreCumulative();
    void eachRouteHasItsOwnLatencies();
    void quantilesAreReckonedAsPrometheusDoes();
    void answersOverHttp();
    void listensOnLoopbackOnly();
    void refusesRubbish_data();
    void refusesRubbish();
    void slowAndManyClientsAreBounded();
};

void tst_Metrics::prometheusReadsThem()
{
    RelayCounters counters{
        .accepted = 12, .acceptedOctets = 34'567, .delivered = 5, .deferred = 4, .bounced = 3, .refused = 9};
    counters.refusals = {{{RefusalReason::RecipientExternal, QStringLiteral("Hall \"1\"")}, 6}};
    const SpoolStatistics statistics;
    const QJsonArray samples = samplesOf(metricsText(someStatus(), counters, statistics, {}, kNow));
    QVERIFY(!samples.isEmpty());
    const auto value = [&](const char *name, const QJsonObject &labels = {}) {
        return valueOf(samples, QLatin1String("relaywright_") + QLatin1String(name), labels);
    };
    QCOMPARE(value("messages_accepted_total"), QStringLiteral("12.0"));
    QCOMPARE(value("accepted_bytes_total"), QStringLiteral("34567.0"));
    QCOMPARE(value("refused_total", {{QStringLiteral("reason"), QStringLiteral("recipient-external")},
                                     {QStringLiteral("device"), QStringLiteral("Hall \"1\"")}}),
             QStringLiteral("6.0"));
    QCOMPARE(value("queue_messages", {{QStringLiteral("state"), QStringLiteral("queued")}}), QStringLiteral("5.0"));
    QCOMPARE(value("queue_messages", {{QStringLiteral("state"), QStringLiteral("held")}}), QStringLiteral("2.0"));
    QCOMPARE(value("queue_oldest_age_seconds"), QStringLiteral("90.0"));
    QCOMPARE(value("spool_free_bytes"), QStringLiteral("5000000000.0"));
    QCOMPARE(value("route_state", {{QStringLiteral("route"), QStringLiteral("default")},
                                   {QStringLiteral("state"), QStringLiteral("slowed")}}),
             QStringLiteral("1.0"));
    QCOMPARE(value("route_state", {{QStringLiteral("route"), QStringLiteral("default")},
                                   {QStringLiteral("state"), QStringLiteral("open")}}),
             QStringLiteral("0.0"));
    QCOMPARE(value("alerts", {{QStringLiteral("kind"), QStringLiteral("rate")}}), QStringLiteral("2.0"));
    QCOMPARE(value("info", {{QStringLiteral("name"), QStringLiteral("of\"fice\\")},
                            {QStringLiteral("version"), QStringLiteral("1.0")}}),
             QStringLiteral("1.0"));
}

void tst_Metrics::histogramsAreCumulative()
{
    SpoolStatistics statistics;
    statistics.latency.add(std::chrono::microseconds(200));
    statistics.latency.add(std::chrono::microseconds(900));
    statistics.latency.add(std::chrono::microseconds(1000));
    statistics.latency.add(std::chrono::minutes(1));
    statistics.batches.add(std::uint64_t(7));
    const QJsonArray samples = samplesOf(metricsText(someStatus(), {}, statistics, {}, kNow));
    const auto bucket = [&](const char *le) {
        return valueOf(samples, QStringLiteral("relaywright_accept_seconds_bucket"),
                       {{QStringLiteral("le"), QLatin1String(le)}});
    };
    QCOMPARE(bucket("0.00025"), QStringLiteral("1.0"));
    QCOMPARE(bucket("0.0005"), QStringLiteral("1.0"));
    QCOMPARE(bucket("0.001"), QStringLiteral("3.0"));
    QCOMPARE(bucket("10"), QStringLiteral("3.0"));
    QCOMPARE(bucket("+Inf"), QStringLiteral("4.0"));
    QCOMPARE(valueOf(samples, QStringLiteral("relaywright_accept_seconds_count")), QStringLiteral("4.0"));
    QCOMPARE(valueOf(samples, QStringLiteral("relaywright_accept_seconds_sum")).toDouble(), 60.0021);
    QCOMPARE(valueOf(samples, QStringLiteral("relaywright_spool_batch_writes_bucket"),
                     {{QStringLiteral("le"), QStringLiteral("10")}}),
             QStringLiteral("1.0"));
}

void tst_Metrics::eachRouteHasItsOwnLatencies()
{
    const QString odd = QStringLiteral("of\"fice\\");
    RouteLatencies latencies{{QStringLiteral("default"), std::make_shared<DeliveryLatency>()},
                             {odd, std::make_shared<DeliveryLatency>()}};
    latencies[odd]->add(10ms);
    latencies[odd]->add(10'001ms);
    latencies[odd]->add(72h);
    latencies[odd]->add(-5s); // the clock was set back
    const QJsonArray samples = samplesOf(metricsText(someStatus(), {}, SpoolStatistics(), latencies, kNow));
    const auto bucket = [&](const QString &route, const char *le) {
        return valueOf(samples, QStringLiteral("relaywright_delivery_seconds_bucket"),
                       {{QStringLiteral("route"), route}, {QStringLiteral("le"), QLatin1String(le)}});
    };
    const auto other = [&](const QString &route, const char *name) {
        return valueOf(samples, QStringLiteral("relaywright_delivery_seconds_") + QLatin1String(name),
                       {{QStringLiteral("route"), route}});
    };
    QCOMPARE(bucket(odd, "0.01"), QStringLiteral("2.0"));
    QCOMPARE(bucket(odd, "10"), QStringLiteral("2.0"));
    QCOMPARE(bucket(odd, "30"), QStringLiteral("3.0"));
    QCOMPARE(bucket(odd, "86400"), QStringLiteral("3.0"));
    QCOMPARE(bucket(odd, "+Inf"), QStringLiteral("4.0"));
    QCOMPARE(other(odd, "count"), QStringLiteral("4.0"));
    QCOMPARE(other(odd, "sum").toDouble(), 0.01 + 10.001 + 72 * 3600);
    QCOMPARE(bucket(QStringLiteral("default"), "+Inf"), QStringLiteral("0.0"));
    QCOMPARE(other(QStringLiteral("default"), "count"), QStringLiteral("0.0"));
}

void tst_Metrics::quantilesAreReckonedAsPrometheusDoes()
{
    Histogram<3> histogram({10, 20, 100});
    QCOMPARE(histogram.quantile(0.5), 0u);
    for (int i = 0; i < 4; ++i)
        histogram.add(12);
    QCOMPARE(histogram.quantile(0.5), 15u); // half of the bucket from 10 to 20
    QCOMPARE(histogram.quantile(1), 20u);
    for (int i = 0; i < 4; ++i)
        histogram.add(99);
    QCOMPARE(histogram.quantile(0.5), 20u);
    QCOMPARE(histogram.quantile(0.75), 60u);
    QCOMPARE(histogram.total(), 8u);
    histogram.add(5000);
    QCOMPARE(histogram.quantile(0.99), 100u); // it is known to be more
}

void tst_Metrics::answersOverHttp()
{
    int asked = 0;
    MetricsServer server([&] {
        ++asked;
        return QByteArray("relaywright_x 1\n");
    });
    QVERIFY(server.listen(*Endpoint::parse(QStringLiteral("127.0.0.1:0"))));
    const QByteArray answer = ask(server.address(), "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n");
    QVERIFY2(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer.constData());
    QVERIFY(answer.contains("\r\nContent-Length: 16\r\n") && answer.contains("version=0.0.4"));
    QVERIFY(answer.endsWith("\r\n\r\nrelaywright_x 1\n"));
    QVERIFY(ask(server.address(), "HEAD /metrics?x=1 HTTP/1.0\r\n\r\n").endsWith("\r\n\r\n"));
    QCOMPARE(asked, 2);
    // In pieces, and with more behind it: one answer.
    QCOMPARE(ask(server.address(), "GET /metrics HTTP/1.1\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n").count("HTTP/1.1 200"),
             1);
}

void tst_Metrics::listensOnLoopbackOnly()
{
    MetricsServer server([] { return QByteArray(); });
    for (const char *address : {"0.0.0.0:0", "192.0.2.1:9125", "[::]:0", "example.com:9125"}) {
        const auto listening = server.listen(*Endpoint::parse(QLatin1String(address)));
        QVERIFY2(!listening && listening.error().kind == ErrorKind::InvalidInput, address);
    }
    QVERIFY(server.listen(*Endpoint::parse(QStringLiteral("127.0.0.1:0"))));
    MetricsServer second([] { return QByteArray(); });
    const auto taken = second.listen(server.address());
    QVERIFY(!taken);
    QCOMPARE(taken.error().kind, ErrorKind::Unreachable);
}

void tst_Metrics::refusesRubbish_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QByteArray>("status");
    QTest::newRow("other path") << QByteArray("GET / HTTP/1.1\r\n\r\n") << QByteArray("404");
    QTest::newRow("path that begins like ours") << QByteArray("GET /metricsx HTTP/1.1\r\n\r\n") << QByteArray("404");
    QTest::newRow("post") << QByteArray("POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc") << QByteArray("405");
    QTest::newRow("no HTTP") << QByteArray("EHLO there\r\n\r\n") << QByteArray("400");
    QTest::newRow("empty lines") << QByteArray("\r\n\r\n") << QByteArray("400");
    QTest::newRow("NUL") << QByteArray("GET /\0metrics HTTP/1.1\r\n\r\n", 26) << QByteArray("404");
    QTest::newRow("endless header") << "GET /metrics HTTP/1.1\r\nX: " + QByteArray(20'000, 'x') << QByteArray("431");
}

void tst_Metrics::refusesRubbish()
{
    QFETCH(QByteArray, request);
    QFETCH(QByteArray, status);
    int asked = 0;
    MetricsServer server([&] {
        ++asked;
        return QByteArray("x 1\n");
    });
    QVERIFY(server.listen(*Endpoint::parse(QStringLiteral("127.0.0.1:0"))));
    const QByteArray answer = ask(server.address(), request);
    QVERIFY2(answer.startsWith("HTTP/1.1 " + status), answer.constData());
    QCOMPARE(asked, 0);
    QVERIFY(ask(server.address(), "GET /metrics HTTP/1.1\r\n\r\n").startsWith("HTTP/1.1 200"));
}

void tst_Metrics::slowAndManyClientsAreBounded()
{
    MetricsServer server([] { return QByteArray("x 1\n"); });
    server.setPatience(300ms);
    QVERIFY(server.listen(*Endpoint::parse(QStringLiteral("127.0.0.1:0"))));
    std::vector<std::unique_ptr<QTcpSocket>> silent;
    for (int i = 0; i < 20; ++i) {
        silent.push_back(std::make_unique<QTcpSocket>());
        silent.back()->connectToHost(QStringLiteral("127.0.0.1"), server.address().port);
        silent.back()->write("GET /metr");
    }
    const auto gone = [&] {
        return std::ranges::count_if(
            silent, [](const auto &socket) { return socket->state() == QAbstractSocket::UnconnectedState; });
    };
    QTRY_VERIFY(gone() >= 20 - MetricsServer::kMaxConnections); // beyond the limit: at once
    QTRY_COMPARE(gone(), 20);                                   // the others when their time is over
    QVERIFY(ask(server.address(), "GET /metrics HTTP/1.1\r\n\r\n").startsWith("HTTP/1.1 200"));
}

QTEST_GUILESS_MAIN(tst_Metrics)
#include "tst_Metrics.moc"
