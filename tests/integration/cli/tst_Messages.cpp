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
    void sameRemarksStandOnce();
    void aMessageIsCheckedWithoutSending();
    void theDnsIsAskedBeforeItIsSent();
    void remarksStandInTheResultOfTests();
    void aTestSaysWhenPermissionsWereChanged();
    void aTokenIsComparedWithWhatIsNeeded();
    void aWrongTokenMakesTheAnswerNo();
    void aTokenIsComparedWithTenantAndApplication();
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

void tst_Messages::sameRemarksStandOnce()
{
    const QString file = write(u"many.eml"_s, QByteArray(kGood).replace("Hello\r\n", "Hello\nyou\nthere\n"));
    const CliRun words = runCli({u"lint"_s, u"--no-dns"_s, file});
    QCOMPARE_EQ(words.out.count("[line.bare-lf]"), 1);
    QVERIFY2(words.out.contains("lines 7, 8 and 9") && words.out.contains("do:"), words.out);
    QCOMPARE_EQ(runCli({u"--json"_s, u"lint"_s, u"--no-dns"_s, file}).json().value("wrong"_L1).toInt(), 3);
}

void tst_Messages::aMessageIsCheckedWithoutSending()
{
    // Nobody listens there, and nobody has to.
    const QStringList test{u"send"_s,   u"--check-only"_s,        u"--server"_s, u"127.0.0.1:1"_s,
                           u"--from"_s, u"scanner@contoso.com"_s, u"--to"_s,     u"megan@contoso.com"_s};
    const CliRun good = runCli(test);
    QCOMPARE_EQ(good.exitCode, 0);
    QVERIFY2(good.out.contains("Nothing to remark"), good.out);
    const CliRun bad = runCli(QStringList{u"--json"_s} + test + QStringList{u"--no-date"_s, u"--bare-lf"_s});
    QCOMPARE_EQ(bad.exitCode, 1);
    QCOMPARE_EQ(bad.json().value("schema"_L1).toString(), u"relaywright.send-check/1"_s);
    const QJsonObject message = bad.json().value("messages"_L1).toArray().first().toObject();
    QVERIFY(message.value("octets"_L1).toInt() > 100);
    QVERIFY2(bad.out.contains("date.missing") && bad.out.contains("line.bare-lf"), bad.out);
    const CliRun missing = runCli(test + QStringList{u"--attach"_s, m_folder.filePath(u"none"_s)});
    QCOMPARE_EQ(missing.exitCode, 3);
}

void tst_Messages::theDnsIsAskedBeforeItIsSent()
{
    LoopbackDns dns;
    dns.mx(u"contoso.com"_s, 10, u"mail.contoso.com"_s)
        .txt(u"_dmarc.contoso.com"_s, "v=DMARC1; p=reject")
        .mx(u"example.org"_s, 10, u"mail.example.org"_s);
    const QStringList test{u"send"_s,
                           u"--server"_s,
                           u"127.0.0.1:1"_s,
                           u"--tls"_s,
                           u"none"_s,
                           u"--mail-from"_s,
                           u"bounce@example.org"_s,
                           u"--header-from"_s,
                           u"scanner@contoso.com"_s,
                           u"--to"_s,
                           u"b@nowhere.example"_s,
                           u"--dns"_s};
    const CliRun checked = ask(test + QStringList{u"--check-only"_s}, dns);
    QCOMPARE_EQ(checked.exitCode, 1);
    for (const char *id : {"from.other-than-envelope", "dmarc.not-aligned", "recipient.no-mx"})
        QVERIFY2(checked.out.contains(id), checked.out);
    const CliRun sent = ask(test, dns);
    QCOMPARE_EQ(sent.exitCode, 4);
    QCOMPARE_EQ(ids(sent), (QStringList{u"from.other-than-envelope"_s, u"recipient.no-mx"_s, u"dmarc.not-aligned"_s}));
}

void tst_Messages::remarksStandInTheResultOfTests()
{
    const QStringList test{u"--json"_s,   u"send"_s,
                           u"--server"_s, u"127.0.0.1:1"_s,
                           u"--tls"_s,    u"none"_s,
                           u"--from"_s,   u"scanner@contoso.com"_s,
                           u"--to"_s,     u"megan@contoso.com"_s,
                           u"--no-date"_s};
    QCOMPARE_EQ(ids(runCli(test)), QStringList{u"date.missing"_s});
    const CliRun series = runCli(test + QStringList{u"--repeat"_s, u"2"_s, u"--per-minute"_s, u"6000"_s});
    const QJsonArray results = series.json().value("results"_L1).toArray();
    QCOMPARE_EQ(results.size(), 2);
    for (const auto &result : results)
        QCOMPARE_EQ(result["remarks"_L1][0]["id"_L1].toString(), u"date.missing"_s);
    // For people it is said once.
    const CliRun words = runCli(test.sliced(1) + QStringList{u"--repeat"_s, u"2"_s, u"--per-minute"_s, u"6000"_s});
    QCOMPARE_EQ(words.out.count("[date.missing]"), 1);
}

void tst_Messages::aTestSaysWhenPermissionsWereChanged()
{
    const QStringList test{u"send"_s,
                           u"--server"_s,
                           u"127.0.0.1:1"_s,
                           u"--tls"_s,
                           u"none"_s,
                           u"--from"_s,
                           u"scanner@contoso.com"_s,
                           u"--to"_s,
                           u"megan@contoso.com"_s};
    QCOMPARE_EQ(runCli(test + QStringList{u"--permissions-changed"_s, u"yesterday"_s}).exitCode, 3);
    QCOMPARE_EQ(runCli(test + QStringList{u"--permissions-changed"_s, u"2026-11-22T10:00:00Z"_s}).exitCode, 4);
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

void tst_Messages::aTokenIsComparedWithTenantAndApplication()
{
    const QByteArray secret = token(u"https://outlook.office.com"_s);
    const QStringList plain{u"token"_s, u"--from"_s, u"stdin"_s};
    const QString other = u"99999999-2222-3333-4444-555555555555"_s;
    const CliRun tenant = runCli(plain + QStringList{u"--tenant"_s, other}, secret);
    QCOMPARE_EQ(tenant.exitCode, 1);
    QVERIFY2(tenant.out.contains("wrong tenant") && tenant.out.contains("[tenant]"), tenant.out);
    const CliRun application = runCli(plain + QStringList{u"--application"_s, other}, secret);
    QCOMPARE_EQ(application.exitCode, 1);
    QVERIFY2(application.out.contains("[identity]") && application.out.contains(other.toLatin1()), application.out);
    QCOMPARE_EQ(runCli(plain + QStringList{u"--tenant"_s, u"contoso"_s}, secret).exitCode, 3);
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
