// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/SmtpServer.h"

#include <QElapsedTimer>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>

#include <memory>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

struct Journal {
    QByteArrayList messages;
    QByteArray current;
    QStringList users;
    int closedInside = 0;
    int closed = 0;
    int drops = 0;
    std::vector<PeerInfo> peers;
    bool holdData = false;                        ///< leave DataEnded unanswered
    QPointer<SmtpServerConnection> held;
    bool authAccepted = true;
    std::vector<PeerTls> handshakes;
    QByteArray rawBeforeMail;                     ///< sent ahead of the answer to MAIL
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

ListenerSettings loopback()
{
    ListenerSettings settings{.listen = {Host::of(IpAddress::fromV4(0x7f000001)), 0}};
    settings.smtp.serverName = "mx.dst.test";
    settings.authFailureDelay = 0ms;
    return settings;
}

/// A client that the test reads line by line, waiting on signals.
class Client {
public:
    explicit Client(const SmtpServer &server) : m_port(server.address().port) { }
    bool open()
    {
        socket.connectToHost(QStringLiteral("127.0.0.1"), m_port);
        return QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::ConnectedState; }, 5000);
    }
    QByteArray line()
    {
        if (!QTest::qWaitFor([this] { return socket.canReadLine() || socket.state() == QAbstractSocket::UnconnectedState; }, 10000))
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

const QByteArray kEnvelope("MAIL FROM:<a@src.test>\r\nRCPT TO:<b@dst.test>\r\nDATA\r\n");

} // namespace

class tst_SmtpServer : public QObject {
    Q_OBJECT

