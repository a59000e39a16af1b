// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/StableText.h"
#include "tests/integration/session/TestRunner.h"
#include "tests/support/ScriptedSmtpServer.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QTcpServer>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

// The conversation of a test as people read it, for everything that often happens in the field. When a change is meant,
// write the files anew with RELAYWRIGHT_WRITE_GOLDEN=1, read what git shows, and commit it with the change.

namespace {

const QString kFolder = QStringLiteral(RELAYWRIGHT_SOURCE_DIR "/tests/golden/transcripts/");
const QByteArray kPassword = "correct-horse-battery";

using Change = std::function<void(TestRequest &)>;
enum class Certificate { Good, WrongName, Expired, SelfSigned };

struct Scenario {
    const char *name;
    const char *script;
    Change change{};
    Certificate certificate = Certificate::Good;
};

Change tls(TlsPolicy policy)
{
    return [policy](TestRequest &request) { request.connection.smtp.tls = policy; };
}
Change signIn(AuthMechanism mechanism, bool withoutTls = true)
{
    return [=](TestRequest &request) {
        request.connection.smtp.credentials =
            Credentials{.user = QStringLiteral("a@example.com"), .mechanism = mechanism};
        request.connection.smtp.allowAuthWithoutTls = withoutTls;
    };
}
Change recipients(const QStringList &addresses)
{
    return [addresses](TestRequest &request) {
        request.envelope.recipients.clear();
        for (const QString &address : addresses)
            request.envelope.recipients.push_back(*EmailAddress::parse(address));
    };
}

// Pieces that scripts have in common.
#define GREET "S: 220 mx.example.com ESMTP ready\n"
#define HELLO "C: EHLO console.example\nS: 250 mx.example.com\n"
#define SECURE                                                                                                         \
    "C: EHLO console.example\nS: 250-mx.example.com\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 2.0.0 go ahead\nTLS\n"
#define SEND                                                                                                           \
    "C*\nS: 250 2.1.0 sender ok\nC*\nS: 250 2.1.5 recipient ok\nC: DATA\nS: 354 go\nC.\nS: 250 2.0.0 queued as 4F2A\n"
#define BYE "C: QUIT\nS: 221 2.0.0 bye\n"
#define RESET "C: RSET\nS: 250 2.0.0 ok\n"
#define OFFER(words) "C: EHLO console.example\nS: 250-mx.example.com\nS: 250 " words "\n"

std::vector<Scenario> scenarios()
{
    using enum AuthMechanism;
    const auto startTls = tls(TlsPolicy::Required);
    return {
        {"accepted", GREET HELLO SEND BYE},
        {"accepted-starttls", GREET SECURE OFFER("SIZE 157286400") SEND BYE, startTls},
        {"accepted-implicit-tls", "TLS\n" GREET HELLO SEND BYE, tls(TlsPolicy::Implicit)},
        {"accepted-without-tls-offered", GREET HELLO SEND BYE, tls(TlsPolicy::Opportunistic)},
        {"tls-not-offered", GREET HELLO BYE, startTls},
        {"tls-refused", GREET OFFER("STARTTLS") "C: STARTTLS\nS: 454 4.7.0 TLS not available\n" BYE, startTls},
        {"certificate-wrong-name", GREET SECURE, startTls, Certificate::WrongName},
        {"certificate-expired", GREET SECURE, startTls, Certificate::Expired},
        {"certificate-self-signed", GREET SECURE, startTls, Certificate::SelfSigned},
        {"certificate-not-checked", GREET SECURE HELLO SEND BYE,
         [](TestRequest &r) {
             r.connection.smtp.tls = TlsPolicy::Required;
             r.connection.tls.insecure = true;
         },
         Certificate::Expired},
        {"signed-in-plain", GREET OFFER("AUTH PLAIN") "C~ AUTH PLAIN .*\nS: 235 2.7.0 ok\n" SEND BYE, signIn(Plain)},
        {"signed-in-login",
         GREET OFFER(
             "AUTH LOGIN") "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC*\nS: 334 UGFzc3dvcmQ6\nC*\nS: 235 2.7.0 ok\n" SEND
             BYE,
         signIn(Login)},
        {"signed-in-cram-md5",
         GREET OFFER(
             "AUTH CRAM-MD5") "C: AUTH CRAM-MD5\nS: 334 PDEuMkBteC5leGFtcGxlLmNvbT4=\nC*\nS: 235 2.7.0 ok\n" SEND BYE,
         signIn(CramMd5)},
        {"wrong-password",
         GREET OFFER("AUTH LOGIN") "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC*\nS: 334 UGFzc3dvcmQ6\nC*\n"
                                   "S: 535 5.7.3 Authentication unsuccessful\n" BYE,
         signIn(Login)},
        {"password-repeated-by-the-server",
         GREET OFFER(
             "AUTH PLAIN") "C*\nS: 535-5.7.8 wrong password correct-ho\nS: 535 5.7.8 rse-battery, try again\n" BYE,
         signIn(Plain)},
        {"token-refused",
         GREET OFFER("AUTH XOAUTH2") "C*\nS: 334 eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=\nC*\n"
                                     "S: 535 5.7.3 Authentication unsuccessful\n" BYE,
         signIn(XOAuth2)},
        {"sign-in-not-offered", GREET HELLO BYE, signIn(Auto)},
        {"sign-in-needs-tls", GREET OFFER("AUTH PLAIN LOGIN") BYE, signIn(Auto, false)},
        {"one-of-three-recipients-refused",
         GREET OFFER("PIPELINING") "C*\nC*\nC*\nC*\nC: DATA\nS! 250 2.1.0 ok\\r\\n250 2.1.5 ok\\r\\n550 5.1.10 "
                                   "RecipientNotFound\\r\\n"
                                   "250 2.1.5 ok\\r\\n354 go\\r\\n\nC.\nS: 250 2.0.0 taken\n" BYE,
         recipients(
             {QStringLiteral("b@example.com"), QStringLiteral("gone@example.com"), QStringLiteral("c@example.com")})},
        {"every-recipient-refused",
         GREET HELLO "C*\nS: 250 ok\nC*\nS: 550 5.1.10 RESOLVER.ADR.RecipientNotFound\nC*\nS: 550 5.1.10 "
                     "RESOLVER.ADR.RecipientNotFound\n" RESET BYE,
         recipients({QStringLiteral("x@example.com"), QStringLiteral("y@example.com")})},
        {"direct-send-refused", GREET HELLO
         "C*\nS: 550 5.7.68 TenantInboundAttribution; Direct Send not allowed for this organization\n" RESET BYE},
        {"relay-denied",
         GREET HELLO "C*\nS: 250 ok\nC*\nS: 550 5.7.64 TenantAttribution; Relay Access Denied\n" RESET BYE},
        {"send-as-denied", GREET HELLO
         "C*\nS: 250 ok\nC*\nS: 250 ok\nC: DATA\nS: 354 go\nC.\nS: 554 5.2.252 SendAsDenied; a@example.com not "
         "allowed to send as c@example.com\n" RESET BYE},
        {"turned-away-at-the-greeting", "S: 421 4.3.2 Service not available\nCLOSE\n"},
        {"address-on-a-list", "S: 554 5.7.1 Service unavailable, client host blocked\n" BYE},
        {"sent-away-at-rcpt", GREET HELLO "C*\nS: 250 ok\nC*\nS: 421 4.4.2 Connection timed out\nCLOSE\n"},
        {"greylisted", GREET HELLO "C*\nS: 250 ok\nC*\nS: 451 4.7.500 Server busy. Please try again later\n" RESET BYE},
        {"dropped-after-the-message", GREET HELLO "C*\nS: 250 ok\nC*\nS: 250 ok\nC: DATA\nS: 354 go\nC.\nCLOSE\n"},
        {"silent-server", "SILENCE\n", [](TestRequest &r) { r.connection.patience = std::chrono::seconds(1); }},
        {"answered-by-a-web-server", "S: HTTP/1.1 400 Bad Request\nS: Server: nginx\n"},
        {"greeting-of-several-lines",
         "S: 220-mx.example.com ESMTP\nS: 220-no abuse please\nS: 220 ready\n" HELLO SEND BYE},
        {"helo-only", GREET "C: HELO console.example\nS: 250 mx.example.com\n" SEND BYE,
         [](TestRequest &r) { r.connection.smtp.heloOnly = true; }},
        {"stopped-after-rcpt", GREET HELLO "C*\nS: 250 ok\nC*\nS: 250 ok\n" BYE,
         [](TestRequest &r) { r.connection.smtp.stopAfter = Stage::Rcpt; }},
        {"null-reverse-path",
         GREET HELLO "C: MAIL FROM:<>\nS: 250 ok\nC*\nS: 250 ok\nC: DATA\nS: 354 go\nC.\nS: 250 ok\n" BYE,
         [](TestRequest &r) { r.envelope.sender.reset(); }},
        {"too-large", GREET OFFER("SIZE 100") BYE},
        {"delivery-reports",
         GREET OFFER("DSN") "C~ MAIL FROM:<a@example.com> RET=HDRS ENVID=x.*\nS: 250 ok\nC~ RCPT TO:<b@example.com> "
                            "NOTIFY=.*\nS: 250 "
                            "ok\nC: DATA\nS: 354 go\nC.\nS: 250 ok\n" BYE,
         [](TestRequest &r) {
             r.dsn = {.asked = true,
                      .success = true,
                      .failure = true,
                      .returned = DsnRequest::Return::Headers,
                      .envelopeId = "x1"};
         }},
    };
}

/// Times, ports, dates, ids, ciphers and dates of certificates are another every time.
QByteArray normalised(const TestRecord &record)
{
    static const QRegularExpression port(QStringLiteral(R"((127\.0\.0\.1(?::|, port )|on port )\d+)"));
    static const QRegularExpression cipher(QStringLiteral(R"(TLSv1\.\d, [A-Z0-9_-]+)"));
    static const QRegularExpression day(QStringLiteral(R"(\d{4}-\d\d-\d\d)"));
    QString text;
    for (TranscriptLine line : record.transcript) {
        line.sinceStart = {};
        line.text = stableText(line.text)
                        .replace(port, QStringLiteral("\\1<port>"))
                        .replace(cipher, QStringLiteral("<version and cipher>"))
                        .replace(day, QStringLiteral("<day>"));
        text += toText(line).mid(8);
        if (!line.decoded.isEmpty())
            text += QStringLiteral("   (%1)").arg(line.decoded);
        text += u'\n';
    }
    text += QStringLiteral("== %1 at %2\n").arg(toString(record.outcome()), toString(record.stage()));
    return text.toUtf8();
}

} // namespace

