// SPDX-License-Identifier: GPL-3.0-or-later
#include "RelayFixture.h"

#include "tests/integration/cli/Cli.h"
#include "tests/support/SmtpSink.h"

#include <QFileInfo>

using namespace relaywright;
using namespace relaywright::test;

namespace {

const QByteArray kMessage = "From: scanner@example.com\r\nSubject: asked for\r\n\r\nhello\r\n";

CliRun relayCli(const QStringList &arguments)
{
    return runCliServed(QStringList{QStringLiteral("relay"), QStringLiteral("--control"), QStringLiteral("test")}
                        + arguments);
}

CliRun relayJson(const QStringList &arguments)
{
    return runCliServed(QStringList{QStringLiteral("--json"), QStringLiteral("relay"), QStringLiteral("--control"),
                                    QStringLiteral("test")}
                        + arguments);
}

} // namespace

/// `relaywright-cli relay ...` against a running relay.
class tst_CommandLine : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void showsTheStory();
    void traces();
    void exports();
    void saysWhy();
    void resends();
    void listensToEvents();
    void saysWhoHasSent();
    void saysHowLongMessagesWaited();
    void saysWhenNoRelayRuns();

private:
    std::unique_ptr<SmtpSink> m_sink;
    std::unique_ptr<RelayFixture> m_relay;
};

void tst_CommandLine::init()
{
    m_sink = std::make_unique<SmtpSink>();
    QVERIFY(m_sink->listen());
    m_relay = std::make_unique<RelayFixture>();
    m_relay->setUpstream(m_sink->port());
    QVERIFY2(m_relay->start(), qPrintable(m_relay->problem));
}

void tst_CommandLine::cleanup()
{
    m_relay.reset();
    m_sink.reset();
}

void tst_CommandLine::showsTheStory()
{
    m_sink->answer("MESSAGE", "250 2.0.0 Ok: queued as CLOUD9");
    const QString id = m_relay->send(kMessage).id();
    QTRY_COMPARE(m_relay->status().delivered, 1u);
    const CliRun human = relayCli({QStringLiteral("show"), id});
    QCOMPARE(human.exitCode, 0);
    for (const char *part :
         {"there as CLOUD9", "device    device: MAIL FROM:<scanner@example.com>", "queue     delivered",
          "upstream  relay: MAIL FROM", "upstream  smart host: 250 2.0.0 Ok: queued as CLOUD9"})
        QVERIFY2(human.out.contains(part), human.out.constData());
    const CliRun json = relayJson({QStringLiteral("show"), id});
    QCOMPARE(json.json()[QStringLiteral("schema")].toString(), QStringLiteral("relaywright.relay-message/1"));
    QVERIFY(json.json()[QStringLiteral("timeline")].toArray().size() > 10);
    QVERIFY(json.json()[QStringLiteral("events")].toArray().size() == 2);
    QCOMPARE(relayCli({QStringLiteral("show"), QStringLiteral("K3F9000001A")}).exitCode, 1);
}

void tst_CommandLine::traces()
{
    for (int i = 0; i < 3; ++i)
        QVERIFY(m_relay->send(kMessage, {QStringLiteral("r%1@example.com").arg(i)})
                    .reply()
                    .startsWith(QStringLiteral("250")));
    QTRY_COMPARE(m_relay->status().delivered, 3u);
    const CliRun human = relayCli({QStringLiteral("trace"), QStringLiteral("--to"), QStringLiteral("r1@")});
    QCOMPARE(human.exitCode, 0);
    QVERIFY2(human.out.count('\n') == 1 && human.out.contains("delivered") && human.out.contains("r1@example.com"),
             human.out.constData());
    const CliRun json = relayJson({QStringLiteral("trace"), QStringLiteral("--limit"), QStringLiteral("2"),
                                   QStringLiteral("--since"), QStringLiteral("2020-01-01")});
    QCOMPARE(json.json()[QStringLiteral("messages")].toArray().size(), 2);
    QVERIFY(!json.json()[QStringLiteral("next")].toString().isEmpty());
    const CliRun nothing = relayCli({QStringLiteral("trace"), QStringLiteral("--from"), QStringLiteral("nobody@")});
    QCOMPARE(nothing.exitCode, 1);
    QVERIFY(nothing.out.contains("No message fits."));
    QCOMPARE(relayCli({QStringLiteral("trace"), QStringLiteral("--since"), QStringLiteral("yesterday")}).exitCode, 3);
    QCOMPARE(relayCli({QStringLiteral("trace"), QStringLiteral("--state"), QStringLiteral("lost")}).exitCode, 2);
}

