// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/Cli.h"
#include "tests/support/dns/LoopbackDns.h"

#include <QJsonArray>
#include <QTest>

using namespace relaywright::test;
using namespace Qt::Literals::StringLiterals;

/// `propagation`, against the servers of a zone and two resolvers in this process.
class tst_Propagation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void everybodySees();
    void tellsWhoDoesNot();
    void couldNotTell_data();
    void couldNotTell();
    void waitsUntilAllSee();
    void endsOnAnInterrupt();
    void givesUpWhenTheTimeIsOver();
    void refusesWhatItCannotAsk_data();
    void refusesWhatItCannotAsk();

private:
    [[nodiscard]] QStringList command(const QStringList &arguments) const;
    CliRun ask(const QStringList &arguments);
    void publish(const QByteArray &text);
    std::unique_ptr<LoopbackDns> m_finder, m_ns, m_quick, m_late;
};

void tst_Propagation::init()
{
    m_finder = std::make_unique<LoopbackDns>();
    m_ns = std::make_unique<LoopbackDns>(u"127.0.0.2"_s, 0);
    m_quick = std::make_unique<LoopbackDns>();
    m_late = std::make_unique<LoopbackDns>();
    m_finder->ns(u"contoso.com"_s, u"ns1.contoso.com"_s).address(u"ns1.contoso.com"_s, u"127.0.0.2"_s);
    m_ns->authoritative();
    publish("v=spf1 -all");
}

void tst_Propagation::publish(const QByteArray &text)
{
    for (LoopbackDns *server : {m_ns.get(), m_quick.get(), m_late.get()})
        server->forget(u"contoso.com"_s).txt(u"contoso.com"_s, text);
}

QStringList tst_Propagation::command(const QStringList &arguments) const
{
    return QStringList{u"--nameserver"_s,
                       m_finder->endpoint().toString(),
                       u"propagation"_s,
                       u"--resolver"_s,
                       m_quick->endpoint().toString(),
                       u"--resolver"_s,
                       m_late->endpoint().toString(),
                       u"--zone-port"_s,
                       QString::number(m_ns->port())}
           + arguments;
}

/// The name servers live in this thread, so the wait must let them work.
CliRun tst_Propagation::ask(const QStringList &arguments)
{
    QProcess process;
    process.start(cliPath(), command(arguments));
    if (!QTest::qWaitFor([&process] { return process.state() == QProcess::NotRunning; }, 30000))
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

void tst_Propagation::everybodySees()
{
    const CliRun run = ask({u"contoso.com"_s, u"txt"_s, u"--expect"_s, u"v=spf1 -all"_s});
    QVERIFY2(run.exitCode == 0, run.err + run.out);
    const QByteArrayList lines = run.out.trimmed().split('\n');
    QCOMPARE(lines.size(), 3);
    QVERIFY2(lines.front().startsWith("sees it  ns1.contoso.com"), run.out);
    QVERIFY2(lines.front().endsWith("v=spf1 -all (300 seconds left)"), run.out);

    const QJsonObject json = ask({u"--json"_s, u"contoso.com"_s, u"TXT"_s}).json();
    QCOMPARE(json[u"schema"].toString(), u"relaywright.propagation/1"_s);
    QCOMPARE(json[u"zone"].toString(), u"contoso.com"_s);
    QCOMPARE(json[u"everybodySees"].toBool(), true);
    QCOMPARE(json[u"servers"].toArray().size(), 3);
    QCOMPARE(json[u"servers"][0][u"ofTheZone"].toBool(), true);
    QCOMPARE(json[u"servers"][0][u"records"].toArray(), QJsonArray{u"v=spf1 -all"_s});
    QCOMPARE(json[u"servers"][2][u"ttlSeconds"].toInt(), 300);
}

void tst_Propagation::tellsWhoDoesNot()
{
    m_late->forget(u"contoso.com"_s).txt(u"contoso.com"_s, "v=spf1 ~all");
    const CliRun run = ask({u"contoso.com"_s, u"TXT"_s});
    QCOMPARE(run.exitCode, 1);
    QVERIFY2(run.out.trimmed().split('\n').back().startsWith("differs"), run.out);
    QVERIFY2(run.out.contains("v=spf1 ~all"), run.out);
}

void tst_Propagation::couldNotTell_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("a resolver fails") << u"contoso.com"_s << QByteArray("SERVFAIL about TXT contoso.com");
    QTest::newRow("no zone") << u"www.nowhere.example"_s << QByteArray("no zone for www.nowhere.example");
}

