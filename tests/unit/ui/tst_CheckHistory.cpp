// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/CheckHistory.h"

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;

class tst_CheckHistory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aRunComesBackAsItWas();
    void onlyItsOwnerCanReadIt();
    void theNewestBeforeIsFound();
    void aDamagedRunHidesNoOlderOne();
    void theOldestGiveWay();
    void sitesAreApart();
    void withoutAFolderNothingIsKept();
    void aFolderThatCannotBeMadeIsNamed();
    void aForeignFileIsRefused();

private:
    static SavedRun runOf(int day, const char *seen = "v=spf1 -all");
    QTemporaryDir m_folder;
};

SavedRun tst_CheckHistory::runOf(int day, const char *seen)
{
    SavedRun run;
    run.when = QDateTime(QDate(2026, 11, day), QTime(9, 12, 13, 14), Qt::UTC);
    run.subject = QStringLiteral("Contoso");
    Finding finding;
    finding.id = QStringLiteral("spf.contoso.com");
    finding.topic = Topic::Spf;
    finding.verdict = Verdict::Good;
    finding.title = QStringLiteral("SPF record of contoso.com");
    finding.seen = QString::fromLatin1(seen);
    run.findings = {finding};
    return run;
}

void tst_CheckHistory::aRunComesBackAsItWas()
{
    const CheckHistory history(m_folder.filePath(QStringLiteral("a")));
    const SavedRun run = runOf(12);
    QVERIFY(history.keep(QStringLiteral("site"), run));
    const auto back = history.run(QStringLiteral("site"), run.when);
    QVERIFY2(back, back ? "" : qPrintable(back.error().detail));
    QCOMPARE_EQ(back->subject, run.subject);
    QCOMPARE_EQ(back->findings, run.findings);
    QCOMPARE_EQ(history.moments(QStringLiteral("site")), std::vector{run.when}); // to the millisecond
}

void tst_CheckHistory::onlyItsOwnerCanReadIt()
{
    const QString folder = m_folder.filePath(QStringLiteral("b"));
    QVERIFY(CheckHistory(folder).keep(QStringLiteral("site"), runOf(12)));
    constexpr QFile::Permissions kOthers = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther
                                           | QFile::WriteOther | QFile::ExeOther;
    QStringList paths{folder, folder + QStringLiteral("/site")};
    for (const QFileInfo &file : QDir(paths.back()).entryInfoList(QDir::Files))
        paths += file.filePath();
    QCOMPARE_EQ(paths.size(), 3);
    for (const QString &path : paths)
        QVERIFY2(!(QFileInfo(path).permissions() & kOthers), qPrintable(path));
}

void tst_CheckHistory::theNewestBeforeIsFound()
{
    const CheckHistory history(m_folder.filePath(QStringLiteral("c")));
    const QString key = QStringLiteral("site");
    for (const int day : {10, 14, 12})
        QVERIFY(history.keep(key, runOf(day)));
    QCOMPARE_EQ(history.latestBefore(key, runOf(14).when)->when, runOf(12).when);
    QCOMPARE_EQ(history.latestBefore(key, runOf(20).when)->when, runOf(14).when);
    QCOMPARE_EQ(history.latestBefore(key, runOf(10).when).error().kind, ErrorKind::NotFound);
}

void tst_CheckHistory::aDamagedRunHidesNoOlderOne()
{
    const QString folder = m_folder.filePath(QStringLiteral("d"));
    const CheckHistory history(folder);
    const QString key = QStringLiteral("site");
    QVERIFY(history.keep(key, runOf(10)));
    QVERIFY(history.keep(key, runOf(12)));
    QFile damaged(QDir(folder + u'/' + key).entryInfoList(QDir::Files, QDir::Name).last().filePath());
    QVERIFY(damaged.open(QIODevice::WriteOnly | QIODevice::Truncate));
    damaged.write("{\"schema\": \"relaywright.checks/1\", ");
    damaged.close();
    QCOMPARE_EQ(history.latestBefore(key, runOf(20).when)->when, runOf(10).when);
    const auto direct = history.run(key, runOf(12).when);
    QVERIFY(!direct);
    QVERIFY(direct.error().detail.contains(QDir::toNativeSeparators(damaged.fileName())));
}

void tst_CheckHistory::theOldestGiveWay()
{
    const CheckHistory history(m_folder.filePath(QStringLiteral("e")));
    const QString key = QStringLiteral("site");
    const auto days = static_cast<int>(CheckHistory::kMostRuns) + 3;
    for (int day = 1; day <= days; ++day)
        QVERIFY(history.keep(key, runOf(day)));
    const std::vector<QDateTime> kept = history.moments(key);
    QCOMPARE_EQ(kept.size(), CheckHistory::kMostRuns);
    QCOMPARE_EQ(kept.front(), runOf(days).when);
    QCOMPARE_EQ(kept.back(), runOf(4).when);
}

void tst_CheckHistory::sitesAreApart()
{
    const QString one = CheckHistory::keyOf(QStringLiteral("/srv/contoso.relaywright"), QStringLiteral("Contoso"));
    QCOMPARE_NE(one, CheckHistory::keyOf(QStringLiteral("/srv/fabrikam.relaywright"), QStringLiteral("Contoso")));
    QCOMPARE_NE(one, CheckHistory::keyOf({}, QStringLiteral("Contoso")));
    QCOMPARE_EQ(one, CheckHistory::keyOf(QStringLiteral("/srv/./contoso.relaywright"), QStringLiteral("Renamed")));
    QVERIFY(!CheckHistory::keyOf(QStringLiteral("../../x"), {}).contains(u'/'));
}

void tst_CheckHistory::withoutAFolderNothingIsKept()
{
    const CheckHistory history{QString()};
    QVERIFY(history.keep(QStringLiteral("site"), runOf(12)));
    QVERIFY(history.moments(QStringLiteral("site")).empty());
}

void tst_CheckHistory::aFolderThatCannotBeMadeIsNamed()
{
    QFile file(m_folder.filePath(QStringLiteral("taken")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const auto kept = CheckHistory(file.fileName()).keep(QStringLiteral("site"), runOf(12));
    QVERIFY(!kept);
    QCOMPARE_EQ(kept.error().kind, ErrorKind::Storage);
    QVERIFY(kept.error().detail.contains(QDir::toNativeSeparators(file.fileName())));
}

void tst_CheckHistory::aForeignFileIsRefused()
{
    const QString path = m_folder.filePath(QStringLiteral("foreign.json"));
    QCOMPARE_EQ(readRunFile(path).error().kind, ErrorKind::NotFound);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"schema\": \"relaywright.site/1\"}");
    file.close();
    const auto read = readRunFile(path);
    QVERIFY(!read);
    QCOMPARE_EQ(read.error().kind, ErrorKind::InvalidInput);
}

QTEST_GUILESS_MAIN(tst_CheckHistory)
#include "tst_CheckHistory.moc"
