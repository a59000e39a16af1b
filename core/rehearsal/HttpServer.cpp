// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/HttpServer.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpServer>
#include <QTimer>

#include <algorithm>
#include <set>
#include <utility>

namespace relaywright {

namespace {

constexpr qint64 kReadAtOnce = 64 * 1024;
constexpr std::chrono::seconds kDrainLimit{2}; // for a peer to read a refusal while it still sends

QSslKey readKey(const QByteArray &pem)
{
    for (const QSsl::KeyAlgorithm algorithm : {QSsl::Ec, QSsl::Rsa}) {
        if (QSslKey key(pem, algorithm); !key.isNull())
            return key;
    }
    return {};
}

std::optional<QHostAddress> listenAddress(const Host &host)
{
    if (host.toString() == QLatin1String("localhost"))
        return QHostAddress(QHostAddress::LocalHost);
    return host.address() ? std::optional(QHostAddress(host.address()->toString())) : std::nullopt;
}

} // namespace

/// One peer: a request, its answer, the next request.
class HttpServer::Connection : public QObject {
public:
    Connection(HttpServer::Private &server, qintptr descriptor);
    ~Connection() override
    {
        m_socket.disconnect(this); // it tells of its own end, when the timers are gone
        end(false);
    }
    void cut();

private:
    enum class State { Handshake, Idle, Receiving, Answering, Sending, Draining };

    void hear();
    void next();
    void answer(HttpTurn turn);
    void send();
    void onWritten();
    void refuse(const HttpReply &reply);
    void enter(State state);
    void onGone();
    void end(bool answered);

    HttpServer::Private &m_server;
    QSslSocket m_socket;
    QTimer m_limit;
    QTimer m_wait;
    HttpRequestReader m_reader;
    HttpTurn m_turn;
    State m_state = State::Idle;
    bool m_closes = false;
    bool m_gone = false;
};

class HttpServer::Private : public QTcpServer {
public:
    Private(HttpServerSettings settingsIn, Handler handlerIn)
        : settings(std::move(settingsIn)), handler(std::move(handlerIn))
    {
    }
    Result<void> readIdentity();
    void cutAll();
    void forget(Connection *connection)
    {
        if (connections.erase(connection) > 0)
            connection->deleteLater();
    }

