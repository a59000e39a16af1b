// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/LintGroups.h"

#include <QTest>

using namespace relaywright;

namespace {

std::vector<LintRemark> lint(const QByteArray &body)
{
    MessageLint lint;
    lint.feed("Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nFrom: scanner@contoso.com\r\nTo: b@example.com\r\n"
              "Subject: Test\r\nMessage-ID: <1@contoso.com>\r\n\r\n"
              + body);
    return lint.finish();
}

} // namespace

/// Remarks that say the same stand once, with their lines.
class tst_LintGroups : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void oneOfAKindNamesItsLine();
    void severalOfAKindStandOnce();
    void thoseThatWereOnlyCountedAreAdded();
    void numbersAloneMakeNoDifference();
    void otherKindsStandApart();
    void nothingMakesNoGroup();
};

void tst_LintGroups::oneOfAKindNamesItsLine()
{
    const auto groups = grouped(lint("a\n"));
    QCOMPARE_EQ(groups.size(), 1u);
    QCOMPARE_EQ(groups.front().remark.id, QStringLiteral("line.bare-lf"));
    QCOMPARE_EQ(placeOf(groups.front()), QStringLiteral("line 7"));
}

void tst_LintGroups::severalOfAKindStandOnce()
{
    const auto groups = grouped(lint("a\nb\r\nc\n"));
    QCOMPARE_EQ(groups.size(), 1u);
    QCOMPARE_EQ(placeOf(groups.front()), QStringLiteral("lines 7 and 9"));
    QCOMPARE_EQ(placeOf(grouped(lint("a\nb\nc\n")).front()), QStringLiteral("lines 7, 8 and 9"));
}

void tst_LintGroups::thoseThatWereOnlyCountedAreAdded()
{
    const auto groups = grouped(lint(QByteArray("a\n").repeated(25)));
    QCOMPARE_EQ(groups.size(), 1u);
    QCOMPARE_EQ(groups.front().lines.size(), 10u);
    QCOMPARE_EQ(groups.front().further, 15);
    QVERIFY(placeOf(groups.front()).endsWith(QStringLiteral("15, 16 and 15 more")));
}

void tst_LintGroups::numbersAloneMakeNoDifference()
{
    const auto groups = grouped(lint(QByteArray(1200, 'a') + "\r\n" + QByteArray(1300, 'a') + "\r\n"));
    QCOMPARE_EQ(groups.size(), 1u);
    QVERIFY(groups.front().remark.sentence.contains(QStringLiteral("1200")));
    QCOMPARE_EQ(placeOf(groups.front()), QStringLiteral("lines 7 and 8"));
}

void tst_LintGroups::otherKindsStandApart()
{
    std::vector<LintRemark> remarks = lint("a\n");
    remarks.push_back({.id = QStringLiteral("whole"), .sentence = QStringLiteral("It is odd.")});
    remarks.push_back({.id = QStringLiteral("whole"), .sentence = QStringLiteral("It is even.")});
    const auto groups = grouped(remarks);
    QCOMPARE_EQ(groups.size(), 3u);
    QCOMPARE_EQ(placeOf(groups[1]), QString());
    QCOMPARE_EQ(groups[2].remark.sentence, QStringLiteral("It is even."));
}

void tst_LintGroups::nothingMakesNoGroup()
{
    QVERIFY(grouped({}).empty());
}

QTEST_GUILESS_MAIN(tst_LintGroups)
#include "tst_LintGroups.moc"
