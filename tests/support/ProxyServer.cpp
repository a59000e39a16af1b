// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ProxyServer.h"

#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>

namespace relaywright::test {

struct ProxyServer::Private {
    Options options;
    QTcpServer server;
    QStringList targets;
};

/// One client: first what it asks for, then octets both ways.
class ProxyServer::Connection : public QObject {
public:
    Connection(ProxyServer &proxy, QTcpSocket *client) : QObject(client), m_proxy(*proxy.d), m_client(*client)
    {
        connect(client, &QTcpSocket::readyRead, this, [this] { onClientData(); });
        connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
        connect(client, &QTcpSocket::disconnected, &m_server, &QTcpSocket::disconnectFromHost);
        connect(&m_server, &QTcpSocket::connected, this, [this] { grant(); });
        connect(&m_server, &QTcpSocket::readyRead, this, [this] {
            if (m_client.isOpen())
                m_client.write(m_server.readAll());
        });
        connect(&m_server, &QTcpSocket::disconnected, &m_client, &QTcpSocket::disconnectFromHost);
        if (m_proxy.options.talksRubbish)
            m_client.write("220 I am no proxy\r\n");
        if (m_proxy.options.closesAtOnce)
            m_client.disconnectFromHost();
    }

private:
    enum class State { Hello, SignIn, Request, Connecting, Through };

    void onClientData()
    {
        if (m_proxy.options.staysSilent || m_proxy.options.talksRubbish)
            return;
        if (m_state == State::Through) {
            if (m_server.isOpen()) // else it has said good-bye
                m_server.write(m_client.readAll());
            return;
        }
        m_input += m_client.readAll();
        if (m_proxy.options.kind == Kind::Http)
            readHttp();
        else
            readSocks();
    }

    void readSocks()
    {
        if (m_state == State::Hello && m_input.size() >= 2 && m_input.size() >= 2 + octet(1))
            chooseMethod();
        if (m_state == State::SignIn && m_input.size() >= 2 && m_input.size() >= 3 + octet(1)
            && m_input.size() >= 3 + octet(1) + octet(2 + octet(1)))
            checkSignIn();
        if (m_state == State::Request && m_input.size() >= 5 && m_input.size() >= requestSize())
            readRequest();
    }

    void chooseMethod()
    {
        const QByteArray methods = m_input.mid(2, octet(1));
        const char wanted = m_proxy.options.user.isEmpty() ? '\0' : '\2';
        const bool offered = methods.contains(wanted);
        m_input.remove(0, 2 + methods.size());
        m_client.write(QByteArray("\5").append(offered ? wanted : '\xff'));
        m_state = wanted == '\0' ? State::Request : State::SignIn;
        if (!offered)
            m_client.disconnectFromHost();
    }

    void checkSignIn()
    {
        const int userSize = octet(1);
        const QByteArray user = m_input.mid(2, userSize);
        const QByteArray password = m_input.mid(3 + userSize, octet(2 + userSize));
        m_input.remove(0, 3 + user.size() + password.size());
        const bool right = user == m_proxy.options.user && password == m_proxy.options.password;
        m_client.write(QByteArray("\1").append(right ? '\0' : '\1'));
        m_state = State::Request;
        if (!right)
            m_client.disconnectFromHost();
    }

    [[nodiscard]] qsizetype requestSize() const
    {
        const int type = octet(3);
        return type == 3 ? 7 + octet(4) : type == 1 ? 10 : 22;
    }

    void readRequest()
    {
        const qsizetype size = requestSize();
        const int type = octet(3);
        QString host;
        if (type == 3)
            host = QString::fromLatin1(m_input.mid(5, octet(4)));
        else if (type == 1)
            host = QHostAddress(static_cast<quint32>(octet(4)) << 24 | static_cast<quint32>(octet(5)) << 16
                                | static_cast<quint32>(octet(6)) << 8 | static_cast<quint32>(octet(7)))
                       .toString();
        const auto port =
            static_cast<quint16>(octet(static_cast<int>(size) - 2) << 8 | octet(static_cast<int>(size) - 1));
        m_input.remove(0, size);
        reach(host, port);
    }

    void readHttp()
    {
        const qsizetype end = m_input.indexOf("\r\n\r\n");
        if (end < 0 || m_state != State::Hello)
            return;
        const QByteArray head = m_input.first(end);
        m_input.remove(0, end + 4);
        const QByteArray target = head.split(' ').value(1);
        const Options &options = m_proxy.options;
        const QByteArray proof = "Basic " + (options.user + ':' + options.password).toBase64();
        if (!options.user.isEmpty() && !head.contains(proof)) {
            m_client.write(
                "HTTP/1.1 407 Sign in\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n");
            return; // another try may follow on this connection
        }
        const qsizetype colon = target.lastIndexOf(':');
        reach(QString::fromLatin1(target.first(colon)), target.mid(colon + 1).toUShort());
    }

    void reach(const QString &host, quint16 port)
    {
        m_proxy.targets += QStringLiteral("%1:%2").arg(host).arg(port);
        m_state = State::Connecting;
        if (m_proxy.options.answer < 0)
            m_server.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        else
            answer(m_proxy.options.answer);
    }

    void grant()
    {
        answer(m_proxy.options.kind == Kind::Http ? 200 : 0);
        m_state = State::Through;
    }

    void answer(int code)
    {
        if (m_proxy.options.kind == Kind::Http)
            m_client.write("HTTP/1.1 " + QByteArray::number(code) + " so it is\r\n"
                           + QByteArray(code == 200 ? "" : "Content-Length: 0\r\n") + "\r\n");
        else
            m_client.write(QByteArray("\5").append(static_cast<char>(code)).append("\0\1\0\0\0\0\0\0", 8));
        if (code != 0 && code != 200)
            m_client.disconnectFromHost();
    }

    [[nodiscard]] int octet(int at) const { return at < m_input.size() ? static_cast<unsigned char>(m_input[at]) : 0; }

    Private &m_proxy;
    QTcpSocket &m_client;
    QTcpSocket m_server;
    QByteArray m_input;
    State m_state = State::Hello;
};

ProxyServer::ProxyServer(Options options, QObject *parent) : QObject(parent), d(std::make_unique<Private>())
{
    d->options = std::move(options);
    connect(&d->server, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *client = d->server.nextPendingConnection())
            new Connection(*this, client);
    });
}

ProxyServer::~ProxyServer() = default;

bool ProxyServer::listen()
{
    return d->server.listen(QHostAddress(QHostAddress::LocalHost));
}

std::uint16_t ProxyServer::port() const
{
    return d->server.serverPort();
}

const QStringList &ProxyServer::targets() const
{
    return d->targets;
}

} // namespace relaywright::test