    struct Running {
        explicit Running(ListenerSettings settings)
            : server(std::move(settings), [this](const PeerInfo &peer, SmtpServerConnection &connection) -> SmtpServer::Admission {
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

    static ListenerSettings withTls()
    {
        static const MadeIdentity made = makeIdentity({QStringLiteral("localhost")}, SystemClock().now()).value();
        ListenerSettings settings = loopback();
        settings.identity = made.server;
        settings.smtp.startTls = true;
        settings.smtp.authMechanisms = {AuthMechanism::Plain};
        authority = made.authorityPem;
        return settings;
    }
    static void trust(QSslSocket &socket)
    {
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setCaCertificates(QSslCertificate::fromData(authority));
        socket.setSslConfiguration(configuration);
        socket.setPeerVerifyName(QStringLiteral("localhost"));
    }
    static inline QByteArray authority;

private Q_SLOTS:
    void takesAMessage()
    {
        Running run(loopback());
        Client client(run.server);
        QVERIFY(client.open());
        QCOMPARE_EQ(client.reply(), QByteArray("220 mx.dst.test ESMTP ready"));
        QVERIFY(client.ask("EHLO c.test\r\n").startsWith("250 "));
        QVERIFY(client.ask(kEnvelope).startsWith("250 "));
        QVERIFY(client.reply().startsWith("250 "));
        QVERIFY(client.reply().startsWith("354 "));
        QByteArray body;
        for (int i = 0; i < 20000; ++i)
            body += "line " + QByteArray::number(i) + " of a message\r\n";
        QCOMPARE_EQ(client.ask(body + ".\r\n"), QByteArray("250 2.0.0 Taken"));
        QVERIFY(run.journal.messages.value(0) == body);
        QVERIFY(client.ask("QUIT\r\n").startsWith("221 "));
        QVERIFY(client.closedByPeer());
        QTRY_COMPARE_EQ(run.server.connectionCount(), 0);
        QCOMPARE_EQ(run.journal.closed, 1);
        QCOMPARE_EQ(run.journal.peers.at(0).address, IpAddress::fromV4(0x7f000001));
    }

    void upgradesWithStartTlsAndSignsIn()
    {
        Running run(withTls());
        Client client(run.server);
        trust(client.socket);
        QVERIFY(client.open());
        client.reply();
        QVERIFY(client.ask("EHLO c.test\r\n").startsWith("250 "));
        QVERIFY(client.ask("STARTTLS\r\n").startsWith("220 "));
        QSignalSpy encrypted(&client.socket, &QSslSocket::encrypted);
        client.socket.startClientEncryption();
        QVERIFY(encrypted.wait(10000));
        QVERIFY(client.socket.sessionProtocol() >= QSsl::TlsV1_2);
        QVERIFY(client.ask(kEnvelope).startsWith("503 "));
        client.reply();
        client.reply();
        QVERIFY(client.ask("EHLO c.test\r\n").startsWith("250 "));
        QVERIFY(client.ask("AUTH PLAIN AGpvZQBw\r\n").startsWith("235 "));
        QCOMPARE_EQ(run.journal.users, QStringList{QStringLiteral("joe")});
        client.ask(kEnvelope);
        client.reply();
        client.reply();
        QVERIFY(client.ask("x\r\n.\r\n").startsWith("250 "));
        QCOMPARE_EQ(run.journal.messages, QByteArrayList{"x\r\n"});
    }

    void takesOldTlsOnlyWhereItIsTold_data()
    {
        QTest::addColumn<int>("server");
        QTest::addColumn<QByteArray>("most");
        QTest::addColumn<QString>("expected");
        const int modern = static_cast<int>(ListenerTls::Tls12OrLater), any = static_cast<int>(ListenerTls::Tls10OrLater),
                  old = static_cast<int>(ListenerTls::Tls10Only);
        QTest::newRow("modern server, old client") << modern << QByteArray("TLSv1") << "refused; offered TLS 1.0";
        QTest::newRow("modern server, modern client") << modern << QByteArray("TLSv1.2") << "TLS 1.2; offered TLS 1.2";
        QTest::newRow("tolerant server, old client") << any << QByteArray("TLSv1") << "TLS 1.0; offered TLS 1.0";
        QTest::newRow("tolerant server, modern client") << any << QByteArray("TLSv1.3") << "TLS 1.3; offered TLS 1.3";
        QTest::newRow("old server, client of any age") << old << QByteArray("TLSv1.3") << "TLS 1.0; offered TLS 1.3";
    }
    void takesOldTlsOnlyWhereItIsTold()
    {
        QFETCH(int, server);
        QFETCH(QByteArray, most);
        QFETCH(QString, expected);
        ListenerSettings settings = withTls();
        settings.tls = static_cast<ListenerTls>(server);
        settings.readClientHello = true;
        Running run(settings);
        Client client(run.server);
        trust(client.socket);
        QSslConfiguration configuration = client.socket.sslConfiguration();
        configuration.setProtocol(QSsl::AnyProtocol);
        configuration.setBackendConfigurationOption("MinProtocol", QByteArray("TLSv1"));
        configuration.setBackendConfigurationOption("MaxProtocol", most);
        configuration.setBackendConfigurationOption("CipherString", QByteArray("DEFAULT@SECLEVEL=0"));
        client.socket.setSslConfiguration(configuration);
        QVERIFY(client.open());
        client.reply();
        client.ask("EHLO c.test\r\n");
        QVERIFY(client.ask("STARTTLS\r\n").startsWith("220 "));
        client.socket.startClientEncryption();
        QTRY_COMPARE_EQ(run.journal.handshakes.size(), 1u);
        const PeerTls &seen = run.journal.handshakes.front();
        QVERIFY(seen.offered.has_value());
        const QString what = seen.established ? tlsVersionName(seen.version) : QStringLiteral("refused");
        QCOMPARE_EQ(QStringLiteral("%1; offered %2").arg(what, tlsVersionName(seen.offered->newest())), expected);
        QVERIFY(seen.offered->ciphers.size() > 1);
        QCOMPARE_EQ(seen.offered->serverName, QStringLiteral("localhost"));
        QCOMPARE_EQ(seen.failure.isEmpty(), seen.established);
        if (!seen.established)
            return;
        QVERIFY(client.ask("EHLO c.test\r\n").startsWith("250 "));
    }

    void asksForACertificateOfThePeer_data()
    {
        QTest::addColumn<QString>("shown");
        QTest::addColumn<QString>("expected");
        QTest::newRow("none") << QString() << ": ";
        QTest::newRow("of a trusted authority") << QStringLiteral("trusted") << "relay.contoso.com: ";
        QTest::newRow("of an unknown authority") << QStringLiteral("unknown") << "relay.contoso.com: The certificate was issued by";
    }
    void asksForACertificateOfThePeer()
    {
        QFETCH(QString, shown);
        QFETCH(QString, expected);
        const MadeIdentity made = makeIdentity({QStringLiteral("relay.contoso.com")}, SystemClock().now()).value();
        ListenerSettings settings = withTls();
        settings.askClientCertificate = true;
        settings.clientAuthoritiesPem = shown == QLatin1String("trusted") ? made.authorityPem : QByteArray();
        Running run(settings);
        Client client(run.server);
        trust(client.socket);
        if (!shown.isEmpty()) {
            client.socket.setLocalCertificateChain(QSslCertificate::fromData(made.server.certificateChainPem));
            client.socket.setPrivateKey(QSslKey(made.server.privateKeyPem, QSsl::Ec));
        }
        QVERIFY(client.open());
        client.reply();
        client.ask("EHLO c.test\r\n");
        client.ask("STARTTLS\r\n");
        client.socket.startClientEncryption();
        QTRY_COMPARE_EQ(run.journal.handshakes.size(), 1u);
        const TlsSummary &summary = run.journal.handshakes.front().summary;
        QVERIFY(run.journal.handshakes.front().established);
        const QString seen = summary.certificateNames.join(u' ') + QStringLiteral(": ") + summary.faults.join(u' ');
        QVERIFY2(expected.endsWith(QLatin1String(": ")) ? seen == expected : seen.startsWith(expected), qPrintable(seen));
        QVERIFY(client.ask("EHLO c.test\r\n").startsWith("250 "));
    }

    void aHandlerMayBreakTheConversation()
    {
        Running run(loopback());
        run.journal.rawBeforeMail = "HTTP/1.1 400 Bad Request\r\n";
        run.journal.dropsAtRcpt = true;
        Client client(run.server);
        QVERIFY(client.open());
        client.reply();
        client.ask("EHLO c.test\r\n");
        QCOMPARE_EQ(client.ask("MAIL FROM:<a@src.test>\r\n"), QByteArray("HTTP/1.1 400 Bad Request"));
        QCOMPARE_EQ(client.reply(), QByteArray("250 2.1.0 OK"));
        client.socket.write("RCPT TO:<b@dst.test>\r\n");
        QVERIFY(client.closedByPeer());
        QVERIFY(client.socket.readAll().isEmpty());
        QTRY_COMPARE_EQ(run.server.connectionCount(), 0);
        QCOMPARE_EQ(run.journal.closed, 1);
    }

    void refusesOctetsBehindStartTls()
    {
        Running run(withTls());
        Client client(run.server);
        QVERIFY(client.open());
        client.reply();
        client.ask("EHLO c.test\r\n");
        QVERIFY(client.ask("STARTTLS\r\nNOOP\r\nMAIL FROM:<i@x.test>\r\n").startsWith("554 5.5.0"));
        QVERIFY(client.closedByPeer());
        QVERIFY(client.socket.readAll().isEmpty());
    }

    void speaksTlsFromTheFirstOctet()
    {
        ListenerSettings settings = withTls();
        settings.smtp.implicitTls = true;
        Running run(settings);
        Client client(run.server);
        trust(client.socket);
        QSignalSpy encrypted(&client.socket, &QSslSocket::encrypted);
        client.socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), run.server.address().port, QStringLiteral("localhost"));
        QVERIFY(encrypted.wait(10000));
        QVERIFY(client.reply().startsWith("220 "));
        QVERIFY(client.ask("EHLO c.test\r\n").startsWith("250 "));
        QVERIFY(client.ask("STARTTLS\r\n").startsWith("502 "));
    }

