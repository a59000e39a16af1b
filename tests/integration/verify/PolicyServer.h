// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/TestCertificates.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QSslSocket>

namespace relaywright::test {

/// A whole answer; `head` begins with the status.
inline QByteArray http(const QByteArray &head, const QByteArray &body)
{
    return "HTTP/1.1 " + head + "\r\nConnection: close\r\n\r\n" + body;
}

inline QByteArray withLength(const QByteArray &body)
{
    return http("200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + QByteArray::number(body.size()), body);
}

/// A web server that gives everybody the same answer; none when it is empty.
class PolicyServer {
public:
    PolicyServer(const TestIdentity &identity, QByteArray answer) : m_answer(std::move(answer))
    {
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        tls.setLocalCertificate(QSslCertificate(identity.certificatePem));
        tls.setPrivateKey(QSslKey(identity.keyPem, QSsl::Ec));
        m_server.setSslConfiguration(tls);
        QObject::connect(&m_server, &QTcpServer::pendingConnectionAvailable, &m_server, [this] { take(); });
        if (!m_server.listen(QHostAddress::LocalHost))
            qFatal("PolicyServer: cannot listen");
    }

    [[nodiscard]] std::uint16_t port() const { return m_server.serverPort(); }
    [[nodiscard]] const QByteArray &request() const { return m_request; }

private:
    void take()
    {
        QTcpSocket *socket = m_server.nextPendingConnection();
        QObject::connect(socket, &QTcpSocket::readyRead, &m_server, [this, socket] {
            m_request += socket->readAll();
            if (!m_request.endsWith("\r\n\r\n") || m_answer.isEmpty())
                return;
            socket->write(m_answer);
            socket->disconnectFromHost();
        });
    }

    QSslServer m_server;
    QByteArray m_answer;
    QByteArray m_request;
};

} // namespace relaywright::test
