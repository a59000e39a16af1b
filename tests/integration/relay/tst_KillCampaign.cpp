// SPDX-License-Identifier: GPL-3.0-or-later
//
// Kills relaywrightd under load at random moments, starts it again, and looks at the smart host's end whether every message
// that got its 250 arrived: by itself, with a smart host that refuses and drops, on a disk that fails, and with a clock that
// jumps. Ten kills of each in the suite; the long form is
//
//     QTEST_FUNCTION_TIMEOUT=7200000 RELAYWRIGHT_KILLS=500 build/release/tests/tst_integration_relay_KillCampaign
//
// A message may arrive twice only where the kill fell between the smart host's final 250 and the relay's commit of it: both
// copies then carry the same queue id, and the relay's journal knows of one delivery, the second one; or where the line broke
// behind the final dot, and the journal says so. Everything else that arrives twice, and everything that was acknowledged and
// neither arrives nor is reported to its sender, fails the test; unless the smart host refused the report as well, and the
// journal says so. The figures are printed.
#include "Campaign.h"

#include "core/relay/Control.h"
#include "tests/support/FaultSwitch.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <limits>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

constexpr int kDevices = 8;

int anyBelow(int limit)
{
    return QRandomGenerator::global()->bounded(limit);
}

/// What is out of order besides the kills.
struct Trouble {
    bool smartHost = false;
    bool disk = false;
    bool clock = false;
};

} // namespace

Q_DECLARE_METATYPE(Trouble)

class tst_KillCampaign : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyAcknowledgedMessageArrives_data();
    void everyAcknowledgedMessageArrives();

private:
    void writeConfiguration(std::uint16_t smartHost);
    void startRelay(const FaultSwitch &faults);
    void makeTrouble(const Trouble &trouble, SmtpSink &sink, FaultSwitch &faults);
    Result<RelayStatus> status();
    void retry();
    /// Until the queue is empty; answers what is left when it does not get so.
    std::uint64_t drain();

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<QProcess> m_relay;
    std::uint16_t m_port = 0;
};

