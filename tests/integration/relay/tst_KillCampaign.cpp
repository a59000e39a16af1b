// SPDX-License-Identifier: GPL-3.0-or-later
//
// Kills relaywrightd under load at random moments, starts it again, and looks at the smart host's end whether every message
// that got its 250 arrived. Ten kills in the suite; the long form is
//
//     RELAYWRIGHT_KILLS=50 build/release/tests/tst_integration_relay_KillCampaign
//
// A message may arrive twice only where the kill fell between the smart host's final 250 and the relay's commit of it: both
// copies then carry the same queue id, and the relay's journal knows of one delivery, the second one. Everything else that
// arrives twice, and everything that was acknowledged and does not arrive, fails the test. The figures are printed.
#include "core/relay/Database.h"
#include "core/relay/QueueId.h"
#include "tests/support/SmtpSink.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QRandomGenerator>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <map>

using namespace relaywright;
using namespace relaywright::test;

namespace {

constexpr int kDevices = 8;

struct Copy {
    QByteArray queueId; ///< from our Received field
    qint64 at = 0;      ///< ms since the start
    QByteArray sum;     ///< of the message below our Received field
};

QByteArray sum(const QByteArray &message)
{
    return QCryptographicHash::hash(message, QCryptographicHash::Sha256);
}

/// Deliveries of a message that the relay committed.
std::int64_t committedDeliveries(Database &spool, const QByteArray &queueId)
{
    const auto id = QueueId::parse(QString::fromLatin1(queueId));
    auto statement = spool.prepare("SELECT COUNT(*) FROM journal WHERE seq = ? AND kind = 2");
    if (!id || !statement || statement->bind(1, static_cast<std::int64_t>(id->sequence())).step() != Statement::Step::Row)
        return -1;
    return statement->integer(0);
}

/// One device: sends numbered messages one after another, over new connections whenever one breaks, and notes which got
/// their 250.
class Device : public QObject {
public:
    /// `acknowledged` receives token and checksum of each message that got its 250.
    Device(int number, std::map<QByteArray, QByteArray> &acknowledged) : m_number(number), m_acknowledged(acknowledged)
    {
        connect(&m_socket, &QTcpSocket::readyRead, this, [this] { read(); });
        connect(&m_socket, &QTcpSocket::disconnected, this, [this] { m_step = -1; });
    }

    void connectTo(std::uint16_t port)
    {
        m_socket.abort();
        m_step = 0;
        m_socket.connectToHost(QStringLiteral("127.0.0.1"), port);
    }
    void rest() { m_resting = true; }
    [[nodiscard]] bool isQuiet() const { return m_step < 0; }

private:
    void read()
    {
        while (m_socket.canReadLine()) {
            const QByteArray line = m_socket.readLine();
            if (line.size() > 3 && line[3] == ' ')
                onReply(line);
        }
    }

    void onReply(const QByteArray &line)
    {
        if (!line.startsWith('2') && !line.startsWith('3'))
            return m_socket.abort();
        switch (m_step++) {
        case 0: return say("EHLO device.example.com");
        case 1: return say("MAIL FROM:<device@example.com>");
        case 2: return say("RCPT TO:<b@example.com>");
        case 3: return say("DATA");
        case 4:
            m_token = "token-" + QByteArray::number(m_number) + '-' + QByteArray::number(++m_count) + "-end";
            // Every tenth is large enough for a file of its own.
            m_message = "Subject: " + m_token + "\r\n\r\n" + QByteArray("0123456789\r\n").repeated(m_count % 10 == 0 ? 12'000 : 20);
            return say(m_message + '.');
        default:
            m_acknowledged[m_token] = sum(m_message);
            m_step = 2;
            if (m_resting)
                return m_socket.abort();
            return say("MAIL FROM:<device@example.com>");
        }
    }

    void say(const QByteArray &line) { m_socket.write(line + "\r\n"); }

    int m_number;
    std::map<QByteArray, QByteArray> &m_acknowledged;
    QTcpSocket m_socket;
    QByteArray m_token;
    QByteArray m_message;
    int m_step = -1;
    int m_count = 0;
    bool m_resting = false;
};

} // namespace

class tst_KillCampaign : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyAcknowledgedMessageArrives();

private:
    void startRelay();

    QTemporaryDir m_dir;
    QProcess m_relay;
    std::uint16_t m_port = 0;
};

