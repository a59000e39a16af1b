// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/Cli.h"
#include "tests/support/ScriptedSmtpServer.h"
#include "tests/support/SmtpSink.h"

#include <QFile>
#include <QJsonArray>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#ifdef Q_OS_UNIX
#include <csignal>
#endif

using namespace relaywright;
using namespace relaywright::test;

// send with all that it can, its records, compare and transcript. Everything on loopback.

namespace {

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

const QByteArray kSite = R"({"schema": "relaywright.site/1",
  "organisation": {"name": "Contoso", "acceptedDomains": ["contoso.com"], "mxHost": "127.0.0.1"},
  "networks": [{"id": "main", "port25Open": "yes", "staticEgress": "yes", "egress": ["192.0.2.10"]}],
  "senders": [
    {"id": "scanner", "name": "Scanner", "kind": "scanner", "from": "scanner@contoso.com", "reach": "internal", "tls": "none",
     "signIn": "none", "habits": ["no-date"]},
    {"id": "ups", "name": "UPS", "kind": "ups", "from": "ups@contoso.com", "reach": "internal", "tls": "none", "signIn": "none"}]})";

} // namespace

class tst_Tests : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsARecordAndRunsItAgain();
    void comparesTwoRecords();
    void writesARecordInEveryForm();
    void theSwaksCommandDoesTheSame();
    void theOpensslCommandShowsTls();
    void repeatsAndReports();
    void refusesABurst();
    void reportsWhenInterrupted();
    void pausesAndGoesOnAtASignal();
    void tellsARefusalFromNobodyThere();
    void testsOneSenderOfASite();
    void testsAllSendersOfASite();
    void asksForTheAddressesOfASite();
    void saysThatNobodyCouldBeAsked();
    void offersTheTraceCommand();
    void theTraceDecidesWhereAMessageIsInDoubt();
    void probesWithASignIn();
    void saysWhatIsWrongWithTheMessage();

private:
    QString inFolder(const char *name) const { return m_folder.filePath(QLatin1String(name)); }
    static QString server(const SmtpSink &sink) { return QStringLiteral("127.0.0.1:%1").arg(sink.port()); }
    /// `send` to the sink, from a@example.com to b@example.com.
    static CliRun send(const SmtpSink &sink, const QStringList &more, const char *tls = "none")
    {
        QStringList arguments =
            words("send --from a@example.com --to b@example.com --server") + QStringList{server(sink)} + more;
        if (!more.contains(QStringLiteral("--tls")))
            arguments += {QStringLiteral("--tls"), QLatin1String(tls)};
        return runCliServed(arguments);
    }
    QString siteFile();
    QTemporaryDir m_folder;
    TestCertificates m_certificates;
};

void tst_Tests::keepsARecordAndRunsItAgain()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    const QString record = inFolder("first.json");
    const CliRun first = send(sink, words("--subject First --record") + QStringList{record});
    QVERIFY2(first.exitCode == 0, first.out + first.err);
    const CliRun again = runCliServed(words("send --like") + QStringList{record} + words("--subject Second"));
    QVERIFY2(again.exitCode == 0, again.out + again.err);
    QCOMPARE_EQ(sink.messages().size(), 2U);
    QVERIFY(sink.messages()[0].data.contains("Subject: First"));
    QVERIFY(sink.messages()[1].data.contains("Subject: Second"));
    QCOMPARE_EQ(sink.messages()[1].reversePath, QByteArray("a@example.com"));
    QFile broken(inFolder("broken.json"));
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write(contentOf(record).replace("test-record/1", "test-record/9"));
    broken.close();
    const CliRun wrong = runCli(words("send --like") + QStringList{broken.fileName()});
    QCOMPARE_EQ(wrong.exitCode, 3);
    QVERIFY2(wrong.err.contains("$.schema"), wrong.err);
}

