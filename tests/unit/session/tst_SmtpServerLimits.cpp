// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/session/SmtpServerFixture.h"

#include <QElapsedTimer>

using namespace relaywright;
using namespace relaywright::test;

// What one host, or a slow one, may take of a server.

class tst_SmtpServerLimits : public QObject {
    Q_OBJECT
private Q_SLOTS:
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

    void aPeerThatWaitedOnceIsGreetedAtOnce()
    {
        ListenerSettings settings = loopback();
        settings.greetingDelay = 1000ms;
        settings.greetsKnownPeersAtOnce = true;
        Running run(settings);
        QElapsedTimer timer;
        for (const bool known : {false, true, true}) {
            timer.start();
            Client client(run.server);
            QVERIFY(client.open());
            QVERIFY(client.reply().startsWith("220 "));
            QCOMPARE_EQ(timer.elapsed() < 1000, known);
        }
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

    void aSignInThatIsNotFinishedDoesNotKeepAConnection()
    {
        ListenerSettings settings = loopback();
        settings.idleLimit = 200ms;
        settings.smtp.authMechanisms = {AuthMechanism::Login, AuthMechanism::CramMd5};
        settings.smtp.authOnlyInTls = false;
        for (const QByteArray &start : {QByteArray("AUTH LOGIN\r\n"), QByteArray("AUTH CRAM-MD5\r\n")}) {
            Running run(settings);
            Client client(run.server);
            QVERIFY(client.open());
            client.reply();
            client.ask("EHLO c.test\r\n");
            QVERIFY(client.ask(start).startsWith("334 "));
            QVERIFY(client.reply().startsWith("421 4.4.2"));
            QVERIFY(client.closedByPeer());
            QVERIFY(run.journal.users.isEmpty());
        }
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
        client.sendSmallMessage();
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
        client.sendSmallMessage();
        QTRY_VERIFY(run.journal.held);
        // Far more than all buffers on the way hold: if the server read on, this would drain.
        const QByteArray flood = QByteArray("NOOP\r\n").repeated(8 << 20);
        client.socket.write(flood);
        QSignalSpy written(&client.socket, &QIODevice::bytesWritten);
        while (written.wait(300)) {}
        QVERIFY(client.socket.bytesToWrite() > flood.size() / 2);
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
};

QTEST_GUILESS_MAIN(tst_SmtpServerLimits)
#include "tst_SmtpServerLimits.moc"