void tst_KillCampaign::startRelay()
{
    m_relay.start(QStringLiteral(RELAYWRIGHT_BIN_DIR "/relaywrightd"), {m_dir.filePath(QStringLiteral("relay.json"))});
    QByteArray line;
    QVERIFY2(QTest::qWaitFor([&] { line += m_relay.readAllStandardOutput(); return line.contains('\n'); }, 20'000),
             m_relay.readAllStandardError().constData());
    m_port = line.trimmed().split(':').last().toUShort();
    QVERIFY(m_port != 0);
}

void tst_KillCampaign::everyAcknowledgedMessageArrives()
{
    const int asked = qEnvironmentVariableIntValue("RELAYWRIGHT_KILLS");
    const int kills = asked > 0 ? asked : 10;
    qputenv("XDG_RUNTIME_DIR", m_dir.path().toUtf8());
    SmtpSink sink;
    QVERIFY(sink.listen());
    QElapsedTimer clock;
    clock.start();
    std::map<QByteArray, std::vector<Copy>> arrivals;
    connect(&sink, &SmtpSink::messageStored, this, [&] {
        const QByteArray &data = sink.messages().back().data;
        const qsizetype at = data.indexOf("token-");
        const qsizetype id = data.indexOf(" id ") + 4;
        arrivals[data.mid(at, data.indexOf("-end", at) + 4 - at)].push_back({data.mid(id, data.indexOf(';', id) - id), clock.elapsed(), sum(data.mid(data.indexOf("Subject: ")))});
    });
    const QJsonObject config{
        {QStringLiteral("schema"), QStringLiteral("relaywright.relay/1")},
        {QStringLiteral("name"), QStringLiteral("kill")},
        {QStringLiteral("spoolFolder"), m_dir.filePath(QStringLiteral("spool"))},
        {QStringLiteral("minFreeOctets"), 0},
        {QStringLiteral("listeners"), QJsonArray{QJsonObject{{QStringLiteral("listen"), QStringLiteral("127.0.0.1:0")},
                                                             {QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")}},
                                                             {QStringLiteral("startTls"), false}}}},
        {QStringLiteral("upstream"), QJsonObject{{QStringLiteral("server"), QStringLiteral("127.0.0.1:%1").arg(sink.port())},
                                                 {QStringLiteral("tls"), QStringLiteral("none")},
                                                 {QStringLiteral("maxMessagesPerMinute"), 1'000'000},
                                                 {QStringLiteral("maxRecipientsPerDay"), 100'000'000}}}};
    QFile file(m_dir.filePath(QStringLiteral("relay.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QJsonDocument(config).toJson());
    file.close();

    std::map<QByteArray, QByteArray> acknowledged;
    std::vector<std::unique_ptr<Device>> devices;
    for (int i = 0; i < kDevices; ++i)
        devices.push_back(std::make_unique<Device>(i, acknowledged));
    std::vector<qint64> restarts; // what a relay sent before it was killed came in before them, what the next one sent after
    for (int kill = 0; kill < kills; ++kill) {
        startRelay();
        for (const auto &device : devices)
            device->connectTo(m_port);
        QTest::qWait(QRandomGenerator::global()->bounded(50, 1000)); // the moment is what is tested
        m_relay.kill();
        QVERIFY(m_relay.waitForFinished());
        QVERIFY2(QTest::qWaitFor([&] { return std::ranges::all_of(devices, &Device::isQuiet); }, 10'000), "a device hangs");
        QVERIFY(QTest::qWaitFor([&] { return sink.openConnections() == 0; }, 10'000));
        restarts.push_back(clock.elapsed());
    }
    startRelay();
    const auto missing = [&] {
        return std::ranges::count_if(acknowledged, [&](const auto &one) { return !arrivals.contains(one.first); });
    };
    (void)QTest::qWaitFor([&] { return missing() == 0; }, 300'000);
    QTest::qWait(1000); // for copies that must not come
    m_relay.terminate();
    QVERIFY(m_relay.waitForFinished(20'000));
    QCOMPARE(m_relay.exitCode(), 0);

    auto spool = Database::open(m_dir.filePath(QStringLiteral("spool/spool.sqlite")));
    QVERIFY(spool);
    int inWindow = 0;
    QByteArrayList unexplained;
    for (const auto &[token, copies] : arrivals) {
        if (copies.size() == 1)
            continue;
        const bool sameMessage = std::ranges::all_of(copies, [&](const Copy &copy) { return copy.queueId == copies[0].queueId; });
        bool killedBetween = true; // each copy but the last was cut off by a kill
        for (std::size_t i = 0; i + 1 < copies.size(); ++i) {
            const auto restart = std::ranges::lower_bound(restarts, copies[i].at);
            killedBetween = killedBetween && restart != restarts.end() && *restart <= copies[i + 1].at;
        }
        if (sameMessage && killedBetween && committedDeliveries(*spool, copies[0].queueId) == 1)
            ++inWindow;
        else
            unexplained.push_back(token + " as " + copies[0].queueId + (sameMessage ? "" : ", two messages") + (killedBetween ? "" : ", no kill between"));
    }
    qInfo("%d kills: %zu acknowledged, %zu arrived, %td lost, %d arrived twice in the window of the contract, %lld otherwise%s", kills,
          acknowledged.size(), arrivals.size(), missing(), inWindow, static_cast<long long>(unexplained.size()),
          unexplained.join("; ").prepend(unexplained.isEmpty() ? "" : ": ").constData());
    QVERIFY2(acknowledged.size() > static_cast<std::size_t>(kills), "there was no load");
    QCOMPARE(missing(), std::ptrdiff_t(0));
    QCOMPARE(unexplained, QByteArrayList());
    for (const auto &[token, expected] : acknowledged) {
        for (const Copy &copy : arrivals[token])
            QVERIFY2(copy.sum == expected, token.constData()); // to the octet
    }
}

QTEST_GUILESS_MAIN(tst_KillCampaign)
#include "tst_KillCampaign.moc"
