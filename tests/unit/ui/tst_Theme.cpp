// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/VerdictText.h"
#include "ui/theme/Theme.h"

#include <QApplication>
#include <QSet>
#include <QTest>

using namespace relaywright;

class tst_Theme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyColourOfTextIsReadable_data();
    void everyColourOfTextIsReadable();
    void verdictsDifferInSymbolAndWordNotOnlyInColour();
    void everyIconIsThere_data();
    void everyIconIsThere();
};

void tst_Theme::everyColourOfTextIsReadable_data()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void tst_Theme::everyColourOfTextIsReadable()
{
    QFETCH(bool, dark);
    applyTheme(*qApp, dark ? Scheme::Dark : Scheme::Light);
    const QPalette palette = QApplication::palette();
    QCOMPARE_EQ(isDark(palette), dark);
    constexpr double kAa = 4.5; // WCAG 2.1 AA for text
    for (const QPalette::ColorRole ground : {QPalette::Base, QPalette::Window}) {
        const QColor below = palette.color(ground);
        QCOMPARE_GE(contrast(palette.color(QPalette::Text), below), kAa);
        QCOMPARE_GE(contrast(mutedText(palette), below), kAa);
        for (const Tone tone : {Tone::Neutral, Tone::Accent, Tone::Good, Tone::Attention, Tone::Wrong, Tone::Unknown}) {
            QCOMPARE_GE(contrast(toneColor(tone, palette), below), kAa);
            QCOMPARE_GE(contrast(toneColor(tone, palette), toneFill(tone, palette)), kAa);
            QCOMPARE_GE(contrast(palette.color(QPalette::Text), toneFill(tone, palette)), kAa);
        }
    }
    QCOMPARE_GE(contrast(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight)), kAa);
    QCOMPARE_GE(contrast(palette.color(QPalette::ButtonText), palette.color(QPalette::Button)), kAa);
    QCOMPARE_GE(contrast(palette.color(QPalette::PlaceholderText), palette.color(QPalette::Base)), kAa);
    QCOMPARE_GE(contrast(palette.color(QPalette::ToolTipText), palette.color(QPalette::ToolTipBase)), kAa);
}

void tst_Theme::verdictsDifferInSymbolAndWordNotOnlyInColour()
{
    QSet<QString> symbols;
    QSet<QString> words;
    for (const Verdict verdict : {Verdict::Good, Verdict::Attention, Verdict::Wrong, Verdict::CouldNotTell}) {
        symbols.insert(lookOf(verdict).symbol);
        words.insert(lookOf(verdict).word);
    }
    QCOMPARE_EQ(symbols.size(), 4);
    QCOMPARE_EQ(words.size(), 4);
}

void tst_Theme::everyIconIsThere_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name :
         {"site", "senders", "plan", "apply", "check", "test", "relay", "practice", "lock", "tray-off", "tray-idle",
          "tray-delivering", "tray-waiting", "tray-paused", "tray-trouble", "relaywright"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void tst_Theme::everyIconIsThere()
{
    QFETCH(QString, name);
    const QImage image = tintedPixmap(name, Qt::black, 32, 2.0).toImage();
    QCOMPARE_EQ(image.size(), QSize(64, 64));
    int painted = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            painted += qAlpha(image.pixel(x, y)) > 0 ? 1 : 0;
    }
    QCOMPARE_GT(painted, 60);
}

QTEST_MAIN(tst_Theme)
#include "tst_Theme.moc"