void tst_Tests::comparesTwoRecords()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    const QString good = inFolder("good.json"), bad = inFolder("bad.json");
    QCOMPARE_EQ(send(sink, {QStringLiteral("--record"), good}).exitCode, 0);
    sink.answerAlways("RCPT", "550 5.7.64 TenantAttribution; Relay Access Denied");
    QCOMPARE_EQ(send(sink, {QStringLiteral("--record"), bad}).exitCode, 1);
    const CliRun differs = runCli({QStringLiteral("compare"), good, bad});
    QCOMPARE_EQ(differs.exitCode, 1);
    QVERIFY2(differs.out.contains("The first difference is at rcpt: Accepted on the left, refused on the right."),
             differs.out);
    QVERIFY2(!differs.out.contains("EHLO"), differs.out);
    sink.answerRecipient("c@example.com", "250 2.1.5 ok");
    const CliRun stopped = send(sink, words("--to c@example.com --stop-after rcpt"));
    QCOMPARE_EQ(stopped.exitCode, 1);
    QVERIFY2(stopped.out.contains("not every recipient was accepted"), stopped.out);
    QVERIFY2(differs.out.contains("the right run was refused by the server at rcpt"), differs.out);
    QVERIFY2(differs.out.contains("left  C: message, ") && !differs.out.contains("S: message"), differs.out);
    const CliRun json = runCli({QStringLiteral("--json"), QStringLiteral("compare"), good, bad});
    QCOMPARE_EQ(json.json().value(QLatin1String("schema")).toString(), QStringLiteral("relaywright.comparison/1"));
    const CliRun same = runCli({QStringLiteral("compare"), good, good, QStringLiteral("--all")});
    QCOMPARE_EQ(same.exitCode, 0);
    QVERIFY2(same.out.contains("EHLO"), same.out);
    QVERIFY2(same.out.contains("both  -- Connecting to"), same.out);
}

void tst_Tests::writesARecordInEveryForm()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    const QString record = inFolder("forms.json");
    QCOMPARE_EQ(send(sink, {QStringLiteral("--record"), record}).exitCode, 0);
    const auto as = [&](const char *form) {
        return runCli({QStringLiteral("transcript"), record, QStringLiteral("--as"), QLatin1String(form)});
    };
    QVERIFY(as("text").out.contains("Where the time went"));
    QVERIFY(as("html").out.startsWith("<!DOCTYPE html>"));
    QVERIFY(as("json").out.contains("relaywright.test-record/1"));
    QVERIFY(as("swaks").out.contains("swaks --server 127.0.0.1"));
    const QJsonObject command = runCli({QStringLiteral("--json"), QStringLiteral("transcript"), record,
                                        QStringLiteral("--as"), QStringLiteral("swaks")})
                                    .json();
    QCOMPARE_EQ(command.value(QLatin1String("schema")).toString(), QStringLiteral("relaywright.command/1"));
    QVERIFY(command.value(QLatin1String("command")).toString().startsWith(QLatin1String("swaks --server 127.0.0.1")));
    const CliRun openssl = as("openssl");
    QCOMPARE_EQ(openssl.exitCode, 3);
    QVERIFY2(openssl.err.contains("speaks TLS only"), openssl.err);
    const QString file = inFolder("forms.html");
    QCOMPARE_EQ(
        runCli(words("transcript")
               + QStringList{record, QStringLiteral("--as"), QStringLiteral("html"), QStringLiteral("--out"), file})
            .exitCode,
        0);
    QVERIFY(contentOf(file).endsWith("</html>\n"));
}

