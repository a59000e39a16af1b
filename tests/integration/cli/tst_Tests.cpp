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

QStringList words(const char *line)
{
    return QString::fromUtf8(line).split(u' ', Qt::SkipEmptyParts);
}

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
    void saysOnTheWireWhatWasAskedFor_data();
    void saysOnTheWireWhatWasAskedFor();
    void namesABadValue_data();
    void namesABadValue();
    void repeatsAndReports();
    void refusesABurst();
    void reportsWhenInterrupted();
    void testsOneSenderOfASite();
    void testsAllSendersOfASite();
    void asksForTheAddressesOfASite();
    void offersTheTraceCommand();
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
    const CliRun json = runCli({QStringLiteral("--json"), QStringLiteral("compare"), good, bad});
    QCOMPARE_EQ(json.json().value(QLatin1String("schema")).toString(), QStringLiteral("relaywright.comparison/1"));
    const CliRun same = runCli({QStringLiteral("compare"), good, good, QStringLiteral("--all")});
    QCOMPARE_EQ(same.exitCode, 0);
    QVERIFY2(same.out.contains("EHLO"), same.out);
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
    const CliRun sent =
        send(sink,
             words("--subject") + QStringList{QStringLiteral("It's $(id) \"quoted\" `here`")} + words("--ca-file")
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
    QVERIFY2(theirs.data.contains("Subject: It's $(id) \"quoted\" `here`"), theirs.data);
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

void tst_Tests::saysOnTheWireWhatWasAskedFor_data()
{
    QTest::addColumn<QString>("options");
    QTest::addColumn<QByteArray>("seen");
    const auto row = [](const char *options, const char *seen) {
        QTest::newRow(options) << QString::fromUtf8(options) << QByteArray(seen);
    };
    row("--ehlo scanner.example", "EHLO scanner.example");
    row("--helo --ehlo scanner.example", "HELO scanner.example");
    row("--mail-from <> --header-from c@example.com", "MAIL FROM:<>");
    row("--mail-from bounce@example.com", "MAIL FROM:<bounce@example.com>");
    row("--size 999", "SIZE=999");
    row("--dsn success,failure --dsn-return headers --dsn-envid x1", "RET=HDRS ENVID=x1");
    row("--dsn success,failure", "NOTIFY=SUCCESS,FAILURE");
    row("--smtputf8", "SMTPUTF8");
    row("--chunking", "BDAT ");
    row("--to c@example.com", "RCPT TO:<c@example.com>");
    row("--stop-after rcpt", "RCPT TO:<b@example.com>");
    row("--fill 1M", "SIZE=14");
}

void tst_Tests::saysOnTheWireWhatWasAskedFor()
{
    QFETCH(QString, options);
    QFETCH(QByteArray, seen);
    SmtpSink sink({.capabilities = {"PIPELINING", "8BITMIME", "SMTPUTF8", "DSN", "CHUNKING", "SIZE 157286400"}});
    QVERIFY(sink.listen());
    const CliRun run = send(sink, words(options.toUtf8().constData()));
    const QByteArray commands = sink.commands().join('\n');
    QVERIFY2(commands.contains(seen), commands + run.out + run.err);
}

void tst_Tests::namesABadValue_data()
{
    QTest::addColumn<QString>("options");
    QTest::addColumn<QByteArray>("sentence");
    const auto row = [](const char *options, const char *sentence) {
        QTest::newRow(options) << QString::fromUtf8(options) << QByteArray(sentence);
    };
    row("--tls maybe", "--tls must be one of none");
    row("--tls-min tls1.5", "--tls-min must be one of");
    row("--tls-min tls1.3 --tls-max tls1.0", "TLS");
    row("--ciphers nonsense", "cipher");
    row("--auth magic --user u --password-from env:X", "--auth must be one of auto");
    row("--user u", "--password-from");
    row("--source nowhere", "--source:");
    row("--proxy ftp://proxy:21", "--proxy: write socks5://");
    row("--proxy http://u:p@proxy:21", "--proxy-password-from");
    row("--dsn sometimes", "--dsn must be never");
    row("--dsn never,failure", "stands alone");
    row("--stop-after lunch", "--stop-after must be one of connect");
    row("--stage-patience data", "STAGE=SECONDS");
    row("--header Nothing", "--header takes");
    row("--fill much", "--fill:");
    row("--reply-to nobody", "--reply-to:");
    row("--to nobody", "--to:");
    row("--client-key k.pem", "--client-cert");
    row("--client-cert a.pem --client-p12 b.p12", "not both");
    row("--attach /nowhere/of-this-name", "/nowhere/of-this-name");
    row("--client-cert /nowhere/of-this-name", "/nowhere/of-this-name");
    row("--charset klingon", "klingon");
}

void tst_Tests::namesABadValue()
{
    QFETCH(QString, options);
    QFETCH(QByteArray, sentence);
    SmtpSink sink;
    QVERIFY(sink.listen());
    const CliRun run = send(sink, words(options.toUtf8().constData()), "opportunistic");
    QVERIFY2(run.exitCode == 3 || run.exitCode == 2, QByteArray::number(run.exitCode) + run.out + run.err);
    QVERIFY2(run.err.contains(sentence), run.err);
    QCOMPARE_EQ(sink.connectionCount(), 0);
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

void tst_Tests::offersTheTraceCommand()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    const CliRun run = send(sink, {});
    QVERIFY2(run.out.contains("Get-MessageTraceV2 -MessageId '<relaywright2"), run.out);
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
    QVERIFY2(!until.out.contains("STARTTLS\n") && until.out.contains("Not asked for."), until.out);
    QVERIFY(sink.messages().empty());
}

void tst_Tests::saysWhatIsWrongWithTheMessage()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    const CliRun fine = send(sink, {});
    QVERIFY2(!fine.out.contains("\nmessage ") && !fine.out.startsWith("message "), fine.out);
    const CliRun faulty = send(sink, words("--no-date"));
    QVERIFY2(faulty.out.contains("Date") && faulty.out.startsWith("message "), faulty.out);
    QCOMPARE_EQ(faulty.exitCode, 0); // the server took it all the same
}

QTEST_GUILESS_MAIN(tst_Tests)
#include "tst_Tests.moc"
