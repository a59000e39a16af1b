// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/knowledge/Knowledge.h"
#include "core/site/SiteDocument.h"
#include "ui/engine/Workspace.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;

class tst_Workspace : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void savedWorkOpensAgain();
    void aChangeCanBeUndoneAndMakesTheSiteUnsaved();
    void theSameSiteIsNoChange();
    void aFileThatCannotBeOpenedLeavesTheOpenSite_data();
    void aFileThatCannotBeOpenedLeavesTheOpenSite();
    void aFolderThatCannotBeWrittenLosesNothing();
    void unsavedWorkComesBackAfterACrash();
    void savingTakesTheRecoveryAway();
    void aLargeSiteIsPlannedWithoutWaitingForIt();
    void theLastOfManyChangesIsPlanned();
    void aTickMakesNoNewPlan();
    void aLargeSiteIsRecoveredToo();

private:
    static Site site(const char *name);
    static Site largeSite();
    QTemporaryDir m_folder;
    FakeClock m_clock{fromDateTime(QDateTime(QDate(2026, 11, 22), QTime(9, 0), Qt::UTC))};
};

Site tst_Workspace::site(const char *name)
{
    Site made;
    made.organisation.name = QString::fromLatin1(name);
    made.organisation.acceptedDomains = {*Domain::parse(QStringLiteral("contoso.com"))};
    made.networks = {{.id = QStringLiteral("main")}};
    return made;
}

Site tst_Workspace::largeSite()
{
    Site made = site("Large");
    for (int i = 0; i < 400; ++i) {
        Sender sender;
        sender.id = QStringLiteral("s%1").arg(i);
        sender.name = sender.id;
        made.senders.push_back(sender);
    }
    return made;
}

void tst_Workspace::savedWorkOpensAgain()
{
    const QString path = m_folder.filePath(QStringLiteral("saved.relaywright"));
    Workspace workspace(Knowledge::builtIn(), m_clock, {});
    QVERIFY(!workspace.hasSite());
    workspace.create(site("Contoso"));
    QVERIFY(workspace.isDirty());
    QVERIFY(workspace.saveAs(path));
    QVERIFY(!workspace.isDirty());
    Workspace other(Knowledge::builtIn(), m_clock, {});
    QVERIFY(other.open(path));
    QCOMPARE_EQ(other.site(), workspace.site());
    QCOMPARE_EQ(other.path(), path);
    QVERIFY(!other.isDirty());
}

void tst_Workspace::aChangeCanBeUndoneAndMakesTheSiteUnsaved()
{
    Workspace workspace(Knowledge::builtIn(), m_clock, {});
    workspace.create(site("Contoso"));
    QVERIFY(workspace.saveAs(m_folder.filePath(QStringLiteral("undo.relaywright"))));
    QSignalSpy changes(&workspace, &Workspace::siteChanged);
    Site changed = workspace.site();
    Sender sender;
    sender.id = QStringLiteral("scanner");
    sender.name = QStringLiteral("Scanner");
    changed.senders = {sender};
    workspace.edit(QStringLiteral("new sender"), changed);
    QVERIFY(workspace.isDirty());
    QCOMPARE_EQ(workspace.plan().senders.size(), 1u);
    QCOMPARE_EQ(workspace.undoStack().undoText(), QStringLiteral("new sender"));
    workspace.undoStack().undo();
    QVERIFY(workspace.site().senders.empty());
    QVERIFY(workspace.plan().senders.empty());
    QVERIFY(!workspace.isDirty());
    QCOMPARE_EQ(changes.count(), 2);
}

void tst_Workspace::theSameSiteIsNoChange()
{
    Workspace workspace(Knowledge::builtIn(), m_clock, {});
    workspace.create(site("Contoso"));
    workspace.edit(QStringLiteral("nothing"), workspace.site());
    QVERIFY(!workspace.undoStack().canUndo());
}

void tst_Workspace::aFileThatCannotBeOpenedLeavesTheOpenSite_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<ErrorKind>("kind");
    QTest::newRow("not JSON") << QByteArray("hello") << ErrorKind::InvalidInput;
    QTest::newRow("empty") << QByteArray("") << ErrorKind::InvalidInput;
    QTest::newRow("cut off") << toJson(site("Contoso")).chopped(20) << ErrorKind::InvalidInput;
    QTest::newRow("of a newer version") << toJson(site("Contoso")).replace("relaywright.site/1", "relaywright.site/9")
                                        << ErrorKind::Unsupported;
    QTest::newRow("missing") << QByteArray() << ErrorKind::NotFound;
}

void tst_Workspace::aFileThatCannotBeOpenedLeavesTheOpenSite()
{
    QFETCH(QByteArray, content);
    QFETCH(ErrorKind, kind);
    const QString path = m_folder.filePath(QStringLiteral("bad.relaywright"));
    QFile::remove(path);
    if (!content.isNull()) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }
    Workspace workspace(Knowledge::builtIn(), m_clock, {});
    workspace.create(site("Open"));
    const auto opened = workspace.open(path);
    QVERIFY(!opened);
    QCOMPARE_EQ(opened.error().kind, kind);
    QVERIFY2(opened.error().detail.endsWith(u'.'), qPrintable(opened.error().detail));
    QCOMPARE_EQ(workspace.site(), site("Open"));
    if (!content.isNull()) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE_EQ(file.readAll(), content);
    }
}

