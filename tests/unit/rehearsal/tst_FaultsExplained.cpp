// SPDX-License-Identifier: GPL-3.0-or-later
// Every fault on request, met by a whole test run: each ends in its own sentence.
#include "PracticeClient.h"

#include "core/diagnosis/TestContext.h"
#include "core/rehearsal/PracticeClock.h"
#include "core/session/PracticeGreeting.h"
#include "core/session/SendRun.h"

#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

class tst_FaultsExplained : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyFaultHasItsSentence_data();
    void everyFaultHasItsSentence();
    void noTwoFaultsAreToldAlike();
    void nextMonthsFailureIsExplainedByNextMonth();

private:
    /// A whole test of a server with these settings, whose clock is `practiceClock`.
    [[nodiscard]] std::optional<TestRecord> tested(const PracticeSettings &practiceSettings,
                                                   const Clock &practiceClock);
    [[nodiscard]] std::optional<Diagnosis> explain(const QString &fault);
    FakeClock clock{fromDateTime(QDateTime(QDate(2026, 11, 22), QTime(8, 0), Qt::UTC))};
    QHash<QString, QString> m_told; ///< fault -> what was seen, title and first cause
};

void tst_FaultsExplained::everyFaultHasItsSentence_data()
{
    QTest::addColumn<QString>("entry");
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("cause");
    const auto add = [](const char *fault, const char *entry, const char *title, const char *cause) {
        QTest::newRow(fault) << QString::fromLatin1(entry) << QString::fromLatin1(title) << QString::fromLatin1(cause);
    };
    add("slow-banner=10m", "outcome.timed-out-greeting", "took the connection and then said nothing",
        "The server is overloaded, or delays its greeting");
    add("tarpit=10m", "outcome.timed-out", "stopped answering", "The server is overloaded.");
    for (const auto &[point, where] :
         {std::pair("greeting", "in its greeting"), std::pair("ehlo", "to EHLO"), std::pair("starttls", "to STARTTLS"),
          std::pair("auth", "to the sign-in"), std::pair("mail", "to MAIL FROM"), std::pair("rcpt", "to RCPT TO"),
          std::pair("data", "to DATA"), std::pair("message", "to the message")}) {
        add(qPrintable(QStringLiteral("421-at=") + QLatin1String(point)), "service-not-available",
            qPrintable(QStringLiteral("answered %1 that it takes no mail at the moment").arg(QLatin1String(where))),
            "The service is not ready for the moment.");
        const QByteArrayView at(point);
        if (at != "starttls" && at != "message") // no fault, and told with the message below
            add(qPrintable(QStringLiteral("garbage=") + QLatin1String(point)), "outcome.protocol-violation",
                qPrintable(QStringLiteral("answered %1 is not SMTP").arg(QLatin1String(where))),
                "Another service listens on that port.");
    }
    // The message was sent: whatever comes then, it may have been taken.
    for (const char *fault : {"garbage=message", "drop-in-data"})
        add(fault, "outcome.timed-out-data", "did not say whether it took the message", "The message was sent whole");
    add("no-starttls", "outcome.tls-not-offered", "does not offer TLS, and TLS is required",
        "The server cannot do STARTTLS.");
    add("tls1.0-only", "outcome.tls-failed", "The TLS handshake with",
        "The two sides have no TLS version or cipher in common.");
    add("cert=wrong-name", "outcome.tls-name-mismatch", "is for another name", "The server was entered by address");
    add("cert=expired", "outcome.tls-expired", "has expired", "The certificate was not renewed.");
    add("cert=self-signed", "outcome.tls-untrusted", "an authority that this computer does not trust",
        "The server has a certificate of its own making");
}

