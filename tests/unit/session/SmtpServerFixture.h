// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/SmtpServer.h"

#include <QPointer>
#include <QSignalSpy>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTest>
#include <QTimer>

#include <memory>
#include <vector>

namespace relaywright::test {

using namespace std::chrono_literals;

/// What a Handler saw, and what it shall do.
struct Journal {
    QByteArrayList messages;
    QByteArray current;
    QStringList users;
    int closedInside = 0;
    int closed = 0;
    int drops = 0;
    std::vector<PeerInfo> peers;
    bool holdData = false; ///< leave DataEnded unanswered
    QPointer<SmtpServerConnection> held;
    bool authAccepted = true;
    std::vector<PeerTls> handshakes;
    QByteArray rawBeforeMail; ///< sent ahead of the answer to MAIL
    bool dropsAtRcpt = false;
};

class Handler final : public ServerHandler {
public:
    Handler(Journal &journal, SmtpServerConnection &connection) : m_journal(journal), m_connection(connection) {}
    void onHello(const HelloReceived &) override { m_connection.answerHello(); }
    void onMail(const MailReceived &) override
    {
        m_connection.sendRaw(m_journal.rawBeforeMail);
        m_connection.answer({250, {"2.1.0 OK"}});
    }
    void onRcpt(const RcptReceived &) override
    {
        if (m_journal.dropsAtRcpt)
            return m_connection.drop();
        m_connection.answer({250, {"2.1.5 OK"}});
    }
    void onTls(const PeerTls &tls) override { m_journal.handshakes.push_back(tls); }
    void onDataStarting() override
    {
        m_inside = true;
        m_connection.answer({354, {"Go on"}});
    }
    void onDataChunk(const QByteArray &octets) override { m_journal.current += octets; }
    void onDataEnded() override
    {
        m_inside = false;
        m_journal.messages += std::exchange(m_journal.current, {});
        if (m_journal.holdData)
            m_journal.held = &m_connection;
        else
            m_connection.answer({250, {"2.0.0 Taken"}});
    }
    void onDataDropped() override
    {
        m_inside = false;
        ++m_journal.drops;
    }
    void onAuth(const AuthReceived &auth) override
    {
        m_journal.users += auth.user;
        m_connection.answerAuth(m_journal.authAccepted);
    }
    void onReset() override {}
    void onClosed() override
    {
        ++m_journal.closed;
        m_journal.closedInside += m_inside ? 1 : 0;
    }

private:
    Journal &m_journal;
    SmtpServerConnection &m_connection;
    bool m_inside = false;
};

inline ListenerSettings loopback()
{
    ListenerSettings settings{.listen = {Host::of(IpAddress::fromV4(0x7f000001)), 0}};
    settings.smtp.serverName = "mx.dst.test";
    settings.authFailureDelay = 0ms;
    return settings;
}

inline const QByteArray kEnvelope("MAIL FROM:<a@src.test>\r\nRCPT TO:<b@dst.test>\r\nDATA\r\n");

/// A client that the test reads line by line, waiting on signals.
class Client {
public:
    explicit Client(const SmtpServer &server) : m_port(server.address().port) {}
    bool open()
    {
        socket.connectToHost(QStringLiteral("127.0.0.1"), m_port);
        return QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::ConnectedState; }, 5000);
    }
    QByteArray line()
    {
        if (!QTest::qWaitFor(
                [this] { return socket.canReadLine() || socket.state() == QAbstractSocket::UnconnectedState; }, 10000))
            return "(nothing)";
        return socket.readLine().trimmed();
    }
    QByteArray reply()
    {
        for (;;) {
            const QByteArray text = line();
            if (text.size() < 4 || text[3] != '-')
                return text;
        }
    }
    QByteArray ask(const QByteArray &octets)
    {
        socket.write(octets);
        return reply();
    }
    /// All from the greeting to the end of a small message; the answer to that is still to come.
    void sendSmallMessage()
    {
        reply();
        ask("EHLO c.test\r\n");
        ask(kEnvelope);
        reply();
        reply();
        socket.write("x\r\n.\r\n");
    }
    /// One octet, unless the server has spoken: a write after it has closed would lose what it said last.
    void drip()
    {
        if (socket.bytesAvailable() == 0 && !socket.waitForReadyRead(0))
            socket.write("N");
    }
    bool closedByPeer()
    {
        return QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::UnconnectedState; }, 10000);
    }
    QSslSocket socket;

private:
    std::uint16_t m_port;
};

/// A server that listens, with a Handler for each connection.
struct Running {
    explicit Running(ListenerSettings settings)
        : server(std::move(settings),
                 [this](const PeerInfo &peer, SmtpServerConnection &connection) -> SmtpServer::Admission {
                     journal.peers.push_back(peer);
                     return std::make_unique<Handler>(journal, connection);
                 })
    {
        const auto listening = server.listen();
        if (!listening)
            qFatal("%s", qPrintable(listening.error().detail));
    }
    Journal journal;
    SmtpServer server;
};

/// Vouches for the server of `withTls`.
inline QByteArray authority;

inline ListenerSettings withTls()
{
    static const MadeIdentity made = makeIdentity({QStringLiteral("localhost")}, SystemClock().now()).value();
    ListenerSettings settings = loopback();
    settings.identity = made.server;
    settings.smtp.startTls = true;
    settings.smtp.authMechanisms = {AuthMechanism::Plain};
    authority = made.authorityPem;
    return settings;
}
inline void trust(QSslSocket &socket)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setCaCertificates(QSslCertificate::fromData(authority));
    socket.setSslConfiguration(configuration);
    socket.setPeerVerifyName(QStringLiteral("localhost"));
}

} // namespace relaywright::test
