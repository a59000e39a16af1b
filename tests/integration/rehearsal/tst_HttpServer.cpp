// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/HttpCarrier.h"
#include "core/rehearsal/HttpServer.h"
#include "core/rehearsal/PracticeIdentity.h"

#include <QTcpSocket>
#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

/// The small server of the practice services, against our own client and against octets by hand.
class tst_HttpServer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void answersOneRequestAfterTheOther();
    void answersOverTls();
    void answersWhatWasRefusedBeforeItWasHeard();
    void answersLateAndTellsWhenItIsOver();
    void tellsOfAPeerThatDidNotWait();
    void cutsAnAnswerOff();
    void dropsWhoIsSlow();
    void dropsWhoSaysNothing();
    void takesNoMoreConnectionsThanItMay();
    void mayBeStoppedByAHandler();
    void saysWhyItCannotListen();

private:
    [[nodiscard]] std::unique_ptr<HttpServer> started(const HttpServerSettings &settings, HttpServer::Handler handler)
    {
        auto server = std::make_unique<HttpServer>(settings, std::move(handler));
        return server->start() ? std::move(server) : nullptr;
    }
    [[nodiscard]] std::unique_ptr<QTcpSocket> connected(const HttpServer &server)
    {
        auto socket = std::make_unique<QTcpSocket>();
        socket->connectToHost(QStringLiteral("127.0.0.1"), server.address().port);
        return socket->waitForConnected(10'000) ? std::move(socket) : nullptr;
    }
    static HttpTurn echo(const HttpRequest &request) { return {.reply = {.body = request.target + request.body}}; }
};

void tst_HttpServer::answersOneRequestAfterTheOther()
{
    const auto server = started({}, &tst_HttpServer::echo);
    QVERIFY(server && server->isRunning());
    const auto socket = connected(*server);
    QVERIFY(socket);
    socket->write("POST /1 HTTP/1.1\r\nContent-Length: 1\r\n\r\naGET /2 HTTP/1.1\r\nConnection: close\r\n\r\n");
    QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
    QCOMPARE_EQ(socket->readAll(),
                QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n/1aHTTP/1.1 200 OK\r\nContent-Length: "
                           "2\r\nConnection: close\r\n\r\n/2"));
    QTRY_COMPARE(server->connectionCount(), 0);
}

