// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/Cli.h"
#include "tests/support/dns/LoopbackDns.h"

#include <QJsonArray>
#include <QTest>

using namespace relaywright::test;
using namespace Qt::Literals::StringLiterals;

/// The commands that ask the DNS, against a name server in this process.
class tst_Names : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void theFirstWordIsTheResult_data();
    void theFirstWordIsTheResult();
    void temporaryTroubleEndsWithFour();
    void countShowsTheTree();
    void mergeLooksThePublishedRecordUp();
    void mergeWorksOnATypedRecord();
    void mergeRefusesTwoRecords();
    void aNameserverMustBeAnAddress();

private:
    CliRun ask(const QStringList &arguments);
    std::unique_ptr<LoopbackDns> m_dns;
};

void tst_Names::init()
{
    m_dns = std::make_unique<LoopbackDns>();
    m_dns->txt(u"contoso.com"_s, "v=spf1 ip4:192.0.2.10 include:spf.protection.outlook.com -all")
        .txt(u"spf.protection.outlook.com"_s, "v=spf1 ip4:198.51.100.0/24 -all")
        .txt(u"soft.example"_s, "v=spf1 ~all")
        .txt(u"broken.example"_s, "v=spf1 ip4:nonsense -all")
        .txt(u"twice.example"_s, "v=spf1 -all")
        .txt(u"twice.example"_s, "v=spf1 ~all")
        .address(u"plain.example"_s, u"192.0.2.1"_s)
        .mx(u"contoso.com"_s, 10, u"contoso-com.mail.protection.outlook.com"_s)
        .address(u"contoso-com.mail.protection.outlook.com"_s, u"192.0.2.25"_s)
        .fault(u"down.example"_s, LoopbackDns::Fault::ServFail);
}

/// The name server lives in this thread, so the wait must let it work.
CliRun tst_Names::ask(const QStringList &arguments)
{
    QProcess process;
    process.start(cliPath(), QStringList{u"--nameserver"_s, m_dns->endpoint().toString()} + arguments);
    if (!QTest::qWaitFor([&process] { return process.state() == QProcess::NotRunning; }, 30000))
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

void tst_Names::theFirstWordIsTheResult_data()
{
    QTest::addColumn<QString>("ip");
    QTest::addColumn<QString>("domain");
    QTest::addColumn<QByteArray>("word");
    QTest::addColumn<int>("exitCode");
    QTest::newRow("listed address") << u"192.0.2.10"_s << u"contoso.com"_s << QByteArray("pass") << 0;
    QTest::newRow("included address") << u"198.51.100.7"_s << u"contoso.com"_s << QByteArray("pass") << 0;
    QTest::newRow("stranger") << u"203.0.113.1"_s << u"contoso.com"_s << QByteArray("fail") << 1;
    QTest::newRow("soft") << u"203.0.113.1"_s << u"soft.example"_s << QByteArray("softfail") << 1;
    QTest::newRow("no record") << u"203.0.113.1"_s << u"plain.example"_s << QByteArray("none") << 1;
    QTest::newRow("syntax fault") << u"203.0.113.1"_s << u"broken.example"_s << QByteArray("permerror") << 1;
}

void tst_Names::theFirstWordIsTheResult()
{
    QFETCH(QString, ip);
    QFETCH(QString, domain);
    QFETCH(QByteArray, word);
    QFETCH(int, exitCode);
    const QStringList question{u"spf"_s,    u"check"_s,        u"--ip"_s,        ip,
                               u"--helo"_s, u"mail.example"_s, u"--mail-from"_s, u"a@"_s + domain};
    const CliRun run = ask(question);
    QCOMPARE_EQ(run.out.split(' ').first(), word);
    QCOMPARE_EQ(run.exitCode, exitCode);
    const CliRun json = ask(QStringList{u"--json"_s} + question);
    QCOMPARE_EQ(json.json().value("result"_L1).toString().toLatin1(), word);
}

void tst_Names::temporaryTroubleEndsWithFour()
{
    const CliRun run = ask({u"spf"_s, u"check"_s, u"--ip"_s, u"192.0.2.1"_s, u"--helo"_s, u"x.example"_s,
                            u"--mail-from"_s, u"a@down.example"_s});
    QVERIFY2(run.out.startsWith("temperror"), run.out.constData());
    QCOMPARE_EQ(run.exitCode, 4);
}

void tst_Names::countShowsTheTree()
{
    const CliRun run = ask({u"spf"_s, u"count"_s, u"contoso.com"_s});
    QCOMPARE_EQ(run.exitCode, 0);
    QVERIFY2(run.out.startsWith("1 lookups of 10"), run.out.constData());
    QVERIFY(run.out.contains("ip4:198.51.100.0/24"));
}

void tst_Names::mergeLooksThePublishedRecordUp()
{
    const CliRun run = ask({u"spf"_s, u"merge"_s, u"contoso.com"_s, u"--add"_s, u"ip4:192.0.2.77"_s});
    QCOMPARE_EQ(run.exitCode, 0);
    QCOMPARE_EQ(run.out.split('\n').first(),
                QByteArray("v=spf1 ip4:192.0.2.10 include:spf.protection.outlook.com ip4:192.0.2.77 -all"));
    QCOMPARE_EQ(ask({u"spf"_s, u"merge"_s, u"plain.example"_s, u"--add"_s, u"mx"_s}).out.split('\n').first(),
                QByteArray("v=spf1 mx ~all"));
    QCOMPARE_EQ(ask({u"spf"_s, u"merge"_s, u"down.example"_s, u"--add"_s, u"mx"_s}).exitCode, 4);
}

void tst_Names::mergeWorksOnATypedRecord()
{
    const CliRun run = ask({u"spf"_s, u"merge"_s, u"--record"_s, u"v=spf1 -all"_s, u"--add"_s, u"ip4:192.0.2.1"_s,
                            u"include:spf.protection.outlook.com"_s, u"--json"_s});
    QCOMPARE_EQ(run.json().value("record"_L1).toString(),
                u"v=spf1 ip4:192.0.2.1 include:spf.protection.outlook.com -all"_s);
    QVERIFY(m_dns->questions().isEmpty());
    QCOMPARE_EQ(ask({u"spf"_s, u"merge"_s, u"--record"_s, u"v=spf1 ip4:x"_s, u"--add"_s, u"mx"_s}).exitCode, 3);
    QCOMPARE_EQ(ask({u"spf"_s, u"merge"_s, u"--add"_s, u"mx"_s}).exitCode, 2);
}

void tst_Names::mergeRefusesTwoRecords()
{
    const CliRun run = ask({u"spf"_s, u"merge"_s, u"twice.example"_s, u"--add"_s, u"mx"_s});
    QCOMPARE_EQ(run.exitCode, 3);
    QVERIFY(run.err.contains("2 SPF records"));
}

void tst_Names::aNameserverMustBeAnAddress()
{
    const CliRun run = runCli({u"--nameserver"_s, u"dns.example"_s, u"spf"_s, u"count"_s, u"contoso.com"_s});
    QCOMPARE_EQ(run.exitCode, 3);
}

QTEST_GUILESS_MAIN(tst_Names)
#include "tst_Names.moc"