    HttpServerSettings settings;
    Handler handler;
    std::optional<QSslConfiguration> tls;
    std::set<Connection *> connections;

protected:
    void incomingConnection(qintptr descriptor) override
    {
        if (static_cast<int>(connections.size()) >= settings.maxConnections) {
            QTcpSocket refused; // closes it
            refused.setSocketDescriptor(descriptor);
            return refused.abort();
        }
        connections.insert(new Connection(*this, descriptor));
    }
};

Result<void> HttpServer::Private::readIdentity()
{
    tls.reset();
    if (!settings.identity)
        return {};
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    const QList<QSslCertificate> chain = QSslCertificate::fromData(settings.identity->certificateChainPem, QSsl::Pem);
    const QSslKey key = readKey(settings.identity->privateKeyPem);
    if (chain.isEmpty() || key.isNull())
        return failure(
            ErrorKind::TlsFailed,
            QStringLiteral("The certificate or the key of the practice service cannot be read. Start it again."));
    configuration.setLocalCertificateChain(chain);
    configuration.setPrivateKey(key);
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    configuration.setCaCertificates({}); // else every handshake reads the system's store again
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    tls = configuration;
    return {};
}

void HttpServer::Private::cutAll()
{
    const std::set<Connection *> open = connections; // cutting one takes it out
    for (Connection *connection : open)
        connection->cut();
}

HttpServer::Connection::Connection(HttpServer::Private &server, qintptr descriptor)
    : m_server(server), m_reader(server.settings.limits)
{
    m_limit.setSingleShot(true);
    m_wait.setSingleShot(true);
    connect(&m_limit, &QTimer::timeout, this, [this] { cut(); });
    connect(&m_wait, &QTimer::timeout, this, [this] { send(); });
    connect(&m_socket, &QSslSocket::readyRead, this, [this] { hear(); });
    connect(&m_socket, &QSslSocket::bytesWritten, this, [this] { onWritten(); });
    connect(&m_socket, &QSslSocket::encryptedBytesWritten, this, [this] { onWritten(); });
    connect(&m_socket, &QSslSocket::disconnected, this, [this] { onGone(); });
    connect(&m_socket, &QSslSocket::encrypted, this, [this] { enter(State::Idle); });
    // What was not read stays with the system, so that nobody can fill our memory while an answer waits.
    m_socket.setReadBufferSize(kReadAtOnce);
    m_socket.setSocketDescriptor(descriptor);
    if (m_server.tls) {
        m_socket.setSslConfiguration(*m_server.tls);
        enter(State::Handshake);
        m_socket.startServerEncryption();
    } else {
        enter(State::Idle);
    }
}

void HttpServer::Connection::enter(State state)
{
    m_state = state;
    switch (state) {
    case State::Answering: return m_limit.stop(); // it is we who let the peer wait
    case State::Idle: return m_limit.start(m_server.settings.idleLimit);
    case State::Draining: return m_limit.start(kDrainLimit);
    case State::Handshake:
    case State::Receiving:
    case State::Sending: return m_limit.start(m_server.settings.patience);
    }
    Q_UNREACHABLE();
}

void HttpServer::Connection::hear()
{
    if (m_gone)
        return;
    if (m_state == State::Draining) {
        m_socket.skip(m_socket.bytesAvailable());
        return;
    }
    if (m_state != State::Idle && m_state != State::Receiving)
        return;
    m_reader.add(m_socket.readAll());
    next();
}

void HttpServer::Connection::next()
{
    auto request = m_reader.take();
    if (const auto &refusal = m_reader.refusal())
        return refuse(*refusal);
    if (!request) {
        if (m_reader.takeExpectation())
            m_socket.write("HTTP/1.1 100 Continue\r\n\r\n");
        // From its first octet on a request has so long; more octets do not begin the time anew.
        if (m_state == State::Idle && m_reader.isInside())
            enter(State::Receiving);
        return;
    }
    m_closes = request->field("Connection").toLower() == "close";
    enter(State::Answering);
    answer(m_server.handler(*request));
}

void HttpServer::Connection::answer(HttpTurn turn)
{
    m_turn = std::move(turn);
    if (m_gone) // the handler stopped the server
        return end(false);
    if (m_turn.wait.count() > 0)
        m_wait.start(m_turn.wait);
    else
        send();
}

void HttpServer::Connection::send()
{
    m_closes = m_closes || m_turn.cutAfter.has_value();
    QByteArray wire = toWire(m_turn.reply, m_closes && !m_turn.cutAfter);
    if (m_turn.cutAfter)
        wire.truncate(std::max<qsizetype>(*m_turn.cutAfter, 0));
    enter(State::Sending);
    m_turn.reply = {};
    m_socket.write(wire);
    onWritten();
}

void HttpServer::Connection::onWritten()
{
    if (m_state != State::Sending || m_socket.bytesToWrite() > 0 || m_socket.encryptedBytesToWrite() > 0)
        return;
    const bool isCut = m_turn.cutAfter.has_value();
    // Before `over`, which may be followed by anything.
    enter(m_closes ? State::Draining : State::Idle);
    end(!isCut);
    if (m_gone)
        return;
    if (m_closes)
        return m_socket.disconnectFromHost();
    // A request that came behind this one is here already, and nothing else would bring us back to it.
    QMetaObject::invokeMethod(
        this, [this] { hear(); }, Qt::QueuedConnection);
}

void HttpServer::Connection::refuse(const HttpReply &reply)
{
    enter(State::Draining);
    m_socket.write(toWire(reply, true));
    m_socket.skip(m_socket.bytesAvailable());
}

void HttpServer::Connection::end(bool answered)
{
    if (const auto over = std::exchange(m_turn.over, nullptr))
        over(answered);
}

void HttpServer::Connection::cut()
{
    m_socket.abort();
    onGone();
}

void HttpServer::Connection::onGone()
{
    if (std::exchange(m_gone, true))
        return;
    m_limit.stop();
    m_wait.stop();
    end(false);
    m_server.forget(this);
}

HttpServer::HttpServer(HttpServerSettings settings, Handler handler, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(settings), std::move(handler)))
{
}

HttpServer::~HttpServer()
{
    d->close();
    // Not later: they look into `d`.
    const auto open = std::exchange(d->connections, {});
    qDeleteAll(open);
}

Result<void> HttpServer::start()
{
    stop();
    if (auto read = d->readIdentity(); !read)
        return read;
    const QString where = d->settings.listen.toString();
    const auto address = listenAddress(d->settings.listen.host);
    if (!address)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("Cannot listen on %1: give an IP address of this machine, or localhost.").arg(where));
    if (!d->listen(*address, d->settings.listen.port))
        return failure(ErrorKind::Unreachable,
                       QStringLiteral("Cannot listen on %1: %2. Stop the program that listens there, or choose another "
                                      "address and port.")
                           .arg(where, d->errorString()));
    return {};
}

void HttpServer::stop()
{
    d->close();
    d->cutAll();
}

bool HttpServer::isRunning() const
{
    return d->isListening();
}

Endpoint HttpServer::address() const
{
    if (!d->isListening())
        return d->settings.listen;
    return {d->settings.listen.host, d->serverPort()};
}

QUrl HttpServer::base() const
{
    const Host &host = d->settings.listen.host;
    const bool isAny = host.address() && host.address()->isAny();
    QUrl url;
    url.setScheme(d->settings.identity ? QStringLiteral("https") : QStringLiteral("http"));
    url.setHost(isAny ? QStringLiteral("127.0.0.1") : host.toString());
    url.setPort(address().port);
    return url;
}

int HttpServer::connectionCount() const
{
    return static_cast<int>(d->connections.size());
}

} // namespace relaywright
