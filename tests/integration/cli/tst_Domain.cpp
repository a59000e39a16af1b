// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/Cli.h"
#include "tests/support/dns/LoopbackDns.h"

#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace relaywright::test;
using namespace Qt::StringLiterals;

/// `relaywright-cli dns`: how the world sees a domain.
class tst_Domain : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void looksAtEverything();
    void theWorstLineIsTheExitCode();
    void looksAtOneLineOnly();
    void comparesWithASavedRun();
    void predictsForTheSendersOfASite();
    void looksAtGivenAddresses();
    void refusesBadInput_data();
    void refusesBadInput();

private:
    CliRun ask(const QStringList &arguments);
    std::unique_ptr<LoopbackDns> m_dns;
    QTemporaryDir m_folder;
};

namespace {

QMap<QString, QString> verdictsOf(const CliRun &run)
{
    QMap<QString, QString> verdicts;
    const QJsonArray findings = run.json().value("findings"_L1).toArray();
    for (const auto &each : findings) {
        const QJsonObject finding = each.toObject();
        verdicts.insert(finding.value("id"_L1).toString(), finding.value("verdict"_L1).toString());
    }
    return verdicts;
}

} // namespace

void tst_Domain::init()
{
    m_dns = std::make_unique<LoopbackDns>();
    m_dns->ttl(0)
        .txt(u"contoso.com"_s, "v=spf1 ip4:192.0.2.10 include:spf.protection.outlook.com -all")
        .txt(u"spf.protection.outlook.com"_s, "v=spf1 ip4:198.51.100.0/24 -all")
        .mx(u"contoso.com"_s, 10, u"contoso-com.mail.protection.outlook.com"_s)
        .address(u"contoso-com.mail.protection.outlook.com"_s, u"127.0.0.1"_s)
        .txt(u"_dmarc.contoso.com"_s, "v=DMARC1; p=reject; rua=mailto:dmarc@contoso.com")
        .txt(u"twice.example"_s, "v=spf1 -all")
        .txt(u"twice.example"_s, "v=spf1 ~all")
        .fault(u"down.example"_s, LoopbackDns::Fault::ServFail);
}

