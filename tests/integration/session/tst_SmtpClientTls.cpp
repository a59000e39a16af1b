// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/session/ClientRun.h"
#include "tests/support/ScriptedSmtpServer.h"
#include "tests/support/SmtpSink.h"

#include <QTest>

#include <set>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

constexpr auto kToTls =
    "S: 220 mx\nC: EHLO console.example\nS: 250-mx\nS: 250-AUTH PLAIN\nS: 250 STARTTLS\nC: STARTTLS\n";

QString script(const char *rest)
{
    return QString::fromUtf8(rest);
}

ConnectionSettings withPassword(std::uint16_t port, TlsPolicy tls)
{
    ConnectionSettings settings = settingsFor(port, tls);
    settings.smtp.credentials = credentialsOf(QStringLiteral("u"), QStringLiteral("pass word"));
    return settings;
}

} // namespace

class tst_SmtpClientTls : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void signsInAndSendsInsideTls_data()
    {
        QTest::addColumn<bool>("implicit");
        QTest::newRow("STARTTLS") << false;
        QTest::newRow("implicit") << true;
    }
    void signsInAndSendsInsideTls()
    {
        QFETCH(bool, implicit);
        SmtpSink sink({.tls = implicit ? SmtpSink::Tls::Implicit : SmtpSink::Tls::StartTls,
                       .identity = m_certificates.valid(),
                       .user = "u",
                       .password = "pass word"});
        QVERIFY(sink.listen());
        ConnectionSettings settings = withPassword(sink.port(), implicit ? TlsPolicy::Implicit : TlsPolicy::Required);
        settings.tls.caCertificatesPem = m_certificates.authorityPem();
        ClientRun run(settings);
        run.addMessage("Subject: x\r\n\r\n.dot\r\n");
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::Accepted);
        QCOMPARE_EQ(sink.messages().size(), 1u);
        QVERIFY(sink.messages().front().tls);
        QCOMPARE_EQ(sink.messages().front().user, QByteArray("u"));
        QCOMPARE_EQ(sink.messages().front().data, QByteArray("Subject: x\r\n\r\n.dot\r\n"));
        QVERIFY(run.client.tls());
        QVERIFY(run.client.tls()->protocol.startsWith(QStringLiteral("TLSv1.")));
        QVERIFY(run.client.tls()->certificateNames.contains(QStringLiteral("localhost")));
        QCOMPARE_EQ(run.client.tls()->faults, QStringList());
        QVERIFY(run.client.tls()->expires > QDateTime::currentDateTimeUtc());
        for (const TranscriptLine &line : run.lines) {
            if (line.stage > Stage::Tls && line.direction != TranscriptLine::Direction::Note)
                QVERIFY2(line.tls, qPrintable(line.text));
        }
        QVERIFY(!run.text().contains(QStringLiteral("pass word")));
        QVERIFY(!run.text().contains(QString::fromLatin1(QByteArray("\0u\0pass word", 12).toBase64())));
        QVERIFY(run.text().contains(QStringLiteral("C: AUTH PLAIN ••••••••")));
    }

    void namesWhatIsWrongWithACertificate_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("fault");
        QTest::newRow("wrong name") << QStringLiteral("name")
                                    << QStringLiteral("The certificate is for wrong.example.com, not for 127.0.0.1.");
        QTest::newRow("expired") << QStringLiteral("expired") << QStringLiteral("expired on ");
        QTest::newRow("self-signed") << QStringLiteral("self") << QStringLiteral("signed by nobody but itself");
        QTest::newRow("unknown authority")
            << QStringLiteral("unknown") << QStringLiteral("which this computer does not trust");
    }
    void namesWhatIsWrongWithACertificate()
    {
        QFETCH(QString, kind);
        QFETCH(QString, fault);
        const TestIdentity identity = kind == QStringLiteral("name")      ? m_certificates.wrongName()
                                      : kind == QStringLiteral("expired") ? m_certificates.expired()
                                      : kind == QStringLiteral("self")    ? m_certificates.selfSigned()
                                                                          : m_certificates.valid();
        for (const bool insecure : {false, true}) {
            SmtpSink sink({.tls = SmtpSink::Tls::StartTls, .identity = identity, .user = "u", .password = "pass word"});
            QVERIFY(sink.listen());
            ConnectionSettings settings = withPassword(sink.port(), TlsPolicy::Required);
            if (kind != QStringLiteral("unknown"))
                settings.tls.caCertificatesPem = m_certificates.authorityPem();
            settings.tls.insecure = insecure;
            ClientRun run(settings);
            run.addMessage("x\r\n");
            QVERIFY2(run.run(), run.show());
            QVERIFY(run.client.tls());
            QCOMPARE_EQ(run.client.tls()->faults.size(), 1);
            QVERIFY2(run.client.tls()->faults.first().contains(fault), qPrintable(run.client.tls()->faults.first()));
            QVERIFY(run.text().contains(run.client.tls()->faults.first()));
            QCOMPARE_EQ(run.end().outcome, insecure ? Outcome::Accepted : Outcome::TlsFailed);
            QCOMPARE_EQ(static_cast<int>(sink.messages().size()), insecure ? 1 : 0);
            if (!insecure) {
                QCOMPARE_EQ(run.end().stage, Stage::Tls);
                QVERIFY(run.end().detail.contains(fault));
                QCOMPARE_EQ(sink.commands(), (QByteArrayList{"EHLO console.example", "STARTTLS"}));
            }
        }
    }

    void checksTheNameThatIsAskedFor()
    {
        SmtpSink sink({.tls = SmtpSink::Tls::Implicit, .identity = m_certificates.wrongName()});
        QVERIFY(sink.listen());
        ConnectionSettings settings = settingsFor(sink.port(), TlsPolicy::Implicit);
        settings.tls.caCertificatesPem = m_certificates.authorityPem();
        settings.tls.expectedName = QStringLiteral("wrong.example.com");
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::Accepted);
    }

    void sendsNothingOfWorthWhenTlsIsTakenAway_data()
    {
        QTest::addColumn<QString>("played");
        QTest::addColumn<Outcome>("outcome");
        QTest::newRow("STARTTLS taken out")
            << script("S: 220 mx\nC: EHLO console.example\nS: 250-mx\nS: 250 AUTH PLAIN\nC: QUIT\nS: 221 bye\nEND")
            << Outcome::TlsNotOffered;
        QTest::newRow("454") << script(kToTls) + script("S: 454 4.7.0 not now\nC: QUIT\nS: 221 bye\nEND")
                             << Outcome::RefusedByServer;
        QTest::newRow("closed after STARTTLS") << script(kToTls) + script("CLOSE") << Outcome::ConnectionLost;
        QTest::newRow("closed after 220") << script(kToTls) + script("S: 220 go\nCLOSE") << Outcome::TlsFailed;
        QTest::newRow("no TLS after 220")
            << script(kToTls) + script("S: 220 go\nPAUSE 50\nS: 250-mx\nS: 250 AUTH PLAIN\nCLOSE")
            << Outcome::TlsFailed;
        QTest::newRow("silence after 220") << script(kToTls) + script("S: 220 go\nSILENCE") << Outcome::TimedOut;
    }
    void sendsNothingOfWorthWhenTlsIsTakenAway()
    {
        QFETCH(QString, played);
        QFETCH(Outcome, outcome);
        ScriptedSmtpServer server(played);
        ConnectionSettings settings = withPassword(server.port(), TlsPolicy::Required);
        settings.patience = 500ms;
        ClientRun run(settings);
        run.addMessage("x\r\n");
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, outcome);
        QCOMPARE_EQ(run.end().stage, Stage::Tls);
        QCOMPARE_EQ(run.readyCount, 0);
        QVERIFY(!run.end().detail.isEmpty() || run.end().reply);
        for (const QByteArray &line : server.received())
            QVERIFY2(line.startsWith("EHLO") || line == "STARTTLS" || line == "QUIT" || line.startsWith('\x16'),
                     line.constData());
    }

    void throwsAwayWhatIsInjectedBeforeTheHandshake()
    {
        ScriptedSmtpServer server(
            script(kToTls)
                + script(
                    "S! 220 go\\r\\n250-x\\r\\n250 AUTH PLAIN LOGIN\\r\\n\nTLS\nC: EHLO console.example\nS: 250 mx\n"
                    "C: QUIT\nS: 221 bye\nEND"),
            m_certificates.valid());
        ConnectionSettings settings = withPassword(server.port(), TlsPolicy::Required);
        settings.tls.caCertificatesPem = m_certificates.authorityPem();
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        RELAYWRIGHT_VERIFY_SCRIPT(server);
        QCOMPARE_EQ(run.end().outcome, Outcome::AuthNotOffered); // the injected list was not believed
        QVERIFY(run.client.capabilities().authMechanisms.isEmpty());
        QVERIFY(run.text().contains(QStringLiteral("thrown away")));
    }

    void throwsAwayHalfAReplyThatIsInjected()
    {
        ScriptedSmtpServer server(
            script(kToTls)
                + script(
                    "S! 220 go\\r\\n250-AUTH PLA\nTLS\nC: EHLO console.example\nS: 250 mx\nC: QUIT\nS: 221 bye\nEND"),
            m_certificates.valid());
        ConnectionSettings settings = settingsFor(server.port(), TlsPolicy::Required);
        settings.tls.caCertificatesPem = m_certificates.authorityPem();
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        RELAYWRIGHT_VERIFY_SCRIPT(server);
        QCOMPARE_EQ(run.end().outcome, Outcome::Accepted);
        QVERIFY(run.text().contains(QStringLiteral("thrown away")));
    }

    void saysSoWhenAPortDoesNotSpeakTlsFromTheStart()
    {
        ScriptedSmtpServer server(script("S: 220 mx\nEND"));
        ConnectionSettings settings = settingsFor(server.port(), TlsPolicy::Implicit);
        settings.patience = 2s;
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::TlsFailed);
        QVERIFY2(run.end().detail.contains(QStringLiteral("use STARTTLS")), qPrintable(run.end().detail));
    }

    void finishesExactlyOnceWhereverItIsCancelledInTls()
    {
        SmtpSink sink(
            {.tls = SmtpSink::Tls::StartTls, .identity = m_certificates.valid(), .user = "u", .password = "pass word"});
        QVERIFY(sink.listen());
        std::set<Stage> stages;
        for (std::size_t at = 1;; ++at) {
            ConnectionSettings settings = withPassword(sink.port(), TlsPolicy::Required);
            settings.tls.caCertificatesPem = m_certificates.authorityPem();
            ClientRun run(settings);
            run.addMessage("Subject: x\r\n\r\nbody\r\n");
            connect(&run.client, &SmtpClient::lineAdded, &run.client, [&] {
                if (run.lines.size() == at)
                    run.client.cancel();
            });
            QVERIFY2(run.run(), run.show());
            if (run.end().outcome != Outcome::Cancelled)
                break;
            stages.insert(run.end().stage);
        }
        for (const Stage stage : {Stage::Tls, Stage::Ehlo, Stage::Auth, Stage::Mail, Stage::Data})
            QVERIFY2(stages.contains(stage), qPrintable(toString(stage)));
    }

private:
    TestCertificates m_certificates;
};

QTEST_GUILESS_MAIN(tst_SmtpClientTls)
#include "tst_SmtpClientTls.moc"
