// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/Cli.h"
#include "tests/support/SmtpSink.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

// The options of send: what they do on the wire, which of them are refused, and what they leave behind. On loopback.

class tst_SendOptions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void saysOnTheWireWhatWasAskedFor_data();
    void saysOnTheWireWhatWasAskedFor();
    void namesABadValue_data();
    void namesABadValue();
    void refusesOptionsThatDoNothing_data();
    void refusesOptionsThatDoNothing();
    void keepsWhatItSavesPrivate();

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
    QTemporaryDir m_folder;
};

void tst_SendOptions::saysOnTheWireWhatWasAskedFor_data()
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

void tst_SendOptions::saysOnTheWireWhatWasAskedFor()
{
    QFETCH(QString, options);
    QFETCH(QByteArray, seen);
    SmtpSink sink({.capabilities = {"PIPELINING", "8BITMIME", "SMTPUTF8", "DSN", "CHUNKING", "SIZE 157286400"}});
    QVERIFY(sink.listen());
    const CliRun run = send(sink, words(options.toUtf8().constData()));
    const QByteArray commands = sink.commands().join('\n');
    QVERIFY2(commands.contains(seen), commands + run.out + run.err);
}

void tst_SendOptions::namesABadValue_data()
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

void tst_SendOptions::namesABadValue()
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

void tst_SendOptions::refusesOptionsThatDoNothing_data()
{
    QTest::addColumn<QString>("options");
    QTest::addColumn<QByteArray>("sentence");
    const auto row = [](const char *options, const char *sentence) {
        QTest::newRow(options) << QString::fromUtf8(options) << QByteArray(sentence);
    };
    row("--proxy-password-from env:X", "There is no proxy");
    row("--proxy socks5://proxy --proxy-password-from env:X", "Nobody signs in at the proxy");
    row("--key-passphrase-from env:X", "There is no client certificate");
    row("--client-key k.pem", "--client-cert");
    row("--client-cert a.pem --client-p12 b.p12", "not both");
    row("--tls none --tls-min tls1.2", "without TLS, so --tls-min");
    row("--tls none --sni mx.example.com", "without TLS, so --sni");
    row("--tls none --client-cert a.pem", "without TLS, so --client-cert");
    row("--message m.eml --subject S", "m.eml, so --subject");
    row("--message m.eml --attach a.pdf", "m.eml, so --attach");
    row("--message m.eml --body T", "m.eml, so --body");
    row("--message m.eml --no-date", "m.eml, so --no-date");
    row("--body T --body-file b.txt", "not both");
    row("--no-size --size 5", "so --size does nothing");
    row("--helo --chunking", "HELO");
    row("--helo --dsn never", "HELO");
    row("--auth-without-tls", "Nobody signs in");
    row("--user u --password-from env:X --auth login --act-as v", "--act-as does nothing");
    row("--user u --password-from env:X --auth plain --realm CONTOSO", "--realm does nothing");
    row("--per-minute 5", "one message only");
    row("--records kept", "--record FILE");
    row("--repeat 2 --record one.json", "--records DIR");
}

void tst_SendOptions::refusesOptionsThatDoNothing()
{
    QFETCH(QString, options);
    QFETCH(QByteArray, sentence);
    SmtpSink sink;
    QVERIFY(sink.listen());
    QFile message(inFolder("m.eml"));
    QVERIFY(message.open(QIODevice::WriteOnly));
    message.close();
    QFile body(inFolder("b.txt"));
    QVERIFY(body.open(QIODevice::WriteOnly));
    body.close();
    QString inPlace = options;
    inPlace.replace(QLatin1String(" m.eml"), u' ' + message.fileName())
        .replace(QLatin1String("b.txt"), body.fileName());
    const CliRun run = send(sink, words(inPlace.toUtf8().constData()), "opportunistic");
    QVERIFY2(run.exitCode == 2, QByteArray::number(run.exitCode) + run.out + run.err);
    QVERIFY2(run.err.contains(sentence), run.err);
    QCOMPARE_EQ(sink.connectionCount(), 0);
}

void tst_SendOptions::keepsWhatItSavesPrivate()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    const QString record = inFolder("private.json"), transcript = inFolder("private.txt"),
                  html = inFolder("private.html");
    QCOMPARE_EQ(send(sink, {QStringLiteral("--record"), record, QStringLiteral("--transcript"), transcript}).exitCode,
                0);
    QCOMPARE_EQ(runCli({QStringLiteral("transcript"), record, QStringLiteral("--as"), QStringLiteral("html"),
                        QStringLiteral("--out"), html})
                    .exitCode,
                0);
    const QString folder = inFolder("made/when missing");
    QCOMPARE_EQ(send(sink, words("--repeat 2 --per-minute 6000 --records") + QStringList{folder}).exitCode, 0);
    QStringList files{record, transcript, html};
    for (const QString &name : QDir(folder).entryList(QDir::Files))
        files += QDir(folder).filePath(name);
    QCOMPARE_EQ(files.size(), 5);
    constexpr QFile::Permissions kOthers =
        QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
    for (const QString &file : files)
        QVERIFY2(!(QFile::permissions(file) & kOthers), qPrintable(file));
    const std::size_t sent = sink.messages().size();
    const CliRun nowhere = send(sink, {QStringLiteral("--record"), record + QStringLiteral("/below/a.json")});
    QCOMPARE_EQ(nowhere.exitCode, 4);
    QCOMPARE_EQ(sink.messages().size(), sent); // it says so before it sends
}

QTEST_GUILESS_MAIN(tst_SendOptions)
#include "tst_SendOptions.moc"
