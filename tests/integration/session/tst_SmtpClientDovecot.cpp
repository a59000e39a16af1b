// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/session/ClientRun.h"
#include "tests/support/DovecotServer.h"
#include "tests/support/PostfixServer.h"
#include "tests/support/SmtpSink.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

// Every mechanism against servers that are not ours: Dovecot's submission server, Postfix with Cyrus SASL (NTLM, which
// Dovecot has not) and Postfix that asks Dovecot.

class tst_SmtpClientDovecot : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_sink.listen());
        m_dovecot = std::make_unique<DovecotServer>(m_sink.port());
        QVERIFY2(m_dovecot->start(), qPrintable(m_dovecot->problem()));
        m_cyrus = std::make_unique<PostfixServer>(PostfixServer::Options{
            .cyrusMechanisms = "PLAIN LOGIN CRAM-MD5 NTLM SCRAM-SHA-1 SCRAM-SHA-256",
            .extraMainCf = {"smtpd_sasl_local_domain = example.com"}}); // NTLM tells the user without it
        QVERIFY2(m_cyrus->start(), qPrintable(m_cyrus->problem()));
    }
    void cleanup()
    {
        m_sink.forget();
        m_cyrus->forget();
    }

    void signsInAtDovecot_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::addColumn<QByteArray>("wire");
        const auto row = [](const char *word, const char *wire) {
            QTest::newRow(word) << QString::fromUtf8(word) << QByteArray(wire);
        };
        row("plain", "PLAIN");
        row("login", "LOGIN");
        row("cram-md5", "CRAM-MD5");
        row("scram-sha-1", "SCRAM-SHA-1");
        row("scram-sha-256", "SCRAM-SHA-256");
        row("external", "EXTERNAL");
        row("xoauth2", "XOAUTH2");
        row("oauthbearer", "OAUTHBEARER");
        row("auto", "SCRAM-SHA-256");
    }
    void signsInAtDovecot()
    {
        QFETCH(QString, mechanism);
        QFETCH(QByteArray, wire);
        for (const TlsPolicy tls : {TlsPolicy::Required, TlsPolicy::Implicit}) {
            ClientRun run(atDovecot(*parseAuthMechanism(mechanism), tls));
            run.addMessage("Subject: x\r\n\r\n.body\r\n");
            QVERIFY2(run.run(), run.show());
            QVERIFY2(run.end().outcome == Outcome::Accepted, run.show() + m_dovecot->log());
            QVERIFY2(run.results.size() == 1 && run.results.front().outcome == Outcome::Accepted, run.show());
            QVERIFY2(run.text().contains(QStringLiteral("C: AUTH ") + QString::fromLatin1(wire)), run.show());
            verifyNoSecret(run);
        }
        QCOMPARE_EQ(m_sink.messages().size(), 2u);
        QVERIFY(m_sink.messages().back().data.endsWith("\r\n\r\n.body\r\n"));
    }

    void isRefusedByDovecot_data()
    {
        QTest::addColumn<QString>("mechanism");
        for (const char *word :
             {"plain", "login", "cram-md5", "scram-sha-1", "scram-sha-256", "xoauth2", "oauthbearer", "external"})
            QTest::newRow(word) << QString::fromUtf8(word);
    }
    void isRefusedByDovecot()
    {
        QFETCH(QString, mechanism);
        const AuthMechanism wanted = *parseAuthMechanism(mechanism);
        ConnectionSettings settings = atDovecot(wanted, TlsPolicy::Required);
        settings.smtp.credentials->secret =
            Secret::fromText(takesToken(wanted) ? m_dovecot->token(true) : QStringLiteral("not the password"));
        settings.tls.identity.reset(); // without which EXTERNAL proves nothing
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        QVERIFY2(run.end().outcome == Outcome::RefusedByServer, run.show());
        QCOMPARE_EQ(run.end().stage, Stage::Auth);
        QCOMPARE_EQ(run.readyCount, 0);
        QVERIFY(!run.text().contains(QStringLiteral("not the password")));
        QVERIFY(!run.text().contains(m_dovecot->token(true)));
        if (takesToken(wanted)) // the JSON that says why, and our end of it
            QVERIFY2(run.text().contains(QStringLiteral("S: 334 ")), run.show());
    }

    void sayingNothingNewSignsInWithTheCertificate()
    {
        ConnectionSettings settings = atDovecot(AuthMechanism::External, TlsPolicy::Required);
        settings.smtp.credentials = Credentials{}; // auto, no name, no password
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        QVERIFY2(run.text().contains(QStringLiteral("C: AUTH EXTERNAL =")), run.show());
        QVERIFY2(run.end().outcome == Outcome::Accepted, run.show());
    }

    void signsInAtPostfixWithCyrusSasl_data()
    {
        QTest::addColumn<QString>("mechanism");
        for (const char *word : {"plain", "login", "cram-md5", "ntlm", "scram-sha-1", "scram-sha-256", "auto"})
            QTest::newRow(word) << QString::fromUtf8(word);
    }
    void signsInAtPostfixWithCyrusSasl()
    {
        QFETCH(QString, mechanism);
        for (const bool right : {true, false}) {
            ConnectionSettings settings = settingsFor(m_cyrus->port(), TlsPolicy::Required);
            settings.tls.caCertificatesPem = m_cyrus->authorityPem();
            const QString password = right ? m_cyrus->password() : QStringLiteral("not the password");
            settings.smtp.credentials = credentialsOf(m_cyrus->user(), password, *parseAuthMechanism(mechanism));
            ClientRun run(settings);
            QVERIFY2(run.run(), run.show());
            QVERIFY2(run.end().outcome == (right ? Outcome::Accepted : Outcome::RefusedByServer),
                     run.show().right(700));
            QCOMPARE_EQ(run.readyCount, right ? 1 : 0);
            QVERIFY(!run.text().contains(password));
            QVERIFY(!run.text().contains(QString::fromLatin1(password.toUtf8().toBase64())));
        }
    }

    void signsInAtPostfixThatAsksDovecot()
    {
        PostfixServer postfix({.dovecotAuthSocket = m_dovecot->authSocket()});
        QVERIFY2(postfix.start(), qPrintable(postfix.problem()));
        using enum AuthMechanism;
        for (const AuthMechanism mechanism : {Plain, Login, CramMd5, ScramSha1, ScramSha256, XOAuth2, OAuthBearer}) {
            ConnectionSettings settings = atDovecot(mechanism, TlsPolicy::Required);
            settings.server.port = postfix.port();
            settings.tls = {.caCertificatesPem = postfix.authorityPem()};
            ClientRun run(settings);
            run.addMessage("Subject: x\r\n\r\nbody\r\n", {QStringLiteral("far@example.net")});
            QVERIFY2(run.run(), run.show());
            QVERIFY2(run.end().outcome == Outcome::Accepted, run.show() + postfix.log() + m_dovecot->log());
            QVERIFY2(run.results.size() == 1 && run.results.front().outcome == Outcome::Accepted, run.show());
        }
        QTRY_COMPARE_EQ(postfix.messages().size(), 7u);
    }