    void cutsOffWhoSpeaksFirst()
    {
        ListenerSettings settings = loopback();
        settings.greetingDelay = 200ms;
        Running run(settings);
        Client client(run.server);
        QVERIFY(client.open());
        QVERIFY(client.ask("EHLO c.test\r\n").startsWith("554 5.5.0"));
        QVERIFY(client.closedByPeer());
    }

    void oneHostCannotTakeAllConnections()
    {
        ListenerSettings settings = loopback();
        settings.maxConnectionsPerPeer = 3;
        Running run(settings);
        QSignalSpy refused(&run.server, &SmtpServer::connectionRefused);
        std::vector<std::unique_ptr<Client>> clients;
        for (int i = 0; i < 4; ++i) {
            clients.push_back(std::make_unique<Client>(run.server));
            QVERIFY(clients.back()->open());
            QVERIFY(clients.back()->reply().startsWith(i < 3 ? "220 " : "421 4.7.0"));
        }
        QVERIFY(clients.back()->closedByPeer());
        QCOMPARE_EQ(refused.count(), 1);
        // Another host (another address of the loopback net) is served at once.
        QTcpSocket other;
        if (!other.bind(QHostAddress(QStringLiteral("127.0.0.9"))))
            QSKIP("this system has no 127.0.0.9");
        QElapsedTimer timer;
        timer.start();
        other.connectToHost(QStringLiteral("127.0.0.1"), run.server.address().port);
        QTRY_VERIFY(other.canReadLine());
        QVERIFY(other.readLine().startsWith("220 "));
        QVERIFY(timer.elapsed() < 1000);
        clients.erase(clients.begin());
        QTRY_COMPARE_EQ(run.server.connectionCount(), 3);
        Client next(run.server);
        QVERIFY(next.open());
        QVERIFY(next.reply().startsWith("220 "));
    }