void tst_Propagation::couldNotTell()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, says);
    m_late->fault({}, LoopbackDns::Fault::ServFail);
    const CliRun run = ask({name, u"TXT"_s});
    QCOMPARE(run.exitCode, 4);
    QVERIFY2((run.out + run.err).contains(says), run.out + run.err);
}

void tst_Propagation::waitsUntilAllSee()
{
    QProcess process;
    process.start(cliPath(), command({u"contoso.com"_s, u"TXT"_s, u"--expect"_s, u"new"_s, u"--wait"_s}));
    QTRY_VERIFY_WITH_TIMEOUT(m_late->questions().size() == 1, 10'000);
    publish("new"); // seen in the next round
    QTRY_VERIFY_WITH_TIMEOUT(process.state() == QProcess::NotRunning, 30'000);
    const QByteArray out = process.readAllStandardOutput();
    QVERIFY2(process.exitCode() == 0, out + process.readAllStandardError());
    QVERIFY2(out.contains("0 of 3 servers see it\n") && out.contains("3 of 3 servers see it\n"), out);
}

void tst_Propagation::endsOnAnInterrupt()
{
    QProcess process;
    process.start(cliPath(), command({u"contoso.com"_s, u"TXT"_s, u"--expect"_s, u"never"_s, u"--wait"_s, u"600"_s}));
    QByteArray out;
    QTRY_VERIFY_WITH_TIMEOUT((out += process.readAllStandardOutput()).contains("0 of 3 servers see it"), 10'000);
    process.terminate();
    QTRY_VERIFY_WITH_TIMEOUT(process.state() == QProcess::NotRunning, 10'000);
    out += process.readAllStandardOutput();
    QVERIFY(process.exitStatus() == QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 1);
    QCOMPARE(out.count("differs"), 3);
}

void tst_Propagation::givesUpWhenTheTimeIsOver()
{
    const CliRun run = ask({u"contoso.com"_s, u"TXT"_s, u"--expect"_s, u"never"_s, u"--wait"_s, u"1"_s});
    QCOMPARE(run.exitCode, 1);
    QCOMPARE(run.out.count("differs"), 3);
}

void tst_Propagation::refusesWhatItCannotAsk_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("unknown type") << QStringList{u"contoso.com"_s, u"SPF"_s} << 3 << QByteArray("\"SPF\" is no type");
    QTest::newRow("text of another type") << QStringList{u"contoso.com"_s, u"MX"_s, u"--expect"_s, u"x"_s} << 3
                                          << QByteArray("--expect is the text of a TXT record");
    QTest::newRow("resolver by name") << QStringList{u"contoso.com"_s, u"MX"_s, u"--resolver"_s, u"dns.quad9.net"_s}
                                      << 3 << QByteArray("must be an IP address");
    QTest::newRow("no name") << QStringList{u"contoso..com"_s, u"MX"_s} << 3 << QByteArray("contoso..com");
    QTest::newRow("no type") << QStringList{u"contoso.com"_s} << 2 << QByteArray("TYPE");
    QTest::newRow("no time") << QStringList{u"contoso.com"_s, u"MX"_s, u"--wait"_s, u"0"_s} << 2
                             << QByteArray("--wait");
}

void tst_Propagation::refusesWhatItCannotAsk()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, says);
    const CliRun run = ask(arguments);
    QTEST(run.exitCode, "exitCode");
    QVERIFY2(run.err.contains(says), run.err);
    QVERIFY(m_finder->questions().isEmpty());
}

QTEST_GUILESS_MAIN(tst_Propagation)
#include "tst_Propagation.moc"