void tst_Workspace::aFolderThatCannotBeWrittenLosesNothing()
{
    Workspace workspace(Knowledge::builtIn(), m_clock, {});
    workspace.create(site("Contoso"));
    const auto saved = workspace.saveAs(QStringLiteral("/proc/no/such/place.relaywright"));
    QVERIFY(!saved);
    QCOMPARE_EQ(saved.error().kind, ErrorKind::Storage);
    QVERIFY(workspace.isDirty());
    QVERIFY(workspace.path().isEmpty());
    QCOMPARE_EQ(workspace.site(), site("Contoso"));
}

void tst_Workspace::unsavedWorkComesBackAfterACrash()
{
    const QString recovery = m_folder.filePath(QStringLiteral("recovery"));
    {
        Workspace crashed(Knowledge::builtIn(), m_clock, recovery);
        crashed.create(site("Unsaved"));
        crashed.keepRecovery();
    }
    Workspace next(Knowledge::builtIn(), m_clock, recovery);
    QVERIFY(next.hasRecovery());
    QVERIFY(next.recover());
    QCOMPARE_EQ(next.site(), site("Unsaved"));
    QVERIFY(next.isDirty());
    next.close();
    QVERIFY(!next.hasRecovery());
}

void tst_Workspace::savingTakesTheRecoveryAway()
{
    const QString recovery = m_folder.filePath(QStringLiteral("recovery2"));
    Workspace workspace(Knowledge::builtIn(), m_clock, recovery);
    workspace.create(site("Contoso"));
    workspace.keepRecovery();
    QVERIFY(workspace.hasRecovery());
    QVERIFY(workspace.saveAs(m_folder.filePath(QStringLiteral("kept.relaywright"))));
    QVERIFY(!workspace.hasRecovery());
}

void tst_Workspace::aLargeSiteIsPlannedWithoutWaitingForIt()
{
    Workspace workspace(Knowledge::builtIn(), m_clock, {});
    workspace.create(largeSite());
    QVERIFY(workspace.isPlanning());
    QVERIFY(workspace.plan().senders.empty());
    QTRY_VERIFY_WITH_TIMEOUT(!workspace.isPlanning(), 30'000);
    QCOMPARE_EQ(workspace.plan().senders.size(), 400u);
    QVERIFY(workspace.plannedSite() == workspace.site());
    QVERIFY(workspace.plan() == advise(workspace.site(), Knowledge::builtIn(), m_clock.today()));
}

void tst_Workspace::theLastOfManyChangesIsPlanned()
{
    Workspace workspace(Knowledge::builtIn(), m_clock, {});
    workspace.create(largeSite());
    for (const TlsAbility tls : {TlsAbility::None, TlsAbility::Tls10, TlsAbility::Tls12}) {
        Site changed = workspace.site();
        changed.senders.front().tls = tls;
        workspace.edit(QStringLiteral("change of sender"), changed);
    }
    workspace.undoStack().undo();
    QCOMPARE_EQ(workspace.site().senders.front().tls, TlsAbility::Tls10);
    QTRY_VERIFY_WITH_TIMEOUT(!workspace.isPlanning(), 30'000);
    QVERIFY(workspace.plannedSite() == workspace.site());
    workspace.create(largeSite());
    workspace.close(); // while it is being planned
    QTest::qWait(0);
    QVERIFY(!workspace.isPlanning());
    QVERIFY(workspace.plan().senders.empty());
}

void tst_Workspace::aTickMakesNoNewPlan()
{
    Workspace workspace(Knowledge::builtIn(), m_clock, {});
    workspace.create(largeSite());
    QTRY_VERIFY_WITH_TIMEOUT(!workspace.isPlanning(), 30'000);
    Site ticked = workspace.site();
    ticked.applied = {{.artifact = QStringLiteral("spf.zone"), .on = m_clock.today(), .digest = QStringLiteral("0")}};
    workspace.edit(QStringLiteral("tick"), ticked);
    QVERIFY(!workspace.isPlanning());
    QCOMPARE_EQ(workspace.plan().senders.size(), 400u);
    QVERIFY(workspace.plannedSite() == ticked);
}

void tst_Workspace::aLargeSiteIsRecoveredToo()
{
    const QString recovery = m_folder.filePath(QStringLiteral("recovery3"));
    {
        Workspace crashed(Knowledge::builtIn(), m_clock, recovery);
        crashed.create(largeSite());
        QTRY_VERIFY_WITH_TIMEOUT(crashed.hasRecovery(), 30'000); // by itself, a moment after the change
    }
    Workspace next(Knowledge::builtIn(), m_clock, recovery);
    QVERIFY(next.recover());
    QVERIFY(next.site() == largeSite());
    QVERIFY(next.saveAs(m_folder.filePath(QStringLiteral("large.relaywright"))));
    QTest::qWait(0);
    QVERIFY(!next.hasRecovery());
}

QTEST_GUILESS_MAIN(tst_Workspace)
#include "tst_Workspace.moc"