    void theTotalOfConnectionsIsBounded()
    {
        ListenerSettings settings = loopback();
        settings.maxConnections = 2;
        Running run(settings);
        Client a(run.server), b(run.server), c(run.server);
        QVERIFY(a.open() && a.reply().startsWith("220"));
        QVERIFY(b.open() && b.reply().startsWith("220"));
        QVERIFY(c.open() && c.reply().startsWith("421 4.3.2"));
    }

    void theFactoryMayRefuse()
    {
        SmtpServer server(loopback(), [](const PeerInfo &, SmtpServerConnection &) -> SmtpServer::Admission {
            return Reply{554, {"5.7.1 Not from there"}};
        });
        QVERIFY(server.listen());
        Client client(server);
        QVERIFY(client.open());
        QCOMPARE_EQ(client.reply(), QByteArray("554 5.7.1 Not from there"));
        QVERIFY(client.closedByPeer());
    }

    void drippingCommandsDoesNotKeepAConnection()
    {
        ListenerSettings settings = loopback();
        settings.idleLimit = 200ms;
        Running run(settings);
        Client client(run.server);
        QVERIFY(client.open());
        client.reply();
        QTimer drip;
        connect(&drip, &QTimer::timeout, &client.socket, [&client] { client.drip(); });
        drip.start(20ms);
        QVERIFY(client.reply().startsWith("421 4.4.2"));
        QVERIFY(client.closedByPeer());
    }

    void drippingDataDoesNotKeepAConnection()
    {
        ListenerSettings settings = loopback();
        settings.dataRateWindow = 200ms;
        settings.minimumDataRate = 500;
        Running run(settings);
        Client client(run.server);
        QVERIFY(client.open());
        client.reply();
        client.ask("EHLO c.test\r\n");
        client.ask(kEnvelope);
        client.reply();
        client.reply();
        QTimer drip;
        connect(&drip, &QTimer::timeout, &client.socket, [&client] { client.drip(); });
        drip.start(20ms);
        QVERIFY(client.reply().startsWith("421 4.4.2"));
        QCOMPARE_EQ(run.journal.drops, 1);
    }

    void aSlowFlushIsNotIdleness()
    {
        ListenerSettings settings = loopback();
        settings.idleLimit = 100ms;
        Running run(settings);
        run.journal.holdData = true;
        Client client(run.server);
        QVERIFY(client.open());
        client.reply();
        client.ask("EHLO c.test\r\n");
        client.ask(kEnvelope);
        client.reply();
        client.reply();
        client.socket.write("x\r\n.\r\n");
        QTRY_VERIFY(run.journal.held);
        QTimer::singleShot(400ms, run.journal.held, [&run] { run.journal.held->answer({250, {"2.0.0 At last"}}); });
        QCOMPARE_EQ(client.reply(), QByteArray("250 2.0.0 At last"));
    }

