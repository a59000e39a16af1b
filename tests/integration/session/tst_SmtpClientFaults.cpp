// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/session/ClientRun.h"
#include "tests/support/ScriptedSmtpServer.h"
#include "tests/support/SmtpSink.h"

#include <QTcpServer>
#include <QTest>

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <set>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

constexpr auto kOpening = "S: 220 mx.example.com\nC: EHLO console.example\nS: 250 mx.example.com\n";
constexpr auto kEnvelope =
    "C: MAIL FROM:<a@example.com>\nS: 250 ok\nC: RCPT TO:<b@example.com>\nS: 250 ok\nC: DATA\nS: 354 go\n";

QString script(const char *rest)
{
    return QString::fromUtf8(rest);
}

/// A listener whose queue is full takes no further connection: a client's SYN waits.
class FullListener {
public:
    FullListener() : m_listener(::socket(AF_INET, SOCK_STREAM, 0))
    {
        m_address.sin_family = AF_INET;
        m_address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof m_address;
        if (::bind(m_listener, reinterpret_cast<sockaddr *>(&m_address), size) == 0 && ::listen(m_listener, 0) == 0)
            ::getsockname(m_listener, reinterpret_cast<sockaddr *>(&m_address), &size);
        for (int i = 0; i < 64 && !m_isFull; ++i)
            m_isFull = !connects();
    }
    ~FullListener()
    {
        for (const int client : m_clients)
            ::close(client);
        ::close(m_listener);
    }
    Q_DISABLE_COPY_MOVE(FullListener)
    [[nodiscard]] bool isFull() const { return m_isFull; }
    [[nodiscard]] std::uint16_t port() const { return ntohs(m_address.sin_port); }

private:
    bool connects()
    {
        constexpr int kLoopbackMs = 100; // what connects here does so at once
        const int client = ::socket(AF_INET, SOCK_STREAM, 0);
        m_clients.push_back(client);
        ::fcntl(client, F_SETFL, O_NONBLOCK);
        ::connect(client, reinterpret_cast<const sockaddr *>(&m_address), sizeof m_address);
        pollfd done{client, POLLOUT, 0};
        return ::poll(&done, 1, kLoopbackMs) == 1;
    }

    int m_listener;
    sockaddr_in m_address{};
    std::vector<int> m_clients;
    bool m_isFull = false;
};

} // namespace

