// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/TagList.h"

#include "tests/unit/mailauth/RecordMarks.h"

#include <QTest>

using namespace relaywright;

class tst_TagList : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTagsWithTheirPlaces();
    void takesWhiteSpaceAroundNamesAndValues_data();
    void takesWhiteSpaceAroundNamesAndValues();
    void pointsAtTheFault_data();
    void pointsAtTheFault();
    void goesOnBehindAFault();
    void takesOtherNamesWhereTheyMayBe_data();
    void takesOtherNamesWhereTheyMayBe();
    void tellsTagsThatStandTwice();
    void tellsWhatMeansToBeARecord_data();
    void tellsWhatMeansToBeARecord();
    void splitsValues();
    void staysBoundedOnHostileInput();
};

namespace {

QString tagsText(const TagList &list)
{
    QStringList tags;
    for (const Tag &tag : list.tags)
        tags += tag.name + u'=' + tag.value;
    return tags.join(u'|');
}

} // namespace

void tst_TagList::readsTagsWithTheirPlaces()
{
    const QString text = QStringLiteral("v=DKIM1;  k = rsa ; p=MIGf MA0;");
    const TagList list = parseTagList(text);
    QVERIFY(list.faults.empty());
    QCOMPARE(list.tags.size(), size_t(3));
    QStringList marked;
    for (const Tag &tag : list.tags)
        marked += text.mid(tag.offset, tag.length());
    QCOMPARE(marked, (QStringList{QStringLiteral("v=DKIM1"), QStringLiteral("k = rsa"), QStringLiteral("p=MIGf MA0")}));
    QCOMPARE(text.mid(list.tags[1].valueAt, 3), QStringLiteral("rsa"));
    QVERIFY(list.find(QLatin1String("p")));
    QCOMPARE(list.find(QLatin1String("p"))->value, QStringLiteral("MIGf MA0"));
    QVERIFY(!list.find(QLatin1String("P")));
}

void tst_TagList::takesWhiteSpaceAroundNamesAndValues_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("tags");
    const auto row = [](const char *name, const char *text, const char *tags) {
        QTest::newRow(name) << QString::fromLatin1(text) << QString::fromLatin1(tags);
    };
    row("nothing", "", "");
    row("blanks alone", " \t ", "");
    row("no semicolon at the end", "a=b", "a=b");
    row("semicolon and blank at the end", "a=b; ", "a=b");
    row("an empty value", "p=;v=1", "p=|v=1");
    row("tabs", "\ta\t=\tb\t;", "a=b");
    row("folded lines", "a=b;\r\n c=d\r\n\t;", "a=b|c=d");
    row("folded within a value", "p=ab\r\n cd", "p=ab\r\n cd");
    row("equals signs in a value", "p=ab==; x==", "p=ab==|x==");
}

void tst_TagList::takesWhiteSpaceAroundNamesAndValues()
{
    QFETCH(QString, text);
    const TagList list = parseTagList(text);
    QVERIFY2(list.faults.empty(), list.faults.empty() ? "" : qPrintable(list.faults.front().sentence));
    QTEST(tagsText(list), "tags");
}

void tst_TagList::pointsAtTheFault_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("marked");
    const auto row = [](const char *name, const char *text, const char *marked) {
        QTest::newRow(name) << QString::fromLatin1(text) << QString::fromLatin1(marked);
    };
    row("no equals sign", "v=DMARC1; nonsense; p=none", "nonsense");
    row("no name", "v=DMARC1; =none", "=");
    row("a digit first", "v=DMARC1; 1p=none", "1p");
    row("a hyphen in a name", "a-b=c", "a-b");
    row("two semicolons", "v=DMARC1;; p=none", ";");
    row("a semicolon first", ";v=DMARC1", ";");
    row("a control character", "v=DMARC1; p=no\x01ne", "\x01");
    row("a line feed alone", "v=DMARC1; p=none\n x", "\n");
    row("a letter outside ASCII", "v=DMARC1; rua=mailto:b\xfcro@example.com", "\xfc");
}

