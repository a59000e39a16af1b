// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/TestSeries.h"

#include "core/rehearsal/PracticeServer.h"
#include "core/verify/PracticeLook.h"
#include "tests/support/SmtpSink.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QSignalSpy>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

namespace {

TestJob jobTo(std::uint16_t port, const QString &name)
{
    const EmailAddress from = *EmailAddress::parse(QStringLiteral("a@example.com"));
    TestRequest request{.connection = {.server = {*Host::parse(QStringLiteral("127.0.0.1")), port}},
                        .message = {.from = from}};
    request.connection.smtp.tls = TlsPolicy::None;
    request.envelope = {from, {*EmailAddress::parse(QStringLiteral("b@example.com"))}};
    request.message.to = request.envelope.recipients;
    request.message.subject = name;
    return {.senderId = name, .name = name, .request = request};
}

std::vector<TestJob> jobsTo(std::uint16_t port, int count)
{
    std::vector<TestJob> jobs;
    for (int i = 0; i < count; ++i)
        jobs.push_back(jobTo(port, QStringLiteral("job-%1").arg(i)));
    return jobs;
}

Endpoint endpoint(const char *text)
{
    return *Endpoint::parse(QLatin1String(text));
}

Endpoint endpoint(const char *text, std::uint16_t port)
{
    return {endpoint(text).host, port};
}

} // namespace

