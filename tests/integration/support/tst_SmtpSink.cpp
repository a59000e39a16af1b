// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/SmtpSink.h"

#include <QSignalSpy>
#include <QSslCertificate>
#include <QSslSocket>
#include <QTest>

using namespace relaywright::test;

class tst_SmtpSink : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void storesTheOctetsOfAMessage();
    void answersAsTold_data();
    void answersAsTold();
    void wantsSignInInsideTls();
    void speaksImplicitTls();
    void countsConnections();
    void comesBackOnTheSamePort();
    void waitsBeforeItAnswers();

private:
    static QByteArray converse(SmtpSink &sink, const QByteArray &octets)
    {
        QTcpSocket client;
        client.connectToHost(QStringLiteral("127.0.0.1"), sink.port());
        client.write(octets);
        QSignalSpy gone(&client, &QTcpSocket::disconnected);
        if (!gone.wait(5000))
            return client.readAll() + "still open";
        return client.readAll();
    }
};

void tst_SmtpSink::storesTheOctetsOfAMessage()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    const QByteArray replies = converse(sink, "EHLO me\r\nMAIL FROM:<a@example.com> SIZE=9\r\nRCPT TO:<b@example.com>\r\n"
                                              "DATA\r\n..x\n.\ny\r\n\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<c@example.com>\r\nDATA\r\n.\r\nQUIT\r\n");
    QVERIFY2(replies.endsWith("221 2.0.0 bye\r\n"), replies.constData());
    QCOMPARE(sink.messages().size(), 2U);
    const SunkMessage &message = sink.messages().front();
    QCOMPARE(message.reversePath, "a@example.com");
    QCOMPARE(message.mailParameters, "SIZE=9");
    QCOMPARE(message.forwardPaths, QByteArrayList{"b@example.com"});
    QCOMPARE(message.wire, "..x\n.\ny\r\n\r\n");
    QCOMPARE(message.data, ".x\n.\ny\r\n\r\n");
    QCOMPARE(sink.messages().back().data, "");
    QCOMPARE(sink.countContaining("x\n.\ny"), 1);
}

void tst_SmtpSink::answersAsTold_data()
{
    QTest::addColumn<QByteArray>("verb");
    QTest::addColumn<QByteArray>("reply");
    QTest::addColumn<int>("stored");
    for (const char *verb : {"CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "MESSAGE"}) {
        QTest::addRow("%s refused", verb) << QByteArray(verb) << QByteArray("451 4.3.0 later")
                                          << (qstrcmp(verb, "CONNECT") && qstrcmp(verb, "EHLO") ? 0 : 1);
        QTest::addRow("%s dropped", verb) << QByteArray(verb) << QByteArray("drop") << 0;
    }
}

void tst_SmtpSink::answersAsTold()
{
    QFETCH(QByteArray, verb);
    QFETCH(QByteArray, reply);
    QFETCH(int, stored);
    SmtpSink sink;
    QVERIFY(sink.listen());
    sink.answer(verb, reply);
    const QByteArray octets = "EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n";
    const QByteArray first = converse(sink, octets);
    QCOMPARE(first.contains(reply + "\r\n"), reply != "drop");
    QCOMPARE(static_cast<int>(sink.messages().size()), stored);
    QVERIFY(converse(sink, octets).contains("250 2.6.0 stored"));
    QCOMPARE(static_cast<int>(sink.messages().size()), stored + 1);
}

void tst_SmtpSink::wantsSignInInsideTls()
{
    TestCertificates certificates;
    SmtpSink sink({.tls = SmtpSink::Tls::StartTls, .identity = certificates.valid(), .user = "u", .password = "p"});
    QVERIFY(sink.listen());
    const QByteArray clear = converse(sink, "EHLO me\r\nAUTH PLAIN AHUAcA==\r\nMAIL FROM:<a@example.com>\r\nQUIT\r\n");
    QVERIFY(clear.contains("250 STARTTLS") && clear.contains("503 5.5.1 no sign-in") && clear.contains("530 5.7.57"));

    QSslSocket client;
    client.setPeerVerifyMode(QSslSocket::VerifyNone);
    client.connectToHost(QStringLiteral("127.0.0.1"), sink.port());
    client.write("STARTTLS\r\n");
    QTRY_VERIFY(client.peek(200).endsWith("220 2.0.0 go ahead\r\n"));
    client.readAll();
    client.startClientEncryption();
    QTRY_VERIFY(client.isEncrypted());
    client.write("EHLO me\r\nAUTH LOGIN\r\ndQ==\r\nbad=\r\nAUTH LOGIN\r\ndQ==\r\ncA==\r\nMAIL FROM:<a@example.com>\r\n"
                 "RCPT TO:<b@example.com>\r\nDATA\r\nx\r\n.\r\n");
    QTRY_COMPARE(sink.messages().size(), 1U);
    QVERIFY(sink.messages().front().tls);
    QCOMPARE(sink.messages().front().user, "u");
}

void tst_SmtpSink::speaksImplicitTls()
{
    TestCertificates certificates;
    SmtpSink sink({.tls = SmtpSink::Tls::Implicit, .identity = certificates.valid()});
    QVERIFY(sink.listen());
    QSslSocket client;
    client.setPeerVerifyMode(QSslSocket::VerifyNone);
    client.connectToHostEncrypted(QStringLiteral("127.0.0.1"), sink.port());
    QTRY_VERIFY(client.peek(200).startsWith("220 "));
}

void tst_SmtpSink::countsConnections()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    QTcpSocket one;
    QTcpSocket two;
    one.connectToHost(QStringLiteral("127.0.0.1"), sink.port());
    two.connectToHost(QStringLiteral("127.0.0.1"), sink.port());
    QTRY_COMPARE(sink.openConnections(), 2);
    one.disconnectFromHost();
    QTRY_COMPARE(sink.openConnections(), 1);
    sink.dropConnections();
    QTRY_COMPARE(two.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(sink.connectionCount(), 2);
    QCOMPARE(sink.peakConnections(), 2);
}

void tst_SmtpSink::comesBackOnTheSamePort()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    const std::uint16_t port = sink.port();
    sink.close();
    QTcpSocket client;
    client.connectToHost(QStringLiteral("127.0.0.1"), port);
    QTRY_COMPARE(client.error(), QAbstractSocket::ConnectionRefusedError);
    QVERIFY(sink.listen());
    QCOMPARE(sink.port(), port);
    QVERIFY(converse(sink, "QUIT\r\n").endsWith("221 2.0.0 bye\r\n"));
}

void tst_SmtpSink::waitsBeforeItAnswers()
{
    SmtpSink sink({.answerDelay = std::chrono::milliseconds(20)});
    QVERIFY(sink.listen());
    QCOMPARE(converse(sink, "NOOP\r\nQUIT\r\n"), "220 sink.example.com ESMTP\r\n250 2.0.0 ok\r\n221 2.0.0 bye\r\n");
}

QTEST_GUILESS_MAIN(tst_SmtpSink)
#include "tst_SmtpSink.moc"