void tst_CommandLine::exports()
{
    QVERIFY(m_relay->ask(QStringLiteral("pause")));
    const QByteArray large = kMessage + QByteArray(500'000, 'x') + "\r\n";
    const QString id = m_relay->send(large).id();
    const QString file = m_relay->folder() + QStringLiteral("/out.eml");
    const CliRun run = relayJson({QStringLiteral("export"), id, QStringLiteral("--out"), file});
    QVERIFY2(run.exitCode == 0, run.err.constData());
    QFile exported(file);
    QVERIFY(exported.open(QIODevice::ReadOnly));
    const QByteArray octets = exported.readAll();
    QVERIFY(octets.startsWith("Received: ") && octets.endsWith(large));
    QCOMPARE(run.json()[QStringLiteral("size")].toInteger(), octets.size());
    QVERIFY(!(QFileInfo(file).permissions() & (QFile::ReadGroup | QFile::ReadOther)));
    QCOMPARE(relayCli({QStringLiteral("export"), id}).out, octets);
    QCOMPARE(relayJson({QStringLiteral("export"), id}).exitCode, 2);
    QCOMPARE(relayCli({QStringLiteral("export"), id, QStringLiteral("--out"),
                       m_relay->folder() + QStringLiteral("/no/such/folder")})
                 .exitCode,
             4);
}

void tst_CommandLine::saysWhy()
{
    QVERIFY(m_relay->ask(QStringLiteral("pause")));
    const QString id = m_relay->send(kMessage).id();
    const CliRun human =
        relayCli({QStringLiteral("why"), id, QStringLiteral("--server"), QStringLiteral("other.example.com:25")});
    QCOMPARE(human.exitCode, 0);
    QVERIFY2(human.out.contains("Delivery is paused") && human.out.contains("- Resume delivery: ")
                 && human.out.contains("- Use other.example.com:25"),
             human.out.constData());
    QCOMPARE(relayJson({QStringLiteral("why"), id}).json()[QStringLiteral("schema")].toString(),
             QStringLiteral("relaywright.relay-why/1"));
}

void tst_CommandLine::resends()
{
    QVERIFY(m_relay->ask(QStringLiteral("pause")));
    const QString id = m_relay->send(kMessage).id();
    QVERIFY(m_relay->ask(QStringLiteral("hold"), {{QStringLiteral("id"), id}}));
    QVERIFY(m_relay->ask(QStringLiteral("resume")));
    QCOMPARE(relayCli({QStringLiteral("resend"), id}).exitCode, 0);
    QTRY_COMPARE(m_relay->status().delivered, 1u);
    const CliRun gone = relayCli({QStringLiteral("resend"), id});
    QCOMPARE(gone.exitCode, 1);
    QVERIFY2(gone.err.contains("was delivered"), gone.err.constData());
}

void tst_CommandLine::listensToEvents()
{
    QCOMPARE(relayJson({QStringLiteral("events")}).exitCode, 2);
    QCOMPARE(relayCli({QStringLiteral("events"), QStringLiteral("--severity"), QStringLiteral("loud")}).exitCode, 3);
    // What it waits for happens again and again until it is heard: nothing tells when it listens.
    QTimer again;
    int sent = 0;
    connect(&again, &QTimer::timeout, this,
            [&] { (void)m_relay->ask(sent++ % 2 == 0 ? QStringLiteral("pause") : QStringLiteral("resume")); });
    again.start(300);
    const CliRun run = relayJson({QStringLiteral("events"), QStringLiteral("--count"), QStringLiteral("2")});
    again.stop();
    QVERIFY2(run.exitCode == 0, run.err.constData());
    const QJsonArray events = run.json()[QStringLiteral("events")].toArray();
    QCOMPARE(events.size(), 2);
    QCOMPARE(events[0][u"event"].toString(), QStringLiteral("operator"));
}

void tst_CommandLine::saysWhoHasSent()
{
    QVERIFY(relayCli({QStringLiteral("sources")}).out.contains("Nobody has sent yet."));
    QVERIFY(m_relay->send(kMessage).reply().startsWith(QLatin1String("250")));
    QTRY_VERIFY(!relayJson({QStringLiteral("sources")}).json()[QStringLiteral("sources")].toArray().isEmpty());
    const CliRun human = relayCli({QStringLiteral("sources")});
    QCOMPARE(human.exitCode, 0);
    QVERIFY2(human.out.startsWith("127.0.0.1 (no row), last seen "), human.out.constData());
    QVERIFY2(human.out.contains("    It says EHLO, as device.example.com.\n"), human.out.constData());
    QVERIFY2(human.out.contains("    Its messages lack Date, Message-ID.\n"), human.out.constData());
    const QJsonObject json = relayJson({QStringLiteral("sources")}).json();
    QCOMPARE(json[QStringLiteral("schema")].toString(), QStringLiteral("relaywright.relay-sources/1"));
    QCOMPARE(json[QStringLiteral("sources")][0][QStringLiteral("headerFrom")].toArray(),
             QJsonArray{QStringLiteral("scanner@example.com")});
}

void tst_CommandLine::saysHowLongMessagesWaited()
{
    m_relay.reset();
    FakeClock clock(SystemClock().now());
    RelayFixture relay;
    relay.clock = &clock;
    relay.setUpstream(m_sink->port());
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    QVERIFY(!relayCli({QStringLiteral("status")}).out.contains("waited"));
    QVERIFY(relay.ask(QStringLiteral("pause")));
    QVERIFY(relay.send(kMessage).reply().startsWith(QStringLiteral("250")));
    clock.advance(std::chrono::seconds(90));
    QVERIFY(relay.ask(QStringLiteral("resume")));
    QTRY_COMPARE(relay.status().delivered, 1u);
    const CliRun human = relayCli({QStringLiteral("status")});
    // Between one minute and five.
    QVERIFY2(human.out.contains("half of its 1 delivered messages waited less than 180 s, 95 of 100 less than 288 s"),
             human.out.constData());
    const QJsonValue latency = relayJson({QStringLiteral("status")}).json()[u"routes"][0][u"latency"];
    QCOMPARE(latency.toObject(), (QJsonObject{{QStringLiteral("messages"), 1},
                                              {QStringLiteral("p50Ms"), 180'000},
                                              {QStringLiteral("p95Ms"), 288'000}}));
}

void tst_CommandLine::saysWhenNoRelayRuns()
{
    m_relay->stop();
    for (const char *command :
         {"show K3F9000001A", "why K3F9000001A", "trace", "export K3F9000001A", "resend K3F9000001A", "events"}) {
        const CliRun run = relayCli(words(command));
        QCOMPARE(run.exitCode, 4);
        QVERIFY2(run.err.contains("No relay \"test\""), run.err.constData());
    }
}

QTEST_GUILESS_MAIN(tst_CommandLine)
#include "tst_CommandLine.moc"