class tst_TestSeries : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runsOneAfterAnother()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        TestSeries series(jobsTo(sink.port(), 3), 6000, m_clock);
        QSignalSpy finished(&series, &TestSeries::finished);
        QSignalSpy started(&series, &TestSeries::jobStarted);
        series.start();
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(started.size(), 3);
        QCOMPARE_EQ(series.results().size(), 3U);
        for (std::size_t i = 0; i < 3; ++i) {
            QVERIFY(series.results()[i].record->accepted());
            QVERIFY(sink.messages()[i].data.contains("job-" + QByteArray::number(i)));
        }
        QCOMPARE_EQ(sink.peakConnections(), 1);
    }

    void keepsTheRate()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        TestSeries series(jobsTo(sink.port(), 4), 300, m_clock); // one in 200 ms
        QSignalSpy finished(&series, &TestSeries::finished);
        QSignalSpy waiting(&series, &TestSeries::waiting);
        QElapsedTimer timer;
        timer.start();
        series.start();
        QTRY_COMPARE(finished.size(), 1);
        QVERIFY2(timer.elapsed() >= 600, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(waiting.size() >= 1);
    }

    void goesOnAfterARefusalAndAnObstacle()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        sink.answer("MAIL", "550 5.7.1 not now");
        std::vector<TestJob> jobs = jobsTo(sink.port(), 3);
        jobs[1].obstacle = Error{ErrorKind::InvalidInput, QStringLiteral("It has no From address.")};
        TestSeries series(std::move(jobs), 6000, m_clock);
        QSignalSpy finished(&series, &TestSeries::finished);
        series.start();
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE_EQ(series.results()[0].record->outcome(), Outcome::RefusedByServer);
        QVERIFY(!series.results()[1].record);
        QCOMPARE_EQ(series.results()[1].problem, QStringLiteral("It has no From address."));
        QVERIFY(series.results()[2].record->accepted());
    }

    void asksForAFreshPasswordJustBeforeATest()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        std::vector<TestJob> jobs = jobsTo(sink.port(), 3);
        std::vector<std::size_t> arrivedBefore;
        for (TestJob &job : jobs) {
            const bool fails = job.name == QStringLiteral("job-1");
            job.freshPassword = [&, fails](QObject *context, std::function<void(Result<Secret>)> done) {
                arrivedBefore.push_back(sink.messages().size());
                auto answer = fails
                                  ? Result<Secret>(failure(ErrorKind::Denied, QStringLiteral("The secret has ended.")))
                                  : Result<Secret>(Secret("token"));
                QMetaObject::invokeMethod(
                    context, [done = std::move(done), answer = std::move(answer)] { done(answer); },
                    Qt::QueuedConnection);
            };
        }
        TestSeries series(std::move(jobs), 6000, m_clock);
        QSignalSpy finished(&series, &TestSeries::finished);
        QSignalSpy started(&series, &TestSeries::jobStarted);
        series.start();
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(started.size(), 3);
        QCOMPARE(arrivedBefore, (std::vector<std::size_t>{0, 1, 1}));
        QCOMPARE_EQ(series.results()[1].problem, QStringLiteral("The secret has ended."));
        QVERIFY(series.results()[2].record->accepted());
        QCOMPARE_EQ(series.job(2).secrets.password, Secret("token"));
    }

    void isCancelledWhileItAsks()
    {
        std::vector<TestJob> jobs = jobsTo(9, 2);
        int asked = 0;
        QPointer<QObject> waits;
        jobs[0].freshPassword = [&](QObject *context, const std::function<void(Result<Secret>)> &) {
            ++asked;
            waits = context;
        };
        TestSeries series(std::move(jobs), 6000, m_clock);
        QSignalSpy finished(&series, &TestSeries::finished);
        series.start();
        QTRY_COMPARE(asked, 1);
        series.resume(); // nothing else begins meanwhile
        series.cancel();
        QCOMPARE(finished.size(), 1);
        QVERIFY(waits.isNull());
        QVERIFY(series.results().empty());
    }

    void saysWhyATestDidNotStart()
    {
        std::vector<TestJob> jobs = jobsTo(9, 1);
        jobs[0].request.attachments = {QStringLiteral("/nowhere/of-this-name")};
        TestSeries series(std::move(jobs), 60, m_clock);
        QSignalSpy finished(&series, &TestSeries::finished);
        series.start();
        QTRY_COMPARE(finished.size(), 1);
        QVERIFY(series.results()[0].problem.contains(QStringLiteral("/nowhere/of-this-name")));
    }

    void pausesBetweenTests()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        TestSeries series(jobsTo(sink.port(), 3), 6000, m_clock);
        QSignalSpy finished(&series, &TestSeries::finished);
        connect(&series, &TestSeries::jobDone, &series, [&series](int index) {
            if (index == 0)
                series.pause();
        });
        series.start();
        QTRY_COMPARE(series.results().size(), 1U);
        for (int i = 0; i < 20; ++i)
            QCoreApplication::processEvents();
        QCOMPARE_EQ(series.results().size(), 1U);
        QVERIFY(series.isPaused());
        series.resume();
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE_EQ(series.results().size(), 3U);
    }

    void endsABurstWhereAnotherServerAnswers()
    {
        SmtpSink sink; // no practice server
        QVERIFY(sink.listen());
        std::vector<TestJob> jobs = jobsTo(sink.port(), 4);
        for (TestJob &job : jobs)
            job.onlyPractice = true;
        TestSeries series(std::move(jobs), 6000, m_clock);
        QSignalSpy finished(&series, &TestSeries::finished);
        series.start();
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE_EQ(sink.messages().size(), 1U);
        QVERIFY(series.results()[0].record->accepted());
        for (std::size_t i = 1; i < 4; ++i)
            QVERIFY(series.results()[i].problem.contains(QStringLiteral("does not greet as the practice server")));
    }

    void knowsThePracticeServer()
    {
        PracticeServer practice(PracticeSettings{}, m_clock);
        QVERIFY(practice.start());
        QVERIFY(isPractice({.server = practice.address()}));
        SmtpSink sink;
        QVERIFY(sink.listen());
        QVERIFY(!isPractice({.server = endpoint("127.0.0.1:1", sink.port())}));
        const Endpoint gone = practice.address();
        practice.stop();
        QVERIFY(!isPractice({.server = gone}));
        QVERIFY(!isPractice({.server = gone, .proxy = ProxySettings{.proxy = endpoint("127.0.0.1:1", sink.port())}}));
        QCOMPARE_EQ(sink.connectionCount(), 1); // through a proxy nobody is asked at all
    }

    void isCancelledInTheMiddleOfATest()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        sink.answerAlways("RCPT", "silence");
        TestSeries series(jobsTo(sink.port(), 3), 6000, m_clock);
        QSignalSpy finished(&series, &TestSeries::finished);
        series.start();
        QTRY_VERIFY(sink.commands().join(' ').contains("RCPT TO"));
        series.cancel();
        QCOMPARE(finished.size(), 1);
        QCOMPARE_EQ(series.results().size(), 1U);
        QCOMPARE_EQ(series.results()[0].record->outcome(), Outcome::Cancelled);
        series.cancel();
        series.resume();
        QCoreApplication::processEvents();
        QCOMPARE(finished.size(), 1);
    }

    void endsAtOnceWithoutTests()
    {
        TestSeries series({}, 30, m_clock);
        QSignalSpy finished(&series, &TestSeries::finished);
        series.start();
        QTRY_COMPARE(finished.size(), 1);
    }

    void isBoundedUnlessTheTargetIsLocal()
    {
        const Knowledge &knowledge = Knowledge::builtIn();
        const SeriesBounds elsewhere = boundsFor(endpoint("smtp.office365.com:587"), false, knowledge);
        QCOMPARE_EQ(elsewhere.perMinute, 30);
        QVERIFY(!elsewhere.isLocal);
        QVERIFY(boundsFor(endpoint("127.0.0.1:25"), false, knowledge).isLocal);
        QVERIFY(boundsFor(endpoint("[::1]:25"), false, knowledge).isLocal);
        QVERIFY(boundsFor(endpoint("localhost:25"), false, knowledge).isLocal);
        QVERIFY(boundsFor(endpoint("192.0.2.1:25"), true, knowledge).perMinute > 1000);
        QVERIFY(!boundsFor(endpoint("192.168.1.5:25"), false, knowledge).isLocal);
    }

    void tellsCountAndRateBeforeItBegins()
    {
        const Endpoint server = endpoint("smtp.office365.com:587");
        const SeriesBounds bounds{.perMinute = 30, .most = 200};
        QCOMPARE_EQ(*announce({.senders = 5}, 30, server, bounds),
                    QStringLiteral("5 messages to smtp.office365.com:587, at most 30 a minute: about 8 seconds."));
        QCOMPARE_EQ(*announce({}, 30, server, bounds),
                    QStringLiteral("1 message to smtp.office365.com:587, at most 30 a minute: about a second."));
        QVERIFY(announce({.each = 200}, 30, server, bounds)->contains(QStringLiteral("about 7 minutes")));
        for (const auto &[count, rate] : {std::pair(0, 30), std::pair(201, 30), std::pair(5, 31), std::pair(5, 0)}) {
            const auto told = announce({.each = count}, rate, server, bounds);
            QVERIFY(!told);
            QCOMPARE_EQ(told.error().kind, ErrorKind::InvalidInput);
        }
    }

    void aWholeSiteIsTestedHoweverManySendersItHas()
    {
        const Endpoint server = endpoint("smtp.office365.com:587");
        const SeriesBounds bounds{.perMinute = 30, .most = 200};
        QCOMPARE_EQ(*announce({.senders = 10'000}, 30, server, bounds),
                    QStringLiteral("10000 messages to smtp.office365.com:587, at most 30 a minute: about 6 hours."));
        QVERIFY(!announce({.senders = 10'000, .each = 2}, 30, server, bounds));
        QVERIFY(announce({.senders = 100, .each = 2}, 30, server, bounds));
    }

    void holdsNoConversationsWhenNobodyWantsThem()
    {
        std::vector<TestJob> jobs;
        for (int i = 0; i < 3; ++i)
            jobs.push_back(
                {.name = QString::number(i),
                 .request = {.connection = {.server = endpoint("127.0.0.1:25")}, .message = {.from = anybody()}},
                 .obstacle = Error{ErrorKind::InvalidInput, QStringLiteral("It has no From address.")}});
        TestSeries series(std::move(jobs), 6000, m_clock);
        series.forgetResults();
        QSignalSpy done(&series, &TestSeries::jobDone);
        QSignalSpy finished(&series, &TestSeries::finished);
        series.start();
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(done.size(), 3);
        QCOMPARE(done.back().front().toInt(), 2);
        QVERIFY(series.results().empty());
    }

private:
    static bool isPractice(const ConnectionSettings &settings)
    {
        PracticeLook look(settings);
        QSignalSpy finished(&look, &PracticeLook::finished);
        look.start();
        if (!QTest::qWaitFor([&] { return finished.size() == 1; }, 20000))
            QTest::qFail("the look never ended", __FILE__, __LINE__);
        return finished.front().front().toBool();
    }

    SystemClock m_clock;
};

QTEST_GUILESS_MAIN(tst_TestSeries)
#include "tst_TestSeries.moc"