void tst_TagList::pointsAtTheFault()
{
    QFETCH(QString, text);
    const TagList list = parseTagList(text);
    QCOMPARE(list.faults.size(), size_t(1));
    QVERIFY2(isSentence(list.faults.front().sentence), qPrintable(list.faults.front().sentence));
    QTEST(markedBy(list.faults.front(), text), "marked");
}

void tst_TagList::goesOnBehindAFault()
{
    const TagList list = parseTagList(QStringLiteral("a=1; what; b=2; c=\x7f; d=4"));
    QCOMPARE(tagsText(list), QStringLiteral("a=1|b=2|d=4"));
    QCOMPARE(list.faults.size(), size_t(2));
}

void tst_TagList::takesOtherNamesWhereTheyMayBe_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("taken");
    QTest::newRow("digit first") << QStringLiteral("1a=b") << true;
    QTest::newRow("hyphen and dot") << QStringLiteral("a-b.c_d=e") << true;
    QTest::newRow("hyphen first") << QStringLiteral("-a=b") << false;
    QTest::newRow("32 characters") << QString(32, u'a') + QStringLiteral("=b") << true;
    QTest::newRow("33 characters") << QString(33, u'a') + QStringLiteral("=b") << false;
}

void tst_TagList::takesOtherNamesWhereTheyMayBe()
{
    QFETCH(QString, text);
    QTEST(parseTagList(text, TagNames::Extension).faults.empty(), "taken");
}

void tst_TagList::tellsTagsThatStandTwice()
{
    const QString text = QStringLiteral("v=DKIM1; p=AA; P=BB; p=CC");
    const auto faults = repeatedTags(parseTagList(text));
    QCOMPARE(faults.size(), size_t(1));
    QCOMPARE(markedBy(faults.front(), text), QStringLiteral("p=CC"));
}

void tst_TagList::tellsWhatMeansToBeARecord_data()
{
    QTest::addColumn<bool>("expected");
    const auto row = [](const char *text, bool expected) { QTest::newRow(text) << expected; };
    row("v=DMARC1", true);
    row("v=DMARC1;p=none", true);
    row("v = DMARC1 ; p=none", true);
    row(" V=dmarc1;", true);
    row("v=DMARC1 p=none", true);
    row("v=DMARC1,p=none", true);
    row("v=DMARC10;p=none", false);
    row("v=DMARC", false);
    row("p=none; v=DMARC1", false);
    row("v=spf1 -all", false);
    row(";v=DMARC1", false);
    row("DMARC1", false);
}

void tst_TagList::tellsWhatMeansToBeARecord()
{
    QTEST(hasVersion(QTest::currentDataTag(), "DMARC1"), "expected");
}

void tst_TagList::splitsValues()
{
    QCOMPARE(splitValue(QStringLiteral(" sha1 : sha256::"), u':'),
             (QStringList{QStringLiteral("sha1"), QStringLiteral("sha256")}));
    QCOMPARE(splitValue(QString(), u':'), QStringList());
}

void tst_TagList::staysBoundedOnHostileInput()
{
    QCOMPARE(parseTagList(QString(65'535, u';')).faults.size(), size_t(20));
    QCOMPARE(parseTagList(QStringLiteral("a=b;").repeated(10'000)).tags.size(), size_t(100));
    QCOMPARE(repeatedTags(parseTagList(QStringLiteral("a=b;").repeated(10'000))).size(), size_t(20));
    const TagList tooLong = parseTagList(QStringLiteral("a=b;").repeated(20'000));
    QVERIFY(tooLong.tags.empty());
    QCOMPARE(tooLong.faults.size(), size_t(1));
    QVERIFY(parseTagList(QStringLiteral("a=\r\n ").repeated(10'000)).tags.size() <= 1);
    QVERIFY(!hasVersion(QByteArray(1'000'000, ' ') + "v=DMARC1", "DMARC1"));
}

QTEST_GUILESS_MAIN(tst_TagList)
#include "tst_TagList.moc"
