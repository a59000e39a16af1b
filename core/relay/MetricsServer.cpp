// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/MetricsServer.h"

#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

namespace relaywright {

namespace {

constexpr std::chrono::seconds kPatience{5};

QByteArray response(const QByteArray &status, const QByteArray &content, bool withContent,
                    const QByteArray &fields = {})
{
    QByteArray answer =
        "HTTP/1.1 " + status + "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: "
        + QByteArray::number(content.size()) + "\r\nCache-Control: no-store\r\nConnection: close\r\n" + fields + "\r\n";
    return withContent ? answer + content : answer;
}

} // namespace

QByteArray answerMetricsRequest(QByteArrayView request, const std::function<QByteArray()> &text)
{
    const QByteArrayView line = request.first(std::max<qsizetype>(0, request.indexOf("\r\n")));
    const QByteArrayList words = line.toByteArray().split(' ');
    if (words.size() != 3 || !words[2].startsWith("HTTP/1."))
        return response("400 Bad Request", "This is no HTTP request.\n", true);
    if (words[0] != "GET" && words[0] != "HEAD")
        return response("405 Method Not Allowed", "Only GET is answered.\n", true, "Allow: GET, HEAD\r\n");
    const QByteArray path = words[1].first(words[1].indexOf('?') < 0 ? words[1].size() : words[1].indexOf('?'));
    if (path != "/metrics")
        return response("404 Not Found", "There is only /metrics.\n", words[0] == "GET");
    return response("200 OK", text(), words[0] == "GET");
}

class MetricsServer::Private {
public:
    explicit Private(std::function<QByteArray()> ownText) : text(std::move(ownText)) {}
    void onConnection();
    void onReadyRead(QTcpSocket *socket);

    std::function<QByteArray()> text;
    std::chrono::milliseconds patience = kPatience;
    int connections = 0;
    QTcpServer server; // its sockets are its children
};

void MetricsServer::Private::onConnection()
{
    while (QTcpSocket *socket = server.nextPendingConnection()) {
        QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        if (connections >= kMaxConnections) {
            socket->abort();
            continue;
        }
        ++connections;
        socket->setReadBufferSize(kMaxRequestOctets + 1);
        QObject::connect(socket, &QObject::destroyed, &server, [this] { --connections; });
        QObject::connect(socket, &QTcpSocket::readyRead, &server, [this, socket] { onReadyRead(socket); });
        QTimer::singleShot(patience, socket, &QTcpSocket::abort);
    }
}

void MetricsServer::Private::onReadyRead(QTcpSocket *socket)
{
    const QByteArray request = socket->peek(kMaxRequestOctets + 1);
    const qsizetype end = request.indexOf("\r\n\r\n");
    if (end < 0 && request.size() <= kMaxRequestOctets)
        return;
    socket->disconnect(&server); // one answer, whatever comes behind
    QObject::connect(socket, &QObject::destroyed, &server, [this] { --connections; });
    socket->write(end < 0 ? response("431 Request Header Fields Too Large", "The request is too long.\n", true)
                          : answerMetricsRequest(QByteArrayView(request).first(end + 4), text));
    socket->readAll();
    socket->disconnectFromHost(); // when all is written
}

MetricsServer::MetricsServer(std::function<QByteArray()> text, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(text)))
{
    connect(&d->server, &QTcpServer::newConnection, this, [this] { d->onConnection(); });
}

MetricsServer::~MetricsServer() = default;

Result<void> MetricsServer::listen(const Endpoint &endpoint)
{
    const QHostAddress address(endpoint.host.toString() == QLatin1String("localhost") ? QStringLiteral("127.0.0.1")
                                                                                      : endpoint.host.toString());
    if (!address.isLoopback())
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("Metrics are shown on a loopback address only, such as 127.0.0.1:9125, not on %1.")
                .arg(endpoint.toString()));
    if (!d->server.listen(address, endpoint.port))
        return failure(ErrorKind::Unreachable,
                       QStringLiteral("Metrics cannot be shown on %1: %2. Give \"metrics\" another port.")
                           .arg(endpoint.toString(), d->server.errorString()));
    return {};
}

Endpoint MetricsServer::address() const
{
    const QString host = d->server.serverAddress().toString();
    const auto endpoint = Endpoint::parse(
        QStringLiteral("%1:%2").arg(host.contains(u':') ? u'[' + host + u']' : host).arg(d->server.serverPort()));
    return endpoint.value_or(*Endpoint::parse(QStringLiteral("127.0.0.1:0")));
}

void MetricsServer::setPatience(std::chrono::milliseconds patience)
{
    d->patience = patience;
}

} // namespace relaywright