class tst_GoldenTranscripts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void areTheApprovedOnes_data()
    {
        QTest::addColumn<int>("index");
        m_scenarios = scenarios();
        for (std::size_t i = 0; i < m_scenarios.size(); ++i)
            QTest::newRow(m_scenarios[i].name) << static_cast<int>(i);
    }
    void areTheApprovedOnes();
    void nobodyListens();
    void haveNoFileWithoutAScenario();

private:
    void compare(const QString &name, const QByteArray &made);
    TestIdentity identity(Certificate certificate)
    {
        switch (certificate) {
        case Certificate::Good: return m_certificates.valid();
        case Certificate::WrongName: return m_certificates.wrongName();
        case Certificate::Expired: return m_certificates.expired();
        case Certificate::SelfSigned: return m_certificates.selfSigned();
        }
        Q_UNREACHABLE();
    }
    TestCertificates m_certificates;
    std::vector<Scenario> m_scenarios;
};

void tst_GoldenTranscripts::compare(const QString &name, const QByteArray &made)
{
    QFile file(kFolder + name + QStringLiteral(".txt"));
    if (qEnvironmentVariableIsSet("RELAYWRIGHT_WRITE_GOLDEN")) {
        QDir().mkpath(kFolder);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(made);
        file.close();
    }
    QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(name + QStringLiteral(" has no approved transcript")));
    const QByteArray approved = file.readAll();
    QVERIFY2(made == approved, "made:\n" + made + "approved:\n" + approved);
}

