// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Theme.h"

#include "ui/theme/ConsoleStyle.h"

#include <QApplication>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QStyleFactory>
#include <QStyleHints>
#include <QSvgRenderer>
#include <QToolTip>

#include <cmath>

namespace relaywright {

namespace {

struct Tones { QRgb light; QRgb dark; };

constexpr Tones tones(Tone tone)
{
    switch (tone) {
    case Tone::Neutral:   return {0xff4b5563, 0xffa9b1bc};
    case Tone::Accent:    return {0xff0b5fb3, 0xff6cb2f7};
    case Tone::Good:      return {0xff14713a, 0xff5fcb85};
    case Tone::Attention: return {0xff8a5200, 0xffe8b64c};
    case Tone::Wrong:     return {0xffb3241c, 0xffff8f86};
    case Tone::Unknown:   return {0xff5b4b9a, 0xffb9a8f5};
    }
    Q_UNREACHABLE();
}

QPalette makePalette(bool dark)
{
    const auto pick = [dark](QRgb light, QRgb darkColor) { return QColor::fromRgb(dark ? darkColor : light); };
    QPalette palette;
    palette.setColor(QPalette::Window, pick(0xfff4f6f8, 0xff1d2126));
    palette.setColor(QPalette::WindowText, pick(0xff1b2027, 0xffe7eaee));
    palette.setColor(QPalette::Base, pick(0xffffffff, 0xff252a31));
    palette.setColor(QPalette::AlternateBase, pick(0xfff7f9fb, 0xff2a3038));
    palette.setColor(QPalette::Text, pick(0xff1b2027, 0xffe7eaee));
    palette.setColor(QPalette::PlaceholderText, pick(0xff68717d, 0xff929ba7));
    palette.setColor(QPalette::Button, pick(0xffffffff, 0xff323941));
    palette.setColor(QPalette::ButtonText, pick(0xff1b2027, 0xffe7eaee));
    palette.setColor(QPalette::BrightText, pick(0xffffffff, 0xff10151b));
    palette.setColor(QPalette::Highlight, pick(0xff0b5fb3, 0xff6cb2f7));
    palette.setColor(QPalette::HighlightedText, pick(0xffffffff, 0xff10151b));
    palette.setColor(QPalette::Link, pick(0xff0b5fb3, 0xff6cb2f7));
    palette.setColor(QPalette::LinkVisited, pick(0xff5b4b9a, 0xffb9a8f5));
    palette.setColor(QPalette::ToolTipBase, pick(0xff1b2027, 0xffe7eaee));
    palette.setColor(QPalette::ToolTipText, pick(0xffffffff, 0xff1b2027));
    palette.setColor(QPalette::Light, pick(0xffffffff, 0xff3d454f));
    palette.setColor(QPalette::Midlight, pick(0xffe9edf1, 0xff363d46));
    palette.setColor(QPalette::Mid, pick(0xffc5ccd4, 0xff4a535e));
    palette.setColor(QPalette::Dark, pick(0xff98a2ad, 0xff15181c));
    palette.setColor(QPalette::Shadow, pick(0xff5d6670, 0xff0c0e10));
    const QColor faint = pick(0xff8b949e, 0xff79828d);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, faint);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, pick(0xffc5ccd4, 0xff4a535e));
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, pick(0xff4b5563, 0xffc9cfd6));
    return palette;
}

bool systemIsDark(const QApplication &application)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    return application.styleHints()->colorScheme() == Qt::ColorScheme::Dark;
#else
    return isDark(application.palette());
#endif
}

double luminance(const QColor &color)
{
    const auto channel = [](double value) {
        return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * channel(color.redF()) + 0.7152 * channel(color.greenF()) + 0.0722 * channel(color.blueF());
}

QColor mix(const QColor &a, const QColor &b, double share)
{
    const auto blend = [share](int x, int y) { return static_cast<int>(std::lround(x + (y - x) * share)); };
    return QColor(blend(a.red(), b.red()), blend(a.green(), b.green()), blend(a.blue(), b.blue()));
}

/// Renders the SVG in the palette's colours at whatever size is asked for, so it stays sharp at 200 %.
class LineIconEngine final : public QIconEngine {
public:
    LineIconEngine(QString name, const QPalette &palette) : m_name(std::move(name)), m_palette(palette) {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const qreal ratio = painter->device() ? painter->device()->devicePixelRatioF() : 1.0;
        const QPixmap pixmap = tintedPixmap(m_name, color(mode), rect.height(), ratio);
        painter->drawPixmap(rect, pixmap);
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State) override
    {
        return tintedPixmap(m_name, color(mode), std::min(size.width(), size.height()), 1.0);
    }
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State, qreal scale) override
    {
        const int side = static_cast<int>(std::lround(std::min(size.width(), size.height()) / scale));
        return tintedPixmap(m_name, color(mode), side, scale);
    }
    QIconEngine *clone() const override { return new LineIconEngine(*this); }

private:
    [[nodiscard]] QColor color(QIcon::Mode mode) const
    {
        switch (mode) {
        case QIcon::Selected: return m_palette.color(QPalette::HighlightedText);
        case QIcon::Disabled: return m_palette.color(QPalette::Disabled, QPalette::WindowText);
        case QIcon::Normal:
        case QIcon::Active:   break;
        }
        return m_palette.color(QPalette::WindowText);
    }
    QString m_name;
    QPalette m_palette;
};

} // namespace

