// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/session/SmtpServerFixture.h"

#include <QElapsedTimer>
#include <QSslKey>

using namespace relaywright;
using namespace relaywright::test;

class tst_SmtpServer : public QObject {
    Q_OBJECT
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
        const int modern = static_cast<int>(ListenerTls::Tls12OrLater),
                  any = static_cast<int>(ListenerTls::Tls10OrLater), old = static_cast<int>(ListenerTls::Tls10Only),
                  newest = static_cast<int>(ListenerTls::Tls13OrLater),
                  older = static_cast<int>(ListenerTls::Tls11OrLater);
        QTest::newRow("modern server, old client") << modern << QByteArray("TLSv1") << "refused; offered TLS 1.0";
        QTest::newRow("modern server, modern client") << modern << QByteArray("TLSv1.2") << "TLS 1.2; offered TLS 1.2";
        QTest::newRow("tolerant server, old client") << any << QByteArray("TLSv1") << "TLS 1.0; offered TLS 1.0";
        QTest::newRow("tolerant server, modern client") << any << QByteArray("TLSv1.3") << "TLS 1.3; offered TLS 1.3";
        QTest::newRow("newest server, modern client") << newest << QByteArray("TLSv1.2") << "refused; offered TLS 1.2";
        QTest::newRow("newest server, newest client") << newest << QByteArray("TLSv1.3") << "TLS 1.3; offered TLS 1.3";
        QTest::newRow("server from 1.1 on, old client") << older << QByteArray("TLSv1") << "refused; offered TLS 1.0";
        QTest::newRow("server from 1.1 on, its client") << older << QByteArray("TLSv1.1") << "TLS 1.1; offered TLS 1.1";
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
        QTest::newRow("of an unknown authority")
            << QStringLiteral("unknown") << "relay.contoso.com: The certificate was issued by";
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
        QVERIFY2(expected.endsWith(QLatin1String(": ")) ? seen == expected : seen.startsWith(expected),
                 qPrintable(seen));
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
        client.socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), run.server.address().port,
                                             QStringLiteral("localhost"));
        QVERIFY(encrypted.wait(10000));
        QVERIFY(client.reply().startsWith("220 "));
        QVERIFY(client.ask("EHLO c.test\r\n").startsWith("250 "));
        QVERIFY(client.ask("STARTTLS\r\n").startsWith("502 "));
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

    void anAddressInUseIsNamed()
    {
        Running run(loopback());
        ListenerSettings settings = loopback();
        settings.listen = run.server.address();
        SmtpServer second(settings, [](const PeerInfo &, SmtpServerConnection &) -> SmtpServer::Admission {
            return Reply{421, {}};
        });
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