void tst_Tests::theSwaksCommandDoesTheSame()
{
    QVERIFY2(!QStandardPaths::findExecutable(QStringLiteral("swaks")).isEmpty(),
             "swaks is not installed. Run installer/bootstrap.sh, which brings it.");
    SmtpSink sink({.tls = SmtpSink::Tls::StartTls, .identity = m_certificates.valid()});
    QVERIFY(sink.listen());
    const QString record = inFolder("swaks.json");
    QFile html(inFolder("swaks body.html"));
    QVERIFY(html.open(QIODevice::WriteOnly));
    html.write("<p>The same in HTML</p>\n");
    html.close();
    const CliRun sent =
        send(sink,
             words("--subject") + QStringList{QStringLiteral("It's $(id) \"quoted\" `here`")}
                 + words("--header X-Device:4 --header-sender c@example.com --html-file")
                 + QStringList{html.fileName(), QStringLiteral("--attach"), html.fileName()} + words("--ca-file")
                 + QStringList{m_certificates.authorityFile(), QStringLiteral("--record"), record},
             "starttls");
    QVERIFY2(sent.exitCode == 0, sent.out + sent.err);
    const QByteArray command =
        runCli({QStringLiteral("transcript"), record, QStringLiteral("--as"), QStringLiteral("swaks")}).out;
    const CliRun swaks = runCliServed({QStringLiteral("-c"), QString::fromUtf8(command)},
                                      QProcessEnvironment::systemEnvironment(), {}, QStringLiteral("/bin/sh"));
    QVERIFY2(swaks.exitCode == 0, command + swaks.out + swaks.err);
    QCOMPARE_EQ(sink.messages().size(), 2U);
    const SunkMessage &ours = sink.messages()[0], &theirs = sink.messages()[1];
    QCOMPARE_EQ(theirs.reversePath, ours.reversePath);
    QCOMPARE_EQ(theirs.forwardPaths, ours.forwardPaths);
    QVERIFY(theirs.tls);
    for (const char *part :
         {"Subject: It's $(id) \"quoted\" `here`", "X-Device: 4", "Sender: c@example.com", "text/html",
          "PHA+VGhlIHNhbWUgaW4gSFRNTDwvcD4K", "multipart/alternative", "swaks body.html"})
        QVERIFY2(theirs.data.contains(part), QByteArray(part) + '\n' + theirs.data);
}

void tst_Tests::theOpensslCommandShowsTls()
{
    QVERIFY2(!QStandardPaths::findExecutable(QStringLiteral("openssl")).isEmpty(),
             "openssl is not installed. Run installer/bootstrap.sh, which brings it.");
    SmtpSink sink({.tls = SmtpSink::Tls::StartTls, .identity = m_certificates.valid()});
    QVERIFY(sink.listen());
    const QString record = inFolder("openssl.json");
    QCOMPARE_EQ(send(sink,
                     words("--tls-max tls1.2 --ca-file")
                         + QStringList{m_certificates.authorityFile(), QStringLiteral("--record"), record},
                     "starttls")
                    .exitCode,
                0);
    const QByteArray command =
        runCli({QStringLiteral("transcript"), record, QStringLiteral("--as"), QStringLiteral("openssl")}).out;
    const CliRun openssl = runCliServed({QStringLiteral("-c"), QString::fromUtf8(command)},
                                        QProcessEnvironment::systemEnvironment(), {}, QStringLiteral("/bin/sh"));
    QVERIFY2(openssl.exitCode == 0, command + openssl.out + openssl.err);
    QVERIFY2(openssl.out.contains("Verify return code: 0 (ok)"), openssl.out);
    QVERIFY2(openssl.out.contains("TLSv1.2"), openssl.out);
    QVERIFY2(openssl.out.contains("8BITMIME"), openssl.out); // EHLO inside TLS was answered
}

void tst_Tests::repeatsAndReports()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    sink.answer("MAIL", "451 4.3.2 not now");
    QVERIFY(QDir().mkpath(inFolder("kept")));
    const CliRun run =
        send(sink, words("--json --repeat 3 --per-minute 6000 --records") + QStringList{inFolder("kept")});
    QCOMPARE_EQ(run.exitCode, 1); // one was refused
    QCOMPARE_EQ(run.json().value(QLatin1String("schema")).toString(), QStringLiteral("relaywright.send-series/1"));
    QCOMPARE_EQ(run.json().value(QLatin1String("accepted")).toInt(), 2);
    QCOMPARE_EQ(run.json().value(QLatin1String("results")).toArray().size(), 3);
    QVERIFY(
        !run.json().value(QLatin1String("results")).toArray().first()[QLatin1String("diagnosis")].toObject().isEmpty());
    QCOMPARE_EQ(sink.messages().size(), 2U);
    QCOMPARE_EQ(QDir(inFolder("kept")).entryList(QDir::Files).size(), 3);
    const CliRun told = send(sink, words("--repeat 2 --per-minute 6000"));
    QVERIFY2(told.out.startsWith("2 messages to 127.0.0.1:"), told.out);
    QVERIFY2(told.out.contains("2 of 2 accepted."), told.out);
}