std::optional<TestRecord> tst_FaultsExplained::tested(const PracticeSettings &practiceSettings,
                                                      const Clock &practiceClock)
{
    PracticeServer server(practiceSettings, practiceClock);
    if (!server.start())
        qFatal("the practice server does not start");
    QTemporaryDir folder;
    QFile authority(folder.filePath(QStringLiteral("ca.pem")));
    if (!authority.open(QIODevice::WriteOnly) || authority.write(server.authorityPem()) <= 0)
        qFatal("no certificate authority");
    authority.close();
    TestRequest request{.connection = {.server = server.address()},
                        .message = {.from = address("scanner@contoso.com")}};
    request.method = toString(Method::ClientSubmission);
    request.connection.smtp.ehloName = "scanner.contoso.com";
    request.connection.smtp.tls = TlsPolicy::Required;
    request.connection.smtp.credentials = Credentials{QStringLiteral("scanner@contoso.com"), {}, AuthMechanism::Auto};
    request.connection.tls.expectedName = practiceHostName();
    // Only the two that never answer are given up; the others answer at once.
    const bool isSlow = practiceSettings.faults.slowBanner.count() > 0 || practiceSettings.faults.tarpit.count() > 0;
    request.connection.patience = isSlow ? std::chrono::milliseconds(400) : std::chrono::milliseconds(20'000);
    request.caFile = authority.fileName();
    request.envelope = {address("scanner@contoso.com"), {address("jane@contoso.com")}};
    request.message.to = {address("jane@contoso.com")};
    request.message.subject = QStringLiteral("Scan 7");
    request.message.text = QStringLiteral("A scan.");
    SendRun run(request, {.password = Secret(QByteArray(kPracticePassword))}, clock);
    std::optional<TestRecord> record;
    connect(&run, &SendRun::finished, this, [&record](const TestRecord &done) { record = done; });
    connect(&run, &SendRun::failedToStart, this, [](const Error &error) { qFatal("%s", qPrintable(error.detail)); });
    run.start();
    (void)QTest::qWaitFor([&record] { return record.has_value(); }, 30'000);
    return record;
}

std::optional<Diagnosis> tst_FaultsExplained::explain(const QString &fault)
{
    PracticeSettings practiceSettings = practice(PracticeMethod::ClientSubmission);
    if (!addFault(practiceSettings.faults, fault))
        qFatal("no such fault: %s", qPrintable(fault));
    const auto record = tested(practiceSettings, clock);
    if (!record)
        return std::nullopt;
    return diagnose(record->finish, record->transaction, contextOf(*record, {}, {}, clock.now()), Knowledge::builtIn());
}

void tst_FaultsExplained::everyFaultHasItsSentence()
{
    QFETCH(QString, entry);
    QFETCH(QString, title);
    QFETCH(QString, cause);
    const auto diagnosis = explain(QString::fromLatin1(QTest::currentDataTag()));
    QVERIFY(diagnosis);
    QVERIFY(!diagnosis->causes.empty());
    const QString first = diagnosis->causes.front().text;
    qDebug() << QTest::currentDataTag() << diagnosis->entryId << "|" << diagnosis->title << "|" << first << "|"
             << diagnosis->seen << "|" << diagnosis->allRemedies();
    QCOMPARE_EQ(diagnosis->entryId, entry);
    QVERIFY2(diagnosis->title.contains(title), qPrintable(diagnosis->title));
    QVERIFY2(first.startsWith(cause), qPrintable(first));
    QVERIFY(!diagnosis->allRemedies().isEmpty());
    static const QRegularExpression port(QStringLiteral("127\\.0\\.0\\.1:[0-9]+"));
    m_told.insert(QString::fromLatin1(QTest::currentDataTag()),
                  QString(diagnosis->seen + u'\n' + diagnosis->title + u'\n' + first).remove(port));
}

void tst_FaultsExplained::noTwoFaultsAreToldAlike()
{
    QSet<QString> told;
    for (auto it = m_told.cbegin(); it != m_told.cend(); ++it) {
        QVERIFY2(!told.contains(it.value()), qPrintable(it.key() + u' ' + it.value()));
        told.insert(it.value());
    }
}

void tst_FaultsExplained::nextMonthsFailureIsExplainedByNextMonth()
{
    const PracticeClock moved(clock, QDate(2027, 1, 5));
    const auto record = tested(practice(PracticeMethod::ClientSubmission), moved);
    QVERIFY(record);
    QCOMPARE_EQ(practiceTime(record->transcript), std::optional(moved.now()));
    const auto diagnosis =
        diagnose(record->finish, record->transaction, contextOf(*record, {}, {}, clock.now()), Knowledge::builtIn());
    QVERIFY(diagnosis);
    QCOMPARE_EQ(diagnosis->entryId, QStringLiteral("basic-auth-disabled"));
    const Cause &first = diagnosis->causes.front();
    QVERIFY2(first.text.startsWith(QStringLiteral("Sign-in with a password is off")), qPrintable(first.text));
    QVERIFY2(first.why.contains(QStringLiteral("off by default since")), qPrintable(first.why));
}

QTEST_GUILESS_MAIN(tst_FaultsExplained)
#include "tst_FaultsExplained.moc"