    void doesNotReadOnWhileAnAnswerIsDue()
    {
        Running run(loopback());
        run.journal.holdData = true;
        Client client(run.server);
        QVERIFY(client.open());
        client.reply();
        client.ask("EHLO c.test\r\n");
        client.ask(kEnvelope);
        client.reply();
        client.reply();
        client.socket.write("x\r\n.\r\n");
        QTRY_VERIFY(run.journal.held);
        // Far more than all buffers on the way hold: if the server read on, this would drain.
        const QByteArray flood = QByteArray("NOOP\r\n").repeated(8 << 20);
        client.socket.write(flood);
        QSignalSpy written(&client.socket, &QIODevice::bytesWritten);
        while (written.wait(300)) { }
        QVERIFY(client.socket.bytesToWrite() > flood.size() / 2);
    }

    void aPeerThatLeavesInAMessageIsNoticed()
    {
        Running run(loopback());
        Client client(run.server);
        QVERIFY(client.open());
        client.reply();
        client.ask("EHLO c.test\r\n");
        client.ask(kEnvelope);
        client.reply();
        client.reply();
        client.socket.write("half a mess");
        client.socket.disconnectFromHost();
        QTRY_COMPARE_EQ(run.journal.closedInside, 1);
        QVERIFY(run.journal.messages.isEmpty());
        QCOMPARE_EQ(run.server.connectionCount(), 0);
    }

    void shutDownLetsAMessageEnd()
    {
        Running run(loopback());
        QSignalSpy closed(&run.server, &SmtpServer::closed);
        Client idle(run.server), busy(run.server);
        QVERIFY(idle.open() && busy.open());
        idle.reply();
        busy.reply();
        busy.ask("EHLO c.test\r\n");
        busy.ask(kEnvelope);
        busy.reply();
        busy.reply();
        run.server.shutDown();
        QVERIFY(idle.reply().startsWith("421 4.3.2"));
        QVERIFY(idle.closedByPeer());
        QCOMPARE_EQ(closed.count(), 0);
        QCOMPARE_EQ(busy.ask("x\r\n.\r\n"), QByteArray("250 2.0.0 Taken"));
        QVERIFY(busy.reply().startsWith("421 4.3.2"));
        QTRY_COMPARE_EQ(closed.count(), 1);
        Client late(run.server);
        late.socket.connectToHost(QStringLiteral("127.0.0.1"), run.server.address().port);
        QVERIFY(late.closedByPeer());
    }

    void shutDownWithoutConnectionsCloses()
    {
        Running run(loopback());
        QSignalSpy closed(&run.server, &SmtpServer::closed);
        run.server.shutDown();
        QTRY_COMPARE_EQ(closed.count(), 1);
    }

    void wrongPasswordsAreSlowedDown()
    {
        ListenerSettings settings = withTls();
        settings.smtp.authOnlyInTls = false;
        settings.authFailureDelay = 150ms;
        Running run(settings);
        run.journal.authAccepted = false;
        Client client(run.server);
        QVERIFY(client.open());
        client.reply();
        client.ask("EHLO c.test\r\n");
        QElapsedTimer timer;
        timer.start();
        QVERIFY(client.ask("AUTH PLAIN AGpvZQBw\r\n").startsWith("535 "));
        QVERIFY(timer.elapsed() >= 140);
    }

    void anAddressInUseIsNamed()
    {
        Running run(loopback());
        ListenerSettings settings = loopback();
        settings.listen = run.server.address();
        SmtpServer second(settings, [](const PeerInfo &, SmtpServerConnection &) -> SmtpServer::Admission { return Reply{421, {}}; });
        const auto result = second.listen();
        QVERIFY(!result);
        QCOMPARE_EQ(result.error().kind, ErrorKind::Unreachable);
        QVERIFY(result.error().detail.contains(settings.listen.toString()));
        QVERIFY(result.error().detail.contains(QLatin1String("another program")));
    }

    void anIpv4PeerOfADualStackSocketIsAnIpv4Peer()
    {
        ListenerSettings settings = loopback();
        settings.listen = {Host::of(IpAddress::parse(QStringLiteral("::")).value()), 0};
        Running run(settings);
        Client client(run.server);
        QVERIFY(client.open());
        client.reply();
        QCOMPARE_EQ(run.journal.peers.at(0).address.toString(), QStringLiteral("127.0.0.1"));
    }
};

QTEST_GUILESS_MAIN(tst_SmtpServer)
#include "tst_SmtpServer.moc"
