// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/PostfixServer.h"

#include <QDir>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTest>

using namespace relaywright::test;

namespace {

/// The whole reply to `command`, `connection lost` when there is none.
QByteArray say(QSslSocket &socket, const QByteArray &command)
{
    if (!command.isNull())
        socket.write(command + "\r\n");
    QByteArray reply;
    do {
        while (!socket.canReadLine()) {
            if (!socket.waitForReadyRead(10'000))
                return reply + "connection lost";
        }
        const QByteArray line = socket.readLine();
        reply += line;
        if (line.size() > 3 && line[3] != '-')
            break;
    } while (true);
    return reply;
}

void trust(QSslSocket &socket, const PostfixServer &postfix)
{
    QSslConfiguration configuration = socket.sslConfiguration();
    configuration.setCaCertificates(QSslCertificate::fromData(postfix.authorityPem()));
    socket.setSslConfiguration(configuration);
}

QByteArray plain(const QString &user, const QString &password)
{
    return "AUTH PLAIN " + (QByteArray(1, '\0') + user.toUtf8() + '\0' + password.toUtf8()).toBase64();
}

/// Greeting, EHLO, STARTTLS and EHLO again.
bool connectTls(QSslSocket &socket, const PostfixServer &postfix)
{
    trust(socket, postfix);
    socket.connectToHost(QStringLiteral("localhost"), postfix.port());
    if (!socket.waitForConnected(5000) || !say(socket, {}).startsWith("220"))
        return false;
    say(socket, "EHLO test.example.com");
    if (!say(socket, "STARTTLS").startsWith("220"))
        return false;
    socket.startClientEncryption();
    return socket.waitForEncrypted(5000) && say(socket, "EHLO test.example.com").startsWith("250");
}

} // namespace

class tst_PostfixServer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void deliversWhatWasSentOctetForOctet();
    void takesOtherDomainsOnlyAfterSignIn();
    void refusesAWrongPassword();
    void listensWithImplicitTls();
    void runsTwiceSideBySide();
    void leavesNothingBehind();
};

void tst_PostfixServer::deliversWhatWasSentOctetForOctet()
{
    PostfixServer postfix;
    QVERIFY2(postfix.start(), qPrintable(postfix.problem()));
    QSslSocket socket;
    QVERIFY(connectTls(socket, postfix));
    say(socket, "MAIL FROM:<printer@example.com>");
    say(socket, "RCPT TO:<alice@example.com>");
    QVERIFY(say(socket, "DATA").startsWith("354"));
    const QByteArray data = "From: printer@example.com\r\nSubject: a\r\n folded\r\n\r\n..two dots\r\n\ttab \x80\xff\r\n";
    QByteArray stuffed = data;
    stuffed.replace("\r\n.", "\r\n..");
    QVERIFY(say(socket, stuffed + ".").startsWith("250"));

    QTRY_COMPARE(postfix.messages().size(), 1U);
    const DeliveredMessage message = postfix.messages().front();
    QCOMPARE(message.data, data);
    QCOMPARE(message.reversePath, "printer@example.com");
    QCOMPARE(message.recipient, "alice@example.com");
    QCOMPARE(message.header("subject"), "a folded");
    QVERIFY2(message.received.contains("with ESMTPS"), message.received.constData());
    QCOMPARE(postfix.countContaining("two dots"), 1);
    postfix.forget();
    QCOMPARE(postfix.messages().size(), 0U);
}

void tst_PostfixServer::takesOtherDomainsOnlyAfterSignIn()
{
    PostfixServer postfix;
    QVERIFY2(postfix.start(), qPrintable(postfix.problem()));
    QSslSocket socket;
    QVERIFY(connectTls(socket, postfix));
    say(socket, "MAIL FROM:<printer@example.com>");
    QVERIFY(say(socket, "RCPT TO:<bob@example.net>").startsWith("554 5.7.1"));
    say(socket, "RSET");
    const QByteArray signedIn = say(socket, plain(postfix.user(), postfix.password()));
    QVERIFY2(signedIn.startsWith("235"), (signedIn + postfix.log()).constData());
    say(socket, "MAIL FROM:<printer@example.com>");
    QVERIFY(say(socket, "RCPT TO:<bob@example.net>").startsWith("250"));
    say(socket, "DATA");
    QVERIFY(say(socket, "Subject: far\r\n\r\nx\r\n.").startsWith("250"));
    QTRY_COMPARE(postfix.messages().size(), 1U);
    QCOMPARE(postfix.messages().front().recipient, "bob@example.net");
    QVERIFY(postfix.messages().front().received.contains("Authenticated sender: scanner@example.com"));
}

void tst_PostfixServer::refusesAWrongPassword()
{
    PostfixServer postfix;
    QVERIFY2(postfix.start(), qPrintable(postfix.problem()));
    QSslSocket socket;
    QVERIFY(connectTls(socket, postfix));
    QVERIFY(say(socket, plain(postfix.user(), QStringLiteral("guess"))).startsWith("535 5.7.8"));
}

void tst_PostfixServer::listensWithImplicitTls()
{
    PostfixServer postfix({.implicitTlsPort = true, .extraMainCf = {"smtpd_recipient_limit = 1"}});
    QVERIFY2(postfix.start(), qPrintable(postfix.problem()));
    QSslSocket socket;
    trust(socket, postfix);
    socket.connectToHostEncrypted(QStringLiteral("localhost"), postfix.implicitTlsPort());
    QVERIFY(socket.waitForEncrypted(5000));
    QVERIFY(say(socket, {}).startsWith("220"));
    say(socket, "EHLO test.example.com");
    say(socket, "MAIL FROM:<>");
    QVERIFY(say(socket, "RCPT TO:<a@example.com>").startsWith("250"));
    QVERIFY(say(socket, "RCPT TO:<b@example.com>").startsWith("452 4.5.3"));
}

void tst_PostfixServer::runsTwiceSideBySide()
{
    PostfixServer one;
    PostfixServer other({.tls = PostfixServer::Tls::None, .offerAuth = false});
    QVERIFY2(one.start(), qPrintable(one.problem()));
    QVERIFY2(other.start(), qPrintable(other.problem()));
    QVERIFY(one.port() != other.port());
    QSslSocket socket;
    socket.connectToHost(QStringLiteral("localhost"), other.port());
    QVERIFY(say(socket, {}).startsWith("220"));
    const QByteArray capabilities = say(socket, "EHLO test.example.com");
    QVERIFY(!capabilities.contains("STARTTLS") && !capabilities.contains("AUTH"));
}

void tst_PostfixServer::leavesNothingBehind()
{
    std::uint16_t port = 0;
    QString folder;
    {
        PostfixServer postfix;
        QVERIFY2(postfix.start(), qPrintable(postfix.problem()));
        port = postfix.port();
        folder = postfix.folder();
        QVERIFY(QDir(folder).exists());
    }
    QVERIFY(!QDir(folder).exists());
    QTcpSocket socket;
    socket.connectToHost(QStringLiteral("localhost"), port);
    QVERIFY(!socket.waitForConnected(1000));
}

QTEST_GUILESS_MAIN(tst_PostfixServer)
#include "tst_PostfixServer.moc"
