// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/Resolver.h"
#include "core/session/Probe.h"
#include "tests/support/ScriptedSmtpServer.h"
#include "tests/support/SmtpSink.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpServer>
#include <QTest>

#include <map>

using namespace relaywright;
using namespace relaywright::test;

namespace {

/// Answers what the test wrote down, through the event loop.
class WrittenDns final : public DnsClient {
public:
    std::map<DnsType, DnsAnswer> answers;
    QStringList asked;

    void ask(const QString &name, DnsType type, QObject *context, std::function<void(const DnsAnswer &)> done) override
    {
        asked += toString(type) + u' ' + name;
        QMetaObject::invokeMethod(
            context, [done = std::move(done), answer = answers[type]] { done(answer); }, Qt::QueuedConnection);
    }
    std::optional<DnsAnswer> known(const QString &, DnsType) override { return std::nullopt; }
};

DnsAnswer found(const char *address)
{
    return {.status = DnsAnswer::Status::Found, .addresses = {*IpAddress::parse(QString::fromUtf8(address))}};
}

ProbeSettings settingsFor(std::uint16_t port, const char *host = "127.0.0.1")
{
    ProbeSettings settings{.server = {*Host::parse(QString::fromUtf8(host)), port}};
    settings.ehloName = "probe.example";
    settings.patience = std::chrono::seconds(5);
    settings.connectPatience = std::chrono::seconds(5);
    settings.mailPorts.clear(); // the scripts have one connection each
    settings.webPort = 0;
    settings.tlsVersions = false;
    return settings;
}

QString states(const ProbeReport &report)
{
    QStringList words;
    for (const ProbeRung &rung : report.rungs)
        words += rung.id + u'=' + toString(rung.state);
    return words.join(u' ');
}

ProbeRung rung(const ProbeReport &report, const char *id)
{
    for (const ProbeRung &rung : report.rungs) {
        if (rung.id == QLatin1String(id))
            return rung;
    }
    return {};
}

} // namespace

class tst_Probe : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void climbsTheWholeLadderWithStartTls();
    void asksForTheRecipientAndStopsBeforeTheMessage();
    void stopsAfterMailWhenNoRecipientIsGiven();
    void tellsRefusals_data();
    void tellsRefusals();
    void noticesWhatIsNotGood_data();
    void noticesWhatIsNotGood();
    void speaksTlsFirstWhereItIsImplicit();
    void saysThatNothingListens();
    void saysThatTheServerIsSilent();
    void asksTheNameserverItWasGiven();
    void triesTheNextAddress();
    void saysWhatIsWrongWithTheName_data();
    void saysWhatIsWrongWithTheName();
    void cancelsAtOnce();
    void sendsNothingSecretAndNoMessage();
    void looksAtOtherPortsSideBySide();
    void triesEveryVersionOfTls();
    void signsInWhereItIsAskedTo();
    void signsInNowhereWithAFaultyCertificate();
    void stopsAfterTheRungItWasTold_data();
    void stopsAfterTheRungItWasTold();
    void countsTheDaysOfTheCertificate();
    void writesJson();

