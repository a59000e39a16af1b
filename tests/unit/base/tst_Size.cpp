// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Size.h"

#include <QTest>

using namespace relaywright;

class tst_Size : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsWhatPeopleWrite_data();
    void readsWhatPeopleWrite();
    void refusesWhatIsNoSize_data();
    void refusesWhatIsNoSize();
    void writesTheShortestFormThatIsReadAgain();
};

void tst_Size::readsWhatPeopleWrite_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<quint64>("octets");
    QTest::newRow("octets") << QStringLiteral("4096") << Q_UINT64_C(4096);
    QTest::newRow("a large scan") << QStringLiteral("25M") << Q_UINT64_C(26214400);
    QTest::newRow("lower case, with B") << QStringLiteral("2kb") << Q_UINT64_C(2048);
    QTest::newRow("the most") << QStringLiteral("4G") << Q_UINT64_C(4294967296);
    QTest::newRow("none") << QStringLiteral("0") << Q_UINT64_C(0);
}

void tst_Size::readsWhatPeopleWrite()
{
    QFETCH(QString, text);
    QFETCH(quint64, octets);
    const auto size = parseSize(text);
    QVERIFY(size);
    QCOMPARE(quint64(*size), octets);
}

void tst_Size::refusesWhatIsNoSize_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"", "M", "-1", "2.5M", "25 M", "25T", "5G", "4294967297", "9999999999999"})
        QTest::newRow(text) << QString::fromLatin1(text);
}

void tst_Size::refusesWhatIsNoSize()
{
    QFETCH(QString, text);
    const auto size = parseSize(text);
    QVERIFY(!size);
    QCOMPARE(size.error().kind, ErrorKind::InvalidInput);
}

void tst_Size::writesTheShortestFormThatIsReadAgain()
{
    QCOMPARE(sizeText(26214400), QStringLiteral("25M"));
    QCOMPARE(sizeText(1536), QStringLiteral("1536"));
    QCOMPARE(sizeText(0), QStringLiteral("0"));
    QCOMPARE(sizeText(Q_UINT64_C(4294967296)), QStringLiteral("4G"));
    for (const quint64 octets : {Q_UINT64_C(1), Q_UINT64_C(1024), Q_UINT64_C(1025), Q_UINT64_C(3221225472)})
        QCOMPARE(quint64(*parseSize(sizeText(octets))), octets);
}

QTEST_APPLESS_MAIN(tst_Size)
#include "tst_Size.moc"
