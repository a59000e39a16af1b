// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/Cli.h"
#include "tests/support/ProxyServer.h"
#include "tests/support/SmtpSink.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

// send --like: a test is run again from its record, with all that it had but its secrets, which are asked for.

class tst_RunAgain : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asksForEachSecretOfASignInThroughAProxy();
    void runsAnEntryOfASeries();
    void staysBareWithoutTls();

private:
    QString inFolder(const char *name) const { return m_folder.filePath(QLatin1String(name)); }
    static QProcessEnvironment secrets()
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("SINK"), QStringLiteral("sink password"));
        environment.insert(QStringLiteral("PROXY"), QStringLiteral("proxy password"));
        return environment;
    }
    QTemporaryDir m_folder;
    TestCertificates m_certificates;
};

void tst_RunAgain::asksForEachSecretOfASignInThroughAProxy()
{
    const QString name = QStringLiteral("mail.behind-the-proxy.example");
    SmtpSink sink({.tls = SmtpSink::Tls::StartTls,
                   .identity = m_certificates.valid({name}),
                   .user = "u",
                   .password = "sink password",
                   .clientAuthorityPem = m_certificates.authorityPem()});
    QVERIFY(sink.listen());
    ProxyServer proxy({.user = "proxy-user", .password = "proxy password"});
    QVERIFY(proxy.listen());
    const TestIdentity client = m_certificates.client(QStringLiteral("scanner.example"));
    const QString record = inFolder("first.json");
    const CliRun first = runCliServed(
        words("send --tls starttls --user u --password-from env:SINK --from a@example.com --to b@example.com "
              "--proxy-password-from env:PROXY --header X-Device:4 --proxy")
            + QStringList{QStringLiteral("socks5://proxy-user@127.0.0.1:%1").arg(proxy.port()),
                          QStringLiteral("--server"), QStringLiteral("%1:%2").arg(name).arg(sink.port()),
                          QStringLiteral("--ca-file"), m_certificates.authorityFile(), QStringLiteral("--client-cert"),
                          client.certificateFile, QStringLiteral("--client-key"), client.keyFile,
                          QStringLiteral("--record"), record},
        secrets());
    QVERIFY2(first.exitCode == 0, first.out + first.err);

    const QStringList again{QStringLiteral("send"), QStringLiteral("--like"), record};
    const CliRun nothing = runCli(again);
    QCOMPARE_EQ(nothing.exitCode, 3);
    QVERIFY2(nothing.err.contains("--password-from"), nothing.err);
    const CliRun half = runCli(again + words("--password-from env:SINK"), {}, secrets());
    QCOMPARE_EQ(half.exitCode, 3);
    QVERIFY2(half.err.contains("proxy-user") && half.err.contains("--proxy-password-from"), half.err);
    const CliRun all =
        runCliServed(again + words("--password-from env:SINK --proxy-password-from env:PROXY"), secrets());
    QVERIFY2(all.exitCode == 0, all.out + all.err);

    QCOMPARE_EQ(sink.messages().size(), 2U);
    for (const SunkMessage &message : sink.messages()) {
        QCOMPARE_EQ(message.user, QByteArray("u"));
        QCOMPARE_EQ(message.clientCertificate, QByteArray("scanner.example"));
        QVERIFY(message.data.contains("X-Device: 4"));
    }
    QCOMPARE_EQ(proxy.targets().size(), 2);
}

void tst_RunAgain::runsAnEntryOfASeries()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    const QString server = QStringLiteral("127.0.0.1:%1").arg(sink.port());
    QFile site(inFolder("contoso.relaywright"));
    QVERIFY(site.open(QIODevice::WriteOnly));
    site.write(R"({"schema": "relaywright.site/1",
      "organisation": {"name": "Contoso", "acceptedDomains": ["contoso.com"]},
      "networks": [{"id": "main", "port25Open": "yes", "staticEgress": "yes", "egress": ["192.0.2.10"]}],
      "senders": [{"id": "scanner", "name": "Scanner", "kind": "scanner", "from": "scanner@contoso.com", "reach": "internal",
                   "tls": "none", "signIn": "none", "habits": ["helo-only", "no-date"]}]})");
    site.close();
    const CliRun series = runCliServed(words("send --all --to me@contoso.com --per-minute 6000 --server")
                                       + QStringList{server, QStringLiteral("--site"), site.fileName(),
                                                     QStringLiteral("--records"), inFolder("kept")});
    QVERIFY2(series.exitCode == 0, series.out + series.err);
    const QStringList kept = QDir(inFolder("kept")).entryList(QDir::Files);
    QCOMPARE_EQ(kept.size(), 1);
    const QString record = QDir(inFolder("kept")).filePath(kept.front());
    const QString second = inFolder("second.json");
    const CliRun again =
        runCliServed({QStringLiteral("send"), QStringLiteral("--like"), record, QStringLiteral("--record"), second});
    QVERIFY2(again.exitCode == 0, again.out + again.err);
    QVERIFY2(again.out.contains("C: HELO "), again.out);
    QCOMPARE_EQ(sink.messages().size(), 2U);
    QVERIFY(!sink.messages()[1].data.contains("Date: "));
    const CliRun compare = runCli({QStringLiteral("compare"), record, second});
    QVERIFY2(compare.exitCode == 0, compare.out);
}

void tst_RunAgain::staysBareWithoutTls()
{
    SmtpSink sink({.user = "u", .password = "sink password"});
    QVERIFY(sink.listen());
    const QString record = inFolder("bare.json");
    const QStringList bare = words("--password-from env:SINK");
    const CliRun first = runCliServed(
        words("send --tls none --auth login --auth-without-tls --user u --from a@example.com --to b@example.com "
              "--stop-after auth --server")
            + QStringList{QStringLiteral("127.0.0.1:%1").arg(sink.port()), QStringLiteral("--record"), record} + bare,
        secrets());
    QVERIFY2(first.exitCode == 0, first.out + first.err);
    const CliRun again =
        runCliServed(QStringList{QStringLiteral("send"), QStringLiteral("--like"), record} + bare, secrets());
    QVERIFY2(again.exitCode == 0, again.out + again.err);
    QVERIFY2(again.out.contains("Stopped as asked"), again.out);
    QVERIFY(sink.messages().empty());
}

QTEST_GUILESS_MAIN(tst_RunAgain)
#include "tst_RunAgain.moc"
