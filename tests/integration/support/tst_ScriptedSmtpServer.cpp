// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ScriptedSmtpServer.h"

#include <QSslCertificate>
#include <QSslSocket>
#include <QTest>

using namespace relaywright::test;

namespace {

QString lines(std::initializer_list<const char *> steps)
{
    QString script;
    for (const char *step : steps)
        script += QLatin1String(step) + u'\n';
    return script;
}

} // namespace

class tst_ScriptedSmtpServer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void playsAConversation();
    void namesTheFirstLineThatDiffers();
    void noticesThatTheClientLeftEarly();
    void splitsPackets();
    void staysSilentUntilTheClientLeaves();
    void dropsTheConnection();
    void speaksTls_data();
    void speaksTls();
    void takesOneConnectionPerScript();

private:
    static void open(QTcpSocket &socket, const ScriptedSmtpServer &server)
    {
        socket.connectToHost(QStringLiteral("127.0.0.1"), server.port());
        QTRY_COMPARE(socket.state(), QAbstractSocket::ConnectedState);
    }
};

void tst_ScriptedSmtpServer::playsAConversation()
{
    ScriptedSmtpServer server(lines({"# a comment", "S: 220 mx.example.com", "C: EHLO me", "S! 250-mx\\r\\n250 \\x53IZE\\r\\n", "C~ MAIL FROM:.*",
                                     "S: 354 go", "C.", "S: 250 ok", "C*", "CLOSE"}));
    QTcpSocket client;
    open(client, server);
    client.write("EHLO me\r\nMAIL FROM:<a@example.com>\r\n..x\r\n.\r\nQUIT\r\n");
    RELAYWRIGHT_VERIFY_SCRIPT(server);
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(client.readAll(), "220 mx.example.com\r\n250-mx\r\n250 SIZE\r\n354 go\r\n250 ok\r\n");
    QCOMPARE(server.data(), QByteArrayList{"..x\r\n"});
    QCOMPARE(server.received(), (QByteArrayList{"EHLO me", "MAIL FROM:<a@example.com>", "QUIT"}));
}

void tst_ScriptedSmtpServer::namesTheFirstLineThatDiffers()
{
    ScriptedSmtpServer server(lines({"S: 220 mx", "C: EHLO me", "S: 250 mx", "C: QUIT"}));
    QTcpSocket client;
    open(client, server);
    client.write("HELO me\r\nQUIT\r\n");
    QTRY_COMPARE(server.difference(), QStringLiteral("script 1, line 2: expected \"EHLO me\", got \"HELO me\""));
    QVERIFY(!server.isDone());
}

void tst_ScriptedSmtpServer::noticesThatTheClientLeftEarly()
{
    ScriptedSmtpServer server(lines({"S: 220 mx", "C: EHLO me"}));
    QTcpSocket client;
    open(client, server);
    client.disconnectFromHost();
    QTRY_COMPARE(server.difference(), QStringLiteral("script 1, line 2: the client closed the connection here"));
}

void tst_ScriptedSmtpServer::splitsPackets()
{
    ScriptedSmtpServer server(lines({"S! 22", "PAUSE 30", "S! 0 mx\\r", "PAUSE 30", "S! \\n", "C: QUIT", "END"}));
    QTcpSocket client;
    open(client, server);
    QTRY_COMPARE(client.peek(100), "22");
    QTRY_COMPARE(client.peek(100), "220 mx\r");
    QTRY_COMPARE(client.peek(100), "220 mx\r\n");
    client.write("QUIT\r\n");
    client.disconnectFromHost();
    RELAYWRIGHT_VERIFY_SCRIPT(server);
}

void tst_ScriptedSmtpServer::staysSilentUntilTheClientLeaves()
{
    ScriptedSmtpServer server(lines({"SILENCE"}));
    QTcpSocket client;
    open(client, server);
    client.write("EHLO me\r\n");
    QVERIFY(!client.waitForReadyRead(50));
    QVERIFY(!server.isDone());
    client.abort();
    RELAYWRIGHT_VERIFY_SCRIPT(server);
}

void tst_ScriptedSmtpServer::dropsTheConnection()
{
    ScriptedSmtpServer server(lines({"S: 220 mx", "C*", "DROP"}));
    QTcpSocket client;
    open(client, server);
    client.write("EHLO me\r\n");
    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    RELAYWRIGHT_VERIFY_SCRIPT(server);
}

void tst_ScriptedSmtpServer::speaksTls_data()
{
    QTest::addColumn<QString>("identity");
    QTest::addColumn<bool>("trusted");
    QTest::newRow("a good certificate") << QStringLiteral("valid") << true;
    QTest::newRow("another name") << QStringLiteral("wrong") << false;
    QTest::newRow("an expired one") << QStringLiteral("expired") << false;
    QTest::newRow("a self-signed one") << QStringLiteral("self") << false;
}

void tst_ScriptedSmtpServer::speaksTls()
{
    QFETCH(QString, identity);
    QFETCH(bool, trusted);
    TestCertificates certificates;
    const TestIdentity served = identity == QLatin1String("valid") ? certificates.valid()
        : identity == QLatin1String("wrong")                       ? certificates.wrongName()
        : identity == QLatin1String("expired")                     ? certificates.expired()
                                                                   : certificates.selfSigned();
    ScriptedSmtpServer server(lines({"S: 220 mx", "C: STARTTLS", "S: 220 go", "TLS", "C: EHLO me", "CLOSE"}), served);
    QSslSocket client;
    QSslConfiguration configuration = client.sslConfiguration();
    configuration.setCaCertificates(QSslCertificate::fromData(certificates.authorityPem()));
    client.setSslConfiguration(configuration);
    open(client, server);
    client.write("STARTTLS\r\n");
    QTRY_VERIFY(client.peek(100).endsWith("220 go\r\n"));
    client.readAll();
    client.setPeerVerifyName(QStringLiteral("localhost"));
    client.startClientEncryption();
    QTRY_VERIFY(client.isEncrypted() || client.state() == QAbstractSocket::UnconnectedState);
    QCOMPARE(client.isEncrypted(), trusted);
    if (trusted)
        client.write("EHLO me\r\n");
    RELAYWRIGHT_VERIFY_SCRIPT(server);
}

void tst_ScriptedSmtpServer::takesOneConnectionPerScript()
{
    ScriptedSmtpServer server(lines({"S: 421 later", "CLOSE"}));
    server.nextConnection(lines({"S: 220 now", "END"}));
    QTcpSocket first;
    first.connectToHost(QStringLiteral("127.0.0.1"), server.port());
    QTRY_COMPARE(first.peek(100), "421 later\r\n");
    QVERIFY(!server.isDone());
    QTcpSocket second;
    open(second, server);
    QTRY_COMPARE(second.peek(100), "220 now\r\n");
    second.disconnectFromHost();
    RELAYWRIGHT_VERIFY_SCRIPT(server);
    QTcpSocket third;
    third.connectToHost(QStringLiteral("127.0.0.1"), server.port());
    QTRY_VERIFY(server.difference().contains(QLatin1String("one connection more")));
}

QTEST_GUILESS_MAIN(tst_ScriptedSmtpServer)
#include "tst_ScriptedSmtpServer.moc"
