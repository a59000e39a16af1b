// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/Cli.h"
#include "tests/support/dns/LoopbackDns.h"

#include <QJsonArray>
#include <QTemporaryFile>
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
    void countMarksTheFault();
    void countTellsWhatItCouldNotTell();
    void batchAnswersInOrder();
    void batchNamesBadLines();
    void mergeLooksThePublishedRecordUp();
    void mergeWorksOnATypedRecord();
    void mergeRefusesTwoRecords();
    void mergeProposesAWayBackWithinTheLimits();
    void mergeTriesTheRecordForEverySender_data();
    void mergeTriesTheRecordForEverySender();
    void aNameserverMustBeAnAddress();

private:
    CliRun ask(const QStringList &arguments, const QByteArray &input = {});
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
CliRun tst_Names::ask(const QStringList &arguments, const QByteArray &input)
{
    QProcess process;
    process.start(cliPath(), QStringList{u"--nameserver"_s, m_dns->endpoint().toString()} + arguments);
    process.write(input);
    process.closeWriteChannel();
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

void tst_Names::countMarksTheFault()
{
    m_dns->txt(u"marked.example"_s, "v=spf1 include:contoso.com include:broken.example a:gone.example ptr ~all");
    const CliRun run = ask({u"spf"_s, u"count"_s, u"marked.example"_s});
    QCOMPARE_EQ(run.exitCode, 1);
    QVERIFY2(run.out.contains("costliest: include:contoso.com with 2 lookups"), run.out.constData());
    const QList<QByteArray> lines = run.out.split('\n');
    const auto marked = [&](const QByteArray &id, const QByteArray &term) {
        const auto mark = std::ranges::find_if(lines, [&](const QByteArray &line) {
            return line.trimmed() == '^' + QByteArray(term.size() - 1, '~') && (&line)[-1].contains(term)
                   && line.indexOf('^') == (&line)[-1].indexOf(term);
        });
        return mark != lines.end() && (&*mark)[-2].contains(id);
    };
    QVERIFY2(marked("IPv4 address", "ip4:nonsense"), run.out.constData());
    QVERIFY2(marked("finds nothing", "a:gone.example"), run.out.constData());
    QVERIFY2(marked("RFC 7208", "ptr"), run.out.constData());

    const QJsonObject json = ask({u"--json"_s, u"spf"_s, u"count"_s, u"marked.example"_s}).json();
    QCOMPARE_EQ(json.value("schema"_L1).toString(), u"relaywright.spf-count/1"_s);
    QCOMPARE_EQ(json.value("result"_L1).toString(), u"permerror"_s);
    QCOMPARE_EQ(json.value("lookups"_L1).toInt(), 5);
    QCOMPARE_EQ(json.value("trace"_L1).toArray().size(), 5);
    QCOMPARE_EQ(json.value("tree"_L1).toObject().value("children"_L1).toArray().size(), 4);
}

void tst_Names::countTellsWhatItCouldNotTell()
{
    m_dns->txt(u"half.example"_s, "v=spf1 include:down.example -all");
    const CliRun run = ask({u"spf"_s, u"count"_s, u"half.example"_s});
    QCOMPARE_EQ(run.exitCode, 4);
    QVERIFY2(run.out.contains("include:down.example  [1] could not be told"), run.out.constData());
}

void tst_Names::batchAnswersInOrder()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    for (int i = 0; i < 100; ++i) // every second one asks for a domain of its own, and so is ready later
        file.write("192.0.2.10 mail.example  a@"
                   + (i % 2 ? "contoso.com\n" : "slow" + QByteArray::number(i) + ".example\r\n"));
    file.write("\n198.51.100.1 contoso.com <>\n192.0.2.10\tmail.example\todd  name@contoso.com");
    file.close();
    const QStringList batch{u"spf"_s, u"check"_s, u"--batch"_s, file.fileName()};
    const CliRun run = ask(batch);
    QVERIFY2(run.err.isEmpty(), run.err.constData());
    QCOMPARE_EQ(run.exitCode, 1);
    const QList<QByteArray> lines = run.out.trimmed().split('\n');
    QCOMPARE_EQ(lines.size(), 102);
    for (int i = 0; i < 100; ++i) {
        QVERIFY2(lines[i].startsWith(i % 2 ? "pass\t" : "none\t"), lines[i].constData());
        QVERIFY2(i % 2 || lines[i].contains("slow" + QByteArray::number(i) + ".example"), lines[i].constData());
    }
    QVERIFY(lines[100].startsWith("pass\t198.51.100.1\tcontoso.com\t<>\t"));
    QVERIFY(lines[101].startsWith("pass\t192.0.2.10\tmail.example\todd  name@contoso.com\t"));
    const QJsonArray results = ask(QStringList{u"--json"_s} + batch).json().value("results"_L1).toArray();
    QCOMPARE_EQ(results.size(), 102);
    QCOMPARE_EQ(results[101].toObject().value("line"_L1).toInt(), 103);
    QCOMPARE_EQ(results[101].toObject().value("result"_L1).toString(), u"pass"_s);
}

