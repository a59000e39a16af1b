// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Text.h"

#include <QTest>

using namespace relaywright;

class tst_Text : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void printsOneHarmlessLine_data();
    void printsOneHarmlessLine();
    void cutsWhatIsLong_data();
    void cutsWhatIsLong();
    void staysHarmlessWhateverTheOctets();
    void findsControlCharacters_data();
    void findsControlCharacters();
};

void tst_Text::printsOneHarmlessLine_data()
{
    QTest::addColumn<QByteArray>("octets");
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << QByteArray() << QString();
    QTest::newRow("plain") << QByteArray("250 ok") << QStringLiteral("250 ok");
    QTest::newRow("UTF-8") << QByteArray("schön €") << QStringLiteral("schön €");
    QTest::newRow("beyond the BMP") << QByteArray("\xf0\x9f\x98\x80") << QStringLiteral("😀");
    QTest::newRow("ends of line and tab") << QByteArray("a\r\nb\tc") << QStringLiteral("a\\r\\nb\\tc");
    QTest::newRow("NUL and escape") << QByteArray("a\0\x1b[31m", 7) << QStringLiteral("a\\x00\\x1b[31m");
    QTest::newRow("DEL and C1") << QByteArray("\x7f\xc2\x85") << QStringLiteral("\\x7f\\x85");
    QTest::newRow("one bad octet among good ones") << QByteArray("schön \xff €") << QStringLiteral("schön \\xff €");
    QTest::newRow("Latin-1") << QByteArray("sch\xf6n") << QStringLiteral("sch\\xf6n");
    QTest::newRow("cut sequence") << QByteArray("a\xe2\x82") << QStringLiteral("a\\xe2\\x82");
    QTest::newRow("overlong") << QByteArray("\xc0\xaf") << QStringLiteral("\\xc0\\xaf");
    QTest::newRow("surrogate in UTF-8") << QByteArray("\xed\xa0\x80") << QStringLiteral("\\xed\\xa0\\x80");
    QTest::newRow("right-to-left override") << QByteArray("a\u202e" "b") << QStringLiteral("a\\u202eb");
    QTest::newRow("Arabic letter mark") << QByteArray("a\u061c" "b") << QStringLiteral("a\\u061cb");
    QTest::newRow("line separator") << QByteArray("a\u2028b") << QStringLiteral("a\\u2028b");
    QTest::newRow("byte order mark") << QByteArray("\ufeffa") << QStringLiteral("\\ufeffa");
}

void tst_Text::printsOneHarmlessLine()
{
    QFETCH(QByteArray, octets);
    QFETCH(QString, text);
    QCOMPARE(printable(octets), text);
}

void tst_Text::cutsWhatIsLong_data()
{
    QTest::addColumn<QByteArray>("octets");
    QTest::addColumn<QString>("text");
    QTest::newRow("fits") << QByteArray("abcd") << QStringLiteral("abcd");
    QTest::newRow("one more") << QByteArray("abcde") << QStringLiteral("abcd…");
    QTest::newRow("a character of four octets at the cut") << QByteArray("€€€\xf0\x9f\x98\x80x") << QStringLiteral("€€€…");
    QTest::newRow("an escape at the cut") << QByteArray("abc\x1b" "de") << QStringLiteral("abc…");
    QTest::newRow("many octets") << QByteArray(10'000'000, 'x') << QStringLiteral("xxxx…");
    QTest::newRow("three octets each") << QByteArray("€€€€€€€€€€") << QStringLiteral("€€€€…");
}

void tst_Text::cutsWhatIsLong()
{
    QFETCH(QByteArray, octets);
    QFETCH(QString, text);
    QCOMPARE(printable(octets, 4), text);
}

void tst_Text::staysHarmlessWhateverTheOctets()
{
    // Every pair of octets, in front of plain text.
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const QByteArray octets = QByteArray() + static_cast<char>(first) + static_cast<char>(second) + 'x';
            const QString text = printable(octets);
            if (hasControlCharacters(text) || !text.endsWith(u'x'))
                QFAIL(octets.toHex().constData());
        }
    }
}

void tst_Text::findsControlCharacters_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("found");
    QTest::newRow("none") << QStringLiteral("O'Brien’s \"$(calc)\" €") << false;
    QTest::newRow("empty") << QString() << false;
    QTest::newRow("CR") << QStringLiteral("a\rb") << true;
    QTest::newRow("LF") << QStringLiteral("a\n") << true;
    QTest::newRow("tab") << QStringLiteral("a\tb") << true;
    QTest::newRow("NUL") << QString(QChar(0)) << true;
    QTest::newRow("DEL") << QStringLiteral("\u007f") << true;
    QTest::newRow("next line") << QStringLiteral("\u0085") << true;
    QTest::newRow("line separator") << QStringLiteral("\u2028") << true;
    QTest::newRow("paragraph separator") << QStringLiteral("\u2029") << true;
    QTest::newRow("no-break space is none") << QStringLiteral("\u00a0") << false;
}

void tst_Text::findsControlCharacters()
{
    QFETCH(QString, text);
    QFETCH(bool, found);
    QCOMPARE(hasControlCharacters(text), found);
}

QTEST_GUILESS_MAIN(tst_Text)
#include "tst_Text.moc"
