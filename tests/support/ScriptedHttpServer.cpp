// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ScriptedHttpServer.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>

#include <map>

namespace relaywright::test {

namespace {

/// The octets of a whole request at the front of `heard`; 0: not all of it is there.
qsizetype requestLength(const QByteArray &heard)
{
    const qsizetype head = heard.indexOf("\r\n\r\n");
    if (head < 0)
        return 0;
    const qsizetype field = heard.left(head).toLower().indexOf("\r\ncontent-length:");
    const qsizetype end = field < 0 ? -1 : heard.indexOf("\r\n", field + 2);
    const qsizetype content = field < 0 ? 0 : heard.mid(field + 17, end - field - 17).trimmed().toLongLong();
    const qsizetype length = head + 4 + content;
    return heard.size() < length ? 0 : length;
}

} // namespace

class ScriptedHttpServer::Private {
public:
    Private(ScriptedHttpServer *owner, Script given) : script(std::move(given)), q(owner) {}

    void onConnection()
    {
        while (QTcpSocket *socket = server->nextPendingConnection()) {
            ++open;
            QObject::connect(socket, &QTcpSocket::readyRead, q, [this, socket] { hear(socket); });
            QObject::connect(socket, &QTcpSocket::disconnected, q, [this, socket] {
                --open;
                heard.erase(socket);
                socket->deleteLater();
                Q_EMIT q->connectionClosed();
            });
            hear(socket);
        }
    }

    void hear(QTcpSocket *socket)
    {
        QByteArray &own = heard[socket];
        own += socket->readAll();
        while (const qsizetype length = requestLength(own)) {
            requests += own.left(length);
            own.remove(0, length);
            const Answer answer = script(requests.back());
            socket->write(answer.octets);
            Q_EMIT q->asked();
            if (answer.hangsUp || (answer.closes && !answer.octets.isEmpty()))
                return socket->disconnectFromHost();
        }
        if (hangUpAfter > 0 && own.size() >= hangUpAfter)
            socket->abort();
    }

    Script script;
    std::unique_ptr<QTcpServer> server;
    bool isTls = false;
    qsizetype hangUpAfter = 0;
    QByteArrayList requests;
    int open = 0;

private:
    ScriptedHttpServer *q;
    std::map<QTcpSocket *, QByteArray> heard;
};

ScriptedHttpServer::ScriptedHttpServer(Script script, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(script)))
{
}

ScriptedHttpServer::~ScriptedHttpServer()
{
    if (!d->server)
        return;
    for (QTcpSocket *socket : d->server->findChildren<QTcpSocket *>())
        socket->disconnect(this);
}

bool ScriptedHttpServer::listen(const std::optional<TestIdentity> &tls)
{
    d->isTls = tls.has_value();
    if (tls) {
        auto server = std::make_unique<QSslServer>();
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setLocalCertificateChain(QSslCertificate::fromData(tls->certificatePem));
        configuration.setPrivateKey(QSslKey(tls->keyPem, QSsl::Ec));
        server->setSslConfiguration(configuration);
        d->server = std::move(server);
    } else {
        d->server = std::make_unique<QTcpServer>();
    }
    connect(d->server.get(), &QTcpServer::pendingConnectionAvailable, this, [this] { d->onConnection(); });
    return d->server->listen(QHostAddress::LocalHost);
}

QUrl ScriptedHttpServer::base() const
{
    QUrl url(d->isTls ? QStringLiteral("https://127.0.0.1") : QStringLiteral("http://127.0.0.1"));
    url.setPort(d->server->serverPort());
    return url;
}

const QByteArrayList &ScriptedHttpServer::requests() const
{
    return d->requests;
}

int ScriptedHttpServer::openConnections() const
{
    return d->open;
}

void ScriptedHttpServer::hangUpAfter(qsizetype octets)
{
    d->hangUpAfter = octets;
}

ScriptedHttpServer::Answer ScriptedHttpServer::json(const QByteArray &content, int status, const QByteArray &fields)
{
    return {"HTTP/1.1 " + QByteArray::number(status)
            + " Said\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: "
            + QByteArray::number(content.size()) + "\r\n" + fields + "\r\n" + content};
}

} // namespace relaywright::test