private:
    ConnectionSettings atDovecot(AuthMechanism mechanism, TlsPolicy tls)
    {
        const bool implicit = tls == TlsPolicy::Implicit;
        ConnectionSettings settings = settingsFor(implicit ? m_dovecot->implicitTlsPort() : m_dovecot->port(), tls);
        settings.tls.caCertificatesPem = m_dovecot->certificates().authorityPem();
        const QString secret = takesToken(mechanism)                  ? m_dovecot->token()
                               : mechanism == AuthMechanism::External ? QString()
                                                                      : m_dovecot->password();
        settings.smtp.credentials = credentialsOf(m_dovecot->user(), secret, mechanism);
        if (mechanism == AuthMechanism::External) {
            const TestIdentity identity = m_dovecot->certificates().client(m_dovecot->user());
            settings.tls.identity = ClientIdentity{identity.certificatePem, Secret(QByteArray(identity.keyPem))};
        }
        return settings;
    }

    void verifyNoSecret(const ClientRun &run) const
    {
        const QByteArray shown = run.show();
        for (const QString &secret : {m_dovecot->password(), m_dovecot->token()}) {
            QVERIFY(!shown.contains(secret.toUtf8()));
            QVERIFY(!shown.contains(secret.toUtf8().toBase64()));
        }
    }

    SmtpSink m_sink;
    std::unique_ptr<DovecotServer> m_dovecot;
    std::unique_ptr<PostfixServer> m_cyrus;
};

QTEST_GUILESS_MAIN(tst_SmtpClientDovecot)
#include "tst_SmtpClientDovecot.moc"