void tst_Tests::refusesABurst()
{
    const QStringList far = words("send --server mx.example.com:25 --tls none --from a@example.com --to b@example.com");
    const CliRun fast = runCli(far + words("--repeat 5 --per-minute 31"));
    QCOMPARE_EQ(fast.exitCode, 3);
    QVERIFY2(fast.err.contains("1 to 30"), fast.err);
    const CliRun many = runCli(far + words("--repeat 5000"));
    QCOMPARE_EQ(many.exitCode, 3);
    QVERIFY2(many.err.contains("1 to 200"), many.err);
}

void tst_Tests::reportsWhenInterrupted()
{
#ifdef Q_OS_UNIX
    SmtpSink sink;
    QVERIFY(sink.listen());
    qint64 id = 0;
    connect(&sink, &SmtpSink::messageStored, &sink, [&id] { ::kill(static_cast<pid_t>(id), SIGINT); });
    const CliRun run = runCliServed(QStringList{QStringLiteral("send"), QStringLiteral("--server"), server(sink)}
                                        + words("--tls none --from a@example.com --to b@example.com --json --repeat 50 "
                                                "--per-minute 60"),
                                    QProcessEnvironment::systemEnvironment(), [&id](qint64 process) { id = process; });
    QVERIFY2(run.exitCode == 4, run.out + run.err);
    QVERIFY(run.json().value(QLatin1String("interrupted")).toBool());
    QCOMPARE_EQ(sink.messages().size(), 1U);
#else
    QSKIP("Only Unix interrupts another program by a signal.");
#endif
}

void tst_Tests::pausesAndGoesOnAtASignal()
{
#ifdef Q_OS_UNIX
    SmtpSink sink;
    QVERIFY(sink.listen());
    QProcess process;
    QByteArray out;
    connect(&process, &QProcess::readyReadStandardOutput, &process, [&] { out += process.readAllStandardOutput(); });
    process.start(cliPath(),
                  words("send --tls none --from a@example.com --to b@example.com --repeat 4 --per-minute 120 "
                        "--server")
                      + QStringList{server(sink)});
    QVERIFY(process.waitForStarted());
    const auto id = static_cast<pid_t>(process.processId());
    QTRY_VERIFY_WITH_TIMEOUT(out.contains("1/4"), 10000); // it listens to signals from before its first test on
    QCOMPARE_EQ(::kill(id, SIGUSR1), 0);
    QTRY_VERIFY_WITH_TIMEOUT(out.contains("paused after"), 10000);
    const std::size_t sent = sink.messages().size();
    QVERIFY(sent < 4);
    QCOMPARE_EQ(::kill(id, SIGUSR2), 0);
    QTRY_VERIFY_WITH_TIMEOUT(out.contains("going on"), 10000);
    QTRY_COMPARE_WITH_TIMEOUT(process.state(), QProcess::NotRunning, 20000);
    QCOMPARE_EQ(process.exitCode(), 0);
    QVERIFY2(out.contains("4 of 4 accepted."), out);
    QCOMPARE_EQ(sink.messages().size(), 4U);
#else
    QSKIP("Only Unix has these signals.");
#endif
}

void tst_Tests::tellsARefusalFromNobodyThere()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    const QString nobody = server(sink);
    sink.close();
    const QStringList toNobody =
        words("send --tls none --from a@example.com --to b@example.com --server") + QStringList{nobody};
    const CliRun one = runCli(toNobody);
    QCOMPARE_EQ(one.exitCode, 4);
    QVERIFY2(one.out.contains("Not sent: the test found no connection"), one.out);
    QVERIFY2(!one.out.contains("connection-failed"), one.out);
    QCOMPARE_EQ(one.out.count("nothing listens on port"), 2); // in the conversation, and in its explanation
    const CliRun several = runCli(toNobody + words("--repeat 2 --per-minute 6000"));
    QCOMPARE_EQ(several.exitCode, 4);
    QVERIFY2(several.out.contains("no connection"), several.out);
}

