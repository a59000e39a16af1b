// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/artifacts/Program.h"
#include "tests/unit/artifacts/SampleSite.h"

#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// nftables loads the rules, twice without a difference, in a network namespace of its own: the machine's stay as they are.
class tst_Firewall : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rulesAreSafeToLoadTwice();
    void rollBackLeavesNothing();

private:
    QTemporaryDir m_folder;

    std::vector<Artifact> files()
    {
        Sample sample;
        Network &office = sample.site.networks.front();
        office.lan = {block("10.1.0.0/16"), block("10.1.2.0/24"), block("fd00:1::/64")};
        office.relayHost = *Host::parse(QStringLiteral("10.1.0.5"));
        sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com").name =
            QStringLiteral("Fax }; flush ruleset # \n flush ruleset");
        sample.add("ups", Method::LocalRelay, "ups@contoso.com", "devices@contoso.com");
        sample.chosen(1).settings.port = 25;
        sample.add("alarm", Method::DirectSend).lanAddress = *IpAddress::parse(QStringLiteral("fd00:1::9"));
        return sample.of("linux-firewall");
    }
    QString save(const Artifact &artifact)
    {
        const QString path = m_folder.filePath(artifact.fileName);
        return writeTo(path, fileContent(artifact)) ? path : QString();
    }
    /// `script` in a network namespace where it may do as it likes.
    static ProgramRun inNamespace(const QString &script)
    {
        QStringList arguments{QStringLiteral("-n"), QStringLiteral("sh"), QStringLiteral("-c"),
                              QLatin1String("PATH=$PATH:/usr/sbin:/sbin; ") + script};
        if (!isRoot())
            arguments.prepend(QStringLiteral("-r"));
        return runProgram(QStringLiteral("unshare"), arguments);
    }
};

void tst_Firewall::rulesAreSafeToLoadTwice()
{
    const auto artifacts = files();
    QCOMPARE(artifacts.size(), 2u);
    for (const Artifact &artifact : artifacts) {
        const QString path = save(artifact);
        const ProgramRun checked = inNamespace(QStringLiteral("nft -c -f '%1'").arg(path));
        QVERIFY2(checked.exitCode == 0, (checked.all() + fileContent(artifact)).constData());
        const ProgramRun once = inNamespace(QStringLiteral("nft -f '%1' && nft list ruleset").arg(path));
        const ProgramRun twice =
            inNamespace(QStringLiteral("nft -f '%1' && nft -f '%1' && nft list ruleset").arg(path));
        QVERIFY2(once.exitCode == 0 && once.out.contains("policy accept"), once.all().constData());
        QCOMPARE(twice.out, once.out);
    }
}

void tst_Firewall::rollBackLeavesNothing()
{
    const QString relay = save(files().at(0));
    const ProgramRun run = inNamespace(
        QStringLiteral(
            "nft add table inet other && nft -f '%1' && nft delete table inet relaywright_relay && nft list ruleset")
            .arg(relay));
    QVERIFY2(run.exitCode == 0, run.all().constData());
    QCOMPARE(run.out.simplified(), QByteArray("table inet other { }"));
}

QTEST_GUILESS_MAIN(tst_Firewall)
#include "tst_Firewall.moc"