private:
    ProbeReport run(const ProbeSettings &settings, DnsClient *dns = nullptr)
    {
        Probe probe(settings, dns);
        std::optional<ProbeReport> report;
        QStringList live;
        connect(&probe, &Probe::rungDone, this, [&](const ProbeRung &rung) { live += rung.id; });
        connect(&probe, &Probe::finished, this, [&](const ProbeReport &done) { report = done; });
        probe.start();
        if (!QTest::qWaitFor([&] { return report.has_value(); }, 15'000))
            QTest::qFail("the probe never finished", __FILE__, __LINE__);
        if (live.size() != 9)
            QTest::qFail("not every rung was told as it was climbed", __FILE__, __LINE__);
        return report.value_or(ProbeReport{});
    }

    TestCertificates m_certificates;
};

void tst_Probe::climbsTheWholeLadderWithStartTls()
{
    ScriptedSmtpServer server(QStringLiteral(R"(
        S: 220 mx.example.com ESMTP ready
        C: EHLO probe.example
        S: 250-mx.example.com
        S: 250-SIZE 1000000
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        TLS
        C: EHLO probe.example
        S: 250-mx.example.com
        S: 250-8BITMIME
        S: 250 AUTH LOGIN XOAUTH2
        C: QUIT
        S: 221 bye
        END)"),
                              m_certificates.valid());
    ProbeSettings settings = settingsFor(server.port());
    settings.caCertificatesPem = m_certificates.authorityPem();
    const ProbeReport report = run(settings);
    RELAYWRIGHT_VERIFY_SCRIPT(server);
    QCOMPARE(
        states(report),
        QStringLiteral("name=skipped address=ok tcp=ok banner=ok ehlo=ok tls=ok sign-in=ok mail=skipped rcpt=skipped"));
    QCOMPARE(report.address, QStringLiteral("127.0.0.1"));
    QCOMPARE(rung(report, "banner").seen, QStringLiteral("220 mx.example.com ESMTP ready"));
    QVERIFY(rung(report, "tls").seen.startsWith(QLatin1String("TLSv1.")));
    QCOMPARE(rung(report, "sign-in").seen, QStringLiteral("LOGIN XOAUTH2"));
    QCOMPARE(rung(report, "rcpt").detail, QStringLiteral("Not asked for."));
    QVERIFY(report.beforeTls && report.beforeTls->startTls && report.beforeTls->authMechanisms.isEmpty());
    QVERIFY(report.afterTls && report.afterTls->eightBitMime);
    QVERIFY(report.state() == ProbeRung::State::Ok);
}

void tst_Probe::asksForTheRecipientAndStopsBeforeTheMessage()
{
    ScriptedSmtpServer server(QStringLiteral(R"(
        S: 220 mx.example.com
        C: EHLO probe.example
        S: 250 mx.example.com
        C~ MAIL FROM:<a@example.com>.*
        S: 250 2.1.0 sender ok
        C: RCPT TO:<b@example.net>
        S: 250 2.1.5 recipient ok
        C: QUIT
        S: 221 bye
        END)"));
    ProbeSettings settings = settingsFor(server.port());
    settings.from = *EmailAddress::parse(QStringLiteral("a@example.com"));
    settings.to = *EmailAddress::parse(QStringLiteral("b@example.net"));
    const ProbeReport report = run(settings);
    RELAYWRIGHT_VERIFY_SCRIPT(server);
    QCOMPARE(rung(report, "mail").seen, QStringLiteral("250 2.1.0 sender ok"));
    QCOMPARE(rung(report, "rcpt").seen, QStringLiteral("250 2.1.5 recipient ok"));
    QVERIFY(rung(report, "rcpt").state == ProbeRung::State::Ok);
}

void tst_Probe::stopsAfterMailWhenNoRecipientIsGiven()
{
    ScriptedSmtpServer server(QStringLiteral(R"(
        S: 220 mx.example.com
        C: EHLO probe.example
        S: 250-mx.example.com
        S: 250 PIPELINING
        C~ MAIL FROM:<a@example.com>.*
        S: 250 ok
        C: QUIT
        S: 221 bye
        END)"));
    ProbeSettings settings = settingsFor(server.port());
    settings.from = *EmailAddress::parse(QStringLiteral("a@example.com"));
    const ProbeReport report = run(settings);
    RELAYWRIGHT_VERIFY_SCRIPT(server);
    QVERIFY(rung(report, "mail").state == ProbeRung::State::Ok);
    QVERIFY(rung(report, "rcpt").state == ProbeRung::State::Skipped);
}

void tst_Probe::tellsRefusals_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("rungId");
    QTest::addColumn<QString>("seen");
    const auto row = [](const char *tag, const char *script, const char *id, const char *seen) {
        QTest::newRow(tag) << QString::fromUtf8(script) << QString::fromUtf8(id) << QString::fromUtf8(seen);
    };
    row("at the greeting", "S: 554 5.7.1 not you\nC*\nS: 221 bye\n", "banner", "554 5.7.1 not you");
    row("of EHLO", "S: 220 mx\nC*\nS: 421 4.3.2 shutting down\nCLOSE\n", "ehlo", "421 4.3.2 shutting down");
    row("of the sender",
        "S: 220 mx\nC*\nS: 250 mx\nC*\nS: 550 5.7.68 no direct send\nC: RSET\nS: 250 ok\nC: QUIT\nS: 221 bye\n", "mail",
        "550 5.7.68 no direct send");
    row("of the recipient",
        "S: 220 mx\nC*\nS: 250 mx\nC*\nS: 250 ok\nC*\nS: 550 5.7.64 relay denied\nC: RSET\nS: 250 ok\nC: QUIT\nS: 221 "
        "bye\n",
        "rcpt", "550 5.7.64 relay denied");
}

void tst_Probe::tellsRefusals()
{
    QFETCH(QString, script);
    QFETCH(QString, rungId);
    QFETCH(QString, seen);
    ScriptedSmtpServer server(script);
    ProbeSettings settings = settingsFor(server.port());
    settings.from = *EmailAddress::parse(QStringLiteral("a@example.com"));
    settings.to = *EmailAddress::parse(QStringLiteral("b@example.net"));
    const ProbeReport report = run(settings);
    RELAYWRIGHT_VERIFY_SCRIPT(server);
    const ProbeRung failed = rung(report, rungId.toLatin1().constData());
    QVERIFY2(failed.state == ProbeRung::State::Failed, qPrintable(states(report)));
    QCOMPARE(failed.seen, seen);
    QVERIFY2(failed.detail.endsWith(u'.'), qPrintable(failed.detail));
    QVERIFY(report.state() == ProbeRung::State::Failed);
    bool above = false;
    for (const ProbeRung &each : report.rungs) {
        QVERIFY2(!above || each.id == QLatin1String("tls") || each.id == QLatin1String("sign-in")
                     || each.state == ProbeRung::State::Skipped,
                 qPrintable(states(report)));
        above = above || each.id == rungId;
    }
}

void tst_Probe::noticesWhatIsNotGood_data()
{
    QTest::addColumn<QString>("ehlo");
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("rungId");
    QTest::addColumn<QString>("words");
    QTest::newRow("no STARTTLS") << QStringLiteral("S: 250 mx") << QString() << QStringLiteral("tls")
                                 << QStringLiteral("does not offer STARTTLS");
    QTest::newRow("STARTTLS refused") << QStringLiteral("S: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 4.7.0 not now")
                                      << QString() << QStringLiteral("tls")
                                      << QStringLiteral(
                                             "454 4.7.0 not nowThe server offers STARTTLS and then refuses it.");
    QTest::newRow("a password in the clear") << QStringLiteral("S: 250-mx\nS: 250 AUTH PLAIN") << QString()
                                             << QStringLiteral("sign-in") << QStringLiteral("before TLS");
    QTest::newRow("no sign-in") << QStringLiteral("S: 250 mx") << QString() << QStringLiteral("sign-in")
                                << QStringLiteral("No sign-in is offered");
    const QString startTls = QStringLiteral("S: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nTLS\nC*\nS: 250 mx");
    QTest::newRow("a certificate for another name")
        << startTls << QStringLiteral("wrong name") << QStringLiteral("tls") << QStringLiteral("wrong.example.com");
    QTest::newRow("a certificate that is over") << startTls << QStringLiteral("expired") << QStringLiteral("tls")
                                                << QStringLiteral("A client that checks certificates stops here.");
    QTest::newRow("a certificate of nobody") << startTls << QStringLiteral("self-signed") << QStringLiteral("tls")
                                             << QStringLiteral("A client that checks certificates stops here.");
}

void tst_Probe::noticesWhatIsNotGood()
{
    QFETCH(QString, ehlo);
    QFETCH(QString, certificate);
    QFETCH(QString, rungId);
    QFETCH(QString, words);
    const TestIdentity identity = certificate == QLatin1String("wrong name") ? m_certificates.wrongName()
                                  : certificate == QLatin1String("expired")  ? m_certificates.expired()
                                                                             : m_certificates.selfSigned();
    ScriptedSmtpServer server(QStringLiteral("S: 220 mx\nC*\n") + ehlo + QStringLiteral("\nC: QUIT\nS: 221 bye\n"),
                              identity);
    ProbeSettings settings = settingsFor(server.port());
    settings.caCertificatesPem = m_certificates.authorityPem();
    const ProbeReport report = run(settings);
    RELAYWRIGHT_VERIFY_SCRIPT(server);
    const ProbeRung noticed = rung(report, rungId.toLatin1().constData());
    QVERIFY2(noticed.state == ProbeRung::State::Attention, qPrintable(states(report)));
    QVERIFY2((noticed.seen + noticed.detail).contains(words), qPrintable(noticed.seen + noticed.detail));
    QVERIFY(!noticed.detail.isEmpty());
}

void tst_Probe::speaksTlsFirstWhereItIsImplicit()
{
    ScriptedSmtpServer server(QStringLiteral("TLS\nS: 220 mx\nC*\nS: 250 mx\nC: QUIT\nS: 221 bye\nEND"),
                              m_certificates.valid());
    ProbeSettings settings = settingsFor(server.port());
    settings.tls = TlsPolicy::Implicit;
    settings.caCertificatesPem = m_certificates.authorityPem();
    const ProbeReport report = run(settings);
    RELAYWRIGHT_VERIFY_SCRIPT(server);
    QVERIFY2(states(report).contains(QLatin1String("banner=ok ehlo=ok tls=ok")), qPrintable(states(report)));
    QVERIFY(!report.beforeTls && report.afterTls);
}

void tst_Probe::saysThatNothingListens()
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

void tst_Probe::saysThatTheServerIsSilent()
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

void tst_Probe::asksTheNameserverItWasGiven()
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

void tst_Probe::triesTheNextAddress()
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

void tst_Probe::saysWhatIsWrongWithTheName_data()
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

void tst_Probe::saysWhatIsWrongWithTheName()
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

void tst_Probe::cancelsAtOnce()
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

void tst_Probe::sendsNothingSecretAndNoMessage()
{
    ScriptedSmtpServer server(QStringLiteral(
        "S: 220 mx\nC*\nS: 250-mx\nS: 250-PIPELINING\nS: 250 AUTH PLAIN LOGIN\nC*\nS: 250 ok\nC*\nS: 250 ok\n"
        "C: QUIT\nS: 221 bye\nEND"));
    ProbeSettings settings = settingsFor(server.port());
    settings.to = *EmailAddress::parse(QStringLiteral("b@example.net"));
    const ProbeReport report = run(settings);
    RELAYWRIGHT_VERIFY_SCRIPT(server);
    QVERIFY(rung(report, "rcpt").state == ProbeRung::State::Ok);
    for (const QByteArray &line : server.received())
        QVERIFY2(!line.startsWith("AUTH") && !line.startsWith("DATA") && !line.startsWith("BDAT"), line.constData());
    QVERIFY(server.received().at(1).startsWith("MAIL FROM:<>"));
}

void tst_Probe::looksAtOtherPortsSideBySide()
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

void tst_Probe::triesEveryVersionOfTls()
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

void tst_Probe::signsInWhereItIsAskedTo()
{
    SmtpSink sink(
        {.tls = SmtpSink::Tls::StartTls, .identity = m_certificates.valid(), .user = "u", .password = "secret word"});
    QVERIFY(sink.listen());
    ProbeSettings settings = settingsFor(sink.port());
    settings.caCertificatesPem = m_certificates.authorityPem();
    settings.credentials = Credentials{.user = QStringLiteral("u"), .secret = Secret(QByteArray("secret word"))};
    settings.to = *EmailAddress::parse(QStringLiteral("b@example.net"));
    const ProbeReport report = run(settings);
    QVERIFY2(rung(report, "sign-in").state == ProbeRung::State::Ok, qPrintable(states(report)));
    QCOMPARE(rung(report, "sign-in").detail, QStringLiteral("u may sign in."));
    QVERIFY(rung(report, "rcpt").state == ProbeRung::State::Ok);
    QVERIFY(report.judgement.blame == Blame::Nobody);

    settings.credentials->secret = Secret(QByteArray("another word"));
    const ProbeReport refused = run(settings);
    QVERIFY2(rung(refused, "sign-in").state == ProbeRung::State::Failed, qPrintable(states(refused)));
    QVERIFY(rung(refused, "ehlo").state == ProbeRung::State::Ok);
    QVERIFY(refused.judgement.blame == Blame::Account);
    QVERIFY(sink.messages().empty());
    QVERIFY(!QJsonDocument(toJson(refused)).toJson().contains("another word"));
}

void tst_Probe::signsInNowhereWithAFaultyCertificate()
{
    SmtpSink sink(
        {.tls = SmtpSink::Tls::StartTls, .identity = m_certificates.wrongName(), .user = "u", .password = "p"});
    QVERIFY(sink.listen());
    ProbeSettings settings = settingsFor(sink.port());
    settings.caCertificatesPem = m_certificates.authorityPem();
    settings.credentials = Credentials{.user = QStringLiteral("u"), .secret = Secret(QByteArray("secret word"))};
    const ProbeReport report = run(settings);
    QVERIFY2(rung(report, "tls").state == ProbeRung::State::Failed, qPrintable(states(report)));
    QVERIFY(!sink.commands().join(' ').contains("AUTH"));
    settings.insecure = true;
    (void)run(settings);
    QVERIFY(sink.commands().join(' ').contains("AUTH"));
}

void tst_Probe::stopsAfterTheRungItWasTold_data()
{
    QTest::addColumn<QString>("last");
    for (const char *id : {"name", "address", "tcp", "banner", "ehlo", "tls", "sign-in", "mail"})
        QTest::newRow(id) << QString::fromLatin1(id);
}

void tst_Probe::stopsAfterTheRungItWasTold()
{
    QFETCH(QString, last);
    SmtpSink sink({.tls = SmtpSink::Tls::StartTls, .identity = m_certificates.valid()});
    QVERIFY(sink.listen());
    ProbeSettings settings = settingsFor(sink.port());
    settings.caCertificatesPem = m_certificates.authorityPem();
    settings.to = *EmailAddress::parse(QStringLiteral("b@example.net"));
    settings.stopAfter = last;
    const ProbeReport report = run(settings);
    const QStringList ids = probeRungIds();
    for (const ProbeRung &each : report.rungs) {
        const bool above = ids.indexOf(each.id) > ids.indexOf(last);
        QVERIFY2(!above || each.state == ProbeRung::State::Skipped, qPrintable(states(report)));
        // An address was given, so there is no name to look up.
        QVERIFY2(above || each.id == QLatin1String("name") || each.state != ProbeRung::State::Skipped,
                 qPrintable(states(report)));
        QVERIFY2(each.state != ProbeRung::State::Failed, qPrintable(states(report)));
    }
    QCOMPARE(sink.connectionCount(), ids.indexOf(last) < 2 ? 0 : 1);
}

void tst_Probe::countsTheDaysOfTheCertificate()
{
    SmtpSink sink({.tls = SmtpSink::Tls::StartTls, .identity = m_certificates.valid()});
    QVERIFY(sink.listen());
    ProbeSettings settings = settingsFor(sink.port());
    settings.caCertificatesPem = m_certificates.authorityPem();
    settings.stopAfter = QStringLiteral("tls");
    const QDate end = run(settings).tls->expires.toUTC().date();
    settings.today = end.addDays(-100);
    const ProbeRung far = rung(run(settings), "tls");
    QVERIFY2(far.seen.contains(QLatin1String("(100 days left)")), qPrintable(far.seen));
    QVERIFY(far.state == ProbeRung::State::Ok);
    settings.today = end.addDays(-5);
    const ProbeRung soon = rung(run(settings), "tls");
    QVERIFY(soon.state == ProbeRung::State::Attention);
    QVERIFY2(soon.detail.contains(QLatin1String("renew")), qPrintable(soon.detail));
}

void tst_Probe::writesJson()
{
    ScriptedSmtpServer server(QStringLiteral("S: 220 mx\nC*\nS: 250-mx\nS: 250 AUTH LOGIN\nC: QUIT\nS: 221 bye\nEND"));
    const QJsonObject json = toJson(run(settingsFor(server.port())));
    QCOMPARE(json.value(QLatin1String("schema")).toString(), QStringLiteral("relaywright.probe/1"));
    QCOMPARE(json.value(QLatin1String("state")).toString(), QStringLiteral("attention"));
    QCOMPARE(json.value(QLatin1String("server")).toString(), QStringLiteral("127.0.0.1:%1").arg(server.port()));
    const QJsonArray rungs = json.value(QLatin1String("rungs")).toArray();
    QCOMPARE(rungs.size(), 9);
    QCOMPARE(rungs.at(3).toObject().value(QLatin1String("id")).toString(), QStringLiteral("banner"));
    QCOMPARE(json.value(QLatin1String("capabilitiesBeforeTls")).toObject().value(QLatin1String("auth")).toArray(),
             QJsonArray{QStringLiteral("LOGIN")});
    QVERIFY(json.value(QLatin1String("tls")).isNull() && json.value(QLatin1String("capabilitiesAfterTls")).isNull());
    QVERIFY(!json.value(QLatin1String("transcript")).toArray().isEmpty());
}

QTEST_GUILESS_MAIN(tst_Probe)
#include "tst_Probe.moc"