void tst_HttpServer::answersOverTls()
{
    PracticeIdentity identity;
    const HttpServerSettings settings;
    const auto certificate = identity.certificate(settings.listen.host, std::nullopt);
    QVERIFY(certificate);
    const auto server = started({.identity = *certificate, .limits = {.bodyOctets = 8 << 20}}, &tst_HttpServer::echo);
    QVERIFY(server);
    QCOMPARE_EQ(server->base().scheme(), QStringLiteral("https"));
    HttpCarrier carrier({.authoritiesPem = identity.authorityPem(), .systemProxy = false});
    const QByteArray large(5'000'000, 'x');
    std::optional<HttpOutcome> outcome;
    carrier.ask({.method = "PUT",
                 .url = server->base(),
                 .fields = {{"Content-Type", "application/octet-stream"}},
                 .body = large,
                 .maxAnswerOctets = 6'000'000},
                this, [&outcome](const HttpOutcome &given) { outcome = given; });
    QTRY_VERIFY_WITH_TIMEOUT(outcome, 30'000);
    QVERIFY(*outcome);
    QVERIFY((*outcome)->body.reveal() == '/' + large);
    // Who does not trust the authority is not heard.
    HttpCarrier stranger({.systemProxy = false});
    outcome.reset();
    stranger.ask({.url = server->base()}, this, [&outcome](const HttpOutcome &given) { outcome = given; });
    QTRY_VERIFY(outcome);
    QCOMPARE_EQ(outcome->error().error.kind, ErrorKind::TlsFailed);
}

void tst_HttpServer::answersWhatWasRefusedBeforeItWasHeard()
{
    const auto server = started({}, &tst_HttpServer::echo);
    const auto socket = connected(*server);
    socket->write("POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n" + QByteArray(1'000'000, 'x'));
    QTRY_VERIFY(socket->bytesAvailable() > 0);
    QVERIFY(socket->readAll().startsWith("HTTP/1.1 413 Content Too Large\r\n"));
    QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
}

void tst_HttpServer::answersLateAndTellsWhenItIsOver()
{
    QElapsedTimer timer;
    int over = 0;
    const auto server = started({}, [&over](const HttpRequest &) {
        return HttpTurn{
            .reply = {.body = "x"}, .wait = 300ms, .over = [&over](bool answered) { over += answered ? 1 : 100; }};
    });
    const auto socket = connected(*server);
    timer.start();
    socket->write("GET / HTTP/1.1\r\n\r\n");
    QTRY_VERIFY(socket->bytesAvailable() > 0);
    QVERIFY(timer.elapsed() >= 290);
    QTRY_COMPARE(over, 1);
}

void tst_HttpServer::tellsOfAPeerThatDidNotWait()
{
    int asked = 0;
    int lost = 0;
    const auto server = started({}, [&](const HttpRequest &) {
        ++asked;
        return HttpTurn{.wait = 1h, .over = [&lost](bool answered) { lost += answered ? 100 : 1; }};
    });
    auto socket = connected(*server);
    socket->write("GET / HTTP/1.1\r\n\r\n");
    QTRY_COMPARE(asked, 1);
    socket->abort();
    QTRY_COMPARE(lost, 1);
    const auto other = connected(*server);
    other->write("GET / HTTP/1.1\r\n\r\n");
    QTRY_COMPARE(asked, 2);
    server->stop();
    QCOMPARE_EQ(lost, 2);
}

void tst_HttpServer::cutsAnAnswerOff()
{
    const auto server =
        started({}, [](const HttpRequest &) { return HttpTurn{.reply = {.body = "0123456789"}, .cutAfter = 20}; });
    const auto socket = connected(*server);
    socket->write("GET / HTTP/1.1\r\n\r\n");
    QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
    QCOMPARE_EQ(socket->readAll(), QByteArray("HTTP/1.1 200 OK\r\nCon"));
}

void tst_HttpServer::dropsWhoIsSlow()
{
    const auto server = started({.patience = 300ms}, &tst_HttpServer::echo);
    const auto socket = connected(*server);
    QTimer drip; // an octet now and then does not begin the time anew
    connect(&drip, &QTimer::timeout, socket.get(), [&socket] { socket->write("X"); });
    socket->write("GET /");
    drip.start(50);
    QTRY_COMPARE_WITH_TIMEOUT(socket->state(), QAbstractSocket::UnconnectedState, 10'000);
    QCOMPARE_EQ(socket->readAll(), QByteArray());
}

void tst_HttpServer::dropsWhoSaysNothing()
{
    const auto server = started({.idleLimit = 200ms}, &tst_HttpServer::echo);
    const auto socket = connected(*server);
    QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
}

void tst_HttpServer::takesNoMoreConnectionsThanItMay()
{
    const auto server = started({.maxConnections = 1}, &tst_HttpServer::echo);
    const auto first = connected(*server);
    QTRY_COMPARE(server->connectionCount(), 1);
    const auto second = connected(*server);
    QTRY_COMPARE(second->state(), QAbstractSocket::UnconnectedState);
    first->write("GET / HTTP/1.1\r\n\r\n");
    QTRY_VERIFY(first->bytesAvailable() > 0);
    QCOMPARE_EQ(server->connectionCount(), 1);
}

void tst_HttpServer::mayBeStoppedByAHandler()
{
    std::unique_ptr<HttpServer> server;
    server = started({}, [&server](const HttpRequest &) {
        server->stop();
        return HttpTurn{};
    });
    const auto socket = connected(*server);
    socket->write("GET / HTTP/1.1\r\n\r\n");
    QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
    QVERIFY(!server->isRunning());
    QVERIFY(server->start());
    QVERIFY(connected(*server));
}

void tst_HttpServer::saysWhyItCannotListen()
{
    const auto server = started({}, &tst_HttpServer::echo);
    HttpServer second({.listen = server->address()}, &tst_HttpServer::echo);
    const auto refused = second.start();
    QVERIFY(!refused);
    QCOMPARE_EQ(refused.error().kind, ErrorKind::Unreachable);
    QVERIFY2(refused.error().detail.contains(QStringLiteral("choose another address and port.")),
             qPrintable(refused.error().detail));
    HttpServer named({.listen = *Endpoint::parse(QStringLiteral("practice.example.com:0"))}, &tst_HttpServer::echo);
    QCOMPARE_EQ(named.start().error().kind, ErrorKind::InvalidInput);
}

QTEST_GUILESS_MAIN(tst_HttpServer)
#include "tst_HttpServer.moc"
