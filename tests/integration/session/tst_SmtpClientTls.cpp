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
        QTest::newRow("incomplete chain")
            << QStringLiteral("incomplete") << QStringLiteral("issued by Relaywright test authority between");
        QTest::newRow("unknown authority")
            << QStringLiteral("unknown") << QStringLiteral("which this computer does not trust");
    }
    void namesWhatIsWrongWithACertificate()
    {
        QFETCH(QString, kind);
        QFETCH(QString, fault);
        const TestIdentity identity = kind == QStringLiteral("name")         ? m_certificates.wrongName()
                                      : kind == QStringLiteral("expired")    ? m_certificates.expired()
                                      : kind == QStringLiteral("self")       ? m_certificates.selfSigned()
                                      : kind == QStringLiteral("incomplete") ? m_certificates.incompleteChain()
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

    void expectsAnotherNameThanItAsksFor()
    {
        SmtpSink sink({.tls = SmtpSink::Tls::StartTls, .identity = m_certificates.valid()});
        QVERIFY(sink.listen());
        ConnectionSettings settings = trusting(sink.port());
        settings.tls.serverName = QStringLiteral("localhost"); // in the certificate
        settings.tls.expectedName = QStringLiteral("mail.example.com");
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::TlsFailed);
        QCOMPARE_EQ(run.end().detail,
                    QStringLiteral("The certificate is for localhost, 127.0.0.1, not for mail.example.com."));
        QCOMPARE_EQ(sink.commands(), (QByteArrayList{"EHLO console.example", "STARTTLS"}));
    }

    void showsTheChain()
    {
        SmtpSink sink({.tls = SmtpSink::Tls::StartTls, .identity = m_certificates.wholeChain()});
        QVERIFY(sink.listen());
        ClientRun run(trusting(sink.port()));
        QVERIFY2(run.run(), run.show());
        QVERIFY2(run.end().outcome == Outcome::Accepted, run.show());
        const auto &chain = run.client.tls()->chain;
        QVERIFY(chain.size() >= 2);
        QCOMPARE_EQ(chain[0].names, (QStringList{QStringLiteral("localhost"), QStringLiteral("127.0.0.1")}));
        QCOMPARE_EQ(chain[0].subject, QStringLiteral("CN=localhost, O=Relaywright tests"));
        QCOMPARE_EQ(chain[0].issuer, chain[1].subject);
        QCOMPARE_EQ(chain[1].issuer, QStringLiteral("CN=Relaywright test authority, O=Relaywright tests"));
        QCOMPARE_EQ(chain[0].publicKey, QStringLiteral("EC 256"));
        const QDateTime now = QDateTime::currentDateTimeUtc();
        QVERIFY(chain[0].begins < now && chain[0].expires > now);
        QVERIFY(chain[0].fingerprintSha256.size() == 95 && chain[0].fingerprintSha256 != chain[1].fingerprintSha256);
    }

    void speaksTls10OnlyWhenAskedTo()
    {
        for (const bool asked : {false, true}) {
            SmtpSink sink({.tls = SmtpSink::Tls::StartTls, .identity = m_certificates.valid(), .onlyTls10 = true});
            QVERIFY(sink.listen());
            ConnectionSettings settings = trusting(sink.port());
            if (asked)
                settings.tls.minimum = TlsVersion::Tls10;
            ClientRun run(settings);
            run.addMessage("x\r\n");
            QVERIFY2(run.run(), run.show());
            QCOMPARE_EQ(run.end().outcome, asked ? Outcome::Accepted : Outcome::TlsFailed);
            if (asked)
                QCOMPARE_EQ(run.client.tls()->protocol, QStringLiteral("TLSv1.0"));
            else
                QVERIFY2(run.end().detail.contains(QStringLiteral("no TLS version in common")),
                         qPrintable(run.end().detail));
        }
    }

    void meetsAServerThatIsTooNew()
    {
        SmtpSink sink({.tls = SmtpSink::Tls::StartTls, .identity = m_certificates.valid()});
        QVERIFY(sink.listen());
        ConnectionSettings settings = trusting(sink.port());
        settings.tls.maximum = TlsVersion::Tls10; // as the old device would
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::TlsFailed);
        QVERIFY2(run.end().detail.contains(QStringLiteral("no TLS version in common")), qPrintable(run.end().detail));
        QVERIFY2(run.end().detail.contains(QStringLiteral("TLS 1.0")), qPrintable(run.end().detail));
    }

    void findsNoCipherInCommon()
    {
        SmtpSink sink({.tls = SmtpSink::Tls::StartTls, .identity = m_certificates.valid()}); // with an EC key
        QVERIFY(sink.listen());
        ConnectionSettings settings = trusting(sink.port());
        settings.tls.maximum = TlsVersion::Tls12;
        settings.tls.ciphers = QStringLiteral("ECDHE-RSA-AES256-GCM-SHA384");
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::TlsFailed);
        QVERIFY2(run.end().detail.contains(QStringLiteral("no cipher in common")), qPrintable(run.end().detail));
    }

    void showsItsCertificateWhereOneIsDemanded_data()
    {
        QTest::addColumn<bool>("has");
        QTest::addColumn<bool>("tls13");
        QTest::newRow("TLS 1.3, with one") << true << true;
        QTest::newRow("TLS 1.3, without") << false << true;
        QTest::newRow("TLS 1.2, with one") << true << false;
        QTest::newRow("TLS 1.2, without") << false << false;
    }
    void showsItsCertificateWhereOneIsDemanded()
    {
        QFETCH(bool, has);
        QFETCH(bool, tls13);
        SmtpSink sink({.tls = SmtpSink::Tls::StartTls,
                       .identity = m_certificates.valid(),
                       .clientAuthorityPem = m_certificates.authorityPem()});
        QVERIFY(sink.listen());
        ConnectionSettings settings = trusting(sink.port());
        settings.tls.maximum = tls13 ? TlsVersion::Tls13 : TlsVersion::Tls12;
        if (has) {
            const TestIdentity identity = m_certificates.client(QStringLiteral("scanner.example.com"));
            settings.tls.identity = ClientIdentity{identity.certificatePem, Secret(QByteArray(identity.keyPem))};
        }
        ClientRun run(settings);
        run.addMessage("x\r\n");
        QVERIFY2(run.run(), run.show());
        if (has) {
            QVERIFY2(run.end().outcome == Outcome::Accepted, run.show());
            QCOMPARE_EQ(sink.messages().front().clientCertificate, QByteArray("scanner.example.com"));
        } else {
            QCOMPARE_EQ(run.end().outcome, Outcome::TlsFailed);
            QVERIFY2(run.end().detail.contains(QStringLiteral("client certificate")), qPrintable(run.end().detail));
        }
        QVERIFY(run.client.tls() && run.client.tls()->clientCertificateAsked);
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
    ConnectionSettings trusting(std::uint16_t port) const
    {
        ConnectionSettings settings = settingsFor(port, TlsPolicy::Required);
        settings.tls.caCertificatesPem = m_certificates.authorityPem();
        return settings;
    }

    TestCertificates m_certificates;
};

QTEST_GUILESS_MAIN(tst_SmtpClientTls)
#include "tst_SmtpClientTls.moc"
