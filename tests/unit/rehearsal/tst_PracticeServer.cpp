// SPDX-License-Identifier: GPL-3.0-or-later
#include "PracticeClient.h"

#include <QSslSocket>
#include <QTcpSocket>

using namespace relaywright;
using namespace std::chrono_literals;

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
        QCOMPARE_EQ(kept.content, message("Scanner <scanner@contoso.com>"));
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

    void withOneIdentityItIsBelievedAfterEveryStart()
    {
        PracticeSettings settings = practice(PracticeMethod::ClientSubmission);
        settings.identity = std::make_shared<PracticeIdentity>();
        QByteArray trusted;
        QByteArray shown;
        const auto sendTo = [&](std::optional<CertificateFault> fault) {
            settings.faults.certificate = fault;
            PracticeServer server(settings, clock);
            if (!server.start())
                return Sent{};
            if (trusted.isEmpty())
                trusted = server.authorityPem(); // as of the first start, like a device that was told once
            return send(server, {.more = [&trusted](ConnectionSettings &s) { s.tls.caCertificatesPem = trusted; }});
        };
        for (int i = 0; i < 2; ++i) {
            const Sent sent = sendTo({});
            QVERIFY2(verdict(sent).startsWith(QLatin1String("250 ")), qPrintable(sent.transcript));
            const auto certificate = settings.identity->certificate(settings.listen.host, {});
            QVERIFY(certificate);
            QVERIFY(i == 0 || certificate->certificateChainPem == shown);
            shown = certificate->certificateChainPem;
        }
        // Nothing but the fault is wrong.
        const Sent wrongName = sendTo(CertificateFault::WrongName);
        QVERIFY2(wrongName.transcript.contains(QLatin1String("is for another-name")), qPrintable(wrongName.transcript));
        const Sent expired = sendTo(CertificateFault::Expired);
        QVERIFY2(expired.transcript.contains(QLatin1String("expired on")), qPrintable(expired.transcript));
        QVERIFY(verdict(sendTo({})).startsWith(QLatin1String("250 ")));
    }

    void showsTheListOfTheRealOne()
    {
        PracticeServer server(practice(PracticeMethod::ClientSubmission), clock);
        QVERIFY(server.start());
        const QString transcript = send(server, {}).transcript;
        const QString before = transcript.section(QLatin1String("C: STARTTLS"), 0, 0),
                      after = transcript.section(QLatin1String("Ready to start TLS"), 1);
        for (const char *word : {"SIZE 157286400", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES", "8BITMIME", "BINARYMIME",
                                 "CHUNKING", "SMTPUTF8"}) {
            QVERIFY2(before.contains(QLatin1String(word)), word);
            QVERIFY2(after.contains(QLatin1String(word)), word);
        }
        QVERIFY(!before.contains(QLatin1String("AUTH")));
        QVERIFY(after.contains(QLatin1String("AUTH LOGIN XOAUTH2")));
    }

    void plainIsNotRecognised()
    {
        PracticeServer server(practice(PracticeMethod::ClientSubmission), clock);
        QVERIFY(server.start());
        QSslSocket socket;
        socket.setPeerVerifyMode(QSslSocket::VerifyNone);
        QByteArray answers;
        connect(&socket, &QSslSocket::readyRead, this, [&] { answers += socket.readAll(); });
        socket.connectToHost(QStringLiteral("127.0.0.1"), server.address().port);
        QTRY_VERIFY(answers.contains("220 "));
        socket.write("EHLO scanner\r\nSTARTTLS\r\n");
        QTRY_VERIFY(answers.contains("220 2.0.0"));
        QSignalSpy encrypted(&socket, &QSslSocket::encrypted);
        socket.startClientEncryption();
        QVERIFY(encrypted.wait(10000));
        socket.write("EHLO scanner\r\nAUTH PLAIN AHNjYW4AaHVudGVyMg==\r\nAUTH CRAM-MD5\r\n");
        QTRY_COMPARE_EQ(answers.count("504 5.7.4 Unrecognized authentication type\r\n"), 2);
    }

    void takesABinaryMessageInChunks()
    {
        PracticeServer server(practice(PracticeMethod::DirectSend), clock);
        QVERIFY(server.start());
        QTcpSocket socket;
        QByteArray answers;
        connect(&socket, &QTcpSocket::readyRead, this, [&] { answers += socket.readAll(); });
        socket.connectToHost(QStringLiteral("127.0.0.1"), server.address().port);
        QTRY_VERIFY(answers.contains("220 "));
        const QByteArray content("From: a@contoso.com\r\n\r\n\0\n.\r\n", 29);
        socket.write("EHLO c.test\r\nMAIL FROM:<a@contoso.com> BODY=BINARYMIME\r\nRCPT TO:<b@contoso.com>\r\nBDAT "
                     + QByteArray::number(content.size()) + " LAST\r\n" + content);
        QTRY_VERIFY(answers.contains("250 2.0.0 OK"));
        QCOMPARE_EQ(server.messages().back().content, content);
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