QString tst_Tests::siteFile()
{
    const QString path = inFolder("contoso.relaywright");
    QFile file(path);
    if (file.open(QIODevice::WriteOnly))
        file.write(kSite);
    return path;
}

void tst_Tests::testsOneSenderOfASite()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    const QStringList test = words("send --to me@contoso.com --method direct-send --server") + QStringList{server(sink)}
                             + words("--site") + QStringList{siteFile()};
    const CliRun run = runCliServed(test + words("--sender scanner"));
    QVERIFY2(run.exitCode == 0, run.out + run.err);
    QCOMPARE_EQ(sink.messages().size(), 1U);
    QCOMPARE_EQ(sink.messages()[0].reversePath, QByteArray("scanner@contoso.com"));
    QVERIFY(!sink.messages()[0].data.contains("\nDate:") && !sink.messages()[0].data.startsWith("Date:"));
    QVERIFY(sink.messages()[0].data.contains("Subject: Relaywright test of Scanner"));
    const CliRun nobody = runCli(test + words("--sender fax"));
    QCOMPARE_EQ(nobody.exitCode, 3);
    QVERIFY2(nobody.err.contains("\"fax\""), nobody.err);
    // Where the plan does not know the server, the one that was named is enough.
    QFile site(inFolder("no-mx.relaywright"));
    QVERIFY(site.open(QIODevice::WriteOnly));
    site.write(QByteArray(kSite).replace(", \"mxHost\": \"127.0.0.1\"", ""));
    site.close();
    const CliRun unplanned = runCliServed(words("send --to me@contoso.com --sender ups --server")
                                          + QStringList{server(sink), QStringLiteral("--site"), site.fileName()});
    QVERIFY2(unplanned.exitCode == 0, unplanned.out + unplanned.err);
    const CliRun neither = runCli(test);
    QCOMPARE_EQ(neither.exitCode, 3);
    QVERIFY2(neither.err.contains("--all"), neither.err);
}

void tst_Tests::testsAllSendersOfASite()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    const CliRun run =
        runCliServed(words("send --all --to me@contoso.com --method direct-send --per-minute 6000 --server")
                     + QStringList{server(sink)} + words("--site") + QStringList{siteFile()});
    QVERIFY2(run.exitCode == 0, run.out + run.err);
    QVERIFY2(run.out.contains("2 of 2 accepted."), run.out);
    QCOMPARE_EQ(sink.messages().size(), 2U);
    QCOMPARE_EQ(sink.messages()[1].reversePath, QByteArray("ups@contoso.com"));
}

void tst_Tests::asksForTheAddressesOfASite()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    sink.answerAlways("RCPT", "550 5.1.10 RecipientNotFound");
    sink.answerRecipient("scanner@contoso.com", "250 2.1.5 ok");
    const CliRun run = runCliServed(words("--json addresses --server") + QStringList{server(sink), siteFile()});
    QCOMPARE_EQ(run.exitCode, 1);
    const QJsonArray rows = run.json().value(QLatin1String("addresses")).toArray();
    QCOMPARE_EQ(rows.size(), 2);
    QCOMPARE_EQ(rows[0][QLatin1String("verdict")].toString(), QStringLiteral("taken"));
    QCOMPARE_EQ(rows[1][QLatin1String("verdict")].toString(), QStringLiteral("unknown"));
    QVERIFY(sink.messages().empty());
}

void tst_Tests::saysThatNobodyCouldBeAsked()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    const QString nobody = server(sink);
    sink.close();
    const CliRun run = runCli(words("addresses --server") + QStringList{nobody, siteFile()});
    QCOMPARE_EQ(run.exitCode, 4);
    QVERIFY2(run.out.contains("could be reached"), run.out);
    const QString path = inFolder("empty.relaywright");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"schema": "relaywright.site/1", "organisation": {"name": "Contoso"}})");
    file.close();
    const CliRun empty = runCli({QStringLiteral("addresses"), path});
    QCOMPARE_EQ(empty.exitCode, 0);
    QVERIFY2(empty.out.contains("nothing to ask for"), empty.out);
    const CliRun json = runCli({QStringLiteral("--json"), QStringLiteral("addresses"), path});
    QVERIFY(json.json().value(QLatin1String("addresses")).toArray().isEmpty() && !json.json().isEmpty());
}

