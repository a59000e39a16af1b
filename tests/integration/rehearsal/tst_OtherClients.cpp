// SPDX-License-Identifier: GPL-3.0-or-later
// The practice server against clients that others wrote: swaks, curl and Python's smtplib.
#include "core/rehearsal/PracticeServer.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

using namespace relaywright;

namespace {

const QString kUser = QStringLiteral("scanner@contoso.com");
const QString kPassword = QStringLiteral("correct horse");

struct Run {
    int exitCode = -1;
    QString output; ///< both channels
};

Run run(const QString &program, const QStringList &arguments, const QByteArray &input = {})
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    bool finished = false;
    QObject::connect(&process, &QProcess::finished, &process, [&finished] { finished = true; });
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!QTest::qWaitFor([&finished] { return finished; }, 30000))
        process.kill();
    return {process.exitCode(), QString::fromUtf8(process.readAll())};
}

/// Sends one message with smtplib: argv is host port ca user password from to; prints `code text` of a refusal.
const char *const kPython = R"(
import smtplib, ssl, sys
host, port, ca, user, password, sender, to = sys.argv[1:8]
context = ssl.create_default_context(cafile=ca)
server = smtplib.SMTP(host, int(port), local_hostname="scanner.contoso.com", timeout=20)
try:
    server.ehlo()
    if ca != "-" and user:
        server.starttls(context=context)
        server.ehlo()
        server.login(user, password)
    server.sendmail(sender, [to], "From: %s\r\nTo: %s\r\nSubject: from smtplib\r\n\r\nHello\r\n.dot\r\n" % (sender, to))
    print("sent")
except smtplib.SMTPRecipientsRefused as e:
    print(*list(e.recipients.values())[0])
except smtplib.SMTPResponseException as e:
    print(e.smtp_code, e.smtp_error.decode())
server.quit()
)";

} // namespace

class tst_OtherClients : public QObject {
    Q_OBJECT

    void start(PracticeMethod method)
    {
        PracticeSettings settings;
        settings.method = method;
        PracticeAccount account;
        account.user = kUser;
        account.password = Secret::fromText(kPassword);
        settings.tenant.accounts = {account};
        m_server = std::make_unique<PracticeServer>(std::move(settings), m_clock);
        const auto started = m_server->start();
        QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
        QFile ca(caFile());
        QVERIFY(ca.open(QIODevice::WriteOnly));
        ca.write(m_server->authorityPem());
    }
    QString caFile() const { return m_folder.filePath(QStringLiteral("ca.pem")); }
    QString port() const { return QString::number(m_server->address().port); }

    /// swaks speaks TLS only with Net::SSLeay (libnet-ssleay-perl) beside it.
    static bool hasSwaksWithTls()
    {
        return has(QStringLiteral("swaks")) && run(QStringLiteral("perl"), {QStringLiteral("-MNet::SSLeay"), QStringLiteral("-e1")}).exitCode == 0;
    }
    static bool has(const QString &program) { return !QStandardPaths::findExecutable(program).isEmpty(); }

    Run swaks(const QStringList &more)
    {
        return run(QStringLiteral("swaks"), QStringList{QStringLiteral("--server"), QStringLiteral("127.0.0.1"), QStringLiteral("--port"), port(),
                                                        QStringLiteral("--ehlo"), QStringLiteral("scanner.contoso.com"),
                                                        QStringLiteral("--timeout"), QStringLiteral("20")} + more);
    }
    QStringList signedIn(const QString &from, const QString &password = kPassword) const
    {
        return {QStringLiteral("-tls"), QStringLiteral("--tls-ca-path"), caFile(), QStringLiteral("--tls-verify"),
                QStringLiteral("--auth"), QStringLiteral("LOGIN"), QStringLiteral("--auth-user"), kUser,
                QStringLiteral("--auth-password"), password, QStringLiteral("--from"), from, QStringLiteral("--to"), QStringLiteral("jane@example.com")};
    }
    Run python(const QString &user, const QString &password, const QString &from, const QString &to)
    {
        return run(QStringLiteral("python3"), {QStringLiteral("-c"), QString::fromLatin1(kPython), QStringLiteral("127.0.0.1"), port(), caFile(),
                                               user, password, from, to});
    }

private Q_SLOTS:
    void init() { m_server.reset(); }

    void swaksSubmits()
    {
        if (!hasSwaksWithTls())
            QFAIL("swaks or libnet-ssleay-perl is not installed; installer/bootstrap.sh --tests installs it");
        start(PracticeMethod::ClientSubmission);
        const Run sent = swaks(signedIn(kUser));
        QVERIFY2(sent.exitCode == 0, qPrintable(sent.output));
        QCOMPARE_EQ(m_server->messages().size(), 1u);
        QVERIFY(m_server->messages().back().tls);
        QCOMPARE_EQ(m_server->messages().back().signedInAs, kUser);
        QVERIFY(m_server->messages().back().content.contains("This is a test mailing"));
    }

