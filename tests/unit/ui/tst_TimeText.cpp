// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/TimeText.h"

#include <QTest>

using namespace relaywright;

class tst_TimeText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void followsTheLocale_data();
    void followsTheLocale();
    void tellsEveryMillisecondApartInEveryLocale();
    void isLocalTime();
};

void tst_TimeText::followsTheLocale_data()
{
    QTest::addColumn<QLocale>("locale");
    QTest::addColumn<QString>("seconds");
    QTest::addColumn<QString>("milliseconds");
    const auto row = [](const char *name, const char *seconds, const char *milliseconds) {
        QTest::newRow(name) << QLocale(QString::fromLatin1(name)) << QString::fromUtf8(seconds)
                            << QString::fromUtf8(milliseconds);
    };
    row("en_US", "3:05:07 PM", "3:05:07.089 PM");
    row("en_GB", "15:05:07", "15:05:07.089");
    row("de_DE", "15:05:07", "15:05:07,089");
    row("fi_FI", "15.05.07", "15.05.07,089");
    row("fr_CA", "15 h 05 min 07 s", "15 h 05 min 07,089 s");
}

void tst_TimeText::followsTheLocale()
{
    QFETCH(QLocale, locale);
    const QDateTime when(QDate(2026, 11, 22), QTime(15, 5, 7, 89));
    // Which blanks there are differs between versions of the locales' data.
    const auto plain = [](QString text) { return text.replace(QChar(0x202F), u' ').replace(QChar(0xA0), u' '); };
    QTEST(plain(preciseTime(when, TimeDetail::Seconds, locale)), "seconds");
    QTEST(plain(preciseTime(when, TimeDetail::Milliseconds, locale)), "milliseconds");
}

void tst_TimeText::tellsEveryMillisecondApartInEveryLocale()
{
    const QDateTime one(QDate(2026, 11, 22), QTime(15, 5, 7, 89));
    for (const QLocale &locale :
         QLocale::matchingLocales(QLocale::AnyLanguage, QLocale::AnyScript, QLocale::AnyCountry)) {
        const QString text = preciseTime(one, TimeDetail::Milliseconds, locale);
        QVERIFY2(text != preciseTime(one.addMSecs(1), TimeDetail::Milliseconds, locale), qPrintable(locale.name()));
        QVERIFY2(text == text.trimmed() && !text.contains(u'\''), qPrintable(locale.name() + u' ' + text));
    }
}

void tst_TimeText::isLocalTime()
{
    const QDateTime when(QDate(2026, 11, 22), QTime(15, 5, 7));
    QCOMPARE(preciseTime(when.toUTC(), TimeDetail::Seconds), preciseTime(when, TimeDetail::Seconds));
    QCOMPARE(preciseTime(when.toOffsetFromUtc(5 * 3600), TimeDetail::Seconds), preciseTime(when, TimeDetail::Seconds));
}

QTEST_GUILESS_MAIN(tst_TimeText)
#include "tst_TimeText.moc"
