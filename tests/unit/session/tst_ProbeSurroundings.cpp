// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ScriptedSmtpServer.h"
#include "tests/support/SmtpSink.h"
#include "tests/unit/session/ProbeFixture.h"

#include <QTcpServer>

using namespace relaywright;
using namespace relaywright::test;

// Below and beside the conversation: names, addresses, other ports, versions of TLS, and an end at any time.

class tst_ProbeSurroundings : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void saysThatNothingListens();
    void saysThatTheServerIsSilent();
    void asksTheNameserverItWasGiven();
    void triesTheNextAddress();
    void saysWhatIsWrongWithTheName_data();
    void saysWhatIsWrongWithTheName();
    void cancelsAtOnce();
    void looksAtOtherPortsSideBySide();
    void triesEveryVersionOfTls();

private:
    TestCertificates m_certificates;
};

void tst_ProbeSurroundings::saysThatNothingListens()
{
    QTcpServer closed;
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    const std::uint16_t port = closed.serverPort();
    closed.close();
    const ProbeReport report = run(settingsFor(port));
    QCOMPARE(
        states(report),
        QStringLiteral("name=skipped address=ok tcp=failed banner=skipped ehlo=skipped tls=skipped sign-in=skipped "
                       "mail=skipped rcpt=skipped"));
    QVERIFY2(rung(report, "tcp").detail.contains(QLatin1String("refused")), qPrintable(rung(report, "tcp").detail));
    QCOMPARE(rung(report, "banner").detail, QStringLiteral("Not reached."));
    QCOMPARE(report.address, QString());
}

void tst_ProbeSurroundings::saysThatTheServerIsSilent()
{
    ScriptedSmtpServer server(QStringLiteral("SILENCE"));
    ProbeSettings settings = settingsFor(server.port());
    settings.patience = std::chrono::milliseconds(100);
    const ProbeReport report = run(settings);
    QVERIFY(rung(report, "tcp").state == ProbeRung::State::Ok);
    QVERIFY(rung(report, "banner").state == ProbeRung::State::Failed);
    QVERIFY2(rung(report, "banner").detail.contains(QLatin1String("no greeting")),
             qPrintable(rung(report, "banner").detail));
}

void tst_ProbeSurroundings::asksTheNameserverItWasGiven()
{
    ScriptedSmtpServer server(QStringLiteral("S: 220 mx\nC*\nS: 250 mx\nC: QUIT\nS: 221 bye\nEND"));
    WrittenDns dns;
    dns.answers[DnsType::A] = found("127.0.0.1");
    dns.answers[DnsType::Aaaa] = {.status = DnsAnswer::Status::NoData};
    const ProbeReport report = run(settingsFor(server.port(), "mx.example.com"), &dns);
    RELAYWRIGHT_VERIFY_SCRIPT(server);
    QCOMPARE(dns.asked, (QStringList{QStringLiteral("A mx.example.com"), QStringLiteral("AAAA mx.example.com")}));
    QVERIFY2(states(report).startsWith(QLatin1String("name=ok address=ok tcp=ok banner=ok")),
             qPrintable(states(report)));
    QCOMPARE(rung(report, "address").seen, QStringLiteral("127.0.0.1"));
}

void tst_ProbeSurroundings::triesTheNextAddress()
{
    ScriptedSmtpServer server(QStringLiteral("S: 220 mx\nC*\nS: 250 mx\nC: QUIT\nS: 221 bye\nEND"));
    WrittenDns dns; // 127.0.0.0/8 is all loopback on Linux, and only 127.0.0.1 listens; ::1 serves elsewhere
    dns.answers[DnsType::A] = found("127.0.0.1");
#ifdef Q_OS_LINUX
    dns.answers[DnsType::A].addresses.insert(dns.answers[DnsType::A].addresses.begin(),
                                             *IpAddress::parse(QStringLiteral("127.0.0.0")));
#else
    QSKIP("Only Linux has a second loopback address that comes before the first.");
#endif
    dns.answers[DnsType::Aaaa] = {.status = DnsAnswer::Status::NoData};
    const ProbeReport report = run(settingsFor(server.port(), "mx.example.com"), &dns);
    QVERIFY2(rung(report, "tcp").state == ProbeRung::State::Attention, qPrintable(states(report)));
    QCOMPARE(report.address, QStringLiteral("127.0.0.1"));
    QVERIFY2(rung(report, "tcp").detail.contains(QLatin1String("127.0.0.0")), qPrintable(rung(report, "tcp").detail));
}

