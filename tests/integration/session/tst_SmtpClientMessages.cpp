// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/session/ClientRun.h"
#include "tests/support/ScriptedSmtpServer.h"
#include "tests/support/SmtpSink.h"
#include "tests/support/Swallower.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

/// A message of any size that is nowhere in memory; it says how much of it was read.
class EndlessFile : public QIODevice {
public:
    explicit EndlessFile(qint64 size) : m_size(size) { open(ReadOnly | Unbuffered); }
    qint64 size() const override { return m_size; }
    qint64 furthest = 0;

protected:
    qint64 readData(char *data, qint64 limit) override
    {
        const qint64 size = std::min(limit, m_size - pos());
        for (qint64 i = 0; i < size; ++i)
            data[i] = (pos() + i) % 64 == 62 ? '\r' : (pos() + i) % 64 == 63 ? '\n' : 'x';
        furthest = std::max(furthest, pos() + size);
        return size;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    qint64 m_size;
};

QString script(const char *rest)
{
    return QString::fromUtf8(rest);
}

} // namespace

class tst_SmtpClientMessages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void deliversOctetForOctet_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QByteArray>("arrived");
        QTest::newRow("plain") << QByteArray("Subject: x\r\n\r\nbody\r\n") << QByteArray("Subject: x\r\n\r\nbody\r\n");
        QTest::newRow("dots") << QByteArray("a: b\r\n\r\n.\r\n..\r\n.x\r\n")
                              << QByteArray("a: b\r\n\r\n.\r\n..\r\n.x\r\n");
        QTest::newRow("last line not ended") << QByteArray("a: b\r\n\r\nx") << QByteArray("a: b\r\n\r\nx\r\n");
        QTest::newRow("bare CR and LF around a dot")
            << QByteArray("a\n.\r\nb\r.\rc\r\n") << QByteArray("a\r\n.\r\nb\r\n.\r\nc\r\n");
        QTest::newRow("a smuggled message") << QByteArray("a\n.\nMAIL FROM:<evil@example.com>\r\n")
                                            << QByteArray("a\r\n.\r\nMAIL FROM:<evil@example.com>\r\n");
        QTest::newRow("every octet") << [] {
            QByteArray all;
            for (int c = 0; c < 256; ++c)
                all += c == '\r' || c == '\n' ? ' ' : static_cast<char>(c);
            return all + "\r\n";
        }() << QByteArray();
    }
    void deliversOctetForOctet()
    {
        QFETCH(QByteArray, message);
        QFETCH(QByteArray, arrived);
        SmtpSink sink;
        QVERIFY(sink.listen());
        ClientRun run(settingsFor(sink.port()));
        run.addMessage(message);
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::Accepted);
        QCOMPARE_EQ(sink.messages().size(), 1u);
        QCOMPARE_EQ(sink.messages().front().data, arrived.isEmpty() ? message : arrived);
        QCOMPARE_EQ(sink.messages().front().reversePath, QByteArray("a@example.com"));
    }

    void sendsSeveralMessagesOverOneConnection()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        sink.answer("MESSAGE", "554 5.2.252 SendAsDenied");
        ClientRun run(settingsFor(sink.port()));
        run.addMessage("n: 1\r\n\r\n");
        run.addMessage("n: 2\r\n\r\n");
        run.addMessage("n: 3\r\n\r\n");
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.results.size(), 3u);
        QCOMPARE_EQ(run.results[0].outcome, Outcome::RefusedByServer);
        QCOMPARE_EQ(run.results[0].reply->enhanced()->toString(), QStringLiteral("5.2.252"));
        QCOMPARE_EQ(run.results[2].outcome, Outcome::Accepted);
        QCOMPARE_EQ(sink.messages().size(), 2u);
        QCOMPARE_EQ(sink.connectionCount(), 1);
        QCOMPARE_EQ(sink.commands().count("RSET"), 1);
        QCOMPARE_EQ(run.end().outcome, Outcome::Accepted);
        QCOMPARE_EQ(run.end().stage, Stage::Quit);
    }

    void goesOnWithTheOtherRecipients_data()
    {
        QTest::addColumn<bool>("pipelining");
        QTest::newRow("pipelined") << true;
        QTest::newRow("one by one") << false;
    }
    void goesOnWithTheOtherRecipients()
    {
        QFETCH(bool, pipelining);
        SmtpSink::Options options;
        if (!pipelining)
            options.capabilities = {"8BITMIME"};
        SmtpSink sink(options);
        QVERIFY(sink.listen());
        sink.answerRecipient("gone@example.com", "550 5.1.10 RecipientNotFound");
        ClientRun run(settingsFor(sink.port()));
        run.addMessage("x: y\r\n\r\n", {QStringLiteral("b@example.com"), QStringLiteral("gone@example.com"),
                                        QStringLiteral("c@example.com")});
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.results.front().outcome, Outcome::Accepted);
        QVERIFY(!run.results.front().recipients[1].accepted);
        QCOMPARE_EQ(run.results.front().recipients[1].reply->code, 550);
        QCOMPARE_EQ(sink.messages().front().forwardPaths, (QByteArrayList{"b@example.com", "c@example.com"}));
    }

    void pipelinesAThousandRecipients()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        QStringList many;
        for (int i = 0; i < 1000; ++i)
            many += QStringLiteral("user%1@example.com").arg(i);
        ClientRun run(settingsFor(sink.port()));
        run.addMessage("x: y\r\n\r\n", many);
        QVERIFY(run.run());
        QCOMPARE_EQ(sink.messages().size(), 1u);
        QCOMPARE_EQ(sink.messages().front().forwardPaths.size(), 1000);
    }

    void stopsWhereItIsAskedTo_data()
    {
        QTest::addColumn<Stage>("stage");
        for (const Stage stage : {Stage::Connect, Stage::Greeting, Stage::Ehlo, Stage::Mail, Stage::Rcpt})
            QTest::newRow(qPrintable(toString(stage))) << stage;
    }
    void stopsWhereItIsAskedTo()
    {
        QFETCH(Stage, stage);
        SmtpSink sink;
        QVERIFY(sink.listen());
        ConnectionSettings settings = settingsFor(sink.port());
        settings.smtp.stopAfter = stage;
        ClientRun run(settings);
        run.addMessage("x: y\r\n\r\n");
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::StoppedAsAsked);
        QCOMPARE_EQ(run.end().stage, stage);
        QVERIFY(!sink.commands().contains("DATA"));
        QVERIFY(sink.messages().empty());
    }

    void keepsTheMessageOutOfTheTranscript()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        ClientRun run(settingsFor(sink.port()));
        run.addMessage("Subject: salaries\r\n\r\n" + QByteArray(12324, 'y'));
        QVERIFY2(run.run(), run.show());
        QVERIFY(!run.text().contains(QStringLiteral("salaries")));
        QVERIFY(!run.text().contains(QStringLiteral("yyyy")));
        QVERIFY2(run.text().contains(QStringLiteral("message, 12,345 octets")), run.show());
    }

    void streamsALargeMessage()
    {
        Swallower server(true);
        QVERIFY(server.listen(QHostAddress::LocalHost));
        constexpr qint64 kSize = 64ll * 1024 * 1024;
        ClientRun run(settingsFor(server.serverPort()));
        run.addMessage(std::make_unique<EndlessFile>(kSize));
        QVERIFY2(run.run(60s), run.show());
        QCOMPARE_EQ(run.results.front().outcome, Outcome::Accepted);
        QCOMPARE_EQ(server.octets, kSize + 3);
        QCOMPARE_EQ(run.progress.back(), (std::pair<qint64, qint64>(kSize, kSize)));
        QVERIFY(std::ranges::is_sorted(run.progress));
        QVERIFY(run.progress.size() > 100);
    }

    void readsNoFurtherThanAStuckServerAndGivesUp()
    {
        Swallower server(false);
        QVERIFY(server.listen(QHostAddress::LocalHost));
        ConnectionSettings settings = settingsFor(server.serverPort());
        settings.patience = 700ms;
        ClientRun run(settings);
        auto file = std::make_unique<EndlessFile>(1000ll * 1024 * 1024);
        const EndlessFile *watched = file.get();
        run.addMessage(std::move(file));
        QVERIFY2(run.run(), run.show());
        QVERIFY2(watched->furthest < 32 * 1024 * 1024,
                 qPrintable(QString::number(watched->furthest))); // the kernel's buffers and ours
        QCOMPARE_EQ(run.results.front().outcome, Outcome::TimedOut);
        QCOMPARE_EQ(run.results.front().stage, Stage::Data);
        QVERIFY(!run.results.front().inDoubt);
    }

    void breaksOffWhenTheMessageCannotBeRead()
    {
        ScriptedSmtpServer server(
            script("S: 220 mx\nC: EHLO console.example\nS: 250 mx\nC: MAIL FROM:<a@example.com>\nS: 250 ok\n"
                   "C: RCPT TO:<b@example.com>\nS: 250 ok\nC: DATA\nS: 354 go\nEND"));
        auto closed = std::make_unique<QBuffer>();
        closed->setData("never read");
        ClientRun run(settingsFor(server.port()));
        run.addMessage(std::move(closed)); // not open
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("seek.*not open")));
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.results.front().outcome, Outcome::Cancelled);
        QVERIFY(run.end().detail.contains(QStringLiteral("could not be read")));
        RELAYWRIGHT_VERIFY_SCRIPT(server);
    }

    void endsInTheMiddleOfAMessageThatTheServerRefuses()
    {
        ScriptedSmtpServer server(script(
            "S: 220 mx\nC: EHLO console.example\nS: 250 mx\nC: MAIL FROM:<a@example.com>\nS: 250 ok\n"
            "C: RCPT TO:<b@example.com>\nS: 250 ok\nC: DATA\nS: 354 go\nPAUSE 50\nS: 552 5.3.4 too large\nSILENCE"));
        ClientRun run(settingsFor(server.port()));
        run.addMessage(std::make_unique<EndlessFile>(1000ll * 1024 * 1024));
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.results.front().outcome, Outcome::RefusedByServer);
        QCOMPARE_EQ(run.results.front().reply->code, 552);
    }
};

QTEST_GUILESS_MAIN(tst_SmtpClientMessages)
#include "tst_SmtpClientMessages.moc"
