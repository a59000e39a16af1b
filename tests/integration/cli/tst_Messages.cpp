// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/Cli.h"
#include "tests/support/dns/LoopbackDns.h"

#include <QDateTime>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright::test;
using namespace Qt::StringLiterals;

/// `relaywright-cli lint`, `token` and `diagnose` with what a site knows.
class tst_Messages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aGoodMessageHasNothingToRemark();
    void faultsMakeTheAnswerNo();
    void theDnsIsAskedAboutTheSender();
    void lintRefusesBadInput();
    void aTokenIsComparedWithWhatIsNeeded();
    void aWrongTokenMakesTheAnswerNo();
    void whatIsNoTokenIsBadInput();
    void diagnoseUsesWhatTheSiteKnows();
    void diagnoseKnowsTheAnswersOfEntra();
    void diagnoseRefusesBadOptions();

private:
    QString write(const QString &name, const QByteArray &content);
    CliRun ask(const QStringList &arguments, LoopbackDns &dns);
    QTemporaryDir m_folder;
};

namespace {

const QByteArray kGood("Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nFrom: scanner@contoso.com\r\nTo: b@example.com\r\n"
                       "Subject: Test\r\nMessage-ID: <1@contoso.com>\r\n\r\nHello\r\n");

QStringList ids(const CliRun &run)
{
    QStringList found;
    const QJsonArray remarks = run.json().value("remarks"_L1).toArray();
    for (const auto &remark : remarks)
        found += remark.toObject().value("id"_L1).toString();
    return found;
}

QByteArray part(const QJsonObject &json)
{
    return QJsonDocument(json)
        .toJson(QJsonDocument::Compact)
        .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QByteArray token(const QString &audience)
{
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    return part({{u"alg"_s, u"RS256"_s}}) + '.'
           + part({{u"aud"_s, audience},
                   {u"tid"_s, u"11111111-2222-3333-4444-555555555555"_s},
                   {u"upn"_s, u"scanner@contoso.com"_s},
                   {u"appid"_s, u"app"_s},
                   {u"scp"_s, u"SMTP.Send"_s},
                   {u"exp"_s, now + 3600}})
           + ".c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";
}

} // namespace

QString tst_Messages::write(const QString &name, const QByteArray &content)
{
    QFile file(m_folder.filePath(name));
    // Nobody else may read a file that holds a secret, or it is not taken.
    const bool written = file.open(QIODevice::WriteOnly) && file.write(content) == content.size()
                         && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    return written ? file.fileName() : QString();
}

/// The name server lives in this thread, so the wait must let it work.
CliRun tst_Messages::ask(const QStringList &arguments, LoopbackDns &dns)
{
    QProcess process;
    process.start(cliPath(), QStringList{u"--json"_s, u"--nameserver"_s, dns.endpoint().toString()} + arguments);
    if (!QTest::qWaitFor([&process] { return process.state() == QProcess::NotRunning; }, 30000))
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

void tst_Messages::aGoodMessageHasNothingToRemark()
{
    const QString file = write(u"good.eml"_s, kGood);
    const CliRun run = runCli({u"--json"_s, u"lint"_s, u"--no-dns"_s, file});
    QCOMPARE_EQ(run.exitCode, 0);
    QCOMPARE_EQ(run.json().value("schema"_L1).toString(), u"relaywright.lint/1"_s);
    QCOMPARE_EQ(ids(run), QStringList());
    QVERIFY(runCli({u"lint"_s, u"--no-dns"_s, file}).out.contains("Nothing to remark"));
}

void tst_Messages::faultsMakeTheAnswerNo()
{
    const QString file = write(u"bad.eml"_s, QByteArray(kGood).replace("Hello\r\n", "Hello\nW\xf6rld\r\n"));
    const CliRun run =
        runCli({u"--json"_s, u"lint"_s, u"--no-dns"_s, u"--mail-from"_s, u"devices@contoso.com"_s, file});
    QCOMPARE_EQ(run.exitCode, 1);
    QCOMPARE_EQ(ids(run), (QStringList{u"line.bare-lf"_s, u"body.8-bit"_s, u"from.other-than-envelope"_s}));
    const CliRun words = runCli({u"lint"_s, u"--no-dns"_s, file});
    QVERIFY2(words.out.contains("line 7") && words.out.contains("[line.bare-lf]"), words.out);
}

void tst_Messages::theDnsIsAskedAboutTheSender()
{
    LoopbackDns dns;
    dns.mx(u"contoso.com"_s, 10, u"mail.contoso.com"_s)
        .txt(u"_dmarc.contoso.com"_s, "v=DMARC1; p=reject")
        .mx(u"example.org"_s, 10, u"mail.example.org"_s);
    const QString file = write(u"good.eml"_s, kGood);
    const CliRun good = ask({u"lint"_s, file}, dns);
    QCOMPARE_EQ(good.exitCode, 0);
    QCOMPARE_EQ(ids(good), QStringList());
    const CliRun foreign = ask({u"lint"_s, file, u"--mail-from"_s, u"bounce@example.org"_s}, dns);
    QCOMPARE_EQ(foreign.exitCode, 1);
    QCOMPARE_EQ(ids(foreign), (QStringList{u"from.other-than-envelope"_s, u"dmarc.not-aligned"_s}));
    LoopbackDns empty;
    QCOMPARE_EQ(ids(ask({u"lint"_s, file}, empty)), QStringList{u"domain.unknown"_s});
}

void tst_Messages::lintRefusesBadInput()
{
    QCOMPARE_EQ(runCli({u"lint"_s, u"--no-dns"_s, m_folder.filePath(u"none.eml"_s)}).exitCode, 3);
    const QString file = write(u"good.eml"_s, kGood);
    QCOMPARE_EQ(runCli({u"lint"_s, u"--no-dns"_s, u"--mail-from"_s, u"nobody"_s, file}).exitCode, 3);
    QCOMPARE_EQ(runCli({u"lint"_s}).exitCode, 2);
}

void tst_Messages::aTokenIsComparedWithWhatIsNeeded()
{
    const QByteArray secret = token(u"https://outlook.office.com"_s);
    const QString reference = u"file:"_s + write(u"token"_s, secret);
    const CliRun run =
        runCli({u"--json"_s, u"token"_s, u"--from"_s, reference, u"--mailbox"_s, u"scanner@contoso.com"_s});
    QVERIFY2(run.exitCode == 0, run.out + run.err);
    QCOMPARE_EQ(run.json().value("schema"_L1).toString(), u"relaywright.token/1"_s);
    QCOMPARE_EQ(run.json().value("claims"_L1)["user"_L1].toString(), u"scanner@contoso.com"_s);
    const CliRun words = runCli({u"token"_s, u"--from"_s, u"stdin"_s, u"--mailbox"_s, u"admin@contoso.com"_s}, secret);
    QCOMPARE_EQ(words.exitCode, 0);
    QVERIFY2(words.out.contains("attention") && words.out.contains("admin@contoso.com"), words.out);
    for (const QByteArray &output : {run.out, run.err, words.out, words.err})
        QVERIFY(!output.contains(secret.left(30)) && !output.contains("c2lnbmF0dXJl"));
}

void tst_Messages::aWrongTokenMakesTheAnswerNo()
{
    const QByteArray secret = token(u"https://graph.microsoft.com"_s);
    const CliRun run = runCli({u"token"_s, u"--from"_s, u"stdin"_s}, secret);
    QCOMPARE_EQ(run.exitCode, 1);
    QVERIFY2(run.out.contains("wrong") && run.out.contains("[audience]"), run.out);
    QCOMPARE_EQ(
        runCli({u"token"_s, u"--from"_s, u"stdin"_s, u"--cloud"_s, u"china"_s}, token(u"https://outlook.office.com"_s))
            .exitCode,
        1);
}

void tst_Messages::whatIsNoTokenIsBadInput()
{
    const CliRun password = runCli({u"token"_s, u"--from"_s, u"stdin"_s}, "Pa55w0rd!");
    QCOMPARE_EQ(password.exitCode, 3);
    QVERIFY(!password.err.contains("Pa55w0rd") && !password.out.contains("Pa55w0rd"));
    QCOMPARE_EQ(runCli({u"token"_s, u"--from"_s, QString::fromLatin1(token(u"x"_s))}).exitCode, 3);
    QCOMPARE_EQ(runCli({u"token"_s, u"--from"_s, u"stdin"_s, u"--method"_s, u"direct-send"_s}, token(u"x"_s)).exitCode,
                3);
    QCOMPARE_EQ(runCli({u"token"_s}).exitCode, 2);
}

void tst_Messages::diagnoseUsesWhatTheSiteKnows()
{
    const QString site = write(u"site.relaywright"_s, R"({"schema": "relaywright.site/1",
        "organisation": {"name": "Contoso", "acceptedDomains": ["contoso.com"], "securityDefaults": "yes"},
        "networks": [{"id": "office"}],
        "senders": [{"id": "scanner", "name": "Scanner", "kind": "scanner", "from": "scanner@contoso.com"}]})");
    const CliRun run = runCli({u"--json"_s, u"diagnose"_s, u"--site"_s, site, u"--sender"_s, u"scanner"_s,
                               u"535 5.7.3 Authentication unsuccessful"_s});
    QVERIFY2(run.exitCode == 0, run.out + run.err);
    const QJsonObject first = run.json().value("causes"_L1).toArray().first().toObject();
    QCOMPARE_EQ(first.value("why"_L1).toString(), u"The site says that security defaults are on."_s);
    const CliRun changed =
        runCli({u"diagnose"_s, u"--permissions-changed"_s, QDateTime::currentDateTimeUtc().toString(Qt::ISODate),
                u"535 5.7.3 Authentication unsuccessful"_s});
    QVERIFY2(changed.out.contains("Trying again before"), changed.out);
}

void tst_Messages::diagnoseKnowsTheAnswersOfEntra()
{
    const CliRun run = runCli({u"--json"_s, u"diagnose"_s, u"AADSTS7000215: Invalid client secret provided."_s});
    QCOMPARE_EQ(run.exitCode, 0);
    QCOMPARE_EQ(run.json().value("entry"_L1).toString(), u"token.secret-invalid"_s);
}

void tst_Messages::diagnoseRefusesBadOptions()
{
    const QString refusal = u"550 5.7.60 x"_s;
    QCOMPARE_EQ(runCli({u"diagnose"_s, u"--sender"_s, u"scanner"_s, refusal}).exitCode, 3);
    QCOMPARE_EQ(runCli({u"diagnose"_s, u"--permissions-changed"_s, u"yesterday"_s, refusal}).exitCode, 3);
    QCOMPARE_EQ(runCli({u"diagnose"_s, u"--site"_s, m_folder.filePath(u"none"_s), refusal}).exitCode, 3);
}

QTEST_GUILESS_MAIN(tst_Messages)
#include "tst_Messages.moc"