    void swaksIsRefusedInExchangeOnlinesWords()
    {
        if (!hasSwaksWithTls())
            QFAIL("swaks or libnet-ssleay-perl is not installed; installer/bootstrap.sh --tests installs it");
        start(PracticeMethod::ClientSubmission);
        const QStringList ends{QStringLiteral("--from"), kUser, QStringLiteral("--to"), QStringLiteral("jane@example.com")};
        QVERIFY(swaks(ends).output.contains(QLatin1String("451 5.7.3 STARTTLS is required to send mail")));
        QVERIFY(swaks(QStringList{QStringLiteral("-tls")} + ends).output.contains(QLatin1String("530 5.7.57 Client not authenticated to send mail.")));
        QVERIFY(swaks(signedIn(kUser, QStringLiteral("wrong"))).output.contains(QLatin1String("535 5.7.139 Authentication unsuccessful")));
        QVERIFY(swaks(signedIn(QStringLiteral("boss@contoso.com"))).output.contains(QLatin1String("554 5.2.252 SendAsDenied")));
        QVERIFY(m_server->messages().empty());
    }

    void swaksMeetsTheRulesOfTheMxHost()
    {
        if (!has(QStringLiteral("swaks")))
            QFAIL("swaks is not installed; installer/bootstrap.sh --tests installs it");
        start(PracticeMethod::DirectSend);
        const auto ends = [](const char *to) {
            return QStringList{QStringLiteral("--from"), QStringLiteral("printer@contoso.com"), QStringLiteral("--to"), QString::fromLatin1(to)};
        };
        QVERIFY(swaks(ends("jane@contoso.com")).exitCode == 0);
        QVERIFY(swaks(ends("joe@example.com")).output.contains(QLatin1String("550 5.7.64 TenantAttribution; Relay Access Denied")));
        QCOMPARE_EQ(m_server->messages().size(), 1u);
    }

    void curlSubmits()
    {
        if (!has(QStringLiteral("curl")))
            QFAIL("curl is not installed; installer/bootstrap.sh --tests installs it");
        start(PracticeMethod::ClientSubmission);
        const QByteArray message("From: scanner@contoso.com\r\nTo: jane@example.com\r\nSubject: from curl\r\n\r\n.leading dot\r\nend\r\n");
        const Run sent = run(QStringLiteral("curl"),
                             {QStringLiteral("--silent"), QStringLiteral("--show-error"), QStringLiteral("--url"),
                              QStringLiteral("smtp://localhost:%1/scanner.contoso.com").arg(port()), QStringLiteral("--ssl-reqd"), QStringLiteral("--cacert"),
                              caFile(), QStringLiteral("--noproxy"), QStringLiteral("*"), QStringLiteral("-4"), QStringLiteral("--user"),
                              kUser + u':' + kPassword, QStringLiteral("--mail-from"), kUser, QStringLiteral("--mail-rcpt"),
                              QStringLiteral("jane@example.com"), QStringLiteral("--upload-file"), QStringLiteral("-")},
                             message);
        QVERIFY2(sent.exitCode == 0, qPrintable(sent.output));
        QCOMPARE_EQ(m_server->messages().size(), 1u);
        QCOMPARE_EQ(m_server->messages().back().content, message);
    }

    void smtplibSubmits()
    {
        if (!has(QStringLiteral("python3")))
            QFAIL("python3 is not installed; installer/bootstrap.sh --tests installs it");
        start(PracticeMethod::ClientSubmission);
        // localhost is in the certificate beside the address.
        const Run sent = python(kUser, kPassword, kUser, QStringLiteral("jane@example.com"));
        QVERIFY2(sent.output.startsWith(QLatin1String("sent")), qPrintable(sent.output));
        QVERIFY(m_server->messages().back().content.endsWith("Hello\r\n.dot\r\n"));
        const Run wrong = python(kUser, QStringLiteral("wrong"), kUser, QStringLiteral("jane@example.com"));
        QVERIFY2(wrong.output.startsWith(QLatin1String("535 5.7.139")), qPrintable(wrong.output));
    }

    void smtplibMeetsTheRulesOfTheMxHost()
    {
        if (!has(QStringLiteral("python3")))
            QFAIL("python3 is not installed; installer/bootstrap.sh --tests installs it");
        start(PracticeMethod::ConnectorRelay); // without a network that the connector knows
        const Run denied = python({}, {}, QStringLiteral("erp@contoso.com"), QStringLiteral("joe@example.com"));
        QVERIFY2(denied.output.contains(QLatin1String("550")) && denied.output.contains(QLatin1String("5.7.64 TenantAttribution")), qPrintable(denied.output));
        const Run inside = python({}, {}, QStringLiteral("erp@contoso.com"), QStringLiteral("jane@contoso.com"));
        QVERIFY2(inside.output.startsWith(QLatin1String("sent")), qPrintable(inside.output));
    }

private:
    QTemporaryDir m_folder;
    FakeClock m_clock{fromDateTime(QDateTime(QDate(2026, 11, 22), QTime(8, 0), Qt::UTC))}; // Basic sign-in still works on that day
    std::unique_ptr<PracticeServer> m_server;
};

QTEST_GUILESS_MAIN(tst_OtherClients)
#include "tst_OtherClients.moc"