void tst_KillCampaign::writeConfiguration(std::uint16_t smartHost)
{
    const QJsonObject config{
        {QStringLiteral("schema"), QStringLiteral("relaywright.relay/1")},
        {QStringLiteral("name"), QStringLiteral("kill")},
        {QStringLiteral("spoolFolder"), m_dir->filePath(QStringLiteral("spool"))},
        {QStringLiteral("minFreeOctets"), 0},
        {QStringLiteral("listeners"),
         QJsonArray{QJsonObject{{QStringLiteral("listen"), QStringLiteral("127.0.0.1:0")},
                                {QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")}},
                                {QStringLiteral("startTls"), false}}}},
        {QStringLiteral("upstream"),
         QJsonObject{{QStringLiteral("server"), QStringLiteral("127.0.0.1:%1").arg(smartHost)},
                     {QStringLiteral("tls"), QStringLiteral("none")},
                     {QStringLiteral("maxMessagesPerMinute"), 1'000'000},
                     {QStringLiteral("maxRecipientsPerDay"), 100'000'000}}}};
    QFile file(m_dir->filePath(QStringLiteral("relay.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QJsonDocument(config).toJson());
}

void tst_KillCampaign::startRelay(const FaultSwitch &faults)
{
    m_relay = std::make_unique<QProcess>();
    faults.loadInto(*m_relay);
    m_relay->setStandardErrorFile(m_dir->filePath(QStringLiteral("relay.log")), QIODevice::Append);
    m_relay->start(QStringLiteral(RELAYWRIGHT_BIN_DIR "/relaywrightd"),
                   {m_dir->filePath(QStringLiteral("relay.json"))});
    QByteArray line;
    const bool began = QTest::qWaitFor(
        [&] {
            line += m_relay->readAllStandardOutput();
            return line.contains('\n') || m_relay->state() == QProcess::NotRunning;
        },
        20'000);
    QFile log(m_dir->filePath(QStringLiteral("relay.log")));
    (void)log.open(QIODevice::ReadOnly);
    QVERIFY2(began && line.contains('\n'), log.readAll().right(2000).constData());
    m_port = line.trimmed().split(':').last().toUShort();
    QVERIFY(m_port != 0);
}

void tst_KillCampaign::makeTrouble(const Trouble &trouble, SmtpSink &sink, FaultSwitch &faults)
{
    if (trouble.smartHost) {
        static const std::pair<const char *, const char *> kFaults[] = {
            {"MAIL", "451 4.3.0 Later"},  {"RCPT", "450 4.2.1 Later"},
            {"RCPT", "550 5.1.1 Nobody"}, {"RCPT", "550 5.1.1 Nobody"},
            {"RCPT", "550 5.1.1 Nobody"}, {"DATA", "421 4.3.2 Busy"},
            {"MESSAGE", "drop"},          {"MESSAGE", "452 4.3.1 Full"},
            {"MESSAGE", "554 5.6.0 No"},  {"MAIL", "drop"},
            {"MESSAGE", "silence"}};
        const int which = anyBelow(std::ssize(kFaults) + 1);
        if (which < std::ssize(kFaults))
            sink.answer(kFaults[which].first, kFaults[which].second);
        else
            sink.dropConnections();
    }
    if (trouble.disk) {
        faults.repair();
        switch (anyBelow(4)) {
        case 0: faults.failWrites(ENOSPC, 300); break;
        case 1: faults.failFlushes(EIO, 300); break;
        case 2: faults.failWrites(EIO, 50); break;
        default: break; // well for a while
        }
    }
    if (trouble.clock)
        faults.setClock(std::chrono::minutes(anyBelow(12 * 60) - 6 * 60));
}

Result<RelayStatus> tst_KillCampaign::status()
{
    ControlClient client(QStringLiteral("kill"));
    std::optional<Result<RelayStatus>> answer;
    client.status(&client, [&](const Result<RelayStatus> &result) { answer = result; });
    (void)QTest::qWaitFor([&] { return answer.has_value(); }, 10'000);
    return answer.value_or(failure(ErrorKind::Timeout, QStringLiteral("no answer")));
}

void tst_KillCampaign::retry()
{
    ControlClient client(QStringLiteral("kill"));
    bool answered = false;
    client.request(QStringLiteral("retry"), {}, &client, [&](const Result<QJsonObject> &) { answered = true; });
    (void)QTest::qWaitFor([&] { return answered; }, 10'000);
}

std::uint64_t tst_KillCampaign::drain()
{
    constexpr qint64 kPatience = 120'000; // ms without any that goes: a long campaign leaves tens of thousands
    std::uint64_t queued = 1;
    std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
    QElapsedTimer sinceProgress;
    for (sinceProgress.start(); queued > 0 && sinceProgress.elapsed() < kPatience;) {
        retry(); // what was put off by minutes need not be waited for
        const auto isEmpty = [&] {
            if (const auto now = status()) {
                queued = now->queued;
                if (queued < least)
                    sinceProgress.restart();
                least = std::min(least, queued);
            }
            return queued == 0;
        };
        (void)QTest::qWaitFor(isEmpty, 2000);
    }
    return queued;
}

void tst_KillCampaign::everyAcknowledgedMessageArrives_data()
{
    QTest::addColumn<Trouble>("trouble");
    QTest::newRow("kills alone") << Trouble{};
    QTest::newRow("a smart host that refuses and drops") << Trouble{.smartHost = true};
    QTest::newRow("a disk that fails") << Trouble{.disk = true};
    QTest::newRow("a clock that jumps") << Trouble{.clock = true};
}

void tst_KillCampaign::everyAcknowledgedMessageArrives()
{
    QFETCH(Trouble, trouble);
    const int asked = qEnvironmentVariableIntValue("RELAYWRIGHT_KILLS");
    const int kills = asked > 0 ? asked : 10;
    m_dir = std::make_unique<QTemporaryDir>();
    qputenv("XDG_RUNTIME_DIR", m_dir->path().toUtf8());
    FaultSwitch faults(m_dir->filePath(QStringLiteral("faults")));
    QVERIFY(faults.isReady());
    SmtpSink sink;
    QVERIFY(sink.listen());
    Arrivals arrivals(sink);
    writeConfiguration(sink.port());

    AllAcknowledged acknowledged;
    std::vector<std::unique_ptr<CampaignDevice>> devices;
    for (int i = 0; i < kDevices; ++i)
        devices.push_back(std::make_unique<CampaignDevice>(i, acknowledged));
    QTimer chaos;
    connect(&chaos, &QTimer::timeout, this, [&] { makeTrouble(trouble, sink, faults); });
    std::vector<qint64> restarts;
    for (int kill = 0; kill < kills; ++kill) {
        startRelay(faults);
        for (const auto &device : devices)
            device->connectTo(m_port);
        chaos.start(40ms);
        QTest::qWait(50 + anyBelow(950)); // the moment is what is tested
        chaos.stop();
        m_relay->kill();
        QVERIFY(m_relay->waitForFinished());
        faults.repair();
        sink.clearAnswers();
        QVERIFY2(QTest::qWaitFor([&] { return std::ranges::all_of(devices, &CampaignDevice::isQuiet); }, 10'000),
                 "a device hangs");
        sink.dropConnections(); // of those that had no answer
        QVERIFY(QTest::qWaitFor([&] { return sink.openConnections() == 0; }, 10'000));
        restarts.push_back(arrivals.elapsed());
    }
    faults.setClock(0s);
    startRelay(faults);
    QCOMPARE(drain(), 0u);
    QTest::qWait(1000); // for copies that must not come
    m_relay->terminate();
    QVERIFY(m_relay->waitForFinished(20'000));
    QCOMPARE(m_relay->exitCode(), 0);

    auto spool = Database::open(m_dir->filePath(QStringLiteral("spool/spool.sqlite")));
    QVERIFY(spool);
    const Repeated repeated = repeatedOf(arrivals, restarts, *spool);
    QByteArrayList lost;
    int reportsRefused = 0;
    for (const auto &[token, one] : acknowledged) {
        if (arrivals.isSettled(token))
            continue;
        if (isReportRefused(*spool, one.queueId))
            ++reportsRefused;
        else
            lost += token + " as " + one.queueId;
    }
    int refusals = 0;
    for (const auto &device : devices)
        refusals += device->refusals();
    qInfo("%s, %d kills: %zu acknowledged, %d refused, %zu arrived, %lld reported to the sender, %d reports "
          "refused, %lld lost, %lld calls failed; %d arrived twice in the window of the contract, %d in doubt, %lld "
          "otherwise%s",
          QTest::currentDataTag(), kills, acknowledged.size(), refusals, arrivals.copies.size(),
          static_cast<long long>(arrivals.reported.size()), reportsRefused, static_cast<long long>(lost.size()),
          static_cast<long long>(faults.failed()), repeated.inWindow, repeated.inDoubt,
          static_cast<long long>(repeated.unexplained.size()),
          repeated.unexplained.join("; ").prepend(repeated.unexplained.isEmpty() ? "" : ": ").constData());
    QVERIFY2(acknowledged.size() > static_cast<std::size_t>(kills), "there was no load");
    QVERIFY2(!trouble.disk || (faults.failed() > 0 && refusals > 0), "the disk did not fail");
    QVERIFY2(!trouble.smartHost || !arrivals.reported.isEmpty(), "the smart host refused nothing");
    QCOMPARE(lost, QByteArrayList());
    QCOMPARE(repeated.unexplained, QByteArrayList());
    for (const auto &[token, expected] : acknowledged) {
        for (const Arrivals::Copy &copy : arrivals.copies[token])
            QVERIFY2(copy.sum == expected.sum, token.constData()); // to the octet
    }
}

QTEST_GUILESS_MAIN(tst_KillCampaign)
#include "tst_KillCampaign.moc"
