// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/Cli.h"
#include "tests/support/ScriptedSmtpServer.h"
#include "tests/support/TestSecrets.h"

#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

// After a run no file, no output and no argument list holds the password, the token or what was made of them, whatever the
// server repeats of it.

namespace {

const QByteArray kUser = "scanner@contoso.com";
const QByteArray kSecret = QByteArray(kTokenMark) + "-staple-9";

QByteArray plainBlob()
{
    return (QByteArray(1, '\0') + kUser + '\0' + kSecret).toBase64();
}

QByteArray xoauth2Blob()
{
    return ("user=" + kUser + "\1auth=Bearer " + kSecret + "\1\1").toBase64();
}

/// Every form that went on the wire, and what would be left of one that was masked in part.
QByteArrayList forms()
{
    return {kSecret,
            kSecret.toBase64(),
            plainBlob(),
            xoauth2Blob(),
            kSecret.mid(6, 12),
            kSecret.mid(14, 12),
            kSecret.toHex(),
            kSecret.toBase64().mid(4, 20),
            kSecret.toPercentEncoding()};
}

QString script(const QByteArray &text)
{
    return QString::fromUtf8(
        "S: 220 mx.example.com\nC*\nS: 250-mx.example.com\nS: 250 AUTH PLAIN LOGIN CRAM-MD5 XOAUTH2 OAUTHBEARER\n"
        + text + "C: QUIT\nS: 221 bye\n");
}

} // namespace

class tst_Secrets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void leaveNoTrace_data();
    void leaveNoTrace();

private:
    /// Names the first place that holds a secret; empty when none does.
    static QByteArray leak(const QByteArray &where, const QByteArray &text)
    {
        for (const QByteArray &form : forms()) {
            if (text.contains(form))
                return where + " holds \"" + form + "\":\n" + text.left(4000);
        }
        return {};
    }
    static QByteArray leakInFiles(const QString &folder)
    {
        QDirIterator files(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            if (!file.open(QIODevice::ReadOnly))
                return "cannot read " + file.fileName().toUtf8();
            if (const QByteArray found = leak(file.fileName().toUtf8(), file.readAll()); !found.isEmpty())
                return found;
        }
        return {};
    }
};

void tst_Secrets::leaveNoTrace_data()
{
    QTest::addColumn<QString>("mechanism");
    QTest::addColumn<QString>("conversation");
    const auto row = [](const char *tag, const char *mechanism, const QByteArray &conversation) {
        QTest::newRow(tag) << QString::fromLatin1(mechanism) << script(conversation);
    };
    const QByteArray base64 = kSecret.toBase64();
    row("PLAIN, refused", "plain", "C*\nS: 535 5.7.3 no\n");
    row("PLAIN, the server repeats the password", "plain", "C*\nS: 535 5.7.8 " + kSecret + " is wrong\n");
    row("PLAIN, the server repeats the whole answer", "plain", "C*\nS: 535 5.7.8 " + plainBlob() + " is wrong\n");
    row("PLAIN, repeated over split reads", "plain",
        "C*\nS! 535 5.7.8 " + kSecret.left(11) + "\nPAUSE 50\nS! " + kSecret.mid(11) + " is wrong\\r\\n\n");
    row("PLAIN, repeated over continuation lines", "plain",
        "C*\nS: 535-5.7.8 " + kSecret.left(11) + "\nS: 535-5.7.8 " + kSecret.mid(11, 14) + "\nS: 535 5.7.8 "
            + kSecret.mid(25) + " is wrong\n");
    row("PLAIN, base64 over continuation lines", "plain",
        "C*\nS: 535-" + base64.left(13) + "\nS: 535 " + base64.mid(13) + "\n");
    row("LOGIN, refused", "login", "C*\nS: 334 VXNlcm5hbWU6\nC*\nS: 334 UGFzc3dvcmQ6\nC*\nS: 535 5.7.3 no\n");
    row("LOGIN, the server asks for it again with it", "login",
        "C*\nS: 334 VXNlcm5hbWU6\nC*\nS: 334 UGFzc3dvcmQ6\nC*\nS: 334 " + ("again, not " + kSecret).toBase64()
            + "\nC*\nS: 501 gone\n");
    row("CRAM-MD5", "cram-md5", "C*\nS: 334 PDEuMkBteD4=\nC*\nS: 535 5.7.8 " + kSecret + " is wrong\n");
    row("XOAUTH2, the refusal holds the token", "xoauth2",
        "C*\nS: 334 " + ("{\"status\":\"400\",\"token\":\"" + kSecret + "\"}").toBase64() + "\nC*\nS: 535 5.7.3 "
            + kSecret + "\n");
    row("XOAUTH2, the server repeats the blob", "xoauth2",
        "C*\nS: 535-5.7.3 " + xoauth2Blob().left(30) + "\nS: 535 5.7.3 " + xoauth2Blob().mid(30) + "\n");
    row("OAUTHBEARER", "oauthbearer",
        "C*\nS: 334 " + ("{\"status\":\"invalid_token\",\"seen\":\"" + kSecret + "\"}").toBase64()
            + "\nC*\nS: 535 5.7.3 no\n");
}

