// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeServer.h"
#include "core/session/SmtpClient.h"

#include <QBuffer>
#include <QTcpSocket>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

EmailAddress address(const char *text)
{
    return EmailAddress::parse(QString::fromLatin1(text)).value();
}

PracticeSettings practice(PracticeMethod method)
{
    PracticeSettings settings;
    settings.method = method;
    PracticeAccount scanner;
    scanner.user = QStringLiteral("scanner@contoso.com");
    scanner.password = Secret(QByteArray("Passw0rd-in-the-clear"));
    settings.tenant.accounts = {scanner};
    settings.tenant.connectorNetworks = {IpNetwork::parse(QStringLiteral("127.0.0.0/8")).value()};
    return settings;
}

QByteArray message(const QByteArray &from)
{
    return "From: Scanner <" + from
           + ">\r\nTo: x@example.com\r\nSubject: Scan 7\r\nMessage-ID: <7@scanner.contoso.com>\r\n"
             "Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n\r\nA scan.\r\n";
}

/// One message through the real client; what the conversation and the transaction came to.
struct Sent {
    std::optional<TransactionResult> result;
    std::optional<Finish> finish;
    QString transcript;
};

struct Wish {
    TlsPolicy tls = TlsPolicy::Required;
    const char *password = "Passw0rd-in-the-clear"; ///< nullptr: no sign-in
    const char *p1 = "scanner@contoso.com";
    QByteArray p2 = "scanner@contoso.com";
    const char *recipient = "anybody@example.com";
    AuthMechanism mechanism = AuthMechanism::Auto;
};

Sent send(const PracticeServer &server, const Wish &wish)
{
    ConnectionSettings settings{.server = server.address()};
    settings.smtp.ehloName = "scanner.contoso.com";
    settings.smtp.tls = wish.tls;
    if (wish.password)
        settings.smtp.credentials =
            Credentials{QStringLiteral("scanner@contoso.com"), Secret(QByteArray(wish.password)), wish.mechanism};
    settings.tls.caCertificatesPem = server.authorityPem();
    settings.tls.expectedName = practiceHostName();
    settings.patience = 20s;
    QBuffer content;
    content.setData(message(wish.p2));
    content.open(QIODevice::ReadOnly);
    Sent sent;
    SmtpClient client(settings);
    QObject::connect(&client, &SmtpClient::lineAdded, &client,
                     [&](const TranscriptLine &line) { sent.transcript += toText(line) + u'\n'; });
    QObject::connect(&client, &SmtpClient::ready, &client, [&] {
        if (sent.result)
            client.quit();
        else
            client.submit({{address(wish.p1), {address(wish.recipient)}}, &content, false});
    });
    QObject::connect(&client, &SmtpClient::transactionDone, &client,
                     [&](const TransactionResult &result) { sent.result = result; });
    QObject::connect(&client, &SmtpClient::finished, &client, [&](const Finish &finish) { sent.finish = finish; });
    client.open();
    (void)QTest::qWaitFor([&] { return sent.finish.has_value(); }, 30000);
    return sent;
}

/// The reply that decided, of the transaction or of the conversation.
QString verdict(const Sent &sent)
{
    if (sent.result && sent.result->reply)
        return sent.result->reply->toString();
    if (sent.finish && sent.finish->reply)
        return sent.finish->reply->toString();
    return sent.finish ? toString(sent.finish->outcome) : QStringLiteral("nothing");
}

} // namespace