void applyTheme(QApplication &application, Scheme scheme)
{
    const bool dark = scheme == Scheme::Dark || (scheme == Scheme::System && systemIsDark(application));
#if !defined(Q_OS_WIN) && !defined(Q_OS_MACOS)
    application.setStyle(new ConsoleStyle); // the application owns it
    application.setPalette(makePalette(dark));
    QToolTip::setPalette(application.palette());
#else
    if (scheme != Scheme::System) {
        application.setStyle(new ConsoleStyle);
        application.setPalette(makePalette(dark));
    }
#endif
}

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

QColor toneColor(Tone tone, const QPalette &palette)
{
    const Tones pair = tones(tone);
    return QColor::fromRgb(isDark(palette) ? pair.dark : pair.light);
}

QString symbolOf(Tone tone, const QString &other)
{
    switch (tone) {
    case Tone::Good: return QStringLiteral("\u2713");
    case Tone::Attention: return QStringLiteral("!");
    case Tone::Wrong: return QStringLiteral("\u2715");
    case Tone::Unknown: return QStringLiteral("?");
    case Tone::Neutral:
    case Tone::Accent: break;
    }
    return other;
}

QColor toneFill(Tone tone, const QPalette &palette)
{
    return mix(palette.color(QPalette::Base), toneColor(tone, palette), isDark(palette) ? 0.14 : 0.08);
}

QColor mutedText(const QPalette &palette)
{
    return mix(palette.color(QPalette::WindowText), palette.color(QPalette::Window), isDark(palette) ? 0.3 : 0.32);
}

QColor hairline(const QPalette &palette)
{
    return mix(palette.color(QPalette::Window), palette.color(QPalette::WindowText), isDark(palette) ? 0.2 : 0.15);
}

double contrast(const QColor &a, const QColor &b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

QFont fontFor(FontRole role)
{
    QFont font = QApplication::font();
    const qreal size = font.pointSizeF() > 0 ? font.pointSizeF() : 9.0;
    switch (role) {
    case FontRole::Body:
        break;
    case FontRole::Small:
        font.setPointSizeF(size * 0.92);
        break;
    case FontRole::Strong:
        font.setWeight(QFont::DemiBold);
        break;
    case FontRole::Heading:
        font.setPointSizeF(size * 1.15);
        font.setWeight(QFont::DemiBold);
        break;
    case FontRole::Title:
        font.setPointSizeF(size * 1.7);
        font.setWeight(QFont::DemiBold);
        break;
    case FontRole::Fixed: {
        QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
        fixed.setPointSizeF(size * 0.96);
        return fixed;
    }
    }
    return font;
}

QPixmap tintedPixmap(const QString &name, const QColor &color, int size, qreal ratio)
{
    const QString key = QStringLiteral("rw:%1:%2:%3:%4").arg(name, color.name(QColor::HexArgb)).arg(size).arg(ratio);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    const int side = std::max(1, static_cast<int>(std::lround(size * ratio)));
    pixmap = QPixmap(side, side);
    pixmap.fill(Qt::transparent);
    QSvgRenderer renderer(QStringLiteral(":/icons/%1.svg").arg(name));
    QPainter painter(&pixmap);
    renderer.render(&painter, QRectF(0, 0, side, side));
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(pixmap.rect(), color);
    painter.end();
    pixmap.setDevicePixelRatio(ratio);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

QIcon lineIcon(const QString &name, const QPalette &palette)
{
    return QIcon(new LineIconEngine(name, palette)); // the icon owns its engine
}

} // namespace relaywright