void tst_ProbeSurroundings::saysWhatIsWrongWithTheName_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("detail");
    QTest::addColumn<QString>("failed");
    QTest::addColumn<QString>("words");
    QTest::newRow("unknown name") << static_cast<int>(DnsAnswer::Status::NoName) << QString() << QStringLiteral("name")
                                  << QStringLiteral("does not know the name mx.example.com");
    QTest::newRow("no address") << static_cast<int>(DnsAnswer::Status::NoData) << QString() << QStringLiteral("address")
                                << QStringLiteral("MX records");
    QTest::newRow("the nameserver is silent")
        << static_cast<int>(DnsAnswer::Status::TimedOut) << QStringLiteral("192.0.2.53 did not answer.")
        << QStringLiteral("name") << QStringLiteral("192.0.2.53 did not answer.");
}

void tst_ProbeSurroundings::saysWhatIsWrongWithTheName()
{
    QFETCH(int, status);
    QFETCH(QString, detail);
    QFETCH(QString, failed);
    QFETCH(QString, words);
    WrittenDns dns;
    dns.answers[DnsType::A] = {.status = static_cast<DnsAnswer::Status>(status), .detail = detail};
    dns.answers[DnsType::Aaaa] = dns.answers[DnsType::A];
    const ProbeReport report = run(settingsFor(25, "mx.example.com"), &dns);
    const ProbeRung wrong = rung(report, failed.toLatin1().constData());
    QVERIFY2(wrong.state == ProbeRung::State::Failed, qPrintable(states(report)));
    QVERIFY2(wrong.detail.contains(words), qPrintable(wrong.detail));
    QVERIFY(rung(report, "tcp").state == ProbeRung::State::Skipped);
}

void tst_ProbeSurroundings::cancelsAtOnce()
{
    ScriptedSmtpServer server(QStringLiteral("SILENCE"));
    Probe probe(settingsFor(server.port()));
    int finished = 0;
    ProbeReport report;
    connect(&probe, &Probe::finished, this, [&](const ProbeReport &done) {
        report = done;
        ++finished;
    });
    probe.start();
    QTRY_COMPARE(server.connectionCount(), 1);
    probe.cancel();
    QCOMPARE(finished, 1);
    QVERIFY(report.cancelled);
    QCOMPARE(report.rungs.size(), 9u);
    probe.cancel();
    QCOMPARE(finished, 1);

    WrittenDns dns;
    Probe asking(settingsFor(25, "mx.example.com"), &dns);
    connect(&asking, &Probe::finished, this, [&](const ProbeReport &) { ++finished; });
    asking.start();
    asking.cancel();
    QCOMPARE(finished, 2);
    QTest::qWait(0); // the answer that was under way goes nowhere
    QCOMPARE(finished, 2);
}

void tst_ProbeSurroundings::looksAtOtherPortsSideBySide()
{
    QTcpServer other, closed;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    const std::uint16_t refusing = closed.serverPort();
    closed.close();
    ProbeSettings settings = settingsFor(refusing);
    settings.mailPorts = {other.serverPort()};
    settings.webPort = other.serverPort();
    const ProbeReport report = run(settings);
    QVERIFY(rung(report, "tcp").state == ProbeRung::State::Failed);
    QVERIFY(report.webPort);
    QCOMPARE(toString(report.webPort->how), QStringLiteral("connected"));
    const auto asked = std::ranges::find(report.mailPorts, refusing, &PortSight::port);
    QVERIFY(asked != report.mailPorts.end());
    QCOMPARE(toString(asked->how), QStringLiteral("refused"));
    QVERIFY(report.judgement.blame == Blame::Server);

    settings.webPort = 0;
    settings.mailPorts = {other.serverPort(), refusing};
    const ProbeReport again = run(settings);
    QCOMPARE(again.mailPorts.size(), 2u);
    QVERIFY(again.judgement.blame == Blame::Server);
    QVERIFY2(again.judgement.sentence.contains(QString::number(other.serverPort())),
             qPrintable(again.judgement.sentence));
}

void tst_ProbeSurroundings::triesEveryVersionOfTls()
{
    SmtpSink sink({.tls = SmtpSink::Tls::StartTls, .identity = m_certificates.valid()});
    QVERIFY(sink.listen());
    ProbeSettings settings = settingsFor(sink.port());
    settings.tlsVersions = true;
    const ProbeReport report = run(settings);
    QCOMPARE(report.tlsVersions.size(), 4u);
    QVERIFY(!report.tlsVersions[0].accepted && !report.tlsVersions[1].accepted); // the test's server is of today
    QVERIFY(!report.tlsVersions[0].words.isEmpty());
    QVERIFY(report.tlsVersions[2].accepted && report.tlsVersions[3].accepted);
    QVERIFY(report.tlsVersions[3].words.startsWith(QLatin1String("TLS_")));
    QCOMPARE(sink.connectionCount(), 5);
    QVERIFY(!report.tls->chain.empty());
}

QTEST_GUILESS_MAIN(tst_ProbeSurroundings)
#include "tst_ProbeSurroundings.moc"