void tst_Tests::offersTheTraceCommand()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    const CliRun run = send(sink, {});
    QVERIFY2(run.out.contains("Get-MessageTraceV2 -MessageId '<relaywright2"), run.out);
}

void tst_Tests::theTraceDecidesWhereAMessageIsInDoubt()
{
    ScriptedSmtpServer silent(QStringLiteral("S: 220 mx.example.com ESMTP\nC*\nS: 250 mx.example.com\nC*\n"
                                             "S: 250 2.1.0 OK\nC*\nS: 250 2.1.5 OK\nC*\nS: 354 go on\nC.\nDROP\n"));
    const CliRun run = runCliServed(words("send --tls none --from a@contoso.com --to b@contoso.com --server")
                                    + QStringList{QStringLiteral("127.0.0.1:%1").arg(silent.port())});
    RELAYWRIGHT_VERIFY_SCRIPT(silent);
    QCOMPARE_EQ(run.exitCode, 4);
    QVERIFY2(run.out.contains("In doubt: the test") && !run.out.contains("Not sent"), run.out);
    QVERIFY2(run.out.contains("Before you send it again: whether Exchange Online has it, this tells: "
                              "Get-MessageTraceV2 -MessageId '<relaywright2"),
             run.out);
}

void tst_Tests::probesWithASignIn()
{
    SmtpSink sink({.tls = SmtpSink::Tls::StartTls,
                   .identity = m_certificates.valid(),
                   .user = "u",
                   .password = "right password"});
    QVERIFY(sink.listen());
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("RIGHT"), QStringLiteral("right password"));
    environment.insert(QStringLiteral("WRONG"), QStringLiteral("wrong password"));
    const QStringList probe = words("--json probe --tls starttls --user u --to b@example.com --ca-file")
                              + QStringList{m_certificates.authorityFile(), server(sink)};
    const CliRun right = runCliServed(probe + words("--password-from env:RIGHT"), environment);
    QVERIFY2(right.exitCode == 0, right.out + right.err);
    QCOMPARE_EQ(right.json().value(QLatin1String("blame")).toString(), QStringLiteral("nobody"));
    QCOMPARE_EQ(right.json().value(QLatin1String("tlsVersions")).toArray().size(), 4);
    QVERIFY(right.json().value(QLatin1String("mailPorts")).toArray().size() >= 4);
    const CliRun wrong = runCliServed(probe + words("--password-from env:WRONG"), environment);
    QCOMPARE_EQ(wrong.exitCode, 1);
    QCOMPARE_EQ(wrong.json().value(QLatin1String("blame")).toString(), QStringLiteral("account"));
    const CliRun until = runCliServed(words("probe --stop-after ehlo --one-connection") + QStringList{server(sink)});
    QVERIFY2(until.exitCode == 0, until.out);
    const CliRun nobody = runCli(words("probe --auth login") + QStringList{server(sink)});
    QCOMPARE_EQ(nobody.exitCode, 2);
    QVERIFY2(nobody.err.contains("--auth does nothing"), nobody.err);
    QVERIFY2(!until.out.contains("STARTTLS\n") && until.out.contains("Not asked for."), until.out);
    QVERIFY(sink.messages().empty());
}

void tst_Tests::saysWhatIsWrongWithTheMessage()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    const CliRun fine = send(sink, {});
    QVERIFY2(!fine.out.contains("message: "), fine.out);
    const CliRun faulty = send(sink, words("--no-date"));
    QVERIFY2(faulty.out.contains("Date") && faulty.out.startsWith("wrong ") && faulty.out.contains("message: "), faulty.out);
    QCOMPARE_EQ(faulty.exitCode, 0); // the server took it all the same
}

QTEST_GUILESS_MAIN(tst_Tests)
#include "tst_Tests.moc"
