// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ScriptedSmtpServer.h"
#include "tests/support/SmtpSink.h"
#include "tests/unit/session/ProbeFixture.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace relaywright;
using namespace relaywright::test;

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
    void sendsNothingSecretAndNoMessage();
    void signsInWhereItIsAskedTo();
    void signsInNowhereWithAFaultyCertificate();
    void stopsAfterTheRungItWasTold_data();
    void stopsAfterTheRungItWasTold();
    void countsTheDaysOfTheCertificate();
    void writesJson();

private:
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
