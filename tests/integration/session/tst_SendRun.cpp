// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/session/TestRunner.h"
#include "tests/support/ScriptedSmtpServer.h"
#include "tests/support/SmtpSink.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

using namespace relaywright;
using namespace relaywright::test;

namespace {

void letTheWorkerComeBack()
{
    QThreadPool::globalInstance()->waitForDone();
    QCoreApplication::processEvents();
}

} // namespace

class tst_SendRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sendsAndRecords()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        TestRunner runner(requestTo(sink.port()));
        QVERIFY2(runner.play(), runner.show());
        const TestRecord &record = runner.record();
        QVERIFY(record.accepted());
        QCOMPARE_EQ(record.outcome(), Outcome::Accepted);
        QCOMPARE_EQ(record.stage(), Stage::Data);
        QCOMPARE_EQ(record.peerAddress, QStringLiteral("127.0.0.1"));
        QVERIFY(record.capabilities.pipelining);
        QVERIFY(record.messageId.startsWith(QStringLiteral("<relaywright")));
        QCOMPARE_EQ(sink.countContaining(record.messageId.toUtf8()), 1);
        QCOMPARE_EQ(record.messageOctets, static_cast<std::uint64_t>(sink.messages().front().data.size()));
        QCOMPARE_EQ(runner.composed.size(), 1);
        QCOMPARE_EQ(static_cast<std::size_t>(runner.lines.size()), record.transcript.size());
        QVERIFY(!runner.progress.isEmpty());
        const auto message = std::ranges::find_if(record.transcript, &TranscriptLine::message);
        QVERIFY(message != record.transcript.end());
        QCOMPARE_EQ(message->octets, record.messageOctets);
    }

    void tellsTheRecipientsApart()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        sink.answerRecipient("gone@example.com", "550 5.1.1 no such user");
        TestRunner runner(requestTo(sink.port(), TlsPolicy::None,
                                    {QStringLiteral("b@example.com"), QStringLiteral("gone@example.com")}));
        QVERIFY2(runner.play(), runner.show());
        QCOMPARE_EQ(runner.record().outcome(), Outcome::Accepted);
        QVERIFY(!runner.record().accepted());
        QCOMPARE_EQ(runner.record().transaction->recipients.size(), 2U);
        QCOMPARE_EQ(runner.record().transaction->recipients.back().reply->code, 550);
    }

    void sendsAnEmlAsItIs()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        QTemporaryDir folder;
        TestRequest request = requestTo(sink.port());
        request.emlFile = folder.filePath(QStringLiteral("a.eml"));
        const QByteArray eml = "Message-ID: <own@example.com>\r\nSubject: 8-bit\r\n\r\ngr\xc3\xbc\xc3\x9f Gott\r\n";
        QFile file(request.emlFile);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(eml);
        file.close();
        TestRunner runner(request);
        QVERIFY2(runner.play(), runner.show());
        QCOMPARE_EQ(runner.record().messageId, QStringLiteral("<own@example.com>"));
        QCOMPARE_EQ(sink.messages().front().data, eml);
        QVERIFY2(sink.messages().front().mailParameters.contains("BODY=8BITMIME"),
                 sink.messages().front().mailParameters);
        QCOMPARE_EQ(runner.run.messagePart(0, 10), eml.first(10));
        QCOMPARE_EQ(runner.run.messagePart(10, 5), eml.mid(10, 5));
        QVERIFY(runner.run.messagePart(eml.size(), 5).isEmpty());
    }

    void saysTheSizeOnTheWireAndTakesLatin1ForNoUtf8()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        QTemporaryDir folder;
        TestRequest request = requestTo(sink.port());
        request.emlFile = folder.filePath(QStringLiteral("a.eml"));
        QFile file(request.emlFile);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("Subject: Gr\xfc\xdf Gott\n\none\rtwo\r\n\nthree\n"); // five line ends of one octet, one of two
        file.close();
        const qint64 onDisk = file.size();
        TestRunner runner(request);
        QVERIFY2(runner.play(), runner.show());
        const QByteArray parameters = sink.messages().front().mailParameters;
        QVERIFY2(parameters.contains("SIZE=" + QByteArray::number(onDisk + 5)), parameters);
        QVERIFY2(!parameters.contains("SMTPUTF8"), parameters);
        QCOMPARE_EQ(sink.messages().front().data.size(), onDisk + 5);
    }

    void attachesFilesAndKeepsLargeOnesOnDisk()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        QTemporaryDir folder;
        TestRequest request = requestTo(sink.port());
        request.attachments = {folder.filePath(QStringLiteral("scan.bin"))};
        QFile file(request.attachments.front());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(3 << 20, 'x'));
        file.close();
        TestRunner runner(request);
        QVERIFY2(runner.play(), runner.show());
        QVERIFY(runner.record().accepted());
        QVERIFY(runner.record().messageOctets > 4U << 20);
        QVERIFY(sink.messages().front().data.contains("scan.bin"));
        QVERIFY(runner.run.messagePart(0, 1000).contains("Message-ID: <relaywright"));
    }

    void namesAFileThatIsNotThere_data()
    {
        QTest::addColumn<int>("which");
        QTest::newRow("attachment") << 0;
        QTest::newRow("message") << 1;
        QTest::newRow("authority") << 2;
    }
    void namesAFileThatIsNotThere()
    {
        QFETCH(int, which);
        SmtpSink sink;
        QVERIFY(sink.listen());
        TestRequest request = requestTo(sink.port());
        const QString missing = QStringLiteral("/nowhere/of-this-name");
        (which == 1 ? request.emlFile : request.caFile) = which == 0 ? QString() : missing;
        if (which == 0)
            request.attachments = {missing};
        TestRunner runner(request);
        QVERIFY(!runner.play());
        QCOMPARE_EQ(runner.errors.size(), 1U);
        QVERIFY2(runner.errors.front().detail.contains(missing), qPrintable(runner.errors.front().detail));
        QCOMPARE_EQ(sink.connectionCount(), 0);
    }

    void isCancelledBeforeItConnects()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        TestRunner runner(requestTo(sink.port()));
        runner.run.start();
        runner.run.cancel();
        QCOMPARE_EQ(runner.records.size(), 1U);
        QCOMPARE_EQ(runner.record().outcome(), Outcome::Cancelled);
        runner.run.cancel();
        letTheWorkerComeBack();
        QCOMPARE_EQ(runner.records.size(), 1U);
        QCOMPARE_EQ(sink.connectionCount(), 0);
    }

    void isCancelledInTheMiddle()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        sink.answerAlways("MAIL", "silence");
        TestRunner runner(requestTo(sink.port()));
        runner.run.start();
        QTRY_VERIFY(sink.commands().join(' ').contains("MAIL FROM"));
        runner.run.cancel();
        QCOMPARE_EQ(runner.records.size(), 1U);
        QCOMPARE_EQ(runner.record().outcome(), Outcome::Cancelled);
    }

    void mayDieWhileItsFilesAreRead()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        auto runner = std::make_unique<TestRunner>(requestTo(sink.port()));
        runner->run.start();
        runner.reset();
        letTheWorkerComeBack();
        QCOMPARE_EQ(sink.connectionCount(), 0);
    }

    void saysWhereItWasRefused()
    {
        ScriptedSmtpServer server(QStringLiteral(
            "S: 220 mx\nC: EHLO console.example\nS: 250 mx\n"
            "C: MAIL FROM:<a@example.com>\nS: 550 5.7.1 not you\nC: RSET\nS: 250 ok\nC: QUIT\nS: 221 bye\n"));
        TestRunner runner(requestTo(server.port()));
        QVERIFY2(runner.play(), runner.show());
        QCOMPARE_EQ(runner.record().outcome(), Outcome::RefusedByServer);
        QCOMPARE_EQ(runner.record().stage(), Stage::Mail);
        QCOMPARE_EQ(runner.record().reply()->code, 550);
        RELAYWRIGHT_VERIFY_SCRIPT(server);
    }
};

QTEST_GUILESS_MAIN(tst_SendRun)
#include "tst_SendRun.moc"