void tst_Secrets::leaveNoTrace()
{
    QFETCH(QString, mechanism);
    QFETCH(QString, conversation);
    ScriptedSmtpServer server(conversation);
    QTemporaryDir folder, temporary;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("SCANNER_PASSWORD"), QString::fromUtf8(kSecret));
    environment.insert(QStringLiteral("TMPDIR"), temporary.path());
    environment.insert(QStringLiteral("QT_LOGGING_RULES"), QStringLiteral("*.debug=true"));
    const QString record = folder.filePath(QStringLiteral("record.json"));
    QByteArray arguments;
    const CliRun run = runCliServed({QStringLiteral("send"),
                                     QStringLiteral("--server"),
                                     QStringLiteral("127.0.0.1:%1").arg(server.port()),
                                     QStringLiteral("--tls"),
                                     QStringLiteral("none"),
                                     QStringLiteral("--auth-without-tls"),
                                     QStringLiteral("--auth"),
                                     mechanism,
                                     QStringLiteral("--user"),
                                     QString::fromUtf8(kUser),
                                     QStringLiteral("--password-from"),
                                     QStringLiteral("env:SCANNER_PASSWORD"),
                                     QStringLiteral("--from"),
                                     QStringLiteral("a@example.com"),
                                     QStringLiteral("--to"),
                                     QStringLiteral("b@example.com"),
                                     QStringLiteral("--record"),
                                     record,
                                     QStringLiteral("--transcript"),
                                     folder.filePath(QStringLiteral("transcript.txt"))},
                                    environment, [&](qint64 process) {
#ifdef Q_OS_LINUX
                                        // Empty for a moment after the program has begun.
                                        (void)QTest::qWaitFor([&] {
                                            QFile file(QStringLiteral("/proc/%1/cmdline").arg(process));
                                            if (file.open(QIODevice::ReadOnly))
                                                arguments = file.readAll();
                                            return !arguments.isEmpty();
                                        });
#endif
                                    });
    QVERIFY2(server.difference().isEmpty(), qPrintable(server.difference()));
    QVERIFY2(run.out.contains("AUTH "), run.out + run.err); // it did sign in
    QVERIFY2(server.received().join('\n').size() > 0, "nothing came");
    for (const char *form : {"text", "html", "json", "swaks"})
        QCOMPARE_EQ(runCli({QStringLiteral("transcript"), record, QStringLiteral("--as"), QLatin1String(form),
                            QStringLiteral("--out"), folder.filePath(QStringLiteral("as-") + QLatin1String(form))})
                        .exitCode,
                    0);
#ifdef Q_OS_LINUX
    QVERIFY(arguments.contains("--password-from"));
#endif
    for (const auto &[where, text] : {std::pair<QByteArray, QByteArray>("standard output", run.out),
                                      {"standard error", run.err},
                                      {"the argument list", arguments}})
        QVERIFY2(leak(where, text).isEmpty(), leak(where, text));
    for (const QString &place : {folder.path(), temporary.path()})
        QVERIFY2(leakInFiles(place).isEmpty(), leakInFiles(place));
}

QTEST_GUILESS_MAIN(tst_Secrets)
#include "tst_Secrets.moc"