/// The name server lives in this thread, so the wait must let it work.
CliRun tst_Domain::ask(const QStringList &arguments)
{
    QProcess process;
    process.start(cliPath(), QStringList{u"--nameserver"_s, m_dns->endpoint().toString()} + arguments);
    if (!QTest::qWaitFor([&process] { return process.state() == QProcess::NotRunning; }, 30000))
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

void tst_Domain::looksAtEverything()
{
    m_dns->txt(u"mail._domainkey.contoso.com"_s, "p=");
    const CliRun run = ask({u"--json"_s, u"dns"_s, u"contoso.com"_s, u"--selector"_s, u"mail"_s});
    QCOMPARE_EQ(run.json().value("schema"_L1).toString(), u"relaywright.dns/1"_s);
    QCOMPARE_EQ(run.json().value("domain"_L1).toString(), u"contoso.com"_s);
    const QMap<QString, QString> expected{
        {u"mx.contoso.com"_s, u"good"_s},
        {u"spf.contoso.com"_s, u"good"_s},
        {u"dkim.contoso.com.selector1"_s, u"attention"_s},
        {u"dkim.contoso.com.selector2"_s, u"attention"_s},
        {u"dkim.contoso.com.mail"_s, u"wrong"_s}, // revoked
        {u"dmarc.contoso.com"_s, u"good"_s},
        {u"dmarc.contoso.com.reports"_s, u"good"_s},
        {u"transport.mta-sts.contoso.com"_s, u"attention"_s},
        {u"transport.tls-rpt.contoso.com"_s, u"attention"_s},
        {u"transport.dane.contoso.com"_s, u"good"_s},
    };
    QCOMPARE_EQ(verdictsOf(run), expected);
    const QJsonArray findings = run.json().value("findings"_L1).toArray();
    const QJsonObject mx = findings[0].toObject();
    QCOMPARE_EQ(mx.value("id"_L1).toString(), u"mx.contoso.com"_s);
    const QJsonObject evidence = mx.value("evidence"_L1).toArray()[0].toObject();
    QCOMPARE_EQ(evidence.value("question"_L1).toString(), u"MX contoso.com"_s);
    QCOMPARE_EQ(evidence.value("answer"_L1).toString(), u"10 contoso-com.mail.protection.outlook.com"_s);
    QCOMPARE_EQ(evidence.value("server"_L1).toString(), m_dns->endpoint().toString());
}

void tst_Domain::theWorstLineIsTheExitCode()
{
    QCOMPARE_EQ(ask({u"dns"_s, u"contoso.com"_s}).exitCode, 0);
    QCOMPARE_EQ(ask({u"dns"_s, u"twice.example"_s}).exitCode, 1);
    QCOMPARE_EQ(ask({u"dns"_s, u"down.example"_s}).exitCode, 4);
}

void tst_Domain::looksAtOneLineOnly()
{
    const CliRun run = ask({u"--json"_s, u"dns"_s, u"contoso.com"_s, u"--only"_s, u"mx.contoso.com"_s});
    QCOMPARE_EQ(verdictsOf(run).keys(), QStringList{u"mx.contoso.com"_s});
    const CliRun unknown = ask({u"dns"_s, u"contoso.com"_s, u"--only"_s, u"mx.elsewhere.example"_s});
    QCOMPARE_EQ(unknown.exitCode, 3);
    QVERIFY(unknown.err.contains("mx.elsewhere.example"));
}

void tst_Domain::comparesWithASavedRun()
{
    const QString file = m_folder.filePath(u"run.json"_s);
    QCOMPARE_EQ(ask({u"dns"_s, u"contoso.com"_s, u"--save"_s, file}).exitCode, 0);
    QVERIFY(ask({u"dns"_s, u"contoso.com"_s, u"--since"_s, file}).out.contains("Nothing changed since"));

    m_dns->txt(u"contoso.com"_s, "v=spf1 +all");
    const CliRun run = ask({u"--json"_s, u"dns"_s, u"contoso.com"_s, u"--since"_s, file});
    const QJsonArray changes = run.json().value("changes"_L1).toArray();
    QCOMPARE_EQ(changes.size(), 1);
    QCOMPARE_EQ(changes[0].toObject().value("kind"_L1).toString(), u"worse"_s);
    QCOMPARE_EQ(changes[0].toObject().value("id"_L1).toString(), u"spf.contoso.com"_s);
    QVERIFY(ask({u"dns"_s, u"contoso.com"_s, u"--since"_s, file}).out.contains("worse"));

    // A run of one line is compared with that line; the JSON output itself can be kept too; another domain's cannot.
    const CliRun one =
        ask({u"--json"_s, u"dns"_s, u"contoso.com"_s, u"--only"_s, u"mx.contoso.com"_s, u"--since"_s, file});
    QCOMPARE_EQ(one.json().value("changes"_L1).toArray().size(), 0);
    QFile printed(m_folder.filePath(u"printed.json"_s));
    QVERIFY(printed.open(QIODevice::WriteOnly) && printed.write(one.out) > 0);
    printed.close();
    QCOMPARE_EQ(ask({u"dns"_s, u"contoso.com"_s, u"--since"_s, printed.fileName()}).exitCode, 1);
    QCOMPARE_EQ(ask({u"dns"_s, u"twice.example"_s, u"--since"_s, file}).exitCode, 3);
}

void tst_Domain::predictsForTheSendersOfASite()
{
    const QString site = QStringLiteral(RELAYWRIGHT_SOURCE_DIR "/tests/cases/21-internal-scanner-direct.relaywright");
    QVERIFY2(QFile::exists(site), qPrintable(site));
    const CliRun run = ask({u"--json"_s, u"dns"_s, u"contoso.com"_s, u"--site"_s, site, u"--no-blocklists"_s});
    const auto verdicts = verdictsOf(run);
    const auto predicted =
        std::ranges::count_if(verdicts.keys(), [](const QString &id) { return id.startsWith(u"prediction."); });
    QVERIFY2(predicted > 0, run.out.constData());
    QVERIFY2(!verdicts.keys().join(u' ').contains(u"blocklists"), run.out.constData());
}

void tst_Domain::looksAtGivenAddresses()
{
    m_dns->ptr(u"10.2.0.192.in-addr.arpa"_s, u"mail.contoso.com"_s).address(u"mail.contoso.com"_s, u"192.0.2.10"_s);
    const CliRun run = ask({u"--json"_s, u"dns"_s, u"contoso.com"_s, u"--ip"_s, u"192.0.2.10"_s});
    const auto verdicts = verdictsOf(run);
    QCOMPARE_EQ(verdicts.value(u"addresses.192.0.2.10.ptr"_s), u"good"_s);
    QCOMPARE_EQ(verdicts.value(u"addresses.192.0.2.10.blocklists"_s), u"could-not-tell"_s); // no list is there
    QCOMPARE_EQ(verdicts.value(u"prediction.given"_s), u"good"_s);
    QVERIFY(!verdicts.keys().join(u' ').contains(u"reach."));
}

void tst_Domain::refusesBadInput_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::newRow("no domain") << QStringList{u"no domain"_s} << 3;
    QTest::newRow("no address") << QStringList{u"contoso.com"_s, u"--ip"_s, u"here"_s} << 3;
    QTest::newRow("a private address") << QStringList{u"contoso.com"_s, u"--ip"_s, u"10.0.0.1"_s} << 3;
    QTest::newRow("no selector") << QStringList{u"contoso.com"_s, u"--selector"_s, u".."_s} << 3;
    QTest::newRow("no site") << QStringList{u"contoso.com"_s, u"--site"_s, u"/nowhere.relaywright"_s} << 3;
    QTest::newRow("no saved run") << QStringList{u"contoso.com"_s, u"--since"_s, u"/nowhere.json"_s} << 3;
    QTest::newRow("address and site") << QStringList{u"contoso.com"_s, u"--site"_s, u"a"_s, u"--ip"_s, u"192.0.2.1"_s}
                                      << 2;
    QTest::newRow("nothing") << QStringList{} << 2;
}

void tst_Domain::refusesBadInput()
{
    QFETCH(QStringList, arguments);
    const CliRun run = ask(QStringList{u"dns"_s} + arguments);
    QTEST(run.exitCode, "exitCode");
    QVERIFY(!run.err.isEmpty());
}

QTEST_GUILESS_MAIN(tst_Domain)
#include "tst_Domain.moc"
