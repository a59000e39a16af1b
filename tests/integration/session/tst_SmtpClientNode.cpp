// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/session/ClientRun.h"
#include "tests/support/RootScript.h"
#include "tests/support/TestCertificates.h"
#include "tests/support/TestSecrets.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

// The npm module smtp-server, which many applications are tested with: it takes XOAUTH2 as Microsoft and Google do.

namespace {

constexpr auto kUser = "scanner@example.com";
constexpr auto kPassword = kPasswordMark;
constexpr auto kToken = kTokenMark;

} // namespace

class tst_SmtpClientNode : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("NODE_PATH"), toolsFolder() + QStringLiteral("/npm/node_modules"));
        environment.insert(QStringLiteral("TEST_PASSWORD"), QString::fromUtf8(kPassword));
        environment.insert(QStringLiteral("TEST_TOKEN"), QString::fromUtf8(kToken));
        m_server.setProcessEnvironment(environment);
        const TestIdentity identity = m_certificates.valid();
        m_server.start(QStringLiteral("node"),
                       {QStringLiteral(RELAYWRIGHT_SOURCE_DIR "/tests/support/smtp-server.cjs"), identity.keyFile,
                        identity.certificateFile, QString::fromUtf8(kUser)});
        QVERIFY2(m_server.waitForReadyRead(20'000),
                 qPrintable(QStringLiteral("smtp-server does not start: run installer/bootstrap.sh --tests. ")
                            + QString::fromUtf8(m_server.readAllStandardError())));
        m_port = m_server.readLine().trimmed().toUShort();
        QVERIFY(m_port > 0);
    }
    void cleanupTestCase()
    {
        m_server.closeWriteChannel();
        QVERIFY(m_server.waitForFinished(10'000));
    }

    void signsInAndSends_data()
    {
        QTest::addColumn<QString>("mechanism");
        for (const char *word : {"plain", "login", "cram-md5", "xoauth2", "auto"})
            QTest::newRow(word) << QString::fromUtf8(word);
    }
    void signsInAndSends()
    {
        QFETCH(QString, mechanism);
        const AuthMechanism wanted = *parseAuthMechanism(mechanism);
        ClientRun run(settings(wanted, takesToken(wanted) ? kToken : kPassword));
        const QByteArray message = "Subject: x\r\n\r\n.dot " + mechanism.toUtf8() + "\r\n";
        run.addMessage(message);
        QVERIFY2(run.run(), run.show());
        QVERIFY2(run.end().outcome == Outcome::Accepted, run.show());
        QTRY_VERIFY(m_server.canReadLine());
        const QJsonObject stored = QJsonDocument::fromJson(m_server.readLine()).object();
        QCOMPARE_EQ(stored[QStringLiteral("user")].toString(), QString::fromUtf8(kUser));
        QVERIFY(stored[QStringLiteral("tls")].toBool());
        QCOMPARE_EQ(QByteArray::fromBase64(stored[QStringLiteral("data")].toString().toLatin1()), message);
    }

    void isRefused_data()
    {
        QTest::addColumn<QString>("mechanism");
        for (const char *word : {"plain", "login", "cram-md5", "xoauth2"})
            QTest::newRow(word) << QString::fromUtf8(word);
    }
    void isRefused()
    {
        QFETCH(QString, mechanism);
        ClientRun run(settings(*parseAuthMechanism(mechanism), "another-one"));
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::RefusedByServer);
        QCOMPARE_EQ(run.end().stage, Stage::Auth);
        QVERIFY(!run.text().contains(QStringLiteral("another-one")));
        if (mechanism == QLatin1String("xoauth2")) { // the JSON that says why is shown decoded
            const bool told = std::ranges::any_of(run.lines, [](const TranscriptLine &line) {
                return line.decoded.contains(QStringLiteral("\"status\":\"401\""));
            });
            QVERIFY2(told, run.show());
        }
    }

private:
    ConnectionSettings settings(AuthMechanism mechanism, const char *secret)
    {
        ConnectionSettings settings = settingsFor(m_port, TlsPolicy::Required);
        settings.tls.caCertificatesPem = m_certificates.authorityPem();
        settings.smtp.credentials = credentialsOf(QString::fromUtf8(kUser), QString::fromUtf8(secret), mechanism);
        return settings;
    }

    TestCertificates m_certificates;
    QProcess m_server;
    std::uint16_t m_port = 0;
};

QTEST_GUILESS_MAIN(tst_SmtpClientNode)
#include "tst_SmtpClientNode.moc"