class tst_PracticeServer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takesASubmittedMessageAndKeepsIt()
    {
        PracticeServer server(practice(PracticeMethod::ClientSubmission), clock);
        QVERIFY(server.start());
        QSignalSpy received(&server, &PracticeServer::messageReceived);
        QStringList seen;
        connect(&server, &PracticeServer::lineAdded, this,
                [&seen](quint64, const TranscriptLine &line) { seen += line.text; });
        const Sent sent = send(server, {});
        QVERIFY2(verdict(sent).startsWith(QLatin1String("250 2.0.0 OK <")),
                 qPrintable(verdict(sent) + sent.transcript));
        QVERIFY(verdict(sent).endsWith(QLatin1String("[Hostname=practice.relaywright.invalid]")));
        QCOMPARE_EQ(received.count(), 1);
        const ReceivedMessage &kept = server.messages().back();
        QVERIFY(kept.tls);
        QCOMPARE_EQ(kept.signedInAs, QStringLiteral("scanner@contoso.com"));
        QCOMPARE_EQ(kept.messageId, QStringLiteral("<7@scanner.contoso.com>"));
        QCOMPARE_EQ(kept.subject, QStringLiteral("Scan 7"));
        QCOMPARE_EQ(kept.content, message("scanner@contoso.com"));
        QCOMPARE_EQ(kept.octets, std::uint64_t(kept.content.size()));
        QCOMPARE_EQ(toPath(kept.envelope.sender), QStringLiteral("<scanner@contoso.com>"));
        QCOMPARE_EQ(kept.time, clock.now());
        QVERIFY(verdict(sent).contains(kept.internalId));

        const QString all = seen.join(u'\n');
        QVERIFY(all.contains(QLatin1String("EHLO scanner.contoso.com")));
        QVERIFY(all.contains(QLatin1String("AUTH LOGIN")));
        QVERIFY(!all.contains(QLatin1String("Passw0rd")));
        QVERIFY(!all.contains(QString::fromLatin1(QByteArray("Passw0rd-in-the-clear").toBase64())));
    }

    void saysThatItIsNotTheRealOne()
    {
        PracticeServer server(practice(PracticeMethod::ClientSubmission), clock);
        QVERIFY(server.start());
        const QString transcript = send(server, {}).transcript;
        QVERIFY2(transcript.contains(QLatin1String(
                     "220 practice.relaywright.invalid PRACTICE SERVER (not Microsoft) Microsoft ESMTP MAIL "
                     "Service ready at Sun, 22 Nov 2026 08:00:00 +0000")),
                 qPrintable(transcript));
        QVERIFY(transcript.contains(QLatin1String("SIZE 157286400")));
        QVERIFY(transcript.contains(QLatin1String("AUTH LOGIN XOAUTH2")));
    }

    void refusesAsExchangeOnlineWould_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<Wish>("wish");
        QTest::addColumn<QString>("expected");
        const auto submission = QStringLiteral("client-submission"), direct = QStringLiteral("direct-send"),
                   connector = QStringLiteral("connector-relay");
        QTest::newRow("no TLS") << submission << Wish{.tls = TlsPolicy::None, .password = nullptr}
                                << "451 5.7.3 STARTTLS is required to send mail";
        QTest::newRow("no sign-in") << submission << Wish{.password = nullptr}
                                    << "530 5.7.57 Client not authenticated to send mail.";
        QTest::newRow("wrong password") << submission << Wish{.password = "wrong"}
                                        << "535 5.7.139 Authentication unsuccessful, the request did not meet";
        QTest::newRow("send as another") << submission << Wish{.p1 = "boss@contoso.com", .p2 = "boss@contoso.com"}
                                         << "554 5.2.252 SendAsDenied;";
        QTest::newRow("P1 of another") << submission << Wish{.p1 = "boss@contoso.com"}
                                       << "550 5.7.60 SMTP; Client does not have permissions";
        QTest::newRow("direct send inside")
            << direct << Wish{.tls = TlsPolicy::None, .password = nullptr, .recipient = "jane@contoso.com"}
            << "250 2.0.0 OK";
        QTest::newRow("direct send over TLS")
            << direct << Wish{.password = nullptr, .recipient = "jane@contoso.com"} << "250 2.0.0 OK";
        QTest::newRow("direct send outside") << direct << Wish{.tls = TlsPolicy::None, .password = nullptr}
                                             << "550 5.7.64 TenantAttribution; Relay Access Denied";
        QTest::newRow("connector outside")
            << connector << Wish{.tls = TlsPolicy::None, .password = nullptr} << "250 2.0.0 OK";
    }
    void refusesAsExchangeOnlineWould()
    {
        QFETCH(QString, method);
        QFETCH(Wish, wish);
        QFETCH(QString, expected);
        PracticeServer server(practice(parsePracticeMethod(method).value()), clock);
        QVERIFY(server.start());
        const Sent sent = send(server, wish);
        QVERIFY2(verdict(sent).startsWith(expected), qPrintable(verdict(sent) + u'\n' + sent.transcript));
        QCOMPARE_EQ(server.messages().size(), expected.startsWith(QLatin1String("250")) ? 1u : 0u);
    }

    void theClockDecidesWhatDayItIs()
    {
        PracticeServer server(practice(PracticeMethod::ClientSubmission), clock);
        QVERIFY(server.start());
        clock.set(fromDateTime(QDateTime(QDate(2027, 1, 5), QTime(9, 0), Qt::UTC)));
        const Sent sent = send(server, {});
        clock.set(start);
        QCOMPARE_EQ(verdict(sent),
                    QStringLiteral("535 5.7.139 Authentication unsuccessful, basic authentication is disabled."));
    }

    void keepsABoundedNumberOfMessages()
    {
        PracticeServer server(practice(PracticeMethod::DirectSend), clock);
        QVERIFY(server.start());
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), server.address().port);
        QByteArray answers;
        connect(&socket, &QTcpSocket::readyRead, this, [&] { answers += socket.readAll(); });
        QTRY_VERIFY(answers.contains("220 "));
        socket.write("EHLO c.test\r\n");
        for (int i = 1; i <= 210; ++i)
            socket.write(
                "MAIL FROM:<a@contoso.com>\r\nRCPT TO:<b@contoso.com>\r\nDATA\r\nFrom: a@contoso.com\r\nSubject: "
                + QByteArray::number(i) + "\r\n\r\nx\r\n.\r\n");
        QTRY_COMPARE_EQ(answers.count("250 2.0.0 OK"), 210);
        QCOMPARE_EQ(server.messages().size(), PracticeServer::kKeptMessages);
        QCOMPARE_EQ(server.messages().front().subject, QStringLiteral("11"));
        QCOMPARE_EQ(server.messages().back().subject, QStringLiteral("210"));
    }

    void aMessageInItsOwnNewsMayStopIt()
    {
        PracticeServer server(practice(PracticeMethod::DirectSend), clock);
        QVERIFY(server.start());
        connect(&server, &PracticeServer::messageReceived, &server, [&server] { server.stop(); });
        const Sent sent = send(server, {.tls = TlsPolicy::None, .password = nullptr, .recipient = "jane@contoso.com"});
        QVERIFY(verdict(sent).startsWith(QLatin1String("250 2.0.0 OK")));
        QVERIFY(!server.isRunning());
        QVERIFY(server.start());
        QVERIFY(verdict(send(server, {.tls = TlsPolicy::None, .password = nullptr, .recipient = "jane@contoso.com"}))
                    .startsWith(QLatin1String("250")));
    }

private:
    const TimePoint start = fromDateTime(QDateTime(QDate(2026, 11, 22), QTime(8, 0), Qt::UTC));
    FakeClock clock{start};
};

QTEST_GUILESS_MAIN(tst_PracticeServer)
#include "tst_PracticeServer.moc"