void tst_GoldenTranscripts::areTheApprovedOnes()
{
    QFETCH(int, index);
    const Scenario &scenario = m_scenarios[static_cast<std::size_t>(index)];
    ScriptedSmtpServer server(QString::fromUtf8(scenario.script), identity(scenario.certificate));
    TestRequest request = requestTo(server.port());
    request.connection.tls.caCertificatesPem = m_certificates.authorityPem();
    if (scenario.change)
        scenario.change(request);
    TestSecrets secrets;
    secrets.password = Secret(QByteArray(kPassword));
    TestRunner runner(request, std::move(secrets));
    QVERIFY2(runner.play(), runner.show());
    QVERIFY2(server.difference().isEmpty(), qPrintable(server.difference() + u'\n' + QString::fromUtf8(runner.show())));
    const QByteArray made = normalised(runner.record());
    QVERIFY2(!made.contains("horse") && !made.contains(kPassword.toBase64()) && !made.contains("rse-battery"), made);
    compare(QString::fromLatin1(scenario.name), made);
}

void tst_GoldenTranscripts::nobodyListens()
{
    QTcpServer closed;
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    const std::uint16_t port = closed.serverPort();
    closed.close();
    TestRunner runner(requestTo(port));
    QVERIFY2(runner.play(), runner.show());
    compare(QStringLiteral("nobody-listens"), normalised(runner.record()));
}

void tst_GoldenTranscripts::haveNoFileWithoutAScenario()
{
    QStringList known{QStringLiteral("nobody-listens.txt")};
    for (const Scenario &scenario : scenarios())
        known += QString::fromLatin1(scenario.name) + QStringLiteral(".txt");
    known.sort();
    QCOMPARE(QDir(kFolder).entryList(QDir::Files, QDir::Name), known);
    QVERIFY(known.size() >= 30);
}

QTEST_GUILESS_MAIN(tst_GoldenTranscripts)
#include "tst_GoldenTranscripts.moc"