void tst_Names::batchNamesBadLines()
{
    const QByteArray input = "192.0.2.10 mail.example a@contoso.com\nnonsense\n192.0.2.300 h.example a@contoso.com\n"
                             "192.0.2.10\tmail.example\ta@contoso.com\n";
    const CliRun run = ask({u"spf"_s, u"check"_s, u"--batch"_s, u"-"_s}, input);
    QCOMPARE_EQ(run.exitCode, 3);
    QCOMPARE_EQ(run.out.count("pass\t"), 2);
    QVERIFY2(run.err.contains("Line 2: \"nonsense\" is not IP HELO MAIL-FROM"), run.err.constData());
    QVERIFY2(run.err.contains("Line 3: ") && run.err.contains("192.0.2.300"), run.err.constData());
    QCOMPARE_EQ(ask({u"spf"_s, u"check"_s, u"--batch"_s, u"/nowhere/at-all"_s}).exitCode, 3);
    QCOMPARE_EQ(ask({u"spf"_s, u"check"_s, u"--batch"_s, u"-"_s, u"--ip"_s, u"192.0.2.1"_s}).exitCode, 2);
    QCOMPARE_EQ(ask({u"spf"_s, u"check"_s, u"--ip"_s, u"192.0.2.1"_s}).exitCode, 2);
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

void tst_Names::mergeProposesAWayBackWithinTheLimits()
{
    QByteArray record = "v=spf1 include:spf.protection.outlook.com";
    for (int i = 0; i < 10; ++i) {
        record += " include:p" + QByteArray::number(i) + ".example";
        m_dns->txt(u"p%1.example"_s.arg(i), "v=spf1 ip4:203.0.113." + QByteArray::number(i) + " -all");
    }
    m_dns->txt(u"full.example"_s, record.replace(" include:p9.example", "") + " -all");
    const QStringList merge{u"spf"_s, u"merge"_s, u"full.example"_s, u"--add"_s, u"include:p9.example"_s};
    const CliRun run = ask(merge);
    QCOMPARE_EQ(run.exitCode, 1); // published as it is, it would be a permanent error
    QVERIFY2(run.out.contains("lookups: 11 of 10 lookups, before: 10 of 10 lookups"), run.out.constData());
    const QJsonArray proposals = ask(QStringList{u"--json"_s} + merge).json().value("proposals"_L1).toArray();
    QCOMPARE_EQ(proposals.size(), 2);
    const QJsonObject flatten = proposals.first().toObject();
    QCOMPARE_EQ(flatten.value("kind"_L1).toString(), u"flatten"_s);
    QCOMPARE_EQ(flatten.value("lookups"_L1).toInt(), 10);
    const QString flat = flatten.value("records"_L1).toArray().first().toObject().value("record"_L1).toString();
    QVERIFY2(flat.contains(u"ip4:203.0.113.") && flat.contains(u"include:spf.protection.outlook.com"),
             qPrintable(flat));
    QCOMPARE_EQ(proposals.last().toObject().value("kind"_L1).toString(), u"sub-domain"_s);
}

void tst_Names::mergeTriesTheRecordForEverySender_data()
{
    QTest::addColumn<QString>("site");
    QTest::addColumn<QString>("needed");
    QTest::addColumn<QString>("address");
    QTest::newRow("from the site's own address")
        << u"21-internal-scanner-direct"_s << u"ip4:192.0.2.0/24"_s << u"192.0.2.10"_s;
    QTest::newRow("through Exchange Online")
        << u"06-ups-card-port-25"_s << u"include:spf.protection.outlook.com"_s << u"198.51.100.0"_s;
}

void tst_Names::mergeTriesTheRecordForEverySender()
{
    QFETCH(QString, site);
    QFETCH(QString, needed);
    QFETCH(QString, address);
    const QString path = QStringLiteral(RELAYWRIGHT_SOURCE_DIR "/tests/cases/%1.relaywright").arg(site);
    const QStringList merge{u"spf"_s, u"merge"_s, u"--record"_s, u"v=spf1 -all"_s, u"--site"_s, path, u"--add"_s};
    const CliRun run = ask(QStringList{u"--json"_s} + merge + QStringList{needed});
    QCOMPARE_EQ(run.exitCode, 0);
    QCOMPARE_EQ(run.json().value("domain"_L1).toString(), u"contoso.com"_s);
    const QJsonArray senders = run.json().value("senders"_L1).toArray();
    QCOMPARE_EQ(senders.size(), 1);
    const QJsonObject sender = senders.first().toObject();
    QCOMPARE_EQ(sender.value("address"_L1).toString(), address);
    QCOMPARE_EQ(sender.value("before"_L1).toString(), u"fail"_s);
    QCOMPARE_EQ(sender.value("after"_L1).toString(), u"pass"_s);
    const CliRun missed = ask(merge + QStringList{u"ip4:203.0.113.7"_s});
    QCOMPARE_EQ(missed.exitCode, 1);
    QVERIFY2(missed.out.contains("before fail, after fail"), missed.out.constData());
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
