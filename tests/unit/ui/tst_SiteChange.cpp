// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/SiteChange.h"

#include <QTest>

using namespace relaywright;

class tst_SiteChange : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void goesForthAndBack_data();
    void goesForthAndBack();
    void keepsOnlyWhatChanged();
    void senderRunsOfOneLengthStaySeparate();

private:
    static Site siteOf(const QString &names);
};

/// A sender for each letter.
Site tst_SiteChange::siteOf(const QString &names)
{
    Site site;
    for (const QChar name : names) {
        Sender sender;
        sender.id = name.toLower();
        sender.name = name;
        site.senders.push_back(sender);
    }
    return site;
}

void tst_SiteChange::goesForthAndBack_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::newRow("nothing") << QStringLiteral("abc") << QStringLiteral("abc");
    QTest::newRow("one changed") << QStringLiteral("abc") << QStringLiteral("aBc");
    QTest::newRow("some changed") << QStringLiteral("abcdef") << QStringLiteral("Abcdef");
    QTest::newRow("scattered") << QStringLiteral("abcdef") << QStringLiteral("AbCDeF");
    QTest::newRow("one more at the end") << QStringLiteral("abc") << QStringLiteral("abcd");
    QTest::newRow("one more at the front") << QStringLiteral("abc") << QStringLiteral("zabc");
    QTest::newRow("the middle is gone") << QStringLiteral("abcdef") << QStringLiteral("af");
    QTest::newRow("all are gone") << QStringLiteral("abc") << QString();
    QTest::newRow("all are new") << QString() << QStringLiteral("abc");
    QTest::newRow("equal neighbours") << QStringLiteral("aaaa") << QStringLiteral("aa");
    QTest::newRow("other ones and more") << QStringLiteral("abc") << QStringLiteral("axyc");
}

void tst_SiteChange::goesForthAndBack()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    Site from = siteOf(before);
    Site to = siteOf(after);
    to.organisation.name = QStringLiteral("Contoso");
    to.networks = {{.id = QStringLiteral("main")}};
    to.applied = {{.artifact = QStringLiteral("a.ps1"), .on = QDate(2026, 11, 22), .digest = QStringLiteral("0")}};
    const SiteChange change(from, to);
    QVERIFY(change.applied(from) == to);
    QVERIFY(change.reverted(to) == from);
}

void tst_SiteChange::keepsOnlyWhatChanged()
{
    const auto hunks = differences(siteOf(QStringLiteral("abcdefgh")).senders, siteOf(QStringLiteral("abcxyfgh")).senders);
    QCOMPARE_EQ(hunks.size(), 1u);
    QCOMPARE_EQ(hunks.front().at, 3u);
    QCOMPARE_EQ(hunks.front().before.size(), 2u);
    QVERIFY(differences(siteOf(QStringLiteral("abc")).senders, siteOf(QStringLiteral("abc")).senders).empty());
}

void tst_SiteChange::senderRunsOfOneLengthStaySeparate()
{
    const auto hunks = differences(siteOf(QStringLiteral("abcdef")).senders, siteOf(QStringLiteral("xbcdyf")).senders);
    QCOMPARE_EQ(hunks.size(), 2u);
    QCOMPARE_EQ(hunks.back().at, 4u);
}

QTEST_GUILESS_MAIN(tst_SiteChange)
#include "tst_SiteChange.moc"