class tst_SmtpClientFaults : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void saysThatNothingListens()
    {
        std::uint16_t port = 0;
        {
            QTcpServer closed;
            QVERIFY(closed.listen(QHostAddress::LocalHost));
            port = closed.serverPort();
        }
        ClientRun run(settingsFor(port));
        QVERIFY(run.run());
        QCOMPARE_EQ(run.end().outcome, Outcome::ConnectionFailed);
        QCOMPARE_EQ(run.end().stage, Stage::Connect);
        QVERIFY(run.end().detail.contains(QStringLiteral("127.0.0.1:%1 refused the connection").arg(port)));
        QVERIFY(run.text().contains(run.end().detail));
        QCOMPARE_EQ(run.readyCount, 0);
    }

    void endsAsTheServerMakesIt_data()
    {
        QTest::addColumn<QString>("played");
        QTest::addColumn<Outcome>("outcome");
        QTest::addColumn<Stage>("stage");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const QString &played, Outcome outcome, Stage stage, const char *says) {
            QTest::newRow(name) << played << outcome << stage << QString::fromUtf8(says);
        };
        row("silence", script("SILENCE"), Outcome::TimedOut, Stage::Greeting, "sent no greeting within 0.3 s");
        row("half a greeting", script("S! 220 mx\nSILENCE"), Outcome::TimedOut, Stage::Greeting, "sent no greeting");
        row("closed without a greeting", script("CLOSE"), Outcome::ConnectionLost, Stage::Greeting,
            "without a greeting");
        row("dropped without a greeting", script("DROP"), Outcome::ConnectionLost, Stage::Greeting,
            "without a greeting");
        row("HTTP", script("S: HTTP/1.1 400 Bad Request\nEND"), Outcome::ProtocolViolation, Stage::Greeting,
            "does not speak SMTP");
        row("bare LF", script("S! 220 mx\\n\nEND"), Outcome::ProtocolViolation, Stage::Greeting, "does not speak SMTP");
        row("refused at the door", script("S: 554 5.7.1 not you\nC: QUIT\nS: 221 bye\nEND"), Outcome::RefusedByServer,
            Stage::Greeting, "");
        row("last words before the close", script("S: 421 4.3.2 busy\nCLOSE"), Outcome::RefusedByServer,
            Stage::Greeting, "");
        row("an EHLO list before the banner", script("S! 250-mx\\r\\n250 AUTH PLAIN\\r\\n\nEND"),
            Outcome::ProtocolViolation, Stage::Greeting, "makes no sense");
        row("answers before it is asked", script("S! 220 mx\\r\\n250 mx\\r\\n\nEND"), Outcome::ProtocolViolation,
            Stage::Ehlo, "before it was asked");
        row("silence at EHLO", script("S: 220 mx\nC: EHLO console.example\nSILENCE"), Outcome::TimedOut, Stage::Ehlo,
            "did not answer EHLO");
        row("closed at EHLO", script("S: 220 mx\nC: EHLO console.example\nCLOSE"), Outcome::ConnectionLost, Stage::Ehlo,
            "before it had answered EHLO");
        row("slow octets are no fault",
            script("S! 22\nPAUSE 20\nS! 0 mx\\r\nPAUSE 20\nS! \\n\nC: EHLO console.example\nS: 250-mx\nPAUSE 20\n"
                   "S: 250 DSN\nC: MAIL FROM:<a@example.com>\nS: 421 enough\nCLOSE"),
            Outcome::RefusedByServer, Stage::Mail, "");
    }
    void endsAsTheServerMakesIt()
    {
        QFETCH(QString, played);
        QFETCH(Outcome, outcome);
        QFETCH(Stage, stage);
        QFETCH(QString, says);
        ScriptedSmtpServer server(played);
        ConnectionSettings settings = settingsFor(server.port());
        settings.patience = 300ms;
        ClientRun run(settings);
        run.addMessage("Subject: x\r\n\r\nx\r\n");
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, outcome);
        QCOMPARE_EQ(run.end().stage, stage);
        QVERIFY2(run.end().detail.contains(says), qPrintable(run.end().detail));
        if (outcome == Outcome::TimedOut || outcome == Outcome::ConnectionLost)
            QVERIFY(run.end().detail.contains(QStringLiteral("127.0.0.1:%1").arg(server.port())));
        RELAYWRIGHT_VERIFY_SCRIPT(server);
    }

    void reportsATransactionThatIsCutOff_data()
    {
        QTest::addColumn<QString>("rest");
        QTest::addColumn<Outcome>("outcome");
        QTest::addColumn<bool>("inDoubt");
        QTest::newRow("dropped in the middle of the message") << script("DROP") << Outcome::ConnectionLost << false;
        QTest::newRow("dropped after the final dot") << script("C.\nDROP") << Outcome::ConnectionLost << true;
        QTest::newRow("closed after the final dot") << script("C.\nCLOSE") << Outcome::ConnectionLost << true;
        QTest::newRow("silent after the final dot") << script("C.\nSILENCE") << Outcome::TimedOut << true;
        QTest::newRow("421 after the final dot")
            << script("C.\nS: 421 4.3.2 bye\nCLOSE") << Outcome::RefusedByServer << false;
        QTest::newRow("rubbish after the final dot")
            << script("C.\nS: rubbish\nEND") << Outcome::ProtocolViolation << true;
    }
    void reportsATransactionThatIsCutOff()
    {
        QFETCH(QString, rest);
        QFETCH(Outcome, outcome);
        QFETCH(bool, inDoubt);
        ScriptedSmtpServer server(script(kOpening) + script(kEnvelope) + rest);
        ConnectionSettings settings = settingsFor(server.port());
        settings.patience = 500ms;
        ClientRun run(settings);
        // Too large for the buffers when it is to be cut in its middle, small enough for a short patience otherwise.
        run.addMessage(QByteArray(rest.startsWith(u'D') ? 30'000'000 : 5000, 'x'));
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.results.size(), 1u);
        QCOMPARE_EQ(run.results.front().outcome, outcome);
        QCOMPARE_EQ(run.results.front().stage, Stage::Data);
        QCOMPARE_EQ(run.results.front().inDoubt, inDoubt);
        QCOMPARE_EQ(run.end().outcome, outcome);
    }

    void keepsTheDecisionWhenRubbishFollowsIt_data()
    {
        QTest::addColumn<QString>("last");
        QTest::addColumn<Stage>("stopAfter");
        QTest::addColumn<Outcome>("outcome");
        const QString accepted = script("C.\nS! 250 2.0.0 queued\\r\\n%1\\r\\n\nEND");
        const QString refused = script("C.\nS! 554 5.7.1 no\\r\\n250 more\\r\\n\nEND");
        QTest::newRow("no reply") << accepted.arg(QStringLiteral("rubbish")) << Stage::Quit << Outcome::Accepted;
        QTest::newRow("a reply") << accepted.arg(QStringLiteral("250 more")) << Stage::Quit << Outcome::Accepted;
        QTest::newRow("a reply before QUIT") << accepted.arg(QStringLiteral("250 more")) << Stage::Data << Outcome::Accepted;
        QTest::newRow("a reply before RSET") << refused << Stage::Quit << Outcome::RefusedByServer;
    }
    void keepsTheDecisionWhenRubbishFollowsIt()
    {
        QFETCH(QString, last);
        QFETCH(Stage, stopAfter);
        QFETCH(Outcome, outcome);
        ScriptedSmtpServer server(script(kOpening) + script(kEnvelope) + last);
        ConnectionSettings settings = settingsFor(server.port());
        settings.smtp.stopAfter = stopAfter;
        ClientRun run(settings);
        run.addMessage("x\r\n");
        if (last.contains(QStringLiteral("more")))
            run.addMessage("never sent\r\n");
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.results.size(), 1u);
        QCOMPARE_EQ(run.results.front().outcome, outcome);
        QVERIFY(!run.results.front().inDoubt);
        RELAYWRIGHT_VERIFY_SCRIPT(server);
    }

    void waitsForNoMoreThanItsPatienceToConnect()
    {
        FullListener full;
        QVERIFY2(full.isFull(), "this system's listen queue cannot be filled");
        ConnectionSettings settings = settingsFor(full.port());
        settings.connectPatience = 200ms;
        ClientRun run(settings);
        QVERIFY(run.run());
        QCOMPARE_EQ(run.end().outcome, Outcome::TimedOut);
        QCOMPARE_EQ(run.end().stage, Stage::Connect);
        QVERIFY(run.end().detail.contains(QStringLiteral("within 0.2 s")));
    }

    void neverShowsASecretThatTheServerRepeats_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::addColumn<QString>("conversation");
        const QString blob = QString::fromLatin1(QByteArray("\0scan@example.com\0correct horse", 31).toBase64());
        const QString password = QString::fromLatin1(QByteArray("correct horse").toBase64());
        const QString user = QString::fromLatin1(QByteArray("scan@example.com").toBase64());
        QTest::newRow("PLAIN")
            << QStringLiteral("plain")
            << QStringLiteral(
                   "C: AUTH PLAIN %1\nS: 535-5.7.8 AUTH PLAIN %1 is wrong\nS: 535 5.7.8 not \"correct horse\"\n")
                   .arg(blob);
        QTest::newRow("LOGIN") << QStringLiteral("login")
                               << QStringLiteral(
                                      "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: %1\nS: 334 UGFzc3dvcmQ6\nC: %2\n"
                                      "S: 535 5.7.8 %2 or correct horse is wrong\n")
                                      .arg(user, password);
    }
    void neverShowsASecretThatTheServerRepeats()
    {
        QFETCH(QString, mechanism);
        QFETCH(QString, conversation);
        ScriptedSmtpServer server(script("S: 220 mx\nC: EHLO console.example\nS: 250-mx\nS: 250 AUTH PLAIN LOGIN\n")
                                  + conversation + script("C: QUIT\nS: 221 bye, correct horse\nEND"));
        ConnectionSettings settings = settingsFor(server.port());
        settings.smtp.credentials = credentialsOf(QStringLiteral("scan@example.com"), QStringLiteral("correct horse"),
                                                  *parseAuthMechanism(mechanism));
        settings.smtp.allowAuthWithoutTls = true;
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        RELAYWRIGHT_VERIFY_SCRIPT(server);
        QCOMPARE_EQ(run.end().outcome, Outcome::RefusedByServer);
        QCOMPARE_EQ(run.end().stage, Stage::Auth);
        const QString said = run.text() + run.end().reply->toString() + run.end().detail;
        QVERIFY(said.contains(QStringLiteral("5.7.8")));
        QVERIFY(!said.contains(QStringLiteral("correct horse")));
        QVERIFY(!said.contains(QString::fromLatin1(QByteArray("correct horse").toBase64())));
        QVERIFY(!said.contains(QString::fromLatin1(QByteArray("\0scan@example.com\0correct horse", 31).toBase64())));
    }

    void finishesExactlyOnceWhereverItIsCancelled()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        std::set<Stage> stages;
        for (std::size_t at = 1;; ++at) {
            ClientRun run(settingsFor(sink.port()));
            run.addMessage("Subject: x\r\n\r\nbody\r\n");
            connect(&run.client, &SmtpClient::lineAdded, &run.client, [&] {
                if (run.lines.size() == at) {
                    run.client.cancel();
                    QCOMPARE_EQ(run.ends.size(), 1u); // before cancel returned
                }
            });
            QVERIFY2(run.run(), run.show());
            if (run.end().outcome != Outcome::Cancelled) {
                QCOMPARE_EQ(run.end().outcome, Outcome::Accepted); // it was saying good-bye already
                break;
            }
            stages.insert(run.end().stage);
        }
        for (const Stage stage : {Stage::Connect, Stage::Greeting, Stage::Ehlo, Stage::Mail, Stage::Data})
            QVERIFY2(stages.contains(stage), qPrintable(toString(stage)));
    }

    void finishesThoughEachOfItsSignalsIsAnsweredWithCancel()
    {
        const QString script = QStringLiteral("S: 220 mx.example.com\nC: EHLO console.example\nS: 250 mx.example.com\n"
                                              "C* \nS: 421 4.3.2 closing\nCLOSE\n");
        ScriptedSmtpServer server(script);
        ClientRun run(settingsFor(server.port()));
        run.addMessage("Subject: x\r\n\r\nbody\r\n");
        connect(&run.client, &SmtpClient::transactionDone, &run.client, [&run] { run.client.cancel(); });
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().reply->code, 421); // decided before

        SmtpSink sink;
        QVERIFY(sink.listen());
        ClientRun impatient(settingsFor(sink.port()));
        connect(&impatient.client, &SmtpClient::lineAdded, &impatient.client, [&] { impatient.client.cancel(); });
        QVERIFY2(impatient.run(), impatient.show());
        QCOMPARE_EQ(impatient.end().outcome, Outcome::Cancelled);
    }

    void neverShowsASecretThatComesBackInWhatIsNoReply()
    {
        ScriptedSmtpServer server(QStringLiteral("S: 220 mx.example.com\nC: EHLO console.example\n"
                                                 "S! 250-mx.example.com\\r\\n250 AUTH PLAIN\\r\\n\nC~ AUTH PLAIN .*\n"
                                                 "S! 535 no hunter2 here\\n\nEND\n"));
        ConnectionSettings settings = settingsFor(server.port());
        settings.smtp.credentials = credentialsOf(QStringLiteral("joe"), QStringLiteral("hunter2"));
        settings.smtp.allowAuthWithoutTls = true;
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::ProtocolViolation);
        QVERIFY2(!run.text().contains(QStringLiteral("hunter2")) && !run.end().detail.contains(QStringLiteral("hunter2")),
                 run.show());
    }

    void mayBeCancelledAndQuitBeforeItIsOpenedAndAfterItsEnd()
    {
        ClientRun never(settingsFor(1));
        never.client.cancel();
        QCOMPARE_EQ(never.ends.size(), 1u);
        QCOMPARE_EQ(never.end().outcome, Outcome::Cancelled);
        never.client.open();
        never.client.cancel();
        never.client.quit();
        QCOMPARE_EQ(never.ends.size(), 1u);
    }
};

QTEST_GUILESS_MAIN(tst_SmtpClientFaults)
#include "tst_SmtpClientFaults.moc"
