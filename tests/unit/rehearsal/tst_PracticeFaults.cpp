// SPDX-License-Identifier: GPL-3.0-or-later
// Every fault on request, met by the real client or a bare socket.
#include "PracticeClient.h"

#include <QElapsedTimer>
#include <QTcpSocket>

using namespace relaywright;
using namespace std::chrono_literals;

class tst_PracticeFaults : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTheWords_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("expected");
        for (const char *word :
             {"slow-banner=20s", "tarpit=500ms", "421-at=rcpt", "garbage=mail", "drop-in-data", "multi-line",
              "no-starttls", "tls1.0-only", "cert=wrong-name", "cert=expired", "cert=self-signed"})
            QTest::newRow(word) << QString::fromLatin1(word)
                                << QString::fromLatin1(word).replace(QLatin1String("20s"), QLatin1String("20000ms"));
        QTest::newRow("garbage alone") << QStringLiteral("garbage") << "garbage=greeting";
        QTest::newRow("minutes") << QStringLiteral("tarpit=2m") << "tarpit=120000ms";
        for (const char *word : {"", "slow-banner", "slow-banner=20", "tarpit=31m", "tarpit=-1s", "421-at=quit",
                                 "421-at", "garbage=", "cert=old", "drop-in-data=1", "tls1.1-only"})
            QTest::newRow(qPrintable(QStringLiteral("not ") + QLatin1String(word)))
                << QString::fromLatin1(word) << "wrong";
    }
    void readsTheWords()
    {
        QFETCH(QString, word);
        QFETCH(QString, expected);
        PracticeFaults faults;
        const auto added = addFault(faults, word);
        QCOMPARE_EQ(added ? faultWords(faults).join(u' ') : QStringLiteral("wrong"), expected);
        if (!added)
            QVERIFY(added.error().detail.endsWith(u'.'));
    }

    void theClientMeetsTheFault_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<Wish>("wish");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("inTranscript");
        const auto closing = QStringLiteral("421 4.3.2 Service not available");
        for (const char *point : {"greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "message"})
            QTest::newRow(qPrintable(QStringLiteral("421 at ") + QLatin1String(point)))
                << QStringLiteral("421-at=") + QLatin1String(point) << Wish{} << closing << closing;
        for (const char *point : {"greeting", "ehlo", "auth", "mail", "rcpt", "data", "message"})
            QTest::newRow(qPrintable(QStringLiteral("garbage at ") + QLatin1String(point)))
                << QStringLiteral("garbage=") + QLatin1String(point) << Wish{} << "protocol-violation"
                << "HTTP/1.1 400 Bad Request";
        QTest::newRow("dropped in the message") << QStringLiteral("drop-in-data") << Wish{} << "connection-lost"
                                                << "354 ";
        QTest::newRow("several lines") << QStringLiteral("multi-line") << Wish{} << "250 2.0.0 OK <"
                                       << "This reply has three lines,";
        QTest::newRow("no STARTTLS") << QStringLiteral("no-starttls") << Wish{} << "tls-not-offered"
                                     << "SIZE 157286400";
        QTest::newRow("old TLS only") << QStringLiteral("tls1.0-only") << Wish{} << "tls-failed"
                                      << "STARTTLS";
        QTest::newRow("old TLS only, old client")
            << QStringLiteral("tls1.0-only")
            << Wish{.more = [](ConnectionSettings &s) { s.tls.minimum = TlsVersion::Tls10; }} << "250 2.0.0 OK <"
            << "AUTH LOGIN";
        QTest::newRow("certificate of another name") << QStringLiteral("cert=wrong-name") << Wish{} << "tls-failed"
                                                     << "is for another-name.relaywright.invalid, not for";
        QTest::newRow("certificate expired") << QStringLiteral("cert=expired") << Wish{} << "tls-failed"
                                             << "expired on";
        QTest::newRow("certificate signed by itself") << QStringLiteral("cert=self-signed") << Wish{} << "tls-failed"
                                                      << "signed by nobody but itself";
        QTest::newRow("a slow greeting is waited for")
            << QStringLiteral("slow-banner=700ms") << Wish{} << "250 2.0.0 OK <"
            << "220 practice";
        QTest::newRow("a slow greeting is not waited for")
            << QStringLiteral("slow-banner=10m") << Wish{.more = [](ConnectionSettings &s) { s.patience = 300ms; }}
            << "timed-out"
            << "";
        QTest::newRow("a tarpit is left")
            << QStringLiteral("tarpit=10m") << Wish{.more = [](ConnectionSettings &s) { s.patience = 300ms; }}
            << "timed-out"
            << "220 practice";
    }
    void theClientMeetsTheFault()
    {
        QFETCH(QString, fault);
        QFETCH(Wish, wish);
        QFETCH(QString, expected);
        QFETCH(QString, inTranscript);
        PracticeServer server(withFault(fault), clock);
        QVERIFY(server.start());
        const Sent sent = send(server, wish);
        QVERIFY2(verdict(sent).startsWith(expected), qPrintable(verdict(sent) + u'\n' + sent.transcript));
        QVERIFY2(sent.transcript.contains(inTranscript), qPrintable(sent.transcript));
    }

    void aTarpitTakesItsTimeBeforeEachAnswer()
    {
        PracticeServer server(withFault(QStringLiteral("tarpit=60ms")), clock);
        QVERIFY(server.start());
        QElapsedTimer timer;
        timer.start();
        QVERIFY(verdict(send(server, {})).startsWith(QLatin1String("250 ")));
        QVERIFY(timer.elapsed() >= 7 * 60); // EHLO twice, AUTH, MAIL, RCPT, DATA, message
    }

    void aSlowGreetingIsNotSentBeforeItsTime()
    {
        PracticeServer server(withFault(QStringLiteral("slow-banner=300ms")), clock);
        QVERIFY(server.start());
        QTcpSocket socket;
        QElapsedTimer timer;
        timer.start();
        socket.connectToHost(QStringLiteral("127.0.0.1"), server.address().port);
        QTRY_VERIFY(socket.canReadLine());
        QVERIFY(timer.elapsed() >= 300);
        QVERIFY(socket.readLine().startsWith("220 "));
    }

private:
    static PracticeSettings withFault(const QString &word)
    {
        PracticeSettings settings = practice(PracticeMethod::ClientSubmission);
        if (!addFault(settings.faults, word))
            qFatal("no such fault: %s", qPrintable(word));
        return settings;
    }
    FakeClock clock{fromDateTime(QDateTime(QDate(2026, 11, 22), QTime(8, 0), Qt::UTC))};
};

QTEST_GUILESS_MAIN(tst_PracticeFaults)
#include "tst_PracticeFaults.moc"
